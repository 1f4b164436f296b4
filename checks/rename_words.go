package checks

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// evidence says what speaks for one event under two names and what speaks against it, part by part.
func (k candidate) evidence(s *scene, group []candidate) []finding.Evidence {
	out := k.volumeEvidence()
	if len(group) > 1 {
		out = append(out, finding.Evidence{Label: "together", Value: k.togetherWith(group)})
	}
	out = append(out, k.columnsEvidence(s, group)...)
	out = append(out, k.valuesEvidence()...)
	out = append(out, k.peopleEvidence()...)
	if k.name < .5 {
		out = append(out, finding.Evidence{Label: "names", Value: "hardly alike", Against: true})
	}
	return out
}

// volumeEvidence says how much of what the old name lost the new one has, where the new one lives.
func (k candidate) volumeEvidence() []finding.Evidence {
	var lost float64
	for _, m := range k.lost.Missing {
		lost += m
	}
	came := k.lost.Expected - lost
	value := fmt.Sprintf("together %s of the usual %s", words.Count(int64(math.Round(came+k.gained))), words.Count(int64(math.Round(k.lost.Expected))))
	if v := k.home.versionsNamed(); !k.home.whole && len(v) > 0 {
		value += " in " + words.List(safe(v), 3)
	}
	out := []finding.Evidence{{Label: "volume", Value: value}}
	if days := k.end - k.new.began() + 1; days >= scoredDays && k.end < len(k.new.y)-1 {
		out[0].Value += " in the first four weeks"
	}
	out = append(out, finding.Evidence{
		Label: "day by day", Value: words.Percent(k.cons) + " of what the old name lost", Against: k.cons < .5,
	})
	if k.lost.Part < .5 {
		out = append(out, finding.Evidence{Label: "old name", Value: "fell by only " + words.Percent(k.lost.Part), Against: true})
	}
	return out
}

// stillOld says what still comes under the old name. Where the new one lives that speaks against a rename; elsewhere it
// only says how far it has come.
func (h home) stillOld(p pair) (finding.Evidence, bool) {
	from := max(p.new.began(), len(p.old.y)-activeDays)
	n := p.old.since(from)
	if n == 0 {
		return finding.Evidence{}, false
	}
	var here float64
	for _, c := range p.old.Cells {
		if h.has(placed(c.Slice)) {
			here += rows(c.Daily, from, len(p.old.y)-1)
		}
	}
	value := words.Count(int64(n)) + " in the last 7 days"
	if !h.whole && here <= .05*n {
		return finding.Evidence{Label: "still under the old name", Value: value + ", from other versions"}, true
	}
	return finding.Evidence{Label: "still under the old name", Value: value, Against: true}, true
}

func safe(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = bare(s)
	}
	return out
}

// togetherWith names what explains the change only with this pair.
func (k candidate) togetherWith(group []candidate) string {
	var others []string
	split := false
	for _, g := range group {
		switch {
		case g.key() == k.key():
		case g.oldName == k.oldName:
			split = true
			others = append(others, quote(g.new.Name))
		default:
			others = append(others, quote(g.oldName))
		}
	}
	if split {
		return "with " + words.And(others) + ", which took the rest"
	}
	return "with " + words.And(others) + ", which became the same"
}

// columnsEvidence says which properties both sides have, of all that either has.
func (k candidate) columnsEvidence(s *scene, group []candidate) []finding.Evidence {
	var olds, news []observed
	for _, g := range append([]candidate{k}, group...) {
		olds, news = append(olds, g.old), append(news, g.new)
	}
	a, b := tableNames(olds), tableNames(news)
	if slices.Equal(a, b) {
		return nil
	}
	share, shared := s.sharedProperties(a, b)
	all := s.columnsOf(append(slices.Clone(a), b...))
	if len(all) == 0 {
		return nil
	}
	value := fmt.Sprintf("%s of %s in both tables", words.Count(int64(len(shared))), words.Many(int64(len(all)), "property", "properties"))
	if len(shared) > 0 {
		value += ": " + words.List(safe(shared), 5)
	}
	return []finding.Evidence{{Label: "properties", Value: value, Against: share < .5}}
}

// valuesEvidence says how alike the properties are that were compared: alike ones, then those that are not.
func (k candidate) valuesEvidence() []finding.Evidence {
	var out []finding.Evidence
	for _, against := range []bool{false, true} {
		var lists, numbers []string
		var same float64
		for _, c := range k.asOf.columns {
			switch {
			case c.js >= sameJS != against:
			case !c.number:
				lists, same = append(lists, bare(c.name)), same+c.same
			case !against:
				numbers = append(numbers, bare(c.name)+" of the same size")
			case c.factor > 1:
				numbers = append(numbers, bare(c.name)+" "+words.Figure(c.factor)+" times as large")
			default:
				numbers = append(numbers, bare(c.name)+" "+words.Figure(1/c.factor)+" times as small")
			}
		}
		var parts []string
		if n := len(lists); n > 0 {
			said := "the same in "
			switch share := same / float64(n); {
			case against:
				said = "only " + words.Percent(share) + " the same in "
			case share < .995:
				said = words.Percent(share) + " the same in "
			}
			parts = append(parts, said+listed(lists))
		}
		if len(numbers) > 0 {
			parts = append(parts, listed(numbers))
		}
		if len(parts) > 0 {
			out = append(out, finding.Evidence{Label: "values", Value: strings.Join(parts, "; "), Against: against})
		}
	}
	return out
}

// listed names a few things as a sentence does, and counts what is too much for one.
func listed(items []string) string {
	if len(items) > 4 {
		return words.List(items, 3)
	}
	return words.And(items)
}

// peopleEvidence says how many came over, against how many usually come back.
func (k candidate) peopleEvidence() []finding.Evidence {
	u := k.users
	if !u.known {
		return nil
	}
	e := finding.Evidence{Label: "users", Value: words.Percent(u.back) + " of them did the old one before, "}
	switch {
	case u.came >= .8:
		e.Value += "as many as usually come back"
	case u.came > usersEven:
		e.Value += "and " + words.Percent(u.again) + " usually come back"
	default:
		e.Value += "though " + words.Percent(u.again) + " usually come back"
		e.Against = true
	}
	return []finding.Evidence{e}
}
