package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/names"
)

// evaluation prints one table after the other, and keeps the figures that have a goal.
type evaluation struct {
	options
	out        io.Writer
	catalogues []*catalogue
	pairs      []pair
	page       *page
}

// plan is the catalogue that a pair is judged in, and whether both of its names are planned there. It is the one that
// holds both names, else the first of the product that holds either.
func (e *evaluation) plan(p pair) (c *catalogue, planned bool) {
	for _, k := range e.catalogues {
		if k.product != p.product {
			continue
		}
		a, b := k.has(p.a), k.has(p.b)
		if a && b {
			return k, true
		}
		if c == nil && (a || b) {
			c = k
		}
	}
	return c, false
}

func (c *catalogue) words() *names.Vocabulary {
	if c == nil {
		return nil
	}
	return c.vocabulary
}

// score counts answers.
type score struct{ hit, falseAlarm, missed int }

func (s score) precision() float64 { return float64(s.hit) / float64(max(s.hit+s.falseAlarm, 1)) }
func (s score) recall() float64    { return float64(s.hit) / float64(max(s.hit+s.missed, 1)) }

func (s score) String() string {
	p, r := s.precision(), s.recall()
	return fmt.Sprintf("P %.3f  R %.3f  F1 %.3f  (%d right, %d wrong, %d missed)",
		p, r, 2*p*r/max(p+r, 1e-9), s.hit, s.falseAlarm, s.missed)
}

// spelling judges duplicates that show in the spelling against all distinct pairs.
func (e *evaluation) spelling() {
	var open, gated score
	guards, flagged, medium := 0, 0, 0
	for _, p := range e.pairs {
		c, planned := e.plan(p)
		m := names.Compare(p.a, p.b, c.words())
		high := m.Level == names.High
		if p.tier == guard {
			guards++
			if high {
				flagged++
			}
			if m.Level == names.Medium {
				medium++
			}
		}
		if p.label == duplicate && p.tier != lexical {
			continue
		}
		open.count(high, p.label == duplicate)
		// Two planned names are a line of a lint, not an alert: neither right nor wrong here.
		if !planned {
			gated.count(high, p.label == duplicate)
		} else if p.label == duplicate {
			gated.missed++
		}
		if e.verbose && high != (p.label == duplicate) {
			fmt.Fprintf(e.out, "  %-9s %-8s %-12s %q %q (%s, %s; both planned: %v)\n", p.label, m.Level, p.kind, p.a, p.b, p.product, m.Rule, planned)
		}
	}
	fmt.Fprintf(e.out, "spelling level, high, no gate        %v\n", open)
	fmt.Fprintf(e.out, "spelling level, high, plan gate      %v\n", gated)
	fmt.Fprintf(e.out, "guard pairs                          %d of %d high, %d medium\n", flagged, guards, medium)
}

func (s *score) count(flag, truth bool) {
	switch {
	case flag && truth:
		s.hit++
	case flag:
		s.falseAlarm++
	case truth:
		s.missed++
	}
}

// kinds says which kinds of pairs reach which level.
func (e *evaluation) kinds() {
	type key struct{ label, tier, kind string }
	counts := map[key]*[3]int{}
	var order []key
	for _, p := range e.pairs {
		k := key{p.label, p.tier, p.kind}
		if counts[k] == nil {
			counts[k] = &[3]int{}
			order = append(order, k)
		}
		c, _ := e.plan(p)
		counts[k][names.Compare(p.a, p.b, c.words()).Level]++
	}
	slices.SortFunc(order, func(a, b key) int {
		return slices.Compare([]string{a.label, a.tier, a.kind}, []string{b.label, b.tier, b.kind})
	})
	fmt.Fprintf(e.out, "\n%-10s %-10s %-20s %5s %7s %5s\n", "label", "tier", "kind", "none", "medium", "high")
	for _, k := range order {
		n := counts[k]
		fmt.Fprintf(e.out, "%-10s %-10s %-20s %5d %7d %5d\n", k.label, k.tier, k.kind, n[names.None], n[names.Medium], n[names.High])
	}
}

// verdict is what the labels say of two names of a product: right, wrong, or not labelled. Names of the same
// squashed letters are right without a label, as are two that are each the same event as a third.
func (e *evaluation) verdict(product, a, b string) string {
	for _, p := range e.pairs {
		if p.product == product && p.label != duplicate && (p.a == a && p.b == b || p.a == b && p.b == a) {
			return wrong
		}
	}
	if names.Squash(a) == names.Squash(b) || slices.Contains(e.sameEvent(product, a), b) {
		return right
	}
	return open
}

// sameEvent is all names that the labels call the same event as one, itself included.
func (e *evaluation) sameEvent(product, name string) []string {
	out := []string{name}
	for i := 0; i < len(out); i++ {
		for _, p := range e.pairs {
			if p.product != product || p.label != duplicate {
				continue
			}
			for _, ends := range [2][2]string{{p.a, p.b}, {p.b, p.a}} {
				if ends[0] == out[i] && !slices.Contains(out, ends[1]) {
					out = append(out, ends[1])
				}
			}
		}
	}
	return out
}

// wholeCatalogues counts pairs inside each catalogue, where both names are planned.
func (e *evaluation) wholeCatalogues() {
	total, high, medium := 0, 0, 0
	for _, c := range e.catalogues {
		total += len(c.names)
		for _, p := range names.Pairs(c.names, c.vocabulary) {
			if p.Match.Level == names.High {
				high++
			} else {
				medium++
			}
			if e.verbose {
				fmt.Fprintf(e.out, "  catalogue %s: %-6s %q %q (%s; %s)\n", c.label, p.Match.Level, p.A, p.B, p.Match.Rule, e.verdict(c.product, p.A, p.B))
			}
		}
	}
	fmt.Fprintf(e.out, "\nwhole catalogues                     %d names, %d pairs high, %d medium (both planned: lint, no alert)\n", total, high, medium)
}

// relearn is after how many arrivals the plan is read again: names that are not objected to become planned.
const relearn = 10

// arriving lets the names of each catalogue arrive in the order of the file, the first half being the plan, and counts
// those that are high against a name that came before. The order of a file is not the order in time, and all names of a
// newest snapshot live side by side, so nearly every flag here is a false one.
func (e *evaluation) arriving() {
	arrived, verdicts := 0, map[string]int{}
	for _, c := range e.catalogues {
		half := len(c.names) / 2
		x := names.NewIndex(c.names, names.Learn(c.names[:half]))
		place := map[string]int{}
		for i, n := range c.names {
			if _, twice := place[n]; !twice {
				place[n] = i
			}
		}
		for i, n := range c.names[half:] {
			arrived++
			if i%relearn == 0 && i > 0 {
				x = names.NewIndex(c.names, names.Learn(c.names[:half+i]))
			}
			near := x.Near(n)
			near = slices.DeleteFunc(near, func(k names.Candidate) bool {
				return k.Match.Level != names.High || place[k.Name] >= half+i
			})
			if len(near) > 0 {
				e.flagged(c.product, n, near, verdicts)
			}
		}
	}
	e.printArrivals("arriving, newest snapshots", arrived, verdicts)
}

// historic lets every labelled name that is in no catalogue of its product arrive against each of them.
func (e *evaluation) historic() {
	arrived, verdicts := 0, map[string]int{}
	done := map[[2]string]bool{}
	for _, p := range e.pairs {
		for _, n := range []string{p.a, p.b} {
			if done[[2]string{p.product, n}] {
				continue
			}
			done[[2]string{p.product, n}] = true
			var near []names.Candidate
			planned := false
			for _, c := range e.catalogues {
				if c.product == p.product && !planned {
					planned = c.has(n)
					near = append(near, names.NewIndex(c.names, c.vocabulary).Near(n)...)
				}
			}
			if planned {
				continue
			}
			arrived++
			near = slices.DeleteFunc(near, func(k names.Candidate) bool { return k.Match.Level != names.High })
			if len(near) > 0 {
				e.flagged(p.product, n, near, verdicts)
			}
		}
	}
	e.printArrivals("arriving, labelled names of the past", arrived, verdicts)
}

// flagged counts one flagged name under the best verdict of its candidates.
func (e *evaluation) flagged(product, n string, near []names.Candidate, verdicts map[string]int) {
	best := wrong
	for _, k := range near {
		switch v := e.verdict(product, n, k.Name); {
		case v == right, v == open && best == wrong:
			best = v
		}
		if e.verbose {
			fmt.Fprintf(e.out, "  arrives %s: %q near %q (%s; %s)\n", product, n, k.Name, k.Match.Rule, e.verdict(product, n, k.Name))
		}
	}
	verdicts[best]++
}

func (e *evaluation) printArrivals(what string, arrived int, v map[string]int) {
	flags := v[right] + v[wrong] + v[open]
	fmt.Fprintf(e.out, "%-36s %d names, %d flags (%.1f in 1,000): %d right, %d wrong, %d not labelled\n", what, arrived, flags,
		1000*float64(flags)/float64(max(arrived, 1)), v[right], v[wrong], v[open])
}
