package connectors

import (
	"context"
	"fmt"
)

// Rollups lists the sources of one table of daily counts whose name or columns the configuration gives: the table
// itself, or each value of its source column.
func (w *Warehouse) Rollups(ctx context.Context, schema string, l Layout) ([]Found, error) {
	all, err := w.readCatalogue(ctx, schema, nil)
	if err != nil {
		return nil, fmt.Errorf("read the tables of schema %s: %w", schema, err)
	}
	cat := all[schema]
	f := Found{Schema: schema, Layout: l, Source: lastPart(schema)}
	t, ok := cat.table(l.Tracks)
	if !ok {
		f.Problem = "schema " + schema + " has no table " + l.Tracks + ": check the name under `table` of the source, and the grants of the user"
		return []Found{f}, nil
	}
	for _, need := range []string{l.Counts.Event, l.Counts.Day, l.Counts.Rows, l.Counts.Source} {
		if _, ok := find(cat[t], need); need != "" && !ok {
			f.Problem = t + " has no column " + need + ": name the columns it has under `columns` of the source"
			return []Found{f}, nil
		}
	}
	if l.Counts.Source == "" {
		return []Found{f}, nil
	}
	return w.rollupSources(ctx, f, t)
}
