package checks

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// rename finds an event that faded as another name rose in its place, alike in spelling or not: same properties,
// same values, volume kept, the same people, in the same versions.
type rename struct {
	MaxAge   int     `yaml:"max_age"`  // days since the new name appeared
	MinRows  float64 `yaml:"min_rows"` // rows of the new name
	MinScore float64 `yaml:"min_score"`
}

func newRename(s Settings) (Check, error) {
	c := rename{MaxAge: 120, MinRows: 30, MinScore: 1}
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

// How much is asked in a night: the pairs that come nearest to a rename go first.
const (
	askPairs   = 16 // whose values are compared
	askPeople  = 8  // whose people are followed: each reads the tracks of twelve weeks
	askColumns = 6  // of a pair, the rarest first
)

// Questions implements Inquirer: what the shared properties hold and whether the people are the same, for pairs that
// the answers can decide.
func (c rename) Questions(in Input) []landed.Question {
	s := look(in)
	all := c.candidates(s)
	for i, k := range all {
		all[i] = k.hopeful(s)
	}
	all = c.together(s, all)
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(b.l, a.l) })
	var out []landed.Question
	people := 0
	for _, k := range all[:min(askPairs, len(all))] {
		if k.l < c.MinScore || k.doubtful(s, k.l) >= c.MinScore {
			continue
		}
		for _, column := range k.asked(s) {
			out = append(out, valueQuestions(in, k, column)...)
		}
		if people++; people <= askPeople {
			out = append(out, k.people(in))
		}
	}
	return out
}

// Run implements Check.
func (c rename) Run(in Input) Verdict {
	s := look(in)
	all := c.candidates(s)
	for i := range all {
		all[i].learn(s)
	}
	all = c.together(s, all)
	var out Verdict
	for _, group := range c.choose(all) {
		var together []finding.Finding
		for _, k := range group {
			together = append(together, s.ended(k.describe(s, group), k.pair))
		}
		out.Findings = append(out.Findings, oneCause(together)...)
	}
	return out
}

// oneCause lets findings that explain a change only together begin on one day and in one slice, so that they are told as one.
func oneCause(fs []finding.Finding) []finding.Finding {
	if len(fs) == 0 {
		return nil
	}
	since, slice := fs[0].Since, fs[0].Slice
	for _, f := range fs {
		since = min(since, f.Since)
		if slice != nil && (f.Slice == nil || *f.Slice != *slice) {
			slice = nil
		}
	}
	for i := range fs {
		fs[i].Since, fs[i].Slice = since, slice
	}
	return fs
}

// choose takes the surest pairs: a new name is one event's, and an event goes to one new name, but for those that
// explain it only together and those that took over in different parts of the source. What belongs together comes
// together.
func (c rename) choose(all []candidate) [][]candidate {
	all = slices.DeleteFunc(slices.Clone(all), func(k candidate) bool { return k.l < c.MinScore })
	slices.SortStableFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.l, a.l), cmp.Compare(a.oldName, b.oldName), cmp.Compare(a.new.Name, b.new.Name))
	})
	var out [][]candidate
	olds, news := map[string][]candidate{}, map[string]bool{}
	free := func(k candidate) bool {
		return !news[k.new.Name] && !slices.ContainsFunc(olds[k.oldName], func(o candidate) bool { return o.home.meets(k.home) })
	}
	for _, k := range all {
		if !free(k) {
			continue
		}
		group := []candidate{k}
		for _, o := range all {
			if k.joint != "" && o.joint == k.joint && o.key() != k.key() && free(o) {
				group = append(group, o)
			}
		}
		if k.joint != "" && len(group) == 1 && k.alone < c.MinScore {
			continue // what it would be together with belongs elsewhere
		}
		for _, g := range group {
			olds[g.oldName], news[g.new.Name] = append(olds[g.oldName], g), true
		}
		out = append(out, group)
	}
	return out
}

// describe writes the finding of one pair; group are the pairs that explain a change only together with it.
func (k candidate) describe(s *scene, group []candidate) finding.Finding {
	j := judged{kind: finding.Rename, confidence: 1 / (1 + math.Exp(-k.l)), score: &k.l, home: k.home}
	j.parts = k.evidence(s, group)
	f := describePair(s.in, k.pair, s.total, j)
	if len(group) > 1 {
		f.Joint = k.joint
	}
	if slices.ContainsFunc(group, func(g candidate) bool { return g.oldName != k.oldName }) {
		// What became one cannot be read as several: nothing in the new name says which of them a row would have been.
		f.Fixes = slices.DeleteFunc(f.Fixes, func(x finding.Fix) bool {
			_, merges := x.(finding.MergeEvents)
			_, renames := x.(finding.RenameInPlan)
			return merges || renames
		})
	}
	return f
}
