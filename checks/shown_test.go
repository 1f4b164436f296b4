package checks_test

import (
	"bytes"
	"encoding/json"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/plumbline-audit/plumbline/checks"
	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/diagnosis"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/notify"
	"github.com/plumbline-audit/plumbline/internal/notify/slack"
	"github.com/plumbline-audit/plumbline/internal/report"
)

// TestGoldenShown shows a finding of every kind, and of a release that is several, as its reader sees it: in a terminal,
// in Slack and on the page. The findings are those of the checks' own cases, so a new kind needs no more than a case.
func TestGoldenShown(t *testing.T) {
	shown := map[string]bool{}
	told := checks.Told(t)
	for _, f := range told {
		show(t, string(f.Kind), diagnosis.Grade([]finding.Finding{f}, diagnosis.Rules{})[0])
		shown[string(f.Kind)+".txtar"] = true
	}
	show(t, "release", release(t, told))
	shown["release.txtar"] = true
	for _, k := range checks.Kinds() {
		if !shown[string(k)+".txtar"] {
			t.Errorf("nobody has seen what a %s looks like: write a case below checks/testdata that tells one, then make golden", k)
		}
	}
	files, err := filepath.Glob(filepath.Join("testdata", "shown", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !shown[filepath.Base(file)] {
			t.Errorf("%s shows a kind that no check tells: remove it", file)
		}
	}
}

// release is what one version of an app changed, as one finding: two renames, and a property that it drops.
func release(t *testing.T, told []finding.Finding) finding.Finding {
	t.Helper()
	var parts []finding.Finding
	for _, f := range told {
		switch f.Kind {
		case finding.Rename:
			twin := f
			twin.Subject.Event, twin.Subject.Related, twin.Rows = "Cart Viewed", "cart_viewed", f.Rows/3
			parts = append(parts, f, twin)
		case finding.MissingProperty:
			parts = append(parts, f)
		default:
		}
	}
	for i := range parts {
		parts[i].Slice, parts[i].Older = &landed.Slice{AppVersion: "4.2.0"}, false
		parts[i].Since, parts[i].Subject.Source, parts[i].Sources = parts[0].Since, "web", []string{"web"}
	}
	folded := diagnosis.Grade(diagnosis.Fold(nil, parts), diagnosis.Rules{})
	if len(folded) != 1 || len(folded[0].Members) != len(parts) {
		t.Fatalf("a release of %d changes is %d findings", len(parts), len(folded))
	}
	return folded[0]
}

// show holds one finding against its golden.
func show(t *testing.T, name string, f finding.Finding) {
	t.Helper()
	r := night(f)
	got := &txtar.Archive{Comment: []byte("How a reader sees it. Written by make golden.\n")}
	add := func(file, text string) {
		got.Files = append(got.Files, txtar.File{Name: file, Data: []byte(strings.TrimRight(text, "\n") + "\n")})
	}
	var text, page bytes.Buffer
	if err := report.Text(&text, r, report.Options{UTF8: true}); err != nil {
		t.Fatal(err)
	}
	if err := report.HTML(&page, r, report.Options{}); err != nil {
		t.Fatal(err)
	}
	add("terminal", text.String())
	add("slack", posted(t, r))
	add("page", article(page.String()))
	path := filepath.Join("testdata", "shown", name+".txtar")
	if checks.Updating() {
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, txtar.Format(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Errorf("nobody has read what a %s looks like: make golden, and read %s", name, path)
		return
	}
	if diff := cmp.Diff(string(want), string(txtar.Format(got))); diff != "" {
		t.Errorf("%s: read it, and if it is right: make golden (-want +got)\n%s", path, diff)
	}
}

// night is an audit that found nothing else, on the morning after the finding was last seen.
func night(f finding.Finding) audit.Result {
	last := f.LastSeen
	if last == landed.NoDay || last == 0 {
		last = landed.DayOf(time.Date(2026, 6, 15, 0, 0, 0, 0, time.UTC))
	}
	at := (last + 1).Time().Add(4*time.Hour + 15*time.Minute)
	h := audit.Header{ID: "audit", Workspace: "northlight", AsOf: last + 1, Last: last, Started: at, Finished: at, Planned: 12, Landed: 14}
	for _, s := range f.Sources {
		h.Sources = append(h.Sources, audit.SourceHeader{Name: s, Title: s, Schema: s, Zone: "UTC", Last: last, Events: 14})
	}
	rep := audit.Reported{ID: finding.ID("northlight", f.Key(), 6), Finding: f, Change: incident.Opened, Status: incident.Open, Opened: at}
	for _, k := range f.Explains {
		rep.Explains = append(rep.Explains, finding.ID("northlight", k, 6))
	}
	return audit.Result{Header: h, Findings: []audit.Reported{rep}}
}

// posted is the message in Slack as text, block after block.
func posted(t *testing.T, r audit.Result) string {
	t.Helper()
	out := notify.Compose(r, nil, notify.Policy{Channel: "#data-quality"})
	if len(out) == 0 {
		return "(information is not posted by itself)"
	}
	m, err := notify.Decode(out[0].Body)
	if err != nil {
		t.Fatal(err)
	}
	text, blocks := slack.Render(m)
	raw, err := json.Marshal(blocks)
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(raw, &tree); err != nil {
		t.Fatal(err)
	}
	lines := []string{"notification: " + text}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, x := range v {
				walk(x)
			}
		case map[string]any:
			if s, ok := v["text"].(string); ok {
				lines = append(lines, s)
			}
			for _, k := range []string{"text", "elements", "fields"} {
				walk(v[k])
			}
		}
	}
	walk(tree)
	return strings.Join(lines, "\n")
}

// article is the finding on the page, as it is read: a line for each block, drawings left out.
func article(page string) string {
	_, body, _ := strings.Cut(page, "<article")
	body, _, _ = strings.Cut("<article"+body, "</article>")
	body = regexp.MustCompile(`(?s)<svg.*?</svg>`).ReplaceAllString(body, "[drawing]")
	body = regexp.MustCompile(`</(td|th|dt)>`).ReplaceAllString(body, "  ")
	body = regexp.MustCompile(`(?s)</(p|h3|h4|li|tr|figcaption|figure|dd|pre|summary)>`).ReplaceAllString(body, "\n")
	body = html.UnescapeString(regexp.MustCompile(`(?s)<[^>]*>`).ReplaceAllString(body, ""))
	var lines []string
	for line := range strings.Lines(body) {
		lines = append(lines, strings.TrimSpace(line))
	}
	return strings.Join(slices.DeleteFunc(lines, func(s string) bool { return s == "" }), "\n")
}
