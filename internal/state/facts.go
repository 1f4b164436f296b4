package state

import (
	"context"
	"maps"
	"slices"

	"github.com/jmoiron/sqlx"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// The forms in which the facts of one day, or the catalogue, stand in a row.
type (
	countsOfDay struct{ Events []countsOfEvent }

	countsOfEvent struct {
		Name, Table string
		Call        landed.Call
		Unseen      bool
		Cells       []countsOfSlice
		Belated     int64
	}

	countsOfSlice struct {
		Slice landed.Slice
		Rows  int64
	}

	duplicatesOfEvent struct {
		Name, Table string
		Call        landed.Call
		Duplicate   landed.Duplicate
	}

	catalogue struct {
		Held   landed.Span
		Tables []columnsOfTable
	}

	columnsOfTable struct {
		Name    string
		Columns []landed.Column
	}
)

// catalogueDay is the day under which the one catalogue of a source is filed: it is of no day.
const catalogueDay landed.Day = 0

// factWriter writes the facts of one night in one transaction.
type factWriter struct {
	tx     *sqlx.Tx
	put    *sqlx.Stmt
	held   *sqlx.Stmt
	source int64
	packer packer
}

// keep lays fresh over the days that are stored, as landed.Merge does, and writes the days that fresh read.
func (s *Store) keep(ctx context.Context, tx *sqlx.Tx, fresh landed.Snapshot) error {
	id, err := s.sourceID(ctx, tx, fresh.Source)
	if err != nil {
		return err
	}
	stored, err := readHistory(ctx, tx, id, fresh.Source, covered(fresh))
	if err != nil {
		return err
	}
	w := factWriter{tx: tx, source: id}
	if w.put, err = tx.PreparexContext(ctx, `INSERT INTO fact (source, kind, day, relation, body) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (source, kind, day, relation) DO UPDATE SET body = excluded.body`); err != nil {
		return err
	}
	defer w.put.Close() //nolint:errcheck // the transaction's end is what counts
	if w.held, err = tx.PreparexContext(ctx, `INSERT OR IGNORE INTO held (source, kind, day) VALUES (?, ?, ?)`); err != nil {
		return err
	}
	defer w.held.Close() //nolint:errcheck // the transaction's end is what counts

	merged := landed.Merge(stored, fresh)
	for _, write := range []func(context.Context, landed.Snapshot, landed.Snapshot) error{
		w.counts, w.duplicates, w.arrivals, w.profiles, w.shapes, w.columns,
	} {
		if err := write(ctx, fresh, merged); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, `UPDATE source SET loaded = max(loaded, ?) WHERE id = ?`, stamp(fresh.Loaded), id)
	return err
}

func (s *Store) sourceID(ctx context.Context, tx *sqlx.Tx, source landed.Source) (int64, error) {
	var id int64
	err := tx.GetContext(ctx, &id, `INSERT INTO source (workspace, name, fingerprint) VALUES (?, ?, ?)
		ON CONFLICT (workspace, name, fingerprint) DO UPDATE SET name = excluded.name RETURNING id`,
		s.workspace, source.Name, source.Fingerprint)
	return id, err
}

// held is the days of a kind that a snapshot read.
func held(s landed.Snapshot, k landed.Kind) landed.Span {
	if k == landed.Counts {
		return orNone(s.Span)
	}
	return orNone(s.Held[k])
}

// orNone makes a span that nobody set an empty one.
func orNone(s landed.Span) landed.Span {
	if s == (landed.Span{}) {
		return landed.NoSpan
	}
	return s
}

// covered is the smallest span that holds every day that a snapshot read something of.
func covered(s landed.Snapshot) landed.Span {
	out := held(s, landed.Counts)
	for k := range s.Held {
		if k != landed.Columns {
			out = out.Union(held(s, k))
		}
	}
	for _, t := range s.Tables {
		out = out.Union(orNone(t.Profiled))
		for _, x := range t.Shapes {
			out = out.Union(landed.Span{First: x.Day, Last: x.Day})
		}
	}
	return out
}

func (w *factWriter) write(ctx context.Context, k landed.Kind, d landed.Day, relation string, v any) error {
	body, err := w.packer.pack(v)
	if err != nil {
		return err
	}
	_, err = w.put.ExecContext(ctx, w.source, k, d, relation, body)
	return err
}

// hold notes the days of a kind that were read, but for those that a gap of the whole source takes out.
func (w *factWriter) hold(ctx context.Context, k landed.Kind, fresh landed.Snapshot) ([]landed.Day, error) {
	var days []landed.Day
	span := held(fresh, k)
	for d := span.First; d <= span.Last; d++ {
		if slices.ContainsFunc(fresh.Gaps, func(g landed.Gap) bool {
			return g.Kind == k && g.Table == "" && (orNone(g.Span).Empty() || g.Span.Has(d))
		}) {
			continue
		}
		days = append(days, d)
		if _, err := w.held.ExecContext(ctx, w.source, k, d); err != nil {
			return nil, err
		}
	}
	return days, nil
}

func (w *factWriter) counts(ctx context.Context, fresh, merged landed.Snapshot) error {
	days, err := w.hold(ctx, landed.Counts, fresh)
	if err != nil {
		return err
	}
	for _, d := range days {
		var day countsOfDay
		for _, e := range merged.Events {
			row := countsOfEvent{Name: e.Name, Table: e.Table, Call: e.Call}
			row.Unseen = slices.ContainsFunc(e.Unseen, func(s landed.Span) bool { return s.Has(d) })
			for _, c := range e.Cells {
				if n := c.Daily[d-merged.Span.First]; n != 0 {
					row.Cells = append(row.Cells, countsOfSlice{Slice: c.Slice, Rows: n})
				}
			}
			for _, b := range e.Belated {
				if b.Day == d {
					row.Belated = b.Rows
				}
			}
			if row.Unseen || len(row.Cells) > 0 {
				day.Events = append(day.Events, row)
			}
		}
		if err := w.write(ctx, landed.Counts, d, "", day); err != nil {
			return err
		}
	}
	return nil
}

func (w *factWriter) duplicates(ctx context.Context, fresh, merged landed.Snapshot) error {
	days, err := w.hold(ctx, landed.Duplicates, fresh)
	if err != nil || len(days) == 0 {
		return err
	}
	byDay := make(map[landed.Day][]duplicatesOfEvent)
	for _, e := range merged.Events {
		for _, d := range e.Dups {
			byDay[d.Day] = append(byDay[d.Day], duplicatesOfEvent{Name: e.Name, Table: e.Table, Call: e.Call, Duplicate: d})
		}
	}
	for _, d := range days {
		if err := w.write(ctx, landed.Duplicates, d, "", byDay[d]); err != nil {
			return err
		}
	}
	return nil
}

func (w *factWriter) arrivals(ctx context.Context, fresh, merged landed.Snapshot) error {
	days, err := w.hold(ctx, landed.Arrivals, fresh)
	if err != nil || len(days) == 0 {
		return err
	}
	byDay := make(map[landed.Day][]landed.Arrival)
	for _, a := range merged.Arrivals {
		byDay[a.Day] = append(byDay[a.Day], a)
	}
	for _, d := range days {
		if err := w.write(ctx, landed.Arrivals, d, "", byDay[d]); err != nil {
			return err
		}
	}
	return nil
}

// profiles writes a row for each table and day that was read, so that a day without rows is told from one unread.
func (w *factWriter) profiles(ctx context.Context, fresh, merged landed.Snapshot) error {
	if _, err := w.hold(ctx, landed.Profiles, fresh); err != nil {
		return err
	}
	for _, t := range fresh.Tables {
		now := merged.Table(t.Name)
		byDay := make(map[landed.Day][]landed.Profile)
		for _, p := range now.Profiles {
			byDay[p.Day] = append(byDay[p.Day], p)
		}
		span := orNone(t.Profiled)
		for d := span.First; d <= span.Last; d++ {
			if err := w.write(ctx, landed.Profiles, d, t.Name, byDay[d]); err != nil {
				return err
			}
		}
	}
	return nil
}

// shapes replaces the days that were sampled; merged has what stays of them for tables that were not.
func (w *factWriter) shapes(ctx context.Context, fresh, merged landed.Snapshot) error {
	days, err := w.hold(ctx, landed.Shapes, fresh)
	if err != nil {
		return err
	}
	for _, d := range days {
		if _, err := w.tx.ExecContext(ctx, `DELETE FROM fact WHERE source = ? AND kind = ? AND day = ?`,
			w.source, landed.Shapes, d); err != nil {
			return err
		}
	}
	sampled := make(map[landed.Day]bool, len(days))
	for _, d := range days {
		sampled[d] = true
	}
	for _, t := range merged.Tables {
		byDay := make(map[landed.Day][]landed.Shape)
		for _, x := range t.Shapes {
			byDay[x.Day] = append(byDay[x.Day], x)
		}
		own := make(map[landed.Day]bool) // days of this table alone, beside the ones of all
		if f := fresh.Table(t.Name); f != nil {
			for _, x := range f.Shapes {
				own[x.Day] = true
			}
		}
		for _, d := range slices.Sorted(maps.Keys(byDay)) {
			if !sampled[d] && !own[d] {
				continue
			}
			if err := w.write(ctx, landed.Shapes, d, t.Name, byDay[d]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *factWriter) columns(ctx context.Context, fresh, merged landed.Snapshot) error {
	if held(fresh, landed.Columns).Empty() {
		return nil
	}
	now := catalogue{Held: held(merged, landed.Columns)}
	for _, t := range merged.Tables {
		if len(t.Columns) > 0 {
			now.Tables = append(now.Tables, columnsOfTable{Name: t.Name, Columns: t.Columns})
		}
	}
	return w.write(ctx, landed.Columns, catalogueDay, "", now)
}
