package connectors

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// figure is one place in a packed row: of which column, and what to do with its text.
type figure struct {
	column int // index into the chunk
	expr   string
	into   func(p *landed.ColumnProfile, text string)
}

// chunk is one statement's share of a table's columns.
type chunk struct {
	table   eventTable
	columns []column
	rules   []landed.Constraint
	span    landed.Span
}

// chunks cuts a table's columns so that no statement is too wide. A table without properties is one empty chunk: its
// rows count.
func (w *writer) chunks(t eventTable, cols []column, rules []landed.Constraint, span landed.Span) []chunk {
	if len(cols) == 0 {
		return []chunk{{table: t, span: span}}
	}
	var out []chunk
	for part := range slices.Chunk(cols, max(1, w.words.Width)) {
		out = append(out, chunk{table: t, columns: part, rules: rules, span: span})
	}
	return out
}

// profiles writes the exact tier of a chunk: one row per day and slice, its figures packed in one column.
func (w *writer) profiles(c chunk) (Statement, []figure) {
	figures := w.figures(c)
	exprs := make([]string, len(figures))
	for i, f := range figures {
		exprs[i] = f.expr
	}
	return w.statement("profiles of "+c.table.rel.Table, fmt.Sprintf(
		"SELECT\n  %s AS day,\n  %s,\n  count(*) AS n,\n  %s AS figures\nFROM %s\n%s\nGROUP BY 1, 2, 3, 4, 5",
		w.day(c.table, c.span), w.dims(c.table.cols), w.words.Pack(exprs), w.name(c.table.rel), w.where(c.table, c.span)),
		c.span), figures
}

func (w *writer) figures(c chunk) []figure {
	var out []figure
	for i, col := range c.columns {
		add := func(expr string, into func(*landed.ColumnProfile, string)) {
			out = append(out, figure{column: i, expr: expr, into: into})
		}
		q := w.d.Quote(col.name)
		add("count("+q+")", func(p *landed.ColumnProfile, s string) { p.Filled = whole(s) })
		t := w.d.Type(col.native)
		switch t {
		case landed.Integer, landed.Number:
			w.numberFigures(q, col, t, add)
		case landed.Boolean:
			add(w.words.CountIf(q), func(p *landed.ColumnProfile, s string) { p.True = whole(s) })
		case landed.Text:
			text := w.words.Text(q, col.native)
			add(w.words.CountIf(w.words.Length(text)+" = 512"), func(p *landed.ColumnProfile, s string) { p.At512 = whole(s) })
		case landed.Timestamp, landed.JSON, landed.OtherType:
		}
		if w.wantsDistinct(col.name, t) {
			add(w.words.Distinct(q), func(p *landed.ColumnProfile, s string) { p.Distinct.Estimate = whole(s) })
		}
		for _, rule := range c.rules {
			if rule.Column != col.name {
				continue
			}
			if rule.Rule == landed.Required { // rows less filled: needs no figure of its own
				continue
			}
			if cond := w.violates(rule, col); cond != "" {
				add(w.words.CountIf(cond), violations(rule.ID))
			}
		}
	}
	return out
}

func violations(id string) func(*landed.ColumnProfile, string) {
	return func(p *landed.ColumnProfile, s string) {
		if p.Violations == nil {
			p.Violations = map[string]int64{}
		}
		p.Violations[id] = whole(s)
	}
}

// wantsDistinct leaves out who did it: how many users there are is a question of its own, and the dearest estimate.
func (w *writer) wantsDistinct(name string, t landed.Type) bool {
	if strings.EqualFold(name, w.a.layout.User) || strings.EqualFold(name, w.a.layout.Anonymous) {
		return false
	}
	return t == landed.Text || t == landed.Integer || t == landed.Number
}

func (w *writer) numberFigures(q string, col column, t landed.Type, add func(string, func(*landed.ColumnProfile, string))) {
	x := w.words.Number(q, col.native)
	add(w.words.CountIf(x+" > 0"), func(p *landed.ColumnProfile, s string) { p.Positive = whole(s) })
	add("sum(CASE WHEN "+x+" > 0 THEN "+w.words.Log(x)+" END)", func(p *landed.ColumnProfile, s string) { p.SumLog = number(s) })
	add("sum("+x+")", func(p *landed.ColumnProfile, s string) { p.Sum = number(s) })
	value := q // integers beyond 2^53 must come back as they are
	if t == landed.Number {
		value = x
	}
	add("min("+value+")", func(p *landed.ColumnProfile, s string) { p.Min = s })
	add("max("+value+")", func(p *landed.ColumnProfile, s string) { p.Max = s })
	if t == landed.Number {
		add(w.words.CountIf(w.words.Fraction(x)), func(p *landed.ColumnProfile, s string) { p.Fractional = whole(s) })
	}
}

// violates returns the condition that a filled value of col breaks a rule; "" where the warehouse cannot count it.
func (w *writer) violates(rule landed.Constraint, col column) string {
	q := w.d.Quote(col.name)
	t := w.d.Type(col.native)
	switch rule.Rule {
	case landed.Required:
		return q + " IS NULL"
	case landed.OneOf:
		return w.notAmong(q, t, col.native, rule.Values)
	case landed.Matches:
		if t != landed.Text || rule.Pattern == "" {
			return ""
		}
		return "NOT " + w.words.Search(w.words.Text(q, col.native), w.d.Literal(rule.Pattern))
	case landed.Within:
		x := ""
		switch t {
		case landed.Integer, landed.Number, landed.Text:
			x = w.words.Number(q, col.native)
		case landed.OtherType, landed.Boolean, landed.Timestamp, landed.JSON:
			return ""
		}
		var out []string
		if rule.Min != nil {
			out = append(out, x+" < "+float(*rule.Min))
		}
		if rule.Max != nil {
			out = append(out, x+" > "+float(*rule.Max))
		}
		return strings.Join(out, " OR ")
	case landed.Castable:
		if t != landed.Text {
			return ""
		}
		can := w.words.Castable(w.words.Text(q, col.native), rule.Type)
		if can == "" {
			return ""
		}
		return q + " IS NOT NULL AND NOT (" + can + ")"
	}
	return ""
}

// notAmong compares numbers as numbers, so that 1 and 1.0 are the same value, and everything else as text.
func (w *writer) notAmong(q string, t landed.Type, native string, values []string) string {
	var list []string
	numeric := t == landed.Integer || t == landed.Number
	for _, v := range values {
		if !numeric {
			list = append(list, w.d.Literal(v))
		} else if f, err := strconv.ParseFloat(v, 64); err == nil && f-f == 0 {
			list = append(list, float(f))
		}
	}
	x := w.words.Text(q, native)
	if numeric {
		x = w.words.Number(q, native)
	}
	if len(list) == 0 {
		return q + " IS NOT NULL"
	}
	return x + " NOT IN (" + strings.Join(list, ", ") + ")"
}

// float writes a finite number as every warehouse reads it.
func float(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

func whole(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return int64(number(s))
	}
	return n
}

// number reads a sum; one beyond what a float64 holds is its largest value, since infinity cannot be stored as JSON.
func number(s string) float64 {
	f, err := strconv.ParseFloat(s, 64)
	switch {
	case math.IsNaN(f) || err != nil && f == 0:
		return 0
	case math.IsInf(f, 0):
		return math.Copysign(math.MaxFloat64, f)
	}
	return f
}

// unpack reads a packed row into the profiles of the chunk's columns.
func unpack(packed string, rows int64, c chunk, figures []figure) ([]landed.ColumnProfile, error) {
	var texts []*string
	if err := json.Unmarshal([]byte(packed), &texts); err != nil {
		return nil, fmt.Errorf("read the figures of %s: %w", c.table.rel.Table, err)
	}
	if len(texts) != len(figures) {
		return nil, fmt.Errorf("read the figures of %s: %d came back of %d", c.table.rel.Table, len(texts), len(figures))
	}
	out := make([]landed.ColumnProfile, len(c.columns))
	for i, col := range c.columns {
		out[i].Column = col.name
	}
	for i, f := range figures {
		if texts[i] != nil {
			f.into(&out[f.column], *texts[i])
		}
	}
	for _, rule := range c.rules {
		for i := range out {
			if rule.Rule == landed.Required && rule.Column == out[i].Column {
				violations(rule.ID)(&out[i], strconv.FormatInt(rows-out[i].Filled, 10))
			}
		}
	}
	return out, nil
}

// addProfile adds b's figures to a: both are of the same column and day. An estimate of distinct values cannot be
// added; the larger one is a lower bound.
func addProfile(a, b landed.ColumnProfile) landed.ColumnProfile {
	a.Filled += b.Filled
	a.Positive += b.Positive
	a.SumLog += b.SumLog
	a.Sum += b.Sum
	a.True += b.True
	a.Fractional += b.Fractional
	a.At512 += b.At512
	a.Min = pick(a.Min, b.Min, -1)
	a.Max = pick(a.Max, b.Max, 1)
	a.Distinct.Estimate = max(a.Distinct.Estimate, b.Distinct.Estimate)
	for id, n := range b.Violations {
		if a.Violations == nil {
			a.Violations = map[string]int64{}
		}
		a.Violations[id] += n
	}
	return a
}

// pick returns the smaller (sign -1) or larger (sign 1) of two numbers written as text; "" is none.
func pick(a, b string, sign int) string {
	if a == "" || b == "" {
		return a + b
	}
	x, _, errX := big.ParseFloat(a, 10, 200, big.ToNearestEven)
	y, _, errY := big.ParseFloat(b, 10, 200, big.ToNearestEven)
	if errX != nil || errY != nil || x.Cmp(y) == sign {
		return a
	}
	return b
}
