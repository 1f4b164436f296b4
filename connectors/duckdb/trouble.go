//go:build !noduckdb

package duckdb

import (
	"errors"
	"io/fs"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/plumbline-audit/plumbline/connectors"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Trouble says why a statement over r failed. Values of rows, which DuckDB quotes in errors of conversion, are left out.
func (dialect) Trouble(err error, r landed.Relation) connectors.Trouble {
	t := connectors.Trouble{
		Why:      firstLine(err.Error()),
		HowToFix: "run plumbline audit --dry-run and try the statement in DuckDB, or leave the table out: exclude_tables: [" + r.Table + "]",
	}
	var e *duckdb.Error
	if !errors.As(err, &e) {
		t.Unreachable = strings.Contains(t.Why, "database has been invalidated") || strings.Contains(t.Why, "database is closed")
		return t
	}
	t.Why = firstLine(e.Msg)
	switch e.Type { //nolint:exhaustive // the rest speaks for itself
	case duckdb.ErrorTypeConversion, duckdb.ErrorTypeInvalidInput, duckdb.ErrorTypeOutOfRange:
		if !strings.Contains(t.Why, "cannot be read: ") && !strings.Contains(t.Why, "regex") {
			t.Why = "a value of " + r.Table + " cannot be read as its column's type"
			t.HowToFix = "query the table in DuckDB to see which, and mend or exclude it: exclude_tables: [" + r.Table + "]"
		}
	case duckdb.ErrorTypeBinder, duckdb.ErrorTypeCatalog:
		t.Why = r.Table + " cannot be read: " + strings.TrimPrefix(strings.TrimPrefix(t.Why, "Binder Error: "), "Catalog Error: ")
		t.HowToFix = "mend the view, check that `where` names columns every table has, or leave the table out: exclude_tables: [" + r.Table + "]"
	case duckdb.ErrorTypeOutOfMemory:
		t.HowToFix = "lower warehouse.concurrency to 1, free memory on this machine, or leave the table out: exclude_tables: [" + r.Table + "]"
	case duckdb.ErrorTypeIO:
		t.HowToFix = "check that the file is there, whole and readable"
		if errors.Is(err, fs.ErrPermission) || strings.Contains(t.Why, "Permission denied") {
			t.HowToFix = "give the user the right to read the file"
		}
	case duckdb.ErrorTypeFatal:
		t.Unreachable = true
	}
	return t
}
