package incident

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

func TestWorse(t *testing.T) {
	ios := &landed.Slice{Platform: "ios", AppVersion: "4.2.0"}
	day := landed.DayOf(start)
	base := func() finding.Finding {
		f := one(finding.InvalidValue, "a")
		f.Since, f.Rows, f.Slice = day-9, 1000, ios
		return f
	}
	cases := map[string]struct {
		change func(*finding.Finding)
		want   Kind
	}{
		"as many rows as every day":               {func(f *finding.Finding) { f.Rows += 100 }, Continued},
		"nearly twice as many":                    {func(f *finding.Finding) { f.Rows += 199 }, Continued},
		"twice as many":                           {func(f *finding.Finding) { f.Rows += 200 }, Worsened},
		"more severe":                             {func(f *finding.Finding) { f.Rows += 100; f.Severity = finding.Critical }, Worsened},
		"less severe":                             {func(f *finding.Finding) { f.Severity = finding.Info }, Continued},
		"on every version of the platform":        {func(f *finding.Finding) { f.Slice = &landed.Slice{Platform: "ios"} }, Worsened},
		"everywhere":                              {func(f *finding.Finding) { f.Slice = nil }, Worsened},
		"on another version instead":              {func(f *finding.Finding) { f.Slice = &landed.Slice{Platform: "ios", AppVersion: "5"} }, Continued},
		"on fewer":                                {func(f *finding.Finding) { s := *ios; s.Library = "x"; f.Slice = &s }, Continued},
		"in another source too":                   {func(f *finding.Finding) { f.Sources = []string{"web", "ios"} }, Worsened},
		"counted anew since a later day, so less": {func(f *finding.Finding) { f.Rows = 50 }, Continued},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			n := night(0, base())
			n.Last = map[string]landed.Day{"web": day, "ios": day}
			known := apply(nil, Reconcile(nil, n))
			f := base()
			c.change(&f)
			next := night(1, f)
			next.Last = map[string]landed.Day{"web": day + 1, "ios": day + 1}
			got := Reconcile(known, next)[0]
			if got.Kind != c.want {
				t.Fatalf("%s, want %s", got.Kind, c.want)
			}
			if again := Reconcile(apply(known, []Change{got}), next)[0]; again.Kind != Continued {
				t.Errorf("the same audit again is %s", again.Kind)
			}
		})
	}
}

// TestAHalfFirstDayIsNotASlowOne: what began in the afternoon brings twice the rows on its first whole day.
func TestAHalfFirstDayIsNotASlowOne(t *testing.T) {
	day := landed.DayOf(start)
	f := one(finding.InvalidValue, "a")
	f.Since, f.SinceTime, f.Rows = day, day.Time().Add(14*time.Hour), 300
	n := night(0, f)
	n.Last = map[string]landed.Day{"web": day}
	known := apply(nil, Reconcile(nil, n))
	f.Rows += 720 // the pace of 30 rows an hour goes on
	next := night(1, f)
	next.Last = map[string]landed.Day{"web": day + 1}
	if got := Reconcile(known, next)[0]; got.Kind != Continued {
		t.Errorf("a steady fault is %s on its first whole day", got.Kind)
	}
	f.Rows += 3 * 720
	next.Found = []finding.Finding{f}
	if got := Reconcile(known, next)[0]; got.Kind != Worsened {
		t.Errorf("four times the pace is %s", got.Kind)
	}
}

// TestASteadyFaultIsToldOnce: rows add up from night to night, and that alone is no news.
func TestASteadyFaultIsToldOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pace := rapid.Int64Range(1, 1_000_000).Draw(t, "rows a day")
		age := rapid.IntRange(0, 30).Draw(t, "days before the first audit")
		var known []Incident
		for n := range 20 {
			f := one(finding.InvalidValue, "a")
			f.Since = landed.DayOf(start) - 1 - landed.Day(age)
			f.Rows = pace * int64(age+1+n)
			changes := Reconcile(known, night(n, f))
			if n > 0 && changes[0].Kind != Continued {
				t.Fatalf("night %d is %s", n, changes[0].Kind)
			}
			known = apply(known, changes)
		}
	})
}

func TestBaseline(t *testing.T) {
	last := landed.DayOf(start) - 1
	cases := map[string]struct {
		change func(*finding.Finding, *Night)
		want   bool
	}{
		"8 days old":                       {func(f *finding.Finding, _ *Night) { f.Since = last - 8 }, true},
		"7 days old":                       {func(f *finding.Finding, _ *Night) { f.Since = last - 7 }, false},
		"always so":                        {func(f *finding.Finding, _ *Night) { f.Since = landed.NoDay }, true},
		"a source that was audited before": {func(f *finding.Finding, n *Night) { f.Since = last - 8; n.First = nil }, false},
		"a rename 90 days old":             {func(f *finding.Finding, _ *Night) { f.Kind, f.Since = finding.Rename, last-90 }, false},
		"a rename 91 days old":             {func(f *finding.Finding, _ *Night) { f.Kind, f.Since = finding.Rename, last-91 }, true},
		"a rename that is over":            {func(f *finding.Finding, _ *Night) { f.Kind, f.Since, f.Ongoing = finding.Rename, last-20, false }, true},
		"twins of a planned name":          {func(f *finding.Finding, _ *Night) { f.Kind, f.Since, f.Planned = finding.NearDuplicate, last-20, true }, false},
		"twins that nobody planned":        {func(f *finding.Finding, _ *Night) { f.Kind, f.Since = finding.NearDuplicate, last-20 }, true},
		"one of two sources is known": {func(f *finding.Finding, n *Night) {
			f.Since = last - 8
			f.Sources = []string{"web", "ios"}
			n.Last["ios"] = last
		}, false},
		"of the workspace, all sources new": {func(f *finding.Finding, _ *Night) { f.Subject.Source = ""; f.Since = landed.NoDay }, true},
		"of the workspace, one source is known": {func(f *finding.Finding, n *Night) {
			f.Subject.Source, f.Since, n.Last["ios"] = "", landed.NoDay, last
		}, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			f, n := one(finding.UnplannedEvent, "a"), night(0)
			n.First = map[string]bool{"web": true}
			c.change(&f, &n)
			n.Found = []finding.Finding{f}
			if got := Reconcile(nil, n)[0].Incident.Baseline; got != c.want {
				t.Errorf("baseline %v, want %v", got, c.want)
			}
		})
	}
	// What is told although it is old, as the interface promises; a source that fell is as loud as what fell with it. Every
	// other kind is old debt.
	told := []finding.Kind{
		finding.Rename, finding.NearDuplicate, finding.DoubleTracking, finding.EventStopped, finding.VolumeDrop, finding.SlowDecline,
		finding.SourceOutage, finding.TypeDrift, finding.InvalidValue, finding.MissingProperty,
	}
	for _, k := range finding.Kinds() {
		f, n := one(k, "a"), night(0)
		f.Since, f.Planned, n.First = last-30, true, map[string]bool{"web": true}
		n.Found = []finding.Finding{f}
		if k == finding.MovedEvent {
			continue // nothing is promised: what stopped in one source is loud, and what moved is not lost
		}
		if got, want := Reconcile(nil, n)[0].Incident.Baseline, !slices.Contains(told, k); got != want {
			t.Errorf("%s that began a month ago and goes on: baseline %v, want %v", k, got, want)
		}
	}
}

// One that is new is not hidden by older ones that it is told with.
func TestAGroupIsOldDebtOnlyWhereAllOfItIs(t *testing.T) {
	last := landed.DayOf(start) - 1
	group := func(since ...landed.Day) finding.Finding {
		f := one(finding.UnplannedEvent, "a")
		f.Since = since[0]
		for i, d := range since {
			m := one(finding.UnplannedEvent, string(rune('a'+i)))
			m.Since = d
			f.Members = append(f.Members, m)
		}
		return f
	}
	for name, c := range map[string]struct {
		found finding.Finding
		want  bool
	}{
		"all of it old": {group(last-12, last-9), true},
		"one of it new": {group(last-12, last-3), false},
		"all of it new": {group(last-5, last-3), false},
	} {
		n := night(0)
		n.First, n.Found = map[string]bool{"web": true}, []finding.Finding{c.found}
		if got := Reconcile(nil, n)[0].Incident.Baseline; got != c.want {
			t.Errorf("%s: baseline %v, want %v", name, got, c.want)
		}
	}
}

// When an incident went on is remembered each time it comes again: those days are never usual.
func TestAnIncidentKnowsWhenItWentOnBefore(t *testing.T) {
	first := landed.DayOf(start)
	var known []Incident
	audit := func(d, since landed.Day, found bool) {
		n := night(0)
		n.Now, n.Last, n.Seen = (d + 1).Time(), map[string]landed.Day{"web": d}, func(finding.Kind, finding.Subject) bool { return true }
		if n.Found = nil; found {
			f := one(finding.VolumeDrop, "a")
			f.Since = since
			n.Found = []finding.Finding{f}
		}
		var next []Incident
		for _, c := range Reconcile(known, n) {
			next = append(next, c.Incident)
		}
		known = next
	}
	audit(first, first, true)
	audit(first+3, first, true)
	audit(first+4, 0, false)
	audit(first+9, first+8, true)
	audit(first+10, 0, false)
	audit(first+20, first+20, true)
	want := []landed.Span{{First: first, Last: first + 3}, {First: first + 8, Last: first + 9}}
	if diff := cmp.Diff(want, known[0].Before); diff != "" {
		t.Error(diff)
	}
}

func TestOldDebtThatGrowsIsNews(t *testing.T) {
	f, n := one(finding.UnplannedEvent, "a"), night(0)
	f.Since, f.Rows, f.Severity, n.First = landed.DayOf(start)-31, 300, finding.Info, map[string]bool{"web": true}
	n.Found = []finding.Finding{f}
	known := apply(nil, Reconcile(nil, n))
	f.Rows = 310
	same := Reconcile(known, night(1, f))[0]
	f.Severity = finding.Warning
	grown := Reconcile(known, night(1, f))[0]
	if !same.Incident.Baseline || grown.Incident.Baseline || grown.Kind != Worsened {
		t.Errorf("baseline %v when it goes on, %v when it is %s", same.Incident.Baseline, grown.Incident.Baseline, grown.Kind)
	}
}

func TestKeysOfChangesAreThoseOfTheirMembers(t *testing.T) {
	a, b := one(finding.Rename, "a"), one(finding.Rename, "b")
	known := apply(nil, Reconcile(nil, night(0, group(a, b))))
	known = apply(known, Reconcile(known, night(1, a, b)))
	for i, want := range [][]finding.Key{{a.Key()}, {b.Key()}} {
		if diff := cmp.Diff(want, known[i].Keys, cmpopts.EquateEmpty()); diff != "" {
			t.Error(strconv.Itoa(i) + diff)
		}
	}
}
