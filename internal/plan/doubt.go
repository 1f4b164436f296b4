package plan

// doubtful notes what is odd about a list of allowed values: nothing in it, nothing but null, or a value twice.
func (r *reader) doubtful(p *Property, list *node) {
	if len(list.items) == 0 {
		r.plan.Doubts = append(r.plan.Doubts, Doubt{Pos: r.pos(list), What: "empty-enum", Property: p.Name})
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
			r.plan.Doubts = append(r.plan.Doubts, Doubt{Pos: r.pos(it), What: "repeated-value", Property: p.Name, Value: it.scalarOrJSON()})
		}
		seen[value] = true
	}
	if nulls == len(list.items) {
		r.plan.Doubts = append(r.plan.Doubts, Doubt{Pos: r.pos(list), What: "null-enum", Property: p.Name})
	}
}
