package checks

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// backfill finds days that changed after they were over: rows that happened on earlier days than they landed on, and
// days that were counted and are larger or smaller now.
type backfill struct {
	MinRows  float64 `yaml:"min_rows"`  // rows that came late, or by which a day changed
	MinShare float64 `yaml:"min_share"` // of a day, by which it must have changed
}

func newBackfill(s Settings) (Check, error) {
	c := backfill{MinRows: 50, MinShare: .05}
	if err := s.Decode(&c); err != nil {
		return nil, err
	}
	switch {
	case c.MinRows < 1:
		return nil, fmt.Errorf("min_rows is %v, but must be at least 1", c.MinRows)
	case c.MinShare <= 0 || c.MinShare >= 1:
		return nil, fmt.Errorf("min_share is %v, but must be above 0 and below 1", c.MinShare)
	}
	return c, nil
}

// Needs implements Check.
func (c backfill) Needs() landed.Needs {
	return landed.Needs{landed.Counts: volumeDays, landed.Arrivals: 35}
}

// flood is rows of earlier days that landed lately: of one event, or of the source together.
type flood struct {
	event  *landed.Event // nil: of the source
	span   landed.Span   // the days on which they landed
	rows   float64
	daily  []float64
	events []string // of the source: the names, the largest first
}

// Questions implements Inquirer: when the rows happened that landed late.
func (c backfill) Questions(in Input) []landed.Question {
	var out []landed.Question
	for _, f := range c.floods(in) {
		out = append(out, f.question(in))
	}
	return out
}

// mostDays is on how many days the rows of one flood may have happened for each day to be known.
const mostDays = 400

func (f flood) question(in Input) landed.Question {
	q := landed.Happened{Source: in.Landed.Source.Name, Span: f.span, Limit: mostDays}
	if f.event != nil {
		q.Event, q.Table = f.event.Name, f.event.Table
	}
	return q
}

// Run implements Check.
func (c backfill) Run(in Input) Verdict {
	var out Verdict
	changed := c.changed(in)
	for _, f := range c.floods(in) {
		g := f.finding(in)
		if f.event == nil && len(changed) > 0 { // one subject, one finding
			g.Evidence = append(g.Evidence, changedEvidence(changed)...)
			changed = nil
		}
		out.Findings = append(out.Findings, g)
	}
	if len(changed) > 0 {
		out.Findings = append(out.Findings, changedFinding(in, changed))
	}
	return out
}

// floods are those of the last week: of the source where many events share one, else of each event.
func (c backfill) floods(in Input) []flood {
	all := floodsOf(in)
	n := len(all.source)
	from := max(0, n-activeDays)
	var single []flood
	source := flood{span: landed.NoSpan, daily: all.source}
	for d := from; d < n; d++ {
		if all.whole[d] {
			source.span = source.span.Union(landed.Span{First: all.span.First + landed.Day(d), Last: all.span.First + landed.Day(d)})
			source.rows += all.source[d]
		}
	}
	shares := map[string]float64{}
	for i := range in.Landed.Events {
		e := &in.Landed.Events[i]
		if all.extra[i] == nil {
			continue
		}
		f := flood{event: e, span: landed.NoSpan, daily: all.extra[i]}
		for d := from; d < n; d++ {
			day := all.span.First + landed.Day(d)
			if all.whole[d] {
				shares[called(e.Call, e.Name)] += all.extra[i][d]
			} else if all.single[i][d] {
				f.span = f.span.Union(landed.Span{First: day, Last: day})
				f.rows += all.extra[i][d]
			}
		}
		if f.rows >= c.MinRows {
			single = append(single, f)
		}
	}
	if source.rows < c.MinRows {
		return single
	}
	source.events = slices.SortedFunc(maps.Keys(shares), func(a, b string) int {
		return cmp.Or(cmp.Compare(shares[b], shares[a]), strings.Compare(a, b))
	})
	source.events = slices.DeleteFunc(source.events, func(e string) bool { return shares[e] < 1 })
	if len(source.events) == 1 { // the source's flood is one event's
		for i := range in.Landed.Events {
			if e := &in.Landed.Events[i]; called(e.Call, e.Name) == source.events[0] {
				source.event = e
			}
		}
	}
	return append([]flood{source}, single...)
}

// finding describes a flood.
func (f flood) finding(in Input) finding.Finding {
	source := in.Landed.Source.Name
	out := finding.Finding{
		Kind: finding.Backfill, Severity: finding.Info, Subject: finding.Subject{Source: source}, Sources: []string{source},
		Since: f.span.First, LastSeen: f.span.Last, Ongoing: f.span.Last == in.Last, Rows: int64(f.rows + .5), Confidence: .95,
		Fixes: []finding.Fix{finding.TellOwner{}},
	}
	what := "events"
	if f.event != nil {
		out.Subject.Event, out.Call, out.Table = f.event.Name, f.event.Call, qualified(in, f.event.Table)
		what = called(f.event.Call, f.event.Name)
		if f.event.Name == "" {
			what = f.event.Call.String() + " calls"
		}
	}
	out.Title = fmt.Sprintf("%s %s of earlier days landed in %s %s", words.Count(out.Rows), what, bare(source), spanWords(f.span))
	out.Past = f.past(in)
	out.Evidence = []finding.Evidence{{
		Label: "landed late", Value: f.happened(out.Past),
		Chart: &finding.Chart{First: in.history().First, Daily: whole(f.daily), Began: f.span.First},
	}}
	if f.event == nil {
		out.Evidence = append(out.Evidence, finding.Evidence{Label: "events", Value: words.List(f.events, 5)})
	}
	out.Evidence = append(out.Evidence, finding.Evidence{Label: "judged", Value: "they count neither as a rise nor towards what is usual"})
	return out
}

// past is on which days the rows happened, as the warehouse says; nothing where it was not asked.
func (f flood) past(in Input) []finding.Past {
	var out []finding.Past
	for _, r := range in.Answers.Values[f.question(in)] {
		if d, err := landed.ParseDay(r.Key); err == nil && len(r.N) > 0 {
			out = append(out, finding.Past{Day: d, Rows: int64(r.N[0])})
		}
	}
	return out
}

// happened says on which days the rows happened: each of a few, else from when to when most of them did.
func (f flood) happened(past []finding.Past) string {
	if len(past) == 0 {
		return "by their own time they happened before the day on which they landed"
	}
	var sum, seen int64
	for _, p := range past {
		sum += p.Rows
	}
	largest := slices.Clone(past)
	slices.SortStableFunc(largest, func(a, b finding.Past) int { return cmp.Compare(b.Rows, a.Rows) })
	days := landed.NoSpan
	near := f.span.Last.Time()
	kept := map[landed.Day]string{}
	for _, p := range largest {
		if 20*seen >= 19*sum { // stragglers of other days say nothing
			break
		}
		seen += p.Rows
		days = days.Union(landed.Span{First: p.Day, Last: p.Day})
		kept[p.Day] = words.Count(p.Rows) + " on " + words.DayNear(p.Day.Time(), near)
	}
	if len(kept) <= 4 {
		var each []string
		for _, d := range slices.Sorted(maps.Keys(kept)) {
			each = append(each, kept[d])
		}
		return "they happened " + words.And(each)
	}
	return fmt.Sprintf("they happened on %s from %s to %s", words.Days(len(kept)), words.DayNear(days.First.Time(), near), words.DayNear(days.Last.Time(), near))
}

// spanWords says on which day, or from which to which.
func spanWords(s landed.Span) string {
	if s.First == s.Last {
		return "on " + words.Day(s.First.Time())
	}
	return "from " + words.Day(s.First.Time()) + " to " + words.Day(s.Last.Time())
}
