package audit_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
	"github.com/plumbline-audit/plumbline/internal/testkit"
)

// What happens in every shop, each through whole audits. The right answer is one finding, or none.

// rollout is the share of a version that people take over within four days of its release, the rest being the one before.
func rollout(released landed.Day) func(landed.Day) map[string]float64 {
	return func(d landed.Day) map[string]float64 {
		young := min(.97, max(0, .25*float64(d-released+1)))
		return map[string]float64{"8.14.0": 1 - young, "8.15.0": young}
	}
}

// ramp is rows that grow with the rollout.
func ramp(released landed.Day) func(landed.Day, float64) float64 {
	return func(d landed.Day, rows float64) float64 { return rows * rollout(released)(d)["8.15.0"] }
}

func TestTwelveNewEventsOfOneReleaseAreOneFinding(t *testing.T) {
	d := yesterday()
	facts := everyday("ios", nil).Versions(rollout(d + 1))
	for i := range 12 {
		name := "Wishlist " + []string{"Opened", "Shared", "Closed", "Sorted", "Priced", "Named", "Copied", "Printed", "Followed", "Rated", "Merged", "Archived"}[i]
		late := landed.Day(i % 3) // the rarer ones are first sent a day or two later
		facts.Event(name, plan.TableOf(plan.Event{Name: name}), float64(12+9*i), func(x landed.Day, rows float64) float64 {
			return ramp(d+1+late)(x, rows)
		}).From("8.15.0", name)
	}
	w := open(t, planned("h", ordinary()...), facts)
	var opened []string
	for n := range landed.Day(10) {
		r := w.night(d + 1 + n)
		for _, f := range r.Findings {
			if f.Finding.Kind != finding.UnplannedEvent {
				t.Errorf("%s: %s", d+n, f.Finding.Title)
			}
			if f.Change == incident.Opened {
				opened = append(opened, f.ID)
			}
		}
		if n == 9 {
			f := find(t, r, finding.UnplannedEvent, r.Findings[0].Finding.Subject.Event)
			if len(f.Finding.Members) != 12 || f.Finding.Severity != finding.Warning || f.Finding.Slice == nil || f.Finding.Slice.AppVersion != "8.15.0" {
				t.Errorf("%d events, %s, in %v: %s", len(f.Finding.Members), f.Finding.Severity, f.Finding.Slice, said(r))
			}
		}
	}
	if len(opened) != 1 {
		t.Errorf("a release opened %d findings: %v", len(opened), opened)
	}
}

// A release that renames five events and drops two properties is one finding with seven members, from its second night to
// the night on which another version sends the new names as well.
func TestAReleaseThatRenamesAndDropsIsOneFinding(t *testing.T) {
	d := yesterday()
	renamed := ordinary()[:5]
	facts := testkit.NewFacts("web", span())
	for i, name := range ordinary("Order Placed", "Order Viewed") {
		rows := float64(900 - 70*i)
		if slices.Contains(renamed, name) {
			facts.Event(name, plan.TableOf(plan.Event{Name: name}), rows, within(days(d-history, d)))
			facts.Event(strings.ToLower(name), plan.TableOf(plan.Event{Name: name}), rows, within(days(d+1, d+40)))
			continue
		}
		facts.Event(name, plan.TableOf(plan.Event{Name: name}), rows, nil)
	}
	gone := func(x landed.Day, _ string) float64 {
		if x > d {
			return 0
		}
		return 1
	}
	facts.Landing(2).Filled("order_placed", "coupon", gone).Filled("order_viewed", "currency", gone)
	p := planned("h", ordinary("Order Placed", "Order Viewed")...)
	for i := range p.Events {
		p.Events[i].Properties = []plan.Property{{Name: "coupon", Type: "string"}, {Name: "currency", Type: "string"}}
	}
	w := open(t, p, facts)
	var ids []string
	for n := range landed.Day(8) {
		r := w.night(d + 1 + n)
		for _, f := range r.Findings {
			if f.Finding.Severity >= finding.Warning && !slices.Contains(ids, f.ID) {
				ids = append(ids, f.ID)
			}
		}
		if n < 7 {
			continue
		}
		if len(r.Open(finding.Warning)) != 1 || len(r.Findings[0].Finding.Members) != 7 {
			t.Errorf("%d findings: %s", len(r.Open(finding.Warning)), said(r))
		}
	}
	if len(ids) != 1 {
		t.Errorf("told as %v", ids)
	}
}

func TestIdentifyBrokenByAReleaseIsOneFinding(t *testing.T) {
	d := yesterday()
	facts := everyday("ios", nil).Versions(rollout(d + 1))
	for _, name := range ordinary() {
		facts.Filled(plan.TableOf(plan.Event{Name: name}), "user_id", func(x landed.Day, version string) float64 {
			if version == "8.15.0" {
				return 0
			}
			return .6
		})
	}
	w := open(t, planned("h", ordinary()...), facts)
	got := slices.DeleteFunc(news(w, d, d+8), func(line string) bool { return strings.Contains(line, " worse ") }) // it grows with the rollout
	if len(got) != 1 || !strings.Contains(got[0], "new identity-loss ios user_id") {
		t.Errorf("an identify call that a release broke was told as %q", got)
	}
	f := find(t, w.night(d+10), finding.IdentityLoss, "")
	if f.Finding.Slice == nil || f.Finding.Slice.AppVersion != "8.15.0" {
		t.Errorf("it is said to be in %v", f.Finding.Slice)
	}
}

// An event of which one in ten is sent from a day on is one finding, and a source of which one in ten is sent is one.
func TestSamplingIsOneFinding(t *testing.T) {
	d := yesterday()
	w := open(t, planned("h", ordinary("Order Placed")...), everyday("web", func(f *testkit.Facts) { f.Event("Order Placed", "order_placed", 500, from(d+1, .1)) }))
	wantNews(t, w, d, d+6, fmt.Sprintf("%s new volume-drop web Order Placed since %s", d+1, d+1))

	all := testkit.NewFacts("ios", span())
	for i, name := range ordinary() {
		all.Event(name, plan.TableOf(plan.Event{Name: name}), float64(900-100*i), from(d+1, .1))
	}
	w = open(t, planned("h", ordinary()...), everyday("web", nil), everyday("server", nil), all.Landing(2))
	got := news(w, d, d+6)
	if len(got) != 1 || !strings.HasPrefix(got[0], fmt.Sprintf("%s new source-outage ios", d+1)) {
		t.Errorf("a source that is sampled was told as %q", got)
	}
}

// A thousand names that nobody knows, from one client, are one finding that offers to leave the client out.
func TestAThousandSpamNamesAreOneFinding(t *testing.T) {
	d := yesterday()
	facts := everyday("web", nil)
	for i := range facts.Events {
		facts.Events[i].Cells[0].Slice.Library = "analytics.js"
	}
	for i := range 1000 {
		name := spam(i)
		daily := make([]int64, facts.Span.Len())
		daily[d+1+landed.Day(i/800)-facts.Span.First] = 1 + int64(i%2) // the last of them a day later
		facts.Events = append(facts.Events, landed.Event{
			Name: name, Table: plan.TableOf(plan.Event{Name: name}), Cells: []landed.Cell{{Slice: landed.Slice{Library: "python-requests"}, Daily: daily}},
		})
	}
	slices.SortFunc(facts.Events, func(a, b landed.Event) int { return strings.Compare(a.Name, b.Name) })
	w := open(t, planned("h", ordinary()...), facts)
	got := news(w, d, d+6)
	if len(got) != 1 || !strings.Contains(got[0], "new dynamic-name web") {
		t.Errorf("a thousand names were told as %q", got)
	}
	r := w.night(d + 8)
	for _, f := range slices.Concat(r.Findings, r.Baseline) {
		if f.Finding.Kind != finding.DynamicName {
			t.Errorf("besides the flood: %s", f.Finding.Title)
			continue
		}
		want := finding.LeaveOut{Source: "web", Slice: landed.Slice{Library: "python-requests"}}
		if !slices.Contains(f.Finding.Fixes, finding.Fix(want)) {
			t.Errorf("it offers %+v", f.Finding.Fixes)
		}
	}
}

// spam is a name that means nothing, is like no other and is no other number's.
func spam(i int) string {
	const consonants, vowels = "bcdfghjklmnpqrst", "aeiu"
	out := []byte{'q'}
	for n := uint32(i)*2654435761 + 104729; len(out) < 11; n = n>>6 | n<<26 { // odd, so that no two numbers meet
		out = append(out, consonants[n&15], vowels[n>>4&3])
	}
	return string(out)
}

func TestADeprecatedEventMayStop(t *testing.T) {
	d := yesterday()
	p := planned("h", ordinary("Cart Emptied")...)
	p.Events[len(p.Events)-1].Status = "deprecated"
	w := open(t, p, everyday("web", func(f *testkit.Facts) { f.Event("Cart Emptied", "cart_emptied", 200, within(days(d-history, d))) }))
	wantNews(t, w, d, d+10)
}

// A schema that was renamed, and said so, is the same source: nothing stopped, and nothing is new.
func TestASchemaThatWasRenamedIsTheSameSource(t *testing.T) {
	d := yesterday()
	w := open(t, planned("h", ordinary("Order Placed")...), everyday("web", func(f *testkit.Facts) {
		f.Event("Order Placed", "order_placed", 300, from(d+9, .1))
	}))
	old := w.job.Sources[0].Source
	wantNews(t, w, d, d+2)
	w.auditor.Warehouse = begun{w.wh, d + 3}
	w.job.Sources[0].Schema, w.job.Sources[0].Fingerprint = "web_v2", "another schema"
	w.job.Sources[0].Earlier = []landed.Source{old}
	wantNews(t, w, d+3, d+10, fmt.Sprintf("%s new volume-drop web Order Placed since %s", d+9, d+9)) // what is usual is still known
}

// The order of things in the configuration says nothing: no history is lost by it, and nothing is news because of it.
func TestReorderingTheConfigurationOrphansNoHistory(t *testing.T) {
	d := yesterday()
	drop := func(f *testkit.Facts) { f.Event("Order Placed", "order_placed", 300, from(d-2, .1)) }
	w := open(t, planned("h", ordinary("Order Placed")...), everyday("web", drop), everyday("ios", drop))
	before := w.night(d + 1)
	slices.Reverse(w.job.Sources)
	turned := planned("h", ordinary("Order Placed")...)
	slices.Reverse(turned.Events)
	w.replan(turned)
	after := w.night(d + 2)
	standing := func(r audit.Result) []string {
		var out []string
		for _, f := range r.Findings {
			out = append(out, f.ID+" "+f.Finding.Subject.Source)
		}
		slices.Sort(out)
		return out
	}
	if diff := cmp.Diff(standing(before), standing(after)); diff != "" || len(before.Findings) != 2 {
		t.Errorf("-before +after:\n%s", diff)
	}
	for _, f := range after.Findings {
		if f.Change != incident.Continued {
			t.Errorf("%s is %s", f.Finding.Title, f.Change)
		}
	}
	if n := w.read().Counts.Len(); n > 5 {
		t.Errorf("the night after read %d days again", n)
	}
}

// What is muted stays muted for as long as was said, however it goes on, and is told when that has ended.
func TestWhatIsMutedStaysMutedAndEnds(t *testing.T) {
	d := yesterday()
	w := open(t, planned("h", ordinary("Order Placed")...), everyday("web", func(f *testkit.Facts) {
		f.Event("Order Placed", "order_placed", 300, func(x landed.Day, rows float64) float64 {
			switch {
			case x >= d+4:
				return 0 // it gets worse meanwhile, and becomes another kind
			case x >= d+1:
				return rows * .3
			}
			return rows
		})
	}))
	w.night(d + 1)
	drop := find(t, w.night(d+2), finding.VolumeDrop, "Order Placed")
	h := incident.Handling{Key: w.key(drop.ID), Until: (d + 9).Time()}
	if err := w.store.Handle(context.Background(), h, incident.Act{What: "snooze"}); err != nil {
		t.Fatal(err)
	}
	for n := landed.Day(3); n <= 11; n++ {
		r := w.night(d + n)
		want := incident.Snoozed
		if n >= 9 {
			want = incident.Open
		}
		for _, f := range r.Findings {
			if f.ID != drop.ID || f.Status != want {
				t.Errorf("morning of %s: %s is %s, want %s as %s", d+n, f.ID, f.Status, drop.ID, want)
			}
		}
	}
}
