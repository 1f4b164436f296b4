package plan

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// wrapped says whether a rule's schema describes the whole message, with the event's own properties two levels down,
// or the properties themselves, as Typewriter writes them.
func wrapped(schema *node) bool {
	p := schema.get("properties")
	if !p.is(object) || schema.get("eventMetadata") != nil {
		return false
	}
	own := p.get("properties") != nil || p.get("traits") != nil || p.get("context") != nil
	for _, m := range p.members {
		if !slices.Contains(messageFields(), m.key.text) {
			return false
		}
	}
	return own
}

// messageFields are the fields of a message of Segment's specification.
func messageFields() []string {
	return []string{
		"properties", "traits", "context", "anonymousId", "userId", "groupId", "previousId", "messageId", "type", "event", "name",
		"category", "channel", "integrations", "timestamp", "originalTimestamp", "sentAt", "receivedAt", "version",
	}
}

// home returns the schema whose properties are those of the event, or the traits of an identify or group call.
func home(schema *node, call string) *node {
	if !wrapped(schema) {
		return schema
	}
	if call == "identify" || call == "group" {
		return schema.path("properties", "traits")
	}
	return schema.path("properties", "properties")
}

// maxProperties is how many properties an event can have in Segment; aliases could ask for more than memory has.
const maxProperties = 10_000

// schema reads the properties of a JSON Schema into the event.
func (r *reader) schema(s *node, e *Event) {
	if s == nil {
		return
	}
	s, done := r.follow(s)
	defer done()
	r.conditional(s)
	e.Closed = s.get("additionalProperties").is(boolean) && s.get("additionalProperties").text == "false"
	r.properties(s, "", true, e)
	if len(e.Properties) > maxProperties {
		r.fail(s, CodeTooManyProperties, "the event has more than "+strconv.Itoa(maxProperties)+" properties", "Segment drops the rest: plan fewer")
	}
}

// maxPlanned is how many properties all events together may have: references could ask for more than memory has.
const maxPlanned = 200_000

// room counts a property, and says whether there is room for it.
func (r *reader) room(at *node) bool {
	r.planned++
	if r.planned == maxPlanned {
		r.fail(at, CodeTooLarge, "the plan has more than "+strconv.Itoa(maxPlanned)+" properties", "write fewer references, or split the plan into several files")
	}
	return r.planned < maxPlanned
}

// properties reads the properties of an object; those of nested objects get names with dots. A property is required
// when all objects around it are too: must says whether they are.
func (r *reader) properties(s *node, prefix string, must bool, e *Event) {
	required := map[string]bool{}
	for _, name := range s.get("required").strings() {
		required[name] = s.get("required").is(array)
	}
	planned := map[string]bool{}
	if props := s.get("properties"); props.is(object) {
		for _, m := range props.members {
			if len(e.Properties) > maxProperties || !r.room(m.key) {
				return
			}
			name := prefix + m.key.text
			planned[m.key.text] = true
			need := must && required[m.key.text]
			if required[m.key.text] && !must {
				r.lose(m.key, "required inside an optional object", "plumbline cannot tell whether the object was sent: the property counts as optional")
			}
			value, done := r.follow(m.value)
			r.unread(value)
			if inner := value.get("properties"); inner.is(object) && len(inner.members) > 0 {
				_, nullable := r.types(value)
				r.properties(value, name+".", need && !nullable, e)
			} else {
				e.Properties = append(e.Properties, r.leaf(name, m.key, value, need))
			}
			done()
		}
	}
	if list := s.get("required"); list.is(array) {
		for _, it := range list.items {
			if it.is(text) && !planned[it.text] && it.text != "" {
				planned[it.text] = true
				e.Properties = append(e.Properties, Property{Name: prefix + it.text, Required: must, Pos: r.pos(it)})
			}
		}
	}
}

// leaf reads one property that is no object with properties of its own.
func (r *reader) leaf(name string, key, s *node, required bool) Property {
	p := Property{Name: name, Required: required, Pos: r.pos(key)}
	if strings.TrimSpace(key.text) == "" && strings.TrimSpace(name) == "" {
		r.fail(key, CodeNoName, "the property's name is empty", "write the name as it is sent")
	}
	p.Type, p.Nullable = r.types(s)
	p.Description, p.Format = s.get("description").str(), s.get("format").str()
	if p.Format == "date-time" && (p.Type == "string" || p.Type == "") {
		p.Type = "timestamp"
	}
	values := s.get("enum")
	if c := s.get("const"); c != nil && values == nil {
		values = &node{kind: array, items: []*node{c}, line: c.line, col: c.col, from: c.from}
	}
	r.enum(&p, values, false)
	p.Pattern = r.pattern(s.get("pattern"))
	p.Min = r.bound(firstBound(s.get("minimum"), s.get("exclusiveMinimum")))
	p.Max = r.bound(firstBound(s.get("maximum"), s.get("exclusiveMaximum")))
	r.order(p, firstBound(s.get("minimum"), s.get("exclusiveMinimum")))
	return p
}

// firstBound returns a where it is a number, else b where that is one: draft 4 writes exclusiveMinimum as true or false.
func firstBound(a, b *node) *node {
	if a == nil && b.is(number) {
		return b
	}
	return a
}

// words are the types of a plan, as JSON Schema and plumbline write them.
func words() []string {
	return []string{"string", "integer", "number", "boolean", "object", "array", "null", "any", "timestamp"}
}

// types reads the type of a schema: a word, a list of words, or the alternatives of anyOf and oneOf.
func (r *reader) types(s *node) (string, bool) {
	t := s.get("type")
	if t != nil {
		return r.typeOf(t)
	}
	for _, key := range []string{"anyOf", "oneOf"} {
		alternatives := s.get(key)
		if !alternatives.is(array) {
			continue
		}
		both := &node{kind: array}
		for _, it := range alternatives.items {
			switch tt := it.get("type"); {
			case tt.is(text):
				both.items = append(both.items, tt)
			case tt.is(array):
				both.items = append(both.items, tt.items...)
			default:
				return "", false
			}
		}
		return r.typeOf(both)
	}
	return "", false
}

// typeOf reduces the words of a type to one, and says whether null is among them. Several types are any.
func (r *reader) typeOf(t *node) (word string, nullable bool) {
	list := t.items
	if !t.is(array) {
		list = []*node{t}
	}
	var all []string
	for _, it := range list {
		w, ok := it.scalar()
		if it.is(null) {
			w, ok = "null", true
		}
		if !ok || !slices.Contains(words(), w) {
			r.fail(it, CodeUnknownType, "unknown type "+show(it.scalarOrJSON()), typeHint(w))
			continue
		}
		all = append(all, w)
	}
	nullable = slices.Contains(all, "null")
	all = slices.DeleteFunc(all, func(w string) bool { return w == "null" })
	slices.Sort(all)
	all = slices.Compact(all)
	switch {
	case len(all) == 1 && all[0] != "any":
		return all[0], nullable
	case slices.Equal(all, []string{"integer", "number"}):
		return "number", nullable
	}
	return "", nullable
}

func (n *node) scalarOrJSON() string {
	if s, ok := n.scalar(); ok {
		return s
	}
	return n.json()
}

// typeHint suggests the plan's word for a type of another language.
func typeHint(w string) string {
	w = strings.ToLower(w)
	for word, others := range map[string][]string{
		"number": {"float", "double", "decimal", "numeric", "real", "currency", "money"}, "integer": {"int", "int64", "long", "bigint"},
		"boolean": {"bool"}, "timestamp": {"date", "datetime", "date-time", "time"}, "string": {"text", "varchar", "str", "uuid", "enum"},
		"object": {"map", "dict", "json", "struct"}, "array": {"list"},
	} {
		if slices.Contains(others, w) {
			return "write " + word
		}
	}
	return didYouMean(w, words(), "write string, integer, number, boolean, timestamp, object, array or any")
}

// didYouMean suggests the nearest known word, else what is given.
func didYouMean(word string, known []string, otherwise string) string {
	if n := nearest(word, known); n != "" {
		return "did you mean " + strconv.Quote(n) + "?"
	}
	return otherwise
}

// enum reads the allowed values; null among them makes the property nullable. In plumbline's own files a number or
// boolean without quotes under a string is text as it stands.
func (r *reader) enum(p *Property, list *node, own bool) {
	if list == nil {
		return
	}
	if !list.is(array) {
		r.fail(list, CodeWrongKind, "enum must be a list of values, here it is "+list.kind.String(), "write [a, b]")
		return
	}
	r.doubtful(p, list)
	seen := map[string]bool{}
	for _, it := range list.items {
		if it.is(null) {
			p.Nullable = true
			continue
		}
		value := it.json()
		asWritten := own && p.Type == "string" && (it.is(number) || it.is(boolean))
		if it.is(text) || asWritten {
			value = it.text
		}
		if !asWritten && !fits(p.Type, it) {
			r.fail(it, CodeEnumType, "the value "+show(value)+" can never be of type "+p.Type, "correct the value or the type")
			continue
		}
		if !seen[value] {
			seen[value] = true
			p.Enum = append(p.Enum, value)
		}
	}
}

// fits says whether a value can be of a type.
func fits(typ string, v *node) bool {
	switch typ {
	case "string", "timestamp":
		return v.is(text)
	case "integer":
		f, ok := v.float()
		return v.is(number) && ok && f == math.Trunc(f)
	case "number":
		return v.is(number)
	case "boolean":
		return v.is(boolean)
	case "object":
		return v.is(object)
	case "array":
		return v.is(array)
	}
	return true
}

// float reads a number as JSON and YAML write it; infinite and absent numbers are none.
func (n *node) float() (float64, bool) {
	if !n.is(number) {
		return 0, false
	}
	f, err := strconv.ParseFloat(strings.ReplaceAll(n.text, "_", ""), 64)
	if err != nil {
		i, ierr := strconv.ParseInt(n.text, 0, 64)
		if ierr != nil {
			return 0, false
		}
		f = float64(i)
	}
	return f, !math.IsInf(f, 0) && !math.IsNaN(f)
}

func (r *reader) bound(n *node) *float64 {
	if n.is(missing) || n.is(null) {
		return nil
	}
	f, ok := n.float()
	if !ok {
		r.fail(n, CodeBadBound, "a bound must be a number, here it is "+show(n.scalarOrJSON()), "write a number without quotes, or remove it")
		return nil
	}
	return &f
}

func (r *reader) order(p Property, at *node) {
	if p.Min != nil && p.Max != nil && *p.Min > *p.Max {
		r.fail(at, CodeBadBound, "no value can be: the smallest, "+float(*p.Min)+", is above the largest, "+float(*p.Max), "swap them")
	}
}

func float(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

// pattern reads a pattern and makes sure that it is one.
func (r *reader) pattern(n *node) string {
	if n.is(missing) || n.is(null) {
		return ""
	}
	if !n.is(text) {
		r.fail(n, CodeWrongKind, "a pattern must be text, here it is "+n.kind.String(), "put it in quotes")
		return ""
	}
	err, ok := r.patterns[n.text]
	if !ok {
		_, err = compile(n.text)
		r.patterns[n.text] = err
	}
	if err != nil {
		reason := strings.TrimPrefix(err.Error(), "error parsing regexp: ")
		reason, _, _ = strings.Cut(reason, " in `")
		r.fail(n, CodeBadPattern, "the pattern "+show(n.text)+" is no regular expression of ECMAScript: "+reason, "correct or remove it")
		return ""
	}
	return n.text
}
