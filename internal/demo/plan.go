package demo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// schema is a JSON Schema, as far as plans need one.
type schema struct {
	Schema      string             `json:"$schema,omitempty"`
	Type        string             `json:"type,omitempty"`
	Format      string             `json:"format,omitempty"`
	Description string             `json:"description,omitempty"`
	Labels      map[string]string  `json:"labels,omitempty"`
	Enum        []string           `json:"enum,omitempty"`
	Properties  map[string]*schema `json:"properties,omitempty"`
	Required    []string           `json:"required,omitempty"`
}

type rule struct {
	Type      string   `json:"type"`
	Key       string   `json:"key"`
	Version   int      `json:"version"`
	CreatedAt string   `json:"createdAt"`
	Sources   []string `json:"x-sources"`
	Schema    *schema  `json:"jsonSchema"`
}

// planJSON is the tracking plan in the shape of Segment's rules.
func planJSON(asOf time.Time) ([]byte, error) {
	doc := struct {
		Name  string `json:"name"`
		Type  string `json:"type"`
		Rules []rule `json:"rules"`
	}{Name: "Northlight", Type: "LIVE"}
	for _, e := range planned() {
		created := asOf.AddDate(0, 0, -225)
		if e.name == launched {
			created = at(asOf, launchDay+7, 9*3600)
		}
		properties := &schema{Type: "object", Properties: map[string]*schema{}}
		for _, c := range columns(e.group) {
			properties.Properties[c.name] = propertySchema(c)
			if c.required {
				properties.Required = append(properties.Required, c.name)
			}
		}
		doc.Rules = append(doc.Rules, rule{
			Type: "TRACK", Key: e.name, Version: 1, CreatedAt: created.Format("2006-01-02T15:04:05.000Z"), Sources: e.in(),
			Schema: &schema{
				Schema: "http://json-schema.org/draft-07/schema#", Type: "object", Labels: map[string]string{"owner": e.owner(), "tier": e.tier()},
				Properties: map[string]*schema{"context": {}, "traits": {}, "properties": properties}, Required: []string{"properties"},
			},
		})
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(doc); err != nil {
		return nil, fmt.Errorf("write the demo's plan: %w", err)
	}
	return b.Bytes(), nil
}

func propertySchema(c column) *schema {
	s := &schema{Type: c.kind, Enum: c.enum}
	switch c.kind {
	case "amount":
		s.Type, s.Description = "number", "In the currency's main unit, such as 64.80."
	case "timestamp":
		s.Type, s.Format = "string", "date-time"
	}
	return s
}

// configYAML is a configuration with which the audit runs as it is.
func configYAML(asOf time.Time) []byte {
	return []byte(strings.ReplaceAll(configText, "AS_OF", asOf.Format(time.DateOnly)))
}

const configText = `# The demo's shop. Run from this folder:
#
#   plumbline audit --as-of AS_OF
#   plumbline findings list
#
# Every setting is explained in docs/configuration.md.
workspace: northlight
timezone: UTC

warehouse:
  url: duckdb:warehouse.duckdb

sources:
  - {schema: web, name: Web shop, owner: "@frontend"}
  - {schema: ios, name: iOS app, owner: "@ios-team"}
  - {schema: server, name: Backend, owner: "@backend"}

# The plan says itself in which sources an event is planned.
plan:
  file: tracking-plan.json

# Where audits remember what they saw, so that the next one tells only what is new.
state: sqlite:plumbline.db

# Who reads events by their exact name: a rename then says who misses how many.
destinations:
  - {name: Braze, sources: [web], events: ["*"]}
  - {name: GA4, sources: [web], events: ["*"], accepts_late: 72h}
  - {name: Meta CAPI, sources: [web], events: ["Purchase Completed"]}

# The owners that the plan names, as Slack knows them.
owners:
  checkout: "@checkout-team"
  growth: "@growth"
  marketing: "@marketing"
  catalogue: "@catalogue"

# Where views that repair the data would live.
fixes:
  schema: analytics

# To be told in Slack, set the variable and take the # away.
# slack:
#   token: ${SLACK_BOT_TOKEN}
#   channel: "#data-quality"
`
