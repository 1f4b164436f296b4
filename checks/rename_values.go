package checks

import (
	"math"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Values are compared over these many days on either side of the day a name appeared, the commonest values only.
const (
	valueDays   = 28
	valueLimit  = 50
	minValues   = 60   // rows that the older name must have; below it a difference is chance
	youngValues = 30   // rows that the new name must have
	chanceJS    = 0.05 // what chance alone may add to the divergence: many values need more rows
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
		switch x, y := s.rare(a), s.rare(b); {
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
			sum += s.rare(column) * c.js
			weight += s.rare(column)
		}
	}
	if weight > 0 {
		out.alike = min(1, max(-1, 1-sum/weight/sameJS))
	}
	return out
}

// answeredDivergence is the Jensen-Shannon divergence in bits of two lists of values, less what chance adds:
// (K-1)(1/n1+1/n2)/(8 ln 2) for K values.
func answeredDivergence(in Input, k candidate, column string) (comparedColumn, bool) {
	out := comparedColumn{name: column}
	before, since := valueQuestion(in, k, column)
	a, na := answered(in, before)
	b, nb := answered(in, since)
	if na < minValues || nb < youngValues {
		return out, false
	}
	keys := map[string]bool{}
	for v := range a {
		keys[v] = true
	}
	for v := range b {
		keys[v] = true
	}
	for v := range keys {
		p, q := a[v]/na, b[v]/nb
		m := (p + q) / 2
		if p > 0 {
			out.js += p / 2 * math.Log2(p/m)
		}
		if q > 0 {
			out.js += q / 2 * math.Log2(q/m)
		}
		out.same += min(p, q)
	}
	chance := (float64(len(keys)) - 1) * (1/na + 1/nb) / (8 * math.Ln2)
	out.js = max(0, out.js-chance)
	return out, chance <= chanceJS
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
