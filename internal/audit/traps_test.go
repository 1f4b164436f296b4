package audit_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
	"github.com/plumbline-audit/plumbline/internal/testkit"
)

// The traps that other tools fell into, each through whole audits, night after night, on one state. The page
// docs/regressions.md lists them.

// news is what some nights told that is worth waking up for: a line for each finding at warning or above that is not
// merely as it was, with the judged day, what became of it, and since when.
func news(w *world, from, to landed.Day, change ...func(*audit.Job)) []string {
	w.t.Helper()
	var out []string
	for d := from; d <= to; d++ {
		for _, f := range w.night(d+1, change...).Findings {
			if f.Finding.Severity < finding.Warning || f.Change == incident.Continued || f.Status == incident.Baseline {
				continue
			}
			line := fmt.Sprintf("%s %s %s %s", d, f.Change, f.Finding.Kind, strings.TrimSpace(f.Finding.Subject.Source+" "+f.Finding.Subject.Event+f.Finding.Subject.Property))
			if n := len(f.Finding.Members); n > 0 {
				line += fmt.Sprintf(" and %d more", n-1)
			}
			if f.Change != incident.Resolved {
				line += " since " + f.Finding.Since.String()
			}
			out = append(out, line)
		}
	}
	return out
}

func wantNews(t *testing.T, w *world, from, to landed.Day, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, news(w, from, to)); diff != "" {
		t.Errorf("what the nights told (-want +got):\n%s", diff)
	}
}

// yesterday is the day that the first audit judges.
func yesterday() landed.Day { return first() - 1 }

// everyday is a source of ordinary events, large and small, and what a test adds; ordinary are their names.
func everyday(source string, add func(f *testkit.Facts)) *testkit.Facts {
	f := testkit.NewFacts(source, span())
	for i, name := range ordinary() {
		f.Event(name, plan.TableOf(plan.Event{Name: name}), []float64{900, 620, 400, 310, 240, 150, 90, 60}[i], nil)
	}
	if add != nil {
		add(f)
	}
	return f.Landing(2)
}

func ordinary(more ...string) []string {
	return append([]string{
		"Page Opened", "Product Viewed", "Signed In", "Cart Viewed", "Search Run", "Filter Used", "Review Written", "Help Opened",
	}, more...)
}

// on changes the rows of some days.
func on(s landed.Span, share float64) func(landed.Day, float64) float64 {
	return func(d landed.Day, rows float64) float64 {
		if s.Has(d) {
			return rows * share
		}
		return rows
	}
}

// A day on which a name did not land has no row that says so: that is a stop, and no series that ended.
func TestADropToZeroIsFoundWhereTheDayHasNoRowAtAll(t *testing.T) {
	d := yesterday()
	w := open(t, planned("h", ordinary("Order Placed")...), everyday("web", func(f *testkit.Facts) {
		f.Event("Order Placed", "order_placed", 300, within(days(d-history, d)))
	}))
	wantNews(t, w, d, d+4, fmt.Sprintf("%s new event-stopped web Order Placed since %s", d+1, d+1))
}

// The last day of a load that is late is empty, and that is no drop of anything.
func TestATrailingEmptyDayOfALateLoadIsNoDrop(t *testing.T) {
	d := yesterday()
	facts := everyday("web", nil)
	late := facts.Snapshot
	w := open(t, planned("h", ordinary()...), facts)
	w.wh.Facts["web"] = missingFrom(late, d+1)
	wantNews(t, w, d, d+1, fmt.Sprintf("%s new late-data web since %s", d+1, d+1))
	w.wh.Facts["web"] = late
	wantNews(t, w, d+2, d+4, fmt.Sprintf("%s resolved late-data web", d+2))
}

// missingFrom is what has landed while all from a day on has not.
func missingFrom(s landed.Snapshot, day landed.Day) landed.Snapshot {
	out := s
	out.Events, out.Arrivals = nil, nil
	for _, e := range s.Events {
		daily := slices.Clone(e.Cells[0].Daily)
		clear(daily[day-s.Span.First:])
		e.Cells = []landed.Cell{{Daily: daily}}
		out.Events = append(out.Events, e)
	}
	for _, a := range s.Arrivals {
		if a.Day >= day {
			a = landed.Arrival{Day: a.Day}
		}
		out.Arrivals = append(out.Arrivals, a)
	}
	return out
}

// What a day should have had does not depend on what it had.
func TestTheJudgedDayIsOutOfWhatIsUsual(t *testing.T) {
	d := yesterday()
	usual := map[float64]float64{}
	for _, share := range []float64{0, .1, .5, 4} {
		w := open(t, planned("h", ordinary("Order Placed")...), everyday("web", func(f *testkit.Facts) {
			f.Event("Order Placed", "order_placed", 300, on(days(d, d), share))
		}))
		for _, f := range w.night(d + 1).Findings {
			for _, e := range f.Finding.Evidence {
				if f.Finding.Subject.Event == "Order Placed" && e.Chart != nil && len(e.Chart.Expected) > 0 {
					usual[share] = e.Chart.Expected[len(e.Chart.Expected)-1]
				}
			}
		}
	}
	for share, u := range usual {
		if len(usual) < 3 || u < 230 || u > 250 {
			t.Errorf("with %v of its rows the usual of the day is %v; known for %d shares", share, u, len(usual))
		}
	}
}

// An incident is not the new normal: after it, what is usual is what was usual before, and a second one is as plain.
func TestAPastIncidentIsOutOfWhatIsUsual(t *testing.T) {
	d := yesterday()
	w := open(t, planned("h", ordinary("Order Placed")...), everyday("web", func(f *testkit.Facts) {
		f.Event("Order Placed", "order_placed", 300, func(x landed.Day, rows float64) float64 {
			switch {
			case days(d+1, d+9).Has(x):
				return rows * .3
			case days(d+14, d+15).Has(x):
				return rows * .35
			}
			return rows
		})
	}))
	// The first day that is as usual may be chance: when it is told as over is a matter of days.
	got := news(w, d, d+18)
	for i, line := range got {
		if day, over, ok := strings.Cut(line, " resolved"); ok && (day <= (d+11).String() || day >= (d+16).String()) {
			got[i] = "resolved" + over
		}
	}
	want := []string{
		fmt.Sprintf("%s new volume-drop web Order Placed since %s", d+1, d+1), "resolved volume-drop web Order Placed",
		fmt.Sprintf("%s reopened volume-drop web Order Placed since %s", d+14, d+14), "resolved volume-drop web Order Placed",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what the nights told (-want +got):\n%s", diff)
	}
}

// An event that is planned and new raises no alarm while it grows, and until it can be judged the report says so.
func TestANewEventNeitherAlarmsNorDisappears(t *testing.T) {
	d := yesterday()
	w := open(t, planned("h", ordinary("Wishlist Opened")...), everyday("web", func(f *testkit.Facts) {
		f.Event("Wishlist Opened", "wishlist_opened", 250, func(x landed.Day, rows float64) float64 {
			return rows * min(1, max(0, float64(x-d+1)/6))
		})
	}))
	for n := range landed.Day(21) {
		r := w.night(d + 1 + n)
		for _, f := range r.Findings {
			t.Errorf("%s: %s", d+n, f.Finding.Title)
		}
		unjudged := slices.ContainsFunc(r.Header.Unjudged, func(u finding.Unjudged) bool { return u.Subject.Event == "Wishlist Opened" && u.Why != "" })
		if n < 10 && !unjudged {
			t.Errorf("%s: it is %d days old, and nobody says that it is not judged", d+n, n+1)
		}
	}
}

// The morning of an audit is not judged, the day before it is, and nothing of the morning counts for the day.
func TestTheWindowEndsWithYesterday(t *testing.T) {
	d := yesterday()
	w := open(t, planned("h", ordinary("Order Placed")...), everyday("web", func(f *testkit.Facts) {
		f.Event("Order Placed", "order_placed", 300, from(d+1, .2))
	}))
	wantNews(t, w, d, d+2, fmt.Sprintf("%s new volume-drop web Order Placed since %s", d+1, d+1))
}

// One bad day is told for what it was: by its date, the morning after, and as over the morning after that.
func TestTheDayThatIsNamedIsTheDayThatWasBad(t *testing.T) {
	d := yesterday()
	w := open(t, planned("h", ordinary("Order Placed")...), everyday("web", func(f *testkit.Facts) {
		f.Event("Order Placed", "order_placed", 300, on(days(d+3, d+3), .1))
	}))
	wantNews(t, w, d, d+9,
		fmt.Sprintf("%s new volume-drop web Order Placed since %s", d+3, d+3),
		fmt.Sprintf("%s resolved volume-drop web Order Placed", d+4))
}

// A change that is taken back is resolved, and the way back is no second change.
func TestARevertIsResolvedAndNotASecondChange(t *testing.T) {
	d := yesterday()
	w := open(t, planned("h", ordinary("Order Placed")...), everyday("web", func(f *testkit.Facts) {
		f.Event("Order Placed", "order_placed", 300, on(days(d+1, d+4), .02)).
			Event("order_placed", "order_placed", 300, within(days(d+1, d+4)))
	}))
	got := news(w, d, d+20)
	if len(got) != 2 || got[0] != fmt.Sprintf("%s new rename web Order Placed since %s", d+1, d+1) || !strings.Contains(got[1], "resolved rename web Order Placed") {
		t.Errorf("a rename that was taken back after four days was told as %q", got)
	}
}

// Two audits at once are one: the second waits its turn or says that the first is under way, and nothing is told twice.
func TestConcurrentRunsTellNothingTwice(t *testing.T) {
	d := yesterday()
	w := open(t, planned("h", ordinary("Order Placed")...), everyday("web", func(f *testkit.Facts) {
		f.Event("Order Placed", "order_placed", 300, within(days(d-history, d-1)))
	}))
	w.now = (d + 1).Time().Add(5 * time.Hour)
	w.auditor.NewID = func() string { return "audit" }
	var mu sync.Mutex
	var changes []incident.Kind
	var group sync.WaitGroup
	for range 4 {
		a := *w.auditor
		group.Go(func() {
			r, err := a.Run(context.Background(), w.job)
			mu.Lock()
			defer mu.Unlock()
			for _, f := range r.Findings {
				if err == nil && f.Finding.Kind == finding.EventStopped {
					changes = append(changes, f.Change)
				}
			}
		})
	}
	group.Wait()
	opened := 0
	for _, c := range changes {
		if c == incident.Opened {
			opened++
		}
	}
	if opened != 1 || len(w.incidents()) != 1 {
		t.Errorf("four audits at once opened it %d times and left %d incidents: %v", opened, len(w.incidents()), changes)
	}
}

// Too little history, a source that cannot be read and a source that is fine are three things, and a report says which.
func TestTooLittleDataIsNeitherAnErrorNorFine(t *testing.T) {
	d := yesterday()
	young := testkit.NewFacts("ios", span()).Event("Order Placed", "order_placed", 300, within(days(d-5, d+30))).Landing(2)
	w := open(t, planned("h", ordinary("Order Placed")...), everyday("web", nil), young, everyday("server", nil))
	w.wh.Errors["server"] = errors.New("permission denied")
	r := w.night(d + 1)
	var unjudged, gaps []string
	for _, u := range r.Header.Unjudged {
		if u.Check == finding.VolumeDrop && !slices.Contains(unjudged, u.Subject.Source) {
			unjudged = append(unjudged, u.Subject.Source)
		}
	}
	for _, g := range r.Header.Gaps {
		gaps = append(gaps, g.Source+": "+g.Why)
	}
	if diff := cmp.Diff([]string{"ios"}, unjudged); diff != "" {
		t.Errorf("not judged (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"server: permission denied"}, gaps); diff != "" || r.Header.Complete() {
		t.Errorf("not checked (-want +got):\n%s", diff)
	}
	for _, f := range r.Findings {
		if f.Finding.Severity >= finding.Warning {
			t.Errorf("told: %s", f.Finding.Title)
		}
	}
}

// What the calendar explains is no news: weekends, a public holiday, the first of the month.
func TestWeekendsHolidaysAndTheDayOfTheMonthAreNoNews(t *testing.T) {
	d := yesterday()
	for name, shape := range map[string]func(landed.Day, float64) float64{
		"an event of office hours": func(x landed.Day, rows float64) float64 {
			if w := x.Weekday(); w == time.Saturday || w == time.Sunday {
				return rows * .05
			}
			return rows
		},
		"an event of the first days of the month": func(x landed.Day, rows float64) float64 {
			if x.Time().Day() <= 2 {
				return rows * 5
			}
			return rows
		},
	} {
		w := open(t, planned("h", ordinary("Invoice Sent")...), everyday("web", func(f *testkit.Facts) { f.Event("Invoice Sent", "invoice_sent", 200, shape) }))
		if got := news(w, d, d+20); len(got) > 0 {
			t.Errorf("%s: %q", name, got)
		}
	}
	holiday := func(source string) *testkit.Facts {
		f := testkit.NewFacts(source, span())
		for i, name := range ordinary() {
			f.Event(name, plan.TableOf(plan.Event{Name: name}), float64(900-100*i), on(days(d+3, d+3), .5))
		}
		return f.Landing(2)
	}
	if got := news(open(t, planned("h", ordinary()...), holiday("web"), holiday("ios"), holiday("server")), d, d+6); len(got) > 0 {
		t.Errorf("a day on which all sources halve: %q", got)
	}
}
