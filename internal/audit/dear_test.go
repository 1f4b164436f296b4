package audit_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/checks"
	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/testkit"
)

// dear is which days a night counted repeated rows on, and sampled values of; Compared are the days some weeks ago that
// were sampled for comparison.
type dear struct {
	Repeats  landed.Span
	Sampled  map[string]landed.Span
	Compared landed.Span
}

func (w *world) dear() dear {
	w.t.Helper()
	out := dear{landed.NoSpan, map[string]landed.Span{}, landed.NoSpan}
	for _, r := range w.wh.Requests {
		if s, ok := r.Want[landed.Duplicates]; ok {
			out.Repeats = out.Repeats.Union(s)
		}
		if r.Values {
			w.t.Errorf("hashes of values are asked for, which nobody needs: %+v", r)
		}
		if _, ok := r.Want[landed.Shapes]; !ok {
			continue
		}
		_, profiled := r.Want[landed.Profiles]
		for table, s := range r.Sampled {
			if !profiled {
				out.Compared = out.Compared.Union(s)
				continue
			}
			if !s.Empty() {
				out.Sampled[table] = s
			}
			if !s.Empty() && r.Tables[table].Empty() {
				w.t.Errorf("%s is sampled on a night that does not profile it", table)
			}
		}
	}
	return out
}

// after is a share of rows from a day on, and none before it.
func after(day landed.Day, share float64) func(landed.Day) float64 {
	return func(d landed.Day) float64 {
		if d >= day {
			return share
		}
		return 0
	}
}

func TestDearFactsAreReadOnFewDays(t *testing.T) {
	d := first()
	w := open(t, planned("h", calmNames("Old Thing", "Comeback")...), shop(days(d-10, d+1)))
	all := func(s landed.Span, more ...string) map[string]landed.Span {
		out := map[string]landed.Span{}
		for _, table := range append(more, "signed_in", "page_read", "item_added") {
			out[table] = s
		}
		return out
	}
	for _, s := range []struct {
		name    string
		morning landed.Day
		before  func()
		want    dear
	}{
		{"the first night two weeks of repeats, and what values of two days look like", d, nil, dear{days(d-14, d-1), all(days(d-2, d-1)), landed.NoSpan}},
		{"the second the days that may have grown, and the new day's values", d + 1, nil, dear{days(d-3, d), all(days(d, d)), landed.NoSpan}},
		{"the same morning again samples nothing", d + 1, nil, dear{days(d-2, d), map[string]landed.Span{}, landed.NoSpan}},
		{"a table that grew tonight is sampled again with the others", d + 2, func() {
			(&testkit.Facts{Snapshot: w.wh.Facts["web"]}).Sent("Signed In", d-1, 900)
		}, dear{days(d-2, d+1), all(days(d+1, d+1)), landed.NoSpan}},
		{"a table that is back is sampled as well", d + 3, nil, dear{days(d-1, d+2), all(days(d+2, d+2), "comeback"), landed.NoSpan}},
		{"after missed nights each missed day", d + 6, nil, dear{days(d, d+5), all(days(d+3, d+5), "comeback"), landed.NoSpan}},
		{"after a month two days, and two weeks of repeats", d + 30, nil, dear{days(d+16, d+29), all(days(d+28, d+29), "comeback"), landed.NoSpan}},
	} {
		if s.before != nil {
			s.before()
		}
		r := w.night(s.morning)
		if diff := cmp.Diff(s.want, w.dear()); diff != "" {
			t.Errorf("%s: %s", s.name, diff)
		}
		if len(r.Header.Gaps) > 0 {
			t.Errorf("%s: gaps %v", s.name, r.Header.Gaps)
		}
	}
}

func TestNobodyPaysForWhatIsOff(t *testing.T) {
	w := open(t, planned("h", calmNames("Old Thing", "Comeback")...), shop(landed.NoSpan))
	off, err := checks.Make(func(string) checks.Settings { return nil }, func(k finding.Kind) bool {
		return k == finding.DuplicateRows || k == finding.PII || k == finding.ValueDrift
	})
	if err != nil {
		t.Fatal(err)
	}
	w.job.Checks = off
	for n := range landed.Day(2) {
		w.night(first() + n)
		if diff := cmp.Diff(dear{landed.NoSpan, map[string]landed.Span{}, landed.NoSpan}, w.dear()); diff != "" {
			t.Errorf("night %d: %s", n+1, diff)
		}
	}
	plan, err := w.auditor.Requests(t.Context(), w.job)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range plan {
		for _, k := range []landed.Kind{landed.Duplicates, landed.Shapes} {
			if _, ok := r.Want[k]; ok {
				t.Errorf("a dry run lists %s, which no check wants", k)
			}
		}
	}
}

func TestADryRunListsDearFacts(t *testing.T) {
	d := first()
	w := open(t, planned("h", calmNames("Old Thing", "Comeback")...), shop(landed.NoSpan))
	for i, want := range []map[landed.Kind]landed.Span{
		{landed.Duplicates: days(d-14, d-1), landed.Shapes: days(d-2, d-1)},
		{landed.Duplicates: days(d-3, d), landed.Shapes: days(d, d)},
	} {
		w.now = d.Time()
		reqs, err := w.auditor.Requests(t.Context(), func() audit.Job { j := w.job; j.AsOf = d; return j }())
		if err != nil || len(reqs) != 2-i {
			t.Fatal(len(reqs), err)
		}
		if i == 0 && reqs[1].Want[landed.Shapes] != days(d-23, d-22) { // as if all tables held text
			t.Errorf("for comparison the first night samples %v", reqs[1].Want)
		}
		for k, s := range want {
			if reqs[0].Want[k] != s {
				t.Errorf("%s: %s, want %s", k, reqs[0].Want[k], s)
			}
		}
		w.night(d)
		d++
	}
}

// A first audit has sampled nothing to compare with, so it samples two days of three weeks ago, and where text looks
// otherwise since then, the days between, to know since when. Later nights have sampled each day.
func TestAFirstAuditSeesThatTextLooksOtherwise(t *testing.T) {
	d := first()
	f := calm(testkit.NewFacts("web", span())).Landing(2)
	for _, table := range []string{"signed_in", "page_read", "item_added"} {
		f.Column(table, "reference", nil)
	}
	f.Looking("page_read", "reference", landed.LooksNumber, after(d-9, 1)).
		Looking("signed_in", "reference", landed.LooksUUID, after(d-90, 1))
	w := open(t, planned("h", calmNames()...), f)
	for n := range landed.Day(12) {
		r := w.night(d + n)
		got, ok := lookup(r, finding.ValueDrift, "Page Read")
		if !ok || got.Finding.Since != d-9 || got.Finding.Subject.Property != "reference" {
			t.Fatalf("night %d: %+v in %s", n+1, got.Finding, said(r))
		}
		if n > 0 && got.Change == incident.Opened {
			t.Errorf("night %d: told again", n+1)
		}
		want := landed.NoSpan
		if n == 0 {
			want = days(d-28, d-3)
			if got := w.dear().Sampled["page_read"]; got != days(d-2, d-1) {
				t.Errorf("sampled with the profiles: %s", got)
			}
		}
		if got := w.dear().Compared; got != want {
			t.Errorf("night %d: compared with %s, want %s", n+1, got, want)
		}
		for _, f := range r.Findings {
			if f.Finding.Subject.Event == "Signed In" {
				t.Errorf("night %d: also %s", n+1, f.Finding.Title)
			}
		}
	}
}

// What was found last night is found again tonight, under the same id, from one new day and what the state holds.
func TestRowsAndValuesAreToldNightByNight(t *testing.T) {
	d := first()
	f := calm(testkit.NewFacts("web", span())).Landing(2)
	for _, table := range []string{"signed_in", "page_read", "item_added"} {
		f.Column(table, "contact", nil)
	}
	f.Repeated("Page Read", func(x landed.Day) float64 {
		if days(d-1, d+1).Has(x) {
			return .4
		}
		return 0
	}).Repeated("Signed In", after(d+90, 0)).Repeated("Item Added", after(d+90, 0)).
		Looking("page_read", "contact", landed.LooksEmail, after(d, .9)).Looking("signed_in", "contact", landed.LooksOther, after(d, 0))
	w := open(t, planned("h", calmNames()...), f)
	ids := map[finding.Kind]string{}
	for n := range landed.Day(10) { // repeats ended on the third night: a week later they are no news
		r := w.night(d + n)
		for k, from := range map[finding.Kind]landed.Day{finding.DuplicateRows: d, finding.PII: d + 1} {
			got, told := lookup(r, k, "Page Read")
			switch {
			case d+n < from:
				if told {
					t.Errorf("night %d: %s before there was one: %s", n+1, k, got.Finding.Title)
				}
				continue
			case !told:
				t.Fatalf("night %d: no %s in %s", n+1, k, said(r))
			}
			if got.Finding.Severity != finding.Warning || got.Finding.Since != from-1 {
				t.Errorf("night %d: %s is %s since %s", n+1, k, got.Finding.Severity, got.Finding.Since)
			}
			want := incident.Continued
			switch {
			case d+n == from:
				want = incident.Opened
				ids[k] = got.ID
			case k == finding.DuplicateRows && n == 9:
				want = incident.Resolved
			case got.Change == incident.Worsened:
				want = incident.Worsened // more rows than a night before
			}
			if got.Change != want || got.ID != ids[k] {
				t.Errorf("night %d: %s %s is %s, want %s %s", n+1, k, got.ID, got.Change, ids[k], want)
			}
		}
		for _, f := range r.Findings {
			if !slices.Contains([]finding.Kind{finding.DuplicateRows, finding.PII}, f.Finding.Kind) || f.Finding.Subject.Event != "Page Read" {
				t.Errorf("night %d: also %s", n+1, f.Finding.Title)
			}
		}
	}
}
