// Package internal_test holds the house rules that a compiler does not know: who may import whom, how large a file and
// a function may be, what every package must say, and which words no file may contain.
package internal_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	module   = "github.com/plumbline-audit/plumbline"
	anything = "*" // every package but testkit, which is for tests
)

// mayImport says which of our packages a package may import. Its key is the folder; * stands for one name. A test may
// import anything. A package that is not here fails: adding one means saying what it may know.
func mayImport() map[string]string {
	return map[string]string{
		// Vocabulary and tools without any knowledge of the rest.
		"internal/landed":   "",
		"internal/names":    "",
		"internal/names/*":  "",
		"internal/series":   "",
		"internal/words":    "names",
		"internal/chart":    "",
		"config":            "",
		"internal/demo":     "",
		"internal/simulate": "",
		"internal/plan":     "names",
		"internal/finding":  "landed",

		// Judgement: from facts to findings.
		"checks":               "finding landed plan names series words",
		"internal/diagnosis":   "finding landed plan names series words",
		"internal/incident":    "finding landed names",
		"internal/infer":       "landed plan names words",
		"internal/fix":         "finding landed plan names words",
		"internal/lint":        "finding plan names words",
		"internal/plandiff":    "plan names words",
		"internal/enforce":     "plan names",
		"internal/investigate": "checks diagnosis finding landed plan series words",
		"internal/verify":      "audit checks finding landed",
		"internal/setup":       "words",

		// Facts: from a warehouse or another service.
		"connectors":           "landed names",
		"connectors/*":         "connectors landed",
		"internal/segment":     "plan",
		"internal/destination": "landed finding words",
		"internal/usage":       "landed finding words",

		// One audit, what it remembers and what it says.
		"internal/audit":    "checks diagnosis finding incident landed names plan",
		"internal/state":    "audit finding incident landed",
		"internal/backtest": "audit checks finding incident landed",
		"internal/report":   "audit backtest finding incident landed fix chart names words",
		"internal/notify":   "audit finding incident landed fix names words",
		"internal/notify/*": "notify finding incident landed fix chart names words",
		"internal/daemon":   "audit incident",
		"internal/web":      "audit chart finding incident landed report names words",

		// Composition.
		"internal/app":       anything,
		"internal/testkit":   anything,
		"cmd/plumbline":      "config app report chart words demo audit backtest finding fix incident landed lint plan plandiff",
		"tools/eval/figures": "",
		"tools/eval/rollup":  "tools/eval/figures",
		"tools/eval/*":       "names names/invented series landed simulate tools/eval/figures tools/eval/rollup",
		"tools/testlines":    "",
	}
}

// confined says which folders alone may import a package from outside.
func confined() map[string][]string {
	return map[string][]string{
		"github.com/slack-go/slack": {"internal/notify/slack"},
		"modernc.org/sqlite":        {"internal/state"},
		"github.com/pressly/goose":  {"internal/state"},
		"github.com/duckdb":         {"connectors/duckdb", "internal/demo", "tools/eval/renames"},
	}
}

// pure are the packages that neither read nor write: no network, no file, no SQL.
func pure() []string {
	return []string{
		"checks", "internal/diagnosis", "internal/incident", "internal/names", "internal/series", "internal/words",
		"internal/landed", "internal/finding", "internal/lint", "internal/plandiff", "internal/infer",
	}
}

// source is one Go file of this module.
type source struct {
	path, dir string // slash-separated, from the root
	file      *ast.File
	lines     int
	test      bool
	generated bool
}

func TestImports(t *testing.T) {
	t.Parallel()
	allowed := mayImport()
	for _, s := range sources(t, parser.ImportsOnly) {
		if s.test {
			continue
		}
		may, listed := allowed[s.dir]
		if !listed {
			may, listed = allowed[path.Dir(s.dir)+"/*"]
		}
		if !listed {
			t.Errorf("%s: package %s is not in the table: say here what it may import", s.path, s.dir)
			continue
		}
		for _, imported := range imports(t, s.file) {
			if short, ours := strings.CutPrefix(imported, module+"/"); ours && !permits(may, short) {
				t.Errorf("%s: %s may not import %s, only: %s", s.path, s.dir, short, may)
			}
			for outside, folders := range confined() {
				if within(imported, outside) && !slices.Contains(folders, s.dir) {
					t.Errorf("%s: only %s may import %s", s.path, strings.Join(folders, " and "), outside)
				}
			}
			if slices.Contains(pure(), s.dir) && (within(imported, "net") || within(imported, "os") || within(imported, "database/sql")) {
				t.Errorf("%s: %s is pure and may not import %s", s.path, s.dir, imported)
			}
		}
	}
}

// permits says whether a line of the table names the package, by its folder without internal/.
func permits(may, imported string) bool {
	imported = strings.TrimPrefix(imported, "internal/")
	if may == anything {
		return imported != "testkit"
	}
	return slices.Contains(strings.Fields(may), imported)
}

// within says whether an import path is the package or lies below it.
func within(imported, pkg string) bool {
	return imported == pkg || strings.HasPrefix(imported, pkg+"/")
}

// TestArchitectureIsTrue holds ARCHITECTURE.md to the code: its table of imports is written from the one above, for the
// packages that exist, and every one of them has its line in the tree. UPDATE=1 rewrites the table.
func TestArchitectureIsTrue(t *testing.T) {
	t.Parallel()
	const from, to = "<!-- imports: written by make golden -->\n", "<!-- end of imports -->"
	name := filepath.Join("..", "ARCHITECTURE.md")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(text), from)
	_, tail, closed := strings.Cut(rest, to)
	if !ok || !closed {
		t.Fatalf("ARCHITECTURE.md has lost its marks %q and %q", from, to)
	}
	want := head + from + importTable(t) + to + tail
	if os.Getenv("UPDATE") == "1" {
		if err := os.WriteFile(name, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	} else if string(text) != want {
		t.Error("the table of imports in ARCHITECTURE.md is not the one in internal/arch_test.go: make golden rewrites it")
	}
	for _, dir := range packages(t) {
		if !strings.Contains(head, path.Base(dir)+"/ ") {
			t.Errorf("the tree in ARCHITECTURE.md has no line for %s: say there what it is for", dir)
		}
	}
}

// packages are the folders that hold a package.
func packages(t *testing.T) []string {
	t.Helper()
	var dirs []string
	for _, s := range sources(t, parser.PackageClauseOnly) {
		if !s.test && !slices.Contains(dirs, s.dir) {
			dirs = append(dirs, s.dir)
		}
	}
	return dirs
}

// importTable writes mayImport for people, for the packages that exist.
func importTable(t *testing.T) string {
	t.Helper()
	allowed, rows := mayImport(), map[string]string{}
	for _, dir := range packages(t) {
		key := dir
		if _, listed := allowed[dir]; !listed {
			key = path.Dir(dir) + "/*"
		}
		if _, listed := allowed[key]; !listed {
			continue // TestImports says so
		}
		may := "`" + strings.ReplaceAll(allowed[key], " ", "` `") + "`"
		switch allowed[key] {
		case "":
			may = "none"
		case anything:
			may = "everything"
		}
		rows[key] = "| `" + key + "` | " + may + " |\n"
	}
	var b strings.Builder
	b.WriteString("\n| package | may import (of ours) |\n|---|---|\n")
	for _, key := range slices.Sorted(maps.Keys(rows)) {
		b.WriteString(rows[key])
	}
	b.WriteString("\n")
	return b.String()
}

// TestTable keeps the table honest: a rule that lets everything through, or nothing, would pass unseen.
func TestTable(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		may, imported string
		want          bool
	}{
		"a check sees facts":                   {mayImport()["checks"], "internal/landed", true},
		"a check does not see connectors":      {mayImport()["checks"], "connectors", false},
		"a check does not see the config":      {mayImport()["checks"], "config", false},
		"a connector does not see findings":    {mayImport()["connectors/*"], "internal/finding", false},
		"a connector sees the shared part":     {mayImport()["connectors/*"], "connectors", true},
		"the facts see nothing of ours":        {mayImport()["internal/landed"], "internal/finding", false},
		"composition sees everything":          {mayImport()["internal/app"], "connectors/duckdb", true},
		"only tests see what is made for them": {mayImport()["internal/app"], "internal/testkit", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := permits(tc.may, tc.imported); got != tc.want {
				t.Errorf("permits(%q, %q) = %t, want %t", tc.may, tc.imported, got, tc.want)
			}
		})
	}
}

func imports(t *testing.T, f *ast.File) []string {
	t.Helper()
	paths := make([]string, len(f.Imports))
	for i, imp := range f.Imports {
		p, err := strconv.Unquote(imp.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		paths[i] = p
	}
	return paths
}

func sources(t *testing.T, mode parser.Mode) []source {
	t.Helper()
	return sourcesIn(t, token.NewFileSet(), mode)
}

// sourcesIn reads every Go file of the module itself: go list would be answered from the test cache.
func sourcesIn(t *testing.T, fset *token.FileSet, mode parser.Mode) []source {
	t.Helper()
	var all []source
	walk(t, func(name string) {
		if path.Ext(name) != ".go" || strings.Contains(name, "/testdata/") {
			return
		}
		text, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		f, err := parser.ParseFile(fset, name, text, mode|parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, source{
			path: name, dir: path.Dir(name), file: f, lines: bytes.Count(text, []byte("\n")),
			test: strings.HasSuffix(name, "_test.go"), generated: ast.IsGenerated(f),
		})
	})
	if len(all) == 0 {
		t.Fatal("found no Go file: is this still run from internal/?")
	}
	return all
}

// walk calls f for every file of the project, by its path from the root; not for what is built, nor for what a
// version control system or an editor keeps for itself.
func walk(t *testing.T, f func(name string)) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(".."), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name == "bin" || name == "dist" || d.Name() == "__pycache__" || name != "." && name != ".ci" && strings.HasPrefix(d.Name(), ".") {
				return fs.SkipDir
			}
			return nil
		}
		if d.Type().IsRegular() {
			f(name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
