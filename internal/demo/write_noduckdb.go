//go:build noduckdb

package demo

import "context"

// Write needs DuckDB, which this build leaves out: it returns ErrNoDuckDB.
func Write(context.Context, string, Options) (Files, error) { return Files{}, ErrNoDuckDB }
