package figures_test

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/tools/eval/figures"
)

func TestRatioShowsItsCounts(t *testing.T) {
	t.Parallel()
	for want, n := range map[string][2]int{"1.000 (4 of 4)": {4, 4}, ".333 (1 of 3)": {1, 3}, "none of 0": {0, 0}} {
		if got := figures.Ratio(n[0], n[1]); got != want {
			t.Errorf("Ratio(%d, %d) = %q, want %q", n[0], n[1], got, want)
		}
	}
}

func TestWhatIsSavedIsLoaded(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "eval", "names.json")
	want := figures.Page{Title: "Names", About: "real ones", Command: "make eval", Figures: []figures.Figure{
		{What: "precision", Value: "1.000", Goal: "≥ .98", Peers: "rapidfuzz .61"},
	}}
	if err := want.Save(file); err != nil {
		t.Fatal(err)
	}
	got, err := figures.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
