package testkit

import (
	"context"
	"slices"
	"sync"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Warehouse answers from facts that a test wrote down, and records what it was asked. It gives only the days and
// tables that a request wants, as a real one does.
type Warehouse struct {
	Facts   map[string]landed.Snapshot // everything there is, by source
	Gaps    map[string][]landed.Gap    // what cannot be read
	Errors  map[string]error           // sources of which nothing can be known
	Answers map[landed.Question]landed.Answer
	Answer  func(landed.Question) landed.Answer // of questions that Answers does not hold; nil: they stay open

	mu       sync.Mutex
	Requests []landed.Request
	Asked    []landed.Question
}

// Gather returns the wanted days of a source's facts.
func (w *Warehouse) Gather(_ context.Context, req landed.Request) (landed.Snapshot, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.Requests = append(w.Requests, req)
	if err := w.Errors[req.Source.Name]; err != nil {
		return landed.Snapshot{}, err
	}
	all := w.Facts[req.Source.Name]
	out := landed.Snapshot{Source: req.Source, Span: landed.NoSpan, Held: map[landed.Kind]landed.Span{}}
	if span, ok := req.Want[landed.Counts]; ok {
		counts := all
		counts.Cut(span)
		out.Held = repeats(&counts, req)
		if w.counted(req.Source.Name) {
			out.Span, out.Events = span, w.readable(req.Source.Name, sent(align(counts, span)))
		}
	}
	if span, ok := req.Want[landed.Arrivals]; ok {
		out.Held[landed.Arrivals] = span
		for _, a := range all.Arrivals {
			if span.Has(a.Day) {
				out.Arrivals = append(out.Arrivals, a)
			}
		}
	}
	if span, ok := req.Want[landed.Columns]; ok {
		out.Held[landed.Columns] = span
		for _, t := range all.Tables {
			out.Tables = append(out.Tables, landed.Table{Name: t.Name, Columns: t.Columns, Profiled: landed.NoSpan})
		}
	}
	if span, ok := req.Want[landed.Profiles]; ok {
		out.Tables = append(out.Tables, profiles(all, req, span)...)
	}
	if look, sampled := req.Want[landed.Shapes]; sampled {
		out.Held[landed.Shapes] = look
		if _, profiled := req.Want[landed.Profiles]; !profiled {
			out.Tables = append(out.Tables, shapes(all, req)...)
		}
	}
	for _, g := range w.Gaps[req.Source.Name] {
		if _, ok := req.Want[g.Kind]; ok {
			out.Gaps = append(out.Gaps, g)
			out.Tables = slices.DeleteFunc(out.Tables, func(t landed.Table) bool {
				return g.Kind == landed.Profiles && (g.Table == t.Name || g.Table == "")
			})
		}
	}
	out.Cost = landed.Cost{Statements: 1}
	return out, nil
}

// repeats leaves the counted repeats of the wanted days, and says which days that are.
func repeats(s *landed.Snapshot, req landed.Request) map[landed.Kind]landed.Span {
	span, ok := req.Want[landed.Duplicates]
	held := map[landed.Kind]landed.Span{}
	if ok {
		held[landed.Duplicates] = span
	}
	for i, e := range s.Events {
		s.Events[i].Dups = slices.DeleteFunc(slices.Clone(e.Dups), func(d landed.Duplicate) bool { return !ok || !span.Has(d.Day) })
	}
	return held
}

// sent leaves out the events without a row on the wanted days: a day on which a name did not land has no row that says so.
func sent(events []landed.Event) []landed.Event {
	return slices.DeleteFunc(events, func(e landed.Event) bool {
		return !slices.ContainsFunc(e.Cells, func(c landed.Cell) bool { return slices.ContainsFunc(c.Daily, func(n int64) bool { return n > 0 }) })
	})
}

// counted says whether the source's days were read at all: without the table of all events none was.
func (w *Warehouse) counted(source string) bool {
	return !slices.ContainsFunc(w.Gaps[source], func(g landed.Gap) bool {
		return g.Kind == landed.Counts && (g.Table == "" || g.Table == "tracks")
	})
}

// readable leaves out the events whose table cannot be counted: what was not read has no rows, and no zeros either.
func (w *Warehouse) readable(source string, events []landed.Event) []landed.Event {
	return slices.DeleteFunc(events, func(e landed.Event) bool {
		return slices.ContainsFunc(w.Gaps[source], func(g landed.Gap) bool {
			return g.Kind == landed.Counts && g.Table == e.Table
		})
	})
}

// align lays a cut snapshot's days out over the whole span that was asked for.
func align(s landed.Snapshot, span landed.Span) []landed.Event {
	var out []landed.Event
	for _, e := range s.Events {
		cells := make([]landed.Cell, 0, len(e.Cells))
		for _, c := range e.Cells {
			daily := make([]int64, span.Len())
			for i, n := range c.Daily {
				daily[int(s.Span.First-span.First)+i] = n
			}
			cells = append(cells, landed.Cell{Slice: c.Slice, Daily: daily})
		}
		e.Cells = cells
		out = append(out, e)
	}
	return out
}

// profiles gives the profiles of the wanted tables and days, with the violations that were asked for.
func profiles(all landed.Snapshot, req landed.Request, span landed.Span) []landed.Table {
	var out []landed.Table
	for _, t := range all.Tables {
		of := span
		if s, ok := req.Tables[t.Name]; ok {
			of = s
		}
		if of.Empty() {
			continue
		}
		got := landed.Table{Name: t.Name, Profiled: of}
		for _, p := range t.Profiles {
			if !of.Has(p.Day) {
				continue
			}
			p.Columns = slices.Clone(p.Columns)
			for i, c := range p.Columns {
				p.Columns[i].Violations = violations(t.Name, c, req.Constraints)
			}
			got.Profiles = append(got.Profiles, p)
		}
		if _, sampled := req.Want[landed.Shapes]; sampled {
			got.Shapes = sampledOf(t, req)
		}
		out = append(out, got)
	}
	return out
}

// shapes leaves the tables of which values were sampled on the wanted days, without anything else.
func shapes(all landed.Snapshot, req landed.Request) []landed.Table {
	var out []landed.Table
	for _, t := range all.Tables {
		if got := sampledOf(t, req); len(got) > 0 {
			out = append(out, landed.Table{Name: t.Name, Profiled: landed.NoSpan, Shapes: got})
		}
	}
	return out
}

func sampledOf(t landed.Table, req landed.Request) []landed.Shape {
	days := req.Sampled[t.Name]
	return slices.DeleteFunc(slices.Clone(t.Shapes), func(x landed.Shape) bool { return days.Empty() || !days.Has(x.Day) })
}

// violations counts the rows of a column that break each rule of its table, as a warehouse does: under the rule's ID.
func violations(table string, c landed.ColumnProfile, rules []landed.Constraint) map[string]int64 {
	var out map[string]int64
	for _, rule := range rules {
		if rule.Table != table || rule.Column != c.Column {
			continue
		}
		if out == nil {
			out = map[string]int64{}
		}
		out[rule.ID] = Violating(c, rule)
	}
	return out
}

// Violating counts the rows that break a rule: a test writes the values of a column as rows a value under its name.
// Only an enum can be broken.
func Violating(c landed.ColumnProfile, rule landed.Constraint) int64 {
	if rule.Rule != landed.OneOf {
		return 0
	}
	var n int64
	for value, rows := range c.Violations {
		if !slices.Contains(rule.Values, value) {
			n += rows
		}
	}
	return n
}

// Ask answers what the test wrote down.
func (w *Warehouse) Ask(_ context.Context, qs []landed.Question) (landed.Answers, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.Asked = append(w.Asked, qs...)
	out := landed.Answers{Values: map[landed.Question]landed.Answer{}, Failed: map[landed.Question]landed.Gap{}}
	for _, q := range qs {
		if a, ok := w.Answers[q]; ok {
			out.Values[q] = a
		} else if w.Answer != nil {
			out.Values[q] = w.Answer(q)
		}
	}
	return out, nil
}
