package checks

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// twoSources is an event in web and in server beside events of their own, by what each sent on a day.
func twoSources(days int, web, server func(d int) int64) []Input {
	first := landed.Day(20000)
	var out []Input
	for source, of := range map[string]func(int) int64{"web": web, "server": server} {
		s := landed.Snapshot{
			Source: landed.Source{Name: source, Schema: source, Zone: "UTC"}, Span: landed.Span{First: first, Last: first + landed.Day(days) - 1},
		}
		for i, rows := range []func(int) int64{of, func(int) int64 { return 700 }, func(int) int64 { return 300 }} {
			daily := make([]int64, days)
			for d := range daily {
				daily[d] = rows(d)
			}
			name := []string{"Moved", "Alpha", "Beta"}[i]
			s.Events = append(s.Events, landed.Event{Name: name, Table: name, Cells: []landed.Cell{{Daily: daily}}})
		}
		out = append(out, Input{Landed: s, Last: s.Span.Last, AsOf: s.Span.Last + 1, Whole: true})
	}
	return out
}

// TestMovedEventByProperty moves an event at any time, with any days of both, and leaves it where it is.
func TestMovedEventByProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.Int64Range(15, 5000).Draw(t, "rows a day")
		days := rapid.IntRange(60, 120).Draw(t, "days")
		both := rapid.IntRange(0, 30).Draw(t, "days of both")
		ago := rapid.IntRange(1, 14).Draw(t, "days since it left")
		noise := func(label string) []int64 {
			return rapid.SliceOfN(rapid.Int64Range(-rows/8, rows/8), days, days).Draw(t, label)
		}
		web, server := noise("web"), noise("server")
		left, began := days-ago, days-ago-both
		on := func(when bool, n int64) int64 {
			if when {
				return rows + n
			}
			return 0
		}
		c, err := newMovedEvent(defaults{})
		if err != nil {
			t.Fatal(err)
		}
		moved := twoSources(days, func(d int) int64 { return on(d < left, web[d]) }, func(d int) int64 { return on(d >= began, server[d]) })
		v := c.RunAll(moved)
		if len(v.Findings) != 1 || v.Findings[0].Subject != (finding.Subject{Source: "web", Event: "Moved"}) || v.Findings[0].MovedTo() != "server" {
			if rows*int64(ago) < 40 && len(v.Findings) == 0 {
				return // too few to tell from chance
			}
			t.Fatalf("%d rows a day, left %d days ago: %v", rows, ago, titles(v))
		}
		if got := v.Findings[0].Since - moved[0].Landed.Span.First; int(got) != began {
			t.Fatalf("it began on day %d, not %d", began, got)
		}
		for name, still := range map[string][]Input{
			"both go on":    twoSources(days, func(d int) int64 { return on(true, web[d]) }, func(d int) int64 { return on(d >= began, server[d]) }),
			"it only ended": twoSources(days, func(d int) int64 { return on(d < left, web[d]) }, func(int) int64 { return 0 }),
			"it came back":  twoSources(days, func(d int) int64 { return on(d < left || d >= days-1, web[d]) }, func(d int) int64 { return on(d >= began && d < days-8, server[d]) }),
		} {
			if v := c.RunAll(still); len(v.Findings) > 0 {
				t.Fatalf("%s: %v", name, titles(v))
			}
		}
	})
}

func titles(v Verdict) []string {
	var out []string
	for _, f := range v.Findings {
		out = append(out, fmt.Sprintf("%s since %s", f.Title, f.Since))
	}
	return out
}
