package plan

import (
	"bytes"
	"errors"
	"strings"
)

// jsonFile is a plan file in Segment's form, to be edited.
type jsonFile struct {
	data   []byte
	values []*node
}

// ruleAt is one rule and where its parts are.
type ruleAt struct {
	rule, name      *node
	schemaKey, call string
}

func (f *jsonFile) own() bool {
	return f.values[0].get("events") != nil || first(f.values[0]).get("name") != nil
}

// lists returns the lists of rules of the file; config says that they are in the form of the Config API.
func (f *jsonFile) lists() (lists []*node, config bool) {
	for _, v := range f.values {
		all := []*node{v}
		if v.is(array) {
			if first(v).get("jsonSchema") != nil {
				lists = append(lists, v)
			}
			all = v.items
		}
		for _, d := range all {
			for _, list := range []*node{d.get("rules"), d.path("data", "rules"), d.path("data", "trackingPlan", "rules")} {
				if list.is(array) {
					lists = append(lists, list)
				}
			}
			if list := d.path("rules", "events"); list.is(array) {
				lists, config = append(lists, list), true
			}
		}
	}
	return lists, config
}

// rulesOf returns the rules of an event in every version, the highest first.
func (f *jsonFile) rulesOf(name, call string) []ruleAt {
	call, name = landsAs(callOr(call), name)
	lists, config := f.lists()
	nameKey, schemaKey := "key", "jsonSchema"
	if config {
		nameKey, schemaKey = "name", "rules"
	}
	var out []ruleAt
	highest := -1
	for _, list := range lists {
		for _, it := range list.items {
			c, n := landsAs(callOf(it.get("type").str()), it.get(nameKey).str())
			if c != call || n != name {
				continue
			}
			at := ruleAt{rule: it, name: it.get(nameKey), schemaKey: schemaKey, call: call}
			if v := newReader().version(it.get("version")); v > highest {
				highest = v
				out = append([]ruleAt{at}, out...)
			} else {
				out = append(out, at)
			}
		}
	}
	return out
}

// newline is how the file ends its lines.
func newline(data []byte) string {
	if bytes.Contains(data, []byte("\r\n")) {
		return "\r\n"
	}
	return "\n"
}

// unit is one level of indentation of the file.
func (f *jsonFile) unit() string {
	for _, v := range f.values {
		if start, ok := firstChild(v); ok {
			if blank, multi := f.blank(v.from+1, start); multi {
				return blank
			}
		}
	}
	return "  "
}

func firstChild(n *node) (int, bool) {
	switch {
	case len(n.members) > 0:
		return n.members[0].key.from, true
	case len(n.items) > 0:
		return n.items[0].from, true
	}
	return 0, false
}

// blank returns the indentation of what begins at to, and whether a line ends between from and to.
func (f *jsonFile) blank(from, to int) (string, bool) {
	gap := string(f.data[from:to])
	if i := strings.LastIndex(gap, "\n"); i >= 0 {
		return gap[i+1:], true
	}
	return "", false
}

// colon is what stands between a key and its value.
func (f *jsonFile) colon() string {
	for _, v := range f.values {
		for v.is(array) && len(v.items) > 0 {
			v = v.items[0]
		}
		if len(v.members) > 0 {
			m := v.members[0]
			if s := string(f.data[m.key.to:m.value.from]); !strings.ContainsAny(s, "\r\n") {
				return s
			}
		}
	}
	return ": "
}

// add returns the splice that puts members, or the values of members without a key, at the end of an object or list, in
// the style of what is there.
func (f *jsonFile) add(into *node, members ...member) splice {
	nl := newline(f.data)
	start, full := firstChild(into)
	indent, multi := "", false
	switch {
	case full:
		indent, multi = f.blank(into.from+1, start)
	default:
		if lines := bytes.Contains(bytes.TrimSpace(f.data), []byte("\n")); lines {
			indent, multi = f.lineIndent(into.from)+f.unit(), true
		}
	}
	w := jsonWriter{nl: nl, unit: f.unit(), colon: f.colon(), multi: multi}
	var b strings.Builder
	for i, m := range members {
		if i > 0 || full {
			b.WriteString(",")
		}
		switch {
		case multi:
			b.WriteString(nl + indent)
		case (i > 0 || full) && strings.HasSuffix(w.colon, " "):
			b.WriteString(" ")
		}
		w.member(&b, m, indent)
	}
	if full {
		end := lastEnd(into)
		return splice{end, end, b.String()}
	}
	if multi {
		b.WriteString(nl + f.lineIndent(into.from))
	}
	return splice{into.from + 1, into.to - 1, b.String()}
}

func lastEnd(n *node) int {
	if len(n.members) > 0 {
		return n.members[len(n.members)-1].value.to
	}
	return n.items[len(n.items)-1].to
}

// lineIndent is the indentation of the line that holds a byte.
func (f *jsonFile) lineIndent(at int) string {
	line := f.data[bytes.LastIndexByte(f.data[:at], '\n')+1:]
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
}

// jsonWriter writes nodes in the style of a file.
type jsonWriter struct {
	nl, unit, colon string
	multi           bool
}

func (w jsonWriter) member(b *strings.Builder, m member, indent string) {
	if m.key != nil {
		b.WriteString(quote(m.key.text) + w.colon)
	}
	w.value(b, m.value, indent)
}

func (w jsonWriter) value(b *strings.Builder, n *node, indent string) {
	members := n.members
	open, end := "{", "}"
	if n.is(array) {
		open, end = "[", "]"
		for _, it := range n.items {
			members = append(members, member{value: it})
		}
	}
	if !n.is(array) && !n.is(object) {
		b.WriteString(n.json())
		return
	}
	b.WriteString(open)
	for i, m := range members {
		if i > 0 {
			b.WriteString(",")
		}
		switch {
		case w.multi:
			b.WriteString(w.nl + indent + w.unit)
		case i > 0 && strings.HasSuffix(w.colon, " "):
			b.WriteString(" ")
		}
		w.member(b, m, indent+w.unit)
	}
	if w.multi && len(members) > 0 {
		b.WriteString(w.nl + indent)
	}
	b.WriteString(end)
}

func newText(s string) *node { return &node{kind: text, text: s} }

func newTexts(list []string) *node {
	n := &node{kind: array}
	for _, s := range list {
		n.items = append(n.items, newText(s))
	}
	return n
}

func newMember(key string, value *node) member { return member{newText(key), value} }

func newObject(members ...member) *node { return &node{kind: object, members: members} }

func (c RenameEvent) inJSON(f *jsonFile) ([]splice, error) {
	var out []splice
	for _, at := range f.rulesOf(c.From, "track") {
		out = append(out, splice{at.name.from, at.name.to, quote(c.To)})
		if n := at.rule.path(at.schemaKey, "eventMetadata", "name"); n.is(text) && n.text == c.From {
			out = append(out, splice{n.from, n.to, quote(c.To)})
		}
	}
	return out, nil
}

func (c AddEvent) inJSON(f *jsonFile) ([]splice, error) {
	lists, config := f.lists()
	if len(lists) == 0 {
		return nil, errors.New("the file holds no list of rules")
	}
	call := callOr(c.Call)
	s := schemaOf(c.Properties)
	inner := "properties"
	if call == "identify" || call == "group" {
		inner = "traits"
	}
	message := newObject()
	for _, part := range []string{"context", "traits", "properties"} {
		value := newObject()
		if part == inner {
			value = s
		}
		message.members = append(message.members, newMember(part, value))
	}
	schema := newObject(newMember("$schema", newText("http://json-schema.org/draft-07/schema#")), newMember("type", newText("object")))
	if c.Description != "" {
		schema.members = append(schema.members, newMember("description", newText(c.Description)))
	}
	schema.members = append(schema.members, newMember("properties", message))
	rule := newObject()
	nameKey, schemaKey := "key", "jsonSchema"
	if config {
		nameKey, schemaKey = "name", "rules"
	} else {
		rule.members = append(rule.members, newMember("type", newText(strings.ToUpper(call))))
	}
	if call == "track" {
		rule.members = append(rule.members, newMember(nameKey, newText(c.Name)))
	}
	rule.members = append(rule.members, newMember("version", &node{kind: number, text: "1"}))
	if len(c.Sources) > 0 {
		rule.members = append(rule.members, newMember("x-sources", newTexts(c.Sources)))
	}
	if c.Table != "" {
		rule.members = append(rule.members, newMember("x-table", newText(c.Table)))
	}
	rule.members = append(rule.members, newMember(schemaKey, schema))
	return []splice{f.add(lists[len(lists)-1], member{value: rule})}, nil
}
