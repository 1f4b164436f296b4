package checks

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
)

// volumeShop is one source with twelve planned events, three app versions and a dip at weekends, judged on Monday
// 15 June 2026.
type volumeShop struct {
	in   Input
	days int
	seed uint64
}

var volumeNames = []string{
	"Page Opened", "Product Viewed", "Product Added", "Cart Viewed", "Checkout Started", "Payment Info Entered",
	"Purchase Completed", "Coupon Applied", "Signed In", "Signed Up", "Search Run", "Invoice Paid",
}

func newVolumeShop(source string, days int, seed uint64) *volumeShop {
	last, err := landed.ParseDay("2026-06-15")
	if err != nil {
		panic(err)
	}
	s := &volumeShop{days: days, seed: seed}
	s.in = Input{
		Last: last, AsOf: last + 1, Partial: 1, Since: landed.NoDay,
		Plan: &plan.Plan{Name: "shop"},
		Landed: landed.Snapshot{
			Source: landed.Source{Name: source, Schema: source},
			Span:   landed.Span{First: last - landed.Day(days) + 1, Last: last},
		},
	}
	r := rand.New(rand.NewPCG(seed, 9))
	common := make([]float64, days)
	for d := range common {
		common[d] = math.Exp(.03 * r.NormFloat64())
		if w := s.in.Landed.Span.First + landed.Day(d); w.Weekday() == 0 || w.Weekday() == 6 {
			common[d] *= .7
		}
	}
	for i, name := range volumeNames {
		s.in.Plan.Events = append(s.in.Plan.Events, plan.Event{Name: name, Call: "track", Owner: "@shop"})
		e := landed.Event{Name: name, Table: strings.ToLower(strings.ReplaceAll(name, " ", "_"))}
		for k, share := range []float64{.6, .3, .1} {
			c := landed.Cell{Slice: landed.Slice{Platform: source, AppVersion: []string{"4.1.0", "4.2.0", "4.0.9"}[k]}}
			for d := range days {
				m := 1500 / float64(1+i) * share * common[d]
				c.Daily = append(c.Daily, int64(max(0, math.Round(m+math.Sqrt(m)*r.NormFloat64()))))
			}
			e.Cells = append(e.Cells, c)
		}
		s.in.Landed.Events = append(s.in.Landed.Events, e)
	}
	return s
}

// scale multiplies what landed of an event ("": of all) in a version ("": in all) in the last n days.
func (s *volumeShop) scale(event, version string, n int, by float64) *volumeShop {
	return s.each(event, version, n, func(int) float64 { return by })
}

func (s *volumeShop) each(event, version string, n int, by func(day int) float64) *volumeShop {
	for _, e := range s.in.Landed.Events {
		for _, c := range e.Cells {
			if event != "" && e.Name != event || version != "" && c.Slice.AppVersion != version {
				continue
			}
			for d := s.days - n; d < s.days; d++ {
				c.Daily[d] = int64(math.Round(float64(c.Daily[d]) * by(d-s.days+n)))
			}
		}
	}
	return s
}

type volumeSection string

func (s volumeSection) Decode(into any) error {
	if s == "" {
		return nil
	}
	v, ok := into.(*volumeSettings)
	if !ok {
		return errors.New("unknown setting")
	}
	v.Sensitivity = string(s)
	return nil
}

func runVolume(t *testing.T, in Input, sensitivity string) Verdict {
	t.Helper()
	c, err := newVolume(volumeSection(sensitivity))
	if err != nil {
		t.Fatal(err)
	}
	return c.Run(in)
}

func TestVolumeFinds(t *testing.T) {
	last := newVolumeShop("web", 1, 1).in.Last
	for _, test := range []struct {
		name  string
		shop  *volumeShop
		kind  finding.Kind
		event string
		since landed.Day
		slack landed.Day
		title string
	}{
		{
			"an event fell by 70 % last night", newVolumeShop("web", 90, 3).scale("Payment Info Entered", "", 1, .3),
			finding.VolumeDrop, "Payment Info Entered", last, 0, `"Payment Info Entered" fell by `,
		},
		{
			"an event stopped three days ago", newVolumeShop("web", 90, 4).scale("Invoice Paid", "", 3, 0),
			finding.EventStopped, "Invoice Paid", last - 2, 0, `"Invoice Paid" stopped: none since Sat 13 June, usual 1`,
		},
		{
			"an event stopped 60 days ago, at a first audit", newVolumeShop("web", 150, 5).scale("Signed Up", "", 60, 0),
			finding.EventStopped, "Signed Up", last - 59, 0, `"Signed Up" stopped: none since Fri 17 April, usual 1`,
		},
		{
			"an event has been down by half for 40 days", newVolumeShop("web", 150, 6).scale("Cart Viewed", "", 40, .5),
			finding.VolumeDrop, "Cart Viewed", last - 39, 1, `"Cart Viewed" has been down by`,
		},
		{
			"an event loses 5 % a day for twelve days",
			newVolumeShop("web", 90, 7).each("Coupon Applied", "", 12, func(d int) float64 { return math.Pow(.95, float64(d+1)) }),
			finding.SlowDecline, "Coupon Applied", last - 11, 3, `"Coupon Applied" has been falling since`,
		},
		{
			"an event is three times its usual", newVolumeShop("web", 90, 8).scale("Search Run", "", 1, 3),
			finding.VolumeSpike, "Search Run", last, 0, `"Search Run" rose to`,
		},
		{
			"an event broke on a holiday", newVolumeShop("web", 90, 9).scale("", "", 1, .5).scale("Product Added", "", 1, .2),
			finding.VolumeDrop, "Product Added", last, 0, `"Product Added" fell by`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			v := runVolume(t, test.shop.in, "")
			if len(v.Findings) != 1 {
				t.Fatalf("%d findings: %+v", len(v.Findings), v.Findings)
			}
			f := v.Findings[0]
			if f.Kind != test.kind || f.Subject != (finding.Subject{Source: "web", Event: test.event}) || !strings.HasPrefix(f.Title, test.title) {
				t.Errorf("%s of %+v: %s", f.Kind, f.Subject, f.Title)
			}
			if f.Since < test.since-test.slack || f.Since > test.since+test.slack {
				t.Errorf("since %v, want %v", f.Since, test.since)
			}
			checkVolumeFinding(t, f)
		})
	}
}

// checkVolumeFinding holds what is true of every finding about volume.
func checkVolumeFinding(t *testing.T, f finding.Finding) {
	t.Helper()
	if f.Severity != finding.Warning || !f.Planned || !f.Ongoing || f.LastSeen.String() != "2026-06-15" || f.Rows <= 0 || f.Score == nil ||
		f.Share <= 0 || f.Share > 1 || f.Confidence < .5 || f.Owner != "@shop" || len(f.Fixes) < 2 || f.Table == "" {
		t.Errorf("%+v", f)
	}
	c := f.Evidence[0].Chart
	if c == nil || len(c.Daily) != 56 || len(c.Expected) != 56 || len(c.Low) != 56 || len(c.High) != 56 || c.Began != f.Since {
		t.Fatalf("chart: %+v", c)
	}
	for i := range c.Daily {
		if !(c.Low[i] <= c.Expected[i] && c.Expected[i] <= c.High[i]) {
			t.Errorf("day %d: %v not in %v..%v", i, c.Expected[i], c.Low[i], c.High[i])
		}
	}
}

func TestVolumeStaysQuiet(t *testing.T) {
	confirmed := newVolumeShop("web", 90, 14).scale("Cart Viewed", "", 20, .4)
	confirmed.in.Accepted = []Accepted{{
		Subject: finding.Subject{Source: "web", Event: "Cart Viewed"}, Normal: true,
		Span: landed.Span{First: confirmed.in.Last - 19, Last: confirmed.in.Last},
	}}
	deprecated := newVolumeShop("web", 90, 15).scale("Signed Up", "", 5, 0)
	deprecated.in.Plan.Events[9].Status = "deprecated"
	calendar := newVolumeShop("web", 90, 16).scale("", "", 1, .3).scale("Signed In", "", 1, 0)
	calendar.in.Quiet = []Quiet{{Span: landed.Span{First: calendar.in.Last, Last: calendar.in.Last}, Why: "Black Friday"}}
	unseen := newVolumeShop("web", 90, 17).scale("Signed In", "", 2, 0)
	unseen.in.Landed.Events[8].Unseen = []landed.Span{{First: unseen.in.Last - 1, Last: unseen.in.Last}}
	late := newVolumeShop("web", 90, 18)
	late.in.Last-- // the newest day is not complete and says nothing yet
	late.scale("", "", 1, .1)
	for _, test := range []struct {
		name string
		in   Input
	}{
		{"an ordinary night", newVolumeShop("web", 90, 11).in},
		{"a short history", newVolumeShop("web", 20, 12).in},
		{"a holiday", newVolumeShop("web", 90, 13).scale("", "", 1, .5).in},
		{"the new level was accepted", confirmed.in},
		{"a deprecated event may stop", deprecated.in},
		{"the calendar leaves the day out", calendar.in},
		{"what was not read is not zero", unseen.in},
		{"days after the judged one", late.in},
		{"a campaign lifts the whole shop", newVolumeShop("web", 90, 41).scale("", "", 2, 2.2).in},
		{"growth of 5 % a week", newVolumeShop("web", 90, 42).each("", "", 90, func(d int) float64 { return math.Pow(1.05, float64(d)/7) }).in},
		{"a launch ramps up", newVolumeShop("web", 90, 43).each("Signed Up", "", 90, func(d int) float64 { return min(1, max(0, float64(d-70)/10)) }).in},
		{"month ends", newVolumeShop("web", 150, 44).each("Invoice Paid", "", 150, func(d int) float64 {
			if d%30 >= 28 {
				return 3
			}
			return 1
		}).in},
		{"it came back", newVolumeShop("web", 90, 19).scale("Cart Viewed", "", 9, .3).scale("Cart Viewed", "", 2, 3.3).in},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, f := range runVolume(t, test.in, "").Findings {
				t.Errorf("%s: %s", f.Kind, f.Title)
			}
		})
	}
	if u := runVolume(t, calendar.in, "").Unjudged; len(u) != 1 || u[0].Why != "Mon 15 June is left out by the calendar: Black Friday" {
		t.Errorf("unjudged: %+v", u)
	}
}

func TestVolumeNamesTheSlice(t *testing.T) {
	for _, test := range []struct {
		name string
		shop *volumeShop
		want *landed.Slice
	}{
		{"one version stopped sending it", newVolumeShop("ios", 90, 21).scale("Cart Viewed", "4.2.0", 4, 0), &landed.Slice{AppVersion: "4.2.0"}},
		{"every version alike", newVolumeShop("ios", 90, 22).scale("Cart Viewed", "", 4, .6), nil},
		{
			"a version that users leave is not blamed",
			newVolumeShop("ios", 90, 23).scale("", "4.0.9", 6, .05).scale("", "4.2.0", 6, 1.35).scale("Cart Viewed", "", 6, .5), nil,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			v := runVolume(t, test.shop.in, "")
			if len(v.Findings) != 1 {
				t.Fatalf("findings: %+v", v.Findings)
			}
			if diff := cmp.Diff(test.want, v.Findings[0].Slice); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestVolumeUnplannedIsInfo(t *testing.T) {
	s := newVolumeShop("web", 90, 31).scale("Invoice Paid", "", 3, 0)
	s.in.Plan.Events = s.in.Plan.Events[:11]
	v := runVolume(t, s.in, "")
	if len(v.Findings) != 1 || v.Findings[0].Severity != finding.Info || v.Findings[0].Planned {
		t.Errorf("of an event that nobody planned: %+v", v.Findings)
	}
	s.in.Plan = nil
	if v := runVolume(t, s.in, ""); len(v.Findings) != 1 || v.Findings[0].Severity != finding.Warning {
		t.Errorf("without a plan: %+v", v.Findings)
	}
}

func TestVolumeSaysWhatItCouldNotJudge(t *testing.T) {
	s := newVolumeShop("web", 90, 32)
	for i := range s.in.Landed.Events[4].Cells {
		for d := range 81 {
			s.in.Landed.Events[4].Cells[i].Daily[d] = 0
		}
	}
	want := []finding.Unjudged{{
		Check: finding.VolumeDrop, Subject: finding.Subject{Source: "web", Event: "Checkout Started"}, Why: "8 days of history",
	}}
	if diff := cmp.Diff(want, runVolume(t, s.in, "").Unjudged); diff != "" {
		t.Error(diff)
	}
}

func TestVolumeSensitivity(t *testing.T) {
	count := func(sensitivity string) int {
		n := 0
		for seed := range uint64(8) {
			n += len(runVolume(t, newVolumeShop("web", 90, 40+seed).scale("Invoice Paid", "", 1, .5).in, sensitivity).Findings)
		}
		return n
	}
	strict, normal, sensitive := count("strict"), count("normal"), count("sensitive")
	if strict > normal || normal > sensitive || strict == sensitive {
		t.Errorf("found %d strict, %d normal, %d sensitive", strict, normal, sensitive)
	}
	if _, err := newVolume(volumeSection("loud")); err == nil || err.Error() != `sensitivity is "loud", but must be strict, normal or sensitive` {
		t.Errorf("error: %v", err)
	}
}

func TestVolumeDoesNotChangeItsInput(t *testing.T) {
	s := newVolumeShop("web", 90, 51).scale("Cart Viewed", "", 3, .2)
	before := newVolumeShop("web", 90, 51).scale("Cart Viewed", "", 3, .2)
	first := runVolume(t, s.in, "")
	if diff := cmp.Diff(before.in.Landed, s.in.Landed); diff != "" {
		t.Errorf("the input changed: %s", diff)
	}
	if diff := cmp.Diff(first, runVolume(t, s.in, "")); diff != "" {
		t.Errorf("a second run says something else: %s", diff)
	}
}

func TestVolumeScores(t *testing.T) {
	s := newVolumeShop("web", 90, 61).scale("Invoice Paid", "", 1, 0)
	for i := range s.in.Landed.Events[2].Cells {
		for d := range 85 {
			s.in.Landed.Events[2].Cells[i].Daily[d] = 0
		}
	}
	got := VolumeScores(s.in, s.in.Last)
	if len(got) != len(volumeNames) { // one is too young, one is the source
		t.Fatalf("%d scores", len(got))
	}
	for _, g := range got {
		if g.Source != "web" || g.Day != s.in.Last || g.Event == "Product Added" {
			t.Errorf("%+v", g)
		}
		if (g.Event == "Invoice Paid") != (g.Score >= 2.5) {
			t.Errorf("%+v", g)
		}
	}
	if last := got[len(got)-1]; last.Event != WholeSource {
		t.Errorf("the last score is of %q", last.Event)
	}
}
