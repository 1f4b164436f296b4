package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/plumbline-audit/plumbline/internal/simulate"
)

// write puts a workspace into a folder as its user would have it: warehouse.duckdb in Segment's layout, plan.json,
// plumbline.yaml; and truth.json, which the program never sees. It returns the counts of what was written.
func write(ctx context.Context, dir string, w *simulate.Workspace) (*counts, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("write a workspace: %w", err)
	}
	plan, err := w.Plan()
	if err != nil {
		return nil, err
	}
	truth, err := json.MarshalIndent(w.Truth, "", " ")
	if err != nil {
		return nil, fmt.Errorf("write the truth of a workspace: %w", err)
	}
	for name, text := range map[string][]byte{"plan.json": plan, "truth.json": truth, "plumbline.yaml": configuration(w)} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			return nil, fmt.Errorf("write a workspace: %w", err)
		}
	}
	file := filepath.Join(dir, "warehouse.duckdb")
	for _, old := range []string{file, file + ".wal"} {
		if err := os.Remove(old); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("write a workspace over an older one: %w", err)
		}
	}
	return warehouse(ctx, file, w)
}

// configuration is what `plumbline init` would write, without the comments.
func configuration(w *simulate.Workspace) []byte {
	var b strings.Builder
	b.WriteString("workspace: simulated\ntimezone: UTC\nwarehouse:\n  url: duckdb:warehouse.duckdb\nsources:\n")
	for _, s := range w.Sources {
		fmt.Fprintf(&b, "  - {schema: %s}\n", s.Name)
	}
	b.WriteString("plan:\n  file: plan.json\nstate: sqlite:plumbline.db\n")
	return []byte(b.String())
}

// base are the columns that Segment puts into every table.
const base = `id VARCHAR, anonymous_id VARCHAR, user_id VARCHAR, event VARCHAR, event_text VARCHAR, context_library_name VARCHAR,
context_app_version VARCHAR, original_timestamp TIMESTAMP, received_at TIMESTAMP, "timestamp" TIMESTAMP, uuid_ts TIMESTAMP`

// baseNames are the same, without their types.
const baseNames = `id, anonymous_id, user_id, event, event_text, context_library_name, context_app_version, original_timestamp, received_at, "timestamp", uuid_ts`

// warehouse writes a table for each event and, from these, tracks.
func warehouse(ctx context.Context, file string, w *simulate.Workspace) (_ *counts, err error) {
	connector, err := duckdb.NewConnector(file, nil)
	if err != nil {
		return nil, fmt.Errorf("open a new warehouse: %w", err)
	}
	db := sql.OpenDB(connector)
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := connector.Connect(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect to a new warehouse: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	into := &writer{ctx: ctx, conn: conn, counts: newCounts(w)}
	into.run("SET TimeZone = 'UTC'; SET threads = 1; SET force_compression = 'uncompressed'; BEGIN")
	for i := range w.Sources {
		into.source(w, i)
	}
	into.run("COMMIT; CHECKPOINT")
	return into.counts, into.err
}

// writer writes one warehouse. After its first error it does nothing more.
type writer struct {
	ctx    context.Context //nolint:containedctx // it lives as long as one call of warehouse
	conn   driver.Conn
	counts *counts
	err    error

	table    *simulate.Table
	appender *duckdb.Appender
	args     []driver.Value
}

func (w *writer) run(query string) {
	if w.err != nil {
		return
	}
	if _, err := w.conn.(driver.ExecerContext).ExecContext(w.ctx, query, nil); err != nil {
		w.err = fmt.Errorf("write a warehouse: %w", err)
	}
}

func (w *writer) source(ws *simulate.Workspace, i int) {
	if w.err != nil {
		return
	}
	src := ws.Sources[i]
	w.run("CREATE SCHEMA " + src.Name)
	var tables []string
	err := ws.Rows(i, func(r simulate.Row) error {
		if r.Table != w.table {
			if !slices.Contains(tables, r.Table.Name) {
				tables = append(tables, r.Table.Name)
				w.run(create(r.Table))
			}
			w.open(r.Table)
		}
		w.row(src, r)
		w.counts.add(i, r)
		return w.err
	})
	w.close()
	w.err = errors.Join(w.err, err)
	parts := make([]string, len(tables))
	for i, t := range tables {
		parts[i] = fmt.Sprintf("SELECT %s FROM %s.%q", baseNames, src.Name, t)
	}
	w.run(fmt.Sprintf("CREATE TABLE %s.tracks AS SELECT * FROM (%s) ORDER BY received_at, id", src.Name, strings.Join(parts, " UNION ALL ")))
}

func create(t *simulate.Table) string {
	var b strings.Builder
	fmt.Fprintf(&b, "CREATE TABLE %s.%q (%s", t.Source, t.Name, base)
	for _, c := range t.Columns {
		fmt.Fprintf(&b, ", %q %s", c.Name, map[simulate.Type]string{
			simulate.Text: "VARCHAR", simulate.Number: "DOUBLE", simulate.Integer: "BIGINT", simulate.Boolean: "BOOLEAN",
		}[c.Type])
	}
	return b.String() + ")"
}

// open turns to another table.
func (w *writer) open(t *simulate.Table) {
	w.close()
	if w.err != nil {
		return
	}
	a, err := duckdb.NewAppenderFromConn(w.conn, t.Source, t.Name)
	if err != nil {
		w.err = fmt.Errorf("write into %s.%s: %w", t.Source, t.Name, err)
		return
	}
	w.table, w.appender = t, a
}

func (w *writer) close() {
	if w.appender != nil {
		if err := w.appender.Close(); err != nil {
			w.err = errors.Join(w.err, fmt.Errorf("write into %s.%s: %w", w.table.Source, w.table.Name, err))
		}
	}
	w.table, w.appender = nil, nil
}

func (w *writer) row(src simulate.Source, r simulate.Row) {
	if w.err != nil {
		return
	}
	loaded := r.Received.Truncate(3600e9).Add(75 * 60e9)
	w.args = append(w.args[:0], r.ID, known(r.Anonymous), known(r.User), r.Table.Name, r.Event, src.Library, known(r.Version), r.At, r.Received, r.At, loaded)
	for _, v := range r.Values {
		w.args = append(w.args, v)
	}
	if err := w.appender.AppendRow(w.args...); err != nil {
		w.err = fmt.Errorf("write a row of %s.%s: %w", r.Table.Source, r.Table.Name, err)
	}
}

// known is a text, or NULL where it is empty.
func known(s string) driver.Value {
	if s == "" {
		return nil
	}
	return s
}
