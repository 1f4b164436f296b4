package incident

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

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
