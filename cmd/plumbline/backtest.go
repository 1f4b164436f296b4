package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/plumbline-audit/plumbline/internal/app"
	"github.com/plumbline-audit/plumbline/internal/backtest"
	"github.com/plumbline-audit/plumbline/internal/report"
)

// backtestFlags are the flags of plumbline backtest.
type backtestFlags struct {
	app.Replayed
	format, out, scores string
}

func newBacktest(g *global) *cobra.Command {
	var f backtestFlags
	cmd := &cobra.Command{
		Use:   "backtest",
		Short: "Replay past nights: what you would have been told",
		Long: "Audits past nights one after the other, each with only what had landed by that morning, and says what you\n" +
			"would have been told and when. It starts with an empty state of its own: no finding changes, nothing is sent.\n" +
			"The configuration applies; what people said of findings (acknowledged, dismissed, accepted) does not.\n\n" +
			"Exit codes: 0 it worked, whatever it found, 2 wrong usage, configuration or plan, 3 it could not finish or some\n" +
			"night could not be checked in full.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return g.backtest(cmd.Context(), f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.From, "from", "", "first day to judge, YYYY-MM-DD (default: 89 days before --to, or four weeks into the history)")
	fl.StringVar(&f.To, "to", "", "last day to judge, YYYY-MM-DD (default: the last day that has rows)")
	fl.StringArrayVar(&f.Sources, "source", nil, "only this source (repeatable)")
	fl.StringArrayVar(&f.Kinds, "check", nil, "report only this kind of finding (repeatable)")
	fl.StringVar(&f.format, "format", "text", "text, json or markdown")
	fl.StringVar(&f.out, "out", "", "write the report to this file")
	fl.StringVar(&f.scores, "scores", "", "also write the volume score of each event and day to this file, as CSV")
	return cmd
}

func (g *global) backtest(ctx context.Context, f backtestFlags) error {
	switch f.format {
	case "text", "json", "markdown":
	default:
		return usage(fmt.Errorf("--format %s: write text, json or markdown", f.format))
	}
	c, err := g.load()
	if err != nil {
		return err
	}
	a, err := g.build(c, true)
	if err != nil {
		return err
	}
	defer a.Close() //nolint:errcheck // nothing was to be kept
	f.Scores = f.scores != ""
	to, err := g.destination(f.out) // both before the work: a file that cannot be written to is known at once
	if err != nil {
		return err
	}
	scores := &destination{Writer: io.Discard}
	if f.Scores {
		if scores, err = g.destination(f.scores); err != nil {
			return to.done(err)
		}
	}
	nights, scored, err := a.Backtest(ctx, f.Replayed)
	if err == nil {
		err = scored.WriteCSV(scores)
	}
	if err = scores.done(err); err == nil {
		err = g.replayed(to, a, nights, f.format)
	}
	if err := to.done(err); err != nil {
		return err
	}
	for _, n := range nights {
		if !n.Result.Header.Complete() {
			return &exit{code: exitPartial}
		}
	}
	return nil
}

// replayed writes past nights in one of the formats.
func (g *global) replayed(w io.Writer, a *app.App, nights []backtest.Night, format string) error {
	switch format {
	case "json":
		return report.BacktestJSON(w, nights)
	case "markdown":
		return report.BacktestMarkdown(w, backtest.Sum(nights), g.look(a.Config))
	default:
		return report.BacktestText(w, backtest.Sum(nights), g.look(a.Config))
	}
}
