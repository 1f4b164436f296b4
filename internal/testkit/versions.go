package testkit

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Versions lets the rows that every event has so far come from app versions: shares gives for a day the share of each.
// What is added later comes from none, or from the one that From names.
func (f *Facts) Versions(shares func(d landed.Day) map[string]float64) *Facts {
	for i := range f.Events {
		daily := f.Events[i].Daily(f.Span.Len())
		cells := map[string][]int64{}
		for at, n := range daily {
			left := n
			of := shares(f.Span.First + landed.Day(at))
			for k, v := range slices.Sorted(maps.Keys(of)) {
				if cells[v] == nil {
					cells[v] = make([]int64, len(daily))
				}
				rows := min(left, int64(of[v]*float64(n)+.5))
				if k == len(of)-1 {
					rows = left
				}
				cells[v][at] = rows
				left -= rows
			}
		}
		f.Events[i].Cells = nil
		for _, v := range slices.Sorted(maps.Keys(cells)) {
			f.Events[i].Cells = append(f.Events[i].Cells, landed.Cell{Slice: landed.Slice{AppVersion: v}, Daily: cells[v]})
		}
	}
	return f
}

// From lets one event come from one version alone.
func (f *Facts) From(version, event string) *Facts {
	for i := range f.Events {
		if f.Events[i].Name == event {
			f.Events[i].Cells = []landed.Cell{{Slice: landed.Slice{AppVersion: version}, Daily: f.Events[i].Daily(f.Span.Len())}}
		}
	}
	return f
}

// Filled adds a text column of a table and says for a day and version in which share of the rows it is filled.
func (f *Facts) Filled(table, column string, share func(d landed.Day, version string) float64) *Facts {
	for i := range f.Tables {
		t := &f.Tables[i]
		if t.Name != table {
			continue
		}
		t.Columns = append(t.Columns, landed.Column{Name: column, Type: landed.Text, Native: "VARCHAR", Seen: landed.NoDay, Gone: landed.NoDay})
		slices.SortFunc(t.Columns, func(a, b landed.Column) int { return strings.Compare(a.Name, b.Name) })
		t.Profiled = f.Span
		for d := f.Span.First; d <= f.Span.Last; d++ {
			for slice, rows := range f.sliced(table, d) {
				c := landed.ColumnProfile{Column: column, Filled: int64(share(d, slice.AppVersion)*float64(rows) + .5), Violations: map[string]int64{}}
				t.Profiles = addSliced(t.Profiles, landed.Profile{Day: d, Slice: slice, Rows: rows}, c)
			}
		}
		slices.SortFunc(t.Profiles, func(a, b landed.Profile) int {
			return cmp.Or(cmp.Compare(a.Day, b.Day), strings.Compare(a.Slice.AppVersion, b.Slice.AppVersion))
		})
	}
	return f
}

// sliced is the rows of a table on a day by slice.
func (f *Facts) sliced(table string, d landed.Day) map[landed.Slice]int64 {
	out := map[landed.Slice]int64{}
	for _, e := range f.Events {
		for _, c := range e.Cells {
			if n := c.Daily[d-f.Span.First]; e.Table == table && n > 0 {
				out[c.Slice] += n
			}
		}
	}
	return out
}

func addSliced(ps []landed.Profile, p landed.Profile, c landed.ColumnProfile) []landed.Profile {
	for i := range ps {
		if ps[i].Day == p.Day && ps[i].Slice == p.Slice {
			ps[i].Columns = append(ps[i].Columns, c)
			slices.SortFunc(ps[i].Columns, func(a, b landed.ColumnProfile) int { return strings.Compare(a.Column, b.Column) })
			return ps
		}
	}
	p.Columns = []landed.ColumnProfile{c}
	return append(ps, p)
}
