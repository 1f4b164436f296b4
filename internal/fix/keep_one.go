package fix

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// keepOne leaves out, of actions that are counted more than once, every row but the first: since the fault began and in
// its slice alone. Rows are left out of the event's table and of the table of all events by their message ids; rows
// without one stay.
func (w *views) keepOne(fx finding.KeepOne, of finding.Finding) {
	source, q, l := of.Subject.Source, w.Quoter, w.Layout
	table := w.Landed[source].Table(fx.Table)
	if l.ID == "" || l.ReceivedAt == "" || table == nil || !hasColumn(table, l.ID) || !hasColumn(table, l.ReceivedAt) {
		return
	}
	ids, does, ok := w.again(fx, of, table)
	if !ok {
		return
	}
	v := w.of(source, fx.Table)
	v.does = keep(v.does, does)
	v.leave = append(v.leave, q.Quote(l.ID)+" in (\n"+ids+"\n)")
	if l.Tracks == "" || l.EventName == "" || fx.Event == "" || of.Call != landed.Track || fx.Table == l.Tracks {
		return
	}
	tracks := w.of(source, l.Tracks)
	tracks.does = keep(tracks.does, does)
	tracks.leave = append(tracks.leave, q.Quote(l.EventName)+" = "+w.literal(fx.Event)+" and "+q.Quote(l.ID)+" in (\n"+ids+"\n)")
}

// again selects the message ids of the rows that say an action again; false where that cannot be told in SQL.
func (w *views) again(fx finding.KeepOne, of finding.Finding, table *landed.Table) (ids, does string, ok bool) {
	source, q, l := of.Subject.Source, w.Quoter, w.Layout
	scale := finding.ScaleProperty{Since: of.Since} // whole days: the first row of an action may be older than the first repeat
	if of.Slice != nil {
		scale.Slice = *of.Slice
	}
	whole := of
	whole.SinceTime = time.Time{}
	since, ok := w.inside(table, whole, scale)
	if !ok {
		return "", "", false
	}
	if fx.Event != "" && l.EventName != "" && hasColumn(table, l.EventName) {
		since += "\n    and " + q.Quote(l.EventName) + " = " + w.literal(fx.Event)
	}
	from := relation(q, landed.Relation{Schema: w.schemaOf(source), Table: fx.Table})
	id, at, column := q.Quote(l.ID), q.Quote(l.ReceivedAt), q.Quote(fx.Column)
	day := "cast(" + at + " as date)"
	switch {
	case fx.Column != "" && !hasColumn(table, fx.Column):
		return "", "", false
	case fx.Beside != "":
		other := w.Landed[fx.Beside].Table(fx.BesideTable)
		if fx.Column == "" || other == nil || !hasColumn(other, fx.Column) || !hasColumn(other, l.ReceivedAt) {
			return "", "", false
		}
		beside := relation(q, landed.Relation{Schema: w.schemaOf(fx.Beside), Table: fx.BesideTable})
		return "  select " + id + " from " + from + "\n  where " + id + " is not null and " + since + "\n    and (" + column + ", " + day + ") in (select " + column + ", " +
				day + " from " + beside + " where " + column + " is not null)",
			"rows of " + shown(fx.Event) + " are left out whose " + shown(fx.Column) + " " + visible(fx.Beside) + " has on the same day", true
	}
	nth := "row_number() over (partition by " + day + ", " + column + " order by " + at + ")"
	does = "one row of each " + shown(fx.Column) + " and day of " + shown(fx.Event)
	if fx.Column == "" {
		who, same := w.sameRow(table)
		if who == "" {
			return "", "", false
		}
		seconds := strconv.Itoa(cmp.Or(fx.Seconds, int(landed.RepeatQuick.Seconds())))
		since += "\n    and " + who + " is not null"
		nth = "case when " + at + " - lag(" + at + ") over (partition by " + strings.Join(append([]string{who}, same...), ", ") + " order by " + at +
			") <= interval " + seconds + " second then 2 else 1 end"
		does = "one of equal rows of " + shown(fx.Event) + " by one person within " + seconds + " seconds"
	} else {
		since += "\n    and " + column + " is not null"
	}
	return "  select " + id + " from (\n    select " + id + ", " + nth + " as nth\n    from " + from + "\n    where " + id + " is not null and " + since +
		"\n  ) as told group by " + id + " having min(nth) > 1", does, true
}

// sameRow is who a row of a table is by, "" where nothing says so, and what two rows of one action have in common.
func (w *views) sameRow(t *landed.Table) (who string, same []string) {
	q, l := w.Quoter, w.Layout
	var persons []string
	for _, c := range []string{l.User, l.Anonymous} {
		if c != "" && hasColumn(t, c) {
			persons = append(persons, q.Quote(c))
		}
	}
	if len(persons) == 0 {
		return "", nil
	}
	for _, c := range t.Columns {
		switch c.Name {
		case l.ID, l.EventName, l.TableName, l.User, l.Anonymous, "uuid":
			continue
		}
		if c.Type != landed.Timestamp && !strings.HasPrefix(c.Name, "context_") {
			same = append(same, q.Quote(c.Name))
		}
	}
	return "coalesce(" + strings.Join(persons, ", ") + ")", same
}
