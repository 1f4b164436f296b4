package landed

import (
	"cmp"
	"maps"
	"slices"
)

// Merge lays fresh over history: inside each span that fresh covers, fresh replaces history, zeros too
// (a re-read day may have lost an event); outside it history stands. Neither argument changes.
//
// What fresh could not read it does not replace: days that an event of fresh has as Unseen, and days of a Gap that
// names the event's table. They keep what history knows of them, or become Unseen. Profiles are covered table by
// table through Table.Profiled; the catalogue is replaced where fresh.Held has Columns. Source, Gaps, Oddities and
// Cost are those of fresh.
//
// Where days lie between history and fresh that neither read, that kind of history is left out, so that a day nobody
// read never counts as a zero.
func Merge(history, fresh Snapshot) Snapshot {
	history.Span, fresh.Span = history.Span.orNone(), fresh.Span.orNone()
	out := fresh
	if out.Source.Name == "" {
		out.Source = history.Source
	}
	out.Span = history.Span.join(fresh.Span)
	out.Held = joinHeld(history.Held, fresh.Held)
	if history.Loaded.After(fresh.Loaded) {
		out.Loaded = history.Loaded
	}
	out.Events = mergeEvents(history, fresh, out)
	out.Tables = mergeTables(history, fresh, out)
	out.Arrivals = lay(history.Arrivals, fresh.Arrivals, Arrival.day, out.Held[Arrivals], fresh.Held[Arrivals].Has)
	return out
}

// join is the span of history s under fresh f: both, or only f where days between them are missing.
func (s Span) join(f Span) Span {
	if !s.Empty() && !f.Empty() && (s.Last+1 < f.First || f.Last+1 < s.First) {
		return f
	}
	return s.Union(f)
}

func joinHeld(history, fresh map[Kind]Span) map[Kind]Span {
	if history == nil && fresh == nil {
		return nil
	}
	out := make(map[Kind]Span, len(history)+len(fresh))
	for _, held := range []map[Kind]Span{history, fresh} {
		for k := range held {
			if s := history[k].orNone().join(fresh[k].orNone()); !s.Empty() {
				out[k] = s
			}
		}
	}
	return out
}

// orNone makes the zero value, which names 1970-01-01 and is what a missing map entry reads as, an empty span.
func (s Span) orNone() Span {
	if s == (Span{}) {
		return NoSpan
	}
	return s
}

// lay keeps the history of held days that fresh neither covers nor has, adds fresh, and sorts by day.
func lay[T any](history, fresh []T, day func(T) Day, held Span, covers func(Day) bool) []T {
	replaced := make(map[Day]bool, len(fresh))
	for _, x := range fresh {
		replaced[day(x)] = true
	}
	held = held.orNone()
	var out []T
	for _, x := range history {
		if d := day(x); held.Has(d) && !covers(d) && !replaced[d] {
			out = append(out, x)
		}
	}
	out = append(out, fresh...)
	slices.SortStableFunc(out, func(a, b T) int { return cmp.Compare(day(a), day(b)) })
	return out
}

// eventKey is what makes an event one.
type eventKey struct {
	name, table string
	call        Call
}

func (e Event) key() eventKey { return eventKey{e.Name, e.Table, e.Call} }

func compareEvents(a, b Event) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Table, b.Table), cmp.Compare(a.Call, b.Call))
}

func compareSlices(a, b Slice) int {
	return cmp.Or(cmp.Compare(a.Platform, b.Platform), cmp.Compare(a.Library, b.Library),
		cmp.Compare(a.LibraryVersion, b.LibraryVersion), cmp.Compare(a.AppVersion, b.AppVersion))
}

func (d Duplicate) day() Day { return d.Day }
func (b Belated) day() Day   { return b.Day }
func (a Arrival) day() Day   { return a.Day }
func (p Profile) day() Day   { return p.Day }
func (s Shape) day() Day     { return s.Day }

func mergeEvents(history, fresh, out Snapshot) []Event {
	before, now := byKey(history.Events), byKey(fresh.Events)
	keys := maps.Clone(before)
	maps.Copy(keys, now)
	events := make([]Event, 0, len(keys))
	for k := range keys {
		h, f := before[k], now[k]
		e := Event{Name: k.name, Table: k.table, Call: k.call}
		missed := append(slices.Clone(f.Unseen), fresh.missed(Counts, k.table)...)
		read := func(d Day) bool { return fresh.Span.Has(d) && !has(missed, d) }
		e.Cells = mergeCells(h.Cells, f.Cells, history.Span, fresh.Span, out.Span, read)
		e.Unseen = unseen(out.Span, func(d Day) bool {
			if fresh.Span.Has(d) && (!has(missed, d) || !history.Span.Has(d)) {
				return has(missed, d)
			}
			return has(h.Unseen, d)
		})
		e.Belated = lay(h.Belated, f.Belated, Belated.day, out.Span, read)
		held := fresh.Held[Duplicates].orNone()
		gaps := fresh.missed(Duplicates, k.table)
		e.Dups = lay(h.Dups, f.Dups, Duplicate.day, out.Held[Duplicates],
			func(d Day) bool { return held.Has(d) && !has(gaps, d) })
		if !e.empty() {
			events = append(events, e)
		}
	}
	slices.SortFunc(events, compareEvents)
	return events
}

func byKey(events []Event) map[eventKey]Event {
	out := make(map[eventKey]Event, len(events))
	for _, e := range events {
		out[e.key()] = e
	}
	return out
}

// empty says that nothing is known of the event: no rows, no days that might have had some.
func (e Event) empty() bool { return len(e.Cells) == 0 && len(e.Dups) == 0 && len(e.Unseen) == 0 }

// mergeCells takes from fresh the days it read and from history the others, aligned to out; silent slices are left out.
func mergeCells(history, fresh []Cell, hs, fs, out Span, read func(Day) bool) []Cell {
	daily := make(map[Slice][]int64, len(history)+len(fresh))
	add := func(cells []Cell, span Span, wanted func(Day) bool) {
		for _, c := range cells {
			for i, n := range c.Daily {
				d := span.First + Day(i)
				if n == 0 || !out.Has(d) || !wanted(d) {
					continue
				}
				if daily[c.Slice] == nil {
					daily[c.Slice] = make([]int64, out.Len())
				}
				daily[c.Slice][d-out.First] += n
			}
		}
	}
	add(history, hs, func(d Day) bool { return !read(d) })
	add(fresh, fs, read)
	return cellsOf(daily)
}

func cellsOf(daily map[Slice][]int64) []Cell {
	var out []Cell
	for s, d := range daily {
		out = append(out, Cell{Slice: s, Daily: d})
	}
	slices.SortFunc(out, func(a, b Cell) int { return compareSlices(a.Slice, b.Slice) })
	return out
}

// missed is the days of a kind and table that the snapshot was asked for and has not seen.
func (s Snapshot) missed(k Kind, table string) []Span {
	var out []Span
	for _, g := range s.Gaps {
		if g.Kind != k || g.Table != "" && g.Table != table {
			continue
		}
		switch {
		case !g.Span.orNone().Empty():
			out = append(out, g.Span)
		case k == Counts:
			out = append(out, s.Span)
		default:
			out = append(out, s.Held[k].orNone())
		}
	}
	return out
}

func has(spans []Span, d Day) bool {
	return slices.ContainsFunc(spans, func(s Span) bool { return s.Has(d) })
}

// unseen puts the days of span that are so into as few spans as possible.
func unseen(span Span, is func(Day) bool) []Span {
	var out []Span
	for d := span.First; d <= span.Last; d++ {
		switch {
		case !is(d):
		case len(out) > 0 && out[len(out)-1].Last == d-1:
			out[len(out)-1].Last = d
		default:
			out = append(out, Span{d, d})
		}
	}
	return out
}
