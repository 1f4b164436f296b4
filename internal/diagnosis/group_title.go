package diagnosis

import (
	"fmt"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// title says for all members what happened, of each kind how many, beginning with the kind of the largest.
func title(fs []finding.Finding) string {
	var parts []string
	var kinds []finding.Kind
	for _, f := range fs {
		if !slices.Contains(kinds, f.Kind) {
			kinds = append(kinds, f.Kind)
		}
	}
	for _, k := range kinds {
		var of []finding.Finding
		for _, f := range fs {
			if f.Kind == k {
				of = append(of, f)
			}
		}
		switch {
		case len(of) == 1:
			parts = append(parts, of[0].Title)
		case len(of) > 1:
			parts = append(parts, titleOf(k, of))
		}
	}
	return words.And(parts)
}

// titleOf says what happened to the members of one kind.
func titleOf(k finding.Kind, fs []finding.Finding) string {
	n := len(fs)
	events := words.Many(int64(eventsOf(fs)), "event", "events")
	of := propertiesOf(fs)
	switch k {
	case finding.UnplannedEvent:
		return fmt.Sprintf("%d new events are not in the plan", n)
	case finding.Rename, finding.NearDuplicate:
		return pairsTitle(k, fs)
	case finding.NamingConvention:
		return fmt.Sprintf("%d names are outside the naming convention", n)
	case finding.UnplannedProperty:
		return fmt.Sprintf("%s %d properties that are not in the plan", senders(fs), n)
	case finding.MissingProperty:
		return of + " are missing"
	case finding.RemovedProperty:
		return of + " are no longer sent"
	case finding.TypeDrift:
		if !slices.ContainsFunc(fs, func(f finding.Finding) bool { return f.Subject.Property != "" }) {
			return "rows of " + events + " are missing in their own tables"
		}
		return of + " changed their type"
	case finding.InvalidValue:
		return of + " hold values that break the plan"
	case finding.PropertyDuplicate:
		return twinsTitle(fs)
	case finding.DuplicateRows:
		return events + " landed more than once"
	case finding.DoubleTracking:
		return events + pick(eventsOf(fs), " is counted twice", " are counted twice")
	case finding.MovedEvent:
		return movesTitle(fs)
	case finding.EventStopped:
		return events + " stopped"
	case finding.IdentityLoss:
		return identityTitle(fs)
	case finding.PII:
		return shownName(fs[0].Subject.Property) + " of " + events + " holds what looks personal"
	case finding.ValueDrift:
		return shownName(fs[0].Subject.Property) + " of " + events + " holds other values than before"
	default:
		return fs[0].Title
	}
}

func pick(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

func shownName(s string) string { return names.Short(names.Visible(names.Mask(s)), 60) }

// senders names who sends: the one event, or how many there are.
func senders(fs []finding.Finding) string {
	if eventsOf(fs) == 1 {
		return eventName(fs[0]) + " sends"
	}
	return words.Count(int64(eventsOf(fs))) + " events send"
}

// propertiesOf counts properties, and says of which event where it is only one.
func propertiesOf(fs []finding.Finding) string {
	out := words.Many(int64(len(fs)), "property", "properties")
	if eventsOf(fs) == 1 {
		return out + " of " + eventName(fs[0])
	}
	return out
}

func eventName(f finding.Finding) string {
	if f.Subject.Event == "" {
		return "the " + f.Call.String() + " call"
	}
	return `"` + shownName(f.Subject.Event) + `"`
}

// eventsOf is how many events the findings are about.
func eventsOf(fs []finding.Finding) int {
	type event struct {
		call landed.Call
		name string
	}
	var seen []event
	for _, f := range fs {
		if e := (event{f.Call, f.Subject.Event}); !slices.Contains(seen, e) {
			seen = append(seen, e)
		}
	}
	return len(seen)
}
