package checks

import (
	"cmp"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/finding"
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
	if p.old.first < 0 || p.new.first < minBefore {
		return false
	}
	j := judge(p)
	if j.kind != finding.Rename || j.lost < handedPart {
		return false
	}
	began := p.new.first
	lost := meanBefore(p.old.y, began, 28)*float64(len(p.old.y)-began) - p.old.since(began)
	took := p.new.since(began)
	return took*handedMost >= lost && took <= handedMost*lost
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
