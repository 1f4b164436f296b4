package series

import (
	"math"
	"strconv"

	"gonum.org/v1/gonum/mathext"
)

// surprise is minus the decimal logarithm of the chance that a Student t falls below z; 0.3 at z = 0.
func surprise(z, freedom float64) float64 {
	return -math.Log10(max(studentBelow(z, freedom), 1e-300))
}

// studentBelow is the distribution function of Student's t, exact far out in the lower tail.
func studentBelow(z, freedom float64) float64 {
	tail := .5 * mathext.RegIncBeta(freedom/2, .5, freedom/(freedom+z*z))
	if z > 0 {
		return 1 - tail
	}
	return tail
}

// atMost is the chance of y rows or fewer when m are usual, with dispersion phi: the negative binomial distribution.
func atMost(y, m, phi float64) float64 {
	k := 1 / max(phi, 1e-7)
	return mathext.RegIncBeta(k, y+1, k/(k+m))
}

// atLeast is the chance of y rows or more.
func atLeast(y, m, phi float64) float64 {
	if y < .5 {
		return 1
	}
	k := 1 / max(phi, 1e-7)
	return mathext.RegIncBeta(y, k, m/(k+m))
}

// normalBelow is the distribution function of the normal distribution.
func normalBelow(z float64) float64 { return .5 * math.Erfc(-z/math.Sqrt2) }

func quantile(p float64) float64 { return mathext.NormalQuantile(clamp(p, 1e-300, 1-1e-12)) }

// Judge judges one day of the panel.
func (h *History) Judge(t int) Judgement {
	j := Judgement{Day: t, Series: make([]Verdict, len(h.y))}
	if t < h.start || t >= h.days {
		for i := range j.Series {
			j.Series[i] = h.young(i, t)
		}
		j.Source.Factor = 1
		return j
	}
	j.Source = h.Source(t)
	for i := range j.Series {
		j.Series[i] = h.verdict(i, t)
	}
	return j
}

func (h *History) verdict(i, t int) Verdict {
	day := h.windows[0]
	m := day.expected[i][t]
	if math.IsNaN(m) {
		return h.young(i, t)
	}
	v := Verdict{Expected: m * math.Exp(min(day.shrunk[t], 0)), Actual: h.y[i][t]}
	v.Usual = v.Expected
	for _, w := range h.windows {
		if s := h.agree(w, h.fall(w, i, t), w.down[i][t]); s > v.Score {
			v.Score, v.Window = s, w.days
			v.Expected = w.expected[i][t] * math.Exp(min(w.shrunk[t], 0))
			v.Actual = h.cum[i][t+1] - h.cum[i][t+1-w.days]
		}
		if w.days > 3 || t-h.seen[i] <= 28 {
			continue
		}
		if s := h.agree(w, h.rise(w, i, t), w.up[i][t]); s > v.Spike {
			v.Spike, v.Surge = s, w.days
		}
	}
	if m < 3 {
		h.widen(i, t, &v)
	}
	return v
}

// agree lets the second forecaster confirm the score of a window; without its agreement a part of it stands. Of a day it
// may be the surer of the two; of several it saw too few to be.
func (h *History) agree(w *window, s, second float64) float64 {
	switch {
	case math.IsNaN(second):
		return h.o.Agreement * s
	case w.days > 1:
		return clamp(math.Sqrt(s*second), h.o.Agreement*s, s)
	}
	return max(math.Sqrt(s*second), h.o.Agreement*s)
}

// fall is the score of one window's fall.
func (h *History) fall(w *window, i, t int) float64 {
	m := w.expected[i][t]
	if math.IsNaN(m) {
		return 0
	}
	adj := min(w.shrunk[t], 0)
	m *= math.Exp(adj)
	y := h.cum[i][t+1] - h.cum[i][t+1-w.days]
	if 1-(y+.5)/(m+.5) < h.o.MinEffect {
		return 0
	}
	d, ok := h.dispersion(w, i, t)
	if !ok {
		return 0
	}
	s := h.tail(atMost(y, m, h.unsure(d, w, adj)), m, d)
	return s / h.familiar(w, i, t, func(past float64) bool { return past <= w.res[i][t]+1e-9 })
}

// rise is the score of one window's rise.
func (h *History) rise(w *window, i, t int) float64 {
	m := w.expected[i][t]
	if math.IsNaN(m) {
		return 0
	}
	adj := max(w.shrunk[t], 0)
	m *= math.Exp(adj)
	y := h.cum[i][t+1] - h.cum[i][t+1-w.days]
	if (y+.5)/(m+.5)-1 < h.o.MinEffect {
		return 0
	}
	d, ok := h.dispersion(w, i, t)
	if !ok {
		return 0
	}
	s := h.tail(atLeast(y, m, h.unsure(d, w, adj)), m, d) - h.penalty(w.days)
	now := w.res[i][t] - adj
	return max(0, s) / h.familiar(w, i, t, func(past float64) bool { return past >= now-1e-9 })
}

func (h *History) unsure(d restless, w *window, adj float64) float64 {
	phi := d.phi + sq(h.o.Adjust*adj) + sq(h.lag(w.days))
	if d.n < 14 {
		phi += .02
	}
	return phi
}

// tail turns the chance of a count into a score.
func (h *History) tail(p, m float64, d restless) float64 {
	z := quantile(p)
	if d.rho < 1 && m >= 3 {
		z /= math.Sqrt(d.rho)
	}
	return surprise(z/math.Sqrt(1+h.o.Inflation/d.apart), h.o.Freedom)
}

// familiar is the divisor of the guard: what a series did before is not news.
func (h *History) familiar(w *window, i, t int, like func(past float64) bool) float64 {
	n := 0
	for d := max(h.seen[i]+h.o.Warmup+w.days-1, t-h.o.Memory); d <= t-w.days; d++ {
		if r := w.res[i][d]; !math.IsNaN(r) && h.usable[i][d] && like(r) {
			n++
		}
	}
	return 1 + float64(n)/float64(w.days)
}

// young is the verdict on a series that has no level yet: only silence after a lively start has a score.
func (h *History) young(i, t int) Verdict {
	if t >= h.days || t < h.seen[i] {
		return Verdict{Reason: "no history"}
	}
	v := Verdict{Actual: h.y[i][t]}
	n := t - h.seen[i]
	v.Reason = strconv.Itoa(n) + " days of history"
	if n == 1 {
		v.Reason = "1 day of history"
	}
	if h.floor[i] > h.seen[i] && t >= h.floor[i] {
		v.Reason = "a new usual level was accepted " + strconv.Itoa(t-h.floor[i]) + " days ago"
		return v
	}
	usual := mean(h.y[i][h.seen[i]:t])
	if n < 7 || usual < 10 || h.y[i][t] > 0 {
		return v
	}
	v.Reason, v.Window, v.Expected, v.Usual = "", 1, usual, usual
	phi := 0.0
	for _, y := range h.y[i][h.seen[i]:t] {
		phi += sq((y-usual)/usual) / float64(n-1)
	}
	p := atMost(0, usual, max(phi-1/usual, .1))
	v.Score = h.o.Agreement * surprise(quantile(p)/math.Sqrt(1+h.o.Inflation/float64(n)), h.o.Freedom)
	return v
}

// widen judges a series of less than three rows a day over two or four weeks, where ten rows are usual.
func (h *History) widen(i, t int, v *Verdict) {
	for _, days := range []int{14, 28} {
		m := h.usual(i, t, days)
		if !(m >= 10) {
			continue
		}
		y := h.cum[i][t+1] - h.cum[i][t+1-days]
		m *= h.around(i, t, days)
		if 1-(y+.5)/(m+.5) < h.o.MinEffect {
			return
		}
		if s := h.wide(i, t, days, m, y); s > v.Score {
			v.Score, v.Window, v.Expected, v.Actual = s, days, m, y
		}
		return
	}
	if v.Score < 1 && v.Spike < 1 { // where nothing can be expected, silence is half likely
		v.Reason = "too sparse: " + strconv.FormatFloat(h.lvl[t][i], 'f', 1, 64) + " a day"
	}
}

// around is what the other series of the source have of their usual in a window, where that is less than all.
func (h *History) around(i, t, days int) float64 {
	expected, actual := 0.0, 0.0
	for k := range h.y {
		if k == i {
			continue
		}
		if m := h.usual(k, t, days); !math.IsNaN(m) {
			expected += m
			actual += h.cum[k][t+1] - h.cum[k][t+1-days]
		}
	}
	if expected < 10 || len(h.y) < h.o.Siblings {
		return 1
	}
	return min(1, actual/expected)
}

func (h *History) wide(i, t, days int, m, y float64) float64 {
	var sum, n, like float64
	now := math.Log((y + .5) / (m + .5))
	for d := t - days; d >= max(h.seen[i]+h.o.Warmup+days-1, t-days-h.o.Memory); d-- {
		e := h.usual(i, d, days)
		if math.IsNaN(e) {
			continue
		}
		r := math.Log((h.cum[i][d+1] - h.cum[i][d+1-days] + .5) / (e + .5))
		sum += max(0, r*r-1/max(e, .3))
		n++
		if r <= now {
			like++
		}
	}
	// Windows overlap: they count for as many as fit side by side.
	apart := n / float64(days)
	if apart < 1 {
		return 0
	}
	p := atMost(y, m, max(sum/n, .05))
	s := surprise(quantile(p)/math.Sqrt(1+h.o.Inflation/apart), h.o.Freedom) - h.o.Penalty
	return h.o.Agreement * max(0, s) / (1 + like/float64(days))
}
