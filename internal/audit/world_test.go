package audit_test

import (
	"context"
	"log/slog"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/plumbline-audit/plumbline/checks"
	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
	"github.com/plumbline-audit/plumbline/internal/state"
	"github.com/plumbline-audit/plumbline/internal/testkit"
)

// history is the days that the first audit of a test reads.
const history = 90

// first is the morning of the first audit, a Monday.
func first() landed.Day { return landed.DayOf(time.Date(2026, 6, 15, 0, 0, 0, 0, time.UTC)) }

// span is the days that the facts of a test hold: enough for the history and for a month of nights.
func span() landed.Span { return landed.Span{First: first() - history, Last: first() + 30} }

// tb is what a test and a rapid test have in common.
type tb interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// world is a workspace under test: a fake warehouse, a real state, a clock.
type world struct {
	t       tb
	now     time.Time
	store   *state.Store
	wh      *testkit.Warehouse
	auditor *audit.Auditor
	job     audit.Job
	audits  int
}

// newWorld makes a workspace of the given sources, in which every check is on. The caller closes the store.
func newWorld(t tb, p *plan.Plan, sources ...*testkit.Facts) *world {
	t.Helper()
	w := &world{t: t, wh: &testkit.Warehouse{Facts: map[string]landed.Snapshot{}, Gaps: map[string][]landed.Gap{}, Errors: map[string]error{}}}
	clock := func() time.Time { return w.now }
	store, err := state.Open(context.Background(), state.Memory, state.Options{Workspace: "northlight", Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	w.store = store
	w.auditor = &audit.Auditor{
		Warehouse: w.wh, Store: store, Now: clock, Log: slog.New(slog.DiscardHandler),
		NewID: func() string { w.audits++; return "audit-" + strconv.Itoa(w.audits) },
	}
	set, err := checks.Make(func(string) checks.Settings { return nil }, func(finding.Kind) bool { return false })
	if err != nil {
		t.Fatal(err)
	}
	w.job = audit.Job{Workspace: "northlight", Checks: set, AsOf: landed.NoDay, LoadedBy: 4*time.Hour + 15*time.Minute, History: history}
	for _, f := range sources {
		w.wh.Facts[f.Source.Name] = f.Snapshot
		w.job.Sources = append(w.job.Sources, audit.Source{Source: f.Source, Plan: p.In(f.Source.Name)})
	}
	return w
}

func open(t *testing.T, p *plan.Plan, sources ...*testkit.Facts) *world {
	t.Helper()
	w := newWorld(t, p, sources...)
	t.Cleanup(func() {
		if err := w.store.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// night runs the audit of a morning at a quarter past four, with the job changed for it alone.
func (w *world) night(morning landed.Day, change ...func(*audit.Job)) audit.Result {
	w.t.Helper()
	w.now = morning.Time().Add(4*time.Hour + 15*time.Minute)
	w.wh.Requests, w.wh.Asked = nil, nil
	j := w.job
	for _, c := range change {
		c(&j)
	}
	r, err := w.auditor.Run(context.Background(), j)
	if err != nil {
		w.t.Fatalf("audit of %s: %v", morning, err)
	}
	return r
}

func (w *world) replan(p *plan.Plan) {
	for i, s := range w.job.Sources {
		w.job.Sources[i].Plan = p.In(s.Name)
	}
}

func (w *world) incidents() []incident.Incident {
	w.t.Helper()
	list, err := w.store.Incidents(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

// find is the one finding of a kind and event, in the report or in the baseline.
func find(t tb, r audit.Result, k finding.Kind, event string) audit.Reported {
	t.Helper()
	if f, ok := lookup(r, k, event); ok {
		return f
	}
	t.Fatalf("no %s of %q in %s", k, event, said(r))
	return audit.Reported{}
}

func lookup(r audit.Result, k finding.Kind, event string) (audit.Reported, bool) {
	for _, list := range [][]audit.Reported{r.Findings, r.Baseline} {
		for _, f := range list {
			if f.Finding.Kind == k && f.Finding.Subject.Event == event {
				return f, true
			}
		}
	}
	return audit.Reported{}, false
}

// said is a result in short, for messages.
func said(r audit.Result) string {
	var out strings.Builder
	out.WriteString("a report of " + strconv.Itoa(len(r.Findings)) + " and " + strconv.Itoa(len(r.Baseline)) + " of old:")
	for _, list := range [][]audit.Reported{r.Findings, r.Baseline} {
		for _, f := range list {
			out.WriteString("\n  " + f.ID + " " + f.Change.String() + " " + string(f.Status) + " " + string(f.Finding.Kind) + " " + f.Finding.Subject.Source + ": " + f.Finding.Title)
		}
	}
	for _, u := range r.Header.Unjudged {
		out.WriteString("\n  not judged: " + string(u.Check) + " " + u.Subject.Source + " " + u.Subject.Event + ": " + u.Why)
	}
	return out.String()
}

// planned is an agreed plan of tracked events by name.
func planned(hash string, names ...string) *plan.Plan {
	p := &plan.Plan{Name: "plan", Hash: hash}
	for _, n := range names {
		p.Events = append(p.Events, plan.Event{Name: n, Call: "track"})
	}
	return p
}

// from is the usual until a day, and so much of it from then on.
func from(day landed.Day, share float64) func(landed.Day, float64) float64 {
	return func(d landed.Day, rows float64) float64 {
		if d >= day {
			return rows * share
		}
		return rows
	}
}

// within is so many rows on the days of a span and none on others.
func within(s landed.Span) func(landed.Day, float64) float64 {
	return func(d landed.Day, rows float64) float64 {
		if s.Has(d) {
			return rows
		}
		return 0
	}
}

// calm adds events that are as they always were, so that the rest of a source is known.
func calm(f *testkit.Facts) *testkit.Facts {
	return f.Event("Signed In", "signed_in", 400, nil).Event("Page Read", "page_read", 700, nil).Event("Item Added", "item_added", 250, nil)
}

// calmNames are the names of calm.
func calmNames(more ...string) []string {
	return append([]string{"Signed In", "Page Read", "Item Added"}, more...)
}
