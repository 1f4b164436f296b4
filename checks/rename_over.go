package checks

import "github.com/plumbline-audit/plumbline/internal/finding"

// backAgain is the share of what is usual from which the old name counts as being sent again; hardlyGone is how many rows
// of the new one have to be expected on its silent days where the old one never fell, and tells nothing.
const (
	backAgain  = .7
	hardlyGone = 12.
)

// ended marks the finding of a pair of which the younger name was taken back. It still explains what it left behind in the
// last days, such as the rows that the older one is missing, and nobody is told of it.
func (s *scene) ended(f finding.Finding, p pair) finding.Finding {
	if s.over(p, f.Kind == finding.Rename) {
		f.Ongoing, f.Ended = false, quote(p.oldName)+" is sent under its name again"
	}
	return f
}

// over says whether a name was taken back: it is silent on days that should have had some of it, and the old one has what
// is usual there. Otherwise a week of silence ends it. Where the old name never fell, that it is there says nothing: then
// the new one must have been sent on the same weekdays before.
func (s *scene) over(p pair, fell bool) bool {
	days := len(p.new.y)
	quiet := p.new.last + 1
	began := p.new.began()
	if quiet >= days || began < minBefore || p.old.first < 0 {
		return false
	}
	var missed float64
	for d := quiet; d < days; d++ {
		n, known := weekdayBefore(p.new.y, began, quiet, d)
		if !known {
			if !fell {
				return false
			}
			n = total(p.new.y[began:quiet]) / float64(quiet-began)
		}
		missed += n
	}
	if missed < hardlyMissed || !fell && missed < hardlyGone {
		return false
	}
	a := s.around(s.homeOf([]observed{p.new}, began, quiet-1), began, days-1)
	lost := a.measure([]observed{p.old}, []observed{p.new}).lost
	var missing, came float64
	for d := quiet; d < days && d-began < len(lost.Missing); d++ {
		missing += lost.Missing[d-began]
	}
	for _, c := range p.old.Cells {
		if a.h.has(placed(c.Slice)) {
			came += rows(c.Daily, quiet, days-1)
		}
	}
	return came >= hardlyMissed && came >= backAgain*(came+missing)
}

// weekdayBefore is the mean of the days from..to-1 that fall on the weekday of day d.
func weekdayBefore(y []float64, from, to, d int) (mean float64, known bool) {
	var sum, n float64
	for i := from; i < to; i++ {
		if (d-i)%7 == 0 {
			sum, n = sum+y[i], n+1
		}
	}
	if n == 0 {
		return 0, false
	}
	return sum / n, true
}
