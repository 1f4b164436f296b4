package fix_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/fix"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
)

func only(t *testing.T, kind string, f finding.Finding, c fix.Context) fix.Text {
	t.Helper()
	var found []fix.Text
	for _, text := range fix.Write(f, c) {
		if text.Kind == kind {
			found = append(found, text)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d texts of kind %s, not one: %+v", len(found), kind, found)
	}
	return found[0]
}

// sh runs a script in a folder and returns what it prints.
func sh(t *testing.T, dir, script string) string {
	t.Helper()
	cmd := exec.CommandContext(context.Background(), "sh", "-c", script)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, script, out)
	}
	return string(out)
}

func TestCodeSearchFindsTheNameInCode(t *testing.T) {
	for name, c := range map[string]struct{ literal, code string }{
		"as sent":                   {"purchase_completed", `track("purchase_completed")`},
		"as a generated function":   {"Purchase Completed", "purchaseCompleted({})"},
		"as a constant":             {"Purchase Completed", "PURCHASE_COMPLETED: 1"},
		"with a quote":              {"it's bought", `track("it's bought")`},
		"like an option":            {"-rf bought", `track("-rf bought")`},
		"like a command":            {"$(touch owned) `touch owned`", "track('$(touch owned) `touch owned`')"},
		"with a percent and escape": {"50% off\x1b[31m\\n", "track('50% off\x1b[31m\\n')"},
		"like a format":             {"a%sb\x1b", "track('a%sb\x1b')"},
		"with an invisible letter":  {"Pur\u200bchase", "track('Pur\u200bchase')"},
		"put together":              {"Purchase Completed", "'purchase' + 'Completed'"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "app.js"), []byte(c.code+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			f := finding.Finding{Fixes: []finding.Fix{finding.SearchCode{Literals: []string{c.literal}, Source: "web"}}}
			text := only(t, fix.CodeSearch, f, fix.Context{}).Text
			exact, loose, _ := strings.Cut(text, "\n# ")
			if name == "put together" {
				exact = "#" + loose
			}
			text = exact + "\n"
			if strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && (r < ' ' || r == '\u200b') }) {
				t.Errorf("the script hides something: %q", text)
			}
			if out := sh(t, dir, text+"true"); !strings.Contains(out, "app.js:1:") {
				t.Errorf("not found by\n%s%s", text, out)
			}
			if _, err := os.Stat(filepath.Join(dir, "owned")); err == nil {
				t.Error("the name was run")
			}
		})
	}
}

func TestCodeSearchKeepsAnyNameInOneWord(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		name := rapid.StringMatching(`[ -~\x01-\x1f'\\%$\x{200b}é]{1,12}`).Draw(r, "name")
		if strings.ContainsAny(name, "\n") || strings.TrimSpace(name) == "" {
			return // grep reads a line as a pattern of its own
		}
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "app.js"), []byte("<"+name+">\n"), 0o600); err != nil {
			r.Fatal(err)
		}
		f := finding.Finding{Fixes: []finding.Fix{finding.SearchCode{Literals: []string{name}}}}
		text := only(t, fix.CodeSearch, f, fix.Context{}).Text
		_, text, _ = strings.Cut(text, "\n")
		if i := strings.Index(text, "\n# "); i > 0 {
			text = text[:i]
		}
		cmd := exec.CommandContext(context.Background(), "sh", "-c", strings.ReplaceAll(text, "-rnF", "-rlaF"))
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "app.js") {
			r.Fatalf("%v: %q is not found by\n%s\n%s", err, name, text, out)
		}
	})
}

func TestCodeSearchOfTwoSources(t *testing.T) {
	f := finding.Finding{
		Since: day(t, "2026-05-26"),
		Fixes: []finding.Fix{finding.SearchCode{Literals: []string{"a_b"}, Source: "web", Version: "4.2.0"}},
		Members: []finding.Finding{
			{Fixes: []finding.Fix{finding.SearchCode{Literals: []string{"cd"}, Source: "web", Version: "4.2.0"}}},
			{Fixes: []finding.Fix{finding.SearchCode{Literals: []string{"ef"}, Source: "ios"}}},
		},
	}
	got := fix.Write(f, fix.Context{})
	if len(got) != 2 {
		t.Fatalf("%d texts, not one for each source", len(got))
	}
	want := `# In the code of web 4.2.0; what is looked for began Tue 26 May 2026
grep -rnF \
  -e 'a_b' \
  -e 'A B' \
  -e 'a b' \
  -e 'a-b' \
  -e 'AB' \
  -e 'aB' \
  -e 'A_B' \
  -e 'cd' .
# Nothing there? Any case and any separator, and names put together from parts:
grep -rniE \
  -e 'a[^[:alnum:]]{0,6}b' .
`
	if d := cmp.Diff(want, got[0].Text); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(`search the code of ios for "ef"`, got[1].Title); d != "" {
		t.Error(d)
	}
}

func TestOwnerMessage(t *testing.T) {
	f := finding.Finding{
		Kind: finding.Rename, Title: `"Purchase Completed" is now sent as "purchase_completed"`, Ongoing: true,
		Subject: finding.Subject{Source: "web", Event: "Purchase Completed", Related: "purchase_completed"},
		Since:   day(t, "2026-05-26"), SinceTime: time.Date(2026, 5, 26, 14, 5, 0, 0, time.UTC),
		Rows: 18204, Users: new(int64(14871)), Slice: &landed.Slice{AppVersion: "4.2.0"},
		Impacts: []finding.Impact{{Name: "Braze"}, {Name: "GA4"}}, Fixes: []finding.Fix{finding.TellOwner{}},
	}
	got := only(t, fix.OwnerMessage, f, fix.Context{ID: "PL-7K2M9Q", Owner: "@checkout-team"})
	want := fix.Text{
		Kind: fix.OwnerMessage, Title: "tell @checkout-team", Language: "text",
		Text: `@checkout-team: "Purchase Completed" is now sent as "purchase_completed".
It began Tue 26 May 2026 14:05 UTC in web 4.2.0 and still happens.
So far: 18,204 events by 14,871 users.
Missed by Braze and GA4, going by their configuration: they match the exact name.
Was the name changed on purpose in web 4.2.0? If not, please send it as "Purchase Completed" again; if so, tell us, and the tracking plan follows.
(PL-7K2M9Q)
`,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestOwnerMessageAsksForEveryKind(t *testing.T) {
	for _, k := range finding.Kinds() {
		f := finding.Finding{Kind: k, Title: "x", Subject: finding.Subject{Source: "web", Event: "E"}, Fixes: []finding.Fix{finding.TellOwner{}}}
		text := only(t, fix.OwnerMessage, f, fix.Context{}).Text
		if !strings.Contains(text, "?") && !strings.Contains(text, "lease ") {
			t.Errorf("%s asks for nothing: %q", k, text)
		}
	}
}

func TestConfigPatch(t *testing.T) {
	const entry = `{different: ["Signed In", "it's \"odd\" # not a comment"]}`
	for name, c := range map[string]struct{ before, after string }{
		"no such section": {
			"workspace: northlight # kept\n", "workspace: northlight # kept\nignore:\n  - " + entry + "\n",
		},
		"a file without a last new line": {
			"workspace: northlight", "workspace: northlight\nignore:\n  - " + entry + "\n",
		},
		"an empty file": {"", "ignore:\n  - " + entry + "\n"},
		"a list of items": {
			"ignore:\n    # auto-tracked\n    - {events: [\"[Amplitude] *\"], why: x}   # kept\nstate: sqlite:x.db\n",
			"ignore:\n    # auto-tracked\n    - {events: [\"[Amplitude] *\"], why: x}   # kept\n    - " + entry + "\nstate: sqlite:x.db\n",
		},
		"items as far left as the key": {
			"ignore:\n- events: [a]\n  why: |\n    a\n    b\n\n# about state\nstate: x\n",
			"ignore:\n- events: [a]\n  why: |\n    a\n    b\n- " + entry + "\n\n# about state\nstate: x\n",
		},
		"a list in brackets": {
			"ignore: [{events: [\"a]\"], why: x}] # kept\nstate: x\n", "ignore: [{events: [\"a]\"], why: x}, " + entry + "] # kept\nstate: x\n",
		},
		"an empty list": {"ignore: []\nstate: x\n", "ignore: [" + entry + "]\nstate: x\n"},
		"a key without a value": {
			"ignore:\nstate: x\n", "ignore:\n  - " + entry + "\nstate: x\n",
		},
		"an entry over several lines": {
			"ignore:\n  - {events: [a,\n       b], why: x}\nstate: x\n", "ignore:\n  - {events: [a,\n       b], why: x}\n  - " + entry + "\nstate: x\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := finding.Finding{Fixes: []finding.Fix{finding.Configure{Section: "ignore", Entry: entry, Why: "if these are two events"}}}
			got := only(t, fix.ConfigPatch, f, fix.Context{ConfigData: []byte(c.before)})
			if got.Language != "diff" {
				t.Fatalf("no diff: %+v", got)
			}
			if d := cmp.Diff(c.after, applied(t, "plumbline.yaml", c.before, got.Text)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestConfigSnippetWhereNoPatchIsSure(t *testing.T) {
	for name, data := range map[string][]byte{
		"no file":                   nil,
		"a file that is broken":     []byte("ignore: [\n"),
		"a section that is no list": []byte("ignore: {a: b}\n"),
	} {
		t.Run(name, func(t *testing.T) {
			f := finding.Finding{Fixes: []finding.Fix{finding.Configure{Section: "ignore", Entry: "{events: [a]}"}}}
			got := only(t, fix.ConfigPatch, f, fix.Context{ConfigData: data})
			if d := cmp.Diff("yaml ignore:\n  - {events: [a]}\n", got.Language+" "+got.Text); d != "" {
				t.Error(d)
			}
		})
	}
}

const planFile = `{"rules": [
  {"key": "Purchase Completed", "type": "TRACK", "version": 1, "jsonSchema": {"type": "object", "properties": {
    "properties": {"type": "object", "properties": {
      "coupon": {"type": "string", "enum": ["summer"]}
    }, "required": []}
  }}}
]}
`

func TestPlanPatchMovesAnEvent(t *testing.T) {
	const file = "events:\n- name: Coupon Entered\n  sources: [web, ios]\n- Signed In\n"
	p, err := plan.Parse("plan.yaml", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	f := finding.Finding{
		Kind: finding.MovedEvent, Subject: finding.Subject{Source: "web", Event: "Coupon Entered"},
		Fixes: []finding.Fix{finding.MoveInPlan{Event: "Coupon Entered", From: []string{"web"}, To: "server"}},
	}
	got := only(t, fix.PlanPatch, f, fix.Context{Plan: p, PlanFile: "plan.yaml", PlanData: []byte(file)})
	if after := applied(t, "plan.yaml", file, got.Text); after != strings.Replace(file, "[web, ios]", "[ios, server]", 1) || !strings.Contains(got.Title, `"Coupon Entered" for ios and server`) {
		t.Errorf("%s\n%s", got.Title, after)
	}
	f.Fixes = []finding.Fix{finding.MoveInPlan{Event: "Signed In", From: []string{"web"}, To: "server"}}
	if got := only(t, fix.PlanPatch, f, fix.Context{Plan: p, PlanFile: "plan.yaml", PlanData: []byte(file)}); got.Language != "text" || !strings.Contains(got.Text, "no sources of its own") {
		t.Errorf("%+v", got)
	}
}

func TestPlanPatch(t *testing.T) {
	p, err := plan.Parse("plan.json", []byte(planFile))
	if err != nil {
		t.Fatal(err)
	}
	snap := landed.Snapshot{
		Source: landed.Source{Name: "ios", Schema: "ios"},
		Events: []landed.Event{{Name: "Wishlist Opened", Table: "wishlist_opened"}, {Name: "Wishlist Shared", Table: "wishlist_shared"}},
		Tables: []landed.Table{
			segmentTable("purchase_completed", landed.Column{Name: "total", Type: landed.Number}),
			segmentTable("wishlist_opened", landed.Column{Name: "items", Type: landed.Integer}, landed.Column{Name: "gone", Type: landed.Text, Gone: 5}),
			segmentTable("wishlist_shared", landed.Column{Name: "odd", Type: landed.OtherType}, landed.Column{Name: "to", Type: landed.Text}),
		},
	}
	c := fix.Context{Plan: p, PlanFile: "plan.json", PlanData: []byte(planFile), Landed: map[string]landed.Snapshot{"ios": snap}}
	wishlist := func(name string) finding.Finding {
		return finding.Finding{Subject: finding.Subject{Source: "ios", Event: name}, Fixes: []finding.Fix{finding.AddToPlan{Event: name}}}
	}
	group := wishlist("Wishlist Opened")
	group.Members = []finding.Finding{wishlist("Wishlist Opened"), wishlist("Wishlist Shared")}
	of := func(fixes ...finding.Fix) finding.Finding {
		return finding.Finding{Subject: finding.Subject{Source: "ios", Event: "Purchase Completed"}, Fixes: fixes}
	}
	for name, tc := range map[string]struct {
		f    finding.Finding
		want []string // event.property:type of what is new
	}{
		"a group of new events": {group, []string{"Wishlist Opened", "Wishlist Opened.items:integer", "Wishlist Shared", "Wishlist Shared.odd:", "Wishlist Shared.to:string"}},
		"a new property":        {of(finding.AddToPlan{Event: "Purchase Completed", Property: "total"}), []string{"Purchase Completed.total:number"}},
		"another name":          {of(finding.RenameInPlan{From: "Purchase Completed", To: "purchase_completed"}), []string{"purchase_completed", "purchase_completed.coupon:string[summer]"}},
		"a value of an enum":    {of(finding.AddToPlan{Event: "Purchase Completed", Property: "coupon", Values: []string{"winter"}}), []string{"Purchase Completed.coupon:string[summer winter]"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := only(t, fix.PlanPatch, tc.f, c)
			changed, err := plan.Parse("plan.json", []byte(applied(t, "plan.json", planFile, got.Text)))
			if err != nil {
				t.Fatal(err)
			}
			old, now := outline(p), outline(changed)
			now = slices.DeleteFunc(now, func(s string) bool { return slices.Contains(old, s) })
			if d := cmp.Diff(tc.want, now); d != "" {
				t.Errorf("%s\n%s", d, got.Text)
			}
		})
	}
}

func TestPlanPatchThatCannotBeMadeSaysSo(t *testing.T) {
	p, err := plan.Parse("plan.json", []byte(planFile))
	if err != nil {
		t.Fatal(err)
	}
	f := finding.Finding{Fixes: []finding.Fix{finding.RenameInPlan{From: "Nowhere", To: "x"}}}
	got := only(t, fix.PlanPatch, f, fix.Context{Plan: p, PlanFile: "plan.json", PlanData: []byte(planFile)})
	if got.Language != "text" || !strings.Contains(got.Text, "Nowhere") {
		t.Errorf("%+v", got)
	}
}

// outline lists what a plan holds, one line each.
func outline(p *plan.Plan) []string {
	var out []string
	for _, e := range p.Events {
		out = append(out, e.Name)
		for _, q := range e.Properties {
			s := e.Name + "." + q.Name + ":" + q.Type
			if len(q.Enum) > 0 {
				s += "[" + strings.Join(q.Enum, " ") + "]"
			}
			out = append(out, s)
		}
	}
	return out
}

// applied is a file after git has applied a patch to it.
func applied(t *testing.T, file, before, patch string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{file: before, "the.patch": patch} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sh(t, dir, "git apply the.patch")
	after, err := os.ReadFile(filepath.Join(dir, file))
	if err != nil {
		t.Fatal(err)
	}
	return string(after)
}

// FuzzConfigPatch holds the writer to its promise not to fall over, whatever the file and the entry.
func FuzzConfigPatch(f *testing.F) {
	f.Add("ignore:\n  - a\nstate: x\n", "{b: c}")
	f.Add("ignore: [a, 'b]']\n", "d")
	f.Add("a: |\n  ignore:\n  - b\nignore:\n- c\n", "d: |\n  e")
	f.Fuzz(func(t *testing.T, file, entry string) {
		fd := finding.Finding{Fixes: []finding.Fix{finding.Configure{Section: "ignore", Entry: entry}}}
		for _, text := range fix.Write(fd, fix.Context{ConfigData: []byte(file)}) {
			if text.Text == "" {
				t.Errorf("an empty fix for %q in %q", entry, file)
			}
		}
	})
}
