package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/series"
)

// The workspace in which a fault is looked for: who sends an event is correlated, as it is in life.
const (
	sentRows   = 20000 // before the fault and since
	faultRows  = 60    // least rows of the true slice since
	dimensions = 6
)

// who is the values of a row: app version, library, platform, source, page, country, in the order in which they are named.
type who [dimensions]int

// crowd draws rows: a source decides on platform and library, a platform on its versions.
type crowd struct {
	shares [dimensions][]float64 // of the values, by rank
	effect [dimensions][]float64 // of each value on the log odds of the background
}

func newCrowd(r *rand.Rand) crowd {
	sizes := [dimensions]int{24, 5, 4, 3, 40, 25}
	var c crowd
	for d, n := range sizes {
		sum := 0.0
		for i := range n {
			c.shares[d] = append(c.shares[d], math.Pow(float64(i+1), -.9)*math.Exp(.3*r.NormFloat64()))
			c.effect[d] = append(c.effect[d], .25*r.NormFloat64())
			sum += c.shares[d][i]
		}
		for i := range n {
			c.shares[d][i] /= sum
		}
	}
	return c
}

func (c crowd) pick(r *rand.Rand, d int) int {
	x := r.Float64()
	for i, s := range c.shares[d] {
		if x -= s; x < 0 {
			return i
		}
	}
	return len(c.shares[d]) - 1
}

func (c crowd) row(r *rand.Rand) who {
	source := c.pick(r, 3)
	platform := source // mostly: people of one source are on its platform
	if r.Float64() < .15 {
		platform = r.IntN(4)
	}
	library := source
	if r.Float64() < .1 {
		library = r.IntN(5)
	}
	version := platform*6 + c.pick(r, 0)%6
	return who{version, library, platform, source, c.pick(r, 4), c.pick(r, 5)}
}

// usual is the chance that a row is faulty without any fault.
func (c crowd) usual(w who) float64 {
	odds := -3.
	for d, v := range w {
		odds += c.effect[d][v]
	}
	return 1 / (1 + math.Exp(-odds))
}

// guilty is the slice that is to be found: the values that matter, -1 where any will do.
type guilty who

func (g guilty) has(w who) bool {
	for d, v := range g {
		if v >= 0 && v != w[d] {
			return false
		}
	}
	return true
}

// accuse picks a slice of so many terms with rows enough, from a row that was sent.
func accuse(r *rand.Rand, rows []who, terms int) guilty {
	for {
		g := guilty{-1, -1, -1, -1, -1, -1}
		of := rows[r.IntN(len(rows))]
		for _, d := range r.Perm(dimensions)[:terms] {
			g[d] = of[d]
		}
		n := 0
		for _, w := range rows {
			if g.has(w) {
				n++
			}
		}
		if n >= faultRows && n < len(rows)/2 {
			return g
		}
	}
}

// trial is one fault: the cells that a warehouse would give, all their slices, and the one that is guilty.
type trial struct {
	whole series.Slice
	parts []series.Part
	truth series.Slice
}

func newTrial(r *rand.Rand, terms int, rise float64) trial {
	c := newCrowd(r)
	var t trial
	by := map[who]*series.Slice{}
	at := func(w who) *series.Slice {
		if by[w] == nil {
			by[w] = &series.Slice{}
		}
		return by[w]
	}
	for range sentRows {
		w := c.row(r)
		s := at(w)
		s.N0++
		if r.Float64() < c.usual(w) {
			s.K0++
		}
	}
	rows := make([]who, sentRows)
	for i := range rows {
		rows[i] = c.row(r)
	}
	g := accuse(r, rows, terms)
	for _, w := range rows {
		p := c.usual(w)
		if g.has(w) {
			p = min(1, p+rise)
		}
		s := at(w)
		s.N1++
		if r.Float64() < p {
			s.K1++
		}
	}
	keys := make([]who, 0, len(by))
	for w := range by {
		keys = append(keys, w)
	}
	slices.SortFunc(keys, func(a, b who) int { return slices.Compare(a[:], b[:]) })
	var cells []series.Cell
	for _, w := range keys {
		var values []string
		for d, v := range w {
			values = append(values, fmt.Sprintf("%d:%d", d, v))
		}
		cells = append(cells, series.Cell{Values: values, Slice: *by[w]})
		plus(&t.whole, *by[w])
		if g.has(w) {
			plus(&t.truth, *by[w])
		}
	}
	t.parts = series.Slices(cells)
	return t
}

func plus(s *series.Slice, o series.Slice) {
	s.K0, s.N0, s.K1, s.N1 = s.K0+o.K0, s.N0+o.N0, s.K1+o.K1, s.N1+o.N1
}

// right says whether a slice is the guilty one: the same rows under another name count.
func (t trial) right(i int) bool {
	if i < 0 {
		return false
	}
	s := t.parts[i].Slice
	return s.N0 == t.truth.N0 && s.N1 == t.truth.N1 && s.K0 == t.truth.K0 && s.K1 == t.truth.K1
}

// named is what plumbline names.
func (t trial) named() int {
	a, _ := series.Attribute(t.whole, series.Of(t.parts))
	return a.Index
}

// steepest is the slice whose rate rose most: the first thing that people sort by.
func (t trial) steepest() int {
	return t.best(func(s series.Slice) float64 { return s.K1/s.N1 - (s.K0+.5)/(s.N0+1) })
}

// heaviest is the slice with the largest part of the excess: the second.
func (t trial) heaviest() int {
	base := t.whole.K0 / t.whole.N0
	return t.best(func(s series.Slice) float64 {
		p0 := base
		if s.N0 > 0 {
			p0 = s.K0 / s.N0
		}
		return s.K1 - p0*s.N1
	})
}

func (t trial) best(score func(series.Slice) float64) int {
	at, top := -1, 0.0
	for i, p := range t.parts {
		if p.N1 < 30 {
			continue
		}
		if x := score(p.Slice); at < 0 || x > top {
			at, top = i, x
		}
	}
	return at
}
