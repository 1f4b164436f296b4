package checks

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/plumbline-audit/plumbline/internal/finding"
)

// Updating says whether goldens are to be rewritten.
func Updating() bool { return updating() }

// Told is the first finding of each kind that the checks tell in their own cases, the examples before the others.
func Told(t *testing.T) []finding.Finding {
	t.Helper()
	found := map[finding.Kind]finding.Finding{}
	for _, entry := range Catalogue() {
		files, err := filepath.Glob(filepath.Join("testdata", entry.ID, "*.txtar"))
		if err != nil {
			t.Fatal(err)
		}
		slices.SortStableFunc(files, func(a, b string) int {
			return map[bool]int{true: -1}[a == examplePath(entry)] - map[bool]int{true: -1}[b == examplePath(entry)]
		})
		for _, file := range files {
			missing := slices.ContainsFunc(entry.Kinds, func(k finding.Kind) bool { _, ok := found[k]; return !ok })
			if !missing {
				break
			}
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range newCase(t, archive).run(t, entry).Findings {
				if _, ok := found[f.Kind]; !ok {
					found[f.Kind] = f
				}
			}
		}
	}
	var out []finding.Finding
	for _, k := range finding.Kinds() {
		if f, ok := found[k]; ok {
			out = append(out, f)
		}
	}
	return out
}
