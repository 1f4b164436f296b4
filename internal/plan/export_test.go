package plan

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"
)

// readBack reads the files of an export as a user would have them: in a folder, or the one file.
func readBack(t failer, out *Export) *Plan {
	t.Helper()
	r := newReader()
	for _, f := range out.Files {
		r.read(f.Name, f.Data)
	}
	p, err := r.finish()
	if err != nil {
		t.Fatalf("%v\n%s", err, out.Files[0].Data)
	}
	return p
}

// shape is what of a plan is compared: nothing of where it stands, and no order.
func shape(p *Plan) *Plan {
	out := *p
	out.Hash = ""
	out.Events = nil
	for _, e := range p.Events {
		out.Events = append(out.Events, canonical(e))
	}
	slices.SortFunc(out.Events, func(a, b Event) int { return strings.Compare(a.Call+" "+a.Name, b.Call+" "+b.Name) })
	return &out
}

// holds exports a plan, reads it back, and wants what carry promises; what differs from the plan must be listed.
func holds(t failer, p *Plan, to Format) {
	t.Helper()
	out, err := p.As(to)
	if err != nil {
		t.Fatal(err)
	}
	want, losses := carry(p, to)
	if len(out.Files) == 0 {
		if len(want.Events) > 0 {
			t.Fatalf("%s: %d events and no file", to, len(want.Events))
		}
		return
	}
	got := readBack(t, out)
	if d := cmp.Diff(shape(want), shape(got), cmpopts.EquateEmpty()); d != "" {
		t.Fatalf("%s: what is read back is not what was promised (-promised +read):\n%s\n%s", to, d, out.Files[0].Data)
	}
	if d := cmp.Diff(shape(p), shape(normal(p, want)), cmpopts.EquateEmpty()); d != "" && len(losses) == 0 {
		t.Fatalf("%s: nothing is listed as lost, and this is (-plan +read):\n%s", to, d)
	}
}

// normal is a carried plan without the changes that are none: a timestamp is text of the form date-time, and a table of the
// layout's naming need not be named.
func normal(p, carried *Plan) *Plan {
	out := *carried
	out.Events = slices.Clone(carried.Events)
	for i, e := range out.Events {
		before := p.Event(e.Name, e.Call)
		if before == nil {
			continue
		}
		if e.Table == "" && before.Table == TableOf(Event{Name: e.Name, Call: e.Call}) {
			out.Events[i].Table = before.Table
		}
		out.Events[i].Properties = slices.Clone(e.Properties)
		for j, q := range out.Events[i].Properties {
			if k := slices.IndexFunc(before.Properties, func(b Property) bool { return b.Name == q.Name }); k >= 0 && q.Type == "timestamp" && before.Properties[k].Format == "" {
				out.Events[i].Properties[j].Format = ""
			}
		}
	}
	return &out
}

// hostile are names and values that strangers write to break what reads them.
func hostileTexts() []string {
	return []string{
		"../../etc/passwd", "CON", "con", "a/b\\c", "=cmd|' /C calc'!A0", "'=x", "''+1", "@here", "-1", "a.b", "a.b.c", "a", "a.$", "a.$.b", ".a", "a..b", "a.",
		"購入完了", "\u202eevil", "a\r\nb", "\r\r\nA", "a\r\r\nb", "a\nb", "\r", "\t", " lead", "trail ", `"quoted"`, "a,b", "a;b", "null", "~", "yes", "1", "1e5", "# no", "- x", "x: y", "{{x}}",
		"<script>", "<!channel>", "\x00", "properties", "traits", "context", "context.ip", "properties.properties", "type", "rules", "events", "$ref", "😀", "\u00e9", "e\u0301", "\u0130", "\u212a",
	}
}

// plans generates plans as the readers make them, with names that are meant to break a writer.
func plans() *rapid.Generator[*Plan] {
	return rapid.Custom(func(t *rapid.T) *Plan {
		word := rapid.OneOf(rapid.SampledFrom(hostileTexts()), rapid.StringN(1, 12, 60), rapid.StringMatching(`[A-Z][a-z]{1,6} [A-Z][a-z]{1,6}`))
		named := word.Filter(func(s string) bool { return !blank(s) })
		maybe := rapid.OneOf(rapid.Just(""), word)
		list := rapid.SliceOfNDistinct(named, 0, 3, rapid.ID)
		p := &Plan{Name: maybe.Draw(t, "plan"), Sources: list.Draw(t, "sources"), Inferred: rapid.Bool().Draw(t, "inferred")}
		seen := map[[2]string]bool{}
		for range rapid.IntRange(0, 6).Draw(t, "events") {
			e := Event{Call: rapid.SampledFrom([]string{"track", "track", "track", "track", "page", "screen", "identify", "group"}).Draw(t, "call")}
			e.Call, e.Name = landsAs(e.Call, named.Draw(t, "event"))
			if seen[[2]string{e.Call, e.Name}] {
				continue
			}
			seen[[2]string{e.Call, e.Name}] = true
			e.Description, e.Table, e.Status = maybe.Draw(t, "description"), maybe.Draw(t, "table"), maybe.Draw(t, "status")
			e.Sources, e.Aliases, e.Tags = list.Draw(t, "scope"), list.Draw(t, "aliases"), list.Draw(t, "tags")
			e.Labels = rapid.MapOfN(rapid.OneOf(rapid.Just("owner"), rapid.Just("tier"), word), maybe, 0, 3).Draw(t, "labels")
			if e.Owner = maybe.Draw(t, "owner"); e.Owner == "" {
				e.Owner = e.Labels["owner"]
			}
			e.Closed = rapid.Bool().Draw(t, "closed")
			if rapid.Bool().Draw(t, "dated") {
				e.Created = time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "created"), 0).UTC()
			}
			e.Version = rapid.IntRange(1, 9).Draw(t, "version")
			if e.Version > 1 && rapid.Bool().Draw(t, "several") {
				e.Versions = []int{1, e.Version}
			}
			for _, name := range rapid.SliceOfNDistinct(named, 0, 6, rapid.ID).Draw(t, "properties") {
				e.Properties = append(e.Properties, property(t, name, maybe))
			}
			p.Events = append(p.Events, e)
		}
		p.Hash = p.ContentHash()
		return p
	})
}

func property(t *rapid.T, name string, text *rapid.Generator[string]) Property {
	p := Property{Name: name, Type: rapid.SampledFrom([]string{"", "string", "integer", "number", "boolean", "timestamp", "object", "array"}).Draw(t, "type")}
	p.Description = text.Draw(t, "description")
	p.Required, p.Nullable = rapid.Bool().Draw(t, "required"), rapid.Bool().Draw(t, "nullable")
	if rapid.Bool().Draw(t, "narrow") {
		p.Pattern = rapid.SampledFrom([]string{"", "^a+$", "fall|winter|spring", " ", "=x", "a\r\nb", `\d,\d`, `"`}).Draw(t, "pattern")
		p.Min, p.Max = new(rapid.Float64Range(-1e9, 0).Draw(t, "min")), new(rapid.Float64Range(0, 1e18).Draw(t, "max"))
		if p.Type != "" && p.Type != "string" && p.Type != "timestamp" || rapid.Bool().Draw(t, "formless") {
			p.Format = ""
		} else {
			p.Format = rapid.SampledFrom([]string{"email", "uri", "date"}).Draw(t, "format")
		}
		values := map[string][]string{
			"integer": {"1", "-2", "0x10", "1_000", "1e3", "2.0"}, "number": {"1.50", "-.5", "1_0.5", "1e400"}, "boolean": {"true", "False"},
			"object": {`{"a":1}`, `{"a":[1,"b"]}`}, "array": {`[1]`, `["a","b"]`, "[]"},
		}[p.Type]
		if values == nil {
			values = append(hostileTexts(), "")
		}
		p.Enum = rapid.SliceOfNDistinct(rapid.SampledFrom(values), 0, 4, rapid.ID).Draw(t, "enum")
	}
	return p
}

func TestWhatIsExportedIsReadBack(t *testing.T) {
	for _, to := range Formats() {
		t.Run(string(to), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) { holds(t, plans().Draw(t, "plan"), to) })
			for _, path := range []string{"testdata/shop/full.json", "testdata/shop/plan.csv", "testdata/shop/events", "testdata/own.yaml", "testdata/segment/full.json"} {
				p := mustRead(t, path)
				holds(t, p, to)
				if path == "testdata/shop/full.json" {
					out, err := p.As(to)
					if err != nil {
						t.Fatal(err)
					}
					golden(t, "testdata/shop/export-"+string(to)+".losses.txt", lossText(out.Losses))
				}
			}
		})
	}
}

// Segment takes schemas of draft 7, and whoever reads the folder those of 2020-12: both must be schemas, and say of a message
// what the plan says.
func TestExportedSchemasAreSchemas(t *testing.T) {
	p := mustRead(t, "testdata/shop/full.json")
	good := `{"order_id":"ord_a1b2c3d4","checkout_id":"c","total":10.5,"revenue":9,"currency":"USD","payment_method":"card","is_first_purchase":true,"products":[],"shipping_address":{"country":"DE"}}`
	bad := strings.Replace(good, `"USD"`, `"XYZ"`, 1)
	for _, to := range []Format{FormatSegment, FormatSchemas} {
		out, err := p.As(to)
		if err != nil {
			t.Fatal(err)
		}
		checked := 0
		for _, f := range out.Files {
			var doc any
			if err := json.Unmarshal(f.Data, &doc); err != nil {
				t.Fatal(err)
			}
			schemas, wrap := []any{doc}, func(s string) string { return s }
			if to == FormatSegment {
				schemas = nil
				for _, r := range doc.(map[string]any)["rules"].([]any) {
					rule := r.(map[string]any)
					if keys := slices.Sorted(maps.Keys(rule)); !slices.Equal(keys, []string{"jsonSchema", "key", "type", "version"}) && rule["type"] == "TRACK" {
						t.Fatalf("a rule has the keys %v", keys)
					}
					schemas = append(schemas, map[string]any{"title": fmt.Sprint(rule["key"]), "allOf": []any{rule["jsonSchema"]}})
				}
				wrap = func(s string) string { return `{"properties":` + s + `}` }
			}
			for _, s := range schemas {
				compiler := jsonschema.NewCompiler()
				if err := compiler.AddResource("s.json", s); err != nil {
					t.Fatal(err)
				}
				schema, err := compiler.Compile("s.json")
				if err != nil {
					t.Fatalf("%s: %v", f.Name, err)
				}
				checked++
				if s.(map[string]any)["title"] != "Purchase Completed" {
					continue
				}
				for text, valid := range map[string]bool{good: true, bad: false} {
					instance, err := jsonschema.UnmarshalJSON(strings.NewReader(wrap(text)))
					if err != nil {
						t.Fatal(err)
					}
					if err := schema.Validate(instance); (err == nil) != valid {
						t.Errorf("%s: %s is valid: %v, want %v: %v", to, text, err == nil, valid, err)
					}
				}
			}
		}
		if checked != 76 {
			t.Errorf("%s: %d schemas, want 76", to, checked)
		}
	}
}

func TestSegmentTakesTwoHundredRulesInOneCall(t *testing.T) {
	p := &Plan{}
	for i := range 401 {
		p.Events = append(p.Events, Event{Name: "E" + strings.Repeat("x", i), Call: "track", Version: 1})
	}
	out, err := p.As(FormatSegment)
	if err != nil {
		t.Fatal(err)
	}
	var sizes []int
	for _, f := range out.Files {
		var body struct{ Rules []any }
		if err := json.Unmarshal(f.Data, &body); err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(body.Rules))
	}
	if !cmp.Equal(sizes, []int{200, 200, 1}) || !out.Folder || out.Files[2].Name != "rules-03.json" {
		t.Errorf("files of %v rules, folder %v, the last %s", sizes, out.Folder, out.Files[2].Name)
	}
	if got := readBack(t, out); len(got.Events) != 401 {
		t.Errorf("%d events come back", len(got.Events))
	}
}

func TestFileNamesOfEventsAreSafe(t *testing.T) {
	p := &Plan{}
	for _, name := range append(hostileTexts(), strings.Repeat("Long Name ", 40), "order placed", "Order Placed", "ORDER PLACED", "LPT1") {
		if !blank(name) {
			p.Events = append(p.Events, Event{Name: name, Call: "track", Version: 1})
		}
	}
	out, err := p.As(FormatSchemas)
	if err != nil {
		t.Fatal(err)
	}
	safe := regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,90}\.json$`)
	dir := t.TempDir()
	for _, f := range out.Files {
		if !safe.MatchString(f.Name) || slices.Contains([]string{"con.json", "lpt1.json"}, f.Name) {
			t.Errorf("the file's name %q", f.Name)
		}
		file, err := os.OpenFile(filepath.Join(dir, f.Name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.Write(f.Data); err != nil {
			t.Fatal(err)
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if got := mustRead(t, dir); len(got.Events) != len(p.Events) {
		t.Errorf("%d events come back, want %d", len(got.Events), len(p.Events))
	}
}

func TestUnknownFormatIsRefused(t *testing.T) {
	_, err := (&Plan{}).As("segmnt")
	if err == nil || err.Error() != `plumbline does not write "segmnt": did you mean "segment"?` {
		t.Errorf("got %v", err)
	}
}

// failer is what of a test both a property and a table have.
type failer interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}
