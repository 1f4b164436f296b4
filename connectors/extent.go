package connectors

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// recentDays is how many days up to the newest row say at which hours rows are received.
const recentDays = 28

// Extent is how much a source holds, from when to when, and at which hours it is received.
type Extent struct {
	Rows        int64
	First, Last time.Time // of its rows; zero without any. Midnight UTC of the day for a table of daily counts.
	Tables      int       // that hold events, tracks included
	Hours       [24]int64 // rows of the last four weeks by their hour in UTC; all zero where no hour is known
	Recent      int64     // rows of those weeks
}

// Extent asks what a source holds up to a moment, in two statements; rows that claim to be later are left out.
func (w *Warehouse) Extent(ctx context.Context, source string, until time.Time) (Extent, error) {
	a, err := w.source(source)
	if err != nil {
		return Extent{}, err
	}
	out, err := w.extent(ctx, a, until)
	if err != nil {
		return Extent{}, fmt.Errorf("see what %s holds: %w", source, err)
	}
	return out, nil
}

func (w *Warehouse) extent(ctx context.Context, a attached, until time.Time) (Extent, error) {
	cat, err := w.catalogueOf(ctx, a, false, nil)
	if err != nil {
		return Extent{}, err
	}
	name, ok := cat.table(a.layout.Tracks)
	if !ok {
		return Extent{}, fmt.Errorf("schema %s has no table %s that can be read", a.Schema, a.layout.Tracks)
	}
	wr := w.writer(a, time.Time{})
	span := landed.Span{First: earliest(), Last: landed.DayOf(until.In(wr.a.calendar.zone))}
	if a.layout.Counts != nil {
		return w.rollupExtent(ctx, wr, name, cat[name], span)
	}
	if why := w.lacking(name, cat[name], a.layout); why != "" {
		return Extent{}, errors.New(why)
	}
	t, _ := wr.event(name, cat[name])
	out := Extent{Tables: w.eventTables(a, cat) + 1}
	var n, first, last intCell
	if err := w.figures(ctx, wr.held(t, span), &n, &first, &last); err != nil || n.n == 0 || !last.valid {
		return out, err
	}
	out.Rows, out.First, out.Last = n.n, instant(first.n), instant(last.n)
	if t.clock.On != nil {
		return out, nil // a date has no hour
	}
	span.Last = landed.DayOf(out.Last.In(wr.a.calendar.zone))
	span.First = span.Last - recentDays + 1
	err = w.run(ctx, wr.hours(t, span), func(rows Rows) error {
		for rows.Next() {
			var hour, n intCell
			if err := rows.Scan(&hour, &n); err != nil {
				return fmt.Errorf("read the hours of %s: %w", t.rel.Table, err)
			}
			out.Hours[instant(hour.n).Hour()] += n.n
			out.Recent += n.n
		}
		return rows.Err()
	})
	return out, err
}

// earliest is the day before which nothing can have been received: older times are mistakes of a clock.
func earliest() landed.Day { return landed.DayOf(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)) }

// eventTables counts the tables of a schema that hold events, without tracks.
func (w *Warehouse) eventTables(a attached, cat catalogue) int {
	n := 0
	for t, cols := range cat {
		_, timed := find(cols, a.layout.ReceivedAt)
		if timed && !strings.EqualFold(t, a.layout.Tracks) && !a.layout.leftOut(t) && !a.options.excludes(t) {
			n++
		}
	}
	return n
}

// held asks how many rows a table has, from when to when. Most warehouses answer it from what they keep beside the
// column; the limits take out times that nobody can have meant.
func (w *writer) held(t eventTable, span landed.Span) Statement {
	return w.statement("extent", fmt.Sprintf("SELECT\n  count(*) AS n,\n  %s AS earliest,\n  %s AS latest\nFROM %s\n%s",
		w.words.Micros("min("+t.clock.UTC+")"), w.words.Micros("max("+t.clock.UTC+")"), w.name(t.rel), w.where(t, span)), span)
}

// hours counts the rows of each hour.
func (w *writer) hours(t eventTable, span landed.Span) Statement {
	return w.statement("hours", fmt.Sprintf("SELECT\n  %s AS hour,\n  count(*) AS n\nFROM %s\n%s\nGROUP BY 1",
		w.words.Micros(w.words.Hour(t.clock.UTC)), w.name(t.rel), w.where(t, span)), span)
}

// figures runs a statement of one row.
func (w *Warehouse) figures(ctx context.Context, s Statement, dest ...any) error {
	return w.run(ctx, s, func(rows Rows) error {
		if !rows.Next() {
			return rows.Err()
		}
		if err := rows.Scan(dest...); err != nil {
			return fmt.Errorf("read the %s of %s: %w", s.Name, s.Tables[0].Table, err)
		}
		return rows.Err()
	})
}

// rollupExtent adds up daily counts.
func (w *Warehouse) rollupExtent(ctx context.Context, wr *writer, table string, cols []column, span landed.Span) (Extent, error) {
	out := Extent{Tables: 1}
	c, ok := find(cols, wr.a.layout.Counts.Day)
	if !ok {
		return out, fmt.Errorf("%s has no column %s", table, wr.a.layout.Counts.Day)
	}
	rel := landed.Relation{Schema: wr.a.Schema, Table: table}
	text := w.d.Type(c.native) == landed.Text
	base := wr.rollup(rel, cols, span, c.native, text)
	first, last, some := landed.NoDay, landed.NoDay, false
	err := w.run(ctx, base, func(rows Rows) error {
		for rows.Next() {
			var day dayCell
			var n intCell
			var skip [3]any
			if err := rows.Scan(&day, &skip[0], &skip[1], &skip[2], &n); err != nil {
				return fmt.Errorf("read the days of %s: %w", table, err)
			}
			if day.bad {
				continue // an audit says so
			}
			if !some || day.day < first {
				first = day.day
			}
			if !some || day.day > last {
				last = day.day
			}
			some = true
			out.Rows += n.n
		}
		return rows.Err()
	})
	if some {
		out.First, out.Last = first.Time(), last.Time()
	}
	return out, err
}

// Unreadable lists the tables of a source that cannot be read, and how many can. It reads one day of each.
func (w *Warehouse) Unreadable(ctx context.Context, source string, day landed.Day) (gaps []landed.Gap, readable int, err error) {
	a, err := w.source(source)
	if err != nil {
		return nil, 0, err
	}
	cat, err := w.catalogueOf(ctx, a, false, nil)
	if err != nil {
		return nil, 0, fmt.Errorf("see what may be read of %s: %w", source, err)
	}
	if a.layout.Counts != nil {
		if _, ok := cat.table(a.layout.Tracks); !ok {
			return []landed.Gap{{Table: a.layout.Tracks, Why: "there is no such table", HowToFix: "name it under `table` of the source, or grant select on it"}}, 0, nil
		}
		return nil, 1, nil
	}
	span := landed.Span{First: day, Last: day}
	wr := w.writer(a, time.Time{})
	var tables []eventTable
	for _, name := range slices.Sorted(maps.Keys(cat)) {
		if a.layout.leftOut(name) || a.options.excludes(name) {
			continue
		}
		if t, ok := wr.event(name, cat[name]); ok {
			tables = append(tables, t)
		}
	}
	var tasks []task
	for batch := range slices.Chunk(tables, max(1, w.words.Batch)) {
		tasks = append(tasks, w.probe(wr, batch, span, &gaps, &readable))
	}
	if err := w.do(ctx, nil, tasks); err != nil {
		return nil, 0, fmt.Errorf("see what may be read of %s: %w", source, err)
	}
	slices.SortFunc(gaps, func(x, y landed.Gap) int { return strings.Compare(x.Table, y.Table) })
	return gaps, readable, nil
}

// probe reads a day of some tables; where it fails it is asked for each alone.
func (w *Warehouse) probe(wr *writer, batch []eventTable, span landed.Span, gaps *[]landed.Gap, readable *int) task {
	parts := make([]string, len(batch))
	for i, t := range batch {
		parts[i] = fmt.Sprintf("SELECT count(*) AS n\nFROM %s\n%s", wr.name(t.rel), wr.where(t, span))
	}
	t := task{
		Statement: wr.statement("access", strings.Join(parts, "\nUNION ALL\n"), span), about: batch[0].rel,
		read: func(rows Rows) (func(), error) {
			for rows.Next() {
				var n intCell
				if err := rows.Scan(&n); err != nil {
					return nil, fmt.Errorf("read what may be read: %w", err)
				}
			}
			return func() { *readable += len(batch) }, rows.Err()
		},
		lost: func(tr Trouble) {
			*gaps = append(*gaps, landed.Gap{Table: batch[0].rel.Table, Span: span, Why: tr.Why, HowToFix: tr.HowToFix})
		},
	}
	if len(batch) > 1 {
		t.split = func(error) []task {
			var single []task
			own := w.writer(wr.a, time.Time{}) // this one is split while others run
			for i := range batch {
				single = append(single, w.probe(own, batch[i:i+1], span, gaps, readable))
			}
			return single
		}
	}
	return t
}
