package incident

import (
	"slices"
	"time"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/names"
)

// Expectation is a period in which findings are no news, as the configuration says. An empty list stands for all;
// a * in an event's name for any characters.
type Expectation struct {
	Events, Sources []string
	Kinds           []finding.Kind
	Span            landed.Span
	Why             string
}

// Covers says whether a finding is expected on a day: of a group all of it, so that what nobody expected is not muted by
// what stands beside it.
func (e Expectation) Covers(f finding.Finding, day landed.Day) bool {
	if len(f.Members) > 1 {
		return !slices.ContainsFunc(f.Members, func(m finding.Finding) bool { return !e.Covers(m, day) })
	}
	named := func(name string) bool {
		return slices.ContainsFunc(e.Events, func(p string) bool { return names.Like(p, name) })
	}
	return e.Span.Has(day) &&
		(len(e.Kinds) == 0 || slices.Contains(e.Kinds, f.Kind)) &&
		(len(e.Events) == 0 || named(f.Subject.Event) || f.Subject.Related != "" && named(f.Subject.Related)) &&
		(len(e.Sources) == 0 || len(sources(f)) > 0 && !more(e.Sources, sources(f)))
}

// StatusOf says how an incident stands at an instant: resolved before what people said of it, dismissed before
// expected, expected before snoozed, and each before acknowledged; what nobody spoke of is baseline or open. A snooze
// ends by the clock; expectations hold for days, and day is the one that is judged. Who acknowledged it before it was
// resolved knew of another time: one that came back is open.
func StatusOf(i Incident, h Handling, expects []Expectation, now time.Time, day landed.Day) Status {
	switch {
	case !i.Standing():
		return ResolvedAway
	case h.Dismissed:
		return Dismissed
	case h.Expected && day <= h.Through,
		slices.ContainsFunc(expects, func(e Expectation) bool { return e.Covers(i.Finding, day) }):
		return Expected
	case h.Until.After(now):
		return Snoozed
	case h.Acknowledged && !h.At.Before(i.Again):
		return Acknowledged
	case i.Baseline:
		return Baseline
	}
	return Open
}

// IDOf returns the id of the incident that holds a key, its own before a member's; without one the id it would get.
func IDOf(workspace string, known []Incident, k finding.Key) string {
	for _, i := range known {
		if i.Key == k {
			return i.ID
		}
	}
	for _, i := range known {
		if slices.Contains(i.Keys, k) {
			return i.ID
		}
	}
	return finding.ID(workspace, k, 6)
}
