package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/plumbline-audit/plumbline/internal/app"
)

// initFlags are the flags of plumbline init.
type initFlags struct {
	app.SetupRequest
	noPlan, yes bool
}

func newInit(g *global) *cobra.Command {
	var f initFlags
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Look at a warehouse and write a commented plumbline.yaml",
		Long: "Asks for a connection, finds the schemas in which events land, guesses the time zone, and writes a\n" +
			"commented plumbline.yaml and the state beside it. Schemas that look like development (dev, staging,\n" +
			"test, qa, sandbox) are left out and named. A plan that lies in the folder is offered; without one a\n" +
			"draft is written from what landed, on which audits know that nobody agreed. The warehouse is only read.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return g.init(cmd.Context(), f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.Warehouse, "warehouse", "", "where events land: duckdb:FILE or duckdb:FOLDER (asked for on a terminal)")
	fl.StringVar(&f.Plan, "plan", "", "the tracking plan, in any format of docs/plan.md")
	fl.BoolVar(&f.noPlan, "no-plan", false, "use no plan: neither one that lies in the folder nor a draft")
	fl.BoolVar(&f.Infer, "infer", false, "write a draft of a plan from what landed, as tracking-plan.yaml, also where a plan lies in the folder")
	fl.StringVar(&f.Timezone, "timezone", "", "whose calendar days are judged (default: guessed from the traffic)")
	fl.StringVar(&f.Workspace, "workspace", "", "name in messages and reports (default: the name of the folder)")
	fl.StringVar(&f.Out, "out", "plumbline.yaml", "the file to write")
	fl.BoolVar(&f.Force, "force", false, "write over a file that is there")
	fl.BoolVar(&f.yes, "yes", false, "ask nothing: use a plan that lies in the folder if it is the only one")
	return cmd
}

func (g *global) init(ctx context.Context, f initFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	ask := g.asker(f.yes)
	if f.Warehouse == "" {
		url, err := g.askWarehouse(ask)
		if err != nil {
			return err
		}
		f.Warehouse = url
	}
	note, err := g.choosePlan(&f, ask)
	if err != nil {
		return err
	}
	f.Infer = f.Infer || f.Plan == "" && !f.noPlan && note == ""
	f.Machine = g.machineZone()
	log, err := g.logger()
	if err != nil {
		return err
	}
	o := app.Options{Now: g.now, Log: log}
	if g.lively(g.err) {
		o.Progress = progress(g.err)
	}
	s, err := app.SetUp(ctx, f.SetupRequest, o)
	if err != nil {
		return err
	}
	g.tellSetup(s, f, note)
	return nil
}

// check refuses flags that cannot be together.
func (f initFlags) check() error {
	switch {
	case f.Plan != "" && f.noPlan:
		return usage(errors.New("--plan and --no-plan: use one of them"))
	case f.noPlan && f.Infer:
		return usage(errors.New("--no-plan and --infer: use one of them"))
	case f.Plan != "" && f.Infer:
		return usage(errors.New("--plan and --infer: a plan is either there or written; use one of them"))
	case f.Out == "":
		return usage(errors.New("--out is empty: name the file to write"))
	}
	return f.Check()
}

// asker asks a question on the terminal; nil where nobody can answer.
type asker func(question string) (string, error)

func (g *global) asker(yes bool) asker {
	if yes || !terminal(g.in()) || !terminal(g.out) {
		return nil
	}
	return g.asks(g.in())
}

func (g *global) asks(from io.Reader) asker {
	lines := bufio.NewReader(from)
	return func(question string) (string, error) {
		fmt.Fprint(g.out, question)
		line, err := lines.ReadString('\n')
		if err != nil && (line == "" || !errors.Is(err, io.EOF)) {
			return "", usage(errors.New("no answer: nothing was written"))
		}
		return strings.TrimSpace(line), nil
	}
}

// askWarehouse asks for the connection, the one thing that has to be known.
func (g *global) askWarehouse(ask asker) (string, error) {
	here := databases(".")
	if ask == nil {
		hint := ""
		if len(here) > 0 {
			hint = " (" + safe(here[0]) + " is here: --warehouse duckdb:" + safe(here[0]) + ")"
		}
		return "", usage(fmt.Errorf("nobody can be asked for the warehouse: name it with --warehouse duckdb:FILE or duckdb:FOLDER%s", hint))
	}
	for {
		def := ""
		if len(here) == 1 {
			def = "duckdb:" + here[0]
		}
		question := "Where do your events land? duckdb:FILE, or duckdb:FOLDER with <schema>/<table>/*.parquet\n> "
		if def != "" {
			question = "Where do your events land? [" + safe(def) + "]\n> "
		}
		answer, err := ask(question)
		if err != nil {
			return "", err
		}
		if answer == "" {
			answer = def
		}
		if _, err := app.WarehouseURL(answer); err != nil {
			fmt.Fprintf(g.out, "%v\n", err)
			continue
		}
		return answer, nil
	}
}

// databases lists the files of a folder that are called as DuckDB's are.
func databases(folder string) []string {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		if ext := strings.ToLower(filepath.Ext(e.Name())); !e.IsDir() && (ext == ".duckdb" || ext == ".ddb") {
			out = append(out, e.Name())
		}
	}
	return out
}

// choosePlan takes a plan that lies beside the file that is to be written, if that is wanted; it returns what to say.
func (g *global) choosePlan(f *initFlags, ask asker) (string, error) {
	if f.Plan != "" || f.noPlan || f.Infer {
		return "", nil
	}
	plans := app.PlanFiles(filepath.Dir(f.Out))
	switch {
	case len(plans) == 0:
		return "", nil
	case len(plans) > 1:
		var names []string
		for _, p := range plans {
			names = append(names, p.Path)
		}
		return fmt.Sprintf("%d plans lie here and none was chosen: name one with --plan (%s)", len(plans), safe(strings.Join(names, ", "))), nil
	case f.yes:
		f.Plan = plans[0].Path
		return "", nil
	case ask == nil:
		return fmt.Sprintf("%s lies here and was not used: --plan %s, or --yes", safe(plans[0].Path), safe(plans[0].Path)), nil
	}
	answer, err := ask(fmt.Sprintf("%s plans %d events. Use it? [Y/n] ", safe(plans[0].Path), plans[0].Events))
	if err != nil {
		return "", err
	}
	if a := strings.ToLower(answer); a == "" || strings.HasPrefix(a, "y") {
		f.Plan = plans[0].Path
	}
	return "", nil
}

// machineZone is the time zone of this machine, where it says so.
func (g *global) machineZone() string {
	if tz, ok := g.env("TZ"); ok {
		return strings.TrimPrefix(tz, ":")
	}
	target, err := os.Readlink("/etc/localtime")
	if err != nil {
		return ""
	}
	if _, zone, ok := strings.Cut(filepath.ToSlash(target), "zoneinfo/"); ok {
		return zone
	}
	return ""
}
