package state_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/plumbline-audit/plumbline/internal/state"
)

func files(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, e.Name()+info.ModTime().String())
	}
	return out
}

// TestLook: a look says how a state stands and leaves the folder as it was.
func TestLook(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "plumbline.db")
	look := func() (state.Condition, error) {
		t.Helper()
		before := files(t, dir)
		c, err := state.Look(t.Context(), path, "shop")
		if after := files(t, dir); !slices.Equal(before, after) {
			t.Errorf("the folder was changed: %v, now %v", before, after)
		}
		return c, err
	}
	if c, err := look(); err != nil || c.There || c.Newest == 0 {
		t.Errorf("no state: %+v %v", c, err)
	}
	s, err := state.Open(t.Context(), path, state.Options{Workspace: "shop"})
	if err != nil {
		t.Fatal(err)
	}
	if c, err := state.Look(t.Context(), path, "shop"); err != nil || !c.There || c.Key || c.Schema != c.Newest {
		t.Errorf("while it is open: %+v %v", c, err)
	}
	if _, err := s.Key(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if c, err := look(); err != nil || !c.There || !c.Key || c.Size == 0 || !c.Audited.IsZero() {
		t.Errorf("a state with a key: %+v %v", c, err)
	}
	if err := os.WriteFile(path, []byte(strings.Repeat("this is no database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := look(); !errors.Is(err, state.ErrDamaged) {
		t.Errorf("a damaged state: %v", err)
	}
	path = dir
	if _, err := look(); err == nil || !strings.Contains(err.Error(), "it is a folder") {
		t.Errorf("a folder: %v", err)
	}
	path = filepath.Join(dir, "nowhere", "plumbline.db")
	if _, err := look(); err == nil || !strings.Contains(err.Error(), "there is no folder") {
		t.Errorf("a folder that is not there: %v", err)
	}
}
