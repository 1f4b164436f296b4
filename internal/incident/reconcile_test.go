package incident

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

var start = time.Date(2026, 6, 1, 4, 15, 0, 0, time.UTC)

const workspace = "northlight"

func one(k finding.Kind, event string) finding.Finding {
	return finding.Finding{
		Kind: k, Severity: finding.Warning, Subject: finding.Subject{Source: "web", Event: event},
		Since: landed.DayOf(start) - 3, Ongoing: true, Rows: 10,
	}
}

// group is one finding of several members, the first of which gives it its own key.
func group(members ...finding.Finding) finding.Finding {
	f := members[0]
	f.Members = members
	return f
}

// night is the audit n days after the first, of a source that was audited before, by all checks.
func night(n int, found ...finding.Finding) Night {
	now := start.AddDate(0, 0, n)
	return Night{
		Workspace: workspace, Found: found, Now: now,
		Last: map[string]landed.Day{"web": landed.DayOf(now) - 1},
		Seen: func(finding.Kind, finding.Subject) bool { return true },
	}
}

// apply is what a store does with changes.
func apply(known []Incident, changes []Change) []Incident {
	out := slices.Clone(known)
	for _, c := range changes {
		if n := slices.IndexFunc(out, func(i Incident) bool { return i.Key == c.Incident.Key }); n >= 0 {
			out[n] = c.Incident
		} else {
			out = append(out, c.Incident)
		}
	}
	return out
}

// told writes changes as "kind id", with letters for ids in the order they appear in the story.
type story struct {
	known []Incident
	ids   []string
}

func (s *story) tell(n Night) string {
	changes := Reconcile(s.known, n)
	s.known = apply(s.known, changes)
	var out []string
	for _, c := range changes {
		if !slices.Contains(s.ids, c.Incident.ID) {
			s.ids = append(s.ids, c.Incident.ID)
		}
		line := c.Kind.String() + " " + s.letter(c.Incident.ID)
		if c.Incident.Into != "" {
			line += " into " + s.letter(IDOf(workspace, s.known, c.Incident.Into))
		}
		out = append(out, line)
	}
	return strings.Join(out, ", ")
}

func (s *story) letter(id string) string { return string(rune('A' + slices.Index(s.ids, id))) }

func TestStories(t *testing.T) {
	a, b, c := one(finding.Rename, "a"), one(finding.Rename, "b"), one(finding.Rename, "c")
	drop := one(finding.VolumeDrop, "a")
	cause := one(finding.Rename, "a")
	cause.Explains = []finding.Key{drop.Key()}
	unseen := func(n Night) Night { n.Seen = func(finding.Kind, finding.Subject) bool { return false }; return n }
	backDated := func(n Night, by landed.Day) Night {
		n.Last = map[string]landed.Day{"web": n.Last["web"] - by}
		return n
	}
	pair := finding.Subject{Source: "web", Event: "Sign Up", Related: "sign_up"}
	twins := finding.Finding{Kind: finding.NearDuplicate, Severity: finding.Warning, Subject: pair, Rows: 5}
	renamed := finding.Finding{
		Kind: finding.Rename, Severity: finding.Warning, Rows: 5,
		Subject: finding.Subject{Source: "web", Event: "sign_up", Related: "Sign Up"},
	}
	type act struct {
		night Night
		want  string
	}
	cases := map[string][]act{
		"opens, goes on, is resolved, stays silent": {
			{night(0, a), "new A"}, {night(1, a), "ongoing A"}, {night(2), "resolved A"}, {night(3), ""},
		},
		"found again in 90 days it keeps its id": {
			{night(0, a), "new A"}, {night(1), "resolved A"}, {night(91, a), "reopened A"},
		},
		"found again later it is news under the name its key always gets": {
			{night(0, a), "new A"}, {night(1), "resolved A"}, {night(92, a), "new A"},
		},
		"a drop that becomes a stop is the same": {
			{night(0, drop), "new A"}, {night(1, one(finding.EventStopped, "a")), "ongoing A"},
		},
		"twins of which one fades are the same": {{night(0, twins), "new A"}, {night(1, renamed), "ongoing A"}},
		"what was not looked at is unseen": {
			{night(0, a), "new A"}, {unseen(night(1)), "unseen A"}, {night(2), "resolved A"},
		},
		"an audit of the same or an earlier day resolves nothing": {
			{night(5, a), "new A"}, {night(5), "unseen A"}, {backDated(night(6), 1), "unseen A"}, {night(6), "resolved A"},
		},
		"a swallowed symptom follows its cause and comes back under its id": {
			{night(0, drop), "new A"}, {night(1, cause), "new B, merged A into B"}, {night(2, cause), "ongoing B, merged A into B"},
			{night(3, drop), "ongoing A, resolved B"},
		},
		"cause and symptom end together": {
			{night(0, drop), "new A"}, {night(1, cause), "new B, merged A into B"}, {night(2), "resolved A into B, resolved B"},
		},
		"a symptom stays while its cause was not looked at": {
			{night(0, drop), "new A"},
			{night(1, cause), "new B, merged A into B"},
			{func() Night {
				n := night(2)
				n.Seen = func(k finding.Kind, _ finding.Subject) bool { return k != finding.Rename }
				return n
			}(), "unseen A into B, unseen B"},
		},
		"a symptom whose cause is not for this audit to report stays": {
			{night(0, drop), "new A"},
			{func() Night { n := night(1); n.Unreported = []finding.Finding{cause}; return n }(), "unseen A"},
		},
		"a resolved symptom that is found alone is reopened": {
			{night(0, drop), "new A"}, {night(1), "resolved A"}, {night(2, cause), "new B"},
			{night(3, drop), "reopened A, resolved B"},
		},
		"two that join: the oldest survives, and they part again under their own ids": {
			{night(0, b), "new A"}, {night(1, a, b), "new B, ongoing A"},
			{night(2, group(a, b)), "ongoing A, merged B into A"},
			{night(3, group(a, b)), "ongoing A, merged B into A"},
			{night(4, a, b), "ongoing B, ongoing A"},
		},
		"a group that splits: the part with the first key keeps the id": {
			{night(0, group(a, b, c)), "new A"}, {night(1, b, a, c), "new B, ongoing A, new C"},
			{night(2, b), "ongoing B, resolved A, resolved C"},
		},
		"a group keeps its id while any member remains": {
			{night(0, group(a, b, c)), "new A"}, {night(1, group(c, b)), "ongoing A"}, {night(2, c), "ongoing A"},
			{night(3), "resolved A"}, {night(4, b), "reopened A"},
		},
		"a standing incident takes up what a resolved one shares": {
			{night(0, a), "new A"}, {night(1), "resolved A"}, {night(2, b), "new B"}, {night(3, group(a, b)), "worse B"},
		},
		"a member that joins is worse": {{night(0, a), "new A"}, {night(1, group(a, b)), "worse A"}},
	}
	for name, acts := range cases {
		t.Run(name, func(t *testing.T) {
			var s story
			for n, act := range acts {
				if got := s.tell(act.night); got != act.want {
					t.Errorf("act %d: %q, want %q", n+1, got, act.want)
				}
			}
		})
	}
}

func genFinding(t *rapid.T) finding.Finding {
	name := rapid.SampledFrom([]string{"a", "b", "c", "d"})
	source := rapid.SampledFrom([]string{"web", "ios"})
	kind := rapid.SampledFrom([]finding.Kind{finding.Rename, finding.NearDuplicate, finding.VolumeDrop, finding.EventStopped})
	single := func() finding.Finding {
		return finding.Finding{
			Kind: kind.Draw(t, "kind"), Severity: finding.Severity(rapid.IntRange(1, 3).Draw(t, "severity")),
			Subject: finding.Subject{Source: source.Draw(t, "source"), Event: name.Draw(t, "event")},
			Rows:    rapid.Int64Range(0, 1000).Draw(t, "rows"), Ongoing: true,
			Since: landed.DayOf(start) - landed.Day(rapid.IntRange(0, 120).Draw(t, "age")),
		}
	}
	f := single()
	if n := rapid.IntRange(0, 2).Draw(t, "members"); n > 0 {
		f.Members = []finding.Finding{f}
		for range n {
			f.Members = append(f.Members, single())
		}
	}
	for range rapid.IntRange(0, 2).Draw(t, "explains") {
		f.Explains = append(f.Explains, single().Key())
	}
	return f
}

func genNight(t *rapid.T, n int) Night {
	out := night(n)
	back := landed.Day(rapid.IntRange(0, 2).Draw(t, "back-dated"))
	out.Last = map[string]landed.Day{"web": landed.DayOf(out.Now) - 1 - back}
	if rapid.Bool().Draw(t, "ios audited") {
		out.Last["ios"] = landed.DayOf(out.Now) - 1 - back
	}
	blind := rapid.SampledFrom([]finding.Family{"", finding.Rename.Family(), finding.VolumeDrop.Family()}).Draw(t, "not checked")
	out.Seen = func(k finding.Kind, s finding.Subject) bool {
		_, audited := out.Last[s.Source]
		return audited && k.Family() != blind
	}
	for range rapid.IntRange(0, 4).Draw(t, "findings") {
		out.Found = append(out.Found, genFinding(t))
	}
	for range rapid.IntRange(0, 1).Draw(t, "unreported") {
		out.Unreported = append(out.Unreported, genFinding(t))
	}
	return out
}

// TestPromises plays nights of random findings and holds every one of them to what Reconcile promises.
func TestPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var known []Incident
		for n := range rapid.IntRange(1, 6).Draw(t, "nights") {
			tonight := genNight(t, n)
			before := dump(t, known)
			changes := Reconcile(known, tonight)
			if dump(t, known) != before {
				t.Fatal("known was changed")
			}
			onceEach(t, known, tonight, changes)
			for _, c := range changes {
				keepsIdentity(t, known, c)
				if c.Incident.Into != "" && c.Kind != Merged && c.Kind != Unseen && c.Kind != Resolved {
					t.Fatalf("%s stands in %q", c.Kind, c.Incident.Into)
				}
			}
			holdsWithoutFinding(t, known, tonight, changes)
			shuffled := rapid.Permutation(known).Draw(t, "order of known")
			if diff := cmp.Diff(changes, Reconcile(shuffled, tonight)); diff != "" {
				t.Fatalf("the order of known matters: %s", diff)
			}
			known = apply(known, changes)
			distinct(t, known)
		}
	})
}

func dump(t *rapid.T, known []Incident) string {
	b, err := json.Marshal(known)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func carries(c Change) bool {
	return c.Kind == Opened || c.Kind == Reopened || c.Kind == Worsened || c.Kind == Continued
}

func onceEach(t *rapid.T, known []Incident, n Night, changes []Change) {
	findings, incidents := map[finding.Key]int{}, map[finding.Key]int{}
	for _, c := range changes {
		incidents[c.Incident.Key]++
		if carries(c) {
			findings[c.Incident.Finding.Key()]++
		}
	}
	for _, f := range n.Found {
		if findings[f.Key()] != 1 {
			t.Fatalf("finding %v stands in %d changes", f.Subject, findings[f.Key()])
		}
		findings[f.Key()] = 1
	}
	for _, i := range known {
		if i.Standing() && incidents[i.Key] != 1 {
			t.Fatalf("incident %s stands in %d changes", i.ID, incidents[i.Key])
		}
	}
	for k, times := range incidents {
		if times != 1 {
			t.Fatalf("%s is changed %d times", k, times)
		}
	}
}

func keepsIdentity(t *rapid.T, known []Incident, c Change) {
	n := slices.IndexFunc(known, func(i Incident) bool { return i.Key == c.Incident.Key })
	if (n < 0) != (c.Kind == Opened) {
		t.Fatalf("%s of an incident that was known: %v", c.Kind, n >= 0)
	}
	if n < 0 {
		return
	}
	old := known[n]
	if old.ID != c.Incident.ID || !old.Opened.Equal(c.Incident.Opened) {
		t.Fatalf("%s is now %s", old.ID, c.Incident.ID)
	}
	if c.Incident.LastDay < old.LastDay {
		t.Fatalf("last day of %s went from %v back to %v", old.ID, old.LastDay, c.Incident.LastDay)
	}
	if (c.Kind == Reopened) == old.Standing() {
		t.Fatalf("%s of an incident that stands: %v", c.Kind, old.Standing())
	}
	if c.Kind == Unseen {
		if diff := cmp.Diff(old, c.Incident); diff != "" {
			t.Fatalf("unseen and changed: %s", diff)
		}
	}
}

// holdsWithoutFinding checks what may become of an incident that was not found.
func holdsWithoutFinding(t *rapid.T, known []Incident, n Night, changes []Change) {
	found, explained, hidden, heirs := map[finding.Key]bool{}, map[finding.Key]bool{}, map[finding.Key]bool{}, map[finding.Key]bool{}
	for _, c := range changes {
		heirs[c.Incident.Key] = carries(c)
	}
	for _, f := range loudest(n.Found) {
		for _, k := range f.Keys() {
			found[k] = true
		}
		for _, k := range f.Explains {
			explained[k] = true
		}
	}
	for _, f := range n.Unreported {
		for _, k := range append(f.Keys(), f.Explains...) {
			hidden[k] = true
		}
	}
	for _, c := range changes {
		i := c.Incident
		any := func(set map[finding.Key]bool) bool {
			return slices.ContainsFunc(append([]finding.Key{i.Key}, i.Keys...), func(k finding.Key) bool { return set[k] })
		}
		if c.Kind == Merged && (!heirs[i.Into] || i.Into == i.Key) {
			t.Fatalf("%s is merged into %q, which has no finding", i.ID, i.Into)
		}
		if c.Kind != Resolved {
			continue
		}
		switch {
		case any(found), any(explained), any(hidden):
			t.Fatalf("%s is resolved and was found (%v), explained (%v) or is not this audit's (%v)",
				i.ID, any(found), any(explained), any(hidden))
		case !n.Seen(i.Finding.Kind, i.Finding.Subject):
			t.Fatalf("%s is resolved and was not looked at", i.ID)
		case n.Last[i.Finding.Subject.Source] <= i.LastDay:
			t.Fatalf("%s is resolved on a day that was judged before", i.ID)
		}
	}
}

func distinct(t *rapid.T, known []Incident) {
	ids, keys := map[string]bool{}, map[finding.Key]bool{}
	for _, i := range known {
		if ids[i.ID] || keys[i.Key] {
			t.Fatalf("two incidents are %s", i.ID)
		}
		ids[i.ID], keys[i.Key] = true, true
	}
}

func TestNothingVanishesUnseen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := genNight(t, 0)
		known := apply(nil, Reconcile(nil, first))
		later := night(1)
		later.Seen = nil
		for _, c := range Reconcile(known, later) {
			if c.Kind != Unseen {
				t.Fatalf("%s of %s by an audit that looked at nothing", c.Kind, c.Incident.ID)
			}
		}
	})
}

func TestCollidingIDsAreLengthened(t *testing.T) {
	f := one(finding.Rename, "a")
	short := finding.ID(workspace, f.Key(), 6)
	known := []Incident{{ID: short, Key: "other", Opened: start, LastDay: landed.DayOf(start)}}
	got := Reconcile(known, night(1, f))[0].Incident.ID
	if want := finding.ID(workspace, f.Key(), 7); got != want {
		t.Errorf("id %s, want %s", got, want)
	}
	if got := Reconcile(nil, night(1, f))[0].Incident.ID; got != short {
		t.Errorf("id %s, want %s in a fresh state", got, short)
	}
}

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
	for _, k := range []finding.Kind{
		finding.Rename, finding.DoubleTracking, finding.EventStopped, finding.VolumeDrop, finding.SlowDecline,
		finding.SourceOutage, finding.TypeDrift, finding.InvalidValue, finding.MissingProperty,
	} {
		f, n := one(k, "a"), night(0)
		f.Since, n.First = last-30, map[string]bool{"web": true}
		n.Found = []finding.Finding{f}
		if Reconcile(nil, n)[0].Incident.Baseline {
			t.Errorf("%s that began a month ago and goes on is baseline", k)
		}
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
