package plan

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Format is a form in which a plan is written.
type Format string

// The formats that a plan can be written in.
const (
	FormatSegment    Format = "segment"
	FormatSegmentCSV Format = "segment-csv"
	FormatSchemas    Format = "jsonschema"
	FormatOwn        Format = "plumbline"
)

// Formats lists them.
func Formats() []Format {
	return []Format{FormatSegment, FormatSegmentCSV, FormatSchemas, FormatOwn}
}

// words names the format in sentences.
func (f Format) words() string {
	switch f {
	case FormatSegment:
		return "a rule of Segment's API"
	case FormatSegmentCSV:
		return "Segment's CSV"
	case FormatSchemas:
		return "a folder of JSON Schema"
	case FormatOwn:
	}
	return "plumbline's own format"
}

// carrier brings a plan down to what a format can say.
type carrier struct {
	to              Format
	losses          []Loss
	event, property string
}

// carry returns the plan as it will be read back from a format, and what it lost on the way.
func carry(p *Plan, to Format) (*Plan, []Loss) {
	c := &carrier{to: to}
	out := *p
	if p.Inferred && to != FormatOwn {
		c.lose("that the plan was inferred", "what is written counts as agreed on")
		out.Inferred = false
	}
	out.Name, out.Sources, out.Events = "", nil, nil
	if to == FormatOwn {
		out.Name, out.Sources = c.text("the plan's name", p.Name), p.Sources
	} else if p.Name != "" {
		c.lose("the plan's name", c.no())
	}
	switch {
	case to == FormatOwn:
	case len(p.Sources) > 0 && to == FormatSchemas:
		c.lose("the plan's sources", "written into each event")
	case len(p.Sources) > 0:
		c.lose("the plan's sources", c.no()+": an event is then expected where it has landed")
	}
	seen := map[[2]string]bool{}
	for _, e := range p.Events {
		if to == FormatSchemas {
			e.Sources = p.Scope(e)
		}
		c.event, c.property = e.Name, ""
		if c.event == "" {
			c.event = e.Call
		}
		e, ok := c.carryEvent(e)
		if key := [2]string{e.Call, e.Name}; ok && seen[key] {
			c.lose("an event that is planned twice", "only the first is written")
		} else if ok {
			seen[key] = true
			out.Events = append(out.Events, e)
		}
	}
	out.Hash = out.ContentHash()
	return &out, c.losses
}

func (c *carrier) lose(what, why string) {
	where := visible(clip(c.event, 80))
	if c.property != "" {
		where += ": " + visible(clip(c.property, 80))
	}
	c.losses = append(c.losses, Loss{What: what, Why: why, Where: where})
}

// no says that the format has no place for a thing.
func (c *carrier) no() string { return c.to.words() + " has no place for this" }

// segment says whether the plan becomes Segment's, which has fewer fields.
func (c *carrier) segment() bool { return c.to == FormatSegment || c.to == FormatSegmentCSV }

// text makes sure that a text comes back as it was written.
func (c *carrier) text(what, s string) string {
	out := strings.ToValidUTF8(s, "\ufffd")
	if c.to == FormatSegmentCSV {
		for strings.Contains(out, "\r\n") { // one that goes can leave another behind: "\r\r\n"
			out = strings.ReplaceAll(out, "\r\n", "\n")
		}
		if formula(strings.TrimLeft(out, "'")) {
			c.lose("cells that a spreadsheet would run", "written with ' before them; take it away before you upload the file to Segment")
		}
	}
	if out != s {
		c.lose("letters of "+what, "the file cannot hold them")
	}
	return out
}

func (c *carrier) carryEvent(e Event) (Event, bool) {
	call, name := landsAs(callOr(e.Call), c.text("names", e.Name))
	e.Call, e.Name, e.Pos = call, name, Pos{}
	if call == "track" && blank(name) {
		c.lose("an event without a name", "it cannot be planned")
		return e, false
	}
	e.Description = c.text("descriptions", e.Description)
	e.Labels = maps.Clone(e.Labels)
	if c.segment() {
		c.inSegment(&e)
	} else {
		c.inSchema(&e)
	}
	if e.Version < 0 {
		c.lose("negative versions", "versions count from 1")
		e.Version = 1
	}
	e.Properties = c.properties(e.Properties)
	if call != "track" && len(e.Properties) == 0 && c.segment() {
		c.lose("calls without properties", "Segment has a rule for every such call, so that it plans nothing")
		return e, false
	}
	if len(e.Labels) == 0 {
		e.Labels = nil
	}
	return e, true
}

// inSchema keeps what plumbline's own keys can say, in its own format and in schemas.
func (c *carrier) inSchema(e *Event) {
	if e.Owner == "" {
		e.Owner = e.Labels["owner"]
	}
	if len(e.Versions) == 0 {
		return
	}
	all := slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(e.Versions), e.Version))))
	if all[0] < 0 || all[len(all)-1] != e.Version || !slices.Equal(all, e.Versions) {
		c.lose("the list of versions", "it contradicts the version")
		e.Versions = nil
	}
	if len(all) == 1 {
		e.Versions = nil
	}
}

// inSegment leaves out what Segment has no field for.
func (c *carrier) inSegment(e *Event) {
	drop := func(there bool, what string) {
		if there {
			c.lose(what, c.no())
		}
	}
	drop(len(e.Sources) > 0, "sources")
	drop(e.Table != "" && e.Table != TableOf(Event{Name: e.Name, Call: e.Call}), "tables")
	drop(len(e.Aliases) > 0, "aliases")
	drop(len(e.Tags) > 0, "tags")
	drop(e.Status != "", "status")
	drop(!e.Created.IsZero(), "creation dates")
	if len(e.Versions) > 0 {
		c.lose("older versions", "only the newest is written")
	}
	if e.Closed && c.to == FormatSegmentCSV {
		c.lose("whether other properties are allowed", c.no())
		e.Closed = false
	}
	e.Sources, e.Table, e.Aliases, e.Tags, e.Status, e.Versions = nil, "", nil, nil, "", nil
	e.Created = Event{}.Created
	if e.Owner != "" && e.Labels["owner"] != e.Owner {
		c.lose("owners", "written as the label owner")
		if e.Labels == nil {
			e.Labels = map[string]string{}
		}
		e.Labels["owner"] = e.Owner
	}
	for key, value := range e.Labels {
		if c.to == FormatSegmentCSV && !labelFits(key, value) {
			c.lose("labels with a comma, a colon or blanks at an end", "Segment's CSV parts labels at them")
			delete(e.Labels, key)
		}
	}
	e.Owner = e.Labels["owner"]
}

func labelFits(key, value string) bool {
	return key != "" && strings.TrimSpace(key) == key && strings.TrimSpace(value) == value && !strings.ContainsAny(key, ",:") &&
		!strings.Contains(value, ",") && !strings.Contains(key+value, "\r\n") && !strings.HasSuffix(key, "\r")
}

func (c *carrier) properties(list []Property) []Property {
	var out []Property
	seen := map[string]bool{}
	for _, p := range list {
		c.property = p.Name
		p.Pos, p.Name = Pos{}, c.text("names", p.Name)
		_, item := arrayOf(p.Name)
		switch {
		case blank(p.Name):
			c.lose("a property without a name", "it cannot be planned")
		case seen[p.Name]:
			c.lose("a property that is planned twice", "only the first is written")
		case c.to == FormatSegmentCSV && item:
			c.lose("properties named like the items of a list", "Segment's CSV reads .$ as an item")
		case c.to == FormatSegmentCSV && p.Type == "object" && hasFields(p.Name, list):
			c.lose("objects beside their fields", "Segment's CSV tells an object by its fields")
		default:
			seen[p.Name] = true
			out = append(out, c.carryProperty(p))
		}
	}
	c.property = ""
	return out
}

// hasFields says whether a property stands inside the object name.
func hasFields(name string, list []Property) bool {
	return slices.ContainsFunc(list, func(p Property) bool { return strings.HasPrefix(p.Name, name+".") && nests(p.Name) })
}

// nests says whether a name with dots is read as a field of an object.
func nests(name string) bool {
	parts := strings.Split(name, ".")
	return len(parts) > 1 && len(parts) <= maxLevels && !slices.ContainsFunc(parts, blank)
}

func (c *carrier) carryProperty(p Property) Property {
	p.Description = c.text("descriptions", p.Description)
	if p.Type == "any" {
		p.Type = ""
	}
	if p.Type != "" && (p.Type == "null" || !slices.Contains(words(), p.Type)) {
		c.lose("a type that plans do not know", "the property may hold anything")
		p.Type = ""
	}
	p = c.format(p)
	if p.Min, p.Max = c.finite(p.Min), c.finite(p.Max); c.to == FormatSegmentCSV && (p.Min != nil || p.Max != nil) {
		c.lose("smallest and largest values", c.no())
		p.Min, p.Max = nil, nil
	}
	if c.to == FormatSegmentCSV && p.Pattern != "" && (blank(p.Pattern) || strings.Contains(p.Pattern, "\r\n")) {
		c.lose("patterns of blanks", "Segment's CSV cannot hold them")
		p.Pattern = ""
	}
	p.Enum = c.enum(p)
	return p
}

// format keeps what is told of a text's form. A timestamp is text of the form date-time.
func (c *carrier) format(p Property) Property {
	if p.Format == "date-time" && (p.Type == "" || p.Type == "string") {
		p.Type = "timestamp"
	}
	if p.Type == "timestamp" && c.to != FormatOwn {
		if p.Format != "" && p.Format != "date-time" {
			c.lose("formats of timestamps", "a timestamp has the format date-time")
		}
		p.Format = "date-time"
		return p
	}
	if p.Format != "" && c.to == FormatSegmentCSV {
		c.lose("formats but for date time", c.no())
		p.Format = ""
	}
	p.Format = c.text("formats", p.Format)
	return p
}

func (c *carrier) finite(f *float64) *float64 {
	if f != nil && (math.IsInf(*f, 0) || math.IsNaN(*f)) {
		c.lose("infinite bounds", "they bound nothing")
		return nil
	}
	return f
}

// enum keeps the values that can be read back as they are.
func (c *carrier) enum(p Property) []string {
	if c.to == FormatSegmentCSV && len(p.Enum) > 0 && (p.Type == "object" || p.Type == "array") {
		c.lose("values of objects and lists", "Segment's CSV cannot hold them; any value is then allowed")
		return nil
	}
	var out []string
	for _, v := range p.Enum {
		value, ok := valueOf(p.Type, c.text("values", v))
		switch {
		case !ok:
			c.lose("values of another type", "they can never be")
			continue
		case value != v:
			c.lose("how numbers and booleans are spelled", "the value is the same")
		}
		if c.to == FormatSegmentCSV && (strings.Contains(value, ",") || strings.TrimSpace(value) != value || value == "" || value == "null" && p.Nullable) {
			c.lose("lists of values with a comma or blanks at an end", "Segment's CSV parts values at commas; any value is then allowed")
			return nil
		}
		if !slices.Contains(out, value) {
			out = append(out, value)
		}
	}
	return out
}

// valueOf returns a value as JSON spells it, and whether it can be of the type.
func valueOf(kind, s string) (string, bool) {
	switch kind {
	case "integer", "number":
		n := &node{kind: number, text: s}
		f, ok := n.float()
		if !ok || kind == "integer" && f != math.Trunc(f) {
			return "", false
		}
		if json.Valid([]byte(s)) && strings.TrimSpace(s) == s {
			return s, true
		}
		return strconv.FormatFloat(f, 'f', -1, 64), true
	case "boolean":
		s = strings.ToLower(s)
		return s, s == "true" || s == "false"
	case "object", "array":
		values, repeated, err := readJSON("", []byte(s))
		if err != nil || len(repeated) > 0 || len(values) != 1 || kind == "object" != values[0].is(object) || kind == "array" != values[0].is(array) {
			return "", false
		}
		return values[0].json(), true
	}
	return s, true
}
