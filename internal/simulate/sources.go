package simulate

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"
)

// Source is one sender of events: a site, an app or a server.
type Source struct {
	Name     string
	Library  string
	Mobile   bool
	Releases []Release

	week  [7]float64 // shape of a week, Sunday first
	usual []float64  // of each day: weekday, holidays, growth, noise and the outage
}

// Release is a version of a source. A site or server has it everywhere at once; phones take it over days.
type Release struct {
	Version string // as apps send it; sites and servers send none
	Day     int    // from the first day of the workspace
	Second  int    // of the day
}

// moment is the second since the first day began.
func (r Release) moment() float64 { return float64(r.Day*secondsOfDay + r.Second) }

const secondsOfDay = 24 * 3600

// Outage is a day on which a source sent less than half of what it usually does.
type Outage struct {
	Source string  `json:"source"`
	Day    int     `json:"day"`
	Lost   float64 `json:"lost"` // share
}

// How phones take a release: nine in ten within a few weeks, most of them within days.
const (
	adopters = 0.9
	adoption = 4.5 // days
)

func newSources(o Options) ([]Source, []int, Outage) {
	list := []Source{
		{Name: "web", Library: "analytics.js", week: [7]float64{.78, 1.1, 1.12, 1.1, 1.07, 1.03, .8}},
		{Name: "ios", Library: "analytics-ios", Mobile: true, week: [7]float64{1.08, .95, .95, .96, .98, 1, 1.08}},
		{Name: "android", Library: "analytics-android", Mobile: true, week: [7]float64{1.05, .96, .96, .97, .98, 1.02, 1.06}},
		{Name: "server", Library: "analytics-node", week: [7]float64{.85, 1.06, 1.07, 1.06, 1.04, 1.02, .9}},
	}
	r := stream(o.Seed, "sources")
	var holidays []int
	for len(holidays) < 2 {
		if d := 5 + r.IntN(o.Days-8); !slices.Contains(holidays, d) {
			holidays = append(holidays, d)
		}
	}
	slices.Sort(holidays)
	out := Outage{Source: list[r.IntN(len(list))].Name, Day: 20 + r.IntN(o.Days-25), Lost: .6 + .4*r.Float64()}
	for i := range list {
		s := &list[i]
		s.Releases = releases(r, o.Days, i)
		s.usual = usual(stream(o.Seed, "usual "+s.Name), o, s, holidays, out)
	}
	return list, holidays, out
}

// releases come every second week, at working hours.
func releases(r *rand.Rand, days, source int) []Release {
	out := []Release{{Version: version(source, 0), Day: -30}}
	for day := 4 + r.IntN(10); day < days; day += 13 + r.IntN(3) {
		out = append(out, Release{Version: version(source, len(out)), Day: day, Second: 8*3600 + r.IntN(8*3600)})
	}
	return out
}

func version(source, n int) string {
	return strconv.Itoa(3+source) + "." + strconv.Itoa(10+n) + ".0"
}

// usual is what each day brings, 1 being the long mean.
func usual(r *rand.Rand, o Options, s *Source, holidays []int, out Outage) []float64 {
	y := make([]float64, o.Days)
	noise, growth := 0.0, .004*r.Float64()
	holiday := .6 + .7*r.Float64() // some businesses live on holidays
	for d := range y {
		noise = .6*noise + .04*r.NormFloat64()
		y[d] = s.week[o.day(d).Weekday()] * math.Exp(noise) * math.Pow(1+growth, float64(d)/7)
		if slices.Contains(holidays, d) {
			y[d] *= holiday
		}
		if s.Name == out.Source && d == out.Day {
			y[d] *= 1 - out.Lost
		}
	}
	return y
}

// sender is the release that a user of the source runs at a moment, who is late to update by so much, from 0 to 1.
func (s *Source) sender(moment, late float64) int {
	wait := 0.0
	if s.Mobile {
		wait = math.Inf(1)
		if late < adopters {
			wait = -adoption * math.Log(1-late/adopters) * secondsOfDay
		}
	}
	for i := len(s.Releases) - 1; i > 0; i-- {
		if moment >= s.Releases[i].moment()+wait {
			return i
		}
	}
	return 0
}

// version is the version that rows show: none where there is no app.
func (s *Source) version(release int) string {
	if !s.Mobile {
		return ""
	}
	return s.Releases[release].Version
}

// day is the start of a day, by its number.
func (o Options) day(n int) time.Time { return o.AsOf.AddDate(0, 0, n-o.Days) }
