package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/plumbline-audit/plumbline/config"
	"github.com/plumbline-audit/plumbline/internal/app"
	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/fix"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
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

func newFindings(g *global) *cobra.Command {
	cmd := &cobra.Command{
		Use: "findings", Short: "List what was found, and say what becomes of it", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newFindingsList(g), newFindingsShow(g))
	var snooze, from, why string
	verb := func(v app.Verb, short string, flags func(*cobra.Command), act func() (app.Act, error)) {
		var c chosen
		sub := &cobra.Command{
			Use: string(v) + " [ID…]", Short: short, ValidArgsFunction: g.completeIDs,
			RunE: func(cmd *cobra.Command, ids []string) error {
				a, err := act()
				if err != nil {
					return err
				}
				a.Verb, a.Who, a.Why = v, who(g), why
				return g.handle(cmd.Context(), c, ids, a)
			},
		}
		c.flags(sub)
		sub.Flags().BoolVar(&c.yes, "yes", false, "do not ask")
		if flags != nil {
			flags(sub)
		}
		cmd.AddCommand(sub)
	}
	plain := func() (app.Act, error) { return app.Act{}, nil }
	withWhy := func(c *cobra.Command) { c.Flags().StringVar(&why, "why", "", "the reason, for whoever comes later") }
	verb(app.Ack, "Somebody knows and is on it", withWhy, plain)
	verb(app.Snooze, "Not now: quiet for a while", func(c *cobra.Command) {
		withWhy(c)
		c.Flags().StringVar(&snooze, "for", "7d", "how long, such as 12h or 7d")
	}, func() (app.Act, error) {
		d, err := config.ParseDuration(snooze)
		if err != nil {
			return app.Act{}, usage(fmt.Errorf("--for %s: %w", snooze, err))
		}
		return app.Act{For: d}, nil
	})
	verb(app.Dismiss, "Not a problem: never again (of a pair: these are two events)", withWhy, func() (app.Act, error) {
		if why == "" {
			return app.Act{}, usage(errors.New("dismiss needs --why: it is never told again, and somebody will ask"))
		}
		return app.Act{}, nil
	})
	verb(app.Accept, "This level is the new usual", func(c *cobra.Command) {
		withWhy(c)
		c.Flags().StringVar(&from, "from", "", "the first day of the new level, YYYY-MM-DD (default: the day the finding began)")
	}, func() (app.Act, error) {
		if from == "" {
			return app.Act{From: landed.NoDay}, nil
		}
		d, err := landed.ParseDay(from)
		if err != nil {
			return app.Act{}, usage(fmt.Errorf("--from: %w", err))
		}
		return app.Act{From: d}, nil
	})
	verb(app.Reopen, "Take back what was done: it is open again", withWhy, plain)
	return cmd
}

func newFindingsList(g *global) *cobra.Command {
	var c chosen
	var format string
	cmd := &cobra.Command{
		Use: "list", Short: "List what is open, acknowledged, snoozed or expected", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f, err := c.filter(nil)
			if err != nil {
				return err
			}
			if format != "text" && format != "json" {
				return usage(fmt.Errorf("--format %s: write text or json", format))
			}
			a, err := g.open()
			if err != nil {
				return err
			}
			defer a.Close() //nolint:errcheck // nothing was written
			list, err := a.Findings(cmd.Context(), f)
			if err != nil {
				return err
			}
			if format == "json" {
				return report.FindingsJSON(g.out, list, map[string][]fix.Text{})
			}
			return report.List(g.out, list, g.look(a.Config))
		},
	}
	c.flags(cmd)
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	return cmd
}

func newFindingsShow(g *global) *cobra.Command {
	return &cobra.Command{
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
			return report.Show(g.out, r, fixes, g.look(a.Config))
		},
	}
}

// handle shows what a verb would act on, asks, and acts.
func (g *global) handle(ctx context.Context, c chosen, ids []string, act app.Act) error {
	f, err := c.filter(ids)
	if err != nil {
		return err
	}
	if f.Empty() {
		return usage(fmt.Errorf("name the findings: plumbline findings %s PL-…, or choose them with --kind, --source, --status, --owner or --older-than", act.Verb))
	}
	a, err := g.open()
	if err != nil {
		return err
	}
	defer a.Close() //nolint:errcheck // what was done is committed
	list, err := a.Findings(ctx, f)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		_, err := fmt.Fprintln(g.out, "nothing fits")
		return err
	}
	if err := report.List(g.out, list, g.look(a.Config)); err != nil {
		return err
	}
	if ok, err := g.confirm(c, ids, act.Verb, list); err != nil || !ok {
		return err
	}
	if err := a.Handle(ctx, list, act); err != nil {
		return err
	}
	_, err = fmt.Fprintf(g.out, "%s: %s\n", act.Verb, plural(len(list)))
	return err
}

func plural(n int) string {
	if n == 1 {
		return "1 finding"
	}
	return fmt.Sprintf("%d findings", n)
}

// confirm asks before a verb acts on what a filter chose. Findings that were named one by one were chosen already.
func (g *global) confirm(c chosen, ids []string, v app.Verb, list []audit.Reported) (bool, error) {
	if c.yes || len(ids) > 0 {
		return true, nil
	}
	if !terminal(g.out) || !terminal(g.in()) {
		return false, usage(fmt.Errorf("%s would act on the %s above: say --yes to do so", v, plural(len(list))))
	}
	fmt.Fprintf(g.out, "%s %s? [y/N] ", v, plural(len(list)))
	answer, err := bufio.NewReader(g.in()).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	return strings.EqualFold(strings.TrimSpace(answer), "y"), nil
}

// in is where answers come from.
func (g *global) in() *os.File { return os.Stdin }

// who is the person at the keyboard, for the trail.
func who(g *global) string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	if v, ok := g.env("USER"); ok {
		return v
	}
	return "somebody"
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
