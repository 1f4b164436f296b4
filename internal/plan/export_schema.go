package plan

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/plumbline-audit/plumbline/internal/names"
)

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
