// Package connectors fetches facts from warehouses: which statements are asked, and how their rows become landed values.
package connectors

import (
	"context"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Runner carries statements to a warehouse. It runs nothing but the statements of this package, all of them read-only.
type Runner interface {
	// Query runs one statement. It must return soon after ctx ends.
	Query(ctx context.Context, s Statement) (Rows, error)
	// Close lets go of the connection.
	Close() error
}

// Rows are the rows of one statement, in the manner of database/sql.
type Rows interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
	Close() error
}

// Described is implemented by rows that know their columns: names and types as the warehouse spells them.
type Described interface {
	Describe() (names, natives []string, err error)
}

// Meter is implemented by rows that know what they cost once read.
type Meter interface {
	Read() (bytes, rows int64, ok bool)
}

// Statement is one read-only statement. Tables and Span say what it may read, Prunes names the column that limits it;
// a statement that reads no events (the catalogue) has neither.
type Statement struct {
	Name   string // what it asks, for logs and --dry-run: counts, profiles, …
	Text   string
	Args   []any
	Tables []landed.Relation
	Span   landed.Span
	Prunes string
}

// Price is what a statement would read and cost. Exact says that it is no estimate.
type Price struct {
	Bytes, Rows int64
	Money       float64
	Exact       bool
}

// Estimator is implemented by runners that can price a statement without running it.
type Estimator interface {
	Estimate(ctx context.Context, s Statement) (Price, error)
}
