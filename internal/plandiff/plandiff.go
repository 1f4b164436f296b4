// Package plandiff compares two tracking plans, and says which changes break what is sent today.
package plandiff

import (
	"cmp"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/plan"
)

// Kind is what became of an event.
type Kind string

// The kinds of changes of an event.
const (
	Added   Kind = "added"
	Removed Kind = "removed"
	Renamed Kind = "renamed" // likely: the names or the properties say so
	Changed Kind = "changed"
)

// Event is what became of one event.
type Event struct {
	Kind      Kind
	Name, Was string // Was: the former name of a renamed event
	Call      string
	Why       string   // of a renamed one
	Known     bool     // a renamed one keeps its former name as an alias
	Changes   []Change // none for added and removed events
}

// Breaks says whether what is sent today breaks the new plan.
func (e Event) Breaks() bool {
	return e.lost() || slices.ContainsFunc(e.Changes, func(c Change) bool { return c.Breaks })
}

// lost says whether the old name is no longer planned.
func (e Event) lost() bool { return e.Kind == Removed || e.Kind == Renamed && !e.Known }

// Change is one difference inside an event.
type Change struct {
	Property string // empty: of the event itself
	What     string // added, removed, type, required, enum, pattern, range, format, nullable, sources, …
	From, To string // as people read them; empty where there was or is nothing
	Breaks   bool   // something that fits the old plan no longer fits the new one
	Small    bool   // for people only: description, owner, tags, labels
}

// Diff returns what differs from plan a to plan b: removed events first, then renamed, changed and added ones, each
// group by name. It is empty for plans that say the same.
func Diff(a, b *plan.Plan) []Event {
	before, after := byKey(a), byKey(b)
	var out []Event
	var gone, fresh []plan.Event
	for _, e := range a.Events {
		other, ok := after[e.Key()]
		if !ok {
			gone = append(gone, e)
			continue
		}
		if changes := compare(a, b, e, other); len(changes) > 0 {
			out = append(out, Event{Kind: Changed, Name: e.Name, Call: e.Call, Changes: changes})
		}
	}
	for _, e := range b.Events {
		if _, ok := before[e.Key()]; !ok {
			fresh = append(fresh, e)
		}
	}
	for _, r := range renames(gone, fresh) {
		gone = without(gone, r.old)
		fresh = without(fresh, r.new)
		out = append(out, Event{Kind: Renamed, Name: r.new.Name, Was: r.old.Name, Call: r.new.Call, Why: r.why, Known: slices.Contains(r.new.Aliases, r.old.Name), Changes: compare(a, b, r.old, r.new)})
	}
	for _, e := range gone {
		out = append(out, Event{Kind: Removed, Name: e.Name, Call: e.Call})
	}
	for _, e := range fresh {
		out = append(out, Event{Kind: Added, Name: e.Name, Call: e.Call})
	}
	order := []Kind{Removed, Renamed, Changed, Added}
	slices.SortStableFunc(out, func(x, y Event) int {
		return cmp.Or(cmp.Compare(slices.Index(order, x.Kind), slices.Index(order, y.Kind)), cmp.Compare(x.Name, y.Name), cmp.Compare(x.Call, y.Call))
	})
	return out
}

func byKey(p *plan.Plan) map[plan.EventKey]plan.Event {
	out := make(map[plan.EventKey]plan.Event, len(p.Events))
	for _, e := range p.Events {
		out[e.Key()] = e
	}
	return out
}

func without(list []plan.Event, e plan.Event) []plan.Event {
	return slices.DeleteFunc(list, func(x plan.Event) bool { return x.Key() == e.Key() })
}

// rename is an event that went and one that came in its place.
type rename struct {
	old, new plan.Event
	why      string
	weight   float64
}

// How much two events must have in common to be one under another name.
const (
	sameFrom  = 3  // properties, before they say anything
	sameShare = .8 // of all properties of both, where the names say nothing
	likeShare = .5 // where the names are a little alike
)

// renames pairs events that went with events that came: the surest pairs first, each event once.
func renames(gone, fresh []plan.Event) []rename {
	var all []rename
	vocabulary := names.Learn(nil)
	for _, a := range gone {
		for _, b := range fresh {
			if why, weight := alike(a, b, vocabulary); weight > 0 {
				all = append(all, rename{a, b, why, weight})
			}
		}
	}
	slices.SortStableFunc(all, func(x, y rename) int {
		return cmp.Or(cmp.Compare(y.weight, x.weight), cmp.Compare(x.old.Name, y.old.Name), cmp.Compare(x.new.Name, y.new.Name))
	})
	var out []rename
	used := map[plan.EventKey]bool{}
	for _, r := range all {
		if !used[r.old.Key()] && !used[r.new.Key()] {
			used[r.old.Key()], used[r.new.Key()] = true, true
			out = append(out, r)
		}
	}
	return out
}

// alike says why two events may be one, and how surely; 0 where nothing says so.
func alike(a, b plan.Event, v *names.Vocabulary) (string, float64) {
	if a.Call != b.Call || a.Call != "track" {
		return "", 0
	}
	m := names.Compare(a.Name, b.Name, v)
	share, common := overlap(a, b)
	switch {
	case m.Level == names.High:
		return m.Rule, 3 + share
	case slices.Contains(b.Aliases, a.Name):
		return "the old name is an alias", 3 + share
	case m.Level == names.Medium && share >= likeShare:
		return m.Rule, 2 + share
	case common >= sameFrom && share >= sameShare:
		return "the same properties", 1 + share
	}
	return "", 0
}

// overlap is the share of both events' columns that they have in common, and how many those are.
func overlap(a, b plan.Event) (float64, int) {
	x, y := columns(a), columns(b)
	common := 0
	for c := range x {
		if y[c] {
			common++
		}
	}
	all := len(x) + len(y) - common
	if all == 0 {
		return 0, 0
	}
	return float64(common) / float64(all), common
}

func columns(e plan.Event) map[string]bool {
	out := map[string]bool{}
	for _, p := range e.Properties {
		out[plan.ColumnOf(p.Name)] = true
	}
	return out
}
