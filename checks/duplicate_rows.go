package checks

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// repeatDays is how many days a first audit counts repeated rows on, and usualDays how many of the newest counted days
// say what is usual.
const (
	repeatDays = 14
	usualDays  = 28
)

// leastRepeatDays is how many counted days it takes to tell a jump from a habit.
const leastRepeatDays = 3

// duplicateRows finds messages that landed more than once.
type duplicateRows struct {
	MinShare float64 `yaml:"min_share"` // share of rows that repeat another one's id
	MinRows  float64 `yaml:"min_rows"`  // such rows on one day, beyond what is usual
}

func newDuplicateRows(s Settings) (Check, error) {
	c := duplicateRows{MinShare: .01, MinRows: 20}
	if err := s.Decode(&c); err != nil {
		return nil, err
	}
	switch {
	case c.MinShare <= 0 || c.MinShare >= 1:
		return nil, fmt.Errorf("min_share is %v, but must be above 0 and below 1", c.MinShare)
	case c.MinRows < 1:
		return nil, fmt.Errorf("min_rows is %v, but must be at least 1", c.MinRows)
	}
	return c, nil
}

// Needs implements Check.
func (c duplicateRows) Needs() landed.Needs {
	return landed.Needs{landed.Counts: repeatDays, landed.Duplicates: repeatDays}
}

// repeats is how many rows of an event repeat the message id of another one, per day.
type repeats struct {
	event        landed.Event
	extra, rows  []float64
	usual        float64 // the share on the quieter days
	first, last  int     // the newest stretch of days with too many; last < 0: there is none
	share, total float64 // of the rows of that stretch, and how many repeat
}

// Run implements Check.
func (c duplicateRows) Run(in Input) Verdict {
	span := in.Landed.Held[landed.Duplicates]
	if span == (landed.Span{}) || span.Empty() {
		return Verdict{} // not counted: the warehouse repeats by design, or a gap says why
	}
	span = span.Meet(in.history()).Meet(landed.Span{First: in.Last - usualDays + 1, Last: in.Last})
	if span.Len() < leastRepeatDays {
		return Verdict{Unjudged: []finding.Unjudged{{
			Check: finding.DuplicateRows, Subject: finding.Subject{Source: in.Landed.Source.Name},
			Why: fmt.Sprintf("repeated rows are counted on %s; it takes %d to tell what is usual", words.Days(max(0, span.Len())), leastRepeatDays),
		}}}
	}
	var all []repeats
	source := repeats{extra: make([]float64, span.Len()), rows: make([]float64, span.Len())}
	for _, e := range in.Landed.Events {
		r := repeats{event: e, extra: make([]float64, span.Len()), rows: make([]float64, span.Len())}
		for _, d := range e.Dups {
			if !span.Has(d.Day) {
				continue
			}
			i := int(d.Day - span.First)
			r.rows[i] += float64(d.Rows)
			r.extra[i] += float64(d.Rows - d.IDs)
			source.rows[i] += float64(d.Rows)
			source.extra[i] += float64(d.Rows - d.IDs)
		}
		c.judge(&r)
		all = append(all, r)
	}
	c.judge(&source)
	return Verdict{Findings: c.tell(in, span, source, all)}
}

// judge finds the newest stretch of days on which far more rows repeat than usual. What is usual is the share that three
// of four days exceed: a fault that lasts for most of the days does not become usual by itself.
func (c duplicateRows) judge(r *repeats) {
	r.last = -1
	var shares []float64
	for i, n := range r.rows {
		if n >= c.MinRows {
			shares = append(shares, r.extra[i]/n)
		}
	}
	if len(shares) == 0 {
		return
	}
	slices.Sort(shares)
	r.usual = shares[len(shares)/4]
	tooMany := func(i int) bool {
		return r.extra[i] >= max(c.MinShare, 3*r.usual)*r.rows[i] && r.extra[i]-r.usual*r.rows[i] >= c.MinRows
	}
	for i, n := range slices.Backward(r.rows) {
		if tooMany(i) {
			r.first, r.last = i, max(i, r.last)
		} else if r.last >= 0 && n >= c.MinRows {
			break // a day as usual: the stretch began after it
		}
	}
	if r.last < len(r.rows)-activeDays {
		r.last = -1 // long over
	}
	if r.last >= 0 {
		r.total = total(r.extra[r.first : r.last+1])
		r.share = r.total / total(r.rows[r.first:r.last+1])
	}
}

// tell makes one finding of a source whose events repeat together, and otherwise one for each event.
func (c duplicateRows) tell(in Input, span landed.Span, source repeats, all []repeats) []finding.Finding {
	var out []finding.Finding
	var hit []repeats
	var held float64
	if source.last >= 0 {
		for _, r := range all {
			if r.last >= source.first && r.first <= source.last {
				hit = append(hit, r)
				held += total(r.rows[source.first : source.last+1])
			}
		}
	}
	together := len(hit) >= 3 && held >= .5*total(source.rows[source.first:source.last+1])
	if together {
		out = append(out, c.describe(in, span, source, hit))
	}
	for _, r := range all {
		told := together && r.first >= source.first-1 && r.last <= source.last+1
		switch {
		case r.last >= 0 && !told:
			out = append(out, c.describe(in, span, r, nil))
		case r.last < 0 && source.usual < c.MinShare && r.usual >= c.MinShare && r.usual*total(r.rows) >= c.MinRows:
			out = append(out, c.habit(in, span, r, nil))
		}
	}
	if source.last < 0 && source.usual >= c.MinShare && total(source.extra) >= c.MinRows {
		out = append(out, c.habit(in, span, source, all))
	}
	return out
}

// describe tells a stretch of days with repeated rows; hit are the events of a source that repeat together.
func (c duplicateRows) describe(in Input, span landed.Span, r repeats, hit []repeats) finding.Finding {
	f := r.finding(in, hit)
	f.Since, f.LastSeen, f.Ongoing = span.First+landed.Day(r.first), span.First+landed.Day(r.last), r.last == len(r.rows)-1
	f.Older = r.first == 0
	f.Rows = int64(r.total)
	f.Rate = finding.Rate{Before: r.usual, After: r.share}
	switch {
	case hit != nil:
		f.Title = fmt.Sprintf("Events of %s landed more than once: %s of rows are copies", bare(in.Landed.Source.Name), words.Percent(r.share))
	default:
		f.Title = fmt.Sprintf("%s landed more than once: %s of its rows are copies", upper(called(r.event.Call, r.event.Name)), words.Percent(r.share))
	}
	when := words.Day(f.Since.Time())
	switch {
	case r.first != r.last && f.Ongoing:
		when = "since " + when
	case r.first != r.last:
		when += " to " + words.Day(f.LastSeen.Time())
	default:
		when = "on " + when
	}
	f.Evidence = []finding.Evidence{{
		Label: "repeats", Value: fmt.Sprintf("%s of %s rows %s; usual %s", words.Count(int64(r.total)),
			words.Count(int64(total(r.rows[r.first:r.last+1]))), when, words.Percent(r.usual)),
		Chart: &finding.Chart{First: span.First, Daily: whole(r.extra), Began: f.Since},
	}}
	if hit != nil {
		slices.SortStableFunc(hit, func(a, b repeats) int { return cmp.Compare(b.total, a.total) })
		names := make([]string, len(hit))
		for i, h := range hit {
			names[i] = called(h.event.Call, h.event.Name)
		}
		f.Evidence = append(f.Evidence, finding.Evidence{Label: "events", Value: words.List(names, 5)})
	}
	f.Evidence = append(f.Evidence, sameID())
	return f
}

// habit tells of a share of repeated rows that has been there on every counted day.
func (c duplicateRows) habit(in Input, span landed.Span, r repeats, hit []repeats) finding.Finding {
	f := r.finding(in, hit)
	share := total(r.extra) / max(1, total(r.rows))
	f.Severity, f.Confidence = finding.Info, .95
	f.Since, f.Older, f.LastSeen, f.Ongoing = span.First, true, in.Last, true
	f.Rows, f.Rate = int64(total(r.extra)), finding.Rate{Before: share, After: share}
	of := "the rows of " + bare(in.Landed.Source.Name)
	if r.event.Table != "" {
		of = "the rows of " + called(r.event.Call, r.event.Name)
	}
	f.Title = fmt.Sprintf("%s of %s have always been copies", words.Percent(share), of)
	f.Evidence = []finding.Evidence{{
		Label: "repeats", Value: fmt.Sprintf("%s of %s rows in %s, each day alike", words.Count(f.Rows), words.Count(int64(total(r.rows))), words.Days(span.Len())),
		Chart: &finding.Chart{First: span.First, Daily: whole(r.extra), Began: f.Since},
	}, sameID()}
	return f
}

func sameID() finding.Evidence {
	return finding.Evidence{Label: "same message id", Value: "retried, replayed or loaded twice, not tracked twice"}
}

// finding is what every finding about repeated rows has.
func (r repeats) finding(in Input, hit []repeats) finding.Finding {
	source := in.Landed.Source.Name
	f := finding.Finding{
		Kind: finding.DuplicateRows, Severity: finding.Warning, Call: r.event.Call, Confidence: .99,
		Subject: finding.Subject{Source: source, Event: r.event.Name}, Sources: []string{source}, Table: qualified(in, r.event.Table),
		Planned: r.event.Table != "" && in.agreed() && in.Plan.Event(r.event.Name, r.event.Call.String()) != nil,
	}
	tables := []string{r.event.Table}
	if r.event.Table == "" {
		tables = tables[:0]
		for _, h := range hit {
			if !slices.Contains(tables, h.event.Table) {
				tables = append(tables, h.event.Table)
			}
		}
		slices.Sort(tables)
	}
	f.Fixes = []finding.Fix{finding.DeduplicateRows{Tables: tables}, finding.TellOwner{}}
	return f
}

// upper begins a sentence with a capital letter; a name in quotes stays as it was sent.
func upper(s string) string {
	if s != "" && s[0] >= 'a' && s[0] <= 'z' {
		return string(s[0]-'a'+'A') + s[1:]
	}
	return s
}
