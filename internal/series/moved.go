package series

import "math"

// Move is how the rows that one series lost stand against those that another gained: one event, sent from another place.
type Move struct {
	Left         int     // the first day of the fall that the old series shows best
	Z            float64 // how far the old series fell from that day on, in units of its uncertainty
	Share        float64 // of what was usual, lost since that day
	Lost, Gained float64 // rows since that day: missing from the old series, beyond the usual of the new one
	Usual        float64 // rows a day of the old series in the weeks before
}

// Kept says how well what was lost and what was gained agree: 1 where they are as many, 0 where nothing was gained.
func (m Move) Kept() float64 {
	if m.Lost <= 0 || m.Gained <= 0 {
		return 0
	}
	return min(m.Lost, m.Gained) / max(m.Lost, m.Gained)
}

// moveSlack is how many days before the new series begins the old one may have ended: a release in between.
const moveSlack = 3

// Moved holds an old series against one that began or rose on the day began. Each is measured against what was usual
// before that, as a share of rest, the other rows of its source, so that a holiday or an outage is no move.
func Moved(old, oldRest, young, youngRest []float64, began int) (Move, bool) {
	from := max(0, began-moveSlack)
	if from < 7 || len(old) != len(young) || began >= len(old) {
		return Move{}, false
	}
	usual := usualBefore(old, oldRest, from)
	base := make([]float64, len(usual))
	if total(young[max(0, from-weeksBefore):from]) > 0 {
		base = usualBefore(young, youngRest, from)
	}
	best, scatter := Move{}, scatterBefore(old, oldRest, from)
	for c := range usual {
		lost := total(usual[c:]) - total(old[from+c:])
		if lost <= 0 {
			continue
		}
		z := lost / math.Sqrt(scatter*total(usual[c:])*(1+float64(len(usual)-c)/weeksBefore))
		if z > best.Z {
			best = Move{
				Left: from + c, Z: z, Share: lost / total(usual[c:]), Lost: lost, Gained: total(young[from+c:]) - total(base[c:]),
			}
		}
	}
	best.Usual = mean(usual)
	return best, best.Z > 0
}

// scatterBefore is how much more restless than counts the weeks before a day were; 1 at least.
func scatterBefore(a, rest []float64, began int) float64 {
	var chi, n float64
	for d := max(0, began-weeksBefore); d < began; d++ {
		if m := expectDay(a, rest, began, d); m > 0 {
			chi += sq(a[d]-m) / m
			n++
		}
	}
	return max(1, chi/max(n-1, 1))
}

// Rose finds the day from which on a series is highest above what was usual before it, looking at the days from on; false
// where it never rose for sure.
func Rose(a, rest []float64, from int) (day int, ok bool) {
	sure := 3.0
	sums, others := cumulate(a), cumulate(rest)
	for d := max(from, 7); d < len(a); d++ {
		if hardlyRose(sums, others, d) {
			continue
		}
		usual := total(usualBefore(a, rest, d))
		gained := total(a[d:]) - usual
		if gained <= .3*usual || total(a[max(0, d-weeksBefore):d]) == 0 {
			continue
		}
		days := float64(len(a) - d)
		if z := gained / math.Sqrt(scatterBefore(a, rest, d)*max(usual, 1)*(1+days/weeksBefore)); z > sure {
			day, sure, ok = d, z, true
		}
	}
	return day, ok
}

// cumulate is the sums of the first days: of none, of one, of two.
func cumulate(x []float64) []float64 {
	out := make([]float64, len(x)+1)
	for i, v := range x {
		out[i+1] = out[i] + v
	}
	return out
}

// hardlyRose says without much reckoning that a series did not rise on a day: neither its rows a day nor its share of the rest are
// a tenth above those of the weeks before. Of less than a week the weekday may be all there is to it.
func hardlyRose(sums, rest []float64, d int) bool {
	n, from, least := len(sums)-1, max(0, d-weeksBefore), 1.1
	if n-d < 7 {
		least = .6
	}
	before, since := sums[d]-sums[from], sums[n]-sums[d]
	if before <= 0 {
		return true // it had no level to rise from
	}
	rose := since / float64(n-d) / (before / float64(d-from))
	if others, now := rest[d]-rest[from], rest[n]-rest[d]; others > 0 && now > 0 {
		rose = max(rose, since/now/(before/others))
	}
	return rose < least
}
