package checks

import (
	"strconv"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/series"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// lateData says that a day which should have landed by now has not. It is late, not lost: an outage is said only when
// the wait is longer than ever.
type lateData struct{}

func newLateData(s Settings) (Check, error) {
	var none struct{}
	if err := s.Decode(&none); err != nil {
		return nil, err
	}
	return lateData{}, nil
}

// Needs implements Check.
func (lateData) Needs() landed.Needs {
	return landed.Needs{landed.Counts: volumeDays, landed.Arrivals: 35}
}

// Run implements Check.
func (lateData) Run(in Input) Verdict {
	if !in.Late || in.Since == landed.NoDay {
		return Verdict{}
	}
	source := in.Landed.Source
	f := finding.Finding{
		Kind: finding.LateData, Severity: finding.Warning, Subject: finding.Subject{Source: source.Name},
		Sources: []string{source.Name}, Since: in.Since, LastSeen: in.Since, Ongoing: true, Confidence: .9,
		Title: sourceTitle(in) + " is late: nothing of " + words.Day(in.Since.Time()) + " has landed yet",
		Fixes: []finding.Fix{finding.TellOwner{}},
	}
	if !in.Landed.Loaded.IsZero() {
		f.Evidence = append(f.Evidence, finding.Evidence{
			Label: "last load", Value: words.FullMoment(in.Landed.Loaded, nil),
		})
	}
	if hours, ok := longestLag(in); ok {
		f.Evidence = append(f.Evidence, finding.Evidence{
			Label: "longest wait", Value: strconv.Itoa(hours) + " hours after the end of a day, in the last " + words.Days(len(in.Landed.Arrivals)),
		})
	}
	if p, ok := volumePanelOf(in); ok {
		usual := usualNext(p)
		f.Rows = int64(usual)
		f.Evidence = append(f.Evidence, finding.Evidence{
			Label: "usual", Value: words.Count(int64(usual)) + " rows on a " + in.Since.Weekday().String(),
		})
	}
	return Verdict{Findings: []finding.Finding{f}}
}

// usualNext is what the day after the judged one usually brings: the total of the same weekday a week before, or the
// mean where that is out of the ordinary.
func usualNext(p *volumePanel) float64 {
	sum := p.panel.Total("").Series[0]
	h := series.Learn(p.panel.Total(""), p.options)
	n := len(sum.Y)
	v := h.Judge(n - 1).Series[0]
	if n >= 7 && v.Usual > 0 {
		return sum.Y[n-7]
	}
	return total(sum.Y) / float64(max(n, 1))
}

// longestLag is how many hours after its end the first rows of the slowest day landed.
func longestLag(in Input) (int, bool) {
	longest, ok := 0, false
	for _, a := range in.Landed.Arrivals {
		if a.Day > in.Last || a.Day < in.Last-35 || a.Rows == 0 {
			continue
		}
		for hour, n := range a.Hours {
			if n > 0 {
				longest, ok = max(longest, hour), true
				break
			}
		}
	}
	return longest, ok
}

// sourceTitle names the source in a sentence.
func sourceTitle(in Input) string {
	if t := in.Landed.Source.Title; t != "" {
		return bare(t)
	}
	return bare(in.Landed.Source.Name)
}
