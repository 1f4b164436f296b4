package series

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Every row lies in one slice of each dimension, and in one of each pair of dimensions.
func TestSlicesHoldEveryRowOnceInEachDimension(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const dims = 3
		var cells []Cell
		var whole Slice
		for range rapid.IntRange(1, 30).Draw(t, "cells") {
			var c Cell
			for range dims {
				c.Values = append(c.Values, rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "value"))
			}
			c.N0, c.N1 = float64(rapid.IntRange(0, 50).Draw(t, "before")), float64(rapid.IntRange(0, 50).Draw(t, "since"))
			cells = append(cells, c)
			whole.add(c.Slice)
		}
		by := map[int]float64{}
		for _, p := range Slices(cells) {
			by[p.Rank] += p.N1
			named := 0
			for _, v := range p.Values {
				if v != "" {
					named++
				}
			}
			if named != p.Rank/Terms {
				t.Fatalf("%v has rank %d", p.Values, p.Rank)
			}
		}
		if len(by) != dims+dims*(dims-1)/2 {
			t.Fatalf("%d kinds of slices", len(by))
		}
		for rank, n := range by {
			if n != whole.N1 {
				t.Fatalf("the slices of rank %d hold %v of %v rows", rank, n, whole.N1)
			}
		}
	})
}

func TestAttributeNamesTwoTermsWhereOneSaysTooMuch(t *testing.T) {
	cell := func(version, system string, n0, k0, n1, k1 float64) Cell {
		return Cell{Values: []string{version, system}, Slice: Slice{N0: n0, K0: k0, N1: n1, K1: k1}}
	}
	name := func(cells ...Cell) ([]string, Attribution, bool) {
		var whole Slice
		for _, c := range cells {
			whole.add(c.Slice)
		}
		parts := Slices(cells)
		a, ok := Attribute(whole, Of(parts))
		return parts[a.Index].Values, a, ok
	}
	if got, _, ok := name(cell("1", "ios", 900, 9, 300, 3), cell("1", "android", 900, 9, 300, 3),
		cell("2", "ios", 0, 0, 300, 300), cell("2", "android", 0, 0, 300, 3)); !ok || !slices.Equal(got, []string{"2", "ios"}) {
		t.Errorf("one version of one system: %v %v", got, ok)
	}
	if got, _, ok := name(cell("1", "ios", 900, 9, 300, 3), cell("1", "android", 900, 9, 300, 3),
		cell("2", "ios", 0, 0, 300, 290), cell("2", "android", 0, 0, 300, 295)); !ok || !slices.Equal(got, []string{"2", ""}) {
		t.Errorf("one version of both: %v %v", got, ok)
	}
	if _, a, ok := name(cell("1", "ios", 900, 9, 300, 90), cell("1", "android", 900, 9, 300, 12),
		cell("2", "ios", 900, 9, 300, 45), cell("2", "android", 900, 9, 300, 40)); ok || !a.Mainly {
		t.Errorf("half in one, and some everywhere: %+v %v", a, ok)
	}
}

func TestOneOddNightIsNoChange(t *testing.T) {
	k, n := shares(81, 300, 40, .01, .01)
	k[38], k[39] = 30, 4
	if r, ok := Rate(k, n); ok {
		t.Errorf("a night that is over: %+v", r)
	}
	k[38], k[39] = 3, 14
	if r, ok := Rate(k, n); ok {
		t.Errorf("a single night that leaps little: %+v", r)
	}
	k[38], k[39] = 20, 40
	if r, ok := Rate(k, n); !ok || r.Start != 38 {
		t.Errorf("a rollout that grows: %v %+v", ok, r)
	}
}

func TestRateKnowsWeekends(t *testing.T) {
	var k, n []float64
	for d := range 49 {
		rate, rows := .05, 700.
		if d%7 >= 5 {
			rate, rows = .18, 500
		}
		k, n = append(k, math.Round(rate*rows)), append(n, rows)
	}
	if r, ok := Rate(k, n); ok {
		t.Errorf("a weekend like every other: %+v", r)
	}
}

func TestMixture(t *testing.T) {
	draw := func(seed uint64, values int, share, factor float64) []float64 {
		r := rand.New(rand.NewPCG(seed, 5))
		out := make([]float64, 32)
		for range values {
			x := math.Exp(3.9 + .7*r.NormFloat64())
			if r.Float64() < share {
				x *= factor
			}
			out[min(max(6+int(math.Floor(5*math.Log10(x))), 0), 31)]++
		}
		return out
	}
	for _, test := range []struct {
		name          string
		share, factor float64
		named         string
	}{
		{"nothing moved", 0, 1, ""},
		{"three in ten by a hundred", .3, 100, "100"},
		{"half by ten", .5, 10, "10"},
		{"a fifth by a thousand", .2, 1000, "1,000"},
		{"half are hundredths", .5, .01, "100"},
		{"all by a third more", 1, 1.3, ""},
		{"half by four", .5, 4, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, ok := Mixture(draw(1, 4000, 0, 1), draw(2, 600, test.share, test.factor))
			if ok != (test.named != "") || m.Named != test.named && ok {
				t.Fatalf("%v %+v", ok, m)
			}
			if ok && (math.Abs(m.Share-test.share) > .08 || (m.Exact > 1) != (test.factor > 1)) {
				t.Errorf("%+v", m)
			}
		})
	}
	if m, ok := Mixture(draw(1, 4000, 0, 1), draw(2, 30, .3, 100)); ok {
		t.Errorf("of thirty values: %+v", m)
	}
}
