package series

import (
	"math"
	"slices"
)

// carrier is one series' part in the common movement of its source.
type carrier struct{ r, weight, noise float64 }

// common finds how all series of the source moved together in the windows that end on day t: the weighted median of
// their log ratios, no series weighing more than the third.
func (h *History) common(w *window, t int) {
	if h.hushed(t, w.days) {
		w.shrunk[t] = nothing
	}
	list := make([]carrier, 0, len(h.y))
	for i := range h.y {
		m := w.expected[i][t]
		if !(m >= 10) {
			continue
		}
		noise := 1/m + h.phi[t][i]
		list = append(list, carrier{r: w.res[i][t], weight: 1 / (noise + 1e-3), noise: noise})
	}
	if len(list) < h.o.Siblings {
		return
	}
	f, noise := weightedMedian(list)
	w.factor[t], w.noise[t], w.carried[t] = f, noise, len(list)
	if w.shrunk[t] == nothing {
		return
	}
	w.shrunk[t] = f * max(0, 1-2*noise/max(f*f, 1e-12))
}

// nothing is the movement of a source that is silent: no event of it is expected, and its days say nothing of any. A
// ratio of counts would leave large series something to send.
const nothing = -20

// hushed says whether hardly any row of the source landed in the days that end on day t, where at least two events
// send in other weeks and it is not a weekday on which the source always rests. Levels forget a silence after a week;
// the busiest week of the last three months does not.
func (h *History) hushed(t, days int) bool {
	if len(h.y) < 2 || t < days {
		return false
	}
	few := .005 * h.busy[t] * float64(days)
	if h.all[t+1]-h.all[t+1-days] >= few {
		return false
	}
	for d := t - 7; d >= max(days-1, t-lookBack); d -= 7 {
		if h.all[d+1]-h.all[d+1-days] >= 20*few {
			return true
		}
	}
	return false
}

// remember sums the rows of the source, and keeps how many a day the busiest week of the last three months had.
func (h *History) remember() {
	h.all, h.busy = make([]float64, h.days+1), make([]float64, h.days)
	weeks := make([]float64, h.days)
	for d := range h.days {
		h.all[d+1] = h.all[d]
		for i := range h.y {
			h.all[d+1] += h.y[i][d]
		}
		if d >= 7 {
			weeks[d] = (h.all[d+1] - h.all[d-6]) / 7
		}
		for k := max(0, d-lookBack); k <= d; k++ {
			h.busy[d] = max(h.busy[d], weeks[k])
		}
	}
}

func weightedMedian(list []carrier) (middle, variance float64) {
	n := len(list)
	buf := make([]float64, n)
	for k, c := range list {
		buf[k] = c.noise
	}
	variance = 1.57 * median(buf) / float64(n)
	if n > 4 {
		for k, c := range list {
			buf[k] = c.weight
		}
		third := pick(buf, n-3)
		for k := range list {
			list[k].weight = min(list[k].weight, third)
		}
	}
	slices.SortFunc(list, func(a, b carrier) int {
		switch {
		case a.r < b.r:
			return -1
		case a.r > b.r:
			return 1
		case a.weight < b.weight: // so that the order of the series does not matter
			return -1
		case a.weight > b.weight:
			return 1
		}
		return 0
	})
	total := 0.0
	for _, c := range list {
		total += c.weight
	}
	sum := 0.0
	for _, c := range list {
		sum += c.weight
		if sum/total >= .5 {
			return c.r, variance
		}
	}
	return list[n-1].r, variance
}

// Source judges the fall of all series together on day t.
func (h *History) Source(t int) Source {
	s := Source{Factor: 1}
	if t < h.start || t >= h.days {
		return s
	}
	day := h.windows[0]
	for i := range h.y {
		m := day.expected[i][t]
		if math.IsNaN(m) {
			continue
		}
		s.Expected += m
		s.Actual += h.y[i][t]
		if m >= 10 {
			s.Judged++
			if 1-(h.y[i][t]+.5)/(m+.5) >= h.o.MinEffect {
				s.Below++
			}
		}
	}
	if day.carried[t] >= h.o.Siblings {
		s.Factor, s.Known = math.Exp(day.factor[t]), true
	}
	for _, w := range h.windows {
		if score := h.sourceScore(w, t); score > s.Score {
			s.Score, s.Over = score, s.Known && w.days > 1 && day.factor[t] > w.factor[t]/2
		}
	}
	if !s.Known && h.sum != nil {
		h.few(t, &s)
	}
	return s
}

// few judges a source of few events by its total, where every event that is sent often enough is below its usual.
func (h *History) few(t int, s *Source) {
	events, below := 0, 0
	for i := range h.y {
		m := h.expectedOn(i, t)
		if m < 3 {
			continue
		}
		events++
		if 1-(h.y[i][t]+.5)/(m+.5) >= h.o.MinEffect {
			below++
		}
	}
	v := h.sum.verdict(0, t)
	if events >= 2 && below == events {
		s.Score = v.Score
		s.Factor = clamp((h.sum.y[0][t]+.5)/(v.Usual+.5), 0, 1)
	}
}

// expectedOn is what series i usually has on day t; 0 where that is not known.
func (h *History) expectedOn(i, t int) float64 {
	if h.lvl[t] == nil || math.IsNaN(h.lvl[t][i]) {
		return 0
	}
	return h.lvl[t][i] * h.shape[t][i][h.weekday(t)] * h.complete(t)
}

func (h *History) sourceScore(w *window, t int) float64 {
	if w.carried[t] < h.o.Siblings {
		return 0
	}
	from, to := h.history(w, h.start, t)
	past := make([]float64, 0, h.o.History)
	for d := max(from, 0); d <= to; d++ {
		if !h.quiet[d] {
			past = append(past, w.factor[d])
		}
	}
	if len(past) < 4 || 1-math.Exp(w.factor[t]) < h.o.MinEffect || h.carriesOn(w, t) {
		return 0
	}
	// How far past days strayed holds their own noise already.
	sd := math.Sqrt(max(sq(spread(past, 0)), w.noise[t]) + sq(.02) + sq(h.lag(w.days)))
	z := w.factor[t] / (sd * math.Sqrt(1+h.o.Inflation/float64(len(past))))
	return max(0, surprise(z, h.o.Freedom)-h.penalty(w.days))
}

// carriesOn says whether the rows of all series together are hardly below what is usual, whatever most series do: then
// the source as a whole did not fall.
func (h *History) carriesOn(w *window, t int) bool {
	expected, actual := 0.0, 0.0
	for i := range h.y {
		if m := w.expected[i][t]; !math.IsNaN(m) {
			expected += m
			actual += h.cum[i][t+1] - h.cum[i][t+1-w.days]
		}
	}
	return 1-(actual+.5)/(expected+.5) < h.o.MinEffect/2
}

func sq(x float64) float64 { return x * x }

// lag is the uncertainty that a last day which has not fully landed adds to a window.
func (h *History) lag(days int) float64 {
	if h.o.Complete >= 1 || h.o.Complete <= 0 {
		return 0
	}
	return h.o.Spread / float64(days)
}

func (h *History) penalty(days int) float64 {
	if days > 1 {
		return h.o.Penalty
	}
	return 0
}
