package plan

import (
	"strconv"
	"strings"
	"time"
)

// page is one answer of a paged call.
type page struct {
	what                    string // rules or sources
	current, previous, next string
	pos                     Pos
}

// answer reads one answer of Segment's Public API: a page of rules, the plan's own data, or its sources.
func (r *reader) answer(v, data *node) {
	switch {
	case data.get("rules").is(array):
		r.page("rules", v, data)
		r.rules(data.get("rules"))
	case data.get("sources").is(array):
		r.page("sources", v, data)
		r.plan.Sources = append(r.plan.Sources, slugs(data.get("sources"))...)
	case data.get("trackingPlan").is(object):
		tp := data.get("trackingPlan")
		r.head(tp)
		if tp.get("rules").is(array) {
			r.rules(tp.get("rules"))
			return
		}
		pos := r.pos(tp)
		r.headless = &pos
	default:
		r.fail(v, CodeNoRules, "this answer of an API holds no rules", formats())
	}
}

func (r *reader) page(what string, v, data *node) {
	p := data.get("pagination")
	if p == nil {
		return
	}
	r.pages = append(r.pages, page{
		what: what, current: p.get("current").str(), previous: p.get("previous").str(), next: p.get("next").str(),
		pos: r.pos(v),
	})
}

// checkPages makes sure that every page is there: half a plan would call the other half unplanned.
func (r *reader) checkPages() {
	seen := map[string]Pos{}
	for _, p := range r.pages {
		key := p.what + " " + p.current
		if at, ok := seen[key]; ok {
			r.incomplete(p, CodeRepeatedPage, "this page of the "+p.what+" is there twice, first at "+at.short(), "keep one of them")
		}
		seen[key] = p.pos
	}
	for _, p := range r.pages {
		_, hasNext := seen[p.what+" "+p.next]
		_, hasPrevious := seen[p.what+" "+p.previous]
		switch {
		case p.next != "" && !hasNext:
			r.incomplete(p, CodeMissingPage, "the plan is incomplete: another page of "+p.what+" follows this one",
				"get it with pagination.cursor="+p.next+" and keep all pages in one folder")
		case p.previous != "" && !hasPrevious:
			r.incomplete(p, CodeMissingPage, "the plan is incomplete: another page of "+p.what+" comes before this one",
				"get it with pagination.cursor="+p.previous+" and keep all pages in one folder")
		}
	}
}

func (r *reader) incomplete(p page, code Code, message, suggestion string) {
	r.mistakes = append(r.mistakes, mistake(p.pos, code, message, suggestion))
}

// head reads what a plan says of itself.
func (r *reader) head(v *node) {
	for _, key := range []string{"display_name", "name"} {
		if name := v.get(key).str(); name != "" && r.plan.Name == "" {
			r.plan.Name = name
		}
	}
	r.plan.Sources = append(r.plan.Sources, slugs(v.get("sources"))...)
}

// slugs reads sources written as names or as the API's objects.
func slugs(list *node) []string {
	out := list.strings()
	if list.is(array) {
		for _, it := range list.items {
			if slug := it.get("slug").str(); slug != "" {
				out = append(out, slug)
			}
		}
	}
	return out
}

func (r *reader) rules(list *node) {
	r.known = true
	if first(list).path("jsonSchema", "eventMetadata") != nil {
		r.format(inTypewriter)
	} else {
		r.format(inAPI)
	}
	for _, it := range list.items {
		if !it.is(object) {
			r.fail(it, CodeWrongKind, "a rule must be an object, here it is "+it.kind.String(), "download the rules again")
			continue
		}
		r.rule(it)
	}
}

// configRules reads the rules of the Config API: events by name, and what holds for all.
func (r *reader) configRules(rules *node) {
	r.known = true
	r.format(inConfigAPI)
	if list := rules.get("events"); list.is(array) {
		for _, it := range list.items {
			r.event(it, it.member("name"), it.get("rules"), "track")
		}
	}
	r.commonRule(rules.get("global"))
	for _, call := range []string{"identify", "group"} {
		traits := rules.get(call + "_traits")
		if traits.is(array) && len(traits.items) == 0 || traits.is(missing) {
			continue
		}
		e := entry{Event: Event{Call: call, Version: 1, Pos: r.pos(traits)}}
		if traits.is(object) {
			r.schema(home(traits, call), &e.Event)
		} else {
			for _, it := range traits.items {
				if m := it.member("name"); m != nil {
					e.Properties = append(e.Properties, r.leaf(m.value.str(), m.value, it, false))
				}
			}
		}
		if len(e.Properties) > 0 {
			r.entries = append(r.entries, e)
		}
	}
}

// callOf is the call of a rule's type.
func callOf(kind string) string {
	switch strings.ToUpper(kind) {
	case "TRACK", "":
		return "track"
	case "IDENTIFY":
		return "identify"
	case "GROUP":
		return "group"
	case "PAGE":
		return "page"
	case "SCREEN":
		return "screen"
	}
	return ""
}

func (r *reader) rule(n *node) {
	kind, schema := n.get("type"), n.get("jsonSchema")
	if strings.EqualFold(kind.str(), "COMMON") {
		r.commonRule(schema)
		return
	}
	call := callOf(kind.str())
	if call == "" || kind != nil && !kind.is(text) {
		r.fail(kind, CodeUnknownCall, "unknown type of rule "+show(kind.scalarOrJSON()), didYouMean(strings.ToLower(kind.str()),
			[]string{"track", "identify", "group", "page", "screen", "common"}, "write TRACK, IDENTIFY, GROUP, PAGE, SCREEN or COMMON"))
		return
	}
	r.event(n, n.member("key"), schema, call)
}

// event reads one rule that plans an event.
func (r *reader) event(n *node, key *member, schema *node, call string) {
	e := entry{Event: Event{Call: call, Pos: r.pos(n)}}
	if key != nil {
		e.Pos, e.Name, e.key = r.pos(key.value), key.value.str(), key.value.str()
	}
	if call == "track" && !r.named(n, key) {
		return
	}
	e.Call, e.Name = landsAs(call, e.Name)
	e.Version = r.version(n.get("version"))
	e.Created = when(n.get("createdAt"))
	if !when(n.get("deprecatedAt")).IsZero() {
		e.Status = "deprecated"
	}
	e.Description = schema.get("description").str()
	if e.Description == "" {
		e.Description = n.get("description").str()
	}
	e.Labels = labels(schema.get("labels"))
	e.Owner = e.Labels["owner"]
	r.extensions(n, &e.Event)
	r.outside(schema)
	r.root = schema
	r.schema(home(schema, call), &e.Event)
	if call != "track" && len(e.Properties) == 0 && e.Table == "" && len(e.Sources) == 0 {
		return // every Segment plan has such rules; empty, they plan nothing
	}
	r.entries = append(r.entries, e)
}

// named says whether a rule has a name, and records the mistake when it has none.
func (r *reader) named(n *node, key *member) bool {
	switch {
	case key == nil:
		r.fail(n, CodeNoName, "the rule has no key", "write the event's name as key")
	case !key.value.is(text):
		r.fail(key.value, CodeWrongKind, "the event's name must be text, here it is "+key.value.kind.String(), "put it in quotes")
	case strings.TrimSpace(key.value.text) == "":
		r.fail(key.value, CodeNoName, "the event's name is empty", "write the name as it is sent")
	default:
		return true
	}
	return false
}

// landsAs returns the call and the name under which the rows of an event are found: page and screen calls have no name
// of their own, and a plan may list them as track events.
func landsAs(call, name string) (string, string) {
	switch {
	case call == "page", call == "track" && name == "Page Viewed":
		return "page", "Page Viewed"
	case call == "screen", call == "track" && name == "Screen Viewed":
		return "screen", "Screen Viewed"
	case call == "identify", call == "group":
		return call, ""
	}
	return call, name
}

// extensions reads what Segment has no field for.
func (r *reader) extensions(n *node, e *Event) {
	e.Sources = n.get("x-sources").strings()
	e.Table = n.get("x-table").str()
	e.Aliases = n.get("x-aliases").strings()
	e.Tags = n.get("x-tags").strings()
	if s := n.get("x-owner").str(); s != "" {
		e.Owner = s
	}
	if s := n.get("x-status").str(); s != "" {
		e.Status = s
	}
}

// version reads a version, 1 where none is written.
func (r *reader) version(n *node) int {
	if n.is(missing) || n.is(null) {
		return 1
	}
	v, err := strconv.Atoi(n.json())
	switch {
	case err != nil:
		r.fail(n, CodeBadVersion, "the version must be a whole number, here it is "+show(n.json()), "write 1")
	case v < 0:
		r.fail(n, CodeBadVersion, "the version "+strconv.Itoa(v)+" is negative", "count versions from 1")
	}
	return v
}

// when reads a time; Segment writes the year 1 for never.
func when(n *node) time.Time {
	t, err := time.Parse(time.RFC3339, n.str())
	if err != nil || t.Year() <= 1 {
		return time.Time{}
	}
	return t.UTC()
}

func labels(n *node) map[string]string {
	if !n.is(object) || len(n.members) == 0 {
		return nil
	}
	out := make(map[string]string, len(n.members))
	for _, m := range n.members {
		value, ok := m.value.scalar()
		if !ok {
			value = m.value.json()
		}
		out[m.key.text] = value
	}
	return out
}

// commonRule reads the rule that holds for all events.
func (r *reader) commonRule(schema *node) {
	var track, identify Event
	r.root = schema
	r.schema(home(schema, "track"), &track)
	r.schema(home(schema, "identify"), &identify)
	r.outside(schema)
	r.common = append(r.common, track.Properties...)
	if wrapped(schema) {
		r.traits = append(r.traits, identify.Properties...)
	}
}
