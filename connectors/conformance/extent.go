package conformance

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/connectors"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

func (s suite) extent(t *testing.T) {
	w := s.open(t, "America/Los_Angeles", connectors.SourceOptions{})
	layout := connectors.Rollup("", connectors.RollupColumns{Source: "source"})
	if err := w.Attach(landed.Source{Name: "counted", Schema: "metrics"}, layout, connectors.SourceOptions{Value: "web"}); err != nil {
		t.Fatal(err)
	}
	hours := [24]int64{9: 2, 10: 3, 11: 3, 23: 1}
	for name, want := range map[string]connectors.Extent{
		"shop":    {Rows: 10, First: at("2026-02-01 09:00:00"), Last: at("2026-03-12 11:15:00"), Tables: 5, Hours: hours, Recent: 9},
		"void":    {Tables: 2},
		"counted": {Rows: 18, First: at("2026-03-08 00:00:00"), Last: at("2026-04-10 00:00:00"), Tables: 1},
	} {
		got, err := w.Extent(t.Context(), name, at("2026-04-12 12:00:00"))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	edges, err := w.Extent(t.Context(), "edges", at("2026-04-12 12:00:00"))
	if err != nil || edges.Rows != 8 || !edges.First.Equal(at("2026-03-07 07:59:59.999999")) || !edges.Last.Equal(at("2026-03-10 07:00:00")) {
		t.Errorf("times that nobody can have meant are counted: %+v %v", edges, err)
	}
	if _, err := w.Extent(t.Context(), "textless", at("2026-04-12 12:00:00")); err == nil || !strings.Contains(err.Error(), "event_text") {
		t.Errorf("a table without names: %v", err)
	}
}

func (s suite) readable(t *testing.T) {
	w := s.open(t, "UTC", connectors.SourceOptions{ExcludeTables: []string{"typed"}})
	gaps, n, err := w.Unreadable(t.Context(), "shop", day(t, "2026-03-10"))
	if err != nil || len(gaps) > 0 || n != 4 {
		t.Errorf("%d tables can be read, and not %+v: %v", n, gaps, err)
	}
}
