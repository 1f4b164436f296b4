package report

import (
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/backtest"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/fix"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// SchemaVersion is the version of the JSON report. Keys are only ever added to a version.
const SchemaVersion = 1

//go:embed schema.json
var schema string

// Schema returns the JSON Schema of the report that JSON writes.
func Schema() string { return schema }

// The report as it is written. What is not known is null; a list is never null.
type (
	jsonReport struct {
		SchemaVersion int           `json:"schema_version"`
		Workspace     string        `json:"workspace"`
		Audit         jsonAudit     `json:"audit"`
		Findings      []jsonFinding `json:"findings"`
	}
	jsonAudit struct {
		ID           string           `json:"id"`
		AsOf         *string          `json:"as_of"`
		LastDay      *string          `json:"last_day"`
		StartedAt    *string          `json:"started_at"`
		FinishedAt   *string          `json:"finished_at"`
		Complete     bool             `json:"complete"`
		Sources      []string         `json:"sources"`
		Statements   int              `json:"statements"`
		BytesScanned *int64           `json:"bytes_scanned"`
		RowsScanned  *int64           `json:"rows_scanned"`
		Baseline     int              `json:"baseline"`
		Excluded     []string         `json:"excluded"`
		NotJudged    []jsonNotJudged  `json:"not_judged"`
		NotChecked   []jsonNotChecked `json:"not_checked"`
	}
	jsonNotJudged struct {
		Source *string `json:"source"`
		Event  *string `json:"event"`
		Check  string  `json:"check"`
		Why    string  `json:"why"`
	}
	jsonNotChecked struct {
		Source   *string `json:"source"`
		What     string  `json:"what"`
		Why      string  `json:"why"`
		HowToFix *string `json:"how_to_fix"`
	}
	jsonFinding struct {
		ID           string            `json:"id"`
		Kind         finding.Kind      `json:"kind"`
		Severity     string            `json:"severity"`
		Change       string            `json:"change"`
		Status       incident.Status   `json:"status"`
		Title        string            `json:"title"`
		Source       *string           `json:"source"`
		Sources      []string          `json:"sources"`
		CallType     *string           `json:"call_type"`
		Table        *string           `json:"table"`
		Event        *string           `json:"event"`
		RelatedEvent *string           `json:"related_event"`
		Property     *string           `json:"property"`
		Since        *string           `json:"since"`
		SinceTime    *string           `json:"since_time"`
		LastSeen     *string           `json:"last_seen"`
		Ongoing      bool              `json:"ongoing"`
		Rows         int64             `json:"rows"`
		Users        *int64            `json:"users"`
		Slice        *jsonSlice        `json:"slice"`
		Confidence   *float64          `json:"confidence"`
		Score        *float64          `json:"score"`
		Explains     []string          `json:"explains"`
		Evidence     []jsonEvidence    `json:"evidence"`
		Members      []jsonMember      `json:"members"`
		Destinations []jsonDestination `json:"destinations"`
		Downstream   []jsonDownstream  `json:"downstream"`
		Recovered    bool              `json:"recovered"`
		Ended        string            `json:"ended,omitempty"` // of what is resolved: how it ended, where that is known
		Owner        *string           `json:"owner"`
		Fixes        []jsonFix         `json:"fixes"`
		Bytes        map[string]string `json:"bytes,omitempty"` // names that are not UTF-8
	}
	jsonSlice struct {
		Platform       string `json:"platform,omitempty"`
		AppVersion     string `json:"app_version,omitempty"`
		Library        string `json:"library,omitempty"`
		LibraryVersion string `json:"library_version,omitempty"`
		Page           string `json:"page,omitempty"`
	}
	jsonEvidence struct {
		Label   string     `json:"label"`
		Value   string     `json:"value"`
		Against bool       `json:"against"`
		Chart   *jsonChart `json:"chart"`
	}
	jsonChart struct {
		FirstDay *string    `json:"first_day"`
		Daily    []int64    `json:"daily"`
		Expected []*float64 `json:"expected"`
		Low      []*float64 `json:"low"`
		High     []*float64 `json:"high"`
		Began    *string    `json:"began"`
	}
	jsonMember struct {
		Kind         finding.Kind `json:"kind"`
		Source       *string      `json:"source"`
		Event        *string      `json:"event"`
		RelatedEvent *string      `json:"related_event"`
		Property     *string      `json:"property"`
		Since        *string      `json:"since"`
		Rows         int64        `json:"rows"`
	}
	jsonDestination struct {
		Name             string  `json:"name"`
		EventsUnmatched  int64   `json:"events_unmatched"`
		Basis            string  `json:"basis"`
		RecoverableUntil *string `json:"recoverable_until"`
	}
	jsonDownstream struct {
		Kind  string  `json:"kind"`
		Name  string  `json:"name"`
		Owner *string `json:"owner"`
	}
	jsonFix struct {
		Kind     string  `json:"kind"`
		Title    string  `json:"title"`
		Language string  `json:"language"`
		Text     string  `json:"text"`
		Verified bool    `json:"verified"`
		Proof    *string `json:"proof"`
		Note     *string `json:"note"`
	}
)

// JSON writes the report of one audit as Schema describes it, with the fixes of each finding by its
// id. Findings of the baseline stand last. Names stand byte for byte; a byte that is not UTF-8, which JSON cannot
// hold, becomes U+FFFD, and the finding then has the key "bytes": the exact name in base64 for each key concerned.
func JSON(w io.Writer, r audit.Result, fixes map[string][]fix.Text) error {
	h := r.Header
	out := jsonReport{
		SchemaVersion: SchemaVersion, Workspace: h.Workspace, Audit: auditJSON(h, len(baseline(r))),
		Findings: findingsJSON(slices.Concat(order(current(r)), order(baseline(r))), fixes),
	}
	return encode(w, out)
}

// jsonNight is one night of a backtest.
type jsonNight struct {
	AsOf     *string       `json:"as_of"`
	Findings []jsonFinding `json:"findings"`
}

// BacktestJSON writes past nights as a list of the morning and what the report has under "findings", without fixes:
// they would be of today.
func BacktestJSON(w io.Writer, nights []backtest.Night) error {
	out := make([]jsonNight, 0, len(nights))
	for _, n := range nights {
		list := slices.Concat(order(current(n.Result)), order(baseline(n.Result)))
		out = append(out, jsonNight{AsOf: day(n.AsOf), Findings: findingsJSON(list, nil)})
	}
	return encode(w, out)
}

// FindingsJSON writes findings alone, as a list of what the report has under "findings".
func FindingsJSON(w io.Writer, list []audit.Reported, fixes map[string][]fix.Text) error {
	return encode(w, findingsJSON(list, fixes))
}

func encode(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write the report as JSON: %w", err)
	}
	return nil
}

// current and baseline part the findings by status, wherever the audit put them.
func current(r audit.Result) []audit.Reported {
	return slices.DeleteFunc(slices.Clone(r.Findings), func(x audit.Reported) bool { return x.Status == incident.Baseline })
}

func baseline(r audit.Result) []audit.Reported {
	out := slices.Clone(r.Baseline)
	for _, x := range r.Findings {
		same := func(y audit.Reported) bool { return y.ID == x.ID }
		if x.Status == incident.Baseline && !slices.ContainsFunc(out, same) {
			out = append(out, x)
		}
	}
	return out
}

func auditJSON(h audit.Header, old int) jsonAudit {
	out := jsonAudit{
		ID: h.ID, AsOf: day(h.AsOf), LastDay: day(h.Last), StartedAt: moment(h.Started), FinishedAt: moment(h.Finished),
		Complete: h.Complete(), Sources: []string{}, Statements: h.Cost.Statements, BytesScanned: h.Cost.Bytes,
		RowsScanned: h.Cost.Rows, Baseline: old, Excluded: listOf(h.Excluded),
		NotJudged: []jsonNotJudged{}, NotChecked: []jsonNotChecked{},
	}
	for _, s := range h.Sources {
		out.Sources = append(out.Sources, s.Name)
	}
	for _, u := range h.Unjudged {
		why := u.Why
		if u.Subject.Property != "" {
			why = "property " + u.Subject.Property + ": " + why
		}
		out.NotJudged = append(out.NotJudged, jsonNotJudged{text(u.Subject.Source), text(u.Subject.Event), string(u.Check), why})
	}
	for _, g := range h.Gaps {
		out.NotChecked = append(out.NotChecked, jsonNotChecked{text(g.Source), what(g.Gap), g.Why, text(g.HowToFix)})
	}
	return out
}

// whole is the part of a source that is all of it.
const whole = "the whole source"

// what names the part of a source that was not seen.
func what(g landed.Gap) string {
	every := g.Kind == landed.Counts || g.Kind == landed.Columns || g.Kind == 0
	switch {
	case g.Table != "" && every:
		return "table " + g.Table
	case g.Table != "":
		return g.Kind.String() + " of table " + g.Table
	case every:
		return whole
	}
	return g.Kind.String()
}

func findingsJSON(list []audit.Reported, fixes map[string][]fix.Text) []jsonFinding {
	out := make([]jsonFinding, 0, len(list))
	for _, r := range list {
		out = append(out, findingJSON(r, fixes[r.ID]))
	}
	return out
}

func findingJSON(r audit.Reported, fixes []fix.Text) jsonFinding {
	f := r.Finding
	out := jsonFinding{
		ID: r.ID, Kind: f.Kind, Severity: f.Severity.String(), Change: r.Change.String(), Status: r.Status, Title: f.Title, Ended: f.Ended,
		Source: text(f.Subject.Source), Sources: listOf(f.Sources), Table: text(f.Table),
		Event: text(f.Subject.Event), RelatedEvent: text(f.Subject.Related), Property: text(f.Subject.Property),
		Since: day(f.Since), SinceTime: moment(f.SinceTime), LastSeen: day(f.LastSeen), Ongoing: f.Ongoing,
		Rows: f.Rows, Users: f.Users, Slice: sliceJSON(f), Confidence: figure(f.Confidence), Score: score(f.Score),
		Explains: listOf(r.Explains), Evidence: []jsonEvidence{}, Members: []jsonMember{},
		Destinations: []jsonDestination{}, Downstream: []jsonDownstream{}, Owner: text(owner(r)), Fixes: []jsonFix{},
		Bytes: bytesOf(f.Subject),
	}
	if len(out.Sources) == 0 && f.Subject.Source != "" {
		out.Sources = []string{f.Subject.Source}
	}
	if f.Subject.Event != "" || f.Call == landed.Identify || f.Call == landed.Group {
		out.CallType = text(f.Call.String())
	}
	for _, e := range f.Evidence {
		out.Evidence = append(out.Evidence, jsonEvidence{e.Label, e.Value, e.Against, chartJSON(e.Chart)})
	}
	for _, m := range members(f) {
		s := m.Subject
		out.Members = append(out.Members, jsonMember{m.Kind, text(s.Source), text(s.Event), text(s.Related), text(s.Property), day(m.Since), m.Rows})
	}
	for _, i := range f.Impacts {
		out.Destinations = append(out.Destinations, jsonDestination{i.Name, i.Unmatched, "config", moment(i.Until)})
	}
	for _, t := range fixes {
		out.Fixes = append(out.Fixes, jsonFix{t.Kind, t.Title, t.Language, t.Text, t.Verified, text(t.Proof), text(t.Note)})
	}
	return out
}

func sliceJSON(f finding.Finding) *jsonSlice {
	s := jsonSlice{Page: f.Page}
	if f.Slice != nil {
		s.Platform, s.AppVersion = f.Slice.Platform, f.Slice.AppVersion
		s.Library, s.LibraryVersion = f.Slice.Library, f.Slice.LibraryVersion
	}
	if s == (jsonSlice{}) {
		return nil
	}
	return &s
}

func chartJSON(c *finding.Chart) *jsonChart {
	if c == nil {
		return nil
	}
	return &jsonChart{
		FirstDay: day(c.First), Daily: listOf(c.Daily), Expected: figures(c.Expected),
		Low: figures(c.Low), High: figures(c.High), Began: day(c.Began),
	}
}

// bytesOf gives the names that JSON cannot hold, by their key, in base64; nil as a rule.
func bytesOf(s finding.Subject) map[string]string {
	var out map[string]string
	for key, name := range map[string]string{"source": s.Source, "event": s.Event, "related_event": s.Related, "property": s.Property} {
		if !utf8.ValidString(name) {
			if out == nil {
				out = map[string]string{}
			}
			out[key] = base64.StdEncoding.EncodeToString([]byte(name))
		}
	}
	return out
}

// listOf is a list that is written as [] where it holds nothing.
func listOf[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func day(d landed.Day) *string {
	if !known(d) {
		return nil
	}
	return text(d.String())
}

func moment(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	return text(t.UTC().Format(time.RFC3339))
}

// figure is a number, or null where it is none.
func figure(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}

func score(x *float64) *float64 {
	if x == nil {
		return nil
	}
	return figure(*x)
}

// figures is a list of numbers; what is no number is null in it.
func figures(list []float64) []*float64 {
	out := make([]*float64, len(list))
	for i, x := range list {
		out[i] = figure(x)
	}
	return out
}
