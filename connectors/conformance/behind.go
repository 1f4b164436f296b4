package conformance

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/connectors"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// behind runs the statements that people are given, and holds their figures to those that were gathered.
func (s suite) behind(t *testing.T) {
	w := s.open(t, "America/Los_Angeles", connectors.SourceOptions{Where: "user_id <> 'internal'"})
	days := span(t, "2026-03-01", "2026-03-20")
	snap := gather(t, w, request(t, "shop", landed.Counts, landed.Profiles))
	rule := landed.Constraint{ID: "r", Table: "buy", Column: "plan", Rule: landed.OneOf, Values: []string{"pro"}}
	list, err := w.Behind(t.Context(), connectors.Shown{
		Source: "shop", Events: []string{"Buy", `it's "nothing"`}, Table: "buy", Column: "plan", Rule: &rule, Since: days.First, Span: days,
	})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int64{}
	for _, st := range list {
		got[st.Name] = s.sum(t, st)
	}
	var buys, filled int64
	for _, n := range snap.Daily("Buy", "", landed.Track) {
		buys += n
	}
	for _, p := range snap.Table("buy").Profiles {
		for _, c := range p.Columns {
			if c.Column == "plan" {
				filled += c.Filled
			}
		}
	}
	if got["filled a day"] != filled || filled == 0 || got["rows a day"] != buys || buys == 0 {
		t.Errorf("the statements give %v; gathered were %d rows and %d filled", got, buys, filled)
	}
	if _, ok := got["rule broken a day"]; !ok || len(list) != 3 {
		t.Errorf("%d statements: %v", len(list), got)
	}
	names := hostileNames(false)
	hostile, err := w.Behind(t.Context(), connectors.Shown{Source: "hostile", Events: names, Since: days.First, Span: days})
	if err != nil {
		t.Fatal(err)
	}
	for _, st := range hostile {
		if n := s.sum(t, st); st.Name == "rows a day" && n != int64(len(names)) {
			t.Errorf("%d rows of %d hostile names", n, len(names))
		}
	}
	for _, x := range []connectors.Shown{
		{Source: "shop", Span: days, Since: days.First},
		{Source: "shop", Events: []string{"Page Viewed"}, Call: landed.Page, Span: days, Since: days.First},
	} {
		list, err := w.Behind(t.Context(), x)
		if err != nil || len(list) == 0 {
			t.Errorf("%+v: %d statements, %v", x, len(list), err)
		}
		for _, st := range list {
			s.sum(t, st)
		}
	}
}

// sum runs a statement as it stands and adds up the last figure of its rows.
func (s suite) sum(t *testing.T, st connectors.Statement) int64 {
	t.Helper()
	if len(st.Args) > 0 {
		t.Errorf("%s has arguments and cannot be pasted", st.Name)
	}
	rows, err := s.runner.Query(t.Context(), st)
	if err != nil {
		t.Fatalf("%s: %v\n%s", st.Name, err, st.Text)
	}
	defer rows.Close()
	names := 0
	if d, ok := rows.(connectors.Described); ok {
		list, _, err := d.Describe()
		if err != nil {
			t.Fatal(err)
		}
		names = len(list)
	}
	var total int64
	for rows.Next() {
		into := make([]any, names)
		for i := range into {
			into[i] = new(any)
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		total += whole(t, *into[names-1].(*any))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return total
}

// whole is a count, whatever a driver makes of it.
func whole(t *testing.T, v any) int64 {
	t.Helper()
	switch n := v.(type) {
	case int64:
		return n
	case int32:
		return int64(n)
	case float64:
		return int64(n)
	case nil:
		return 0
	}
	if n, ok := v.(interface{ Int64() int64 }); ok { // sums of DuckDB are 128 bits wide
		return n.Int64()
	}
	t.Fatalf("a figure is a %T: %s", v, cmp.Diff(nil, v))
	return 0
}
