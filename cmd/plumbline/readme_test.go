//go:build !noduckdb

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

const readme = "../../README.md"

// TestReadmeShowsTheDemo holds the report in README.md to what plumbline demo prints. The clock stands still, so that
// the only figures that differ from run to run, how long it took, are left out. UPDATE=1 rewrites the block.
func TestReadmeShowsTheDemo(t *testing.T) {
	t.Parallel()
	var out, errs bytes.Buffer
	code := run(t.Context(), []string{"demo"}, world{
		out: &out, err: &errs, env: func(string) (string, bool) { return "", false },
		now: func() time.Time { return time.Date(2026, 6, 16, 4, 15, 0, 0, time.UTC) },
	})
	if code != exitClean {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	shown, _, ok := strings.Cut(out.String(), "\n\nThe first finding, as plumbline findings show")
	if !ok {
		t.Fatalf("the demo shows no finding whole:\n%s", out.String())
	}
	page, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- demo: written by `UPDATE=1 go test ./cmd/plumbline` -->\n", "<!-- end of the demo -->\n"
	before, rest, ok := strings.Cut(string(page), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("README.md has no block between %q and %q", begin, end)
	}
	fresh(t, readme, before+begin+"```\n"+shown+"\n```\n"+end+after)
}

// TestReadmeLinks finds links of README.md and of the pages of the commands that lead nowhere.
func TestReadmeLinks(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../docs/cli/*.md")
	if err != nil {
		t.Fatal(err)
	}
	link := regexp.MustCompile(`\]\(([^)#]+)[^)]*\)`)
	for _, file := range append(files, readme) {
		page, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllStringSubmatch(string(page), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(file), m[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", file, m[1])
			}
		}
	}
}

// TestReadmeConfiguration audits with the plumbline.yaml that README.md tells people to write, so that the five
// minutes it promises are not spent on mistakes of ours.
func TestReadmeConfiguration(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(blocks) == 0 {
		t.Fatal("README.md shows no configuration")
	}
	for _, b := range blocks {
		dir := t.TempDir()
		for name, text := range map[string]string{"plumbline.yaml": b[1], "tracking-plan.json": `{"events": ["Sign Up"]}`} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		var out, errs bytes.Buffer
		code := run(t.Context(), []string{"plan", "show", "--config", filepath.Join(dir, "plumbline.yaml")}, world{
			out: &out, err: &errs, now: time.Now,
			env: func(name string) (string, bool) { return "xoxb-token", name == "SLACK_BOT_TOKEN" },
		})
		if code != exitClean || !strings.Contains(out.String(), "Sign Up") {
			t.Errorf("exit code %d with\n%s\n%s", code, b[1], errs.String())
		}
	}
}
