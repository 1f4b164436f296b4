package fix

import (
	"cmp"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// began says when a finding began, in words: "on Tue 26 May 2026 at …"; "" where nobody knows.
func began(f finding.Finding, c Context) string {
	switch {
	case !f.SinceTime.IsZero():
		return words.FullMoment(f.SinceTime, c.Zone)
	case f.Since != landed.NoDay && f.Since != 0:
		return words.FullDay(f.Since.Time())
	}
	return ""
}

// ownerMessage writes to whoever can mend it: what, since when, how much, what we ask. No word of plumbline's own.
func ownerMessage(f finding.Finding, c Context) Text {
	owner := f.Owner
	for _, fx := range f.Fixes {
		if t, ok := fx.(finding.TellOwner); ok {
			owner = cmp.Or(t.Owner, owner)
		}
	}
	owner = cmp.Or(owner, c.Owner)
	var b strings.Builder
	if owner != "" {
		b.WriteString(visible(owner) + ": ")
	}
	b.WriteString(visible(f.Title) + ".\n")
	if s := began(f, c); s != "" {
		b.WriteString("It began " + s)
		if place := placeOf(f); place != "" {
			b.WriteString(" in " + place)
		}
		if f.Ongoing {
			b.WriteString(" and still happens")
		}
		b.WriteString(".\n")
	}
	if s := size(f); s != "" {
		b.WriteString(s + "\n")
	}
	for _, m := range members(f, 5) {
		b.WriteString("- " + m + "\n")
	}
	if len(f.Impacts) > 0 {
		var list []string
		for _, i := range f.Impacts {
			list = append(list, visible(i.Name))
		}
		b.WriteString("Missed by " + words.And(list) + ", going by their configuration: they match the exact name.\n")
	}
	b.WriteString(ask(f) + "\n")
	if c.ID != "" {
		b.WriteString("(" + c.ID + ")\n")
	}
	t := Text{Kind: OwnerMessage, Language: "text", Text: b.String(), Title: "tell whoever owns it"}
	if owner != "" {
		t.Title = "tell " + visible(owner)
	}
	return t
}

// placeOf names the source and version.
func placeOf(f finding.Finding) string {
	out := visible(f.Subject.Source)
	if len(f.Sources) > 1 {
		list := make([]string, len(f.Sources))
		for i, s := range f.Sources {
			list[i] = visible(s)
		}
		out = words.And(list)
	}
	if f.Slice != nil && f.Slice.AppVersion != "" && f.Slice.AppVersion != landed.Other {
		out = strings.TrimSpace(out + " " + visible(f.Slice.AppVersion))
	}
	return out
}

// size says how much, for the kind of trouble.
func size(f finding.Finding) string {
	if f.Rows <= 0 {
		return ""
	}
	n := words.Many(f.Rows, "event", "events")
	if f.Kind.Volume() && f.Kind != finding.VolumeSpike {
		return "About " + n + " are missing against what is usual."
	}
	if f.Users != nil && *f.Users > 0 {
		n += " by " + words.Many(*f.Users, "user", "users")
	}
	return "So far: " + n + "."
}

// members lists the members of a group, when there is more than one.
func members(f finding.Finding, few int) []string {
	if len(f.Members) < 2 {
		return nil
	}
	var out []string
	for i, m := range f.Members {
		if i == few {
			return append(out, words.Count(int64(len(f.Members)-few))+" more")
		}
		line := visible(m.Title)
		if line == "" {
			line = shown(m.Subject.Event)
		}
		out = append(out, line+", "+words.Many(m.Rows, "event", "events"))
	}
	return out
}

// ask is the question that the owner can answer.
func ask(f finding.Finding) string {
	in := ""
	if p := placeOf(f); p != "" {
		in = " in " + p
	}
	if slices.ContainsFunc(f.Members, func(m finding.Finding) bool { return m.Kind != f.Kind }) {
		return "Was this changed on purpose" + in + ", in one release? If not, please send all of it as before; if so, tell us, and the tracking plan follows."
	}
	switch f.Kind {
	case finding.Rename, finding.NearDuplicate:
		return "Was the name changed on purpose" + in + "? If not, please send it as " + shown(f.Subject.Event) +
			" again; if so, tell us, and the tracking plan follows."
	case finding.DynamicName:
		if strings.Contains(f.Subject.Event, "{text}") {
			return "Does any of our code send this" + in + "? If so, please send one name, and the rest as a property. If not, somebody else uses the write key: please change it, or block what is not planned where events are collected."
		}
		return "Please send one name" + in + ", and what differs from name to name as a property: every name becomes an event of its own in each tool, and a table in the warehouse."
	case finding.UnplannedEvent, finding.UnplannedProperty:
		return "Is it meant to be sent" + in + "? If so, please say what it means, and it goes into the tracking plan; if not, please take it out."
	case finding.VolumeDrop, finding.EventStopped, finding.SlowDecline, finding.SourceOutage, finding.NeverSeen, finding.LateData:
		return "Did something change" + in + " around then: a release, a feature flag, the consent screen, a write key? Or is it meant to end?"
	case finding.MissingProperty, finding.RemovedProperty, finding.IdentityLoss:
		return "Did something change" + in + " around then, so that it is no longer filled? Please fill it again: what was not sent cannot be repaired later."
	case finding.TypeDrift, finding.InvalidValue, finding.ValueDrift:
		return "Was the value changed on purpose" + in + "? If not, please send it as before; if so, tell us, and the tracking plan follows."
	case finding.DuplicateRows:
		return "Was something replayed, retried or loaded twice" + in + " around then? Please tell us what, and whether it can happen again."
	case finding.DoubleTracking:
		return "Is it sent from two places, or twice from one" + in + "? Please leave one."
	case finding.PII:
		return "Please stop sending such values" + in + ", and tell us whether what landed has to be deleted. " +
			"Until then the property can be blocked or hashed in Segment, so that it goes no further."
	case finding.PropertyDuplicate:
		return "Please send it under one name" + in + ": " + visible(f.Subject.Property) + ". If these are two properties, tell us what each of them means."
	case finding.NamingConvention:
		return "Please spell it" + in + " as the other names are, before reports depend on it. If it is meant so, tell us."
	case finding.MovedEvent:
		return "Was it meant to move to " + visible(f.MovedTo()) + "? If so, tell us, and the tracking plan follows; if not, please send it as before."
	case finding.Backfill:
		return "Was something replayed, imported, synced late or deleted" + in + "? Please tell us what, so that nobody takes these days for what happened."
	case finding.VolumeSpike,
		finding.DestinationMismatch:
	}
	return "Is this meant" + in + "? If so, tell us and we will expect it; if not, can you say what changed?"
}
