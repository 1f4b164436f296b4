package plan

// Doubt is something in a plan's file that reading puts right in silence, and that only a person can judge.
type Doubt struct {
	Pos      Pos
	What     string // empty-enum, repeated-value or null-enum
	Property string
	Value    string // the value that stands twice
}

// doubtful notes what is odd about a list of allowed values: nothing in it, nothing but null, or a value twice.
func (r *reader) doubtful(p *Property, list *node) {
	if len(list.items) == 0 {
		r.doubts = append(r.doubts, Doubt{Pos: r.pos(list), What: "empty-enum", Property: p.Name})
		return
	}
	seen := map[string]bool{}
	nulls := 0
	for _, it := range list.items {
		if it.is(null) {
			nulls++
		}
		value := it.json()
		if seen[value] {
			r.doubts = append(r.doubts, Doubt{Pos: r.pos(it), What: "repeated-value", Property: p.Name, Value: it.scalarOrJSON()})
		}
		seen[value] = true
	}
	if nulls == len(list.items) {
		r.doubts = append(r.doubts, Doubt{Pos: r.pos(list), What: "null-enum", Property: p.Name})
	}
}
