package backtest_test

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/checks"
	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/backtest"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
	"github.com/plumbline-audit/plumbline/internal/state"
	"github.com/plumbline-audit/plumbline/internal/testkit"
)

func on(t *testing.T, s string) landed.Day {
	t.Helper()
	d, err := landed.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// replay is a backtest of one source that holds days, with a fake warehouse and a real state in memory.
func replay(t *testing.T, p *plan.Plan, facts *testkit.Facts) (backtest.Replay, *testkit.Warehouse) {
	t.Helper()
	clock := &backtest.Clock{}
	store, err := state.Open(t.Context(), state.Memory, state.Options{Workspace: "northlight", Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	set, err := checks.Make(func(string) checks.Settings { return nil }, func(finding.Kind) bool { return false })
	if err != nil {
		t.Fatal(err)
	}
	w := &testkit.Warehouse{Facts: map[string]landed.Snapshot{facts.Source.Name: facts.Snapshot}}
	audits := 0
	return backtest.Replay{
		Auditor: audit.Auditor{
			Warehouse: w, Store: store, Log: slog.New(slog.DiscardHandler),
			NewID: func() string { audits++; return "audit-" + strconv.Itoa(audits) },
		},
		Job: audit.Job{
			Workspace: "northlight", Checks: set, LoadedBy: 4*time.Hour + 15*time.Minute, History: 90,
			Sources: []audit.Source{{Source: facts.Source, Plan: p.In(facts.Source.Name)}},
		},
		Clock:   clock,
		Deliver: func(context.Context) ([]backtest.Message, error) { return nil, nil },
	}, w
}

func shop(t *testing.T, first, last string) *testkit.Facts {
	t.Helper()
	return testkit.NewFacts("web", landed.Span{First: on(t, first), Last: on(t, last)})
}

func TestNightsRunAsLive(t *testing.T) {
	stop := on(t, "2026-06-10")
	facts := shop(t, "2026-03-01", "2026-06-20").
		Event("Order Placed", "order_placed", 400, nil).
		Event("Cart Viewed", "cart_viewed", 300, func(d landed.Day, rows float64) float64 {
			if d == stop {
				return 0
			}
			return rows
		})
	p := &plan.Plan{Events: []plan.Event{{Name: "Order Placed", Call: "track"}, {Name: "Cart Viewed", Call: "track"}}}
	r, _ := replay(t, p, facts)
	nights, err := r.Run(t.Context(), landed.Span{First: stop - 3, Last: stop + 2})
	if err != nil {
		t.Fatal(err)
	}
	type line struct {
		AsOf, Change string
		Opened       string
	}
	var got []line
	for _, n := range nights {
		if n.Result.Landed != nil {
			t.Error("a night keeps its facts: sixty would not fit")
		}
		for _, f := range n.Result.Findings {
			if f.Finding.Subject.Event == "Cart Viewed" {
				got = append(got, line{n.AsOf.String(), f.Change.String(), f.Opened.Format(time.RFC3339)})
			}
		}
	}
	want := []line{
		{"2026-06-11", "new", "2026-06-11T04:15:00Z"},
		{"2026-06-12", "resolved", "2026-06-11T04:15:00Z"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what the nights said of the stop (-want +got):\n%s", diff)
	}
	s := backtest.Sum(nights)
	if len(s.Troubles) != 1 || s.Troubles[0].Open() || s.Troubles[0].Told != stop+1 || s.Troubles[0].Silent() != 1 {
		t.Errorf("the sum has %+v", s.Troubles)
	}
}

// A catalogue only knows today's columns. One that was filled later is not there yet; one that nothing ever filled is.
func TestColumnsComeWithTheirFirstValue(t *testing.T) {
	came := on(t, "2026-06-10")
	facts := shop(t, "2026-03-01", "2026-06-20").Event("Order Placed", "order_placed", 400, nil).
		Column("order_placed", "total", nil).Column("order_placed", "coupon", nil).Column("order_placed", "empty", nil)
	for _, day := range facts.Tables[0].Profiles {
		for i, c := range day.Columns {
			if c.Column == "empty" || c.Column == "coupon" && day.Day < came {
				day.Columns[i].Filled = 0
			}
		}
	}
	p := &plan.Plan{Events: []plan.Event{{Name: "Order Placed", Call: "track", Properties: []plan.Property{{Name: "total"}}}}}
	r, _ := replay(t, p, facts)
	seen := map[string][]string{}
	r.Auditor.Watch = func(inputs []checks.Input) {
		for _, c := range inputs[0].Landed.Tables[0].Columns {
			seen[inputs[0].AsOf.String()] = append(seen[inputs[0].AsOf.String()], c.Name)
		}
	}
	nights, err := r.Run(t.Context(), landed.Span{First: came - 2, Last: came})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{
		"2026-06-09": {"empty", "total"}, "2026-06-10": {"empty", "total"}, "2026-06-11": {"coupon", "empty", "total"},
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("columns by morning (-want +got):\n%s", diff)
	}
	told := map[string]bool{}
	for _, n := range nights {
		for _, f := range n.Result.Findings {
			told[n.AsOf.String()+" "+f.Finding.Subject.Property] = true
		}
	}
	if !told["2026-06-11 coupon"] || told["2026-06-10 coupon"] {
		t.Errorf("unplanned properties by morning: %v", told)
	}
}

func TestEveryNightAsksForItsOwnMorning(t *testing.T) {
	r, w := replay(t, &plan.Plan{}, shop(t, "2026-03-01", "2026-06-20").Event("Order Placed", "order_placed", 400, nil))
	day := on(t, "2026-06-10")
	if _, err := r.Run(t.Context(), landed.Span{First: day, Last: day + 1}); err != nil {
		t.Fatal(err)
	}
	mornings := map[string]landed.Day{}
	for _, req := range w.Requests {
		if counts, ok := req.Want[landed.Counts]; ok {
			mornings[req.LoadedBy.Format(time.RFC3339)] = counts.First
		}
	}
	want := map[string]landed.Day{"2026-06-11T04:15:00Z": day + 1 - 90, "2026-06-12T04:15:00Z": day - 2}
	if diff := cmp.Diff(want, mornings); diff != "" {
		t.Errorf("first day read by morning (-want +got):\n%s", diff)
	}
}

func TestPeriod(t *testing.T) {
	no := landed.NoDay
	for name, c := range map[string]struct {
		first, last string // of what landed
		from, to    landed.Day
		want        string
		why         string
	}{
		"the last ninety days":             {"2025-12-01", "2026-06-15", no, no, "2026-03-18..2026-06-15", ""},
		"four weeks into a short history":  {"2026-05-01", "2026-06-15", no, no, "2026-05-29..2026-06-15", ""},
		"data that ended weeks ago":        {"2026-01-01", "2026-05-10", no, no, "2026-02-10..2026-05-10", ""},
		"up to a day":                      {"2026-01-01", "2026-06-15", no, on(t, "2026-03-01"), "2026-01-29..2026-03-01", ""},
		"from a day with little before it": {"2026-05-01", "2026-06-15", on(t, "2026-05-03"), no, "2026-05-03..2026-06-15", ""},
		"both":                             {"2026-05-01", "2026-06-15", on(t, "2026-06-01"), on(t, "2026-06-02"), "2026-06-01..2026-06-02", ""},
		"the wrong way round":              {"2026-05-01", "2026-06-15", on(t, "2026-06-03"), on(t, "2026-06-02"), "", "--from 2026-06-03 is after --to 2026-06-02: write the earlier day first"},
		"too little history": {
			"2026-06-01", "2026-06-15", no, no, "",
			"the history begins on 2026-06-01: that is less than the 28 days before 2026-06-15 that show what is usual; judge days with less by naming the first one with --from",
		},
		"nothing landed": {
			"2020-06-01", "2020-06-15", no, no, "",
			"nothing has landed from 2025-12-18 to 2026-06-15: name the days to judge with --from and --to",
		},
	} {
		t.Run(name, func(t *testing.T) {
			r, _ := replay(t, &plan.Plan{}, shop(t, c.first, c.last).Event("Order Placed", "order_placed", 400, nil))
			span, err := r.Period(t.Context(), c.from, c.to, on(t, "2026-06-16"))
			if c.why != "" {
				var p *backtest.PeriodError
				if !errors.As(err, &p) || err.Error() != c.why {
					t.Errorf("got %v, want: %s", err, c.why)
				}
				return
			}
			if err != nil || span.String() != c.want {
				t.Errorf("got %s, %v; want %s", span, err, c.want)
			}
		})
	}
}

func TestSumCountsWhatBecamePartOfAnotherOnce(t *testing.T) {
	day := on(t, "2026-06-10")
	one := audit.Reported{ID: "PL-A", Status: incident.Open, Change: incident.Opened, Finding: finding.Finding{Kind: finding.EventStopped, Severity: finding.Warning}}
	cause := audit.Reported{ID: "PL-B", Status: incident.Open, Change: incident.Opened, Finding: finding.Finding{Kind: finding.Rename, Severity: finding.Warning}}
	s := backtest.Sum([]backtest.Night{
		{AsOf: day, Result: audit.Result{Findings: []audit.Reported{one}}},
		{AsOf: day + 1, Result: audit.Result{
			Findings: []audit.Reported{cause},
			Changes:  []incident.Change{{Kind: incident.Merged, Incident: incident.Incident{ID: "PL-A"}}},
		}},
	})
	if len(s.Troubles) != 1 || s.Troubles[0].ID != "PL-B" || s.Troubles[0].Told != day+1 {
		t.Errorf("the sum has %+v", s.Troubles)
	}
}

func TestStoppedOnCancel(t *testing.T) {
	r, _ := replay(t, &plan.Plan{}, shop(t, "2026-03-01", "2026-06-20").Event("Order Placed", "order_placed", 400, nil))
	ctx, cancel := context.WithCancel(t.Context())
	done := 0
	r.Progress = func(int, int, string) {
		if done++; done == 2 {
			cancel()
		}
	}
	day := on(t, "2026-06-10")
	if _, err := r.Run(ctx, landed.Span{First: day - 10, Last: day}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v after %d nights", err, done)
	}
	if done > 3 {
		t.Errorf("%d nights began after the second", done)
	}
}
