//go:build !noduckdb

package duckdb_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/checks"
	"github.com/plumbline-audit/plumbline/connectors"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
)

// TestOnlyPersonalColumnsAreTold reads a table of columns that look like each other, as an audit does, and lets the check
// judge it: what only looks personal is not told, and what is told shows no value.
func TestOnlyPersonalColumnsAreTold(t *testing.T) {
	personal := map[string]string{
		"contact":  "'user' || i || '@example.com'",
		"link":     "'https://shop.example/o?id=' || i || '&email=user' || i || '%40example.com'",
		"callback": "'+49 30 ' || (100000 + hash(i) % 900000)",
		"note":     "CASE WHEN i % 10 = 0 THEN 'ask ada' || i || '@example.com' ELSE 'no note ' || i END",
		// 4111 1111 1111 with three drawn digits and the check digit that they need
		"paid_with": "'411111111111' || lpad(CAST(i % 1000 AS VARCHAR), 3, '0') || (10 - (24 + [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][i % 1000 // 100 + 1]" +
			" + i % 100 // 10 + [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][i % 10 + 1]) % 10) % 10",
	}
	alike := map[string]string{
		"order_number":  "CAST(100000000 + i AS VARCHAR)",
		"order_16":      "CAST(4000000000000000 + hash(i) % 999999999999999 AS VARCHAR)",
		"order_grouped": "'112-' || lpad(CAST(hash(i) % 10000000 AS VARCHAR), 7, '0') || '-' || lpad(CAST(hash(i + 1) % 10000000 AS VARCHAR), 7, '0')",
		"ten_digits":    "CAST(2000000000 + hash(i) % 7999999999 AS VARCHAR)",
		"millis":        "CAST(1780000000000 + i * 977 AS VARCHAR)",
		"micros":        "CAST(1780000000000000 + i * 977 AS VARCHAR)",
		"nanos":         "CAST(1780000000000000000 + i * 977 AS VARCHAR)",
		"stamp":         "strftime(TIMESTAMP '2026-06-01' + INTERVAL 1 MINUTE * i, '%Y%m%d%H%M%S') || '00'",
		"wide_id":       "CAST(hash(i) % 9000000000000000000 AS VARCHAR)",
		"tracking":      "'1Z999AA1' || lpad(CAST(hash(i) % 10000000000 AS VARCHAR), 10, '0')",
		"parcel":        "'9400' || lpad(CAST(hash(i) % 1000000000000000 AS VARCHAR), 18, '0')",
		"digest":        "md5(CAST(i AS VARCHAR))",
		"sha":           "sha256(CAST(i AS VARCHAR))",
		"uid":           "CAST(uuid() AS VARCHAR)",
		"sku":           "'SKU-' || (1000 + i % 9000) || '-' || (1000 + hash(i) % 9000)",
		"ip":            "(10 + i % 200) || '.' || (hash(i) % 250) || '.' || (hash(i + 1) % 250) || '.' || (hash(i + 2) % 250)",
		"ean":           "CAST(4000000000000 + hash(i) % 999999999999 AS VARCHAR)",
		"imei":          "'35' || lpad(CAST(hash(i) % 10000000000000 AS VARCHAR), 13, '0')",
		"signed":        "'+' || (1000 + hash(i) % 100000)",
		"asset":         "'hero-' || i || '@2x.png'",
		"package":       "'lib' || i || '@1.' || (i % 40) || '.' || (i % 9)",
		"handle":        "'@user' || i",
		"version":       "'5.' || (i % 30) || '.' || (i % 100)",
		"place":         "(37 + i / 1000.0) || ',' || (-122 + i / 1000.0)",
		"ssn_like":      "(100 + i % 900) || '-' || (10 + i % 90) || '-' || (1000 + i % 9000)",
		"query":         "'shoes size ' || i",
		"client":        "'GA1.2.' || (1000000000 + hash(i) % 999999999) || '.' || (1780000000 + i)",
		"sender":        "CASE WHEN i % 2 = 0 THEN 'shop@example.com' ELSE 'help@example.com' END",
	}
	var columns []string
	for _, m := range []map[string]string{personal, alike} {
		for name, expr := range m {
			columns = append(columns, expr+" AS "+name)
		}
	}
	slices.Sort(columns)
	w := open(t, "CREATE SCHEMA web",
		"CREATE TABLE web.tick AS SELECT 'id' || i AS id, TIMESTAMP '2026-06-01 00:00:00' + INTERVAL 15 MINUTE * i AS received_at, "+
			strings.Join(columns, ", ")+" FROM range(2880) t(i)",
		"CREATE TABLE web.tracks AS SELECT id, received_at, 'tick' AS event, 'Tick' AS event_text FROM web.tick")
	if err := w.Attach(landed.Source{Name: "web", Schema: "web"}, connectors.Segment(), connectors.SourceOptions{}); err != nil {
		t.Fatal(err)
	}
	first, err := landed.ParseDay("2026-06-01")
	if err != nil {
		t.Fatal(err)
	}
	all, look := landed.Span{First: first, Last: first + 29}, landed.Span{First: first + 26, Last: first + 29}
	snap, err := w.Gather(t.Context(), landed.Request{
		Source: landed.Source{Name: "web"}, Want: map[landed.Kind]landed.Span{landed.Counts: all, landed.Profiles: all, landed.Shapes: look},
	})
	if err != nil || len(snap.Gaps) > 0 {
		t.Fatal(snap.Gaps, err)
	}
	set, err := checks.Make(func(string) checks.Settings { return nil }, func(k finding.Kind) bool { return k != finding.PII })
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	for _, c := range set.Sources {
		v := c.Run(checks.Input{Plan: &plan.Plan{Events: []plan.Event{{Name: "Tick", Call: "track"}}}, Landed: snap, Last: all.Last, AsOf: all.Last + 1, Partial: 1})
		for _, f := range v.Findings {
			told[f.Subject.Property] = true
			for _, e := range append(f.Evidence, finding.Evidence{Value: f.Title}) {
				if strings.Contains(e.Value, "example.com") || strings.Contains(e.Value, "4111") {
					t.Errorf("a value is shown: %s", e.Value)
				}
			}
		}
	}
	want := map[string]bool{}
	for name := range personal {
		want[name] = true
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("columns that are told (-want +got):\n%s", diff)
	}
}
