package backtest_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/plumbline-audit/plumbline/checks"
	"github.com/plumbline-audit/plumbline/internal/backtest"
)

func TestScores(t *testing.T) {
	day := on(t, "2026-06-10")
	var s backtest.Scores
	s.Add(nil)
	s.Add([]checks.VolumeScore{
		{Source: "web", Event: "=1+1", Day: day, Score: 0.25},
		{Source: "web", Event: "Viewed", Day: day, Score: 1},
		{Source: "web", Event: "Viewed", Day: day, Score: 3.25, Alert: true},
		{Source: "web", Event: "@", Day: day},
	})
	s.Add([]checks.VolumeScore{{Source: "web", Event: "Viewed", Day: day, Score: 9}}) // the day was deferred to a later night
	s.Add([]checks.VolumeScore{{Source: "ios", Event: "a, \"b\"", Day: day, Score: 2}})
	var b bytes.Buffer
	if err := s.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	want := "source,event,date,score,alert\n" +
		"ios,\"a, \"\"b\"\"\",2026-06-10,2.0000,0\n" +
		"web,=1+1,2026-06-10,0.2500,0\n" +
		"web,@,2026-06-10,0.0000,0\n" +
		"web,Viewed,2026-06-10,3.2500,1\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("scores (-want +got):\n%s", diff)
	}
}

// Programs read the names back as they landed. CSV itself cannot tell a return from a line feed.
func TestScoresHoldAnyName(t *testing.T) {
	day := on(t, "2026-06-10")
	rapid.Check(t, func(t *rapid.T) {
		name := strings.ReplaceAll(rapid.String().Draw(t, "name"), "\r", "")
		var s backtest.Scores
		s.Add([]checks.VolumeScore{{Source: "web", Event: name, Day: day}})
		var b bytes.Buffer
		if err := s.WriteCSV(&b); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil || len(rows) != 2 || rows[1][1] != name {
			t.Fatalf("%q came back as %q, %v", name, rows, err)
		}
	})
}
