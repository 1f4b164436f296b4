package internal_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTrapsAreTested holds docs/regressions.md to the tests that it names: each is there, and each of the tests of whole
// audits that are kept for it is on the page.
func TestTrapsAreTested(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "docs", "regressions.md"))
	if err != nil {
		t.Fatal(err)
	}
	have, kept := map[string]bool{}, []string{}
	declared := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	err = filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if strings.HasSuffix(path, ".txtar") && strings.Contains(path, filepath.Join("testdata", "script")) {
			have[d.Name()] = true
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range declared.FindAllStringSubmatch(string(text), -1) {
			have[m[1]] = true
			if strings.HasPrefix(d.Name(), "traps_") || d.Name() == "regressions_test.go" && filepath.Base(filepath.Dir(path)) == "audit" {
				kept = append(kept, m[1])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, m := range regexp.MustCompile("`(Test\\w+|\\w+\\.txtar)` \\|").FindAllStringSubmatch(string(page), -1) {
		named[m[1]] = true
		if !have[m[1]] {
			t.Errorf("docs/regressions.md names %s, and there is no such test", m[1])
		}
	}
	if len(named) == 0 || len(kept) == 0 {
		t.Fatalf("%d tests are named, %d are kept", len(named), len(kept))
	}
	for _, name := range kept {
		if !named[name] {
			t.Errorf("docs/regressions.md does not name %s: say in a row what happens and what plumbline says", name)
		}
	}
}
