package setup

import (
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// wave is the traffic of people whose night is in the middle of the given hour of UTC.
func wave(night, scale float64) [24]int64 {
	var out [24]int64
	for h := range out {
		out[h] = int64(scale * (1.05 - math.Cos((float64(h)+0.5-night)/24*2*math.Pi)))
	}
	return out
}

func TestGuessZone(t *testing.T) {
	t.Parallel()
	summer := time.Date(2026, 6, 16, 0, 0, 0, 0, time.UTC)
	spike := [24]int64{2: 100_000}
	twice := wave(9, 500)
	for h := range twice {
		twice[h] += wave(21, 500)[h]
	}
	for name, tt := range map[string]struct {
		of      []Traffic
		machine string
		want    string
		guessed bool
		why     string
	}{
		"nothing landed":                       {want: "UTC", why: "no clear night"},
		"too few rows":                         {of: []Traffic{{Hours: wave(9, 10)}}, want: "UTC", why: "no clear night"},
		"the same at every hour":               {of: []Traffic{{Hours: wave(9, 0)}}, want: "UTC", why: "no clear night"},
		"a job at night":                       {of: []Traffic{{Hours: spike}}, want: "UTC", why: "no clear night"},
		"two waves a day":                      {of: []Traffic{{Hours: twice}}, want: "UTC", why: "no clear night"},
		"people of the American west":          {of: []Traffic{{Hours: wave(10.75, 1000)}}, want: "America/Los_Angeles", guessed: true, why: "lowest around 11:00 UTC"},
		"people of Japan":                      {of: []Traffic{{Hours: wave(18.75, 1000)}}, want: "Asia/Tokyo", guessed: true, why: "lowest"},
		"people of Germany: UTC has its night": {of: []Traffic{{Hours: wave(1.75, 1000)}}, want: "UTC", why: "days of UTC fit"},
		"the same, on a machine in Germany":    {of: []Traffic{{Hours: wave(1.75, 1000)}}, machine: "Europe/Berlin", want: "Europe/Berlin", guessed: true, why: "this machine"},
		"a machine elsewhere says nothing":     {of: []Traffic{{Hours: wave(10.75, 1000)}}, machine: "Europe/Berlin", want: "America/Los_Angeles", guessed: true},
		"a machine without a zone":             {of: []Traffic{{Hours: wave(10.75, 1000)}}, machine: "Local", want: "America/Los_Angeles", guessed: true},
		"sources on two sides of the world": {
			of: []Traffic{{Source: "us", Hours: wave(10, 1000)}, {Source: "jp", Hours: wave(19, 1000)}}, want: "UTC", why: "different hours",
		},
		"a flat source beside a clear one": {
			of: []Traffic{{Hours: [24]int64{}}, {Hours: wave(10.75, 1000)}}, want: "America/Los_Angeles", guessed: true,
		},
	} {
		got := GuessZone(tt.of, tt.machine, summer)
		if got.Name != tt.want || got.Guessed != tt.guessed || !strings.Contains(got.Why, tt.why) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestGuessZoneIsAZone: whatever lands, the guess is a zone that exists, in one sentence.
func TestGuessZoneIsAZone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var hours [24]int64
		for h := range hours {
			hours[h] = rapid.Int64Range(0, 1<<40).Draw(t, "rows")
		}
		z := GuessZone([]Traffic{{Hours: hours}}, rapid.String().Draw(t, "machine"), time.Unix(rapid.Int64Range(0, 1<<32).Draw(t, "now"), 0))
		if _, err := time.LoadLocation(z.Name); err != nil || z.Why == "" || strings.Contains(z.Why, "\n") {
			t.Errorf("%+v: %v", z, err)
		}
	})
}
