package checks

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// TestFloodsByProperty leaves out what came late at once, never more than that, and nothing of what is always late.
func TestFloodsByProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.IntRange(20, 90).Draw(t, "days")
		usual := rapid.Int64Range(50, 3000).Draw(t, "rows a day")
		habit := rapid.Float64Range(0, 1).Draw(t, "share that is always late")
		at := rapid.IntRange(0, days-1).Draw(t, "day of the flood")
		more := rapid.Int64Range(usual, 10*usual).Draw(t, "rows of the flood")
		e := landed.Event{Name: "A", Table: "a", Cells: []landed.Cell{{Daily: make([]int64, days)}}}
		in := Input{Landed: landed.Snapshot{Span: landed.Span{First: 100, Last: 100 + landed.Day(days) - 1}}, Last: 100 + landed.Day(days) - 1}
		for d := range days {
			n := usual + rapid.Int64Range(-usual/8, usual/8).Draw(t, "noise")
			late := int64(habit * float64(n))
			if d == at {
				n, late = n+more, late+more
			}
			e.Cells[0].Daily[d] = n
			if late > 0 {
				e.Belated = append(e.Belated, landed.Belated{Day: 100 + landed.Day(d), Rows: late})
			}
		}
		in.Landed.Events = []landed.Event{e}
		f := floodsOf(in)
		for d := range days {
			left := float64(e.Cells[0].Daily[d]) - f.of(0, d)
			switch {
			case left < 0:
				t.Fatalf("day %d has %v rows left", d, left)
			case habit > belatedHabit+.05 && f.of(0, d) > 0:
				t.Fatalf("%v of what is always late is left out", f.of(0, d))
			case habit < .15 && d == at && (left < .8*float64(usual) || left > 1.3*float64(usual)):
				t.Fatalf("the flood leaves %v of a usual %d", left, usual)
			case habit < .15 && d != at && f.of(0, d) > 0:
				t.Fatalf("%v rows of an ordinary day are left out", f.of(0, d))
			}
		}
	})
}
