package config

import (
	"errors"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // zones must be known on machines without a zone database
)

// Zone is the IANA name of a time zone that exists.
type Zone string

// Location returns the zone; UTC for the empty name.
func (z Zone) Location() *time.Location {
	loc, err := time.LoadLocation(string(z))
	if err != nil {
		return time.UTC // cannot happen for a zone that was parsed
	}
	return loc
}

// Date is a calendar day that exists, as YYYY-MM-DD; "" where none was given. Dates compare as strings.
type Date string

// Time returns midnight UTC of the day; the zero time for "".
func (d Date) Time() time.Time {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{}
	}
	return t
}

// Days is a length of time in whole days.
type Days int

// Bytes is an amount of data in bytes.
type Bytes int64

// Path is a file, resolved against the folder of the configuration.
type Path string

// URL says where something is, by scheme; the file of duckdb: and sqlite: is resolved like a Path.
type URL string

// Scheme returns what stands before the colon; Rest what stands after it.
func (u URL) Scheme() string {
	scheme, _, _ := strings.Cut(string(u), ":")
	return scheme
}

// Rest returns what stands after the scheme's colon: for duckdb: and sqlite: the file.
func (u URL) Rest() string {
	_, rest, _ := strings.Cut(string(u), ":")
	return rest
}

// Severity is critical, warning or info; "" where none was given.
type Severity string

// Kind is a kind of finding, such as event-stopped.
type Kind string

// Layout is how a pipeline lands events, such as segment.
type Layout string

var durationPart = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?)(ms|w|d|h|m|s)`)

// ParseDuration reads a length of time such as 5m, 72h, 180d or 1d12h; w and d are 7 and 1 times 24 hours.
func ParseDuration(s string) (time.Duration, error) {
	if _, err := strconv.ParseFloat(s, 64); err == nil {
		return 0, errors.New("has no unit: write " + s + "h or " + s + "d")
	}
	total := 0.0
	for rest := s; rest != "" || s == ""; {
		m := durationPart.FindStringSubmatch(rest)
		if m == nil {
			return 0, errors.New("is not a length of time: write 30s, 5m, 6h or 7d")
		}
		n, err := strconv.ParseFloat(m[1], 64)
		if err != nil {
			return 0, errors.New("is longer than can be counted")
		}
		total += n * float64(durationUnit(m[2]))
		rest = rest[len(m[0]):]
	}
	if total > float64(math.MaxInt64/2) {
		return 0, errors.New("is longer than can be counted")
	}
	return time.Duration(total), nil
}

func durationUnit(unit string) time.Duration {
	switch unit {
	case "w":
		return 7 * 24 * time.Hour
	case "d":
		return 24 * time.Hour
	case "h":
		return time.Hour
	case "m":
		return time.Minute
	case "s":
		return time.Second
	default:
		return time.Millisecond
	}
}

func parseDays(s string) (Days, error) {
	d, err := ParseDuration(s)
	if err != nil {
		return 0, err
	}
	if d%(24*time.Hour) != 0 {
		return 0, errors.New("is not whole days: write 90d or 26w")
	}
	return Days(d / (24 * time.Hour)), nil
}

var bytesShape = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?) ?([kKMGTP]i?)?B$`)

// ParseBytes reads an amount of data such as 50GB (thousands) or 2GiB (1,024s).
func ParseBytes(s string) (Bytes, error) {
	m := bytesShape.FindStringSubmatch(s)
	if m == nil {
		return 0, errors.New("is not an amount of data: write 500MB, 50GB or 1TB")
	}
	n, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		return 0, errors.New("is more than can be counted")
	}
	base := 1000.0
	if strings.HasSuffix(m[2], "i") {
		base = 1024
	}
	if m[2] != "" {
		n *= math.Pow(base, float64(strings.Index("KMGTP", strings.ToUpper(m[2][:1]))+1))
	}
	if n >= math.MaxInt64 {
		return 0, errors.New("is more than can be counted")
	}
	return Bytes(n), nil
}

func parseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return "", errors.New("is not a day: write it as 2026-07-31")
	}
	return Date(t.Format(time.DateOnly)), nil
}

func parseZone(s string) (Zone, error) {
	if s == "" || s == "Local" {
		return "", errors.New("is not a time zone: write UTC or a name such as Europe/Berlin")
	}
	if _, err := time.LoadLocation(s); err != nil {
		return "", errors.New("is not a time zone: write UTC or a name such as Europe/Berlin")
	}
	return Zone(s), nil
}

// list joins words as "a, b or c", or names the first few of many.
func list(words []string) string {
	const few = 12
	if len(words) > few {
		return "one of " + strings.Join(words[:few], ", ") + " …"
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}
