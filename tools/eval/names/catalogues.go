package main

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/tools/eval/figures"
)

// wholeThroughTheProgram counts what is told of whole catalogues that landed without any plan.
func (e *evaluation) wholeThroughTheProgram(dir string) error {
	r := rand.New(rand.NewPCG(e.seed, 3))
	var apps []app
	products := map[string]string{}
	total := 0
	for i, c := range e.catalogues {
		a := app{id: id("c", i)}
		for _, n := range distinct(c.names) {
			total++
			a.lands = append(a.lands, landing{n, rates(r), 0, days})
		}
		products[a.id] = c.product
		apps = append(apps, a)
	}
	flags, err := audit(e.program, filepath.Join(dir, "catalogues"), apps, r)
	if err != nil {
		return err
	}
	v := e.verdicts(flags, products, "catalogue")
	fmt.Fprintf(e.out, "the program, whole catalogues        %d names without a plan, %d flags: %d right, %d wrong, %d not labelled\n", total, len(flags), v[right], v[wrong], v[open])
	e.page.add(figures.Figure{
		What:  "flags over whole catalogues without a plan",
		Value: fmt.Sprintf("%d of %d names; %d true, %d false, %d not labelled", len(flags), total, v[right], v[wrong], v[open]),
		Peers: "on all 6,952 names: ratio ≥ 90 1,491, token_sort ≥ 90 1,124",
	})
	return nil
}

func (e *evaluation) verdicts(flags []alarm, products map[string]string, what string) map[string]int {
	out := map[string]int{}
	for _, f := range flags {
		v := e.verdict(products[f.source], f.event, f.related)
		out[v]++
		if e.verbose {
			fmt.Fprintf(e.out, "  %s %s: %q %q (%s)\n", what, products[f.source], f.event, f.related, v)
		}
	}
	return out
}

// waves is in how many parts names arrive; what arrived before is planned by then.
const waves = 8

// arrivingThroughTheProgram lets each catalogue arrive as it grew: the first half of the file is the plan, with the names
// that events had before they were renamed; the second half and the new names of those events arrive, in eight parts.
func (e *evaluation) arrivingThroughTheProgram(dir string) error {
	r := rand.New(rand.NewPCG(e.seed, 4))
	var apps []app
	products := map[string]string{}
	arrived := 0
	for i, c := range e.catalogues {
		planned, arrives := e.grew(c)
		r.Shuffle(len(arrives), func(i, j int) { arrives[i], arrives[j] = arrives[j], arrives[i] })
		for w := range waves {
			from, to := w*len(arrives)/waves, (w+1)*len(arrives)/waves
			if from == to {
				continue
			}
			a := app{id: id("arriving", i, w), planned: slices.Concat(planned, arrives[:from])}
			for _, n := range a.planned {
				a.lands = append(a.lands, landing{n, rates(r), 0, days})
			}
			for _, n := range arrives[from:to] {
				arrived++
				a.lands = append(a.lands, landing{n, rates(r), newFrom + r.IntN(14), days})
			}
			products[a.id] = c.product
			apps = append(apps, a)
		}
	}
	flags, err := audit(e.program, filepath.Join(dir, "arriving"), apps, r)
	if err != nil {
		return err
	}
	v := e.verdicts(flags, products, "arrives")
	per := 1000 * float64(v[wrong]) / float64(max(arrived, 1))
	fmt.Fprintf(e.out, "the program, arriving                %d names, %d flags: %d right, %d wrong (%.1f in 1,000), %d not labelled\n", arrived, len(flags), v[right], v[wrong], per, v[open])
	e.page.add(
		figures.Figure{
			What: "names arriving as catalogues grew: true flags of those labelled", Value: figures.Ratio(v[right], v[right]+v[wrong]),
			Goal: "≥ .95", Missed: float64(v[right]) < .95*float64(v[right]+v[wrong]), Peers: "ratio ≥ 90: a third",
		},
		figures.Figure{
			What: "the same: flags of names that were no rename", Value: fmt.Sprintf("%.1f in 1,000 (%d of %d names; %d not labelled)", per, v[wrong], arrived, v[open]),
			Goal: "≤ 6 in 1,000", Missed: per > 6, Peers: "ratio ≥ 90: 19 in 1,000",
		},
	)
	return nil
}

// grew is what of a catalogue was planned first, and what arrived.
func (e *evaluation) grew(c *catalogue) (planned, arrives []string) {
	renamed := map[string]bool{}
	for _, p := range e.pairs {
		a, b := c.has(p.a), c.has(p.b)
		if p.product != c.product || p.label != duplicate || a == b || !strings.HasPrefix(p.provenance, "rename") {
			continue
		}
		old, young := p.a, p.b
		if a {
			old, young = p.b, p.a
		}
		planned = append(planned, old)
		renamed[young] = true
	}
	list := distinct(c.names)
	for i, n := range list {
		if i >= len(list)/2 || renamed[n] {
			arrives = append(arrives, n)
		} else {
			planned = append(planned, n)
		}
	}
	return distinct(planned), arrives
}

func distinct(list []string) []string {
	seen := map[string]bool{}
	return slices.DeleteFunc(slices.Clone(list), func(n string) bool {
		twice := seen[n]
		seen[n] = true
		return twice || n == ""
	})
}
