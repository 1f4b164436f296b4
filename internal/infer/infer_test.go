package infer

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
)

// landing is an event with the same rows on each of its days.
func landing(name, table string, call landed.Call, rows int64, days int) landed.Event {
	daily := make([]int64, 14)
	for i := range days {
		daily[13-i] = rows
	}
	half := slices.Clone(daily)
	for i := range half {
		half[i] /= 2
		daily[i] -= half[i]
	}
	return landed.Event{Name: name, Table: table, Call: call, Cells: []landed.Cell{{Daily: daily}, {Slice: landed.Slice{Platform: "ios"}, Daily: half}}}
}

func columns(pairs ...any) []landed.Column {
	var out []landed.Column
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, landed.Column{Name: pairs[i].(string), Type: pairs[i+1].(landed.Type), Seen: landed.NoDay, Gone: landed.NoDay})
	}
	return out
}

func profile(day int, slice string, rows int64, filled map[string]int64) landed.Profile {
	p := landed.Profile{Day: landed.Day(day), Slice: landed.Slice{Platform: slice}, Rows: rows}
	for name, n := range filled {
		p.Columns = append(p.Columns, landed.ColumnProfile{Column: name, Filled: n})
	}
	return p
}

func sources() []landed.Snapshot {
	web := landed.Snapshot{
		Source: landed.Source{Name: "web"},
		Events: []landed.Event{
			landing("Order Paid", "order_paid", landed.Track, 100, 14),
			landing("order_paid", "order_paid", landed.Track, 40, 8), // the same table, a rarer spelling
			landing("Page Viewed", "pages", landed.Page, 50, 14),
			landing("Rare", "rare", landed.Track, 12, 8),       // 96 rows
			landing("Short", "short", landed.Track, 1000, 6),   // 6 days
			landing("Enough", "enough", landed.Track, 15, 7),   // 105 rows on 7 days
			landing("", "identifies", landed.Identify, 20, 14), // no name
			landing("No Table", "no_table", landed.Track, 9, 14),
		},
		Tables: []landed.Table{
			{
				Name: "order_paid", Columns: append(columns("id", landed.Text, "user_id", landed.Text, "anonymous_id", landed.Text, "context_app_version", landed.Text,
					"total", landed.Integer, "currency", landed.Text, "note", landed.Text, "blob", landed.OtherType),
					landed.Column{Name: "old", Type: landed.Text, Seen: landed.NoDay, Gone: 3}),
				Profiles: []landed.Profile{
					profile(1, "", 600, map[string]int64{"total": 600, "currency": 600, "note": 300, "user_id": 600}),
					profile(2, "", 400, map[string]int64{"total": 399, "currency": 400, "note": 400}),
					profile(2, "ios", 200, map[string]int64{"total": 200, "currency": 199, "note": 200}), // 99.5 % of one slice
				},
			},
			{Name: "pages", Columns: columns("path", landed.Text), Profiles: []landed.Profile{profile(1, "", 199, map[string]int64{"path": 199})}},
			{Name: "identifies", Columns: columns("email", landed.Text, "received_at", landed.Timestamp)},
			{Name: "enough", Columns: columns("at", landed.Timestamp, "on", landed.Boolean, "raw", landed.JSON)},
		},
	}
	ios := landed.Snapshot{
		Source: landed.Source{Name: "ios"},
		Events: []landed.Event{
			landing("Order Paid", "order_paid", landed.Track, 100, 14),
			landing("Page Viewed", "pages", landed.Page, 1, 14), // too few rows here
			landing("Enough", "enough_events", landed.Track, 100, 14),
		},
		Tables: []landed.Table{
			{
				Name: "order_paid", Columns: columns("total", landed.Number, "currency", landed.Text, "note", landed.Boolean),
				Profiles: []landed.Profile{profile(1, "", 1000, map[string]int64{"total": 1000, "currency": 1000})},
			},
		},
	}
	return []landed.Snapshot{web, ios}
}

func TestPlan(t *testing.T) {
	want := &plan.Plan{
		Name: "what landed", Inferred: true, Sources: []string{"ios", "web"},
		Events: []plan.Event{
			{Call: "identify", Sources: []string{"web"}, Table: "identifies", Version: 1, Properties: []plan.Property{{Name: "email", Type: "string"}}},
			{Name: "Enough", Call: "track", Sources: []string{"ios", "web"}, Version: 1, Properties: []plan.Property{
				{Name: "at", Type: "timestamp"}, {Name: "on", Type: "boolean"}, {Name: "raw", Type: "object"},
			}},
			{Name: "No Table", Call: "track", Sources: []string{"web"}, Table: "no_table", Version: 1},
			{Name: "Order Paid", Call: "track", Sources: []string{"ios", "web"}, Table: "order_paid", Version: 1, Properties: []plan.Property{
				{Name: "blob"}, {Name: "currency", Type: "string"}, {Name: "note"}, {Name: "total", Type: "number", Required: true},
			}},
			{Name: "Page Viewed", Call: "page", Sources: []string{"web"}, Table: "pages", Version: 1, Properties: []plan.Property{{Name: "path", Type: "string"}}},
		},
	}
	got := Plan(sources())
	if len(got.Hash) != 64 {
		t.Errorf("hash %q", got.Hash)
	}
	got.Hash = ""
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestPlanDoesNotDependOnTheOrderOfSources(t *testing.T) {
	one := Plan(sources())
	for range 20 {
		turned := sources()
		slices.Reverse(turned)
		if d := cmp.Diff(one, Plan(turned)); d != "" {
			t.Fatalf("(-one +other):\n%s", d)
		}
	}
	if p := Plan(nil); len(p.Events) != 0 || !p.Inferred {
		t.Errorf("nothing landed, planned %+v", p)
	}
}
