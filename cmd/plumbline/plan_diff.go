package main

import (
	"github.com/spf13/cobra"

	"github.com/plumbline-audit/plumbline/internal/plan"
	"github.com/plumbline-audit/plumbline/internal/plandiff"
)

func newPlanDiff(g *global) *cobra.Command {
	format := "text"
	cmd := &cobra.Command{
		Use: "diff A B", Short: "Say what changes from one plan to another", Args: cobra.ExactArgs(2),
		Long: "Compare two plans, each a file or folder in any format that plumbline reads: events added, removed, likely\n" +
			"renamed and changed. What breaks senders of the first plan is marked with an exclamation mark.\n\n" +
			"Exit codes, as those of diff: 0 the plans say the same, 1 they differ, 2 one of them cannot be read.",
		Example: "  plumbline plan diff last-quarter.json tracking-plan.json",
		RunE:    func(_ *cobra.Command, args []string) error { return g.diffPlans(args[0], args[1], format) },
	}
	cmd.Flags().StringVar(&format, "format", format, "text or json")
	return cmd
}

func (g *global) diffPlans(before, after, format string) error {
	if err := oneOf("--format", format, "text", "json"); err != nil {
		return err
	}
	a, err := plan.Read(before)
	if err != nil {
		return usage(err)
	}
	b, err := plan.Read(after)
	if err != nil {
		return usage(err)
	}
	list := plandiff.Diff(a, b)
	write := plandiff.Text
	if format == "json" {
		write = plandiff.JSON
	}
	if err := write(g.out, list); err != nil {
		return err
	}
	if len(list) > 0 {
		return &exit{code: exitFindings}
	}
	return nil
}
