package plan

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestEditSegment(t *testing.T) {
	file := "testdata/segment/pages/list_rules_page1.json"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	out, err := Edit(file, data, []Change{
		AddProperty{Event: "Purchase Completed", Property: Property{Name: "cart.gift", Type: "boolean"}},
		AddEnumValue{Event: "Purchase Completed", Property: "currency", Value: "CHF"},
		RenameEvent{From: "2FA Enabled", To: "Two-factor \"Enabled\" 🔐"},
		AddEvent{Name: "Coupon Applied", Sources: []string{"web"}, Properties: []Property{
			{Name: "code", Type: "string", Required: true, Pattern: `^[A-Z]\d+$`}, {Name: "used_at", Type: "timestamp", Nullable: true},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := Diff("plans/list_rules_page1.json", data, out)
	golden(t, "testdata/edit_segment.diff", got)
}

func TestMoveEventInRules(t *testing.T) {
	data := []byte(`{"rules": [{"type": "TRACK", "key": "A", "x-sources": [ "web", "ios" ], "jsonSchema": {}}]}`)
	out, err := Edit("plan.json", data, []Change{MoveEvent{Event: "A", Sources: []string{"ios", "ser\"ver"}}})
	if err != nil {
		t.Fatal(err)
	}
	if want := `"x-sources": ["ios", "ser\"ver"], "jsonSchema"`; !bytes.Contains(out, []byte(want)) {
		t.Errorf("%s does not hold %s", out, want)
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (run with UPDATE=1 to accept); got\n%s", file, got)
	}
}

func TestEditOwn(t *testing.T) {
	for _, tt := range []struct {
		name, before string
		change       Change
		want         string // the added lines, with + before them, and the removed with -
	}{
		{"property at the end of a block, before a comment", "events:\n- name: A\n  properties:\n    x: string # why\n\n# the next\n- name: B\n", AddProperty{Event: "A", Property: Property{Name: "z", Type: "number", Required: true}}, "+    z: {type: number, required: true}"},
		{"property after text of several lines that looks like a comment", "events:\n- name: A\n  properties:\n    x:\n      description: |\n        one\n        # two\n- name: B\n", AddProperty{Event: "A", Property: Property{Name: "z", Type: "string"}}, "+    z: string"},
		{"property of a list", "- name: A\n  properties:\n  - name: x\n    type: string\n- B\n", AddProperty{Event: "A", Property: Property{Name: "z"}}, "+  - {name: z, type: any}"},
		{"property in brackets", "- {name: A, properties: {x: string}}\n", AddProperty{Event: "A", Property: Property{Name: "y: z", Type: "string", Nullable: true}}, "-- {name: A, properties: {x: string}}\n+- {name: A, properties: {x: string, \"y: z\": {type: string, nullable: true}}}"},
		{"first property of an event with fields", "- name: A\n  owner: me\n\n- B\n", AddProperty{Event: "A", Property: Property{Name: "z"}}, "+  properties:\n+    z: any"},
		{"first property of a mere name", "- A\n- B\n", AddProperty{Event: "A", Property: Property{Name: "z"}}, "-- A\n+- name: A\n+  properties:\n+    z: any"},
		{"first property of a key", "events:\n  A:\n  B:\n", AddProperty{Event: "A", Property: Property{Name: "z"}}, "+    properties:\n+      z: any"},
		{"first property of empty brackets", "- name: A\n  properties: {} # none\n", AddProperty{Event: "A", Property: Property{Name: "z"}}, "-  properties: {} # none\n+  properties: # none\n+    z: any"},
		{"event at the end, without a newline there", "events:\n  - name: A", AddEvent{Name: "true", Call: "track", Table: "t", Properties: []Property{{Name: "p", Type: "integer", Min: new(1.0)}}}, "-  - name: A\n\\ No newline at end of file\n+  - name: A\n+  - name: \"true\"\n+    table: t\n+    properties:\n+      p: {type: integer, min: 1}\n\\ No newline at end of file"},
		{"event under its name", "events:\n  A: {}\n", AddEvent{Name: "B"}, "+  B: {}"},
		{"event of an empty list", "events: []\n", AddEvent{Name: "B"}, "-events: []\n+events: [{name: B}]"},
		{"event of nothing", "name: N\nevents:\n", AddEvent{Call: "identify", Properties: []Property{{Name: "email", Type: "string"}}}, "+  - call: identify\n+    properties:\n+      email: string"},
		{"value in brackets", "- name: A\n  properties: {x: {type: string, enum: [a, b]}}\n", AddEnumValue{Event: "A", Property: "x", Value: "no"}, "-  properties: {x: {type: string, enum: [a, b]}}\n+  properties: {x: {type: string, enum: [a, b, \"no\"]}}"},
		{"value on a line", "- name: A\n  properties:\n    x:\n      type: integer\n      enum:\n      - 1\n      required: true\n", AddEnumValue{Event: "A", Property: "x", Value: "2"}, "+      - 2"},
		{"new name in quotes, in all versions", "- name: 'A''s'\n  version: 1\n- name: \"A's\"\n  version: 2\n", RenameEvent{From: "A's", To: "B"}, "-- name: 'A''s'\n+- name: B\n-- name: \"A's\"\n+- name: B"},
		{"other sources in brackets", "- name: A\n  sources: [web, ios] # where\n- B\n", MoveEvent{Event: "A", Sources: []string{"ios", "server"}}, "-  sources: [web, ios] # where\n+  sources: [ios, server] # where"},
		{"other sources on lines", "- name: A\n  sources:\n  - web\n  - 'no'\n  owner: me\n", MoveEvent{Event: "A", Sources: []string{"no", "server"}}, "-  - web\n-  - 'no'\n+  - \"no\"\n+  - server"},
		{"line ends of Windows", "events:\r\n- name: A\r\n", AddEvent{Name: "B"}, "+- name: B\r"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out, err := Edit("plan.yaml", []byte(tt.before), []Change{tt.change})
			if err != nil {
				t.Fatal(err)
			}
			var changed []string
			diff := Diff("plan.yaml", []byte(tt.before), out)
			head, _, _ := strings.Cut(diff, "@@")
			if head != "--- a/plan.yaml\n+++ b/plan.yaml\n" {
				t.Errorf("headers %q", head)
			}
			for line := range strings.Lines(strings.TrimPrefix(diff, head)) {
				if line[0] == '+' || line[0] == '-' || line[0] == '\\' {
					changed = append(changed, strings.TrimSuffix(line, "\n"))
				}
			}
			if got := strings.Join(changed, "\n"); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s\nfile\n%s", got, tt.want, out)
			}
		})
	}
}

func TestEditRefuses(t *testing.T) {
	own := "- name: A\n  properties: {x: {type: string, enum: [a]}, y: {type: integer, enum: [1]}}\n- name: B\n"
	segment := `{"rules":[{"type":"TRACK","key":"A","jsonSchema":{"properties":{"properties":{"properties":{"c":{"type":"object","properties":{"d":{}}}}}}}}]}`
	for _, tt := range []struct {
		name, data string
		change     Change
		want       string
	}{
		{"an event that is planned", own, AddEvent{Name: "A"}, "planned already"},
		{"a property that is planned", own, AddProperty{Event: "A", Property: Property{Name: "x"}}, "planned already"},
		{"a property of no event", own, AddProperty{Event: "C", Property: Property{Name: "x"}}, "does not plan the event"},
		{"a new name that is taken", own, RenameEvent{From: "A", To: "B"}, "the new name is planned already"},
		{"an empty name", own, AddEvent{Name: ""}, "add the event"},
		{"a value that is allowed", own, AddEnumValue{Event: "A", Property: "x", Value: "a"}, "allowed already"},
		{"a value of the wrong type", own, AddEnumValue{Event: "A", Property: "y", Value: "two"}, "by hand"},
		{"a value of a property without an enum", segment, AddEnumValue{Event: "A", Property: "c.d", Value: "a"}, "every value is allowed"},
		{"a required property of an object that is not", segment, AddProperty{Event: "A", Property: Property{Name: "c.e", Required: true}}, "by hand"},
		{"other sources of no sources", own, MoveEvent{Event: "A", Sources: []string{"web"}}, "names no sources of its own"},
		{"the sources it has", "- {name: A, sources: [web]}\n", MoveEvent{Event: "A", Sources: []string{"web"}}, "planned for them already"},
		{"a file with mistakes", "events:\n- nam: A\n", AddEvent{Name: "B"}, `did you mean "name"?`},
		{"plumbline's own format as JSON", `{"events":[{"name":"A"}]}`, AddEvent{Name: "B"}, "written as YAML"},
		{"a table", "Event Name,Property Name\nA,x\n", AddEvent{Name: "B"}, "does not change tables: change the plan in Segment"},
		{"JSON Schema", `{"title":"A","type":"object","properties":{"x":{"type":"string"}}}`, AddProperty{Event: "A", Property: Property{Name: "y"}}, "by hand"},
		{"JSON Schema as YAML", "title: A\ntype: object\nproperties: {x: {type: string}}\n", RenameEvent{From: "A", To: "B"}, "does not change JSON Schema"},
		{"bytes that are no text", "- A\xff\n", AddEvent{Name: "B"}, "UTF-8"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := Edit("f", []byte(tt.data), []Change{tt.change}); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q in it", err, tt.want)
			}
		})
	}
}

var hostile = []string{"Purchase Completed", "yes", "1", "a: b", "- c", "#x", "\"q\"", "it's", "😀", "<!here>", "a\nb", "\x7f", "{x}", "購入", "&a", "null", "x\\y", " lead"}

func drawProperty(t *rapid.T, name string) Property {
	p := Property{Name: name, Type: rapid.SampledFrom([]string{"", "string", "integer", "number", "boolean", "timestamp", "array", "object"}).Draw(t, "type")}
	p.Required, p.Nullable = rapid.Bool().Draw(t, "required"), rapid.Bool().Draw(t, "nullable")
	p.Description = rapid.SampledFrom([]string{"", "x", hostile[3], hostile[10]}).Draw(t, "description")
	if p.Type == "string" && rapid.Bool().Draw(t, "enum?") {
		p.Enum = rapid.SliceOfNDistinct(rapid.SampledFrom(hostile), 1, 3, rapid.ID[string]).Draw(t, "enum")
		p.Pattern = rapid.SampledFrom([]string{"", `^\d+$`, "[a-z]'\""}).Draw(t, "pattern")
	}
	if p.Type == "number" && rapid.Bool().Draw(t, "bounds?") {
		p.Min = new(rapid.Float64Range(-1e9, 0).Draw(t, "min"))
		p.Max = new(rapid.Float64Range(0, 1e20).Draw(t, "max"))
	}
	return p
}

// Whatever is added to whatever file, the result reads as the old plan plus the change: the old lines are all there, and
// what was added can be found with every field.
func TestEditedFileIsThePlanPlusTheEdit(t *testing.T) {
	files := map[string]string{
		"own.yaml":   "name: N\nevents:\n- name: A\n  properties:\n    p: {type: string, enum: [a]}\n\n# c\n- B\n",
		"keyed.yaml": "events:\n  A:\n    properties:\n      - {name: p, type: string, enum: [a]}\n  B:\n",
		"flow.yaml":  "events: [{name: A, properties: {p: {type: string, enum: [a]}}}, B]\n",
		"wide.json":  "{\n\t\"rules\": [\n\t\t{\n\t\t\t\"type\": \"TRACK\",\n\t\t\t\"key\": \"A\",\n\t\t\t\"jsonSchema\": {\"properties\": {\"properties\": {\"properties\": {\"p\": {\"type\": \"string\", \"enum\": [\"a\"]}}}}}\n\t\t},\n\t\t{\"type\": \"TRACK\", \"key\": \"B\", \"jsonSchema\": {}}\n\t]\n}\n",
		"dense.json": `[{"type":"TRACK","key":"A","jsonSchema":{"properties":{"properties":{"properties":{"p":{"type":"string","enum":["a"]}},"required":["p"]}}}},{"type":"TRACK","key":"B"}]`,
	}
	for file, data := range files {
		t.Run(file, func(t *testing.T) {
			before := mustParse(t, file, data)
			rapid.Check(t, func(t *rapid.T) {
				name := rapid.SampledFrom(hostile).Draw(t, "name")
				event := rapid.SampledFrom([]string{"A", "B"}).Draw(t, "event")
				p := drawProperty(t, rapid.SampledFrom(hostile).Draw(t, "property"))
				changes := []Change{
					AddProperty{Event: event, Property: p},
					AddEnumValue{Event: "A", Property: "p", Value: name},
					RenameEvent{From: "B", To: "new " + name},
					AddEvent{Name: name, Sources: []string{name, "web"}, Properties: []Property{p}},
				}
				out, err := Edit(file, []byte(data), changes)
				if err != nil {
					t.Fatal(err)
				}
				after, err := Parse(file, out)
				if err != nil {
					t.Fatal(err)
				}
				if len(after.Events) != len(before.Events)+1 {
					t.Fatalf("%d events", len(after.Events))
				}
				a, b, added := after.Event("A", "track"), after.Event("new "+name, "track"), after.Event(name, "track")
				if a == nil || b == nil || added == nil || added.Sources[0] != name {
					t.Fatalf("an event is lost:\n%s", out)
				}
				if got := a.Properties[0].Enum; len(got) != 2 || got[1] != name {
					t.Fatalf("enum %q", got)
				}
				owner := a
				if event == "B" {
					owner = b
				}
				for _, q := range []Property{owner.Properties[len(owner.Properties)-1], added.Properties[0]} {
					if q.Name != p.Name || q.Type != p.Type || q.Required != p.Required || q.Nullable != p.Nullable || q.Description != p.Description ||
						q.Pattern != p.Pattern || strings.Join(q.Enum, "|") != strings.Join(p.Enum, "|") || (q.Min == nil) != (p.Min == nil) || p.Min != nil && (*q.Min != *p.Min || *q.Max != *p.Max) {
						t.Fatalf("wrote %+v\nread  %+v\n%s", p, q, out)
					}
				}
				if len(bytes.TrimSpace(out)) <= len(data) {
					t.Fatal("something is gone")
				}
			})
		})
	}
}
