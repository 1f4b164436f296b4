package connectors

import (
	"time"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Dialect is what every warehouse says in its own words. The words stand together in Words, a value, so that a
// dialect is data and golden files show all of it.
type Dialect interface {
	// Name is the dialect's name as in the scheme of a warehouse URL.
	Name() string
	// Quote writes an identifier, whatever it holds.
	Quote(ident string) string
	// Literal writes a text value, whatever it holds.
	Literal(s string) string
	// Bind refers to the nth argument of a statement, from 1; it may be referred to more than once.
	Bind(n int) string
	// Words returns the expressions that differ.
	Words() Words
	// Catalogue asks for the columns of one schema, of all schemas when it is empty. Its rows are schema, table,
	// column and native type, sorted by schema, table and position.
	Catalogue(schema string) Statement
	// Type reduces a native type to what a plan can tell apart.
	Type(native string) landed.Type
	// Trouble says in a reader's words why a statement over r failed and what to do.
	Trouble(err error, r landed.Relation) Trouble
}

// Trouble is an error in a reader's words.
type Trouble struct {
	Why, HowToFix string
	Unreachable   bool // nothing more can be asked of this warehouse
}

// Words holds the expressions that differ between warehouses, as functions of quoted SQL.
type Words struct {
	Clock func(col, native string) Clock // how a time column is read

	At     func(t time.Time) string            // an instant as a UTC timestamp literal
	Shift  func(ts string, seconds int) string // a UTC timestamp moved by seconds
	Date   func(ts string) string              // the date a timestamp shows
	Hour   func(ts string) string              // the start of its hour
	Micros func(ts string) string              // microseconds since 1970, an integer

	Text     func(col, native string) string                                  // a column as text
	Number   func(col, native string) string                                  // a column as float64; NULL where it is not finite
	Fraction func(number string) string                                       // the condition that a number has a fraction
	Log      func(number string) string                                       // natural logarithm of a positive number
	Length   func(text string) string                                         // in characters
	Distinct func(col string) string                                          // an estimate of its distinct values
	CountIf  func(cond string) string                                         // rows for which cond holds
	Pack     func(exprs []string) string                                      // figures as one JSON array of texts
	Search   func(text, pattern string) string                                // the condition that a portable pattern is found
	Castable func(text string, t landed.Type) string                          // the condition that a text reads as t; "" when it always does
	Hash     func(text, key string) string                                    // 16 hexadecimal digits of a keyed hash
	Class    func(text string) string                                         // the format class of a text: as landed.Looks counts them
	Decade   func(number string) string                                       // the bin of a number: 0..31 as LogHist says
	RowHash  func(cols []string) string                                       // sum over rows of a hash of all columns, modulo 2^64, as text
	Unpivot  func(keep string, ids []int, exprs []string, from string) string // SELECT keep, c, v: one row per expression
	Sample   func(from string, rows int) string                               // SELECT * of about so many rows of a parenthesised query

	Null        string // NULL as text
	Double      string // the type of a float64
	Inline      string // what stands before a CTE's body so that its filter is pushed down
	Batch       int    // tables, or questions, to a statement
	Repeats     bool   // tables hold a message more than once by design, until a view removes it: repeats are not counted
	Width       int    // columns to a statement
	Concurrency int    // statements at once, unless asked otherwise
}

// Clock is how a time column of some native type is read.
type Clock struct {
	UTC  string                    // the column as a timestamp that shows UTC
	At   func(t time.Time) string  // an instant as a literal that compares with Bare
	On   func(d landed.Day) string // for dates: a day as a literal that compares with Bare; nil for what has a time
	Bare string                    // what a filter compares, so that the warehouse can prune
	Note string                    // what a reader must know of this reading; "" as a rule
}
