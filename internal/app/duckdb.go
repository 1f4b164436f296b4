//go:build !noduckdb

package app

import (
	"context"

	"github.com/plumbline-audit/plumbline/connectors"
	"github.com/plumbline-audit/plumbline/connectors/duckdb"
)

func openDuckDB(ctx context.Context, target string) (connectors.Runner, connectors.Dialect, error) {
	r, err := duckdb.Open(ctx, target, duckdb.Options{})
	if err != nil {
		return nil, nil, err
	}
	return r, duckdb.Dialect(), nil
}

// dialect is the words of a warehouse that is not open: for writing fixes out.
func dialect(scheme string) (connectors.Dialect, bool) {
	if scheme == "duckdb" {
		return duckdb.Dialect(), true
	}
	return nil, false
}
