package checks

import (
	"fmt"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// doubleDays is how long ago a doubling may have begun to be found by the rise it made.
const doubleDays = 90

// doubleTracking finds actions that are counted twice under different message ids, in one source or in two.
type doubleTracking struct {
	MinShare float64 `yaml:"min_share"` // of the rows, beyond what is usual, that say an action again
	MinRows  float64 `yaml:"min_rows"`  // such rows since it began
}

func newDoubleTracking(s Settings) (Workspace, error) {
	c := doubleTracking{MinShare: .1, MinRows: 10}
	if err := s.Decode(&c); err != nil {
		return nil, err
	}
	switch {
	case c.MinShare < .02 || c.MinShare > .5:
		return nil, fmt.Errorf("min_share is %v, but must be at least 0.02 and at most 0.5", c.MinShare)
	case c.MinRows < 5:
		return nil, fmt.Errorf("min_rows is %v, but must be at least 5", c.MinRows)
	}
	return c, nil
}

// Needs implements Workspace.
func (c doubleTracking) Needs() landed.Needs {
	return landed.Needs{landed.Counts: doubleDays + beforeDays, landed.Columns: 1, landed.Profiles: 56}
}

// QuestionsAll implements WorkspaceInquirer: rows are looked at only where the facts give a reason.
func (c doubleTracking) QuestionsAll(all []Input) []landed.Question {
	var out []landed.Question
	suspects := make([][]suspect, len(all))
	for i, in := range all {
		suspects[i] = suspectsOf(in)
		for _, s := range suspects[i] {
			out = append(out, s.question())
		}
	}
	for _, p := range allSenders(all) {
		out = append(out, p.question())
	}
	return out
}

// RunAll implements Workspace.
func (c doubleTracking) RunAll(all []Input) Verdict {
	var out Verdict
	told := map[[2]string]bool{}
	for _, p := range allSenders(all) {
		f, ok := c.across(p)
		if !ok || told[[2]string{f.Subject.Source, f.Subject.Event}] {
			continue
		}
		for _, s := range f.Sources {
			told[[2]string{s, f.Subject.Event}] = true
		}
		out.Findings = append(out.Findings, f)
	}
	for _, in := range all {
		for _, s := range suspectsOf(in) {
			f, ok := c.judge(s)
			f.Subject = finding.Subject{Source: in.Landed.Source.Name, Event: s.o.Name}
			if ok && !told[[2]string{f.Subject.Source, f.Subject.Event}] && !accepted(in, f) {
				out.Findings = append(out.Findings, f)
			}
			if _, answered := in.Answers.Values[s.question()]; s.given && !answered {
				out.Unjudged = append(out.Unjudged, finding.Unjudged{
					Check: finding.DoubleTracking, Subject: f.Subject, Why: unanswered(in, s),
				})
			}
		}
		out.Unjudged = append(out.Unjudged, unknownUnique(in)...)
	}
	return out
}

// unanswered says why nothing is known of an event of which people said what is unique.
func unanswered(in Input, s suspect) string {
	if gap, ok := in.Answers.Failed[s.question()]; ok {
		return "unique: whether " + bare(s.column) + " repeats could not be asked: " + bare(gap.Why)
	}
	return "unique: whether " + bare(s.column) + " repeats was not answered"
}

// accepted says whether a person said that the level of an event since it began to be counted twice is the usual one.
func accepted(in Input, f finding.Finding) bool {
	return slices.ContainsFunc(in.Accepted, func(a Accepted) bool {
		return a.Normal && a.Subject.Property == "" && a.Subject.Event == f.Subject.Event && a.Span.First >= f.Since
	})
}

// unknownUnique says of which events a property was called unique that they do not have.
func unknownUnique(in Input) []finding.Unjudged {
	var out []finding.Unjudged
	for _, o := range observe(in) {
		p := in.Unique[o.Name]
		if p == "" || !o.active() || o.Call == landed.Identify || o.Call == landed.Group || uniqueColumn(in, o) != "" {
			continue
		}
		why := "unique: " + bare(p) + " names no property of it that has landed"
		if in.Landed.Table(o.Table) == nil {
			why = "unique: its properties are in no table that can be read"
		}
		out = append(out, finding.Unjudged{
			Check: finding.DoubleTracking, Subject: finding.Subject{Source: in.Landed.Source.Name, Event: o.Name}, Why: why,
		})
	}
	slices.SortFunc(out, func(a, b finding.Unjudged) int { return compareText(a.Subject.Event, b.Subject.Event) })
	return out
}
