package checks

import (
	"math"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
	"github.com/plumbline-audit/plumbline/internal/series"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// volumeDays is how much history the judgement of volume looks at.
const volumeDays = 180

// volumePanel is one source as series judges it: its events in the order of the panel.
type volumePanel struct {
	in      Input
	span    landed.Span
	panel   series.Panel
	options series.Options
	events  []landed.Event
	planned []*plan.Event // parallel to events; nil: not planned, or there is no agreed plan
	unseen  []bool        // parallel to events: the judged day was not read
	grown   map[landed.Day]bool
	late    []float64 // parallel to events: rows of the judged day that happened earlier, and are left out
}

// volumePanelOf lays out the counts of one source up to the judged day; false where there is no day to judge.
func volumePanelOf(in Input) (*volumePanel, bool) {
	h := in.history()
	if h.Empty() || h.Last != in.Last {
		return nil, false
	}
	p := &volumePanel{
		in: in, span: landed.Span{First: max(h.First, firstLooked(h.Last)), Last: h.Last}, options: series.Defaults(), grown: grown(in),
	}
	skip := int(p.span.First - h.First)
	p.panel.First = p.span.First.Weekday()
	p.panel.Quiet = p.quiet()
	if in.Partial > 0 && in.Partial < 1 {
		p.options.Complete, p.options.Spread = in.Partial, arrivalSpread(in)
	}
	byName := map[string]*plan.Event{}
	if in.agreed() {
		for i, e := range in.Plan.Events {
			byName[e.Call+"\x00"+e.Name] = &in.Plan.Events[i]
		}
	}
	late, steady := floodsOf(in), in.steady()
	for n, e := range in.Landed.Events {
		if in.Apart.has(e) && !steady[e.Name] {
			continue // a flood that begins or ends moves the total, and nothing has happened to the source
		}
		y := daily(e, h.Len())
		for d := range y {
			y[d] -= late.of(n, d)
		}
		y = y[skip:]
		seen := slices.IndexFunc(y, func(v float64) bool { return v > 0 })
		if seen < 0 {
			continue
		}
		s := series.Series{Name: e.Call.String() + "\x00" + e.Name, Y: y, Seen: seen, Skip: make([]bool, p.span.Len())}
		p.accept(e, &s)
		p.events = append(p.events, e)
		p.late = append(p.late, late.of(n, h.Len()-1))
		p.planned = append(p.planned, byName[e.Call.String()+"\x00"+e.Name])
		p.unseen = append(p.unseen, p.leaveUnseen(e, &s))
		p.panel.Series = append(p.panel.Series, s)
	}
	return p, len(p.events) > 0
}

// firstLooked is the first day that a judgement of last looks at. It moves by four weeks at a time: from night to night
// a panel only grows, and what it taught stands.
func firstLooked(last landed.Day) landed.Day {
	const step = 28
	first := last - volumeDays + 1
	return first + (step-first%step)%step
}

// learn is what the panel teaches.
func (p *volumePanel) learn() *series.History {
	return p.in.Learned.of(p.in.Landed.Source.Name, p.panel, p.options)
}

// index is a day's place in the panel.
func (p *volumePanel) index(d landed.Day) int { return int(d - p.span.First) }

// day is the day at a place of the panel.
func (p *volumePanel) day(i int) landed.Day { return p.span.First + landed.Day(i) }

func (p *volumePanel) mark(days []bool, s landed.Span) {
	for d := max(s.First, p.span.First); d <= min(s.Last, p.span.Last); d++ {
		days[p.index(d)] = true
	}
}

// quiet are the days that the calendar leaves out, that a person confirmed for the whole source, that were not read, or
// that grew long after they ended.
func (p *volumePanel) quiet() []bool {
	days := make([]bool, p.span.Len())
	for _, q := range p.in.Quiet {
		p.mark(days, q.Span)
	}
	for _, g := range p.in.Landed.Gaps {
		if g.Kind == landed.Counts && g.Table == "" {
			p.mark(days, g.Span)
		}
	}
	for d := range p.grown {
		p.mark(days, landed.Span{First: d, Last: d})
	}
	return days
}

// accept applies what people said about an event: days that do not count, or a level that is the new usual.
func (p *volumePanel) accept(e landed.Event, s *series.Series) {
	for _, a := range p.in.Accepted {
		if !p.speaksOf(a.Subject, e) {
			continue
		}
		if a.Normal {
			s.Start = max(s.Start, p.index(a.Span.First))
			continue
		}
		p.mark(s.Skip, a.Span)
	}
}

func (p *volumePanel) speaksOf(s finding.Subject, e landed.Event) bool {
	if s.Property != "" || s.Source != "" && s.Source != p.in.Landed.Source.Name {
		return false
	}
	return s.Event == "" && s.Related == "" || s.Event == e.Name || s.Related != "" && s.Related == e.Name
}

// leaveUnseen skips the days on which the event was not read, and says whether the judged day is one of them.
func (p *volumePanel) leaveUnseen(e landed.Event, s *series.Series) bool {
	for _, u := range e.Unseen {
		p.mark(s.Skip, u)
	}
	last := slices.ContainsFunc(e.Unseen, func(u landed.Span) bool { return u.Has(p.span.Last) })
	for _, g := range p.in.Landed.Gaps {
		if g.Kind == landed.Counts && (g.Table == "" || g.Table == e.Table) {
			p.mark(s.Skip, g.Span)
			last = last || g.Span.Has(p.span.Last)
		}
	}
	return last
}

// muted says why the calendar leaves the judged day out; "" where it does not.
func (p *volumePanel) muted() string {
	for _, q := range p.in.Quiet {
		if q.Span.Has(p.span.Last) {
			return words.Day(p.span.Last.Time()) + " is left out by the calendar: " + q.Why
		}
	}
	return ""
}

// arrivalSpread is how much the share of a day that had landed by the load lag varied, in logs. The lag is the hour
// whose usual share is nearest to the share of the judged day.
func arrivalSpread(in Input) float64 {
	best, off := .02, math.Inf(1)
	for hour := range 49 {
		var logs []float64
		for _, a := range in.Landed.Arrivals {
			if a.Day < in.Last && a.Day >= in.Last-35 && a.Rows > 0 && a.Hours[hour] > 0 {
				logs = append(logs, math.Log(float64(a.Hours[hour])/float64(a.Rows)))
			}
		}
		if len(logs) < 7 {
			continue
		}
		middle, scatter := middleAndSpread(logs)
		if d := math.Abs(middle - math.Log(in.Partial)); d < off {
			best, off = max(scatter, .005), d
		}
	}
	return best
}

// middleAndSpread is the median and the median absolute deviation on the scale of a standard deviation.
func middleAndSpread(x []float64) (middle, scatter float64) {
	at := func(x []float64) float64 {
		slices.Sort(x)
		return (x[(len(x)-1)/2] + x[len(x)/2]) / 2
	}
	middle = at(x)
	off := make([]float64, len(x))
	for i, v := range x {
		off[i] = math.Abs(v - middle)
	}
	return middle, 1.4826 * at(off)
}

// eventWords names an event in a sentence: its name as sent in quotes, or its kind of call.
func eventWords(e landed.Event) string {
	if e.Name == "" {
		return strings.ToUpper(e.Call.String()[:1]) + e.Call.String()[1:] + " calls"
	}
	return quote(e.Name)
}
