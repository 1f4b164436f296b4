package plan

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func planPage(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("../../docs/plan.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// docs/plan.md lists every name under which a column is known, and no other.
func TestColumnsAreDocumented(t *testing.T) {
	_, section, _ := strings.Cut(planPage(t), "\n## Segment's CSV\n")
	section, _, _ = strings.Cut(section, "\n## ")
	documented := map[string]column{}
	known := columnsByName()
	for _, row := range regexp.MustCompile("(?m)^\\| `([^|]*)\\| (`[^|]*)\\|").FindAllStringSubmatch(section, -1) {
		first := noColumn
		for _, name := range regexp.MustCompile("[A-Z][A-Za-z ]+[a-z]").FindAllString(row[1]+row[2], -1) {
			if first == noColumn {
				first = known[normalHeader(name)]
			}
			documented[normalHeader(name)] = first
		}
	}
	if d := cmp.Diff(known, documented); d != "" {
		t.Errorf("(-reader +docs/plan.md):\n%s", d)
	}
}

// Whatever a format can lose is on the page, in the words that the commands print, and where the page says.
func TestLossesAreDocumented(t *testing.T) {
	page := strings.Join(strings.Fields(planPage(t)), " ")
	row := func(what string) []string {
		for line := range strings.SplitSeq(planPage(t), "\n") {
			if cells := strings.Split(line, "|"); len(cells) == 7 && strings.Contains(cells[1], "*"+what+"*") {
				return cells[2:6]
			}
		}
		return nil
	}
	p := &Plan{
		Name: "N", Sources: []string{"web"}, Inferred: true,
		Events: []Event{
			{Call: "page", Name: "Page Viewed", Version: 1},
			{
				Name: "A", Call: "track", Sources: []string{"web"}, Table: "t", Aliases: []string{"B"}, Tags: []string{"x"}, Status: "deprecated", Owner: "@a",
				Created: Event{}.Created.AddDate(2000, 0, 0), Version: 2, Versions: []int{1, 2}, Closed: true, Labels: map[string]string{"a": "b,c"},
				Properties: []Property{
					{Name: "n", Type: "number", Min: new(1.0)},
					{Name: "e", Type: "string", Format: "email", Enum: []string{"a,b"}, Pattern: " "},
					{Name: "o", Type: "object", Enum: []string{`{}`}},
					{Name: "c", Type: "object"},
					{Name: "c.id", Type: "string"},
					{Name: "l.$", Type: "string"},
					{Name: "t", Type: "timestamp", Format: "date"},
				},
			},
		},
	}
	_, table, ok := strings.Cut(page, "What a format has no place for")
	if !ok {
		t.Fatal("docs/plan.md does not say what a format has no place for")
	}
	for i, to := range Formats() {
		_, losses := carry(p, to)
		lost := map[string]bool{}
		for _, l := range losses {
			lost[l.What] = true
			if cells := row(l.What); cells == nil || strings.TrimSpace(cells[i]) == "" {
				t.Errorf("%s loses %q, and docs/plan.md does not say so", to, l.What)
			}
		}
		for _, m := range regexp.MustCompile(`\*([^*|]+)\*`).FindAllStringSubmatch(table, -1) {
			if cells := row(m[1]); cells != nil && strings.TrimSpace(cells[i]) != "" && !lost[m[1]] {
				t.Errorf("docs/plan.md says that %s loses %q, and it does not", to, m[1])
			}
		}
	}
	for _, file := range []string{"losses.go", "schema.go", "segment.go", "csv.go", "csv_event.go", "read.go", "files.go"} {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?:lose\([^"\n]*|What: )"([^"]+)"`).FindAllStringSubmatch(string(source), -1) {
			if named := strings.HasSuffix(m[1], " "); !named && !strings.Contains(page, "*"+m[1]+"*") { // named by what a file says
				t.Errorf("%s loses %q, and docs/plan.md does not say so", file, m[1])
			}
		}
	}
}
