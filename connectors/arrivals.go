package connectors

import (
	"fmt"
	"maps"
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
