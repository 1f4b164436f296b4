package fix

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/plan"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// View is a table as a fix would leave it.
type View struct {
	Of     landed.Relation // what it stands for
	Name   landed.Relation // where it would live
	Select string          // without a semicolon; reads Of, and the tables of other names
	Does   string          // one line for people
}

// Views returns the relations that the finding's fixes change, each as a SELECT over what landed; none where the
// warehouse's SQL is not known, or where a slice cannot be told apart by its columns.
func Views(f finding.Finding, c Context) []View {
	c = c.withDefaults()
	if c.Dialect != "duckdb" || c.Quoter == nil {
		return nil
	}
	w := views{Context: c}
	for _, in := range intentions(f) {
		switch fx := in.fix.(type) {
		case finding.MergeEvents:
			w.mergeEvents(fx, in.of)
		case finding.MergeProperties:
			w.mergeProperties(fx, in.of)
		case finding.ScaleProperty:
			w.scale(fx, in.of)
		case finding.MapValues:
			w.mapValues(fx, in.of)
		case finding.DeduplicateRows:
			w.deduplicate(fx, in.of)
		case finding.KeepOne:
			w.keepOne(fx, in.of)
		}
	}
	var out []View
	for _, v := range w.list {
		body := v.text(c.Quoter)
		if len(v.columns)+len(v.arms)+len(v.leave) == 0 && v.qualify == "" || strings.ContainsFunc(body, hidden) {
			continue // nothing to change, or a table or column whose very name would act on a terminal
		}
		out = append(out, View{
			Of: v.of, Name: landed.Relation{Schema: c.Schema, Table: v.source + "_" + v.of.Table},
			Select: body, Does: strings.Join(v.does, "; "),
		})
	}
	return out
}

// hidden says whether a character of a statement would not be seen by who pastes it.
func hidden(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }

// literal writes a value as the warehouse reads it; what cannot be seen is written as its number, so that a pasted
// statement does what it shows.
func (w *views) literal(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd") // a warehouse that sent other bytes will not match: it cannot be pasted
	if !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return w.Quoter.Literal(s)
	}
	var parts []string
	from := 0
	for i, r := range s {
		if unicode.IsPrint(r) {
			continue
		}
		if from < i {
			parts = append(parts, w.Quoter.Literal(s[from:i]))
		}
		parts = append(parts, "chr("+strconv.Itoa(int(r))+")")
		from = i + utf8.RuneLen(r)
	}
	if from < len(s) {
		parts = append(parts, w.Quoter.Literal(s[from:]))
	}
	return "(" + strings.Join(parts, " || ") + ")"
}

// warehouseViews writes the views as one text.
func warehouseViews(f finding.Finding, c Context) []Text {
	all := Views(f, c)
	if len(all) == 0 {
		return nil
	}
	var b strings.Builder
	b.WriteString("-- The tables stay as they landed. Point what reads them at these views.\n")
	b.WriteString("create schema if not exists " + c.Quoter.Quote(c.Schema) + ";\n")
	var places []string
	for _, v := range all {
		b.WriteString("\n-- " + v.Does + "\ncreate or replace view " + relation(c.Quoter, v.Name) + " as\n" + v.Select + ";\n")
		places = append(places, v.Name.Schema+"."+v.Name.Table)
	}
	return []Text{{
		Kind: WarehouseView, Language: "sql", Text: b.String(),
		Title: "read it right in the warehouse: " + visible(words.List(places, 4)),
	}}
}

// view is one table being mended: columns whose values are replaced, and rows of other tables that belong to it.
type view struct {
	source  string
	of      landed.Relation
	columns []replaced
	arms    []string
	leave   []string // conditions of which none may hold for a row to stay
	qualify string   // which rows stay; "": all
	missing bool     // the table itself never landed: only arms
	does    []string
}

type replaced struct{ column, expr string }

func (v *view) replace(q Quoter, column string, expr func(old string) string) {
	for i := range v.columns {
		if v.columns[i].column == column {
			v.columns[i].expr = expr("(" + v.columns[i].expr + ")")
			return
		}
	}
	v.columns = append(v.columns, replaced{column, expr(q.Quote(column))})
}

func (v *view) text(q Quoter) string {
	var arms []string
	if !v.missing {
		s := "select *"
		if len(v.columns) > 0 {
			var list []string
			for _, r := range v.columns {
				list = append(list, "  "+r.expr+" as "+q.Quote(r.column))
			}
			s += " replace (\n" + strings.Join(list, ",\n") + ")"
		}
		s += "\nfrom " + relation(q, v.of)
		if len(v.leave) > 0 {
			s += "\nwhere not coalesce(" + strings.Join(v.leave, ", false)\nand not coalesce(") + ", false)"
		}
		if v.qualify != "" {
			s += "\nqualify " + v.qualify
		}
		arms = append(arms, s)
	}
	return strings.Join(append(arms, v.arms...), "\nunion all by name\n")
}

func relation(q Quoter, r landed.Relation) string { return q.Quote(r.Schema) + "." + q.Quote(r.Table) }

type views struct {
	Context
	list []*view
}

// of returns the view that stands for a source's table.
func (w *views) of(source, table string) *view {
	r := landed.Relation{Schema: w.schemaOf(source), Table: table}
	for _, v := range w.list {
		if v.of == r {
			return v
		}
	}
	v := &view{source: source, of: r}
	w.list = append(w.list, v)
	return v
}

func (w *views) schemaOf(source string) string { return cmp.Or(w.Landed[source].Source.Schema, source) }

// tableOf is the table in which an event's properties land: where it was seen, else where its name leads.
func (w *views) tableOf(source, event string) string {
	for _, e := range w.Landed[source].Find(event) {
		if e.Call == landed.Track && e.Table != "" {
			return e.Table
		}
	}
	if e := w.Plan.Event(event, "track"); e != nil {
		return plan.TableOf(*e)
	}
	return names.Snake(event)
}

// mergeEvents puts one name's rows under another: in the table of all events by its name, and where the two names
// land in two tables also by adding the rows to the planned one's.
func (w *views) mergeEvents(fx finding.MergeEvents, of finding.Finding) {
	source, q, l := of.Subject.Source, w.Quoter, w.Layout
	if of.Call != landed.Track || l.Tracks == "" || l.EventName == "" || fx.From == fx.Into {
		return
	}
	from, into := w.tableOf(source, fx.From), w.tableOf(source, fx.Into)
	does := "rows of " + shown(fx.From) + " stand under " + shown(fx.Into)
	renamed := func(old string) string {
		return "case when " + q.Quote(l.EventName) + " = " + w.literal(fx.From) + " then " + w.literal(fx.Into) + " else " + old + " end"
	}
	tracks := w.of(source, l.Tracks)
	tracks.does = keep(tracks.does, does)
	tracks.replace(q, l.EventName, renamed)
	if from == into || from == "" || into == "" {
		if into != "" {
			events := w.of(source, into)
			events.does = keep(events.does, does)
			events.replace(q, l.EventName, renamed)
		}
		return
	}
	if l.TableName != "" {
		tracks.replace(q, l.TableName, func(old string) string {
			return "case when " + q.Quote(l.EventName) + " = " + w.literal(fx.From) + " then " + w.literal(into) + " else " + old + " end"
		})
	}
	events := w.of(source, into)
	snap := w.Landed[source]
	events.missing = len(snap.Tables) > 0 && snap.Table(into) == nil
	events.does = keep(events.does, does)
	events.arms = append(events.arms, w.arm(source, from, into, fx))
}

// arm selects the rows of another table as the planned one would have them: its columns under the planned names.
func (w *views) arm(source, from, into string, fx finding.MergeEvents) string {
	q, l := w.Quoter, w.Layout
	snap := w.Landed[source]
	s := "select *"
	pairs := pairColumns(snap.Table(from), snap.Table(into))
	var gone, added []string
	for _, p := range pairs {
		gone = append(gone, q.Quote(p[0]))
		added = append(added, q.Quote(p[0])+" as "+q.Quote(p[1]))
	}
	if len(gone) > 0 {
		s += " exclude (" + strings.Join(gone, ", ") + ")"
	}
	s += " replace (" + w.literal(fx.Into) + " as " + q.Quote(l.EventName)
	if l.TableName != "" && hasColumn(snap.Table(from), l.TableName) {
		s += ", " + w.literal(into) + " as " + q.Quote(l.TableName)
	}
	s += ")"
	if len(added) > 0 {
		s += ",\n  " + strings.Join(added, ", ")
	}
	r := landed.Relation{Schema: w.schemaOf(source), Table: from}
	return s + "\nfrom " + relation(q, r) + "\nwhere " + q.Quote(l.EventName) + " = " + w.literal(fx.From)
}

// property returns the view of a property's table and the property's column; false where there is no such column.
func (w *views) property(of finding.Finding, event, property string) (table *landed.Table, v *view, column string, ok bool) {
	source := of.Subject.Source
	name := w.tableOf(source, event)
	if _, t, found := strings.Cut(of.Table, "."); found && event == of.Subject.Event {
		name = t[strings.LastIndex(t, ".")+1:]
	}
	table = w.Landed[source].Table(name)
	for _, try := range []string{property, plan.ColumnOf(property)} {
		if hasColumn(table, try) && (table != nil || try == plan.ColumnOf(property)) {
			return table, w.of(source, name), try, true
		}
	}
	return nil, nil, "", false
}

// mergeProperties reads the one column where the other is empty.
func (w *views) mergeProperties(fx finding.MergeProperties, of finding.Finding) {
	table, _, from, ok := w.property(of, fx.Event, fx.From)
	if !ok {
		return
	}
	_, v, into, ok := w.property(of, fx.Event, fx.Into)
	if !ok || !hasColumn(table, into) || strings.EqualFold(from, into) {
		return
	}
	v.does = keep(v.does, shown(fx.Into)+" is read from "+shown(fx.From)+" where it is empty")
	v.replace(w.Quoter, into, func(old string) string { return "coalesce(" + old + ", " + w.Quoter.Quote(from) + ")" })
}

// mapValues puts values right, one by one.
func (w *views) mapValues(fx finding.MapValues, of finding.Finding) {
	table, v, column, ok := w.property(of, fx.Event, fx.Property)
	if !ok || len(fx.Values) == 0 || typeOf(table, column) != landed.Text {
		return
	}
	v.does = keep(v.does, "values of "+shown(fx.Property)+" as the plan has them")
	v.replace(w.Quoter, column, func(old string) string {
		var b strings.Builder
		b.WriteString("case " + old)
		for _, k := range slices.Sorted(maps.Keys(fx.Values)) {
			b.WriteString(" when " + w.literal(k) + " then " + w.literal(fx.Values[k]))
		}
		return b.String() + " else " + old + " end"
	})
}

// scale multiplies a property inside its slice since it began.
func (w *views) scale(fx finding.ScaleProperty, of finding.Finding) {
	if fx.Factor == 0 || math.IsNaN(fx.Factor) || math.IsInf(fx.Factor, 0) {
		return
	}
	table, v, column, ok := w.property(of, fx.Event, fx.Property)
	if !ok {
		return
	}
	where, ok := w.inside(table, of, fx)
	if !ok {
		return
	}
	arithmetic := func(old string) string { return old + " * " + strconv.FormatFloat(fx.Factor, 'f', -1, 64) }
	does := shown(fx.Property) + " is multiplied by " + strconv.FormatFloat(fx.Factor, 'f', -1, 64) + " where it changed"
	if by := math.Round(1 / fx.Factor); fx.Factor < 1 && by > 1 && math.Abs(1/fx.Factor-by) < 1e-9*by {
		n := strconv.FormatFloat(by, 'f', -1, 64)
		arithmetic = func(old string) string { return old + " / " + n }
		does = shown(fx.Property) + " is divided by " + n + " where it changed"
	}
	v.does = keep(v.does, does)
	v.replace(w.Quoter, column, func(old string) string {
		return "case when " + where + "\n    then " + arithmetic(old) + " else " + old + " end"
	})
}

// inside is the condition that holds for the rows of a slice since a moment; false where a column of it is missing.
func (w *views) inside(table *landed.Table, of finding.Finding, fx finding.ScaleProperty) (string, bool) {
	q, l := w.Quoter, w.Layout
	var and []string
	for _, p := range []struct{ column, value string }{
		{l.AppVersion, fx.Slice.AppVersion},
		{l.Library, fx.Slice.Library},
		{l.LibraryVersion, fx.Slice.LibraryVersion},
		{l.Platform, fx.Slice.Platform},
	} {
		switch {
		case p.value == "":
			continue
		case p.column == l.Platform && p.value == of.Subject.Source:
			continue // the source itself, where no column says more
		case p.value == landed.Other, p.column == "", !hasColumn(table, p.column):
			return "", false
		}
		and = append(and, q.Quote(p.column)+" = "+w.literal(p.value))
	}
	since := of.SinceTime
	if since.IsZero() && fx.Since != landed.NoDay {
		since = fx.Since.In(w.zoneOf(of.Subject.Source))
	}
	if !since.IsZero() {
		if l.ReceivedAt == "" || !hasColumn(table, l.ReceivedAt) {
			return "", false
		}
		and = append(and, q.Quote(l.ReceivedAt)+" >= "+w.literal(since.UTC().Format(time.RFC3339)))
	}
	if len(and) == 0 {
		and = []string{"true"}
	}
	return strings.Join(and, " and "), true
}

// zoneOf is the zone whose days a source is counted by.
func (w *views) zoneOf(source string) *time.Location {
	if z := w.Landed[source].Source.Zone; z != "" {
		if zone, err := time.LoadLocation(z); err == nil {
			return zone
		}
	}
	return w.Zone
}
