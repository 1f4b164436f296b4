package plan

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// hostileText draws text that wants to be something else in YAML.
func hostileText() *rapid.Generator[string] {
	nasty := []string{
		"<<", "null", "~", "true", "1e3", "- a", "# no", "a: b", "'", `"`, `\`, `\n`, "a\nb: c", "a\r\nb", "\u0085x", "a\u2028", "\ufeff", "\u202e", "x\x00", "😀",
		"*a", "&a", "!!str", "{}", "]", " lead", "trail ", "购买完成", "%", "|", ">", "?", "x" + strings.Repeat("y", 1200), "---", "...", "\x7f", "\U000e0041",
	}
	return rapid.OneOf(rapid.SampledFrom(nasty), rapid.String().Filter(func(s string) bool { return strings.TrimSpace(s) != "" }))
}

func drawWholeProperty(t *rapid.T, name string) Property {
	p := Property{
		Name: name, Type: rapid.SampledFrom([]string{"", "string", "integer", "number", "boolean", "timestamp", "object", "array"}).Draw(t, "type"),
		Required: rapid.Bool().Draw(t, "required"), Nullable: rapid.Bool().Draw(t, "nullable"),
		Pattern: rapid.SampledFrom([]string{"", `^a\d+$`, `"\\'#`, `^[^\n]$`}).Draw(t, "pattern"),
		Format:  rapid.SampledFrom([]string{"", "email", "uri"}).Draw(t, "format"),
	}
	if rapid.Bool().Draw(t, "described") {
		p.Description = hostileText().Draw(t, "description")
	}
	if rapid.Bool().Draw(t, "bounded") {
		low := rapid.Float64Range(-1e300, 1e300).Draw(t, "min")
		p.Min, p.Max = &low, new(low+rapid.Float64Range(0, 1e9).Draw(t, "more"))
	}
	values := map[string]*rapid.Generator[string]{
		"": hostileText(), "string": hostileText(), "timestamp": hostileText(),
		"integer": rapid.SampledFrom([]string{"1", "-3", "12345678901234567890", "0"}), "number": rapid.SampledFrom([]string{"1.5", "-0.1", "1e9"}),
		"boolean": rapid.SampledFrom([]string{"true", "false"}),
		"object":  rapid.SampledFrom([]string{`{"a":1}`, `{}`, "{\"\u202e\":\"\u2028\x7f\"}"}), "array": rapid.SampledFrom([]string{`[]`, `[1,"a: b # c"]`}),
	}[p.Type]
	p.Enum = rapid.SliceOfNDistinct(values, 0, 3, rapid.ID).Draw(t, "enum")
	if len(p.Enum) == 0 {
		p.Enum = nil
	}
	for i, v := range p.Enum { // as the reader keeps them
		if p.Type == "object" || p.Type == "array" {
			values, _, err := readJSON("", []byte(v))
			if err != nil {
				t.Fatal(err)
			}
			p.Enum[i] = values[0].json()
		}
	}
	return p
}

func drawWholeEvent(t *rapid.T, call, name string) Event {
	texts := func(what string) []string {
		list := rapid.SliceOfN(hostileText(), 0, 2).Draw(t, what)
		if len(list) == 0 {
			return nil
		}
		return list
	}
	maybe := func(what string) string {
		if rapid.Bool().Draw(t, what+"?") {
			return hostileText().Draw(t, what)
		}
		return ""
	}
	e := Event{
		Name: name, Call: call, Sources: texts("sources"), Aliases: texts("aliases"), Tags: texts("tags"), Table: maybe("table"),
		Status: maybe("status"), Description: maybe("description"), Closed: rapid.Bool().Draw(t, "closed"), Version: rapid.IntRange(0, 3).Draw(t, "version"),
	}
	if rapid.Bool().Draw(t, "labels?") {
		e.Labels = rapid.MapOfN(hostileText(), hostileText(), 1, 2).Draw(t, "labels")
	}
	if e.Owner = maybe("owner"); e.Owner == "" {
		e.Owner = e.Labels["owner"]
	}
	if rapid.Bool().Draw(t, "created?") {
		e.Created = time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "created"), 0).UTC()
	}
	if rapid.Bool().Draw(t, "versions?") {
		e.Versions, e.Version = []int{1, 4}, 4
	}
	for _, p := range rapid.SliceOfNDistinct(hostileText(), 0, 3, rapid.ID).Draw(t, "properties") {
		e.Properties = append(e.Properties, drawWholeProperty(t, p))
	}
	return e
}

func drawWholePlan(t *rapid.T) *Plan {
	p := &Plan{Name: rapid.SampledFrom([]string{"", "shop", "a\n# b: \""}).Draw(t, "name"), Inferred: rapid.Bool().Draw(t, "inferred")}
	if rapid.Bool().Draw(t, "scoped") {
		p.Sources = rapid.SliceOfN(hostileText(), 1, 2).Draw(t, "sources")
	}
	for _, name := range rapid.SliceOfNDistinct(hostileText(), 0, 3, rapid.ID).Draw(t, "events") {
		p.Events = append(p.Events, drawWholeEvent(t, "track", name))
	}
	for call, name := range map[string]string{"page": "Page Viewed", "identify": ""} {
		if rapid.Bool().Draw(t, call) {
			p.Events = append(p.Events, drawWholeEvent(t, call, name))
		}
	}
	p.Hash = p.ContentHash()
	return p
}

// drawNotes notes something hostile of everything.
func drawNotes(t *rapid.T, p *Plan) Notes {
	lines := rapid.SliceOfN(hostileText(), 0, 2)
	n := Notes{Head: lines.Draw(t, "head"), Events: map[EventKey][]string{}, Properties: map[PropertyKey][]string{}}
	for _, e := range p.Events {
		n.Events[e.Key()] = lines.Draw(t, "note")
		for _, q := range e.Properties {
			n.Properties[PropertyKey{e.Key(), q.Name}] = lines.Draw(t, "property note")
		}
	}
	return n
}

func TestWhatIsWrittenReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawWholePlan(t)
		var out bytes.Buffer
		if err := WriteOwn(&out, p, drawNotes(t, p)); err != nil {
			t.Fatal(err)
		}
		got, err := Parse("plan.yaml", out.Bytes())
		if err != nil {
			t.Fatalf("%v\n%s", err, out.String())
		}
		if d := cmp.Diff(p, got, cmpopts.IgnoreTypes(Pos{}), cmpopts.EquateEmpty()); d != "" {
			t.Fatalf("(-written +read):\n%s\n%s", d, out.String())
		}
	})
}

func TestEveryPlanOfTheTestdataReadsBackFromOurOwnFormat(t *testing.T) {
	files, err := filepath.Glob("testdata/segment/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	read := 0
	for _, f := range append(files, "testdata/own.yaml") {
		p, err := Read(f)
		if err != nil {
			continue // pages of a plan: read elsewhere
		}
		read++
		var out bytes.Buffer
		if err := WriteOwn(&out, p, Notes{}); err != nil {
			t.Fatal(f, err)
		}
		got, err := Parse("plan.yaml", out.Bytes())
		if err != nil {
			t.Fatal(f, err)
		}
		if d := cmp.Diff(p, got, cmpopts.IgnoreTypes(Pos{}), cmpopts.EquateEmpty()); d != "" {
			t.Errorf("%s (-written +read):\n%s", f, d)
		}
	}
	if read < 2 {
		t.Errorf("only %d plans of the testdata could be read", read)
	}
}

func TestWhatThePlanFileCannotHoldIsSaid(t *testing.T) {
	for name, e := range map[string]Event{
		"a name that is no UTF-8": {Call: "track", Name: "a\xffb"},
		"a blank name":            {Call: "track", Name: " "},
		"a blank property":        {Call: "track", Name: "a", Properties: []Property{{Name: "\t"}}},
	} {
		var out bytes.Buffer
		if err := WriteOwn(&out, &Plan{Events: []Event{e}}, Notes{}); err == nil || out.Len() > 0 {
			t.Errorf("%s: wrote %q, %v", name, out.String(), err)
		}
	}
}

func TestWrittenPlanReadsWell(t *testing.T) {
	p := &Plan{Name: "what landed", Sources: []string{"web", "ios"}, Events: []Event{
		{Name: "Purchase Completed", Call: "track", Sources: []string{"web"}, Version: 1, Owner: "@checkout", Properties: []Property{
			{Name: "currency", Type: "string", Required: true, Enum: []string{"EUR", "USD"}}, {Name: "total", Type: "number", Min: new(0.0)},
		}},
		{Name: "Page Viewed", Call: "page", Version: 1},
	}}
	var out bytes.Buffer
	err := WriteOwn(&out, p, Notes{
		Head:       []string{"From what landed.", "", "Next: read it."},
		Events:     map[EventKey][]string{p.Events[0].Key(): {"14,871 rows on 60 of 60 days", "also sent as \"a\nb\""}},
		Properties: map[PropertyKey][]string{{p.Events[0].Key(), "currency"}: {"2 values in 14,871 rows"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("testdata", "written.yaml")
	if os.Getenv("UPDATE") == "1" {
		if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), out.String()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}
