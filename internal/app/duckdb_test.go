//go:build !noduckdb

package app

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/config"
	"github.com/plumbline-audit/plumbline/connectors"
)

// What the configuration allows DuckDB is what its sessions have.
func TestDuckDBTakesItsLimits(t *testing.T) {
	temp := filepath.Join(t.TempDir(), "spill")
	folder := t.TempDir()
	if err := os.MkdirAll(filepath.Join(folder, "web", "tracks"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "web", "tracks", "1.csv"), []byte("event_text,received_at\na,2026-01-01 00:00:00\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r, _, err := openDuckDB(t.Context(), folder, config.Warehouse{Memory: 300_000_000, Threads: 2, Temp: config.Path(temp)}, false)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}()
	rows, err := r.Query(t.Context(), connectors.Statement{
		Text: "SELECT current_setting('memory_limit'), CAST(current_setting('threads') AS VARCHAR), current_setting('temp_directory')",
	})
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var got [3]string
	for rows.Next() {
		if err := rows.Scan(&got[0], &got[1], &got[2]); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([3]string{"286.1 MiB", "2", temp}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
