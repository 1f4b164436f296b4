package checks

import (
	"testing"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

func TestWhatWasTakenBack(t *testing.T) {
	const days, began = 60, 40
	usual := func(d int) int64 { return []int64{80, 100, 100, 100, 100, 95, 85}[d%7] }
	for name, test := range map[string]struct {
		old, new func(d int) int64
		fell     bool
		want     bool
	}{
		"it goes on": {
			old: func(int) int64 { return 2 }, new: usual, fell: true,
		},
		"the old name is back since last night": {
			old: func(d int) int64 {
				if d == days-1 {
					return usual(d)
				}
				return 2
			},
			new: func(d int) int64 {
				if d == days-1 {
					return 0
				}
				return usual(d)
			},
			fell: true, want: true,
		},
		"neither is sent since last night": {
			old: func(int) int64 { return 2 },
			new: func(d int) int64 {
				if d == days-1 {
					return 0
				}
				return usual(d)
			},
			fell: true,
		},
		"a name of three a day was silent for a day, and the old one is back": {
			old: usual,
			new: func(d int) int64 {
				if d == days-1 {
					return 0
				}
				return 3
			},
			fell: true,
		},
		"a spelling beside the event is silent on its silent weekday": {
			old: usual,
			new: func(d int) int64 {
				if d%7 == (days-1)%7 {
					return 0
				}
				return 40
			},
		},
		"a rare spelling beside the event was silent for two days": {
			old: usual,
			new: func(d int) int64 {
				if d >= days-2 {
					return 0
				}
				return 3
			},
		},
		"a spelling beside the event is gone": {
			old: usual,
			new: func(d int) int64 {
				if d == days-1 {
					return 0
				}
				return 40
			},
			want: true,
		},
	} {
		in := Input{Last: days - 1, Landed: landed.Snapshot{Span: landed.Span{First: 0, Last: days - 1}}}
		add := func(name string, n func(int) int64) {
			y := make([]int64, days)
			for d := range y {
				y[d] = n(d)
			}
			in.Landed.Events = append(in.Landed.Events, landed.Event{Name: name, Cells: []landed.Cell{{Daily: y}}})
		}
		add("Order Placed", func(d int) int64 {
			if d < began {
				return usual(d)
			}
			return test.old(d)
		})
		add("order_placed", func(d int) int64 {
			if d < began {
				return 0
			}
			return test.new(d)
		})
		add("Page Read", func(d int) int64 { return 5 * usual(d) })
		s := look(in)
		p := pair{old: s.obs[0], new: s.obs[1], oldName: "Order Placed"}
		if got := s.over(p, test.fell); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
