package checks

import (
	"strconv"
	"testing"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// codes are events whose names carry a number; rows says how many land on a day.
func (s *volumeShop) codes(n int, rows func(code, day int) int64) *volumeShop {
	s.in.Plan = nil
	for i := range n {
		c := landed.Cell{}
		for d := range s.days {
			c.Daily = append(c.Daily, rows(i, d))
		}
		s.in.Landed.Events = append(s.in.Landed.Events, landed.Event{Name: "Order in Store " + strconv.Itoa(50321+137*i), Cells: []landed.Cell{c}})
	}
	return s
}

// Codes of shops are names that carry data, and a shop that sends nothing is news all the same; a product that nobody
// looks at any more is not.
func TestAClosedListOfNamesIsJudged(t *testing.T) {
	stop := func(code, day, days int) bool { return code == 3 && day == days-1 }
	for name, c := range map[string]struct {
		rows func(days int) func(code, day int) int64
		want bool
	}{
		"thirty shops, each on every day": {func(days int) func(code, day int) int64 {
			return func(code, day int) int64 {
				if stop(code, day, days) {
					return 0
				}
				return 60 + int64((code*7+day*3)%11)
			}
		}, true},
		"a shop that opened later is one of the list": {func(days int) func(code, day int) int64 {
			return func(code, day int) int64 {
				if stop(code, day, days) || code == 3 && day < 40 {
					return 0
				}
				return 60 + int64((code*7+day*3)%11)
			}
		}, true},
		"products, of which new ones keep coming": {func(days int) func(code, day int) int64 {
			return func(code, day int) int64 {
				if day < 2*code || day > 2*code+35 || stop(code, day, days) {
					return 0
				}
				return 60 + int64((code*7+day*3)%11)
			}
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := newVolumeShop("web", 90, 71)
			s.codes(30, c.rows(s.days))
			d, err := newDynamicName(defaults{})
			if err != nil {
				t.Fatal(err)
			}
			divider, ok := d.(Divider)
			if !ok {
				t.Fatal("dynamic names are not set apart any more")
			}
			s.in.Apart = divider.Divide(s.in)
			if len(s.in.Apart.Names) < 30 {
				t.Fatalf("only %d names are set apart", len(s.in.Apart.Names))
			}
			told := false
			for _, f := range runVolume(t, s.in, "").Findings {
				told = told || f.Subject.Event == s.in.Landed.Events[len(volumeNames)+3].Name
			}
			if told != c.want {
				t.Errorf("the stop is told: %v, want %v", told, c.want)
			}
		})
	}
}
