package audit_test

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/testkit"
)

// store is a source with a drop, an unplanned name and a twin since three days.
func store(t *testing.T) *world {
	t.Helper()
	d := first()
	return open(t, planned("h", calmNames("Order Placed")...), web(func(f *testkit.Facts) {
		f.Event("Order Placed", "order_placed", 500, from(d-3, .2)).
			Event("Mystery", "mystery", 80, within(days(d-3, d+60))).
			Event("page_read", "page_read", 60, within(days(d-3, d+60)))
	}))
}

func TestWhatPeopleSaidIsObeyed(t *testing.T) {
	d := first()
	drop, unplanned, twin := finding.VolumeDrop, finding.UnplannedEvent, finding.NearDuplicate
	event := map[finding.Kind]string{drop: "Order Placed", unplanned: "Mystery", twin: "Page Read"}
	all := map[finding.Kind]incident.Status{drop: incident.Open, unplanned: incident.Open, twin: incident.Open}
	without := func(k finding.Kind, s incident.Status) map[finding.Kind]incident.Status {
		out := map[finding.Kind]incident.Status{}
		maps.Copy(out, all)
		if out[k] = s; s == "" {
			delete(out, k)
		}
		return out
	}
	for name, c := range map[string]struct {
		said func(j *audit.Job)
		want map[finding.Kind]incident.Status
	}{
		"nothing":               {func(*audit.Job) {}, all},
		"ignore an event":       {func(j *audit.Job) { j.Ignore = []audit.Ignore{{Events: []string{"Myst*"}}} }, without(unplanned, "")},
		"ignore a kind":         {func(j *audit.Job) { j.Ignore = []audit.Ignore{{Kinds: []finding.Kind{drop}}} }, without(drop, "")},
		"ignore another source": {func(j *audit.Job) { j.Ignore = []audit.Ignore{{Sources: []string{"ios"}}} }, all},
		"ignore by the other name": {func(j *audit.Job) {
			j.Ignore = []audit.Ignore{{Events: []string{"page_read"}, Kinds: []finding.Kind{twin}}}
		}, nil},
		"these are two events":     {func(j *audit.Job) { j.Different = [][2]string{{"page_read", "Page Read"}} }, nil},
		"a level is the new usual": {func(j *audit.Job) { j.Accept = []audit.Accept{{Events: []string{"Order *"}, From: d - 3}} }, without(drop, "")},
		"a level elsewhere is":     {func(j *audit.Job) { j.Accept = []audit.Accept{{Sources: []string{"ios"}, From: d - 3}} }, all},
		"a holiday":                {func(j *audit.Job) { j.Calendar = []audit.Calendar{{Span: days(d-3, d-1), Why: "holiday"}} }, without(drop, "")},
		"a holiday elsewhere":      {func(j *audit.Job) { j.Calendar = []audit.Calendar{{Sources: []string{"ios"}, Span: days(d-3, d-1)}} }, all},
		"an expectation": {func(j *audit.Job) {
			j.Expect = []incident.Expectation{{Events: []string{"Order Placed"}, Span: days(d-9, d+9)}}
		}, without(drop, incident.Expected)},
		"an expectation whose last day is judged": {func(j *audit.Job) {
			j.Expect = []incident.Expectation{{Events: []string{"Order Placed"}, Span: days(d-9, d-1)}}
		}, without(drop, incident.Expected)},
		"an expectation that has ended": {func(j *audit.Job) {
			j.Expect = []incident.Expectation{{Events: []string{"Order Placed"}, Span: days(d-9, d-2)}}
		}, all},
	} {
		t.Run(name, func(t *testing.T) {
			r := store(t).night(d, c.said)
			if c.want == nil { // the twin is gone, and its name is a new one that nobody planned
				if f, ok := lookup(r, twin, "Page Read"); ok {
					t.Errorf("still told: %s", f.Finding.Title)
				}
				find(t, r, drop, "Order Placed")
				return
			}
			for kind := range all {
				f, ok := lookup(r, kind, event[kind])
				if want, told := c.want[kind]; told != ok || f.Status != want {
					t.Errorf("%s is told %v as %q, want %v as %q; %s", kind, ok, f.Status, told, want, said(r))
				}
			}
		})
	}
}

func TestWhatIsNotOpenDoesNotCount(t *testing.T) {
	d := first()
	w := store(t)
	r := w.night(d)
	drop := find(t, r, finding.VolumeDrop, "Order Placed")
	ids := func(r audit.Result, least finding.Severity) []string {
		var out []string
		for _, f := range r.Open(least) {
			out = append(out, f.ID)
		}
		return out
	}
	if !slices.Contains(ids(r, finding.Warning), drop.ID) || slices.Contains(ids(r, finding.Critical), drop.ID) {
		t.Fatalf("open at warning: %v; the drop is %s of %s", ids(r, finding.Warning), drop.ID, drop.Finding.Severity)
	}
	var key finding.Key
	for _, i := range w.incidents() {
		if i.ID == drop.ID {
			key = i.Key
		}
	}
	for n, c := range []struct {
		name string
		h    incident.Handling
		want incident.Status
	}{
		{"acknowledged", incident.Handling{Acknowledged: true}, incident.Acknowledged},
		{"dismissed", incident.Handling{Dismissed: true}, incident.Dismissed},
		{"snoozed for a week", incident.Handling{Until: (d + 20).Time()}, incident.Snoozed},
		{"expected for a week", incident.Handling{Through: d + 20, Expected: true}, incident.Expected},
		{"snoozed until yesterday", incident.Handling{Until: d.Time()}, incident.Open},
	} {
		c.h.Key = key
		if err := w.store.Handle(context.Background(), c.h, incident.Act{What: c.name}); err != nil {
			t.Fatal(err)
		}
		r := w.night(d + 1 + landed.Day(n))
		f := find(t, r, finding.VolumeDrop, "Order Placed")
		if f.Status != c.want || slices.Contains(ids(r, finding.Info), drop.ID) != (c.want == incident.Open) {
			t.Errorf("%s: status %s, counted %v", c.name, f.Status, ids(r, finding.Info))
		}
	}
}

func TestAcceptingAFindingEndsIt(t *testing.T) {
	d := first()
	w := store(t)
	drop := find(t, w.night(d), finding.VolumeDrop, "Order Placed")
	for _, i := range w.incidents() {
		if i.ID == drop.ID {
			if err := w.store.Handle(context.Background(), incident.Handling{Key: i.Key, AcceptedFrom: d - 3, Acknowledged: true}, incident.Act{What: "accept"}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if f := find(t, w.night(d+1), finding.VolumeDrop, "Order Placed"); f.Change != incident.Resolved {
		t.Errorf("the level was accepted, and the drop is %s", f.Change)
	}
}

func TestOldDebtIsBaselineOnceAndForAll(t *testing.T) {
	d := first()
	w := open(t, planned("h", calmNames("Order Placed")...), web(func(f *testkit.Facts) {
		f.Event("Mystery", "mystery", 80, within(days(d-30, d+60))).Event("Novelty", "novelty", 80, within(days(d-2, d+60))).
			Event("Order Placed", "order_placed", 500, func(x landed.Day, rows float64) float64 {
				if x >= d-20 {
					return 0
				}
				return rows
			}).
			Event("order_placed", "order_placed", 500, within(days(d-20, d+60)))
	}))
	for n := range landed.Day(3) {
		r := w.night(d + n)
		for event, want := range map[string]incident.Status{"Mystery": incident.Baseline, "Novelty": incident.Open} {
			if f := find(t, r, finding.UnplannedEvent, event); f.Status != want {
				t.Errorf("night %d: %s is %s, want %s", n+1, event, f.Status, want)
			}
		}
		if f := find(t, r, finding.Rename, "Order Placed"); f.Status != incident.Open {
			t.Errorf("night %d: a rename that goes on is %s", n+1, f.Status)
		}
		if first := r.Header.First; first != (n == 0) {
			t.Errorf("night %d: first is %v", n+1, first)
		}
		if slices.ContainsFunc(r.Open(finding.Info), func(f audit.Reported) bool { return f.Finding.Subject.Event == "Mystery" }) {
			t.Errorf("night %d: old debt counts", n+1)
		}
	}
}

func TestWhatIsLateIsNotLost(t *testing.T) {
	d := first()
	facts := func() *testkit.Facts {
		return calm(testkit.NewFacts("web", days(d-history, d-1))).Landing(3)
	}
	empty := func(f *testkit.Facts, last landed.Day) *testkit.Facts {
		for x := last + 1; x <= f.Span.Last; x++ {
			for _, e := range calmNames() {
				f.Sent(e, x, 0)
			}
		}
		for i, a := range f.Arrivals {
			if a.Day > last {
				f.Arrivals[i] = landed.Arrival{Day: a.Day}
			}
		}
		return f
	}
	volume := func(r audit.Result) []string {
		var out []string
		for _, f := range r.Findings {
			if f.Finding.Kind.Volume() {
				out = append(out, string(f.Finding.Kind))
			}
		}
		return out
	}
	late := open(t, planned("h", calmNames()...), empty(facts(), d-2))
	r := late.night(d)
	if f := find(t, r, finding.LateData, ""); f.Finding.Since != d-1 || f.Finding.Severity != finding.Warning {
		t.Errorf("late since %s, %s", f.Finding.Since, f.Finding.Severity)
	}
	if v := volume(r); len(v) > 0 || r.Header.Last != d-2 {
		t.Errorf("what is late is told as %v; judged is %s", v, r.Header.Last)
	}
	silent := open(t, planned("h", calmNames()...), empty(facts(), d-3))
	r = silent.night(d)
	find(t, r, finding.SourceOutage, "")
	if _, ok := lookup(r, finding.LateData, ""); ok || len(volume(r)) != 1 {
		t.Errorf("a source that is silent since two days: %s", said(r))
	}
	nothing := open(t, planned("h", calmNames()...), testkit.NewFacts("web", days(d-history, d-1)))
	if v := volume(nothing.night(d)); len(v) > 0 {
		t.Errorf("an empty warehouse has %v", v)
	}
}

func TestAnyClockIsBorne(t *testing.T) {
	for _, year := range []int{1969, 1970, 2999} {
		w := open(t, planned("h", calmNames()...), calm(testkit.NewFacts("web", span())))
		morning := landed.DayOf(time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC))
		for n := range landed.Day(3) {
			r := w.night(morning + n)
			if r.Header.Landed != 0 || r.Header.AsOf != morning+n {
				t.Errorf("in %d: %d events, as of %s", year, r.Header.Landed, r.Header.AsOf)
			}
			for _, f := range r.Findings {
				if f.Finding.Kind != finding.NeverSeen {
					t.Errorf("in %d: %s", year, f.Finding.Title)
				}
			}
		}
	}
}
