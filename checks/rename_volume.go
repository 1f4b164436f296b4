package checks

import (
	"cmp"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/series"
)

// handover is what old names lost where new ones live, and how much of it the new ones kept.
type handover struct {
	lost   series.Lost
	gained float64 // rows of the new names
	cons   float64 // how much of what was lost they kept, day by day
}

// around is what happened beside a pair, where and since when the new name lives: the events that went on as before.
type around struct {
	s          *scene
	h          home
	began, end int
	was, is    []float64 // rows a day of these events: on the platforms, and in the home itself
	steady     map[int]bool
	ratio      float64 // what they have in the home since then, of what they had in the four weeks before
}

// Which events went on as before, among those with so many rows in the four weeks before: launches, what was switched
// off and what was renamed in the same release are no measure of the others.
const (
	steadyRows  = 30
	steadyTimes = 2
	steadyLeast = .5 // of all rows; where less goes on as before, all the others are the measure
)

func (s *scene) around(h home, began, end int) *around {
	a := &around{s: s, h: h, began: began, end: end, was: make([]float64, len(s.total)), is: make([]float64, len(s.total)), steady: map[int]bool{}}
	type event struct{ i, was, is float64 }
	var list []event
	var all float64
	for i, o := range s.obs {
		was, is := a.rowsOf(o)
		all += was
		if was >= steadyRows && is > 0 {
			list = append(list, event{float64(i), was, is})
		}
	}
	slices.SortFunc(list, func(x, y event) int { return cmp.Compare(x.is*y.was, y.is*x.was) })
	var so, sum float64
	for _, e := range list {
		sum += e.was
	}
	for _, e := range list {
		if so += e.was; so >= sum/2 {
			a.ratio = e.is / e.was
			break
		}
	}
	so = 0
	for _, e := range list {
		if r := e.is / e.was; r >= a.ratio/steadyTimes && r <= a.ratio*steadyTimes {
			a.steady[int(e.i)] = true
			so += e.was
		}
	}
	for i, o := range s.obs {
		if so >= steadyLeast*all && !a.steady[i] {
			continue
		}
		a.steady[i] = true
		a.add(o, a.was, a.is)
	}
	return a
}

// rowsOf is what an event had in the four weeks before on the platforms, and has in the home since then.
func (a *around) rowsOf(o observed) (was, is float64) {
	for _, c := range o.Cells {
		w := placed(c.Slice)
		if a.h.whole || a.h.platforms[w.platform] {
			was += rows(c.Daily, a.began-scoredDays, a.began-1)
		}
		if a.h.has(w) {
			is += rows(c.Daily, a.began, a.end)
		}
	}
	return was, is
}

// add adds an event's rows a day.
func (a *around) add(o observed, was, is []float64) {
	for _, c := range o.Cells {
		w := placed(c.Slice)
		if a.h.whole || a.h.platforms[w.platform] {
			addRows(was, c.Daily)
		}
		if a.h.has(w) {
			addRows(is, c.Daily)
		}
	}
}

// mayHaveLost is a rough look that costs little: whether an event has less than before, as the others went.
func (a *around) mayHaveLost(o observed) bool {
	was, is := a.rowsOf(o)
	return was > 0 && (a.ratio == 0 || is < (1-leastLost/4)*was*a.ratio)
}

// without is what others than some events have.
func (a *around) without(events []observed) (was, is []float64) {
	was, is = slices.Clone(a.was), slices.Clone(a.is)
	minusWas, minusIs := make([]float64, len(was)), make([]float64, len(is))
	for _, o := range events {
		if i := slices.IndexFunc(a.s.obs, o.same); i >= 0 && a.steady[i] {
			a.add(o, minusWas, minusIs)
		}
	}
	for i := range was {
		was[i] -= minusWas[i]
		is[i] -= minusIs[i]
	}
	return was, is
}

func (o observed) same(x observed) bool {
	return o.Name == x.Name && o.Table == x.Table && o.Call == x.Call
}

// measure says what some events lost where some new names live, and how much of that the new names kept.
func (a *around) measure(olds, news []observed) handover {
	n := len(a.s.total)
	restWas, restIs := a.without(append(slices.Clone(olds), news...))
	was, is, b := make([]float64, n), make([]float64, n), make([]float64, n)
	for _, o := range olds {
		a.add(o, was, is)
	}
	for _, o := range news {
		a.add(o, make([]float64, n), b)
	}
	var c handover
	if a.h.whole {
		c.lost = series.LostSince(is[:a.end+1], restIs[:a.end+1], a.began, nil, nil)
	} else {
		c.lost = series.LostSince(was, restWas, a.began, is[a.began:a.end+1], restIs[a.began:a.end+1])
	}
	if c.lost.Expected == 0 && !a.h.whole {
		return a.s.around(home{whole: true}, a.began, a.end).measure(olds, news)
	}
	c.gained = total(b[a.began : a.end+1])
	c.cons = c.lost.Kept(b[a.began : a.end+1])
	return c
}

// sliceFell is how far the older name fell in the parts in which the new one lives, weighed by the new one's rows:
// 1 where it is gone there. What it should have there is its former share of the other events. Where no version is
// known the whole source is the one part.
func (a *around) sliceFell(k candidate) float64 {
	restWas, _ := a.without([]observed{k.old, k.new})
	before, _ := a.rowsOf(k.old)
	rest := total(restWas[max(0, a.began-scoredDays):a.began])
	if before == 0 {
		return 0
	}
	is, new, others := map[where]float64{}, map[where]float64{}, map[where]float64{}
	for i, o := range a.s.obs {
		into := others
		switch {
		case o.same(k.old):
			into = is
		case o.same(k.new):
			into = new
		case !a.steady[i]:
			continue
		}
		for _, c := range o.Cells {
			into[placed(c.Slice)] += rows(c.Daily, a.began, a.end)
		}
	}
	var sum, weight float64
	for w, b := range new {
		if b == 0 {
			continue
		}
		fell := b / (b + is[w]) // where the other rows say nothing, how far it was replaced
		if rest > 0 && others[w] >= 50 {
			fell = 1 - is[w]/(before/rest*others[w])
		}
		sum += b * min(1, max(0, fell))
		weight += b
	}
	return sum / max(weight, 1)
}
