package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/plumbline-audit/plumbline/internal/app"
	"github.com/plumbline-audit/plumbline/internal/plan"
	"github.com/plumbline-audit/plumbline/internal/words"
)

func newPlanInfer(g *global) *cobra.Command {
	var r app.InferRequest
	force := false
	cmd := &cobra.Command{
		Use: "infer", Short: "Write a plan from what landed, with its evidence", Args: cobra.NoArgs,
		Long: "Write a tracking plan from what landed in the warehouse, in plumbline's own format, for people to correct.\n" +
			"Each event and property carries its evidence as a comment. The warehouse is only read.",
		Example: "  plumbline plan infer --out tracking-plan.yaml",
		RunE:    func(cmd *cobra.Command, _ []string) error { return g.inferPlan(cmd.Context(), r, force) },
	}
	fl := cmd.Flags()
	fl.StringArrayVar(&r.Sources, "source", nil, "only from this source (repeatable)")
	fl.StringVar(&r.File, "out", "", "write the plan to this file")
	fl.BoolVar(&force, "force", false, "write over a file that is there")
	fl.IntVar(&r.Days, "days", 60, "days of history to read")
	fl.StringVar(&r.AsOf, "as-of", "", "as if run on this day (YYYY-MM-DD): from the days before it")
	return cmd
}

func (g *global) inferPlan(ctx context.Context, r app.InferRequest, force bool) error {
	if r.Days < 1 {
		return usage(fmt.Errorf("--days %d: write a number of days from 1", r.Days))
	}
	if _, err := os.Stat(r.File); r.File != "" && err == nil && !force {
		return usage(fmt.Errorf("%s is there already: name another file with --out, or write over it with --force", r.File))
	}
	c, err := g.load()
	if err != nil {
		return err
	}
	c.Plans, c.ShortPlan = nil, nil // the plan that is named may be the one to be written
	a, err := g.build(c, true)
	if err != nil {
		return err
	}
	defer a.Close() //nolint:errcheck // nothing was written
	to, err := g.destination(r.File)
	if err != nil {
		return err
	}
	p, notes, err := a.InferPlan(ctx, r)
	if err == nil {
		err = plan.WriteOwn(to, p, notes)
	}
	if err := to.done(err); err != nil {
		return err
	}
	if len(p.Events) == 0 {
		return &exit{exitPartial, errors.New("no event landed often enough to be planned: the comments say what was left out; look further back with --days")}
	}
	if r.File != "" {
		fmt.Fprintf(g.err, "%s: %s. Read it, then: plumbline plan lint %s\n", r.File, words.Many(int64(len(p.Events)), "event", "events"), r.File)
	}
	return nil
}
