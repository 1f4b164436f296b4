//go:build !noduckdb

package duckdb_test

import (
	"database/sql"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/connectors"
	"github.com/plumbline-audit/plumbline/connectors/duckdb"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// gather attaches a source of the schema of that name and asks for kinds of its days in June 2026.
func gather(t *testing.T, w *connectors.Warehouse, source string, first int, kinds ...landed.Kind) landed.Snapshot {
	t.Helper()
	if err := w.Attach(landed.Source{Name: source, Schema: source}, connectors.Segment(), connectors.SourceOptions{}); err != nil {
		t.Fatal(err)
	}
	june, err := landed.ParseDay("2026-06-01")
	if err != nil {
		t.Fatal(err)
	}
	r := landed.Request{Source: landed.Source{Name: source}, Want: map[landed.Kind]landed.Span{}, Values: true}
	for _, k := range kinds {
		r.Want[k] = landed.Span{First: june + landed.Day(first), Last: june + 29}
	}
	snap, err := w.Gather(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return snap
}

func writeStatements(t *testing.T, path string, statements ...string) {
	t.Helper()
	write(t, path, func(db *sql.DB) {
		for _, s := range statements {
			execute(t, db, s)
		}
	})
}

// open writes a database with statements and opens it as users do.
func open(t *testing.T, statements ...string) *connectors.Warehouse {
	t.Helper()
	path := filepath.Join(t.TempDir(), "w.duckdb")
	writeStatements(t, path, statements...)
	r, err := duckdb.Open(t.Context(), path, duckdb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return connectors.New(r, duckdb.Dialect(), connectors.WithKey("key"))
}

func TestBigDaysAreSampled(t *testing.T) {
	w := open(t, "CREATE SCHEMA web",
		`CREATE TABLE web.tick AS SELECT 'id' || i AS id, TIMESTAMP '2026-06-02 00:00:00' + INTERVAL 1 SECOND * i AS received_at,
			'v' || (i % 3) AS kind, i AS n FROM range(70000) t(i)
			UNION ALL SELECT 'x', TIMESTAMP '2026-06-04 12:00:00', 'late', 1`,
		"CREATE TABLE web.tracks AS SELECT id, received_at, 'tick' AS event, 'Tick' AS event_text FROM web.tick")
	for _, x := range []struct {
		what  string
		kinds []landed.Kind
	}{
		{"with counts of the same night", []landed.Kind{landed.Counts, landed.Shapes}},
		{"with shapes alone", []landed.Kind{landed.Shapes}},
	} {
		snap := gather(t, w, "web", 0, x.kinds...)
		got := map[string]int64{}
		for _, sh := range snap.Tables[0].Shapes {
			if sh.Column == "kind" {
				got[sh.Day.String()] = sh.Sampled
			}
		}
		if got["2026-06-02"] != 20000 || got["2026-06-04"] != 1 || len(got) != 2 || len(snap.Gaps) > 0 {
			t.Errorf("%s: sampled %v, gaps %v", x.what, got, snap.Gaps)
		}
	}
}

func TestReceivedAtOfEveryKind(t *testing.T) {
	for _, x := range []struct {
		native, value string
		rows          int64
		note, gap     string
	}{
		{"TIMESTAMP", "TIMESTAMP '2026-06-01 12:00:00'", 1, "", ""},
		{"TIMESTAMP_NS", "TIMESTAMP_NS '2026-06-01 12:00:00'", 1, "", ""},
		{"TIMESTAMPTZ", "TIMESTAMPTZ '2026-06-01 23:30:00-02'", 1, "", ""},
		{"DATE", "DATE '2026-06-01'", 1, "is a date", ""},
		{"VARCHAR", "'2026-06-01T12:00:00.000Z'", 1, "is text", ""},
		{"VARCHAR", "'2026-06-01 12:00:00 +00:00'", 1, "is text", ""},
		{"VARCHAR", "'yesterday'", 0, "is text", ""},
		{"BIGINT", "1780000000", 0, "", "cannot be read as a time"},
	} {
		w := open(t, "CREATE SCHEMA web", "CREATE TABLE web.tracks (event_text VARCHAR, received_at "+x.native+")",
			"INSERT INTO web.tracks VALUES ('Tick', "+x.value+")", "CREATE TABLE web.tick (received_at "+x.native+", a VARCHAR)")
		snap := gather(t, w, "web", 0, landed.Counts, landed.Profiles, landed.Shapes)
		var n int64
		for _, e := range snap.Events {
			for _, c := range e.Cells {
				for _, d := range c.Daily {
					n += d
				}
			}
		}
		if n != x.rows {
			t.Errorf("%s %s: %d rows, want %d", x.native, x.value, n, x.rows)
		}
		var said, missed string
		for _, o := range snap.Oddities {
			said = o.Why
		}
		for _, g := range snap.Gaps {
			missed = g.Why
		}
		if !strings.Contains(said, x.note) || x.note == "" && said != "" || !strings.Contains(missed, x.gap) || x.gap == "" && missed != "" {
			t.Errorf("%s %s: oddities %q, gaps %q", x.native, x.value, said, missed)
		}
	}
}

func TestBrokenViewIsAGap(t *testing.T) {
	w := open(t, "CREATE SCHEMA web", "CREATE TABLE web.base AS SELECT 'a' AS id, TIMESTAMP '2026-06-01 12:00:00' AS received_at, 1 AS n",
		"CREATE VIEW web.torn AS SELECT * FROM web.base", "CREATE VIEW web.pages AS SELECT * FROM web.base",
		"CREATE TABLE web.tracks AS SELECT id, received_at, 'Tick' AS event_text, 'tick' AS event FROM web.base",
		"CREATE TABLE web.tick AS SELECT * FROM web.base", "DROP TABLE web.base")
	snap := gather(t, w, "web", 0, landed.Counts, landed.Profiles, landed.Shapes)
	gaps := map[string]bool{}
	for _, g := range snap.Gaps {
		gaps[g.Kind.String()+" "+g.Table] = true
		if g.Why == "" || g.HowToFix == "" {
			t.Errorf("gap without words: %+v", g)
		}
	}
	for _, want := range []string{"counts pages", "profiles torn", "profiles pages", "shapes torn"} {
		if !gaps[want] {
			t.Errorf("no gap for %s: %v", want, gaps)
		}
	}
	var names []string
	for _, e := range snap.Events {
		names = append(names, e.Name)
		if e.Table == "pages" && len(e.Unseen) != 1 {
			t.Errorf("page views that were not read: %+v", e)
		}
	}
	if strings.Join(names, " ") != "Page Viewed Tick" {
		t.Errorf("events %v", names)
	}
	for _, tab := range snap.Tables {
		if tab.Name == "tick" && (len(tab.Profiles) != 1 || len(tab.Shapes) != 1) {
			t.Errorf("the rest was not read: %+v", tab)
		}
	}
}

func TestRareValuesAreFolded(t *testing.T) {
	w := open(t, "CREATE SCHEMA web",
		`CREATE TABLE web.tick AS SELECT 'id' || i AS id, TIMESTAMP '2026-06-01 12:00:00' AS received_at, '1.' || floor(sqrt(i)) AS context_app_version, i AS n FROM range(900) t(i)`,
		"CREATE TABLE web.tracks AS SELECT *, 'tick' AS event, 'Tick' AS event_text FROM web.tick")
	snap := gather(t, w, "web", 0, landed.Counts, landed.Profiles)
	var rows, other int64
	for _, c := range snap.Events[0].Cells {
		rows += c.Daily[0]
		if c.Slice.AppVersion == landed.Other {
			other = c.Daily[0]
		}
	}
	if len(snap.Events[0].Cells) != 21 || rows != 900 || other != 100 {
		t.Errorf("%d slices, %d rows, %d of them in the rest", len(snap.Events[0].Cells), rows, other)
	}
	var filled int64
	var sum float64
	for _, p := range snap.Tables[0].Profiles {
		filled += p.Columns[0].Filled
		sum += p.Columns[0].Sum
		if p.Slice.AppVersion == landed.Other && (p.Columns[0].Min != "0" || p.Columns[0].Max != "99") {
			t.Errorf("the rest is from %s to %s", p.Columns[0].Min, p.Columns[0].Max)
		}
	}
	if len(snap.Tables[0].Profiles) != 21 || filled != 900 || sum != 899*900/2 {
		t.Errorf("%d profiles, %d filled, sum %v", len(snap.Tables[0].Profiles), filled, sum)
	}
}

func TestNumbersThatAreNone(t *testing.T) {
	w := open(t, "CREATE SCHEMA web",
		`CREATE TABLE web.tick AS SELECT TIMESTAMP '2026-06-01 12:00:00' AS received_at, unnest(['nan'::DOUBLE, 'inf'::DOUBLE, '-inf'::DOUBLE, 0, 1e308, 1e308]) AS n, unnest([170141183460469231731687303715884105727::HUGEINT, -1, 0, 1, 2, 3]) AS h`,
		"CREATE TABLE web.tracks AS SELECT received_at, 'tick' AS event, 'Tick' AS event_text FROM web.tick")
	snap := gather(t, w, "web", 0, landed.Profiles, landed.Shapes)
	if len(snap.Gaps) > 0 {
		t.Fatalf("gaps %+v", snap.Gaps)
	}
	h, n := snap.Tables[0].Profiles[0].Columns[0], snap.Tables[0].Profiles[0].Columns[1]
	if h.Max != "170141183460469231731687303715884105727" || h.Min != "-1" || h.Positive != 4 {
		t.Errorf("h: %+v", h)
	}
	if n.Filled != 6 || n.Positive != 2 || n.Min != "0.0" || n.Max != "1e+308" {
		t.Errorf("n: %+v", n)
	}
}

func TestValuesStayOutOfErrors(t *testing.T) {
	w := open(t, "CREATE SCHEMA web", "CREATE TABLE web.base AS SELECT TIMESTAMP '2026-06-01 12:00:00' AS received_at, 'alice@example.com' AS who",
		"CREATE VIEW web.tick AS SELECT received_at, CAST(who AS INTEGER) AS who FROM web.base",
		"CREATE TABLE web.tracks AS SELECT received_at, 'Tick' AS event_text FROM web.base", "CREATE VIEW web.pages AS SELECT received_at, CAST(who AS DATE) AS event_text FROM web.base")
	snap := gather(t, w, "web", 0, landed.Counts, landed.Profiles, landed.Shapes)
	tables := map[string]bool{}
	for _, g := range snap.Gaps {
		tables[g.Table] = true
		if strings.Contains(g.Why+g.HowToFix, "alice") {
			t.Errorf("a value is told: %+v", g)
		}
	}
	if !tables["tick"] {
		t.Errorf("gaps: %+v", snap.Gaps)
	}
}

func TestConcurrentNightsAgree(t *testing.T) {
	statements := []string{"CREATE SCHEMA web", "CREATE TABLE web.tracks AS SELECT 'a' AS id, TIMESTAMP '2026-06-01 12:00:00' AS received_at, 'tick0' AS event, 'Tick 0' AS event_text"}
	for i := range 12 {
		statements = append(statements, "CREATE TABLE web.tick"+strconv.Itoa(i)+" AS SELECT 'id' || i AS id, TIMESTAMP '2026-06-01 12:00:00' + INTERVAL 1 HOUR * i AS received_at, i % 7 AS n, "+
			"'v' || (i % 5) AS kind FROM range(200) t(i)")
	}
	w := open(t, statements...)
	one := gather(t, w, "web", 0, landed.Counts, landed.Profiles, landed.Shapes, landed.Columns, landed.Arrivals, landed.Duplicates)
	two := gather(t, w, "web", 0, landed.Counts, landed.Profiles, landed.Shapes, landed.Columns, landed.Arrivals, landed.Duplicates)
	if diff := cmp.Diff(one, two); diff != "" || len(one.Gaps) > 0 || len(one.Tables) != 12 {
		t.Errorf("the same question has two answers:\n%s\n%+v", diff, one.Gaps)
	}
}

// TestUnreadable finds the one table that cannot be read among those of its statement.
func TestUnreadable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w.duckdb")
	writeStatements(t, path, "CREATE SCHEMA web", "CREATE TABLE web.tracks (received_at TIMESTAMP, event_text VARCHAR)",
		"CREATE TABLE web.sign_up (received_at TIMESTAMP)", "CREATE TABLE web.base (received_at TIMESTAMP, gone VARCHAR)",
		"CREATE VIEW web.torn AS SELECT * FROM web.base", "DROP TABLE web.base")
	r, err := duckdb.Open(t.Context(), path, duckdb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := connectors.New(r, duckdb.Dialect())
	t.Cleanup(func() { _ = w.Close() })
	if err := w.Attach(landed.Source{Name: "web", Schema: "web"}, connectors.Segment(), connectors.SourceOptions{}); err != nil {
		t.Fatal(err)
	}
	gaps, n, err := w.Unreadable(t.Context(), "web", 20_000)
	if err != nil || n != 2 || len(gaps) != 1 || gaps[0].Table != "torn" || gaps[0].Why == "" || gaps[0].HowToFix == "" {
		t.Errorf("%d can be read, and not %+v: %v", n, gaps, err)
	}
}
