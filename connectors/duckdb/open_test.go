//go:build !noduckdb

package duckdb_test

import (
	"compress/gzip"
	"database/sql"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/plumbline-audit/plumbline/connectors"
	"github.com/plumbline-audit/plumbline/connectors/duckdb"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

func TestOpenSaysWhatToDo(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "plan.duckdb")
	if err := os.WriteFile(text, []byte(strings.Repeat("this is no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	newer := filepath.Join(dir, "newer.duckdb")
	write(t, newer, func(db *sql.DB) { execute(t, db, "CREATE TABLE t (a INT)") })
	raiseVersion(t, newer)
	empty := filepath.Join(dir, "folder")
	if err := os.Mkdir(empty, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ what, target, want string }{
		{"no name", "", "write duckdb:FILE or duckdb:FOLDER"},
		{"a missing file", filepath.Join(dir, "absent.duckdb"), "check the path"},
		{"a file that is no database", text, "not a DuckDB database file"},
		{"a file of a newer version", newer, "update plumbline"},
		{"a folder without tables", empty, "<schema>/<table>/*.parquet"},
	} {
		r, err := duckdb.Open(t.Context(), x.target, duckdb.Options{})
		if err == nil {
			t.Errorf("%s: opened %v", x.what, r.Close())
			continue
		}
		if !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: %v", x.what, err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "absent.duckdb")); err == nil {
		t.Error("a missing file was made")
	}
}

// raiseVersion writes a storage version from the future into the main header: after 8 bytes of checksum and 4 of magic.
// The checksum is an exclusive or of the header's words, each times a constant.
func raiseVersion(t *testing.T, path string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	head := make([]byte, 16)
	if _, err := f.ReadAt(head, 0); err != nil {
		t.Fatal(err)
	}
	const k = 0xbf58476d1ce4e5b9
	sum, before := binary.LittleEndian.Uint64(head), binary.LittleEndian.Uint64(head[8:])
	binary.LittleEndian.PutUint16(head[12:], 4095)
	binary.LittleEndian.PutUint64(head, sum^before*k^binary.LittleEndian.Uint64(head[8:])*k)
	if _, err := f.WriteAt(head, 0); err != nil {
		t.Fatal(err)
	}
}

// TestHoldLock is the writer of TestOpenLocked: run as a process of its own, it holds the file until its input ends.
func TestHoldLock(t *testing.T) {
	path := os.Getenv("PLUMBLINE_TEST_HOLD")
	if path == "" {
		return
	}
	write(t, path, func(db *sql.DB) {
		execute(t, db, "CREATE TABLE IF NOT EXISTS t (a INT)")
		_, _ = os.Stdout.WriteString("held\n")
		_, _ = os.Stdin.Read(make([]byte, 1))
	})
}

func TestOpenLocked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "held.duckdb")
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestHoldLock$", "-test.v=false")
	cmd.Env = append(os.Environ(), "PLUMBLINE_TEST_HOLD="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 8)); err != nil {
		t.Fatal(err)
	}
	_, err = duckdb.Open(t.Context(), path, duckdb.Options{})
	if err == nil || !strings.Contains(err.Error(), "another process has it open for writing") {
		t.Errorf("got %v", err)
	}
	_ = in.Close()
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

func file(t *testing.T, dir, name, body string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if !strings.HasSuffix(name, ".gz") {
		_, err = f.WriteString(body)
	} else {
		z := gzip.NewWriter(f)
		_, _ = z.Write([]byte(body))
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestFolder(t *testing.T) {
	dir := t.TempDir()
	const head = "id,event,event_text,received_at\n"
	file(t, dir, "web/tracks/1.csv", head+"a,sign_up,Sign Up,2026-06-01T10:00:00.000Z\n")
	file(t, dir, "web/tracks/2.csv.gz", "id,event,event_text,received_at,context_app_version\nb,sign_up,Sign Up,2026-06-02 10:00:00,5.2.0\n")
	file(t, dir, "web/sign_up/1.ndjson", `{"id":"a","received_at":"2026-06-01T10:00:00.000Z","plan":"free"}`+"\n")
	file(t, dir, "web/sign_up/2.ndjson.gz", `{"id":"b","received_at":"2026-06-02T10:00:00.000Z","seats":3}`+"\n")
	file(t, dir, "web/torn/1.parquet", "PAR1 and no more")
	write(t, "", func(db *sql.DB) {
		if err := os.MkdirAll(filepath.Join(dir, "ios", "tracks"), 0o700); err != nil {
			t.Fatal(err)
		}
		execute(t, db, "COPY (SELECT 'x' AS id, 'tick' AS event, 'Tick' AS event_text, TIMESTAMP '2026-06-01 01:00:00' AS received_at) TO '"+
			filepath.Join(dir, "ios", "tracks", "a.parquet")+"' (FORMAT parquet)")
	})
	for name, once := range map[string]bool{"read by each statement": false, "read once": true} {
		t.Run(name, func(t *testing.T) { readFolder(t, dir, once) })
	}
}

func readFolder(t *testing.T, dir string, once bool) {
	t.Helper()
	r, err := duckdb.Open(t.Context(), dir, duckdb.Options{Memory: "200MB", Threads: 1, Temp: t.TempDir(), Once: once})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	w := connectors.New(r, duckdb.Dialect(), connectors.WithConcurrency(3))
	rows := map[string]int64{}
	for _, source := range []string{"web", "ios"} {
		snap := gather(t, w, source, 0, landed.Counts, landed.Columns, landed.Profiles)
		for _, e := range snap.Events {
			for _, c := range e.Cells {
				for _, n := range c.Daily {
					rows[source+"/"+e.Name+"/"+c.Slice.AppVersion] += n
				}
			}
		}
		for _, tab := range snap.Tables {
			for _, p := range tab.Profiles {
				rows[source+"."+tab.Name] += p.Rows
			}
		}
		for _, g := range snap.Gaps {
			if g.Table != "torn" || !strings.Contains(g.Why, "cannot be read") {
				t.Errorf("gap %+v", g)
			}
			rows["gap "+g.Table]++
		}
	}
	for what, want := range map[string]int64{
		"web/Sign Up/": 1, "web/Sign Up/5.2.0": 1, "ios/Tick/": 1, "web.sign_up": 2, "web.torn": 0, "gap torn": 1,
	} {
		if rows[what] != want {
			t.Errorf("%s: %d, want %d", what, rows[what], want)
		}
	}
}

func TestNothingElseIsRead(t *testing.T) {
	dir := t.TempDir()
	file(t, dir, "secret.csv", "a\n1\n")
	path := filepath.Join(dir, "w.duckdb")
	write(t, path, func(db *sql.DB) { execute(t, db, "CREATE TABLE t (a INT)") })
	file(t, dir, "folder/web/tracks/1.csv", "event_text,received_at\na,2026-06-01\n")
	for _, target := range []string{path, filepath.Join(dir, "folder")} {
		r, err := duckdb.Open(t.Context(), target, duckdb.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{
			"SELECT * FROM read_csv('" + filepath.Join(dir, "secret.csv") + "')",
			"SET enable_external_access = true", "INSTALL httpfs", "COPY (SELECT 1) TO '" + filepath.Join(dir, "out.csv") + "'",
		} {
			rows, err := r.Query(t.Context(), connectors.Statement{Name: "probe", Text: text})
			if err == nil {
				rows.Close()
				t.Errorf("%s: %s was allowed", target, text)
			}
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}
