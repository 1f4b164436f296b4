package simulate

import "math"

// Shares of a usual workspace's renames.
func renameKinds() ([]Kind, []float64) {
	return []Kind{Tense, Prefix, Typo, Abbreviation, Synonym, Unlike}, []float64{.2, .15, .1, .05, .25, .25}
}

const (
	oneSource   = .6  // renames that happen in one source only
	changed     = .3  // renames whose properties change
	changedHard = .7  // the same in a difficult workspace
	alike       = .36 // new events whose name shares most words with a planned one
	stillThere  = .55 // properties that such a rename keeps
	stillHard   = .43 // the same in a difficult workspace
)

// changes puts renames and what is none into the workspace.
func (b *builder) changes() {
	o := b.w.Options
	kinds, weights := renameKinds()
	var list []Kind
	for _, k := range even(b.r, o.Renames, weights) {
		list = append(list, kinds[k])
	}
	for range o.Cases {
		list = append(list, Case)
	}
	for range o.Separators {
		list = append(list, Separator)
	}
	props := changed
	if o.Hard {
		props = changedHard
	}
	ones, revised := even(b.r, len(list), []float64{oneSource, 1 - oneSource}), even(b.r, len(list), []float64{props, 1 - props})
	for i, kind := range list {
		spelling := kind == Case || kind == Separator
		b.rename(kind, ones[i] == 0, revised[i] == 0 && !spelling)
	}
	for range o.Splits {
		b.splitUp()
	}
	for range o.Merges {
		b.merge()
	}
	for range o.Launches {
		b.launch()
	}
	for range o.Deprecations {
		e, sources, at := b.pick(b.r.IntN(2) == 0)
		e.end = at
		b.harmless(Change{Kind: Deprecation, Old: e.name()}, sources, at)
	}
	for range o.Unrelated {
		b.unrelated()
	}
	for range o.Replacements {
		b.replacement()
	}
	b.tables()
}

func (b *builder) harmless(c Change, sources []int, at [sourceCount]int) {
	b.w.Truth.Harmless = append(b.w.Truth.Harmless, b.record(c, sources, at))
}

// rename lets an event be sent under another name from a release on.
func (b *builder) rename(kind Kind, one, revised bool) {
	e, sources, at := b.pick(one)
	for kind == Synonym && !b.names.hasSynonym(e.phrase) {
		e.used = false
		e, sources, at = b.pick(one)
	}
	v := &variant{name: b.names.rename(e.phrase, e.name(), kind), props: e.names[0].props}
	if revised {
		keep := stillThere
		if b.w.Options.Hard {
			keep = stillHard
		}
		v.props = b.revise(b.r, v.props, e.phrase, keep)
	}
	e.names, e.since = append(e.names, v), at
	b.leave(e)
	b.w.Truth.Renames = append(b.w.Truth.Renames, b.record(Change{Kind: kind, Old: e.name(), New: v.name, Properties: revised}, sources, at))
}

// leave lets users come back under other ids, where the workspace is difficult.
func (b *builder) leave(e *event) {
	if b.w.Options.Hard {
		e.lost = .5
	}
}

// splitUp lets an event become two.
func (b *builder) splitUp() {
	e, sources, at := b.pick(true)
	e.split, e.since = .35+.3*b.r.Float64(), at
	for range 2 {
		_, name := b.names.qualified(e.phrase)
		e.names = append(e.names, &variant{name: name, props: e.names[0].props})
		b.w.Truth.Renames = append(b.w.Truth.Renames, b.record(Change{Kind: Split, Old: e.name(), New: name}, sources, at))
	}
	b.leave(e)
}

// merge lets two events of one source become one.
func (b *builder) merge() {
	e, sources, at := b.pick(true)
	for {
		other, same, _ := b.pick(true)
		if same[0] != sources[0] {
			other.used = false
			continue
		}
		_, name := b.names.fresh(len(b.names.nouns))
		for _, from := range []*event{e, other} {
			// Each keeps its own properties, so the table has those of both.
			from.names, from.since = append(from.names, &variant{name: name, props: from.names[0].props}), at
			b.leave(from)
			b.w.Truth.Renames = append(b.w.Truth.Renames, b.record(Change{Kind: Merge, Old: from.name(), New: name}, sources, at))
		}
		return
	}
}

// newName names a new event; now and then it looks like that of a planned one.
func (b *builder) newName() (p phrase, name string, looks bool) {
	if b.r.Float64() < alike {
		of := b.w.planned[b.r.IntN(len(b.w.planned))]
		p, name = b.names.lookalike(of.phrase)
		return p, name, true
	}
	p, name = b.names.fresh(b.topics)
	return p, name, false
}

// launch adds a new event.
func (b *builder) launch() {
	for {
		where := places()[b.r.IntN(len(places()))]
		rate := spread(b.r, seenOften*float64(len(where))*math.Exp(math.Abs(.8*b.r.NormFloat64())), where)
		if at, ok := b.together(where); ok {
			p, name, looks := b.newName()
			e := b.event(b.r, p, name, rate)
			e.begin = at
			b.harmless(Change{Kind: Launch, New: name, Alike: looks}, where, at)
			return
		}
	}
}

// unrelated lets one event end and another begin in one release, by chance with nearly as many rows.
func (b *builder) unrelated() {
	old, sources, at := b.pick(b.r.IntN(2) == 0)
	old.end = at
	p, name, looks := b.newName()
	e := b.event(b.r, p, name, b.volume(old, sources, .8, 1.25))
	e.begin = at
	b.harmless(Change{Kind: Unrelated, Old: old.name(), New: name, Alike: looks}, sources, at)
}

// replacement lets one feature give way to another: the same users, half of the properties, another volume.
func (b *builder) replacement() {
	old, sources, at := b.pick(b.r.IntN(2) == 0)
	old.end = at
	p, name, looks := b.newName()
	low, high := .4, 2.2
	if b.w.Options.Hard {
		low, high = .7, 1.4
	}
	e := b.event(b.r, p, name, b.volume(old, sources, low, high))
	e.begin, e.crowd, e.oneTime = at, old.crowd, old.oneTime
	e.names[0].props = b.revise(b.r, old.names[0].props, p, .5)
	for i, f := range e.names[0].props {
		if b.r.IntN(2) == 0 { // what it does is not what the old one did
			e.names[0].props[i] = b.w.fill(b.r, f.name)
		}
	}
	b.harmless(Change{Kind: Replacement, Old: old.name(), New: name, Alike: looks}, sources, at)
}

// volume is that of an event in some sources, times a factor between low and high.
func (b *builder) volume(e *event, sources []int, low, high float64) (rate [sourceCount]float64) {
	factor := low * math.Pow(high/low, b.r.Float64())
	for _, s := range sources {
		rate[s] = e.rate[s] * factor
	}
	return rate
}
