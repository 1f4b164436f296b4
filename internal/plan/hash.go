package plan

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
)

// ContentHash returns the SHA-256, in hexadecimal, of what the plan says. Where it says it does not matter: neither
// positions nor the order of events, properties, sources and enum values count.
func (p *Plan) ContentHash() string {
	c := *p
	c.Hash = ""
	c.Sources = sorted(c.Sources)
	c.Events = make([]Event, len(p.Events))
	for i, e := range p.Events {
		c.Events[i] = canonical(e)
	}
	slices.SortFunc(c.Events, func(a, b Event) int {
		return cmp.Or(cmp.Compare(a.Call, b.Call), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Version, b.Version), cmp.Compare(a.Table, b.Table))
	})
	data, err := json.Marshal(c)
	if err != nil { // only an infinite bound cannot be written, and the reader lets none in
		data = []byte(err.Error())
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func canonical(e Event) Event {
	e.Pos = Pos{}
	e.Sources, e.Aliases, e.Tags = sorted(e.Sources), sorted(e.Aliases), sorted(e.Tags)
	e.Labels = maps.Clone(e.Labels)
	if len(e.Labels) == 0 {
		e.Labels = nil
	}
	e.Created = e.Created.UTC()
	e.Versions = slices.Clone(e.Versions)
	e.Properties = slices.Clone(e.Properties)
	for i := range e.Properties {
		e.Properties[i].Pos = Pos{}
		e.Properties[i].Enum = sorted(e.Properties[i].Enum)
	}
	slices.SortStableFunc(e.Properties, func(a, b Property) int { return cmp.Compare(a.Name, b.Name) })
	return e
}

// sorted returns a sorted copy; nil when there is nothing, so that absent and empty are one.
func sorted(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return slices.Sorted(slices.Values(list))
}
