package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/plumbline-audit/plumbline/config"
	"github.com/plumbline-audit/plumbline/internal/app"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/lint"
	"github.com/plumbline-audit/plumbline/internal/words"
)

type lintFlags struct{ format, failOn, convention string }

func newPlanLint(g *global) *cobra.Command {
	var f lintFlags
	cmd := &cobra.Command{
		Use: "lint [FILE]", Short: "Say what in a plan can hardly be meant", Args: cobra.MaximumNArgs(1),
		Long: "Read the plans of the configuration, or one file or folder in any format that plumbline reads, as a careful\n" +
			"colleague would: names that share a table or look alike, columns that are taken, values and types that\n" +
			"contradict each other. docs/plan-lint.md explains every code.\n\n" +
			"Exit codes: 0 nothing at or above --fail-on, 1 problems, 2 a plan that cannot be read.",
		Example: "  plumbline plan lint\n  plumbline plan lint tracking-plan.json --fail-on info",
		RunE: func(_ *cobra.Command, args []string) error {
			file := ""
			if len(args) == 1 {
				file = args[0]
			}
			return g.lintPlan(file, f)
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&f.format, "format", "text", "text or json")
	fl.StringVar(&f.failOn, "fail-on", "warning", "exit 1 from this severity on: critical, warning, info or never")
	fl.StringVar(&f.convention, "convention", "", "how events are to be named, such as \"Title Case\" or snake_case (default: as checks: naming-convention says, else as most are)")
	return cmd
}

func (g *global) lintPlan(file string, f lintFlags) error {
	if err := oneOf("--format", f.format, "text", "json"); err != nil {
		return err
	}
	if err := oneOf("--fail-on", f.failOn, "critical", "warning", "info", "never"); err != nil {
		return err
	}
	l, err := g.linted(file, f)
	if err != nil {
		return err
	}
	if f.format == "json" {
		err = g.lintJSON(l)
	} else {
		err = g.lintText(l)
	}
	if err != nil {
		return err
	}
	if least, ok := finding.ParseSeverity(f.failOn); ok && lint.Worst(l.Problems) >= least {
		return &exit{code: exitFindings}
	}
	return nil
}

// oneOf refuses a flag's value that is none of the known ones.
func oneOf(flag, value string, known ...string) error {
	if slices.Contains(known, value) {
		return nil
	}
	return usage(fmt.Errorf("%s %s: write %s", flag, value, strings.Join(known, ", ")))
}

// linted judges one file, which needs no configuration, or the plans of the configuration.
func (g *global) linted(file string, f lintFlags) (app.Linted, error) {
	if file != "" {
		c, err := config.Load(g.config, g.env, app.Known())
		if err != nil {
			c = nil // what it says of the warehouse only makes the judgement finer
		}
		return app.LintFile(c, file, f.convention)
	}
	if _, err := os.Stat(g.config); errors.Is(err, fs.ErrNotExist) {
		return app.Linted{}, usage(fmt.Errorf("there is no %s here that names a plan: name the plan itself, plumbline plan lint FILE", g.config))
	}
	a, err := g.open()
	if err != nil {
		return app.Linted{}, err
	}
	defer a.Close() //nolint:errcheck // nothing was written
	l, err := a.Lint(f.convention)
	if err == nil && len(l.Files) == 0 {
		err = usage(errors.New("the configuration names no plan: name a file, plumbline plan lint FILE, or set plan: {file: …}"))
	}
	for i := range l.Files {
		l.Files[i] = fromHere(l.Files[i])
	}
	for i := range l.Problems {
		l.Problems[i].Pos.File = fromHere(l.Problems[i].Pos.File)
	}
	return l, err
}

// fromHere is a file as people name it who stand in the working directory.
func fromHere(file string) string {
	dir, err := os.Getwd()
	if err != nil {
		return file
	}
	if rel, err := filepath.Rel(dir, file); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return file
}

func (g *global) lintText(l app.Linted) error {
	for _, p := range l.Problems {
		if _, err := fmt.Fprintln(g.out, p); err != nil {
			return err
		}
	}
	counts := map[finding.Severity]int64{}
	for _, p := range l.Problems {
		counts[p.Severity]++
	}
	if len(l.Problems) == 0 {
		_, err := fmt.Fprintf(g.out, "No problems in %s.\n", words.Many(int64(l.Events), "event", "events"))
		return err
	}
	_, err := fmt.Fprintf(g.out, "\n%s in %s: %s, %d info.\n", words.Many(int64(len(l.Problems)), "problem", "problems"),
		words.Many(int64(l.Events), "event", "events"), words.Many(counts[finding.Warning], "warning", "warnings"), counts[finding.Info])
	return err
}

// lintJSON writes the problems for programs: names byte for byte.
func (g *global) lintJSON(l app.Linted) error {
	type problem struct {
		File     string  `json:"file"`
		Line     int     `json:"line"`
		Column   int     `json:"column"`
		Severity string  `json:"severity"`
		Code     string  `json:"code"`
		Event    *string `json:"event"`
		Property *string `json:"property"`
		Message  string  `json:"message"`
		Advice   string  `json:"advice"`
	}
	out := struct {
		SchemaVersion int       `json:"schema_version"`
		Plans         []string  `json:"plans"`
		Events        int       `json:"events"`
		Problems      []problem `json:"problems"`
	}{1, l.Files, l.Events, []problem{}}
	optional := func(s string) *string {
		if s == "" {
			return nil
		}
		return &s
	}
	for _, p := range l.Problems {
		out.Problems = append(out.Problems, problem{
			p.Pos.File, p.Pos.Line, p.Pos.Col, p.Severity.String(), p.Code, optional(p.Event), optional(p.Property), p.Message, p.Advice,
		})
	}
	enc := json.NewEncoder(g.out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(out)
}
