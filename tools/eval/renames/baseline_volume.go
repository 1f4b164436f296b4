package main

import (
	"math"
	"slices"
)

// volumeEvidence is what daily counts alone say of a pair: how much of what the old name lost the new one has, day by
// day; how sure the fall is; and how far apart the fall and the new name's first day are.
type volumeEvidence struct{ kept, sure, apart float64 }

// usualDays is how far back a name's usual share of its source is taken from.
const usualDays = 28

// volume compares two names in the sources where the new one lives.
func (c *counts) volume(old, young string) volumeEvidence {
	days := c.w.Options.Days
	after := make([]float64, days)   // rows of the new name
	deficit := make([]float64, days) // what the old one misses
	expected, first := 0.0, days
	b := c.bySource(young)
	for _, y := range b {
		if y != nil {
			first = min(first, slices.IndexFunc(y, func(n float64) bool { return n > 0 }))
		}
	}
	if first >= days || first < 14 {
		return volumeEvidence{apart: float64(days)}
	}
	steps := make([]float64, days)
	for s, a := range c.bySource(old) {
		if a == nil || b[s] == nil {
			continue
		}
		share := c.usualShare(s, a, first)
		for d := range days {
			e := share[d%7] * max(0, c.total[s][d]-a[d]-b[s][d])
			steps[d] += e - a[d]
			if d >= first {
				after[d] += b[s][d]
				deficit[d] += e - a[d]
				expected += e
			}
		}
	}
	if expected == 0 {
		return volumeEvidence{apart: float64(days)}
	}
	var lost, gained, dot, dd, bb float64
	for d := first; d < days; d++ {
		lost += deficit[d]
		gained += after[d]
		dot += deficit[d] * after[d]
		dd += deficit[d] * deficit[d]
		bb += after[d] * after[d]
	}
	kept := max(0, 1-math.Abs(lost-gained)/max(lost, gained, 1)) * max(0, dot/math.Sqrt(max(dd*bb, 1e-9)))
	wobble := variance(steps[max(0, first-usualDays):first])
	sure := lost / math.Sqrt(max(wobble*float64(days-first), 1))
	return volumeEvidence{kept, math.Log1p(max(0, sure)), math.Abs(float64(turn(steps, first) - first))}
}

// usualShare is, for each weekday, the middle of a name's rows over those of the source's other events, over four weeks.
func (c *counts) usualShare(source int, a []float64, before int) (share [7]float64) {
	var by [7][]float64
	for d := max(0, before-usualDays); d < before; d++ {
		by[d%7] = append(by[d%7], a[d]/max(1, c.total[source][d]-a[d]))
	}
	for d, x := range by {
		if len(x) > 0 {
			slices.Sort(x)
			share[d] = (x[len(x)/2] + x[(len(x)-1)/2]) / 2
		}
	}
	return share
}

// turn is the day within two weeks of the first from which on most is missing.
func turn(steps []float64, first int) int {
	best, at := math.Inf(-1), first
	for d := max(7, first-14); d < min(len(steps)-1, first+14); d++ {
		n, m := float64(d), float64(len(steps)-d)
		gap := (sum(steps[d:])/m - sum(steps[:d])/n) * math.Sqrt(n*m/(n+m))
		if gap > best {
			best, at = gap, d
		}
	}
	return at
}

func sum(x []float64) (s float64) {
	for _, v := range x {
		s += v
	}
	return s
}

func variance(x []float64) float64 {
	mean, s := sum(x)/float64(len(x)), 0.0
	for _, v := range x {
		s += (v - mean) * (v - mean)
	}
	return s / float64(max(1, len(x)-1))
}

// volumeModel weighs the three parts, as fitted on other workspaces.
type volumeModel struct{ weights [4]float64 }

func (m volumeModel) score(v volumeEvidence) float64 {
	return m.weights[0] + m.weights[1]*v.kept + m.weights[2]*v.sure + m.weights[3]*v.apart/7
}

// fitVolume is a logistic regression by Newton's method, with a little shrinkage so that it always has an end.
func fitVolume(pairs []pairEvidence) volumeModel {
	var m volumeModel
	for range 25 {
		var gradient [4]float64
		var hessian [4][4]float64
		for i := range 4 {
			gradient[i] = -.01 * m.weights[i]
			hessian[i][i] = .01
		}
		for _, p := range pairs {
			x := [4]float64{1, p.volume.kept, p.volume.sure, p.volume.apart / 7}
			q := 1 / (1 + math.Exp(-m.score(p.volume)))
			y := 0.0
			if p.rename {
				y = 1
			}
			for i := range 4 {
				gradient[i] += x[i] * (y - q)
				for j := range 4 {
					hessian[i][j] += x[i] * x[j] * q * (1 - q)
				}
			}
		}
		step := solve(hessian, gradient)
		for i := range 4 {
			m.weights[i] += step[i]
		}
	}
	return m
}

// solve solves four equations by elimination; the matrix is positive definite.
func solve(a [4][4]float64, b [4]float64) [4]float64 {
	for i := range 4 {
		for j := i + 1; j < 4; j++ {
			f := a[j][i] / a[i][i]
			for k := i; k < 4; k++ {
				a[j][k] -= f * a[i][k]
			}
			b[j] -= f * b[i]
		}
	}
	for i := 3; i >= 0; i-- {
		for k := i + 1; k < 4; k++ {
			b[i] -= a[i][k] * b[k]
		}
		b[i] /= a[i][i]
	}
	return b
}
