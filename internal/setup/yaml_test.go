package setup

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/plumbline-audit/plumbline/config"
)

func known() config.Known {
	return config.Known{
		Layouts: []string{"segment", "rollup"}, Kinds: []string{"event-stopped", "unplanned-event"},
		Checks: []string{"volume-drop", "unplanned-property"},
	}
}

func file() File {
	return File{
		Name: "plumbline.yaml", Workspace: "northlight", Zone: Zone{Name: "America/Los_Angeles", Why: "the traffic is lowest around 11:00 UTC, by day in UTC"},
		URL: "duckdb:warehouse.duckdb", State: "plumbline.db",
		Sources: []Source{
			{Schema: "web"},
			{Schema: "eu.web", ID: "eu_web_2"},
			{Schema: "metrics", Layout: "rollup", Columns: []Pair{{"platform", "os name"}}},
		},
		LeftOut: []LeftOut{{"web_staging", "looks like staging"}, {"odd\n- {schema: evil}", "tracks has no column event_text: let the pipeline send it"}},
	}
}

// TestFile holds the file to what people read. UPDATE=1 rewrites it.
func TestFile(t *testing.T) {
	t.Parallel()
	got, err := file().Write()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join("testdata", "plumbline.yaml")
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("(-file +now; UPDATE=1 rewrites it):\n%s", diff)
	}
}

func parse(text string) (*config.Config, error) {
	return config.Parse("plumbline.yaml", []byte(text), func(string) (string, bool) { return "xoxb-secret", true }, known())
}

// examples are the parts of a file whose lines begin with # and no blank, each with the # taken away.
func examples(text string) (parts []string) {
	part := ""
	for _, line := range append(strings.Split(text, "\n"), "") {
		if strings.HasPrefix(line, "#") && len(line) > 1 && line[1] != ' ' || strings.HasPrefix(line, "#  ") && part != "" {
			part += line[1:] + "\n"
			continue
		}
		if part != "" {
			parts = append(parts, part)
		}
		part = ""
	}
	return parts
}

// TestExamples takes the # away from each example alone, and from all of them.
func TestExamples(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*File){
		"without a plan": func(*File) {},
		"with a plan":    func(f *File) { f.Plan = "plans/web plan.json" },
		"with a draft":   func(f *File) { f.Plan, f.Draft = "tracking-plan.yaml", true },
		"daily counts": func(f *File) {
			f.Sources = []Source{{Schema: "m", Layout: "rollup", Columns: []Pair{{"source", "src"}}}}
		},
		"an odd source":   func(f *File) { f.Sources = []Source{{Schema: "true"}, {Schema: "a: b #c"}, {Schema: "${HOME}"}} },
		"another file":    func(f *File) { f.Name = "conf/shop.yaml" },
		"a source of one": func(f *File) { f.Sources = f.Sources[:1] },
	} {
		f := file()
		change(&f)
		data, err := f.Write()
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		if _, err := parse(text); err != nil {
			t.Errorf("%s, as it is written:\n%v", name, err)
		}
		all := examples(text)
		if len(all) < 8 {
			t.Errorf("%s: only %d examples", name, len(all))
		}
		for _, e := range all {
			if _, err := parse(text + e); err != nil {
				t.Errorf("%s, with\n%s\n%v", name, e, err)
			}
		}
		if _, err := parse(text + strings.Join(all, "")); err != nil {
			t.Errorf("%s, with all examples:\n%v", name, err)
		}
	}
}

// TestNamesComeBack: whatever a schema, a folder or a file is called, the configuration says the same.
func TestNamesComeBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := file()
		schema := rapid.StringOf(rapid.Rune()).Filter(func(s string) bool { return s != "" && strings.ToValidUTF8(s, "") == s }).Draw(t, "schema")
		f.Sources = []Source{{Schema: schema, ID: "one"}}
		f.LeftOut = []LeftOut{{Schema: rapid.String().Draw(t, "left out"), Why: rapid.String().Draw(t, "why")}}
		f.Plan = rapid.StringMatching(`[a-z #:{}'"$\\]{0,8}[a-z]`).Draw(t, "plan")
		data, err := f.Write()
		if err != nil {
			t.Fatal(err)
		}
		c, err := parse(string(data))
		if err != nil {
			t.Fatalf("%v\n%s", err, data)
		}
		if c.Sources[0].Schema != schema || len(c.Sources) != 1 || filepath.Base(string(c.Plans[0].File)) != filepath.Base(f.Plan) {
			t.Errorf("%q came back as %q, the plan %q as %q", schema, c.Sources[0].Schema, f.Plan, c.Plans[0].File)
		}
	})
}

func TestWhatCannotBeWritten(t *testing.T) {
	t.Parallel()
	f := file()
	f.Sources = []Source{{Schema: "\xff"}}
	if _, err := f.Write(); err == nil || !strings.Contains(err.Error(), "not UTF-8") {
		t.Errorf("%v", err)
	}
}
