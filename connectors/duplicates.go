package connectors

import (
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// duplicateTasks asks how many rows and how many messages each event has, in one statement for the calls of all
// tables, and table by table when that fails. Where tables hold messages more than once by design nothing is asked.
func (s *survey) duplicateTasks() []task {
	span, ok := s.want(landed.Duplicates)
	if !ok || s.w.words.Repeats || s.a.layout.ID == "" {
		return nil
	}
	t, wr, ok := s.tracks(landed.Duplicates, span)
	if !ok {
		return nil
	}
	if _, ok := find(t.cols, s.a.layout.ID); !ok {
		s.odd(landed.Oddity{Table: t.rel.Table, Why: "it has no column " + s.a.layout.ID + ": whether a message landed twice cannot be told"})
		return nil
	}
	s.snap.Held[landed.Duplicates] = span
	tables := []eventTable{t}
	for _, name := range s.tables {
		if _, ok := s.a.layout.call(name); !ok {
			continue
		}
		if _, ok := find(s.cat[name], s.a.layout.ID); ok {
			call, _ := wr.event(name, s.cat[name])
			tables = append(tables, call)
		}
	}
	return []task{together(tables, func(ts []eventTable, first int) task { return s.duplicateTask(wr, ts, first, span) })}
}

func (s *survey) duplicateTask(wr *writer, ts []eventTable, first int, span landed.Span) task {
	return task{
		Statement: wr.duplicates(ts, first, span), about: ts[0].rel,
		read: func(rows Rows) (func(), error) { return s.readDuplicates(rows, ts, first) },
		lost: func(tr Trouble) {
			s.gap(landed.Duplicates, ts[0].rel.Table, span, tr)
			if _, ok := s.a.layout.call(ts[0].rel.Table); !ok {
				delete(s.snap.Held, landed.Duplicates)
			}
		},
	}
}

func (s *survey) readDuplicates(rows Rows, ts []eventTable, first int) (func(), error) {
	var (
		day          dayCell
		name, slug   sql.NullString
		part, n, ids intCell
	)
	out := map[eventID]map[landed.Day]landed.Duplicate{}
	for rows.Next() {
		if err := rows.Scan(&part, &day, &name, &slug, &n, &ids); err != nil {
			return nil, fmt.Errorf("read duplicates: %w", err)
		}
		s.meter.count(n.n)
		t := ts[int(part.n)-first]
		var id eventID
		if call, ok := s.a.layout.call(t.rel.Table); ok {
			id = eventID{call.Event, t.rel.Table}
		} else if name.String == "" {
			continue
		} else {
			id = eventID{name.String, s.tableOf(name.String, slug.String)}
		}
		if out[id] == nil {
			out[id] = map[landed.Day]landed.Duplicate{}
		}
		d := out[id][day.day]
		out[id][day.day] = landed.Duplicate{Day: day.day, Rows: d.Rows + n.n, IDs: d.IDs + ids.n}
	}
	return func() {
		for id, days := range out {
			s.dups[id] = slices.Collect(maps.Values(days))
		}
	}, rows.Err()
}
