package connectors

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// otherSource writes of another source of the warehouse for a question about a: rows are laid on a's calendar.
func (w *Warehouse) otherSource(ctx context.Context, a attached, name string, m *meter) (*inquirer, error) {
	b, err := w.source(name)
	if err != nil {
		return nil, err
	}
	if b.layout.Counts != nil {
		return nil, fmt.Errorf("%s is a table of daily counts and holds no rows to look into", name)
	}
	cat, err := w.catalogueOf(ctx, b, false, m)
	if err != nil {
		return nil, err
	}
	b.calendar = a.calendar
	return &inquirer{writer: w.writer(b, w.cut(name)), cat: cat}, nil
}

// rowsOf returns the rows of an event where its properties are, or those of the table of all events where it has no
// table of its own.
func (w *inquirer) rowsOf(event, table string) (eventTable, []string, error) {
	if table == "" {
		return w.named(event, "")
	}
	t, err := w.table(table)
	if err != nil {
		return t, nil, err
	}
	if _, ok := find(t.cols, w.a.layout.EventName); ok && event != "" {
		return t, []string{w.text(t.cols, w.a.layout.EventName) + " = " + w.d.Literal(event)}, nil
	}
	return t, nil, nil
}

// value returns a column as text: what is compared from row to row. "" is none.
func (w *inquirer) value(t eventTable, column string) (string, error) {
	if column == "" {
		return w.words.Null, nil
	}
	c, ok := find(t.cols, column)
	if !ok {
		return "", fmt.Errorf("table %s has no column %s", t.rel.Table, column)
	}
	return w.words.Text(w.d.Quote(c.name), c.native), nil
}

// same lists what two rows of one action have in common: every property but times, which differ by the way they went.
func (w *inquirer) same(t eventTable) []string {
	var out []string
	for _, c := range t.cols {
		l := w.a.layout
		if !l.property(c.name) || strings.EqualFold(c.name, l.User) || strings.EqualFold(c.name, l.Anonymous) ||
			w.d.Type(c.native) == landed.Timestamp || strings.EqualFold(t.rel.Table, l.Tracks) {
			continue
		}
		out = append(out, w.words.Text(w.d.Quote(c.name), c.native))
	}
	slices.Sort(out)
	return out
}

// own returns when a row of t happened by the sender's clock, else when it was received: phones that empty their queues
// send at once what did not happen at once.
func (w *inquirer) own(t eventTable) string {
	for _, name := range w.a.layout.HappenedAt {
		if c, ok := find(t.cols, name); ok {
			if k := w.words.Clock(w.d.Quote(c.name), c.native); k.UTC != "" && k.On == nil {
				return "coalesce(" + k.UTC + ", " + t.clock.UTC + ")"
			}
		}
	}
	return t.clock.UTC
}

// micros is a duration as the warehouse counts it.
func micros(d time.Duration) string { return strconv.FormatInt(d.Microseconds(), 10) }

// tallied counts the rows for which a condition holds, firstOf says when the first of them was received.
func tallied(cond string) string { return "count(CASE WHEN " + cond + " THEN 1 END)" }
func firstOf(cond string) string { return "coalesce(min(CASE WHEN " + cond + " THEN seen END), 0)" }

// repeats numbers the rows of each value and day, and measures how long after an equal row of the same person each came.
func (w *inquirer) repeats(n int, q landed.Repeats) (inquiry, error) {
	t, conds, err := w.rowsOf(q.Event, q.Table)
	if err != nil {
		return inquiry{}, err
	}
	value, err := w.value(t, q.Column)
	if err != nil {
		return inquiry{}, err
	}
	who, err := w.who(t)
	if err != nil {
		who = w.words.Null // values still tell
	}
	id := w.text(t.cols, w.a.layout.ID)
	equal := []string{"who"}
	var same strings.Builder
	for i, expr := range w.same(t) {
		equal = append(equal, "same"+strconv.Itoa(i))
		same.WriteString(", " + expr + " AS same" + strconv.Itoa(i))
	}
	at := w.words.Micros(t.clock.UTC)
	again := "value IS NOT NULL AND nth > 1"
	quick, soon, near := "gap <= "+micros(landed.RepeatQuick), "gap <= "+micros(landed.RepeatSoon), "pause <= "+micros(landed.RepeatQuick)
	if t.clock.On != nil { // a date knows no seconds
		quick, soon, near = "1 = 0", "1 = 0", "1 = 0"
	}
	text := w.selection(n, "k", "n", "filled", "again", "quick", "soon", "first_again", "first_quick", "near") + "\nFROM (\n  SELECT " +
		w.words.Text("day", "DATE") + " || '|' || coalesce(version, '') AS k, count(*) AS n, count(value) AS filled, " +
		tallied(again) + " AS again, " + tallied(quick) + " AS quick, " + tallied(soon) + " AS soon,\n    " +
		firstOf(again) + " AS first_again, " + firstOf(quick) + " AS first_quick, " + tallied(near) + " AS near\n  FROM (\n    SELECT day, version, value, seen,\n" +
		"      row_number() OVER (PARTITION BY day, value ORDER BY seen) AS nth,\n" +
		"      CASE WHEN who IS NOT NULL THEN own - lag(own) OVER (PARTITION BY " + strings.Join(equal, ", ") + " ORDER BY own) END AS gap,\n" +
		"      CASE WHEN who IS NOT NULL THEN own - lag(own) OVER (PARTITION BY who ORDER BY own) END AS pause\n" +
		"    FROM (\n      SELECT " + w.day(t, q.Span) + " AS day, " + w.text(t.cols, w.a.layout.AppVersion) + " AS version, " + id + " AS id, " +
		value + " AS value,\n        " + at + " AS seen, " + w.words.Micros(w.own(t)) + " AS own, " + who + " AS who" + same.String() + ",\n        row_number() OVER (PARTITION BY " + id +
		" ORDER BY " + t.clock.Bare + ") AS copy\n      FROM " + w.name(t.rel) + "\n      " + w.where(t, q.Span, conds...) +
		"\n    ) AS sent\n    WHERE id IS NULL OR copy = 1\n  ) AS told\n  GROUP BY 1\n) AS days"
	return inquiry{question: q, what: "repeats", text: text, rel: t.rel, span: q.Span, answer: byDay(5)}, nil
}

// crossed lays the rows of both sources beside each other.
func (w *inquirer) crossed(n int, q landed.Crossed) (inquiry, error) {
	if w.other == nil {
		return inquiry{}, errors.New("only one source can be asked about at a time")
	}
	o, err := w.other(q.Other)
	if err != nil {
		return inquiry{}, err
	}
	t, mine, err := w.sideOf(1, q.Event, q.Table, q.Column, q.Span)
	if err != nil {
		return inquiry{}, err
	}
	to, theirs, err := o.sideOf(0, q.Event, q.OtherTable, q.Column, q.Span)
	if err != nil {
		return inquiry{}, err
	}
	soon := micros(landed.RepeatSoon)
	value := "side = 1 AND value IS NOT NULL AND least_side = 0"
	person := "side = 1 AND who IS NOT NULL AND (before_side = 0 AND seen - before_seen <= " + soon + " OR after_side = 0 AND after_seen - seen <= " + soon + ")"
	if t.clock.On != nil || to.clock.On != nil {
		person = "1 = 0"
	}
	text := w.selection(n, "k", "n", "others", "filled", "shared", "person", "first_shared", "first_person") + "\nFROM (\n  SELECT " +
		w.words.Text("day", "DATE") + " || '|' AS k, " + tallied("side = 1") + " AS n, " + tallied("side = 0") + " AS others, " +
		tallied("side = 1 AND value IS NOT NULL") + " AS filled,\n    " + tallied(value) + " AS shared, " + tallied(person) + " AS person, " +
		firstOf(value) + " AS first_shared, " + firstOf(person) + " AS first_person\n  FROM (\n    SELECT day, side, value, who, seen,\n" +
		"      min(side) OVER (PARTITION BY day, value) AS least_side,\n" +
		"      lag(side) OVER (PARTITION BY who ORDER BY seen) AS before_side, lag(seen) OVER (PARTITION BY who ORDER BY seen) AS before_seen,\n" +
		"      lead(side) OVER (PARTITION BY who ORDER BY seen) AS after_side, lead(seen) OVER (PARTITION BY who ORDER BY seen) AS after_seen\n" +
		"    FROM (\n" + mine + "\n      UNION ALL\n" + theirs + "\n    ) AS sides\n  ) AS told\n  GROUP BY 1\n) AS days"
	return inquiry{question: q, what: "the same in two sources", text: text, rel: t.rel, also: to.rel, span: q.Span, answer: byDay(5)}, nil
}

// sideOf selects one source's rows of an event.
func (w *inquirer) sideOf(side int, event, table, column string, span landed.Span) (eventTable, string, error) {
	t, conds, err := w.rowsOf(event, table)
	if err != nil {
		return t, "", err
	}
	value, err := w.value(t, column)
	if err != nil {
		return t, "", err
	}
	who, err := w.who(t)
	if err != nil {
		who = w.words.Null
	}
	return t, fmt.Sprintf("      SELECT %s AS day, %d AS side, %s AS value, %s AS who, %s AS seen\n      FROM %s\n      %s",
		w.day(t, span), side, value, who, w.words.Micros(t.clock.UTC), w.name(t.rel), w.where(t, span, conds...)), nil
}

// byDay takes keys of a day and what follows it apart: the day becomes the first number. The two numbers at
// times were counted in microseconds and become seconds.
func byDay(times int) func(landed.Answer) landed.Answer {
	return func(a landed.Answer) landed.Answer {
		out := make(landed.Answer, 0, len(a))
		for _, r := range a {
			day, rest, ok := strings.Cut(r.Key, "|")
			d, err := landed.ParseDay(day[:min(10, len(day))])
			if !ok || err != nil {
				continue
			}
			for i := times; i < min(times+2, len(r.N)); i++ {
				r.N[i] /= float64(time.Second / time.Microsecond)
			}
			out = append(out, landed.Row{Key: rest, N: append([]float64{float64(d)}, r.N...)})
		}
		slices.SortFunc(out, func(x, y landed.Row) int { return cmp.Or(cmp.Compare(x.N[0], y.N[0]), cmp.Compare(x.Key, y.Key)) })
		return out
	}
}
