package checks

import (
	"cmp"
	"math"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// layDuplicates reads duplicates.csv: which share of an event's rows, as landed.csv has them, repeat the message id of
// another one. Columns: event, source (web), table. Without the section nothing was counted.
func (c *goldenCase) layDuplicates(in *Input) {
	c.t.Helper()
	if c.section("duplicates.csv") == "" {
		return
	}
	s := c.sheet("duplicates.csv", "event", "source", "table")
	if in.Landed.Held == nil {
		in.Landed.Held = map[landed.Kind]landed.Span{}
	}
	in.Landed.Held[landed.Duplicates] = s.span
	for i := range in.Landed.Events {
		e := &in.Landed.Events[i]
		y := daily(*e, in.Landed.Span.Len())
		row := slices.IndexFunc(s.rows, func(r sheetRow) bool {
			return cmp.Or(r.words["source"], "web") == in.Landed.Source.Name && r.words["event"] == e.Name &&
				(r.words["table"] == "" || r.words["table"] == e.Table)
		})
		var share []figure
		if row >= 0 {
			share = c.figures(s.rows[row], s.span.Len())
		}
		noise := chance("repeats", e.Name, e.Table)
		for d := s.span.First; d <= s.span.Last; d++ {
			n := y[d-in.Landed.Span.First]
			extra := 0.0
			if share != nil {
				extra = share[d-s.span.First].of(n, noise)
			}
			if n > 0 {
				e.Dups = append(e.Dups, landed.Duplicate{Day: d, Rows: int64(n), IDs: int64(n - extra)})
			}
		}
	}
}

// layBelated reads belated.csv: which share of an event's rows, as landed.csv has them, happened on an earlier day.
// Columns: event, source (web), table.
func (c *goldenCase) layBelated(in *Input) {
	c.t.Helper()
	if c.section("belated.csv") == "" {
		return
	}
	s := c.sheet("belated.csv", "event", "source", "table")
	for i := range in.Landed.Events {
		e := &in.Landed.Events[i]
		y := daily(*e, in.Landed.Span.Len())
		for _, r := range s.rows {
			if cmp.Or(r.words["source"], "web") != in.Landed.Source.Name || r.words["event"] != e.Name || r.words["table"] != "" && r.words["table"] != e.Table {
				continue
			}
			noise := chance("belated", e.Name, e.Table)
			for d, share := range c.figures(r, s.span.Len()) {
				day := s.span.First + landed.Day(d)
				if n := int64(share.of(y[day-in.Landed.Span.First], noise)); n > 0 {
					e.Belated = append(e.Belated, landed.Belated{Day: day, Rows: n})
				}
			}
		}
	}
}

// layShapes reads shapes.csv: which share of a column's values, as profiles.csv fills it, looks like something. Columns:
// source (web), table, column, looks; what is left looks like nothing known. At most 20,000 rows a day are sampled.
func (c *goldenCase) layShapes(in *Input) {
	c.t.Helper()
	if c.section("shapes.csv") == "" {
		return
	}
	s := c.sheet("shapes.csv", "source", "table", "column", "looks")
	if in.Landed.Held == nil {
		in.Landed.Held = map[landed.Kind]landed.Span{}
	}
	in.Landed.Held[landed.Shapes] = s.span
	looks := map[string]landed.Looks{
		"number": landed.LooksNumber, "email": landed.LooksEmail, "phone": landed.LooksPhone, "card": landed.LooksCard,
		"holds email": landed.HoldsEmail, "uuid": landed.LooksUUID, "date": landed.LooksDate, "empty": landed.LooksEmpty,
	}
	for i := range in.Landed.Tables {
		t := &in.Landed.Tables[i]
		p, ok := lay(*in, *t)
		if !ok {
			continue
		}
		for _, column := range columnsOf(p.whole) {
			for d := s.span.First; d <= s.span.Last; d++ {
				sh := landed.Shape{Day: d, Column: column, Sampled: int64(min(20000, p.whole[column].filled[d-p.first]))}
				left := sh.Sampled
				for _, r := range s.rows {
					if cmp.Or(r.words["source"], "web") != in.Landed.Source.Name || r.words["table"] != t.Name || r.words["column"] != column {
						continue
					}
					class, known := looks[r.words["looks"]]
					if !known {
						c.t.Fatalf("shapes.csv: looks %q is none of %v", r.words["looks"], columnsOf(looks))
					}
					n := int64(math.Round(c.figures(r, s.span.Len())[d-s.span.First].value * float64(sh.Sampled)))
					sh.Classes[class] += n
					left -= n
				}
				sh.Classes[landed.LooksOther] += max(0, left)
				if sh.Sampled > 0 {
					t.Shapes = append(t.Shapes, sh)
				}
			}
		}
	}
}
