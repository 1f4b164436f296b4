// Package plan is the agreement: what should be sent, by which source, with which properties.
package plan

import (
	"slices"
	"time"
)

// Plan is a tracking plan.
type Plan struct {
	Name     string
	Hash     string // of its content; equal plans are equal hashes
	Inferred bool   // made from what landed: nothing in it was agreed on
	Sources  []string
	Events   []Event
}

// Event is one planned event.
type Event struct {
	Name, Call    string   // Call: track, page, screen, identify, group
	Sources       []string // empty: every source of the plan, if the plan names any
	Table         string   // empty: by the layout's naming
	Aliases, Tags []string
	Labels        map[string]string // as the plan has them: owner, tier, …
	Owner, Status string            // Status: "", live, deprecated, …
	Description   string
	Created       time.Time // zero: unknown
	Version       int
	Versions      []int // all versions of this key, ascending; nil when there is one
	Properties    []Property
	Closed        bool // additionalProperties: false
	Pos           Pos
}

// Deprecated says whether the event may stop.
func (e Event) Deprecated() bool { return e.Status == "deprecated" }

// Property is one planned property of an event.
type Property struct {
	Name, Type         string // Type: string, integer, number, boolean, timestamp, object, array, or "" for any
	Description        string
	Required, Nullable bool
	Enum               []string
	Pattern, Format    string
	Min, Max           *float64
	Pos                Pos
}

// Pos is where something stands in a file; Line and Col count from 1, 0 is unknown.
type Pos struct {
	File      string
	Line, Col int
}

// In returns the plan of one source: the events planned for it. Scoped says for each event of the result
// whether the plan itself names the source; without a scope an event is expected only where it has landed.
func (p *Plan) In(source string) *Plan {
	if p == nil {
		return nil
	}
	out := *p
	out.Events = nil
	for _, e := range p.Events {
		scope := p.Scope(e)
		if len(scope) == 0 || slices.Contains(scope, source) {
			out.Events = append(out.Events, e)
		}
	}
	return &out
}

// Scope returns the sources that the plan names for an event: its own, else the plan's; empty when none is named.
func (p *Plan) Scope(e Event) []string {
	if len(e.Sources) > 0 {
		return e.Sources
	}
	return p.Sources
}

// Event returns the planned event of this name and call, or nil.
func (p *Plan) Event(name, call string) *Event {
	if p == nil {
		return nil
	}
	for i := range p.Events {
		if p.Events[i].Name == name && p.Events[i].Call == call {
			return &p.Events[i]
		}
	}
	return nil
}
