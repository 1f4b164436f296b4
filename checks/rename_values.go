package checks

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Values are compared over these many days on either side of the day a name appeared, the commonest values only.
const (
	valueDays   = 28
	valueLimit  = 50
	minValues   = 60   // rows that the older name must have; below it a difference is chance
	youngValues = 30   // rows that the new name must have
	chanceJS    = 0.1  // what chance alone may add to the divergence, as a share of what it may be: many values need more rows
	sameJS      = 0.35 // Jensen-Shannon divergence in bits at which values count as neither alike nor different
)

// valueEvidence is how alike the values of the shared properties are.
type valueEvidence struct {
	alike   float64 // 1 the same, -1 other ones, 0 not known
	columns []comparedColumn
}

// comparedColumn is one property in both tables.
type comparedColumn struct {
	name   string
	js     float64 // divergence in bits, less what chance adds
	same   float64 // the share of values in common; of short lists only
	number bool
	factor float64 // how much larger numbers are under the new name
}

// valueQuestions asks for the commonest values of one shared column, before the new name in the old one's table and
// since then in the new one's. Columns of free values are not compared at all.
func valueQuestions(in Input, k candidate, column string) []landed.Question {
	a, b := valueQuestion(in, k, column)
	return []landed.Question{a, b}
}

func valueQuestion(in Input, k candidate, column string) (before, since landed.TopValues) {
	old, new := valueSpans(in, k)
	q := landed.TopValues{Source: in.Landed.Source.Name, Table: k.old.Table, Column: column, Span: old, Limit: valueLimit}
	before, since = q, q
	since.Table, since.Span = k.new.Table, new
	return before, since
}

func valueSpans(in Input, k candidate) (before, since landed.Span) {
	began := in.history().First + landed.Day(k.new.began())
	before = landed.Span{First: began - valueDays, Last: began - 1}
	since = landed.Span{First: began, Last: min(began+valueDays-1, in.history().Last)}
	return before, since
}

// asked are the columns whose values are worth a question, the rarest properties first. Two names of one table share
// their values by nature only if the rows say so, so that they are not compared.
func (k candidate) asked(s *scene) []string {
	if k.old.Table == k.new.Table {
		return nil
	}
	out := slices.DeleteFunc(slices.Clone(k.shared), func(column string) bool { return !enumLike(s.in, k.old.Table, column) })
	slices.SortStableFunc(out, func(a, b string) int {
		switch x, y := s.rare(a, k.new.Table), s.rare(b, k.new.Table); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	return out[:min(askColumns, len(out))]
}

// enumLike says whether a column holds few values: an identifier's values say nothing.
func enumLike(in Input, table, column string) bool {
	t := in.Landed.Table(table)
	if t == nil {
		return false
	}
	for _, c := range t.Columns {
		switch {
		case c.Name != column:
		case c.Type == landed.Boolean:
			return true
		case c.Type != landed.Text && c.Type != landed.Integer:
			return false
		}
	}
	var filled, distinct int64
	for _, p := range t.Profiles {
		for _, c := range p.Columns {
			if c.Column == column {
				filled += c.Filled
				distinct = max(distinct, c.Distinct.Estimate)
			}
		}
	}
	return filled >= minValues && distinct > 0 && distinct <= valueLimit
}

// sameValues says how alike the values of the shared properties are, each weighed by how rare the property is.
func (s *scene) sameValues(k candidate) valueEvidence {
	if k.old.Table == k.new.Table {
		return valueEvidence{}
	}
	var out valueEvidence
	var sum, weight float64
	for _, column := range k.shared {
		c, ok := answeredDivergence(s.in, k, column)
		if !ok {
			c, ok = numberDivergence(s.in, k, column)
		}
		if ok {
			out.columns = append(out.columns, c)
			sum += s.rare(column, k.new.Table) * c.js
			weight += s.rare(column, k.new.Table)
		}
	}
	if weight > 0 {
		out.alike = min(1, max(-1, 1-sum/weight/sameJS))
	}
	return out
}

// answeredDivergence compares two lists of values by the Jensen-Shannon divergence in bits. Of a long list the commonest
// values are compared, as many as the rows can tell apart, and what it may be at most is the unit: the share of rows that
// hold one of them.
func answeredDivergence(in Input, k candidate, column string) (comparedColumn, bool) {
	out := comparedColumn{name: column}
	before, since := valueQuestion(in, k, column)
	a, na := answered(in, before)
	b, nb := answered(in, since)
	if len(a) >= valueLimit || len(b) >= valueLimit { // what is beyond the lists counts too
		na, nb = max(na, filledIn(in, before)), max(nb, filledIn(in, since))
	}
	if na < minValues || nb < youngValues || len(a) == 0 || len(b) == 0 {
		return out, false
	}
	seen := map[string]bool{}
	var keys []string
	for _, m := range []map[string]float64{a, b} {
		for v := range m {
			if !seen[v] {
				seen[v] = true
				keys = append(keys, v)
			}
		}
	}
	slices.SortFunc(keys, func(v, w string) int {
		return cmp.Or(cmp.Compare(a[w]/na+b[w]/nb, a[v]/na+b[v]/nb), strings.Compare(v, w))
	})
	var js, mass, p0, q0 float64
	ok := false
	for i, v := range keys {
		p, q := a[v]/na, b[v]/nb
		js, mass, p0, q0 = js+divergence(p, q), mass+(p+q)/2, p0+p, q0+q
		// What chance adds to the divergence of so many values and the rest: (K-1)(1/n1+1/n2)/(8 ln 2) for K of them.
		chance := float64(i+1) * (1/na + 1/nb) / (8 * math.Ln2)
		if chance > chanceJS*mass {
			continue
		}
		rest := 0.
		if len(keys) > i+1 || mass < .99 {
			rest = divergence(max(0, 1-p0), max(0, 1-q0))
		}
		out.js, out.same, ok = min(1, max(0, js+rest-chance)/mass), 0, true
		for _, w := range keys[:i+1] {
			out.same += min(a[w]/na, b[w]/nb) / mass
		}
	}
	return out, ok
}

// divergence is what one value adds to the Jensen-Shannon divergence in bits.
func divergence(p, q float64) float64 {
	m, js := (p+q)/2, 0.
	if p > 0 {
		js += p / 2 * math.Log2(p/m)
	}
	if q > 0 {
		js += q / 2 * math.Log2(q/m)
	}
	return js
}

// filledIn is how many rows hold a value on the days of a question.
func filledIn(in Input, q landed.TopValues) float64 {
	t := in.Landed.Table(q.Table)
	if t == nil {
		return 0
	}
	var n float64
	for _, p := range t.Profiles {
		for _, c := range p.Columns {
			if q.Span.Has(p.Day) && c.Column == q.Column {
				n += float64(c.Filled)
			}
		}
	}
	return n
}

// answered is what a question about values was answered.
func answered(in Input, q landed.Question) (map[string]float64, float64) {
	out := map[string]float64{}
	var n float64
	for _, r := range in.Answers.Values[q] {
		if len(r.N) > 0 {
			out[r.Key] += r.N[0]
			n += r.N[0]
		}
	}
	return out, n
}

// numberDivergence compares numbers by the mean of their logarithm: the same size is 0, and from a factor of two up
// it is as far apart as values can be told to be.
func numberDivergence(in Input, k candidate, column string) (comparedColumn, bool) {
	before, since := valueSpans(in, k)
	a, na := meanLog(in, k.old.Table, column, before)
	b, nb := meanLog(in, k.new.Table, column, since)
	d := (b - a) / math.Ln2
	return comparedColumn{name: column, js: min(1, d*d), number: true, factor: math.Exp(b - a)}, na >= minValues && nb >= youngValues
}

func meanLog(in Input, table, column string, span landed.Span) (mean, n float64) {
	t := in.Landed.Table(table)
	if t == nil {
		return 0, 0
	}
	var sum float64
	for _, p := range t.Profiles {
		if !span.Has(p.Day) {
			continue
		}
		for _, c := range p.Columns {
			if c.Column == column {
				sum += c.SumLog
				n += float64(c.Positive)
			}
		}
	}
	if n == 0 {
		return 0, 0
	}
	return sum / n, n
}
