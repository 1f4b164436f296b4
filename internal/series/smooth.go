package series

import "math"

// The second forecaster: Holt-Winters on logarithms, additive and weekly, with the common fall of the source taken out.
const (
	hwLevel, hwTrend, hwSeason = .25, .01, .15
	hwMemory, hwFirst, hwFloor = .96, .05, .03 // of the variance
	hwStart                    = 28            // days that the first season is made of
)

// holt is the second forecaster as it stands before a day.
type holt struct {
	level, trend float64
	season       week
}

// ahead is the logarithm that it forecasts for a weekday, days after the one it stands before.
func (f *holt) ahead(days, weekday int) float64 {
	return f.level + float64(days+1)*f.trend + f.season[weekday]
}

// smooth forecasts each window of series i from the days before it, and notes how surprising the window was on either
// side; of windows that end before day from that is known.
func (h *History) smooth(i, from int) {
	first := h.seen[i]
	n := h.days - first
	if n <= hwStart {
		return
	}
	x := make([]float64, n)
	for k := range x {
		x[k] = math.Log(h.y[i][first+k]+.5) - min(h.windows[0].shrunk[first+k], 0) - math.Log(h.complete(first+k))
	}
	now := holt{level: mean(x[:7]), season: firstSeason(x[:hwStart], h.weekday(first))}
	before := make([]holt, n) // the forecaster before each day
	blank := -1               // the last day that says nothing, or before which the level began anew
	var variance [3]float64
	for j := range variance {
		variance[j] = hwFirst
	}
	for k := range x {
		d := first + k
		if d == h.floor[i] && k > 0 {
			now.level, now.trend = restart(x[k:min(k+7, n)], now.season, h.weekday(d)), 0
			blank = k - 1
		}
		before[k] = now
		hushed := h.windows[0].shrunk[d] == nothing
		if hushed || !h.usable[i][d] {
			if !hushed && k >= hwStart && d >= from {
				h.note(h.windows[0], i, d, x[k]-now.ahead(0, h.weekday(d)), variance[0])
			}
			blank = k
			now.level += now.trend
			continue
		}
		for j, w := range h.windows {
			o := k - w.days + 1
			if o <= blank && w.days > 1 || o < hwStart-w.days+1 {
				continue
			}
			e := before[max(o, 0)].error(x, max(o, 0), k, h.weekday(first))
			if k >= hwStart && d >= from {
				h.note(w, i, d, e, variance[j])
			}
			sd := max(math.Sqrt(variance[j]), hwFloor)
			variance[j] = hwMemory*variance[j] + (1-hwMemory)*sq(clamp(e, -3*sd, 3*sd))
			if w.days == 1 {
				now.learn(clamp(e, -3*sd, 3*sd), h.weekday(d))
			}
		}
	}
}

// error is the logarithm of what landed in the days from..to of what it forecast for them when it stood before from.
func (f *holt) error(x []float64, from, to, weekday int) float64 {
	if from == to {
		return x[from] - f.ahead(0, (weekday+from)%7)
	}
	landed, forecast := 0.0, 0.0
	for k := from; k <= to; k++ {
		landed += math.Exp(x[k])
		forecast += math.Exp(f.ahead(k-from, (weekday+k)%7))
	}
	return math.Log(landed / forecast)
}

func (f *holt) learn(e float64, weekday int) {
	next := f.level + f.trend + hwLevel*e
	f.trend += hwTrend * hwLevel * e
	f.level = next
	f.season[weekday] += hwSeason * e
}

func (h *History) note(w *window, i, d int, e, variance float64) {
	sd := max(math.Sqrt(variance), hwFloor)
	w.down[i][d], w.up[i][d] = lone(e, sd, h.o), lone(-e, sd, h.o)
}

// lone is the score of one error of the second forecaster, negative being the direction that is looked for.
func lone(e, sd float64, o Options) float64 {
	if 1-math.Exp(e) < o.MinEffect {
		return 0
	}
	return surprise(e/sd, o.Freedom)
}

func firstSeason(x []float64, weekday int) week {
	all := mean(x)
	var sum, n week
	for k, v := range x {
		sum[(weekday+k)%7] += v
		n[(weekday+k)%7]++
	}
	for w := range sum {
		sum[w] = sum[w]/max(n[w], 1) - all
	}
	return sum
}

func restart(x []float64, season week, weekday int) float64 {
	s := 0.0
	for k, v := range x {
		s += v - season[(weekday+k)%7]
	}
	return s / float64(len(x))
}
