package report_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/fix"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/report"
)

func page(t *testing.T, r audit.Result, o report.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.HTML(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// crowded is a first night with very much on it.
func crowded() audit.Result {
	r := first()
	r.Findings = r.Findings[:4]
	for i := range 24 {
		f := stopped()
		f.ID, f.Finding.Subject.Event = fmt.Sprintf("PL-STOP%02d", i), fmt.Sprintf("Step %d Viewed", i)
		f.Finding.Title = fmt.Sprintf("%q stopped", f.Finding.Subject.Event)
		r.Findings = append(r.Findings, f)
	}
	for i := range 32 {
		r.Findings = append(r.Findings, note(fmt.Sprintf("PL-NOTE%02d", i), finding.NeverSeen, fmt.Sprintf("Gift %d", i), fmt.Sprintf(`"Gift %d" is planned and has landed nowhere`, i)))
	}
	for i := range 120 {
		old := note(fmt.Sprintf("PL-OLD%03d", i), finding.UnplannedProperty, fmt.Sprintf("Page %d", i), fmt.Sprintf(`"Page %d" has a property that is not in the plan`, i))
		old.Status = incident.Baseline
		r.Baseline = append(r.Baseline, old)
	}
	return r
}

// TestThePageSaysEverything holds a page to what a report has to say.
func TestThePageSaysEverything(t *testing.T) {
	r := mixed()
	r.Header.Gaps, r.Header.Unjudged = first().Header.Gaps, first().Header.Unjudged
	r.Findings = append(r.Findings, purchase())
	r.Findings[len(r.Findings)-1].ID = "PL-7K2M9R"
	all := fixes()
	all["PL-7K2M9R"] = all["PL-7K2M9Q"]
	got := strings.ReplaceAll(page(t, r, report.Options{Fixes: all}), "\u00a0", " ")
	for what, want := range map[string]string{
		"title":               "&#34;Purchase Completed&#34; is now sent as &#34;purchase_completed&#34;",
		"severity in words":   ">Critical</span>",
		"since":               "since Tue 26 May 14:05 UTC",
		"how much":            "18,204 events by 14,871 users carry a name the plan does not have.",
		"who is hurt":         `<th scope="row">GA4</th><td class="number">18,204</td><td>the first of them until Fri 29 May 14:05 UTC</td>`,
		"how sure":            "<h4>99 % sure</h4>",
		"evidence":            "<li>volume: together 18,923 of the usual 18,885</li>",
		"what is against it":  "<li><strong>Against:</strong> still under the old name: 25 in the last 7 days</li>",
		"a drawing":           `<svg class="chart"`,
		"words for it":        "purchase_completed: most on",
		"a fix":               "<pre tabindex=\"0\"><code>grep -rnF -e &#39;purchase_completed&#39; .\n</code></pre>",
		"that it is verified": `<span class="verified">verified</span>`,
		"the proof":           "<p>Verified: 0 findings left, 18,204 rows recovered, row count unchanged</p>",
		"members":             `<th scope="row">Wishlist Shared</th><td>ios</td><td>Fri 12 June</td><td class="number">1,800</td>`,
		"the baseline":        "1 older difference is in the baseline",
		"what was not seen":   "<strong class=\"name\">server.invoice_sent</strong>: permission denied",
		"how to mend it":      "GRANT `roles/bigquery.dataViewer` ON TABLE",
		"what was not judged": "<td>4 days of history</td>",
		"what is left out":    `<li class="name">web.debug_tick</li>`,
		"what is over":        `<span class="severity resolved">Resolved</span>`,
		"who handled it":      "acknowledged by @data-oncall, on Tue 16 June 09:12 UTC: release 4.2.1 is on its way",
		"what a kind is":      "rename: A name faded or stopped as another rose in its place",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s: %q is not on the page", what, want)
		}
	}
}

// TestThePageIsItsOwn reads pages full of hostile names as XML: nothing but the elements and attributes of the template,
// every link leads to a place on the page, no place is named twice.
func TestThePageIsItsOwn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := anyResult(t)
		o := report.Options{Fixes: map[string][]fix.Text{"PL-A": {{
			Kind: fix.PlanPatch, Title: hostile().Draw(t, "title"), Text: hostile().Draw(t, "text"), Language: hostile().Draw(t, "language"), Proof: hostile().Draw(t, "proof"),
		}}}}
		for i := range r.Findings { // ids that are no ids
			if rapid.Bool().Draw(t, "odd id") {
				r.Findings[i].ID = hostile().Draw(t, "id")
			}
		}
		var b bytes.Buffer
		if err := report.HTML(&b, r, o); err != nil {
			t.Fatal(err)
		}
		itsOwn(t, b.String())
	})
}

func itsOwn(t *rapid.T, page string) {
	elements := strings.Fields("a article body circle code dd desc details div dl dt figcaption figure g h1 h2 h3 h4 head header html li line main " +
		"meta nav p path pre rect section span strong style summary svg table tbody td text th thead title tr ul")
	attributes := strings.Fields("aria-label aria-labelledby charset class content cx cy d height href http-equiv id lang name r role scope tabindex " +
		"text-anchor viewBox width x x1 x2 y y1 y2")
	dec := xml.NewDecoder(strings.NewReader(page))
	ids, links := map[string]bool{}, []string{}
	for {
		token, err := dec.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v", err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if !slices.Contains(elements, start.Name.Local) {
			t.Fatalf("an element %s", start.Name.Local)
		}
		for _, a := range start.Attr {
			switch {
			case !slices.Contains(attributes, a.Name.Local):
				t.Fatalf("an attribute %s=%q", a.Name.Local, a.Value)
			case a.Name.Local == "href":
				links = append(links, a.Value)
			case a.Name.Local == "id" && ids[a.Value]:
				t.Fatalf("id %q twice", a.Value)
			case a.Name.Local == "id":
				ids[a.Value] = true
			}
		}
	}
	for _, l := range links {
		if !strings.HasPrefix(l, "#") || !ids[l[1:]] {
			t.Fatalf("a link to %q, which is not on the page", l)
		}
	}
}

func TestALongNightStaysAPage(t *testing.T) {
	r := first()
	for i := range 9000 {
		r.Header.Unjudged = append(r.Header.Unjudged, finding.Unjudged{Check: finding.VolumeDrop, Subject: finding.Subject{Source: "web", Event: fmt.Sprint("Event ", i)}, Why: "too few"})
	}
	got := page(t, r, report.Options{})
	if want := "8,503 more: the report as JSON names each."; !strings.Contains(got, want) {
		t.Errorf("%q is not on the page", want)
	}
	if len(got) > 1_000_000 {
		t.Errorf("the page is %d bytes", len(got))
	}
	r = crowded()
	r.Findings[0].Finding.Subject.Event = strings.Repeat("long ", 2000)
	if got := page(t, r, report.Options{}); len(got) > 1_000_000 {
		t.Errorf("the page of a crowded night is %d bytes", len(got))
	}
}

func TestADrawingShowsTheDaysThatMatter(t *testing.T) {
	r := first()
	r.Findings = r.Findings[:1]
	got := page(t, r, report.Options{})
	for _, want := range []string{">14 April<", ">15 June<", ">26 May<", "<title>Tue 26 May: Purchase Completed 472, purchase_completed 335</title>"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not on the drawing", want)
		}
	}
	early := &r.Findings[0].Finding
	for _, e := range early.Evidence[:2] {
		e.Chart.Began = on("2026-04-02")
	}
	if got := page(t, r, report.Options{}); !strings.Contains(got, ">18 March<") {
		t.Error("what was usual before 2 April is not on the drawing")
	}
}
