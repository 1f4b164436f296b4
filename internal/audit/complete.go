package audit

import (
	"fmt"
	"slices"
	"time"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// A day of which at least whole of its usual rows have landed is complete; from part on it is judged as partial; below
// that it waits for the next night.
const (
	wholeDay = .98
	partDay  = .80
)

// complete finds the last complete day from what has landed by the audit's hour, measured against how past days
// landed, and says whether the next one is late.
func (f *facts) complete(n night) {
	span := f.merged.Span
	if span.Empty() {
		return
	}
	total := f.merged.Total()
	at := func(d landed.Day) int64 {
		if i := int(d - span.First); i >= 0 && i < len(total) {
			return total[i]
		}
		return 0
	}
	day := min(n.asOf-1, span.Last)
	newest := landed.NoDay
	for d := day; d >= span.First; d-- {
		if at(d) > 0 {
			newest = d
			break
		}
	}
	f.newest = newest
	if newest == landed.NoDay {
		f.last = day // nothing has landed on any day: there is nothing to wait for
		return
	}
	if newest < day {
		f.silent(n, day, newest)
		return
	}
	f.last = day
	if share, ok := usualShare(f.merged.Arrivals, day, waited(n, day)); ok {
		switch {
		case share >= wholeDay:
		case share >= partDay:
			f.partial = share
		default:
			f.last = day - 1
		}
	}
}

// silent decides about days without a row: late while the wait is within twice the longest lag of past days, at most a
// day; after that the source is silent.
func (f *facts) silent(n night, day, newest landed.Day) {
	missing := newest + 1
	patience := 24 * time.Hour
	if lag, ok := longestLag(f.merged.Arrivals, newest); ok {
		patience = min(2*max(lag, time.Hour), patience)
	}
	if n.bound.Sub((missing + 1).In(n.zone)) <= patience {
		f.last, f.late, f.missing = newest, true, missing
		return
	}
	f.last = day
}

// longSilent is for how many days nothing may land before there is nothing left to hold a day against: what is usual is
// that of the last four weeks.
const longSilent = 28

// silence makes it a gap that nothing has landed anywhere for weeks: no check can tell anything then, and an audit that
// looks at the wrong time, or at a copy that nobody fills, would find nothing and take all that was found for mended. One
// source of several that has ended is none: somebody may have retired it.
func (r *run) silence() {
	for _, f := range r.facts {
		if !f.judgeable() || f.newest == landed.NoDay || r.nightOf(r.job, f.source).asOf-f.newest <= longSilent {
			return
		}
	}
	for _, f := range r.facts {
		gap := landed.Gap{
			Kind: landed.Counts, Span: landed.Span{First: f.newest + 1, Last: f.last},
			Why:      fmt.Sprintf("nothing has landed since %s, and nothing in any other source: there is nothing to judge", f.newest),
			HowToFix: fmt.Sprintf("see why nothing is loaded; if the warehouse is a copy, look back to that time: plumbline audit --as-of %s", f.newest+1),
		}
		f.fresh.Gaps = append(f.fresh.Gaps, gap)
		f.last = landed.NoDay // no day was judged: a look back from here is no look behind what is known
	}
}

// waited is how long after a day's end the audit looks, in whole hours, 0..48.
func waited(n night, day landed.Day) int {
	h := int(n.bound.Sub((day + 1).In(n.zone)) / time.Hour)
	return max(0, min(h, len(landed.Arrival{}.Hours)-1))
}

// usualShare is the median share of a day's rows that had landed so many hours after its end, on the four weeks up to
// a week before. False where fewer than seven such days are known.
func usualShare(arrivals []landed.Arrival, day landed.Day, hours int) (float64, bool) {
	var shares []float64
	for _, a := range arrivals {
		if a.Day < day-35 || a.Day > day-8 || a.Rows == 0 {
			continue
		}
		shares = append(shares, float64(a.Hours[hours])/float64(a.Rows))
	}
	if len(shares) < 7 {
		return 0, false
	}
	slices.Sort(shares)
	return shares[len(shares)/2], true
}

// longestLag is the longest time after a day's end by which nearly all of its rows had landed, in the history.
func longestLag(arrivals []landed.Arrival, before landed.Day) (time.Duration, bool) {
	longest, any := 0, false
	for _, a := range arrivals {
		if a.Day >= before || a.Rows == 0 {
			continue
		}
		for h, n := range a.Hours {
			if float64(n) >= wholeDay*float64(a.Rows) {
				longest = max(longest, h+1)
				any = true
				break
			}
		}
	}
	return time.Duration(longest) * time.Hour, any
}
