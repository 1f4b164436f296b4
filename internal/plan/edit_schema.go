package plan

import (
	"errors"
	"slices"
	"strings"
)

// schemaOf writes properties as the JSON Schema of an object; names with dots become nested objects.
func schemaOf(properties []Property) *node {
	props := newObject()
	var required []string
	nested := map[string][]Property{}
	for _, p := range properties {
		head, rest, dotted := strings.Cut(p.Name, ".")
		if dotted && head != "" && rest != "" {
			if nested[head] == nil {
				props.members = append(props.members, newMember(head, nil))
			}
			p.Name = rest
			nested[head] = append(nested[head], p)
		} else {
			head = p.Name
			props.members = append(props.members, newMember(head, propertySchema(p)))
		}
		if p.Required && !slices.Contains(required, head) {
			required = append(required, head)
		}
	}
	for i, m := range props.members {
		if inside := nested[m.key.text]; inside != nil && m.value == nil {
			props.members[i].value = schemaOf(inside)
		}
	}
	s := newObject(newMember("type", newText("object")), newMember("properties", props))
	if len(required) > 0 {
		s.members = append(s.members, newMember("required", newTexts(required)))
	}
	return s
}

// propertySchema writes one property as JSON Schema.
func propertySchema(p Property) *node {
	n := newObject()
	put := func(key string, value *node) { n.members = append(n.members, newMember(key, value)) }
	if p.Description != "" {
		put("description", newText(p.Description))
	}
	word, format := p.Type, p.Format
	if word == "timestamp" {
		word, format = "string", "date-time"
	}
	switch {
	case p.Nullable && word != "" && word != "any":
		put("type", newTexts([]string{word, "null"}))
	case p.Nullable:
		put("type", newTexts([]string{"string", "number", "boolean", "object", "array", "null"}))
	case word != "" && word != "any":
		put("type", newText(word))
	}
	if format != "" {
		put("format", newText(format))
	}
	if len(p.Enum) > 0 {
		values := &node{kind: array}
		for _, v := range p.Enum {
			values.items = append(values.items, enumValue(p.Type, v))
		}
		if p.Nullable {
			values.items = append(values.items, &node{kind: null})
		}
		put("enum", values)
	}
	if p.Pattern != "" {
		put("pattern", newText(p.Pattern))
	}
	if p.Min != nil {
		put("minimum", &node{kind: number, text: float(*p.Min)})
	}
	if p.Max != nil {
		put("maximum", &node{kind: number, text: float(*p.Max)})
	}
	return n
}

// enumValue is an allowed value as the type writes it: text in quotes, anything else as it stands.
func enumValue(typ, v string) *node {
	switch typ {
	case "integer", "number", "boolean", "object", "array":
		if values, _, err := readJSON("", []byte(v)); err == nil && len(values) == 1 {
			return values[0]
		}
	}
	return newText(v)
}

func (c AddProperty) inJSON(f *jsonFile) ([]splice, error) {
	at := f.rulesOf(c.Event, c.Call)
	if len(at) == 0 {
		return nil, errors.New("the file holds no rule of the event")
	}
	schema := at[0].rule.get(at[0].schemaKey)
	if !schema.is(object) {
		return []splice{f.add(at[0].rule, newMember(at[0].schemaKey, newObject(
			newMember("type", newText("object")), newMember("properties", newObject(newMember("properties", schemaOf([]Property{c.Property})))))))}, nil
	}
	owner := home(schema, at[0].call)
	if owner == nil {
		inner := "properties"
		if at[0].call == "identify" || at[0].call == "group" {
			inner = "traits"
		}
		return []splice{f.add(schema.get("properties"), newMember(inner, schemaOf([]Property{c.Property})))}, nil
	}
	p := c.Property
	for { // down into the nested objects that are there
		head, rest, dotted := strings.Cut(p.Name, ".")
		inner := owner.path("properties", head)
		if !dotted || !inner.get("properties").is(object) {
			break
		}
		owner, p.Name = inner, rest
	}
	return f.into(owner, schemaOf([]Property{p})), nil
}

// into merges a schema of new properties into the schema that owns them.
func (f *jsonFile) into(owner, added *node) []splice {
	var out []splice
	var missing []member
	for _, key := range []string{"properties", "required"} {
		value := added.get(key)
		have := owner.get(key)
		switch {
		case value == nil:
		case key == "properties" && have.is(object):
			out = append(out, f.add(have, value.members...))
		case key == "required" && have.is(array):
			out = append(out, f.add(have, member{value: value.items[0]}))
		default:
			missing = append(missing, newMember(key, value))
		}
	}
	if len(missing) > 0 {
		out = append(out, f.add(owner, missing...))
	}
	return out
}

func (c AddEnumValue) inJSON(f *jsonFile) ([]splice, error) {
	at := f.rulesOf(c.Event, c.Call)
	if len(at) == 0 {
		return nil, errors.New("the file holds no rule of the event")
	}
	s := home(at[0].rule.get(at[0].schemaKey), at[0].call)
	s = propertyAt(s, c.Property)
	list := s.get("enum")
	if !list.is(array) {
		return nil, errors.New("the property's values are not written as an enum of this event")
	}
	typ, _ := newReader().types(s)
	return []splice{f.add(list, member{value: enumValue(typ, c.Value)})}, nil
}

// propertyAt finds the schema of a property by its name with dots.
func propertyAt(owner *node, name string) *node {
	props := owner.get("properties")
	if n := props.get(name); n != nil {
		return n
	}
	for i, c := range name {
		if c != '.' {
			continue
		}
		if inner := props.get(name[:i]); inner != nil {
			if n := propertyAt(inner, name[i+1:]); n != nil {
				return n
			}
		}
	}
	return nil
}
