package series

import "math"

// unitValues is how many values since a change are enough to look at: far too few for any factor but that of a unit.
const unitValues = 10

// UnitShift is a number that is suddenly larger or smaller by a factor.
type UnitShift struct {
	Start         int
	Factor        float64 // geometric mean since Start over the one before
	Named         string  // the unit that fits, up or down: "10", "60", "100", "1,000", "3,600"; "" where none does
	Exact         float64 // that unit as a factor (100 or .01); 0 without Named
	Before, After float64 // geometric means
	N             float64 // values since Start
	Score         float64 // the jump in units of the scatter before it
}

// unit is a factor with a name.
type unit struct {
	name   string
	factor float64
}

func units() []unit {
	return []unit{{"10", 10}, {"60", 60}, {"100", 100}, {"1,000", 1000}, {"3,600", 3600}}
}

// Unit looks for the day on which the mean logarithm of positive values jumped for good. Both arguments have a figure a
// day. A jump is at least half as much again, and five times the scatter of the three weeks before and of as many
// values as there are since; each day since lies beyond half of it. A mixture of slices hides the factor: ask per slice.
func Unit(sumLog, n []float64) (UnitShift, bool) {
	days := min(len(sumLog), len(n))
	best, strength := UnitShift{}, 0.0
	for c := max(1, days-28); c < days; c++ {
		before := means(sumLog, n, max(0, c-21), c)
		n1 := total(n[c:days])
		if len(before) < 3 || n1 < unitValues {
			continue
		}
		middle := median(append([]float64(nil), before...))
		scatter := math.Sqrt(sq(spread(before, middle)) + sq(.03) + sq(single(sumLog, n, max(0, c-21), c, middle))/n1)
		floor := max(5*scatter, math.Log(1.5))
		jump := total(sumLog[c:days])/n1 - middle
		if math.Abs(jump) <= floor || !jumped(sumLog, n, c, days, middle, jump) {
			continue
		}
		if s := math.Abs(jump) * math.Sqrt(n1); s > strength {
			strength = s
			best = UnitShift{
				Start: c, Factor: math.Exp(jump), Before: math.Exp(middle), After: math.Exp(middle + jump), N: n1,
				Score: math.Abs(jump) / scatter,
			}
		}
	}
	if strength == 0 {
		return UnitShift{}, false
	}
	best.Named, best.Exact = unitOf(math.Log(best.Factor))
	return best, true
}

// single is how far one value strays, from how far the means of whole days do: days of few values stray further. The
// days before may have many more values than there are since.
func single(sumLog, n []float64, from, to int, middle float64) float64 {
	var out []float64
	for d := from; d < to; d++ {
		if n[d] >= 1 {
			out = append(out, math.Sqrt(n[d])*(sumLog[d]/n[d]-middle))
		}
	}
	return spread(out, 0)
}

func means(sumLog, n []float64, from, to int) []float64 {
	var out []float64
	for d := from; d < to; d++ {
		if n[d] >= 1 {
			out = append(out, sumLog[d]/n[d])
		}
	}
	return out
}

func jumped(sumLog, n []float64, c, days int, middle, jump float64) bool {
	if n[c] < 1 {
		return false // the first day must show it
	}
	for d := c; d < days; d++ {
		if n[d] >= 1 && (sumLog[d]/n[d]-middle)/jump < .5 {
			return false
		}
	}
	return true
}

// unitOf names a log ratio within .25 of a unit's.
func unitOf(jump float64) (name string, exact float64) {
	off := .25
	for _, u := range units() {
		for _, f := range []float64{u.factor, 1 / u.factor} {
			if d := math.Abs(jump - math.Log(f)); d < off {
				name, exact, off = u.name, f, d
			}
		}
	}
	return name, exact
}

// Mixed is a part of the values that are larger or smaller by a unit's factor, beside others that are as before.
type Mixed struct {
	Named string  // the unit
	Exact float64 // as a factor
	Share float64 // of the values
}

// Mixture says which share of values moved by which unit, from how many lie in each fifth of a decade before and since:
// a second hump at exactly so many decades from the first. False where no unit explains what changed.
func Mixture(before, since []float64) (Mixed, bool) {
	n0, n1 := total(before), total(since)
	if n0 < 200 || n1 < 50 || len(before) != len(since) {
		return Mixed{}, false
	}
	same := apart(before, since, n0, n1, 0, 0)
	best, left := Mixed{}, same
	for _, u := range units() {
		for _, f := range []float64{u.factor, 1 / u.factor} {
			for share := .1; share < .96; share += .05 {
				if d := apart(before, since, n0, n1, 5*math.Log10(f), share); d < left {
					best, left = Mixed{Named: u.name, Exact: f, Share: share}, d
				}
			}
		}
	}
	// What is left must be little, and far less than without it: a hump that is only wider is no second one.
	return best, best.Named != "" && left < .5*same && left < .12+2/math.Sqrt(n1)
}

// apart is the total variation between what lies where since, and what would if a share had moved by so many fifths of
// a decade. What moves beyond the outermost bins lies in them.
func apart(before, since []float64, n0, n1, by, share float64) float64 {
	want := make([]float64, len(before))
	put := func(i int, x float64) { want[min(max(i, 0), len(want)-1)] += x / n0 }
	low := int(math.Floor(by))
	part := by - float64(low)
	for i, v := range before {
		put(i, (1-share)*v)
		put(i+low, share*(1-part)*v) // a move by a broken number of bins falls into two of them
		put(i+low+1, share*part*v)
	}
	d := 0.0
	for i, v := range since {
		d += math.Abs(v/n1-want[i]) / 2
	}
	return d
}
