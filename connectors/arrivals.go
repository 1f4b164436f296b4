package connectors

import (
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// arrivalTasks asks how late the rows of each day landed. A layout without a load time has no arrivals.
func (s *survey) arrivalTasks() []task {
	span, ok := s.want(landed.Arrivals)
	if !ok {
		return nil
	}
	t, wr, ok := s.tracks(landed.Arrivals, span)
	if !ok {
		return nil
	}
	k, ok := wr.loaded(t.cols)
	if !ok || k.On != nil || t.clock.On != nil { // a date has no hour
		return nil
	}
	s.snap.Held[landed.Arrivals] = span
	return []task{{
		Statement: wr.arrivals(t, k, span), about: t.rel,
		read: s.readArrivals,
		lost: func(tr Trouble) {
			s.gap(landed.Arrivals, t.rel.Table, span, tr)
			delete(s.snap.Held, landed.Arrivals)
		},
	}}
}

func (s *survey) readArrivals(rows Rows) (func(), error) {
	var (
		day     dayCell
		hour, n intCell
	)
	out := map[landed.Day]*landed.Arrival{}
	for rows.Next() {
		if err := rows.Scan(&day, &hour, &n); err != nil {
			return nil, fmt.Errorf("read arrivals: %w", err)
		}
		s.meter.count(n.n)
		a := out[day.day]
		if a == nil {
			a = &landed.Arrival{Day: day.day}
			out[day.day] = a
		}
		a.Rows += n.n
		// Rows loaded within an hour are all there by its end.
		after := instant(hour.n).Add(time.Hour).Sub(s.a.calendar.start(day.day + 1))
		for h := max(0, int((after+time.Hour-1)/time.Hour)); h < len(a.Hours); h++ {
			a.Hours[h] += n.n
		}
	}
	return func() { maps.Copy(s.arrivals, out) }, rows.Err()
}

func (s *survey) duplicateTasks() []task {
	span, ok := s.want(landed.Duplicates)
	if !ok {
		return nil
	}
	t, wr, ok := s.tracks(landed.Duplicates, span)
	if !ok {
		return nil
	}
	if _, ok := find(t.cols, s.a.layout.ID); !ok {
		s.gap(landed.Duplicates, t.rel.Table, span, Trouble{
			Why:      t.rel.Table + " has no column " + s.a.layout.ID,
			HowToFix: "let the pipeline send its message ids, or turn the duplicates check off",
		})
		return nil
	}
	s.snap.Held[landed.Duplicates] = span
	return []task{{
		Statement: wr.duplicates(t, span), about: t.rel,
		read: s.readDuplicates,
		lost: func(tr Trouble) {
			s.gap(landed.Duplicates, t.rel.Table, span, tr)
			delete(s.snap.Held, landed.Duplicates)
		},
	}}
}

func (s *survey) readDuplicates(rows Rows) (func(), error) {
	var (
		day        dayCell
		name, slug sql.NullString
		n, ids     intCell
	)
	out := map[eventID]map[landed.Day]landed.Duplicate{}
	for rows.Next() {
		if err := rows.Scan(&day, &name, &slug, &n, &ids); err != nil {
			return nil, fmt.Errorf("read duplicates: %w", err)
		}
		if name.String == "" {
			continue
		}
		s.meter.count(n.n)
		id := eventID{name.String, s.tableOf(name.String, slug.String)}
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
