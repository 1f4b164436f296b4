package plan

import (
	"path/filepath"
	"slices"
	"strings"
)

// schemaKeys are the keywords of an event's own JSON Schema that are read, or say nothing of what may be sent.
func schemaKeys() []string {
	return []string{
		"$schema", "$id", "id", "$comment", "title", "description", "type", "properties", "required", "additionalProperties", "deprecated",
		"examples", "default", "x-event-name", "x-call", "x-owner", "x-labels", "x-sources", "x-status", "x-table", "x-aliases", "x-tags", "x-version",
		"x-versions", "x-created", "$defs", "definitions",
	}
}

// isSchema says whether a value is a JSON Schema, and so one event.
func isSchema(v *node) bool {
	if !v.is(object) {
		return false
	}
	of := v.get("$schema").str()
	return strings.Contains(of, "json-schema.org") || v.get("properties").is(object) && (of != "" || v.get("type").str() == "object")
}

// schemaFile reads an event that is a JSON Schema of its own. Its name is the title, else x-event-name, else that of the file.
func (r *reader) schemaFile(v *node) {
	r.known = true
	r.format(inSchemas)
	e := entry{Event: Event{Call: "track", Pos: r.pos(v)}}
	stem := strings.TrimSuffix(filepath.Base(r.file), filepath.Ext(r.file))
	e.Name = strings.TrimSuffix(stem, ".schema")
	for _, key := range []string{"title", "x-event-name"} {
		if n := v.get(key); n != nil && r.textOf(v, key) != "" && !blank(r.textOf(v, key)) {
			e.Name, e.Pos = r.textOf(v, key), r.pos(n)
			break
		}
	}
	if c := v.get("x-call"); c != nil {
		e.Call = c.scalarOrJSON()
		if !slices.Contains(calls(), e.Call) {
			r.fail(c, CodeUnknownCall, "unknown call "+show(e.Call), didYouMean(e.Call, calls(), "write track, page, screen, identify or group"))
			return
		}
	}
	e.Call, e.Name = landsAs(e.Call, e.Name)
	e.key = e.Name
	e.Description = v.get("description").str()
	if d := v.get("deprecated"); d.is(boolean) && d.text == "true" {
		e.Status = "deprecated"
	}
	e.Labels = labels(v.get("x-labels"))
	e.Owner = e.Labels["owner"]
	r.extensions(v, &e.Event)
	e.Created = r.created(v.get("x-created"))
	e.Version, e.Versions = r.versions(v, "x-version", "x-versions")
	for _, m := range v.members {
		if !slices.Contains(schemaKeys(), m.key.text) && !slices.Contains(conditions(), m.key.text) {
			why := "plumbline does not check it"
			if strings.HasPrefix(m.key.text, "x-") {
				why = "plumbline has no use for it"
			}
			r.lose(m.key, visible(clip(m.key.text, 40)), why)
		}
	}
	body := v
	if wholeMessage(v) {
		r.outside(v)
		body = home(v, e.Call)
		r.conditional(v)
	}
	r.root = v
	r.schema(body, &e.Event)
	r.entries = append(r.entries, e)
}

// wholeMessage says whether a schema describes the message around the properties too.
func wholeMessage(v *node) bool {
	if !wrapped(v) {
		return false
	}
	return v.path("properties", "properties", "properties").is(object) || v.path("properties", "traits", "properties").is(object)
}
