// Package lint reads a tracking plan as a careful colleague would, and says what can hardly be meant.
package lint

import (
	"cmp"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/plan"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// Problem is one thing in a plan that can hardly be meant.
type Problem struct {
	Pos             plan.Pos
	Severity        finding.Severity
	Code            string // one of Codes
	Event, Property string // as the plan has them; Property is empty for what concerns the whole event
	Message         string // one sentence without a full stop, fit to be shown
	Advice          string // what to do
}

// String writes the problem on one line, as a compiler would: place, severity, sentence, advice, code.
func (p Problem) String() string {
	return words.Safe(p.Pos.String()) + ": " + p.Severity.String() + ": " + p.Message + ": " + p.Advice + " [" + p.Code + "]"
}

// Options say what a plan is held to beyond itself.
type Options struct {
	Convention *names.Convention // how events are named; nil: as most of the plan's names are
	Doubts     []plan.Doubt      // what reading the plan's files has put right
	Warehouse  string            // duckdb, postgres, redshift, snowflake or bigquery; "": not known
}

// Code is one kind of problem.
type Code struct {
	ID       string
	Severity finding.Severity // the gravest it is reported with
}

// Codes lists every code, in the order of the documentation.
func Codes() []Code {
	return []Code{
		{"shared-table", finding.Warning},
		{"duplicate-name", finding.Warning},
		{"alias-clash", finding.Warning},
		{"hidden-character", finding.Warning},
		{"no-table", finding.Warning},
		{"long-name", finding.Warning},
		{"reserved-table", finding.Info},
		{"naming-convention", finding.Warning},
		{"shared-column", finding.Warning},
		{"property-spelling", finding.Warning},
		{"reserved-column", finding.Warning},
		{"no-column", finding.Warning},
		{"type-contradiction", finding.Warning},
		{"empty-enum", finding.Warning},
		{"null-enum", finding.Warning},
		{"repeated-value", finding.Warning},
		{"impossible-value", finding.Warning},
		{"alike-values", finding.Info},
		{"unportable-pattern", finding.Info},
		{"idle-rule", finding.Info},
		{"missing-owner", finding.Info},
		{"deprecated-required", finding.Info},
		{"says-nothing", finding.Info},
	}
}

// Plan returns the problems of a plan in the order of its files.
func Plan(p *plan.Plan, o Options) []Problem {
	l := &linter{plan: p, o: o, seen: map[string]bool{}}
	l.doubts()
	l.tables()
	l.twins()
	l.aliases()
	l.convention()
	l.owners()
	l.propertySpelling()
	l.types()
	for i := range p.Events {
		l.event(&p.Events[i])
	}
	slices.SortStableFunc(l.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Col, b.Pos.Col),
			cmp.Compare(b.Severity, a.Severity), cmp.Compare(a.Code, b.Code))
	})
	return l.problems
}

// Worst is the gravest severity among the problems, 0 without any.
func Worst(list []Problem) finding.Severity {
	var worst finding.Severity
	for _, p := range list {
		worst = max(worst, p.Severity)
	}
	return worst
}

type linter struct {
	plan     *plan.Plan
	o        Options
	problems []Problem
	seen     map[string]bool // what is said once: a common property stands in every event
}

func (l *linter) add(p Problem) {
	key := p.Code + "\x00" + p.Pos.String() + "\x00" + p.Property + "\x00" + p.Message
	if p.Property == "" {
		key += "\x00" + p.Event
	}
	if !l.seen[key] {
		l.seen[key] = true
		l.problems = append(l.problems, p)
	}
}

func (l *linter) onEvent(e *plan.Event, code string, s finding.Severity, message, advice string) {
	l.add(Problem{Pos: e.Pos, Severity: s, Code: code, Event: e.Name, Message: message, Advice: advice})
}

func (l *linter) onProperty(e *plan.Event, p *plan.Property, code string, s finding.Severity, message, advice string) {
	l.add(Problem{Pos: p.Pos, Severity: s, Code: code, Event: e.Name, Property: p.Name, Message: message, Advice: advice})
}

// longestShown is how many columns of a name a sentence shows.
const longestShown = 48

// quoted writes a name of strangers into a sentence.
func quoted(s string) string {
	return `"` + names.Short(words.Safe(names.Visible(s)), longestShown) + `"`
}

// where says where something stands, for a sentence about something else.
func where(at, from plan.Pos) string {
	if at.File == from.File {
		at.File = "line"
		at.Col = 0
		if at.Line > 0 {
			return "(line " + at.String()[len("line:"):] + ")"
		}
		return ""
	}
	return "(" + words.Safe(at.String()) + ")"
}

// called names an event in a sentence.
func called(e *plan.Event) string {
	if e.Call != "track" && e.Name == "" {
		return "the " + e.Call + " call"
	}
	return quoted(e.Name)
}
