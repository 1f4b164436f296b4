package plan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sort"
	"strconv"
	"strings"
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
		what := "It is the body of PATCH"
		if out.Folder {
			what = "Each file is the body of one PATCH"
		}
		out.Notes = append(out.Notes, what+" /tracking-plans/{id}/rules, which adds and changes rules and removes none.")
	case FormatSegmentCSV:
		out.Files, err = csvFile(carried)
	case FormatSchemas:
		out.Folder = true
		out.Files, err = schemaFiles(carried)
	case FormatOwn: // see above
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
