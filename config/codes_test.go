package config

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Every code is documented, every documented code exists, and each is one that a mistake can have.
func TestCodes(t *testing.T) {
	data, err := os.ReadFile("../docs/errors.md")
	if err != nil {
		t.Fatal(err)
	}
	_, part, ok := strings.Cut(string(data), "\n## Configuration\n")
	if !ok {
		t.Fatal("docs/errors.md has no section Configuration")
	}
	part, _, _ = strings.Cut(part, "\n## ")
	var documented []Code
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\|").FindAllStringSubmatch(part, -1) {
		documented = append(documented, Code(m[1]))
	}
	if diff := cmp.Diff(Codes(), documented); diff != "" {
		t.Errorf("-codes +docs/errors.md:\n%s", diff)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]int{}
	list, err := os.ReadFile("codes.go")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^\t(\w+)\s+Code = "([a-z-]+)"`).FindAllStringSubmatch(string(list), -1) {
		names[m[2]] = m[1]
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for code, name := range names {
			used[code] += len(regexp.MustCompile(`\b`+name+`\b`).FindAll(text, -1))
		}
	}
	for _, c := range Codes() {
		if used[string(c)] < 3 { // beside its definition and the list
			t.Errorf("%s is used nowhere", c)
		}
	}
	if len(names) != len(Codes()) {
		t.Errorf("%d codes are defined, %d listed", len(names), len(Codes()))
	}
}

// Every code has a mistake that has it.
func TestEveryCode(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("checks:\n  rename:\n    a: &a [" + strings.Repeat("x, ", 10) + "]\n")
	for i := 'b'; i < 'j'; i++ {
		bomb.WriteString("    " + string(i) + ": &" + string(i) + " [" + strings.Repeat("*"+string(i-1)+", ", 10) + "]\n")
	}
	cases := map[Code]string{
		tooLarge: strings.Repeat("# a comment that goes on\n", 50_000), badEncoding: "workspace: \xff", badSyntax: "a: b: c", twoDocuments: "---\nworkspace: a\n---\nworkspace: b",
		badKey: "[a]: b", aliasLimit: bomb.String(), unknownSetting: "dorp: 1", unknownCheck: "checks: {dorp: off}", unknownSource: "sources: [{schema: a}]\nslack: {token: x, channel: c, routes: [{source: b, channel: d}]}",
		unknownWord: "privacy: {values: some}", setTwice: "state: sqlite:a\nstate: sqlite:b", sameName: "sources: [{schema: a}, {schema: b.a}]", wrongType: "warehouse: []",
		badValue: "history: soon", outOfRange: "warehouse: {concurrency: 0}", emptyValue: "workspace: ''", missingSetting: "sources: [{id: a}]", misplaced: "plan: {file: a}\nplans: [{file: b}]",
		noEffect: "events: [{events: [a]}]", contradiction: "history: 90d\nretain: 30d", notBuilt: "heartbeat_url: x", unsetVariable: "workspace: ${NOT_SET}", badVariable: "workspace: ${",
		unreadableFile: "workspace: ${file:/no/such/file}", passwordInURL: "warehouse: {url: \"duckdb://u:p@h/x\"}", secondPlan: "plans: [{file: a}, {file: b}]",
	}
	for code, text := range cases {
		_, err := Parse("p.yaml", []byte(text), environ(), words())
		mistakes, _ := errors.AsType[Errors](err)
		if !slices.ContainsFunc(mistakes, func(e *Error) bool { return e.Code == code }) {
			t.Errorf("%s: got %v", code, err)
		}
	}
	cases[badCheckSetting], cases[unusable] = "see TestSectionPlace", "see TestMistakeFoundLater"
	for _, c := range Codes() {
		if cases[c] == "" {
			t.Errorf("%s has no mistake here", c)
		}
	}
}
