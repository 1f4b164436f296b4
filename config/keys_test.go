package config

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const page = "../docs/configuration.md"

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

func TestPageIsFresh(t *testing.T) {
	got := renderPage()
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(page, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("UPDATE=1 rewrites the page; -page +keys:\n%s", diff)
	}
}

const pageTop = "# `plumbline.yaml`\n\n" +
	"<!-- Written by `UPDATE=1 go test ./config`; change config/keys.go instead. -->\n\n" +
	"Every setting with its default. None is required but those marked so; an empty file is valid. The file is\n" +
	"`plumbline.yaml` in the working directory, or what `--config` or `PLUMBLINE_CONFIG` names. Every mistake in it is\n" +
	"reported with file, line and column, all of them at once, and stops the command with exit code 2.\n\n" +
	"```yaml\n" +
	"workspace: northlight\n" +
	"warehouse: {url: duckdb:warehouse.duckdb}\n" +
	"sources:\n  - {schema: web, owner: \"@frontend\"}\n  - {schema: ios}\n" +
	"plan: {file: tracking-plan.json}\n" +
	"slack: {token: \"${SLACK_BOT_TOKEN}\", channel: \"#data-quality\"}\n" +
	"```\n\n" +
	"- **From outside.** `${NAME}` stands for an environment variable and `${file:/path}` for what a file holds, in any\n" +
	"  value. Both are put in after the file was parsed, so nothing in them can be read as YAML. Inside `{ }` they need\n" +
	"  quotes. `$${` is `${` itself. A variable that is not set is a mistake.\n" +
	"- **Secrets** are never shown: not in messages about mistakes, logs or reports. They belong in a variable or file.\n" +
	"- **Relative paths** are relative to the folder of the file: those of `plans[].file`, `plan.file`, `state`,\n" +
	"  `warehouse.url` (`duckdb:`) and `${file:…}`.\n" +
	"- **Lengths of time** are written `30s`, `5m`, `6h`, `7d`, `2w` or `1d12h`; **days** `2026-07-31`; **amounts of\n" +
	"  data** `50GB` (thousands) or `50GiB` (1,024s). Periods include their first and last day.\n" +
	"- **Not built yet.** Settings marked so are refused, with the reason, so that none is silently without effect.\n"

func renderPage() string {
	types := map[string]string{}
	settingsOf(reflect.TypeFor[Config](), "", types)
	for _, g := range grouped() {
		types[g] = "settings"
	}
	var b strings.Builder
	b.WriteString(pageTop)
	section := ""
	for _, k := range Keys() {
		head, _, _ := strings.Cut(strings.ReplaceAll(k.Path, "[]", ""), ".")
		if slices.Contains([]string{"workspace", "timezone", "state", "history", "retain"}, k.Path) {
			head = "The workspace"
		} else {
			head = "`" + head + "`"
		}
		if head != section {
			section = head
			b.WriteString("\n## " + head + "\n\n| setting | holds | default | what it does | example |\n|---|---|---|---|---|\n")
		}
		doc := k.Doc
		if k.Unbuilt != "" {
			doc += " **Not built yet**: " + k.Unbuilt + "."
		}
		row := []string{"`" + k.Path + "`", types[k.Path], k.Default, doc, "`" + k.Example + "`"}
		for i, cell := range row {
			row[i] = strings.ReplaceAll(cell, "|", `\|`)
		}
		b.WriteString("| " + strings.Join(row, " | ") + " |\n")
	}
	return b.String()
}
