package fix

import (
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// pairColumns returns the columns of one table that the other has under another spelling (orderid, order_id): those
// that neither has as they are, and that only one column on each side folds to.
func pairColumns(from, into *landed.Table) [][2]string {
	if from == nil || into == nil {
		return nil
	}
	left, right := foldedOnly(from, into), foldedOnly(into, from)
	var out [][2]string
	for _, c := range from.Columns {
		k := foldColumn(c.Name)
		if len(left[k]) == 1 && len(right[k]) == 1 && left[k][0] == c.Name {
			out = append(out, [2]string{c.Name, right[k][0]})
		}
	}
	return out
}

// foldedOnly groups the columns that only t has by their folded names.
func foldedOnly(t, other *landed.Table) map[string][]string {
	out := map[string][]string{}
	for _, c := range t.Columns {
		if !hasColumn(other, c.Name) {
			k := foldColumn(c.Name)
			out[k] = append(out[k], c.Name)
		}
	}
	return out
}

func foldColumn(s string) string { return strings.ReplaceAll(strings.ToLower(s), "_", "") }

// hasColumn says whether the table has the column, in any case; of a table that is not known, that it does.
func hasColumn(t *landed.Table, name string) bool {
	return t == nil || len(t.Columns) == 0 ||
		slices.ContainsFunc(t.Columns, func(c landed.Column) bool { return strings.EqualFold(c.Name, name) })
}

// typeOf is the type of a column; text where it is not known.
func typeOf(t *landed.Table, column string) landed.Type {
	if t != nil {
		for _, c := range t.Columns {
			if strings.EqualFold(c.Name, column) {
				return c.Type
			}
		}
	}
	return landed.Text
}
