package plan

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// lossText writes losses as a golden file holds them.
func lossText(losses []Loss) string {
	var b strings.Builder
	for _, g := range GroupLosses(losses) {
		where := g.Losses[0].Where
		if at := g.Losses[0].Pos; at.File != "" {
			where = at.String()
		}
		fmt.Fprintf(&b, "%d %s, first at %q: %s\n", len(g.Losses), g.What, where, g.Why)
	}
	return b.String()
}

// One plan in three formats is one model. What a format has no place for is taken out of the model of the API's rules
// here, one by one, and nothing else may differ.
func TestOnePlanInThreeFormats(t *testing.T) {
	for _, tt := range []struct {
		name, path string
		strip      func(e *Event)
		missing    []string // calls that the format has no place for
	}{
		{
			name: "csv", path: "testdata/shop/plan.csv",
			strip: func(e *Event) {
				e.Created, e.Status = time.Time{}, ""
				delete(e.Labels, "platform") // its value holds commas
				for i := range e.Properties {
					p := &e.Properties[i]
					p.Min, p.Max = nil, nil
					if p.Type != "timestamp" {
						p.Format = ""
					}
				}
			},
		},
		{
			name: "folder", path: "testdata/shop/events", missing: []string{"identify"},
			strip: func(e *Event) { // these schemas name no owners, labels, versions and states, and forbid other properties
				e.Created, e.Status, e.Owner, e.Labels = time.Time{}, "", "", nil
				e.Version, e.Versions, e.Closed = 1, nil, true
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			full := mustRead(t, "testdata/shop/full.json")
			reading, err := ReadFiles(tt.path)
			if err != nil {
				t.Fatal(err)
			}
			compared := 0
			for _, want := range full.Events {
				got := reading.Plan.Event(want.Name, want.Call)
				if got == nil {
					if !cmp.Equal(tt.missing, []string{want.Call}) {
						t.Errorf("%s (%s) is missing", want.Name, want.Call)
					}
					continue
				}
				compared++
				tt.strip(&want)
				if d := cmp.Diff(canonical(want), canonical(*got), cmpopts.EquateEmpty()); d != "" {
					t.Errorf("%s (-full +%s):\n%s", want.Name, tt.name, d)
				}
			}
			if compared != len(reading.Plan.Events) || compared < 75 {
				t.Errorf("%d events are alike, of %d", compared, len(reading.Plan.Events))
			}
			golden(t, "testdata/shop/"+tt.name+".losses.txt", lossText(reading.Losses))
		})
	}
	t.Run("api", func(t *testing.T) {
		reading, err := ReadFiles("testdata/shop/full.json")
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "testdata/shop/api.losses.txt", lossText(reading.Losses))
	})
}

func TestSourceSchemaExportIsRefused(t *testing.T) {
	_, err := Read("testdata/shop/source_schema.csv")
	want := "testdata/shop/source_schema.csv:1:1: this is Segment's Source Schema export: what a source has sent, not what was planned " +
		"(download the plan itself: Protocols, Tracking Plans, the plan's menu, Download as CSV) [source-schema-csv]"
	if err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestCSVHeadersInAnyOrderCaseAndForm(t *testing.T) {
	want := mustParse(t, "p.yaml", `
- name: "A;b"
  description: "two\nlines"
  labels: {owner: growth, tier: "1"}
  version: 3
  properties:
    season: {type: string, nullable: true, pattern: "fall|winter|spring", required: true}
    colour: {type: string, enum: [red, blue], description: "the, colour"}
    cart.id: {type: integer, enum: [1, 2]}
    at: {type: timestamp, format: date-time}
- {call: identify, properties: {"=cmd|' /C calc'!A0": boolean}}
`)
	for name, data := range map[string]string{
		"as the documentation has it": "Version,Event Type,Event Name,Property Name,Description,Labels,Property Status,Property Data Type,Allowed Property Values,Enum Values\n" +
			"3,Track,A;b,,\"two\nlines\",\"owner:growth, tier:1\",,,,\n3,Track,A;b,season,,,required,\"string,null\",fall|winter|spring,\n" +
			"3,Track,A;b,colour,\"the, colour\",,optional,string,,\"red, blue\"\n3,Track,A;b,cart,,,optional,object,,\n3,Track,A;b,cart.id,,,required,integer,,\"1,2\"\n" +
			"3,Track,A;b,at,,,,date time,,\n1,Identify,,'=cmd|' /C calc'!A0,,,,boolean,,\n",
		"as the app has it, other order, BOM, CRLF, semicolons": "\ufeffPROPERTY NAME;Event Name;data type;Status;Permitted Values;Enum Values;event_type;Labels;Description;Version\r\n" +
			"season;\"A;b\";string,null;Required;fall|winter|spring;;track;;;3\r\n;\"A;b\";;;;;TRACK;owner:growth,tier : 1;\"two\r\nlines\";3\r\n" +
			"colour;\"A;b\";String;OPTIONAL;;red,blue;Track;;the, colour;3\r\ncart.id;\"A;b\";integer;required;;1, 2;Track;;;3\r\ncart;\"A;b\";object;;;;Track;;;3\r\n" +
			"at;\"A;b\";date time;;;;Track;;;3\r\n;;;;;;;;;\r\n'=cmd|' /C calc'!A0;;boolean;;;;Identify;;;\r\n",
		"with tabs": "Event Name\tProperty Name\tProperty Data Type\tAllowed Values\tEnum\tEvent Type\tVersion\tLabels\tDescription\tProperty Status\n" +
			"A;b\t\t\t\t\tTrack\t3\towner:growth, tier:1\t\"two\nlines\"\t\nA;b\tseason\tstring, null\tfall|winter|spring\t\tTrack\t3\t\t\trequired\n" +
			"A;b\tcolour\tstring\t\tred, blue\t\t3\t\tthe, colour\t\nA;b\tcart.id\tinteger\t\t1, 2\t\t3\t\t\t\nA;b\tat\tdate time\t\t\t\t3\n\t'=cmd|' /C calc'!A0\tboolean\t\t\tidentify\n",
	} {
		got := mustParse(t, "plan", data)
		if d := cmp.Diff(want.Events, got.Events, cmpopts.IgnoreTypes(Pos{}), cmpopts.SortSlices(func(a, b Property) bool { return a.Name < b.Name }),
			cmpopts.EquateEmpty(), cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Owner" }, cmp.Ignore())); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

func TestCSVPlaces(t *testing.T) {
	p := mustParse(t, "p.csv", "\ufeffEvent Name,Property Name,Data Type\r\nÄ,,\r\n\"Ä\",\"é\",string\r\n\"B\nC\",x,\n")
	var got []Pos
	for _, e := range p.Events {
		got = append(got, e.Pos)
		for _, q := range e.Properties {
			got = append(got, q.Pos)
		}
	}
	if d := cmp.Diff([]Pos{{"p.csv", 2, 1}, {"p.csv", 3, 5}, {"p.csv", 4, 1}, {"p.csv", 5, 4}}, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestCSVMistakes(t *testing.T) {
	const head = "Event Type,Event Name,Property Name,Data Type,Status,Permitted Values,Enum Values,Labels,Version\n"
	for _, tt := range []struct{ name, data, want string }{
		{"mistyped type", head + "Track,A,x,strin\n", `p.csv:2:11: unknown type "strin" (did you mean "string"?) [unknown-type]`},
		{"mistyped call", head + "Trak,A,x,string\n", `p.csv:2:1: unknown type of event "Trak" (did you mean "track"?) [unknown-call]`},
		{"no name", head + "Track,,x,string\n", "p.csv:2:7: the event's name is empty (write the name as it is sent) [no-name]"},
		{"mistyped status", head + "Track,A,x,string,requierd\n", `p.csv:2:18: unknown status "requierd" (did you mean "required"?) [unknown-status]`},
		{"broken pattern", head + "Track,A,x,string,,[a\n", `p.csv:2:19: the pattern "[a" is no regular expression`},
		{"value of another type", head + "Track,A,x,integer,,,\"1, two\"\n", `p.csv:2:21: the value "two" can never be of type integer (correct the value or the type) [enum-type]`},
		{"half a version", head + "Track,A,x,integer,,,,,1.5\n", "p.csv:2:23: the version must be a whole number, here it is \"1.5\" (write 1) [bad-version]"},
		{"property twice", head + strings.Repeat("Track,A,x,string\n", 2), `p.csv:3:9: the property "x" is planned twice, first at p.csv:2:9 (keep one of the two) [repeated-property]`},
		{"event twice", head + strings.Repeat("Track,A,,\n", 2), "p.csv:3:7: the event has a second row without a property, the first at p.csv:2:7 (remove one of the two) [repeated-event]"},
		{"a label without a name", head + "Track,A,,,,,,:growth\n", `p.csv:2:14: the label ":growth" has no name (write name:value, such as owner:growth) [bad-label]`},
		{"text with a comma and no quotes", head + "Track,A,x,string,,,,,,,b\n", "p.csv:2:24: the row has more cells than the table has columns (put text with a comma in quotes) [extra-cell]"},
		{"mistyped column", "Event Name,Property Name,Data Tpye\nA,x,string\n", `p.csv:1:26: unknown column "Data Tpye" (did you mean "Data Type"?) [unknown-column]`},
		{"two columns for one thing", "Event Name,Property Name,Status,Property Status\nA,x,,\n", `p.csv:1:33: the column "Property Status" says the same as "Status" (remove one of the two) [repeated-column]`},
		{"no column for the event", "Event Type,Property Name\nTrack,x\n", "p.csv:1:1: the table has no column Event Name (name it so; the columns are explained in docs/plan.md) [missing-column]"},
		{"a quote that is never closed", head + "Track,\"A,x,string\nTrack,B,,\n", "p.csv:2:1: read as CSV: a quote opens in this row and is never closed (close the quote) [bad-syntax]"},
		{"a quote inside a cell", head + "Track,A \"b\",x,string\nTrack,B,x,strin\n", "p.csv:2:9: read as CSV: a quote stands inside a cell"},
		{"nothing", " ", "p.csv:1:1: the table has no column Event Name"},
		{"no line", "\r\n\n", "p.csv:1:1: the file is empty (plumbline reads Segment's rules"},
		{"a workbook", "PK\x03\x04\x14\x00\xff", "p.csv:1:1: the file is a workbook or an archive (save the sheet as CSV UTF-8, or unpack the archive) [bad-encoding]"},
		{"UTF-16", "\xff\xfeE\x00", "p.csv:1:1: the file is UTF-16 (save it as UTF-8) [bad-encoding]"},
		{"Latin-1", head + "Track,Caf\xe9,x,string\n", "p.csv:2:10: the file is not UTF-8 here (save it as UTF-8) [bad-encoding]"},
		{"items of a list", head + "Track,A,l,array\nTrack,A,l.$.x,strin\n", `p.csv:3:15: unknown type "strin" (did you mean "string"?)`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse("p.csv", []byte(tt.data))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v\nwant %q in it", err, tt.want)
			}
		})
	}
	_, err := Parse("p.csv", []byte(head+"Trak,A,x,string\nTrack,A,x,strin,requierd,[a\nTrack,\"a\"b,x,y\nTrack,C,x,intger\n"))
	if all, _ := errors.AsType[Errors](err); len(all) != 6 {
		t.Errorf("six mistakes, told are %d: %v", len(all), err)
	}
}

func TestSchemaFolder(t *testing.T) {
	dir := t.TempDir()
	write := func(name, data string) {
		t.Helper()
		if err := os.WriteFile(dir+"/"+name, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("a.json", `{"$schema":"https://json-schema.org/draft/2020-12/schema","title":"Order Placed","x-event-name":"No","x-owner":"@checkout","x-labels":{"tier":"1"},
	  "x-sources":["web"],"x-status":"live","x-table":"orders","x-aliases":["Bought"],"x-tags":["kpi"],"x-created":"2026-01-31","x-versions":[1,2],"x-ours":1,
	  "type":"object","properties":{"id":{"type":"string","maxLength":3}},"required":["id"],"additionalProperties":false}`)
	write("b.yaml", "type: object\nx-event-name: Signed Up\ndeprecated: true\nproperties: {}\n")
	write("Page Seen.schema.json", `{"type":"object","x-call":"page","properties":{"path":{"type":"string"}}}`)
	write("whole.json", `{"title":"Whole","type":"object","properties":{"event":{"const":"Whole"},"context":{"properties":{"ip":{}}},"properties":{"type":"object","properties":{"a":{}}}}}`)
	write("stem.json", `{"type":"object","properties":{"type":{"type":"string"}}}`)
	reading, err := ReadFiles(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := mustParse(t, "own.yaml", `
- {name: Order Placed, owner: "@checkout", labels: {tier: "1"}, sources: [web], status: live, table: orders, aliases: [Bought], tags: [kpi],
   created: 2026-01-31, versions: [1, 2], closed: true, properties: {id: {type: string, required: true}}}
- {name: Signed Up, status: deprecated}
- {call: page, properties: {path: string}}
- {name: Whole, properties: {a: any}}
- {name: stem, properties: {type: string}}
`)
	if want.Hash != reading.Plan.Hash {
		t.Errorf("(-want +got):\n%s", cmp.Diff(want, reading.Plan, cmpopts.IgnoreTypes(Pos{}), cmpopts.SortSlices(func(a, b Event) bool { return a.Name < b.Name })))
	}
	if got := strings.ReplaceAll(lossText(reading.Losses), dir, "events"); !strings.Contains(got, `1 maxLength, first at "events/a.json:3:56"`) || !strings.Contains(got, "1 x-ours") ||
		!strings.Contains(got, "rules outside the properties") {
		t.Errorf("losses:\n%s", got)
	}
	write("b.yaml", "type: object\ntitle: Order Placed\nx-version: 2\nproperties:\n  x: {type: strin}\n")
	_, err = Read(dir)
	for _, part := range []string{dir + `/b.yaml:5:13: unknown type "strin"`, dir + `/b.yaml:2:8: the event "Order Placed" (track) is planned twice`} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("got %v\nwant %q in it", err, part)
		}
	}
}

func TestReferencesInOneSchemaAreFollowed(t *testing.T) {
	p := mustParse(t, "p.json", `{"$schema":"https://json-schema.org/draft/2020-12/schema","title":"E","$ref":"#/$defs/body","$defs":{
	  "body":{"type":"object","required":["money"],"properties":{"money":{"$ref":"#/$defs/a~1b","description":"here"},"tree":{"$ref":"#/$defs/tree"},"far":{"$ref":"https://example.com/x"},"gone":{"$ref":"#/$defs/none"}}},
	  "a/b":{"$ref":"#/$defs/number"},"number":{"type":"number","minimum":0,"description":"there"},
	  "tree":{"type":"object","properties":{"id":{"type":"string"},"left":{"$ref":"#/$defs/tree"}}}}}`)
	want := []Property{
		{Name: "money", Type: "number", Min: new(0.0), Required: true, Description: "here"},
		{Name: "tree.id", Type: "string"},
		{Name: "tree.left"},
		{Name: "far"},
		{Name: "gone"},
	}
	if d := cmp.Diff(want, p.Events[0].Properties, cmpopts.IgnoreTypes(Pos{})); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	mustParse(t, "p.json", `{"$schema":"https://json-schema.org/draft/2020-12/schema","title":"E","properties":{"a":{"$ref":"#"},"b":{"$ref":"#/properties/b"},"c":{"$ref":"#/properties/d"},"d":{"$ref":"#/properties/c"}}}`)
}

// Calls that have no name of their own land in one table, whatever a table calls them.
func TestCSVPagesAreOneEvent(t *testing.T) {
	p := mustParse(t, "p.csv", "Event Type,Event Name,Property Name,Status\nPage,Home,,\nPage,Home,path,required\nPage,Cart,,\nPage,Cart,path,required\nPage,Cart,total,required\nTrack,A,,\n")
	want := []Property{{Name: "path", Required: true}, {Name: "total"}}
	if e := p.Event("Page Viewed", "page"); len(p.Events) != 2 || e == nil || !cmp.Equal(want, e.Properties, cmpopts.IgnoreTypes(Pos{})) {
		t.Errorf("%+v", p.Events)
	}
	if p := mustParse(t, "p.csv", "Event Name,Property Name,Version\nA,,\nA,x,1\n"); len(p.Events) != 1 || len(p.Events[0].Properties) != 1 {
		t.Errorf("%+v", p.Events)
	}
}
