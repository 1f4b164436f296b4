package main

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestVerdictFollowsWhatIsTheSameEvent(t *testing.T) {
	t.Parallel()
	e := evaluation{pairs: []pair{
		{product: "shop", a: "A", b: "B", label: duplicate},
		{product: "shop", a: "C", b: "B", label: duplicate},
		{product: "shop", a: "a b", b: "a_b", label: "distinct"},
	}}
	for _, c := range []struct{ what, product, a, b, want string }{
		{"labelled", "shop", "B", "A", right},
		{"each the same event as a third", "shop", "A", "C", right},
		{"the same letters", "shop", "x y", "x_y", right},
		{"the same letters, labelled apart", "shop", "a_b", "a b", wrong},
		{"of another product", "bank", "A", "B", open},
	} {
		if got := e.verdict(c.product, c.a, c.b); got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
}

// TestRoundsKeepPairsApart: no name of a source is planned for one pair and arrives for another.
func TestRoundsKeepPairsApart(t *testing.T) {
	t.Parallel()
	c := &catalogue{names: []string{"A", "B", "C"}}
	list := []*setting{
		{catalogue: c, planned: "A", arrives: "B"},
		{catalogue: c, planned: "B", arrives: "C"},
		{catalogue: c, planned: "A", arrives: "D"},
		{planned: "A", arrives: "E"},
	}
	rs := rounds(list)
	if diff := cmp.Diff([]string{"s-0", "s-1", "s-0", "s-2"}, []string{list[0].source, list[1].source, list[2].source, list[3].source}); diff != "" {
		t.Error(diff)
	}
	for _, r := range rs {
		a := r.app(rand.New(rand.NewPCG(1, 1)), false)
		for _, p := range r.pairs {
			if slices.Contains(a.planned, p.arrives) || !slices.Contains(a.planned, p.planned) {
				t.Errorf("%s plans %q, where %q is planned and %q arrives", a.id, a.planned, p.planned, p.arrives)
			}
		}
	}
}
