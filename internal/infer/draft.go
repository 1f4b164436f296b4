package infer

import (
	"cmp"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/plan"
)

// How a draft chooses.
const (
	stoppedAfter = 28 // days without a row, after which an event is no longer planned
	comparable   = 4  // a look-alike with a quarter of the other's rows may be an event of its own
)

// Options are what a draft is told beside the facts.
type Options struct {
	Values map[landed.Question]landed.Answer // the answers to Questions; nil: no values may be shown
	Any    bool                              // also values that are rare or look personal
	Made   time.Time                         // when; for the head
	File   string                            // where the plan will stand; for the head
}

// Draft returns a plan for people to correct, with the evidence for each line of it: like Plan, but every name is planned
// once across all sources, and of names that look alike only the commonest; events that stopped four weeks ago and names
// that carry data are left out, and said; small sets of values are planned where Options.Values has them.
func Draft(snapshots []landed.Snapshot, o Options) (*plan.Plan, plan.Notes) {
	ordered := slices.SortedFunc(slices.Values(snapshots), func(a, b landed.Snapshot) int { return cmp.Compare(a.Source.Name, b.Source.Name) })
	d := &drafting{o: o, span: landed.NoSpan, notes: plan.Notes{Events: map[plan.EventKey][]string{}, Properties: map[plan.PropertyKey][]string{}}}
	for _, s := range ordered {
		d.span = d.span.Union(spanOf(s))
	}
	d.all = sightings(ordered)
	d.choose()
	p := &plan.Plan{Inferred: true}
	for _, s := range ordered {
		p.Sources = append(p.Sources, s.Source.Name)
	}
	p.Sources = slices.Compact(p.Sources)
	for _, k := range d.planned {
		e := d.event(k)
		if slices.Equal(e.Sources, p.Sources) {
			e.Sources = nil // those of the plan
		}
		p.Events = append(p.Events, e)
	}
	slices.SortFunc(p.Events, func(a, b plan.Event) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Call, b.Call)) })
	p.Hash = p.ContentHash()
	d.head(p)
	return p, d.notes
}

// spanOf is the days of a snapshot; the zero value names a day of 1970.
func spanOf(s landed.Snapshot) landed.Span {
	if s.Span == (landed.Span{}) {
		return landed.NoSpan
	}
	return s.Span
}

// sighting is one event over all sources.
type sighting struct {
	key         key
	rows        int64
	on          map[landed.Day]bool
	first, last landed.Day
	landings    []placed // in the sources where it landed often enough
	tables      []string // wherever it landed
}

// placed is an event in one source.
type placed struct {
	source landed.Snapshot
	event  landed.Event
}

// sightings puts the events of all sources together, the commonest first.
func sightings(ordered []landed.Snapshot) []*sighting {
	byKey := map[key]*sighting{}
	var out []*sighting
	for _, s := range ordered {
		for _, e := range s.Events {
			k := key{e.Call, e.Name}
			x := byKey[k]
			if x == nil {
				x = &sighting{key: k, on: map[landed.Day]bool{}, first: landed.NoDay, last: landed.NoDay}
				byKey[k] = x
				out = append(out, x)
			}
			x.add(s, e)
		}
	}
	out = slices.DeleteFunc(out, func(x *sighting) bool { return x.rows == 0 })
	slices.SortFunc(out, func(a, b *sighting) int {
		return cmp.Or(cmp.Compare(b.rows, a.rows), cmp.Compare(a.key.name, b.key.name), cmp.Compare(a.key.call, b.key.call))
	})
	return out
}

func (x *sighting) add(s landed.Snapshot, e landed.Event) {
	for i, n := range e.Daily(spanOf(s).Len()) {
		if n == 0 {
			continue
		}
		day := s.Span.First + landed.Day(i)
		x.rows += n
		x.on[day] = true
		if x.first == landed.NoDay || day < x.first {
			x.first = day
		}
		x.last = max(x.last, day)
	}
	if e.Table != "" {
		x.tables = append(x.tables, e.Table)
	}
	if rows, days := volume(e); rows >= MinRows && days >= MinDays {
		x.landings = append(x.landings, placed{s, e})
	}
}

// drafting is a plan being made.
type drafting struct {
	o       Options
	span    landed.Span
	notes   plan.Notes
	all     []*sighting
	planned []*sighting

	variants               map[key][]variant // of a planned event
	rare, stopped, dynamic []*sighting
	unwritable             int
}

// variant is another name that looks like one event.
type variant struct {
	*sighting
	why     string
	planned bool
}

// choose decides which events are planned. The commonest come first, so that a name is a variant of the more common one.
func (d *drafting) choose() {
	d.variants = map[key][]variant{}
	byTable, alike := map[string]*sighting{}, d.alike()
	planned := map[key]*sighting{}
	for _, x := range d.all {
		if !utf8.ValidString(x.key.name) || x.key.call == landed.Track && blank(x.key.name) {
			d.unwritable++
			continue
		}
		if of, why, own := d.variantOf(x, byTable, alike[x.key], planned); of != nil {
			d.variants[of.key] = append(d.variants[of.key], variant{x, why, own})
			if !own {
				continue
			}
		}
		switch {
		case x.key.call == landed.Track && carriesData(x.key.name):
			d.dynamic = append(d.dynamic, x)
			continue
		case len(x.landings) == 0:
			d.rare = append(d.rare, x)
			continue
		case x.last+stoppedAfter <= d.span.Last:
			d.stopped = append(d.stopped, x)
			continue
		}
		d.planned = append(d.planned, x)
		planned[x.key] = x
		for _, t := range x.tables {
			if place := x.key.call.String() + " " + t; byTable[place] == nil {
				byTable[place] = x
			}
		}
	}
}

// near is a more common name and what makes it look like one.
type near struct {
	name  string
	match names.Match
}

// alike is, for each track event, the more common names that it looks like, the surest first.
func (d *drafting) alike() map[key][]near {
	var list []string
	for _, x := range d.all {
		if x.key.call == landed.Track && utf8.ValidString(x.key.name) {
			list = append(list, x.key.name)
		}
	}
	out := map[key][]near{}
	for _, p := range names.Pairs(list, names.Learn(list)) {
		k := key{landed.Track, p.B}
		out[k] = append(out[k], near{p.A, p.Match})
	}
	for _, list := range out {
		slices.SortStableFunc(list, func(a, b near) int { return cmp.Compare(b.match.Level, a.match.Level) })
	}
	return out
}

// variantOf returns the planned event that x is another name of, and whether x may be an event of its own nevertheless.
func (d *drafting) variantOf(x *sighting, byTable map[string]*sighting, alike []near, planned map[key]*sighting) (of *sighting, why string, own bool) {
	if x.key.call == landed.Track {
		for _, t := range x.tables {
			if of := byTable[x.key.call.String()+" "+t]; of != nil {
				return of, "", false
			}
		}
	}
	for _, n := range alike {
		of := planned[key{landed.Track, n.name}]
		switch {
		case of == nil:
		case n.match.Level == names.High:
			spelling := slices.Contains([]names.Kind{names.Case, names.Separator, names.Hidden, names.Accent}, n.match.Kind)
			return of, n.match.Rule, !spelling && x.rows*comparable > of.rows
		case x.rows*comparable > of.rows || len(x.landings) > 0:
			return of, n.match.Rule, true
		}
	}
	return nil, "", false
}

// event writes one planned event with its notes.
func (d *drafting) event(x *sighting) plan.Event {
	var merged draft
	for _, l := range x.landings {
		merged.add(l.source, l.event)
	}
	e := merged.event(x.key)
	if x.key.call != landed.Track || e.Table == names.Snake(e.Name) {
		e.Table = "" // by the layout's naming
	}
	e.Name, e.Call = nameOf(e)
	kept := e.Properties[:0]
	var empty []string
	for _, p := range e.Properties {
		ev := d.evidence(x, p.Name)
		if ev.rows >= MinRequiredRows && ev.filled == 0 {
			empty = append(empty, p.Name)
			continue
		}
		note := d.property(&p, ev)
		if note != "" {
			d.notes.Properties[plan.PropertyKey{Event: e.Key(), Property: p.Name}] = []string{note}
		}
		kept = append(kept, p)
	}
	e.Properties = slices.Clip(kept)
	d.notes.Events[e.Key()] = d.eventNotes(x, empty)
	return e
}

// nameOf is the name and call under which a plan has an event.
func nameOf(e plan.Event) (string, string) {
	switch e.Call {
	case "page":
		return "Page Viewed", e.Call
	case "screen":
		return "Screen Viewed", e.Call
	}
	return e.Name, e.Call
}
