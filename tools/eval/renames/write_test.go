package main

import (
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/internal/simulate"
)

func TestWarehouseHoldsWhatWasDrawn(t *testing.T) {
	t.Parallel()
	o := simulate.Divided(3)
	o.Events, o.Rows, o.Cases, o.Separators = 60, 900, 2, 2
	w, dir := simulate.New(o), t.TempDir()
	for range 2 { // the second time over the first
		if _, err := write(t.Context(), dir, w); err != nil {
			t.Fatal(err)
		}
	}
	c := countOnly(w)
	db, err := sql.Open("duckdb", filepath.Join(dir, "warehouse.duckdb"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() }) // only read from
	got := map[string]float64{}
	want := map[string]float64{}
	for i, s := range w.Sources {
		for name := range c.by {
			if n := sum(c.bySource(name)[i]); n > 0 {
				want[s.Name+" "+name] = n
			}
		}
		landed(t, db, s.Name, got)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows by source and name (-drawn +written):\n%s", diff)
	}
	text, err := os.ReadFile(filepath.Join(dir, "truth.json"))
	if err != nil {
		t.Fatal(err)
	}
	var truth simulate.Truth
	if err := json.Unmarshal(text, &truth); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(w.Truth, truth); diff != "" {
		t.Errorf("truth (-made +written):\n%s", diff)
	}
}

// landed counts the rows of each name in a source before the morning of the audit.
func landed(t *testing.T, db *sql.DB, source string, into map[string]float64) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "SELECT event_text, count(*) FROM "+source+".tracks WHERE received_at < TIMESTAMP '2026-06-16' GROUP BY 1")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }() // read to its end, or the test fails anyway
	for rows.Next() {
		var name string
		var n float64
		if err := rows.Scan(&name, &n); err != nil {
			t.Fatal(err)
		}
		into[source+" "+name] = n
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}
