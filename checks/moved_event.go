package checks

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/series"
)

// What it takes for an event to have moved: the old source lost at least half of it, surely, and the new one gained about
// as many rows.
const (
	movedSure     = 3.0
	movedShare    = .5
	movedKept     = .6
	movedStraight = 10 // rows that each side needs before the agreement of two counts says something
)

// movedEvent finds events that one source stopped sending as another began to, also with weeks in which both did.
type movedEvent struct {
	MinRows float64 `yaml:"min_rows"` // rows in the new source
	MaxAge  int     `yaml:"max_age"`  // days since it began there
	MaxBoth int     `yaml:"max_both"` // days in which both sources sent it
}

func newMovedEvent(s Settings) (Workspace, error) {
	c := movedEvent{MinRows: 20, MaxAge: 90, MaxBoth: 42}
	if err := s.Decode(&c); err != nil {
		return nil, err
	}
	if c.MinRows < 1 || c.MaxAge < 1 || c.MaxBoth < 0 {
		return nil, fmt.Errorf("min_rows is %v, max_age %d and max_both %d, but the first two must be at least 1 and the last not negative", c.MinRows, c.MaxAge, c.MaxBoth)
	}
	return c, nil
}

// Needs implements Workspace.
func (c movedEvent) Needs() landed.Needs { return landed.Needs{landed.Counts: 180, landed.Columns: 1} }

// sided is one event in one source.
type sided struct {
	in   Input
	o    observed
	rest []float64 // the other rows of the source
}

func (s sided) source() string { return s.in.Landed.Source.Name }

// day is the day at an index of the side's own history.
func (s sided) day(i int) landed.Day { return s.in.history().First + landed.Day(i) }

// move is an event that left some sources for another one.
type move struct {
	from  []sided // the one that lost most first
	to    sided
	began landed.Day // in the new source
	left  landed.Day // since when the old ones fell
	series.Move
}

// RunAll implements Workspace.
func (c movedEvent) RunAll(all []Input) Verdict {
	var out Verdict
	events := map[string][]sided{}
	for _, in := range all {
		for key, s := range sidesOf(in) {
			events[key] = append(events[key], s)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(events)) {
		if sides := events[key]; len(sides) > 1 {
			if m, ok := c.moved(sides); ok {
				out.Findings = append(out.Findings, m.finding())
			}
		}
	}
	return out
}

// sidesOf lays out the named events of a source whose newest days were read, by call and name.
func sidesOf(in Input) map[string]sided {
	obs := observe(in)
	n := in.history().Len()
	all := totals(obs, n)
	out := map[string]sided{}
	for _, o := range obs {
		if o.Name == "" || unread(in, o.Event) || o.planned != nil && o.planned.Deprecated() {
			continue
		}
		key := o.Call.String() + "\x00" + o.Name
		if have, ok := out[key]; ok { // one name in two tables
			o = o.and(have.o)
		}
		out[key] = sided{in: in, o: o}
	}
	for key, s := range out {
		s.rest = make([]float64, n)
		for i := range s.rest {
			s.rest[i] = all[i] - s.o.y[i]
		}
		out[key] = s
	}
	return out
}

// and adds up the rows of one name in two tables; the larger one speaks for both.
func (o observed) and(b observed) observed {
	if b.total > o.total {
		o, b = b, o
	}
	y := slices.Clone(o.y)
	for i, v := range b.y {
		y[i] += v
	}
	o.y, o.total = y, o.total+b.total
	o.first, o.last = min(o.first, b.first), max(o.last, b.last)
	return o
}

// unread says whether some of the newest days of an event were not read: its zeros mean nothing.
func unread(in Input, e landed.Event) bool {
	newest := landed.Span{First: in.Last - activeDays + 1, Last: in.Last}
	if slices.ContainsFunc(e.Unseen, func(s landed.Span) bool { return !s.Meet(newest).Empty() }) {
		return true
	}
	return slices.ContainsFunc(in.Landed.Gaps, func(g landed.Gap) bool {
		return g.Kind == landed.Counts && (g.Table == "" || g.Table == e.Table) && !g.Span.Meet(newest).Empty()
	})
}

// moved finds the source that an event moved to, and those it left: the pair whose counts agree best.
func (c movedEvent) moved(sides []sided) (move, bool) {
	var best move
	var ok bool
	for _, to := range sides {
		if !to.o.active() || to.o.total < c.MinRows {
			continue
		}
		var from []move
		begins := map[landed.Span][]int{} // the same for every source with as much history
		for _, s := range sides {
			if s.source() == to.source() {
				continue
			}
			if m, fell := c.left(s, to, begins); fell {
				from = append(from, m)
			}
		}
		slices.SortStableFunc(from, func(a, b move) int { return cmp.Compare(b.Lost, a.Lost) })
		if len(from) > 1 {
			from = append(from, together(from))
		}
		for _, m := range from {
			if m.agrees() && (!ok || m.Kept() > best.Kept()) {
				best, ok = m, true
			}
		}
	}
	return best, ok
}

// together is the move of an event from several sources into one: those that it left in the same days.
func together(from []move) move {
	out := from[0]
	out.from = slices.Clone(out.from)
	for _, m := range from[1:] {
		if max(m.left-out.left, out.left-m.left) > 3 {
			continue
		}
		out.from = append(out.from, m.from...)
		out.Lost += m.Lost
		out.Usual += m.Usual
		out.Gained, out.began = max(out.Gained, m.Gained), min(out.began, m.began)
	}
	return out
}

// agrees says whether about as many rows were gained as were lost; few of either agree by chance.
func (m move) agrees() bool {
	if m.Lost < movedStraight || m.Gained < movedStraight {
		return false
	}
	return m.Kept() >= movedKept || m.Kept() >= .4 && math.Abs(m.Lost-m.Gained) <= m.chance()
}

// chance is how far two counts of as many events come apart by chance.
func (m move) chance() float64 { return 2 * math.Sqrt(m.Lost+m.Gained) }

// left says whether an event left a source after it had begun, or risen, in another one.
func (c movedEvent) left(from, to sided, begins map[landed.Span][]int) (move, bool) {
	span := from.in.history().Meet(to.in.history())
	if span.Empty() {
		return move{}, false
	}
	old, oldRest := from.cut(span)
	young, youngRest := to.cut(span)
	if !fading(old) {
		return move{}, false
	}
	if _, known := begins[span]; !known {
		begins[span] = c.begins(to, span, max(span.Len()-c.MaxAge, minBefore+1))
	}
	for _, began := range begins[span] {
		if total(old[:began]) == 0 {
			continue
		}
		m, ok := series.Moved(old, oldRest, young, youngRest, began)
		if !ok || m.Z < movedSure || m.Share < movedShare || m.Left-began > c.MaxBoth {
			continue
		}
		return move{from: []sided{from}, to: to, began: span.First + landed.Day(began), left: span.First + landed.Day(m.Left), Move: m}, true
	}
	return move{}, false
}

// fading says whether the last day is far below the busiest week: only then is it worth the reckoning whether it fell.
func fading(y []float64) bool {
	busiest, week := 0.0, 0.0
	for i, v := range y {
		week += v
		if i >= 7 {
			week -= y[i-7]
		}
		busiest = max(busiest, week)
	}
	return len(y) > 0 && y[len(y)-1] <= .7*busiest/7
}

// begins is where an event may have begun in its new source: its first day there, or the day it rose most.
func (c movedEvent) begins(to sided, span landed.Span, oldest int) []int {
	first := int(to.day(to.o.first) - span.First)
	if first >= oldest && !standsLonger(to.in, to.o.y, to.in.history().First, to.o.first) {
		return []int{first}
	}
	y, rest := to.cut(span)
	if day, ok := series.Rose(y, rest, max(oldest, first+2*minBefore)); ok { // what has just begun has no level to rise from
		return []int{day}
	}
	return nil
}

// cut is the rows of the event and of the rest of its source on the days of span.
func (s sided) cut(span landed.Span) (y, rest []float64) {
	at := int(span.First - s.in.history().First)
	return s.o.y[at : at+span.Len()], s.rest[at : at+span.Len()]
}

// acceptedMove says whether a person has said that what is left of the event is the new usual.
func acceptedMove(s sided, last landed.Day) bool {
	return slices.ContainsFunc(s.in.Accepted, func(a Accepted) bool {
		return a.Normal && a.Span.First <= last && a.Span.First > last-volumeDays && a.Subject.Property == "" &&
			(a.Subject.Source == "" || a.Subject.Source == s.source()) && a.Subject.Event == s.o.Name
	})
}
