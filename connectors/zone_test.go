package connectors

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

func TestDaysBeginWhereClocksJump(t *testing.T) {
	for _, x := range []struct{ what, zone, day, want string }{
		{"UTC", "UTC", "2026-03-08", "2026-03-08T00:00:00Z"},
		{"no zone is UTC", "", "2026-03-08", "2026-03-08T00:00:00Z"},
		{"before the clocks go forward", "America/Los_Angeles", "2026-03-08", "2026-03-08T08:00:00Z"},
		{"after the clocks went forward", "America/Los_Angeles", "2026-03-09", "2026-03-09T07:00:00Z"},
		{"half an hour", "Asia/Kolkata", "2026-06-01", "2026-05-31T18:30:00Z"},
		{"midnight does not exist", "America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"},
		{"midnight comes twice", "America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00Z"},
		{"midnight does not exist in Beirut", "Asia/Beirut", "2021-03-28", "2021-03-27T22:00:00Z"},
		{"a day that never was begins with the next", "Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"},
	} {
		c, err := newCalendar(x.zone)
		if err != nil {
			t.Fatal(err)
		}
		d, err := landed.ParseDay(x.day)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.start(d).UTC().Format(time.RFC3339); got != x.want {
			t.Errorf("%s: %s begins at %s, want %s", x.what, x.day, got, x.want)
		}
	}
	for _, bad := range []string{"Local", "Mars/Olympus"} {
		if _, err := newCalendar(bad); err == nil {
			t.Errorf("zone %s was taken", bad)
		}
	}
}

func TestEveryInstantBelongsToTheDayItShows(t *testing.T) {
	zones := []string{"UTC", "America/Los_Angeles", "America/Sao_Paulo", "Asia/Kolkata", "Australia/Lord_Howe", "Asia/Beirut", "Pacific/Chatham", "Africa/Cairo"}
	rapid.Check(t, func(t *rapid.T) {
		c, err := newCalendar(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		at := time.Unix(rapid.Int64Range(1_262_304_000, 1_893_456_000).Draw(t, "second"), 0)
		d := landed.DayOf(at.In(c.zone))
		if from, to := c.bounds(landed.Span{First: d, Last: d}); at.Before(from) || !at.Before(to) {
			t.Fatalf("%s shows %s, which runs from %s to %s", at.In(c.zone), d, from, to)
		}
	})
}
