package audit_test

import (
	"slices"
	"testing"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
	"github.com/plumbline-audit/plumbline/internal/testkit"
)

// told are the findings of a night that anybody hears of, in short; what has ended is left out.
func told(r audit.Result) []string {
	var out []string
	for _, f := range r.Findings {
		if f.Change != incident.Resolved {
			out = append(out, f.Finding.Severity.String()+" "+string(f.Finding.Kind)+" "+f.Finding.Subject.Source+" "+f.Finding.Subject.Event)
		}
	}
	slices.Sort(out)
	return out
}

func wantTold(t *testing.T, r audit.Result, want ...string) {
	t.Helper()
	if got := told(r); !slices.Equal(got, want) {
		t.Errorf("told %v, want %v\n%s", got, want, said(r))
	}
}

// scoped plans an event for some sources, beside the calm ones of both.
func scoped(event string, sources ...string) *plan.Plan {
	p := planned("scoped", calmNames()...)
	p.Events = append(p.Events, plan.Event{Name: event, Call: "track", Sources: sources})
	return p
}

// TestAnEventMovedFromWebToServerWithTwoWeeksOfBoth holds a move to one finding, on a first audit and night after night.
func TestAnEventMovedFromWebToServerWithTwoWeeksOfBoth(t *testing.T) {
	d := first()
	began, left := d-20, d-6
	web := calm(testkit.NewFacts("web", span())).Event("Coupon Entered", "coupon_entered", 60, from(left, 0))
	server := calm(testkit.NewFacts("server", span())).Event("Coupon Entered", "coupon_entered", 60, func(x landed.Day, rows float64) float64 {
		if x < began {
			return 0
		}
		return rows
	})
	w := open(t, scoped("Coupon Entered", "web"), web, server)
	r := w.night(d)
	wantTold(t, r, "warning moved-event web Coupon Entered")
	f := find(t, r, finding.MovedEvent, "Coupon Entered").Finding
	if f.Since != began || f.MovedTo() != "server" || len(f.Explains) == 0 {
		t.Errorf("since %v to %s, explaining %v", f.Since, f.MovedTo(), f.Explains)
	}
	for n := range landed.Day(12) {
		wantTold(t, w.night(d+1+n), "warning moved-event web Coupon Entered")
	}
	live := open(t, scoped("Coupon Entered", "web"), web, server)
	for morning := left - 20; morning <= d; morning++ {
		r := live.night(morning)
		for _, k := range []finding.Kind{finding.EventStopped, finding.VolumeDrop, finding.SlowDecline} {
			if _, ok := lookup(r, k, "Coupon Entered"); ok {
				t.Errorf("on the morning of %v: %s", morning, said(r))
			}
		}
		if _, ok := lookup(r, finding.MovedEvent, "Coupon Entered"); ok != (morning > left) {
			t.Errorf("on the morning of %v it is a move: %v", morning, ok)
		}
	}
}

// TestAReplayOfThreeDaysTenDaysAgo replays three days, ten days before the audit and last night: one note or none.
func TestAReplayOfThreeDaysTenDaysAgo(t *testing.T) {
	d := first()
	replayed := func(on landed.Day) *testkit.Facts {
		f := calm(testkit.NewFacts("web", span()))
		for i := range f.Events {
			e := &f.Events[i]
			at := on - f.Span.First
			n := e.Cells[0].Daily[at]
			e.Cells[0].Daily[at] += 3 * n
			e.Belated = []landed.Belated{{Day: on, Rows: 3 * n}}
		}
		return f
	}
	w := open(t, planned("h", calmNames()...), replayed(d-10))
	for n := range landed.Day(14) {
		wantTold(t, w.night(d+n))
	}
	w = open(t, planned("h", calmNames()...), replayed(d-1))
	wantTold(t, w.night(d), "info backfill web ")
	for n := range landed.Day(6) {
		wantTold(t, w.night(d+1+n), "info backfill web ")
	}
	wantTold(t, w.night(d+8))
}

// TestPastDaysAreLoadedAgain counts days twice: a note where they changed after they were over, and none for the last rows
// of a day.
func TestPastDaysAreLoadedAgain(t *testing.T) {
	d := first()
	w := open(t, planned("h", calmNames()...), calm(testkit.NewFacts("web", span())).Landing(3))
	wantTold(t, w.night(d))
	facts := &testkit.Facts{Snapshot: w.wh.Facts["web"]}
	facts.Sent("Page Read", d-1, 760) // the last rows of yesterday
	wantTold(t, w.night(d+1))
	facts.Sent("Page Read", d-1, 2000)
	facts.Arrivals[d-1-facts.Span.First].Rows += 1240 // loaded again, days later
	r := w.night(d + 2)
	wantTold(t, r, "info backfill web ")
	if f := find(t, r, finding.Backfill, "").Finding; f.Since != d-1 || f.Rows != 1240 {
		t.Errorf("%+v", f)
	}
	for n := range landed.Day(20) {
		r := w.night(d + 3 + n)
		for _, s := range told(r) {
			if s != "info backfill web " {
				t.Errorf("on the morning of %v: %s", d+3+n, said(r))
			}
		}
	}
}

// TestSamplingToATenth holds a sampled event to one finding that says so, and to none once its level is accepted.
func TestSamplingToATenth(t *testing.T) {
	d := first()
	w := open(t, planned("h", calmNames("Page Scrolled")...), calm(testkit.NewFacts("web", span())).Event("Page Scrolled", "page_scrolled", 900, from(d-4, .1)))
	r := w.night(d)
	wantTold(t, r, "warning volume-drop web Page Scrolled")
	f := find(t, r, finding.VolumeDrop, "Page Scrolled").Finding
	if i := slices.IndexFunc(f.Evidence, func(e finding.Evidence) bool { return e.Label == finding.Alike }); i < 0 {
		t.Errorf("nothing says that it looks like sampling: %+v", f.Evidence)
	}
	accept := func(j *audit.Job) { j.Accept = []audit.Accept{{Events: []string{"Page Scrolled"}, From: d - 4}} }
	for n := range landed.Day(5) {
		wantTold(t, w.night(d+1+n, accept))
	}
}

// TestWhatCameBackAfterAnOutage says of an outage that ended how much of it landed later.
func TestWhatCameBackAfterAnOutage(t *testing.T) {
	d := first()
	dead := days(d-1, d+1)
	silent := func(x landed.Day, rows float64) float64 {
		if dead.Has(x) {
			return rows * .03
		}
		return rows
	}
	web, names := testkit.NewFacts("web", span()), []string{"Signed In", "Page Read", "Item Added", "Cart Read", "Shop Found", "Help Read"}
	for _, name := range names {
		web.Event(name, plan.TableOf(plan.Event{Name: name, Call: "track"}), 400, silent)
	}
	for i := range web.Events {
		e := &web.Events[i]
		e.Cells[0].Daily[d+2-web.Span.First] += 500
		e.Belated = []landed.Belated{{Day: d + 2, Rows: 500}}
	}
	w := open(t, planned("h", names...), web)
	w.wh.Answers = map[landed.Question]landed.Answer{
		landed.Happened{Source: "web", Span: days(d+2, d+2), Limit: 400}: {{Key: d.String(), N: []float64{600}}, {Key: (d + 1).String(), N: []float64{400}}},
	}
	for n := range landed.Day(3) {
		wantTold(t, w.night(d+n), "critical source-outage web ")
	}
	r := w.night(d + 3)
	wantTold(t, r, "info backfill web ")
	f := find(t, r, finding.SourceOutage, "")
	if i := slices.IndexFunc(f.Finding.Evidence, func(e finding.Evidence) bool { return e.Label == finding.CameBack }); f.Change != incident.Resolved || i < 0 {
		t.Errorf("%v says nothing of what came back: %+v", f.Change, f.Finding.Evidence)
	} else if got := f.Finding.Evidence[i].Value; got[:len("1,000 events")] != "1,000 events" {
		t.Error(got)
	}
}

// TestATwinOfAPlannedNameIsToldTheSameMorning finds it on the running day, and goes on with it when the day is complete.
func TestATwinOfAPlannedNameIsToldTheSameMorning(t *testing.T) {
	d := first()
	web := calm(testkit.NewFacts("web", span())).Event("page_read", "page_read", 90, within(days(d, d+9)))
	w := open(t, planned("h", calmNames()...), web)
	w.wh.Answers = map[landed.Question]landed.Answer{
		landed.Sent{Source: "web", Span: days(d, d), Least: 20}: {{Key: "Page Read", N: []float64{200}}, {Key: "page_read", N: []float64{31}}},
	}
	r := w.night(d)
	wantTold(t, r, "warning near-duplicate web Page Read")
	early := find(t, r, finding.NearDuplicate, "Page Read")
	if early.Finding.Since != d || early.Finding.Rows != 31 || early.Change != incident.Opened {
		t.Errorf("%+v", early)
	}
	r = w.night(d + 1)
	wantTold(t, r, "warning near-duplicate web Page Read")
	if next := find(t, r, finding.NearDuplicate, "Page Read"); next.ID != early.ID || next.Finding.Rows < 60 {
		t.Errorf("%+v", next)
	}
	quiet := open(t, planned("h", calmNames()...), calm(testkit.NewFacts("web", span())))
	wantTold(t, quiet.night(d))
}
