package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/simulate"
	"github.com/plumbline-audit/plumbline/tools/eval/figures"
)

// secondWeek is the age in days from which a rename is in its second week or older.
const secondWeek = 8

func settled(c simulate.Change) (string, bool) { return "", c.Age >= secondWeek }
func ofAnyAge(simulate.Change) (string, bool)  { return "", true }
func kind(c simulate.Change) (string, bool)    { return string(c.Kind), c.Age >= secondWeek }
func week(c simulate.Change) (int, bool)       { return min((c.Age-1)/7+1, 4), true }

func revised(c simulate.Change) (string, bool) {
	if c.Properties {
		return "properties changed too", c.Age >= secondWeek
	}
	return "properties kept", c.Age >= secondWeek
}

// page is what was found out, but for the simple methods.
func (e *evaluation) page() figures.Page {
	p := figures.Page{Title: "Renames", About: about, Command: "make eval-renames", Notes: notes}
	p.Figures = append(p.Figures, set("standard", e.standard, .97, .94)...)
	for _, w := range slices.Sorted(maps.Keys(count(e.standard, week))) {
		t := count(e.standard, week)[w]
		p.Figures = append(p.Figures, figures.Figure{
			What: "standard: found, " + weekName(w), Value: figures.Ratio(t.found, t.all),
			Peers: "prototype " + []string{".64 (11)", ".80 (15)", ".97 (34)", "1.0 (52)"}[w-1],
		})
	}
	p.Figures = append(p.Figures, by("standard", e.standard, kind)...)
	p.Figures = append(p.Figures, by("standard", e.standard, revised)...)
	p.Figures = append(p.Figures, fooled("standard", e.standard)...)
	p.Figures = append(p.Figures, set("difficult", e.hard, .90, .66)...)
	p.Figures = append(p.Figures, by("difficult", e.hard, revised)...)
	p.Figures = append(p.Figures, fooled("difficult", e.hard)...)
	if n := e.spelling; n.all > 0 {
		f := goal("case and separator: told by the first complete night", n.found, n.all, .99)
		p.Figures = append(p.Figures, f,
			figures.Figure{What: "case and separator: of all, judged a night or more later for want of a third row", Value: strconv.Itoa(n.waited) + " of " + strconv.Itoa(n.all)},
			figures.Figure{What: "case and separator: of these told as a rename, not yet only as a twin", Value: figures.Ratio(n.renames, n.found)},
			figures.Figure{What: "case and separator: told of two names that are two events", Value: strconv.Itoa(len(n.wrong)), Goal: "0", Missed: len(n.wrong) > 0})
	}
	for _, k := range []simulate.Kind{simulate.Split, simulate.Merge} {
		if t := count(e.divided, kind)[string(k)]; t.all > 0 {
			p.Figures = append(p.Figures, figures.Figure{What: string(k) + ": pairs of names found, from the second week", Value: figures.Ratio(t.found, t.all)})
		}
	}
	if len(e.divided) > 0 {
		found, wrong := tell(e.divided)
		p.Figures = append(p.Figures, figures.Figure{What: "with splits and merges: renames told that are renames (precision)", Value: figures.Ratio(found, found+wrong)})
	}
	return p
}

func weekName(w int) string {
	return []string{"first week", "second week", "third week", "later"}[w-1]
}

// goal is a share that has to be reached.
func goal(what string, n, of int, least float64) figures.Figure {
	return figures.Figure{
		What: what, Value: figures.Ratio(n, of), Goal: "≥ " + strings.TrimPrefix(fmt.Sprintf("%.2f", least), "0"),
		Missed: float64(n) < least*float64(of),
	}
}

// tell counts right and wrong renames.
func tell(list []verdict) (found, wrong int) {
	for _, v := range list {
		found += len(v.found)
		wrong += len(v.wrong)
	}
	return found, wrong
}

// set is the precision and the recall of one set of workspaces.
func set(name string, list []verdict, precision, recall float64) []figures.Figure {
	if len(list) == 0 {
		return nil
	}
	found, wrong := tell(list)
	late, all := count(list, settled)[""], count(list, ofAnyAge)[""]
	nearly := 0
	for _, v := range list {
		nearly += len(v.nearly)
	}
	return []figures.Figure{
		goal(name+": renames told that are renames (precision)", found, found+wrong, precision),
		goal(name+": renames found, from the second week (recall)", late.found, late.all, recall),
		{What: name + ": renames found, of any age", Value: figures.Ratio(all.found, all.all)},
		{What: name + ": F1 as shipped, of any age, to hold against the simple methods", Value: two(2 * float64(found) / float64(max(1, found+wrong+all.all)))},
		{What: name + ": of the missed, told as two spellings of one name only", Value: strconv.Itoa(nearly) + " of " + strconv.Itoa(all.all-all.found)},
	}
}

// by is recall in parts.
func by(name string, list []verdict, key func(simulate.Change) (string, bool)) []figures.Figure {
	parts := count(list, key)
	var out []figures.Figure
	for _, k := range slices.Sorted(maps.Keys(parts)) {
		out = append(out, figures.Figure{What: name + ": found, " + k, Value: figures.Ratio(parts[k].found, parts[k].all)})
	}
	return out
}

// fooled says how often each kind of change that is no rename was taken for one. A pair of names out of two changes
// counts for neither of them.
func fooled(name string, list []verdict) []figures.Figure {
	all, wrong, others := map[simulate.Kind]int{}, map[simulate.Kind]int{}, 0
	for _, v := range list {
		for _, c := range v.w.Truth.Harmless {
			all[c.Kind]++
		}
		for _, t := range v.wrong {
			at := slices.IndexFunc(v.w.Truth.Harmless, func(c simulate.Change) bool { return c.Old == t.Event && c.New == t.Related })
			if at < 0 {
				others++
			} else {
				wrong[v.w.Truth.Harmless[at].Kind]++
			}
		}
	}
	var out []figures.Figure
	for _, k := range []simulate.Kind{simulate.Unrelated, simulate.Replacement} {
		if all[k] > 0 {
			out = append(out, figures.Figure{What: name + ": taken for a rename, " + string(k), Value: fmt.Sprintf("%d of %d", wrong[k], all[k])})
		}
	}
	if len(list) > 0 {
		out = append(out, figures.Figure{What: name + ": taken for a rename, two names of different changes", Value: strconv.Itoa(others)})
	}
	return out
}

// tableRow is what a simple method reached on the simulator that the rename score was fitted on.
type tableRow struct {
	what  string
	score func(volumeModel) func(pairEvidence) float64
	f1    [2]float64 // standard, difficult
	most  [2]float64
	told  [2]string // precision and recall at the threshold of other workspaces
}

func table() []tableRow {
	return []tableRow{
		{
			"the name alone", func(volumeModel) func(pairEvidence) float64 { return func(p pairEvidence) float64 { return p.name } },
			[2]float64{.55, .52},
			[2]float64{.60, 1},
			[2]string{".69 / .41", ".72 / .33"},
		},
		{
			"the volume alone", func(m volumeModel) func(pairEvidence) float64 {
				return func(p pairEvidence) float64 { return m.score(p.volume) }
			},
			[2]float64{.41, .32},
			[2]float64{.50, 1},
			[2]string{".28 / .55", ".22 / .55"},
		},
		{
			"the properties alone", func(volumeModel) func(pairEvidence) float64 { return func(p pairEvidence) float64 { return p.props } },
			[2]float64{.86, .54},
			[2]float64{.90, .60},
			[2]string{".98 / .76", ".93 / .35"},
		},
	}
}

const (
	within     = .08  // of the table, either way
	fitted     = 1000 // seeds from here on are those that thresholds and weights come from
	comparable = 14   // workspaces of each sort that the simple methods are measured on
)

// baselineFigures measures the simple methods on fourteen workspaces of each sort, beginning with the first seed. They
// need no warehouse. Thresholds and weights come from fourteen others.
func (e *evaluation) baselineFigures() []figures.Figure {
	var out []figures.Figure
	for sort, options := range []func(uint64) simulate.Options{simulate.Standard, simulate.Difficult} {
		name := []string{"standard", "difficult"}[sort]
		test, known := allPairs(options, e.seed), allPairs(options, e.seed+fitted)
		model := fitVolume(known)
		for _, row := range table() {
			o := measure(test, known, row.score(model))
			low, high := row.f1[sort]-within, min(row.f1[sort]+within, row.most[sort])
			out = append(out, figures.Figure{
				What:   fmt.Sprintf("%s, %s: best F1 there is; P / R at the threshold of other workspaces", name, row.what),
				Value:  fmt.Sprintf("%s; %s / %s", two(o.best), two(float64(o.right)/float64(max(1, o.right+o.wrong))), two(float64(o.right)/float64(max(1, o.all)))),
				Goal:   two(low) + " to " + two(high),
				Missed: o.best < low-.005 || o.best > high+.005,
				Peers:  fmt.Sprintf("first simulator %s; %s", two(row.f1[sort]), row.told[sort]),
			})
		}
	}
	return out
}

func allPairs(options func(uint64) simulate.Options, from uint64) []pairEvidence {
	var out []pairEvidence
	for i := range comparable {
		out = append(out, countOnly(simulate.New(options(from+uint64(i)))).pairs(i)...)
	}
	return out
}

// two prints a share with two digits: ".55".
func two(x float64) string { return strings.TrimPrefix(fmt.Sprintf("%.2f", x), "0") }
