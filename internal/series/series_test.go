package series

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// shop is a source of n events over some days: Zipf-like volumes, a weekend dip, a common movement of 3 % and 4 % of
// each event's own.
func shop(seed uint64, n, days int, largest float64) Panel {
	r := rand.New(rand.NewPCG(seed, 1))
	p := Panel{First: time.Monday}
	common := make([]float64, days)
	for d := range common {
		common[d] = math.Exp(.03 * r.NormFloat64())
		if d%7 >= 5 {
			common[d] *= .7
		}
	}
	for i := range n {
		s := Series{Name: string(rune('a' + i%26)), Y: make([]float64, days)}
		for d := range s.Y {
			s.Y[d] = poisson(r, largest/float64(1+i)*common[d]*math.Exp(.04*r.NormFloat64()))
		}
		p.Series = append(p.Series, s)
	}
	return p
}

func poisson(r *rand.Rand, m float64) float64 {
	if m > 60 {
		return max(0, math.Round(m+math.Sqrt(m)*r.NormFloat64()))
	}
	k, p, l := 0.0, 1.0, math.Exp(-m)
	for {
		if p *= r.Float64(); p <= l {
			return k
		}
		k++
	}
}

// scale multiplies the days from..to of one series, or of all with i = -1.
func (p Panel) scale(i, from, to int, by float64) Panel {
	for k := range p.Series {
		if i < 0 || i == k {
			for d := from; d <= to; d++ {
				p.Series[k].Y[d] = math.Round(by * p.Series[k].Y[d])
			}
		}
	}
	return p
}

func TestJudgeFindsWhatBroke(t *testing.T) {
	const n, days, last = 20, 70, 69
	for _, test := range []struct {
		name   string
		panel  Panel
		series int  // that should be found; -1: none
		source bool // whether the source should be found
	}{
		{"nothing happened", shop(1, n, days, 2000), -1, false},
		{"one event stopped last night", shop(2, n, days, 2000).scale(4, last, last, 0), 4, false},
		{"one event fell by 70 % last night", shop(3, n, days, 2000).scale(3, last, last, .3), 3, false},
		{"one event has been down by half for four days", shop(4, n, days, 2000).scale(2, last-3, last, .5), 2, false},
		{"a holiday: everything at half", shop(5, n, days, 2000).scale(-1, last, last, .5), -1, true},
		{"a quarter of the source is gone", shop(6, n, days, 2000).scale(-1, last, last, .7), -1, true},
		{"the whole source is silent", shop(7, n, days, 2000).scale(-1, last, last, 0), -1, true},
		{"an event broke on a holiday", shop(8, n, days, 2000).scale(-1, last, last, .5).scale(2, last, last, .2), 2, true},
		{"an ordinary Sunday", shop(9, n, 70, 2000), -1, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			j := Judge(test.panel, Defaults())
			if found := j.Source.Score >= 2.5; found != test.source {
				t.Errorf("source score %.2f, factor %.2f", j.Source.Score, j.Source.Factor)
			}
			for i, v := range j.Series {
				if found := v.Score >= 2.5; found != (i == test.series) {
					t.Errorf("series %d: score %.2f, %v of %.1f", i, v.Score, v.Actual, v.Expected)
				}
			}
		})
	}
}

func TestJudgeQuietNights(t *testing.T) {
	falls, spikes, nights := 0, 0, 0
	for seed := range uint64(6) {
		Walk(shop(100+seed, 40, 120, 800), 60, Defaults(), func(_ int, j Judgement) {
			for _, v := range j.Series {
				nights++
				if v.Score >= 2.5 {
					falls++
				}
				if v.Spike >= 3 && v.Actual > 1.5*v.Expected {
					spikes++
				}
			}
			if j.Source.Score >= 2.5 {
				t.Errorf("source score %.2f", j.Source.Score)
			}
		})
	}
	// One false alarm in 6,000 is the aim; 14,400 nights leave room for chance.
	if falls > 6 || spikes > 6 {
		t.Errorf("%d falls and %d spikes in %d quiet nights", falls, spikes, nights)
	}
}

func TestJudgeSaysWhyNot(t *testing.T) {
	p := shop(11, 8, 40, 400)
	young := make([]float64, 40)
	copy(young[31:], []float64{90, 88, 95, 91, 70, 66, 93, 92, 94})
	gone := make([]float64, 40)
	copy(gone[29:], []float64{290, 288, 295, 291, 270, 266, 293, 292, 294, 290, 0})
	rare := make([]float64, 40)
	rare[3], rare[20] = 1, 1
	p.Series = append(p.Series,
		Series{Name: "young", Y: young, Seen: 31}, Series{Name: "young and gone", Y: gone, Seen: 29},
		Series{Name: "rare", Y: rare, Seen: 3}, Series{Name: "accepted", Y: p.Series[0].Y, Start: 36},
	)
	j := Judge(p, Defaults())
	got := []string{}
	for _, v := range j.Series[8:] {
		got = append(got, v.Reason)
	}
	want := []string{"8 days of history", "", "too sparse: 0.0 a day", "a new usual level was accepted 3 days ago"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if v := j.Series[9]; v.Score < 2 {
		t.Errorf("a young lively event that fell silent has score %.2f", v.Score)
	}
}

func TestAcceptedLevelIsTheNewUsual(t *testing.T) {
	p := shop(12, 10, 80, 900).scale(1, 70, 79, .4)
	if v := Judge(p, Defaults()).Series[1]; v.Usual < 250 {
		t.Fatalf("usual is %.0f before anybody accepted the fall", v.Usual)
	}
	p.Series[1].Start = 70
	if v := Judge(p, Defaults()).Series[1]; v.Usual > 200 || v.Score > 1.5 || v.Reason != "" {
		t.Errorf("after it was accepted usual is %.0f, score %.2f, %q", v.Usual, v.Score, v.Reason)
	}
}

func TestQuietDaysDoNotMakeTheUsual(t *testing.T) {
	p := shop(13, 12, 80, 900)
	plain := Judge(p, Defaults()).Series[2].Usual
	p.scale(2, 70, 78, 4)
	p.Series[2].Skip = make([]bool, 80)
	for d := 70; d <= 78; d++ {
		p.Series[2].Skip[d] = true
	}
	if got := Judge(p, Defaults()).Series[2].Usual; math.Abs(got/plain-1) > .12 {
		t.Errorf("usual is %.1f, without the skipped flood %.1f", got, plain)
	}
}

func TestPartialDayIsAllowedFor(t *testing.T) {
	p := shop(14, 20, 70, 2000).scale(-1, 69, 69, .85)
	o := Defaults()
	if got := Judge(p, o).Source.Score; got < 2 {
		t.Errorf("85 %% of a day that counts as complete has source score %.2f", got)
	}
	o.Complete, o.Spread = .85, .03
	j := Judge(p, o)
	if j.Source.Score > 1 {
		t.Errorf("85 %% of a day of which 85 %% can be there has source score %.2f", j.Source.Score)
	}
	for i, v := range j.Series {
		if v.Score >= 2 {
			t.Errorf("series %d: score %.2f", i, v.Score)
		}
	}
}

func anyPanel(t *rapid.T) Panel {
	days := rapid.IntRange(0, 90).Draw(t, "days")
	p := Panel{First: time.Weekday(rapid.IntRange(0, 6).Draw(t, "weekday")), Quiet: rapid.SliceOfN(rapid.Bool(), 0, days).Draw(t, "quiet")}
	n := rapid.IntRange(0, 9).Draw(t, "n")
	for range n {
		kind := rapid.SampledFrom([]float64{0, 1, 30, 1e4, 1e9}).Draw(t, "size")
		s := Series{Y: make([]float64, days)}
		for d := range s.Y {
			s.Y[d] = math.Round(kind * rapid.Float64Range(0, 1).Draw(t, "y"))
		}
		s.Seen = rapid.IntRange(0, max(days-1, 0)).Draw(t, "seen")
		for d := range min(s.Seen, len(s.Y)) {
			s.Y[d] = 0
		}
		s.Start = rapid.IntRange(0, days).Draw(t, "start")
		p.Series = append(p.Series, s)
	}
	return p
}

func TestScoresAreNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyPanel(t)
		o := Defaults()
		o.Complete = rapid.SampledFrom([]float64{0, .8, 1}).Draw(t, "complete")
		h := Learn(p, o)
		if p.Days() == 0 {
			return
		}
		last := p.Days() - 1
		j := h.Judge(last)
		z := h.Freezer(last)
		for i, v := range j.Series {
			f, _ := z.Falling(i, v, 2)
			d, _ := z.Decline(i)
			b := z.Band(i, 0, last)
			all := append([]float64{
				v.Score, v.Spike, v.Expected, v.Actual, v.Usual, f.Score, f.Expected, f.Actual, f.Missing(),
				d.R, d.Fall, d.Usual, d.Rows, j.Source.Score, j.Source.Factor, j.Source.Expected,
			}, append(append(b.Expected, b.Low...), b.High...)...)
			for k, x := range all {
				if math.IsNaN(x) || math.IsInf(x, 0) {
					t.Fatalf("series %d: figure %d is %v", i, k, x)
				}
			}
			if v.Score < 0 || v.Spike < 0 || j.Source.Score < 0 {
				t.Fatalf("a score is negative: %+v", v)
			}
		}
	})
}

func TestOrderOfSeriesIsIrrelevant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyPanel(t)
		if p.Days() == 0 || len(p.Series) == 0 {
			return
		}
		perm := rapid.Permutation(indices(len(p.Series))).Draw(t, "order")
		q := Panel{First: p.First, Quiet: p.Quiet}
		for _, i := range perm {
			q.Series = append(q.Series, p.Series[i])
		}
		a, b := Judge(p, Defaults()), Judge(q, Defaults())
		near := func(x, y float64) bool { return math.Abs(x-y) <= 1e-6*max(1, math.Abs(x)) }
		for k, i := range perm {
			if !near(a.Series[i].Score, b.Series[k].Score) || !near(a.Series[i].Spike, b.Series[k].Spike) {
				t.Fatalf("series %d: %+v, in another order %+v", i, a.Series[i], b.Series[k])
			}
		}
		if !near(a.Source.Score, b.Source.Score) {
			t.Fatalf("source: %+v, in another order %+v", a.Source, b.Source)
		}
	})
}

func indices(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// A night is judged with what was known by then: later days change nothing.
func TestNoDayIsJudgedWithLaterOnes(t *testing.T) {
	p := shop(21, 15, 100, 900)
	p.Series[3].Seen = 40
	for d := range 40 {
		p.Series[3].Y[d] = 0
	}
	h := Learn(p, Defaults())
	for _, day := range []int{20, 45, 61, 80} {
		cut := Panel{First: p.First}
		for _, s := range p.Series {
			s.Y = s.Y[:day+1]
			cut.Series = append(cut.Series, s)
		}
		got, want := h.Judge(day), Judge(cut, Defaults())
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("day %d: %s", day, diff)
		}
	}
}

// What ten times the rows show at least as clearly: the score of a stop does not fall.
func TestMoreRowsAreNoLessClear(t *testing.T) {
	small := Judge(shop(31, 10, 70, 100).scale(4, 69, 69, 0), Defaults()).Series[4].Score
	large := Judge(shop(31, 10, 70, 10000).scale(4, 69, 69, 0), Defaults()).Series[4].Score
	if large < small || large < 2.5 {
		t.Errorf("a stop scores %.2f at 20 a day and %.2f at 2,000", small, large)
	}
}

func TestSparseSeriesIsJudgedOverWeeks(t *testing.T) {
	p := shop(41, 1, 120, 1.5).scale(0, 92, 119, 0)
	v := Judge(p, Defaults()).Series[0]
	if v.Reason != "" && v.Score > 0 {
		t.Errorf("a judged series has a reason: %+v", v)
	}
	quiet := Judge(shop(42, 1, 120, 1.5), Defaults()).Series[0]
	if quiet.Score >= 2 {
		t.Errorf("a quiet sparse series has score %.2f", quiet.Score)
	}
}

func BenchmarkJudge(b *testing.B) {
	p := shop(51, 200, 180, 5000)
	for b.Loop() {
		Judge(p, Defaults())
	}
}

func BenchmarkFalling(b *testing.B) {
	p := shop(51, 200, 180, 5000)
	for b.Loop() {
		h := Learn(p, Defaults())
		j := h.Judge(179)
		z := h.Freezer(179)
		for i, v := range j.Series {
			z.Falling(i, v, 2.5)
			z.Decline(i)
		}
	}
}
