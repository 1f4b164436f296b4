package main

import (
	"github.com/plumbline-audit/plumbline/internal/simulate"
)

// counts is what the baselines see of a workspace: rows a day of each name in each source and version.
type counts struct {
	w    *simulate.Workspace
	rows int
	by   map[string][]cell
}

// cell is the daily rows of one name in one source and version.
type cell struct {
	source  int
	version string
	daily   []float64
}

func newCounts(w *simulate.Workspace) *counts { return &counts{w: w, by: map[string][]cell{}} }

func (c *counts) add(source int, r simulate.Row) {
	c.rows++
	first := c.w.Options.AsOf.AddDate(0, 0, -c.w.Options.Days)
	day := int(r.Received.Sub(first).Hours() / 24)
	cells := c.by[r.Event]
	at := -1
	for i := range cells {
		if cells[i].source == source && cells[i].version == r.Version {
			at = i
		}
	}
	if at < 0 {
		at = len(cells)
		cells = append(cells, cell{source, r.Version, make([]float64, c.w.Options.Days+1)})
		c.by[r.Event] = cells
	}
	cells[at].daily[day]++
}
