package simulate

import (
	"bytes"
	"encoding/json"
	"fmt"
)

type schema struct {
	Schema     string            `json:"$schema,omitempty"`
	Type       string            `json:"type,omitempty"`
	Enum       []string          `json:"enum,omitempty"`
	Properties map[string]schema `json:"properties,omitempty"`
	Required   []string          `json:"required,omitempty"`
}

type rule struct {
	Type    string   `json:"type"`
	Key     string   `json:"key"`
	Version int      `json:"version"`
	Sources []string `json:"x-sources"`
	Schema  schema   `json:"jsonSchema"`
}

// Plan is the tracking plan as Segment's API gives it. It knows nothing of the changes.
func (w *Workspace) Plan() ([]byte, error) {
	var rules []rule
	for _, e := range w.planned {
		props := schema{Type: "object", Properties: map[string]schema{}}
		for _, f := range e.names[0].props {
			p := schema{Type: "string", Enum: f.words}
			switch f.columnType() {
			case Number, Integer, Boolean:
				p = schema{Type: string(f.columnType())}
			case Text:
			}
			props.Properties[f.name] = p
			if f.fill == 1 {
				props.Required = append(props.Required, f.name)
			}
		}
		r := rule{Type: "TRACK", Key: e.name(), Version: 1, Schema: schema{
			Schema: "http://json-schema.org/draft-07/schema#", Type: "object", Properties: map[string]schema{"properties": props},
		}}
		for _, s := range e.in() {
			r.Sources = append(r.Sources, w.Sources[s].Name)
		}
		rules = append(rules, r)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", " ")
	enc.SetEscapeHTML(false)
	doc := map[string]any{"name": "Simulated workspace", "rules": rules}
	if err := enc.Encode(doc); err != nil {
		return nil, fmt.Errorf("write the plan of a simulated workspace: %w", err)
	}
	return b.Bytes(), nil
}

// Planned are the names of the plan.
func (w *Workspace) Planned() []string {
	out := make([]string, len(w.planned))
	for i, e := range w.planned {
		out[i] = e.name()
	}
	return out
}
