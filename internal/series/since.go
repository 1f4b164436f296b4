package series

import (
	"math"
)

// frozen is what series i should have had on the days c..last if nothing had happened from day c on: the level and
// shape of before c, moved with the series around it.
type frozen struct {
	c        int
	expected []float64 // by day, from c; without the movement of the source
	common   []float64 // by day, from c: log of that movement
}

func (f frozen) usual(d int) float64 { return f.expected[d-f.c] * math.Exp(f.common[d-f.c]) }

// Freezer answers questions that look back from one day; it remembers what several series share. It is not safe for
// several goroutines.
type Freezer struct {
	h      *History
	last   int
	common map[int][]float64
}

// Freezer returns one that looks back from day last.
func (h *History) Freezer(last int) *Freezer {
	return &Freezer{h: h, last: last, common: map[int][]float64{}}
}

// freeze returns the usual of series i as it was before day c; false where that is not known.
func (z *Freezer) freeze(i, c int) (frozen, bool) {
	h := z.h
	if c < 0 || c > z.last || h.lvl[c] == nil || math.IsNaN(h.lvl[c][i]) {
		return frozen{}, false
	}
	f := frozen{c: c, expected: make([]float64, z.last-c+1), common: z.moved(c)}
	for k := range f.expected {
		f.expected[k] = h.lvl[c][i] * h.shape[c][i][h.weekday(c+k)] * h.complete(c+k)
	}
	return f, true
}

// moved is how the source as a whole went on from day c, in logs by day: over weeks a shop grows or shrinks, and that
// is no fault of one event. Shrunk like the nightly movement, but in both directions.
func (z *Freezer) moved(c int) []float64 {
	if m, ok := z.common[c]; ok {
		return m
	}
	h := z.h
	m := make([]float64, z.last-c+1)
	list := make([]carrier, 0, len(h.y))
	for k := range m {
		d := c + k
		list = list[:0]
		usual, rows := 0.0, 0.0
		for i := range h.y {
			e := h.lvl[c][i] * h.shape[c][i][h.weekday(d)] * h.complete(d)
			if !(e >= 10) {
				continue
			}
			usual += e
			rows += h.y[i][d]
			noise := 1/e + h.phi[c][i]
			list = append(list, carrier{r: math.Log((h.y[i][d] + .5) / (e + .5)), weight: 1 / (noise + 1e-3), noise: noise})
		}
		if len(list) < h.o.Siblings {
			continue
		}
		if rows < .005*usual {
			m[k] = nothing
			continue
		}
		f, noise := weightedMedian(list)
		m[k] = f * max(0, 1-2*noise/max(f*f, 1e-12))
	}
	z.common[c] = m
	return m
}

// run is how the days from c to some day stand against the usual of before c.
type run struct {
	sum, weight      float64 // of weighted log ratios
	expected, actual float64
}

// z is the mean fall in units of its own uncertainty, as if days were independent; negative for a fall.
func (r run) z() float64 {
	if r.weight <= 0 {
		return 0
	}
	return r.sum / math.Sqrt(r.weight)
}

func (r run) left() float64 { return (r.actual + .5) / (r.expected + .5) }

func (z *Freezer) run(i int, f frozen, from, to int) run {
	h, r := z.h, run{}
	for d := from; d <= to; d++ {
		e := f.usual(d)
		w := 1 / (1/max(e, .3) + h.phi[f.c][i])
		r.sum += w * math.Log((h.y[i][d]+.5)/(e+.5))
		r.weight += w
		r.expected += e
		r.actual += h.y[i][d]
	}
	return r
}

// began finds the first day of the run below the usual that ends on day to: the day whose own past makes what
// followed most surprising. It looks at from..to.
func (z *Freezer) began(i, from, to int) (since int, ok bool) {
	strength := 0.0
	for c := to; c >= max(from, 0); c-- {
		f, known := z.freeze(i, c)
		if !known {
			continue
		}
		r := z.run(i, f, c, to)
		if s := -r.z(); s > strength && z.unbroken(i, f, c, to, r) {
			since, strength, ok = c, s, true
		}
	}
	return since, ok
}

// unbroken says whether no two days in a row within c..to came back by half, chance allowed for.
func (z *Freezer) unbroken(i int, f frozen, c, to int, all run) bool {
	middle := all.sum / max(all.weight, 1e-9)
	for d := c; d < to; d++ {
		two := z.run(i, f, d, d+1)
		if two.sum/two.weight > middle/2+1/math.Sqrt(two.weight) {
			return false
		}
	}
	return true
}

// lookBack is how many days a fall can be old: level and shape of before it must still be known.
const lookBack = 90

// Falling says whether series i is below its usual on the last day: this night's score reaches the threshold, or an
// earlier night's did and the series has stayed down, or it fell silent and nothing explains the silence.
func (z *Freezer) Falling(i int, tonight Verdict, threshold float64) (Fall, bool) {
	if f, ok := z.silent(i, threshold); ok {
		return f, true
	}
	h, t := z.h, z.last
	if tonight.Score >= threshold {
		c, ok := z.began(i, t-28-tonight.Window, t)
		switch {
		case !ok && (h.lvl[t] == nil || math.IsNaN(h.lvl[t][i])):
			return z.unlevelled(i, tonight), true
		case !ok:
			return Fall{}, false // it came back, and only a longer window still shows it
		}
		if tonight.Window > 1 && z.recovered(i, c) {
			return Fall{}, false
		}
		f := z.fall(i, c, tonight.Score, false)
		return f, z.unlikely(i, f, threshold)
	}
	best, score, strength := -1, 0.0, 0.0
	tried := map[int]bool{}
	for a := t - 1; a >= max(h.start, t-lookBack); a-- {
		if h.y[i][a] >= h.y[i][t] && h.cumulated(i, a, 7) < .8*h.cumulated(i, t, 7) {
			continue // lower then than now: that fall is over
		}
		s := h.nightly(i, a)
		if s < threshold {
			continue
		}
		c, ok := z.began(i, a-20, a)
		if !ok || tried[c] {
			continue
		}
		tried[c] = true
		if st, on := z.still(i, c, a); on && st > strength {
			best, score, strength = c, s, st
		}
	}
	if best < 0 {
		return Fall{}, false
	}
	f := z.fall(i, best, score, true)
	return f, z.unlikely(i, f, threshold)
}

// recovered says whether a fall that a longer window still shows is over: the days since c hardly lie below the usual,
// or neither the last day nor, after a fall of more than a day, the last two do so by half as much.
func (z *Freezer) recovered(i, c int) bool {
	f, ok := z.freeze(i, c)
	if !ok {
		return false
	}
	all := 1 - z.run(i, f, c, z.last).left()
	if z.last == c || all < z.h.o.MinEffect {
		return all < z.h.o.MinEffect
	}
	half := all / 2
	back := 1-z.run(i, f, z.last, z.last).left() < half
	if z.last-c < 2 {
		return back // it lasted a day
	}
	return back && 1-z.run(i, f, z.last-1, z.last).left() < half
}

func (h *History) cumulated(i, t, days int) float64 {
	return h.cum[i][t+1] - h.cum[i][max(0, t+1-days)]
}

// nightly is the score that night t gave, without the longest windows.
func (h *History) nightly(i, t int) float64 {
	if h.lvl[t] == nil || math.IsNaN(h.lvl[t][i]) {
		return 0
	}
	s := 0.0
	for _, w := range h.windows {
		s = max(s, h.agree(w, h.fall(w, i, t), w.down[i][t]))
	}
	return s
}

// still says whether a fall that began on day c and was loud on day a has gone on ever since. Two nights in a row on
// which it did not end it: what falls later is another fall, and has to be loud itself.
func (z *Freezer) still(i, c, a int) (strength float64, on bool) {
	f, ok := z.freeze(i, c)
	if !ok {
		return 0, false
	}
	need := max(.2, (1-z.run(i, f, c, a).left())/2)
	off := 0
	for night := a + 1; night < z.last; night++ {
		if z.below(i, f, night, need) {
			off = 0
		} else if off++; off == 2 {
			return 0, false
		}
	}
	whole := z.run(i, f, c, z.last)
	strength = -whole.z()
	return strength, z.below(i, f, z.last, need) && 1-whole.left() >= need && strength >= 4
}

// below says whether the last week before a night has not come back by half.
func (z *Freezer) below(i int, f frozen, night int, need float64) bool {
	for _, days := range []int{1, 3, 7} {
		floor := need
		if days == 1 {
			floor = need / 2
		}
		if from := night - days + 1; from > f.c && 1-z.run(i, f, from, night).left() < floor {
			return false
		}
	}
	return true
}

// rounding is more than sums of the same figures in another order differ by: an event that is sent once a day is at the
// limit exactly, in whatever order its source's events are read.
const rounding = 1e-9

// silent looks for a series without a single row up to the last day, however long ago the silence began.
func (z *Freezer) silent(i int, threshold float64) (Fall, bool) {
	h, t := z.h, z.last
	if h.y[i][t] > 0 {
		return Fall{}, false
	}
	active := t
	for active >= h.seen[i] && h.y[i][active] == 0 {
		active--
	}
	c := active + 1
	f, ok := z.freeze(i, c)
	if !ok || active < h.seen[i] || t-c >= lookBack {
		return Fall{}, false
	}
	r := z.run(i, f, c, t)
	if r.expected < 10-rounding || h.lvl[c][i] < 1-rounding {
		return Fall{}, false
	}
	score := 0.0
	for a := c; a <= min(c+13, t); a++ {
		score = max(score, h.nightly(i, a))
	}
	score = max(score, h.hush(i, c, r.expected))
	if score < threshold {
		return Fall{}, false
	}
	// The day it stopped has often a few rows left.
	since := c
	if s, ok := z.began(i, c-2, c); ok {
		since = s
	}
	out := z.fall(i, since, score, false)
	out.Silent, out.Quiet = true, c
	return out, true
}

// hush is the score of a silence that began on day c and goes on, where expected rows should have landed. A series
// that has been silent as long before is not news.
func (h *History) hush(i, c int, expected float64) float64 {
	n := h.days - c
	like, run := 0, 0
	for d := h.seen[i]; d < c; d++ {
		if h.y[i][d] > 0 {
			run = 0
			continue
		}
		if run++; run == max(1, n/2) {
			like++
		}
	}
	long := h.windows[2]
	d, ok := h.dispersion(long, i, c)
	if !ok {
		if d, ok = h.dispersion(h.windows[0], i, c); !ok {
			d = restless{phi: h.phi[c][i], rho: 1, apart: float64(c - h.seen[i])} // two weeks old when it stopped
		}
	}
	m := min(expected, 28*h.lvl[c][i])
	return h.o.Agreement * h.tail(atMost(0, m, max(d.phi, .02)), m, restless{phi: d.phi, rho: 1, apart: d.apart}) / float64(1+like)
}

func (z *Freezer) fall(i, c int, score float64, held bool) Fall {
	f, ok := z.freeze(i, c)
	if !ok {
		return Fall{Since: c, Score: score, Held: held} // nothing is known to measure it against
	}
	r := z.run(i, f, c, z.last)
	return Fall{
		Since: c, Score: score, Expected: r.expected, Actual: r.actual, Held: held,
		Usual: z.h.lvl[c][i], Band: z.band(i, f),
	}
}

// unlevelled is the fall of a series too young to have a level.
func (z *Freezer) unlevelled(i int, v Verdict) Fall {
	e := []float64{v.Usual}
	return Fall{
		Since: z.last, Score: v.Score, Expected: v.Usual, Actual: z.h.y[i][z.last], Usual: v.Usual,
		Silent: z.h.y[i][z.last] == 0, Quiet: z.last, Band: Band{First: z.last, Expected: e, Low: []float64{0}, High: e},
	}
}

func (z *Freezer) band(i int, f frozen) Band {
	b := Band{First: f.c}
	for d := f.c; d <= z.last; d++ {
		b.add(f.usual(d), z.h.phi[f.c][i])
	}
	return b
}

// add appends a day. The band holds all but a few in a thousand ordinary days.
func (b *Band) add(m, phi float64) {
	wide := math.Exp(2.8 * math.Sqrt(1/max(m, .5)+phi))
	b.Expected = append(b.Expected, m)
	b.Low = append(b.Low, max(0, math.Floor(m/wide)))
	b.High = append(b.High, math.Ceil(m*wide))
}

// Band is what each of the days from..last of series i should have been: each day as its own past said it, and from
// day began on as the days before began did. Days before the series has a level carry their own rows.
func (z *Freezer) Band(i, from, began int) Band {
	h := z.h
	from = max(from, 0)
	b := Band{First: from}
	f, ok := z.freeze(i, began)
	day := h.windows[0]
	for d := from; d <= z.last; d++ {
		switch {
		case ok && d >= began:
			b.add(f.usual(d), h.phi[f.c][i])
		case !math.IsNaN(day.expected[i][d]):
			b.add(day.expected[i][d]*math.Exp(min(day.shrunk[d], 0)), h.phi[d][i])
		default:
			b.Expected = append(b.Expected, h.y[i][d])
			b.Low = append(b.Low, h.y[i][d])
			b.High = append(b.High, h.y[i][d])
		}
	}
	return b
}

// Since is the first day of the run below the usual of series i that ends on the last day, looking at most back days.
func (z *Freezer) Since(i, back int) (int, bool) {
	return z.began(i, z.last-back, z.last)
}

// FallSince describes series i from day c on against the days before c, with a score that was found elsewhere.
func (z *Freezer) FallSince(i, c int, score float64) Fall { return z.fall(i, c, score, false) }
