package plan

import (
	"slices"
	"strings"
)

// foreign names the tool whose plan a value is, where plumbline knows it and does not read it.
func foreign(v *node) string {
	event := first(v.get("events"))
	result := first(v.get("results"))
	switch {
	case strings.HasPrefix(v.get("version").str(), "rudder/"):
		return "RudderStack"
	case event.get("eventType") != nil && event.get("rules").is(object):
		return "Avo"
	case v.get("resourceType") != nil && v.get("apiVersion") != nil:
		return "Snowplow"
	case first(v.get("sources")).get("tables") != nil || v.get("models").is(array) && v.get("version") != nil:
		return "dbt"
	case result.get("schemaJson") != nil:
		return "Mixpanel"
	case v.get("results").is(array) && v.get("count") != nil:
		return "PostHog"
	}
	return ""
}

// foreignTable does the same for the columns of a table.
func foreignTable(names []string) string {
	has := func(all ...string) bool {
		return !slices.ContainsFunc(all, func(n string) bool { return !slices.Contains(names, n) })
	}
	switch {
	case has("event name", "property value type", "is property required"):
		return "Avo"
	case has("object type", "object name"):
		return "Amplitude"
	case has("entity type", "entity name"):
		return "Mixpanel"
	}
	return ""
}

// unsupported refuses the plan of a tool.
func (r *reader) unsupported(n *node, tool string) {
	r.fail(n, CodeUnsupported, "this is a plan of "+tool+", which plumbline does not read yet", "export it as JSON Schema or Segment's CSV, or write plumbline's own YAML: docs/plan.md")
}
