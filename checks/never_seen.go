package checks

import (
	"fmt"
	"slices"
	"time"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// neverSeen finds planned events that have landed nowhere, or not in some of the sources they are planned for.
type neverSeen struct {
	Grace int `yaml:"grace_days"` // after the rule was created; from then on it is a warning
}

func newNeverSeen(s Settings) (Workspace, error) {
	c := neverSeen{Grace: 30}
	if err := s.Decode(&c); err != nil {
		return nil, err
	}
	if c.Grace < 0 {
		return nil, fmt.Errorf("grace_days is %d, but must not be negative", c.Grace)
	}
	return c, nil
}

// Needs implements Workspace.
func (c neverSeen) Needs() landed.Needs { return landed.Needs{landed.Counts: 180, landed.Columns: 1} }

// RunAll implements Workspace.
func (c neverSeen) RunAll(all []Input) Verdict {
	type missing struct {
		event   plan.Event
		in      Input
		absent  []string // sources where it is planned and has not landed
		present bool
		scoped  bool
	}
	var out Verdict
	// What is missing here may land in a source that is not in this audit, or that could not be read.
	if slices.ContainsFunc(all, func(in Input) bool { return !in.Whole }) {
		return out
	}
	byEvent := map[string]*missing{}
	var order []string
	for _, in := range all {
		if !in.agreed() {
			out.Unjudged = append(out.Unjudged, finding.Unjudged{
				Check: finding.NeverSeen, Subject: finding.Subject{Source: in.Landed.Source.Name},
				Why: "there is no tracking plan: name one under plan: in the configuration",
			})
			continue
		}
		seen := landedEvents(in)
		for _, e := range in.Plan.Events {
			if e.Deprecated() {
				continue
			}
			// The plan's hash keeps two plans that hold the same name apart.
			key := in.Plan.Hash + "\x00" + e.Call + "\x00" + e.Name
			m := byEvent[key]
			if m == nil {
				m = &missing{event: e, in: in, scoped: len(in.Plan.Scope(e)) > 0}
				byEvent[key] = m
				order = append(order, key)
			}
			if hasLanded(e, seen) {
				m.present = true
			} else {
				m.absent = append(m.absent, in.Landed.Source.Name)
			}
		}
	}
	for _, key := range order {
		m := byEvent[key]
		switch {
		case len(m.absent) == 0:
		case !m.present:
			out.Findings = append(out.Findings, c.nowhere(m.in, m.event, m.absent))
		case m.scoped:
			for _, source := range m.absent {
				out.Findings = append(out.Findings, c.elsewhere(m.event, source))
			}
		}
	}
	return out
}

// landedEvents is every call and name with a row in the history.
func landedEvents(in Input) map[string]bool {
	out := map[string]bool{}
	for _, o := range observe(in) {
		out[o.Call.String()+"\x00"+o.Name] = true
		if o.Call == landed.Identify || o.Call == landed.Group {
			out[o.Call.String()] = true
		}
	}
	return out
}

func hasLanded(e plan.Event, seen map[string]bool) bool {
	if e.Call == landed.Identify.String() || e.Call == landed.Group.String() {
		return seen[e.Call]
	}
	if seen[e.Call+"\x00"+e.Name] {
		return true
	}
	for _, a := range e.Aliases {
		if seen[e.Call+"\x00"+a] {
			return true
		}
	}
	return false
}

func (c neverSeen) nowhere(in Input, e plan.Event, sources []string) finding.Finding {
	f := c.base(e, finding.Subject{Event: e.Name}, sources)
	f.Title = called(callOf(e), e.Name) + " is planned and has landed nowhere"
	if len(in.Plan.Scope(e)) == 0 {
		f.Evidence[0].Label = "looked for in"
	}
	if old := in.AsOf.Time().Sub(e.Created); !e.Created.IsZero() && old >= time.Duration(c.Grace)*24*time.Hour {
		f.Severity = finding.Warning
		f.Evidence = append(f.Evidence, finding.Evidence{Label: "planned since", Value: e.Created.Format("Mon 2 January 2006")})
	}
	return f
}

func (c neverSeen) elsewhere(e plan.Event, source string) finding.Finding {
	f := c.base(e, finding.Subject{Source: source, Event: e.Name}, []string{source})
	f.Title = called(callOf(e), e.Name) + " is planned for " + bare(source) + " and has landed only elsewhere"
	return f
}

func (c neverSeen) base(e plan.Event, s finding.Subject, sources []string) finding.Finding {
	return finding.Finding{
		Kind: finding.NeverSeen, Severity: finding.Info, Subject: s, Sources: sources, Call: callOf(e),
		Since: landed.NoDay, LastSeen: landed.NoDay, Ongoing: true, Confidence: 1, Planned: true,
		Evidence: []finding.Evidence{{Label: "planned for", Value: words.List(sources, 5)}},
		Fixes: []finding.Fix{
			finding.SearchCode{Literals: literals(callOf(e), e.Name), Source: s.Source},
			finding.TellOwner{},
		},
	}
}

// callOf is the kind of call of a planned event.
func callOf(e plan.Event) landed.Call {
	for _, c := range []landed.Call{landed.Page, landed.Screen, landed.Identify, landed.Group} {
		if c.String() == e.Call {
			return c
		}
	}
	return landed.Track
}
