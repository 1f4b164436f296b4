package plandiff

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/plumbline-audit/plumbline/internal/plan"
)

// compare returns the differences between two versions of an event. What breaks is said by what a sender of the old
// plan may send: it breaks the new one.
func compare(pa, pb *plan.Plan, a, b plan.Event) []Change {
	var out []Change
	text := func(what, from, to string, breaks, small bool) {
		if from != to {
			out = append(out, Change{What: what, From: from, To: to, Breaks: breaks, Small: small})
		}
	}
	was, is := sortedText(pa.Scope(a)), sortedText(pb.Scope(b))
	text("sources", was, is, false, false)
	if a.Name == b.Name || a.Table != b.Table { // another name by itself has another table
		text("table", plan.TableOf(a), plan.TableOf(b), false, false)
	}
	text("status", a.Status, b.Status, false, false)
	text("version", versions(a), versions(b), false, true)
	text("created", day(a.Created), day(b.Created), false, true)
	text("closed", yes(a.Closed), yes(b.Closed), b.Closed, false)
	text("aliases", sortedText(a.Aliases), sortedText(b.Aliases), false, true)
	text("tags", sortedText(a.Tags), sortedText(b.Tags), false, true)
	text("labels", labels(a.Labels), labels(b.Labels), false, true)
	text("owner", a.Owner, b.Owner, false, true)
	text("description", a.Description, b.Description, false, true)
	return append(out, properties(a, b)...)
}

func versions(e plan.Event) string {
	if len(e.Versions) == 0 {
		return strconv.Itoa(e.Version)
	}
	out := make([]string, len(e.Versions))
	for i, v := range e.Versions {
		out[i] = strconv.Itoa(v)
	}
	return strings.Join(out, ", ")
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func sortedText(list []string) string {
	return strings.Join(slices.Compact(slices.Sorted(slices.Values(list))), ", ")
}

func labels(l map[string]string) string {
	out := make([]string, 0, len(l))
	for _, k := range slices.Sorted(maps.Keys(l)) {
		out = append(out, k+": "+l[k])
	}
	return strings.Join(out, ", ")
}

// properties compares the properties of two versions of an event, by name.
func properties(a, b plan.Event) []Change {
	before, after := map[string]plan.Property{}, map[string]plan.Property{}
	all := map[string]bool{}
	for _, p := range a.Properties {
		before[p.Name], all[p.Name] = p, true
	}
	for _, p := range b.Properties {
		after[p.Name], all[p.Name] = p, true
	}
	var out []Change
	for _, name := range slices.Sorted(maps.Keys(all)) {
		old, had := before[name]
		now, has := after[name]
		switch {
		case !had:
			out = append(out, Change{Property: name, What: "added", To: brief(now), Breaks: now.Required})
		case !has:
			out = append(out, Change{Property: name, What: "removed", From: brief(old), Breaks: b.Closed})
		default:
			out = append(out, property(old, now)...)
		}
	}
	return out
}

// brief is a property in a few words.
func brief(p plan.Property) string {
	if p.Required {
		return word(p.Type) + ", required"
	}
	return word(p.Type)
}

func word(typ string) string {
	if typ == "" {
		return "any"
	}
	return typ
}

// property compares one property with its former self.
func property(a, b plan.Property) []Change {
	var out []Change
	add := func(what, from, to string, breaks bool) {
		if from != to {
			out = append(out, Change{Property: a.Name, What: what, From: from, To: to, Breaks: breaks})
		}
	}
	add("type", word(a.Type), word(b.Type), !widens(a.Type, b.Type))
	add("required", yes(a.Required), yes(b.Required), b.Required)
	add("nullable", yes(a.Nullable), yes(b.Nullable), a.Nullable)
	out = append(out, values(a, b)...)
	add("pattern", a.Pattern, b.Pattern, b.Pattern != "")
	add("format", a.Format, b.Format, b.Format != "")
	add("smallest", bound(a.Min), bound(b.Min), b.Min != nil && (a.Min == nil || *b.Min > *a.Min))
	add("largest", bound(a.Max), bound(b.Max), b.Max != nil && (a.Max == nil || *b.Max < *a.Max))
	if a.Description != b.Description {
		out = append(out, Change{Property: a.Name, What: "description", From: a.Description, To: b.Description, Small: true})
	}
	return out
}

// widens says whether every value of one type is one of the other.
func widens(from, to string) bool {
	return to == "" || from == "integer" && to == "number" || from == "timestamp" && to == "string"
}

// values compares the allowed values: a list where there was none, and values that are no longer in it, break.
func values(a, b plan.Property) []Change {
	var out []Change
	name := a.Name
	switch {
	case len(a.Enum) == 0 && len(b.Enum) > 0:
		return []Change{{Property: name, What: "enum", To: strings.Join(b.Enum, ", "), Breaks: true}}
	case len(a.Enum) > 0 && len(b.Enum) == 0:
		return []Change{{Property: name, What: "enum", From: strings.Join(a.Enum, ", ")}}
	}
	if gone := minus(a.Enum, b.Enum); len(gone) > 0 {
		out = append(out, Change{Property: name, What: "enum values removed", From: strings.Join(gone, ", "), Breaks: true})
	}
	if fresh := minus(b.Enum, a.Enum); len(fresh) > 0 {
		out = append(out, Change{Property: name, What: "enum values added", To: strings.Join(fresh, ", ")})
	}
	return out
}

func minus(a, b []string) []string {
	var out []string
	for _, x := range a {
		if !slices.Contains(b, x) {
			out = append(out, x)
		}
	}
	return out
}

func bound(f *float64) string {
	if f == nil {
		return ""
	}
	return strconv.FormatFloat(*f, 'f', -1, 64)
}
