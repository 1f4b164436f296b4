package conformance

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/connectors"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// asked is a question and what the warehouse of the suite answers to it.
type asked struct {
	what string
	ask  landed.Question
	want landed.Answer
}

func (s suite) questions(t *testing.T) {
	w := s.open(t, "UTC", connectors.SourceOptions{})
	days := span(t, "2026-03-01", "2026-03-20")
	asks := []asked{
		{"people who did it", landed.Users{Source: "shop", Event: "Buy", Span: days}, landed.Answer{{N: []float64{4}}}},
		{"people of one slice", landed.Users{Source: "shop", Event: "Buy", Span: days, Slice: landed.Slice{Library: "ios"}}, landed.Answer{{N: []float64{1}}}},
		{"people who saw a page", landed.Users{Source: "shop", Event: "Page Viewed", Table: "pages", Span: days}, landed.Answer{{N: []float64{1}}}},
		{
			"the first and the last time",
			landed.Moment{Source: "shop", Event: "Buy", Span: days},
			landed.Answer{{Key: "2026-03-07T10:30:00Z"}, {Key: "2026-03-10T09:00:00Z"}},
		},
		{"a moment of no row", landed.Moment{Source: "shop", Event: "Never", Span: days}, nil},
		{
			"when a column was empty",
			landed.Moment{Source: "shop", Table: "buy", Column: "plan", What: landed.Absent, Span: days},
			landed.Answer{{Key: "2026-03-09T23:59:59.999999Z"}, {Key: "2026-03-09T23:59:59.999999Z"}},
		},
		{
			"rows by the hour",
			landed.Hourly{Source: "shop", Event: "Purchase", Span: days},
			landed.Answer{{Key: "2026-03-10T11:00:00Z", N: []float64{1}}, {Key: "2026-03-11T11:00:00Z", N: []float64{1}}, {Key: "2026-03-12T11:00:00Z", N: []float64{1}}},
		},
		{
			// Before the 10th: ann, bob, cy and dee bought. Since: ann bought; ann, bob and cy purchased. Ann alone bought
			// in February, and again in March.
			"who switched",
			landed.Switched{Source: "shop", Before: "Buy", After: "Purchase", Day: day(t, "2026-03-10")},
			landed.Answer{{N: []float64{4, 1, 3, 3, 1, 1, 3, 3}}},
		},
		{
			// In the two days before the 10th bob, cy and dee bought, in the two before those ann. In the two from the 10th
			// on ann and bob purchased; cy came on the 12th.
			"who switched in shorter windows",
			landed.Switched{Source: "shop", Before: "Buy", After: "Purchase", Day: day(t, "2026-03-10"), Days: 2},
			landed.Answer{{N: []float64{3, 0, 1, 2, 1, 0, 2, 1}}},
		},
	}
	for _, x := range append(asks, contents(t, days)...) {
		if diff := cmp.Diff(x.want, answer(t, w, x.ask)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", x.what, diff)
		}
	}
	s.values(t, w, days)
}

// contents are the questions about pages, sizes and values by the day.
func contents(t *testing.T, days landed.Span) []asked {
	t.Helper()
	return []asked{
		{
			"rows by page",
			landed.Pages{Source: "shop", Event: "Buy", Span: days, Limit: 1},
			landed.Answer{{Key: "/p/js", N: []float64{5}}},
		},
		{
			"rows by page, and those without a value",
			landed.Pages{Source: "shop", Table: "buy", What: landed.Absent, Column: "plan", Span: days, Limit: 5},
			landed.Answer{{Key: "/p/js", N: []float64{5, 0}}, {Key: "/p/ios", N: []float64{1, 1}}},
		},
		{
			// 20, 40, 80 and 90: fifths of a decade begin at 15.8, 39.8 and 63.1. 0 has no size.
			"how large the numbers of a slice are",
			landed.Sizes{Source: "shop", Table: "buy", Column: "amount", Span: days, Slice: landed.Slice{Library: "js"}},
			landed.Answer{{Key: "12", N: []float64{1}}, {Key: "14", N: []float64{1}}, {Key: "15", N: []float64{2}}},
		},
		{
			"rows a day by what a column holds",
			landed.Grouped{Source: "shop", Table: "buy", By: [4]string{"plan"}, Span: landed.Span{First: day(t, "2026-03-09"), Last: days.Last}},
			landed.Answer{
				{Key: `["2026-03-09","free"]`, N: []float64{1}},
				{Key: `["2026-03-09",null]`, N: []float64{1}},
				{Key: `["2026-03-10","free"]`, N: []float64{2}},
			},
		},
	}
}

func (s suite) values(t *testing.T, w *connectors.Warehouse, days landed.Span) {
	t.Helper()
	q := landed.TopValues{Source: "shop", Table: "buy", Column: "plan", Span: days, Limit: 1, Plain: true}
	plain := answer(t, w, q)
	if len(plain) != 2 || plain[0].Key != "free" || plain[0].N[0] != 4 || plain[1].Key != "pro" {
		t.Errorf("the commonest and the newest value: %+v", plain)
	}
	q.Plain = false
	for i, r := range answer(t, w, q) {
		if len(r.Key) != 16 || r.Key == plain[i].Key {
			t.Errorf("a value left the warehouse in clear: %+v", r)
		}
	}
}

func (s suite) failing(t *testing.T) {
	w := s.open(t, "UTC", connectors.SourceOptions{})
	days := span(t, "2026-03-01", "2026-03-20")
	good := landed.Hourly{Source: "shop", Event: "Buy", Span: days}
	bad := []landed.Question{
		landed.TopValues{Source: "shop", Table: "absent", Column: "x", Span: days},
		landed.TopValues{Source: "shop", Table: "buy", Column: "absent", Span: days},
		landed.SampleIDs{Source: "shop", Table: "buy", Constraint: "never asked for", Span: days},
		landed.Users{Source: "shop", Event: "Buy", Span: days, Slice: landed.Slice{Platform: landed.Other}},
	}
	got, err := w.Ask(t.Context(), append([]landed.Question{good}, bad...))
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Values[good]) == 0 {
		t.Error("the good question was not answered")
	}
	for _, q := range bad {
		if gap := got.Failed[q]; gap.Why == "" || gap.HowToFix == "" {
			t.Errorf("%+v: %+v", q, gap)
		}
	}
}

func (s suite) mended(t *testing.T) {
	w := s.open(t, "UTC", connectors.SourceOptions{})
	rel := landed.Relation{Schema: "shop", Table: "tracks"}
	q := s.dialect.Quote
	name := q("event_text")
	cols := make([]string, 0, len(trackColumns()))
	for _, c := range trackColumns() {
		if c.Name == "event_text" {
			cols = append(cols, "CASE WHEN "+name+" = 'Purchase' THEN 'Buy' ELSE "+name+" END AS "+name)
			continue
		}
		cols = append(cols, q(c.Name))
	}
	with := map[landed.Relation]string{rel: "SELECT " + strings.Join(cols, ", ") + " FROM " + q("shop") + "." + q("tracks")}
	r := request(t, "shop", landed.Counts, landed.Profiles, landed.Shapes)
	before, after := gather(t, w, r), gather(t, w.Mended(with), r)
	noGaps(t, after)
	if total(after, "Purchase") != 0 || total(after, "Buy") != total(before, "Buy")+total(before, "Purchase") {
		t.Errorf("before %v, after %v", before.Events, after.Events)
	}
	if len(after.Tables) > 0 {
		t.Errorf("more was read than the mended relation: %+v", after.Tables)
	}
	days := span(t, "2026-03-01", "2026-03-20")
	tally := func(with map[landed.Relation]string) connectors.Tallied {
		out, err := w.Tally(t.Context(), []landed.Relation{rel}, with, days)
		if err != nil {
			t.Fatal(err)
		}
		return out[0]
	}
	same := map[landed.Relation]string{rel: "SELECT * FROM " + q("shop") + "." + q("tracks") + " WHERE 1 = 1"}
	plain, renamed := tally(nil), tally(with)
	if diff := cmp.Diff(plain, tally(same)); diff != "" || plain.Rows != 9 || plain.IDs != 8 {
		t.Errorf("the same rows differ: %+v\n%s", plain, diff)
	}
	if renamed.Rows != plain.Rows || renamed.IDs != plain.IDs || renamed.Hash == plain.Hash {
		t.Errorf("a renamed event keeps its rows and changes the hash: %+v, %+v", plain, renamed)
	}
	if m := w.Mended(with); m != nil {
		a := answer(t, m, landed.Users{Source: "shop", Event: "Purchase", Span: days})
		if a[0].N[0] != 0 {
			t.Errorf("a question was asked of the data as it was: %+v", a)
		}
	}
}
