package main

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/names"
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

// app makes a source of a round. With handing over, a planned name ends on the day the other one begins with about as
// many rows, where the pair is one event; where it is two, it ends as well, and the other one has rows of its own.
func (r *round) app(rand *rand.Rand, handing bool) app {
	a := app{id: r.pairs[0].source}
	in := map[string]bool{}
	rate := map[string]float64{}
	plan := func(name string, end int) {
		if in[name] || r.arrives[name] {
			return
		}
		in[name] = true
		if rate[name] == 0 {
			rate[name] = rates(rand)
		}
		a.planned = append(a.planned, name)
		a.lands = append(a.lands, landing{name, rate[name], 0, end})
	}
	for _, s := range r.pairs {
		end := days
		if handing {
			end = newFrom + int(rand.IntN(7))
		}
		if in[s.planned] {
			end = days // it went to another name of this round already, or stays
		}
		plan(s.planned, end)
		n := landing{s.arrives, rates(rand), newFrom, days}
		if handing {
			n.first = end
			if s.label == duplicate {
				n.rate = rate[s.planned]
			}
			if end == days {
				n.first = newFrom
			}
		}
		a.lands = append(a.lands, n)
	}
	if r.catalogue != nil {
		for _, n := range r.catalogue.names {
			plan(n, days)
		}
	}
	return a
}

// throughTheProgram judges all pairs by an audit of a warehouse in which they land side by side.
func (e *evaluation) throughTheProgram(dir string) error {
	list, both := e.settings()
	flags, err := e.auditRounds(filepath.Join(dir, "pairs"), rounds(list), false)
	if err != nil {
		return err
	}
	var s score
	guards, alarms := 0, 0
	for _, p := range list {
		told := takeFlag(&flags, p)
		if p.tier == guard {
			guards++
			if told {
				alarms++
			}
		}
		if p.label == duplicate && p.tier != lexical {
			continue
		}
		s.count(told, p.label == duplicate)
		if e.verbose && told != (p.label == duplicate) {
			fmt.Fprintf(e.out, "  program: %-9s told %-5v %-12s planned %q, arrives %q (%s)\n", p.label, told, p.kind, p.planned, p.arrives, p.product)
		}
	}
	for _, p := range both {
		if p.tier == lexical {
			s.missed++
		}
	}
	other := map[string]int{}
	for _, f := range flags {
		v := e.verdict(productOf(list, f.source), f.event, f.related)
		other[v]++
		if e.verbose {
			fmt.Fprintf(e.out, "  program: besides %q %q (%s, %s)\n", f.event, f.related, f.source, v)
		}
	}
	fmt.Fprintf(e.out, "\nthe program, side by side            %v\n", s)
	fmt.Fprintf(e.out, "the program, guard pairs             %d of %d told; besides the pairs %v\n", alarms, guards, other)
	e.page.add(
		figures.Figure{What: "spelling level, one name planned: precision", Value: figures.Ratio(s.hit, s.hit+s.falseAlarm), Goal: "≥ .98", Missed: s.precision() < .98, Peers: "rapidfuzz ratio .61, token_sort .68"},
		figures.Figure{What: "spelling level, one name planned: recall", Value: figures.Ratio(s.hit, s.hit+s.missed), Goal: "≥ .90", Missed: s.recall() < .90, Peers: "rapidfuzz ratio .62, token_sort .72"},
		figures.Figure{What: "pairs that look alike and are two events, told", Value: figures.Ratio(alarms, guards), Goal: "≤ 1 in 180", Missed: 180*alarms > guards},
	)
	return nil
}

// auditRounds makes one source of each round and audits them together.
func (e *evaluation) auditRounds(dir string, list []*round, handing bool) ([]alarm, error) {
	r := rand.New(rand.NewPCG(e.seed, 1))
	apps := make([]app, 0, len(list))
	for _, k := range list {
		apps = append(apps, k.app(r, handing))
	}
	return audit(e.program, dir, apps, r)
}

// takeFlag says whether a pair was told in its source, and takes it out of the flags.
func takeFlag(flags *[]alarm, s *setting) bool {
	n := len(*flags)
	*flags = slices.DeleteFunc(*flags, func(f alarm) bool { return f.source == s.source && f.is(s.planned, s.arrives) })
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
	flags, err := e.auditRounds(filepath.Join(dir, "handover"), rounds(list), true)
	if err != nil {
		return err
	}
	var s score
	for _, p := range list {
		told := takeFlag(&flags, p)
		s.count(told, p.label == duplicate)
		if e.verbose && told && p.label != duplicate {
			fmt.Fprintf(e.out, "  handover: told %s planned %q, arrives %q (%s)\n", p.kind, p.planned, p.arrives, p.product)
		}
	}
	for _, f := range flags {
		if v := e.verdict(productOf(list, f.source), f.event, f.related); v == "wrong" || names.Squash(f.event) != names.Squash(f.related) {
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

// catalogues counts what is told of whole catalogues that landed without any plan.
func (e *evaluation) wholeThroughTheProgram(dir string) error {
	r := rand.New(rand.NewPCG(e.seed, 2))
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
	fmt.Fprintf(e.out, "the program, whole catalogues        %d names without a plan, %d flags: %d right, %d wrong, %d not labelled\n", total, len(flags), v["right"], v["wrong"], v["not labelled"])
	e.page.add(figures.Figure{
		What:  "flags over whole catalogues without a plan",
		Value: fmt.Sprintf("%d of %d names; %d true, %d false, %d not labelled", len(flags), total, v["right"], v["wrong"], v["not labelled"]),
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

// waves is in how many parts the second half of a catalogue arrives; what arrived before is planned by then.
const waves = 8

// arrivingThroughTheProgram lets each catalogue arrive in the order of its file, the first half being the plan.
func (e *evaluation) arrivingThroughTheProgram(dir string) error {
	r := rand.New(rand.NewPCG(e.seed, 3))
	var apps []app
	products := map[string]string{}
	arrived := 0
	for i, c := range e.catalogues {
		list := distinct(c.names)
		half := len(list) / 2
		for w := range waves {
			from, to := half+w*(len(list)-half)/waves, half+(w+1)*(len(list)-half)/waves
			if from == to {
				continue
			}
			a := app{id: id("a", i, w), planned: list[:from]}
			for k, n := range list[:to] {
				l := landing{n, rates(r), 0, days}
				if k >= from {
					arrived++
					l.first = newFrom + r.IntN(14)
				}
				a.lands = append(a.lands, l)
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
	per := 1000 * float64(len(flags)) / float64(max(arrived, 1))
	fmt.Fprintf(e.out, "the program, arriving                %d names, %d flags (%.1f in 1,000): %d right, %d wrong, %d not labelled\n", arrived, len(flags), per, v["right"], v["wrong"], v["not labelled"])
	e.page.add(figures.Figure{
		What: "names arriving in the order of the files: flags", Value: fmt.Sprintf("%.1f in 1,000 (%d of %d names); %d true, %d false, %d not labelled", per, len(flags), arrived, v["right"], v["wrong"], v["not labelled"]),
		Goal: "≤ 6 in 1,000", Missed: per > 6, Peers: "ratio ≥ 90: 29 in 1,000, a third of them renames",
	})
	return nil
}

func distinct(list []string) []string {
	seen := map[string]bool{}
	return slices.DeleteFunc(slices.Clone(list), func(n string) bool {
		twice := seen[n]
		seen[n] = true
		return twice || n == ""
	})
}
