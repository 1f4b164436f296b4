package series

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestMedianIsTheMiddleOfSorted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-5, 5), 1, 60).Draw(t, "x")
		s := slices.Clone(x)
		slices.Sort(s)
		want := (s[(len(s)-1)/2] + s[len(s)/2]) / 2
		if got := median(x); got != want {
			t.Fatalf("median of %v is %v, not %v", s, want, got)
		}
	})
}

func TestCountsHaveTheirChance(t *testing.T) {
	// The negative binomial distribution, summed term by term.
	for _, test := range []struct{ m, phi float64 }{{3, .2}, {40, .05}, {500, .01}} {
		k := 1 / test.phi
		p := math.Pow(k/(k+test.m), k)
		sum := 0.0
		for y := range 60 {
			if got := atLeast(float64(y), test.m, test.phi); math.Abs(got-(1-sum)) > 1e-9 {
				t.Errorf("m %v: at least %d has chance %v, want %v", test.m, y, got, 1-sum)
			}
			sum += p
			if got := atMost(float64(y), test.m, test.phi); math.Abs(got-sum) > 1e-9 {
				t.Errorf("m %v: at most %d has chance %v, want %v", test.m, y, got, sum)
			}
			p *= (float64(y) + k) / float64(y+1) * test.m / (test.m + k)
		}
	}
}

func TestSurprise(t *testing.T) {
	// From a table of Student's t with six degrees of freedom: 2.5 % lies below -2.447, 0.05 % below -5.959.
	for z, p := range map[float64]float64{-2.447: .025, -5.959: .0005, 0: .5, 2.447: .975} {
		if got := math.Pow(10, -surprise(z, 6)); math.Abs(got/p-1) > .002 {
			t.Errorf("below %v lies %v, want %v", z, got, p)
		}
	}
}

func TestFallingSaysSinceWhen(t *testing.T) {
	const days, last = 120, 119
	for _, test := range []struct {
		name        string
		from        int
		by          float64
		silent      bool
		slack       int
		wantMissing float64
	}{
		{"stopped last night", last, 0, true, 0, 0},
		{"stopped three days ago", last - 2, 0, true, 0, 0},
		{"stopped 40 days ago, when the level has forgotten it", last - 39, 0, true, 0, 0},
		{"stopped 80 days ago", last - 79, 0, true, 0, 0},
		{"fell by 70 % last night", last, .3, false, 0, 0},
		{"fell by half twelve days ago", last - 11, .5, false, 1, 0},
		{"fell by half 50 days ago", last - 49, .5, false, 2, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := shop(61, 20, days, 2500)
			usual := total(p.Series[5].Y[test.from:])
			p.scale(5, test.from, last, test.by)
			h := Learn(p, Defaults())
			f, ok := h.Freezer(last).Falling(5, h.Judge(last).Series[5], 2.5)
			if !ok || f.Silent != test.silent {
				t.Fatalf("found %v, silent %v", ok, f.Silent)
			}
			if f.Since < test.from-test.slack || f.Since > test.from+test.slack {
				t.Errorf("since %d, want %d", f.Since, test.from)
			}
			if want := usual * (1 - test.by); math.Abs(f.Missing()/want-1) > .2 {
				t.Errorf("%.0f rows missing, want about %.0f", f.Missing(), want)
			}
			if len(f.Band.Expected) != last-f.Since+1 {
				t.Errorf("the band has %d days since %d", len(f.Band.Expected), f.Since)
			}
		})
	}
}

func TestFallingLetsGo(t *testing.T) {
	const days, last = 120, 119
	for _, test := range []struct {
		name  string
		panel Panel
	}{
		{"it came back a week ago", shop(62, 20, days, 2500).scale(5, last-20, last-7, .4)},
		{"it came back last night", shop(63, 20, days, 2500).scale(5, last-20, last-1, 0)},
		{"it was silent as long before, and often", bursts(days)},
		{"the whole source stopped", shop(64, 20, days, 2500).scale(-1, last-15, last, 0)},
		{"the whole source shrinks", shrinking(days)},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := Learn(test.panel, Defaults())
			j := h.Judge(last)
			z := h.Freezer(last)
			for i, v := range j.Series {
				if f, ok := z.Falling(i, v, 2.5); ok {
					t.Errorf("series %d: %+v", i, f.Score)
				}
			}
		})
	}
}

// bursts is a source with one event that is sent for five days and then not for ten.
func bursts(days int) Panel {
	p := shop(65, 20, days, 2500)
	for d := range days {
		if (d+1)%15 >= 5 {
			p.Series[5].Y[d] = 0
		}
	}
	return p
}

func shrinking(days int) Panel {
	p := shop(66, 20, days, 5000)
	for d := range days {
		p.scale(-1, d, d, math.Pow(.99, float64(d)))
	}
	return p
}

func TestDecline(t *testing.T) {
	const days, last = 90, 89
	p := shop(71, 30, days, 3000)
	for d := last - 11; d <= last; d++ {
		p.scale(9, d, d, math.Pow(.95, float64(d-last+12)))
	}
	p.scale(7, last-9, last, .5)
	h := Learn(p, Defaults())
	z := h.Freezer(last)
	slope, ok := z.Decline(9)
	if !ok || slope.Step || slope.R < 16 || slope.Fall < .3 || slope.Start < last-14 || slope.Start > last-8 {
		t.Errorf("the slope: %+v", slope)
	}
	step, ok := z.Decline(7)
	if !ok || !step.Step || step.R < 30 || step.Start < last-10 || step.Start > last-8 {
		t.Errorf("the step: %+v", step)
	}
	for i := range p.Series {
		if i == 7 || i == 9 {
			continue
		}
		if d, ok := z.Decline(i); ok && d.R >= 16 && d.Fall >= .25 {
			t.Errorf("quiet series %d: %+v", i, d)
		}
	}
}

func binomial(r *rand.Rand, n int, p float64) float64 {
	k := 0.0
	for range n {
		if r.Float64() < p {
			k++
		}
	}
	return k
}

// shares draws 40 days of n rows of which a share carries a trait; from day change on another share does.
func shares(seed uint64, n, change int, before, after float64) (k, all []float64) {
	r := rand.New(rand.NewPCG(seed, 2))
	for d := range 40 {
		p := before
		if d >= change {
			p = after
		}
		k, all = append(k, binomial(r, n, p)), append(all, float64(n))
	}
	return k, all
}

func TestRate(t *testing.T) {
	for _, test := range []struct {
		name          string
		n, change     int
		before, after float64
		found         bool
	}{
		{"nothing changed", 300, 40, .1, .1, false},
		{"a required property is missing since last night", 300, 39, 0, .4, true},
		{"it began eight days ago", 300, 32, .02, .25, true},
		{"a small share, long ago", 400, 15, .01, .08, true},
		{"a fill that fell", 300, 35, .9, .3, true},
		{"half of forty rows since last night, and none before", 40, 39, 0, .5, true},
		{"a tenth of forty rows since last night", 40, 39, 0, .1, false},
		{"too few rows", 9, 38, 0, .5, false},
		{"too small to matter", 3000, 30, .01, .02, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			k, n := shares(81, test.n, test.change, test.before, test.after)
			r, ok := Rate(k, n)
			if ok != test.found {
				t.Fatalf("found %v: %+v", ok, r)
			}
			if ok && r.Start != test.change {
				t.Errorf("start %d, want %d", r.Start, test.change)
			}
			if ok && (r.Z > 0) != (test.after > test.before) {
				t.Errorf("z %v for a change from %v to %v", r.Z, test.before, test.after)
			}
		})
	}
	k, n := shares(82, 300, 20, .01, .3)
	copy(k[38:], []float64{3, 2})
	if r, ok := Rate(k, n); ok {
		t.Errorf("it ended two days ago: %+v", r)
	}
	found := 0
	for seed := range uint64(500) {
		if _, ok := Rate(shares(1000+seed, 120, 40, .15, .15)); ok {
			found++
		}
	}
	if found > 5 {
		t.Errorf("%d of 500 quiet shares changed", found)
	}
}

func TestRateFromStart(t *testing.T) {
	k, n := shares(83, 100, 0, .3, .3)
	if r, ok := RateFromStart(k, n, 0); !ok || r.Start != 0 || math.Abs(r.After-.3) > .05 {
		t.Errorf("a rule broken from its first day: %v %+v", ok, r)
	}
	if r, ok := RateFromStart(make([]float64, 40), n, 0); ok {
		t.Errorf("never broken: %+v", r)
	}
}

func TestUnit(t *testing.T) {
	draw := func(change int, factor float64) (sum, n []float64) {
		r := rand.New(rand.NewPCG(91, 3))
		for d := range 35 {
			s := 0.0
			for range 60 {
				s += 4 + .8*r.NormFloat64()
			}
			if d >= change {
				s += 60 * math.Log(factor)
			}
			sum, n = append(sum, s), append(n, 60)
		}
		return sum, n
	}
	for _, test := range []struct {
		name   string
		change int
		factor float64
		found  bool
		named  string
	}{
		{"nothing", 35, 1, false, ""},
		{"cents for dollars, four days ago", 31, 100, true, "100"},
		{"seconds for milliseconds", 30, .001, true, "1,000"},
		{"minutes for seconds", 34, 1. / 60, true, "60"},
		{"a rise that is nobody's unit", 28, 3, true, ""},
		{"prices rose by a tenth", 25, 1.1, false, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			u, ok := Unit(draw(test.change, test.factor))
			if ok != test.found || u.Named != test.named {
				t.Fatalf("found %v: %+v", ok, u)
			}
			if ok && (u.Start != test.change || math.Abs(math.Log(u.Factor/test.factor)) > .2) {
				t.Errorf("start %d, want %d; factor %v, want %v", u.Start, test.change, u.Factor, test.factor)
			}
			if ok && test.named != "" && math.Abs(math.Log(u.Exact/test.factor)) > 1e-9 {
				t.Errorf("exact factor %v, want %v", u.Exact, test.factor)
			}
		})
	}
}

func TestAttribute(t *testing.T) {
	whole := Slice{K0: 20, N0: 2000, K1: 215, N1: 1000}
	for _, test := range []struct {
		name   string
		slices []Slice
		want   int
		ok     bool
	}{
		{"one small release", []Slice{{K0: 16, N0: 1600, K1: 9, N1: 760}, {N0: 0, K1: 200, N1: 220}}, 1, true},
		{"everything alike", []Slice{{K0: 15, N0: 1500, K1: 160, N1: 750}, {K0: 5, N0: 500, K1: 55, N1: 250}}, 0, false},
		{"the same rows twice: the lower rank is named", []Slice{{Rank: 2, K1: 205, N1: 220}, {Rank: 0, K1: 205, N1: 220}}, 1, true},
		{"too few rows", []Slice{{K1: 20, N1: 20}}, -1, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			a, ok := Attribute(whole, test.slices)
			if ok != test.ok || ok && a.Index != test.want {
				t.Errorf("%v, %+v", ok, a)
			}
		})
	}
}

func TestLostAndKept(t *testing.T) {
	p := shop(95, 12, 70, 2000)
	rest := p.Total("").Series[0].Y
	a := slices.Clone(p.Series[4].Y)
	for d := range rest {
		rest[d] -= a[d]
	}
	if l := LostSince(a, rest, 60, nil, nil); l.Z >= 3 && l.Part >= .2 {
		t.Errorf("nothing fell: z %.1f, lost %.2f", l.Z, l.Part)
	}
	usual := slices.Clone(a)
	b := make([]float64, 70)
	for d := 60; d < 70; d++ {
		b[d], a[d] = math.Round(.97*a[d]), math.Round(.03*a[d])
	}
	l := LostSince(a, rest, 60, nil, nil)
	if l.Z < 8 || l.Part < .9 {
		t.Errorf("a rename: z %.1f, lost %.2f", l.Z, l.Part)
	}
	if c := l.Kept(b[60:]); c < .9 {
		t.Errorf("a rename keeps %.2f", c)
	}
	// A day on which the whole source is down is not a fall of the event.
	holiday, quiet := slices.Clone(usual), slices.Clone(rest)
	for d := 66; d < 70; d++ {
		holiday[d], quiet[d] = math.Round(.5*holiday[d]), .5*quiet[d]
	}
	if l := LostSince(holiday, quiet, 66, nil, nil); l.Z >= 3 && l.Part >= .2 {
		t.Errorf("a holiday: z %.1f, lost %.2f", l.Z, l.Part)
	}
	if c := LostSince(usual, rest, 60, nil, nil).Kept(b[60:]); c > .3 {
		t.Errorf("a launch beside an event that lost nothing: %.2f", c)
	}
}

// In a version that one row in thirty comes from, a name that is gone shows at once, although the whole hardly fell.
func TestLostInOneVersion(t *testing.T) {
	p := shop(95, 12, 70, 9000)
	rest := p.Total("").Series[0].Y
	a := slices.Clone(p.Series[4].Y)
	var here, restHere, b []float64
	for d := range rest {
		rest[d] -= a[d]
		if d >= 67 {
			b, here, restHere = append(b, math.Round(a[d]/30)), append(here, 0), append(restHere, math.Round(rest[d]/30))
			a[d] -= math.Round(a[d] / 30)
		}
	}
	if l := LostSince(a, rest, 67, nil, nil); l.Z >= 3 {
		t.Errorf("the whole fell: z %.1f", l.Z)
	}
	l := LostSince(a, rest, 67, here, restHere)
	if l.Z < 3 || l.Part < .99 {
		t.Errorf("the version: z %.1f, lost %.2f", l.Z, l.Part)
	}
	if c := l.Kept(b); c < .85 {
		t.Errorf("what it lost was kept by %.2f", c)
	}
	if l := LostSince(a, make([]float64, 70), 67, here, restHere); l.Z != 0 {
		t.Errorf("a share of nothing: %+v", l)
	}
}

// A day before which nothing is known has no usual: to ask since then is no reason to end.
func TestFallSinceBeforeAnythingIsKnown(t *testing.T) {
	p := shop(3, 6, 60, 200)
	z := Learn(p, Defaults()).Freezer(59)
	if f := z.FallSince(0, 0, 3); f.Expected != 0 || f.Since != 0 {
		t.Errorf("got %+v, want a fall without a usual", f)
	}
}
