package report_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/report"
)

func sarifOptions() report.SARIFOptions {
	return report.SARIFOptions{
		Version: "1.2.3",
		Place: func(f finding.Finding) report.Place {
			if !f.Planned {
				return report.Place{File: "plans/tracking plan.json"}
			}
			return report.Place{File: "plans/tracking plan.json", Line: 733, Col: 14}
		},
		Page: func(k finding.Kind) string { return "docs/checks/" + string(k) + ".md" },
	}
}

func sarif(t *testing.T, r audit.Result, o report.SARIFOptions) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := report.SARIF(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// standard is the schema of SARIF 2.1.0 as OASIS publishes it.
func standard(t *testing.T) *jsonschema.Schema {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", "sarif-schema-2.1.0.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close() //nolint:errcheck // it was only read
	doc, err := jsonschema.UnmarshalJSON(file)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("sarif.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func conforms(t *testing.T, s *jsonschema.Schema, data []byte) {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(value); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
}

func TestSARIF(t *testing.T) {
	s := standard(t)
	for name, r := range map[string]audit.Result{"first.sarif": first(), "mixed.sarif": mixed()} {
		got := sarif(t, r, sarifOptions())
		conforms(t, s, got)
		golden(t, name, string(got))
	}
}

func TestSARIFOfAnyNameConforms(t *testing.T) {
	s := standard(t)
	rapid.Check(t, func(rt *rapid.T) {
		place := report.Place{File: hostile().Draw(rt, "file"), Line: rapid.IntRange(-1, 9).Draw(rt, "line"), Col: rapid.IntRange(-1, 9).Draw(rt, "col")}
		o := sarifOptions()
		o.Place = func(finding.Finding) report.Place { return place }
		conforms(t, s, sarif(t, anyResult(rt), o))
	})
}

// shape is what a code host reads of a log.
type shape struct {
	Runs []struct {
		Invocations []struct {
			ExecutionSuccessful        bool
			ToolExecutionNotifications []struct{ Message struct{ Text string } }
		}
		Results []struct {
			RuleID, Level, BaselineState string
			Message                      struct{ Text string }
			Suppressions                 []struct{ Status, Justification string }
			PartialFingerprints          map[string]string
			Locations                    []struct {
				PhysicalLocation struct {
					ArtifactLocation struct{ URI, URIBaseID string }
					Region           struct{ StartLine, StartColumn int }
				}
			}
		}
	}
}

func read(t *testing.T, data []byte) shape {
	t.Helper()
	var out shape
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSARIFSaysHowEachFindingStands(t *testing.T) {
	for name, c := range map[string]struct {
		change incident.Kind
		status incident.Status
		sev    finding.Severity
		want   string // level, baselineState, whether it is suppressed; "" where it is left out
	}{
		"new":                   {incident.Opened, incident.Open, finding.Critical, "error new open"},
		"back":                  {incident.Reopened, incident.Open, finding.Warning, "warning new open"},
		"worse":                 {incident.Worsened, incident.Open, finding.Info, "note updated open"},
		"as before":             {incident.Continued, incident.Open, finding.Warning, "warning unchanged open"},
		"acknowledged":          {incident.Continued, incident.Acknowledged, finding.Warning, "warning unchanged suppressed"},
		"snoozed":               {incident.Continued, incident.Snoozed, finding.Warning, "warning unchanged suppressed"},
		"expected":              {incident.Opened, incident.Expected, finding.Warning, "warning new suppressed"},
		"dismissed":             {incident.Continued, incident.Dismissed, finding.Warning, "warning unchanged suppressed"},
		"older than the audits": {incident.Opened, incident.Baseline, finding.Warning, "warning unchanged suppressed"},
		"over":                  {incident.Resolved, incident.ResolvedAway, finding.Warning, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := later()
			r.Findings, r.Baseline = []audit.Reported{stopped()}, nil
			f := &r.Findings[0]
			f.Change, f.Status, f.Finding.Severity = c.change, c.status, c.sev
			got := ""
			for _, x := range read(t, sarif(t, r, sarifOptions())).Runs[0].Results {
				got = x.Level + " " + x.BaselineState + " open"
				if len(x.Suppressions) > 0 {
					got = x.Level + " " + x.BaselineState + " suppressed"
					if x.Suppressions[0].Justification == "" {
						t.Error("it does not say why it is suppressed")
					}
				}
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestSARIFStandsAtThePlan(t *testing.T) {
	for name, c := range map[string]struct {
		place report.Place
		want  string
		line  int
	}{
		"a place in the plan":             {report.Place{File: "plans/a b.json", Line: 7, Col: 3}, "plans/a%20b.json at %SRCROOT%", 7},
		"a file without a place":          {report.Place{File: "plumbline.yaml"}, "plumbline.yaml at %SRCROOT%", 1},
		"a name that looks like a scheme": {report.Place{File: "a:b.json"}, "./a:b.json at %SRCROOT%", 1},
		"a file somewhere else":           {report.Place{File: "/etc/plan.json", Line: 2}, "file:///etc/plan.json at ", 2},
		"nowhere":                         {report.Place{}, " at ", 0},
	} {
		t.Run(name, func(t *testing.T) {
			o := sarifOptions()
			o.Place = func(finding.Finding) report.Place { return c.place }
			r := later()
			r.Findings, r.Baseline = []audit.Reported{stopped()}, nil
			at := read(t, sarif(t, r, o)).Runs[0].Results[0].Locations[0].PhysicalLocation
			if d := cmp.Diff(c.want, at.ArtifactLocation.URI+" at "+at.ArtifactLocation.URIBaseID); d != "" {
				t.Error(d)
			}
			if at.Region.StartLine != c.line {
				t.Errorf("line %d, want %d", at.Region.StartLine, c.line)
			}
		})
	}
}

func TestSARIFKnowsAFindingAgain(t *testing.T) {
	before, after := first(), later()
	after.Findings, after.Baseline = []audit.Reported{stopped(), purchase()}, nil
	after.Findings[1].Finding.Kind, after.Findings[1].Finding.Rows = finding.NearDuplicate, 7 // the same cause, another night
	prints := func(r audit.Result) map[string]bool {
		out := map[string]bool{}
		for _, x := range read(t, sarif(t, r, sarifOptions())).Runs[0].Results {
			out[x.PartialFingerprints["primaryLocationLineHash"]] = true
		}
		return out
	}
	old, now := prints(before), prints(after)
	if len(now) != 2 {
		t.Errorf("%d fingerprints of 2 findings", len(now))
	}
	for p := range now {
		if !old[p] {
			t.Errorf("%s is not known from the night before", p)
		}
	}
}

func TestSARIFSaysWhatWasNotChecked(t *testing.T) {
	run := read(t, sarif(t, first(), sarifOptions())).Runs[0].Invocations[0]
	if run.ExecutionSuccessful || len(run.ToolExecutionNotifications) != 1 {
		t.Fatalf("%+v", run)
	}
	want := "Not checked: server.invoice_sent: permission denied. Mend: GRANT `roles/bigquery.dataViewer` ON TABLE"
	if got := run.ToolExecutionNotifications[0].Message.Text; !strings.HasPrefix(got, want) {
		t.Error(got)
	}
	if run := read(t, sarif(t, later(), sarifOptions())).Runs[0].Invocations[0]; !run.ExecutionSuccessful {
		t.Error("a night on which all was seen was not successful")
	}
}

func TestSARIFTextIsNoLinkAndNoPlaceholder(t *testing.T) {
	r := later()
	r.Findings, r.Baseline = []audit.Reported{stopped()}, nil
	r.Findings[0].Finding.Title = `"[Amplitude] [here](https://evil.example) {0}" stopped`
	want := `"[Amplitude] [here\](https://evil.example) {{0}}" stopped. In server`
	if got := read(t, sarif(t, r, sarifOptions())).Runs[0].Results[0].Message.Text; !strings.HasPrefix(got, want) {
		t.Errorf("%s, want %s…", got, want)
	}
}

// TestEveryKindIsExplained holds the sentences about kinds to the list of kinds.
func TestEveryKindIsExplained(t *testing.T) {
	r := later()
	r.Findings, r.Baseline = nil, nil
	for _, k := range finding.Kinds() {
		f := note("PL-"+string(k), k, "A", "A")
		f.Finding.Subject.Source, f.Finding.Since, f.Finding.LastSeen = "web", landed.NoDay, landed.NoDay
		r.Findings = append(r.Findings, f)
	}
	var log struct {
		Runs []struct {
			Tool struct {
				Driver struct {
					Rules []struct {
						ID              string
						FullDescription struct{ Text string }
						HelpURI         string
					}
				}
			}
		}
	}
	if err := json.Unmarshal(sarif(t, r, sarifOptions()), &log); err != nil {
		t.Fatal(err)
	}
	rules := log.Runs[0].Tool.Driver.Rules
	if len(rules) != len(finding.Kinds()) {
		t.Errorf("%d rules for %d kinds", len(rules), len(finding.Kinds()))
	}
	for _, rule := range rules {
		if rule.FullDescription.Text == rule.ID || !strings.HasSuffix(rule.FullDescription.Text, ".") {
			t.Errorf("%s is explained by %q", rule.ID, rule.FullDescription.Text)
		}
		if !strings.HasSuffix(rule.HelpURI, "/docs/checks/"+rule.ID+".md") {
			t.Errorf("%s is described at %s", rule.ID, rule.HelpURI)
		}
	}
}
