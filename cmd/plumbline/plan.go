package main

import (
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/plumbline-audit/plumbline/internal/app"
)

func newPlan(g *global) *cobra.Command {
	cmd := &cobra.Command{Use: "plan", Short: "Show, check, compare, infer, import and export tracking plans", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	var source string
	show := &cobra.Command{
		Use: "show [EVENT]", Short: "Show the planned events, or one with its properties", Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			a, err := g.open()
			if err != nil {
				return err
			}
			defer a.Close() //nolint:errcheck // nothing was written
			name := ""
			if len(args) == 1 {
				name = args[0]
			}
			return g.showPlan(a, source, name)
		},
	}
	show.Flags().StringVar(&source, "source", "", "only what is planned for this source")
	cmd.AddCommand(show, newPlanInfer(g), newPlanImport(g), newPlanExport(g))
	return cmd
}

func (g *global) showPlan(a *app.App, source, name string) error {
	events := a.Planned(source)
	if len(events) == 0 {
		return usage(errors.New("the configuration names no plan, or none for this source: set plan: {file: …}"))
	}
	w := tabwriter.NewWriter(g.out, 2, 4, 2, ' ', 0)
	if name == "" {
		fmt.Fprintln(w, "EVENT\tCALL\tSOURCES\tPROPERTIES\tOWNER\tSTATUS")
		for _, e := range events {
			fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\t%s\n", safe(e.Name), e.Call, safe(strings.Join(e.Sources, ", ")), len(e.Properties), safe(e.Owner), e.Status)
		}
		return w.Flush()
	}
	for _, e := range events {
		if e.Name != name {
			continue
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", safe(e.Name), e.Call, e.Pos)
		for _, p := range e.Properties {
			must := "optional"
			if p.Required {
				must = "required"
			}
			fmt.Fprintf(w, "  %s\t%s\t%s\t%s\n", safe(p.Name), p.Type, must, safe(rulesOf(p)))
		}
		return w.Flush()
	}
	return usage(fmt.Errorf("the plan has no event %q; see plumbline plan show", name))
}
