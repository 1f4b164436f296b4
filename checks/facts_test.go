package checks

import (
	"testing"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

func TestWhatMayHaveBeenThereBefore(t *testing.T) {
	// The history has 60 days; the source's own rows begin on its tenth.
	in := Input{Landed: landed.Snapshot{
		Span:   landed.Span{First: 100, Last: 159},
		Events: []landed.Event{{Name: "A", Cells: []landed.Cell{{Daily: append(make([]int64, 10), 5, 5, 5)}}}},
	}}
	rows := func(first int, n float64) []float64 {
		y := make([]float64, 60)
		for i := first; i < len(y); i++ {
			y[i] = n
		}
		return y
	}
	for name, c := range map[string]struct {
		y    []float64
		from landed.Day
		want bool
	}{
		"from the first day of the source on":                        {rows(10, 50), 100, true},
		"many a day, two days later":                                 {rows(12, 50), 100, false},
		"one in two days, two days later":                            {rows(12, .5), 100, true},
		"one in two days, three weeks later":                         {rows(31, .5), 100, false},
		"counted from a day before the source's first":               {rows(15, 50), 95, true},
		"counted from a day after it, and there from its first":      {rows(0, 50), 120, true},
		"counted from a day after it, and there from its fourth day": {rows(3, 50), 120, false},
	} {
		first := 0
		for c.y[first] == 0 {
			first++
		}
		if got := standsLonger(in, c.y, c.from, first); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
