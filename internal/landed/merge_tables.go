package landed

import (
	"cmp"
	"maps"
	"slices"
)

func mergeTables(history, fresh, out Snapshot) []Table {
	before, now := tablesByName(history.Tables), tablesByName(fresh.Tables)
	names := maps.Clone(before)
	maps.Copy(names, now)
	tables := make([]Table, 0, len(names))
	for name := range names {
		h, known := before[name]
		f, listed := now[name]
		t := Table{Name: name, Columns: mergeColumns(h, f, history, fresh, known, listed)}
		read := f.Profiled.orNone()
		t.Profiled = h.Profiled.orNone().join(read)
		t.Profiles = lay(h.Profiles, f.Profiles, Profile.day, t.Profiled, read.Has)
		t.Shapes = lay(h.Shapes, f.Shapes, Shape.day, out.Held[Shapes], shapesRead(f, fresh, listed))
		sortFacts(&t)
		tables = append(tables, t)
	}
	slices.SortFunc(tables, func(a, b Table) int { return cmp.Compare(a.Name, b.Name) })
	return tables
}

func sortFacts(t *Table) {
	slices.SortStableFunc(t.Profiles, func(a, b Profile) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), compareSlices(a.Slice, b.Slice))
	})
	slices.SortStableFunc(t.Shapes, func(a, b Shape) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Column, b.Column))
	})
}

func tablesByName(tables []Table) map[string]Table {
	out := make(map[string]Table, len(tables))
	for _, t := range tables {
		out[t.Name] = t
	}
	return out
}

// shapesRead says on which days fresh sampled a table. A table whose profile was wanted and not read, because the
// request skipped it or it failed, was not sampled either.
func shapesRead(f Table, fresh Snapshot, listed bool) func(Day) bool {
	skipped := !listed || !fresh.Held[Profiles].orNone().Empty() && f.Profiled.orNone().Empty()
	held, gaps := fresh.Held[Shapes].orNone(), fresh.missed(Shapes, f.Name)
	return func(d Day) bool { return !skipped && held.Has(d) && !has(gaps, d) }
}

// mergeColumns lets the catalogue of fresh replace the one of history. A column that history would have shown had it
// been there is Seen since fresh; one that fresh no longer shows is Gone since history.
func mergeColumns(h, f Table, history, fresh Snapshot, known, listed bool) []Column {
	now := fresh.Held[Columns].orNone()
	if now.Empty() || !listed && (len(fresh.missed(Columns, h.Name)) > 0) {
		return h.Columns
	}
	before := make(map[string]Column, len(h.Columns))
	for _, c := range h.Columns {
		before[c.Name] = c
	}
	columns := make([]Column, 0, len(f.Columns))
	for _, c := range f.Columns {
		old, had := before[c.Name]
		delete(before, c.Name)
		switch {
		case had:
			c.Seen = old.Seen
		case known && len(h.Columns) > 0:
			if c.Seen == NoDay || c.Seen == 0 {
				c.Seen = now.Last
			}
		case c.Seen == 0:
			c.Seen = NoDay
		}
		if c.Gone == 0 {
			c.Gone = NoDay
		}
		columns = append(columns, c)
	}
	for _, c := range before {
		if c.Gone == NoDay || c.Gone == 0 {
			c.Gone = lastSeen(history, fresh)
		}
		columns = append(columns, c)
	}
	slices.SortFunc(columns, func(a, b Column) int { return cmp.Compare(a.Name, b.Name) })
	return columns
}

// lastSeen is the last day on which a column that fresh lacks was still there.
func lastSeen(history, fresh Snapshot) Day {
	if held := history.Held[Columns].orNone(); !held.Empty() {
		return held.Last
	}
	return fresh.Held[Columns].Last - 1
}
