package infer

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
)

const first = landed.Day(20560) // 17 April 2026

// steady is an event with as many rows on each day from one to another.
func steady(name, table string, rows int64, from, to int) landed.Event {
	daily := make([]int64, 60)
	for i := from; i <= to; i++ {
		daily[i] = rows
	}
	return landed.Event{Name: name, Table: table, Cells: []landed.Cell{{Daily: daily}}}
}

func week(rows int64, filled map[string]int64, distinct map[string]int64) landed.Profile {
	p := landed.Profile{Day: first + 59, Rows: rows}
	for name, n := range filled {
		p.Columns = append(p.Columns, landed.ColumnProfile{Column: name, Filled: n, Distinct: landed.Sketch{Estimate: distinct[name]}})
	}
	return p
}

// shop is two sources with everything that a draft has an opinion on.
func shop() []landed.Snapshot {
	span := landed.Span{First: first, Last: first + 59}
	lately := landed.Span{First: first + 32, Last: first + 59}
	paid := landed.Table{
		Name: "order_paid", Profiled: lately,
		Columns: columns("id", landed.Text, "total", landed.Number, "currency", landed.Text, "method", landed.Text, "plan", landed.Text,
			"order_key", landed.Text, "contact", landed.Text, "old", landed.Text, "city", landed.Text, "coupon", landed.Text, "blob", landed.OtherType),
		Profiles: []landed.Profile{week(4000,
			map[string]int64{"total": 4000, "currency": 4000, "method": 3999, "plan": 2000, "order_key": 4000, "contact": 4000, "city": 3000, "coupon": 900, "blob": 1},
			map[string]int64{"currency": 3, "method": 4, "plan": 2, "order_key": 900, "contact": 800, "city": 49, "coupon": 3})},
		Shapes: []landed.Shape{
			{Day: first + 59, Column: "order_key", Sampled: 500, Classes: [9]int64{1: 500}},
			{Day: first + 59, Column: "contact", Sampled: 500, Classes: [9]int64{6: 499, 8: 1}},
		},
	}
	web := landed.Snapshot{
		Source: landed.Source{Name: "web"}, Span: span, Tables: []landed.Table{paid},
		Events: []landed.Event{
			steady("Order Paid", "order_paid", 100, 0, 38), steady("order_paid", "order_paid", 80, 39, 59),
			steady("Order Piad", "order_piad", 1, 50, 59), steady("Orders Paid", "orders_paid", 60, 0, 59),
			steady("Old Banner Shown", "old_banner_shown", 50, 0, 20), steady("Viewed Product 1234567", "viewed_product_1234567", 50, 0, 59),
			steady("Seldom Seen", "seldom_seen", 1, 3, 9), steady("bad\xffname", "bad_name", 100, 0, 59),
			{Name: "Page Viewed", Table: "pages", Call: landed.Page, Cells: steady("", "", 500, 0, 59).Cells},
		},
	}
	ios := landed.Snapshot{
		Source: landed.Source{Name: "ios"}, Span: span,
		Tables: []landed.Table{{
			Name: "order_paid", Profiled: lately, Columns: columns("total", landed.Integer),
			Profiles: []landed.Profile{week(270, map[string]int64{"total": 270}, nil), {Day: first + 58, Slice: landed.Slice{AppVersion: "1"}, Rows: 4}},
		}},
		Events: []landed.Event{steady("Order Paid", "order_paid", 10, 0, 59), steady("App # \"Opened\"\n  x: y", "app", 10, 0, 59)},
	}
	return []landed.Snapshot{web, ios}
}

func answers() map[landed.Question]landed.Answer {
	at := func(day int) float64 { return float64(int64(first)+int64(day)) * 86400 }
	out := map[landed.Question]landed.Answer{}
	for _, q := range Questions(shop()) {
		asked, ok := q.(landed.TopValues)
		if !ok {
			continue
		}
		out[q] = map[string]landed.Answer{
			"currency": {{Key: "EUR", N: []float64{3000, at(32)}}, {Key: "USD", N: []float64{900, at(32)}}, {Key: "GBP", N: []float64{100, at(33)}}},
			"method":   {{Key: "card", N: []float64{3000, at(32)}}, {Key: "paypal", N: []float64{900, at(32)}}, {Key: "Card", N: []float64{99, at(55)}}},
			"plan":     {{Key: "pro", N: []float64{1990, at(32)}}, {Key: "jane@example.com", N: []float64{10, at(32)}}},
			"coupon":   {{Key: "A", N: []float64{890, at(32)}}, {Key: "B", N: []float64{10, at(32)}}},
		}[asked.Column]
		if asked.Column == "city" {
			for i := range MaxValues + 1 {
				out[q] = append(out[q], landed.Row{Key: fmt.Sprint("city ", i), N: []float64{60, at(32)}})
			}
		}
	}
	return out
}

func TestDraftIsWrittenWithItsEvidence(t *testing.T) {
	p, notes := Draft(shop(), Options{Values: answers(), Made: time.Date(2026, 6, 16, 4, 0, 0, 0, time.UTC), File: "plan.yaml"})
	var out bytes.Buffer
	if err := plan.WriteOwn(&out, p, notes); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("testdata", "draft.yaml")
	if os.Getenv("UPDATE") == "1" {
		if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), out.String()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if bytes.Contains(out.Bytes(), []byte("jane")) {
		t.Error("a personal value is in the plan")
	}
	got, err := plan.Parse("plan.yaml", out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(p, got, cmpopts.IgnoreTypes(plan.Pos{}), cmpopts.EquateEmpty(), cmpopts.IgnoreFields(plan.Plan{}, "Inferred", "Hash")); d != "" {
		t.Errorf("(-drafted +read):\n%s", d)
	}
}

func TestWithoutAnswersNoValuesArePlanned(t *testing.T) {
	p, _ := Draft(shop(), Options{})
	for _, e := range p.Events {
		for _, q := range e.Properties {
			if len(q.Enum) > 0 {
				t.Errorf("%s.%s has the values %v", e.Name, q.Name, q.Enum)
			}
		}
	}
}

func TestOnlyColumnsWithFewHarmlessValuesAreAsked(t *testing.T) {
	var asked []string
	for _, q := range Questions(shop()) {
		v, ok := q.(landed.TopValues)
		if !ok || !v.Plain || v.Limit != MaxValues+1 {
			t.Errorf("asked %+v", q)
		}
		asked = append(asked, v.Column)
	}
	slices.Sort(asked)
	if d := cmp.Diff([]string{"city", "coupon", "currency", "method", "plan"}, asked); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestDraftOfAnythingCanBeWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfNDistinct(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"Order Paid", "order paid", "\xff", " ", "a\nb: c"})), 0, 6, rapid.ID).Draw(t, "names")
		s := landed.Snapshot{Source: landed.Source{Name: "web"}, Span: landed.Span{First: first, Last: first + 59}}
		for _, n := range list {
			s.Events = append(s.Events, steady(n, rapid.SampledFrom([]string{"a", "b", ""}).Draw(t, "table"), rapid.Int64Range(0, 50).Draw(t, "rows"), 0, rapid.IntRange(0, 59).Draw(t, "to")))
		}
		p, notes := Draft([]landed.Snapshot{s}, Options{})
		var out bytes.Buffer
		if err := plan.WriteOwn(&out, p, notes); err != nil {
			t.Fatal(err)
		}
		if _, err := plan.Parse("plan.yaml", out.Bytes()); err != nil {
			t.Fatalf("%v\n%s", err, out.String())
		}
		if len(notes.Head) == 0 {
			t.Fatal("a plan without a head")
		}
	})
}
