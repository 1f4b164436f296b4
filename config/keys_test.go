package config

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// settingsOf lists the settings of a type as Keys writes them, with the word for what each holds.
func settingsOf(t reflect.Type, path string, out map[string]string) {
	for _, f := range fieldsOf(t) {
		p := join(path, f.key)
		typ := f.typ
		if typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		switch {
		case typ.Kind() == reflect.Struct && typ != reflect.TypeFor[Secret]():
			settingsOf(typ, p, out)
		case typ.Kind() == reflect.Slice && typ.Elem().Kind() == reflect.Struct:
			out[p] = "list"
			settingsOf(typ.Elem(), p+"[]", out)
		case typ == reflect.TypeFor[map[string]string]():
			out[p+".NAME"] = "text"
		default:
			out[p] = typeWord(typ)
		}
	}
}

func typeWord(t reflect.Type) string {
	for typ, word := range map[reflect.Type]string{
		reflect.TypeFor[Secret](): "secret", reflect.TypeFor[Zone](): "time zone", reflect.TypeFor[Date](): "day",
		reflect.TypeFor[Days](): "days", reflect.TypeFor[time.Duration](): "length of time", reflect.TypeFor[Bytes](): "amount of data",
		reflect.TypeFor[Path](): "file", reflect.TypeFor[URL](): "URL", reflect.TypeFor[Severity](): "severity",
		reflect.TypeFor[Layout](): "layout", reflect.TypeFor[map[string]Section](): "settings by id", reflect.TypeFor[[]Kind](): "list of kinds",
		reflect.TypeFor[[]string](): "list of text",
	} {
		if typ == t {
			return word
		}
	}
	return kindWord(t.Kind())
}

// grouped are settings that are a heading only where nothing in them works yet.
func grouped() []string { return []string{"segment", "dbt", "webhook", "web"} }

func TestKeysAreTheSettings(t *testing.T) {
	settings := map[string]string{}
	settingsOf(reflect.TypeFor[Config](), "", settings)
	seen := map[string]bool{}
	for _, k := range Keys() {
		if _, ok := settings[k.Path]; !ok && !slices.Contains(grouped(), k.Path) {
			t.Errorf("%s is documented but does not exist", k.Path)
		}
		if seen[k.Path] {
			t.Errorf("%s is documented twice", k.Path)
		}
		seen[k.Path] = true
		if k.Doc == "" || k.Example == "" || !strings.HasSuffix(k.Doc, ".") {
			t.Errorf("%s has no sentence or no example", k.Path)
		}
	}
	for path := range settings {
		if !seen[path] {
			t.Errorf("%s is not documented", path)
		}
	}
}

// nested writes a setting as YAML: sources[].schema as {sources: [{schema: …}]}.
func nested(path, value string) string {
	parts := strings.Split(path, ".")
	for _, p := range slices.Backward(parts) {
		if name, ok := strings.CutSuffix(p, "[]"); ok {
			value = "{" + name + ": [" + value + "]}"
		} else {
			value = "{" + p + ": " + value + "}"
		}
	}
	return value
}

// quotedVariables puts quotes around ${NAME}, which { } would end otherwise.
func quotedVariables(s string) string {
	if strings.HasPrefix(s, "${") {
		return `"` + s + `"`
	}
	return s
}

// Every example is accepted where it stands, or refused for being not built and for nothing else.
func TestExamples(t *testing.T) {
	all := func(string) (string, bool) { return "x", true }
	for _, k := range Keys() {
		_, err := Parse("p.yaml", []byte(nested(k.Path, quotedVariables(k.Example))), all, words())
		msg := ""
		if err != nil {
			msg = err.Error()
		}
		switch {
		case k.Unbuilt != "" && !strings.Contains(msg, "is not built yet: "+k.Unbuilt+"; leave it out [not-built]\n"):
			t.Errorf("%s: got %q, want a refusal", k.Path, msg)
		case k.Unbuilt == "" && msg != "" && !allows(msg):
			t.Errorf("%s: %s: got %s", k.Path, k.Example, msg)
		}
	}
}

// allows says whether mistakes are only of what one setting alone cannot have.
func allows(msg string) bool {
	for line := range strings.Lines(msg) {
		alone := strings.Contains(line, " is missing") || strings.Contains(line, "belongs to layout: rollup") ||
			strings.Contains(line, "changes nothing") || strings.Contains(line, "would ignore everything")
		if strings.HasPrefix(line, "p.yaml:") && !alone {
			return false
		}
	}
	return true
}

// Every setting decodes, also those that are refused until their feature is built.
func TestUnbuiltSettingsDecode(t *testing.T) {
	for _, k := range Keys() {
		d := &decoder{
			doc: newDocument("p.yaml", nested(k.Path, quotedVariables(k.Example))), env: func(string) (string, bool) { return "x", true },
			readFile: func(string) ([]byte, error) { return []byte("x"), nil }, known: words(), values: emptyValues(), placed: map[position]bool{},
		}
		root, err := d.root(d.doc.lines[0])
		if err != nil {
			t.Fatal(err)
		}
		d.value("", root, reflect.ValueOf(Default()).Elem())
		if err := d.errs.sorted(); err != nil {
			t.Errorf("%s: %v", k.Path, err)
		}
	}
}

// The defaults that the page names are those of a run without a file.
func TestDefaults(t *testing.T) {
	for _, k := range Keys() {
		if k.Default == "" || strings.Contains(k.Path, "[]") || k.Path == "sources" || k.Path == "checks" {
			continue
		}
		d := &decoder{doc: newDocument("p.yaml", nested(k.Path, `"`+k.Default+`"`)), placed: map[position]bool{}, values: emptyValues()}
		if k.Path == "warehouse.concurrency" || k.Path == "warehouse.price_per_tib" || k.Path == "slack.weekly_limit" {
			d.doc = newDocument("p.yaml", nested(k.Path, k.Default))
		}
		root, err := d.root(d.doc.lines[0])
		if err != nil {
			t.Fatal(err)
		}
		got := Default()
		d.value("", root, reflect.ValueOf(got).Elem())
		if diff := cmp.Diff(Default(), got, cmpopts.IgnoreUnexported(Config{})); diff != "" || len(d.errs) > 0 {
			t.Errorf("%s: the page says %q:\n%s%v", k.Path, k.Default, diff, d.errs)
		}
	}
}
