package main

import (
	"math"
	"testing"

	"github.com/plumbline-audit/plumbline/internal/simulate"
)

func TestNames(t *testing.T) {
	t.Parallel()
	m := newNameModel([]string{"Garden Opened", "Garden Closed", "Letter Opened", "Lesson Shared", "Kite Flown"})
	for name, tc := range map[string]struct {
		a, b      string
		low, high float64
	}{
		"words turned round and in another form": {"Garden Opened", "Open Garden", 1, 1},
		"another case and separator":             {"Garden Opened", "gardenOpened", 1, 1},
		"a typo":                                 {"Garden Opened", "Garden Opeend", .85, 1},
		"a word more":                            {"Garden Opened", "Garden Opened V2", .5, .95},
		"one word of two":                        {"Garden Opened", "Garden Closed", .2, .7},
		"no word":                                {"Garden Opened", "Lesson Shared", 0, .05},
	} {
		if got := m.similarity(tc.a, tc.b); got < tc.low || got > tc.high {
			t.Errorf("%s: %q and %q are %.2f alike, want %.2f to %.2f", name, tc.a, tc.b, got, tc.low, tc.high)
		}
	}
}

func TestLetters(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		a, b            string
		winkler, common float64
	}{{"martha", "marhta", .961, .833}, {"dixon", "dicksonx", .813, .615}, {"same", "same", 1, 1}, {"abc", "xyz", 0, 0}} {
		if got := jaroWinkler(tc.a, tc.b); math.Abs(got-tc.winkler) > .001 {
			t.Errorf("%q and %q: Jaro-Winkler %.3f, want %.3f", tc.a, tc.b, got, tc.winkler)
		}
		if got := letters(tc.a, tc.b); math.Abs(got-tc.common) > .001 {
			t.Errorf("%q and %q have %.3f of their letters in common, want %.3f", tc.a, tc.b, got, tc.common)
		}
	}
}

// steady is a workspace of two sources whose other events have 100 rows each day.
func steady(days int) *counts {
	w := &simulate.Workspace{Options: simulate.Options{Days: days}, Sources: make([]simulate.Source, 2)}
	c := newCounts(w)
	c.by["Other"] = [][]float64{make([]float64, days), make([]float64, days)}
	for s := range 2 {
		for d := range days {
			c.put("Other", s, d, 100)
		}
	}
	return c
}

func (c *counts) put(name string, source, day int, n float64) {
	if c.by[name] == nil {
		c.by[name] = make([][]float64, len(c.w.Sources))
	}
	if c.by[name][source] == nil {
		c.by[name][source] = make([]float64, c.w.Options.Days)
	}
	c.by[name][source][day] += n
	c.total[source][day] += n
}

func TestVolumeEvidence(t *testing.T) {
	t.Parallel()
	c := steady(60)
	for d := range 60 {
		if d < 40 {
			c.put("Old", 0, d, 20+float64(d%3))
		} else {
			c.put("New", 0, d, 20+float64(d%3))
			c.put("Small", 0, d, 3)
			c.put("Elsewhere", 1, d, 20)
		}
		c.put("Steady", 0, d, 20)
	}
	if v := c.volume("Old", "New"); v.kept < .9 || v.sure < 2 || v.apart > 1 {
		t.Errorf("a rename: %+v, want all kept, a sure fall, on the day", v)
	}
	for name, pair := range map[string][2]string{
		"a name that did not fall": {"Steady", "New"}, "a name in another source": {"Old", "Elsewhere"}, "a name too small": {"Old", "Small"},
	} {
		if v := c.volume(pair[0], pair[1]); v.kept > .3 {
			t.Errorf("%s: %.2f kept", name, v.kept)
		}
	}
}

func TestFitFindsTheWeights(t *testing.T) {
	t.Parallel()
	var pairs []pairEvidence
	for i := range 400 {
		kept := float64(i%20) / 20
		pairs = append(pairs, pairEvidence{volume: volumeEvidence{kept: kept, sure: float64(i % 3), apart: float64(i % 5)}, rename: kept > .7 != (i%37 == 0)})
	}
	m := fitVolume(pairs)
	if m.weights[1] < 3 || math.Abs(m.weights[2]) > 1 {
		t.Errorf("weights %v: want what is kept to weigh most, and what says nothing least", m.weights)
	}
	if m.score(volumeEvidence{kept: .9}) < 0 || m.score(volumeEvidence{kept: .3}) > 0 {
		t.Errorf("weights %v do not tell the two apart", m.weights)
	}
}

func TestMeasure(t *testing.T) {
	t.Parallel()
	score := func(p pairEvidence) float64 { return p.name }
	pairs := []pairEvidence{
		{old: "A", young: "a", rename: true, name: .9},
		{old: "B", young: "a", name: .8}, // a is taken already
		{old: "C", young: "c", name: .7},
		{old: "B", young: "b", rename: true, name: .6},
		{old: "D", young: "d", name: .2},
		{old: "E", young: "e", rename: true, name: .1},
		{workspace: 1, old: "A", young: "a", name: .05}, // the same names elsewhere are others
	}
	if got := len(partners(pairs, score)); got != 6 {
		t.Errorf("%d pairs are left, want 6", got)
	}
	threshold, best := bestF1(pairs, score)
	if math.Abs(best-.75) > 1e-9 || threshold != .1 {
		t.Errorf("best F1 %.3f from %.2f on, want .750 from .10 on", best, threshold)
	}
	o := measure(pairs, []pairEvidence{{old: "A", young: "a", rename: true, name: .65}, {old: "B", young: "b", name: .3}}, score)
	if o.right != 1 || o.wrong != 1 || o.all != 3 {
		t.Errorf("at the threshold of others: %d right, %d wrong of %d, want 1, 1, 3", o.right, o.wrong, o.all)
	}
	tied, f := bestF1([]pairEvidence{{old: "A", young: "a", rename: true, name: 1}, {old: "B", young: "b", name: 1}}, score)
	if tied != 1 || math.Abs(f-2./3) > 1e-9 {
		t.Errorf("of two equal scores one cannot be told without the other: F1 %.3f, want .667", f)
	}
}

// TestSimulatorIsAsHardAsTheFirst looks at names and properties, which need no rows: how well they do alone is what the
// simulator was accepted by. The evaluation measures the volume too, and more exactly.
func TestSimulatorIsAsHardAsTheFirst(t *testing.T) {
	t.Parallel()
	for sort, options := range []func(uint64) simulate.Options{simulate.Standard, simulate.Difficult} {
		var pairs []pairEvidence
		for i := range comparable {
			pairs = append(pairs, newCounts(simulate.New(options(uint64(500+i)))).pairs(i)...)
		}
		if len(pairs) != 70000 {
			t.Errorf("%d pairs in %d workspaces, want 70000", len(pairs), comparable)
		}
		for _, row := range []tableRow{table()[0], table()[2]} {
			_, best := bestF1(pairs, row.score(volumeModel{}))
			if math.Abs(best-row.f1[sort]) > within {
				t.Errorf("sort %d: %s reaches F1 %.3f, want %.2f ± %.2f", sort, row.what, best, row.f1[sort], within)
			}
		}
	}
}
