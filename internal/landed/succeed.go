package landed

import (
	"cmp"
	"slices"
)

// Parallel says whether an earlier schema went on receiving as much after the first day of the one that followed it:
// then both held the same, and to add them up would count twice.
func Parallel(earlier Snapshot, first Day) bool {
	total := earlier.Total()
	at := func(d Day) int64 {
		if !earlier.Span.orNone().Has(d) {
			return 0
		}
		return total[d-earlier.Span.First]
	}
	return at(first+1) > 0 && 2*at(first+1) >= at(first-1)
}

// Succeed joins the days of an earlier schema with those of the one that followed it on the day first. The days
// before are the earlier one's and the days after its successor's. The day itself is the earlier one's where both
// received the same (both), and what the two hold together where one took over in the middle of it.
func Succeed(earlier, own Snapshot, first Day, both bool) Snapshot {
	gaps := append(slices.Clone(earlier.Gaps), own.Gaps...)
	oddities := append(slices.Clone(earlier.Oddities), own.Oddities...)
	cost := earlier.Cost.Add(own.Cost)
	if first != NoDay {
		last := first
		if both {
			own = own.cut(Span{First: first + 1, Last: 1 << 30})
		} else {
			own = own.add(earlier, first)
			last = first - 1
		}
		earlier = earlier.cut(Span{First: NoDay, Last: last})
	}
	out := Merge(earlier, own)
	out.Gaps, out.Oddities, out.Cost = gaps, oddities, cost
	return out
}

// add counts the rows of one day of another snapshot as well.
func (s Snapshot) add(o Snapshot, d Day) Snapshot {
	if !s.Span.orNone().Has(d) || !o.Span.orNone().Has(d) {
		return s
	}
	out := s
	out.Events = slices.Clone(s.Events)
	for _, e := range o.Events {
		i := slices.IndexFunc(out.Events, func(x Event) bool { return x.key() == e.key() })
		if i < 0 {
			out.Events = append(out.Events, Event{Name: e.Name, Table: e.Table, Call: e.Call})
			i = len(out.Events) - 1
		}
		out.Events[i].Belated = addBelated(out.Events[i].Belated, within(e.Belated, Belated.day, Span{First: d, Last: d}))
		daily := map[Slice][]int64{}
		for _, c := range out.Events[i].Cells {
			daily[c.Slice] = slices.Clone(c.Daily)
		}
		for _, c := range e.Cells {
			n := c.Daily[d-o.Span.First]
			if n == 0 {
				continue
			}
			if daily[c.Slice] == nil {
				daily[c.Slice] = make([]int64, s.Span.Len())
			}
			daily[c.Slice][d-s.Span.First] += n
		}
		out.Events[i].Cells = cellsOf(daily)
	}
	out.Events = slices.DeleteFunc(out.Events, Event.empty)
	slices.SortFunc(out.Events, compareEvents)
	return out
}

// addBelated adds up two lists day by day.
func addBelated(a, b []Belated) []Belated {
	out := slices.Clone(a)
	for _, x := range b {
		i, found := slices.BinarySearchFunc(out, x.Day, func(y Belated, d Day) int { return cmp.Compare(y.Day, d) })
		if found {
			out[i].Rows += x.Rows
		} else {
			out = slices.Insert(out, i, x)
		}
	}
	return out
}
