package connectors

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
)

// SQL returns a Runner over a database/sql driver. Closing it closes db.
func SQL(db *sqlx.DB) Runner { return sqlRunner{db} }

type sqlRunner struct{ db *sqlx.DB }

func (r sqlRunner) Query(ctx context.Context, s Statement) (Rows, error) {
	rows, err := r.db.QueryxContext(ctx, s.Text, s.Args...)
	if err != nil {
		return nil, fmt.Errorf("run %s: %w", s.Name, err)
	}
	return sqlRows{rows}, nil
}

func (r sqlRunner) Close() error { return r.db.Close() }

type sqlRows struct{ *sqlx.Rows }

// Describe returns the names and native types of the columns.
func (r sqlRows) Describe() (names, natives []string, err error) {
	types, err := r.ColumnTypes()
	if err != nil {
		return nil, nil, fmt.Errorf("read column types: %w", err)
	}
	for _, t := range types {
		names = append(names, t.Name())
		natives = append(natives, t.DatabaseTypeName())
	}
	return names, natives, nil
}
