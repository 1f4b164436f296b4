package plan

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestOwnFormat(t *testing.T) {
	p := mustRead(t, "testdata/own.yaml")
	want := &Plan{
		Name: "Northlight shop", Sources: []string{"web", "ios"},
		Events: []Event{
			{
				Name: "Purchase Completed", Call: "track", Sources: []string{"web"}, Table: "purchase_completed_v2",
				Aliases: []string{"Order Completed"}, Tags: []string{"revenue"}, Labels: map[string]string{"tier": "1"}, Owner: "@checkout",
				Status: "live", Description: "An order was paid.", Created: time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), Version: 2, Versions: []int{1, 2}, Closed: true,
				Properties: []Property{
					{Name: "order_id", Type: "string", Required: true, Pattern: "^ord_[a-z0-9]{8}$"},
					{Name: "total", Type: "number", Required: true, Min: new(0.0), Max: new(10000.0), Description: "Amount charged, main unit of the currency"},
					{Name: "currency", Type: "string", Enum: []string{"USD", "NO", "1"}, Nullable: true},
					{Name: "paid_at", Type: "timestamp"},
					{Name: "coupon"},
				},
			},
			{Name: "Product Viewed", Call: "track", Version: 1, Properties: []Property{{Name: "sku", Type: "string", Required: true}, {Name: "note"}}},
			{Name: "Signed Out", Call: "track", Version: 1},
			{Name: "Page Viewed", Call: "page", Version: 1, Properties: []Property{{Name: "path", Type: "string"}}},
			{Call: "identify", Version: 1, Properties: []Property{{Name: "email", Type: "string", Format: "email"}}},
		},
	}
	if d := cmp.Diff(want, p, cmpopts.IgnoreTypes(Pos{}), cmpopts.IgnoreFields(Plan{}, "Hash")); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	keyed := mustParse(t, "p.yaml", "events:\n  A: {properties: {x: number}}\n  B:\n  7: {}\n")
	listed := mustParse(t, "p.yaml", "- B\n- name: '7'\n- {name: A, properties: [{name: x, type: number}]}\n")
	if keyed.Hash != listed.Hash {
		t.Errorf("a list of events and an object of events differ:\n%s", cmp.Diff(keyed, listed, cmpopts.IgnoreTypes(Pos{})))
	}
}

func TestMistakes(t *testing.T) {
	for _, tt := range []struct{ name, data, want string }{
		{"unknown key of the plan", "evnts: []\nevents: []", `f:1:1: unknown key "evnts" of a plan (did you mean "events"?) [`},
		{"unknown key of an event", "events:\n- name: A\n  propertys: {}", `f:3:3: unknown key "propertys" of an event (did you mean "properties"?) [`},
		{"unknown key of a property", "events:\n- name: A\n  properties:\n    x: {typ: string}", `f:4:9: unknown key "typ" of a property (did you mean "type"?) [`},
		{"a key that resembles nothing", "events:\n- name: A\n  zzzzzzzzz: 1", "write one of name, call"},
		{"missing name", "events:\n- call: track", "f:2:3: the event has no name"},
		{"empty name", "events:\n- name: ' '", "f:2:9: the event's name is empty"},
		{"name that is a number", "events:\n- name: 7", "f:2:9: the event's name must be text, here it is a number (put it in quotes) [wrong-kind]"},
		{"twice", "events:\n- name: A\n- name: B\n- name: A", `f:4:9: the event "A" (track) is planned twice in version 1, first at f:2:9`},
		{"identify twice", "events:\n- call: identify\n- call: identify", "the identify call is planned twice"},
		{"the same key twice", "events:\n- name: A\n  properties:\n    x: string\n    x: number", `f:5:5: the key "x" stands twice in one object`},
		{"unknown call", "events:\n- {name: A, call: trak}", `f:2:19: unknown call "trak" (did you mean "track"?) [`},
		{"type of another language", "events:\n- name: A\n  properties: {x: float}", `f:3:19: unknown type "float" (write number) [unknown-type]`},
		{"mistyped type", "events:\n- name: A\n  properties: {x: {type: strng}}", `did you mean "string"?`},
		{"enum of the wrong type", "events:\n- name: A\n  properties: {x: {type: integer, enum: [1, two, 2.5]}}", `f:3:45: the value "two" can never be of type integer`},
		{"smallest above largest", "events:\n- name: A\n  properties: {x: {type: number, min: 5, max: 1}}", "f:3:39: no value can be: the smallest, 5, is above the largest, 1"},
		{"infinite bound", "events:\n- name: A\n  properties: {x: {min: .inf}}", "a bound must be a number"},
		{"broken pattern", "events:\n- name: A\n  properties: {x: {pattern: '[a'}}", `f:3:29: the pattern "[a" is no regular expression of ECMAScript`},
		{"negative version", "events:\n- {name: A, version: -1}", "f:2:22: the version -1 is negative"},
		{"half a version", "events:\n- {name: A, version: 1.5}", "must be a whole number"},
		{"required in quotes", "events:\n- name: A\n  properties: {x: {required: 'yes'}}", "required must be true or false"},
		{"not a day", "events:\n- {name: A, created: 31.1.2026}", "write it as 2026-01-31"},
		{"rule without a key", `{"rules":[{"type":"TRACK","jsonSchema":{}}]}`, "f:1:11: the rule has no key"},
		{"unknown type of rule", `{"rules":[{"type":"TRAK","key":"A"}]}`, `f:1:19: unknown type of rule "TRAK" (did you mean "track"?) [`},
		{"rule twice", `{"rules":[{"type":"TRACK","key":"A"},{"type":"TRACK","key":"A"}]}`, "planned twice in version 1, first at f:1:33"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, err := Parse("f", []byte(tt.data))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v\nwant %q in it", err, tt.want)
			}
			if p != nil {
				t.Error("a plan with mistakes was returned")
			}
		})
	}
}

func TestMistakeIsShownWithItsLine(t *testing.T) {
	_, err := Parse("plan.yaml", []byte("name: 店\nevents:\n  - {name: 購入完了, cal: track}\n"))
	want := "plan.yaml:3:18: unknown key \"cal\" of an event (did you mean \"call\"?) [unknown-key]\n    3 |   - {name: 購入完了, cal: track}\n      |                      ^"
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	_, err = Parse("plan.yaml", []byte("events: [{name: \"\\e]0;x\x7f\", cal: 1}]"))
	if err == nil || strings.ContainsAny(err.Error(), "\x1b\x7f") {
		t.Errorf("a control character reaches the terminal: %q", err)
	}
}

func TestUsableButOddIsNoMistake(t *testing.T) {
	mustParse(t, "p.yaml", "x-made-by: me\nevents:\n- name: ' A  b '\n  x-id: 1\n  properties: {x: {type: string, min: 1, enum: []}, a.b: string}\n")
	mustParse(t, "p.yaml", "events: []\n")
	mustParse(t, "p.json", `{"rules":[]}`)
}

func TestAThousandMistakes(t *testing.T) {
	for name, line := range map[string]string{"on lines": "\n", "on one line": ""} {
		var b strings.Builder
		b.WriteString(`{"events":[`)
		for i := range 1000 {
			if i > 0 {
				b.WriteString(",")
			}
			fmt.Fprintf(&b, `%s{"name":"Event %d","cal":"%s"}`, line, i, strings.Repeat("x", 400))
		}
		b.WriteString("]}")
		began := time.Now()
		_, err := Parse("plan.json", []byte(b.String()))
		text := err.Error()
		took := time.Since(began)
		all, ok := errors.AsType[Errors](err)
		if !ok || len(all) != 1000 || len(all.Unwrap()) != 1000 {
			t.Fatalf("%s: %d mistakes kept, want 1000", name, len(all))
		}
		if !strings.HasPrefix(text, "1000 mistakes in the plan\n") || !strings.HasSuffix(text, "\nand 980 more") || strings.Count(text, "did you mean") != 20 {
			t.Errorf("%s: printed\n%s", name, text)
		}
		if len(text) > 8000 || took > 2*time.Second {
			t.Errorf("%s: %d bytes of text in %v", name, len(text), took)
		}
	}
}

func TestLongAndStrangeNames(t *testing.T) {
	long := strings.Repeat("Ж", 5000)
	for _, name := range []string{long, "🛒 Purchase 🎉", "<!channel>", "'; DROP TABLE tracks; --", "購入完了", "a\u202eb", "{{x}}", "null", "~", "- x", "a: b", "#c"} {
		p := mustParse(t, "p.json", `{"events":[{"name":`+quote(name)+`,"properties":{`+quote(name)+`:"string"}}]}`)
		if p.Events[0].Name != name || p.Events[0].Properties[0].Name != name {
			t.Errorf("%s came back as %s", show(name), show(p.Events[0].Name))
		}
		_, err := Parse("p.json", []byte(`{"events":[`+strings.Repeat(`{"name":`+quote(name)+`},`, 2)+`"x"]}`))
		if err == nil || len(err.Error()) > 1500 {
			t.Errorf("%s: message of %d bytes", show(name), len(fmt.Sprint(err)))
		}
	}
}

func TestHash(t *testing.T) {
	base := "name: N\nsources: [a, b]\nevents:\n- {name: A, labels: {x: y}, properties: {p: {type: string, enum: [u, v]}, q: number}}\n- B\n"
	one := mustParse(t, "one.yaml", base)
	same := mustParse(t, "two.json", `{"events":[{"name":"B"},{"properties":{"q":"number","p":{"enum":["v","u"],"type":"string"}},"labels":{"x":"y"},"name":"A"}],"sources":["b","a"],"name":"N"}`)
	if one.Hash != same.Hash || len(one.Hash) != 64 {
		t.Errorf("the same content hashes to %s and %s", one.Hash, same.Hash)
	}
	for _, change := range [][2]string{{"N", "M"}, {"[a, b]", "[a]"}, {"u, v", "u, w"}, {"number", "integer"}, {"x: y", "x: z"}, {"- B", "- C"}, {"q:", "r:"}} {
		if other := mustParse(t, "one.yaml", strings.Replace(base, change[0], change[1], 1)); other.Hash == one.Hash {
			t.Errorf("changing %s to %s leaves the hash as it was", change[0], change[1])
		}
	}
}

func TestTableAndColumn(t *testing.T) {
	for _, tt := range []struct {
		event Event
		want  string
	}{
		{Event{Name: "Purchase Completed", Call: "track"}, "purchase_completed"},
		{Event{Name: "Purchase Completed", Call: "track", Table: "orders"}, "orders"},
		{Event{Name: "Page Viewed", Call: "page"}, "pages"},
		{Event{Name: "Screen Viewed", Call: "screen"}, "screens"},
		{Event{Call: "identify"}, "identifies"},
		{Event{Call: "group"}, "groups"},
		{Event{Name: "iOS App Opened", Call: "track"}, "i_os_app_opened"},
	} {
		if got := TableOf(tt.event); got != tt.want {
			t.Errorf("table of %s (%s): %s, want %s", tt.event.Name, tt.event.Call, got, tt.want)
		}
	}
	if got := ColumnOf("cart.orderId"); got != "cart_order_id" {
		t.Errorf("column of cart.orderId: %s", got)
	}
	if !Reserved("user_id") || Reserved("total") {
		t.Error("user_id is Segment's own column, total is not")
	}
}
