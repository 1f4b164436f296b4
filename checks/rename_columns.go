package checks

import (
	"math"
	"slices"
	"strings"
)

// filledColumns lists for each table the property columns that hold something.
func filledColumns(in Input) map[string][]string {
	out := map[string][]string{}
	for _, t := range in.Landed.Tables {
		if in.Apart.Tables[t.Name] {
			continue // a table for each product would make its columns look common
		}
		seen := map[string]bool{}
		for _, p := range t.Profiles {
			for _, c := range p.Columns {
				seen[c.Column] = seen[c.Column] || c.Filled > 0
			}
		}
		for _, c := range t.Columns {
			if seen[c.Name] && !commonColumn(c.Name) {
				out[t.Name] = append(out[t.Name], c.Name)
			}
		}
	}
	return out
}

// commonColumn says whether nearly every event has the column, so that sharing it says nothing.
func commonColumn(name string) bool {
	return name == "user_id" || name == "anonymous_id" || strings.HasPrefix(name, "context_")
}

// usuallyShared is the share of properties in common that is taken for granted of two events before anything is known of
// them, as surely as one property that no other event has would say it: of events with few properties their share says
// little.
const usuallyShared = .2

// sharedProperties is the share of two tables' properties that both have, each weighted by how rare it is over all
// tables, so that sharing "currency" says less than sharing "shipping_method".
func (s *scene) sharedProperties(a, b string) (share float64, both []string) {
	if a == b {
		return 1, s.columns[a]
	}
	one := math.Log((float64(len(s.columns)) + 1) / 1.5)
	shared, union := one*usuallyShared, max(one, .05)
	for _, c := range s.columns[a] {
		union += s.rare(c, b)
		if slices.Contains(s.columns[b], c) {
			shared += s.rare(c, b)
			both = append(both, c)
		}
	}
	for _, c := range s.columns[b] {
		if !slices.Contains(s.columns[a], c) {
			union += s.rare(c, b)
		}
	}
	return shared / union, both
}
