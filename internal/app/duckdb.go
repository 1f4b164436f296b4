//go:build !noduckdb

package app

import (
	"context"
	"strconv"

	"github.com/plumbline-audit/plumbline/config"
	"github.com/plumbline-audit/plumbline/connectors"
	"github.com/plumbline-audit/plumbline/connectors/duckdb"
)

func openDuckDB(ctx context.Context, target string, may config.Warehouse, once bool) (connectors.Runner, connectors.Dialect, error) {
	o := duckdb.Options{Threads: may.Threads, Temp: string(may.Temp), Once: once}
	if may.Memory > 0 {
		o.Memory = strconv.FormatInt(int64(may.Memory), 10) + "B"
	}
	r, err := duckdb.Open(ctx, target, o)
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
