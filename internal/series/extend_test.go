package series

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// upTo is the panel as it stood on some day.
func (p Panel) upTo(day int) Panel {
	out := Panel{First: p.First}
	out.Quiet = append(out.Quiet, p.Quiet[:min(day+1, len(p.Quiet))]...)
	for _, s := range p.Series {
		s.Y = append([]float64(nil), s.Y[:day+1]...)
		s.Skip = append([]bool(nil), s.Skip[:min(day+1, len(s.Skip))]...)
		out.Series = append(out.Series, s)
	}
	return out
}

// Whatever the nights before saw, a night knows what it would have learned alone.
func TestExtendKnowsWhatLearnDoes(t *testing.T) {
	alike := cmp.Options{cmp.AllowUnexported(History{}, window{}), cmpopts.EquateNaNs(), cmpopts.EquateEmpty()}
	rapid.Check(t, func(t *rapid.T) {
		const days = 60
		n := rapid.IntRange(1, 6).Draw(t, "series")
		p := shop(rapid.Uint64().Draw(t, "seed"), n, days, 300)
		p.Quiet = make([]bool, days)
		for i := range p.Series {
			p.Series[i].Skip = make([]bool, days)
			p.Series[i].Seen = rapid.IntRange(0, 20).Draw(t, "seen")
		}
		var h *History
		for _, step := range rapid.SliceOfN(rapid.IntRange(0, 9), 2, 3).Draw(t, "nights apart") {
			last := 40
			if h != nil {
				last = min(h.days-1+step, days-1)
			}
			i, d := rapid.IntRange(0, n-1).Draw(t, "which"), rapid.IntRange(20, days-1).Draw(t, "when")
			o := Defaults()
			switch rapid.IntRange(0, 6).Draw(t, "what happened meanwhile") {
			case 0:
				p.Series[i].Y[d]++ // a row landed late
			case 1:
				p.Series[i].Skip[d] = true
			case 2:
				p.Quiet[d] = true
			case 3:
				p.Series[i].Start = d
			case 4:
				o.Complete, o.Spread = .9, .03
			case 5:
				p.First = (p.First + 1) % 7
			}
			now := p.upTo(last)
			h = h.Extend(now, o)
			if diff := cmp.Diff(Learn(now, o), h, alike); diff != "" {
				t.Fatalf("learned alone and after other nights (-alone +after):\n%s", diff)
			}
		}
	})
}
