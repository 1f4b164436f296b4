// Package simulate makes workspaces of events whose truth is known: a plan, sources with releases, users, and changes
// of which some are renames and others only look like one. Detection is measured on them, since real workspaces with
// such a truth do not exist. It shares no code with what it measures.
package simulate

import (
	"hash/fnv"
	"math/rand/v2"
	"time"
)

// Options says which workspace to make. Standard gives the usual ones.
type Options struct {
	Seed   uint64
	AsOf   time.Time // the morning after the last day
	Days   int
	Events int     // of the plan
	Rows   float64 // a day, over all sources, about
	Hard   bool    // more of what misleads: see Difficult

	Renames      int // of the kinds of a usual workspace, by their shares
	Cases        int // only the case of a name changes
	Separators   int // only the separator changes
	Splits       int // one event becomes two
	Merges       int // two events become one
	Launches     int // new events
	Deprecations int // events that end
	Unrelated    int // a launch and a deprecation in one release, of similar volume
	Replacements int // a feature gives way to another: same users, half of the properties
}

// Quiet is a workspace in which nothing changes but the weather.
func Quiet(seed uint64) Options {
	return Options{Seed: seed, AsOf: time.Date(2026, time.June, 16, 0, 0, 0, 0, time.UTC), Days: 90, Events: 200, Rows: 5600}
}

// Standard is a workspace with eight renames among three times as many changes that are none.
func Standard(seed uint64) Options {
	o := Quiet(seed)
	o.Renames, o.Launches, o.Deprecations, o.Unrelated, o.Replacements = 8, 8, 8, 5, 4
	return o
}

// Difficult is a standard workspace in which most renames change properties, events have few properties, few values
// are seen, a replacement has nearly the volume of what it replaces, and half of the users come back under another id.
func Difficult(seed uint64) Options {
	o := Standard(seed)
	o.Hard = true
	return o
}

// Spelling is a smaller workspace whose renames change only the case or the separators of a name.
func Spelling(seed uint64) Options {
	o := Quiet(seed)
	o.Events, o.Rows = 120, 3600
	o.Cases, o.Separators, o.Launches, o.Deprecations = 12, 12, 4, 4
	return o
}

// Divided is a standard workspace in which, besides, events become two and two events become one.
func Divided(seed uint64) Options {
	o := Standard(seed)
	o.Splits, o.Merges = 4, 4
	return o
}

// Workspace is one simulated workspace. Rows draws what landed in it.
type Workspace struct {
	Options Options
	Sources []Source
	Truth   Truth

	columns  map[string]property // by name: type and values are those of the workspace
	tables   map[string][]Column // of each table, by its name
	streams  []*event
	planned  []*event
	holidays []int
}

// New makes a workspace. The same options make the same one.
func New(o Options) *Workspace {
	w := &Workspace{Options: o, columns: map[string]property{}}
	w.Sources, w.holidays, w.Truth.Outage = newSources(o)
	w.Truth.Seed, w.Truth.AsOf, w.Truth.Hard = o.Seed, o.AsOf.Format(time.DateOnly), o.Hard
	for _, d := range w.holidays {
		w.Truth.Holidays = append(w.Truth.Holidays, o.day(d).Format(time.DateOnly))
	}
	b := newBuilder(w)
	b.plan()
	b.changes()
	return w
}

// stream is random numbers for one purpose: nothing drawn for another moves them.
func stream(seed uint64, purpose string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(purpose)) // a hash never fails
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}
