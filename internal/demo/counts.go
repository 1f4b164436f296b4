package demo

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
	"time"
)

// cell is the rows of one name in one source on one day, or a part of it.
type cell struct {
	source, name string
	day          time.Time
	from, to     int    // seconds of the day
	version      string // forced on every row; "" lets the release decide
	pin          string // version forced on the first row, which is then the first of the part
	rows         int
}

// secondsOfDay is a whole day.
const secondsOfDay = 24 * 3600

// cells draws how many rows of each name there are on each day.
func cells(asOf time.Time, seed uint64) []cell {
	var out []cell
	for s, source := range sources() {
		for before := Days; before >= 1; before-- {
			day := at(asOf, before, 0)
			usual := weekdays()[source][day.Weekday()] * math.Pow(1.004, float64(Days-before)/7)
			usual *= math.Exp(stream(seed, source, "", day).NormFloat64() * .015)
			if before == holidayDay {
				usual *= .62
			}
			for _, e := range planned() {
				out = append(out, plannedCells(e, source, before, day, e.daily[s]*usual, stream(seed, source, e.name, day))...)
			}
			if source == "ios" && before <= unitDay {
				out = append(out, unplannedCells(before, day, usual, seed)...)
			}
		}
	}
	return out
}

// weekdays shapes a week, Sunday first.
func weekdays() map[string][7]float64 {
	return map[string][7]float64{
		"web":    {.70, 1.10, 1.12, 1.10, 1.08, 1.04, .74},
		"ios":    {1.07, .96, .95, .96, .98, 1.01, 1.09},
		"server": {.80, 1.08, 1.10, 1.08, 1.06, 1.02, .78},
	}
}

// plannedCells are the rows of one planned event on one day, as the story has it.
func plannedCells(e event, source string, before int, day time.Time, mean float64, r *rand.Rand) []cell {
	whole := cell{source: source, name: e.name, day: day, to: secondsOfDay}
	if mean == 0 {
		return nil
	}
	split := func(second int, pin string) []cell {
		early, late := whole, whole
		early.to, late.from, late.pin = second, second, pin
		n := poisson(r, mean)
		for range n { // each row falls on either side by the shape of the day
			if (r.Float64()+r.Float64())/2*secondsOfDay < float64(second) {
				early.rows++
			} else {
				late.rows++
			}
		}
		return []cell{early, late}
	}
	switch {
	case source == "server" && e.name == coupon && before < stopDay:
		return nil
	case source == "server" && e.name == coupon && before == stopDay:
		return split(stopSecond, "")[:1]
	case source == "web" && e.name == purchase && before == renameDay:
		return split(renameSecond, webNew)
	case source == "ios" && e.name == purchase && before == unitDay:
		return split(unitSecond, iosNew)
	case e.name == launched && before > launchDay:
		return nil
	case e.name == launched:
		mean *= math.Min(1, float64(launchDay-before+1)/launchDays)
	}
	whole.rows = poisson(r, mean)
	return []cell{whole}
}

// unplannedCells are the new events of the ios release, as many as its rollout has reached.
func unplannedCells(before int, day time.Time, usual float64, seed uint64) []cell {
	var all float64
	for _, e := range planned() {
		all += e.daily[1]
	}
	out := make([]cell, 0, len(unplanned()))
	for i, u := range unplanned() {
		c := cell{source: "ios", name: u.name, day: day, to: secondsOfDay, version: iosNew}
		if before == unitDay {
			c.from = unitSecond
			if i == 0 {
				c.pin = iosNew
			}
		}
		c.rows = poisson(stream(seed, "ios", u.name, day), all*usual*rollout()[before]*u.share)
		if before == unitDay {
			c.rows = max(c.rows, 1) // each is there from the first day
		}
		out = append(out, c)
	}
	return out
}

// rollout is the share of a day's ios rows that the new version sends, by days before the audit.
func rollout() map[int]float64 { return map[int]float64{4: .09, 3: .18, 2: .28, 1: .37} }

// stream is the random numbers of one cell: no cell's noise depends on another's.
func stream(seed uint64, source, name string, day time.Time) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(source + "\x00" + name + "\x00" + day.Format(time.DateOnly))) // a hash never fails
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

// poisson draws a count by Knuth's product method, in parts so that small numbers do not underflow.
func poisson(r *rand.Rand, mean float64) int {
	n := 0
	for mean > 0 {
		part := math.Min(mean, 30)
		mean -= part
		for p := r.Float64(); p > math.Exp(-part); p *= r.Float64() {
			n++
		}
	}
	return n
}
