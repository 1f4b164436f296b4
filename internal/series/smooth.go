package series

import "math"

// The second forecaster: Holt-Winters on logarithms, additive and weekly, with the common fall of the source taken out.
const (
	hwLevel, hwTrend, hwSeason = .25, .01, .15
	hwMemory, hwFirst, hwFloor = .96, .05, .03 // of the variance
	hwStart                    = 28            // days that the first season is made of
)

// smooth forecasts each day of series i from the days before it, and notes how surprising the day was on either side;
// of days before from that is known.
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
	level, trend, variance := mean(x[:7]), 0.0, hwFirst
	season := firstSeason(x[:hwStart], h.weekday(first))
	for k := range x {
		d := first + k
		if d == h.floor[i] && k > 0 {
			level, trend = restart(x[k:min(k+7, n)], season, h.weekday(d)), 0
		}
		w := h.weekday(d)
		sd := max(math.Sqrt(variance), hwFloor)
		e := x[k] - level - trend - season[w]
		if k >= hwStart && d >= from {
			h.down[i][d] = lone(e, sd, h.o)
			h.up[i][d] = lone(-e, sd, h.o)
		}
		hushed := h.windows[0].shrunk[d] == nothing
		if hushed {
			h.down[i][d], h.up[i][d] = math.NaN(), math.NaN()
		}
		if hushed || !h.usable[i][d] {
			level += trend
			continue
		}
		e = clamp(e, -3*sd, 3*sd)
		next := level + trend + hwLevel*e
		trend += hwTrend * hwLevel * e
		level = next
		season[w] += hwSeason * e
		variance = hwMemory*variance + (1-hwMemory)*e*e
	}
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
