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

// sharedProperties is the share of properties that old and new tables both have, each weighted by how rare it is over
// all tables, so that sharing "currency" says less than sharing "shipping_method".
func (s *scene) sharedProperties(olds, news []string) (share float64, both []string) {
	if slices.Equal(olds, news) {
		return 1, s.columns[olds[0]]
	}
	one := math.Log((float64(len(s.columns)) + 1) / 1.5)
	shared, union := one*usuallyShared, max(one, .05)
	a, b := s.columnsOf(olds), s.columnsOf(news)
	for _, c := range a {
		rare := s.rare(c, news...)
		union += rare
		if slices.Contains(b, c) {
			shared += rare
			both = append(both, c)
		}
	}
	for _, c := range b {
		if !slices.Contains(a, c) {
			union += s.rare(c, news...)
		}
	}
	return shared / union, both
}

// columnsOf are the properties of some tables, each once.
func (s *scene) columnsOf(tables []string) []string {
	if len(tables) == 1 {
		return s.columns[tables[0]]
	}
	var out []string
	for _, t := range tables {
		for _, c := range s.columns[t] {
			if !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	return out
}
