package connectors

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// topValues is how many of a column's commonest values a shape keeps.
const topValues = 20

// numeric marks a column of numbers in a statement's column index.
const numeric = 100000

// sketch is a table whose shapes are asked for: Big are its days of more than sampleRows rows.
type sketch struct {
	table   eventTable
	columns []column
	span    landed.Span
	big     []landed.Day
}

// segments cuts the span so that each big day stands alone.
func (s sketch) segments() (whole []landed.Span, big []landed.Day) {
	from := s.span.First
	for _, d := range s.big {
		if !s.span.Has(d) {
			continue
		}
		if from < d {
			whole = append(whole, landed.Span{First: from, Last: d - 1})
		}
		big = append(big, d)
		from = d + 1
	}
	if from <= s.span.Last {
		whole = append(whole, landed.Span{First: from, Last: s.span.Last})
	}
	return whole, big
}

// shapes writes the sampled tier of several tables per table, day and column: format classes, and with values also
// decades and keyed hashes of the commonest values. Values are grouped first, so that each is looked at once, and never
// leave the warehouse.
func (w *writer) shapes(batch []sketch, key string, values bool) Statement {
	legs := make([]string, len(batch))
	span := landed.NoSpan
	names := make([]string, len(batch))
	for i, s := range batch {
		legs[i] = w.shapeLeg(i, s)
		span = span.Union(s.span)
		names[i] = s.table.rel.Table
	}
	// Grouped once for all tables: many small groupings cost more than the classes of their values.
	text := "WITH grouped AS (\n  SELECT t, day, c, v, count(*) AS n\n  FROM (\n" + strings.Join(legs, "\n    UNION ALL\n") +
		"\n  ) AS u\n  GROUP BY 1, 2, 3, 4\n)"
	st := Statement{Name: "looks of " + strings.Join(names, ", "), Tables: slices.Clone(w.used), Span: span, Prunes: w.a.layout.ReceivedAt}
	if values {
		st.Name = "shapes of " + strings.Join(names, ", ")
		text += w.shapeValues()
		st.Args = []any{key} // the key is a secret: statements are shown to people
	} else {
		text += fmt.Sprintf("\nSELECT\n  t, day, c,\n  %s AS class,\n  NULL AS decade,\n  %s AS hash,\n  sum(n) AS n\nFROM grouped\nGROUP BY 1, 2, 3, 4",
			w.words.Class("v"), w.words.Null)
	}
	if mended := w.clause(); mended != "" { // one WITH for both
		text = strings.TrimSuffix(mended, "\n") + ",\n" + strings.TrimPrefix(text, "WITH ")
	}
	st.Text = text
	w.used = nil
	return st
}

// shapeValues ranks the grouped values, and selects what is told of each.
func (w *writer) shapeValues() string {
	isText := "c < " + strconv.Itoa(numeric)
	return fmt.Sprintf(`, ranked AS (
  SELECT
    t, day, c, v, n,
    row_number() OVER (PARTITION BY t, day, c ORDER BY n DESC, v) AS place
  FROM grouped
)
SELECT
  t, day, c,
  CASE WHEN %[1]s THEN %[2]s END AS class,
  CASE WHEN NOT %[1]s THEN %[3]s END AS decade,
  CASE WHEN place <= %[4]d THEN %[5]s END AS hash,
  sum(n) AS n
FROM ranked
GROUP BY 1, 2, 3, 4, 5, 6`,
		isText, w.words.Class("v"), w.words.Decade(w.words.Number("v", "")), topValues, w.words.Hash("v", w.d.Bind(1)))
}

func (w *writer) shapeLeg(i int, s sketch) string {
	ids, exprs := make([]int, len(s.columns)), make([]string, len(s.columns))
	for j, c := range s.columns {
		ids[j] = j
		if t := w.d.Type(c.native); t == landed.Integer || t == landed.Number {
			ids[j] += numeric
		}
		exprs[j] = "v" + strconv.Itoa(j)
	}
	wholes, bigs := s.segments()
	var parts []string
	for _, span := range wholes {
		parts = append(parts, w.shapeRows(s, span))
	}
	for _, d := range bigs {
		parts = append(parts, w.words.Sample("(\n"+w.shapeRows(s, landed.Span{First: d, Last: d})+"\n    ) AS b", sampleRows))
	}
	from := "(\n" + strings.Join(parts, "\n    UNION ALL\n") + "\n    ) AS s"
	return fmt.Sprintf("    SELECT %d AS t, day, c, v\n    FROM (\n    %s\n    ) AS x\n    WHERE v IS NOT NULL",
		i, w.words.Unpivot("day", ids, exprs, from))
}

func (w *writer) shapeRows(s sketch, span landed.Span) string {
	var cols strings.Builder
	for j, c := range s.columns {
		fmt.Fprintf(&cols, ", %s AS v%d", w.words.Text(w.d.Quote(c.name), c.native), j)
	}
	return fmt.Sprintf("      SELECT %s AS day%s\n      FROM %s\n      %s", w.day(s.table, span), cols.String(), w.name(s.table.rel),
		strings.ReplaceAll(w.where(s.table, span), "\n", "\n      "))
}
