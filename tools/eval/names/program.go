package main

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"

	"github.com/plumbline-audit/plumbline/tools/eval/figures"
)

// setting is a labelled pair as a warehouse has it: one name planned, the other landing without anybody having planned
// it, in the catalogue of its product.
type setting struct {
	pair
	catalogue        *catalogue
	planned, arrives string
	source           string
}

// settings puts each pair into a plan. What both stand in the plan is left out: that is a line of a lint. Distinct pairs
// that do are judged as if the second had not been planned yet.
func (e *evaluation) settings() (list []*setting, both []pair) {
	for _, p := range e.pairs {
		c, planned := e.plan(p)
		if planned && p.label == duplicate {
			both = append(both, p)
			continue
		}
		if c == nil {
			c = e.largest(p.product)
		}
		s := &setting{pair: p, catalogue: c, planned: p.a, arrives: p.b}
		if c != nil && !c.has(p.a) && c.has(p.b) {
			s.planned, s.arrives = p.b, p.a
		}
		list = append(list, s)
	}
	return list, both
}

// largest is the largest catalogue of a product; nil where it has none.
func (e *evaluation) largest(product string) *catalogue {
	var out *catalogue
	for _, c := range e.catalogues {
		if c.product == product && (out == nil || len(c.names) > len(out.names)) {
			out = c
		}
	}
	return out
}

// round is pairs of one catalogue that can stand in one source without meddling with each other.
type round struct {
	catalogue *catalogue
	pairs     []*setting
	planned   map[string]bool
	arrives   map[string]bool
}

func (r *round) takes(s *setting) bool {
	return r.catalogue == s.catalogue && !r.arrives[s.planned] && !r.planned[s.arrives] && !r.arrives[s.arrives]
}

func rounds(list []*setting) []*round {
	var out []*round
	for _, s := range list {
		i := slices.IndexFunc(out, func(r *round) bool { return r.takes(s) })
		if i < 0 {
			i = len(out)
			out = append(out, &round{catalogue: s.catalogue, planned: map[string]bool{}, arrives: map[string]bool{}})
		}
		r := out[i]
		r.pairs = append(r.pairs, s)
		r.planned[s.planned], r.arrives[s.arrives] = true, true
		s.source = id("s", i)
	}
	return out
}

// app makes a source of a round. With handing over, the planned name of a pair that is one event ends on the day the
// other one begins, with about as many rows; where it is two, it goes on. On the same days one in twenty of the other
// planned names ends for good.
func (r *round) app(rand *rand.Rand, handing bool) app {
	a := app{id: r.pairs[0].source}
	rate := map[string]float64{}
	plan := func(name string, end int) {
		if rate[name] == 0 && !r.arrives[name] {
			rate[name] = rates(rand)
			a.planned = append(a.planned, name)
			a.lands = append(a.lands, landing{name, rate[name], 0, end})
		}
	}
	for _, s := range r.pairs {
		first := rate[s.planned] == 0 // a name hands over once
		n := landing{s.arrives, rates(rand), newFrom, days}
		if handing {
			n.first += rand.IntN(7)
		}
		if handing && first && s.label == duplicate {
			plan(s.planned, n.first)
			n.rate = rate[s.planned]
		}
		plan(s.planned, days)
		a.lands = append(a.lands, n)
	}
	if r.catalogue != nil {
		for _, n := range r.catalogue.names {
			end := days
			if handing && rand.IntN(20) == 0 {
				end = newFrom + rand.IntN(7)
			}
			plan(n, end)
		}
	}
	return a
}

// sideBySide judges all pairs by an audit of a warehouse in which both names of each go on landing. Distinct pairs of
// which both names are planned are there twice: so, and with the second one not planned yet.
func (e *evaluation) sideBySide(dir string) error {
	list, both := e.settings()
	r := rand.New(rand.NewPCG(e.seed, 1))
	var apps []app
	for _, k := range rounds(list) {
		apps = append(apps, k.app(r, false))
	}
	planned := map[string]bool{}
	for i, c := range e.catalogues {
		a := app{id: id("planned", i), planned: distinct(c.names)}
		for _, n := range a.planned {
			a.lands = append(a.lands, landing{n, rates(r), 0, days})
		}
		planned[a.id] = true
		apps = append(apps, a)
	}
	flags, err := audit(e.program, filepath.Join(dir, "side-by-side"), apps, r)
	if err != nil {
		return err
	}
	s, guards, alike := e.countPairs(list, &flags)
	for _, p := range both {
		if p.tier == lexical {
			s.missed++
		}
	}
	other := map[string]int{}
	for _, f := range flags {
		if planned[f.source] {
			s.falseAlarm++ // both planned: a line of a lint
		}
		v := e.verdict(productOf(list, f.source), f.event, f.related)
		other[v]++
		if e.verbose {
			fmt.Fprintf(e.out, "  side by side: besides %q %q (%s, %s)\n", f.event, f.related, f.source, v)
		}
	}
	fmt.Fprintf(e.out, "\nthe program, side by side            %v\n", s)
	fmt.Fprintf(e.out, "the program, guard pairs             %d of %d told; besides the pairs %v\n", guards.told, guards.of, other)
	fmt.Fprintf(e.out, "the program, alike and yet two       %d of %d told while the second is not planned\n", alike.told, alike.of)
	e.page.add(
		figures.Figure{What: "spelling level, one name planned: precision", Value: figures.Ratio(s.hit, s.hit+s.falseAlarm), Goal: "≥ .98", Missed: s.precision() < .98, Peers: "rapidfuzz ratio .61, token_sort_ratio .68"},
		figures.Figure{What: "spelling level, one name planned: recall", Value: figures.Ratio(s.hit, s.hit+s.missed), Goal: "≥ .90", Missed: s.recall() < .90, Peers: "rapidfuzz ratio .62, token_sort_ratio .72"},
		figures.Figure{What: "pairs that look alike and are two events, told", Value: figures.Ratio(guards.told, guards.of), Goal: "≤ 1 in 180", Missed: 180*guards.told > guards.of},
		figures.Figure{What: "two events of the same words, told while one of them is not planned", Value: figures.Ratio(alike.told, alike.of)},
	)
	return nil
}

// share counts pairs of two events, and how many of them were told.
type share struct{ told, of int }

func (s *share) count(told bool) {
	s.of++
	if told {
		s.told++
	}
}

// countPairs takes the flags of the labelled pairs and counts them: those that show in the spelling against the guard
// pairs, those beside them, and the pairs of two events that have the same words.
func (e *evaluation) countPairs(list []*setting, flags *[]alarm) (s score, guards, alike share) {
	for _, p := range list {
		hit := e.takeFlag(flags, p)
		switch {
		case p.label == duplicate && p.tier == lexical:
			s.count(hit, true)
		case p.label == duplicate:
			continue
		case p.tier == guard:
			guards.count(hit)
			s.count(hit, false)
		default:
			alike.count(hit)
		}
		if e.verbose && hit != (p.label == duplicate) {
			fmt.Fprintf(e.out, "  side by side: %-9s told %-5v %-12s planned %q, arrives %q (%s)\n", p.label, hit, p.kind, p.planned, p.arrives, p.product)
		}
	}
	return s, guards, alike
}

// takeFlag says whether a name was told in its source as the planned one, or as another that the labels call the same
// event, and takes it out of the flags.
func (e *evaluation) takeFlag(flags *[]alarm, s *setting) bool {
	n := len(*flags)
	*flags = slices.DeleteFunc(*flags, func(f alarm) bool {
		return f.source == s.source && (f.is(s.planned, s.arrives) ||
			s.label == duplicate && f.related == s.arrives && e.verdict(s.product, f.event, f.related) == right)
	})
	return len(*flags) < n
}

func productOf(list []*setting, source string) string {
	for _, s := range list {
		if s.source == source {
			return s.product
		}
	}
	return ""
}

// handedOver judges all renames, whatever their kind, by an audit of a warehouse in which the planned name ends as the
// other begins. Pairs of two events end and begin on the same days too, with rows of their own.
func (e *evaluation) handedOver(dir string) error {
	list, _ := e.settings()
	r := rand.New(rand.NewPCG(e.seed, 2))
	var apps []app
	for _, k := range rounds(list) {
		apps = append(apps, k.app(r, true))
	}
	flags, err := audit(e.program, filepath.Join(dir, "handed-over"), apps, r)
	if err != nil {
		return err
	}
	flags = slices.DeleteFunc(flags, func(f alarm) bool { return f.kind != "rename" })
	var s score
	for _, p := range list {
		told := e.takeFlag(&flags, p)
		s.count(told, p.label == duplicate)
		if e.verbose && told && p.label != duplicate {
			fmt.Fprintf(e.out, "  handover: told %s planned %q, arrives %q (%s)\n", p.kind, p.planned, p.arrives, p.product)
		}
	}
	for _, f := range flags {
		if v := e.verdict(productOf(list, f.source), f.event, f.related); v != right {
			s.falseAlarm++
			if e.verbose {
				fmt.Fprintf(e.out, "  handover: besides %q %q (%s, %s)\n", f.event, f.related, f.source, v)
			}
		}
	}
	fmt.Fprintf(e.out, "the program, handed over, all kinds  %v\n", s)
	e.page.add(
		figures.Figure{What: "renames of all kinds where the old name ends as the new begins: precision", Value: figures.Ratio(s.hit, s.hit+s.falseAlarm), Goal: "≥ .95", Missed: s.precision() < .95},
		figures.Figure{What: "the same: recall", Value: figures.Ratio(s.hit, s.hit+s.missed), Goal: "≥ .65", Missed: s.recall() < .65, Peers: "names alone .18"},
	)
	return nil
}
