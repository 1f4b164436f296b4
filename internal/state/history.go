package state

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// history reads the last days of a source as it stands now: another fingerprint has another history. Zero days are all.
func (s *Store) history(ctx context.Context, tx *sqlx.Tx, source landed.Source, days int) (landed.Snapshot, error) {
	var id int64
	err := tx.GetContext(ctx, &id, `SELECT id FROM source WHERE workspace = ? AND name = ? AND fingerprint = ?`,
		s.workspace, source.Name, source.Fingerprint)
	if errors.Is(err, sql.ErrNoRows) {
		return landed.Snapshot{Source: source, Span: landed.NoSpan}, nil
	}
	if err != nil {
		return landed.Snapshot{}, err
	}
	var ends struct{ First, Last sql.NullInt32 }
	if err := tx.GetContext(ctx, &ends, `SELECT min(day) AS first, max(day) AS last FROM held WHERE source = ?`, id); err != nil {
		return landed.Snapshot{}, err
	}
	span := landed.NoSpan
	if ends.Last.Valid {
		span = landed.Span{First: landed.Day(ends.First.Int32), Last: landed.Day(ends.Last.Int32)}
		if days > 0 {
			span.First = max(span.First, span.Last-landed.Day(days)+1)
		}
	}
	return readHistory(ctx, tx, id, source, span)
}

// readHistory puts the stored facts of a span together. Of every kind, and of profiles in every table, only the newest
// days that follow each other without a hole count: a day nobody read is to be asked for again, not to pass as silence.
func readHistory(ctx context.Context, tx *sqlx.Tx, id int64, source landed.Source, span landed.Span) (landed.Snapshot, error) {
	b := builder{
		out:    landed.Snapshot{Source: source, Span: landed.NoSpan},
		events: make(map[eventKey]*landed.Event), cells: make(map[cellKey][]int64),
		tables: make(map[string]*landed.Table),
	}
	var loaded int64
	if err := tx.GetContext(ctx, &loaded, `SELECT loaded FROM source WHERE id = ?`, id); err != nil {
		return b.out, err
	}
	b.out.Loaded = unstamp(loaded)
	if err := b.spans(ctx, tx, id, span); err != nil {
		return b.out, err
	}
	rows, err := tx.QueryxContext(ctx, `SELECT kind, day, relation, body FROM fact
		WHERE source = ? AND (day BETWEEN ? AND ? OR kind = ?) ORDER BY kind, day DESC, relation`,
		id, span.First, span.Last, landed.Columns)
	if err != nil {
		return b.out, err
	}
	defer rows.Close()
	for rows.Next() {
		var r factRow
		if err := rows.Scan(&r.kind, &r.day, &r.relation, &r.body); err != nil {
			return b.out, err
		}
		if err := b.add(r); err != nil {
			return b.out, fmt.Errorf("%w: %s of %s on %s: %w", ErrDamaged, r.kind, source.Name, r.day, err)
		}
	}
	if err := rows.Err(); err != nil {
		return b.out, err
	}
	return b.finish(), nil
}

type (
	factRow struct {
		kind     landed.Kind
		day      landed.Day
		relation string
		body     sql.RawBytes
	}

	eventKey struct {
		name, table string
		call        landed.Call
	}

	cellKey struct {
		event eventKey
		slice landed.Slice
	}
)

// builder puts rows together to a snapshot. Rows come by kind, the newest day first.
type builder struct {
	unpacker unpacker
	out      landed.Snapshot
	events   map[eventKey]*landed.Event
	cells    map[cellKey][]int64
	tables   map[string]*landed.Table
}

// spans finds the newest run of days of each kind.
func (b *builder) spans(ctx context.Context, tx *sqlx.Tx, id int64, span landed.Span) error {
	var days []struct {
		Kind landed.Kind
		Day  landed.Day
	}
	if err := tx.SelectContext(ctx, &days, `SELECT kind, day FROM held WHERE source = ? AND day BETWEEN ? AND ?
		ORDER BY kind, day DESC`, id, span.First, span.Last); err != nil {
		return err
	}
	runs := make(map[landed.Kind]landed.Span)
	for _, d := range days {
		runs[d.Kind] = before(orNone(runs[d.Kind]), d.Day)
	}
	if run, ok := runs[landed.Counts]; ok {
		b.out.Span = run
		delete(runs, landed.Counts)
	}
	if len(runs) > 0 {
		b.out.Held = runs
	}
	return nil
}

// before lengthens a run by the day before it; a day further back stays out.
func before(run landed.Span, d landed.Day) landed.Span {
	switch {
	case run.Empty():
		return landed.Span{First: d, Last: d}
	case d == run.First-1:
		run.First = d
	}
	return run
}

func (b *builder) add(r factRow) error {
	switch r.kind {
	case landed.Counts:
		var day countsOfDay
		if err := b.unpacker.unpack(r.body, &day); err != nil || !b.out.Span.Has(r.day) {
			return err
		}
		b.counts(r.day, day)
	case landed.Columns:
		var now catalogue
		if err := b.unpacker.unpack(r.body, &now); err != nil {
			return err
		}
		if b.out.Held == nil {
			b.out.Held = make(map[landed.Kind]landed.Span, 1)
		}
		b.out.Held[landed.Columns] = now.Held
		for _, t := range now.Tables {
			b.table(t.Name).Columns = t.Columns
		}
	case landed.Profiles:
		var day []landed.Profile
		if err := b.unpacker.unpack(r.body, &day); err != nil {
			return err
		}
		t := b.table(r.relation)
		if t.Profiled = before(t.Profiled, r.day); t.Profiled.Has(r.day) {
			t.Profiles = append(t.Profiles, day...)
		}
	case landed.Shapes:
		var day []landed.Shape
		if err := b.unpacker.unpack(r.body, &day); err != nil || !held(b.out, r.kind).Has(r.day) {
			return err
		}
		t := b.table(r.relation)
		t.Shapes = append(t.Shapes, day...)
	case landed.Duplicates:
		var day []duplicatesOfEvent
		if err := b.unpacker.unpack(r.body, &day); err != nil || !held(b.out, r.kind).Has(r.day) {
			return err
		}
		for _, d := range day {
			e := b.event(eventKey{d.Name, d.Table, d.Call})
			e.Dups = append(e.Dups, d.Duplicate)
		}
	case landed.Arrivals:
		var day []landed.Arrival
		if err := b.unpacker.unpack(r.body, &day); err != nil || !held(b.out, r.kind).Has(r.day) {
			return err
		}
		b.out.Arrivals = append(b.out.Arrivals, day...)
	}
	return nil
}

func (b *builder) counts(d landed.Day, day countsOfDay) {
	for _, row := range day.Events {
		k := eventKey{row.Name, row.Table, row.Call}
		e := b.event(k)
		if row.Unseen {
			if n := len(e.Unseen); n > 0 && e.Unseen[n-1].First == d+1 {
				e.Unseen[n-1].First = d
			} else {
				e.Unseen = append(e.Unseen, landed.Span{First: d, Last: d})
			}
		}
		if row.Belated != 0 {
			e.Belated = append(e.Belated, landed.Belated{Day: d, Rows: row.Belated})
		}
		for _, c := range row.Cells {
			at := cellKey{k, c.Slice}
			if b.cells[at] == nil {
				b.cells[at] = make([]int64, b.out.Span.Len())
				e.Cells = append(e.Cells, landed.Cell{Slice: c.Slice, Daily: b.cells[at]})
			}
			b.cells[at][d-b.out.Span.First] += c.Rows
		}
	}
}

func (b *builder) event(k eventKey) *landed.Event {
	if b.events[k] == nil {
		b.events[k] = &landed.Event{Name: k.name, Table: k.table, Call: k.call}
	}
	return b.events[k]
}

func (b *builder) table(name string) *landed.Table {
	if b.tables[name] == nil {
		b.tables[name] = &landed.Table{Name: name, Profiled: landed.NoSpan}
	}
	return b.tables[name]
}

// finish turns what came newest first around, and hands over the snapshot in the order that landed promises.
func (b *builder) finish() landed.Snapshot {
	for _, e := range b.events {
		slices.Reverse(e.Unseen)
		b.out.Events = append(b.out.Events, *e)
	}
	for _, name := range slices.Sorted(maps.Keys(b.tables)) {
		t := *b.tables[name]
		slices.SortStableFunc(t.Profiles, func(x, y landed.Profile) int { return int(x.Day) - int(y.Day) })
		slices.SortStableFunc(t.Shapes, func(x, y landed.Shape) int { return int(x.Day) - int(y.Day) })
		b.out.Tables = append(b.out.Tables, t)
	}
	slices.Reverse(b.out.Arrivals)
	for i := range b.out.Events {
		e := &b.out.Events[i]
		slices.Reverse(e.Dups)
		slices.Reverse(e.Belated)
		slices.SortFunc(e.Cells, func(x, y landed.Cell) int { return compareSlices(x.Slice, y.Slice) })
	}
	slices.SortFunc(b.out.Events, func(x, y landed.Event) int {
		if c := strings.Compare(x.Name, y.Name); c != 0 {
			return c
		}
		if c := strings.Compare(x.Table, y.Table); c != 0 {
			return c
		}
		return int(x.Call) - int(y.Call)
	})
	return b.out
}

func compareSlices(x, y landed.Slice) int {
	for _, c := range []int{
		strings.Compare(x.Platform, y.Platform), strings.Compare(x.Library, y.Library),
		strings.Compare(x.LibraryVersion, y.LibraryVersion), strings.Compare(x.AppVersion, y.AppVersion),
	} {
		if c != 0 {
			return c
		}
	}
	return 0
}
