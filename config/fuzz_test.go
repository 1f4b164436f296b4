package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

func emptyValues() map[*yaml.Node]expanded { return map[*yaml.Node]expanded{} }

func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/mistakes/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range append(files, "testdata/full.yaml", "testdata/annotated.yaml") {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("a: &a [*a]\nchecks: {rename: *a}\n? [x]\n: y\n<<: *a\n"))
	f.Add([]byte("checks: {rename: {drop: !!float x, a: !b c, ? {} : 1}}"))
	f.Add([]byte(secretSeed))
	for _, odd := range strange() {
		f.Add([]byte("schedule: [{cron: " + odd + "}]\nhistory: " + odd + "\nchecks:\n  volume-drop: " + odd + "\n"))
	}
	none := Files(func(string) ([]byte, error) { return nil, os.ErrNotExist })
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse("dir/p.yaml", data, environ("NAME", "value"), none, allWords())
		if err == nil {
			for _, s := range c.Checks {
				if err := s.Decode(&settings{}); err != nil { // other settings than those it was looked through for
					inside(t, data, err)
				}
			}
			return
		}
		inside(t, data, err)
	})
}

// inside fails unless every mistake stands in the file and can be shown.
func inside(t *testing.T, data []byte, err error) {
	t.Helper()
	var mistakes Errors
	if !errors.As(err, &mistakes) || len(mistakes) == 0 {
		t.Fatalf("not a list of mistakes: %v", err)
	}
	lines := strings.Split(strings.TrimPrefix(string(data), "\uFEFF"), "\n")
	for _, e := range mistakes {
		if e.Line < 1 || e.Line > len(lines) || e.Column < 1 || e.Column > utf8.RuneCountInString(lines[e.Line-1])+1 {
			t.Fatalf("%d:%d is not in the file: %s", e.Line, e.Column, e.Message)
		}
		if e.Message == "" || strings.ContainsAny(e.Message, "\n\r\x1b") || strings.ContainsAny(e.Excerpt, "\n\r\x1b") {
			t.Fatalf("cannot be shown: %q %q", e.Message, e.Excerpt)
		}
		first, _, _ := strings.Cut(e.Error(), "\n")
		if !containsCode(e.Code) || !strings.HasSuffix(first, " ["+string(e.Code)+"]") || utf8.RuneCountInString(first) >= 200 {
			t.Fatalf("without a code, or too long: %s", first)
		}
		if goWords.MatchString(e.Message) && !goWords.Match(data) {
			t.Fatalf("speaks of Go: %s", e.Message)
		}
	}
}
