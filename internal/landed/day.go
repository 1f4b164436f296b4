package landed

import (
	"fmt"
	"math"
	"time"
)

// Day is a calendar day of the source's time zone, counted from 1970-01-01. Nothing below this line knows zones.
type Day int32

// NoDay stands where no day is known: the start of something that never began.
const NoDay Day = math.MinInt32

const dayFormat = "2006-01-02"

// ParseDay reads a day written as 2006-01-02.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(dayFormat, s)
	if err != nil {
		return NoDay, fmt.Errorf("read %q as a day: write it as YYYY-MM-DD", s)
	}
	return DayOf(t), nil
}

// DayOf returns the calendar day that t's own clock shows, whatever its zone.
func DayOf(t time.Time) Day {
	y, m, d := t.Date()
	return Day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// Time returns midnight UTC of the day's date.
func (d Day) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// In returns the instant at which the day begins in zone.
func (d Day) In(zone *time.Location) time.Time {
	y, m, dd := d.Time().Date()
	return time.Date(y, m, dd, 0, 0, 0, 0, zone)
}

// Weekday returns the day of the week.
func (d Day) Weekday() time.Weekday { return d.Time().Weekday() }

// String writes the day as 2006-01-02, and NoDay as "unknown".
func (d Day) String() string {
	if d == NoDay {
		return "unknown"
	}
	return d.Time().Format(dayFormat)
}

// Span is the days First..Last, both included; empty when Last < First.
type Span struct{ First, Last Day }

// NoSpan is an empty span.
var NoSpan = Span{First: 1, Last: 0} //nolint:gochecknoglobals // a constant that Go cannot write as one

// Len is the number of days in the span; 0 when it is empty.
func (s Span) Len() int { return max(0, int(s.Last)-int(s.First)+1) }

// Empty says whether the span holds no day.
func (s Span) Empty() bool { return s.Last < s.First }

// Has says whether d lies in the span.
func (s Span) Has(d Day) bool { return s.First <= d && d <= s.Last }

// Union returns the smallest span that holds both; an empty span adds nothing.
func (s Span) Union(o Span) Span {
	switch {
	case s.Empty():
		return o
	case o.Empty():
		return s
	}
	return Span{First: min(s.First, o.First), Last: max(s.Last, o.Last)}
}

// Meet returns the days that both spans hold.
func (s Span) Meet(o Span) Span {
	return Span{First: max(s.First, o.First), Last: min(s.Last, o.Last)}
}

// String writes the span as first..last.
func (s Span) String() string {
	if s.Empty() {
		return "no days"
	}
	return s.First.String() + ".." + s.Last.String()
}
