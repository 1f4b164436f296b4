package config

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"github.com/plumbline-audit/plumbline/checks"
)

const schemaFile = "../docs/plumbline.schema.json"

// allWords is what the program knows, as internal/app says it.
func allWords() Known {
	k := Known{Layouts: []string{"segment", "rollup"}, Sections: map[string]any{}}
	for _, kind := range checks.Kinds() {
		k.Kinds = append(k.Kinds, string(kind))
	}
	k.Checks = append(k.Checks, k.Kinds...)
	for _, e := range checks.Catalogue() {
		k.Checks = append(k.Checks, e.ID)
		k.Sections[e.ID] = e.Section()
	}
	return k
}

func TestSchemaIsFresh(t *testing.T) {
	got, err := Schema(allWords())
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(schemaFile, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
		t.Errorf("UPDATE=1 rewrites it; -file +schema:\n%s", diff)
	}
}

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := Schema(allWords())
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("plumbline.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("plumbline.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// asEditor reads YAML as an editor does: dates are text.
func asEditor(t *testing.T, text string) any {
	t.Helper()
	var root yaml.Node
	if err := yaml.Load([]byte(text), &root); err != nil {
		t.Fatalf("%v\nin\n%s", err, text)
	}
	data, err := json.Marshal(plainOf(&root))
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(string(data)))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func plainOf(n *yaml.Node) any {
	switch n.Kind { //nolint:exhaustive // what is left is a value
	case yaml.DocumentNode:
		if len(n.Content) == 0 {
			return nil
		}
		return plainOf(n.Content[0])
	case yaml.AliasNode:
		return plainOf(n.Alias)
	case yaml.MappingNode:
		out := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			out[n.Content[i].Value] = plainOf(n.Content[i+1])
		}
		return out
	case yaml.SequenceNode:
		out := []any{}
		for _, c := range n.Content {
			out = append(out, plainOf(c))
		}
		return out
	}
	switch n.ShortTag() {
	case "!!null":
		return nil
	case "!!bool":
		return n.Value == "true"
	case "!!int", "!!float":
		return json.Number(n.Value)
	}
	return n.Value
}

var fenced = regexp.MustCompile("(?s)```ya?ml\n(.*?)```")

// documented lists the examples of configurations in the pages: the blocks all of whose settings a configuration has.
func documented(t *testing.T) map[string]string {
	t.Helper()
	top := map[string]bool{}
	for _, k := range Keys() {
		head, _, _ := strings.Cut(strings.ReplaceAll(k.Path, "[]", ""), ".")
		top[head] = true
	}
	out := map[string]string{}
	add := func(file string) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, m := range fenced.FindAllStringSubmatch(string(data), -1) {
			var root map[string]any
			if err := yaml.Load([]byte(m[1]), &root); err != nil || len(root) == 0 {
				continue
			}
			if !slices.ContainsFunc(slices.Collect(maps.Keys(root)), func(k string) bool { return !top[k] }) {
				out[file+" block "+string(rune('1'+i))] = m[1]
			}
		}
	}
	add("../README.md")
	if err := filepath.WalkDir("../docs", func(path string, _ fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".md") {
			add(path)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// What the parser takes the schema takes, and what the pages show both take.
func TestSchemaAgrees(t *testing.T) {
	s := compiled(t)
	all := func(string) (string, bool) { return "x", true }
	secret := Files(func(string) ([]byte, error) { return []byte("x"), nil })
	examples := documented(t)
	if len(examples) < 8 {
		t.Fatalf("only %d examples found in the pages", len(examples))
	}
	for _, file := range []string{"testdata/full.yaml"} {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		examples[file] = string(data)
	}
	examples["nothing"] = "~\n"
	for _, k := range Keys() {
		if k.Unbuilt == "" {
			examples["example of "+k.Path] = nested(k.Path, quotedVariables(k.Example))
		}
	}
	for name, text := range examples {
		t.Run(name, func(t *testing.T) {
			_, err := Parse("plumbline.yaml", []byte(text), all, allWords(), secret)
			alone := err != nil && allows(err.Error())
			if err != nil && !alone {
				t.Errorf("the parser refuses\n%s\n%v", text, err)
			}
			if err := s.Validate(asEditor(t, text)); err != nil && !alone {
				t.Errorf("the schema refuses\n%s\n%v", text, err)
			}
		})
	}
}

func TestSchemaRefuses(t *testing.T) {
	s := compiled(t)
	for name, text := range map[string]string{
		"an unknown setting":        "workspce: x",
		"one that is not built":     "heartbeat_url: x",
		"settings for text":         "workspace: {a: b}",
		"a list for settings":       "warehouse: []",
		"text for a number":         "warehouse: {concurrency: high}",
		"a length without a unit":   "warehouse: {timeout: 5}",
		"an unknown kind":           "ignore: [{kinds: [renam]}]",
		"an unknown severity":       "events: [{severity: grave}]",
		"an unknown check":          "checks: {volume-dorp: off}",
		"a setting no check has":    "checks: {volume-drop: {sensitvity: strict}}",
		"a word no check has":       "checks: {volume-drop: {sensitivity: high}}",
		"a source without a schema": "sources: [{name: x}]",
		"another warehouse":         `warehouse: {url: "mysql://x"}`,
		"a choice that is not one":  "privacy: {values: sometimes}",
		"a date that is none":       "expect: [{from: soon, until: 2026-01-01}]",
	} {
		t.Run(name, func(t *testing.T) {
			if s.Validate(asEditor(t, text)) == nil {
				t.Error("the schema takes it")
			}
			if _, err := Parse("p.yaml", []byte(text), environ(), allWords()); err == nil {
				t.Error("the parser takes it")
			}
		})
	}
}
