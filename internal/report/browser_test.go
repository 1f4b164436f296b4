package report_test

import (
	"context"
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/fix"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/report"
)

// evil are names that try to run, to load, to close what they stand in, to turn the text around and to widen the page.
func evil() []string {
	return []string{
		`<script>document.title="pwned"</script>`,
		`"><img src=x onerror='document.title="pwned"'>`,
		`</style></title></textarea></script><svg onload=document.title="pwned">`,
		`'"--><iframe src="https://evil.example/"></iframe><link rel=stylesheet href=//evil.example/x.css>`,
		`javascript:document.title="pwned"`,
		"{{.Title}}${7*7}</pre></details></main>",
		"\u202e\u2066gpj.detelpmoc\u2069 \u0000\u001b[31m\r\n",
		"شراء مكتمل 購入完了 " + strings.Repeat("e\u0301\u0323", 40),
		strings.Repeat("W", 10_000),
		strings.Repeat("long name ", 1000),
	}
}

// attacked is a night on which every text comes from somebody hostile.
func attacked() (audit.Result, map[string][]fix.Text) {
	r := mixed()
	r.Header.Gaps, r.Header.Unjudged, r.Header.Excluded = first().Header.Gaps, nil, evil()
	r.Baseline = first().Baseline
	r.Findings, r.Header.Sources = nil, nil
	all := map[string][]fix.Text{}
	for i, name := range evil() {
		f := purchase()
		f.ID += string(rune('A' + i))
		f.Handling.Who, f.Handling.Why = name, name
		g := &f.Finding
		g.Subject, g.Sources = finding.Subject{Source: name, Event: name, Related: name, Property: name}, []string{name, name}
		g.Title, g.Table, g.Owner, g.Page, g.Slice = name, name, name, name, &landed.Slice{Platform: name, AppVersion: name, Library: name}
		for n := range g.Evidence {
			g.Evidence[n].Label, g.Evidence[n].Value = name, name
		}
		g.Impacts[0].Name = name
		g.Members = []finding.Finding{*g, wishlist().Finding, wishlist().Finding}
		r.Findings = append(r.Findings, f)
		all[f.ID] = []fix.Text{{Kind: fix.WarehouseView, Title: name, Language: name, Text: name, Note: name, Proof: name, Verified: true}}
		r.Header.Sources = append(r.Header.Sources, audit.SourceHeader{Name: name, Title: name, Zone: name})
		r.Header.Gaps = append(r.Header.Gaps, audit.SourceGap{Source: name, Gap: landed.Gap{Table: name, Why: name, HowToFix: name}})
		r.Header.Unjudged = append(r.Header.Unjudged, finding.Unjudged{Check: finding.Rename, Subject: finding.Subject{Source: name, Event: name, Property: name}, Why: name})
	}
	r.Header.Workspace = evil()[0]
	return r, all
}

// seen is what a browser did with a page.
type seen struct {
	mu       sync.Mutex
	requests []string
	console  []string
}

func (s *seen) event(ev any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch e := ev.(type) {
	case *network.EventRequestWillBeSent:
		s.requests = append(s.requests, e.Request.URL)
	case *log.EventEntryAdded:
		s.console = append(s.console, e.Entry.Text)
	case *runtime.EventConsoleAPICalled:
		s.console = append(s.console, "a script called console."+string(e.Type))
	case *runtime.EventExceptionThrown:
		s.console = append(s.console, "a script threw "+e.ExceptionDetails.Text)
	}
}

// TestThePageInABrowser opens hostile and crowded pages in Chromium as a phone shows them: nothing runs, nothing is
// fetched, nothing stands beside the screen, and what is closed can be opened.
func TestThePageInABrowser(t *testing.T) {
	limit, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	run, done := chromedp.NewExecAllocator(limit, append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.NoSandbox, chromedp.WSURLReadTimeout(time.Minute))...) // without the sandbox, which root does not get: the page is ours
	defer done()
	ctx, closeTab := chromedp.NewContext(run)
	defer closeTab()
	var s seen
	if err := chromedp.Listen(ctx, s.event); err != nil {
		t.Fatalf("this test needs Chromium or Chrome (Debian: apt-get install chromium): %v", err)
	}
	hostileNight, hostileFixes := attacked()
	for name, html := range map[string]string{
		"hostile": page(t, hostileNight, report.Options{Fixes: hostileFixes}),
		"crowded": page(t, crowded(), report.Options{Fixes: fixes()}),
	} {
		t.Run(name, func(t *testing.T) { s.look(ctx, t, html) })
	}
}

func (s *seen) look(ctx context.Context, t *testing.T, html string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, []byte(html), 0o600); err != nil {
		t.Fatal(err)
	}
	address := (&url.URL{Scheme: "file", Path: filepath.ToSlash(file)}).String()
	s.requests, s.console = nil, nil
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(360, 780), chromedp.Navigate(address)); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Title          string
		Closed, Opened int // how wide the page is before and after everything on it was opened
		Foreign        int // elements that no report has
		Hidden         int // of what is inside a closed part, how much is not there when it is open
		Height         int
		Ground         string
	}
	raw, err := chromedp.Run(ctx, chromedp.Evaluate[[]byte](`(() => {
		const wide = () => document.documentElement.scrollWidth
		const out = {Title: document.title, Closed: wide()}
		out.Height = document.documentElement.scrollHeight
		document.querySelectorAll("details").forEach(d => d.open = true)
		out.Opened = wide()
		out.Foreign = document.querySelectorAll("script, img, iframe, link, object, embed, form, input, base, [style], [onload], [onerror]").length
		out.Hidden = [...document.querySelectorAll("details pre")].filter(e => e.offsetHeight === 0).length
		out.Ground = getComputedStyle(document.documentElement).backgroundColor
		return out
	})()`))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	if got.Title == "pwned" || got.Foreign > 0 {
		t.Errorf("something got out of its place: title %.60q, %d foreign elements", got.Title, got.Foreign)
	}
	if got.Closed != 360 || got.Opened != 360 {
		t.Errorf("the page is %d wide, and %d when all is open, on a screen of 360", got.Closed, got.Opened)
	}
	if got.Height > 60_000 {
		t.Errorf("the page is %d high", got.Height)
	}
	if got.Hidden > 0 {
		t.Errorf("%d fixes cannot be opened", got.Hidden)
	}
	if got.Ground != "rgb(255, 255, 255)" {
		t.Errorf("the style of the page is not applied: its ground is %s", got.Ground)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.console) > 0 || len(s.requests) != 1 || s.requests[0] != address {
		t.Errorf("console %q, requests %q: want none but the page itself", s.console, s.requests)
	}
}
