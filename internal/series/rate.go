package series

import "math"

// What makes a change of a share news: these give 5 to 10 false alarms in 10,000 quiet windows (make eval-drift).
const (
	rateZ        = 4.1 // least change in units of its uncertainty, overdispersion included
	rateZLong    = 5.6 // of one that began more than two days ago: of four weeks' worth of starts one is always odd
	rateEffect   = .2  // least difference of the arcsine-transformed shares
	rateOld      = .27 // and of one that began more than a week ago: what wanders is that far off some time
	rateSame     = .15 // least difference from the same days of the weeks before
	rateAgree    = 2   // by so much more than chance the first days may disagree
	rateChange   = .02 // least difference of the shares
	rateHigh     = .5  // and of a change that is told from one day
	rateRows     = 100 // least rows since the change
	rateFew      = 30  // of a change that is twice as certain, with at least rateMoved rows that carry it
	rateMoved    = 10
	rateFades    = .75 // share of its largest day below which the last one says that a change fades
	rateFewDays  = 4   // days of a change that have to agree
	rateYoung    = 14  // usual days below which a change must be twice as certain
	rateBaseline = 21  // days before the change that say what is usual
	rateScan     = 28  // oldest start, in days before the end
)

// RateChange is a share of rows that changed and stayed changed.
type RateChange struct {
	Start  int     // index of the first changed day
	Before float64 // the share before
	After  float64 // the share since
	Z      float64 // signed: positive for a rise
	Effect float64 // signed difference of the arcsine-transformed shares
	K, N   float64 // rows with the trait, and all rows, since Start
}

// Rate looks for the day on which the share k/n changed for good: it scans the start, judges each window against the
// days before it, and of those that are certain and whose last two days are still changed it keeps the one that fits best. Both slices hold a day each.
func Rate(k, n []float64) (RateChange, bool) {
	days := min(len(k), len(n))
	best, found, most := RateChange{}, false, 0.0
	for c := max(1, days-rateScan); c < days; c++ {
		k0, n0, scatter, used := rateBefore(k, n, max(0, c-rateBaseline), c, days-c)
		if used < 2 {
			continue
		}
		k1, n1 := total(k[c:days]), total(n[c:days])
		if n1 < rateFew {
			break // later starts have fewer rows still
		}
		r := RateChange{Start: c, Before: (k0 + .5) / (n0 + 1), After: k1 / n1, K: k1, N: n1}
		r.Effect = arc(r.After) - arc(r.Before)
		scatter = max(scatter, uneven(k[c:days], n[c:days], r))
		pooled := (k0 + k1 + .5) / (n0 + n1 + 1)
		r.Z = (r.After - r.Before) / math.Sqrt(pooled*(1-pooled)*(1/n0+1/n1)*scatter)
		if (k[c]-n[c]*r.Before)*r.Effect <= 0 {
			continue // the first day must show it
		}
		if days-c > 7 && math.Abs(r.Effect) < rateOld {
			continue
		}
		if r.passes(rateLeast(days-c, used)) && r.enough(n0) && r.surely(n, days) && r.sameDays(k, n, days) && lastDays(k, n, c, days, r) {
			if x := twoLevels(k, n, max(0, days-rateScan-rateBaseline), c, days); !found || x > most {
				best, found, most = r, true, x
			}
		}
	}
	return best, found
}

// RateFromStart judges a share that has no earlier days to compare with, against the share that is allowed: a rule as
// old as the history. Start is the first day with the trait.
func RateFromStart(k, n []float64, allowed float64) (RateChange, bool) {
	days := min(len(k), len(n))
	first := 0
	for first < days && k[first] == 0 {
		first++
	}
	if first == days {
		return RateChange{}, false
	}
	r := RateChange{Start: first, Before: allowed, K: total(k[first:days]), N: total(n[first:days])}
	if r.N < rateRows {
		return RateChange{}, false
	}
	r.After = r.K / r.N
	r.Effect = arc(r.After) - arc(r.Before)
	p := (r.K + .5) / (r.N + 1)
	r.Z = (r.After - r.Before) / math.Sqrt(p*(1-p)/r.N)
	return r, r.After > r.Before && r.passes(rateLeast(days-first, rateBaseline)) && lastDays(k, n, first, days, r)
}

// rateLeast is the least certainty of a change that has held for a window of days, after so many that say what is
// usual: a few days hardly say how far a share strays.
func rateLeast(window, usual int) float64 {
	switch {
	case usual < rateYoung:
		return 2 * rateZ
	case window > 2:
		return rateZLong
	}
	return rateZ
}

func (r RateChange) passes(least float64) bool {
	return math.Abs(r.Z) > least && math.Abs(r.Effect) >= rateEffect && math.Abs(r.After-r.Before) >= rateChange
}

// enough says whether there are enough rows since the change, after n0 before it. Where hardly any of many rows had the
// trait, a few dozen say that it changed.
func (r RateChange) enough(n0 float64) bool {
	if r.N >= rateRows {
		return true
	}
	moved := math.Round(math.Abs(r.After-r.Before) * r.N)
	return n0 >= 5*r.N && math.Abs(r.Z) >= 2*rateZ && moved >= rateMoved
}

// twoLevels is how well a share of two levels, one before a day and another one since, fits all of the days: it dates a
// change better than how certain it is, which also depends on how restless the days before happen to be.
func twoLevels(k, n []float64, from, c, to int) float64 {
	level := func(from, to int) float64 {
		bad, all := total(k[from:to]), total(n[from:to])
		p := (bad + .5) / (all + 1)
		return bad*math.Log(p) + (all-bad)*math.Log(1-p)
	}
	return level(from, c) + level(c, to)
}

// sameDays says whether the change shows against the same days of the weeks before as well: at weekends other people come.
func (r RateChange) sameDays(k, n []float64, days int) bool {
	window := days - r.Start
	if window >= 7 {
		return true
	}
	var k0, n0 float64
	for d := max(0, r.Start-rateBaseline); d < r.Start; d++ {
		if ahead := (days - 1 - d) % 7; ahead < window {
			k0 += k[d]
			n0 += n[d]
		}
	}
	if n0 < rateRows {
		return true
	}
	moved := arc(r.After) - arc((k0+.5)/(n0+1))
	return math.Abs(moved) >= rateSame && (moved > 0) == (r.Effect > 0)
}

// surely says whether a change holds for a second day, or is so large that nobody waits for one: the mix of people of
// a single day moves a share often enough.
func (r RateChange) surely(n []float64, days int) bool {
	seen := 0
	for _, v := range n[r.Start:days] {
		if v > 0 {
			seen++
		}
	}
	return seen > 1 || math.Abs(r.Z) >= 2*rateZ && math.Abs(r.Effect) >= rateHigh
}

func arc(p float64) float64 { return 2 * math.Asin(math.Sqrt(clamp(p, 0, 1))) }

// rateBefore sums the baseline and measures how much more the mean of a window of days scatters than chance makes it: by
// how far single days stray, and by how much one day's share is the next one's.
func rateBefore(k, n []float64, from, to, window int) (k0, n0, scatter float64, used int) {
	k0, n0 = total(k[from:to]), total(n[from:to])
	if n0 < 1 {
		return 0, 0, 1, 0
	}
	p, chi, tied, last := (k0+.5)/(n0+1), 0.0, 0.0, 0.0
	for d := from; d < to; d++ {
		if n[d] > 0 {
			z := (k[d] - n[d]*p) / math.Sqrt(n[d]*p*(1-p))
			chi += sq(z)
			tied += z * last
			last = z
			used++
		}
	}
	scatter = max(1, chi/float64(max(used-1, 1)))
	return k0, n0, 1 + (scatter-1)*carried(tied/max(chi, 1e-9), window), used
}

// uneven is by how much the few days of a young change disagree among themselves when it fades: one odd night is no
// change that holds. One that grows does so with the release that brought it.
func uneven(k, n []float64, r RateChange) float64 {
	if len(n) > rateFewDays || r.After <= 0 || r.After >= 1 {
		return 1
	}
	chi, used, peak, last := 0.0, 0, 0.0, 0.0
	for d := range n {
		if n[d] <= 0 {
			continue
		}
		chi += sq(k[d]-n[d]*r.After) / (n[d] * r.After * (1 - r.After))
		used++
		last = (k[d]/n[d] - r.Before) / (r.After - r.Before)
		peak = max(peak, last)
	}
	if last >= rateFades*peak {
		return 1
	}
	return chi / float64(max(used-1, 1)) / rateAgree
}

// carried is by how much more the mean of a window strays than independent days would let it, when a share of each
// day's deviation is the day before's.
func carried(tie float64, window int) float64 {
	tie = clamp(tie, 0, .8)
	out, power := 1.0, 1.0
	for lag := 1; lag < min(window, 14); lag++ {
		power *= tie
		out += 2 * (1 - float64(lag)/float64(window)) * power
	}
	return out
}

// lastDays says whether the last two days with rows are still on the changed side, at least half the way.
func lastDays(k, n []float64, c, days int, r RateChange) bool {
	seen := 0
	for d := days - 1; d >= c && seen < 2; d-- {
		if n[d] <= 0 {
			continue
		}
		seen++
		noise := math.Sqrt(max(r.After*(1-r.After), 0) / n[d])
		moved, whole := k[d]/n[d]-r.Before, r.After-r.Before
		if whole < 0 {
			moved, whole = -moved, -whole
		}
		if moved < whole/2-2*noise || moved <= 0 {
			return false
		}
	}
	return seen > 0
}

func total(x []float64) float64 {
	s := 0.0
	for _, v := range x {
		s += v
	}
	return s
}
