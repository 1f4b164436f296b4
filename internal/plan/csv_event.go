package plan

import (
	"slices"
	"strconv"
	"strings"
)

// maxLevels is how deep the names of a table may nest; deeper ones are names with dots.
const maxLevels = 20

// finish makes an entry of each event of the table.
func (c *csvReader) finish() {
	for _, e := range c.events {
		c.event(e)
	}
}

func (c *csvReader) event(e *csvEvent) {
	first := e.head
	if first == nil {
		first = &e.properties[0]
	}
	out := entry{Event: Event{Call: e.call, Name: first[colEvent].text, Pos: c.pos(first[colEvent])}, key: first[colEvent].text}
	out.Version = 1
	if v := strings.TrimSpace(first[colVersion].text); v != "" {
		n := *first[colVersion]
		n.kind, n.text = number, v
		out.Version = c.version(&n)
	}
	if h := e.head; h != nil {
		out.Description = h[colDescription].text
		out.Labels = c.labelsOf(h[colLabels])
		out.Owner = out.Labels["owner"]
		switch s := strings.ToLower(strings.TrimSpace(h[colStatus].text)); s {
		case "", "required", "optional":
		default:
			out.Status = s
		}
	}
	c.root = nil
	c.schema(c.schemaOf(e), &out.Event)
	if e.call == "common" {
		c.common = append(c.common, out.Properties...)
		return
	}
	out.Call, out.Name = landsAs(out.Call, out.Name)
	if out.Call != "track" && len(out.Properties) == 0 {
		return
	}
	c.entries = append(c.entries, out)
}

// labelsOf reads labels written as owner:growth, tier:1.
func (c *csvReader) labelsOf(n *node) map[string]string {
	if strings.TrimSpace(n.text) == "" {
		return nil
	}
	out := map[string]string{}
	for part := range strings.SplitSeq(n.text, ",") {
		key, value, _ := strings.Cut(part, ":")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		if key == "" && value == "" {
			continue
		}
		if key == "" {
			c.fail(n, CodeBadLabel, "the label "+show(strings.TrimSpace(part))+" has no name", "write name:value, such as owner:growth")
			continue
		}
		if old, ok := out[key]; ok && old != value {
			c.fail(n, CodeBadLabel, "the label "+show(key)+" stands twice with two values", "keep one of the two")
		}
		out[key] = value
	}
	return out
}

// schemaOf writes the properties of an event as the schema that Segment's API would give for them, so that one reader
// judges both.
func (c *csvReader) schemaOf(e *csvEvent) *node {
	root := &node{kind: object}
	paths := map[string]*node{"": root} // what may hold properties
	seen := map[string]*node{}
	schemas := make([]*node, len(e.properties))
	for i := range e.properties {
		row := &e.properties[i]
		name := row[colProperty]
		if at := seen[name.text]; at != nil {
			c.fail(name, CodeRepeatedProperty, "the property "+show(name.text)+" is planned twice, first at "+c.pos(at).short(), "keep one of the two")
			continue
		}
		seen[name.text] = name
		schemas[i] = c.property(row)
		if typeWords(row[colType].text)[0] == "object" {
			paths[name.text] = schemas[i]
		}
	}
	for i, s := range schemas {
		if s == nil {
			continue
		}
		row := &e.properties[i]
		if array, inside := arrayOf(row[colProperty].text); inside {
			c.item(row, s, array, seen, root)
			continue
		}
		c.attach(row[colProperty], s, c.required(row), paths)
	}
	return root
}

// arrayOf returns the list that a name such as products.$.sku stands in.
func arrayOf(name string) (string, bool) {
	if i := strings.Index(name+".", ".$."); i > 0 {
		return name[:i], true
	}
	return "", false
}

// item holds a property of a list's items to the rules of all properties, and leaves it out: the list is one property.
func (c *csvReader) item(row *csvRow, s *node, array string, seen map[string]*node, root *node) {
	c.leaf(row[colProperty].text, row[colProperty], s, false)
	c.required(row)
	c.lose(row[colProperty], "list items", "a list is one column in the warehouse")
	if seen[array] == nil {
		seen[array] = row[colProperty]
		key := *row[colProperty]
		key.text = array
		c.attach(&key, fields(&key, "type", &node{kind: text, text: "array", line: key.line, col: key.col, from: key.from}), false, map[string]*node{"": root})
	}
}

// attach puts a property into the nearest object around it that the table has a row for.
func (c *csvReader) attach(name, s *node, required bool, paths map[string]*node) {
	parent, key := paths[""], *name
	if parts := strings.Split(name.text, "."); len(parts) <= maxLevels && !slices.ContainsFunc(parts, blank) {
		for i := len(parts) - 1; i > 0; i-- {
			if p := paths[strings.Join(parts[:i], ".")]; p != nil {
				parent, key.text = p, strings.Join(parts[i:], ".")
				break
			}
		}
	}
	list := parent.get("properties")
	if list == nil {
		list = &node{kind: object, line: name.line, col: name.col, from: name.from}
		parent.members = append(parent.members, member{&node{kind: text, text: "properties"}, list})
	}
	list.members = append(list.members, member{&key, s})
	if !required {
		return
	}
	must := parent.get("required")
	if must == nil {
		must = &node{kind: array}
		parent.members = append(parent.members, member{&node{kind: text, text: "required"}, must})
	}
	must.items = append(must.items, &key)
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

// fields makes an object of keys and values.
func fields(at *node, pairs ...any) *node {
	n := &node{kind: object, line: at.line, col: at.col, from: at.from}
	for i := 0; i+1 < len(pairs); i += 2 {
		key, _ := pairs[i].(string)
		value, _ := pairs[i+1].(*node)
		n.members = append(n.members, member{&node{kind: text, text: key, line: value.line, col: value.col, from: value.from}, value})
	}
	return n
}

// property writes one row as a schema.
func (c *csvReader) property(row *csvRow) *node {
	s := fields(row[colProperty])
	add := func(key string, value *node) {
		s.members = append(s.members, fields(value, key, value).members...)
	}
	cell := row[colType]
	kinds := typeWords(cell.text)
	var list []*node
	for _, w := range kinds {
		if slices.Contains([]string{"date time", "datetime", "date-time"}, w) {
			format := *cell
			format.text, w = "date-time", "string"
			add("format", &format)
		}
		if w != "" {
			word := *cell
			word.text = w
			list = append(list, &word)
		}
	}
	if len(list) > 0 {
		add("type", &node{kind: array, items: list, line: cell.line, col: cell.col, from: cell.from})
	}
	if d := row[colDescription]; d.text != "" {
		add("description", d)
	}
	if p := row[colPattern]; !blank(p.text) {
		add("pattern", p)
	}
	if e := row[colEnum]; !blank(e.text) {
		add("enum", enumOf(e, kinds))
	}
	if l := row[colLabels]; !blank(l.text) {
		c.lose(l, "labels of properties", "only events have labels")
	}
	return s
}

// typeWords are the words of a cell such as string,null; there is always one.
func typeWords(s string) []string {
	var out []string
	for w := range strings.SplitSeq(s, ",") {
		out = append(out, strings.Join(strings.Fields(strings.ToLower(w)), " "))
	}
	return out
}

// enumOf reads values such as email, google, apple; what they are, the type says.
func enumOf(cell *node, kinds []string) *node {
	list := &node{kind: array, line: cell.line, col: cell.col, from: cell.from}
	for part := range strings.SplitSeq(cell.text, ",") {
		v := *cell
		v.text = strings.TrimSpace(part)
		switch kind := kinds[0]; {
		case v.text == "":
			continue
		case v.text == "null" && slices.Contains(kinds, "null"):
			v.kind = null
		case kind == "integer" || kind == "number":
			if _, err := strconv.ParseFloat(v.text, 64); err == nil {
				v.kind = number
			}
		case kind == "boolean" && (strings.EqualFold(v.text, "true") || strings.EqualFold(v.text, "false")):
			v.kind, v.text = boolean, strings.ToLower(v.text)
		}
		list.items = append(list.items, &v)
	}
	return list
}

// required reads the status of a property.
func (c *csvReader) required(row *csvRow) bool {
	switch s := strings.ToLower(strings.TrimSpace(row[colStatus].text)); s {
	case "required", "true", "yes", "1":
		return true
	case "", "optional", "false", "no", "0":
	default:
		c.fail(row[colStatus], CodeUnknownStatus, "unknown status "+show(s), didYouMean(s, []string{"required", "optional"}, "write required or optional"))
	}
	return false
}

// Spreadsheets run a cell that begins like a formula. Such a cell is written with an apostrophe before it, which is taken
// away again when it is read.
func guarded(s string) string {
	if formula(strings.TrimLeft(s, "'")) {
		return "'" + s
	}
	return s
}

func unguarded(s string) string {
	if strings.HasPrefix(s, "'") && formula(strings.TrimLeft(s, "'")) {
		return s[1:]
	}
	return s
}

func formula(s string) bool {
	return s != "" && strings.ContainsRune("=+-@\t\r＝＋－＠", []rune(s)[0])
}
