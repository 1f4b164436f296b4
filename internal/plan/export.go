package plan

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/plumbline-audit/plumbline/internal/names"
)

// File is one file of a plan that is written.
type File struct {
	Name string
	Data []byte
}

// Export is a plan in another format.
type Export struct {
	Files   []File
	Folder  bool  // a folder, also where it holds one file only
	Written *Plan // what will be read back
	Losses  []Loss
	Notes   []string // what to know before the files are used
}

// MaxRules is how many rules Segment's API takes in one call.
const MaxRules = 200

// As writes the plan in a format. What it loses on the way is in Losses; all else is read back as it was.
func (p *Plan) As(to Format) (*Export, error) {
	if to == FormatOwn {
		return p.AsOwn()
	}
	carried, losses := carry(p, to)
	out := &Export{Losses: losses, Written: carried}
	var err error
	switch to {
	case FormatSegment:
		out.Files, err = segmentFiles(carried)
		out.Folder = len(out.Files) > 1
		out.Notes = append(out.Notes, "Each file is the body of one PATCH /tracking-plans/{id}/rules, which adds and changes rules and removes none.")
	case FormatSegmentCSV:
		out.Files, err = csvFile(carried)
	case FormatSchemas:
		out.Folder = true
		out.Files, err = schemaFiles(carried)
	default:
		err = fmt.Errorf("plumbline does not write %s: %s", show(string(to)), didYouMean(string(to), formatWords(), "write one of "+strings.Join(formatWords(), ", ")))
	}
	return out, err
}

// AsOwn writes the plan in plumbline's own format, with lines of comment above it.
func (p *Plan) AsOwn(head ...string) (*Export, error) {
	carried, losses := carry(p, FormatOwn)
	var b bytes.Buffer
	if err := WriteOwn(&b, carried, Notes{Head: head}); err != nil {
		return nil, err
	}
	return &Export{Files: []File{{Name: "tracking-plan.yaml", Data: b.Bytes()}}, Losses: losses, Written: carried}, nil
}

func formatWords() []string {
	var out []string
	for _, f := range Formats() {
		out = append(out, string(f))
	}
	return out
}

func str(s string) *node { return &node{kind: text, text: s} }
func num(s string) *node { return &node{kind: number, text: s} }

func listOf(values []string) *node {
	n := &node{kind: array}
	for _, v := range values {
		n.items = append(n.items, str(v))
	}
	return n
}

// object appends keys to an object, one after the other.
func (n *node) add(key string, value *node) { n.members = append(n.members, member{str(key), value}) }

// indented writes a value as JSON that people can read.
func indented(n *node) ([]byte, error) {
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(n.json()), "", "  "); err != nil {
		return nil, fmt.Errorf("write the plan as JSON: %w", err)
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

// segmentFiles writes the bodies that put the plan's rules into Segment.
func segmentFiles(p *Plan) ([]File, error) {
	var files []File
	total := max(1, (len(p.Events)+MaxRules-1)/MaxRules)
	for i := range total {
		rules := &node{kind: array}
		for _, e := range p.Events[i*MaxRules : min(len(p.Events), (i+1)*MaxRules)] {
			rules.items = append(rules.items, ruleOf(e))
		}
		body := &node{kind: object}
		body.add("rules", rules)
		data, err := indented(body)
		if err != nil {
			return nil, err
		}
		name := "rules.json"
		if total > 1 {
			name = fmt.Sprintf("rules-%02d.json", i+1)
		}
		files = append(files, File{Name: name, Data: data})
	}
	return files, nil
}

// ruleOf writes one event as Segment has it: the schema is of the whole message.
func ruleOf(e Event) *node {
	own := &node{kind: object}
	own.add("type", str("object"))
	fillObject(own, nest(e.Properties, nil))
	if e.Closed {
		own.add("additionalProperties", &node{kind: boolean, text: "false"})
	}
	empty := &node{kind: object}
	message := &node{kind: object}
	message.add("context", empty)
	if e.Call == "identify" || e.Call == "group" {
		message.add("traits", own)
		message.add("properties", empty)
	} else {
		message.add("traits", empty)
		message.add("properties", own)
	}
	schema := &node{kind: object}
	schema.add("$schema", str("http://json-schema.org/draft-07/schema#"))
	schema.add("type", str("object"))
	if e.Description != "" {
		schema.add("description", str(e.Description))
	}
	if len(e.Labels) > 0 {
		schema.add("labels", labelsNode(e.Labels))
	}
	schema.add("properties", message)
	rule := &node{kind: object}
	rule.add("type", str(strings.ToUpper(e.Call)))
	if e.Call == "track" {
		rule.add("key", str(e.Name))
		schema.add("required", listOf([]string{"properties"}))
	}
	rule.add("jsonSchema", schema)
	rule.add("version", num(strconv.Itoa(e.Version)))
	return rule
}

func labelsNode(labels map[string]string) *node {
	n := &node{kind: object}
	for _, key := range sortedKeys(labels) {
		n.add(key, str(labels[key]))
	}
	return n
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// branch is a property, or an object that stands around some.
type branch struct {
	key      string
	leaf     *Property
	children []*branch
}

// nest puts properties with dots in their names into objects. A name stays flat where an object could not be read back: beside
// a property of the object's own name, and under a name that is barred.
func nest(list []Property, barred []string) []*branch {
	root := &branch{}
	planned := map[string]bool{}
	for _, p := range list {
		planned[p.Name] = true
	}
	for i := range list {
		p := &list[i]
		parts := strings.Split(p.Name, ".")
		flat := !nests(p.Name) || slices.Contains(barred, parts[0])
		for n := 1; n < len(parts) && !flat; n++ {
			flat = planned[strings.Join(parts[:n], ".")]
		}
		if flat {
			parts = []string{p.Name}
		}
		at := root
		for _, part := range parts[:len(parts)-1] {
			n := slices.IndexFunc(at.children, func(b *branch) bool { return b.leaf == nil && b.key == part })
			if n < 0 {
				n = len(at.children)
				at.children = append(at.children, &branch{key: part})
			}
			at = at.children[n]
		}
		at.children = append(at.children, &branch{key: parts[len(parts)-1], leaf: p})
	}
	return root.children
}

// required says whether a property must be there, or one in an object.
func (b *branch) required() bool {
	if b.leaf != nil {
		return b.leaf.Required
	}
	return slices.ContainsFunc(b.children, (*branch).required)
}

// fillObject adds properties to the schema of an object.
func fillObject(n *node, list []*branch) {
	properties := &node{kind: object}
	var required []string
	for _, b := range list {
		if b.leaf != nil {
			properties.add(b.key, leafSchema(*b.leaf))
		} else {
			inner := &node{kind: object}
			inner.add("type", str("object"))
			fillObject(inner, b.children)
			properties.add(b.key, inner)
		}
		if b.required() {
			required = append(required, b.key)
		}
	}
	n.add("properties", properties)
	if len(required) > 0 {
		n.add("required", listOf(required))
	}
}

// leafSchema writes one property as JSON Schema.
func leafSchema(p Property) *node {
	n := &node{kind: object}
	if p.Description != "" {
		n.add("description", str(p.Description))
	}
	word := p.Type
	if word == "timestamp" {
		word = "string"
	}
	switch {
	case word != "" && p.Nullable:
		n.add("type", listOf([]string{word, "null"}))
	case word != "":
		n.add("type", str(word))
	case p.Nullable:
		n.add("type", listOf([]string{"array", "boolean", "integer", "number", "object", "string", "null"}))
	}
	if p.Format != "" {
		n.add("format", str(p.Format))
	}
	if len(p.Enum) > 0 {
		n.add("enum", enumNode(p))
	}
	if p.Pattern != "" {
		n.add("pattern", str(p.Pattern))
	}
	if p.Min != nil {
		n.add("minimum", num(float(*p.Min)))
	}
	if p.Max != nil {
		n.add("maximum", num(float(*p.Max)))
	}
	return n
}

func enumNode(p Property) *node {
	list := listOf(p.Enum)
	for _, v := range list.items {
		switch p.Type {
		case "integer", "number", "boolean", "object", "array":
			v.kind = number // as it is spelled
		}
	}
	if p.Nullable {
		list.items = append(list.items, &node{kind: null})
	}
	return list
}

// csvFile writes the table that Segment's app takes.
func csvFile(p *Plan) ([]File, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	write := func(cells ...string) {
		for i := range cells {
			cells[i] = guarded(cells[i])
		}
		_ = w.Write(cells) // a bytes.Buffer takes everything; Error tells the rest
	}
	write("Version", "Event Type", "Event Name", "Property Name", "Description", "Labels", "Property Status", "Property Data Type", "Allowed Property Values", "Enum Values")
	for _, e := range p.Events {
		version, call, name := strconv.Itoa(e.Version), titled(e.Call), e.Name
		if e.Call != "track" {
			name = ""
		}
		var labels []string
		for _, key := range sortedKeys(e.Labels) {
			labels = append(labels, key+":"+e.Labels[key])
		}
		write(version, call, name, "", e.Description, strings.Join(labels, ", "), "", "", "", "")
		for _, q := range withObjects(e.Properties) {
			status := "optional"
			if q.Required {
				status = "required"
			}
			write(version, call, name, q.Name, q.Description, "", status, cellType(q), q.Pattern, strings.Join(q.Enum, ", "))
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return nil, fmt.Errorf("write the plan as CSV: %w", err)
	}
	return []File{{Name: "tracking-plan.csv", Data: b.Bytes()}}, nil
}

func cellType(p Property) string {
	word := p.Type
	switch word {
	case "timestamp":
		word = "date time"
	case "":
		word = "any"
	}
	if p.Nullable {
		word += ",null"
	}
	return word
}

// withObjects adds a row for each object that properties stand in, as Segment's app has them.
func withObjects(list []Property) []Property {
	have := map[string]bool{}
	for _, p := range list {
		have[p.Name] = true
	}
	var out []Property
	for _, p := range list {
		if parts := strings.Split(p.Name, "."); nests(p.Name) {
			for n := 1; n < len(parts); n++ {
				name := strings.Join(parts[:n], ".")
				if _, item := arrayOf(name + "."); have[name] || item {
					continue
				}
				have[name] = true
				must := slices.ContainsFunc(list, func(q Property) bool { return q.Required && strings.HasPrefix(q.Name, name+".") })
				out = append(out, Property{Name: name, Type: "object", Required: must})
			}
		}
		out = append(out, p)
	}
	return out
}

// schemaFiles writes a file for each event; the title holds its name, and the file's name is one that every disk takes.
func schemaFiles(p *Plan) ([]File, error) {
	used := map[string]bool{}
	var files []File
	for _, e := range p.Events {
		data, err := indented(eventSchema(e))
		if err != nil {
			return nil, err
		}
		stem := fileStem(e)
		name := stem
		for n := 2; used[name]; n++ {
			name = stem + "-" + strconv.Itoa(n)
		}
		used[name] = true
		files = append(files, File{Name: name + ".json", Data: data})
	}
	return files, nil
}

// fileStem makes a file's name of an event's: small ASCII letters, digits and underscores, so that neither a folder nor a
// device can be meant and no two differ in case only.
func fileStem(e Event) string {
	const most = 80
	stem := names.Snake(e.Name)
	if e.Call != "track" {
		stem = e.Call
	}
	stem = stem[:min(len(stem), most)]
	switch {
	case stem == "":
		return "event"
	case slices.Contains([]string{"con", "prn", "aux", "nul"}, stem), len(stem) == 4 && (stem[:3] == "com" || stem[:3] == "lpt"):
		return stem + "_event"
	}
	return stem
}

func eventSchema(e Event) *node {
	n := &node{kind: object}
	n.add("$schema", str("https://json-schema.org/draft/2020-12/schema"))
	title := e.Name
	if title == "" {
		title = e.Call
	}
	n.add("title", str(title))
	for _, f := range []struct{ key, value string }{
		{"description", e.Description}, {"x-call", strings.TrimPrefix(e.Call, "track")}, {"x-owner", e.Owner}, {"x-status", e.Status}, {"x-table", e.Table},
	} {
		if f.value != "" {
			n.add(f.key, str(f.value))
		}
	}
	if len(e.Labels) > 0 {
		n.add("x-labels", labelsNode(e.Labels))
	}
	for _, f := range []struct {
		key  string
		list []string
	}{{"x-sources", e.Sources}, {"x-aliases", e.Aliases}, {"x-tags", e.Tags}} {
		if len(f.list) > 0 {
			n.add(f.key, listOf(f.list))
		}
	}
	if !e.Created.IsZero() {
		n.add("x-created", str(e.Created.UTC().Format(time.RFC3339Nano)))
	}
	if e.Version != 1 {
		n.add("x-version", num(strconv.Itoa(e.Version)))
	}
	if len(e.Versions) > 0 {
		list := &node{kind: array}
		for _, v := range e.Versions {
			list.items = append(list.items, num(strconv.Itoa(v)))
		}
		n.add("x-versions", list)
	}
	n.add("type", str("object"))
	fillObject(n, nest(e.Properties, []string{"properties", "traits", "context"}))
	if e.Closed {
		n.add("additionalProperties", &node{kind: boolean, text: "false"})
	}
	return n
}
