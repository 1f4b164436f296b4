package checks

import (
	"math"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Values are compared over these many days on either side of the day a name appeared, the commonest values only.
const (
	valueDays   = 14
	valueLimit  = 50
	minValues   = 200  // rows that the older name must have; below it a difference is chance
	youngValues = 50   // rows that the new name must have
	chanceJS    = 0.05 // what chance alone may add to the divergence: many values need more rows
	sameJS      = 0.35 // Jensen-Shannon divergence in bits at which values count as neither alike nor different
)

// valueQuestions asks for the commonest values of one shared column, before the new name in the old one's table and
// since then in the new one's. Numbers are compared by their profiles and columns of free values not at all.
func valueQuestions(in Input, k candidate, column string) []landed.Question {
	if !enumLike(in, k.old.Table, column) || k.old.Table == k.new.Table {
		return nil
	}
	before, since := valueSpans(in, k)
	return []landed.Question{
		landed.TopValues{Source: in.Landed.Source.Name, Table: k.old.Table, Column: column, Span: before, Limit: valueLimit},
		landed.TopValues{Source: in.Landed.Source.Name, Table: k.new.Table, Column: column, Span: since, Limit: valueLimit},
	}
}

func valueSpans(in Input, k candidate) (before, since landed.Span) {
	began := in.history().First + landed.Day(k.new.first)
	before = landed.Span{First: began - valueDays, Last: began - 1}
	since = landed.Span{First: began, Last: min(began+valueDays-1, in.history().Last)}
	return before, since
}

// enumLike says whether a text or boolean column holds few values: an identifier's values say nothing.
func enumLike(in Input, table, column string) bool {
	for _, t := range in.Landed.Tables {
		if t.Name != table {
			continue
		}
		for _, c := range t.Columns {
			if c.Name == column && c.Type == landed.Boolean {
				return true
			}
			if c.Name == column && c.Type != landed.Text {
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
	return false
}

// sameValues says how alike the values of the shared properties are: 1 the same, -1 other ones, 0 not known; and of
// how many properties that is said. Two names of one table share their values by nature only if the rows say so, so
// that they are not compared here.
func sameValues(in Input, k candidate) (values float64, compared int) {
	if k.old.Table == k.new.Table {
		return 0, 0
	}
	before, since := valueSpans(in, k)
	var sum float64
	for _, column := range k.shared {
		js, ok := answeredDivergence(in, k, column, before, since)
		if !ok {
			js, ok = numberDivergence(in, k, column, before, since)
		}
		if ok {
			sum += js
			compared++
		}
	}
	if compared == 0 {
		return 0, 0
	}
	return min(1, max(-1, 1-sum/float64(compared)/sameJS)), compared
}

// answeredDivergence is the Jensen-Shannon divergence in bits of two lists of values, less what chance adds:
// (K-1)(1/n1+1/n2)/(8 ln 2) for K values.
func answeredDivergence(in Input, k candidate, column string, before, since landed.Span) (float64, bool) {
	ask := func(table string, span landed.Span) (map[string]float64, float64) {
		q := landed.TopValues{Source: in.Landed.Source.Name, Table: table, Column: column, Span: span, Limit: valueLimit}
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
	a, na := ask(k.old.Table, before)
	b, nb := ask(k.new.Table, since)
	if na < minValues || nb < youngValues {
		return 0, false
	}
	keys := map[string]bool{}
	for v := range a {
		keys[v] = true
	}
	for v := range b {
		keys[v] = true
	}
	var js float64
	for v := range keys {
		p, q := a[v]/na, b[v]/nb
		m := (p + q) / 2
		if p > 0 {
			js += p / 2 * math.Log2(p/m)
		}
		if q > 0 {
			js += q / 2 * math.Log2(q/m)
		}
	}
	chance := (float64(len(keys)) - 1) * (1/na + 1/nb) / (8 * math.Ln2)
	return max(0, js-chance), chance <= chanceJS
}

// numberDivergence compares numbers by the mean of their logarithm: the same size is 0, and from a factor of two up
// it is as far apart as values can be told to be.
func numberDivergence(in Input, k candidate, column string, before, since landed.Span) (float64, bool) {
	a, na := meanLog(in, k.old.Table, column, before)
	b, nb := meanLog(in, k.new.Table, column, since)
	if na < minValues || nb < youngValues {
		return 0, false
	}
	d := math.Abs(a-b) / math.Ln2
	return min(1, d*d), true
}

func meanLog(in Input, table, column string, span landed.Span) (mean, n float64) {
	var sum float64
	for _, t := range in.Landed.Tables {
		if t.Name != table {
			continue
		}
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
	}
	if n == 0 {
		return 0, 0
	}
	return sum / n, n
}
