package series

import (
	"math"
	"time"
)

// History is what a panel's days taught: for each day only what the days before it say. It is safe for reading by
// several goroutines.
type History struct {
	o       Options
	first   time.Weekday
	days    int
	start   int // first day that any series is judged on
	names   []string
	y       [][]float64 // by series, day
	cum     [][]float64 // rows of the days before
	all     []float64   // rows of the whole source in the days before
	busy    []float64   // by day: rows a day of the busiest week up to it
	sum     *History    // of all rows together; nil for a single series
	seen    []int       // by series
	floor   []int       // by series: first day of an accepted level
	usable  [][]bool    // by series, day
	quiet   []bool      // by day
	shape   [][]week    // by day, series
	lvl     [][]float64 // by day, series; NaN: not known yet
	phi     [][]float64 // by day, series: dispersion of single days
	windows []*window
}

// window holds the residuals of all windows of one length, by their last day.
type window struct {
	days     int
	res      [][]float64 // by series, day: log ratio to the usual without the common fall; NaN: none
	expected [][]float64
	down     [][]float64 // what the second forecaster says of a fall; NaN: nothing
	up       [][]float64 // the same of a rise
	factor   []float64   // by day: log of the common movement; 0: not known
	shrunk   []float64   // the same, shrunk towards 0 by how unsure it is
	noise    []float64   // variance of factor
	carried  []int       // series that factor rests on
}

// Learn walks a panel once, oldest day first.
func Learn(p Panel, o Options) *History { return (*History)(nil).Extend(p, o) }

// Total is the history of all rows of the panel together, as a panel of one series.
func (h *History) Total() *History {
	if h.sum == nil {
		return h
	}
	return h.sum
}

func newHistory(p Panel, o Options) *History {
	n, days := len(p.Series), p.Days()
	h := &History{
		o: o, first: p.First, days: days, start: days,
		y: make([][]float64, n), cum: make([][]float64, n), usable: make([][]bool, n),
		seen: make([]int, n), floor: make([]int, n), quiet: make([]bool, days),
		shape: make([][]week, days), lvl: make([][]float64, days), phi: make([][]float64, days),
	}
	copy(h.quiet, p.Quiet)
	for i, s := range p.Series {
		h.names = append(h.names, s.Name)
		h.y[i] = make([]float64, days)
		copy(h.y[i], s.Y)
		h.cum[i] = make([]float64, days+1)
		h.usable[i] = make([]bool, days)
		h.seen[i] = max(s.Seen, 0)
		h.floor[i] = max(h.seen[i], s.Start)
		h.start = min(h.start, h.seen[i]+o.Warmup)
		for d := range days {
			h.cum[i][d+1] = h.cum[i][d] + h.y[i][d]
			h.usable[i][d] = d >= h.seen[i] && !h.quiet[d] && (d >= len(s.Skip) || !s.Skip[d])
		}
	}
	h.remember()
	for _, w := range []int{1, 3, 7} {
		h.windows = append(h.windows, &window{
			days: w, res: grid(n, days), expected: grid(n, days), down: grid(n, days), up: grid(n, days), factor: make([]float64, days),
			shrunk: make([]float64, days), noise: make([]float64, days), carried: make([]int, days),
		})
	}
	return h
}

func grid(n, days int) [][]float64 {
	flat := make([]float64, n*days)
	for i := range flat {
		flat[i] = math.NaN()
	}
	g := make([][]float64, n)
	for i := range g {
		g[i] = flat[i*days : (i+1)*days : (i+1)*days]
	}
	return g
}

func (h *History) weekday(d int) int { return (int(h.first) + d) % 7 }

// known says whether series i has a level before day t: enough days since it was first seen, and a week since a new
// level was accepted.
func (h *History) known(i, t int) bool {
	return t >= h.seen[i]+h.o.Warmup && (h.floor[i] == h.seen[i] || t < h.floor[i] || t >= h.floor[i]+7)
}

func (h *History) learn(t int) {
	n := len(h.y)
	h.shape[t], h.lvl[t], h.phi[t] = make([]week, n), make([]float64, n), make([]float64, n)
	h.weekdays(t, h.shape[t])
	for i := range n {
		h.lvl[t][i] = math.NaN()
		if h.known(i, t) {
			h.lvl[t][i] = h.usualLevel(i, t, &h.shape[t][i])
		}
		h.phi[t][i] = .05
		if t > 0 && h.phi[t-1] != nil {
			h.phi[t][i] = h.phi[t-1][i]
		}
	}
	for _, w := range h.windows {
		h.expect(w, t)
		h.common(w, t)
		for i := range n {
			if w.shrunk[t] == nothing {
				w.res[i][t] = math.NaN()
			}
			w.res[i][t] -= min(w.shrunk[t], 0)
		}
		if w.days > 1 {
			continue
		}
		for i := range n {
			if d, ok := h.dispersion(w, i, t); ok {
				h.phi[t][i] = d.phi
			}
		}
	}
}

// usual is how many rows series i should have in the w days that end on day t, seen from before the first of them.
func (h *History) usual(i, t, w int) float64 {
	o := t - w + 1
	if o < 0 || h.lvl[o] == nil {
		return math.NaN()
	}
	f := 0.0
	for d := o; d <= t; d++ {
		f += h.shape[o][i][h.weekday(d)] * h.complete(d)
	}
	return h.lvl[o][i] * f
}

// complete is the share of a day's rows that can have landed.
func (h *History) complete(d int) float64 {
	if d == h.days-1 && h.o.Complete > 0 {
		return min(h.o.Complete, 1)
	}
	return 1
}

func (h *History) expect(w *window, t int) {
	for i := range h.y {
		// Two weeks of history carry no forecast of a whole week.
		if w.days >= 7 && t < h.seen[i]+2*h.o.Warmup {
			continue
		}
		m := h.usual(i, t, w.days)
		if math.IsNaN(m) {
			continue
		}
		y := h.cum[i][t+1] - h.cum[i][t+1-w.days]
		w.expected[i][t] = m
		w.res[i][t] = math.Log((y + .5) / (m + .5))
	}
}

// history are the last days of the windows that say how restless a series was before the window that ends on day t.
func (h *History) history(w *window, start, t int) (from, to int) {
	from, to = max(start+w.days-1, t-h.o.History-w.days+1), t-w.days
	if to-from+1 < 7 {
		return start + w.days - 1, t - 1
	}
	return from, to
}

// restless is how far a series strays beyond counting noise.
type restless struct {
	phi float64 // squared coefficient of variation
	rho float64 // below 1: less than counting noise, as scheduled events have
	n   int     // windows it was measured on

	apart float64 // how many of them fit side by side
}

// dispersion measures one series on its past residuals; false with fewer than four.
func (h *History) dispersion(w *window, i, t int) (restless, bool) {
	from, to := h.history(w, h.seen[i]+h.o.Warmup, t)
	var sq, ex [128]float64
	n, zeros, moment := 0, 0, 0.0
	for d := max(from, 0); d <= to && n < len(sq); d++ {
		r := w.res[i][d]
		if math.IsNaN(r) || !h.usable[i][d] {
			continue
		}
		m := w.expected[i][d]
		sq[n], ex[n] = r*r, m
		y := max(math.Exp(r)*(m+.5)-.5, 0)
		if y < .01 {
			zeros++
		}
		moment += clamp((y-m)*(y-m)/(max(m, .3)*max(m, .3)), 0, 9)
		n++
	}
	if n < 4 {
		return restless{}, false
	}
	v := median(sq[:n]) / .4549
	wins := 0.0
	for _, x := range sq[:n] {
		wins += min(x, 12*max(v, 1e-5))
	}
	v = max(v, wins/float64(n))
	counting := 1 / max(median(ex[:n]), .3)
	d := restless{phi: max(v-counting, h.o.PhiFloor), rho: clamp(v/counting, h.o.RhoFloor, 1), n: n, apart: float64(n) / float64(w.days)}
	// The median of the residuals says nothing of a series that is silent on many days.
	if float64(zeros) > .1*float64(n) {
		d.phi, d.rho = max(d.phi, moment/float64(n)-counting), 1
	}
	return d, true
}
