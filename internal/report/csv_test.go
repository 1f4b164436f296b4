package report_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/report"
)

func findingsCSV(t *testing.T, list []audit.Reported) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.FindingsCSV(&b, list); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestFindingsCSV(t *testing.T) {
	golden(t, "findings.csv", findingsCSV(t, first().Findings))
	if d := cmp.Diff(1, strings.Count(findingsCSV(t, nil), "\r\n")); d != "" {
		t.Errorf("no findings are more than a line of headings: %s", d)
	}
}

func TestACellHoldsItsName(t *testing.T) {
	for name, c := range map[string]struct{ event, want string }{
		"a plain name":            {"Sign Up", `Sign Up`},
		"a comma":                 {"a,b", `"a,b"`},
		"quotes":                  {`say "hi"`, `"say ""hi"""`},
		"a line break":            {"a\r\nb\nc\rd", "\"a\r\nb\nc\rd\""},
		"a blank at the end":      {"Sign Up ", `"Sign Up "`},
		"a formula":               {`=HYPERLINK("http://evil.example","x")`, `"'=HYPERLINK(""http://evil.example"",""x"")"`},
		"a sum":                   {"+1", `'+1`},
		"a difference":            {"-1", `'-1`},
		"a mention":               {"@SUM(1)", `'@SUM(1)`},
		"a tab first":             {"\t=1", "'\t=1"},
		"a carriage return first": {"\r=1", "\"'\r=1\""},
		"a wide sign":             {"＝1", "'＝1"},
		"a formula further in":    {"a=1", "a=1"},
		"not UTF-8":               {"a\xffb", "a\ufffdb"},
		"a script":                {"<script>", "<script>"},
	} {
		t.Run(name, func(t *testing.T) {
			r := stopped()
			r.Finding.Subject.Event = c.event
			if got := findingsCSV(t, []audit.Reported{r}); !strings.Contains(got, ",server,"+c.want+",,,2026-06-10,") {
				t.Errorf("%q is not in %q", c.want, got)
			}
		})
	}
}

// cells reads a text as RFC 4180 has it, without changing line breaks inside of cells.
func cells(t *rapid.T, s string) [][]string {
	var rows [][]string
	var row []string
	for s != "" {
		cell, rest := "", ""
		if s[0] == '"' {
			var b strings.Builder
			for s = s[1:]; ; s = s[1:] {
				if s == "" {
					t.Fatal("a quoted cell without an end")
				}
				if strings.HasPrefix(s, `""`) {
					s = s[1:]
				} else if s[0] == '"' {
					break
				}
				b.WriteByte(s[0])
			}
			cell, rest = b.String(), s[1:]
		} else {
			end := strings.IndexAny(s, ",\r\n\"")
			if end < 0 || s[end] == '"' {
				t.Fatalf("a cell without an end, or with a quote inside: %.40q", s)
			}
			cell, rest = s[:end], s[end:]
		}
		row = append(row, cell)
		if after, ok := strings.CutPrefix(rest, "\r\n"); ok {
			rows, row, s = append(rows, row), nil, after
			continue
		}
		after, ok := strings.CutPrefix(rest, ",")
		if !ok {
			t.Fatalf("neither a comma nor a line's end: %.40q", rest)
		}
		s = after
	}
	return rows
}

func TestNoNameLeavesItsCell(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := anyResult(rt)
		for i := range r.Findings {
			s := &r.Findings[i].Finding.Subject
			s.Event = rapid.SampledFrom([]string{"", "=", "+", "-", "@", "\t", "\r", "\n", "'", `"`, ","}).Draw(rt, "sign") + s.Event
		}
		got := findingsCSV(t, r.Findings)
		if !utf8.ValidString(got) {
			rt.Fatal("not UTF-8")
		}
		rows := cells(rt, got)
		if len(rows) != len(r.Findings)+1 {
			rt.Fatalf("%d lines for %d findings", len(rows), len(r.Findings))
		}
		for i, row := range rows {
			if len(row) != len(rows[0]) {
				rt.Fatalf("%d cells under %d headings", len(row), len(rows[0]))
			}
			for _, cell := range row { // but for the figure of rows, which is one
				if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) && cell != row[12] {
					rt.Fatalf("%q would be calculated", cell)
				}
			}
			if i == 0 {
				continue
			}
			want := strings.ToValidUTF8(r.Findings[i-1].Finding.Subject.Event, "\ufffd")
			if row[6] != want && row[6] != "'"+want {
				rt.Fatalf("%q is written as %q", want, row[6])
			}
		}
		if all, err := csv.NewReader(strings.NewReader(got)).ReadAll(); err != nil || len(all) != len(rows) {
			rt.Fatalf("another reader sees %d lines: %v", len(all), err)
		}
	})
}
