package checks

import (
	"strconv"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// people reads people.csv: old, new, did (the old one before), did still, came (did the old one and do the new one), does
// (the new one), earlier (did the old one in the window before), again (of those, before), active (do anything), active
// did (of those, did the old one).
func (c *goldenCase) people(q landed.Switched, out landed.Answers) {
	c.t.Helper()
	for i, row := range c.records("people.csv") {
		if i == 0 || row[0] != q.Before || row[1] != q.After {
			continue
		}
		var r landed.Row
		for _, cell := range row[2:] {
			r.N = append(r.N, c.number("people.csv", cell))
		}
		out.Values[q] = landed.Answer{r}
	}
}

func (c *goldenCase) number(section, cell string) float64 {
	c.t.Helper()
	n, err := strconv.ParseFloat(cell, 64)
	if err != nil {
		c.t.Fatalf("%s: %v", section, err)
	}
	return n
}
