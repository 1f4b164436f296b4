package connectors

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Tallied is what a table holds in a span: two tables that agree in all of it hold the same rows, whatever their order.
type Tallied struct {
	Relation  landed.Relation
	Rows, IDs int64  // rows; distinct message ids, 0 where the layout has none
	Hash      string // sum over rows of a hash of all columns; comparable within one warehouse only
}

// Tally counts what relations of attached sources hold in a span, read through with where it names them. It is how a
// fix is shown to lose no row. Columns are hashed in the order of their names.
func (w *Warehouse) Tally(ctx context.Context, rels []landed.Relation, with map[landed.Relation]string, span landed.Span) ([]Tallied, error) {
	m := w
	if len(with) > 0 {
		m = w.Mended(with)
	}
	out := make([]Tallied, 0, len(rels))
	for _, rel := range rels {
		one, err := m.tally(ctx, rel, span)
		if err != nil {
			return nil, fmt.Errorf("tally %s.%s: %w", rel.Schema, rel.Table, err)
		}
		out = append(out, one)
	}
	return out, nil
}

func (w *Warehouse) tally(ctx context.Context, rel landed.Relation, span landed.Span) (Tallied, error) {
	a, ok := w.sourceOfSchema(rel.Schema)
	if !ok {
		return Tallied{}, fmt.Errorf("no attached source lands in schema %s", rel.Schema)
	}
	plain := *w
	if _, substituted := w.with[rel]; !substituted {
		plain.with = nil
	}
	cat, err := plain.catalogueOf(ctx, a, false, nil)
	if err != nil {
		return Tallied{}, err
	}
	wr := plain.writer(a, time.Time{})
	t, ok := wr.event(rel.Table, cat[rel.Table])
	if !ok {
		return Tallied{}, fmt.Errorf("it has no column %s to limit it by", a.layout.ReceivedAt)
	}
	cols := slices.Clone(t.cols)
	slices.SortFunc(cols, func(x, y column) int { return strings.Compare(x.name, y.name) })
	quoted := make([]string, len(cols))
	for i, c := range cols {
		quoted[i] = wr.words.Text(wr.d.Quote(c.name), c.native)
	}
	st := wr.statement("tally of "+rel.Table, fmt.Sprintf("SELECT count(*) AS n, count(DISTINCT %s) AS ids, %s AS hash\nFROM %s\n%s",
		wr.text(t.cols, a.layout.ID), wr.words.RowHash(quoted), wr.name(rel), wr.where(t, span)), span)
	out := Tallied{Relation: rel}
	err = plain.run(ctx, st, func(rows Rows) error {
		var (
			n, ids intCell
			hash   sql.NullString
		)
		for rows.Next() {
			if err := rows.Scan(&n, &ids, &hash); err != nil {
				return err
			}
		}
		out.Rows, out.IDs, out.Hash = n.n, ids.n, hash.String
		return rows.Err()
	})
	return out, err
}
