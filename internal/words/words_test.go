package words_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/plumbline-audit/plumbline/internal/words"
)

func TestFigures(t *testing.T) {
	for name, c := range map[string]struct{ got, want string }{
		"no separator below a thousand":  {words.Count(999), "999"},
		"a separator at a thousand":      {words.Count(1000), "1,000"},
		"two separators":                 {words.Count(1234567), "1,234,567"},
		"a negative number":              {words.Count(-18204), "-18,204"},
		"the smallest number":            {words.Count(math.MinInt64), "-9,223,372,036,854,775,808"},
		"a whole figure":                 {words.Figure(6480), "6,480"},
		"a figure with cents":            {words.Figure(64.8), "64.80"},
		"a large figure drops its cents": {words.Figure(6480.31), "6,480"},
		"a small figure":                 {words.Figure(0.01234), "0.012"},
		"no figure":                      {words.Figure(math.NaN()), "unknown"},
		"infinity":                       {words.Figure(math.Inf(1)), "+Inf"},
		"a rate":                         {words.Rate(898.4), "898"},
		"a small rate":                   {words.Rate(0.43), "0.4"},
		"a whole small rate":             {words.Rate(4), "4"},
		"hardly there":                   {words.Rate(0.01), "under 0.1"},
		"not there":                      {words.Rate(0), "0"},
		"per cent":                       {words.Percent(0.374), "37 %"},
		"a part is never the whole":      {words.Percent(0.99999), "over 99.9 %"},
		"almost the whole":               {words.Percent(0.9987), "99.8 %"},
		"the whole":                      {words.Percent(1), "100 %"},
		"a part is never nothing":        {words.Percent(0.00001), "under 0.1 %"},
		"a small part":                   {words.Percent(0.0042), "0.4 %"},
		"nothing":                        {words.Percent(0), "0 %"},
		"more than the whole":            {words.Percent(12.5), "1,250 %"},
		"never certain":                  {words.Sure(1), "99 %"},
		"sureness is not rounded up":     {words.Sure(0.979), "97 %"},
		"sureness as a float":            {words.Sure(0.29), "29 %"},
		"one":                            {words.Many(1, "event", "events"), "1 event"},
		"many":                           {words.Many(18204, "event", "events"), "18,204 events"},
		"rough thousands":                {words.Rough(14200), "14,200"},
		"rough millions":                 {words.Rough(1_240_000), "1.2 M"},
		"rough milliards":                {words.Rough(3_000_000_000), "3 G"},
		"bytes":                          {words.Bytes(812), "812 B"},
		"gigabytes":                      {words.Bytes(6_234_000_000), "6.2 GB"},
		"almost the next unit":           {words.Bytes(999_999), "1 MB"},
		"a list that fits":               {words.List([]string{"a", "b", "c"}, 2), "a, b, c"},
		"a list that is cut":             {words.List([]string{"a", "b", "c", "d"}, 2), "a, b, 2 more"},
		"a sentence's list":              {words.And([]string{"a", "b", "c"}), "a, b and c"},
		"a sentence's list of one":       {words.And([]string{"a"}), "a"},
		"a sentence's list of none":      {words.And(nil), ""},
		"a duration that is nothing":     {words.Duration(3 * time.Millisecond), "under 1 s"},
		"seconds":                        {words.Duration(41 * time.Second), "41 s"},
		"minutes":                        {words.Duration(2*time.Minute + 5*time.Second), "2 min 5 s"},
		"hours":                          {words.Duration(time.Hour + 30*time.Minute), "1 hour 30 min"},
		"days and hours":                 {words.Duration(43*time.Hour + 25*time.Minute), "1 day 19 hours"},
		"days":                           {words.Duration(504 * time.Hour), "21 days"},
		"a number of days":               {words.Days(1), "1 day"},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(c.want, c.got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestDates(t *testing.T) {
	at := time.Date(2026, 5, 26, 14, 5, 59, 0, time.UTC)
	kathmandu := time.FixedZone("", 5*3600+45*60)
	for name, c := range map[string]struct{ got, want string }{
		"a date without weekday":         {words.ShortDay(at), "26 May"},
		"a date":                         {words.Day(at), "Tue 26 May"},
		"a date with its year":           {words.FullDay(at), "Tue 26 May 2026"},
		"a long month is short":          {words.Day(time.Date(2026, 9, 3, 0, 0, 0, 0, time.UTC)), "Thu 3 Sept"},
		"a short month is whole":         {words.ShortDay(time.Date(2026, 6, 15, 0, 0, 0, 0, time.UTC)), "15 June"},
		"this year needs no year":        {words.DayNear(at, at.AddDate(0, 3, 0)), "Tue 26 May"},
		"another year is named":          {words.DayNear(at, at.AddDate(1, 0, 0)), "Tue 26 May 2026"},
		"a moment":                       {words.Moment(at, nil), "Tue 26 May 14:05 UTC"},
		"a moment of another year":       {words.MomentNear(at, at.AddDate(1, 0, 0), nil), "Tue 26 May 2026 14:05 UTC"},
		"a moment of this year":          {words.MomentNear(at, at.AddDate(0, 1, 0), nil), "Tue 26 May 14:05 UTC"},
		"a moment in a zone with a name": {words.Moment(at, time.FixedZone("CEST", 7200)), "Tue 26 May 16:05 CEST"},
		"a moment in a zone without":     {words.Moment(at, kathmandu), "Tue 26 May 19:50 UTC+05:45"},
		"a zone west without a name":     {words.Zone(at.In(time.FixedZone("", -3*3600))), "UTC-03:00"},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(c.want, c.got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestPercentNeverClaimsTheWholeForAPart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.Float64Range(0, 1).Draw(t, "share")
		got := words.Percent(p)
		if p < 1 && got == "100 %" {
			t.Fatalf("%v is written as the whole", p)
		}
		if p > 0 && got == "0 %" {
			t.Fatalf("%v is written as nothing", p)
		}
	})
}

func TestCountKeepsEveryDigit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64().Draw(t, "n")
		got := words.Count(n)
		for _, group := range strings.Split(strings.TrimPrefix(got, "-"), ",")[1:] {
			if len(group) != 3 {
				t.Fatalf("%q has a group that is not three digits", got)
			}
		}
	})
}
