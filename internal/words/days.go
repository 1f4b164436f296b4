package words

import (
	"strconv"
	"strings"
	"time"
)

// month is the month as it is written beside a day: in full up to five letters, else short.
func month(m time.Month) string {
	short := [...]string{"Jan", "Feb", "March", "April", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"}
	return short[m-1]
}

// ShortDay writes the date that t's own clock shows, without weekday and year: "15 June".
func ShortDay(t time.Time) string { return strconv.Itoa(t.Day()) + " " + month(t.Month()) }

// Day writes the date that t's own clock shows with its weekday: "Tue 26 May".
func Day(t time.Time) string { return t.Weekday().String()[:3] + " " + ShortDay(t) }

// FullDay writes the date that t's own clock shows with weekday and year: "Tue 26 May 2026".
func FullDay(t time.Time) string { return Day(t) + " " + strconv.Itoa(t.Year()) }

// DayNear writes the date with the year only where it is not the year of now: "Tue 26 May", "Fri 3 Jan 2025".
func DayNear(t, now time.Time) string {
	if t.Year() == now.Year() {
		return Day(t)
	}
	return FullDay(t)
}

// Moment writes an instant to the minute in a zone, and names the zone: "Tue 26 May 14:05 UTC". Nil is UTC.
func Moment(t time.Time, zone *time.Location) string {
	t = in(t, zone)
	return Day(t) + t.Format(" 15:04 ") + Zone(t)
}

// FullMoment is Moment with the year: "Tue 26 May 2026 14:05 UTC".
func FullMoment(t time.Time, zone *time.Location) string {
	t = in(t, zone)
	return FullDay(t) + t.Format(" 15:04 ") + Zone(t)
}

// MomentNear is Moment with the year only where it is not the year of now.
func MomentNear(t, now time.Time, zone *time.Location) string {
	if in(t, zone).Year() == in(now, zone).Year() {
		return Moment(t, zone)
	}
	return FullMoment(t, zone)
}

// Zone names the zone of t's clock: its abbreviation, or "UTC+05:45" where it has none.
func Zone(t time.Time) string {
	name, offset := t.Zone()
	if name != "" && name[0] != '+' && name[0] != '-' {
		return name
	}
	sign := "+"
	if offset < 0 {
		sign, offset = "-", -offset
	}
	return "UTC" + sign + two(offset/3600) + ":" + two(offset/60%60)
}

func two(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

func in(t time.Time, zone *time.Location) time.Time {
	if zone == nil {
		return t.UTC()
	}
	return t.In(zone)
}

// Days writes a number of days: "1 day", "21 days".
func Days(n int) string { return Many(int64(n), "day", "days") }

// Duration writes a stretch of time in its two largest units: "1 day 19 hours", "41 s", "under 1 s". Seconds and
// minutes are short, as the cost of a run; hours and days are written out, as the length of an incident.
func Duration(d time.Duration) string {
	switch {
	case d < time.Second:
		return "under 1 s"
	case d < time.Minute:
		return strconv.Itoa(int(d/time.Second)) + " s"
	case d < time.Hour:
		return two2(int64(d/time.Minute), " min", int64(d%time.Minute/time.Second), " s")
	case d < 24*time.Hour:
		s := Many(int64(d/time.Hour), "hour", "hours")
		if m := int64(d % time.Hour / time.Minute); m > 0 {
			s += " " + Count(m) + " min"
		}
		return s
	}
	day := 24 * time.Hour
	parts := []string{Days(int(d / day))}
	if h := int64(d % day / time.Hour); h > 0 {
		parts = append(parts, Many(h, "hour", "hours"))
	}
	return strings.Join(parts, " ")
}

func two2(a int64, unit string, b int64, small string) string {
	s := Count(a) + unit
	if b > 0 {
		s += " " + Count(b) + small
	}
	return s
}
