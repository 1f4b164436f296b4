package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/simulate"
	"github.com/plumbline-audit/plumbline/tools/eval/figures"
)

// secondWeek is the age in days from which a rename is in its second week or older.
const secondWeek = 8

func settled(c simulate.Change) (string, bool) { return "", c.Age >= secondWeek }
func kind(c simulate.Change) (string, bool)    { return string(c.Kind), c.Age >= secondWeek }
func week(c simulate.Change) (int, bool)       { return min((c.Age-1)/7+1, 4), true }
func revised(c simulate.Change) (string, bool) {
	if c.Properties {
		return "properties changed", c.Age >= secondWeek
	}
	return "properties kept", c.Age >= secondWeek
}

func (e *evaluation) print() {
	for name, list := range map[string][]verdict{"standard": e.standard, "hard": e.hard} {
		found, wrong := 0, map[string]int{}
		for _, v := range list {
			found += len(v.found)
			for _, t := range v.wrong {
				wrong[v.what(t)]++
			}
		}
		false_ := 0
		for _, n := range wrong {
			false_ += n
		}
		s := count(list, settled)[""]
		fmt.Fprintf(e.out, "\n%s: precision %s, recall from the second week %s\n", name, figures.Ratio(found, found+false_), figures.Ratio(s.found, s.all))
		byWeek := count(list, week)
		for _, k := range slices.Sorted(maps.Keys(byWeek)) {
			fmt.Fprintf(e.out, "  week %d: %s\n", k, figures.Ratio(byWeek[k].found, byWeek[k].all))
		}
		for _, f := range []func(simulate.Change) (string, bool){kind, revised} {
			by := count(list, f)
			for _, k := range slices.Sorted(maps.Keys(by)) {
				fmt.Fprintf(e.out, "  %s: %s\n", k, figures.Ratio(by[k].found, by[k].all))
			}
		}
		for _, k := range slices.Sorted(maps.Keys(wrong)) {
			fmt.Fprintf(e.out, "  wrong: %d %s\n", wrong[k], k)
		}
	}
}
