package landed

import (
	"math"
	"slices"
	"time"
)

// At returns the snapshot as it stood on the morning after last: for backtest, --as-of, investigate --at. Later days
// are gone, and with them the events, columns and tables that came with them. At the snapshot's own last day it is
// the snapshot itself. What a day has gained since by rows that landed late stays in: only a reading with
// Request.LoadedBy can leave those out.
func (s Snapshot) At(last Day) Snapshot {
	if s.newest() <= last {
		return s
	}
	out := s.cut(Span{First: math.MinInt32, Last: last})
	for i, t := range out.Tables {
		out.Tables[i].Columns = columnsAt(t.Columns, last)
	}
	out.Tables = slices.DeleteFunc(out.Tables, func(t Table) bool {
		return len(t.Columns) == 0 && len(t.Profiles) == 0 && len(t.Shapes) == 0
	})
	zone, err := time.LoadLocation(s.Source.Zone)
	if err != nil {
		zone = time.UTC // only a bound for Loaded: no reason to refuse
	}
	if end := (last + 1).In(zone); out.Loaded.After(end) {
		out.Loaded = end
	}
	return out
}

// Cut leaves only the days of span, for every kind of fact; columns stay as they are. The snapshot that s was copied
// from keeps its days.
func (s *Snapshot) Cut(span Span) { *s = s.cut(span) }

// newest is the last day that the snapshot holds anything of.
func (s Snapshot) newest() Day {
	newest := NoDay
	widen := func(x Span) {
		if x = x.orNone(); !x.Empty() {
			newest = max(newest, x.Last)
		}
	}
	widen(s.Span)
	for _, h := range s.Held {
		widen(h)
	}
	for _, t := range s.Tables {
		widen(t.Profiled)
	}
	return newest
}

func (s Snapshot) cut(span Span) Snapshot {
	out := s
	s.Span = s.Span.orNone()
	out.Span = s.Span.Meet(span)
	if out.Span.Empty() {
		out.Span = NoSpan
	}
	out.Held = nil
	for k, h := range s.Held {
		if h = h.orNone().Meet(span); !h.Empty() {
			if out.Held == nil {
				out.Held = make(map[Kind]Span, len(s.Held))
			}
			out.Held[k] = h
		}
	}
	out.Events = nil
	for _, e := range s.Events {
		e.Cells = mergeCells(e.Cells, nil, s.Span, NoSpan, out.Span, func(Day) bool { return false })
		e.Unseen = unseen(out.Span, func(d Day) bool { return has(e.Unseen, d) })
		e.Dups = within(e.Dups, Duplicate.day, span)
		e.Belated = within(e.Belated, Belated.day, span)
		if !e.empty() {
			out.Events = append(out.Events, e)
		}
	}
	out.Tables = slices.Clone(s.Tables)
	for i, t := range s.Tables {
		out.Tables[i].Profiled = t.Profiled.orNone().Meet(span)
		if out.Tables[i].Profiled.Empty() {
			out.Tables[i].Profiled = NoSpan
		}
		out.Tables[i].Profiles = within(t.Profiles, Profile.day, span)
		out.Tables[i].Shapes = within(t.Shapes, Shape.day, span)
	}
	out.Arrivals = within(s.Arrivals, Arrival.day, span)
	out.Gaps = gapsIn(s.Gaps, span)
	return out
}

func within[T any](list []T, day func(T) Day, span Span) []T {
	var out []T
	for _, x := range list {
		if span.Has(day(x)) {
			out = append(out, x)
		}
	}
	return out
}

// gapsIn cuts the gaps to span; one without days speaks of all of them and stays.
func gapsIn(gaps []Gap, span Span) []Gap {
	var out []Gap
	for _, g := range gaps {
		if !g.Span.orNone().Empty() {
			if g.Span = g.Span.Meet(span); g.Span.Empty() {
				continue
			}
		}
		out = append(out, g)
	}
	return out
}

// columnsAt leaves out columns that came after last, and brings back those that went after it.
func columnsAt(columns []Column, last Day) []Column {
	var out []Column
	for _, c := range columns {
		if c.Seen > last {
			continue
		}
		if c.Gone >= last || c.Gone == 0 {
			c.Gone = NoDay
		}
		out = append(out, c)
	}
	return out
}
