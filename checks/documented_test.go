package checks

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"go.yaml.in/yaml/v4"
)

const pages = "../docs/checks"

// TestDocumented holds every check's page to what the program does: it exists, has the sections that a reader looks
// for, names every kind, gives the settings with their defaults, and shows the example's report as it is printed.
func TestDocumented(t *testing.T) {
	for _, entry := range Catalogue() {
		t.Run(entry.ID, func(t *testing.T) {
			file := filepath.Join(pages, entry.ID+".md")
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatalf("every check has a page: %v", err)
			}
			page := string(data)
			if !strings.HasPrefix(page, "# "+entry.ID+"\n") {
				t.Errorf("%s does not begin with the check's id", file)
			}
			for _, head := range []string{"Why it matters", "Settings", "How it can be wrong", "How to silence it"} {
				if _, _, ok := section(page, head); !ok {
					t.Errorf("%s has no section %q", file, head)
				}
			}
			for _, k := range entry.Kinds {
				if !strings.Contains(page, string(k)) {
					t.Errorf("%s does not name the kind %s", file, k)
				}
			}
			documentedSettings(t, entry, page)
			documentedExample(t, entry, file, page)
		})
	}
}

// section finds a section of a page: where its heading begins and where the next one does.
func section(page, head string) (from, to int, ok bool) {
	from = strings.Index(page, "\n## "+head+"\n")
	if from < 0 {
		return 0, 0, false
	}
	from++
	to = len(page)
	if next := strings.Index(page[from:], "\n## "); next >= 0 {
		to = from + next + 1
	}
	return from, to, true
}

// documentedExample compares the section "Example", which is written by the test alone.
func documentedExample(t *testing.T, entry Entry, file, page string) {
	t.Helper()
	archive, err := txtar.ParseFile(examplePath(entry))
	if err != nil {
		t.Fatal(err)
	}
	c := newCase(t, archive)
	want := "## Example\n\n" + strings.TrimSpace(string(archive.Comment)) + "\n\n```text\n" + c.words(c.run(t, entry)) + "```\n"
	from, to, ok := section(page, "Example")
	switch {
	case ok && strings.TrimSpace(page[from:to]) == strings.TrimSpace(want):
		return
	case !updating():
		t.Errorf("%s does not show the report of %s as it is printed: make golden\n%s",
			file, examplePath(entry), gocmp.Diff(strings.Split(page[from:to], "\n"), strings.Split(want, "\n")))
		return
	case !ok:
		// Before the section that explains: what it looks like comes first.
		from, _, ok = section(page, "Why it matters")
		if !ok {
			t.Fatalf("%s has no section that an example could go before", file)
		}
		to = from
	}
	if to < len(page) {
		want += "\n"
	}
	if err := os.WriteFile(file, []byte(page[:from]+want+page[to:]), 0o644); err != nil {
		t.Fatal(err)
	}
}

// recorder is a section without settings that keeps what a check would have decoded into.
type recorder struct{ defaults map[string]any }

// Decode implements Settings.
func (r *recorder) Decode(into any) error {
	text, err := yaml.Dump(into)
	if err != nil {
		return err
	}
	return yaml.Load(text, &r.defaults)
}

var yamlBlock = regexp.MustCompile("(?s)```yaml\n(.*?)```")

// documentedSettings compares the settings of a page, written as they stand in a configuration, with the defaults.
func documentedSettings(t *testing.T, entry Entry, page string) {
	t.Helper()
	var r recorder
	var err error
	if entry.New != nil {
		_, err = entry.New(&r)
	} else {
		_, err = entry.NewAll(&r)
	}
	if err != nil {
		t.Fatal(err)
	}
	var shown struct {
		Checks map[string]map[string]any `yaml:"checks"`
	}
	from, to, _ := section(page, "Settings")
	if m := yamlBlock.FindStringSubmatch(page[from:to]); m != nil {
		if err := yaml.Load([]byte(m[1]), &shown, yaml.WithKnownFields()); err != nil {
			t.Fatalf("the settings of the page: %v", err)
		}
	} else if !strings.Contains(page[from:to], "None.") {
		t.Error("the section Settings has neither a block of YAML nor says None.")
	}
	if diff := gocmp.Diff(texts(r.defaults), texts(shown.Checks[entry.ID])); diff != "" {
		t.Errorf("the page's settings are not the program's defaults (- program, + page)\n%s", diff)
	}
}

// texts makes settings comparable: 3 and 3.0 are the same default.
func texts(m map[string]any) map[string]string {
	out := map[string]string{}
	for k, v := range m {
		out[k] = fmt.Sprint(v)
	}
	return out
}

// TestDocumentedKinds keeps docs/checks/README.md in step with the kinds that the catalogue reports.
func TestDocumentedKinds(t *testing.T) {
	var table strings.Builder
	table.WriteString("| kind | check |\n|---|---|\n")
	for _, k := range Kinds() {
		var by []string
		for _, e := range Catalogue() {
			if slices.Contains(e.Kinds, k) {
				by = append(by, "["+e.ID+"]("+e.ID+".md)")
			}
		}
		fmt.Fprintf(&table, "| `%s` | %s |\n", k, strings.Join(by, ", "))
	}
	file := filepath.Join(pages, "README.md")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	old := regexp.MustCompile(`(?m)^\| kind \|[^\n]*\n(?:\|[^\n]*\n)*`).FindString(string(data))
	if old == table.String() {
		return
	}
	if !updating() {
		t.Fatalf("the table of kinds is not the catalogue's: make golden\n%s", gocmp.Diff(strings.Split(old, "\n"), strings.Split(table.String(), "\n")))
	}
	page := strings.Replace(string(data), cmp.Or(old, "\x00"), table.String(), 1)
	if old == "" {
		page += "\n" + table.String()
	}
	if err := os.WriteFile(file, []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestPagesHaveChecks finds pages of checks that are gone.
func TestPagesHaveChecks(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(pages, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		id := strings.TrimSuffix(filepath.Base(f), ".md")
		if id != "README" && !slices.ContainsFunc(Catalogue(), func(e Entry) bool { return e.ID == id }) {
			t.Errorf("%s is the page of no check", f)
		}
	}
}
