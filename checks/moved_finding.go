package checks

import (
	"fmt"
	"math"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// finding describes an event that moved. Its source is the one that it left, since there it is missed.
func (m move) finding() finding.Finding {
	old := m.from[0]
	last := min(old.in.Last, m.to.in.Last)
	f := finding.Finding{
		Kind: finding.MovedEvent, Severity: finding.Warning, Subject: finding.Subject{Source: old.source(), Event: old.o.Name},
		Call: old.o.Call, Table: qualified(old.in, old.o.Table), Since: m.began, LastSeen: last, Ongoing: true,
		Rows: m.rows(), Confidence: m.sure(last),
	}
	var sources []string
	for _, s := range m.from {
		f.Sources = append(f.Sources, s.source())
		sources = append(sources, bare(s.source()))
		f.Planned = f.Planned || s.o.planned != nil
	}
	f.Sources = append(f.Sources, m.to.source())
	f.Planned = f.Planned || m.to.o.planned != nil
	// Nobody promised it there, the plan has followed already, or a person has said that it was meant.
	if old.in.agreed() && (!f.Planned || m.followed()) || acceptedMove(old, last) {
		f.Severity = finding.Info
	}
	if p := old.o.planned; p != nil {
		f.Owner = p.Owner
	}
	f.Title = upper(called(old.o.Call, old.o.Name)) + " moved from " + words.And(sources) + " to " + bare(m.to.source())
	f.Evidence = m.evidence()
	f.Fixes = m.fixes(f.Owner)
	return f
}

// rows is how many landed in the new source since it began there; where it was sent before, what came on top.
func (m move) rows() int64 {
	if m.to.day(m.to.o.first) < m.began {
		return int64(math.Round(m.Gained))
	}
	return int64(m.to.o.since(int(m.began - m.to.day(0))))
}

// sure is how sure the move is: counts that agree over days are hardly chance.
func (m move) sure(last landed.Day) float64 {
	days, kept := float64(last-m.left+1), m.Kept()
	if math.Abs(m.Lost-m.Gained) <= m.chance() {
		kept = 1
	}
	return math.Round(100*clampShare(.99-.5*(1-kept)-.15/days, .5, .99)) / 100
}

// evidence says what both sides do, how well they agree, and what the plan says.
func (m move) evidence() []finding.Evidence {
	var out []finding.Evidence
	for _, s := range m.from {
		at := int(m.left - s.day(0))
		now := words.Rate(meanBefore(s.o.y, len(s.o.y), min(7, len(s.o.y)-at))) + " a day"
		if s.o.since(at) == 0 {
			now = "none since " + words.Day(m.left.Time())
		}
		out = append(out, finding.Evidence{
			Label: s.source(), Value: words.Rate(meanBefore(s.o.y, int(m.began-s.day(0)), 28)) + " a day → " + now,
			Chart: &finding.Chart{First: s.day(0), Daily: whole(s.o.y), Began: m.left},
		})
	}
	to := int(m.began - m.to.day(0))
	out = append(out, finding.Evidence{
		Label: m.to.source(), Value: words.Rate(meanBefore(m.to.o.y, to, 28)) + " → " + words.Rate(meanLast(m.to.o.y, min(7, len(m.to.o.y)-to))) + " a day",
		Chart: &finding.Chart{First: m.to.day(0), Daily: whole(m.to.o.y), Began: m.began},
	}, finding.Evidence{
		Label: "counts", Value: fmt.Sprintf("since %s %s more in %s, %s fewer in the other", words.Day(m.left.Time()),
			words.Count(int64(math.Round(m.Gained))), bare(m.to.source()), words.Count(int64(math.Round(m.Lost)))),
	})
	if days, twice := m.both(); days > 1 {
		text := fmt.Sprintf("%s, %s to %s", words.Days(days), words.Day(m.began.Time()), words.Day((m.left - 1).Time()))
		if twice {
			text += ": whoever reads both counts these days twice"
		}
		out = append(out, finding.Evidence{Label: "both sent", Value: text})
	}
	if text, against := m.properties(); text != "" {
		out = append(out, finding.Evidence{Label: "properties", Value: text, Against: against})
	}
	if text := m.planned(); text != "" {
		out = append(out, finding.Evidence{Label: "plan", Value: text})
	}
	return out
}

// both is on how many days before the fall both sides sent, and whether they sent the same events then: together half as
// many again as was usual.
func (m move) both() (days int, twice bool) {
	sum := 0.0
	for d := m.began; d < m.left; d++ {
		old, now := m.from[0].o.y[d-m.from[0].day(0)], m.to.o.y[d-m.to.day(0)]
		if old > 0 && now > 0 {
			days++
			sum += old + now
		}
	}
	return days, sum >= 1.5*m.Usual*float64(days)
}

// properties says how many of the old source's properties the new one has; a property that is missing speaks against one
// event in two places.
func (m move) properties() (text string, against bool) {
	before, now := ownColumns(m.from[0]), ownColumns(m.to)
	if len(before) == 0 || len(now) == 0 {
		return "", false
	}
	var lost []string
	for _, c := range before {
		if !slices.Contains(now, c) {
			lost = append(lost, bare(c))
		}
	}
	text = fmt.Sprintf("%d of the %d that %s sent", len(before)-len(lost), len(before), bare(m.from[0].source()))
	if len(lost) > 0 {
		text += "; not " + words.List(lost, 5)
	}
	return text, 2*len(lost) > len(before)
}

// ownColumns are the columns of an event's table that are its own.
func ownColumns(s sided) []string {
	var out []string
	if t := s.in.Landed.Table(s.o.Table); t != nil {
		for _, c := range t.Columns {
			if !commonColumn(c.Name) && !plan.Reserved(c.Name) && (c.Gone == landed.NoDay || c.Gone == 0) {
				out = append(out, c.Name)
			}
		}
	}
	return out
}

// planned says where the plan has the event, of the sources concerned.
func (m move) planned() string {
	if !m.from[0].in.agreed() || !m.to.in.agreed() {
		return ""
	}
	var yes, no []string
	for _, s := range append(slices.Clone(m.from), m.to) {
		if s.o.planned != nil {
			yes = append(yes, bare(s.source()))
		} else {
			no = append(no, bare(s.source()))
		}
	}
	switch {
	case len(yes) == 0:
		return "in none of them"
	case len(no) == 0:
		return "for " + words.And(yes)
	}
	return "for " + words.And(yes) + ", not for " + words.And(no)
}

// followed says whether the plan has the event in its new source and in none of the old ones.
func (m move) followed() bool {
	return m.to.o.planned != nil && !slices.ContainsFunc(m.from, func(s sided) bool { return s.o.planned != nil })
}

// fixes are what can be done: ask, and write down that it moved.
func (m move) fixes(owner string) []finding.Fix {
	old := m.from[0]
	out := []finding.Fix{finding.TellOwner{Owner: owner}}
	if old.o.Call == landed.Track {
		out = append(out, finding.SearchCode{Literals: []string{old.o.Name}, Source: old.source()})
	}
	if p := old.o.planned; p != nil && len(p.Sources) > 0 {
		var from []string
		for _, s := range m.from {
			from = append(from, s.source())
		}
		out = append(out, finding.MoveInPlan{Event: old.o.Name, From: from, To: m.to.source()})
	}
	return append(out, finding.Configure{
		Section: "accept",
		Entry:   fmt.Sprintf("{events: [%s], sources: [%s], from: %s, why: …}", yamlString(old.o.Name), yamlString(old.source()), m.left),
		Why:     "if it was meant to move",
	})
}
