package audit_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/testkit"
)

// ids are those of the findings that count at a severity.
func ids(r audit.Result, least finding.Severity) []string {
	var out []string
	for _, f := range r.Open(least) {
		out = append(out, f.ID)
	}
	return out
}

// renamed is a source in which one name took the place of another three days ago.
func renamed(t *testing.T) *world {
	t.Helper()
	d := first()
	return open(t, planned("h", calmNames("Order Placed")...), web(func(f *testkit.Facts) {
		f.Event("Order Placed", "order_placed", 500, within(days(d-90, d-4))).
			Event("order_placed", "order_placed", 500, within(days(d-3, d+60)))
	}))
}

func (w *world) key(id string) finding.Key {
	w.t.Helper()
	for _, i := range w.incidents() {
		if i.ID == id {
			return i.Key
		}
	}
	w.t.Fatalf("no incident %s", id)
	return ""
}

// Who dismisses a pair says that these are two events: then the old one has stopped, and that is news.
func TestADismissedPairIsTwoEvents(t *testing.T) {
	d := first()
	w := renamed(t)
	pair := find(t, w.night(d), finding.Rename, "Order Placed")
	if err := w.store.Handle(context.Background(), incident.Handling{Key: w.key(pair.ID), Dismissed: true}, incident.Act{What: "dismiss"}); err != nil {
		t.Fatal(err)
	}
	r := w.night(d + 1)
	if f, ok := lookup(r, finding.Rename, "Order Placed"); ok {
		t.Errorf("a dismissed pair is %s and %s", f.Change, f.Status)
	}
	if f := find(t, r, finding.EventStopped, "Order Placed"); f.Status != incident.Open {
		t.Errorf("the event that stopped is %s", f.Status)
	}
	find(t, r, finding.UnplannedEvent, "order_placed")
	for _, i := range w.incidents() {
		if i.ID == pair.ID && !i.Standing() {
			t.Error("a dismissed pair is taken for resolved")
		}
	}
	if err := w.store.Reopen(context.Background(), w.key(pair.ID), "ada", ""); err != nil {
		t.Fatal(err)
	}
	if f := find(t, w.night(d+2), finding.Rename, "Order Placed"); f.Status != incident.Open || f.ID != pair.ID {
		t.Errorf("reopened it is %s %s, was %s", f.ID, f.Status, pair.ID)
	}
}

// What the configuration comes to ignore is not found again. That is no news: a channel that was told of it is not told
// that it has ended.
func TestWhatIsIgnoredIsNotToldAsResolved(t *testing.T) {
	d := first()
	for name, change := range map[string]func(*audit.Job){
		"ignored by kind":      func(j *audit.Job) { j.Ignore = []audit.Ignore{{Kinds: []finding.Kind{finding.Rename}}} },
		"said to be different": func(j *audit.Job) { j.Different = [][2]string{{"Order Placed", "order_placed"}} },
	} {
		w := renamed(t)
		pair := find(t, w.night(d), finding.Rename, "Order Placed")
		w.auditor.Compose = func(r audit.Result, _ []audit.Told) []audit.Outgoing {
			for _, f := range r.Findings {
				if f.ID == pair.ID && f.Status == incident.ResolvedAway {
					t.Errorf("%s: told as resolved", name)
				}
			}
			return nil
		}
		for n := range landed.Day(3) {
			r := w.night(d+1+n, change, func(j *audit.Job) { j.Notify = true })
			if slices.Contains(ids(r, finding.Info), pair.ID) {
				t.Errorf("%s: still counts as open", name)
			}
		}
	}
}

// An expectation that a person stated beforehand counts like one of the configuration, until it is taken back.
func TestWhatIsStatedBeforehandIsExpected(t *testing.T) {
	d := first()
	w := renamed(t)
	id, err := w.store.Expect(context.Background(), incident.Expectation{
		Events: []string{"Order *"}, Sources: []string{"web"}, Span: days(d-5, d), Why: "migration",
	}, "ada")
	if err != nil {
		t.Fatal(err)
	}
	want := func(night landed.Day, s incident.Status) {
		t.Helper()
		if f := find(t, w.night(night), finding.Rename, "Order Placed"); f.Status != s {
			t.Errorf("on %s it is %s, want %s", night, f.Status, s)
		}
	}
	want(d, incident.Expected)
	want(d+1, incident.Expected) // judges d
	want(d+2, incident.Open)
	if id2, err := w.store.Expect(context.Background(), incident.Expectation{Span: days(d, d+30)}, "ada"); err != nil || id2 == id {
		t.Fatal(id2, err)
	} else if want(d+3, incident.Expected); w.store.TakeBack(context.Background(), id2, "bob") != nil {
		t.Error("cannot be taken back")
	}
	want(d+4, incident.Open)
}

// An audit that looks when nothing has landed for weeks knows nothing: it says so, and what was found stays found.
func TestWhereNothingLandsAnyMoreNothingIsClean(t *testing.T) {
	d := first()
	w := open(t, planned("h", calmNames("Order Placed")...), web(func(f *testkit.Facts) {
		f.Event("Order Placed", "order_placed", 500, within(days(d-90, d-4))).
			Event("order_placed", "order_placed", 500, within(days(d-3, d)))
	}))
	pair := find(t, w.night(d), finding.Rename, "Order Placed")
	r := w.night(d + 100)
	if r.Header.Complete() {
		t.Fatal("an audit months after the last row is complete")
	}
	if gap := r.Header.Gaps[0]; gap.Source != "web" || !strings.Contains(gap.HowToFix, "--as-of") {
		t.Errorf("the gap is %+v", gap)
	}
	for _, i := range w.incidents() {
		if i.ID == pair.ID && !i.Standing() {
			t.Error("a rename counts as mended, since nothing landed at all")
		}
	}
}
