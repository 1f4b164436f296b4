package checks

import (
	"cmp"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/names"
)

// What it takes for a likeness that is not sure to be one event: the older name lost most of its rows as the younger one
// began, and the younger one has about as many as were lost.
const (
	handedPart = .5
	handedMost = 2 // times as many, or as few
)

// handedOver says whether the older name of a pair handed its rows over to the younger one.
func handedOver(p pair, judge func(pair) judged) bool {
	return tookOver(p, judge, handedPart, handedMost)
}

// tookOver says whether the older name of a pair lost at least a part of its rows as the younger one began, and how many
// times as many or as few as were lost the younger one has.
func tookOver(p pair, judge func(pair) judged, part, most float64) bool {
	if p.old.first < 0 || p.new.first < minBefore {
		return false
	}
	j := judge(p)
	if j.kind != finding.Rename || j.lost < part {
		return false
	}
	began := p.new.first
	lost := meanBefore(p.old.y, began, 28)*float64(len(p.old.y)-began) - p.old.since(began)
	took := p.new.since(began)
	return took*most >= lost && took <= most*lost
}

// nearer says whether a is the better explanation of a name than b.
func nearer(a, b pair) bool {
	planned := func(p pair) int {
		if p.old.planned != nil {
			return 0
		}
		return 1
	}
	return cmp.Or(
		-cmp.Compare(a.match.Level, b.match.Level), cmp.Compare(planned(a), planned(b)),
		cmp.Compare(distance(a.match.Kind), distance(b.match.Kind)), -cmp.Compare(a.old.total, b.old.total), cmp.Compare(a.oldName, b.oldName),
	) < 0
}

// distance is how far a kind of likeness lies from being the same name.
func distance(k names.Kind) int {
	order := []names.Kind{names.Same, names.Hidden, names.Case, names.Separator, names.Accent, names.Typo, names.Inflection, names.VerbMoved, names.Order}
	if i := slices.Index(order, k); i >= 0 {
		return i
	}
	return len(order)
}

// oneHeir keeps of several names that an event would have handed over to the one that took most, where their likeness is
// not sure; none where a surer one took it.
func oneHeir(all []pair) []pair {
	heir := map[string]pair{}
	for _, p := range all {
		have, ok := heir[p.oldName]
		if !ok || p.match.Level > have.match.Level || p.match.Level == have.match.Level && p.new.total > have.new.total {
			heir[p.oldName] = p
		}
	}
	return slices.DeleteFunc(all, func(p pair) bool {
		return p.match.Level < names.High && heir[p.oldName].new.Name != p.new.Name
	})
}

// What it takes for two names that share some words to be one event: the planned one is all but gone since the other one
// began, that has hardly more or fewer rows than were lost, and each is the likest there is of the other.
const (
	successorAlike = .55 // names.Similarity
	successorLead  = .1  // before the next that is alike
	successorRows  = 30
	successorPart  = .8
	successorMost  = 1.4 // times as many, or as few
	successorGone  = .1  // of its usual rows, in the last week
	mostSuccessors = 200 // new names looked at, the largest first
)

// successors finds events that go on under a name that shares some of its words, where no rule says that the two are alike.
func (c nearDuplicate) successors(in Input, obs []observed, found []pair, judge func(pair) judged) []pair {
	var olds, news []observed
	for _, o := range obs {
		taken := slices.ContainsFunc(found, func(p pair) bool { return p.oldName == o.Name || p.new.Name == o.Name })
		switch {
		case o.Call != landed.Track || taken:
		case o.planned == nil && o.active() && o.total >= max(c.MinRows, successorRows) && o.first >= 2*minBefore:
			news = append(news, o)
		case in.agreed() && o.planned != nil && total(o.y[max(0, len(o.y)-activeDays):]) <= successorGone*activeDays*o.total/float64(len(o.y)):
			olds = append(olds, o)
		}
	}
	slices.SortStableFunc(news, func(a, b observed) int { return cmp.Compare(b.total, a.total) })
	news = news[:min(len(news), mostSuccessors)]
	words := names.Learn(plannedNames(in))
	alike := make([][]float64, len(news))
	for i, n := range news {
		alike[i] = make([]float64, len(olds))
		for j, o := range olds {
			if n.first-o.first >= 2*minBefore && o.last >= n.first-activeDays && !in.different(o.Name, n.Name) {
				alike[i][j] = names.Similarity(o.Name, n.Name, words)
			}
		}
	}
	var out []pair
	for i, n := range news {
		for j, o := range olds {
			if alike[i][j] < successorAlike || !likest(alike, i, j) {
				continue
			}
			p := pair{old: o, new: n, oldName: o.Name, rule: names.Difference(o.Name, n.Name), match: names.Match{Level: names.Medium}}
			if tookOver(p, judge, successorPart, successorMost) {
				out = append(out, p)
			}
		}
	}
	return out
}

// likest says whether nothing in its row and its column is nearly as alike as the one at i, j.
func likest(alike [][]float64, i, j int) bool {
	for k := range alike {
		if k != i && alike[k][j] > alike[i][j]-successorLead {
			return false
		}
	}
	for k := range alike[i] {
		if k != j && alike[i][k] > alike[i][j]-successorLead {
			return false
		}
	}
	return true
}
