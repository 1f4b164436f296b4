package plan

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func mustRead(t *testing.T, path string) *Plan {
	t.Helper()
	p, err := Read(filepath.FromSlash(path))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func mustParse(t *testing.T, file, data string) *Plan {
	t.Helper()
	p, err := Parse(file, []byte(data))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPagesAndTheWholePlanAreTheSame(t *testing.T) {
	full := mustRead(t, "testdata/segment/full.json")
	pages := mustRead(t, "testdata/segment/pages")
	if full.Hash != pages.Hash {
		t.Errorf("the folder of pages differs from the whole plan:\n%s", cmp.Diff(full, pages, cmpopts.IgnoreTypes(Pos{})))
	}
	one, err := os.ReadFile("testdata/segment/pages/list_rules_page1.json")
	if err != nil {
		t.Fatal(err)
	}
	two, err := os.ReadFile("testdata/segment/pages/list_rules_page2.json")
	if err != nil {
		t.Fatal(err)
	}
	head := []byte(`{"data":{"trackingPlan":{"name":"Northlight Goods"}}}`)
	for name, data := range map[string][]byte{
		"one after the other": slicesConcat(head, one, two),
		"a list":              slicesConcat([]byte("["), head, []byte(","), one, []byte(","), two, []byte("]")),
		"with a byte order mark, second page first": slicesConcat(bom(), two, one, head),
	} {
		if p := mustParse(t, "rules.json", string(data)); p.Hash != full.Hash {
			t.Errorf("%s: differs from the whole plan:\n%s", name, cmp.Diff(full, p, cmpopts.IgnoreTypes(Pos{})))
		}
	}
}

func slicesConcat(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func TestSegmentRules(t *testing.T) {
	p := mustRead(t, "testdata/segment/full.json")
	if p.Name != "Northlight Goods" || len(p.Events) != 6 {
		t.Fatalf("plan %q with %d events, want Northlight Goods with 6", p.Name, len(p.Events))
	}
	bought := p.Event("Purchase Completed", "track")
	if bought.Version != 2 || !cmp.Equal(bought.Versions, []int{1, 2}) || bought.Owner != "checkout" || bought.Labels["tier"] != "1" {
		t.Errorf("Purchase Completed: version %d of %v, owner %q, labels %v", bought.Version, bought.Versions, bought.Owner, bought.Labels)
	}
	if want := time.Date(2025, 11, 3, 9, 12, 0, 0, time.UTC); !bought.Created.Equal(want) || bought.Deprecated() {
		t.Errorf("Purchase Completed: created %v, status %q", bought.Created, bought.Status)
	}
	if !p.Event("Email Opened", "track").Deprecated() {
		t.Error("Email Opened is not deprecated")
	}
	if p.Event("", "group") != nil {
		t.Error("a group rule without traits plans nothing, yet is an event")
	}
	identify := p.Event("", "identify")
	want := []Property{
		{Name: "email", Type: "string", Description: "E-mail address", Format: "email"},
		{Name: "first_name", Type: "string", Description: "Given name", Nullable: true},
		{Name: "loyalty_tier", Type: "string", Description: "Loyalty tier", Nullable: true, Enum: []string{"bronze", "silver", "gold"}},
		{Name: "created_at", Type: "timestamp", Description: "Account creation time", Format: "date-time"},
		{Name: "orders_count", Type: "integer", Description: "Paid orders", Min: new(0.0)},
	}
	if d := cmp.Diff(want, identify.Properties, cmpopts.IgnoreTypes(Pos{})); d != "" {
		t.Errorf("traits (-want +got):\n%s", d)
	}
}

// The same events in Segment's other two forms have the same properties, but for what those forms leave out.
func TestTypewriterAndConfigAPI(t *testing.T) {
	full := mustRead(t, "testdata/segment/full.json")
	for _, file := range []string{"typewriter.json", "config_api.json"} {
		p := mustRead(t, "testdata/segment/"+file)
		if len(p.Events) != 5 || p.Name != "Northlight Goods" {
			t.Fatalf("%s: %d events of %q, want 5 of Northlight Goods", file, len(p.Events), p.Name)
		}
		for _, e := range p.Events {
			if d := cmp.Diff(full.Event(e.Name, e.Call).Properties, e.Properties, cmpopts.IgnoreTypes(Pos{})); d != "" {
				t.Errorf("%s: %s (-full +got):\n%s", file, e.Name, d)
			}
		}
	}
}

func TestSchemas(t *testing.T) {
	wrap := func(schema string) string {
		return `{"rules":[{"type":"TRACK","key":"E","jsonSchema":{"properties":{"context":{},"properties":` + schema + `}}}]}`
	}
	for _, tt := range []struct {
		name, schema string
		want         []Property
	}{
		{
			"nested objects become names with dots, required only when the objects around are",
			`{"properties":{"cart":{"type":"object","properties":{"id":{"type":"string"},"total":{"type":"number"}},"required":["id"]},
			  "tax":{"type":"object","properties":{"id":{"type":"string"}},"required":["id"]}},"required":["cart"]}`,
			[]Property{{Name: "cart.id", Type: "string", Required: true}, {Name: "cart.total", Type: "number"}, {Name: "tax.id", Type: "string"}},
		},
		{
			"an array is one property, an object without properties too",
			`{"properties":{"items":{"type":"array","items":{"type":"object","properties":{"a":{}}}},"any":{"type":"object"}}}`,
			[]Property{{Name: "items", Type: "array"}, {Name: "any", Type: "object"}},
		},
		{
			"types: list with null, several, any, alternatives",
			`{"properties":{"a":{"type":["integer","null"]},"b":{"type":["string","number"]},"c":{},"d":{"anyOf":[{"type":"boolean"},{"type":"null"}]},"e":{"type":["integer","number"]}}}`,
			[]Property{{Name: "a", Type: "integer", Nullable: true}, {Name: "b"}, {Name: "c"}, {Name: "d", Type: "boolean", Nullable: true}, {Name: "e", Type: "number"}},
		},
		{
			"values that are no text stay JSON; const is an enum of one",
			`{"properties":{"a":{"enum":[1,"1",true,null,{"x":[1]}]},"b":{"const":"only"},"c":{"type":"number","enum":[1.50]}}}`,
			[]Property{{Name: "a", Nullable: true, Enum: []string{"1", "true", `{"x":[1]}`}}, {Name: "b", Enum: []string{"only"}}, {Name: "c", Type: "number", Enum: []string{"1.50"}}},
		},
		{
			"required without a schema is still a property",
			`{"properties":{"a":{"type":"string"}},"required":["b","a"]}`,
			[]Property{{Name: "a", Type: "string", Required: true}, {Name: "b", Required: true}},
		},
		{
			"escapes and surrogate pairs in names",
			`{"properties":{"\ud83d\ude00 caf\u00e9":{"type":"string"}}}`,
			[]Property{{Name: "😀 café", Type: "string"}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := mustParse(t, "plan.json", wrap(tt.schema))
			if d := cmp.Diff(tt.want, p.Events[0].Properties, cmpopts.IgnoreTypes(Pos{})); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestCommonRulesAndPages(t *testing.T) {
	p := mustParse(t, "plan.json", `{"sources":["web"],"rules":[
	 {"type":"TRACK","key":"E","x-sources":["ios"],"x-table":"e_v2","x-aliases":["Old"],"x-tags":["kpi"],"jsonSchema":{"properties":{"properties":{"properties":{"a":{"type":"string"}},"additionalProperties":false}}}},
	 {"type":"TRACK","key":"Page Viewed","jsonSchema":{"properties":{"properties":{"properties":{"a":{},"b":{}},"required":["a","b"]}}}},
	 {"type":"PAGE","jsonSchema":{"properties":{"properties":{"properties":{"a":{}},"required":["a"]}}}},
	 {"type":"COMMON","jsonSchema":{"properties":{"context":{"type":"object","properties":{"x":{}}},"properties":{"properties":{"a":{"type":"number"},"shop":{"type":"string"}},"required":["shop"]}}}}]}`)
	want := []Event{
		{Name: "E", Call: "track", Sources: []string{"ios"}, Table: "e_v2", Aliases: []string{"Old"}, Tags: []string{"kpi"}, Version: 1, Closed: true, Properties: []Property{
			{Name: "a", Type: "string"}, {Name: "shop", Type: "string", Required: true},
		}},
		{Name: "Page Viewed", Call: "page", Version: 1, Properties: []Property{
			{Name: "a", Required: true}, {Name: "b"}, {Name: "shop", Type: "string", Required: true},
		}},
	}
	if d := cmp.Diff(want, p.Events, cmpopts.IgnoreTypes(Pos{})); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if !cmp.Equal(p.Sources, []string{"web"}) {
		t.Errorf("sources %v", p.Sources)
	}
}

func TestVersionsKeepADeprecatedEventAliveWhileOneVersionLives(t *testing.T) {
	p := mustParse(t, "plan.json", `[{"type":"TRACK","key":"E","version":2,"deprecatedAt":"2026-01-01T00:00:00Z","createdAt":"2026-01-01T00:00:00Z","jsonSchema":{"properties":{"properties":{"properties":{"new":{}}}}}},
	 {"type":"TRACK","key":"E","version":1,"deprecatedAt":"0001-01-01T00:00:00.000Z","createdAt":"2025-01-01T00:00:00Z","jsonSchema":{}}]`)
	e := p.Events[0]
	if len(p.Events) != 1 || e.Version != 2 || e.Deprecated() || e.Created.Year() != 2025 || len(e.Properties) != 1 {
		t.Errorf("%+v", p.Events)
	}
}

func TestPositions(t *testing.T) {
	for name, data := range map[string]string{
		"plan.json": "{\"events\":\r\n [ {\"name\": \"😀 Ä\", \"properties\": {\"ß\": \"string\", \"total\":\n {\"type\":\"number\"}}}]}",
		"plan.yaml": "events:\n- { name: \"😀 Ä\", properties: {\"ß\": string, total:\n   number}}",
	} {
		e := mustParse(t, name, data).Events[0]
		got := []Pos{e.Pos, e.Properties[0].Pos, e.Properties[1].Pos}
		want := []Pos{{name, 2, 13}, {name, 2, 35}, {name, 2, 50}}
		if name == "plan.yaml" {
			want = []Pos{{name, 2, 11}, {name, 2, 31}, {name, 2, 44}}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

func TestFilesThatAreNoPlan(t *testing.T) {
	for _, tt := range []struct{ name, data, want string }{
		{"the plan without its rules", `{"data":{"trackingPlan":{"id":"tp_1","name":"x"}}}`, "GET /tracking-plans/{id}/rules"},
		{"a page that others follow", `{"data":{"rules":[],"pagination":{"current":"MA==","next":"NTA="}}}`, "pagination.cursor=NTA="},
		{"a page that others precede", `{"data":{"rules":[],"pagination":{"current":"NTA=","previous":"MA==","next":null}}}`, "pagination.cursor=MA=="},
		{"a page that is there twice", strings.Repeat(`{"data":{"rules":[],"pagination":{"current":"MA=="}}}`, 2), "there twice, first at f:1:1"},
		{"an error of the API", `{"errors":[{"type":"x","message":"Too many requests"}]}`, `"Too many requests"`},
		{"another object", `{"openapi":"3.0"}`, "no tracking plan that plumbline knows (plumbline reads"},
		{"another list", `[{"a":1}]`, "no tracking plan that plumbline knows"},
		{"a table", "Key,Colour\nA,b\n", "no tracking plan that plumbline knows"},
		{"nothing", " \n", "the file is empty"},
		{"broken JSON", `{"rules":[{"type":"TRACK",}]}`, "f:1:27: read as JSON: invalid character '}'"},
		{"JSON that was cut off", `{"rules":[{"type":`, "ends in the middle"},
		{"broken YAML", "events:\n\t- name: x\n", "f:2:1: read as YAML"},
		{"an alias inside what it names", "events: &a [*a]\n", "inside what it names"},
		{"nested too deep", strings.Repeat("[", 500), "200 deep"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse("f", []byte(tt.data))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q in it", err, tt.want)
			}
			if _, ok := errors.AsType[Error](err); !ok {
				t.Errorf("no plan.Error in %T", err)
			}
		})
	}
	if _, err := Read(t.TempDir()); err == nil || !strings.Contains(err.Error(), "holds no .json") {
		t.Errorf("an empty folder: %v", err)
	}
	if _, err := Read("testdata/none.yaml"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no such file: %v", err)
	}
}

// Ten levels of ten aliases each are ten thousand million values.
func TestAliasBombIsRefused(t *testing.T) {
	var b strings.Builder
	b.WriteString("a0: &a0 [x]\n")
	for i := range 10 {
		n := string(rune('0' + i))
		b.WriteString("b" + n + ": &b" + n + " [" + strings.Repeat("*"+map[bool]string{true: "a0", false: "b" + string(rune('0'+i-1))}[i == 0]+", ", 10) + "]\n")
	}
	b.WriteString("events: *b9\n")
	if _, err := Parse("f.yaml", []byte(b.String())); err == nil || !strings.Contains(err.Error(), "aliases") {
		t.Errorf("got %v", err)
	}
}
