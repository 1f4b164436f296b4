package plan

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/aymanbagabas/go-udiff"
)

// Change is one change to a plan file. The set is closed.
type Change interface {
	apply(p *Plan, r *reader) error // the change to the plan itself, for comparison
	inJSON(f *jsonFile) ([]splice, error)
	inYAML(f *yamlFile) ([]splice, error)
	what() string
}

// The changes. Call is track where it is empty.
type (
	// AddEvent plans a new event. Of the properties every field but Pos is written.
	AddEvent struct {
		Name, Call, Table, Description string
		Sources                        []string
		Properties                     []Property
	}
	// AddProperty plans a new property of an event; in Segment's form a name with dots goes into nested objects.
	AddProperty struct {
		Event, Call string
		Property    Property
	}
	// RenameEvent gives a track event another name, in all its versions.
	RenameEvent struct{ From, To string }
	// MoveEvent plans an event for these sources instead of those it names.
	MoveEvent struct {
		Event, Call string
		Sources     []string
	}
	// AddEnumValue allows one more value of a property that has an enum.
	AddEnumValue struct{ Event, Call, Property, Value string }
)

// splice replaces the bytes from..to by text.
type splice struct {
	from, to int
	text     string
}

// Edit returns data, a file of a plan in Segment's JSON or plumbline's YAML, with the changes written into it and every
// other byte as it was. The file may be one page of several. What it returns reads as the plan plus the changes; where no
// such text can be found, or a change makes no sense, the error says which change and why.
func Edit(file string, data []byte, changes []Change) ([]byte, error) {
	if !utf8.Valid(data) {
		return nil, fmt.Errorf("edit %s: it is not UTF-8; save it as UTF-8 first", file)
	}
	for _, c := range changes {
		out, err := edit(file, data, c)
		if err != nil {
			return nil, fmt.Errorf("%s in %s: %w", c.what(), file, err)
		}
		data = out
	}
	return data, nil
}

func edit(file string, data []byte, c Change) ([]byte, error) {
	want, r, err := parsePart(file, data)
	if err != nil {
		return nil, err
	}
	if err := c.apply(want, r); err != nil {
		return nil, err
	}
	tries, err := candidates(file, data, c)
	if err != nil {
		return nil, err
	}
	hash := want.ContentHash()
	for _, t := range tries {
		out := cut(data, t)
		if got, _, err := parsePart(file, out); err == nil && got.Hash == hash {
			return out, nil
		}
	}
	return nil, errors.New("the way the file is written leaves no place that plumbline dares to change; make this change by hand")
}

func parsePart(file string, data []byte) (*Plan, *reader, error) {
	r := newReader()
	r.part = true
	r.read(file, data)
	p, err := r.finish()
	return p, r, err
}

// candidates returns the ways to write a change, the neatest first.
func candidates(file string, data []byte, c Change) ([][]splice, error) {
	if _, ok := sniff(file, data); ok {
		return nil, errors.New("plumbline does not change tables: change the plan in Segment and export it again")
	}
	if values, _, err := tree(file, data); err == nil && len(values) > 0 && isSchema(values[0]) {
		return nil, errors.New("plumbline does not change JSON Schema: change the file by hand")
	}
	if values, _, err := readJSON(file, data); err == nil && len(values) > 0 {
		f := &jsonFile{data: data, values: values}
		if f.own() {
			return nil, errors.New("plumbline's own format can be edited where it is written as YAML, and this is JSON")
		}
		s, err := c.inJSON(f)
		return [][]splice{s}, err
	}
	values, _, err := readYAML(file, data)
	if err != nil {
		return nil, err
	}
	var out [][]splice
	for caution := range 3 { // where a YAML value ends is not known: see yamlFile.end
		f := &yamlFile{data: data, values: values, caution: caution}
		s, err := c.inYAML(f)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// cut applies splices that do not overlap.
func cut(data []byte, splices []splice) []byte {
	ordered := slices.Clone(splices)
	slices.SortStableFunc(ordered, func(a, b splice) int { return a.from - b.from })
	var out bytes.Buffer
	at := 0
	for _, s := range ordered {
		out.Write(data[at:s.from])
		out.WriteString(s.text)
		at = s.to
	}
	out.Write(data[at:])
	return out.Bytes()
}

// Diff returns the unified diff between two texts of a file, with a/ and b/ before its name; empty when they are equal.
func Diff(file string, before, after []byte) string {
	name := strings.TrimLeft(file, "/")
	return udiff.Unified("a/"+name, "b/"+name, string(before), string(after))
}

// eventOf finds an event of the plan by the name and call of a change.
func eventOf(p *Plan, name, call string) (*Event, error) {
	call, name = landsAs(callOr(call), name)
	if e := p.Event(name, call); e != nil {
		return e, nil
	}
	return nil, errors.New("this file does not plan the event")
}

func callOr(call string) string {
	if call == "" {
		return "track"
	}
	return call
}

func (c AddEvent) what() string { return "add the event " + show(c.Name) }

func (c AddEvent) apply(p *Plan, r *reader) error {
	call, name := landsAs(callOr(c.Call), c.Name)
	if p.Event(name, call) != nil {
		return errors.New("it is planned already")
	}
	props, common := slices.Clone(c.Properties), r.common
	if call == "identify" || call == "group" {
		common = r.traits
	}
	for i := range props {
		props[i] = r.readBack(props[i])
	}
	p.Events = append(p.Events, Event{
		Name: name, Call: call, Table: c.Table, Description: c.Description, Sources: c.Sources, Version: 1, Properties: withCommon(props, common),
	})
	return nil
}

// readBack is a property as the reader will give it: Segment's form knows a timestamp only as text of a format.
func (r *reader) readBack(p Property) Property {
	switch {
	case p.Type == "any":
		p.Type = ""
	case p.Type == "timestamp" && !r.ownForm:
		p.Format = "date-time"
	}
	if p.Format == "date-time" && (p.Type == "string" || p.Type == "") {
		p.Type = "timestamp"
	}
	return p
}

func (c AddProperty) what() string {
	return "add the property " + show(c.Property.Name) + " to the event " + show(c.Event)
}

func (c AddProperty) apply(p *Plan, r *reader) error {
	e, err := eventOf(p, c.Event, c.Call)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(e.Properties, func(q Property) bool { return q.Name == c.Property.Name }) {
		return errors.New("it is planned already")
	}
	e.Properties = append(e.Properties, r.readBack(c.Property))
	return nil
}

func (c RenameEvent) what() string { return "rename the event " + show(c.From) + " to " + show(c.To) }

func (c RenameEvent) apply(p *Plan, _ *reader) error {
	e := p.Event(c.From, "track")
	switch {
	case e == nil:
		return errors.New("this file does not plan the event")
	case p.Event(c.To, "track") != nil:
		return errors.New("the new name is planned already; remove one of the two by hand")
	}
	e.Name = c.To
	return nil
}

func (c AddEnumValue) what() string {
	return "allow the value " + show(c.Value) + " of the property " + show(c.Property) + " of the event " + show(c.Event)
}

func (c AddEnumValue) apply(p *Plan, _ *reader) error {
	e, err := eventOf(p, c.Event, c.Call)
	if err != nil {
		return err
	}
	for i := range e.Properties {
		q := &e.Properties[i]
		switch {
		case q.Name != c.Property:
			continue
		case len(q.Enum) == 0:
			return errors.New("the property has no enum: every value is allowed")
		case slices.Contains(q.Enum, c.Value):
			return errors.New("the value is allowed already")
		}
		q.Enum = append(slices.Clone(q.Enum), c.Value)
		return nil
	}
	return errors.New("the event has no such property")
}
