package connectors

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Every statement about facts is written in this file and in profiles.go and shapes.go; the ones that answer
// questions are in inquiries.go.

// sampleRows is how many rows of a table and day are read whole for a shape; more are sampled down to it.
const sampleRows = 20000

// writer writes the statements of one source.
type writer struct {
	*relations
	words    Words
	a        attached
	loadedBy time.Time
}

func (w *Warehouse) writer(a attached, loadedBy time.Time) *writer {
	return &writer{relations: newRelations(w.d, w.with), words: w.words, a: a, loadedBy: loadedBy}
}

// eventTable is a table of events with what its statements need.
type eventTable struct {
	rel   landed.Relation
	cols  []column
	clock Clock
}

// event returns a table as one of events; false when nothing says when its rows were received.
func (w *writer) event(table string, cols []column) (eventTable, bool) {
	at, ok := find(cols, w.a.layout.ReceivedAt)
	if !ok {
		return eventTable{}, false
	}
	clock := w.words.Clock(w.d.Quote(at.name), at.native)
	return eventTable{rel: landed.Relation{Schema: w.a.Schema, Table: table}, cols: cols, clock: clock}, clock.UTC != ""
}

// text returns a column as text, and NULL when there is none.
func (w *writer) text(cols []column, name string) string {
	c, ok := find(cols, name)
	if !ok {
		return w.words.Null
	}
	return w.words.Text(w.d.Quote(c.name), c.native)
}

// loaded returns when a row reached the warehouse as a UTC timestamp; false when the layout does not say.
func (w *writer) loaded(cols []column) (Clock, bool) {
	for _, name := range w.a.layout.LoadedAt {
		if c, ok := find(cols, name); ok {
			return w.words.Clock(w.d.Quote(c.name), c.native), true
		}
	}
	return Clock{}, false
}

// happened returns the calendar day on which a row happened by its own time; false when the layout does not say, and
// where rows have no hour: nothing lands belated then that did not happen so.
func (w *writer) happened(t eventTable, span landed.Span) (string, bool) {
	for _, name := range w.a.layout.HappenedAt {
		c, ok := find(t.cols, name)
		if !ok {
			continue
		}
		k := w.words.Clock(w.d.Quote(c.name), c.native)
		return w.a.calendar.date(w.words, k, span), k.UTC != "" && k.On == nil && t.clock.On == nil
	}
	return "", false
}

// day returns the calendar day of a row of t.
func (w *writer) day(t eventTable, span landed.Span) string {
	return w.a.calendar.date(w.words, t.clock, span)
}

// where returns the conditions on rows of t: the span, the source's own, the cut of an earlier morning, and more.
func (w *writer) where(t eventTable, span landed.Span, more ...string) string {
	conds := w.a.calendar.within(t.clock, span)
	if w.a.options.Where != "" {
		conds = append(conds, "("+w.a.options.Where+")")
	}
	if !w.loadedBy.IsZero() {
		k, ok := w.loaded(t.cols)
		switch {
		case !ok:
			k = t.clock
		case t.clock.On == nil && k.On == nil:
			k = Clock{Bare: "coalesce(" + k.UTC + ", " + t.clock.UTC + ")", At: w.words.At}
		}
		if k.On != nil {
			conds = append(conds, k.Bare+" < "+k.On(landed.DayOf(w.loadedBy.In(w.a.calendar.zone))))
		} else {
			conds = append(conds, k.Bare+" < "+k.At(w.loadedBy.UTC()))
		}
	}
	return "WHERE " + strings.Join(append(conds, more...), "\n  AND ")
}

// statement closes a text: what stands before it, and what it may read.
func (w *writer) statement(name, text string, span landed.Span) Statement {
	st := Statement{Name: name, Text: w.clause() + text, Tables: w.used, Span: span, Prunes: w.a.layout.ReceivedAt}
	w.used = nil
	return st
}

// ordinals writes first..last as a GROUP BY does.
func ordinals(first, last int) string {
	out := make([]string, 0, last-first+1)
	for i := first; i <= last; i++ {
		out = append(out, strconv.Itoa(i))
	}
	return strings.Join(out, ", ")
}

// dims are the four columns everything is grouped by.
func (w *writer) dims(cols []column) string {
	l := w.a.layout
	return fmt.Sprintf("%s AS platform,\n  %s AS library,\n  %s AS library_version,\n  %s AS app_version",
		w.text(cols, l.Platform), w.text(cols, l.Library), w.text(cols, l.LibraryVersion), w.text(cols, l.AppVersion))
}

// countsPart counts rows per day, name and slice of one table, the one that part numbers.
func (w *writer) countsPart(part int, t eventTable, span landed.Span) string {
	name, slug := w.words.Null, w.words.Null
	if strings.EqualFold(t.rel.Table, w.a.layout.Tracks) {
		name, slug = w.text(t.cols, w.a.layout.EventName), w.text(t.cols, w.a.layout.TableName)
	}
	last := "CAST(NULL AS BIGINT)"
	if k, ok := w.loaded(t.cols); ok {
		last = w.words.Micros("max(" + k.UTC + ")")
	}
	belated := "CAST(NULL AS BIGINT)"
	if own, ok := w.happened(t, span); ok {
		belated = w.words.CountIf(own + " < " + w.day(t, span))
	}
	return fmt.Sprintf("SELECT\n  %d AS part,\n  %s AS day,\n  %s AS name,\n  %s AS slug,\n  %s,\n  count(*) AS n,\n  %s AS loaded,\n  %s AS belated\nFROM %s\n%s\nGROUP BY %s",
		part, w.day(t, span), name, slug, w.dims(t.cols), last, belated, w.name(t.rel), w.where(t, span), ordinals(2, 8))
}

// counts asks for the rows of all calls in one statement.
func (w *writer) counts(ts []eventTable, first int, span landed.Span) Statement {
	parts := make([]string, len(ts))
	for i, t := range ts {
		parts[i] = w.countsPart(first+i, t, span)
	}
	return w.statement("counts", strings.Join(parts, "\nUNION ALL\n"), span)
}

// arrivals counts the rows of each day by the hour in which they were loaded.
func (w *writer) arrivals(t eventTable, k Clock, span landed.Span) Statement {
	return w.statement("arrivals", fmt.Sprintf(
		"SELECT\n  %s AS day,\n  %s AS hour,\n  count(*) AS n\nFROM %s\n%s\nGROUP BY 1, 2",
		w.day(t, span), w.words.Micros(w.words.Hour(k.UTC)), w.name(t.rel), w.where(t, span, k.UTC+" IS NOT NULL")), span)
}

// duplicates counts rows with an id and distinct ids per event and day of several tables in one statement.
func (w *writer) duplicates(ts []eventTable, first int, span landed.Span) Statement {
	parts := make([]string, len(ts))
	for i, t := range ts {
		name, slug := w.words.Null, w.words.Null
		if strings.EqualFold(t.rel.Table, w.a.layout.Tracks) {
			name, slug = w.text(t.cols, w.a.layout.EventName), w.text(t.cols, w.a.layout.TableName)
		}
		id := w.text(t.cols, w.a.layout.ID)
		parts[i] = fmt.Sprintf(
			"SELECT\n  %d AS part,\n  %s AS day,\n  %s AS name,\n  %s AS slug,\n  count(%s) AS n,\n  count(DISTINCT %s) AS ids\nFROM %s\n%s\nGROUP BY %s",
			first+i, w.day(t, span), name, slug, id, id, w.name(t.rel), w.where(t, span), ordinals(2, 4))
	}
	return w.statement("duplicates", strings.Join(parts, "\nUNION ALL\n"), span)
}

// rollup reads daily counts that somebody already keeps. Days that are written as text but not as a date are let
// through, so that they are an error and not a silence.
func (w *writer) rollup(rel landed.Relation, cols []column, span landed.Span, native string, isText bool) Statement {
	c := *w.a.layout.Counts
	day := w.words.Clock(w.d.Quote(c.Day), native)
	bare := w.d.Quote(c.Day)
	conds := w.a.calendar.within(day, span)
	if isText {
		conds = []string{fmt.Sprintf("(%s >= %s AND %s <= %s OR %s NOT LIKE '____-__-__')", bare, w.d.Literal(span.First.String()),
			bare, w.d.Literal(span.Last.String()), bare)}
	}
	if c.Source != "" {
		conds = append(conds, w.text(cols, c.Source)+" = "+w.d.Literal(w.a.value()))
	}
	if w.a.options.Where != "" {
		conds = append(conds, "("+w.a.options.Where+")")
	}
	return w.statement("daily counts", fmt.Sprintf(
		"SELECT\n  %s AS day,\n  %s AS name,\n  %s AS platform,\n  %s AS app_version,\n  sum(%s) AS n\nFROM %s\nWHERE %s\nGROUP BY 1, 2, 3, 4",
		bare, w.text(cols, c.Event), w.text(cols, c.Platform), w.text(cols, c.AppVersion), w.d.Quote(c.Rows), w.name(rel),
		strings.Join(conds, "\n  AND ")), span)
}

// value is what stands in the layout's source column for this source.
func (a attached) value() string {
	if a.options.Value != "" {
		return a.options.Value
	}
	return a.Name
}
