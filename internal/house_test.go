package internal_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

const (
	maxFile = 400 // lines
	maxBody = 60  // lines between a function's braces
)

func TestPackagesSayWhatTheyAreFor(t *testing.T) {
	t.Parallel()
	documented := map[string]bool{}
	for _, s := range sources(t, parser.PackageClauseOnly|parser.ParseComments) {
		if !s.test {
			documented[s.dir] = documented[s.dir] || s.file.Doc != nil
		}
	}
	for dir, ok := range documented {
		if !ok {
			t.Errorf("%s: no file has a comment above its package clause: say in one line what the package is for", dir)
		}
	}
}

func TestSizes(t *testing.T) {
	t.Parallel()
	fset := token.NewFileSet()
	for _, s := range sourcesIn(t, fset, parser.SkipObjectResolution) {
		if s.generated {
			continue
		}
		if s.lines > maxFile {
			t.Errorf("%s: %d lines, and %d are allowed: it is usually two ideas", s.path, s.lines, maxFile)
		}
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			from := fset.Position(f.Body.Lbrace).Line
			n := fset.Position(f.Body.Rbrace).Line - from - 1
			if s.test {
				n -= tableLines(fset, f.Body) // the rows of a table are data
			}
			if n > maxBody {
				t.Errorf("%s:%d: %s has %d lines, and %d are allowed", s.path, from, f.Name.Name, n, maxBody)
			}
		}
	}
}

// tableLines counts the lines that the slices and maps of a function take, the outermost of each.
func tableLines(fset *token.FileSet, body ast.Node) int {
	lines := 0
	ast.Inspect(body, func(n ast.Node) bool {
		lit, ok := n.(*ast.CompositeLit)
		if !ok {
			return true
		}
		switch lit.Type.(type) {
		case *ast.ArrayType, *ast.MapType:
			lines += fset.Position(lit.Rbrace).Line - fset.Position(lit.Lbrace).Line
			return false
		}
		return true
	})
	return lines
}

// TestNoSleep: a test that waits by the clock is slow on one machine and wrong on another. In a bubble of
// testing/synctest sleeping takes no time.
func TestNoSleep(t *testing.T) {
	t.Parallel()
	fset := token.NewFileSet()
	for _, s := range sourcesIn(t, fset, parser.SkipObjectResolution) {
		if !s.test || slices.Contains(imports(t, s.file), "testing/synctest") {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if ok && sel.Sel.Name == "Sleep" {
				if x, named := sel.X.(*ast.Ident); named && x.Name == "time" {
					t.Errorf("%s:%d: sleeps against the real clock: use testing/synctest", s.path, fset.Position(n.Pos()).Line)
				}
			}
			return true
		})
	}
}

// forbidden are words that no file may contain: places of the machine it was written on, and pages that are not here.
func forbidden() *regexp.Regexp {
	return regexp.MustCompile(`(?:^|[\s"'` + "`" + `(=:,])/(?:work|root)/|\b(?:CONTRACT|DESIGN|TYPES|EXAMPLES)` + `\.md\b|\bfacts/[a-z-]+\.md\b`)
}

func TestWords(t *testing.T) {
	t.Parallel()
	words := forbidden()
	walk(t, func(name string) {
		text, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.IndexByte(text, 0) >= 0 { // not text
			return
		}
		for i, line := range bytes.Split(text, []byte("\n")) {
			if found := words.Find(line); found != nil {
				t.Errorf("%s:%d: %q has no place in this project", name, i+1, bytes.TrimSpace(found))
			}
		}
	})
}

func TestForbidden(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"open " + "/wo" + "rk/main/go.mod": true,
		`"/ro` + `ot/go"`:                  true,
		"as DESI" + "GN.md says":           true,
		"fac" + "ts/volume.md":             true,
		"https://example.com/work/":        false,
		"root/bin":                         false,
		"facts/volume":                     false,
	} {
		if got := forbidden().MatchString(text); got != want {
			t.Errorf("%q is forbidden: %t, want %t", text, got, want)
		}
	}
}
