package series

import "math"

// Decline is a slow fall: each day too little to alarm.
type Decline struct {
	Start  int      // the first day below
	R      float64  // how much better a bent line fits than a level one, corrected for days that resemble their neighbours
	Fall   float64  // share lost from before Start to the last day
	Step   bool     // one step to a new level fits better than a slope
	Usual  float64  // rows a day before
	Rows   float64  // rows missing from Start to the last day
	Before float64  // the highest R that the series' own past had
	Slope  *Decline // where a step fits better: the best slope all the same
}

const (
	declineFit   = 35 // days that the line is fitted to
	declineScan  = 21 // oldest start
	declineYoung = 4  // days before the last: a start must be at least this old
	declineBase  = 28 // days that the level before is taken from
	stepMargin   = 2  // by how much, in squared deviations, a step must fit better than a slope to be called one
	stepShare    = .1 // and by how much of what the slope explains
)

// Decline fits a level that turns into a slope (or a step) to the last weeks of series i. It reports every fit that
// improves on a level line; the caller decides from which R and Fall on it is news.
func (z *Freezer) Decline(i int) (Decline, bool) {
	d, ok := z.bend(i, z.last)
	if !ok {
		return d, false
	}
	for t := z.last - declineFit; t >= z.h.seen[i]+declineFit+declineBase/2; t -= declineFit / 2 {
		if past, ok := z.bend(i, t); ok {
			d.Before = max(d.Before, past.R)
		}
	}
	return d, true
}

// bend fits the days up to t.
func (z *Freezer) bend(i, t int) (Decline, bool) {
	h := z.h
	scan := declineScan
	if t-scan+1-h.seen[i] < 2*h.o.Warmup {
		scan = declineScan * 2 / 3
	}
	c0 := t - scan + 1 // nothing before it is part of the fall
	f, ok := z.freeze(i, max(c0, 0))
	if !ok || c0 < h.seen[i]+h.o.Warmup {
		return Decline{}, false
	}
	x, w, ok := z.deviations(i, f, t)
	if !ok {
		return Decline{}, false
	}
	flat := fitLine(x, w, nil)
	best, bestStep, start, startStep := bestBends(x, w, flat.rss, c0, t)
	if start < 0 {
		return Decline{}, false
	}
	a := best.a
	d := Decline{Start: start, R: (flat.rss - best.rss) / best.clump(x, w), Usual: h.lvl[f.c][i] * math.Exp(best.a)}
	d.Fall = 1 - math.Exp(-best.b*float64(t-start+1))
	slope := d
	margin := stepMargin + stepShare*(flat.rss-best.rss)
	if t-start < 8 {
		margin = -margin // a slope of a few days is more often a step
	}
	if startStep >= 0 && bestStep.rss < best.rss-margin {
		a = bestStep.a
		d.Step, d.Start, d.Slope = true, startStep, &slope
		d.R = (flat.rss - bestStep.rss) / bestStep.clump(x, w)
		d.Fall = 1 - math.Exp(-bestStep.b)
		d.Usual = h.lvl[f.c][i] * math.Exp(bestStep.a)
	}
	if end := len(x) - 1; math.Min(x[end], (x[end]+x[end-1])/2)-a > math.Log(1-d.Fall)/2 {
		return Decline{}, false // it came back
	}
	if t == z.last {
		d.Rows = z.lost(i, f, d)
		if d.Slope != nil {
			d.Slope.Rows = z.lost(i, f, slope)
		}
	}
	return d, true
}

// lost is the rows missing since a decline began.
func (z *Freezer) lost(i int, f frozen, d Decline) float64 {
	rows := 0.0
	for day := d.Start; day <= z.last; day++ {
		rows += f.usual(day)*d.Usual/z.h.lvl[f.c][i] - z.h.y[i][day]
	}
	return rows
}

// bestBends fits a slope and a step from every day c0..t on and returns the best of each with its first day, -1 where
// none improves on a level line.
func bestBends(x, w []float64, flat float64, c0, t int) (slope, step fit, start, startStep int) {
	slope, step, start, startStep = fit{rss: flat}, fit{rss: flat}, -1, -1
	first := t - len(x) + 1
	g := make([]float64, len(x))
	for c := c0; c <= t; c++ {
		for k := range g {
			g[k] = -max(0, float64(first+k-c+1))
		}
		if l := fitLine(x, w, g); c <= t-declineYoung && l.b > 0 && l.rss < slope.rss {
			slope, start = l, c
		}
		for k := range g {
			g[k] = 0
			if first+k >= c {
				g[k] = -1
			}
		}
		if l := fitLine(x, w, g); l.b > 0 && l.rss < step.rss {
			step, startStep = l, c
		}
	}
	return slope, step, start, startStep
}

// deviations are the log ratios of the last weeks to the level of before, and their weights.
func (z *Freezer) deviations(i int, f frozen, t int) (x, w []float64, ok bool) {
	h := z.h
	first := max(t-declineFit+1, h.seen[i]+7)
	base := make([]float64, 0, declineBase)
	for d := max(f.c-declineBase, h.floor[i]); d < f.c; d++ {
		if fd := h.shape[f.c][i][h.weekday(d)]; h.usable[i][d] && fd > .05 {
			base = append(base, h.y[i][d]/fd)
		}
	}
	if len(base) < h.o.Warmup-4 {
		return nil, nil, false
	}
	level := median(base)
	if level < 10 {
		return nil, nil, false
	}
	early := z.h.windows[0]
	for d := first; d <= t; d++ {
		e := level * h.shape[f.c][i][h.weekday(d)] * h.complete(d)
		if d >= f.c {
			e *= math.Exp(f.common[d-f.c])
		} else {
			e *= math.Exp(early.shrunk[d])
		}
		weight := 1 / (1/max(e, .5) + max(h.phi[f.c][i], .001))
		if !h.usable[i][d] {
			weight = 0
		}
		x = append(x, math.Log((h.y[i][d]+.5)/(e+.5)))
		w = append(w, weight)
	}
	return x, w, len(x) >= 20
}

// fit is a weighted least-squares line x = a + b·g.
type fit struct {
	a, b, rss float64
	g         []float64
}

func fitLine(x, w, g []float64) fit {
	var sw, sx, sg, sgg, sgx float64
	for k := range x {
		sw += w[k]
		sx += w[k] * x[k]
		if g != nil {
			sg += w[k] * g[k]
			sgg += w[k] * g[k] * g[k]
			sgx += w[k] * g[k] * x[k]
		}
	}
	f := fit{a: sx / max(sw, 1e-12)}
	if det := sw*sgg - sg*sg; g != nil && det > 1e-9 {
		f.b = (sw*sgx - sg*sx) / det
		f.a = (sx - f.b*sg) / sw
		f.g = append([]float64(nil), g...)
	}
	for k := range x {
		f.rss += w[k] * sq(f.error(x, k))
	}
	return f
}

func (f fit) error(x []float64, k int) float64 {
	e := x[k] - f.a
	if f.g != nil {
		e -= f.b * f.g[k]
	}
	return e
}

// clump is how much less days that resemble their neighbours prove: (1+r)/(1-r) for the correlation of one day's error
// with the next.
func (f fit) clump(x, w []float64) float64 {
	var num, den float64
	for k := range x {
		e := f.error(x, k)
		den += w[k] * e * e
		if k > 0 {
			num += math.Sqrt(w[k]*w[k-1]) * e * f.error(x, k-1)
		}
	}
	r := clamp(num/max(den, 1e-12), 0, .9)
	// Where days scatter more than their weights say, the scale of the sum of squares is theirs.
	return (1 + r) / (1 - r) * max(1, den/float64(max(len(x)-3, 1)))
}
