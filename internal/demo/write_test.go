//go:build !noduckdb

package demo

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/config"
)

func open(t *testing.T, f Files) *sql.DB {
	t.Helper()
	db, err := sql.Open("duckdb", f.Warehouse+"?access_mode=read_only")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func one[T any](t *testing.T, db *sql.DB, query string) T {
	t.Helper()
	var v T
	if err := db.QueryRowContext(t.Context(), query).Scan(&v); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

func texts(t *testing.T, db *sql.DB, query string) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer func() { _ = rows.Close() }() // Err says whether all were read
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestWarehouse(t *testing.T) {
	began := time.Now()
	f, err := Write(t.Context(), filepath.Join(t.TempDir(), "made"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d rows, %d tables in %v", f.Rows, f.Tables, time.Since(began).Round(time.Millisecond))
	db := open(t, f)
	t.Run("size", func(t *testing.T) { size(t, f, db) })
	t.Run("rename", func(t *testing.T) { rename(t, f.Truth.Rename, db) })
	t.Run("unit", func(t *testing.T) { unit(t, f.Truth.Unit, db) })
	t.Run("stop", func(t *testing.T) { stop(t, f.Truth.Stop, db) })
	t.Run("unplanned", func(t *testing.T) { newEvents(t, f.Truth.Unplanned, db) })
	t.Run("clean otherwise", func(t *testing.T) { clean(t, db) })
	t.Run("quiet otherwise", func(t *testing.T) { quiet(t, f) })
	t.Run("configuration", func(t *testing.T) { configuration(t, f) })
	t.Run("plan", func(t *testing.T) { plan(t, f) })
	t.Run("never over what is there", func(t *testing.T) {
		if _, err := Write(t.Context(), f.Dir, Options{}); err == nil || !strings.Contains(err.Error(), "is there already") {
			t.Errorf("got %v", err)
		}
	})
}

func size(t *testing.T, f Files, db *sql.DB) {
	t.Helper()
	if f.Rows < 190_000 || f.Rows > 230_000 || f.Tables > 130 {
		t.Errorf("%d rows in %d tables", f.Rows, f.Tables)
	}
	if got := one[int64](t, db, "SELECT count(*) FROM information_schema.tables"); got != int64(f.Tables) {
		t.Errorf("%d tables, not %d", got, f.Tables)
	}
	if got := len(planned()); got != 100 {
		t.Errorf("%d planned events", got)
	}
	for _, s := range sources() {
		got := one[string](t, db, "SELECT count(DISTINCT CAST(received_at AS DATE)) || ' from ' || min(CAST(received_at AS DATE)) || ' to ' || max(CAST(received_at AS DATE)) FROM "+s+".tracks")
		if got != "60 from 2026-04-17 to 2026-06-15" {
			t.Errorf("%s: %s", s, got)
		}
		if late := one[time.Time](t, db, "SELECT max(uuid_ts) FROM "+s+".tracks"); late.After(f.AsOf.Add(2 * time.Hour)) {
			t.Errorf("%s: loaded at %v", s, late)
		}
	}
}

func rename(t *testing.T, r Rename, db *sql.DB) {
	t.Helper()
	if r.At.Format("Mon 2006-01-02 15:04") != "Tue 2026-05-26 14:05" {
		t.Errorf("at %v", r.At)
	}
	first := one[time.Time](t, db, "SELECT min(received_at) FROM web.tracks WHERE event_text = 'purchase_completed'")
	if !first.Truncate(time.Minute).Equal(r.At) {
		t.Errorf("first row at %v", first)
	}
	if got := texts(t, db, "SELECT DISTINCT context_app_version FROM web.purchase_completed WHERE event_text = 'purchase_completed'"); !slices.Equal(got, []string{"4.2.0"}) {
		t.Errorf("new name from %v", got)
	}
	if got := texts(t, db, "SELECT DISTINCT context_app_version FROM web.purchase_completed WHERE event_text <> 'purchase_completed' AND received_at >= "+moment(r.At)); !slices.Equal(got, []string{"4.1.9"}) {
		t.Errorf("stragglers from %v", got)
	}
	if r.Rows < 4000 || r.Stragglers < 20 || r.Stragglers > r.Rows/20 {
		t.Errorf("%d rows, %d stragglers", r.Rows, r.Stragglers)
	}
	before := one[float64](t, db, "SELECT count(*) / 20.0 FROM web.purchase_completed WHERE received_at BETWEEN DATE '2026-05-05' AND DATE '2026-05-25'")
	after := one[float64](t, db, "SELECT count(*) / 20.0 FROM web.purchase_completed WHERE received_at >= DATE '2026-05-27'")
	if math.Abs(after/before-1) > .1 {
		t.Errorf("%g purchases a day became %g", before, after)
	}
	users := one[float64](t, db, "SELECT count(DISTINCT anonymous_id) / count(*) FROM web.purchase_completed WHERE received_at >= DATE '2026-06-01'")
	if users < .5 || users > .97 {
		t.Errorf("%g users for one purchase", users)
	}
}

func unit(t *testing.T, u Unit, db *sql.DB) {
	t.Helper()
	first := one[time.Time](t, db, "SELECT min(received_at) FROM ios.purchase_completed WHERE context_app_version = '8.15.0'")
	if u.At.Format("Mon 2006-01-02 15:04") != "Fri 2026-06-12 10:40" || !first.Truncate(time.Minute).Equal(u.At) {
		t.Errorf("at %v, first row at %v", u.At, first)
	}
	median := func(where string) float64 {
		return one[float64](t, db, "SELECT median(total) FROM ios.purchase_completed WHERE "+where)
	}
	usual, wrong := median("context_app_version <> '8.15.0'"), median("context_app_version = '8.15.0'")
	if math.Abs(usual-64.8) > 3 || math.Abs(wrong/usual/u.Factor-1) > .25 {
		t.Errorf("median %g became %g", usual, wrong)
	}
	if other := median("context_app_version <> '8.15.0' AND received_at >= " + moment(u.At)); math.Abs(other/usual-1) > .2 {
		t.Errorf("older versions went from %g to %g", usual, other)
	}
	share := func(day string) float64 {
		return one[float64](t, db, "SELECT avg(CASE WHEN context_app_version = '8.15.0' THEN 1 ELSE 0 END) FROM ios.tracks WHERE CAST(received_at AS DATE) = '"+day+"' AND event_text NOT IN ("+quoted(names())+")")
	}
	if friday, monday := share("2026-06-12"), share("2026-06-15"); math.Abs(friday-.09) > .03 || math.Abs(monday-.37) > .05 {
		t.Errorf("rollout from %g to %g", friday, monday)
	}
	if u.Rows < 70 {
		t.Errorf("%d rows", u.Rows)
	}
}

func names() []string {
	var out []string
	for _, u := range unplanned() {
		out = append(out, u.name)
	}
	return out
}

func stop(t *testing.T, s Stop, db *sql.DB) {
	t.Helper()
	last := one[time.Time](t, db, "SELECT max(received_at) FROM server.coupon_applied")
	if !last.Before(s.At) || last.Before(s.At.AddDate(0, 0, -1)) || s.At.Format("Mon 2006-01-02") != "Wed 2026-06-10" {
		t.Errorf("last row at %v, stop at %v", last, s.At)
	}
}

func newEvents(t *testing.T, u Unplanned, db *sql.DB) {
	t.Helper()
	got := texts(t, db, "SELECT event_text FROM ios.tracks WHERE context_app_version = '8.15.0' AND event_text IN ("+quoted(names())+") GROUP BY ALL HAVING min(CAST(received_at AS DATE)) = DATE '2026-06-12' ORDER BY event_text")
	want := slices.Sorted(slices.Values(u.Events))
	if diff := cmp.Diff(want, got); diff != "" || len(got) != 9 {
		t.Errorf("-want +got:\n%s", diff)
	}
	first := one[time.Time](t, db, "SELECT min(received_at) FROM ios.tracks WHERE event_text IN ("+quoted(names())+")")
	if !first.Truncate(time.Minute).Equal(u.At) {
		t.Errorf("first row at %v", first)
	}
	if share := one[float64](t, db, "SELECT avg(CASE WHEN event_text = 'Wishlist Opened' THEN 1 ELSE 0 END) FROM ios.tracks WHERE received_at >= DATE '2026-06-12'"); share < .01 {
		t.Errorf("the largest is %g of its source", share)
	}
}

// clean holds every table against the plan: nothing is wrong with it but what the story says.
func clean(t *testing.T, db *sql.DB) {
	t.Helper()
	for _, s := range sources() {
		if n := one[int64](t, db, "SELECT count(*) - count(DISTINCT id) FROM "+s+".tracks"); n != 0 {
			t.Errorf("%s: %d ids twice", s, n)
		}
		if n := one[int64](t, db, "SELECT count(*) FROM "+s+".tracks WHERE event IS NULL OR event_text IS NULL OR (anonymous_id IS NULL AND user_id IS NULL) OR context_library_version IS NULL OR uuid_ts <= received_at OR sent_at > received_at"); n != 0 {
			t.Errorf("%s: %d rows with broken base columns", s, n)
		}
		var sum int64
		for _, tab := range tables(s) {
			where := fmt.Sprintf("%s.%q", s, tab.name)
			sum += one[int64](t, db, "SELECT count(*) FROM "+where)
			for _, c := range columns(tab.group) {
				column := fmt.Sprintf("%q", c.name)
				if n := one[int64](t, db, "SELECT count(*) FROM "+where+" WHERE "+column+" IS NULL"); c.required && n != 0 {
					t.Errorf("%s.%s: %d rows without it", where, column, n)
				} else if !c.required && c.null > 0 && n == 0 {
					t.Errorf("%s.%s is never empty", where, column)
				}
				if c.enum != nil {
					got := texts(t, db, "SELECT DISTINCT "+column+" FROM "+where+" WHERE "+column+" IS NOT NULL ORDER BY 1")
					if diff := cmp.Diff(slices.Sorted(slices.Values(c.enum)), got); diff != "" {
						t.Errorf("%s.%s: -plan +landed:\n%s", where, column, diff)
					}
				}
				want := map[string]string{"string": "VARCHAR", "number": "DOUBLE", "amount": "DOUBLE", "integer": "BIGINT", "boolean": "BOOLEAN", "timestamp": "TIMESTAMP"}[c.kind]
				if got := one[string](t, db, "SELECT data_type FROM information_schema.columns WHERE table_schema = '"+s+"' AND table_name = '"+tab.name+"' AND column_name = '"+c.name+"'"); got != want {
					t.Errorf("%s.%s is %s, not %s", where, column, got, want)
				}
			}
		}
		if n := one[int64](t, db, "SELECT count(*) FROM "+s+".tracks"); n != sum {
			t.Errorf("%s: %d rows in tracks, %d in the tables of events", s, n, sum)
		}
	}
}

// quiet: of what the story leaves alone, nothing fell or rose by more than noise between the weeks before the last.
func quiet(t *testing.T, f Files) {
	t.Helper()
	type series struct{ source, event string }
	weeks := map[series][2]float64{}
	for _, c := range f.Truth.Counts {
		ago := int(f.AsOf.Sub(c.Day).Hours() / 24)
		k := series{c.Source, c.Event}
		w := weeks[k]
		switch {
		case ago <= 7:
			w[0] += float64(c.Rows)
		case ago <= 28:
			w[1] += float64(c.Rows) / 3
		}
		weeks[k] = w
	}
	for k, w := range weeks {
		told := k.event == purchase && k.source == "web" || k.event == purchaseSent || k.event == coupon || slices.Contains(names(), k.event)
		if limit := 5*math.Sqrt(w[1]*4/3) + .08*w[1]; !told && math.Abs(w[0]-w[1]) > limit {
			t.Errorf("%v: %g in the last week, usual %g", k, w[0], w[1])
		}
	}
	if len(weeks) < 110 {
		t.Errorf("%d series", len(weeks))
	}
}

func configuration(t *testing.T, f Files) {
	t.Helper()
	none := func(string) (string, bool) { return "", false }
	c, err := config.Load(f.Config, none)
	if err != nil {
		t.Fatal(err)
	}
	if c.Workspace != "northlight" || string(c.Warehouse.URL) != "duckdb:"+f.Warehouse || string(c.Plans[0].File) != f.Plan || len(c.Destinations) != 3 {
		t.Errorf("got %+v", c)
	}
	for _, e := range planned() {
		if c.Owners[e.owner()] == "" {
			t.Errorf("nobody owns %s", e.name)
		}
	}
	data, err := os.ReadFile(f.Config)
	if err != nil || !strings.Contains(string(data), "--as-of 2026-06-16") {
		t.Errorf("the configuration does not say as of when: %v", err)
	}
	shown := strings.NewReplacer("# slack:", "slack:", "#   token", "  token", "#   channel", "  channel").Replace(string(data))
	if _, err := config.Parse(f.Config, []byte(shown), func(string) (string, bool) { return "x", true }); err != nil {
		t.Errorf("what stands in comments: %v", err)
	}
}

func plan(t *testing.T, f Files) {
	t.Helper()
	data, err := os.ReadFile(f.Plan)
	if err != nil {
		t.Fatal(err)
	}
	var got struct{ Rules []rule }
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	tables := map[string]bool{}
	for _, r := range got.Rules {
		if len(r.Sources) == 0 || r.Schema.Labels["owner"] == "" || r.Schema.Labels["tier"] == "" || tables[table(r.Key)] {
			t.Errorf("rule %+v", r)
		}
		tables[table(r.Key)] = true
	}
	if len(got.Rules) != 100 {
		t.Errorf("%d rules", len(got.Rules))
	}
}

func TestSameOptionsSameRows(t *testing.T) {
	sum := func(o Options) string {
		f, err := Write(t.Context(), t.TempDir(), o)
		if err != nil {
			t.Fatal(err)
		}
		db := open(t, f)
		var out []string
		for _, from := range []string{"web.tracks", "ios.tracks", "server.tracks", "ios.purchase_completed"} {
			out = append(out, one[string](t, db, "SELECT bit_xor(hash(x)) || ' ' || count(*) FROM "+from+" AS x"))
		}
		return strings.Join(out, "\n")
	}
	first := sum(Options{})
	if diff := cmp.Diff(first, sum(Options{})); diff != "" {
		t.Errorf("the second run differs:\n%s", diff)
	}
	if first == sum(Options{Seed: 1}) {
		t.Error("another seed gives the same rows")
	}
}

func TestPoisson(t *testing.T) {
	r := stream(1, "web", "x", time.Time{})
	for _, mean := range []float64{0, .5, 12, 250} {
		var sum, squares float64
		const n = 4000
		for range n {
			x := float64(poisson(r, mean))
			sum += x
			squares += x * x
		}
		got := sum / n
		if math.Abs(got-mean) > 5*math.Sqrt(mean/n) || math.Abs(squares/n-got*got-mean) > .12*mean {
			t.Errorf("mean %g: got mean %g, variance %g", mean, got, squares/n-got*got)
		}
	}
}
