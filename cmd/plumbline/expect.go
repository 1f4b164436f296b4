package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/plumbline-audit/plumbline/internal/app"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/report"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// expectFlags are what somebody says beforehand.
type expectFlags struct {
	events, sources, kinds []string
	from, until, why       string
	list                   bool
	takeBack               int64
}

func newExpect(g *global) *cobra.Command {
	var f expectFlags
	cmd := &cobra.Command{
		Use:   "expect",
		Short: "Say beforehand what will be found, so that it is no news",
		Long: "What it covers is still judged and listed, as expected: it is not posted and does not count for the exit\n" +
			"code. It ends by itself after its last day. The same as expect: in the configuration.",
		Example: "  plumbline expect --event \"Coupon Applied\" --source web --kind event-stopped --until 2026-08-01 --why \"campaign ended\"\n" +
			"  plumbline expect --list\n" +
			"  plumbline expect --take-back 3",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return g.expect(cmd.Context(), f) },
	}
	fl := cmd.Flags()
	fl.StringArrayVar(&f.events, "event", nil, "event as it is sent, * for any text (repeatable; default: all)")
	fl.StringArrayVar(&f.sources, "source", nil, "source (repeatable; default: all)")
	fl.StringArrayVar(&f.kinds, "kind", nil, "kind of finding, such as event-stopped (repeatable; default: all)")
	fl.StringVar(&f.from, "from", "", "the first day, YYYY-MM-DD (default: today)")
	fl.StringVar(&f.until, "until", "", "the last day, YYYY-MM-DD")
	fl.StringVar(&f.why, "why", "", "the reason, for whoever comes later")
	fl.BoolVar(&f.list, "list", false, "list what is expected, in the configuration and beside it")
	fl.Int64Var(&f.takeBack, "take-back", 0, "end the expectation of this number")
	return cmd
}

func (g *global) expect(ctx context.Context, f expectFlags) error {
	var e incident.Expectation
	var err error
	if !f.list && f.takeBack == 0 {
		if e, err = f.expectation(g.now()); err != nil {
			return usage(err)
		}
	}
	a, err := g.open()
	if err != nil {
		return err
	}
	defer a.Close() //nolint:errcheck // what was stated is committed
	switch {
	case f.list:
		return g.listExpected(ctx, a)
	case f.takeBack != 0:
		if err := a.TakeBack(ctx, f.takeBack, who(g)); err != nil {
			return err
		}
		_, err = fmt.Fprintf(g.out, "expectation %d is taken back: what it covered is news again\n", f.takeBack)
		return err
	}
	id, err := a.ExpectBefore(ctx, e, who(g))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(g.out, "expectation %d: %s, from %s to %s, both included. Back: plumbline expect --take-back %d\n",
		id, app.Describe(e), e.Span.First, e.Span.Last, id)
	return err
}

// expectation reads the flags. One that covers everything is refused: it would silence the whole workspace.
func (f expectFlags) expectation(now time.Time) (incident.Expectation, error) {
	e := incident.Expectation{Events: f.events, Sources: f.sources, Why: strings.TrimSpace(f.why)}
	for _, k := range f.kinds {
		if known := app.Known().Kinds; !slices.Contains(known, k) {
			return e, fmt.Errorf("--kind %s: write one of %s", k, strings.Join(known, ", "))
		}
		e.Kinds = append(e.Kinds, finding.Kind(k))
	}
	switch {
	case len(f.events)+len(f.sources)+len(f.kinds) == 0:
		return e, errors.New("say what is expected: --event, --source or --kind (plumbline expect --list shows what is)")
	case f.until == "":
		return e, errors.New("expect needs --until: the last day, such as 2026-08-01")
	case e.Why == "":
		return e, errors.New("expect needs --why: somebody will ask why nobody was told")
	}
	e.Span.First = landed.DayOf(now.UTC())
	var err error
	if f.from != "" {
		if e.Span.First, err = landed.ParseDay(f.from); err != nil {
			return e, fmt.Errorf("--from: %w", err)
		}
	}
	if e.Span.Last, err = landed.ParseDay(f.until); err != nil {
		return e, fmt.Errorf("--until: %w", err)
	}
	if e.Span.Empty() {
		return e, fmt.Errorf("--until %s is before --from %s", e.Span.Last, e.Span.First)
	}
	return e, nil
}

func (g *global) listExpected(ctx context.Context, a *app.App) error {
	list, err := a.Expectations(ctx)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		_, err := fmt.Fprintln(g.out, "Nothing is expected.")
		return err
	}
	w := tabwriter.NewWriter(g.out, 2, 4, 2, ' ', 0)
	fmt.Fprintln(w, "NUMBER\tFROM\tUNTIL\tCOVERS NOW\tBY\tWHAT AND WHY")
	for _, e := range list {
		number, from, until := "-", "", ""
		if e.ID > 0 {
			number = strconv.FormatInt(e.ID, 10)
		}
		if e.Span.First != landed.NoDay {
			from = e.Span.First.String()
		}
		if e.Span.Last < 1<<29 {
			until = e.Span.Last.String()
		}
		covers := plural(e.Matches)
		if e.Over {
			covers = "over"
		}
		what := app.Describe(e.Expectation)
		if e.Why != "" {
			what += ": " + safe(e.Why)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", number, from, until, covers, safe(e.Who), what)
	}
	return w.Flush()
}

func newFindingsTrail(g *global) *cobra.Command {
	cmd := &cobra.Command{Use: "trail [ID…]", Short: "Who did what with findings, when and why", ValidArgsFunction: g.completeIDs}
	return newListing(g, cmd, func(ctx context.Context, a *app.App, f app.Filter, format string) error {
		done, err := a.Trail(ctx, f)
		if err != nil {
			return err
		}
		return g.trail(done, format, a.Config.Timezone.Location())
	})
}

// done is one line of the trail as scripts read it.
type done struct {
	At      string `json:"at"`
	Who     string `json:"who"`
	What    string `json:"what"`
	Why     string `json:"why"`
	Finding string `json:"finding"`
	Title   string `json:"title"`
}

func (g *global) trail(list []app.Done, format string, zone *time.Location) error {
	rows := make([]done, len(list))
	for i, d := range list {
		rows[i] = done{d.At.UTC().Format(time.RFC3339), d.Who, d.What, d.Why, d.ID, d.Title}
	}
	switch format {
	case "json":
		enc := json.NewEncoder(g.out)
		enc.SetIndent("", "  ")
		return enc.Encode(rows)
	case "csv":
		table := [][]string{{"at", "who", "what", "why", "finding", "title"}}
		for _, r := range rows {
			table = append(table, []string{r.At, r.Who, r.What, r.Why, r.Finding, r.Title})
		}
		return report.TableCSV(g.out, table)
	}
	if len(rows) == 0 {
		_, err := fmt.Fprintln(g.out, "Nobody did anything yet.")
		return err
	}
	w := tabwriter.NewWriter(g.out, 2, 4, 2, ' ', 0)
	for i, r := range rows {
		why := ""
		if r.Why != "" {
			why = " (" + safe(r.Why) + ")"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s%s\n", words.FullMoment(list[i].At, zone), safe(r.Who), safe(r.What), r.Finding, safe(r.Title), why)
	}
	return w.Flush()
}
