package connectors

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// catalogue is what a schema holds now.
type catalogue map[string][]column // by table

type column struct{ name, native string }

// find returns the column of that name, first exactly and then whatever its case: Snowflake spells in capitals.
func find(cols []column, name string) (column, bool) {
	if name == "" {
		return column{}, false
	}
	for _, c := range cols {
		if c.name == name {
			return c, true
		}
	}
	i := slices.IndexFunc(cols, func(c column) bool { return strings.EqualFold(c.name, name) })
	if i < 0 {
		return column{}, false
	}
	return cols[i], true
}

// table returns how the warehouse spells a table; false when there is none.
func (c catalogue) table(name string) (string, bool) {
	if _, ok := c[name]; ok {
		return name, true
	}
	for _, t := range slices.Sorted(maps.Keys(c)) {
		if strings.EqualFold(t, name) {
			return t, true
		}
	}
	return name, false
}

// readCatalogue asks for the columns of one schema, or of all.
func (w *Warehouse) readCatalogue(ctx context.Context, schema string, m *meter) (map[string]catalogue, error) {
	out := map[string]catalogue{}
	err := w.metered(ctx, w.d.Catalogue(schema), m, func(rows Rows) error {
		for rows.Next() {
			var s, t, c, native string
			if err := rows.Scan(&s, &t, &c, &native); err != nil {
				return fmt.Errorf("read the catalogue: %w", err)
			}
			if out[s] == nil {
				out[s] = catalogue{}
			}
			out[s][t] = append(out[s][t], column{c, native})
		}
		return rows.Err()
	})
	return out, err
}

// catalogueOf returns what a source's schema holds. Without fresh it may be what an earlier statement saw.
func (w *Warehouse) catalogueOf(ctx context.Context, a attached, fresh bool, m *meter) (catalogue, error) {
	w.memory.mu.Lock()
	cat, ok := w.memory.catalogues[a.Name]
	w.memory.mu.Unlock()
	if !ok || fresh && w.with == nil {
		all, err := w.readCatalogue(ctx, a.Schema, m)
		if err != nil {
			return nil, fmt.Errorf("read the tables of schema %s: %w", a.Schema, err)
		}
		if cat = all[a.Schema]; len(cat) == 0 {
			return nil, fmt.Errorf("schema %q has %w", a.Schema, errNoTables)
		}
		w.memory.mu.Lock()
		w.memory.catalogues[a.Name] = cat
		w.memory.mu.Unlock()
	}
	if w.with == nil {
		return cat, nil
	}
	return w.mendedCatalogue(ctx, a, cat, m)
}

// mendedCatalogue keeps the substituted tables, with the columns their SELECT gives.
func (w *Warehouse) mendedCatalogue(ctx context.Context, a attached, base catalogue, m *meter) (catalogue, error) {
	out := catalogue{}
	for _, rel := range slices.SortedFunc(maps.Keys(w.with), compareRelations) {
		if rel.Schema != a.Schema {
			continue
		}
		out[rel.Table] = base[rel.Table]
		r := newRelations(w.d, w.with)
		text := "SELECT * FROM " + r.name(rel) + " LIMIT 0"
		st := Statement{Name: "columns of " + rel.Table, Text: r.clause() + text, Tables: []landed.Relation{rel}}
		err := w.metered(ctx, st, m, func(rows Rows) error {
			d, ok := rows.(Described)
			if !ok {
				return nil // the catalogue's columns must do
			}
			names, natives, err := d.Describe()
			if err != nil {
				return err
			}
			out[rel.Table] = nil
			for i, n := range names {
				out[rel.Table] = append(out[rel.Table], column{n, natives[i]})
			}
			return rows.Err()
		})
		if err != nil {
			return nil, fmt.Errorf("read the columns of mended %s.%s: %w", rel.Schema, rel.Table, err)
		}
	}
	return out, nil
}

// Found is a source that Discover came across.
type Found struct {
	Schema  string
	Layout  Layout
	Source  string // the last part of the schema, or the value of a rollup's source column
	Value   string // that value; for SourceOptions
	Zone    string // always "": a warehouse does not say which zone its readers think in
	Problem string // what is missing and what to do; "" when it can be audited
}

// Discover lists the schemas that have a layout, and those that nearly have it with what is missing. It reads the
// catalogue once, and the source column of tables of daily counts that have one.
func (w *Warehouse) Discover(ctx context.Context) ([]Found, error) {
	all, err := w.readCatalogue(ctx, "", nil)
	if err != nil {
		return nil, fmt.Errorf("read the tables of the warehouse: %w", err)
	}
	var out []Found
	for _, schema := range slices.Sorted(maps.Keys(all)) {
		if f, ok := w.foundSegment(schema, all[schema]); ok {
			out = append(out, f)
		}
		rollups, err := w.foundRollups(ctx, schema, all[schema])
		if err != nil {
			return nil, err
		}
		out = append(out, rollups...)
	}
	slices.SortStableFunc(out, func(a, b Found) int {
		return cmp.Or(cmp.Compare(a.Schema, b.Schema), cmp.Compare(a.Source, b.Source))
	})
	return out, nil
}

func lastPart(schema string) string { return schema[strings.LastIndexByte(schema, '.')+1:] }

func (w *Warehouse) foundSegment(schema string, cat catalogue) (Found, bool) {
	l := Segment()
	t, ok := cat.table(l.Tracks)
	if !ok {
		return Found{}, false
	}
	_, named := find(cat[t], l.EventName)
	_, timed := find(cat[t], l.ReceivedAt)
	_, slug := find(cat[t], l.TableName)
	if !named && !timed && !slug {
		return Found{}, false // a table of that name that has nothing to do with events
	}
	return Found{Schema: schema, Layout: l, Source: lastPart(schema), Problem: w.lacking(t, cat[t], l)}, true
}

// lacking says what a layout cannot do without and the table has not.
func (w *Warehouse) lacking(table string, cols []column, l Layout) string {
	for _, need := range []string{l.EventName, l.ReceivedAt} {
		if _, ok := find(cols, need); !ok {
			return table + " has no column " + need + ": let the pipeline send it, or keep daily counts in a table and use layout: rollup"
		}
	}
	return w.timeless(table, cols, l)
}

// timeless says that a table's time cannot be read as one.
func (w *Warehouse) timeless(table string, cols []column, l Layout) string {
	if c, ok := find(cols, l.ReceivedAt); ok && w.words.Clock(w.d.Quote(c.name), c.native).UTC == "" {
		return "column " + c.name + " of " + table + " is " + c.native + " and cannot be read as a time: cast it to a timestamp in a view"
	}
	return ""
}

func (w *Warehouse) foundRollups(ctx context.Context, schema string, cat catalogue) ([]Found, error) {
	l := Rollup("", RollupColumns{})
	t, ok := cat.table(l.Tracks)
	if !ok {
		return nil, nil
	}
	c := RollupColumns{Event: l.Counts.Event, Day: l.Counts.Day, Rows: l.Counts.Rows}
	var missing []string
	for _, need := range []string{c.Event, c.Day, c.Rows} {
		if _, ok := find(cat[t], need); !ok {
			missing = append(missing, need)
		}
	}
	for name, into := range map[string]*string{
		"source": &c.Source, "platform": &c.Platform, "app_version": &c.AppVersion, "users": &c.Users,
	} {
		if have, ok := find(cat[t], name); ok {
			*into = have.name
		}
	}
	f := Found{Schema: schema, Layout: Rollup(t, c), Source: lastPart(schema)}
	if len(missing) > 0 {
		f.Problem = t + " has no column " + strings.Join(missing, ", ") +
			": name the columns it has instead under `columns` of the source"
		return []Found{f}, nil
	}
	if c.Source == "" {
		return []Found{f}, nil
	}
	return w.rollupSources(ctx, f, t)
}

// rollupSources turns each value of the source column into a source.
func (w *Warehouse) rollupSources(ctx context.Context, f Found, table string) ([]Found, error) {
	r := newRelations(w.d, nil)
	col := w.d.Quote(f.Layout.Counts.Source)
	rel := landed.Relation{Schema: f.Schema, Table: table}
	st := Statement{
		Name: "sources of " + table, Tables: []landed.Relation{rel},
		Text: "SELECT DISTINCT " + col + "\nFROM " + r.name(rel) + "\nWHERE " + col + " IS NOT NULL\nORDER BY 1\nLIMIT 1000",
	}
	var out []Found
	err := w.run(ctx, st, func(rows Rows) error {
		for rows.Next() {
			one := f
			if err := rows.Scan(&one.Value); err != nil {
				return err
			}
			one.Source = one.Value
			out = append(out, one)
		}
		return rows.Err()
	})
	if err != nil {
		tr := w.d.Trouble(err, rel)
		f.Problem = "the sources of " + table + " cannot be read: " + tr.Why + "; " + tr.HowToFix
		return []Found{f}, nil
	}
	return out, nil
}
