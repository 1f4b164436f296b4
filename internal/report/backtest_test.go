package report_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/backtest"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/report"
)

// nights are twenty-eight past nights: a rename told at once, a change of unit told two days later, and a drop that ended.
func nights() []backtest.Night {
	var out []backtest.Night
	last := on("2026-06-16")
	for d := last - 27; d <= last; d++ {
		n := backtest.Night{AsOf: d, Result: audit.Result{Header: audit.Header{
			Workspace: "northlight", AsOf: d, Last: d - 1, Sources: first().Header.Sources, Unjudged: first().Header.Unjudged,
		}}}
		add := func(r audit.Reported, told landed.Day, rows int64) {
			switch {
			case d < told:
				return
			case d == told:
				r.Finding.Rows = rows
				if r.Finding.Severity >= finding.Warning {
					n.Messages = append(n.Messages, backtest.Message{Incident: r.ID})
				}
			default:
				r.Change = incident.Continued
			}
			n.Result.Findings = append(n.Result.Findings, r)
		}
		add(purchase(), on("2026-05-27"), 364)
		old := purchase()
		old.ID, old.Finding.Severity, old.Finding.Since, old.Finding.SinceTime = "PL-KKKKKK", finding.Warning, on("2026-05-01"), at("2026-05-01T10:00:00Z")
		old.Finding.Title, old.Finding.Rows, old.Finding.Users = `"Cart Veiwed" is another spelling of "Cart Viewed"`, 90, nil
		old.Finding.Kind = finding.NearDuplicate
		add(old, last-27, 44)
		add(cents(), on("2026-06-14"), 282)
		add(note("PL-DDDDDD", finding.NeverSeen, "Gift Card Bought", `"Gift Card Bought" is planned and has landed nowhere`), last-27, 0)
		over := stopped()
		over.Finding.Since, over.Finding.LastSeen = on("2026-06-01"), on("2026-06-02")
		switch {
		case d < on("2026-06-04"):
			add(over, on("2026-06-02"), 212)
		case d == on("2026-06-04"):
			over.Change, over.Status, over.Finding.Ongoing = incident.Resolved, incident.ResolvedAway, false
			n.Result.Findings = append(n.Result.Findings, over)
			n.Messages = append(n.Messages, backtest.Message{Incident: over.ID, Reply: true})
		}
		if d == last-27 {
			n.Result.Baseline = first().Baseline
		}
		out = append(out, n)
	}
	return out
}

func TestGoldenBacktests(t *testing.T) {
	gaps := nights()
	gaps[3].Result.Header.Gaps = first().Header.Gaps
	quiet := nights()[:3]
	for i := range quiet {
		quiet[i].Messages, quiet[i].Result.Findings = nil, nil
	}
	for name, c := range map[string]struct {
		nights []backtest.Night
		o      report.Options
	}{
		"backtest.txt":         {nights(), report.Options{UTF8: true}},
		"backtest_ascii.txt":   {gaps, report.Options{}},
		"backtest_nothing.txt": {quiet, report.Options{UTF8: true}},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := report.BacktestText(&b, backtest.Sum(c.nights), c.o); err != nil {
				t.Fatal(err)
			}
			golden(t, name, b.String())
			for line := range strings.Lines(b.String()) {
				if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 {
					t.Errorf("%d columns: %s", n, line)
				}
			}
		})
	}
	var b bytes.Buffer
	if err := report.BacktestMarkdown(&b, backtest.Sum(nights()), report.Options{}); err != nil {
		t.Fatal(err)
	}
	golden(t, "backtest.md", b.String())
}

// TestBacktestHasTheFindingsOfTheReport puts the findings of each night into a report and holds that to the schema.
func TestBacktestHasTheFindingsOfTheReport(t *testing.T) {
	var b bytes.Buffer
	if err := report.BacktestJSON(&b, nights()); err != nil {
		t.Fatal(err)
	}
	var list []map[string]any
	if err := json.Unmarshal(b.Bytes(), &list); err != nil {
		t.Fatal(err)
	}
	if len(list) != 28 || list[0]["as_of"] != "2026-05-20" || list[27]["as_of"] != "2026-06-16" || len(list[0]) != 2 {
		t.Fatalf("%d nights from %v to %v with %d keys each", len(list), list[0]["as_of"], list[27]["as_of"], len(list[0]))
	}
	var whole bytes.Buffer
	if err := report.JSON(&whole, first(), nil); err != nil {
		t.Fatal(err)
	}
	baseline := 0
	for _, n := range list {
		var r map[string]any
		if err := json.Unmarshal(whole.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		r["findings"] = n["findings"]
		data, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		valid(t, data)
		for _, f := range n["findings"].([]any) {
			if f.(map[string]any)["status"] == "baseline" {
				baseline++
			}
		}
	}
	if baseline != 1 {
		t.Errorf("the baseline stands in %d findings, want the one of the first night", baseline)
	}
}

func TestBacktestOfHostileNames(t *testing.T) {
	bad := nights()
	for i := range bad {
		for k := range bad[i].Result.Findings {
			bad[i].Result.Findings[k].Finding.Title = "\x1b[2J\"a|b\" <script> @here\u202e\nsecond line"
			bad[i].Result.Findings[k].Finding.Subject.Source = "w\x1b[31meb"
		}
	}
	for name, write := range map[string]func(*bytes.Buffer) error{
		"text": func(b *bytes.Buffer) error {
			return report.BacktestText(b, backtest.Sum(bad), report.Options{UTF8: true})
		},
		"markdown": func(b *bytes.Buffer) error { return report.BacktestMarkdown(b, backtest.Sum(bad), report.Options{}) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		for _, sign := range []string{"\x1b", "\u202e", "\nsecond"} {
			if strings.Contains(b.String(), sign) {
				t.Errorf("%s has %q", name, sign)
			}
		}
		if name == "markdown" && (strings.Contains(b.String(), "<script>") || strings.Contains(b.String(), "@here")) {
			t.Errorf("markdown has a live tag or mention:\n%s", b.String())
		}
	}
}
