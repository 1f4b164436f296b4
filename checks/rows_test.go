package checks

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// anyRows draws how many rows are copies and what values look like, on some days that may lie outside the history.
func anyRows(t *rapid.T, in *Input) {
	held := rapid.SampledFrom([]landed.Span{
		{}, landed.NoSpan, in.Landed.Span, {First: in.Landed.Span.Last - 13, Last: in.Landed.Span.Last}, {First: in.Last, Last: in.Last + 2},
	})
	in.Landed.Held = map[landed.Kind]landed.Span{landed.Duplicates: held.Draw(t, "counted"), landed.Shapes: held.Draw(t, "sampled")}
	days := func(s landed.Span) landed.Span { return s.Meet(in.Landed.Span) }
	for i := range in.Landed.Events {
		e := &in.Landed.Events[i]
		from, copies := landed.Day(rapid.IntRange(0, 20).Draw(t, "copies since")), rapid.SampledFrom([]int64{0, 1, 40}).Draw(t, "copies")
		span := days(in.Landed.Held[landed.Duplicates])
		for d := span.First; d <= span.Last; d++ {
			n := e.Daily(in.Landed.Span.Len())[d-in.Landed.Span.First]
			x := landed.Duplicate{Day: d, Rows: n, IDs: n}
			if d > in.Landed.Span.Last-from {
				x.IDs -= min(n, copies)
			}
			e.Dups = append(e.Dups, x)
		}
	}
	for i := range in.Landed.Tables {
		t2 := &in.Landed.Tables[i]
		span := days(in.Landed.Held[landed.Shapes])
		looks := landed.Looks(rapid.IntRange(0, int(landed.LooksCount)-1).Draw(t, "looks"))
		for d := span.First; d <= span.Last; d++ {
			for _, c := range t2.Columns {
				x := landed.Shape{Day: d, Column: c.Name, Sampled: rapid.SampledFrom([]int64{1, 30, 500}).Draw(t, "values")}
				x.Classes[looks] = x.Sampled
				t2.Shapes = append(t2.Shapes, x)
			}
		}
	}
}

// quietRows adds what no check may speak of: ids of as many people as ever, a few copies, a few stray addresses.
func quietRows(in *Input, chance func(n, p float64) int64) {
	held := landed.Span{First: in.Last - 27, Last: in.Last}
	in.Landed.Held = map[landed.Kind]landed.Span{landed.Duplicates: held, landed.Shapes: held}
	for i := range in.Landed.Events {
		e := &in.Landed.Events[i]
		for d := held.First; d <= held.Last; d++ {
			n := e.Daily(in.Landed.Span.Len())[d-in.Landed.Span.First]
			e.Dups = append(e.Dups, landed.Duplicate{Day: d, Rows: n, IDs: n - chance(float64(n), .004)})
		}
	}
	for i := range in.Landed.Tables {
		table := &in.Landed.Tables[i]
		people := map[landed.Day]float64{} // who comes differs from day to day, more than chance makes it
		for p := range table.Profiles {
			pr := &table.Profiles[p]
			if people[pr.Day] == 0 {
				people[pr.Day] = .6 + float64(chance(40, .5)-20)/200
			}
			filled := chance(float64(pr.Rows), people[pr.Day])
			pr.Columns = append(pr.Columns, landed.ColumnProfile{Column: "user_id", Filled: filled, Distinct: landed.Sketch{Estimate: filled}})
		}
		for d := held.First; d <= held.Last; d++ {
			x := landed.Shape{Day: d, Column: "coupon", Sampled: 400}
			x.Classes[landed.LooksEmail] = chance(400, .002)
			x.Classes[landed.LooksOther] = x.Sampled - x.Classes[landed.LooksEmail]
			table.Shapes = append(table.Shapes, x)
		}
	}
}

func TestSettingsOfRowsAreChecked(t *testing.T) {
	for section, want := range map[string]string{
		"min_share: 0":      "min_share is 0, but must be",
		"min_share: 1.5":    "min_share is 1.5, but must be",
		"min_rows: 0":       "min_rows is 0, but must be at least 1",
		"lost_share: 0.01":  "lost_share is 0.01, but must be at least 0.05",
		"lost_share: 2":     "lost_share is 2, but must be",
		"share: 0.5":        "",
		"min_rows: many":    "",
		"lost_share: often": "",
	} {
		ids := []string{"duplicate-rows", "pii"}
		if strings.HasPrefix(section, "lost_share") {
			ids = []string{"identity-loss"}
		}
		for _, e := range Catalogue() {
			if !slices.Contains(ids, e.ID) {
				continue
			}
			if _, err := e.New(yamlSettings(section)); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %s: %v", e.ID, section, err)
			}
		}
	}
}
