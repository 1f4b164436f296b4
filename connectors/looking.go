package connectors

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// The questions that look closer at what drifts.

// pages counts rows by the page they were sent from: those of an event, or all of a table and those of some sort.
func (w *inquirer) pages(n int, q landed.Pages) (inquiry, error) {
	t, conds, err := w.sorted(q.What, q.Event, q.Table, q.Column, q.Constraint)
	if err != nil {
		return inquiry{}, err
	}
	page, ok := find(t.cols, w.a.layout.Page)
	if !ok {
		return inquiry{}, fmt.Errorf("table %s has no column for the page", t.rel.Table)
	}
	counted, numbers, order := "count(*) AS n", []string{"n"}, "2 DESC, 1"
	if q.What != landed.Named {
		counted += ", " + w.words.CountIf(strings.Join(conds, " AND ")) + " AS such"
		numbers, order, conds = []string{"n", "such"}, "3 DESC, 2 DESC, 1", nil
	}
	text := w.selection(n, "k", numbers...) + "\nFROM (\n  SELECT " + w.words.Text(w.d.Quote(page.name), page.native) +
		" AS k, " + counted + "\n  FROM " + w.name(t.rel) + "\n  " +
		w.where(t, q.Span, append(conds, w.d.Quote(page.name)+" IS NOT NULL")...) +
		"\n  GROUP BY 1\n  ORDER BY " + order + "\n  LIMIT " + strconv.Itoa(limit(q.Limit)) + "\n) AS top"
	return inquiry{question: q, what: "pages", text: text, rel: t.rel, span: q.Span, answer: byRows}, nil
}

// sizes counts the values of a column of numbers by the fifth of a decade they lie in.
func (w *inquirer) sizes(n int, q landed.Sizes) (inquiry, error) {
	t, err := w.table(q.Table)
	if err != nil {
		return inquiry{}, err
	}
	c, ok := find(t.cols, q.Column)
	if !ok {
		return inquiry{}, fmt.Errorf("table %s has no column %s", t.rel.Table, q.Column)
	}
	slice, err := w.sliced(t, q.Slice)
	if err != nil {
		return inquiry{}, err
	}
	x := w.words.Number(w.d.Quote(c.name), c.native)
	text := w.selection(n, w.words.Null, "b", "n") + "\nFROM (\n  SELECT " + w.words.Decade(x) + " AS b, count(*) AS n\n  FROM " +
		w.name(t.rel) + "\n  " + w.where(t, q.Span, append([]string{x + " > 0"}, slice...)...) + "\n  GROUP BY 1\n) AS bins"
	return inquiry{question: q, what: "sizes", text: text, rel: t.rel, span: q.Span, answer: bins}, nil
}

// bins turns the first number of a row into its key.
func bins(a landed.Answer) landed.Answer {
	for i, r := range a {
		a[i] = landed.Row{Key: strconv.Itoa(int(r.N[0])), N: r.N[1:]}
	}
	return keysOnly(a)
}

// mostGroups bounds an answer: a loader that refuses more than so many combinations a span refuses everything.
const mostGroups = 5000

// grouped counts the rows of a table a day by what some columns hold.
func (w *inquirer) grouped(n int, q landed.Grouped) (inquiry, error) {
	t, err := w.table(q.Table)
	if err != nil {
		return inquiry{}, err
	}
	inner, outer := []string{w.day(t, q.Span) + " AS g0"}, []string{"g0"}
	for i, name := range q.By {
		if name == "" {
			continue
		}
		c, ok := find(t.cols, name)
		if !ok {
			return inquiry{}, fmt.Errorf("table %s has no column %s", t.rel.Table, name)
		}
		g := "g" + strconv.Itoa(i+1)
		inner, outer = append(inner, w.words.Text(w.d.Quote(c.name), c.native)+" AS "+g), append(outer, g)
	}
	text := w.selection(n, w.words.Pack(outer), "n") + "\nFROM (\n  SELECT " + strings.Join(inner, ", ") + ", count(*) AS n\n  FROM " +
		w.name(t.rel) + "\n  " + w.where(t, q.Span) + "\n  GROUP BY " + ordinals(1, len(inner)) +
		"\n  ORDER BY n DESC, " + ordinals(1, len(inner)) + "\n  LIMIT " + strconv.Itoa(mostGroups) + "\n) AS groups"
	return inquiry{question: q, what: "groups", text: text, rel: t.rel, span: q.Span, answer: keysOnly}, nil
}
