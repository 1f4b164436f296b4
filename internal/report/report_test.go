package report_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/fix"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/report"
)

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if os.Getenv("UPDATE") == "1" {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (UPDATE=1 rewrites it): %s", path, d)
	}
}

func on(s string) landed.Day {
	d, err := landed.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

// steps is a series of so many days at each level, unlike itself from day to day.
func steps(levels ...[2]int64) []int64 {
	var out []int64
	for _, l := range levels {
		for range l[0] {
			n := int64(len(out))
			out = append(out, l[1]+l[1]*(n*n%7-3)/25)
		}
	}
	return out
}

func purchase() audit.Reported {
	began := on("2026-05-26")
	draw := func(daily []int64) *finding.Chart {
		return &finding.Chart{First: on("2026-03-18"), Daily: daily, Began: began}
	}
	return audit.Reported{
		ID: "PL-7K2M9Q", Change: incident.Opened, Status: incident.Open, Opened: at("2026-06-16T04:15:00Z"),
		Explains: []string{"PL-AAAAAA", "PL-BBBBBB"},
		Finding: finding.Finding{
			Kind: finding.Rename, Severity: finding.Critical,
			Subject: finding.Subject{Source: "web", Event: "Purchase Completed", Related: "purchase_completed"}, Sources: []string{"web"},
			Table: "web.purchase_completed", Title: `"Purchase Completed" is now sent as "purchase_completed"`,
			Since: began, SinceTime: at("2026-05-26T14:05:00Z"), LastSeen: on("2026-06-15"), Ongoing: true,
			Rows: 18204, Users: new(int64(14871)), Slice: &landed.Slice{Platform: "web", AppVersion: "4.2.0"},
			Confidence: 0.994, Score: new(4.4), Planned: true, Owner: "@checkout-team",
			Evidence: []finding.Evidence{
				{Label: "Purchase Completed", Value: "898 → 4 a day", Chart: draw(steps([2]int64{69, 898}, [2]int64{1, 512}, [2]int64{20, 4}))},
				{Label: "purchase_completed", Value: "0 → 903 a day", Chart: draw(steps([2]int64{69, 0}, [2]int64{1, 364}, [2]int64{20, 903}))},
				{Label: "table", Value: "one table, web.purchase_completed: only the name as sent differs"},
				{Label: "properties", Value: "the same 14"},
				{Label: "volume", Value: "together 18,923 of the usual 18,885"},
				{Label: "version", Value: "only from 4.2.0"},
				{Label: "still under the old name", Value: "25 in the last 7 days", Against: true},
			},
			Impacts: []finding.Impact{
				{Name: "Braze", Unmatched: 18204}, {Name: "GA4", Unmatched: 18204, Until: at("2026-05-29T14:05:00Z")}, {Name: "Meta CAPI", Unmatched: 18204},
			},
		},
	}
}

func cents() audit.Reported {
	return audit.Reported{
		ID: "PL-3F8D2W", Change: incident.Opened, Status: incident.Open, Opened: at("2026-06-16T04:15:00Z"),
		Finding: finding.Finding{
			Kind: finding.ValueDrift, Severity: finding.Critical, Subject: finding.Subject{Source: "ios", Event: "Purchase Completed", Property: "total"},
			Sources: []string{"ios"}, Table: "ios.purchase_completed", Title: `total of "Purchase Completed" is 100 times too large (cents instead of dollars?)`,
			Since: on("2026-06-12"), SinceTime: at("2026-06-12T10:40:00Z"), LastSeen: on("2026-06-15"), Ongoing: true, Rows: 1312,
			Slice: &landed.Slice{AppVersion: "8.15.0"}, Confidence: 0.99, Rate: finding.Rate{After: 0.37},
			Evidence: []finding.Evidence{{Label: "median", Value: "6,480, was 64.80"}, {Label: "other versions", Value: "unchanged, 64.75"}},
		},
	}
}

func stopped() audit.Reported {
	return audit.Reported{
		ID: "PL-Q4T1HN", Change: incident.Opened, Status: incident.Open, Opened: at("2026-06-16T04:15:00Z"),
		Finding: finding.Finding{
			Kind: finding.EventStopped, Severity: finding.Warning, Subject: finding.Subject{Source: "server", Event: "Coupon Applied"},
			Sources: []string{"server"}, Table: "server.coupon_applied", Title: `"Coupon Applied" stopped`,
			Since: on("2026-06-10"), LastSeen: on("2026-06-15"), Ongoing: true, Rows: 1272, Planned: true, Confidence: 0.97, Owner: "@growth",
			Evidence: []finding.Evidence{{Label: "Coupon Applied", Value: "0 a day, usual 212", Chart: &finding.Chart{
				First: on("2026-05-19"), Daily: steps([2]int64{22, 212}, [2]int64{6, 0}), Began: on("2026-06-10"),
			}}, {Label: "instead", Value: "nothing took its place"}},
		},
	}
}

func wishlist() audit.Reported {
	r := audit.Reported{ID: "PL-8VD5KB", Change: incident.Opened, Status: incident.Open, Opened: at("2026-06-16T04:15:00Z")}
	member := func(name string, rows int64) finding.Finding {
		return finding.Finding{
			Kind: finding.UnplannedEvent, Severity: finding.Warning, Subject: finding.Subject{Source: "ios", Event: name}, Sources: []string{"ios"},
			Since: on("2026-06-12"), SinceTime: at("2026-06-12T10:40:00Z"), LastSeen: on("2026-06-15"), Ongoing: true, Rows: rows,
		}
	}
	r.Finding = member("Wishlist Opened", 5120)
	r.Finding.Title = "9 new events are not in the plan"
	r.Finding.Slice = &landed.Slice{AppVersion: "8.15.0"}
	r.Finding.Confidence = 0.99
	for i, name := range []string{"Opened", "Shared", "Closed", "Renamed", "Sorted", "Emptied", "Copied", "Printed", "Deleted"} {
		r.Finding.Members = append(r.Finding.Members, member("Wishlist "+name, int64(2000-200*i)))
	}
	return r
}

func note(id string, kind finding.Kind, event, title string) audit.Reported {
	return audit.Reported{ID: id, Change: incident.Opened, Status: incident.Open, Finding: finding.Finding{
		Kind: kind, Severity: finding.Info, Subject: finding.Subject{Event: event}, Title: title, Since: landed.NoDay, LastSeen: landed.NoDay, Sources: []string{"ios", "web"},
	}}
}

func first() audit.Result {
	old := purchase()
	old.ID, old.Status, old.Finding.Title = "PL-CCCCCC", incident.Baseline, `"Sign In" is another spelling of "Signed In"`
	old.Finding.Kind, old.Finding.Evidence, old.Explains = finding.NearDuplicate, nil, nil
	return audit.Result{
		Header: audit.Header{
			ID: "a-20260616-041500", Workspace: "northlight", AsOf: on("2026-06-16"), Last: on("2026-06-15"),
			Started: at("2026-06-16T04:15:00Z"), Finished: at("2026-06-16T04:15:41Z"),
			Sources: []audit.SourceHeader{
				{Name: "web", Zone: "UTC", Last: on("2026-06-15"), First: true},
				{Name: "ios", Zone: "UTC", Last: on("2026-06-15"), First: true},
				{Name: "server", Zone: "UTC", Last: on("2026-06-15"), First: true},
			},
			Cost: landed.Cost{Statements: 12, Bytes: new(int64(6_234_000_000)), Rows: new(int64(41_200_000))}, First: true, Planned: 181, Landed: 214,
			Gaps: []audit.SourceGap{{Source: "server", Gap: landed.Gap{
				Kind: landed.Columns, Table: "invoice_sent", Why: "permission denied",
				HowToFix: "GRANT `roles/bigquery.dataViewer` ON TABLE `northlight.server.invoice_sent` TO \"serviceAccount:plumbline@northlight.iam.gserviceaccount.com\"",
			}}},
			Unjudged: []finding.Unjudged{
				{Check: finding.VolumeDrop, Subject: finding.Subject{Source: "ios", Event: "Wishlist Opened"}, Why: "4 days of history"},
				{Check: finding.VolumeDrop, Subject: finding.Subject{Source: "ios", Event: "Wishlist Shared"}, Why: "4 days of history"},
				{Check: finding.ValueDrift, Subject: finding.Subject{Source: "ios", Event: "Wishlist Opened", Property: "items"}, Why: "4 days of history"},
			},
			Excluded: []string{"web.debug_tick"},
		},
		Findings: []audit.Reported{
			purchase(), cents(), stopped(), wishlist(),
			note("PL-DDDDDD", finding.NeverSeen, "Gift Card Bought", `"Gift Card Bought" is planned and has landed nowhere`),
			note("PL-EEEEEE", finding.NamingConvention, "wishlist-x", `"wishlist-x" is outside the naming convention`),
			note("PL-FFFFFF", finding.NeverSeen, "Gift Card Sent", `"Gift Card Sent" is planned and has landed nowhere`),
			note("PL-GGGGGG", finding.NeverSeen, "Gift Card Used", `"Gift Card Used" is planned and has landed nowhere`),
			note("PL-HHHHHH", finding.NeverSeen, "Gift Card Lost", `"Gift Card Lost" is planned and has landed nowhere`),
		},
		Baseline: []audit.Reported{old},
	}
}

func later() audit.Result {
	r := first()
	r.Header.First, r.Header.Gaps, r.Header.Unjudged = false, nil, nil
	r.Header.AsOf, r.Header.Last = on("2026-06-17"), on("2026-06-16")
	r.Header.Sources = nil
	for _, s := range []string{"web", "ios", "server"} {
		r.Header.Sources = append(r.Header.Sources, audit.SourceHeader{Name: s, Zone: "UTC", Last: on("2026-06-16")})
	}
	r.Header.Cost = landed.Cost{Statements: 12, Rows: new(int64(1_204_000))}
	a, b := purchase(), cents()
	a.Change, a.Status = incident.Continued, incident.Acknowledged
	a.Handling = incident.Handling{Acknowledged: true, Who: "@data-oncall", At: at("2026-06-16T09:12:00Z"), Why: "release 4.2.1 is on its way"}
	b.Change = incident.Continued
	r.Findings = []audit.Reported{a, b}
	return r
}

func mixed() audit.Result {
	r := later()
	gone, new := stopped(), wishlist()
	gone.Change, gone.Status, gone.Finding.Ongoing, gone.Finding.LastSeen = incident.Resolved, incident.ResolvedAway, false, on("2026-06-15")
	new.Change = incident.Worsened
	r.Findings = append(r.Findings, gone, new)
	return r
}

func fixes() map[string][]fix.Text {
	return map[string][]fix.Text{"PL-7K2M9Q": {
		{Kind: fix.CodeSearch, Title: `search the code of web 4.2.0 for "purchase_completed"`, Language: "sh", Text: "grep -rnF -e 'purchase_completed' .\n"},
		{
			Kind: fix.WarehouseView, Title: "read it right in the warehouse: analytics.web_tracks", Language: "sql", Verified: true,
			Proof: "0 findings left, 18,204 rows recovered, row count unchanged",
			Text:  "create or replace view \"analytics\".\"web_tracks\" as\nselect * replace (case event_text when 'purchase_completed' then 'Purchase Completed' else event_text end as event_text)\nfrom \"web\".\"tracks\";\n",
		},
		{Kind: fix.PlanPatch, Title: "follow the code in the plan", Language: "diff", Text: "--- a/plan.json\n+++ b/plan.json\n", Note: "Only if the new name is meant."},
	}}
}

func TestGoldenReports(t *testing.T) {
	utf8 := report.Options{UTF8: true, Fixes: fixes()}
	for name, c := range map[string]struct {
		r     audit.Result
		o     report.Options
		write func(*bytes.Buffer, audit.Result, report.Options) error
	}{
		"first.txt":       {first(), utf8, text},
		"first_ascii.txt": {first(), report.Options{Fixes: fixes()}, text},
		"first_color.txt": {first(), report.Options{UTF8: true, Color: true, Fixes: fixes()}, text},
		"quiet.txt":       {later(), utf8, text},
		"mixed.txt":       {mixed(), utf8, text},
		"first.json":      {first(), utf8, func(b *bytes.Buffer, r audit.Result, o report.Options) error { return report.JSON(b, r, o.Fixes) }},
		"mixed.json":      {mixed(), utf8, func(b *bytes.Buffer, r audit.Result, o report.Options) error { return report.JSON(b, r, o.Fixes) }},
		"first.md":        {first(), utf8, func(b *bytes.Buffer, r audit.Result, o report.Options) error { return report.Markdown(b, r, o) }},
		"mixed.md":        {mixed(), utf8, func(b *bytes.Buffer, r audit.Result, o report.Options) error { return report.Markdown(b, r, o) }},
		"mixed.html":      {mixed(), utf8, func(b *bytes.Buffer, r audit.Result, o report.Options) error { return report.HTML(b, r, o) }},
		"list.txt":        {mixed(), utf8, func(b *bytes.Buffer, r audit.Result, o report.Options) error { return report.List(b, r.Findings, o) }},
		"show.txt": {later(), utf8, func(b *bytes.Buffer, r audit.Result, o report.Options) error {
			return report.Show(b, r.Findings[0], o.Fixes["PL-7K2M9Q"], o)
		}},
		"show_group.txt": {first(), utf8, func(b *bytes.Buffer, r audit.Result, o report.Options) error {
			return report.Show(b, r.Findings[3], nil, o)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := c.write(&b, c.r, c.o); err != nil {
				t.Fatal(err)
			}
			golden(t, name, b.String())
			if strings.HasSuffix(name, ".json") {
				valid(t, b.Bytes())
			}
		})
	}
}

func TestANightThatWasNotAllSeenIsNotQuiet(t *testing.T) {
	r := later()
	r.Header.Gaps = []audit.SourceGap{{Source: "ios", Gap: landed.Gap{Kind: landed.Profiles, Table: "signed_in", Why: "connection reset"}}}
	var b bytes.Buffer
	if err := report.Text(&b, r, report.Options{UTF8: true}); err != nil {
		t.Fatal(err)
	}
	if want := "NOT CHECKED  ios.signed_in (profiles): connection reset\n"; !strings.Contains(b.String(), want) {
		t.Errorf("%q is missing from\n%s", want, b.String())
	}
}

func TestResolvedIsNotRecovered(t *testing.T) {
	r := later()
	r.Findings[0].Change, r.Findings[0].Status = incident.Resolved, incident.ResolvedAway
	var b bytes.Buffer
	if err := report.Text(&b, r, report.Options{UTF8: true}); err != nil {
		t.Fatal(err)
	}
	if want := "18,204 events are still missing in Braze, GA4 and Meta CAPI"; !strings.Contains(b.String(), want) {
		t.Errorf("%q is missing from\n%s", want, b.String())
	}
}

func TestResolvedIsNotRecoveredInMarkdown(t *testing.T) {
	r := later()
	r.Findings[0].Change, r.Findings[0].Status = incident.Resolved, incident.ResolvedAway
	var b bytes.Buffer
	if err := report.Markdown(&b, r, report.Options{}); err != nil {
		t.Fatal(err)
	}
	if want := "18,204 events are still missing in Braze, GA4 and Meta CAPI, unless sent again since."; !strings.Contains(b.String(), want) {
		t.Errorf("%q is missing from\n%s", want, b.String())
	}
}

func TestOnlyCommandsThatExistAreNamed(t *testing.T) {
	var b bytes.Buffer
	for _, r := range []audit.Result{first(), mixed()} {
		if err := report.Text(&b, r, report.Options{Fixes: fixes()}); err != nil {
			t.Fatal(err)
		}
	}
	for _, after := range strings.Split(strings.Join(strings.Fields(b.String()), " "), "plumbline ")[1:] {
		if !strings.HasPrefix(after, "findings show PL-") && !strings.HasPrefix(after, "findings list") {
			t.Errorf("plumbline %.30s", after)
		}
	}
}

func text(b *bytes.Buffer, r audit.Result, o report.Options) error { return report.Text(b, r, o) }

// valid holds a report to its own schema, with formats asserted.
func valid(t *testing.T, data []byte) {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(report.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("report.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("report.json")
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(value); err != nil {
		t.Errorf("%v", err)
	}
	known(t, "report", doc.(map[string]any), doc.(map[string]any), value)
}

// known fails for a key that the schema does not name: what is added to the report is added to the schema.
func known(t *testing.T, path string, root, schema map[string]any, value any) {
	t.Helper()
	if schema["$ref"] != nil {
		schema = root["$defs"].(map[string]any)["finding"].(map[string]any)
	}
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			known(t, path+"[]", root, schema["items"].(map[string]any), item)
		}
	case map[string]any:
		props, ok := schema["properties"].(map[string]any)
		if !ok {
			return // a map of names
		}
		for key, item := range v {
			next, ok := props[key].(map[string]any)
			if !ok {
				t.Errorf("%s.%s is not in the schema", path, key)
				continue
			}
			known(t, path+"."+key, root, next, item)
		}
	case string, bool, nil, json.Number:
	default:
		t.Errorf("%s is a %T", path, v)
	}
}
