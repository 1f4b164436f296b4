//go:build !noduckdb

package duckdb_test

import (
	"strings"
	"testing"

	"github.com/plumbline-audit/plumbline/connectors"
	"github.com/plumbline-audit/plumbline/connectors/duckdb"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// repeating is a warehouse whose tables hold a message more than once by design.
type repeating struct{ connectors.Dialect }

func (r repeating) Words() connectors.Words {
	w := r.Dialect.Words()
	w.Repeats = true
	return w
}

const twice = `CREATE TABLE web.tracks AS SELECT 'id' || (i % 8) AS id, TIMESTAMP '2026-06-02 12:00:00' AS received_at, 'tick' AS event, 'Tick' AS event_text
	FROM range(10) t(i) UNION ALL SELECT NULL, TIMESTAMP '2026-06-02 13:00:00', 'tick', 'Tick'`

func TestRepeatsOfEveryCall(t *testing.T) {
	w := open(t, "CREATE SCHEMA web", twice, "CREATE TABLE web.pages AS SELECT id, received_at FROM web.tracks",
		"CREATE TABLE web.identifies AS SELECT received_at FROM web.tracks") // without ids
	snap := gather(t, w, "web", 0, landed.Counts, landed.Duplicates)
	got := map[string]landed.Duplicate{}
	for _, e := range snap.Events {
		for _, d := range e.Dups {
			d.Day = 0
			got[e.Call.String()+" "+e.Name] = d
		}
	}
	want := landed.Duplicate{Rows: 10, IDs: 8} // rows without an id are nobody's copies
	if len(got) != 2 || got["track Tick"] != want || got["page Page Viewed"] != want || len(snap.Gaps) > 0 {
		t.Errorf("repeats %v, gaps %v", got, snap.Gaps)
	}
}

func TestNoRepeatsAreCounted(t *testing.T) {
	for what, x := range map[string]struct {
		tracks  string
		dialect connectors.Dialect
		odd     string
	}{
		"where tables repeat by design": {twice, repeating{duckdb.Dialect()}, ""},
		"where nothing has an id":       {"CREATE TABLE web.tracks AS SELECT TIMESTAMP '2026-06-02 12:00:00' AS received_at, 'Tick' AS event_text", duckdb.Dialect(), "has no column id"},
	} {
		path := t.TempDir() + "/w.duckdb"
		writeStatements(t, path, "CREATE SCHEMA web", x.tracks)
		inner, err := duckdb.Open(t.Context(), path, duckdb.Options{})
		if err != nil {
			t.Fatal(err)
		}
		rec := &recorder{Runner: inner}
		snap := gather(t, connectors.New(rec, x.dialect), "web", 0, landed.Counts, landed.Duplicates)
		if err := inner.Close(); err != nil {
			t.Error(err)
		}
		if _, held := snap.Held[landed.Duplicates]; held || len(snap.Gaps) > 0 || len(snap.Events) != 1 || len(snap.Events[0].Dups) > 0 {
			t.Errorf("%s: %+v", what, snap)
		}
		for _, s := range rec.seen {
			if s.Name == "duplicates" {
				t.Errorf("%s: it is asked for all the same", what)
			}
		}
		var whys []string
		for _, o := range snap.Oddities {
			whys = append(whys, o.Why)
		}
		said := strings.Join(whys, "; ")
		if !strings.Contains(said, x.odd) || x.odd == "" && said != "" {
			t.Errorf("%s: said %q", what, said)
		}
	}
}
