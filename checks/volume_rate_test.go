package checks

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// smallSource is a source of events that are sent once to thirty times a day, each by itself: counting noise, a week's
// shape, slow growth, and days that scatter more than chance alone by a share. Nothing happens in it.
func smallSource(seed uint64, events, days int, scatter float64) Input {
	last := newVolumeShop("web", 1, 1).in.Last
	in := Input{
		Last: last, AsOf: last + 1, Partial: 1, Since: landed.NoDay,
		Landed: landed.Snapshot{Source: landed.Source{Name: "web"}, Span: landed.Span{First: last - landed.Day(days) + 1, Last: last}},
	}
	r := rand.New(rand.NewPCG(seed, 9))
	week := []float64{.8, 1.05, 1.1, 1.1, 1.05, 1.05, .85}
	for i := range events {
		rate := math.Pow(30, r.Float64())
		c := landed.Cell{Slice: landed.Slice{Platform: "web"}}
		for d := range days {
			day := in.Landed.Span.First + landed.Day(d)
			c.Daily = append(c.Daily, poisson(r, rate*week[day.Weekday()]*(1+.002*float64(d))*math.Exp(scatter*r.NormFloat64())))
		}
		in.Landed.Events = append(in.Landed.Events, landed.Event{
			Name: fmt.Sprintf("Event %d of %.1f a day", i, rate), Table: fmt.Sprintf("event_%d", i), Cells: []landed.Cell{c},
		})
	}
	return in
}

func poisson(r *rand.Rand, mean float64) int64 {
	n, p := int64(0), 1.0
	for {
		if p *= r.Float64(); p <= math.Exp(-mean) {
			return n
		}
		n++
	}
}

// A first night of hundreds of small events says nothing of chance: at most two false falls in 6,000 series.
func TestSmallSeriesAreQuiet(t *testing.T) {
	const seeds, events = 60, 75
	var falls []string
	for _, of := range []struct {
		days    int
		scatter float64
	}{{75, 0}, {45, .07}} {
		for seed := range uint64(seeds) {
			for _, f := range runVolume(t, smallSource(seed, events, of.days, of.scatter), "").Findings {
				if f.Kind != finding.VolumeSpike {
					falls = append(falls, f.Title)
				}
			}
		}
	}
	if n := 2. * seeds * events; float64(len(falls)) > 2*n/6000 {
		t.Errorf("%d false falls in %.0f series: %q", len(falls), n, falls)
	}
}

// What is quiet by chance must not hide what broke: an event of twenty a day that stopped yesterday is found, and so is
// one of ten a day within two days.
func TestSmallSeriesThatStopAreFound(t *testing.T) {
	for _, of := range []struct {
		name string
		rate float64
		days int
	}{{"twenty a day, yesterday", 20, 1}, {"ten a day, two days ago", 10, 2}} {
		t.Run(of.name, func(t *testing.T) {
			found := 0
			for seed := range uint64(40) {
				in := smallSource(seed, 12, 75, .07)
				r := rand.New(rand.NewPCG(seed, 10))
				daily := in.Landed.Events[0].Cells[0].Daily
				for d := range daily {
					daily[d] = poisson(r, of.rate)
				}
				clear(daily[len(daily)-of.days:])
				for _, f := range runVolume(t, in, "").Findings {
					if f.Subject.Event == in.Landed.Events[0].Name && f.Kind == finding.EventStopped && f.Since == in.Last-landed.Day(of.days)+1 {
						found++
					}
				}
			}
			if found < 38 {
				t.Errorf("found %d of 40", found)
			}
		})
	}
}
