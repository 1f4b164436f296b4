package report

import (
	"cmp"
	"io"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// home is where plumbline is documented.
const home = "https://github.com/plumbline-audit/plumbline"

// SARIFOptions say what a result alone does not.
type SARIFOptions struct {
	Version string                      // of the program
	Zone    *time.Location              // of clock times; nil is UTC
	Place   func(finding.Finding) Place // where a finding is shown; nil: nowhere
	Page    func(finding.Kind) string   // the page of a kind in this project, such as docs/checks/rename.md; nil: none
}

// Place is a place in a file that a code host can show a finding at. A relative File starts at the root of the
// repository; Line and Col count from 1, 0 is unknown.
type Place struct {
	File      string
	Line, Col int
}

// The log as SARIF 2.1.0 has it: of the standard's objects, what plumbline has something to say about.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		Automation  sarifAutomation   `json:"automationDetails"`
		Invocations []sarifInvocation `json:"invocations"`
		ColumnKind  string            `json:"columnKind"`
		Results     []sarifResult     `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifAutomation struct {
		ID string `json:"id"`
	}
	sarifDriver struct {
		Name          string            `json:"name"`
		Version       string            `json:"version,omitempty"`
		Information   string            `json:"informationUri"`
		Rules         []sarifDescriptor `json:"rules"`
		Notifications []sarifDescriptor `json:"notifications"`
	}
	sarifDescriptor struct {
		ID    string        `json:"id"`
		Short sarifMessage  `json:"shortDescription"`
		Full  *sarifMessage `json:"fullDescription,omitempty"`
		Help  *sarifMessage `json:"help,omitempty"`
		Page  string        `json:"helpUri,omitempty"`
	}
	sarifMessage struct {
		Text string `json:"text"`
	}
	sarifInvocation struct {
		Successful bool                `json:"executionSuccessful"`
		Start      string              `json:"startTimeUtc,omitempty"`
		End        string              `json:"endTimeUtc,omitempty"`
		Tool       []sarifNotification `json:"toolExecutionNotifications"`
	}
	sarifNotification struct {
		Descriptor sarifReference `json:"descriptor"`
		Level      string         `json:"level"`
		Message    sarifMessage   `json:"message"`
	}
	sarifReference struct {
		ID string `json:"id"`
	}
	sarifResult struct {
		RuleID       string             `json:"ruleId"`
		RuleIndex    int                `json:"ruleIndex"`
		Level        string             `json:"level"`
		Message      sarifMessage       `json:"message"`
		Locations    []sarifLocation    `json:"locations"`
		Fingerprints map[string]string  `json:"partialFingerprints"`
		Baseline     string             `json:"baselineState"`
		Suppressions []sarifSuppression `json:"suppressions"` // an empty list says that none of them is suppressed
		Properties   sarifProperties    `json:"properties"`
	}
	sarifLocation struct {
		Physical *sarifPhysical `json:"physicalLocation,omitempty"`
		Logical  []sarifLogical `json:"logicalLocations"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI  string `json:"uri"`
		Base string `json:"uriBaseId,omitempty"`
	}
	sarifRegion struct { // one character: without an end some hosts show nothing
		Line    int `json:"startLine"`
		Col     int `json:"startColumn"`
		EndLine int `json:"endLine"`
		EndCol  int `json:"endColumn"`
	}
	sarifLogical struct {
		Name string `json:"fullyQualifiedName"`
		Kind string `json:"kind"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Status        string `json:"status"`
		Justification string `json:"justification,omitempty"`
	}
	sarifProperties struct {
		ID      string          `json:"id"`
		Change  string          `json:"change"`
		Status  incident.Status `json:"status"`
		Source  string          `json:"source,omitempty"`
		Event   string          `json:"event,omitempty"`
		Related string          `json:"relatedEvent,omitempty"`
		Prop    string          `json:"property,omitempty"`
		Since   string          `json:"since,omitempty"`
		Rows    int64           `json:"rows"`
		Users   *int64          `json:"users,omitempty"`
		Owner   string          `json:"owner,omitempty"`
	}
)

// SARIF writes the report of one audit as a SARIF 2.1.0 log, for code hosts and editors: each finding at the place in
// the plan that it concerns. What is resolved is left out, which is how a code host learns that it is over.
func SARIF(w io.Writer, r audit.Result, o SARIFOptions) error {
	look := Options{UTF8: true, Width: 1 << 20, Zone: o.Zone} // a viewer breaks lines itself
	b := sarifBuilder{page: newPage(look, r.Header.AsOf.Time()), o: o, header: r.Header, rules: []sarifDescriptor{}}
	run := sarifRun{
		Tool: sarifTool{sarifDriver{
			Name: "plumbline", Version: o.Version, Information: home,
			Notifications: []sarifDescriptor{{ID: notCheckedID, Short: sarifMessage{"Something that was asked for could not be seen."}}},
		}},
		Automation:  sarifAutomation{"plumbline/" + strings.ReplaceAll(b.say(r.Header.Workspace), "/", "-") + "/"},
		Invocations: []sarifInvocation{b.invocation()}, ColumnKind: "unicodeCodePoints", Results: []sarifResult{},
	}
	for _, x := range slices.Concat(order(current(r)), order(baseline(r))) {
		if x.Change != incident.Resolved {
			run.Results = append(run.Results, b.result(x))
		}
	}
	run.Tool.Driver.Rules = b.rules
	return encode(w, sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}})
}

const notCheckedID = "not-checked"

// sarifBuilder turns a result into a run.
type sarifBuilder struct {
	*page
	o      SARIFOptions
	header audit.Header
	rules  []sarifDescriptor
}

func (b *sarifBuilder) invocation() sarifInvocation {
	h := b.header
	out := sarifInvocation{Successful: h.Complete(), Start: utc(h.Started), End: utc(h.Finished), Tool: []sarifNotification{}}
	for _, g := range h.Gaps {
		text := "Not checked: " + b.unseen(g) + ": " + b.say(g.Why)
		if g.HowToFix != "" {
			text = strings.TrimSuffix(text, ".") + ". Mend: " + strings.TrimSpace(multiline(g.HowToFix, pasted))
		}
		out.Tool = append(out.Tool, sarifNotification{sarifReference{notCheckedID}, "error", sarifText(text)})
	}
	return out
}

func utc(t time.Time) string {
	if s := moment(t); s != nil {
		return *s
	}
	return ""
}

// rule returns where the rule of a kind stands among the rules, and puts it there at first.
func (b *sarifBuilder) rule(k finding.Kind) int {
	at := slices.IndexFunc(b.rules, func(d sarifDescriptor) bool { return d.ID == string(k) })
	if at >= 0 {
		return at
	}
	text := cmp.Or(meaning(k), string(k))
	d := sarifDescriptor{ID: string(k), Short: sarifMessage{text}, Full: &sarifMessage{text}, Help: &sarifMessage{text}}
	if b.o.Page != nil {
		d.Page = home + "/blob/main/" + path.Clean(b.o.Page(k))
		d.Help.Text += " How it is judged, how it can be wrong and how to silence it: " + d.Page
	}
	b.rules = append(b.rules, d)
	return len(b.rules) - 1
}

func (b *sarifBuilder) result(r audit.Reported) sarifResult {
	f := r.Finding
	s := f.Subject
	out := sarifResult{
		RuleID: string(f.Kind), RuleIndex: b.rule(f.Kind), Level: level(f.Severity), Message: sarifText(b.sentence(r)),
		Locations: []sarifLocation{b.location(f)}, Baseline: state(r), Suppressions: b.suppressions(r),
		// The second is the name under which GitHub tells findings apart; without it many on one line would be one.
		Fingerprints: map[string]string{"plumbline/v1": string(f.Key()), "primaryLocationLineHash": string(f.Key())},
		Properties: sarifProperties{
			ID: r.ID, Change: r.Change.String(), Status: r.Status, Source: s.Source, Event: s.Event, Related: s.Related,
			Prop: s.Property, Rows: f.Rows, Users: f.Users, Owner: owner(r),
		},
	}
	if known(f.Since) {
		out.Properties.Since = f.Since.String()
	}
	return out
}

// sentence is the finding in words: the title first, since a code host may show no more.
func (b *sarifBuilder) sentence(r audit.Reported) string {
	parts := []string{strings.TrimSuffix(b.cut(b.say(head(r)), 600), ".") + "."}
	where := b.where(r.Finding)
	if where != "" {
		where = "In " + where
	}
	parts = append(parts, capital(b.facts(where, b.when(r.Finding, lastOf(b.header, r.Finding)), goes(r), b.stands(r)))+".")
	if s := b.howMuch(r.Finding); s != "" {
		parts = append(parts, s)
	}
	if len(r.Finding.Impacts) > 0 {
		parts = append(parts, "Missed by "+b.missed(r.Finding.Impacts)+".")
	}
	return strings.Join(append(parts, "More: plumbline findings show "+b.say(r.ID)), " ")
}

func level(s finding.Severity) string {
	switch s {
	case finding.Critical:
		return "error"
	case finding.Warning:
		return "warning"
	case finding.Info:
	}
	return "note"
}

// state is how a finding stands to the audit before.
func state(r audit.Reported) string {
	switch {
	case r.Status == incident.Baseline:
		return "unchanged"
	case r.Change == incident.Opened || r.Change == incident.Reopened:
		return "new"
	case r.Change == incident.Worsened:
		return "updated"
	}
	return "unchanged"
}

// suppressions say that somebody, or the first audit, has answered a finding: all that does not count as open.
func (b *sarifBuilder) suppressions(r audit.Reported) []sarifSuppression {
	if r.Status == incident.Open {
		return []sarifSuppression{}
	}
	why := cmp.Or(b.handled(r), capital(b.stands(r)))
	if r.Status == incident.Baseline {
		why = "In the baseline: it began well before the first audit."
	}
	return []sarifSuppression{{"external", "accepted", why}}
}

func (b *sarifBuilder) location(f finding.Finding) sarifLocation {
	var l sarifLocation
	if b.o.Place != nil {
		l.Physical = physical(b.o.Place(f))
	}
	var parts []string
	for _, s := range []string{f.Subject.Source, f.Subject.Event, f.Subject.Property} {
		if s != "" {
			parts = append(parts, b.say(s))
		}
	}
	if len(parts) == 0 {
		parts = append(b.each(f.Sources), b.say(b.header.Workspace))[:1]
	}
	kind := "source"
	switch {
	case f.Subject.Property != "":
		kind = "property"
	case f.Subject.Event != "" || f.Call == landed.Identify || f.Call == landed.Group:
		kind = "event"
	}
	l.Logical = []sarifLogical{{strings.Join(parts, "/"), kind}}
	return l
}

func physical(p Place) *sarifPhysical {
	if p.File == "" {
		return nil
	}
	line, col := max(p.Line, 1), max(p.Col, 1)
	out := &sarifPhysical{Region: sarifRegion{line, col, line, col + 1}}
	u := url.URL{Path: p.File}
	if path.IsAbs(p.File) {
		u.Scheme = "file"
	} else {
		out.Artifact.Base = "%SRCROOT%"
	}
	out.Artifact.URI = u.String()
	return out
}

// sarifText writes a text so that a viewer takes nothing in it for a link or a placeholder.
func sarifText(s string) sarifMessage {
	s = strings.ReplaceAll(s, "\u00a0", " ")
	return sarifMessage{strings.NewReplacer("](", `\](`, "{", "{{", "}", "}}").Replace(s)}
}
