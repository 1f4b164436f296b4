package connectors

import (
	"cmp"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/names"
)

// eventID is one name as sent, in the table its properties landed in.
type eventID struct{ name, table string }

type countRow struct {
	day   landed.Day
	slice landed.Slice
	n     int64
	late  int64 // of these, rows that happened on an earlier day
}

// eventCounter collects rows of counts until all parts are read.
type eventCounter struct {
	span   landed.Span
	calls  map[eventID]landed.Call
	rows   map[eventID][]countRow
	unseen map[eventID]bool
	loaded time.Time
	nobody int64 // rows without a name
}

func newEventCounter(span landed.Span) *eventCounter {
	return &eventCounter{span: span, calls: map[eventID]landed.Call{}, rows: map[eventID][]countRow{}, unseen: map[eventID]bool{}}
}

// countTasks asks for the rows of all calls in one statement, and table by table when that fails.
func (s *survey) countTasks() []task {
	span, ok := s.want(landed.Counts)
	if !ok {
		return nil
	}
	t, wr, ok := s.tracks(landed.Counts, span)
	if !ok {
		return nil
	}
	s.events = newEventCounter(span)
	s.snap.Span, s.snap.Held[landed.Counts] = span, span
	tables := []eventTable{t}
	for _, name := range s.tables {
		if _, ok := s.a.layout.call(name); ok {
			call, _ := wr.event(name, s.cat[name])
			tables = append(tables, call)
		}
	}
	return []task{together(tables, func(ts []eventTable, first int) task { return s.countTask(wr, ts, first, span) })}
}

// together asks about all tables in one statement and, where that fails, about each alone; first numbers the first of ts.
func together(tables []eventTable, ask func(ts []eventTable, first int) task) task {
	all := ask(tables, 0)
	if len(tables) > 1 {
		all.split = func(error) []task {
			var out []task
			for i := range tables {
				out = append(out, ask(tables[i:i+1], i))
			}
			return out
		}
	}
	return all
}

func (s *survey) countTask(wr *writer, ts []eventTable, first int, span landed.Span) task {
	return task{
		Statement: wr.counts(ts, first, span), about: ts[0].rel,
		read: func(rows Rows) (func(), error) { return s.readCounts(rows, ts, first) },
		lost: func(tr Trouble) {
			s.gap(landed.Counts, ts[0].rel.Table, span, tr)
			call, ok := s.a.layout.call(ts[0].rel.Table)
			if !ok { // tracks: without it no day of this source was seen
				s.snap.Span = landed.NoSpan
				delete(s.snap.Held, landed.Counts)
				s.events = nil
				return
			}
			if s.events != nil {
				id := eventID{call.Event, ts[0].rel.Table}
				s.events.calls[id], s.events.unseen[id] = call.Call, true
			}
		},
	}
}

type countedRow struct {
	id   eventID
	call landed.Call
	countRow
}

func (s *survey) readCounts(rows Rows, ts []eventTable, first int) (func(), error) {
	var (
		part, n, late  intCell
		loaded         intCell
		day            dayCell
		name, slug     sql.NullString
		dims           sliceCells
		read           []countedRow
		nobody, newest int64
	)
	dest := slices.Concat([]any{&part, &day, &name, &slug}, dims.dest(), []any{&n, &loaded, &late})
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return nil, fmt.Errorf("read counts: %w", err)
		}
		s.meter.count(n.n)
		if loaded.valid {
			newest = max(newest, loaded.n)
		}
		t := ts[int(part.n)-first]
		row := countedRow{countRow: countRow{day: day.day, slice: dims.slice(), n: n.n, late: late.n}}
		if call, ok := s.a.layout.call(t.rel.Table); ok {
			row.id, row.call = eventID{call.Event, t.rel.Table}, call.Call
		} else if name.String == "" {
			nobody += n.n
			continue
		} else {
			row.id = eventID{name.String, s.tableOf(name.String, slug.String)}
		}
		read = append(read, row)
	}
	return func() { s.keepCounts(read, nobody, newest) }, rows.Err()
}

func (s *survey) keepCounts(read []countedRow, nobody, newest int64) {
	if s.events == nil {
		return
	}
	for _, r := range read {
		s.events.calls[r.id] = r.call
		s.events.rows[r.id] = append(s.events.rows[r.id], r.countRow)
		if s.dayRows[r.id.table] == nil {
			s.dayRows[r.id.table] = map[landed.Day]int64{}
		}
		s.dayRows[r.id.table][r.day] += r.n
	}
	s.events.nobody += nobody
	if newest > 0 && instant(newest).After(s.events.loaded) {
		s.events.loaded = instant(newest)
	}
}

// tableOf returns the table of an event's properties: what the row says, else what its name becomes; Redshift puts an
// underscore before a digit and after a reserved word.
func (s *survey) tableOf(name, slug string) string {
	if slug == "" {
		slug = names.Snake(name)
	}
	for _, guess := range []string{slug, "_" + slug, slug + "_"} {
		if t, ok := s.cat.table(guess); ok {
			return t
		}
	}
	return slug
}

// finish writes the counted events into a snapshot.
func (c *eventCounter) finish(snap *landed.Snapshot, dups map[eventID][]landed.Duplicate) {
	ids := slices.SortedFunc(maps.Keys(c.calls), func(a, b eventID) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.table, b.table))
	})
	for _, id := range ids {
		e := landed.Event{Name: id.name, Table: id.table, Call: c.calls[id], Dups: dups[id]}
		slices.SortFunc(e.Dups, func(a, b landed.Duplicate) int { return cmp.Compare(a.Day, b.Day) })
		if c.unseen[id] {
			e.Unseen = []landed.Span{c.span}
		}
		e.Cells, e.Belated = c.cells(c.rows[id]), c.belated(c.rows[id])
		snap.Events = append(snap.Events, e)
	}
	snap.Loaded = c.loaded
	if c.nobody > 0 {
		snap.Oddities = append(snap.Oddities, landed.Oddity{Rows: c.nobody, Why: "rows without a name"})
	}
}

// belated adds up the rows of each day that happened on an earlier one.
func (c *eventCounter) belated(rows []countRow) []landed.Belated {
	by := map[landed.Day]int64{}
	for _, r := range rows {
		if r.late > 0 && c.span.Has(r.day) {
			by[r.day] += r.late
		}
	}
	var out []landed.Belated
	for _, d := range slices.Sorted(maps.Keys(by)) {
		out = append(out, landed.Belated{Day: d, Rows: by[d]})
	}
	return out
}

func (c *eventCounter) cells(rows []countRow) []landed.Cell {
	var k kept
	for _, r := range rows {
		k.add(r.slice, r.n)
	}
	k.decide()
	daily := map[landed.Slice][]int64{}
	for _, r := range rows {
		if !c.span.Has(r.day) {
			continue
		}
		s := k.apply(r.slice)
		if daily[s] == nil {
			daily[s] = make([]int64, c.span.Len())
		}
		daily[s][r.day-c.span.First] += r.n
	}
	var out []landed.Cell
	for _, s := range slices.SortedFunc(maps.Keys(daily), compareSlices) {
		out = append(out, landed.Cell{Slice: s, Daily: daily[s]})
	}
	return out
}

// rollupTasks reads counts that somebody already keeps. Nothing else can be known of such a source.
func (s *survey) rollupTasks() []task {
	span, ok := s.want(landed.Counts)
	if !ok {
		return nil
	}
	c := *s.a.layout.Counts
	table, ok := s.cat.table(s.a.layout.Tracks)
	if !ok {
		s.err = fmt.Errorf("schema %s has no table %s: name it as `table` of the source", s.a.Schema, s.a.layout.Tracks)
		return nil
	}
	cols := s.cat[table]
	for _, need := range []string{c.Event, c.Day, c.Rows, c.Source, c.Platform, c.AppVersion} {
		if _, ok := find(cols, need); !ok && need != "" {
			s.err = fmt.Errorf("table %s has no column %s: name the column it has instead under `columns` of the source", table, need)
			return nil
		}
	}
	day, _ := find(cols, c.Day)
	isDate := s.w.words.Clock("", day.native).On != nil
	isText := s.w.d.Type(day.native) == landed.Text
	if !isDate && !isText {
		s.err = fmt.Errorf("column %s of %s is %s, but must be a date or text such as 2026-01-31: cast it in a view", c.Day, table, day.native)
		return nil
	}
	s.events = newEventCounter(span)
	s.snap.Span, s.snap.Held[landed.Counts] = span, span
	rel := landed.Relation{Schema: s.a.Schema, Table: table}
	wr := s.w.writer(s.a, s.req.LoadedBy)
	return []task{{
		Statement: wr.rollup(rel, cols, span, day.native, isText), about: rel,
		read: func(rows Rows) (func(), error) { return s.readRollup(rows, rel) },
		lost: func(tr Trouble) {
			s.gap(landed.Counts, table, span, tr)
			s.events, s.snap.Span = nil, landed.NoSpan
			delete(s.snap.Held, landed.Counts)
		},
	}}
}

func (s *survey) readRollup(rows Rows, rel landed.Relation) (func(), error) {
	var (
		day           dayCell
		name, plat, v sql.NullString
		n             intCell
		read          []countedRow
		nobody        int64
		bad           error
	)
	for rows.Next() {
		if err := rows.Scan(&day, &name, &plat, &v, &n); err != nil {
			return nil, fmt.Errorf("read %s: %w", rel.Table, err)
		}
		switch {
		case day.bad:
			bad = fmt.Errorf("a day of %s.%s reads %s, but must be a date or text such as 2026-01-31: mend it or leave such rows out with `where`",
				rel.Schema, rel.Table, strconv.Quote(day.raw))
			continue
		case name.String == "":
			nobody += n.n
			continue
		}
		s.meter.count(n.n)
		read = append(read, countedRow{
			id:       eventID{name.String, ""},
			countRow: countRow{day: day.day, slice: landed.Slice{Platform: plat.String, AppVersion: v.String}, n: n.n},
		})
	}
	return func() {
		if s.err = bad; bad == nil {
			s.keepCounts(read, nobody, 0)
		}
	}, rows.Err()
}
