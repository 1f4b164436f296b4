package main

import (
	"bytes"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/tools/eval/figures"
)

func TestSmallRun(t *testing.T) {
	file := filepath.Join(t.TempDir(), "drift.json")
	var out bytes.Buffer
	if err := run([]string{"-windows", "300", "-trials", "1", "-program", "", "-json", file}, &out); err != nil {
		t.Fatal(err)
	}
	p, err := figures.Load(file)
	if err != nil || len(p.Figures) != 12 || p.Command != "make eval-drift" {
		t.Errorf("%v: %+v", err, p)
	}
	for _, f := range p.Figures {
		if !strings.Contains(out.String(), f.What) || f.Value == "" {
			t.Errorf("%q is not printed, or has no figure", f.What)
		}
	}
	if err := run([]string{"-windows", "many"}, &out); err == nil {
		t.Error("a count that is none is taken")
	}
}

// The quiet twin of a workspace has the same rows, but for those of the faults.
func TestQuietTwin(t *testing.T) {
	seen := map[string]bool{}
	for third := range thirds {
		holdTwins(t, newWorkspace(rand.New(rand.NewPCG(3, 99)), third), seen)
	}
	if len(seen) != len(everyFault().faults) {
		t.Errorf("%d of %d faults are in a workspace", len(seen), len(everyFault().faults))
	}
}

func holdTwins(t *testing.T, w workspace, seen map[string]bool) {
	t.Helper()
	for i, f := range w.faults {
		if seen[f.event] {
			t.Errorf("%s has two faults", f.event)
		}
		seen[f.event] = true
		quiet := w.rows(rand.New(rand.NewPCG(3, uint64(i))), i, false)
		broken := w.rows(rand.New(rand.NewPCG(3, uint64(i))), i, true)
		start, hit := quiet[0].at.AddDate(0, 0, f.start), 0
		for j := range min(len(quiet), len(broken)) {
			a, b := quiet[j], broken[j]
			if a.at.Before(start.Truncate(24*60*60*1e9)) && !cmp.Equal(a, b, cmp.AllowUnexported(message{})) {
				t.Fatalf("%s: a row before the fault is another one", f.name)
			}
			if !a.at.Before(start) && f.hits(b) {
				hit++
			}
		}
		if hit < 30 {
			t.Errorf("%s hits %d rows", f.name, hit)
		}
	}
}

// A report is held against the truth: what is told of another property, or of another day, does not count.
func TestHold(t *testing.T) {
	f := fault{name: "x", event: "A", property: "p", kinds: []string{"value-drift"}, start: workspaceDays - 4, version: "5.2.0"}
	right := told{Kind: "value-drift", Event: "A", Property: "p", Since: "2026-06-12"}
	for _, test := range []struct {
		name                 string
		told                 told
		found, dated, placed int
	}{
		{"right but for the place", right, 1, 1, 0},
		{"another property", told{Kind: "value-drift", Event: "A", Property: "q", Since: "2026-06-12"}, 0, 0, 0},
		{"another day", told{Kind: "value-drift", Event: "A", Property: "p", Since: "2026-06-10"}, 1, 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			var a audited
			a.hold(f, []told{test.told})
			if a.found != test.found || a.dated != test.dated || a.placed != test.placed {
				t.Errorf("%+v", a)
			}
		})
	}
}
