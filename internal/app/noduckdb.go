//go:build noduckdb

package app

import (
	"context"
	"errors"

	"github.com/plumbline-audit/plumbline/config"
	"github.com/plumbline-audit/plumbline/connectors"
)

func openDuckDB(context.Context, string, config.Warehouse, bool) (connectors.Runner, connectors.Dialect, error) {
	return nil, nil, errors.New("this plumbline was built without DuckDB (tag noduckdb): use a build that has it")
}

// dialect knows no warehouse in this build.
func dialect(string) (connectors.Dialect, bool) { return nil, false }
