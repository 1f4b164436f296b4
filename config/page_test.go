package config

import (
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/checks"
)

const page = "../docs/configuration.md"

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
	"- **Not built yet.** Settings marked so are refused, with the reason, so that none is silently without effect.\n" +
	"- **Mistakes** end with a code in brackets; [errors.md](errors.md) says what each means. `plumbline config check`\n" +
	"  reads the file, its plans and the settings of its checks, and opens nothing.\n" +
	"- **Editors** that have the YAML language server complete and check the file when its first line is\n" +
	"  `# yaml-language-server: $schema=plumbline.schema.json`: `plumbline config schema > plumbline.schema.json` writes\n" +
	"  the schema beside it. It is also [here](plumbline.schema.json).\n"

func renderPage() string {
	types := map[string]string{}
	settingsOf(reflect.TypeFor[Config](), "", types)
	for _, g := range grouped() {
		types[g] = "settings"
	}
	var b strings.Builder
	b.WriteString(pageTop)
	example, err := os.ReadFile("testdata/annotated.yaml")
	if err != nil {
		panic(err)
	}
	b.WriteString("\n## A full example\n\nEvery setting that works, with what it is for. Most files need five lines of it.\n\n```yaml\n" + string(example) + "```\n")
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
			if head == "`events`" {
				b.WriteString(renderChecks())
			}
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

// renderChecks is the settings of each check, with what its own page says of them.
func renderChecks() string {
	var b strings.Builder
	b.WriteString("\nA kind of finding that has no row here is reported by another check; it can be switched off all the same.\n\n" +
		"| check | setting | holds | default | what it does |\n|---|---|---|---|---|\n")
	for _, e := range checks.Catalogue() {
		v := reflect.ValueOf(e.Section()).Elem()
		link := "[`" + e.ID + "`](checks/" + e.ID + ".md)"
		fields := fieldsOf(v.Type())
		if len(fields) == 0 {
			b.WriteString("| " + link + " | none | | | |\n")
		}
		for _, f := range fields {
			usual := plainValue(v.FieldByIndex(f.index))
			if usual == nil {
				usual = ""
			}
			fmt.Fprintf(&b, "| %s | `checks.%s.%s` | %s | %v | %s |\n", link, e.ID, f.key, typeWord(f.typ), usual, strings.ReplaceAll(saidOf(e.ID, f), "|", `\|`))
		}
	}
	return b.String()
}

// saidOf is what a check's page says behind a setting.
func saidOf(id string, f field) string {
	data, err := os.ReadFile("../docs/checks/" + id + ".md")
	if err != nil {
		panic(err)
	}
	m := regexp.MustCompile(`(?m)\b` + regexp.QuoteMeta(f.key) + `:.*?\s# *(.+)$`).FindStringSubmatch(string(data))
	switch {
	case m != nil:
		return m[1]
	case len(f.words) > 0:
		return strings.Join(f.words, ", ")
	default:
		return ""
	}
}

// The full example holds every setting that works, and nothing is wrong with it.
func TestAnnotatedExample(t *testing.T) {
	c, err := Load("testdata/annotated.yaml", func(string) (string, bool) { return "x", true }, allWords())
	if err != nil {
		t.Fatal(err)
	}
	has := map[string]bool{}
	for path := range c.doc.keys {
		has[pattern(path)] = true
	}
	for _, k := range Keys() {
		path := strings.ReplaceAll(strings.ReplaceAll(k.Path, "labels.NAME", "labels"), "owners.NAME", "owners")
		if k.Unbuilt == "" && !has[path] && path != "plan.file" {
			t.Errorf("%s is not in the example", k.Path)
		}
	}
}
