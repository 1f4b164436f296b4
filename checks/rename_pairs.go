package checks

import (
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/names"
)

// What it takes for an event to be worth a closer look as the older name of a pair.
const (
	leastLost  = .05 // of what was usual where the new name lives
	scoredDays = 28  // from the day the new name began: what comes later only adds the weeks that changed everything else
	manyNew    = 200 // new names looked at in a night, the largest first
)

// candidate is a pair with its evidence.
type candidate struct {
	pair
	home               home
	end                int // the last day that is looked at
	handover               // with the names it is together with
	name, props, slice float64
	shared             []string // columns both tables fill
	asOf               valueEvidence
	users              userEvidence
	l                  float64 // log-odds that the two are one event
	alone              float64 // the same without the names it is together with
	joint              string  // the same for pairs that explain a change only together
}

func (k candidate) key() string { return k.oldName + "\x00" + k.new.Name }

// candidates are the pairs worth a closer look: a name that is young and unplanned, and an event that is planned (or,
// without a plan, older) and lost rows where and when the name appeared.
func (c rename) candidates(s *scene) []candidate {
	var out []candidate
	for _, n := range c.young(s) {
		began, end := n.began(), n.scoredTo()
		h := s.homeOf([]observed{n}, began, end)
		around := s.around(h, began, end)
		for _, o := range s.obs {
			if o.Call != landed.Track || o.Name == n.Name || s.in.agreed() && o.planned == nil || began-o.first < 2*minBefore || s.in.different(o.Name, n.Name) {
				continue
			}
			if !around.mayHaveLost(o) {
				continue
			}
			k := candidate{pair: pair{old: o, new: n, oldName: o.Name}, home: h, end: end}
			k.handover = around.measure([]observed{o}, []observed{n})
			if k.lost.Z < fellSure || k.lost.Part < leastLost {
				continue
			}
			k.name = names.Similarity(o.Name, n.Name, s.vocabulary)
			k.props, k.shared = s.sharedProperties([]string{o.Table}, []string{n.Table})
			k.slice = around.sliceFell(k)
			out = append(out, k)
		}
	}
	return out
}

// young are the new names, the largest first.
func (c rename) young(s *scene) []observed {
	var out []observed
	for _, n := range s.obs {
		began := n.began()
		if n.Call == landed.Track && n.planned == nil && n.active() && n.total >= c.MinRows && began >= 2*minBefore && len(n.y)-began <= c.MaxAge {
			out = append(out, n)
		}
	}
	largestFirst(out)
	return out[:min(manyNew, len(out))]
}

// What is no beginning: a trial, of hardly any of the rows, some days before the name was sent in earnest.
const (
	trialShare = .01
	trialGap   = 3
)

// began is the day from which a name was sent in earnest.
func (o observed) began() int {
	began, so, silent := o.first, 0., 0
	for d := o.first; d < len(o.y) && so <= trialShare*o.total; d++ {
		if o.y[d] == 0 {
			silent++
			continue
		}
		if silent >= trialGap {
			began = d
		}
		so, silent = so+o.y[d], 0
	}
	return began
}

// The days that are scored end when nearly all rows of the new name have come: what trickles in after it was taken back
// says nothing of whether it took the place of another.
const nearlyAll = .98

// scoredTo is the last day on which a new name is held against older ones.
func (o observed) scoredTo() int {
	began := o.began()
	to := min(began+scoredDays, len(o.y)) - 1
	all, so := total(o.y[began:to+1]), 0.
	for d := began; d <= to; d++ {
		if so += o.y[d]; so >= nearlyAll*all {
			return d
		}
	}
	return to
}
