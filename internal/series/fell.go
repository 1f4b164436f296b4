package series

import (
	"math"
	"time"
)

// weeksBefore is how many days before something began say what was usual.
const weeksBefore = 28

// usualBefore returns what a should have been on the days began..last: its share of rest on the same weekday in the four
// weeks before began, times the day's rest, so that outages and holidays do not count. Where rest is small, the
// median of the same weekday.
func usualBefore(a, rest []float64, began int) []float64 {
	if began < 0 || began > len(a) {
		return nil
	}
	out := make([]float64, 0, len(a)-began)
	for d := began; d < len(a); d++ {
		out = append(out, expectDay(a, rest, began, d))
	}
	return out
}

func expectDay(a, rest []float64, began, day int) float64 {
	var share, plain, anyShare, anyPlain []float64
	for d := max(0, began-weeksBefore); d < began; d++ {
		if d == day {
			continue // a day before began does not vouch for itself
		}
		same := (d-day)%7 == 0
		anyPlain = append(anyPlain, a[d])
		if same {
			plain = append(plain, a[d])
		}
		if d < len(rest) && rest[d] >= 50 {
			anyShare = append(anyShare, a[d]/rest[d])
			if same {
				share = append(share, a[d]/rest[d])
			}
		}
	}
	if len(plain) < 2 {
		share, plain = anyShare, anyPlain
	}
	switch {
	case day < len(rest) && len(share) >= 2 && 2*len(share) >= len(plain) && restCarries(rest, began):
		return median(share) * rest[day]
	case len(plain) > 0:
		return median(plain)
	}
	return 0
}

// restCarries says whether the other rows were many enough to carry a share.
func restCarries(rest []float64, began int) bool {
	from := max(0, began-weeksBefore)
	return began > from && median(append([]float64(nil), rest[from:min(began, len(rest))]...)) >= 50
}

// Fell says how far a fell from day began on, against the weeks before: z in units of its uncertainty, lost as a
// share of what was usual. It is a fall worth the name from z 3 and lost .2 on. The
// last argument is the weekday of day 0.
func Fell(a, rest []float64, began int, _ time.Weekday) (z, lost float64) {
	e := usualBefore(a, rest, began)
	sum := total(e)
	if began < 7 || len(e) == 0 || sum <= 0 {
		return 0, 0
	}
	var chi, n float64
	for d := max(0, began-weeksBefore); d < began; d++ {
		if m := expectDay(a, rest, began, d); m > 0 {
			chi += sq(a[d]-m) / m
			n++
		}
	}
	scatter := max(1, chi/max(n-1, 1))
	missing := sum - total(a[began:])
	days := float64(len(e))
	return missing / math.Sqrt(scatter*sum*(1+days/max(n, 1))), missing / sum
}

// Conservation says how well the rows that a lost since day began went to b: 1 where they are as many and on the same
// days, 0 where a lost none. The last argument is the weekday of day 0.
func Conservation(a, b, rest []float64, began int, _ time.Weekday) float64 {
	e := usualBefore(a, rest, began)
	var lost, gained, dot, dd, bb float64
	for k, m := range e {
		if began+k >= len(b) {
			break
		}
		d, g := m-a[began+k], b[began+k]
		lost += d
		gained += g
		dot += d * g
		dd += d * d
		bb += g * g
	}
	if lost <= 0 || gained <= 0 || dot <= 0 {
		return 0
	}
	return max(0, 1-math.Abs(lost-gained)/max(lost, gained)) * dot / math.Sqrt(dd*bb)
}
