package landed

import (
	"cmp"
	"slices"
)

// Recount is a day of an event that was counted before and was counted again to another figure, over all its tables.
type Recount struct {
	Name     string
	Call     Call
	Day      Day
	Was, Now int64
}

// Recounted compares the days that history held with what fresh read of them. What either could not read says nothing.
func Recounted(history, fresh Snapshot) []Recount {
	both := history.Span.orNone().Meet(fresh.Span.orNone())
	if both.Empty() {
		return nil
	}
	type subject struct {
		name string
		call Call
	}
	type counts struct{ was, now []int64 }
	by := map[subject]*counts{}
	blind := map[subject][]Span{}
	whole := append(history.missed(Counts, ""), fresh.missed(Counts, "")...)
	lay := func(s Snapshot, of func(*counts) []int64) {
		for _, e := range byKey(s.Events) {
			k := subject{e.Name, e.Call}
			if by[k] == nil {
				by[k] = &counts{make([]int64, both.Len()), make([]int64, both.Len())}
			}
			blind[k] = append(append(blind[k], e.Unseen...), s.missed(Counts, e.Table)...)
			list := of(by[k])
			for i, n := range e.Daily(s.Span.Len()) {
				if d := s.Span.First + Day(i); both.Has(d) {
					list[d-both.First] += n
				}
			}
		}
	}
	lay(history, func(c *counts) []int64 { return c.was })
	lay(fresh, func(c *counts) []int64 { return c.now })
	var out []Recount
	for k, c := range by {
		for i := range c.was {
			d := both.First + Day(i)
			if c.was[i] != c.now[i] && !has(whole, d) && !has(blind[k], d) {
				out = append(out, Recount{Name: k.name, Call: k.call, Day: d, Was: c.was[i], Now: c.now[i]})
			}
		}
	}
	slices.SortFunc(out, func(a, b Recount) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Call, b.Call))
	})
	return out
}
