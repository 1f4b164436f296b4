package main

import (
	"cmp"
	"math"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/simulate"
)

// pairEvidence is what three simple methods see of a new name and a planned one.
type pairEvidence struct {
	workspace  int
	old, young string
	rename     bool
	name       float64
	props      float64
	volume     volumeEvidence
}

// pairs compares every new name of a workspace with every planned one.
func (c *counts) pairs(workspace int) []pairEvidence {
	planned, young := c.w.Planned(), c.young()
	names := newNameModel(planned)
	props := newPropertyModel(c.w, slices.Concat(planned, young))
	var out []pairEvidence
	for _, b := range young {
		for _, a := range planned {
			out = append(out, pairEvidence{
				workspace: workspace, old: a, young: b,
				rename: slices.ContainsFunc(c.w.Truth.Renames, func(r simulate.Change) bool { return r.Old == a && r.New == b }),
				name:   names.similarity(a, b), props: props.similarity(a, b), volume: c.volume(a, b),
			})
		}
	}
	return out
}

// young are the names that came without a plan, in the order of the truth.
func (c *counts) young() []string {
	var out []string
	for _, r := range slices.Concat(c.w.Truth.Renames, c.w.Truth.Harmless) {
		if r.New != "" && !slices.Contains(out, r.New) {
			out = append(out, r.New)
		}
	}
	return out
}

// propertyModel compares the sets of properties of two names, rare properties weighing more.
type propertyModel struct {
	of map[string][]string
	in map[string]float64
}

func newPropertyModel(w *simulate.Workspace, names []string) *propertyModel {
	m := &propertyModel{of: map[string][]string{}, in: map[string]float64{}}
	for _, n := range names {
		for _, c := range w.Properties(n) {
			m.of[n] = append(m.of[n], c.Name)
			m.in[c.Name]++
		}
	}
	return m
}

func (m *propertyModel) similarity(a, b string) float64 {
	n := float64(len(m.of))
	var both, any float64
	for _, p := range m.of[a] {
		any += m.rare(p, n)
		if slices.Contains(m.of[b], p) {
			both += m.rare(p, n)
		}
	}
	for _, p := range m.of[b] {
		if !slices.Contains(m.of[a], p) {
			any += m.rare(p, n)
		}
	}
	return both / max(any, 1e-9)
}

func (m *propertyModel) rare(p string, n float64) float64 {
	return max(.05, math.Log((n+1)/(m.in[p]+.5)))
}

// outcome is how a method does: with the threshold that was best on other workspaces, and with the best there is.
type outcome struct {
	right, wrong, all int     // at the threshold of other workspaces
	best              float64 // F1
}

// measure ranks pairs by a score and takes for each name its best partner only, best first. The known pairs, of other
// workspaces, give the threshold.
func measure(pairs, known []pairEvidence, score func(pairEvidence) float64) outcome {
	threshold, _ := bestF1(known, score)
	_, best := bestF1(pairs, score)
	o := outcome{best: best}
	for _, p := range partners(pairs, score) {
		switch {
		case score(p) < threshold:
		case p.rename:
			o.right++
		default:
			o.wrong++
		}
	}
	o.all = renames(pairs)
	return o
}

func renames(pairs []pairEvidence) (n int) {
	for _, p := range pairs {
		if p.rename {
			n++
		}
	}
	return n
}

// partners sorts pairs by score and drops those of which a better pair has a name already.
func partners(pairs []pairEvidence, score func(pairEvidence) float64) []pairEvidence {
	sorted := slices.Clone(pairs)
	slices.SortFunc(sorted, func(a, b pairEvidence) int {
		return cmp.Or(cmp.Compare(score(b), score(a)), cmp.Compare(a.workspace, b.workspace), cmp.Compare(a.old, b.old), cmp.Compare(a.young, b.young))
	})
	type side struct {
		workspace int
		name      string
		young     bool
	}
	taken := map[side]bool{}
	var out []pairEvidence
	for _, p := range sorted {
		a, b := side{p.workspace, p.old, false}, side{p.workspace, p.young, true}
		if !taken[a] && !taken[b] {
			taken[a], taken[b] = true, true
			out = append(out, p)
		}
	}
	return out
}

// bestF1 is the threshold with the best F1, and that F1.
func bestF1(pairs []pairEvidence, score func(pairEvidence) float64) (threshold, best float64) {
	all := float64(renames(pairs))
	list := partners(pairs, score)
	right := 0.0
	for i, p := range list {
		if p.rename {
			right++
		}
		if i+1 < len(list) && score(list[i+1]) == score(p) {
			continue // no threshold lies between equal scores
		}
		if f := 2 * right / (float64(i+1) + all); f > best {
			threshold, best = score(p), f
		}
	}
	return threshold, best
}
