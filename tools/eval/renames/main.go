// Command renames measures how well renames are found, on simulated workspaces whose truth is known: it writes each as
// a warehouse, runs the program on it as a user would, and holds the report against the truth. Three simple methods on
// the same workspaces show how hard these are.
//
//	go run ./tools/eval/renames -program bin/plumbline [-seed 1] [-json bin/eval/renames.json] [-v]
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/plumbline-audit/plumbline/internal/simulate"
)

// settings are the flags.
type settings struct {
	program, dir, json                string
	seed                              uint64
	standard, hard, spelling, divided int
	baselines, keep, verbose          bool
}

func main() {
	var s settings
	flag.StringVar(&s.program, "program", "bin/plumbline", "the program to measure")
	flag.StringVar(&s.dir, "dir", "", "folder for the workspaces; a temporary one without it")
	flag.StringVar(&s.json, "json", "", "file for the figures")
	flag.Uint64Var(&s.seed, "seed", 1, "first seed; each workspace has the next")
	flag.IntVar(&s.standard, "n", 14, "standard workspaces")
	flag.IntVar(&s.hard, "hard", 5, "difficult workspaces")
	flag.IntVar(&s.spelling, "spelling", 4, "workspaces whose renames change only case or separators")
	flag.IntVar(&s.divided, "divided", 3, "workspaces in which events also become two, or two become one")
	flag.BoolVar(&s.baselines, "baselines", true, "measure the simple methods too")
	flag.BoolVar(&s.keep, "keep", false, "keep the workspaces in -dir, to look into them")
	flag.BoolVar(&s.verbose, "v", false, "list every wrong answer")
	flag.Parse()
	if err := run(context.Background(), os.Stdout, s); err != nil {
		fmt.Fprintln(os.Stderr, "renames:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, s settings) (err error) {
	if s.dir == "" {
		if s.dir, err = os.MkdirTemp("", "plumbline-renames-"); err != nil {
			return fmt.Errorf("make a folder for the workspaces: %w", err)
		}
		if !s.keep {
			defer func() { _ = os.RemoveAll(s.dir) }() // what stays behind is the system's to clear
		}
	}
	e := evaluation{settings: s, out: out}
	for _, set := range []struct {
		name    string
		n       int
		options func(uint64) simulate.Options
		into    *[]verdict
	}{
		{"standard", s.standard, simulate.Standard, &e.standard},
		{"difficult", s.hard, simulate.Difficult, &e.hard},
		{"divided", s.divided, simulate.Divided, &e.divided},
	} {
		for i := range uint64(set.n) {
			v, err := e.workspace(ctx, set.name, simulate.New(set.options(s.seed+i)))
			if err != nil {
				return err
			}
			*set.into = append(*set.into, v)
		}
	}
	for i := range uint64(s.spelling) {
		if err := e.nights(ctx, simulate.New(simulate.Spelling(s.seed+i))); err != nil {
			return err
		}
	}
	page := e.page()
	if s.baselines {
		page.Figures = append(page.Figures, e.baselineFigures()...)
	}
	for _, f := range page.Figures {
		fmt.Fprintf(out, "%-70s %-28s %-22s %s\n", f.What, f.Value, f.Goal, f.Peers)
	}
	if s.json != "" {
		return page.Save(s.json)
	}
	return nil
}

// evaluation is one run of this command.
type evaluation struct {
	settings
	out                     io.Writer
	standard, hard, divided []verdict
	spelling                nightly
}

// workspace writes and audits one workspace on its last morning.
func (e *evaluation) workspace(ctx context.Context, name string, w *simulate.Workspace) (v verdict, err error) {
	dir := filepath.Join(e.dir, fmt.Sprintf("%s-%d", name, w.Options.Seed))
	c, err := write(ctx, dir, w)
	if err != nil {
		return v, err
	}
	pairs, err := audit(e.program, dir, w.Options.AsOf)
	if err != nil {
		return v, err
	}
	v = judge(w, pairs)
	fmt.Fprintf(e.out, "%-10s seed %-4d %7d rows: %d of %d renames found, %d wrong\n", name, w.Options.Seed, c.rows, len(v.found), len(w.Truth.Renames), len(v.wrong))
	if e.verbose {
		for _, c := range v.missed {
			fmt.Fprintf(e.out, "   missed %s, %d days, %v: %q -> %q\n", c.Kind, c.Age, c.Sources, c.Old, c.New)
		}
		for _, t := range v.wrong {
			fmt.Fprintf(e.out, "   wrong in %s (%s): %q -> %q\n", t.Source, v.what(t), t.Event, t.Related)
		}
	}
	return v, e.clear(dir)
}

// clear removes a workspace unless it is to be kept.
func (e *evaluation) clear(dir string) error {
	if e.keep {
		return nil
	}
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("clear a workspace: %w", err)
	}
	return nil
}
