package slack_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/plumbline-audit/plumbline/internal/notify"
	"github.com/plumbline-audit/plumbline/internal/notify/slack"
	"github.com/plumbline-audit/plumbline/internal/testkit"
)

func utc(month time.Month, day, hour, minute int) time.Time {
	return time.Date(2026, month, day, hour, minute, 0, 0, time.UTC)
}

func rename() notify.Message {
	return notify.Message{
		ID: "m1", Workspace: "northlight", Channel: "#data-quality", News: notify.New,
		Finding: notify.Finding{
			ID: "PL-7K2M9Q", Kind: "rename", Severity: "critical", Title: `"Purchase Completed" is now sent as "purchase_completed"`,
			Source: "web", Event: "Purchase Completed", Related: "purchase_completed", AppVersion: "4.2.0",
			Since: "2026-05-26", SinceTime: utc(time.May, 26, 14, 5), LastSeen: "2026-05-26", Zone: "UTC", Ongoing: true,
			Rows: 364, Users: new(int64(352)), Sure: "99 %", Owner: "@checkout-team", Fixes: 3, Explains: 2,
			Evidence: []notify.Evidence{
				{Label: "Purchase Completed", Value: "512 on Tuesday, usual 870", Daily: []int64{870, 861, 884, 870, 866, 902, 512}},
				{Label: "purchase_completed", Value: "364, never seen before", Daily: []int64{0, 0, 0, 0, 0, 0, 364}},
				{Label: "one table", Value: "same 14 properties, together 876 of the usual 870, only from 4.2.0"},
				{Label: "a few events still come under the old name", Value: "older versions", Against: true},
			},
			Impacts: []notify.Impact{{Name: "Braze", Unmatched: 364}, {Name: "GA4", Unmatched: 364, Until: utc(time.May, 29, 14, 5)}},
		},
		Footer: notify.Footer{Started: utc(time.May, 27, 4, 15), AsOf: "2026-05-27", Through: "2026-05-26", Sources: 3},
	}
}

func outage() notify.Message {
	return notify.Message{
		ID: "m2", Workspace: "northlight", Channel: "#data-quality", News: notify.New,
		Finding: notify.Finding{
			ID: "PL-M2X8RC", Kind: "source-outage", Severity: "critical", Title: "ios has almost stopped: 9 % of its usual events",
			Source: "ios", Since: "2026-06-06", SinceTime: utc(time.June, 6, 9, 20), LastSeen: "2026-06-06", Zone: "America/Los_Angeles",
			Ongoing: true, Rows: 146500, Missing: true, Owner: "S0123IOS99",
			Members:  nil,
			Evidence: []notify.Evidence{{Label: "only ios", Value: "web and server are as usual, so no holiday"}},
			Explains: 47,
		},
		Footer: notify.Footer{
			Started: utc(time.June, 7, 4, 15), AsOf: "2026-06-07", Through: "2026-06-06", Sources: 3,
			NotChecked: []string{"server.invoice_sent: permission denied"},
		},
	}
}

func drift() notify.Message {
	m := rename()
	m.ID, m.News, m.Thread = "m3", notify.Worse, "1780000000.000001"
	m.Was = &notify.Was{Severity: "warning", Rows: 118, At: utc(time.June, 13, 4, 21)}
	m.Finding = notify.Finding{
		ID: "PL-3F8D2W", Kind: "value-drift", Severity: "critical", Title: `"total" of "Purchase Completed" is 100 times too large.`,
		Source: "ios", Event: "Purchase Completed", Property: "total", AppVersion: "8.15.0", Slice: []string{"iPadOS"},
		Since: "2026-06-12", LastSeen: "2026-06-15", Zone: "UTC", Ongoing: true, Rows: 1312, Owner: "U0123OWNER",
		Evidence: []notify.Evidence{{Label: "median", Value: "6,480.00, was 64.80"}},
	}
	m.Footer = notify.Footer{Started: utc(time.June, 16, 4, 15), AsOf: "2026-06-16", Through: "2026-06-15", Sources: 1}
	return m
}

func resolved() notify.Message {
	m := rename()
	m.ID, m.News, m.Thread = "m4", notify.Resolved, "1780000000.000001"
	m.Finding.Ongoing, m.Finding.LastSeen, m.Finding.Rows, m.Finding.Users = false, "2026-05-28", 1498, new(int64(1431))
	m.Footer.Started, m.Footer.AsOf, m.Footer.Through = utc(time.May, 30, 4, 15), "2026-05-30", "2026-05-29"
	return m
}

// reverted is a rename that ended because the old name is sent again, which is told as such.
func reverted() notify.Message {
	m := resolved()
	m.Finding.Ended = `"Purchase Completed" is sent under its name again`
	return m
}

func hostile() notify.Message {
	m := rename()
	bad := "<!channel> <https://evil.example|click> `rm` *now*\n@here &amp; _x_ \u202egnp \u200b "
	m.ID, m.News = "m5", notify.Reopened
	m.Workspace = "<@U0123456789>"
	m.Finding.Title = `"` + bad + `" is not in the plan`
	m.Finding.Event, m.Finding.Related, m.Finding.Source, m.Finding.Owner = bad, "purchase_completed", "we`b", "<!here>"
	m.Finding.Members = []string{bad, "*"}
	m.Finding.Evidence = []notify.Evidence{{Label: bad, Value: bad}, {Label: "as sent", Value: `"` + bad + `"`}}
	m.Finding.Impacts[0].Name = bad
	m.Footer.NotChecked = []string{"we`b." + bad + ": " + bad}
	return m
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for name, m := range map[string]notify.Message{
		"rename": rename(), "outage": outage(), "worse": drift(), "resolved": resolved(), "reverted": reverted(), "hostile": hostile(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, blocks := slack.Render(m)
			var got bytes.Buffer
			e := json.NewEncoder(&got)
			e.SetEscapeHTML(false)
			e.SetIndent("", "  ")
			if err := e.Encode(map[string]any{"text": text, "blocks": blocks}); err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join("testdata", name+".json"), got.Bytes())
		})
	}
}

// golden holds text against a file; UPDATE=1 writes the file.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if os.Getenv("UPDATE") == "1" {
		if err := os.WriteFile(name, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs; make golden rewrites it (-want +got):\n%s", name, diff)
	}
}

// nasty draws names as strangers send them: markup, mentions, invisible characters, any length.
func nasty() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		part := rapid.OneOf(
			rapid.SampledFrom([]string{"<!channel>", "<@U012345678>", "<https://x.example|y>", "@here", "`", "```", "*", "_", "~", "&", "&lt;", "<", ">", "\n", "\u202e", "\u200b", "\x00", "\"", "\xff", "😀"}),
			rapid.String(), rapid.StringN(1, 2000, -1),
		)
		return strings.Join(rapid.SliceOfN(part, 0, 6).Draw(t, "parts"), "")
	})
}

func nastyMessage(t *rapid.T) notify.Message {
	name := func(label string) string { return nasty().Draw(t, label) }
	names := func(label string) []string { return rapid.SliceOfN(nasty(), 0, 60).Draw(t, label) }
	m := rename()
	m.News = rapid.SampledFrom([]notify.News{notify.New, notify.Reopened, notify.Worse, notify.Resolved}).Draw(t, "news")
	m.Workspace = name("workspace")
	f := &m.Finding
	f.Event, f.Related, f.Property, f.Source = name("event"), name("related"), name("property"), name("source")
	f.Title = rapid.SampledFrom([]string{`"` + f.Event + `" became "` + f.Related + `"`, f.Event, ""}).Draw(t, "title")
	f.AppVersion, f.Owner, f.Since, f.LastSeen, f.Zone = name("version"), name("owner"), name("since"), name("last"), name("zone")
	f.Sources, f.Slice, f.Members = names("sources"), names("slice"), names("members")
	for _, v := range names("evidence") {
		f.Evidence = append(f.Evidence, notify.Evidence{Label: v, Value: f.Event + v, Against: len(v) > 3, Daily: []int64{0, 4, 9}})
	}
	for _, v := range names("impacts") {
		f.Impacts = append(f.Impacts, notify.Impact{Name: v, Until: utc(time.May, 29, 0, 0)})
	}
	m.Footer.NotChecked = names("gaps")
	return m
}

// TestSlackTakesEveryMessage: whatever the names are, a message stays within Slack's limits.
func TestSlackTakesEveryMessage(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		text, blocks := slack.Render(nastyMessage(rt))
		raw, err := json.Marshal(blocks)
		if err != nil {
			rt.Fatal(err)
		}
		var sent []map[string]any
		if err := json.Unmarshal(raw, &sent); err != nil {
			rt.Fatal(err)
		}
		if code := testkit.SlackRefuses(sent); code != "" {
			rt.Fatalf("slack answers %s", code)
		}
		if n := utf8.RuneCountInString(testkit.SlackPost{Blocks: sent}.Shown()); n > 10_000 {
			rt.Fatalf("%d characters of blocks", n)
		}
		if text == "" || utf8.RuneCountInString(text) > 1000 {
			rt.Fatalf("fallback text has %d characters", utf8.RuneCountInString(text))
		}
	})
}

// TestNamesStayNames: no name mentions anybody, becomes a link or leaves its code style.
func TestNamesStayNames(t *testing.T) {
	t.Parallel()
	entity := regexp.MustCompile(`&(?:amp|lt|gt);`)
	rapid.Check(t, func(rt *rapid.T) {
		m := nastyMessage(rt)
		text, blocks := slack.Render(m)
		raw, err := json.Marshal(blocks)
		if err != nil {
			rt.Fatal(err)
		}
		var sent []map[string]any
		if err := json.Unmarshal(raw, &sent); err != nil {
			rt.Fatal(err)
		}
		for _, s := range []string{text, testkit.SlackPost{Blocks: sent}.Shown()} {
			if strings.ContainsAny(s, "<>") {
				rt.Fatalf("an angle bracket is left: %q", s)
			}
			if strings.Contains(entity.ReplaceAllString(s, ""), "&") {
				rt.Fatalf("an ampersand is left: %q", s)
			}
			if strings.ContainsAny(s, "\u202e\u200b\x00") {
				rt.Fatalf("an invisible character is left: %q", s)
			}
		}
		for line := range strings.SplitSeq(testkit.SlackPost{Blocks: sent}.Shown(), "\n") {
			if strings.Count(line, "`")%2 != 0 {
				rt.Fatalf("code style stays open in %q", line)
			}
		}
	})
}

// TestOwnerIsMentionedOnce, and only where something opens or gets worse.
func TestOwnerIsMentionedOnce(t *testing.T) {
	t.Parallel()
	for owner, want := range map[string]string{
		"U0123OWNER": "<@U0123OWNER>", "S0123GROWTH": "<!subteam^S0123GROWTH>", "SUPPORTTEAM": "SUPPORTTEAM", "@frontend": "@frontend", "#web": "#web",
	} {
		m := rename()
		m.Finding.Owner = owner
		_, blocks := slack.Render(m)
		if n := strings.Count(shown(t, blocks), want); n != 1 {
			t.Errorf("owner %s stands %d times as %s", owner, n, want)
		}
		m.News = notify.Resolved
		_, blocks = slack.Render(m)
		if strings.Contains(shown(t, blocks), "<") {
			t.Errorf("owner %s is mentioned when it is over", owner)
		}
	}
}

// TestPeopleAreMasked: a name that holds somebody's address is shown without it, wherever it stands.
func TestPeopleAreMasked(t *testing.T) {
	t.Parallel()
	m := rename()
	who := "jane.doe@example.com"
	m.Finding.Title, m.Finding.Event, m.Finding.Members = `"`+who+` paid" is not in the plan`, who+" paid", []string{who, "b"}
	m.Finding.Evidence = []notify.Evidence{{Label: who, Value: "sent by " + who}}
	text, blocks := slack.Render(m)
	for _, s := range []string{text, shown(t, blocks)} {
		if strings.Contains(s, "doe@") || !strings.Contains(s, "j•••@•••") {
			t.Errorf("an address is shown: %s", s)
		}
	}
}

func shown(t *testing.T, blocks any) string {
	t.Helper()
	raw, err := json.Marshal(blocks)
	if err != nil {
		t.Fatal(err)
	}
	var sent []map[string]any
	if err := json.Unmarshal(raw, &sent); err != nil {
		t.Fatal(err)
	}
	return testkit.SlackPost{Blocks: sent}.Shown()
}
