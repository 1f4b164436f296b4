//go:build !noduckdb

package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	_ "github.com/duckdb/duckdb-go/v2" // the warehouses are real ones
	"github.com/rogpeppe/go-internal/testscript"
)

// spec is a small warehouse as a script writes it down:
//
//	source web 2026-05-01                     a schema in Segment's layout, and the first day of what follows
//	event "Sign Up" sign_up 5.2.0 50*40 0*6   an event as sent, its table, the app's version (- is none), rows*days;
//	                                          ~50*40 is about 50, as much more or less as days are
//	property sign_up plan VARCHAR 'pro'       a column of an event's table, and its value as SQL; n is the row's number
//	sql ALTER TABLE web.tracks DROP id        whatever else is to be, run last
type spec struct {
	sources    []string
	first      map[string]time.Time
	cells      map[string][]string // by source: rows of VALUES
	tables     map[string][]string // by source
	properties map[string][]string // by source.table: columns of a SELECT
	after      []string
}

func parseSpec(text string) (spec, error) {
	s := spec{first: map[string]time.Time{}, cells: map[string][]string{}, tables: map[string][]string{}, properties: map[string][]string{}}
	source := ""
	for i, line := range strings.Split(text, "\n") {
		words, err := split(line)
		if err == nil && len(words) > 0 {
			source, err = s.line(source, words, line)
		}
		if err != nil {
			return s, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	return s, nil
}

// line adds one line, and returns the source that the next one belongs to.
func (s *spec) line(source string, words []string, line string) (string, error) {
	switch {
	case strings.HasPrefix(words[0], "#"):
	case words[0] == "source" && len(words) == 3:
		day, err := time.Parse(time.DateOnly, words[2])
		if err != nil {
			return source, err
		}
		s.sources, s.first[words[1]] = append(s.sources, words[1]), day
		return words[1], nil
	case words[0] == "event" && len(words) > 4:
		s.tables[source] = append(s.tables[source], words[2])
		return source, s.event(source, words[1:4], words[4:])
	case words[0] == "property" && len(words) > 4:
		key := source + "." + words[1]
		s.properties[key] = append(s.properties[key], fmt.Sprintf("CAST(%s AS %s) AS %q", strings.Join(words[4:], " "), words[3], words[2]))
	case words[0] == "sql":
		s.after = append(s.after, strings.TrimPrefix(strings.TrimSpace(line), "sql "))
	default:
		return source, fmt.Errorf("%q is no line of a warehouse", line)
	}
	return source, nil
}

func (s *spec) event(source string, words, counts []string) error {
	version := "NULL"
	if words[2] != "-" {
		version = literal(words[2])
	}
	day := s.first[source]
	for _, c := range counts {
		rows, about := strings.CutPrefix(c, "~")
		rows, days, many := strings.Cut(rows, "*")
		if !many {
			days = "1"
		}
		n, err := strconv.Atoi(rows)
		d, err2 := strconv.Atoi(days)
		if err := errors.Join(err, err2); err != nil {
			return err
		}
		if n > 0 {
			s.cells[source] = append(s.cells[source], fmt.Sprintf("(%s, %s, %s, DATE '%s', %d, %d, %t)",
				literal(words[0]), literal(words[1]), version, day.Format(time.DateOnly), n, d, about))
		}
		day = day.AddDate(0, 0, d)
	}
	return nil
}

// split cuts a line at its blanks; a word in double quotes is read as Go reads it.
func split(line string) ([]string, error) {
	var out []string
	for rest := strings.TrimSpace(line); rest != ""; rest = strings.TrimSpace(rest) {
		if rest[0] != '"' {
			word, after, _ := strings.Cut(rest, " ")
			out, rest = append(out, word), after
			continue
		}
		quoted, err := strconv.QuotedPrefix(rest)
		if err != nil {
			return nil, err
		}
		word, err := strconv.Unquote(quoted)
		if err != nil {
			return nil, err
		}
		out, rest = append(out, word), rest[len(quoted):]
	}
	return out, nil
}

func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// statements writes the warehouse: a row every so often from morning to night, loaded an hour later.
func (s *spec) statements() []string {
	out := []string{"SET TimeZone = 'UTC'", "SET threads = 1"}
	for _, source := range s.sources {
		out = append(out, "CREATE SCHEMA "+source)
		if len(s.cells[source]) == 0 {
			continue
		}
		out = append(out, `CREATE TABLE `+source+`.tracks AS
WITH cells(event_text, event, version, first, usual, days, about) AS (VALUES `+strings.Join(s.cells[source], ", ")+`),
daily AS (SELECT *, first + CAST(unnest(range(days)) AS INTEGER) AS day FROM cells),
noise AS (SELECT *, CAST('0x' || substr(md5(event_text || day), 1, 8) AS BIGINT) % 1001 / 1000 - 0.5 AS u FROM daily),
counted AS (SELECT *, CASE WHEN about THEN CAST(round(usual * (1 + 0.16 * u)) AS BIGINT) ELSE usual END AS n FROM noise),
drawn AS (SELECT *, unnest(range(n)) AS i FROM counted)
SELECT md5(concat_ws('|', '`+source+`', event_text, version, day, i)) AS id, 'a' || (i * 7 % 89) AS anonymous_id,
  'u' || (i * 7 % 89) AS user_id, event, event_text, 'analytics.js' AS context_library_name, '1.74.0' AS context_library_version,
  version AS context_app_version, CAST(day AS TIMESTAMP) + to_seconds(CAST(600 + i * 85000 // n AS BIGINT)) AS received_at,
  received_at - INTERVAL 1 SECOND AS "timestamp", received_at + INTERVAL 1 HOUR AS uuid_ts
FROM drawn ORDER BY received_at, id`)
		done := map[string]bool{}
		for _, t := range s.tables[source] {
			if done[t] {
				continue
			}
			done[t] = true
			columns := append([]string{"* EXCLUDE (n)"}, s.properties[source+"."+t]...)
			out = append(out, fmt.Sprintf("CREATE TABLE %s.%q AS SELECT %s FROM (SELECT *, row_number() OVER (ORDER BY received_at, id) AS n FROM %s.tracks WHERE event = %s)",
				source, t, strings.Join(columns, ", "), source, literal(t)))
		}
	}
	return append(out, s.after...)
}

// cmdWarehouse writes a DuckDB file: warehouse FILE SPEC.
func cmdWarehouse(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: warehouse FILE SPEC")
	}
	s, err := parseSpec(ts.ReadFile(args[1]))
	ts.Check(err)
	ts.Check(execute(ts.MkAbs(args[0]), s.statements()...))
}

// cmdSQL runs one statement on a DuckDB file: sql FILE STATEMENT.
func cmdSQL(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: sql FILE STATEMENT")
	}
	ts.Check(execute(ts.MkAbs(args[0]), args[1]))
}

// cmdLock opens a DuckDB file for writing until the script ends, as a load that runs does: lock FILE.
func cmdLock(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: lock FILE")
	}
	db, err := sql.Open("duckdb", ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Check(db.PingContext(context.Background()))
	ts.Defer(func() { ts.Check(db.Close()) })
}

func execute(file string, statements ...string) (err error) {
	db, err := sql.Open("duckdb", file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	for _, s := range statements {
		if _, err := db.ExecContext(context.Background(), s); err != nil {
			return fmt.Errorf("%w\nin: %s", err, s)
		}
	}
	return nil
}

// cmdExport writes the tables of a DuckDB file as files of a folder: export FILE FOLDER parquet|csv.gz|ndjson.
func cmdExport(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: export FILE FOLDER FORMAT")
	}
	options, ok := map[string]string{
		"parquet": "FORMAT parquet", "csv.gz": "FORMAT csv, COMPRESSION gzip", "ndjson": "FORMAT json",
	}[args[2]]
	if !ok {
		ts.Fatalf("no format %s", args[2])
	}
	db, err := sql.Open("duckdb", ts.MkAbs(args[0])+"?access_mode=read_only")
	ts.Check(err)
	defer db.Close() //nolint:errcheck // only read
	rows, err := db.QueryContext(context.Background(), "SELECT schema_name, table_name FROM duckdb_tables() ORDER BY ALL")
	ts.Check(err)
	defer rows.Close()
	var copies []string
	for rows.Next() {
		var schema, table string
		ts.Check(rows.Scan(&schema, &table))
		dir := filepath.Join(ts.MkAbs(args[1]), schema, table)
		ts.Check(os.MkdirAll(dir, 0o755))
		copies = append(copies, fmt.Sprintf("COPY %s.%q TO %s (%s)", schema, table, literal(filepath.Join(dir, "1."+args[2])), options))
	}
	ts.Check(rows.Err())
	for _, c := range copies {
		_, err := db.ExecContext(context.Background(), c)
		ts.Check(err)
	}
}
