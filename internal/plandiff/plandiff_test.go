package plandiff

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/plumbline-audit/plumbline/internal/plan"
)

func read(t *testing.T, name string) *plan.Plan {
	t.Helper()
	p, err := plan.Read(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestWhatIsSaidOfTwoPlans(t *testing.T) {
	list := Diff(read(t, "before.yaml"), read(t, "after.yaml"))
	for name, write := range map[string]func(*bytes.Buffer) error{
		"diff.txt":  func(b *bytes.Buffer) error { return Text(b, list) },
		"diff.json": func(b *bytes.Buffer) error { return JSON(b, list) },
		"equal.txt": func(b *bytes.Buffer) error { return Text(b, nil) },
	} {
		var got bytes.Buffer
		if err := write(&got); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("testdata", name)
		if os.Getenv("UPDATE") == "1" {
			if err := os.WriteFile(file, got.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), got.String()); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

func TestWhatBreaks(t *testing.T) {
	for _, c := range []struct {
		name, before, after string
		want                []string // what changed; ! for what breaks
	}{
		{"optional property added", `{}`, `{a: string}`, []string{"a added"}},
		{"required property added", `{}`, `{a: {type: string, required: true}}`, []string{"a added!"}},
		{"property removed", `{a: string}`, `{}`, []string{"a removed"}},
		{"whole numbers become numbers", `{a: integer}`, `{a: number}`, []string{"a type"}},
		{"numbers become whole", `{a: number}`, `{a: integer}`, []string{"a type!"}},
		{"any type becomes one", `{a: any}`, `{a: string}`, []string{"a type!"}},
		{"a type becomes any", `{a: string}`, `{a: any}`, []string{"a type"}},
		{"no longer required", `{a: {required: true}}`, `{a: {}}`, []string{"a required"}},
		{"now required", `{a: {}}`, `{a: {required: true}}`, []string{"a required!"}},
		{"no longer nullable", `{a: {type: string, nullable: true}}`, `{a: string}`, []string{"a nullable!"}},
		{"a value more", `{a: {enum: [x]}}`, `{a: {enum: [y, x]}}`, []string{"a enum values added"}},
		{"a value less", `{a: {enum: [x, y]}}`, `{a: {enum: [y]}}`, []string{"a enum values removed!"}},
		{"the same values in another order", `{a: {enum: [x, y]}}`, `{a: {enum: [y, x]}}`, nil},
		{"a list of values", `{a: string}`, `{a: {type: string, enum: [x]}}`, []string{"a enum!"}},
		{"no list any more", `{a: {type: string, enum: [x]}}`, `{a: string}`, []string{"a enum"}},
		{"a pattern", `{a: string}`, `{a: {type: string, pattern: x}}`, []string{"a pattern!"}},
		{"narrower bounds", `{a: {type: number, min: 0, max: 9}}`, `{a: {type: number, min: 1, max: 8}}`, []string{"a smallest!", "a largest!"}},
		{"wider bounds", `{a: {type: number, min: 0, max: 9}}`, `{a: {type: number, min: -1}}`, []string{"a smallest", "a largest"}},
		{"a description", `{a: {description: x}}`, `{a: {description: y}}`, []string{"a description"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			parse := func(properties string) *plan.Plan {
				p, err := plan.Parse("p.yaml", []byte("events: [{name: Cart Viewed, properties: "+properties+"}]"))
				if err != nil {
					t.Fatal(err)
				}
				return p
			}
			var got []string
			for _, e := range Diff(parse(c.before), parse(c.after)) {
				for _, x := range e.Changes {
					mark := ""
					if x.Breaks {
						mark = "!"
					}
					got = append(got, x.Property+" "+x.What+mark)
				}
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func draw(t *rapid.T, label string) *plan.Plan {
	word := rapid.SampledFrom([]string{"Cart Viewed", "cart_viewed", "Order Paid", "Orders Paid", "Menu Opened", "a", "b", "c"})
	p := &plan.Plan{}
	for _, n := range rapid.SliceOfNDistinct(word, 0, 5, rapid.ID).Draw(t, label) {
		e := plan.Event{Name: n, Call: "track", Version: 1, Description: rapid.SampledFrom([]string{"", "x"}).Draw(t, "description")}
		for _, q := range rapid.SliceOfNDistinct(word, 0, 4, rapid.ID).Draw(t, "properties") {
			e.Properties = append(e.Properties, plan.Property{
				Name: q, Type: rapid.SampledFrom([]string{"", "string", "number"}).Draw(t, "type"), Required: rapid.Bool().Draw(t, "required"),
				Enum: rapid.SliceOfNDistinct(word, 0, 2, rapid.ID).Draw(t, "enum"),
			})
		}
		p.Events = append(p.Events, e)
	}
	return p
}

func TestPlansThatSayTheSameDifferInNothingAndOnlyThose(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := draw(t, "a"), draw(t, "b")
		if list := Diff(a, a); len(list) > 0 {
			t.Fatalf("a plan differs from itself: %+v", list)
		}
		if same := a.ContentHash() == b.ContentHash(); same != (len(Diff(a, b)) == 0) {
			t.Errorf("the same: %v, differences: %+v", same, Diff(a, b))
		}
	})
}

func TestTheWayBackUndoesTheWayThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := draw(t, "a"), draw(t, "b")
		count := func(list []Event) map[Kind]int {
			out := map[Kind]int{}
			for _, e := range list {
				out[e.Kind]++
			}
			return out
		}
		there, back := count(Diff(a, b)), count(Diff(b, a))
		there[Added], there[Removed] = there[Removed], there[Added]
		for _, k := range []Kind{Added, Removed, Renamed, Changed} {
			if there[k] != back[k] {
				t.Errorf("%s: %d there, %d back", k, there[k], back[k])
			}
		}
	})
}
