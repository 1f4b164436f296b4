package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/internal/simulate"
)

// workspace is one with a rename in web and ios, a split, and a pair that is none.
func workspace() *simulate.Workspace {
	return &simulate.Workspace{Truth: simulate.Truth{
		Renames: []simulate.Change{
			{Kind: simulate.Unlike, Old: "Door Opened", New: "Gate Passed", Sources: []string{"web", "ios"}, Age: 20},
			{Kind: simulate.Split, Old: "Bell Rung", New: "Quick Bell Rung", Sources: []string{"web"}, Age: 5},
			{Kind: simulate.Split, Old: "Bell Rung", New: "Night Bell Rung", Sources: []string{"web"}, Age: 5},
		},
		Harmless: []simulate.Change{{Kind: simulate.Unrelated, Old: "Roof Painted", New: "Kite Flown", Sources: []string{"web"}, Age: 20}},
	}}
}

func TestJudge(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		pairs                []told
		found, nearly, wrong int
	}{
		"nothing is told":                            {nil, 0, 0, 0},
		"the rename in one of its sources":           {[]told{{"rename", "ios", "Door Opened", "Gate Passed"}}, 1, 0, 0},
		"in both of its sources is one rename":       {[]told{{"rename", "ios", "Door Opened", "Gate Passed"}, {"rename", "web", "Door Opened", "Gate Passed"}}, 1, 0, 0},
		"in a source where nothing happened":         {[]told{{"rename", "server", "Door Opened", "Gate Passed"}}, 0, 0, 1},
		"the wrong way round":                        {[]told{{"rename", "web", "Gate Passed", "Door Opened"}}, 0, 0, 1},
		"as two spellings only":                      {[]told{{"near-duplicate", "web", "Door Opened", "Gate Passed"}}, 0, 1, 0},
		"as both":                                    {[]told{{"near-duplicate", "web", "Door Opened", "Gate Passed"}, {"rename", "ios", "Door Opened", "Gate Passed"}}, 1, 0, 0},
		"each half of a split":                       {[]told{{"rename", "web", "Bell Rung", "Quick Bell Rung"}, {"rename", "web", "Bell Rung", "Night Bell Rung"}}, 2, 0, 0},
		"what ended and what began":                  {[]told{{"rename", "web", "Roof Painted", "Kite Flown"}}, 0, 0, 1},
		"a false pair in two sources is one":         {[]told{{"rename", "web", "Roof Painted", "Kite Flown"}, {"rename", "ios", "Roof Painted", "Kite Flown"}}, 0, 0, 1},
		"two spellings that are none are no renames": {[]told{{"near-duplicate", "web", "Roof Painted", "Kite Flown"}}, 0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := judge(workspace(), tc.pairs)
			if got, want := [3]int{len(v.found), len(v.nearly), len(v.wrong)}, [3]int{tc.found, tc.nearly, tc.wrong}; got != want {
				t.Errorf("found, told as spellings, wrong: %v, want %v", got, want)
			}
			if len(v.found)+len(v.missed) != 3 {
				t.Errorf("%d found and %d missed of 3", len(v.found), len(v.missed))
			}
		})
	}
}

func TestWhatAFalseRenameFellFor(t *testing.T) {
	t.Parallel()
	v := verdict{w: workspace()}
	for want, pair := range map[string]told{
		"unrelated launch and deprecation":                          {Event: "Roof Painted", Related: "Kite Flown"},
		"old: nothing alike, new: unrelated launch and deprecation": {Event: "Door Opened", Related: "Kite Flown"},
		"old: unrelated launch and deprecation, new: split":         {Event: "Roof Painted", Related: "Quick Bell Rung"},
		"old: nothing, new: nothing alike":                          {Event: "Lamp Lit", Related: "Gate Passed"},
	} {
		if got := v.what(pair); got != want {
			t.Errorf("%q -> %q: %q, want %q", pair.Event, pair.Related, got, want)
		}
	}
}

func TestRead(t *testing.T) {
	t.Parallel()
	const text = `{"audit": {"complete": true, "not_checked": []}, "findings": [
	  {"kind": "rename", "source": "web", "sources": ["web", "ios"], "event": "A", "related_event": "B",
	   "members": [{"kind": "rename", "source": "web", "event": "A", "related_event": "B"}, {"kind": "rename", "source": "ios", "event": "A", "related_event": "B"},
	     {"kind": "removed-property", "source": "web", "event": "A", "related_event": null}]},
	  {"kind": "near-duplicate", "source": "web", "sources": ["web", "ios"], "event": "C", "related_event": "c", "members": null},
	  {"kind": "unplanned-event", "source": "web", "sources": ["web"], "event": "D", "related_event": null, "members": []}]}`
	got, err := read([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	want := []told{{"rename", "web", "A", "B"}, {"rename", "ios", "A", "B"}, {"near-duplicate", "web", "C", "c"}, {"near-duplicate", "ios", "C", "c"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pairs (-want +got):\n%s", diff)
	}
	for _, bad := range []string{`{"audit": {"complete": false}}`, `{"audit": {"complete": true, "not_checked": [{"source": "web"}]}}`, `no report`} {
		if got, err := read([]byte(bad)); err == nil {
			t.Errorf("%s: told %v and no error", bad, got)
		}
	}
}

func TestForgetLeavesTheWorkspace(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, f := range []string{"plumbline.db", "plumbline.db-wal", "plumbline.yaml", "warehouse.duckdb"} {
		if err := os.WriteFile(filepath.Join(dir, f), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := forget(dir); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(left) != 2 || left[0].Name() != "plumbline.yaml" || left[1].Name() != "warehouse.duckdb" {
		t.Errorf("left are %v, want the configuration and the warehouse", left)
	}
}
