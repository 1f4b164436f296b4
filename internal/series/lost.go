package series

import "math"

// fewRows is how many of the other rows a day carry a share; below it a share of them is chance.
const fewRows = 50

// Lost is what a series has lost since another one began.
type Lost struct {
	Missing  []float64 // by day since then: what was usual less what came
	Expected float64   // what was usual of all these days
	Z        float64   // how far it fell, in units of its own uncertainty; 3 and more is a fall
	Part     float64   // the share of Expected that did not come
	Variance float64   // of the sum of Missing, by chance and by how restless the series is
}

// LostSince measures what a has lost from day began on, against the four weeks before: its share of rest, the other rows of
// its source, on the same weekday, times what rest has today, so that outages and holidays do not count. Where the
// younger series lives in a part of the source only, such as one version, here and restHere are what a and rest have in
// that part: the share is measured on the whole, since a new version has no weeks before. They begin at day began and
// may end before a does; nil stands for the whole.
func LostSince(a, rest []float64, began int, here, restHere []float64) Lost {
	whole := here == nil
	if whole {
		here, restHere = a[min(began, len(a)):], rest[min(began, len(rest)):]
	}
	u := usualOf(a, rest, began)
	if began < 7 || len(here) == 0 || !whole && !u.carried {
		return Lost{}
	}
	out := Lost{Missing: make([]float64, len(here))}
	var came float64
	for k := range here {
		other := 0.0
		if k < len(restHere) {
			other = restHere[k]
		}
		e := u.at(began+k, other)
		out.Expected += e
		out.Missing[k] = e - here[k]
		came += here[k]
	}
	if out.Expected <= 0 {
		return Lost{}
	}
	out.Part = 1 - came/out.Expected
	n, days := float64(min(began, weeksBefore)), float64(len(here))
	// What is left of restlessness in a part is smaller with its rows: it grows with them, chance does not.
	scatter := 1 + (u.scatter-1)*min(1, out.Expected/days/max(u.mean, 1e-9))
	out.Variance = scatter * out.Expected * (1 + days/max(n, 1))
	out.Z = (out.Expected - came) / math.Sqrt(out.Variance)
	return out
}

// formerly is what a series had before a day, by weekday: a share of the other rows, or rows where those are few.
type formerly struct {
	carried bool       // shares of rest; else rows
	by      [7]float64 // by day modulo 7
	mean    float64    // rows a day
	scatter float64    // of a around its usual, in units of chance
}

func (u formerly) at(day int, rest float64) float64 {
	if u.carried {
		return u.by[day%7] * rest
	}
	return u.by[day%7]
}

func usualOf(a, rest []float64, began int) formerly {
	from := max(0, began-weeksBefore)
	u := formerly{scatter: 1}
	if began > len(a) || began > len(rest) || from >= began {
		return u
	}
	u.carried = median(append([]float64(nil), rest[from:began]...)) >= fewRows
	u.mean = total(a[from:began]) / float64(began-from)
	for w := range u.by {
		u.by[w] = u.weekday(a, rest, from, began, w)
	}
	// How restless it is: each day against what the others of its weekday say, since one does not vouch for itself.
	var chi, n float64
	for d := from; d < began; d++ {
		var r float64
		if u.carried {
			r = rest[d]
		}
		if m := u.at(d, r); m > 0 {
			chi += sq(a[d]-m) / m
			n++
		}
	}
	u.scatter = max(1, chi/max(n-7, 1))
	return u
}

// weekday is the usual of one weekday: the median of the weeks, since an outage among them is no usual day. An event of
// a few rows a day has no median worth the name, and no weekdays: there the mean over all days stands for each.
func (u formerly) weekday(a, rest []float64, from, began, w int) float64 {
	var same, any []float64
	var rows, others float64
	for d := from; d < began; d++ {
		v := a[d]
		if u.carried {
			if rest[d] < fewRows {
				continue
			}
			v /= rest[d]
			others += rest[d]
		} else {
			others++
		}
		rows += a[d]
		any = append(any, v)
		if d%7 == w {
			same = append(same, v)
		}
	}
	switch {
	case len(any) == 0:
		return 0
	case u.mean < 10:
		return rows / others
	case len(same) >= 2:
		return median(same)
	default:
		return median(any)
	}
}

// Kept says how well the rows that were lost went to b, which has as many days: 1 where they are as many and on the
// same days, 0 where none were lost. What chance alone may make of few rows is not held against them: neither a
// difference within its uncertainty, nor that no day is exactly as the other.
func (l Lost) Kept(b []float64) float64 {
	var lost, gained, dot, dd, bb float64
	for k, d := range l.Missing {
		if k >= len(b) {
			break
		}
		g := b[k]
		lost += d
		gained += g
		dot += d * g
		dd += d * d
		bb += g * g
	}
	if lost <= 0 || gained <= 0 || dot <= 0 {
		return 0
	}
	apart := max(0, math.Abs(lost-gained)-math.Sqrt(l.Variance+gained))
	dd, bb = max(dd/2, dd-l.Variance), max(bb/2, bb-gained)
	return (1 - min(1, apart/max(lost, gained))) * min(1, dot/math.Sqrt(dd*bb))
}
