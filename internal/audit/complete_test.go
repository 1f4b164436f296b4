package audit

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

func zone(tb testing.TB, name string) *time.Location {
	tb.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		tb.Fatal(err)
	}
	return z
}

// landing is 40 days of 100 rows up to last, of which share percent land within the first hours.
func landing(last landed.Day, share int64, hours int) landed.Snapshot {
	s := landed.Snapshot{Span: landed.Span{First: last - 39, Last: last}}
	daily := make([]int64, s.Span.Len())
	for i := range daily {
		daily[i] = 100
		a := landed.Arrival{Day: s.Span.First + landed.Day(i), Rows: 100}
		for h := range a.Hours {
			switch {
			case h >= 30:
				a.Hours[h] = 100
			case h >= hours:
				a.Hours[h] = share
			}
		}
		s.Arrivals = append(s.Arrivals, a)
	}
	s.Events = []landed.Event{{Name: "A", Table: "a", Cells: []landed.Cell{{Daily: daily}}}}
	return s
}

// until makes the days after last silent.
func until(s landed.Snapshot, last landed.Day) landed.Snapshot {
	for d := last + 1; d <= s.Span.Last; d++ {
		s.Events[0].Cells[0].Daily[d-s.Span.First] = 0
		for i := range s.Arrivals {
			if s.Arrivals[i].Day == d {
				s.Arrivals[i] = landed.Arrival{Day: d}
			}
		}
	}
	return s
}

func TestWhichDayIsJudged(t *testing.T) {
	day := landed.DayOf(time.Date(2026, 6, 14, 0, 0, 0, 0, time.UTC))
	wordless := func() landed.Snapshot {
		s := landing(day, 100, 2)
		s.Arrivals = nil
		return s
	}
	young := landing(day, 100, 2)
	young.Arrivals = young.Arrivals[34:]
	spring := landed.DayOf(time.Date(2026, 3, 8, 0, 0, 0, 0, time.UTC)) // 23 hours in Los Angeles
	autumn := landed.DayOf(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))
	type outcome struct {
		last    landed.Day
		partial float64
		late    bool
		missing landed.Day
	}
	judged := func(d landed.Day, partial float64) outcome {
		return outcome{last: d, partial: partial, missing: landed.NoDay}
	}
	for name, c := range map[string]struct {
		facts landed.Snapshot
		zone  string
		after time.Duration // the audit looks so long after the day's end
		asOf  landed.Day
		want  outcome
	}{
		"all has landed by then":                        {landing(day, 100, 2), "UTC", 4 * time.Hour, day + 1, judged(day, 1)},
		"98 of 100 is complete":                         {landing(day, 98, 2), "UTC", 4 * time.Hour, day + 1, judged(day, 1)},
		"97 of 100 is partial":                          {landing(day, 97, 2), "UTC", 4 * time.Hour, day + 1, judged(day, .97)},
		"80 of 100 is partial":                          {landing(day, 80, 2), "UTC", 4 * time.Hour, day + 1, judged(day, .8)},
		"79 of 100 waits for the next night":            {landing(day, 79, 2), "UTC", 4 * time.Hour, day + 1, judged(day-1, 1)},
		"two minutes before they land":                  {landing(day, 100, 4), "UTC", 3*time.Hour + 58*time.Minute, day + 1, judged(day-1, 1)},
		"days later it is complete":                     {landing(day, 79, 2), "UTC", 60 * time.Hour, day + 1, judged(day, 1)},
		"before the day has ended":                      {landing(day, 100, 2), "UTC", -time.Hour, day + 1, judged(day-1, 1)},
		"without a load time the day before counts":     {wordless(), "UTC", time.Minute, day + 1, judged(day, 1)},
		"six days are too few to know":                  {young, "UTC", time.Minute, day + 1, judged(day, 1)},
		"in Los Angeles":                                {landing(day, 100, 2), "America/Los_Angeles", 4 * time.Hour, day + 1, judged(day, 1)},
		"in Kolkata":                                    {landing(day, 90, 2), "Asia/Kolkata", 4 * time.Hour, day + 1, judged(day, .9)},
		"a day of 23 hours":                             {landing(spring, 90, 2), "America/Los_Angeles", 2 * time.Hour, spring + 1, judged(spring, .9)},
		"a day of 25 hours":                             {landing(autumn, 90, 2), "America/Los_Angeles", 2 * time.Hour, autumn + 1, judged(autumn, .9)},
		"nothing for four hours, longest lag two: late": {until(landing(day, 100, 2), day-1), "UTC", 4 * time.Hour, day + 1, outcome{day - 1, 1, true, day}},
		"nothing for longer than twice the lag: silent": {until(landing(day, 100, 2), day-1), "UTC", 7 * time.Hour, day + 1, outcome{day, 1, false, landed.NoDay}},
		"nothing for 30 hours: silent":                  {until(landing(day, 100, 20), day-1), "UTC", 30 * time.Hour, day + 1, outcome{day, 1, false, landed.NoDay}},
		"no lag is known: late within a day":            {until(wordless(), day-1), "UTC", 23 * time.Hour, day + 1, outcome{day - 1, 1, true, day}},
		"no lag is known: silent after a day":           {until(wordless(), day-1), "UTC", 25 * time.Hour, day + 1, outcome{day, 1, false, landed.NoDay}},
		"two silent days are no lateness":               {until(landing(day, 100, 20), day-2), "UTC", 4 * time.Hour, day + 1, outcome{day, 1, false, landed.NoDay}},
		"an older morning":                              {landing(day, 100, 2), "UTC", -5*24*time.Hour + 4*time.Hour, day - 4, judged(day-5, 1)},
	} {
		t.Run(name, func(t *testing.T) {
			z := zone(t, c.zone)
			c.facts.Source.Zone = c.zone
			f := &facts{merged: c.facts, partial: 1, last: landed.NoDay, missing: landed.NoDay}
			f.complete(night{asOf: c.asOf, zone: z, bound: (c.facts.Span.Last + 1).In(z).Add(c.after)})
			got := outcome{f.last, f.partial, f.late, f.missing}
			if got != c.want {
				t.Errorf("judged %s, partial %v, late %v since %s; want %s, %v, %v since %s", got.last, got.partial, got.late, got.missing,
					c.want.last, c.want.partial, c.want.late, c.want.missing)
			}
		})
	}
}

func TestNothingLandedIsNothingToWaitFor(t *testing.T) {
	day := landed.Day(20000)
	empty := landed.Snapshot{Span: landed.Span{First: day - 10, Last: day}}
	f := &facts{merged: empty, partial: 1, last: landed.NoDay, missing: landed.NoDay}
	f.complete(night{asOf: day + 1, zone: time.UTC, bound: (day + 1).Time()})
	if f.last != day || f.late {
		t.Errorf("judged %s, late %v", f.last, f.late)
	}
	unread := &facts{merged: landed.Snapshot{Span: landed.NoSpan}, partial: 1, last: landed.NoDay}
	unread.complete(night{asOf: day + 1, zone: time.UTC, bound: (day + 1).Time()})
	if unread.last != landed.NoDay || unread.judgeable() {
		t.Errorf("of what was never read %s is judged", unread.last)
	}
}

func TestTheMorningIsTheSources(t *testing.T) {
	at := time.Date(2026, 6, 15, 6, 0, 0, 0, time.UTC) // still the 14th in Los Angeles
	d := landed.DayOf(at)
	for name, c := range map[string]struct {
		zone  string
		asOf  landed.Day
		want  landed.Day
		bound time.Time
	}{
		"today in UTC":               {"UTC", landed.NoDay, d, at},
		"today in Los Angeles":       {"America/Los_Angeles", landed.NoDay, d - 1, at},
		"today in Kolkata":           {"Asia/Kolkata", landed.NoDay, d, at},
		"a zone nobody knows is UTC": {"Nowhere/None", landed.NoDay, d, at},
		"a morning in Los Angeles":   {"America/Los_Angeles", d, d, time.Date(2026, 6, 15, 11, 15, 0, 0, time.UTC)},
		"a morning in Kolkata":       {"Asia/Kolkata", d, d, time.Date(2026, 6, 14, 22, 45, 0, 0, time.UTC)},
		"a morning after a short night": {
			"America/Los_Angeles", landed.DayOf(time.Date(2026, 3, 8, 0, 0, 0, 0, time.UTC)),
			landed.DayOf(time.Date(2026, 3, 8, 0, 0, 0, 0, time.UTC)), time.Date(2026, 3, 8, 11, 15, 0, 0, time.UTC),
		},
		"a morning after a long night": {
			"America/Los_Angeles", landed.DayOf(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)),
			landed.DayOf(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)), time.Date(2026, 11, 1, 12, 15, 0, 0, time.UTC),
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := &Auditor{Now: func() time.Time { return at }}
			n := a.nightOf(Job{AsOf: c.asOf, LoadedBy: 4*time.Hour + 15*time.Minute}, Source{Source: landed.Source{Zone: c.zone}})
			if n.asOf != c.want || !n.bound.Equal(c.bound) {
				t.Errorf("morning of %s, until %s; want %s, %s", n.asOf, n.bound.UTC(), c.want, c.bound)
			}
			if looksBack := c.asOf != landed.NoDay; looksBack != !n.loadedBy.IsZero() {
				t.Errorf("rows are limited to those loaded by %v", n.loadedBy)
			}
		})
	}
}

// Whatever is profiled and whatever moved, the days of a table's profiles stay one stretch, and nothing known is lost.
func TestProfilesStayOneStretch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := landed.Span{First: 100, Last: 119}
		before := make([]int64, whole.Len())
		for i := range before {
			before[i] = max(0, rapid.Int64Range(-5, 3).Draw(t, "rows")) // most days are silent
		}
		now := slices.Clone(before)
		for range rapid.IntRange(0, 3).Draw(t, "moved") {
			now[rapid.IntRange(0, len(now)-1).Draw(t, "day")] = rapid.Int64Range(0, 3).Draw(t, "rows")
		}
		snapshot := func(daily []int64, profiled landed.Span) landed.Snapshot {
			table := landed.Table{Name: "a", Profiled: profiled}
			for d := profiled.First; d <= profiled.Last; d++ {
				if n := daily[d-whole.First]; n > 0 {
					table.Profiles = append(table.Profiles, landed.Profile{Day: d, Rows: n})
				}
			}
			return landed.Snapshot{Span: whole, Tables: []landed.Table{table}, Events: []landed.Event{{Name: "A", Table: "a", Cells: []landed.Cell{{Daily: daily}}}}}
		}
		a := landed.Day(rapid.IntRange(100, 119).Draw(t, "first"))
		profiled := landed.Span{First: a, Last: landed.Day(rapid.IntRange(int(a)-1, 119).Draw(t, "last"))}
		history := snapshot(before, profiled)
		merged := landed.Merge(history, snapshot(now, landed.NoSpan))
		span := landed.Span{First: landed.Day(rapid.IntRange(100, 119).Draw(t, "from")), Last: 119}
		need, ok := stale(merged, history, span)["a"]
		if !ok {
			need = landed.NoSpan
		} else if need.Empty() || need.Meet(span) != need {
			t.Fatalf("%s is to be profiled of %s", need, span)
		}
		read := landed.Snapshot{Span: landed.NoSpan, Tables: snapshot(now, need).Tables}
		got := landed.Merge(merged, read).Table("a")
		for d := span.First; d <= span.Last; d++ {
			rows := int64(0)
			for _, p := range got.Profiles {
				if p.Day == d {
					rows = p.Rows
				}
			}
			if want := now[d-whole.First]; rows != want {
				t.Fatalf("%s has %d rows in its profile and %d in its counts; profiled were %s, read are %s", d, rows, want, profiled, need)
			}
		}
	})
}
