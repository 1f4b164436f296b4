package connectors

import (
	"errors"
	"fmt"
	"sort"
	"strings"
	"time"
	_ "time/tzdata" // a container without tzdata must still know a source's days

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// calendar turns instants into a source's days. The offsets come from Go's zone data and are written into the
// statement, so that the filter, the days and the hours of one audit agree whatever zone data the warehouse has.
type calendar struct{ zone *time.Location }

func newCalendar(name string) (calendar, error) {
	if name == "" {
		name = "UTC"
	}
	if name == "Local" {
		return calendar{}, errors.New(`time zone "Local" differs from machine to machine: give an IANA name such as America/Los_Angeles`)
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		return calendar{}, fmt.Errorf("read time zone %q: give an IANA name such as America/Los_Angeles: %w", name, err)
	}
	return calendar{z}, nil
}

// start returns the instant at which d begins: midnight, or the end of the gap where clocks jump over midnight.
func (c calendar) start(d landed.Day) time.Time {
	t := d.In(c.zone)
	if landed.DayOf(t) == d && landed.DayOf(t.Add(-1)) < d {
		return t
	}
	// Midnight does not exist, or twice: the first instant whose date is d or later, within the widest jump there was.
	from := t.Add(-26 * time.Hour)
	n := sort.Search(int(52*time.Hour/time.Second), func(i int) bool {
		return landed.DayOf(from.Add(time.Duration(i)*time.Second)) >= d
	})
	return from.Add(time.Duration(n) * time.Second)
}

// bounds returns the first instant of the span and the first one after it.
func (c calendar) bounds(s landed.Span) (from, to time.Time) {
	return c.start(s.First), c.start(s.Last + 1)
}

// date returns the SQL of the calendar day of a UTC timestamp that lies inside the span.
func (c calendar) date(w Words, k Clock, s landed.Span) string {
	if k.On != nil {
		return k.Bare
	}
	from, to := c.bounds(s)
	type piece struct {
		until  time.Time
		offset int
	}
	var pieces []piece
	for t := from; ; {
		_, off := t.In(c.zone).Zone()
		_, end := t.In(c.zone).ZoneBounds()
		if n := len(pieces); n > 0 && pieces[n-1].offset == off {
			pieces[n-1].until = end
		} else {
			pieces = append(pieces, piece{end, off})
		}
		if end.IsZero() || !end.Before(to) {
			break
		}
		t = end
	}
	if len(pieces) == 1 {
		return w.Date(w.Shift(k.UTC, pieces[0].offset))
	}
	var b strings.Builder
	b.WriteString("CASE")
	for _, p := range pieces[:len(pieces)-1] {
		b.WriteString(" WHEN " + k.Bare + " < " + k.At(p.until) + " THEN " + w.Date(w.Shift(k.UTC, p.offset)))
	}
	b.WriteString(" ELSE " + w.Date(w.Shift(k.UTC, pieces[len(pieces)-1].offset)) + " END")
	return b.String()
}

// within returns the two conditions that a time column lies inside the span.
func (c calendar) within(k Clock, s landed.Span) []string {
	if k.On != nil {
		return []string{k.Bare + " >= " + k.On(s.First), k.Bare + " < " + k.On(s.Last+1)}
	}
	from, to := c.bounds(s)
	return []string{k.Bare + " >= " + k.At(from.UTC()), k.Bare + " < " + k.At(to.UTC())}
}
