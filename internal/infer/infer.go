// Package infer makes a plan from what landed, for sources that have none.
package infer

import (
	"cmp"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
)

// What has to have landed before it is planned.
const (
	MinRows         = 100   // of an event in one source, over the days that were read
	MinDays         = 7     // with at least one row of it
	MinRequiredRows = 200   // in every slice, before a property can be required
	MinFilled       = 0.999 // of the rows of every slice, for a property to be required
	planName        = "what landed"
)

// Plan returns the plan of what landed in the sources: every event with at least MinRows rows on at least MinDays days
// of one source, planned for the sources where it has them, with the properties of its tables' columns. Types are those of
// the columns; a property is required where at least MinFilled of at least MinRequiredRows rows of every slice of every such
// source hold it. No values, patterns or bounds are planned: columns do not tell them. Of the names that share a table
// in a source only the most frequent is planned, so that the plan does not bless a misspelling. The plan is Inferred.
func Plan(snapshots []landed.Snapshot) *plan.Plan {
	p := &plan.Plan{Name: planName, Inferred: true}
	ordered := slices.SortedFunc(slices.Values(snapshots), func(a, b landed.Snapshot) int { return cmp.Compare(a.Source.Name, b.Source.Name) })
	merged := map[key]*draft{}
	for _, s := range ordered {
		p.Sources = append(p.Sources, s.Source.Name)
		for _, e := range frequent(s) {
			k := key{e.Call, e.Name}
			if merged[k] == nil {
				merged[k] = &draft{}
			}
			merged[k].add(s, e)
		}
	}
	p.Sources = slices.Compact(p.Sources)
	for k, d := range merged {
		p.Events = append(p.Events, d.event(k))
	}
	slices.SortFunc(p.Events, func(a, b plan.Event) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Call, b.Call)) })
	p.Hash = p.ContentHash()
	return p
}

// key is what makes two events of different sources the same planned event.
type key struct {
	call landed.Call
	name string
}

// frequent returns the events of a source that landed often enough, without the rarer spellings of each table.
func frequent(s landed.Snapshot) []landed.Event {
	most := map[string]landed.Event{} // by call and table
	place := func(e landed.Event) string { return e.Call.String() + " " + e.Table }
	for _, e := range s.Events {
		best, ok := most[place(e)]
		if !ok || more(e, best) {
			most[place(e)] = e
		}
	}
	var out []landed.Event
	for _, e := range s.Events {
		if rows, days := volume(e); rows < MinRows || days < MinDays {
			continue
		}
		if e.Table == "" || most[place(e)].Name == e.Name {
			out = append(out, e)
		}
	}
	return out
}

// more says whether a landed more often than b; of equals the name that sorts first.
func more(a, b landed.Event) bool {
	rowsA, _ := volume(a)
	rowsB, _ := volume(b)
	return rowsA > rowsB || rowsA == rowsB && a.Name < b.Name
}

// volume counts an event's rows and the days that have any.
func volume(e landed.Event) (rows int64, days int) {
	var daily []int64
	for _, c := range e.Cells {
		for i, n := range c.Daily {
			if i == len(daily) {
				daily = append(daily, 0)
			}
			daily[i] += n
		}
	}
	for _, n := range daily {
		rows += n
		if n > 0 {
			days++
		}
	}
	return rows, days
}

// draft is an event as the sources seen so far have it.
type draft struct {
	sources, tables []string
	columns         map[string]*column
}

// column is a property as the sources seen so far have it.
type column struct {
	types    []landed.Type
	required bool
	in       int // sources that have it
}

func (d *draft) add(s landed.Snapshot, e landed.Event) {
	if d.columns == nil {
		d.columns = map[string]*column{}
	}
	d.sources = append(d.sources, s.Source.Name)
	d.tables = append(d.tables, e.Table)
	i := slices.IndexFunc(s.Tables, func(t landed.Table) bool { return t.Name == e.Table })
	if i < 0 {
		return
	}
	t := s.Tables[i]
	for _, c := range t.Columns {
		if c.Gone != landed.NoDay || base(e.Call, c.Name) {
			continue
		}
		have := d.columns[c.Name]
		if have == nil {
			have = &column{required: true}
			d.columns[c.Name] = have
		}
		have.in++
		have.types = append(have.types, c.Type)
		have.required = have.required && alwaysFilled(t, c.Name)
	}
}

// base says whether a column is the layout's own: not a property of the event.
func base(call landed.Call, column string) bool {
	if plan.Reserved(column) || strings.HasPrefix(column, "context_") || column == "previous_id" {
		return true
	}
	return call == landed.Group && column == "group_id"
}

// alwaysFilled says whether every slice of a table has enough rows to tell and holds the column in nearly all of them.
func alwaysFilled(t landed.Table, name string) bool {
	type count struct{ rows, filled int64 }
	seen := map[landed.Slice]count{}
	for _, p := range t.Profiles {
		n := seen[p.Slice]
		n.rows += p.Rows
		for _, c := range p.Columns {
			if c.Column == name {
				n.filled += c.Filled
			}
		}
		seen[p.Slice] = n
	}
	for _, n := range seen {
		if n.rows < MinRequiredRows || float64(n.filled) < MinFilled*float64(n.rows) {
			return false
		}
	}
	return len(seen) > 0
}

func (d *draft) event(k key) plan.Event {
	e := plan.Event{Name: k.name, Call: k.call.String(), Sources: slices.Compact(d.sources), Version: 1}
	if tables := slices.Compact(slices.Sorted(slices.Values(d.tables))); len(tables) == 1 {
		e.Table = tables[0]
	}
	for name, c := range d.columns {
		e.Properties = append(e.Properties, plan.Property{
			Name: name, Type: wordOf(c.types), Required: c.required && c.in == len(d.sources),
		})
	}
	slices.SortFunc(e.Properties, func(a, b plan.Property) int { return cmp.Compare(a.Name, b.Name) })
	return e
}

// wordOf is the plan's word for the types a property has in different sources; types that differ are any, but
// whole numbers in one source and fractions in another are numbers.
func wordOf(types []landed.Type) string {
	list := slices.Compact(slices.Sorted(slices.Values(types)))
	switch {
	case len(list) == 1 && list[0] == landed.OtherType:
		return ""
	case len(list) == 1:
		return list[0].String()
	case slices.Equal(list, []landed.Type{landed.Integer, landed.Number}):
		return landed.Number.String()
	}
	return ""
}
