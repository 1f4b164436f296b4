package plan

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The list of codes is closed: what readers find in docs/errors.md is what the program prints, and the other way round.
func TestCodesAreDocumented(t *testing.T) {
	data, err := os.ReadFile("../../docs/errors.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, ok := strings.Cut(string(data), "\n## Plans\n")
	if !ok {
		t.Fatal("docs/errors.md has no section Plans")
	}
	section, _, _ = strings.Cut(section, "\n## ")
	var documented []Code
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]*)` \\|").FindAllStringSubmatch(section, -1) {
		documented = append(documented, Code(m[1]))
	}
	if d := cmp.Diff(Codes(), documented); d != "" {
		t.Errorf("(-codes +docs/errors.md):\n%s", d)
	}
	kebab := regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	for _, c := range Codes() {
		if !kebab.MatchString(string(c)) {
			t.Errorf("the code %q is not in kebab case", c)
		}
	}
	source, err := os.ReadFile("codes.go")
	if err != nil {
		t.Fatal(err)
	}
	if n := len(regexp.MustCompile(`Code = "`).FindAll(source, -1)); n != len(Codes()) {
		t.Errorf("%d codes are declared, Codes lists %d", n, len(Codes()))
	}
}

// Every code is met by some file: a code that nothing prints is a promise that nothing keeps.
func TestEveryCodeIsMet(t *testing.T) {
	const head = "Event Type,Event Name,Property Name,Data Type,Status,Enum Values,Labels\n"
	cases := map[Code]string{
		CodeSyntax: `{"rules":[`, CodeEncoding: "\xff", CodeTooLarge: strings.Repeat("[", 500), CodeEmptyFile: " ", CodeNoPlan: "a: 1", CodeAPIError: `{"errors":[{"message":"x"}]}`,
		CodeNoRules: `{"data":{"trackingPlan":{"name":"x"}}}`, CodeMissingPage: `{"data":{"rules":[],"pagination":{"current":"MA==","next":"NTA="}}}`,
		CodeRepeatedPage: strings.Repeat(`{"data":{"rules":[],"pagination":{"current":"MA=="}}}`, 2), CodeSourceSchema: "Event Name,Property Name,Allowed,Blocked,Total,Planned\n",
		CodeUnsupported: "Event Name,Property Value Type,Property Name,Is Property Required?\n", CodeUnknownKey: "events:\n- {name: A, cal: track}", CodeRepeatedKey: `{"rules":[],"rules":[]}`,
		CodeUnknownColumn: "Event Name,Data Type,Property Nam\n", CodeRepeatedColumn: "Event Name,Status,Property Status\n", CodeMissingColumn: "x,y\n", CodeExtraCell: head + "Track,A,,,,,,,x\n",
		CodeWrongKind: "events: 1", CodeNoName: "events:\n- {}", CodeRepeatedEvent: "- A\n- A", CodeRepeatedProperty: head + strings.Repeat("Track,A,x\n", 2),
		CodeTooManyProperties: "", CodeUnknownCall: head + "Trak,A\n", CodeUnknownType: "- {name: A, properties: {x: strin}}",
		CodeUnknownStatus: head + "Track,A,x,string,maybe\n", CodeEnumType: "- {name: A, properties: {x: {type: integer, enum: [a]}}}", CodeBadBound: "- {name: A, properties: {x: {min: a}}}",
		CodeBadPattern: "- {name: A, properties: {x: {pattern: '['}}}", CodeBadVersion: "- {name: A, version: x}", CodeBadDate: "- {name: A, created: soon}", CodeBadLabel: head + "Track,A,,,,,:x\n",
	}
	if len(cases) != len(Codes()) {
		t.Errorf("%d cases for %d codes", len(cases), len(Codes()))
	}
	for code, data := range cases {
		file := "f"
		if code == CodeMissingColumn {
			file = "f.csv"
		}
		if code == CodeTooManyProperties {
			var b strings.Builder
			b.WriteString("- name: A\n  properties:\n")
			for i := range maxProperties + 1 {
				b.WriteString("  - x" + strconv.Itoa(i) + "\n")
			}
			data = b.String()
		}
		_, err := Parse(file, []byte(data))
		if err == nil || !strings.Contains(err.Error(), "["+string(code)+"]") {
			t.Errorf("%s: %v", code, err)
		}
	}
}
