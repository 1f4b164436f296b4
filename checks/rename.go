package checks

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/series"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// rename finds an event that faded as another name rose in its place, alike in spelling or not: same properties,
// same values, volume kept, in the same versions.
type rename struct {
	MaxAge   int     `yaml:"max_age"`  // days since the new name appeared
	MinRows  float64 `yaml:"min_rows"` // rows of the new name
	MinScore float64 `yaml:"min_score"`
}

func newRename(s Settings) (Check, error) {
	c := rename{MaxAge: 35, MinRows: 30, MinScore: 1}
	if err := s.Decode(&c); err != nil {
		return nil, err
	}
	if c.MaxAge < 1 || c.MinRows < 1 {
		return nil, fmt.Errorf("max_age is %d and min_rows is %v, but both must be at least 1", c.MaxAge, c.MinRows)
	}
	return c, nil
}

// Needs implements Check.
func (c rename) Needs() landed.Needs {
	return landed.Needs{landed.Counts: 180, landed.Columns: 1, landed.Profiles: 56}
}

// candidate is a pair with the cheap part of its evidence.
type candidate struct {
	pair
	z, lost, name, props, cons, slice float64
	shared                            []string // columns both tables fill
}

// Questions implements Inquirer: the values of the properties that both names share, for pairs that they can decide.
func (c rename) Questions(in Input) []landed.Question {
	var out []landed.Question
	for _, p := range c.candidates(in) {
		if p.logit(0) < c.MinScore && p.logit(0)+2*valueWeight >= c.MinScore {
			for _, column := range p.shared {
				out = append(out, valueQuestions(in, p, column)...)
			}
		}
	}
	return out
}

// Run implements Check.
func (c rename) Run(in Input) Verdict {
	obs := observe(in)
	rest := totals(obs, in.history().Len())
	type scored struct {
		candidate
		l, values float64
		compared  int
	}
	var all []scored
	for _, p := range c.candidates(in) {
		values, compared := sameValues(in, p)
		if l := p.logit(values); l >= c.MinScore {
			all = append(all, scored{candidate: p, l: l, values: values, compared: compared})
		}
	}
	slices.SortFunc(all, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.l, a.l), cmp.Compare(a.oldName, b.oldName), cmp.Compare(a.new.Name, b.new.Name))
	})
	var out Verdict
	taken := map[string]bool{}
	for _, s := range all {
		if taken["old"+s.oldName] || taken["new"+s.new.Name] {
			continue
		}
		taken["old"+s.oldName], taken["new"+s.new.Name] = true, true
		j := judged{kind: finding.Rename, confidence: 1 / (1 + math.Exp(-s.l)), score: &s.l, lost: s.lost}
		j.parts = s.evidence(s.values, s.compared)
		out.Findings = append(out.Findings, describePair(in, s.pair, rest, j))
	}
	return out
}

// candidates are the pairs worth a closer look: a name that is young and unplanned, and an event that is planned (or,
// without a plan, older) and lost rows when the name appeared.
func (c rename) candidates(in Input) []candidate {
	obs := observe(in)
	span := in.history()
	rest := totals(obs, span.Len())
	vocabulary := names.Learn(plannedNames(in))
	columns := filledColumns(in)
	var out []candidate
	for _, n := range obs {
		if n.Call != landed.Track || n.planned != nil || !n.active() || n.total < c.MinRows ||
			n.first < 2*minBefore || span.Len()-n.first > c.MaxAge {
			continue
		}
		for _, o := range obs {
			if o.Call != landed.Track || o.Name == n.Name || in.agreed() && o.planned == nil || n.first-o.first < 2*minBefore || in.different(o.Name, n.Name) {
				continue
			}
			z, lost := series.Fell(o.y, rest, n.first, span.First.Weekday())
			if z < fellSure || lost < .05 {
				continue
			}
			k := candidate{pair: pair{old: o, new: n, oldName: o.Name}, z: z, lost: lost}
			k.name = names.Similarity(o.Name, n.Name, vocabulary)
			k.cons = series.Conservation(o.y, n.y, rest, n.first, span.First.Weekday())
			k.props, k.shared = sharedProperties(columns, o.Table, n.Table)
			k.slice = sliceFell(o.Event, n.Event, n.first, span.Len())
			out = append(out, k)
		}
	}
	return out
}

// valueWeight is how much the values of shared properties weigh in the score, each way.
const valueWeight = 3.5

// logit is the log-odds that two names are one event, hand-rounded from a fit on simulated workspaces: values is 1
// where the shared properties hold the same, -1 where they do not, 0 where that is not known. A pair whose older
// name hardly fell is refused whatever else it has.
func (k candidate) logit(values float64) float64 {
	l := -11 + 2.5*k.name + 3.5*k.props + valueWeight*values + 4*k.cons + 2*k.slice
	if k.z < fellSure || k.lost < .05 {
		return min(l, -2)
	}
	return l
}

func (k candidate) evidence(values float64, compared int) []finding.Evidence {
	out := []finding.Evidence{{Label: "day by day", Value: words.Percent(k.cons) + " of what the old name lost"}}
	if k.old.Table != k.new.Table {
		out = append(out, finding.Evidence{Label: "properties", Value: fmt.Sprintf("%d in both tables: %s", len(k.shared), words.List(k.shared, 5))})
	}
	if compared > 0 {
		word := "alike"
		if values < 0 {
			word = "not alike"
		}
		out = append(out, finding.Evidence{Label: "values", Value: word + " in " + words.Many(int64(compared), "property", "properties") + " compared", Against: values < 0})
	}
	if k.name < .5 {
		out = append(out, finding.Evidence{Label: "names", Value: "hardly alike", Against: true})
	}
	return out
}

func plannedNames(in Input) []string {
	var out []string
	if in.agreed() {
		for _, e := range in.Plan.Events {
			out = append(out, e.Name)
		}
	}
	return out
}

// filledColumns lists for each table the property columns that hold something.
func filledColumns(in Input) map[string][]string {
	out := map[string][]string{}
	for _, t := range in.Landed.Tables {
		if in.Apart.Tables[t.Name] {
			continue // a table for each product would make its columns look common
		}
		seen := map[string]bool{}
		for _, p := range t.Profiles {
			for _, c := range p.Columns {
				seen[c.Column] = seen[c.Column] || c.Filled > 0
			}
		}
		for _, c := range t.Columns {
			if seen[c.Name] && !commonColumn(c.Name) {
				out[t.Name] = append(out[t.Name], c.Name)
			}
		}
	}
	return out
}

// commonColumn says whether nearly every event has the column, so that sharing it says nothing.
func commonColumn(name string) bool {
	return name == "user_id" || name == "anonymous_id" || strings.HasPrefix(name, "context_")
}

// sharedProperties is the share of two tables' properties that both have, each weighted by how rare it is over all
// tables, so that sharing "currency" says less than sharing "shipping_method".
func sharedProperties(columns map[string][]string, a, b string) (share float64, both []string) {
	if a == b {
		return 1, columns[a]
	}
	df := map[string]float64{}
	for _, cols := range columns {
		for _, c := range cols {
			df[c]++
		}
	}
	idf := func(c string) float64 { return math.Log((float64(len(columns)) + 1) / (df[c] + .5)) }
	var shared, union float64
	for _, c := range columns[a] {
		union += max(idf(c), .05)
		if slices.Contains(columns[b], c) {
			shared += max(idf(c), .05)
			both = append(both, c)
		}
	}
	for _, c := range columns[b] {
		if !slices.Contains(columns[a], c) {
			union += max(idf(c), .05)
		}
	}
	if union == 0 {
		return .5, nil // neither has a property: that they share none says little
	}
	return shared / union, both
}

// sliceFell is how far the older name fell in the app versions in which the new one occurs, weighted by the new one's
// rows: 1 where it is gone there. Where no version is known the whole source is the one slice.
func sliceFell(o, n landed.Event, began, days int) float64 {
	type cell struct{ before, after, new float64 }
	by := map[string]*cell{}
	get := func(v string) *cell {
		if by[v] == nil {
			by[v] = &cell{}
		}
		return by[v]
	}
	for _, c := range n.Cells {
		get(c.Slice.AppVersion).new += rows(c.Daily, began, days-1)
	}
	var before, after float64
	for _, c := range o.Cells {
		k := get(c.Slice.AppVersion)
		b, a := rows(c.Daily, began-28, began-1), rows(c.Daily, began, days-1)
		k.before += b
		k.after += a
		before += b
		after += a
	}
	var sum, weight float64
	for _, k := range by {
		if k.new == 0 {
			continue
		}
		// In the cells where the new name lives, its own share of the two tells how far the old one is replaced;
		// a version that is younger than the rename has no "before" to compare with.
		fell := k.new / (k.new + k.after)
		sum += k.new * fell
		weight += k.new
	}
	if weight == 0 || before == 0 {
		return 0
	}
	return sum / weight
}
