package main

import (
	"github.com/plumbline-audit/plumbline/internal/simulate"
)

// counts is what the baselines see of a workspace: the rows a day of each name in each source.
type counts struct {
	w     *simulate.Workspace
	rows  int
	by    map[string][][]float64 // by source, nil where the name never landed
	total [][]float64
}

func newCounts(w *simulate.Workspace) *counts {
	c := &counts{w: w, by: map[string][][]float64{}}
	for range w.Sources {
		c.total = append(c.total, make([]float64, w.Options.Days))
	}
	return c
}

func (c *counts) add(source int, r simulate.Row) {
	first := c.w.Options.AsOf.AddDate(0, 0, -c.w.Options.Days)
	day := int(r.Received.Sub(first).Hours() / 24)
	if day >= c.w.Options.Days {
		return // landed after the last night
	}
	c.rows++
	if c.by[r.Event] == nil {
		c.by[r.Event] = make([][]float64, len(c.w.Sources))
	}
	if c.by[r.Event][source] == nil {
		c.by[r.Event][source] = make([]float64, c.w.Options.Days)
	}
	c.by[r.Event][source][day]++
	c.total[source][day]++
}

// bySource is the rows a day of a name, by source.
func (c *counts) bySource(name string) [][]float64 {
	if y := c.by[name]; y != nil {
		return y
	}
	return make([][]float64, len(c.w.Sources))
}

// countOnly counts the rows of a workspace that nobody writes.
func countOnly(w *simulate.Workspace) *counts {
	c := newCounts(w)
	for i := range w.Sources {
		_ = w.Rows(i, func(r simulate.Row) error { c.add(i, r); return nil }) // fails only where its function does
	}
	return c
}
