package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/tools/eval/figures"
	"github.com/plumbline-audit/plumbline/tools/eval/rollup"
)

func TestPostedIsWhatAChannelGets(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		of   rollup.Finding
		want bool
	}{
		"a new warning":             {rollup.Finding{Status: "open", Change: "new", Severity: "warning"}, true},
		"a critical that came back": {rollup.Finding{Status: "open", Change: "reopened", Severity: "critical"}, true},
		"information":               {rollup.Finding{Status: "open", Change: "new", Severity: "info"}, false},
		"one that goes on":          {rollup.Finding{Status: "open", Change: "ongoing", Severity: "warning"}, false},
		"one of the baseline":       {rollup.Finding{Status: "baseline", Change: "new", Severity: "warning"}, false},
		"one that was expected":     {rollup.Finding{Status: "expected", Change: "new", Severity: "warning"}, false},
	} {
		if got := posted(c.of); got != c.want {
			t.Errorf("%s: posted is %v", name, got)
		}
	}
}

func TestTallyMissesItsGoalByTheWeek(t *testing.T) {
	t.Parallel()
	loud := tally{workspaces: 2, nights: 14, messages: 3, worst: 2, kinds: map[string]int{"volume-drop": 3}}
	want := []figures.Figure{
		{What: "shops: messages a week (2 workspaces)", Value: "1.50 (3 in 14 nights)", Goal: "≤ 1", Missed: true},
		{What: "shops: messages a week in the loudest workspace", Value: "2.00"},
		{What: "shops: told as volume-drop", Value: "3"},
	}
	if diff := cmp.Diff(want, loud.figures("shops")); diff != "" {
		t.Error(diff)
	}
}

func TestAWorkspaceIsJudgedOnceItsUsualIsKnown(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "7", "counts.csv")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	lines := []string{"source,event,event_text,day,date,n"}
	for d := range 30 {
		lines = append(lines, "web,a,A,-1,2026-06-"+[]string{"0", "1", "2", "3"}[(d+1)/10]+string(rune('0'+(d+1)%10))+",5")
	}
	if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := readCounts(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || got[0].name != "7" || got[0].from != "2026-06-29" || got[0].to != "2026-06-30" || len(got[0].counts) != 30 {
		t.Errorf("read %+v", got)
	}
}
