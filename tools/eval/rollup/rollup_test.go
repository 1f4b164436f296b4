package rollup_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/tools/eval/rollup"
)

// program is a stand-in that writes what backtest would, given what it was asked.
func program(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "plumbline")
	script := `#!/bin/sh
printf 'source,event,date,score,alert\nweb,"a, b",2026-06-01,2.5000,1\nweb,@,2026-06-01,0.1000,0\n' > scores.csv
printf '[{"as_of":"2026-06-02","findings":[{"kind":"volume-drop","event":"a, b","last_seen":"2026-06-01","change":"new"}]}]'
echo "$@" > asked
exit 1
`
	if err := os.WriteFile(path, []byte(script), 0o700); err != nil { //nolint:gosec // it is run
		t.Fatal(err)
	}
	return path
}

func TestGivesCountsAndReadsScores(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := rollup.Write(dir, []rollup.Count{
		{Source: "web", Event: "a, b", Day: "2026-06-01", Rows: 7}, {Source: "web", Event: "silent", Day: "2026-06-01"},
	}); err != nil {
		t.Fatal(err)
	}
	scores, nights, err := rollup.Replay(program(t), dir, "2026-06-01", "2026-06-01")
	if err != nil {
		t.Fatal(err)
	}
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name))) //nolint:gosec // the test's own folder
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	want := []any{
		[]rollup.Score{
			{Source: "web", Event: "a, b", Day: "2026-06-01", Score: 2.5, Alert: true}, {Source: "web", Event: "@", Day: "2026-06-01", Score: .1},
		},
		[]rollup.Night{{AsOf: "2026-06-02", Findings: []rollup.Finding{{Kind: "volume-drop", Event: "a, b", LastSeen: "2026-06-01", Change: "new"}}}},
		"event,day,rows,source\n\"a, b\",2026-06-01,7,web\n",
		"backtest --from 2026-06-01 --to 2026-06-01 --format json --scores scores.csv\n",
	}
	got := []any{scores, nights, read("warehouse/metrics/daily_counts/counts.csv"), read("asked")}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
