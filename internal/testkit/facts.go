package testkit

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Facts builds a snapshot day by day.
type Facts struct {
	landed.Snapshot
	rng *rand.Rand
}

// NewFacts begins a source whose history has the given days. Its noise is the same in every run.
func NewFacts(source string, span landed.Span) *Facts {
	return &Facts{
		Snapshot: landed.Snapshot{Source: landed.Source{Name: source, Title: source, Schema: source, Zone: "UTC", Fingerprint: source}, Span: span},
		rng:      rand.New(rand.NewPCG(1, uint64(len(source)))),
	}
}

// Event adds a tracked event: usual rows on a day, a weekday shape, a little noise, changed by shape for each day.
func (f *Facts) Event(name, table string, usual float64, shape func(d landed.Day, rows float64) float64) *Facts {
	daily := make([]int64, f.Span.Len())
	for i := range daily {
		d := f.Span.First + landed.Day(i)
		rows := usual * []float64{.8, 1.05, 1.05, 1.05, 1.05, 1, .85}[d.Weekday()] * (1 + .06*(f.rng.Float64()-.5))
		if shape != nil {
			rows = shape(d, rows)
		}
		daily[i] = int64(rows + .5)
	}
	f.Events = append(f.Events, landed.Event{Name: name, Table: table, Cells: []landed.Cell{{Daily: daily}}})
	found := false
	for _, t := range f.Tables {
		found = found || t.Name == table
	}
	if !found {
		f.Tables = append(f.Tables, landed.Table{Name: table, Profiled: landed.NoSpan})
	}
	slices.SortFunc(f.Events, func(a, b landed.Event) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Table, b.Table))
	})
	slices.SortFunc(f.Tables, func(a, b landed.Table) int { return strings.Compare(a.Name, b.Name) })
	return f
}

// Column adds a text column of a table that is filled in every row. For a day, values gives the share of the rows
// that each value has; nil leaves it without values that a rule could be held against.
func (f *Facts) Column(table, column string, values func(d landed.Day) map[string]float64) *Facts {
	for i := range f.Tables {
		t := &f.Tables[i]
		if t.Name != table {
			continue
		}
		t.Columns = append(t.Columns, landed.Column{Name: column, Type: landed.Text, Native: "VARCHAR", Seen: landed.NoDay, Gone: landed.NoDay})
		t.Profiled = f.Span
		for d := f.Span.First; d <= f.Span.Last; d++ {
			rows := f.rows(table, d)
			if rows == 0 {
				continue
			}
			c := landed.ColumnProfile{Column: column, Filled: rows, Violations: map[string]int64{}}
			if values != nil {
				for v, share := range values(d) {
					c.Violations[v] = int64(share * float64(rows))
				}
			}
			t.Profiles = addColumn(t.Profiles, d, rows, c)
		}
		slices.SortFunc(t.Columns, func(a, b landed.Column) int { return strings.Compare(a.Name, b.Name) })
	}
	return f
}

func addColumn(ps []landed.Profile, d landed.Day, rows int64, c landed.ColumnProfile) []landed.Profile {
	for i := range ps {
		if ps[i].Day == d {
			ps[i].Columns = append(ps[i].Columns, c)
			slices.SortFunc(ps[i].Columns, func(a, b landed.ColumnProfile) int { return strings.Compare(a.Column, b.Column) })
			return ps
		}
	}
	return append(ps, landed.Profile{Day: d, Rows: rows, Columns: []landed.ColumnProfile{c}})
}

func (f *Facts) rows(table string, d landed.Day) int64 {
	var n int64
	for _, e := range f.Events {
		if e.Table == table {
			n += e.Daily(f.Span.Len())[d-f.Span.First]
		}
	}
	return n
}

// Landing says how late rows land: all of a day so many hours after it ended.
func (f *Facts) Landing(hours int) *Facts {
	for i, n := range f.Total() {
		a := landed.Arrival{Day: f.Span.First + landed.Day(i), Rows: n}
		for h := range a.Hours {
			if h >= hours {
				a.Hours[h] = n
			}
		}
		f.Arrivals = append(f.Arrivals, a)
	}
	return f
}

// Sent sets the rows of one event on one day, as rows that landed late or were deleted would.
func (f *Facts) Sent(name string, d landed.Day, rows int64) *Facts {
	for i := range f.Events {
		if f.Events[i].Name == name {
			f.Events[i].Cells[0].Daily[d-f.Span.First] = rows
		}
	}
	return f
}

// Repeated lets a share of an event's rows repeat the message id of another one, day by day.
func (f *Facts) Repeated(event string, share func(d landed.Day) float64) *Facts {
	for i := range f.Events {
		e := &f.Events[i]
		if e.Name != event {
			continue
		}
		for at, n := range e.Daily(f.Span.Len()) {
			d := f.Span.First + landed.Day(at)
			e.Dups = append(e.Dups, landed.Duplicate{Day: d, Rows: n, IDs: n - int64(share(d)*float64(n))})
		}
	}
	return f
}

// Looking lets a share of a column's values look like something, day by day; the rest looks like nothing known.
func (f *Facts) Looking(table, column string, looks landed.Looks, share func(d landed.Day) float64) *Facts {
	for i := range f.Tables {
		t := &f.Tables[i]
		if t.Name != table {
			continue
		}
		for p := range t.Profiles {
			for c := range t.Profiles[p].Columns {
				if t.Profiles[p].Columns[c].Column == column {
					t.Profiles[p].Columns[c].Distinct.Estimate = t.Profiles[p].Rows
				}
			}
		}
		for d := f.Span.First; d <= f.Span.Last; d++ {
			n := f.rows(table, d)
			if n == 0 {
				continue
			}
			x := landed.Shape{Day: d, Column: column, Sampled: n}
			x.Classes[looks] = int64(share(d) * float64(n))
			x.Classes[landed.LooksOther] += n - x.Classes[looks]
			t.Shapes = append(t.Shapes, x)
		}
	}
	return f
}
