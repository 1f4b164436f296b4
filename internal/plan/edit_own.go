package plan

import (
	"bytes"
	"errors"
	"strings"
)

func (c RenameEvent) inYAML(f *yamlFile) ([]splice, error) {
	var out []splice
	for _, at := range f.events(c.From, "track") {
		s, err := f.replaceText(at.name, c.To)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// replaceText returns the splice that writes other text in the place of a text on one line.
func (f *yamlFile) replaceText(n *node, to string) (splice, error) {
	rest := f.data[n.from:]
	if n.plain {
		if !bytes.HasPrefix(rest, []byte(n.text)) {
			return splice{}, errLayout
		}
		return splice{n.from, n.from + len(n.text), yamlText(to)}, nil
	}
	mark := rest[0]
	if mark != '"' && mark != '\'' {
		return splice{}, errLayout
	}
	for i := 1; i < len(rest); i++ {
		switch {
		case mark == '"' && rest[i] == '\\':
			i++
		case mark == '\'' && bytes.HasPrefix(rest[i:], []byte("''")):
			i++
		case rest[i] == mark:
			return splice{n.from, n.from + i + 1, yamlText(to)}, nil
		}
	}
	return splice{}, errLayout
}

func (c AddEvent) inYAML(f *yamlFile) ([]splice, error) {
	lists := f.lists()
	if len(lists) == 0 {
		return nil, errors.New("the file holds no list of events in plumbline's own format")
	}
	list := lists[len(lists)-1]
	keyed := list.is(object)
	if list.flow {
		head := "{name: " + yamlText(c.Name)
		if keyed {
			head = yamlText(c.Name) + ": {"
		}
		var parts []string
		for _, f := range c.fields() {
			parts = append(parts, f[0]+": "+f[1])
		}
		if len(c.Properties) > 0 {
			parts = append(parts, "properties: {"+strings.Join(c.properties(), ", ")+"}")
		}
		if !keyed && len(parts) > 0 {
			head += ", "
		}
		s, err := f.intoFlow(list, head+strings.Join(parts, ", ")+"}")
		return []splice{s}, err
	}
	indent := spacesOf(list.col - 1)
	if len(list.items)+len(list.members) == 0 { // events: with nothing behind it
		s := f.lines(f.lineEnd(list.from), c.block("  ", false))
		return []splice{s}, nil
	}
	return []splice{f.lines(f.end(list), c.block(indent, keyed))}, nil
}

// fields are the event's own fields but its name and properties.
func (c AddEvent) fields() [][2]string {
	var out [][2]string
	if callOr(c.Call) != "track" {
		out = append(out, [2]string{"call", c.Call})
	}
	if c.Description != "" {
		out = append(out, [2]string{"description", yamlText(c.Description)})
	}
	if len(c.Sources) > 0 {
		out = append(out, [2]string{"sources", yamlTexts(c.Sources)})
	}
	if c.Table != "" {
		out = append(out, [2]string{"table", yamlText(c.Table)})
	}
	return out
}

func (c AddEvent) properties() []string {
	var out []string
	for _, p := range c.Properties {
		out = append(out, yamlText(p.Name)+": "+yamlProperty(p, false))
	}
	return out
}

// block writes the event as lines.
func (c AddEvent) block(indent string, keyed bool) []string {
	head, inner := indent+"- ", indent+"  "
	var lines []string
	if keyed {
		lines = append(lines, indent+yamlText(c.Name)+":")
		head = inner
	} else if c.Name != "" {
		lines = append(lines, head+"name: "+yamlText(c.Name))
		head = inner
	}
	for _, f := range c.fields() {
		lines = append(lines, head+f[0]+": "+f[1])
		head = inner
	}
	if len(c.Properties) > 0 {
		lines = append(lines, head+"properties:")
		for _, p := range c.properties() {
			lines = append(lines, inner+"  "+p)
		}
	} else if keyed && len(lines) == 1 {
		lines[0] += " {}"
	}
	return lines
}

func (c AddProperty) inYAML(f *yamlFile) ([]splice, error) {
	at := f.events(c.Event, c.Call)
	if len(at) == 0 {
		return nil, errors.New("the file holds no such event in plumbline's own format")
	}
	e := at[0]
	named := yamlText(c.Property.Name) + ": " + yamlProperty(c.Property, false)
	props := e.body.get("properties")
	switch {
	case props.is(array) && props.flow:
		s, err := f.intoFlow(props, yamlProperty(c.Property, true))
		return []splice{s}, err
	case props.is(array):
		return []splice{f.lines(f.end(props), []string{spacesOf(props.col-1) + "- " + yamlProperty(c.Property, true)})}, nil
	case props.is(object) && props.flow && (len(props.members) > 0 || e.inFlow):
		s, err := f.intoFlow(props, named)
		return []splice{s}, err
	case props.is(object) && props.flow: // {} in a block
		end := f.flowEnd(props.from)
		key := e.body.member("properties").key
		if end < 0 {
			return nil, errLayout
		}
		from := len(bytes.TrimRight(f.data[:props.from], " "))
		return []splice{{from, end + 1, ""}, f.lines(f.lineEnd(end), []string{spacesOf(key.col+1) + named})}, nil
	case props.is(object):
		return []splice{f.lines(f.end(props), []string{spacesOf(props.members[0].key.col-1) + named})}, nil
	case props.is(null):
		key := e.body.member("properties").key
		return []splice{f.lines(f.lineEnd(props.from), []string{spacesOf(key.col+1) + named})}, nil
	case props != nil:
		return nil, errLayout
	}
	return f.firstProperty(e, named)
}

// firstProperty gives an event that has no properties its first.
func (f *yamlFile) firstProperty(e eventAt, named string) ([]splice, error) {
	switch {
	case e.inFlow && e.body.is(object):
		s, err := f.intoFlow(e.body, "properties: {"+named+"}")
		return []splice{s}, err
	case e.inFlow && e.body.is(text): // Name, among brackets
		s, err := f.replaceText(e.name, e.name.text)
		s.text = "{name: " + s.text + ", properties: {" + named + "}}"
		return []splice{s}, err
	case e.inFlow:
		return nil, errLayout
	case e.body.is(object) && len(e.body.members) > 0:
		indent := spacesOf(e.body.members[0].key.col - 1)
		return []splice{f.lines(f.end(e.body), []string{indent + "properties:", indent + "  " + named})}, nil
	case e.keyed: // Name: and nothing behind it
		indent := spacesOf(e.name.col + 1)
		return []splice{f.lines(f.lineEnd(e.name.from), []string{indent + "properties:", indent + "  " + named})}, nil
	}
	indent := spacesOf(e.name.col - 1) // - Name
	return []splice{
		{e.name.from, e.name.from, "name: "},
		f.lines(f.lineEnd(e.name.from), []string{indent + "properties:", indent + "  " + named}),
	}, nil
}

func (c AddEnumValue) inYAML(f *yamlFile) ([]splice, error) {
	at := f.events(c.Event, c.Call)
	if len(at) == 0 {
		return nil, errors.New("the file holds no such event in plumbline's own format")
	}
	props := at[0].body.get("properties")
	body := props.get(c.Property)
	if props.is(array) {
		for _, it := range props.items {
			if it.get("name").str() == c.Property {
				body = it
			}
		}
	}
	list := body.get("enum")
	if !list.is(array) {
		return nil, errors.New("the property's values are not written as a list of this event")
	}
	typ := ""
	if t := body.get("type"); t != nil {
		typ, _ = newReader().typeOf(t)
	}
	value := yamlValues(typ, []string{c.Value})[0]
	if list.flow {
		s, err := f.intoFlow(list, value)
		return []splice{s}, err
	}
	return []splice{f.lines(f.end(list), []string{spacesOf(list.col-1) + "- " + value})}, nil
}
