package connectors

import (
	"database/sql"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"time"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// The drivers give the same figure as different Go types; these read them all.

// dayCell reads a date, however the driver gives it.
type dayCell struct {
	day landed.Day
	raw string
	bad bool // it was there and is no date
}

// Scan implements sql.Scanner.
func (c *dayCell) Scan(v any) error {
	*c = dayCell{day: landed.NoDay}
	switch x := v.(type) {
	case nil:
		c.bad = true
		return nil
	case time.Time:
		c.day = landed.DayOf(x)
		return nil
	case []byte:
		c.raw = string(x)
	case string:
		c.raw = x
	case fmt.Stringer:
		c.raw = x.String()
	default:
		c.raw, c.bad = fmt.Sprint(v), true
		return nil
	}
	d, err := landed.ParseDay(c.raw)
	c.day, c.bad = d, err != nil
	return nil
}

// intCell reads a whole number; NULL is not valid.
type intCell struct {
	n     int64
	valid bool
}

// Scan implements sql.Scanner.
func (c *intCell) Scan(v any) error {
	*c = intCell{valid: true}
	switch x := v.(type) {
	case nil:
		c.valid = false
	case int64:
		c.n = x
	case int32:
		c.n = int64(x)
	case int:
		c.n = int64(x)
	case uint64:
		c.n = int64(min(x, math.MaxInt64)) //nolint:gosec // capped
	case float64:
		c.n = int64(x)
	case *big.Int:
		c.n = x.Int64()
	case []byte:
		return c.text(string(x))
	case string:
		return c.text(x)
	case fmt.Stringer:
		return c.text(x.String())
	default:
		return c.text(fmt.Sprint(v))
	}
	return nil
}

func (c *intCell) text(s string) error {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return fmt.Errorf("read %q as a whole number: %w", s, err)
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		c.n = n
		return nil
	}
	c.n = int64(f)
	return nil
}

// sliceCells are the four columns everything is grouped by, in the order of writer.dims.
type sliceCells struct{ platform, library, version, app sql.NullString }

func (c *sliceCells) dest() []any { return []any{&c.platform, &c.library, &c.version, &c.app} }

func (c *sliceCells) slice() landed.Slice {
	return landed.Slice{Platform: c.platform.String, Library: c.library.String, LibraryVersion: c.version.String, AppVersion: c.app.String}
}
