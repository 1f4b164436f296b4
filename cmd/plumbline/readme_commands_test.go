//go:build !noduckdb

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/plumbline-audit/plumbline/internal/demo"
)

// TestReadmeCommands types what README.md tells people to type in a folder with a warehouse, in its order. The id of a
// finding is the one thing that is another on every machine.
func TestReadmeCommands(t *testing.T) {
	page, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	_, own, _ := strings.Cut(string(page), "## Your own warehouse")
	own, _, _ = strings.Cut(own, "## What works")
	commands := regexp.MustCompile("(?m)^ +(plumbline .*)$").FindAllStringSubmatch(own, -1)
	if len(commands) < 6 {
		t.Fatalf("README.md shows only %d commands", len(commands))
	}
	dir := t.TempDir()
	if _, err := demo.Write(t.Context(), dir, demo.Options{}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"plumbline.yaml", "tracking-plan.json"} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	typed := func(args ...string) (string, int) {
		var out, errs bytes.Buffer
		code := run(context.WithoutCancel(t.Context()), args, world{
			out: &out, err: &errs, env: func(string) (string, bool) { return "", false },
			now: func() time.Time { return time.Date(2026, 6, 16, 9, 0, 0, 0, time.UTC) },
		})
		return out.String() + errs.String(), code
	}
	id := ""
	for _, c := range commands {
		line, _, _ := strings.Cut(c[1], "  #")
		if strings.Contains(line, "PL-") && id == "" {
			id = firstFinding(t, typed)
		}
		line = regexp.MustCompile(`PL-[0-9A-Z]+`).ReplaceAllString(line, id)
		out, code := typed(shellWords(line)[1:]...)
		most := exitClean
		if strings.HasPrefix(line, "plumbline audit") {
			most = exitFindings
		}
		if code > most {
			t.Errorf("%s: exit code %d\n%s", line, code, out)
		}
	}
}

func firstFinding(t *testing.T, plumbline func(...string) (string, int)) string {
	t.Helper()
	out, _ := plumbline("findings", "list", "--format", "json")
	var list []struct{ ID string }
	if err := json.Unmarshal([]byte(out), &list); err != nil || len(list) == 0 {
		t.Fatalf("no findings: %v\n%s", err, out)
	}
	return list[0].ID
}

// shellWords parts a command line as a shell does, as far as README.md goes: blanks and double quotes.
func shellWords(line string) []string {
	var out []string
	for i, part := range strings.Split(line, `"`) {
		if i%2 == 1 {
			out = append(out, part)
		} else {
			out = append(out, strings.Fields(part)...)
		}
	}
	return out
}
