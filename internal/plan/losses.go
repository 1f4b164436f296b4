package plan

import (
	"cmp"
	"slices"
	"strings"
)

// Loss is something of a plan that does not come over: a file says it and plumbline has no place for it, or plumbline
// knows it and the format has no place for it.
type Loss struct {
	What  string // in a few words, the same for all of its kind
	Why   string
	Where string // the event, and the property, in a plan that is written
	Pos   Pos    // the place in a file that is read
}

// Reading is what the files of a plan gave.
type Reading struct {
	Plan    *Plan
	Formats []string // in words, in the order in which they were met
	Files   int
	Losses  []Loss
	Doubts  []Doubt // what was read but can hardly be meant
}

// lose records what the plan does not keep of a file.
func (r *reader) lose(n *node, what, why string) {
	r.losses = append(r.losses, Loss{What: what, Why: why, Pos: r.pos(n)})
}

// format notes in which form a file is.
func (r *reader) format(words string) {
	if !slices.Contains(r.formats, words) {
		r.formats = append(r.formats, words)
	}
}

// The formats, as people call them.
const (
	inAPI        = "rules of Segment's Public API"
	inTypewriter = "Typewriter's plan.json"
	inConfigAPI  = "a plan of Segment's Config API"
	inCSV        = "Segment's plan CSV"
	inSchemas    = "JSON Schema, one event a file"
	inOwn        = "plumbline's own format"
)

// unread lists the keywords of a property's schema that nothing asks for.
func (r *reader) unread(s *node) {
	for _, m := range s.members {
		why := "plumbline does not check it"
		switch key := m.key.text; key {
		case "type", "description", "enum", "const", "format", "pattern", "minimum", "maximum", "properties", "required", "additionalProperties":
			continue
		case "id", "$id", "$schema", "$comment", "title", "default", "examples", "example":
			continue // they say nothing of what may be sent
		case "items":
			r.items(m)
			continue
		case "exclusiveMinimum", "exclusiveMaximum":
			why = "read as if the bound itself were allowed"
		case "anyOf", "oneOf":
			if plainTypes(m.value) {
				continue
			}
			why = "only its types are read"
		case "$ref", "$dynamicRef":
			why = "only references to a place in the same schema are followed, and none to itself"
		}
		r.lose(m.key, m.key.text, why)
	}
	if t := s.get("type"); t.is(array) && severalTypes(t) {
		r.lose(t, "several types", "a property has one type: this one may hold anything")
	}
}

// items says that what a list holds is not read, unless nothing is said of it.
func (r *reader) items(m member) {
	if len(m.value.members) > 0 || len(m.value.items) > 0 {
		r.lose(m.key, "list items", "a list is one column in the warehouse")
	}
}

func plainTypes(alternatives *node) bool {
	if !alternatives.is(array) {
		return false
	}
	for _, it := range alternatives.items {
		if !it.is(object) || len(it.members) != 1 || it.members[0].key.text != "type" {
			return false
		}
	}
	return true
}

func severalTypes(t *node) bool {
	var all []string
	for _, it := range t.items {
		if w := it.str(); w != "null" && w != "any" {
			all = append(all, w)
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	return len(all) > 1 && len(all) < len(words())-3 && !slices.Equal(all, []string{"integer", "number"})
}

// outside notes what a rule demands of the rest of the message.
func (r *reader) outside(schema *node) {
	if !wrapped(schema) {
		return
	}
	for _, m := range schema.get("properties").members {
		if m.key.text != "properties" && m.key.text != "traits" && len(m.value.members) > 0 {
			r.lose(m.key, "rules outside the properties", "only properties and traits are audited")
		}
	}
}

// LossGroup is the losses of one kind.
type LossGroup struct {
	What, Why string
	Losses    []Loss
}

// GroupLosses puts losses of one kind together, the most frequent first.
func GroupLosses(all []Loss) []LossGroup {
	var groups []LossGroup
	for _, l := range all {
		i := slices.IndexFunc(groups, func(g LossGroup) bool { return g.What == l.What && g.Why == l.Why })
		if i < 0 {
			i = len(groups)
			groups = append(groups, LossGroup{What: l.What, Why: l.Why})
		}
		groups[i].Losses = append(groups[i].Losses, l)
	}
	slices.SortStableFunc(groups, func(a, b LossGroup) int {
		return cmp.Or(cmp.Compare(len(b.Losses), len(a.Losses)), strings.Compare(a.What, b.What))
	})
	return groups
}

// lost returns what was lost, and what the formats cannot say at all.
func (r *reader) lost() []Loss {
	out := slices.Clone(r.losses)
	if slices.Contains(r.formats, inCSV) {
		for _, what := range []string{"smallest and largest values", "formats but for date time", "creation dates", "sources", "whether other properties are allowed"} {
			out = append(out, Loss{What: what, Why: "Segment's CSV has no column for them"})
		}
	}
	for _, f := range []string{inTypewriter, inConfigAPI} {
		if slices.Contains(r.formats, f) {
			out = append(out, Loss{What: "creation dates and deprecation", Why: "they are not in " + f})
		}
	}
	return out
}
