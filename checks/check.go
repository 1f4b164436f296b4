// Package checks judges: pure functions from facts and a plan to findings.
package checks

import (
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
)

// Check judges one source.
type Check interface {
	// Needs says which facts it wants, and how many complete days of each.
	Needs() landed.Needs
	// Run is pure and cannot fail; it must not keep or change its input.
	Run(in Input) Verdict
}

// Inquirer is a check that wants to look closer: at its candidates only.
type Inquirer interface {
	// Questions names what Run would like to have in Input.Answers; Run must also do without.
	Questions(in Input) []landed.Question
}

// Constrainer is a check whose facts depend on the plan: it says what the connectors should count.
type Constrainer interface {
	// Constraints returns the rules of one source's planned events whose violations are to be counted.
	// tables holds what has landed: a rule is returned only for a table and column that exist.
	Constraints(p *plan.Plan, tables []landed.Table) []landed.Constraint
}

// Sampler is a check that compares what values look like with earlier days, of which a first audit samples only a few.
type Sampler interface {
	// Sample names the tables of which more days should be sampled, and which: those that changed since the earlier ones.
	// It is pure, and must not keep or change its input.
	Sample(in Input) map[string]landed.Span
}

// Divider is a check that sees which names are no events of their own, before any check runs.
type Divider interface {
	// Divide names them; it is pure, and must not keep or change its input.
	Divide(in Input) Apart
}

// Apart are names that one finding speaks for together: no check judges them one by one, and a share of the source
// still counts their rows.
type Apart struct {
	Names  map[string]string // the name of a track call as sent → what stands for all of them
	Tables map[string]bool   // tables in which no other event lands
	// Columns are the same of properties: table → columns. What lies in a table set apart is not looked at.
	Columns map[string]map[string]bool
}

// has says whether an event is set apart.
func (a Apart) has(e landed.Event) bool {
	_, ok := a.Names[e.Name]
	return ok && e.Call == landed.Track
}

// Workspace is implemented by a check that looks at all sources at once (twins between iOS and Android, events in
// fewer sources than planned, a fall of everything). It runs once, after every source was gathered.
type Workspace interface {
	Needs() landed.Needs
	RunAll(all []Input) Verdict
}

// WorkspaceInquirer is a Workspace that wants to look closer: at its candidates only.
type WorkspaceInquirer interface {
	// QuestionsAll names what RunAll would like to have in each Input.Answers; RunAll must also do without.
	QuestionsAll(all []Input) []landed.Question
}

// Input is everything a check may know about one source.
type Input struct {
	Plan        *plan.Plan        // the events planned for this source; nil: there is no plan at all
	Landed      landed.Snapshot   // history and new days, one value
	Last        landed.Day        // the last complete day: the one that is judged
	Partial     float64           // share of Last that has landed by the load lag of past days; 1: complete
	Late        bool              // the day after Last should have landed by now and has not
	Since       landed.Day        // the day LateData speaks of: the first one missing; NoDay unless Late
	AsOf        landed.Day        // the morning of the audit
	Accepted    []Accepted        // what people said to expect: out of the baseline, or the new normal
	Quiet       []Quiet           // days that the calendar leaves out of what is usual
	Different   [][2]string       // pairs of names that a person said are two events
	Open        []string          // properties whose values and presence may be anything
	Unique      map[string]string // event → the property that differs from action to action, as people said
	Whole       bool              // every source of the workspace is in this audit, and none has a gap
	ShowValues  bool              // a value of a column with few values may be shown
	AnyValues   bool              // any value may be shown
	Constraints []landed.Constraint
	PlanChanged map[string]landed.Day // Constraint.ID → the first day it was counted on, for rules younger than the history
	Recounted   []landed.Recount      // days that an earlier audit counted to another figure
	Answers     landed.Answers
	Apart       Apart    // set by Set.Prepare
	Learned     *Learned // what was worked out before, so that it need not be again; nil: nothing
}

// Accepted is a period of a subject that a person confirmed: as an incident (keep it out of the baseline) or as
// the new normal (start the baseline after it). An empty field of Subject stands for all.
type Accepted struct {
	Subject finding.Subject
	Span    landed.Span
	Normal  bool
}

// Quiet is a stretch of days that says nothing of what is usual.
type Quiet struct {
	Span landed.Span
	Why  string
}

// Verdict is what a check says.
type Verdict struct {
	Findings []finding.Finding
	Unjudged []finding.Unjudged
}

// Settings is a check's own section of the configuration.
type Settings interface {
	// Decode lays the section over into, strictly; without a section it leaves into as it is.
	Decode(into any) error
}

// Entry is one line of the catalogue. Exactly one of New, NewAll is set.
type Entry struct {
	ID     string         // kebab-case; the section in the configuration and the name of its docs page
	Kinds  []finding.Kind // the kinds it may report; near-duplicate and rename share one file
	New    func(Settings) (Check, error)
	NewAll func(Settings) (Workspace, error)
}
