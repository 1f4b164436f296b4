//go:build !noduckdb

package duckdb_test

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/connectors"
	"github.com/plumbline-audit/plumbline/connectors/duckdb"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// recorder keeps the statements that run through it.
type recorder struct {
	connectors.Runner
	mu   sync.Mutex
	seen []connectors.Statement
}

func (r *recorder) Query(ctx context.Context, s connectors.Statement) (connectors.Rows, error) {
	r.mu.Lock()
	r.seen = append(r.seen, s)
	r.mu.Unlock()
	return r.Runner.Query(ctx, s)
}

const key = "a secret of the state"

// TestGoldenSQL holds every sort of statement as people review it. UPDATE=1 rewrites the files.
func TestGoldenSQL(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w.duckdb")
	const head = "id VARCHAR, anonymous_id VARCHAR, user_id VARCHAR, event VARCHAR, event_text VARCHAR, context_library_name VARCHAR, " +
		"context_library_version VARCHAR, context_app_version VARCHAR, context_page_path VARCHAR, received_at TIMESTAMP, uuid_ts TIMESTAMP, \"timestamp\" TIMESTAMPTZ"
	writeStatements(t, path, "CREATE SCHEMA web", "CREATE TABLE web.tracks ("+head+")", "CREATE TABLE web.pages ("+head+")",
		"CREATE TABLE web.order_completed ("+head+", order_id VARCHAR, total DOUBLE, quantity BIGINT, gift BOOLEAN, products JSON)",
		"INSERT INTO web.tracks (received_at) VALUES ('2026-03-08 12:00:00')", // the hours are asked of what has rows
		"CREATE SCHEMA ios", "CREATE TABLE ios.order_completed ("+head+", order_id VARCHAR)",
		"CREATE SCHEMA metrics", "CREATE TABLE metrics.daily_counts (event VARCHAR, day DATE, rows BIGINT, source VARCHAR)")
	inner, err := duckdb.Open(t.Context(), path, duckdb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rec := &recorder{Runner: inner}
	w := connectors.New(rec, duckdb.Dialect(), connectors.WithKey(key))
	t.Cleanup(func() { _ = w.Close() })
	askEverything(t, w, rec)
	got := map[string]string{}
	name := regexp.MustCompile(`[^a-z_]+`)
	for _, s := range rec.seen {
		file := name.ReplaceAllString(strings.ToLower(s.Name), "_")
		if strings.Contains(s.Text, key) {
			t.Errorf("%s shows the key of hashes", s.Name)
		}
		got[file] = s.Text + "\n"
		if len(s.Tables) > 0 && !strings.HasPrefix(s.Name, "columns of") && !strings.HasPrefix(s.Name, "sources of") &&
			(s.Prunes == "" || !strings.Contains(s.Text, `"`+s.Prunes+`" >= `)) {
			t.Errorf("%s is not limited by a column:\n%s", s.Name, s.Text)
		}
	}
	compareFiles(t, filepath.Join("testdata", "sql"), got)
}

func askEverything(t *testing.T, w *connectors.Warehouse, rec *recorder) {
	t.Helper()
	first, err := landed.ParseDay("2026-03-07")
	if err != nil {
		t.Fatal(err)
	}
	days := landed.Span{First: first, Last: first + 2} // the 8th has 23 hours in Los Angeles
	all := map[landed.Kind]landed.Span{
		landed.Counts: days, landed.Profiles: days, landed.Shapes: days, landed.Arrivals: days, landed.Duplicates: days,
	}
	among := landed.Constraint{ID: "r1", Table: "order_completed", Column: "order_id", Rule: landed.OneOf, Values: []string{"it's", "ok"}}
	pattern := landed.Constraint{ID: "r2", Table: "order_completed", Column: "order_id", Rule: landed.Matches, Pattern: `^[A-Z0-9-]{6,}$`}
	within := landed.Constraint{ID: "r3", Table: "order_completed", Column: "total", Rule: landed.Within, Min: new(0.0), Max: new(1e6)}
	if err := w.Attach(landed.Source{Name: "web", Schema: "web", Zone: "America/Los_Angeles"}, connectors.Segment(),
		connectors.SourceOptions{Where: "user_id <> 'internal' OR user_id IS NULL"}); err != nil {
		t.Fatal(err)
	}
	errIOS := w.Attach(landed.Source{Name: "ios", Schema: "ios", Zone: "UTC"}, connectors.Segment(), connectors.SourceOptions{})
	errMetrics := w.Attach(landed.Source{Name: "kept", Schema: "metrics"}, connectors.Rollup("", connectors.RollupColumns{Source: "source"}), connectors.SourceOptions{})
	r := landed.Request{Source: landed.Source{Name: "web"}, Want: all, Values: true, Constraints: []landed.Constraint{among, pattern, within}}
	_, errWeb := w.Gather(t.Context(), r)
	r.Values, r.Want = false, map[landed.Kind]landed.Span{landed.Shapes: days}
	_, errLooks := w.Gather(t.Context(), r)
	kept := landed.Request{Source: landed.Source{Name: "kept"}, Want: map[landed.Kind]landed.Span{landed.Counts: days}}
	_, errKept := w.Gather(t.Context(), kept)
	if _, err := w.Extent(t.Context(), "web", days.Last.Time()); err != nil {
		t.Error(err)
	}
	if _, _, err := w.Unreadable(t.Context(), "web", first); err != nil {
		t.Error(err)
	}
	tracks := landed.Relation{Schema: "web", Table: "tracks"}
	with := map[landed.Relation]string{tracks: `SELECT * REPLACE (CASE WHEN "event_text" = 'Buy' THEN 'Order Completed' ELSE "event_text" END AS "event_text")
FROM "web"."tracks"`}
	_, errTally := w.Tally(t.Context(), []landed.Relation{tracks}, with, days)
	for _, q := range []landed.Question{
		landed.Users{Source: "web", Event: `It's "x"`, Span: days, Slice: landed.Slice{Library: "js"}},
		landed.Moment{Source: "web", Event: "Sign Up", Span: days},
		landed.Hourly{Source: "web", Event: "Sign Up", Span: days},
		landed.Pages{Source: "web", Event: "Sign Up", Span: days},
		landed.Happened{Source: "web", Event: "Sign Up", Span: days, Limit: 60},
		landed.Sent{Source: "web", Span: days, Least: 20},
		landed.Sizes{Source: "web", Table: "order_completed", Column: "total", Span: days},
		landed.Grouped{Source: "web", Table: "order_completed", By: [4]string{"order_id"}, Span: days},
		landed.SampleIDs{Source: "web", Table: "order_completed", Constraint: "r3", Span: days},
		landed.TopValues{Source: "web", Table: "order_completed", Column: "order_id", Span: days},
		landed.Switched{Source: "web", Before: "Buy", After: "Order Completed", Day: first},
		landed.Repeats{Source: "web", Event: `It's "x"`, Table: "order_completed", Column: "order_id", Span: days},
		landed.Crossed{Source: "web", Other: "ios", Event: "Order Completed", Table: "order_completed", OtherTable: "order_completed", Column: "order_id", Span: days},
	} {
		a, err := w.Ask(t.Context(), []landed.Question{q})
		if err != nil || len(a.Failed) > 0 {
			t.Errorf("%+v: %v %v", q, a.Failed, err)
		}
	}
	for _, x := range []connectors.Shown{
		{Source: "web", Events: []string{"Buy", `It's "x"`}, Table: "order_completed", Column: "order_id", Rule: &among, Slice: landed.Slice{AppVersion: "4.2.0"}, Since: days.First, Span: days},
		{Source: "kept", Events: []string{"Buy"}, Since: days.First, Span: days},
	} {
		list, err := w.Behind(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		for _, st := range list {
			st.Name = "behind " + x.Source + " " + st.Name
			if rows, err := rec.Query(t.Context(), st); err != nil {
				t.Errorf("%s: %v", st.Name, err)
			} else if err := rows.Close(); err != nil {
				t.Error(err)
			}
		}
	}
	for _, err := range []error{errIOS, errMetrics, errWeb, errLooks, errKept, errTally} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func compareFiles(t *testing.T, dir string, got map[string]string) {
	t.Helper()
	if os.Getenv("UPDATE") != "" {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		for name, text := range got {
			if err := os.WriteFile(filepath.Join(dir, name+".sql"), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.sql"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		want[strings.TrimSuffix(filepath.Base(f), ".sql")] = string(b)
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if diff := cmp.Diff(want[name], got[name]); diff != "" {
			t.Errorf("%s.sql is not what runs: UPDATE=1 rewrites it (-file +run):\n%s", name, diff)
		}
		delete(want, name)
	}
	for name := range want {
		t.Errorf("%s.sql is run by nothing: UPDATE=1 removes it", name)
	}
}
