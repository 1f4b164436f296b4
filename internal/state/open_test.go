package state

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jmoiron/sqlx"
)

// wantError checks for an error that callers can decide by (nil: any) and for words that help people.
func wantError(t *testing.T, err, is error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	if is != nil && !errors.Is(err, is) {
		t.Errorf("%v: not %q", err, is)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%v: does not say %q", err, w)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	folder := t.TempDir()
	write := func(name string, body []byte) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, body, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	foreign := filepath.Join(folder, "other.db")
	db := sqlx.MustOpen("sqlite", foreign)
	db.MustExec(`CREATE TABLE bookmarks (url TEXT)`)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	newer := filepath.Join(folder, "newer.db")
	c := &clock{t: start}
	open(t, newer, c).db.MustExec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)`)
	damaged := filepath.Join(folder, "damaged.db")
	s, err := Open(t.Context(), damaged, Options{Workspace: "northlight", Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	commit(t, s, record(100))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	body, err := os.ReadFile(damaged)
	if err != nil {
		t.Fatal(err)
	}
	copy(body[4096:], bytes.Repeat([]byte{0xff}, len(body)-4096))
	write("damaged.db", body)

	cases := map[string]struct {
		path  string
		is    error
		words []string
	}{
		"a folder":                        {folder, nil, []string{"folder", filepath.Join(folder, "plumbline.db")}},
		"a folder that is not there":      {filepath.Join(folder, "no", "plumbline.db"), nil, []string{"no folder", "make it"}},
		"a file where a folder should be": {filepath.Join(write("file", nil), "plumbline.db"), nil, []string{"file"}},
		"where nobody may write":          {"/proc/plumbline.db", nil, []string{"/proc/plumbline.db", "set another path"}},
		"a text":                          {write("notes.txt", []byte(strings.Repeat("not a database ", 100))), ErrDamaged, []string{"backup", "move it away"}},
		"the database of another program": {foreign, ErrDamaged, []string{"another program"}},
		"a state of a newer version":      {newer, ErrNewer, []string{"schema 99", "update plumbline"}},
		"a state that lost its pages":     {damaged, ErrDamaged, []string{"backup"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s, err := Open(t.Context(), c.path, Options{Workspace: "northlight"})
			if err == nil {
				err = s.Close()
			}
			wantError(t, err, c.is, append(c.words, "open state")...)
		})
	}
}

func TestANewStateIsItsOwnersAlone(t *testing.T) {
	s, _ := inFile(t)
	info, err := os.Stat(s.path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != fs.FileMode(0o600) {
		t.Errorf("mode %v: it holds the hash key", info.Mode())
	}
}

func TestPathsThatLookLikeSomethingElse(t *testing.T) {
	for _, name := range []string{"with space.db", "what?.db", "100%25.db", "a#b.db", "ünï.db"} {
		path := filepath.Join(t.TempDir(), name)
		s := open(t, path, &clock{t: start})
		commit(t, s, record(100))
		if info, err := os.Stat(path); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSeveralProcessesMakeTheStateAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "plumbline.db")
	var wg sync.WaitGroup
	errs := make(chan error, 8)
	for range cap(errs) {
		wg.Go(func() {
			s, err := Open(t.Context(), path, Options{Workspace: "northlight"})
			if err == nil {
				err = s.Close()
			}
			errs <- err
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			t.Error(err)
		}
	}
}
