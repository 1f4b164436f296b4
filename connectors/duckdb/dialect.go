//go:build !noduckdb

// Package duckdb connects to DuckDB: a database file, or a folder of files that are read as tables.
package duckdb

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/plumbline-audit/plumbline/connectors"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Dialect returns DuckDB's words.
func Dialect() connectors.Dialect { return dialect{} }

type dialect struct{}

func (dialect) Name() string { return "duckdb" }

func (dialect) Quote(ident string) string { return `"` + strings.ReplaceAll(ident, `"`, `""`) + `"` }

// Literal writes NUL as chr(0): the parser ends a statement at one.
func (dialect) Literal(s string) string {
	parts := strings.Split(s, "\x00")
	for i, p := range parts {
		parts[i] = "'" + strings.ReplaceAll(p, "'", "''") + "'"
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return "(" + strings.Join(parts, " || chr(0) || ") + ")"
}

func (dialect) Bind(n int) string { return "$" + strconv.Itoa(n) }

func (d dialect) Catalogue(schema string) connectors.Statement {
	where := ""
	if schema != "" {
		where = "\n  AND schema_name = " + d.Literal(schema)
	}
	// DuckDB takes a quoted name in either case. Names all in capitals come from warehouses that write each name so, and
	// are the names of the plan: taken as they stand, every column would be one that is missing and one that is new.
	low := func(c string) string {
		return "CASE WHEN " + c + " = upper(" + c + ") THEN lower(" + c + ") ELSE " + c + " END AS " + c
	}
	return connectors.Statement{Name: "catalogue", Text: `SELECT schema_name, ` + low("table_name") + ", " + low("column_name") + `, data_type
FROM duckdb_columns()
WHERE NOT internal
  AND database_name = current_database()` + where + "\nORDER BY schema_name, table_name, column_index"}
}

func (dialect) Type(native string) landed.Type {
	n := strings.ToUpper(native)
	switch {
	case strings.HasSuffix(n, "]"), strings.HasPrefix(n, "STRUCT"), strings.HasPrefix(n, "MAP"), n == "LIST", n == "ARRAY", n == "JSON", n == "UNION":
		return landed.JSON
	case strings.HasPrefix(n, "DECIMAL"), n == "DOUBLE", n == "FLOAT":
		return landed.Number
	case strings.HasPrefix(n, "ENUM"), n == "VARCHAR", n == "UUID":
		return landed.Text
	case strings.HasPrefix(n, "TIMESTAMP"), n == "DATE":
		return landed.Timestamp
	case n == "BOOLEAN":
		return landed.Boolean
	case strings.HasSuffix(n, "INT") || strings.HasSuffix(n, "INTEGER"): // also UBIGINT, HUGEINT, …
		return landed.Integer
	}
	return landed.OtherType
}

func (d dialect) Words() connectors.Words {
	return connectors.Words{
		Clock:    d.clock,
		At:       d.stamp,
		Shift:    shift,
		Date:     func(ts string) string { return "CAST(" + ts + " AS DATE)" },
		Hour:     func(ts string) string { return "date_trunc('hour', " + ts + ")" },
		Micros:   func(ts string) string { return "epoch_us(" + ts + ")" },
		Text:     text,
		Number:   finite,
		Fraction: func(x string) string { return x + " <> trunc(" + x + ")" },
		Log:      func(x string) string { return "ln(" + x + ")" },
		Length:   func(s string) string { return "length(" + s + ")" },
		Distinct: func(c string) string { return "approx_count_distinct(" + c + ")" },
		CountIf:  func(cond string) string { return "count(CASE WHEN " + cond + " THEN 1 END)" },
		Pack:     pack,
		Search:   func(s, pattern string) string { return "regexp_matches(" + s + ", " + pattern + ")" },
		Castable: castable,
		Hash:     func(s, key string) string { return "left(md5(" + key + " || " + s + "), 16)" },
		Class:    class,
		Decade: func(x string) string {
			return "CASE WHEN " + x + " = 0 THEN 0 ELSE greatest(0, least(31, 6 + CAST(floor(5 * log10(abs(" + x + "))) AS INTEGER))) END"
		},
		RowHash: func(cols []string) string {
			return "CAST(sum(hash(" + strings.Join(cols, ", ") + ")) % 18446744073709551616 AS VARCHAR)"
		},
		Unpivot: unpivot,
		Sample: func(from string, rows int) string {
			return "    SELECT * FROM " + from + " USING SAMPLE reservoir(" + strconv.Itoa(rows) + " ROWS) REPEATABLE (17)"
		},
		Null: "CAST(NULL AS VARCHAR)", Double: "DOUBLE", Batch: 10, Width: 25, Concurrency: 2,
	}
}

func (d dialect) clock(col, native string) connectors.Clock {
	at := d.stamp
	n := strings.ToUpper(native)
	switch {
	case n == "DATE":
		return connectors.Clock{
			UTC: "CAST(" + col + " AS TIMESTAMP)", Bare: col, At: at,
			On:   func(day landed.Day) string { return "DATE '" + day.String() + "'" },
			Note: "it is a date: its days are taken as they are, and no hour is known",
		}
	case n == "TIMESTAMP WITH TIME ZONE" || n == "TIMESTAMPTZ": // the session shows UTC
		return connectors.Clock{
			UTC: "CAST(" + col + " AS TIMESTAMP)", Bare: col,
			At: func(t time.Time) string {
				return "TIMESTAMPTZ '" + t.UTC().Format("2006-01-02 15:04:05.999999") + "+00'"
			},
		}
	case n == "TIMESTAMP":
		return connectors.Clock{UTC: col, Bare: col, At: at}
	case strings.HasPrefix(n, "TIMESTAMP"): // of another precision
		return connectors.Clock{UTC: "CAST(" + col + " AS TIMESTAMP)", Bare: col, At: at}
	case n == "VARCHAR":
		// A space before the offset is more than the cast can read.
		cast := "TRY_CAST(replace(" + col + ", ' +', '+') AS TIMESTAMP)"
		return connectors.Clock{
			UTC: cast, Bare: cast, At: at,
			Note: "it is text, read as ISO 8601 in UTC unless it says otherwise; rows that do not read so are not seen, and every statement reads the whole table",
		}
	}
	return connectors.Clock{}
}

func (dialect) stamp(t time.Time) string {
	return "TIMESTAMP '" + t.UTC().Format("2006-01-02 15:04:05.999999") + "'"
}

func shift(ts string, seconds int) string {
	switch {
	case seconds == 0:
		return ts
	case seconds < 0:
		return ts + " - INTERVAL " + strconv.Itoa(-seconds) + " SECOND"
	}
	return ts + " + INTERVAL " + strconv.Itoa(seconds) + " SECOND"
}

func text(col, native string) string {
	if strings.EqualFold(native, "VARCHAR") {
		return col
	}
	return "CAST(" + col + " AS VARCHAR)"
}

// finite reads a number; text where it is one. NaN and infinities cannot be added up.
func finite(col, native string) string {
	switch n := strings.ToUpper(native); n {
	case "DOUBLE", "FLOAT":
		return "CASE WHEN isfinite(" + col + ") THEN " + col + " END"
	case "", "VARCHAR", "UUID":
		x := "TRY_CAST(" + col + " AS DOUBLE)"
		return "CASE WHEN isfinite(" + x + ") THEN " + x + " END"
	}
	return "CAST(" + col + " AS DOUBLE)"
}

func pack(exprs []string) string {
	if len(exprs) == 0 {
		return "'[]'"
	}
	out := make([]string, len(exprs))
	for i, e := range exprs {
		out[i] = "    CAST(" + e + " AS VARCHAR)"
	}
	return "CAST(to_json([\n" + strings.Join(out, ",\n") + "\n  ]) AS VARCHAR)"
}

func castable(s string, t landed.Type) string {
	x := "TRY_CAST(" + s + " AS DOUBLE)"
	switch t {
	case landed.Number:
		return "coalesce(isfinite(" + x + "), false)"
	case landed.Integer:
		return "coalesce(isfinite(" + x + ") AND " + x + " = trunc(" + x + "), false)"
	case landed.Boolean:
		return "lower(" + s + ") IN ('true', 'false')"
	case landed.Timestamp:
		return "TRY_CAST(replace(" + s + ", ' +', '+') AS TIMESTAMP) IS NOT NULL"
	case landed.JSON:
		return "json_valid(" + s + ")"
	case landed.OtherType, landed.Text:
	}
	return ""
}

// class tells what a text looks like, as landed.Looks counts. An address ends in letters that are not those of a file
// or a screen density (logo@2x.png, react@18.2.0 are none); a card has a known beginning and the right check digit, and
// without it is a number; a phone number shows its country or area, since bare digits may be anything.
func class(v string) string {
	return strings.NewReplacer("$v", v, "$domain", `[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}`, "$file", `(?i)@[0-9]x\.|\.(png|jpe?g|gif|svg|webp|css|js|html?|json|pdf|mp4)$`,
		"$card", card(v), "$digits", "regexp_replace("+v+", '[^0-9]', '', 'g')").Replace(`CASE
    WHEN $v = '' THEN 0
    WHEN length($v) = 36 AND regexp_full_match($v, '[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}') THEN 1
    WHEN contains($v, '@') AND regexp_full_match($v, '[^@\s:/?&="<>]+@$domain') AND NOT regexp_matches($v, '$file') THEN 6
    WHEN (contains($v, '@') OR contains($v, '%40')) AND regexp_matches(regexp_replace($v, '(?i)git@|@[0-9]x\.', ' ', 'g'), '[A-Za-z0-9][A-Za-z0-9._+-]*(@|%40)$domain([^A-Za-z0-9./-]|[.]?$|[.]\s)')
      AND NOT regexp_matches($v, '$file') THEN 10
    WHEN left($v, 1) IN ('{', '[') AND json_valid($v) THEN 2
    WHEN left($v, 1) BETWEEN '2' AND '6' AND length($v) BETWEEN 13 AND 23 AND $card THEN CASE
      WHEN list_sum(list_transform(range(length($digits)), lambda i: CASE
        WHEN i % 2 = 0 THEN CAST(substr(reverse($digits), i + 1, 1) AS INTEGER)
        ELSE [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][CAST(substr(reverse($digits), i + 1, 1) AS INTEGER) + 1]
      END)) % 10 = 0 THEN 9 ELSE 3 END
    WHEN left($v, 1) IN ('+', '(') AND length($digits) BETWEEN 9 AND 15
      AND regexp_full_match($v, '\+[1-9][0-9 ().-]+[0-9]|\([0-9]{2,4}\)[ 0-9-]{5,}') THEN 7
    WHEN TRY_CAST($v AS DOUBLE) IS NOT NULL THEN 3
    WHEN regexp_matches($v, '^[0-9]{4}-[0-9]{2}-[0-9]{2}') AND TRY_CAST(left($v, 10) AS DATE) IS NOT NULL THEN 4
    WHEN lower($v) IN ('true', 'false') THEN 5
    ELSE 8
  END`)
}

// card is the condition that a text of digits, blanks and dashes begins as a payment card does and has its length.
func card(v string) string {
	digits := "regexp_replace(" + v + ", '[ -]', '', 'g')"
	return "regexp_full_match(" + v + ", '[0-9]+([ -][0-9]{2,})*') AND regexp_full_match(" + digits +
		`, '4[0-9]{12}([0-9]{3}){0,2}|5[1-5][0-9]{14}|2[2-7][0-9]{14}|3[47][0-9]{13}|3(0[0-5]|[68][0-9])[0-9]{11}|35[2-8][0-9]{13}|6(011|4[4-9][0-9]|5[0-9]{2})[0-9]{12}|62[0-9]{14,17}')`
}

func unpivot(keep string, ids []int, exprs []string, from string) string {
	places := make([]string, len(ids))
	for i, id := range ids {
		places[i] = strconv.Itoa(id)
	}
	return fmt.Sprintf("SELECT %s, unnest([%s]) AS c, unnest([%s]) AS v\n    FROM %s",
		keep, strings.Join(places, ", "), strings.Join(exprs, ", "), from)
}
