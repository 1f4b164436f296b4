package plan

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// The keys of plumbline's own format, as docs/plan.md explains them.
func planKeys() []string { return []string{"name", "description", "inferred", "sources", "events"} }

func eventKeys() []string {
	return []string{
		"name", "call", "sources", "table", "aliases", "tags", "owner", "status", "description", "created", "version", "versions",
		"labels", "closed", "properties",
	}
}

func propertyKeys() []string {
	return []string{"name", "type", "required", "nullable", "enum", "pattern", "format", "min", "max", "description"}
}

func calls() []string { return []string{"track", "page", "screen", "identify", "group"} }

// own reads a plan in plumbline's own format.
func (r *reader) own(v *node) {
	r.known = true
	r.format(inOwn)
	r.keys(v, "plan", planKeys())
	if name := r.textOf(v, "name"); r.plan.Name == "" {
		r.plan.Name = name
	}
	r.plan.Inferred = r.plan.Inferred || r.flag(v, "inferred")
	r.plan.Sources = append(r.plan.Sources, r.texts(v, "sources")...)
	r.ownEvents(v.get("events"))
}

// keys reports the keys that the format does not have. Keys that begin with x- are left to whoever wrote them.
func (r *reader) keys(v *node, what string, known []string) {
	for _, m := range v.members {
		if slices.Contains(known, m.key.text) {
			continue
		}
		if strings.HasPrefix(m.key.text, "x-") {
			r.lose(m.key, visible(clip(m.key.text, 40)), "plumbline has no use for it")
			continue
		}
		r.fail(m.key, CodeUnknownKey, "unknown key "+show(m.key.text)+" of "+article(what),
			didYouMean(m.key.text, known, "write one of "+strings.Join(known, ", ")))
	}
}

func article(what string) string {
	if what == "event" {
		return "an event"
	}
	return "a " + what
}

// ownEvents reads a list of events, or an object with their names as keys.
func (r *reader) ownEvents(v *node) {
	r.ownForm = true
	switch {
	case v.is(array):
		for _, it := range v.items {
			switch {
			case it.is(object):
				r.ownEvent(it, it.member("name"))
			case it.is(text):
				r.ownEvent(&node{kind: object, line: it.line, col: it.col, from: it.from}, &member{value: it})
			default:
				r.fail(it, CodeWrongKind, "an event must be an object or a name, here it is "+it.kind.String(), "put a name that looks like a number in quotes")
			}
		}
	case v.is(object):
		for _, m := range v.members {
			switch {
			case m.value.is(object) && m.value.get("name") != nil:
				r.fail(m.value.member("name").key, CodeRepeatedKey, "the event's name stands before the colon above: it cannot have a second one", "remove this line")
			case m.value.is(object):
				r.ownEvent(m.value, &member{value: asText(m.key)})
			case m.value.is(null):
				r.ownEvent(&node{kind: object, line: m.key.line, col: m.key.col, from: m.key.from}, &member{value: asText(m.key)})
			default:
				r.fail(m.value, CodeWrongKind, "an event must be an object, here it is "+m.value.kind.String(), "write its keys below it, or leave it empty")
			}
		}
	case v.is(null):
	default:
		r.fail(v, CodeWrongKind, "events must be a list, here it is "+v.kind.String(), "write one event a line, each with - before it")
	}
}

// asText reads a key as text, whatever YAML takes it for.
func asText(key *node) *node {
	k := *key
	k.kind = text
	return &k
}

func (r *reader) ownEvent(v *node, name *member) {
	r.keys(v, "event", eventKeys())
	e := entry{Event: Event{Call: "track", Pos: r.pos(v)}}
	if c := v.get("call"); c != nil {
		e.Call = c.scalarOrJSON()
		if !slices.Contains(calls(), e.Call) {
			r.fail(c, CodeUnknownCall, "unknown call "+show(e.Call), didYouMean(e.Call, calls(), "write track, page, screen, identify or group"))
			return
		}
	}
	if name != nil {
		e.Pos, e.Name = r.pos(name.value), name.value.str()
	}
	if (e.Call == "track" || name != nil && !name.value.is(null)) && !r.namedOwn(v, name) {
		return
	}
	e.Call, e.Name = landsAs(e.Call, e.Name)
	e.key = e.Name
	e.Sources, e.Aliases, e.Tags = r.texts(v, "sources"), r.texts(v, "aliases"), r.texts(v, "tags")
	e.Table, e.Status, e.Description = r.textOf(v, "table"), r.textOf(v, "status"), r.textOf(v, "description")
	e.Labels = labels(v.get("labels"))
	if l := v.get("labels"); l != nil && !l.is(object) && !l.is(null) {
		r.fail(l, CodeWrongKind, "labels must be an object, here it is "+l.kind.String(), "write labels: {tier: \"1\"}")
	}
	e.Owner = r.textOf(v, "owner")
	if e.Owner == "" {
		e.Owner = e.Labels["owner"]
	}
	e.Closed = r.flag(v, "closed")
	e.Created = r.created(v.get("created"))
	e.Version, e.Versions = r.versions(v, "version", "versions")
	r.ownProperties(v.get("properties"), &e.Event)
	r.entries = append(r.entries, e)
}

func (r *reader) namedOwn(v *node, name *member) bool {
	switch {
	case name == nil:
		r.fail(v, CodeNoName, "the event has no name", "write name: and the name as it is sent")
	case !name.value.is(text):
		r.fail(name.value, CodeWrongKind, "the event's name must be text, here it is "+name.value.kind.String(), "put it in quotes")
	case strings.TrimSpace(name.value.text) == "":
		r.fail(name.value, CodeNoName, "the event's name is empty", "write the name as it is sent")
	default:
		return true
	}
	return false
}

// versions reads version, 1 where none is written, and versions; the highest of them is the event's.
func (r *reader) versions(v *node, one, several string) (int, []int) {
	list := v.get(several)
	if list == nil {
		return r.version(v.get(one)), nil
	}
	if !list.is(array) {
		r.fail(list, CodeWrongKind, several+" must be a list of whole numbers, here it is "+list.kind.String(), "write [1, 2]")
		return 1, nil
	}
	var all []int
	for _, it := range list.items {
		all = append(all, r.version(it))
	}
	if v.get(one) != nil {
		all = append(all, r.version(v.get(one)))
	}
	slices.Sort(all)
	all = slices.Compact(all)
	switch len(all) {
	case 0:
		return 1, nil
	case 1:
		return all[0], nil
	}
	return all[len(all)-1], all
}

func (r *reader) created(n *node) time.Time {
	s, _ := n.scalar()
	if s == "" {
		return time.Time{}
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	r.fail(n, CodeBadDate, "created must be a day, here it is "+show(s), "write it as 2026-01-31")
	return time.Time{}
}

// ownProperties reads a list of properties, or an object with their names as keys and a type or an object as values.
func (r *reader) ownProperties(v *node, e *Event) {
	switch {
	case v.is(missing), v.is(null):
		return
	case v.is(object):
		for _, m := range v.members {
			e.Properties = append(e.Properties, r.ownProperty(m.key, m.value, false))
		}
	case v.is(array):
		r.propertyList(v, e)
	default:
		r.fail(v, CodeWrongKind, "properties must be an object or a list, here they are "+v.kind.String(), "write a name, a colon and its type")
	}
	if len(e.Properties) > maxProperties {
		r.fail(v, CodeTooManyProperties, "the event has more than "+strconv.Itoa(maxProperties)+" properties", "Segment drops the rest: plan fewer")
	}
}

func (r *reader) propertyList(v *node, e *Event) {
	seen := map[string]Pos{}
	for _, it := range v.items {
		key := it
		if it.is(object) {
			key = it.get("name")
		}
		if !key.is(text) {
			r.fail(it, CodeNoName, "the property has no name", "write name: and the name as it is sent")
			continue
		}
		if at, ok := seen[key.text]; ok {
			r.fail(key, CodeRepeatedProperty, "the property "+show(key.text)+" is planned twice, first at "+at.short(), "keep one of the two")
			continue
		}
		seen[key.text] = r.pos(key)
		e.Properties = append(e.Properties, r.ownProperty(key, it, true))
	}
}

func (r *reader) ownProperty(key, v *node, listed bool) Property {
	p := Property{Name: key.text, Pos: r.pos(key)}
	if strings.TrimSpace(key.text) == "" {
		r.fail(key, CodeNoName, "the property's name is empty", "write the name as it is sent")
	}
	switch {
	case v.is(object):
	case v.is(text) && !listed:
		p.Type, p.Nullable = r.typeOf(v)
		return p
	case v.is(null), listed:
		return p
	default:
		r.fail(v, CodeWrongKind, "a property must be an object or a type, here it is "+v.kind.String(), "write {type: string} or string")
		return p
	}
	r.keys(v, "property", propertyKeys())
	if n := v.member("name"); n != nil && !listed {
		r.fail(n.key, CodeRepeatedKey, "the property's name stands before the colon above: it cannot have a second one", "remove this line")
	}
	if t := v.get("type"); t != nil {
		p.Type, p.Nullable = r.typeOf(t)
	}
	p.Required = r.flag(v, "required")
	p.Nullable = r.flag(v, "nullable") || p.Nullable
	p.Description, p.Format = r.textOf(v, "description"), r.textOf(v, "format")
	if p.Format == "date-time" && (p.Type == "string" || p.Type == "") {
		p.Type = "timestamp"
	}
	r.enum(&p, v.get("enum"), true)
	p.Pattern = r.pattern(v.get("pattern"))
	p.Min, p.Max = r.bound(v.get("min")), r.bound(v.get("max"))
	r.order(p, v.get("min"))
	return p
}

// textOf reads a field that must be text; a number or boolean counts as it is written.
func (r *reader) textOf(v *node, key string) string {
	n := v.get(key)
	if n.is(missing) || n.is(null) {
		return ""
	}
	s, ok := n.scalar()
	if !ok {
		r.fail(n, CodeWrongKind, key+" must be text, here it is "+n.kind.String(), "write one text")
	}
	return s
}

func (r *reader) flag(v *node, key string) bool {
	n := v.get(key)
	if n.is(missing) || n.is(null) {
		return false
	}
	if !n.is(boolean) {
		r.fail(n, CodeWrongKind, key+" must be true or false, here it is "+n.kind.String(), "write true or false, without quotes")
	}
	return strings.EqualFold(n.text, "true")
}

// texts reads a list of texts; a single text is a list of one.
func (r *reader) texts(v *node, key string) []string {
	n := v.get(key)
	if n.is(missing) || n.is(null) {
		return nil
	}
	if !n.is(array) {
		if _, ok := n.scalar(); !ok {
			r.fail(n, CodeWrongKind, key+" must be a list of texts, here it is "+n.kind.String(), "write [a, b]")
		}
		return n.strings()
	}
	for _, it := range n.items {
		if _, ok := it.scalar(); !ok {
			r.fail(it, CodeWrongKind, key+" must be a list of texts, here is "+it.kind.String()+" in it", "write [a, b]")
		}
	}
	return n.strings()
}
