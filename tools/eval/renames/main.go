// Command renames measures how well renames are found, on simulated workspaces whose truth is known: it writes each as
// a warehouse, runs the program on it as a user would, and holds the report against the truth.
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
	program, dir, json         string
	seed                       uint64
	standard, hard, spelling   int
	keep, verbose, noBaselines bool
}

func main() {
	var s settings
	flag.StringVar(&s.program, "program", "bin/plumbline", "the program to measure")
	flag.StringVar(&s.dir, "dir", "", "folder for the workspaces; a temporary one without it")
	flag.StringVar(&s.json, "json", "", "file for the figures")
	flag.Uint64Var(&s.seed, "seed", 1, "first seed; each workspace has the next")
	flag.IntVar(&s.standard, "n", 14, "usual workspaces")
	flag.IntVar(&s.hard, "hard", 5, "difficult workspaces")
	flag.IntVar(&s.spelling, "spelling", 9, "workspaces whose renames change only case or separators")
	flag.BoolVar(&s.keep, "keep", false, "keep the workspaces, to look into them")
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
			defer func() { _ = os.RemoveAll(s.dir) }() // the system clears it too
		}
	}
	e := evaluation{settings: s, out: out}
	if e.standard, err = e.workspaces(ctx, "standard", s.standard, simulate.Standard); err != nil {
		return err
	}
	if e.hard, err = e.workspaces(ctx, "hard", s.hard, simulate.Difficult); err != nil {
		return err
	}
	e.print()
	return nil
}

// evaluation is one run of this command.
type evaluation struct {
	settings
	out            io.Writer
	standard, hard []verdict
}

// workspaces writes and audits so many workspaces of one sort.
func (e *evaluation) workspaces(ctx context.Context, name string, n int, options func(uint64) simulate.Options) ([]verdict, error) {
	var all []verdict
	for i := range uint64(n) {
		w := simulate.New(options(e.seed + i))
		dir := filepath.Join(e.dir, fmt.Sprintf("%s-%d", name, e.seed+i))
		c, err := write(ctx, dir, w)
		if err != nil {
			return nil, err
		}
		pairs, err := audit(e.program, dir, w.Options.AsOf)
		if err != nil {
			return nil, err
		}
		v := judge(w, pairs)
		all = append(all, v)
		fmt.Fprintf(e.out, "%-12s seed %-3d %7d rows: %d of %d found, %d wrong\n", name, e.seed+i, c.rows, len(v.found), len(w.Truth.Renames), len(v.wrong))
		if e.verbose {
			for _, c := range v.missed {
				fmt.Fprintf(e.out, "   missed %s, %d days, %v: %q -> %q\n", c.Kind, c.Age, c.Sources, c.Old, c.New)
			}
			for _, t := range v.wrong {
				fmt.Fprintf(e.out, "   wrong in %s (%s): %q -> %q\n", t.Source, v.what(t), t.Event, t.Related)
			}
		}
		if !e.keep {
			if err := os.RemoveAll(dir); err != nil {
				return nil, fmt.Errorf("clear a workspace: %w", err)
			}
		}
	}
	return all, nil
}
