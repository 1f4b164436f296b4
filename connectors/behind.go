package connectors

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Shown is what people were told of, so that they can ask the warehouse themselves.
type Shown struct {
	Source        string
	Events        []string           // names as sent; without any, all events of the source together
	Call          landed.Call        // of the events
	Table, Column string             // of a property; "": no property is spoken of
	Rule          *landed.Constraint // the rule of the plan that is broken; nil: none
	Slice         landed.Slice       // the part that is concerned
	Since         landed.Day         // the first day that is concerned
	Span          landed.Span        // the days to look at
}

// Behind returns the statements that give the figures people were told, ready to paste: they have no arguments. It
// reads only the catalogue. What the warehouse cannot tell, such as users in daily counts, has no statement.
func (w *Warehouse) Behind(ctx context.Context, s Shown) ([]Statement, error) {
	a, err := w.source(s.Source)
	if err != nil {
		return nil, err
	}
	cat, err := w.catalogueOf(ctx, a, false, nil)
	if err != nil {
		return nil, err
	}
	q := &inquirer{writer: w.writer(a, time.Time{}), cat: cat}
	if s.Rule != nil {
		q.constraint = func(string) (landed.Constraint, bool) { return *s.Rule, true }
	}
	if a.layout.Counts != nil {
		return q.rollupBehind(s)
	}
	var out []Statement
	for _, part := range []func(Shown) (Statement, bool, error){q.daysBehind, q.usersBehind, q.columnBehind, q.ruleBehind} {
		st, ok, err := part(s)
		if err != nil {
			return nil, fmt.Errorf("write the statements about %s: %w", s.Source, err)
		}
		if ok {
			out = append(out, st)
		}
	}
	return out, nil
}

// daysBehind counts rows a day of each name.
func (w *inquirer) daysBehind(s Shown) (Statement, bool, error) {
	var t eventTable
	var name string
	var conds []string
	switch {
	case len(s.Events) == 0 || s.Call == landed.Track:
		var err error
		if t, err = w.table(w.a.layout.Tracks); err != nil {
			return Statement{}, false, err
		}
		name = w.text(t.cols, w.a.layout.EventName)
		if len(s.Events) > 0 {
			conds = append(conds, name+" IN ("+w.literals(s.Events)+")")
		}
	default:
		var err error
		if t, conds, err = w.named(s.Events[0], w.callTable(s.Call)); err != nil {
			return Statement{}, false, err
		}
	}
	head, group := "SELECT "+w.day(t, s.Span)+" AS day", "1"
	if len(conds) > 0 && s.Call == landed.Track {
		head, group = head+", "+name+" AS event", "1, 2"
	}
	text := head + ", count(*) AS n\nFROM " + w.name(t.rel) + "\n" + w.where(t, s.Span, conds...) + "\nGROUP BY " + group + "\nORDER BY " + group
	return w.statement("rows a day", text, s.Span), true, nil
}

// usersBehind counts the people concerned since the first day.
func (w *inquirer) usersBehind(s Shown) (Statement, bool, error) {
	span := landed.Span{First: max(s.Since, s.Span.First), Last: s.Span.Last}
	if len(s.Events) == 0 || s.Call != landed.Track || s.Column != "" || span.Empty() {
		return Statement{}, false, nil
	}
	t, err := w.table(w.a.layout.Tracks)
	if err != nil {
		return Statement{}, false, err
	}
	who, err := w.who(t)
	if err != nil {
		return Statement{}, false, nil //nolint:nilerr // a table that says of nobody who did it has no users to count
	}
	name := w.text(t.cols, w.a.layout.EventName)
	text := "SELECT " + name + " AS event, count(*) AS n, count(DISTINCT " + who + ") AS users\nFROM " + w.name(t.rel) + "\n" +
		w.where(t, span, name+" IN ("+w.literals(s.Events)+")") + "\nGROUP BY 1\nORDER BY 1"
	return w.statement("users since", text, span), true, nil
}

// columnBehind counts a day and version how often a property is filled.
func (w *inquirer) columnBehind(s Shown) (Statement, bool, error) {
	if s.Column == "" || s.Table == "" {
		return Statement{}, false, nil
	}
	t, err := w.table(s.Table)
	if err != nil {
		return Statement{}, false, err
	}
	c, ok := find(t.cols, s.Column)
	if !ok {
		return Statement{}, false, nil // it has gone: there is nothing to count
	}
	return w.statement("filled a day", w.byVersion(t, s, "count("+w.d.Quote(c.name)+") AS filled"), s.Span), true, nil
}

// ruleBehind counts a day and version how many rows break the rule of the plan.
func (w *inquirer) ruleBehind(s Shown) (Statement, bool, error) {
	if s.Rule == nil {
		return Statement{}, false, nil
	}
	t, conds, err := w.broken(s.Rule.ID, s.Rule.Table)
	if err != nil {
		return Statement{}, false, err
	}
	return w.statement("rule broken a day", w.byVersion(t, s, w.words.CountIf(conds[0])+" AS broken"), s.Span), true, nil
}

// byVersion counts rows and one figure a day, and by app version where the slice has one.
func (w *inquirer) byVersion(t eventTable, s Shown, figure string) string {
	head, group := "SELECT "+w.day(t, s.Span)+" AS day", "1"
	if _, ok := find(t.cols, w.a.layout.AppVersion); ok && s.Slice.AppVersion != "" {
		head, group = head+", "+w.text(t.cols, w.a.layout.AppVersion)+" AS app_version", "1, 2"
	}
	return head + ", count(*) AS n, " + figure + "\nFROM " + w.name(t.rel) + "\n" + w.where(t, s.Span) + "\nGROUP BY " + group + "\nORDER BY " + group
}

// rollupBehind adds up daily counts.
func (w *inquirer) rollupBehind(s Shown) ([]Statement, error) {
	c := *w.a.layout.Counts
	table, ok := w.cat.table(w.a.layout.Tracks)
	cols := w.cat[table]
	day, found := find(cols, c.Day)
	if !ok || !found {
		return nil, fmt.Errorf("there is no table %s with a column %s that can be read", w.a.layout.Tracks, c.Day)
	}
	clock := w.words.Clock(w.d.Quote(day.name), day.native)
	conds := w.a.calendar.within(clock, s.Span)
	if clock.On == nil { // days written as text
		conds = []string{w.d.Quote(day.name) + " >= " + w.d.Literal(s.Span.First.String()), w.d.Quote(day.name) + " <= " + w.d.Literal(s.Span.Last.String())}
	}
	if c.Source != "" {
		conds = append(conds, w.text(cols, c.Source)+" = "+w.d.Literal(w.a.value()))
	}
	name := w.text(cols, c.Event)
	if len(s.Events) > 0 {
		conds = append(conds, name+" IN ("+w.literals(s.Events)+")")
	}
	if w.a.options.Where != "" {
		conds = append(conds, "("+w.a.options.Where+")")
	}
	head, group := "SELECT "+w.d.Quote(day.name)+" AS day", "1"
	if len(s.Events) > 0 {
		head, group = head+", "+name+" AS event", "1, 2"
	}
	text := head + ", sum(" + w.d.Quote(c.Rows) + ") AS n\nFROM " + w.name(landed.Relation{Schema: w.a.Schema, Table: table}) + "\nWHERE " +
		strings.Join(conds, "\n  AND ") + "\nGROUP BY " + group + "\nORDER BY " + group
	return []Statement{w.statement("rows a day", text, s.Span)}, nil
}

// callTable is the table of a call that has its own.
func (w *inquirer) callTable(c landed.Call) string {
	for _, t := range w.a.layout.Calls {
		if t.Call == c {
			return t.Table
		}
	}
	return ""
}

func (w *writer) literals(list []string) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = w.d.Literal(s)
	}
	return strings.Join(out, ", ")
}
