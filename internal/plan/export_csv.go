package plan

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// csvFile writes the table that Segment's app takes.
func csvFile(p *Plan) ([]File, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	write := func(cells ...string) {
		for i := range cells {
			cells[i] = guarded(cells[i])
		}
		_ = w.Write(cells) // a bytes.Buffer takes everything; Error tells the rest
	}
	write("Version", "Event Type", "Event Name", "Property Name", "Description", "Labels", "Property Status", "Property Data Type", "Allowed Property Values", "Enum Values")
	for _, e := range p.Events {
		version, call, name := strconv.Itoa(e.Version), titled(e.Call), e.Name
		if e.Call != "track" {
			name = ""
		}
		var labels []string
		for _, key := range sortedKeys(e.Labels) {
			labels = append(labels, key+":"+e.Labels[key])
		}
		write(version, call, name, "", e.Description, strings.Join(labels, ", "), "", "", "", "")
		for _, q := range withObjects(e.Properties) {
			status := "optional"
			if q.Required {
				status = "required"
			}
			write(version, call, name, q.Name, q.Description, "", status, cellType(q), q.Pattern, strings.Join(q.Enum, ", "))
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return nil, fmt.Errorf("write the plan as CSV: %w", err)
	}
	return []File{{Name: "tracking-plan.csv", Data: b.Bytes()}}, nil
}

func cellType(p Property) string {
	word := p.Type
	switch word {
	case "timestamp":
		word = "date time"
	case "":
		word = "any"
	}
	if p.Nullable {
		word += ",null"
	}
	return word
}

// withObjects adds a row for each object that properties stand in, as Segment's app has them.
func withObjects(list []Property) []Property {
	have := map[string]bool{}
	for _, p := range list {
		have[p.Name] = true
	}
	var out []Property
	for _, p := range list {
		if parts := strings.Split(p.Name, "."); nests(p.Name) {
			for n := 1; n < len(parts); n++ {
				name := strings.Join(parts[:n], ".")
				if _, item := arrayOf(name + "."); have[name] || item {
					continue
				}
				have[name] = true
				must := slices.ContainsFunc(list, func(q Property) bool { return q.Required && strings.HasPrefix(q.Name, name+".") })
				out = append(out, Property{Name: name, Type: "object", Required: must})
			}
		}
		out = append(out, p)
	}
	return out
}
