package report_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"math"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"charm.land/lipgloss/v2"
	"pgregory.net/rapid"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/fix"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/report"
)

// hostile draws names that try to leave their place: controls, directions, wide and combining characters, markup.
func hostile() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.String(),
		rapid.StringMatching("[a-z \\x00-\\x1f\\x7f\\x{80}-\\x{9f}\\x{200b}-\\x{200f}\\x{202a}-\\x{202e}\\x{2066}-\\x{2069}\\x{ff01}購入😀\\x{301}|`*_<>@#\\\\]{0,30}"),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 20), func(b []byte) string { return string(b) }),
		rapid.Map(rapid.IntRange(0, 300), func(n int) string { return strings.Repeat("x", n) }),
		rapid.Map(rapid.IntRange(0, 100), func(n int) string { return strings.Repeat("購", n) }),
		rapid.Map(rapid.IntRange(0, 60), func(n int) string { return "a" + strings.Repeat("\u0301", n) }),
		rapid.SampledFrom([]string{"\x1b[2J", "a\r\nb", "</summary><script>", "```\n# x", "@everyone", "https://evil.example", "$(rm -rf /)"}),
	)
}

func anyFinding(t *rapid.T, depth int) finding.Finding {
	name := func() string { return hostile().Draw(t, "name") }
	f := finding.Finding{
		Kind: rapid.SampledFrom(finding.Kinds()).Draw(t, "kind"), Severity: finding.Severity(rapid.IntRange(1, 3).Draw(t, "severity")),
		Subject: finding.Subject{Source: name(), Event: name(), Related: name(), Property: name()}, Sources: []string{name()},
		Table: name(), Title: name(), Owner: name(), Page: name(), Ongoing: rapid.Bool().Draw(t, "ongoing"),
		Since: landed.Day(rapid.IntRange(20_000, 20_600).Draw(t, "since")), LastSeen: landed.Day(rapid.IntRange(20_000, 20_600).Draw(t, "last")),
		Rows: rapid.Int64Range(-1, 1<<60).Draw(t, "rows"), Confidence: rapid.SampledFrom([]float64{0, 0.5, 1, math.NaN()}).Draw(t, "confidence"),
		Slice: &landed.Slice{Platform: name(), AppVersion: name(), Library: name(), LibraryVersion: name()},
		Score: new(math.Inf(1)), Impacts: []finding.Impact{{Name: name(), Unmatched: 3, Until: time.Unix(1_780_000_000, 0)}},
		Evidence: []finding.Evidence{{Label: name(), Value: name(), Against: rapid.Bool().Draw(t, "against")}},
	}
	if f.Title == "" {
		f.Title = "x"
	}
	if days := rapid.IntRange(0, 120).Draw(t, "days"); days > 0 {
		f.Evidence = append(f.Evidence, finding.Evidence{Label: name(), Value: name(), Chart: &finding.Chart{
			First: f.Since - 20, Daily: rapid.SliceOfN(rapid.Int64Range(-5, 1<<50), days, days).Draw(t, "daily"), Began: f.Since,
			Expected: []float64{math.NaN(), 1},
		}})
	}
	if depth > 0 && rapid.Bool().Draw(t, "group") {
		f.Members = []finding.Finding{anyFinding(t, 0), anyFinding(t, 0), anyFinding(t, 0), anyFinding(t, 0)}
	}
	return f
}

func anyResult(t *rapid.T) audit.Result {
	name := func() string { return hostile().Draw(t, "name") }
	r := audit.Result{Header: audit.Header{
		ID: "a", Workspace: name(), AsOf: 20_600, Last: 20_599, First: rapid.Bool().Draw(t, "first"), Landed: 3,
		Sources: []audit.SourceHeader{{Name: name(), Zone: name()}, {Name: name()}}, Started: time.Unix(1, 0), Finished: time.Unix(90, 0),
		Gaps:     []audit.SourceGap{{Source: name(), Gap: landed.Gap{Table: name(), Why: name(), HowToFix: name()}}},
		Unjudged: []finding.Unjudged{{Check: finding.VolumeDrop, Subject: finding.Subject{Event: name()}, Why: name()}},
	}}
	if rapid.Bool().Draw(t, "complete") {
		r.Header.Gaps = nil
	}
	for i := range rapid.IntRange(0, 6).Draw(t, "findings") {
		r.Findings = append(r.Findings, audit.Reported{
			ID: "PL-" + string(rune('A'+i)), Finding: anyFinding(t, 1), Change: incident.Kind(rapid.IntRange(1, 5).Draw(t, "change")),
			Status:   rapid.SampledFrom([]incident.Status{incident.Open, incident.Acknowledged, incident.Snoozed, incident.Dismissed, incident.ResolvedAway, incident.Baseline}).Draw(t, "status"),
			Handling: incident.Handling{Who: name(), Why: name(), Until: time.Unix(1_790_000_000, 0), AcceptedFrom: landed.NoDay}, Opened: time.Unix(1_780_000_000, 0),
		})
	}
	return r
}

func TestNothingLeavesItsPlaceInText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := anyResult(t)
		o := report.Options{Width: rapid.IntRange(60, 120).Draw(t, "width"), UTF8: rapid.Bool().Draw(t, "utf8")}
		o.Fixes = map[string][]fix.Text{"PL-A": {{Kind: fix.PlanPatch, Title: hostile().Draw(t, "fix")}}}
		writers := map[string]func(io.Writer) error{
			"text": func(w io.Writer) error { return report.Text(w, r, o) },
			"list": func(w io.Writer) error { return report.List(w, r.Findings, o) },
		}
		if len(r.Findings) > 0 {
			writers["show"] = func(w io.Writer) error { return report.Show(w, r.Findings[0], o.Fixes["PL-A"], o) }
		}
		for name, write := range writers {
			var b bytes.Buffer
			if err := write(&b); err != nil {
				t.Fatal(err)
			}
			for line := range strings.SplitSeq(b.String(), "\n") {
				if n := lipgloss.Width(line); n > o.Width {
					t.Fatalf("%s: %d columns in %d: %q", name, n, o.Width, line)
				}
				if strings.ContainsFunc(line, func(c rune) bool { return unicode.IsControl(c) || unicode.Is(unicode.Cf, c) || !o.UTF8 && c > '~' }) {
					t.Fatalf("%s: a character that acts: %q", name, line)
				}
			}
		}
	})
}

func TestJSONHoldsEveryName(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) { holdsEveryName(t, anyResult(rt)) })
}

func holdsEveryName(t *testing.T, r audit.Result) {
	t.Helper()
	var b bytes.Buffer
	if err := report.JSON(&b, r, nil); err != nil {
		t.Fatal(err)
	}
	valid(t, b.Bytes())
	var got struct {
		Findings []struct {
			ID, Status string
			Event      *string
			Members    []json.RawMessage
			Bytes      map[string]string
		}
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Findings) != len(r.Findings) {
		t.Fatalf("%d findings of %d", len(got.Findings), len(r.Findings))
	}
	old := false
	for _, f := range got.Findings {
		if old = old || f.Status == "baseline"; old && f.Status != "baseline" {
			t.Fatal("the baseline does not stand last")
		}
		if len(f.Members) == 0 {
			t.Fatal("a finding without a member")
		}
		want := r.Findings[int(f.ID[3]-'A')].Finding.Subject.Event
		have := ""
		if f.Event != nil {
			have = *f.Event
		}
		if !utf8.ValidString(want) {
			raw, err := base64.StdEncoding.DecodeString(f.Bytes["event"])
			if err != nil {
				t.Fatal(err)
			}
			have = string(raw)
		}
		if have != want {
			t.Fatalf("%q is reported as %q", want, have)
		}
	}
}

func TestMarkdownKeepsNamesInert(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := anyResult(t)
		var b bytes.Buffer
		if err := report.Markdown(&b, r, report.Options{}); err != nil {
			t.Fatal(err)
		}
		fence := ""
		for line := range strings.SplitSeq(b.String(), "\n") {
			if run := len(line) - len(strings.TrimLeft(line, "`")); fence == "" && run >= 3 && !strings.Contains(line[run:], "`") {
				fence = line[:run]
				continue
			}
			if fence != "" {
				if line == fence {
					fence = ""
				}
				continue
			}
			for _, bad := range []string{"<script", "</summary><", "@everyone", "https://", "\x1b"} {
				if strings.Contains(line, bad) && !strings.Contains(line, "`") {
					t.Fatalf("%q in %q", bad, line)
				}
			}
		}
		if fence != "" {
			t.Fatal("a fence stays open")
		}
	})
}

func TestFenceOutgrowsWhatIsInside(t *testing.T) {
	r := first()
	var b bytes.Buffer
	o := report.Options{Fixes: map[string][]fix.Text{"PL-7K2M9Q": {{Kind: fix.PlanPatch, Title: "x", Language: "diff", Text: "a\n````\n# not a heading\n"}}}}
	if err := report.Markdown(&b, r, o); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "\n`````diff\na\n````\n# not a heading\n`````\n") {
		t.Error(b.String())
	}
}
