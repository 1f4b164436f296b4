package checks

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/series"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// namedShare is the share of the least values that is enough for a factor that is a unit's: no mean strays so far by itself.
const namedShare = .2

// singles are the slices of one term that have at least so many rows, the largest of each dimension first, at most
// eight of each, in the order in which they are named.
func (p *profiled) singles(least float64) []landed.Slice {
	rows := make([]map[string]float64, 4)
	for _, s := range p.slices {
		for d, v := range termsOf(s) {
			if v == "" {
				continue
			}
			if rows[d] == nil {
				rows[d] = map[string]float64{}
			}
			rows[d][v] += total(p.sliceRows[s])
		}
	}
	var out []landed.Slice
	for d, by := range rows {
		for _, v := range largest(by, least, 8) {
			terms := make([]string, len(rows))
			terms[d] = v
			out = append(out, sliceFrom(terms))
		}
	}
	return out
}

// logs sums the logarithms and the number of a column's positive values in a slice.
func (p *profiled) logs(column string, part landed.Slice) (sum, n []float64) {
	in := func(s landed.Slice) bool { return within(s, part) }
	sum, _ = p.countSlices(column, func(d *columnDays) (k, n []float64) { return d.sumLog, d.positive }, in)
	n, _ = p.countSlices(column, func(d *columnDays) (k, n []float64) { return d.positive, d.positive }, in)
	return sum, n
}

// find looks inside each version, library and platform first: a release that sends cents moves the table's mean by a
// factor that is nobody's unit. Only then is the table judged as a whole.
func (c unit) find(p *profiled, column string) (shift, bool) {
	d := p.whole[column]
	var best shift
	var found bool
	for _, part := range p.singles(namedShare * c.MinRows) {
		sum, n := p.logs(column, part)
		first := firstDay(n)
		since := append([]float64(nil), n...)
		for i := range first {
			sum[i], n[i] = d.sumLog[i], d.positive[i]
		}
		u, ok := series.Unit(sum, n)
		rows := total(since[min(u.Start, len(since)):])
		further := found && math.Abs(math.Log(u.Factor)) <= math.Abs(math.Log(best.Factor))+.05
		if !ok || rows < c.least(u) || !founded(u, n) || u.Start < first || further {
			continue
		}
		outside := elsewhere(p, column, part, u.Start)
		if outside == 0 || math.Abs(math.Log(outside/u.After)) < .25 || changedAlike(p, column, part, u) {
			continue // there is nothing else, or all is alike
		}
		best, found = shift{UnitShift: u, column: column, slice: &part, n: since, rows: rows, outside: outside}, true
	}
	if found {
		return best, true
	}
	u, ok := series.Unit(d.sumLog, d.positive)
	if !ok || total(d.positive[u.Start:]) < c.MinRows || !founded(u, d.positive) || u.Named == "" && liesInPart(p, column, u) {
		return shift{}, false
	}
	return shift{UnitShift: u, column: column, n: d.positive, rows: total(d.positive[u.Start:])}, true
}

// changedAlike says whether all other values of a part's dimension changed as well: then it is no part's change.
func changedAlike(p *profiled, column string, part landed.Slice, u series.UnitShift) bool {
	own, others := termsOf(part), 0
	jump := math.Log(u.After / u.Before)
	for _, other := range p.singles(1) {
		terms := termsOf(other)
		if other == part || !slices.EqualFunc(own, terms, func(a, b string) bool { return (a == "") == (b == "") }) {
			continue
		}
		sum, n := p.logs(column, other)
		values := total(n[u.Start:])
		if values < 15 {
			continue
		}
		others++
		if (total(sum[u.Start:])/values-math.Log(u.Before))/jump < .4 {
			return false
		}
	}
	return others > 0
}

// liesInPart says whether a change of the whole is that of some part, without which the mean is what it was: a young
// release of a dozen rows, whose own factor is not known yet. What would be said of the whole would be wrong.
func liesInPart(p *profiled, column string, u series.UnitShift) bool {
	jump := math.Log(u.Factor)
	for _, part := range p.singles(1) {
		rest := elsewhere(p, column, part, u.Start)
		if rest > 0 && math.Abs(math.Log(rest/u.Before)) < max(.1, .3*math.Abs(jump)) {
			return true
		}
	}
	return false
}

func (c unit) least(u series.UnitShift) float64 {
	if u.Named != "" {
		return namedShare * c.MinRows
	}
	return c.MinRows
}

// founded says whether there were enough values before a change to know their usual size: a factor that is a unit's
// stands out of few, any other could be what a young event's mean, or that of a single day, does by itself.
func founded(u series.UnitShift, n []float64) bool {
	days, values := 0, 0.0
	for _, v := range n[:u.Start] {
		if v >= 10 {
			days++
		}
		values += v
	}
	if u.Named != "" {
		return values >= 50
	}
	return days >= 14 && values >= 400 && u.N >= 100 && len(n)-u.Start >= 2
}

// elsewhere is the geometric mean of a column outside a slice since a day; 0 where there are too few values.
func elsewhere(p *profiled, column string, part landed.Slice, from int) float64 {
	var sum, n float64
	for _, s := range p.slices {
		if d := p.byCell[s][column]; d != nil && !within(s, part) {
			sum += total(d.sumLog[from:])
			n += total(d.positive[from:])
		}
	}
	if n < 20 {
		return 0
	}
	return math.Exp(sum / n)
}

// sizes asks where the values lay before the change, and where they lie since.
func (s shift) sizes(in Input, p *profiled) (before, since landed.Sizes) {
	q := landed.Sizes{Source: in.Landed.Source.Name, Table: p.table.Name, Column: s.column}
	before, since = q, q
	before.Span = landed.Span{First: p.day(max(0, s.Start-28)), Last: p.day(s.Start - 1)}
	since.Span = landed.Span{First: p.day(s.Start), Last: in.Last}
	since.Slice = sliceOf(s.slice) // a young release has nothing before it: all others stand in
	return before, since
}

// mix looks in the answers for a part of the values that moved by a unit.
func (s *shift) mix(in Input, p *profiled) {
	before, since := s.sizes(in, p)
	a, okA := in.Answers.Values[before]
	b, okB := in.Answers.Values[since]
	if !okA || !okB {
		return
	}
	if m, ok := series.Mixture(histogram(a), histogram(b)); ok && m.Share < .9 {
		s.mixed = &m
	}
}

func histogram(a landed.Answer) []float64 {
	out := make([]float64, 32)
	for _, r := range a {
		if i, err := strconv.Atoi(r.Key); err == nil && i >= 0 && i < len(out) && len(r.N) > 0 {
			out[i] += r.N[0]
		}
	}
	return out
}

// describePart tells of values of which only some moved: no statement can undo that, since nothing says which.
func (c unit) describePart(in Input, p *profiled, s shift, f finding.Finding) finding.Finding {
	share := words.Percent(math.Round(20*s.mixed.Share) / 20)
	f.Title = fmt.Sprintf("%s of %s is %s in about %s of its values",
		bare(f.Subject.Property), called(f.Call, f.Subject.Event), sizeWords(s.mixed.Exact, s.mixed.Named), share)
	f.Rows = int64(math.Round(s.mixed.Share * s.rows))
	f.Evidence = append(f.Evidence, finding.Evidence{
		Label: "size", Value: fmt.Sprintf("typically %s over all, was %s", words.Figure(s.After), words.Figure(s.Before)),
		Chart: &finding.Chart{First: p.first, Daily: whole(s.n), Began: f.Since},
	}, finding.Evidence{
		Label: "factor", Value: s.mixed.Named + ": a second group of values lies exactly so far from the first, which stayed",
	})
	f.Evidence = append(f.Evidence, s.where()...)
	f.Fixes = append(f.Fixes, propertyFixes(in, f, f.Subject.Property)...)
	return f
}

// where says in which slice the size changed, and that it did not elsewhere.
func (s shift) where() []finding.Evidence {
	if s.slice == nil {
		return nil
	}
	v := "only in " + sliceWords(s.slice)
	if s.outside > 0 {
		v += "; elsewhere " + words.Figure(s.outside)
		if s.slice.AppVersion != "" {
			v = "only in " + sliceWords(s.slice) + "; in other versions " + words.Figure(s.outside)
		}
	}
	return []finding.Evidence{{Label: "slice", Value: v}}
}
