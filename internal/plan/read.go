package plan

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// Parse reads a plan from data; file is only its name in positions. The error is an Errors that holds every mistake.
func Parse(file string, data []byte) (*Plan, error) {
	r := newReader()
	r.read(file, data)
	return r.finish()
}

// entry is one version of an event as a file has it, with the key it has there.
type entry struct {
	Event
	key string
}

// reader gathers a plan from one or more files.
type reader struct {
	plan      Plan
	entries   []entry
	common    []Property // of every event but identify and group
	traits    []Property // of every identify and group
	pages     []page
	headless  *Pos // a tracking plan without its rules
	mistakes  Errors
	losses    []Loss
	doubts    []Doubt
	root      *node   // the schema in which references are followed
	planned   int     // properties so far
	following []*node // the references that are being followed
	formats   []string
	known     bool             // a format was recognised
	ownForm   bool             // some of it is in plumbline's own format
	part      bool             // one file of several: the other pages are elsewhere
	patterns  map[string]error // what compiling a pattern gave
	file      string
	data      []byte
}

func newReader() *reader { return &reader{patterns: map[string]error{}} }

// tree parses data as JSON or YAML, whichever it is.
func tree(file string, data []byte) (values, repeated []*node, err error) {
	if c := firstByte(data); c != '{' && c != '[' {
		return readYAML(file, data)
	}
	values, repeated, err = readJSON(file, data)
	if ext := strings.ToLower(filepath.Ext(file)); err != nil && (ext == ".yaml" || ext == ".yml") {
		return readYAML(file, data) // YAML may begin with a bracket too
	}
	return values, repeated, err
}

// firstByte is the first byte of data that is no blank, 0 where there is none.
func firstByte(data []byte) byte {
	rest := bytes.TrimLeft(bytes.TrimPrefix(data, bom()), " \t\r\n")
	if len(rest) == 0 {
		return 0
	}
	return rest[0]
}

func (r *reader) read(file string, data []byte) {
	r.file, r.data = file, data
	if !r.text() {
		return
	}
	if separator, ok := sniff(file, data); ok {
		r.csv(separator)
		return
	}
	values, repeated, err := tree(file, data)
	if err != nil {
		if several, ok := errors.AsType[Errors](err); ok {
			r.mistakes = append(r.mistakes, several...)
		} else {
			r.mistakes = append(r.mistakes, mistake(Pos{File: file, Line: 1, Col: 1}, CodeSyntax, err.Error(), "check that the file is JSON, YAML or CSV"))
		}
		return
	}
	for _, key := range repeated {
		r.fail(key, CodeRepeatedKey, "the key "+show(key.text)+" stands twice in one object", "keep one of the two")
	}
	if len(values) == 0 {
		r.fail(nil, CodeEmptyFile, "the file is empty", formats())
	}
	for _, v := range values {
		r.document(v)
	}
}

// formats is what to do with a file that is no plan.
func formats() string {
	return "plumbline reads Segment's rules (API, CSV, Typewriter), JSON Schema and its own YAML: docs/plan.md"
}

// document reads one value of a file, by what it holds.
func (r *reader) document(v *node) {
	rules, data := v.get("rules"), v.get("data")
	tool := foreign(v)
	switch {
	case v.is(array):
		r.list(v)
	case tool != "":
		r.unsupported(v, tool)
	case data.is(object):
		r.answer(v, data)
	case rules.is(array):
		r.head(v)
		r.rules(rules)
	case rules.is(object):
		r.head(v)
		r.configRules(rules)
	case v.get("events") != nil && !v.get("events").is(text):
		r.own(v)
	case v.get("jsonSchema").is(object):
		r.known = true
		r.format(inAPI)
		r.rule(v)
	case isSchema(v):
		r.schemaFile(v)
	case v.get("errors").is(array):
		r.fail(v, CodeAPIError, "this is an error that Segment's API answered, not a plan: "+show(first(v.get("errors")).get("message").str()),
			"download the rules again")
	default:
		r.fail(v, CodeNoPlan, "this is no tracking plan that plumbline knows", formats())
	}
}

func first(list *node) *node {
	if list == nil || len(list.items) == 0 {
		return nil
	}
	return list.items[0]
}

// list reads a list of API answers, of Segment rules, or of plumbline's events.
func (r *reader) list(v *node) {
	switch it := first(v); {
	case it.get("data").is(object):
		for _, it := range v.items {
			r.document(it)
		}
	case it.get("jsonSchema") != nil:
		r.rules(v)
	case it.get("name") != nil || it.is(text):
		r.known = true
		r.format(inOwn)
		r.ownEvents(v)
	default:
		r.fail(v, CodeNoPlan, "this list holds no tracking plan that plumbline knows", formats())
	}
}

// finish checks what only all files together can show, and puts the plan together.
func (r *reader) finish() (*Plan, error) {
	if !r.part {
		r.checkPages()
	}
	if r.headless != nil && !r.known && !r.part {
		r.mistakes = append(r.mistakes, mistake(*r.headless, CodeNoRules, "this is a tracking plan without its rules",
			"save every page of the answer of GET /tracking-plans/{id}/rules beside this file or instead of it"))
	}
	events := r.merge()
	if len(r.mistakes) > 0 {
		slices.SortStableFunc(r.mistakes, func(a, b Error) int {
			return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Col, b.Pos.Col))
		})
		return nil, r.mistakes
	}
	p := r.plan
	p.Events = events
	for i := range p.Events {
		e := &p.Events[i]
		switch e.Call {
		case "identify", "group":
			e.Properties = withCommon(e.Properties, r.traits)
		default:
			e.Properties = withCommon(e.Properties, r.common)
		}
	}
	p.Hash = p.ContentHash()
	return &p, nil
}

// withCommon adds the common properties that an event does not plan itself.
func withCommon(own, common []Property) []Property {
	have := make(map[string]bool, len(own))
	for _, p := range own {
		have[p.Name] = true
	}
	for _, p := range common {
		if !have[p.Name] {
			own = append(own, p)
		}
	}
	return own
}

// merge makes one event of all versions of a key, and finds what is planned twice.
func (r *reader) merge() []Event {
	type name struct{ call, name string }
	index := map[name]int{}
	var all [][]entry
	for _, e := range r.entries {
		k := name{e.Call, e.Name}
		i, ok := index[k]
		if !ok {
			index[k] = len(all)
			all = append(all, []entry{e})
			continue
		}
		same := slices.IndexFunc(all[i], func(o entry) bool { return o.Version == e.Version })
		switch {
		case same < 0:
			all[i] = append(all[i], e)
		case e.key != all[i][same].key: // rules of several pages land in one table
			all[i][same].Event = union(all[i][same].Event, e.Event)
		default:
			r.twice(e.Event, all[i][same].Pos)
		}
	}
	events := make([]Event, len(all))
	for i, versions := range all {
		events[i] = newest(versions)
		for _, v := range versions {
			if v.Version != events[i].Version {
				r.losses = append(r.losses, Loss{What: "older versions", Why: "the newest counts; of the others only the numbers are kept", Pos: v.Pos})
			}
		}
	}
	return events
}

func (r *reader) twice(e Event, where Pos) {
	what := "the event " + show(e.Name) + " (" + e.Call + ")"
	if e.Name == "" {
		what = "the " + e.Call + " call"
	}
	r.mistakes = append(r.mistakes, mistake(e.Pos, CodeRepeatedEvent, fmt.Sprintf("%s is planned twice in version %d, first at %s", what, e.Version, where.short()),
		"remove one of them, or give one a higher version"))
}

// newest returns the highest version's event. It is deprecated only when every version is.
func newest(versions []entry) Event {
	best := slices.MaxFunc(versions, func(a, b entry) int { return cmp.Compare(a.Version, b.Version) }).Event
	if len(versions) == 1 {
		return best
	}
	var seen []int
	for _, v := range versions {
		seen = append(append(seen, v.Versions...), v.Version)
		if best.Deprecated() && !v.Deprecated() {
			best.Status = v.Status
		}
		if best.Created.IsZero() || !v.Created.IsZero() && v.Created.Before(best.Created) {
			best.Created = v.Created
		}
	}
	slices.Sort(seen)
	best.Versions = slices.Compact(seen)
	return best
}

// union is the event of two rules whose rows land in one table: what only one of them has is not required.
func union(a, b Event) Event {
	in := func(list []Property, name string) bool {
		return slices.ContainsFunc(list, func(p Property) bool { return p.Name == name })
	}
	var out []Property
	for _, p := range a.Properties {
		p.Required = p.Required && in(b.Properties, p.Name)
		out = append(out, p)
	}
	for _, p := range b.Properties {
		if !in(a.Properties, p.Name) {
			p.Required = false
			out = append(out, p)
		}
	}
	a.Properties, a.Closed = out, a.Closed && b.Closed
	return a
}

// fail records a mistake at a node; nil stands for the whole file.
func (r *reader) fail(n *node, code Code, message, suggestion string) {
	e := mistake(r.pos(n), code, message, suggestion)
	if n != nil {
		e.Excerpt = excerpt(r.data, n.from, e.Pos)
	}
	r.mistakes = append(r.mistakes, e)
}

func (r *reader) pos(n *node) Pos {
	if n == nil {
		return Pos{File: r.file, Line: 1, Col: 1}
	}
	return Pos{File: r.file, Line: n.line, Col: n.col}
}
