package config

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// Every setting that works is set by a script that runs the real program, so that what it changes can be seen there.
func TestEverySettingIsExercised(t *testing.T) {
	scripts, err := filepath.Glob("../cmd/plumbline/testdata/script/*.txtar")
	if err != nil || len(scripts) < 10 {
		t.Fatalf("%d scripts: %v", len(scripts), err)
	}
	set := map[string]string{}
	for _, script := range scripts {
		archive, err := txtar.ParseFile(script)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.Files {
			if !strings.HasSuffix(f.Name, ".yaml") || !regexp.MustCompile(`(?m)exec|exit 0|exit 1`).Match(archive.Comment) {
				continue
			}
			c, err := Parse(f.Name, f.Data, func(string) (string, bool) { return "https://slack.example/", true }, allWords())
			if err != nil {
				continue // a plan, or one that is meant to be wrong
			}
			for path := range c.doc.keys {
				set[pattern(path)] = filepath.Base(script)
			}
		}
	}
	for _, k := range Keys() {
		path := strings.TrimSuffix(k.Path, ".NAME")
		if k.Unbuilt == "" && set[path] == "" {
			t.Errorf("%s is set by no script", k.Path)
		}
	}
}
