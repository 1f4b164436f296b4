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
	Before        float64 // rate in the slice before, 0 where it had no rows
	Inside        float64 // rate in the slice since
	Mainly        bool    // it holds a good part of the change, but the rest lies elsewhere
	Unchanged     bool    // the rate outside is what it was
}

// When a slice is named: a slice that is large anyway holds most of anything, and explains nothing by that.
const (
	sliceRows   = 30  // least rows since the change
	sliceShrink = 10  // rows of the whole's usual that a slice's own is pulled to
	sliceWhole  = .6  // least share of the change of a slice that explains it
	sliceMainly = .3  // and of one in which it mainly lies
	sliceBeyond = .15 // by how much that share exceeds its share of the rows
	sliceAll    = .95 // a slice that is as young as the change and holds this much of it is to blame however large it has grown
	sliceBorn   = .05 // of its rows now, at most, it had before
	sliceAlike  = .98 // a shorter slice with nearly the best score is named instead of a part of it
)

// Attribute names the slice that explains a change best: explained share times rise of the rate. Where the whole did not
// change, Index is still the slice that stands out, and its Share 0. The second result is
// true only where the change is concentrated there: at least 60 % of it, 15 points more than the slice's share of
// rows, and the rate outside unchanged; else a version with most of the traffic would be blamed for everything. A slice
// that is as young as the change need not have 15 points more where it holds all of it.
func Attribute(whole Slice, slices []Slice) (Attribution, bool) {
	base := whole.K0 / max(whole.N0, 1e-9)
	excess := whole.K1 - base*whole.N1
	best := Attribution{Index: -1}
	if whole.N1 <= 0 {
		return best, false
	}
	scores := make([]float64, len(slices))
	top := 0.0
	for i, s := range slices {
		more, lift := s.rise(base)
		scores[i] = max(0, more) * max(0, lift)
		top = max(top, scores[i])
	}
	if top <= 0 {
		return best, false
	}
	at := -1
	for i, s := range slices {
		if scores[i] < sliceAlike*top || at >= 0 && !s.before(slices[at], scores[i], scores[at]) {
			continue
		}
		at = i
	}
	return whole.attribute(slices[at], at, base, excess)
}

// rise returns how many more rows of a slice have the trait than is usual for it, and how far its rate rose.
func (s Slice) rise(base float64) (more, lift float64) {
	if s.N1 < sliceRows {
		return 0, 0
	}
	p0 := (s.K0 + sliceShrink*base) / (s.N0 + sliceShrink)
	return s.K1 - p0*s.N1, s.K1/s.N1 - p0
}

// before says which of two slices that score about alike is named: the shorter one, the same rows by rank, else the better.
func (s Slice) before(o Slice, score, other float64) bool {
	if s.Rank/Terms != o.Rank/Terms {
		return s.Rank/Terms < o.Rank/Terms
	}
	if s.N1 == o.N1 && s.K1 == o.K1 {
		return s.Rank < o.Rank
	}
	return score > other
}

func (s Slice) attribute(of Slice, at int, base, excess float64) (Attribution, bool) {
	a := Attribution{Index: at, Rows: of.N1 / s.N1, Inside: of.K1 / of.N1}
	if more, _ := of.rise(base); excess > 0 {
		a.Share = more / excess
	}
	if of.N0 > 0 {
		a.Before = of.K0 / of.N0
	}
	a.OutsideBefore = (s.K0 - of.K0) / max(s.N0-of.N0, 1)
	a.Outside = (s.K1 - of.K1) / max(s.N1-of.N1, 1)
	left := max(s.N1-of.N1, 1)
	p := clamp(a.Outside, 0, 1)
	slack := max(.02, .25*(s.K1/s.N1-base), 3*math.Sqrt(p*(1-p)/left))
	a.Unchanged = math.Abs(a.Outside-a.OutsideBefore) <= slack
	beyond := a.Share >= a.Rows+sliceBeyond || s.bornWith(of, a.Share)
	concentrated := a.Share >= sliceWhole && beyond && a.Unchanged
	a.Mainly = !concentrated && a.Share >= sliceMainly && beyond
	return a, concentrated
}

// bornWith says whether a slice is as young as the change and holds all of it: a release that has reached nearly
// everybody holds most of the rows too, but those who do not have it yet say whether it is to blame.
func (s Slice) bornWith(of Slice, share float64) bool {
	return share >= sliceAll && s.N1-of.N1 >= sliceRows && s.N0 > 0 && of.N0/s.N0 <= sliceBorn*of.N1/s.N1
}
