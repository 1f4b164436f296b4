package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/plumbline-audit/plumbline/tools/eval/figures"
)

func TestAMissedGoalIsSaid(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.json"), filepath.Join(dir, "evaluation.md")
	p := figures.Page{Title: "Falls", About: "Daily counts.", Figures: []figures.Figure{
		{What: "recall", Value: "41", Goal: "≥ 42", Missed: true, Peers: "Holt-Winters 37"},
		{What: "false alarms", Value: "1", Goal: "≤ 2"},
	}}
	if err := p.Save(in); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	if err := run(&said, out, []string{in}); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(said.String(), "1 goals are not reached.\n") {
		t.Errorf("the end of the output does not count the goals:\n%s", said.String())
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"| recall | **41** (missed) | ≥ 42 | Holt-Winters 37 |", "| false alarms | 1 | ≤ 2 |  |"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the page lacks %q:\n%s", want, text)
		}
	}
}
