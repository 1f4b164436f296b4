package connectors

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Ask answers questions in as few statements as it takes; a question that fails alone is in Failed with the reason.
// Rules are known by their ID from the Gather of the same source, and where that looked back to an earlier morning, so do
// the questions: rows that were loaded later are not there. An error means that ctx ended or that the warehouse
// is not reachable.
//
// What the numbers of an Answer mean, beyond what the questions say: TopValues has N[0] rows and N[1] the time the value
// was first received in the span, in seconds since 1970. Switched has, with windows of its Days (28 where it does not say),
// N[0] people who did Before in the window before Day, N[1] those of them who did Before and N[2] who did After in the
// window from Day on, N[3] people who did After in that one, N[4] people who did Before in the window before the one
// before Day and N[5] those of them who did it again in the one before Day, N[6] people who did anything in the window
// from Day on and N[7] those of them of N[0].
// A field of a slice that is empty does not narrow. Repeats has a row a day and app version, which is Key: N[0] the day
// (as landed.Day), N[1] rows, N[2] those that hold a value of Column, N[3] those whose value stood before, N[4] and N[5]
// those that came quickly and soon after an equal one, N[6] and N[7] when the first of N[3] and of N[4] was received, in
// seconds since 1970, 0 without one, and N[8] those that came quickly after another one of their person, equal or not. Crossed has a row a day: N[0] the day, N[1] rows of Source, N[2] of Other, N[3] rows
// of Source that hold a value, N[4] those whose value Other has that day, N[5] those whose person did it in Other soon
// before or after, N[6] and N[7] when the first of N[4] and of N[5] was received.
func (w *Warehouse) Ask(ctx context.Context, qs []landed.Question) (landed.Answers, error) {
	out := landed.Answers{Values: map[landed.Question]landed.Answer{}, Failed: map[landed.Question]landed.Gap{}}
	m := &meter{}
	var tasks []task
	for _, source := range sourcesOf(qs) {
		own, err := w.questionTasks(ctx, source, qs, &out, m)
		if err != nil {
			return out, fmt.Errorf("ask about %s: %w", source, err)
		}
		tasks = append(tasks, own...)
	}
	if err := w.do(ctx, m, tasks); err != nil {
		if ctx.Err() != nil {
			err = fmt.Errorf("cancelled: %w", err)
		}
		return out, fmt.Errorf("ask %d questions: %w", len(qs), err)
	}
	out.Cost = m.cost()
	return out, nil
}

func sourceOf(q landed.Question) string {
	switch q := q.(type) {
	case landed.Users:
		return q.Source
	case landed.Moment:
		return q.Source
	case landed.Hourly:
		return q.Source
	case landed.Pages:
		return q.Source
	case landed.Sizes:
		return q.Source
	case landed.Grouped:
		return q.Source
	case landed.TopValues:
		return q.Source
	case landed.SampleIDs:
		return q.Source
	case landed.Switched:
		return q.Source
	case landed.Repeats:
		return q.Source
	case landed.Crossed:
		return q.Source
	case landed.Happened:
		return q.Source
	case landed.Sent:
		return q.Source
	}
	return ""
}

func sourcesOf(qs []landed.Question) []string {
	seen := map[string]bool{}
	for _, q := range qs {
		seen[sourceOf(q)] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

// questionTasks writes the questions about one source, several to a statement.
func (w *Warehouse) questionTasks(ctx context.Context, source string, qs []landed.Question, out *landed.Answers, m *meter) ([]task, error) {
	fail := func(q landed.Question, why, how string) {
		out.Failed[q] = landed.Gap{Why: why, HowToFix: how}
	}
	a, err := w.source(source)
	if err != nil {
		return nil, err
	}
	var own []landed.Question
	for _, q := range qs {
		switch {
		case sourceOf(q) != source || slices.Contains(own, q):
		case a.layout.Counts != nil:
			out.Failed[q] = landed.Gap{
				Why:      "a table of daily counts holds no rows to look into",
				HowToFix: "ask the pipeline's own tables: attach their schema with layout: segment", Always: true,
			}
		default:
			own = append(own, q)
		}
	}
	if len(own) == 0 {
		return nil, nil
	}
	cat, err := w.catalogueOf(ctx, a, false, m)
	if err != nil {
		return nil, err
	}
	wr := &inquirer{
		writer: w.writer(a, w.cut(source)), cat: cat, key: w.key,
		constraint: func(id string) (landed.Constraint, bool) { return w.constraint(source, id) },
		other:      func(name string) (*inquirer, error) { return w.otherSource(ctx, a, name, m) },
	}
	var ready []inquiry
	for i, q := range own {
		one, err := wr.inquire(i, q)
		wr.used = nil
		if err != nil {
			fail(q, err.Error(), "see what the catalogue of schema "+a.Schema+" holds and what this user may read")
			continue
		}
		one.question = q
		ready = append(ready, one)
	}
	var tasks []task
	for batch := range slices.Chunk(ready, max(1, w.words.Batch)) {
		tasks = append(tasks, w.questionTask(wr, batch, own, out, m))
	}
	return tasks, nil
}

func (w *Warehouse) questionTask(wr *inquirer, batch []inquiry, own []landed.Question, out *landed.Answers, m *meter) task {
	t := task{
		Statement: wr.ask(batch), about: batch[0].rel,
		read: func(rows Rows) (func(), error) { return readAnswers(rows, batch, own, out, m) },
		lost: func(tr Trouble) {
			out.Failed[batch[0].question] = landed.Gap{
				Table: batch[0].rel.Table, Span: batch[0].span, Why: tr.Why, HowToFix: tr.HowToFix,
			}
		},
	}
	if len(batch) > 1 {
		t.split = func(error) []task {
			var single []task
			for i := range batch {
				single = append(single, w.questionTask(wr, batch[i:i+1], own, out, m))
			}
			return single
		}
	}
	return t
}

func (w *inquirer) ask(batch []inquiry) Statement {
	var text strings.Builder
	span := landed.NoSpan
	var args []any
	var whats []string
	for i, q := range batch {
		if i > 0 {
			text.WriteString("\nUNION ALL\n")
		}
		text.WriteString(q.text)
		span = span.Union(q.span)
		if q.keyed {
			args = []any{w.key} // the key is a secret: statements are shown to people
		}
		if !slices.Contains(whats, q.what) {
			whats = append(whats, q.what)
		}
	}
	r := newRelations(w.d, w.with) // a writer of its own: questions are split while others run
	for _, q := range batch {
		r.name(q.rel)
		if q.also != (landed.Relation{}) {
			r.name(q.also)
		}
	}
	return Statement{
		Name: "questions about " + strings.Join(whats, ", "), Text: r.clause() + text.String(), Args: args, Tables: r.used, Span: span,
		Prunes: w.a.layout.ReceivedAt,
	}
}

func readAnswers(rows Rows, batch []inquiry, own []landed.Question, out *landed.Answers, m *meter) (func(), error) {
	var (
		q   intCell
		key sql.NullString
		n   [figuresPerRow]sql.NullFloat64
	)
	dest := []any{&q, &key}
	for i := range n {
		dest = append(dest, &n[i])
	}
	read := map[landed.Question]landed.Answer{}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return nil, fmt.Errorf("read answers: %w", err)
		}
		row := landed.Row{Key: key.String}
		for _, x := range n {
			if !x.Valid {
				break
			}
			row.N = append(row.N, x.Float64)
		}
		read[own[q.n]] = append(read[own[q.n]], row)
	}
	m.count(int64(len(read)))
	return func() {
		for _, one := range batch {
			a := read[one.question]
			if one.answer != nil {
				a = one.answer(a)
			}
			out.Values[one.question] = a
		}
	}, rows.Err()
}

func iso(micros float64) string { return instant(int64(micros)).Format(time.RFC3339Nano) }

// bounds turns the earliest and latest microsecond into two rows of time.
func bounds(a landed.Answer) landed.Answer {
	if len(a) == 0 || len(a[0].N) < 2 {
		return nil
	}
	return landed.Answer{{Key: iso(a[0].N[0])}, {Key: iso(a[0].N[1])}}
}

func hours(a landed.Answer) landed.Answer {
	slices.SortFunc(a, func(x, y landed.Row) int { return cmp.Compare(x.N[0], y.N[0]) })
	for i, r := range a {
		a[i] = landed.Row{Key: instant(int64(r.N[0])).Format(time.RFC3339), N: r.N[1:]}
	}
	return a
}

func byRows(a landed.Answer) landed.Answer {
	slices.SortFunc(a, func(x, y landed.Row) int {
		return cmp.Or(cmp.Compare(y.N[0], x.N[0]), cmp.Compare(x.Key, y.Key))
	})
	return a
}

func valuesSeen(a landed.Answer) landed.Answer {
	for i := range a {
		a[i].N[1] /= float64(time.Second / time.Microsecond)
	}
	return byRows(a)
}

func keysOnly(a landed.Answer) landed.Answer {
	slices.SortFunc(a, func(x, y landed.Row) int { return cmp.Compare(x.Key, y.Key) })
	return a
}
