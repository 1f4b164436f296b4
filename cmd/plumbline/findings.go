package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/plumbline-audit/plumbline/config"
	"github.com/plumbline-audit/plumbline/internal/app"
	"github.com/plumbline-audit/plumbline/internal/fix"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/report"
)

// chosen are the flags that choose findings.
type chosen struct {
	app.Filter
	older string
	yes   bool
}

func (c *chosen) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&c.Statuses, "status", nil, "open, acknowledged, snoozed, expected, dismissed, baseline or resolved (repeatable)")
	f.StringArrayVar(&c.Kinds, "kind", nil, "kind of finding, such as rename (repeatable)")
	f.StringArrayVar(&c.Sources, "source", nil, "source (repeatable)")
	f.StringVar(&c.Owner, "owner", "", "owner")
	f.StringVar(&c.older, "older-than", "", "opened at least so long ago, such as 7d")
	f.BoolVar(&c.Baseline, "baseline", false, "only what was wrong before the first audit")
}

// filter reads the flags.
func (c *chosen) filter(ids []string) (app.Filter, error) {
	f := c.Filter
	f.IDs = ids
	if c.older != "" {
		d, err := config.ParseDuration(c.older)
		if err != nil {
			return f, usage(fmt.Errorf("--older-than %s: %w", c.older, err))
		}
		f.Older = d
	}
	for _, s := range f.Statuses {
		all := []string{
			string(incident.Open), string(incident.Acknowledged), string(incident.Snoozed), string(incident.Expected),
			string(incident.Dismissed), string(incident.Baseline), string(incident.ResolvedAway),
		}
		if !slices.Contains(all, s) {
			return f, usage(fmt.Errorf("--status %s: write one of %s", s, strings.Join(all, ", ")))
		}
	}
	for _, k := range f.Kinds {
		if known := app.Known().Kinds; !slices.Contains(known, k) {
			return f, usage(fmt.Errorf("--kind %s: write one of %s", k, strings.Join(known, ", ")))
		}
	}
	return f, nil
}

// newListing is a command that reads what its flags and arguments choose, and writes it in one of three formats.
func newListing(g *global, cmd *cobra.Command, write func(ctx context.Context, a *app.App, f app.Filter, format string) error) *cobra.Command {
	var c chosen
	var format string
	cmd.RunE = func(cmd *cobra.Command, ids []string) error {
		f, err := c.filter(ids)
		if err != nil {
			return err
		}
		if !slices.Contains([]string{"text", "json", "csv"}, format) {
			return usage(fmt.Errorf("--format %s: write text, json or csv", format))
		}
		a, err := g.open()
		if err != nil {
			return err
		}
		defer a.Close() //nolint:errcheck // nothing was written
		return write(cmd.Context(), a, f, format)
	}
	c.flags(cmd)
	cmd.Flags().StringVar(&format, "format", "text", "text, json or csv")
	return cmd
}

func newFindingsList(g *global) *cobra.Command {
	cmd := &cobra.Command{Use: "list", Short: "List what is open, acknowledged, snoozed or expected", Args: cobra.NoArgs}
	return newListing(g, cmd, func(ctx context.Context, a *app.App, f app.Filter, format string) error {
		list, err := a.Findings(ctx, f)
		if err != nil {
			return err
		}
		switch format {
		case "json":
			return report.FindingsJSON(g.out, list, map[string][]fix.Text{})
		case "csv":
			return report.FindingsCSV(g.out, list)
		}
		return report.List(g.out, list, g.look(a.Config))
	})
}

func newFindingsShow(g *global) *cobra.Command {
	var statements bool
	cmd := &cobra.Command{
		Use: "show ID", Short: "Show one finding whole, with every fix", Args: cobra.ExactArgs(1), ValidArgsFunction: g.completeIDs,
		RunE: func(cmd *cobra.Command, args []string) error {
			a, err := g.open()
			if err != nil {
				return err
			}
			defer a.Close() //nolint:errcheck // nothing was written
			r, fixes, err := a.Show(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if !statements {
				return report.Show(g.out, r, fixes, g.look(a.Config))
			}
			behind, err := a.Behind(cmd.Context(), r)
			if err != nil {
				return err
			}
			return g.statements(behind, r.Finding.Title)
		},
	}
	cmd.Flags().BoolVar(&statements, "sql", false, "print the statements that give its figures, ready to paste; none is run")
	return cmd
}

// statements writes each statement under what it gives.
func (g *global) statements(list []app.Behind, title string) error {
	fmt.Fprintf(g.out, "-- %s\n", safe(title))
	if len(list) == 0 {
		_, err := fmt.Fprintln(g.out, "-- It is about no rows that could be counted.")
		return err
	}
	for _, s := range list {
		if _, err := fmt.Fprintf(g.out, "\n-- %s, %s\n%s;\n", s.Name, s.Days, s.Text); err != nil {
			return err
		}
	}
	return nil
}

// completeIDs offers the ids of what stands.
func (g *global) completeIDs(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	a, err := g.open()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	defer a.Close() //nolint:errcheck // nothing was written
	list, err := a.Findings(cmd.Context(), app.Filter{})
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var out []string
	for _, r := range list {
		out = append(out, r.ID+"\t"+safe(r.Finding.Title))
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}
