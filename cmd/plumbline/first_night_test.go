//go:build !noduckdb

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/plumbline-audit/plumbline/internal/testkit"
)

// mostOnTheFirstNight is how many messages a messy workspace may cause when plumbline first sees it.
const mostOnTheFirstNight = 3

// workspace is a messy workspace on disk and the program to run on it.
type workspace struct {
	t     *testing.T
	dir   string
	slack *testkit.Slack
	last  time.Time
}

// plumbline runs the program on the morning so many days after the last day with rows, and returns what it wrote.
func (w *workspace) plumbline(after int, args ...string) string {
	w.t.Helper()
	env := map[string]string{"SLACK_BOT_TOKEN": slackToken, "SLACK_URL": w.slack.URL, "USER": "robin"}
	now := w.last.AddDate(0, 0, 1+after).Add(4*time.Hour + 15*time.Minute)
	var out, errs bytes.Buffer
	code := run(context.Background(), append(args, "-c", filepath.Join(w.dir, "plumbline.yaml")), world{
		out: &out, err: &errs, now: func() time.Time { return now },
		env: func(name string) (string, bool) { v, ok := env[name]; return v, ok },
	})
	if code > exitFindings {
		w.t.Fatalf("plumbline %s: exit code %d\n%s", strings.Join(args, " "), code, errs.String())
	}
	return out.String()
}

// titles are the first lines of what was posted, replies left out.
func (w *workspace) titles() []string {
	var out []string
	for _, p := range w.slack.Posts() {
		if p.Thread == "" {
			out = append(out, p.Text)
		}
	}
	return out
}

type reportedFinding struct {
	ID, Kind, Change, Status, Severity, Title string
	Source, Event                             *string
}

func (w *workspace) report(after int, args ...string) []reportedFinding {
	w.t.Helper()
	var r struct{ Findings []reportedFinding }
	if err := json.Unmarshal([]byte(w.plumbline(after, append([]string{"audit", "--format", "json"}, args...)...)), &r); err != nil {
		w.t.Fatal(err)
	}
	return r.Findings
}

func newWorkspace(t *testing.T, seed uint64) *workspace {
	t.Helper()
	w := &workspace{t: t, dir: t.TempDir(), last: time.Date(2026, 6, 15, 0, 0, 0, 0, time.UTC)}
	w.slack = testkit.NewSlack(t, slackToken, "#data-quality")
	newMessy(w.last, 75, seed).write(t, w.dir)
	const file = "workspace: messy\nwarehouse: {url: \"duckdb:warehouse.duckdb\"}\nplan: {file: plan.yaml}\n" +
		"slack: {token: \"${SLACK_BOT_TOKEN}\", channel: \"#data-quality\", api_url: \"${SLACK_URL}\"}\n"
	if err := os.WriteFile(filepath.Join(w.dir, "plumbline.yaml"), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	return w
}

// Somebody with a real workspace has no scope in the plan, forty dead planned events, three hundred properties that no
// plan knows, and no patience: the first night speaks of the two faults that matter, and of hardly anything else.
func TestTheFirstNightOfAMessyWorkspace(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, 1)
	found := w.report(0, "--notify")
	first := w.titles()
	count := map[string]int{}
	for _, f := range found {
		count[f.Kind]++
	}
	if len(first) > mostOnTheFirstNight {
		t.Errorf("%d messages, at most %d:\n%s", len(first), mostOnTheFirstNight, strings.Join(first, "\n"))
	}
	for _, want := range []string{renamedEvent, stoppedEvent} {
		if !strings.Contains(strings.Join(first, "\n"), want) {
			t.Errorf("nothing is said of %q:\n%s", want, strings.Join(first, "\n"))
		}
	}
	if count["never-seen"] == 0 || count["unplanned-event"] == 0 || count["unplanned-property"] == 0 {
		t.Errorf("the old debt is not kept: %v", count)
	}

	// A lost state re-posts no old debt.
	if err := os.Remove(filepath.Join(w.dir, "plumbline.db")); err != nil {
		t.Fatal(err)
	}
	w.plumbline(0, "audit", "--notify")
	if again := w.titles()[len(first):]; len(again) > len(first) {
		t.Errorf("with a new state %d messages, before %d:\n%s", len(again), len(first), strings.Join(again, "\n"))
	}
	posted := len(w.slack.Posts())
	w.plumbline(0, "audit", "--notify")
	if n := len(w.slack.Posts()); n != posted {
		t.Errorf("the same morning again posts %d messages", n-posted)
	}
	w.resolvesOnlyWhatItLookedAt()
}

// resolvesOnlyWhatItLookedAt runs audits that look at a part, and then at all: nothing was taken for mended.
func (w *workspace) resolvesOnlyWhatItLookedAt() {
	w.t.Helper()
	list := func() string {
		return w.plumbline(1, "findings", "list") + w.plumbline(1, "findings", "list", "--baseline")
	}
	before := list()
	for _, part := range [][]string{
		{"--source", "ios"},
		{"--check", "never-seen"},
		{"--source", "server", "--check", "rename"},
		{"--days", "20"},
		{"--as-of", w.last.AddDate(0, 0, -20).Format(time.DateOnly)},
		{"--dry-run"},
	} {
		w.plumbline(0, append([]string{"audit"}, part...)...)
		if now := list(); now != before {
			w.t.Errorf("audit %s changed what stands:\n%s\nbefore:\n%s", strings.Join(part, " "), now, before)
		}
	}
	for _, f := range w.report(0) {
		if f.Change == "resolved" {
			w.t.Errorf("%s is resolved: %s", f.ID, f.Title)
		}
	}
}
