package checks

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// columnFigures is what profiles.csv says of one column: by what is counted and by app version, "" for all others.
type columnFigures map[string]map[string][]figure

// layProfiles reads profiles.csv: what the columns of a table hold, as shares of the rows that landed.csv has. Columns:
// source (web), table, column, type, app_version (all; ios/8.15.0 is that of one platform), and of, which is one of
//
//	filled    rows that hold a value; without such a row: all
//	castable, one-of, matches, within    of those, rows that break the plan's rule
//	decimals  of those, values with a fraction
//	long      of those, texts of exactly 512 characters
//	size      the geometric mean of a number
//	distinct  different values: how many, or as a share of those that are filled
//	arrived   rows that reached the table, of those that landed; of no column
func (c *goldenCase) layProfiles(in *Input, constrainer Constrainer) {
	c.t.Helper()
	s := c.sheet("profiles.csv", "source", "table", "column", "type", "app_version", "of")
	tables := map[string]*landed.Table{}
	table := func(name string) *landed.Table {
		if tables[name] == nil {
			tables[name] = &landed.Table{Name: name, Profiled: landed.NoSpan}
		}
		return tables[name]
	}
	for _, e := range in.Landed.Events {
		table(e.Table)
	}
	profiled := s.span
	columns := map[string]map[string]columnFigures{}
	for _, r := range s.rows {
		w := r.words
		if cmp.Or(w["source"], "web") != in.Landed.Source.Name {
			continue
		}
		t := table(w["table"])
		t.Profiled = profiled
		if columns[t.Name] == nil {
			columns[t.Name] = map[string]columnFigures{}
		}
		f := columns[t.Name][w["column"]]
		if f == nil {
			f = columnFigures{}
			columns[t.Name][w["column"]] = f
		}
		if len(f) == 0 && w["column"] != "" {
			t.Columns = append(t.Columns, c.column(w["column"], w["type"]))
		}
		if f[w["of"]] == nil {
			f[w["of"]] = map[string][]figure{}
		}
		f[w["of"]][w["app_version"]] = c.figures(r, profiled.Len())
	}
	for name := range c.night.Columns {
		table(name) // one that no event lands in
	}
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		t := *tables[name]
		for _, extra := range c.night.Columns[name] {
			t.Columns = append(t.Columns, c.column(extra, "string"))
		}
		slices.SortFunc(t.Columns, func(a, b landed.Column) int { return cmp.Compare(a.Name, b.Name) })
		in.Landed.Tables = append(in.Landed.Tables, t)
	}
	if constrainer != nil {
		in.Constraints = constrainer.Constraints(in.Plan, in.Landed.Tables)
	}
	c.planChanged(in)
	for i := range in.Landed.Tables {
		c.fillTable(in, &in.Landed.Tables[i], columns[in.Landed.Tables[i].Name])
	}
}

func (c *goldenCase) column(name, typ string) landed.Column {
	c.t.Helper()
	native := map[landed.Type]string{
		landed.Text: "VARCHAR", landed.Integer: "BIGINT", landed.Number: "DOUBLE", landed.Boolean: "BOOLEAN",
		landed.Timestamp: "TIMESTAMP", landed.JSON: "JSON",
	}
	for t, n := range native {
		if t.String() == typ {
			return landed.Column{Name: name, Type: t, Native: n, Seen: landed.NoDay, Gone: landed.NoDay}
		}
	}
	c.t.Fatalf("profiles.csv: type %q of column %s is none that a plan knows", typ, name)
	return landed.Column{}
}

func (c *goldenCase) planChanged(in *Input) {
	c.t.Helper()
	for _, ch := range c.night.Changed {
		for _, r := range in.Constraints {
			if r.Table == ch.Table && r.Column == ch.Column && ruleNames()[r.Rule] == ch.Rule {
				in.PlanChanged[r.ID] = c.day(ch.From)
			}
		}
	}
}

func ruleNames() map[landed.Rule]string {
	return map[landed.Rule]string{landed.Castable: "castable", landed.OneOf: "one-of", landed.Matches: "matches", landed.Within: "within"}
}

// fillTable makes a table's profiles from its rows a day and slice.
func (c *goldenCase) fillTable(in *Input, t *landed.Table, columns map[string]columnFigures) {
	c.t.Helper()
	if t.Profiled.Empty() {
		return
	}
	bySlice := map[landed.Slice][]int64{}
	for _, e := range in.Landed.Events {
		for _, cell := range e.Cells {
			if e.Table != t.Name {
				continue
			}
			if bySlice[cell.Slice] == nil {
				bySlice[cell.Slice] = make([]int64, c.span.Len())
			}
			for i, n := range cell.Daily {
				bySlice[cell.Slice][i] += n
			}
		}
	}
	for d := t.Profiled.First; d <= t.Profiled.Last; d++ {
		for _, s := range slices.SortedFunc(maps.Keys(bySlice), compareSlices) {
			rows := bySlice[s][d-c.span.First]
			if rows == 0 {
				continue
			}
			if arrived, ok := columns[""]["arrived"][""]; ok {
				rows = int64(arrived[d-t.Profiled.First].of(float64(rows), chance(t.Name, "arrived", d.String())))
			}
			p := landed.Profile{Day: d, Slice: s, Rows: rows}
			for _, column := range slices.Sorted(maps.Keys(columns)) {
				if column == "" {
					continue
				}
				p.Columns = append(p.Columns, c.fillColumn(in, t, column, columns[column], p))
			}
			t.Profiles = append(t.Profiles, p)
		}
	}
}

// fillColumn makes one column's figures of one day and slice.
func (c *goldenCase) fillColumn(in *Input, t *landed.Table, column string, f columnFigures, p landed.Profile) landed.ColumnProfile {
	c.t.Helper()
	at := func(of string) (figure, bool) {
		days, ok := f[of][p.Slice.AppVersion]
		if of, narrow := f[of][p.Slice.Platform+"/"+p.Slice.AppVersion]; narrow {
			days, ok = of, true // one version of one platform
		}
		if !ok {
			days, ok = f[of][""]
		}
		if !ok {
			return figure{}, false
		}
		return days[p.Day-t.Profiled.First], true
	}
	noise := chance(t.Name, column, p.Slice.AppVersion, p.Day.String())
	out := landed.ColumnProfile{Column: column, Filled: p.Rows}
	if share, ok := at("filled"); ok {
		out.Filled = int64(share.of(float64(p.Rows), noise))
	}
	if size, ok := at("size"); ok && out.Filled > 0 {
		n, mean := float64(out.Filled), math.Log(size.value)
		if size.about {
			mean += .3 * noise.NormFloat64() / math.Sqrt(n)
		}
		out.Positive, out.SumLog, out.Sum = out.Filled, n*mean, n*math.Exp(mean)
	}
	if decimals, ok := at("decimals"); ok {
		out.Fractional = int64(decimals.of(float64(out.Filled), noise))
	}
	if long, ok := at("long"); ok {
		out.At512 = int64(long.of(float64(out.Filled), noise))
	}
	if distinct, ok := at("distinct"); ok {
		out.Distinct.Estimate = int64(distinct.value)
		if distinct.share {
			out.Distinct.Estimate = int64(distinct.of(float64(out.Filled), noise))
		}
	}
	for _, r := range in.Constraints {
		if from, ok := in.PlanChanged[r.ID]; r.Table != t.Name || r.Column != column || ok && p.Day < from {
			continue
		}
		if out.Violations == nil {
			out.Violations = map[string]int64{}
		}
		broken, _ := at(ruleNames()[r.Rule])
		out.Violations[r.ID] = int64(broken.of(float64(out.Filled), noise))
	}
	for of := range f {
		if slices.Contains(slices.Collect(maps.Values(ruleNames())), of) && !c.hasRule(in, t.Name, column, of) {
			c.t.Fatalf("profiles.csv counts %s of %s.%s, but the plan has no such rule", of, t.Name, column)
		}
	}
	return out
}

func (c *goldenCase) hasRule(in *Input, table, column, rule string) bool {
	return slices.ContainsFunc(in.Constraints, func(r landed.Constraint) bool {
		return r.Table == table && r.Column == column && ruleNames()[r.Rule] == rule
	})
}
