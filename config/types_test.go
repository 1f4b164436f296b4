package config

import (
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParseDuration(t *testing.T) {
	for _, c := range []struct {
		text string
		want time.Duration
		err  string
	}{
		{"180d", 180 * 24 * time.Hour, ""},
		{"1d12h", 36 * time.Hour, ""},
		{"2w", 14 * 24 * time.Hour, ""},
		{"1.5h", 90 * time.Minute, ""},
		{"250ms", 250 * time.Millisecond, ""},
		{"0s", 0, ""},
		{"", 0, "not a length of time"},
		{"-5m", 0, "not a length of time"},
		{"5", 0, "write 5h or 5d"},
		{"3 days", 0, "not a length of time"},
		{"5M", 0, "not a length of time"},
		{"999999999999d", 0, "longer than can be counted"},
	} {
		got, err := ParseDuration(c.text)
		if got != c.want || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%q: got %v, %v; want %v, %q", c.text, got, err, c.want, c.err)
		}
	}
}

// Whatever Go prints of a whole number of seconds is read as the same length of time.
func TestParseDurationReadsGo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := time.Duration(rapid.Int64Range(0, int64(time.Hour)*24*365*10/int64(time.Second)).Draw(t, "seconds")) * time.Second
		if got, err := ParseDuration(want.String()); err != nil || got != want {
			t.Fatalf("%s: got %v, %v", want, got, err)
		}
	})
}

func TestParseBytes(t *testing.T) {
	for text, want := range map[string]Bytes{
		"50GB": 50e9, "2GiB": 2 << 30, "500 MB": 500e6, "1.5kB": 1500, "1KiB": 1024, "7B": 7, "1PB": 1e15,
		"50": -1, "GB": -1, "50G": -1, "-1GB": -1, "99999999PB": -1, "": -1,
	} {
		got, err := ParseBytes(text)
		if (err != nil) != (want < 0) || err == nil && got != want {
			t.Errorf("%q: got %d, %v; want %d", text, got, err, want)
		}
	}
}

func TestDaysAndDates(t *testing.T) {
	for text, want := range map[string]Days{"180d": 180, "26w": 182, "48h": 2, "36h": -1, "x": -1} {
		if got, err := parseDays(text); (err != nil) != (want < 0) || err == nil && got != want {
			t.Errorf("%q: got %d, %v; want %d", text, got, err, want)
		}
	}
	for text, ok := range map[string]bool{"2026-07-31": true, "2024-02-29": true, "2026-02-29": false, "2026-7-1": false, "31.7.2026": false, "": false} {
		if got, err := parseDate(text); (err == nil) != ok || ok && string(got) != text {
			t.Errorf("%q: got %q, %v", text, got, err)
		}
	}
	if got := Date("2026-07-31").Time(); got != time.Date(2026, 7, 31, 0, 0, 0, 0, time.UTC) || !Date("").Time().IsZero() {
		t.Errorf("got %v", got)
	}
	for text, ok := range map[string]bool{"UTC": true, "Europe/Berlin": true, "Local": false, "": false, "../etc/passwd": false, "berlin": false} {
		if _, err := parseZone(text); (err == nil) != ok {
			t.Errorf("%q: got %v", text, err)
		}
	}
	if Zone("Asia/Tokyo").Location().String() != "Asia/Tokyo" || Zone("").Location() != time.UTC {
		t.Error("a zone should be its location")
	}
}

func TestSuggest(t *testing.T) {
	valid := []string{"drop", "sensitivity", "min_rows", "id"}
	for word, want := range map[string]string{"dorp": "drop", "sensitivitty": "sensitivity", "minrows": "min_rows", "Drop": "drop", "x": "", "zz": "", strings.Repeat("d", 100): ""} {
		if got := suggest(word, valid); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := []rune(rapid.String().Draw(t, "a")), []rune(rapid.String().Draw(t, "b"))
		d := distance(a, b)
		if d != distance(b, a) || (d == 0) != (string(a) == string(b)) || d > max(len(a), len(b)) || float64(d) < math.Abs(float64(len(a)-len(b))) {
			t.Fatalf("distance of %q and %q is %d", string(a), string(b), d)
		}
	})
}
