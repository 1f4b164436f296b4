package checks

import (
	"cmp"
	"math"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/series"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// outage finds sources that fell or stopped as a whole, and tells a day on which all of them fell from one that broke.
type outage struct{ threshold float64 }

func newOutage(s Settings) (Workspace, error) {
	threshold, err := decodeVolume(s)
	if err != nil {
		return nil, err
	}
	return outage{threshold: threshold}, nil
}

// mostLeft is the share of its usual rows that a source that fell as a whole has at most.
const mostLeft = .9

// Needs implements Workspace.
func (c outage) Needs() landed.Needs {
	return landed.Needs{landed.Counts: volumeDays, landed.Arrivals: 35}
}

// sourceFall is how one source stands as a whole.
type sourceFall struct {
	*volumePanel
	night  series.Source
	fall   series.Fall // of all rows together
	fell   bool        // the source is to be told
	lower  bool        // it lies below its usual, told or not
	score  float64
	left   float64 // share of the usual that landed since the fall began
	silent bool
	total  []float64
	band   series.Band
}

// RunAll implements Workspace.
func (c outage) RunAll(all []Input) Verdict {
	var out Verdict
	var falls []*sourceFall
	for _, in := range all {
		p, ok := volumePanelOf(in)
		if !ok {
			continue
		}
		if why := p.muted(); why != "" {
			out.Unjudged = append(out.Unjudged, finding.Unjudged{
				Check: finding.SourceOutage, Subject: finding.Subject{Source: in.Landed.Source.Name}, Why: why,
			})
			continue
		}
		if s, ok := c.judge(p); ok {
			falls = append(falls, s)
		} else {
			out.Unjudged = append(out.Unjudged, finding.Unjudged{
				Check: finding.SourceOutage, Subject: finding.Subject{Source: in.Landed.Source.Name}, Why: "too little history or too few rows",
			})
		}
	}
	if alike(falls) {
		out.Findings = append(out.Findings, everywhere(falls))
		return out
	}
	for _, s := range falls {
		if s.fell {
			out.Findings = append(out.Findings, s.finding(len(falls)))
		}
	}
	return out
}

// judge says how a source stands; false where it cannot be said.
func (c outage) judge(p *volumePanel) (*sourceFall, bool) {
	if slices.Contains(p.unseen, true) && !slices.Contains(p.unseen, false) {
		return nil, false
	}
	last := p.span.Len() - 1
	h := p.learn()
	th := h.Total()
	v, back := th.Judge(last).Series[0], th.Freezer(last)
	if v.Usual < 10 && v.Score == 0 || v.Reason != "" {
		if !c.quietFor(back, v) {
			return nil, false
		}
	}
	s := &sourceFall{volumePanel: p, night: h.Source(last), total: p.panel.Total("").Series[0].Y}
	s.score = s.night.Score
	s.fall, s.fell = back.Falling(0, v, c.threshold)
	s.silent = s.fell && s.fall.Silent
	switch {
	case s.silent:
		s.score = max(s.score, s.fall.Score)
	case s.score >= c.threshold && !s.night.Over:
		if !s.fell {
			since, ok := back.Since(0, 34)
			if !ok {
				since = last // the events say so, and no run of days of their sum does
			}
			s.fall = back.FallSince(0, since, s.score)
		}
		if since := s.latest(h, last); since > s.fall.Since {
			s.fall = back.FallSince(0, since, s.score)
		}
		if s.fall.Actual > mostLeft*s.fall.Expected {
			s.fall = back.FallSince(0, last, s.score) // the run that ends here holds days as usual
		}
		s.fell = s.fall.Expected > 0 && min(s.night.Factor, 1) <= mostLeft && s.fall.Actual <= mostLeft*s.fall.Expected
	case s.fell:
		s.fell = c.together(h, s, last) && !s.over(back)
		s.score = max(s.score, s.fall.Score)
	default:
		if since, ok := back.Since(0, 6); ok {
			s.fall = back.FallSince(0, since, s.score)
		}
	}
	if s.fell && !s.silent && s.replaced(last) {
		s.fell, s.score = false, 0
		s.fall.Expected = 0 // the names fell, the source did not
	}
	s.left = (s.fall.Actual + .5) / (s.fall.Expected + .5)
	if s.fall.Expected == 0 {
		s.left = 1
	}
	if s.night.Known && s.fell && !s.silent && s.fall.Since == last {
		s.left = min(s.left, s.night.Factor)
	}
	s.lower = s.fell || s.night.Known && s.night.Factor <= .85 && s.score >= 1 ||
		!s.night.Known && v.Score >= 1 && s.left <= .85
	s.band = back.Band(0, max(0, last+1-chartDays), s.fall.Since)
	return s, true
}

// replaced says whether names that came since the fall began carry most of what the others lack: a release that renames
// most events stops none.
func (s *sourceFall) replaced(last int) bool {
	var young float64
	for _, x := range s.panel.Series {
		if x.Seen >= s.fall.Since-1 {
			young += x.Y[last]
		}
	}
	return young >= .5*max(1, s.night.Expected-s.night.Actual)
}

// latest is the first day since which the median event has been down by at least half as much as on the last day. It
// looks at one week: after that the usual has followed the fall.
func (s *sourceFall) latest(h *series.History, last int) int {
	if !s.night.Known || s.night.Factor > .85 {
		return s.fall.Since
	}
	for d := last - 1; d >= max(s.fall.Since, last-6); d-- {
		if h.Source(d).Factor > (1+s.night.Factor)/2 {
			return d + 1
		}
	}
	return s.fall.Since
}

// quietFor says whether a source that no level is known of tonight has fallen silent long ago.
func (c outage) quietFor(back *series.Freezer, v series.Verdict) bool {
	_, ok := back.Falling(0, v, c.threshold)
	return ok
}

// together says whether a fall of the total is one of the source and not of one large event: the nights at which it
// began found most events below their usual.
func (c outage) together(h *series.History, s *sourceFall, last int) bool {
	for d := s.fall.Since; d <= min(s.fall.Since+7, last); d++ {
		if h.Source(d).Score >= c.threshold {
			return true
		}
	}
	return false
}

// over says whether the last day has come back by more than half of the fall: what lies before it is over, however low
// the days together are.
func (s *sourceFall) over(back *series.Freezer) bool {
	last := len(s.total) - 1
	usual := back.Band(0, s.fall.Since, s.fall.Since).Expected
	if s.fall.Since == last || len(usual) == 0 || s.fall.Expected <= 0 {
		return false
	}
	left := s.fall.Actual / s.fall.Expected
	return s.total[last]/max(usual[len(usual)-1], 1) > (1+min(left, 1))/2
}

// alike says whether all sources, and at least two, fell on the same day.
func alike(falls []*sourceFall) bool {
	if len(falls) < 2 || !slices.ContainsFunc(falls, func(s *sourceFall) bool { return s.fell }) {
		return false
	}
	first := falls[0].day(falls[0].fall.Since)
	for _, s := range falls {
		if !s.lower || max(s.day(s.fall.Since)-first, first-s.day(s.fall.Since)) > 1 {
			return false
		}
	}
	return true
}

// everywhere is the one finding for a day on which all sources fell: a holiday, or collection as a whole.
func everywhere(falls []*sourceFall) finding.Finding {
	slices.SortStableFunc(falls, func(a, b *sourceFall) int { return cmp.Compare(b.fall.Missing(), a.fall.Missing()) })
	top := falls[0]
	f := finding.Finding{
		Kind: finding.SourceOutage, Severity: finding.Info, Since: top.day(top.fall.Since), LastSeen: top.in.Last, Ongoing: true,
		Share: 1, Fixes: []finding.Fix{finding.TellOwner{}},
	}
	expected, actual, score, silent := 0.0, 0.0, 0.0, false
	var parts []finding.Evidence
	for _, s := range falls {
		f.Since = min(f.Since, s.day(s.fall.Since))
		f.LastSeen = max(f.LastSeen, s.in.Last)
		f.Sources = append(f.Sources, s.in.Landed.Source.Name)
		expected, actual = expected+s.fall.Expected, actual+s.fall.Actual
		score, silent = max(score, s.score), silent || s.silent
		parts = append(parts, s.evidence())
	}
	left := actual / max(expected, 1)
	f.Rows, f.Score, f.Confidence = int64(math.Round(max(0, expected-actual))), &score, sureOf(score)
	day := words.Day(f.Since.Time())
	switch {
	case silent && left < .005:
		f.Title = "All sources stopped on " + day + ": most likely collection or loading as a whole"
	case silent:
		f.Title = "All sources fell on " + day + ", one of them to nothing: most likely collection or loading"
	case left <= .2:
		f.Title = "All sources fell by " + words.Percent(1-left) + " on " + day + ": most likely collection or loading as a whole"
	default:
		f.Title = "All sources fell by " + words.Percent(1-left) + " on " + day + ": a holiday, or collection as a whole"
	}
	if silent || left <= .2 {
		f.Severity = finding.Critical
	}
	f.Evidence = parts
	return f
}

// finding describes a fall of one source; of is how many sources were judged.
func (s *sourceFall) finding(of int) finding.Finding {
	source := s.in.Landed.Source
	f := finding.Finding{
		Kind: finding.SourceOutage, Severity: finding.Critical, Subject: finding.Subject{Source: source.Name},
		Sources: []string{source.Name}, Since: s.day(s.fall.Since), LastSeen: s.in.Last, Ongoing: true,
		Rows: int64(math.Round(s.fall.Missing())), Score: &s.score, Confidence: sureOf(s.score), Share: 1,
		Fixes: []finding.Fix{finding.TellOwner{}},
	}
	day := words.Day(f.Since.Time())
	switch {
	case s.silent:
		f.Title = sourceTitle(s.in) + " has stopped: nothing landed since " + words.Day(s.day(s.fall.Quiet).Time())
	case s.left <= .3:
		f.Title = sourceTitle(s.in) + " has almost stopped: " + words.Percent(s.left) + " of its usual events since " + day
	default:
		f.Title = sourceTitle(s.in) + " fell as a whole: " + words.Percent(s.left) + " of its usual events since " + day
	}
	f.Evidence = append(f.Evidence, s.evidence())
	if s.night.Judged > 0 {
		f.Evidence = append(f.Evidence, finding.Evidence{
			Label: "how many", Value: words.Count(int64(s.night.Below)) + " of " + words.Many(int64(s.night.Judged), "event", "events") +
				" that are sent often enough to tell are below their usual",
		})
	}
	switch {
	case of == 1:
		f.Evidence = append(f.Evidence, finding.Evidence{
			Label: "other sources", Value: "none were judged, so a holiday cannot be told from an outage", Against: true,
		})
	case of > 1:
		f.Evidence = append(f.Evidence, finding.Evidence{Label: "other sources", Value: "did not all fall with it, so no holiday"})
	}
	return f
}

// evidence is the source's own line, with its chart.
func (s *sourceFall) evidence() finding.Evidence {
	from := s.band.First
	return finding.Evidence{
		Label: s.in.Landed.Source.Name,
		Value: words.Count(int64(math.Round(s.fall.Actual))) + " since " + words.Day(s.day(s.fall.Since).Time()) +
			", usual " + words.Count(int64(math.Round(s.fall.Expected))),
		Chart: &finding.Chart{
			First: s.day(from), Daily: whole(s.total[from:]), Expected: s.band.Expected, Low: s.band.Low, High: s.band.High,
			Began: s.day(s.fall.Since),
		},
	}
}
