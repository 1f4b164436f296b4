package series

import "math"

// Slice is one slice of a whole: rows with a trait and all rows, before and since something began. For a fall in
// volume the trait is "missing": K is usual minus actual, N the usual.
type Slice struct {
	Rank           int // of two slices with the same rows the lower rank is named
	K0, N0, K1, N1 float64
}

// Attribution says which slice explains a change.
type Attribution struct {
	Index         int     // into the slices
	Share         float64 // of the excess that lies in the slice
	Rows          float64 // share of all rows that lie in it
	OutsideBefore float64 // rate outside the slice before
	Outside       float64 // rate outside the slice since
	Inside        float64 // rate in the slice since
	Mainly        bool    // Share is .3 to .6, or the rate outside moved too
}

// Attribute names the slice that explains a change best: explained share times rise of the rate. The second result is
// true only where the change is concentrated there: at least 60 % of it, 15 points more than the slice's share of
// rows, and the rate outside unchanged; else a version with most of the traffic would be blamed for everything.
func Attribute(whole Slice, slices []Slice) (Attribution, bool) {
	base := whole.K0 / max(whole.N0, 1e-9)
	excess := whole.K1 - base*whole.N1
	best, top := Attribution{Index: -1}, 0.0
	if excess <= 0 || whole.N1 <= 0 {
		return best, false
	}
	for i, s := range slices {
		if s.N1 < 30 {
			continue
		}
		p0 := (s.K0 + 10*base) / (s.N0 + 10)
		share, lift := (s.K1-p0*s.N1)/excess, s.K1/s.N1-p0
		score := max(0, share) * max(0, lift)
		same := best.Index >= 0 && math.Abs(score-top) <= 1e-9*max(top, 1) && slices[best.Index].N1 == s.N1
		if score <= 0 || score < top && !same || same && s.Rank >= slices[best.Index].Rank {
			continue
		}
		top = max(top, score)
		best = Attribution{Index: i, Share: share, Rows: s.N1 / whole.N1, Inside: s.K1 / s.N1}
		best.OutsideBefore = (whole.K0 - s.K0) / max(whole.N0-s.N0, 1)
		best.Outside = (whole.K1 - s.K1) / max(whole.N1-s.N1, 1)
	}
	if best.Index < 0 {
		return best, false
	}
	left := max(whole.N1-slices[best.Index].N1, 1)
	p := clamp(best.Outside, 0, 1)
	slack := max(.02, .25*(whole.K1/whole.N1-base), 3*math.Sqrt(p*(1-p)/left))
	unchanged := math.Abs(best.Outside-best.OutsideBefore) <= slack
	concentrated := best.Share >= .6 && best.Share >= best.Rows+.15 && unchanged
	best.Mainly = !concentrated && best.Share >= .3 && best.Share >= best.Rows+.15
	return best, concentrated
}
