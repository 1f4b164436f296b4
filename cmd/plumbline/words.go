package main

import (
	"strings"

	"github.com/plumbline-audit/plumbline/internal/plan"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// safe writes a name that strangers made for a terminal.
func safe(s string) string { return words.Safe(s) }

// rulesOf says what a property may hold.
func rulesOf(p plan.Property) string {
	var out []string
	if len(p.Enum) > 0 {
		out = append(out, "one of "+words.List(p.Enum, 6))
	}
	if p.Pattern != "" {
		out = append(out, "matches "+p.Pattern)
	}
	if p.Min != nil {
		out = append(out, "at least "+words.Figure(*p.Min))
	}
	if p.Max != nil {
		out = append(out, "at most "+words.Figure(*p.Max))
	}
	if p.Nullable {
		out = append(out, "may be null")
	}
	return strings.Join(out, ", ")
}
