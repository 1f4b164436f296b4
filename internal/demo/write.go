//go:build !noduckdb

package demo

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	_ "github.com/duckdb/duckdb-go/v2" // the driver
)

// Write puts warehouse.duckdb, tracking-plan.json and plumbline.yaml into dir, which it makes if need be. The same
// options give the same rows. It refuses to write over any of the three files.
func Write(ctx context.Context, dir string, o Options) (Files, error) {
	asOf := o.asOf()
	f := Files{
		Dir: dir, Warehouse: filepath.Join(dir, "warehouse.duckdb"), Plan: filepath.Join(dir, "tracking-plan.json"),
		Config: filepath.Join(dir, "plumbline.yaml"), AsOf: asOf, LastDay: asOf.AddDate(0, 0, -1), Truth: story(asOf),
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Files{}, fmt.Errorf("write the demo: %w", err)
	}
	for _, file := range []string{f.Warehouse, f.Plan, f.Config} {
		if _, err := os.Lstat(file); err == nil {
			return Files{}, fmt.Errorf("write the demo: %s is there already: name another folder", file)
		}
	}
	plan, err := planJSON(asOf)
	if err != nil {
		return Files{}, err
	}
	if err := writeNew(f.Plan, plan); err != nil {
		return Files{}, err
	}
	if err := writeNew(f.Config, configYAML(asOf)); err != nil {
		return Files{}, err
	}
	if err := warehouse(ctx, &f, o.Seed); err != nil {
		return Files{}, fmt.Errorf("write the demo's warehouse: %w", err)
	}
	return f, nil
}

// writeNew writes a file that must not exist.
func writeNew(file string, data []byte) error {
	w, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return fmt.Errorf("write the demo: %w", err)
	}
	_, err = w.Write(data)
	if err := errors.Join(err, w.Close()); err != nil {
		return fmt.Errorf("write the demo: %w", err)
	}
	return nil
}

// warehouse writes the DuckDB file: the rows of each source as one temporary table, then a table per event from it.
func warehouse(ctx context.Context, f *Files, seed uint64) (err error) {
	db, err := sql.Open("duckdb", f.Warehouse)
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx) // temporary tables belong to a connection
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	run := func(what, query string) {
		if err == nil {
			if _, e := conn.ExecContext(ctx, query); e != nil {
				err = fmt.Errorf("%s: %w", what, e)
			}
		}
	}
	run("set the zone", "SET TimeZone = 'UTC'")
	run("take one thread", "SET threads = 1")                         // small tables: a second thread costs more than it brings
	run("compress nothing", "SET force_compression = 'uncompressed'") // choosing how takes longer than all the rest
	run("store the counts", cellsSQL(cells(f.AsOf, seed)))
	run("begin", "BEGIN")
	for _, source := range sources() {
		run("make the schema "+source, "CREATE SCHEMA "+source)
		run("draw the rows of "+source, rowsSQL(source, f.AsOf, seed))
		run("write "+source+".tracks", "CREATE TABLE "+source+".tracks AS SELECT "+baseColumns(source)+" FROM drawn ORDER BY received_at, id")
		f.Tables++
		for _, t := range tables(source) {
			run("write "+source+"."+t.name, t.sql(source, f.AsOf))
			f.Tables++
		}
		run("forget the rows of "+source, "DROP TABLE drawn")
	}
	run("forget the counts", "DROP TABLE cells")
	run("commit", "COMMIT")
	run("checkpoint", "CHECKPOINT")
	if err != nil {
		return err
	}
	return measure(ctx, conn, f)
}

// cellsSQL stores the counts in a temporary table. They go in as one text: thousands of rows of VALUES are slow to parse.
func cellsSQL(all []cell) string {
	var b strings.Builder
	for i, c := range all {
		if i > 0 {
			b.WriteByte(';')
		}
		b.WriteString(strings.Join([]string{
			c.source, c.name, table(c.name), c.day.Format(time.DateOnly), strconv.Itoa(c.from), strconv.Itoa(c.to), c.version, c.pin, strconv.Itoa(c.rows),
		}, "|"))
	}
	return `CREATE TEMP TABLE cells AS SELECT f[1] AS source, f[2] AS name, f[3] AS tab, CAST(f[4] AS DATE) AS day,
  CAST(f[5] AS INTEGER) AS from_s, CAST(f[6] AS INTEGER) AS to_s, f[7] AS version, f[8] AS pin, CAST(f[9] AS INTEGER) AS n
FROM (SELECT string_split(unnest(string_split(` + quote(b.String()) + `, ';')), '|') AS f)`
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// sender is how the rows of one source look.
type sender struct {
	library, libraryVersion string
	people                  int    // how many take part at all
	known                   int    // of ten, how many are signed in
	version                 string // SQL of the version of the app, from received, u (the row) and w (the person), both 0..1
}

// senderOf describes a source. Web takes a release within hours, phones within weeks; a phone keeps its version.
func senderOf(source string, asOf time.Time) sender {
	switch source {
	case "web":
		first, second := moment(at(asOf, releaseDay, 9*3600)), moment(at(asOf, renameDay, renameSecond))
		return sender{"analytics.js", "next-1.74.0", 9000, 4, fmt.Sprintf(
			"CASE WHEN received >= %[1]s AND u < least(0.985, 0.78 + 0.03 * epoch(received - %[1]s) / 3600) THEN '%[2]s'"+
				" WHEN received >= %[3]s AND (u < least(1.0, 0.78 + 0.03 * epoch(received - %[3]s) / 3600) OR received >= %[1]s) THEN '%[4]s' ELSE '4.1.8' END",
			second, webNew, first, webOld)}
	case "ios":
		third, second := moment(at(asOf, unitDay, unitSecond)), moment(at(asOf, iosReleaseDay, 8*3600))
		share := []string{"CASE"} // over a day; the first day has only what is left of it
		for _, before := range []int{4, 3, 2, 1} {
			of := rollout()[before]
			if before == unitDay {
				of /= .58
			}
			share = append(share, fmt.Sprintf("WHEN day = DATE '%s' THEN %g", at(asOf, before, 0).Format(time.DateOnly), of))
		}
		return sender{"analytics-ios", "4.1.8", 7000, 6, fmt.Sprintf(
			"CASE WHEN received >= %s AND w < %s THEN '%s' WHEN received >= %[4]s AND w < least(0.92, 0.008 * epoch(received - %[4]s) / 3600) THEN '8.14.0' ELSE '8.13.2' END",
			third, strings.Join(share, " ")+" ELSE 0 END", iosNew, second)}
	default:
		return sender{"analytics-node", "2.1.0", 8000, 10, "CAST(NULL AS VARCHAR)"}
	}
}

func moment(t time.Time) string { return "TIMESTAMP '" + t.Format("2006-01-02 15:04:05") + "'" }

// rowsSQL draws the rows of one source, ordered by event, so that each event's table reads its own part only. All values come from md5 of seed, name, day and number of the row, so they do
// not depend on the version of DuckDB, on threads or on other cells.
func rowsSQL(source string, asOf time.Time, seed uint64) string {
	s := senderOf(source, asOf)
	name := "name"
	if source == "web" {
		name = fmt.Sprintf("CASE WHEN name = %s AND app = '%s' THEN %s ELSE name END", quote(purchase), webNew, quote(purchaseSent))
	}
	id, anonymous := "m", "'a-' || substr(md5('a' || person), 1, 12)"
	if source == "ios" {
		id = "upper(m)"
	}
	if source == "server" {
		anonymous = "CAST(NULL AS VARCHAR)"
	}
	const paths = "['/', '/products', '/products/detail', '/cart', '/checkout', '/account', '/search']"
	return fmt.Sprintf(`CREATE TEMP TABLE drawn AS
WITH drawn_cells AS (SELECT *, unnest(range(n)) AS i FROM cells WHERE source = '%[1]s'),
hashed AS (SELECT *, md5('%[2]d|%[1]s|' || name || '|' || day || '|' || from_s || '|' || i) AS m FROM drawn_cells),
numbers AS (SELECT *, CAST('0x' || substr(m, 1, 15) AS BIGINT) AS h, CAST('0x' || substr(m, 16, 15) AS BIGINT) AS k FROM hashed),
timed AS (SELECT *, (h %% 9973) / 9973.0 AS u, CAST(floor(%[3]d * pow((k %% 99991) / 99991.0, 1.4)) AS BIGINT) AS person, %[4]s AS second FROM numbers),
placed AS (SELECT *, CAST(day AS TIMESTAMP) + to_microseconds(CAST(second * 1000000 AS BIGINT) + h %% 1000000) AS received,
  (person * 7919 %% 10007) / 10007.0 AS w FROM timed),
versioned AS (SELECT *, CASE WHEN pin <> '' AND i = 0 THEN pin WHEN version <> '' THEN version ELSE %[5]s END AS app FROM placed)
SELECT concat_ws('-', substr(%[6]s, 1, 8), substr(%[6]s, 9, 4), substr(%[6]s, 13, 4), substr(%[6]s, 17, 4), substr(%[6]s, 21, 12)) AS id,
  %[7]s AS anonymous_id, CASE WHEN person %% 10 < %[8]d THEN 'u' || person END AS user_id,
  tab AS event, %[9]s AS event_text, '%[10]s' AS context_library_name, '%[11]s' AS context_library_version, app AS context_app_version,
  list_extract(%[12]s, 1 + CAST(k %% 7 AS INTEGER)) AS context_page_path,
  received - to_milliseconds(200 + h %% 1500) AS original_timestamp, received - to_milliseconds(50 + h %% 140) AS sent_at,
  received AS received_at, received - to_milliseconds(150 + h %% 1400) AS "timestamp",
  date_trunc('hour', received) + INTERVAL 75 MINUTE AS uuid_ts, h, k FROM versioned ORDER BY event, received_at, id`,
		source, seed, s.people, secondSQL(), s.version, id, anonymous, s.known, name, s.library, s.libraryVersion, paths)
}

// secondSQL is the second of the day of a row: busiest at noon. A part of a day is cut out of that shape by folding
// what falls outside it into it, and the pinned row comes seven seconds after the part begins.
func secondSQL() string {
	const busy = "((h % 43201) + (k % 43189))"
	return "CASE WHEN pin <> '' AND i = 0 THEN from_s + 7 WHEN " + busy + " BETWEEN from_s + 8 AND to_s - 1 THEN " + busy +
		" ELSE from_s + 8 + (h // 7) % (to_s - from_s - 8) END"
}

// baseColumns are the columns that Segment puts into every table of the source.
func baseColumns(source string) string {
	cols := `id, anonymous_id, user_id, event, event_text, context_library_name, context_library_version, context_app_version`
	if source == "web" {
		cols += ", context_page_path"
	}
	return cols + `, original_timestamp, sent_at, received_at, "timestamp", uuid_ts`
}

// eventTable is one event's table.
type eventTable struct{ name, event, group string }

func tables(source string) []eventTable {
	var out []eventTable
	for _, e := range planned() {
		if slices.Contains(e.in(), source) {
			out = append(out, eventTable{table(e.name), e.name, e.group})
		}
	}
	if source == "ios" {
		for _, u := range unplanned() {
			out = append(out, eventTable{table(u.name), u.name, u.group})
		}
	}
	return out
}

func (t eventTable) sql(source string, asOf time.Time) string {
	cols := []string{baseColumns(source)}
	for i, c := range columns(t.group) {
		value := valueSQL(c, i)
		if source == "ios" && t.event == purchase && c.name == "total" {
			value = fmt.Sprintf("CASE WHEN context_app_version = '%s' AND received_at >= %s THEN round(100 * (%s)) ELSE %s END",
				iosNew, moment(at(asOf, unitDay, unitSecond)), value, value)
		}
		if !c.required && c.null > 0 {
			value = fmt.Sprintf("CASE WHEN %s < %g THEN NULL ELSE %s END", uniform("h", i+3), float64(c.null)/100, value)
		}
		cols = append(cols, fmt.Sprintf("%s AS %q", value, c.name))
	}
	return fmt.Sprintf("CREATE TABLE %s.%q AS SELECT %s FROM drawn WHERE event = %s", source, t.name, strings.Join(cols, ", "), quote(t.name))
}

// uniform is a number from 0 to 1 that is another one for each i.
func uniform(column string, i int) string {
	primes := [...]string{"8009", "8011", "8017", "8039", "8053", "8059", "8069", "8081", "8087", "8089", "8093", "8101", "8111", "8117", "8123", "8147", "8161", "8167", "8171", "8179"}
	p := primes[i%len(primes)]
	return "((" + column + " % " + p + " + 0.5) / " + p + ")"
}

// valueSQL fills one property. An amount is spread like prices are, around a median of 64.80.
func valueSQL(c column, i int) string {
	u := uniform("k", i)
	switch {
	case len(c.enum) > 0:
		quoted := make([]string, len(c.enum))
		for j, v := range c.enum {
			quoted[j] = quote(v)
		}
		return fmt.Sprintf("list_extract([%s], 1 + CAST(floor(%s * %d) AS INTEGER))", strings.Join(quoted, ", "), u, len(c.enum))
	case c.kind == "amount":
		return fmt.Sprintf("round(64.8 * exp(0.55 * sqrt(-2 * ln(%s)) * cos(2 * pi() * %s)), 2)", u, uniform("h", i))
	case c.kind == "number":
		return "round(2 + 46 * " + u + ", 2)"
	case c.kind == "integer":
		return "CAST(1 + floor(40 * " + u + " * " + uniform("h", i) + ") AS BIGINT)"
	case c.kind == "boolean":
		return "(" + u + " < 0.4)"
	case c.kind == "timestamp":
		return "received_at + to_hours(CAST(floor(200 * " + u + ") AS BIGINT))"
	default:
		return quote(c.name[:3]+"_") + " || CAST(1000 + k % " + strconv.Itoa(7000+i*13) + " AS VARCHAR)"
	}
}

// measure counts what was written: the truth is what stands in the file.
func measure(ctx context.Context, conn *sql.Conn, f *Files) (err error) {
	for _, source := range sources() {
		if err := count(ctx, conn, f, source); err != nil {
			return err
		}
	}
	t := &f.Truth
	for _, q := range []struct {
		into  *int64
		query string
	}{
		{&t.Rename.Rows, "SELECT count(*) FROM web.tracks WHERE event_text = " + quote(purchaseSent)},
		{&t.Rename.Stragglers, "SELECT count(*) FROM web.tracks WHERE event_text = " + quote(purchase) + " AND received_at >= " + moment(t.Rename.At)},
		{&t.Unit.Rows, "SELECT count(*) FROM ios.purchase_completed WHERE context_app_version = " + quote(iosNew)},
		{&t.Unplanned.Rows, "SELECT count(*) FROM ios.tracks WHERE event_text IN (" + quoted(t.Unplanned.Events) + ")"},
	} {
		if err := conn.QueryRowContext(ctx, q.query).Scan(q.into); err != nil {
			return fmt.Errorf("count what was written: %w", err)
		}
	}
	return nil
}

func quoted(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = quote(n)
	}
	return strings.Join(out, ", ")
}

func count(ctx context.Context, conn *sql.Conn, f *Files, source string) (err error) {
	rows, err := conn.QueryContext(ctx, "SELECT event_text, CAST(received_at AS DATE), count(*) FROM "+source+".tracks GROUP BY ALL ORDER BY ALL")
	if err != nil {
		return fmt.Errorf("count %s: %w", source, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		c := Count{Source: source}
		if err := rows.Scan(&c.Event, &c.Day, &c.Rows); err != nil {
			return fmt.Errorf("count %s: %w", source, err)
		}
		c.Day = c.Day.UTC()
		f.Rows += c.Rows
		f.Truth.Counts = append(f.Truth.Counts, c)
	}
	return rows.Err()
}
