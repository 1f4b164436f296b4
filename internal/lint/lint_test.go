package lint

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/plan"
)

func lines(list []Problem) string {
	var b strings.Builder
	for _, p := range list {
		b.WriteString(p.String() + "\n")
	}
	return b.String()
}

func TestWhatIsSaidOfPlans(t *testing.T) {
	for _, name := range []string{"shop.json", "nasty.yaml"} {
		r, err := plan.ReadFiles(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		got := strings.ReplaceAll(lines(Plan(r.Plan, Options{Doubts: r.Doubts})), "testdata/", "")
		golden := filepath.Join("testdata", name+".golden")
		if os.Getenv("UPDATE") == "1" {
			if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

// TestEveryCodeIsFound also keeps the nasty plan complete.
func TestEveryCodeIsFound(t *testing.T) {
	nasty, err := plan.ReadFiles("testdata/nasty.yaml")
	if err != nil {
		t.Fatal(err)
	}
	redshift, err := plan.Parse("p.yaml", []byte("[2FA Enabled]"))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]finding.Severity{}
	for _, x := range append(Plan(nasty.Plan, Options{Doubts: nasty.Doubts}), Plan(redshift, Options{Warehouse: "redshift"})...) {
		found[x.Code] = max(found[x.Code], x.Severity)
	}
	for _, c := range Codes() {
		want := c.Severity
		if slices.Contains([]string{"naming-convention", "long-name"}, c.ID) {
			want = finding.Info // graver only with options, below
		}
		if found[c.ID] != want {
			t.Errorf("%s is %v in the list and %v in the nasty plan", c.ID, want, found[c.ID])
		}
		delete(found, c.ID)
	}
	if len(found) > 0 {
		t.Errorf("not in the list of codes: %v", found)
	}
}

func TestLint(t *testing.T) {
	title, err := names.ParseConvention("Title Case")
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("long ", 20)
	for _, c := range []struct {
		name, plan string
		o          Options
		want       []string // line, code and severity
	}{
		{"a clean event", `[{name: Cart Viewed, description: Seen., properties: {total: number}}]`, Options{}, nil},
		{"a given convention is a warning", `[{name: cart_viewed, description: x}]`, Options{Convention: &title}, []string{"1 naming-convention warning"}},
		{"a long name in Postgres", `[{name: "` + long + `x", description: x}]`, Options{Warehouse: "postgres"}, []string{"1 long-name warning"}},
		{"the same in DuckDB is fine", `[{name: "` + long + `x", description: x}]`, Options{Warehouse: "duckdb"}, nil},
		{"one table, two sources", `[{name: Cart Viewed, sources: [web], description: x}, {name: cart_viewed, sources: [ios], description: x}]`, Options{}, []string{"1 duplicate-name warning"}},
		{"an alias says that a twin is known", `[{name: Cart Viewed, description: x, aliases: [Cart View]}, {name: Cart Views, sources: [ios], description: x}]`, Options{}, []string{"1 duplicate-name warning"}},
		{"whole numbers are numbers", `[{name: Cart Viewed, properties: {n: number}}, {name: Form Sent, properties: {n: integer}}]`, Options{}, nil},
		{"any type contradicts none", `[{name: Cart Viewed, properties: {n: any}}, {name: Form Sent, properties: {n: integer}}]`, Options{}, nil},
		{"few owners make no rule", `[{name: Cart Viewed, owner: a, description: x}, {name: Form Sent, description: x}, {name: Menu Opened, description: x}]`, Options{}, nil},
		{"a word of Redshift", `[{name: Cart Viewed, properties: {open: boolean}}]`, Options{Warehouse: "redshift"}, []string{"1 reserved-column info"}},
		{"a value below its bound", `[{name: Cart Viewed, properties: {n: {type: integer, min: 2, enum: [1, 2]}}}]`, Options{}, []string{"1 impossible-value warning"}},
		{"numbers in text have no bounds", `[{name: Cart Viewed, properties: {n: {type: string, enum: ["1", "2"], pattern: "^[0-9]$"}}}]`, Options{}, nil},
		{"accents are no disguise", `[{name: Café Ordered, description: x}]`, Options{}, nil},
		{"a page call needs no name", `{events: [{call: page, properties: {path: string}}]}`, Options{}, nil},
	} {
		p, err := plan.Parse("plan.yaml", []byte(c.plan))
		if err != nil {
			t.Fatal(c.name, err)
		}
		var got []string
		for _, x := range Plan(p, c.o) {
			got = append(got, strings.Join([]string{strings.Split(x.Pos.String(), ":")[1], x.Code, x.Severity.String()}, " "))
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, d)
		}
	}
}

func TestProblemsAreOneSafeLineEach(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"a", "A", "a ", "\u202ea", "x\x1b[31m", "event", "价", strings.Repeat("long ", 40)}))
	known := map[string]finding.Severity{}
	for _, c := range Codes() {
		known[c.ID] = c.Severity
	}
	rapid.Check(t, func(t *rapid.T) {
		p := &plan.Plan{}
		for i, n := range rapid.SliceOfN(text, 0, 12).Draw(t, "events") {
			e := plan.Event{Name: n, Call: "track", Pos: plan.Pos{File: "p", Line: i + 1, Col: 1}, Owner: rapid.SampledFrom([]string{"", "a"}).Draw(t, "owner")}
			for j, q := range rapid.SliceOfN(text, 0, 3).Draw(t, "properties") {
				e.Properties = append(e.Properties, plan.Property{
					Name: q, Type: rapid.SampledFrom([]string{"", "string", "integer", "boolean"}).Draw(t, "type"), Pos: plan.Pos{File: "p", Line: i + 1, Col: j + 2},
					Pattern: rapid.SampledFrom([]string{"", "^a", "(?=x)"}).Draw(t, "pattern"), Enum: rapid.SliceOfN(text, 0, 3).Draw(t, "enum"),
				})
			}
			p.Events = append(p.Events, e)
		}
		first := Plan(p, Options{})
		if d := cmp.Diff(first, Plan(p, Options{})); d != "" {
			t.Fatalf("the second time is another: %s", d)
		}
		for _, x := range first {
			s := x.String()
			if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r != ' ' && !unicode.IsPrint(r) }) || utf8.RuneCountInString(s) > 400 {
				t.Errorf("%q", s)
			}
			if gravest, ok := known[x.Code]; !ok || x.Severity > gravest || x.Message == "" || x.Advice == "" || x.Pos.Line == 0 {
				t.Errorf("%+v", x)
			}
		}
	})
}

// TestThePageNamesEveryCode holds docs/plan-lint.md to the list of codes.
func TestThePageNamesEveryCode(t *testing.T) {
	data, err := os.ReadFile("../../docs/plan-lint.md")
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, c := range Codes() {
		want = append(want, c.ID+" "+c.Severity.String())
	}
	for line := range strings.Lines(string(data)) {
		cells := strings.Split(line, " | ")
		if code, ok := strings.CutPrefix(cells[0], "| `"); ok && len(cells) > 2 {
			got = append(got, strings.TrimSuffix(code, "`")+" "+cells[1])
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("docs/plan-lint.md (-code +page):\n%s", d)
	}
	for _, style := range names.Conventions() {
		if !strings.Contains(string(data), "`"+style+"`") {
			t.Errorf("docs/plan-lint.md does not name the convention %s", style)
		}
	}
}
