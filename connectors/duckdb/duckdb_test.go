//go:build !noduckdb

package duckdb_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/plumbline-audit/plumbline/connectors"
	"github.com/plumbline-audit/plumbline/connectors/conformance"
	"github.com/plumbline-audit/plumbline/connectors/duckdb"
)

func TestConformance(t *testing.T) {
	conformance.Run(t, load, duckdb.Dialect(), conformance.Traits{NUL: true})
}

// write runs statements on a new database file and closes it.
func write(t *testing.T, path string, run func(db *sql.DB)) {
	t.Helper()
	db, err := sql.Open("duckdb", path)
	if err != nil {
		t.Fatal(err)
	}
	run(db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func execute(t *testing.T, db *sql.DB, text string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(context.Background(), text, args...); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

func native(t conformance.Type) string {
	switch t {
	case conformance.Text:
		return "VARCHAR"
	case conformance.Integer:
		return "BIGINT"
	case conformance.Number:
		return "DOUBLE"
	case conformance.Boolean:
		return "BOOLEAN"
	case conformance.Timestamp:
		return "TIMESTAMP"
	case conformance.TimestampTZ:
		return "TIMESTAMPTZ"
	case conformance.Date:
		return "DATE"
	case conformance.JSON:
		return "JSON"
	case conformance.Strange:
		return "BLOB"
	}
	return ""
}

func load(t *testing.T, tables []conformance.Table) connectors.Runner {
	t.Helper()
	path := filepath.Join(t.TempDir(), "store.duckdb")
	quote := duckdb.Dialect().Quote
	write(t, path, func(db *sql.DB) {
		for _, table := range tables {
			cols, marks := make([]string, len(table.Columns)), make([]string, len(table.Columns))
			for i, c := range table.Columns {
				cols[i], marks[i] = quote(c.Name)+" "+native(c.Type), "?"
			}
			rel := quote(table.Schema) + "." + quote(table.Name)
			execute(t, db, "CREATE SCHEMA IF NOT EXISTS "+quote(table.Schema))
			execute(t, db, fmt.Sprintf("CREATE TABLE %s (%s)", rel, strings.Join(cols, ", ")))
			for _, row := range table.Rows {
				execute(t, db, fmt.Sprintf("INSERT INTO %s VALUES (%s)", rel, strings.Join(marks, ", ")), row...)
			}
		}
	})
	r, err := duckdb.Open(t.Context(), path, duckdb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}
