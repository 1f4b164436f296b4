package diagnosis

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// moved lets a finding speak of an event that went from web to ios.
func moved(f *finding.Finding) { f.Sources = []string{"web", "ios"} }

func sure(confidence float64) func(*finding.Finding) {
	return func(f *finding.Finding) { f.Confidence = confidence }
}

func TestAMoveIsOneFinding(t *testing.T) {
	move := of(finding.MovedEvent, "Coupon Entered", moved)
	for name, c := range map[string]struct {
		found []finding.Finding
		want  []string
	}{
		"it explains the end in one source and what is new in the other": {
			[]finding.Finding{
				move, of(finding.EventStopped, "Coupon Entered", since(day+14)), of(finding.UnplannedEvent, "Coupon Entered", in("ios")),
				of(finding.DoubleTracking, "Coupon Entered", since(day+1), moved), of(finding.NeverSeen, "Coupon Entered", since(landed.NoDay)),
			},
			[]string{"moved-event Coupon Entered < double-tracking Coupon Entered < event-stopped Coupon Entered < never-seen Coupon Entered < unplanned-event Coupon Entered"},
		},
		"one source that counts it twice is another cause": {
			[]finding.Finding{move, of(finding.DoubleTracking, "Coupon Entered")}, []string{"double-tracking Coupon Entered", "moved-event Coupon Entered"},
		},
		"it explains no fall in the new source, and none of before": {
			[]finding.Finding{move, of(finding.VolumeDrop, "Coupon Entered", in("ios")), of(finding.SlowDecline, "Coupon Entered", since(day-20))},
			[]string{"moved-event Coupon Entered", "slow-decline Coupon Entered", "volume-drop Coupon Entered"},
		},
		"a rename that is surer takes it over": {
			[]finding.Finding{move, of(finding.EventStopped, "Coupon Entered"), of(finding.Rename, "Coupon Entered", related("coupon"), sure(.99))},
			[]string{"rename Coupon Entered < event-stopped Coupon Entered < moved-event Coupon Entered"},
		},
		"a rename that is less sure is part of it": {
			[]finding.Finding{move, of(finding.Rename, "Coupon Entered", related("coupon"), sure(.8))},
			[]string{"moved-event Coupon Entered < rename Coupon Entered"},
		},
		"several that went the same way on one day are one": {
			[]finding.Finding{move, of(finding.MovedEvent, "Cart Viewed", moved, rows(50))},
			[]string{"moved-event Coupon Entered + Coupon Entered + Cart Viewed"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, told(Fold(history(), c.found), c.found)); diff != "" {
				t.Error(diff)
			}
		})
	}
	group := Fold(history(), []finding.Finding{move, of(finding.MovedEvent, "Cart Viewed", moved)})
	if want := "2 events moved from web to ios"; group[0].Title != want || group[0].Rows != 200 {
		t.Errorf("%q with %d rows", group[0].Title, group[0].Rows)
	}
}

func TestAMoveIsAskedAboutWhereItWent(t *testing.T) {
	move := of(finding.MovedEvent, "Coupon Entered", moved)
	scopes := map[string]Scope{"web": {Source: landed.Source{Name: "web"}, Last: day + 3}, "ios": {Source: landed.Source{Name: "ios"}, Last: day + 3}}
	for _, q := range Impact([]finding.Finding{move}, scopes) {
		switch q := q.(type) {
		case landed.Users:
			if q.Source != "ios" {
				t.Errorf("users of %s", q.Source)
			}
		case landed.Moment:
			if q.Source != "ios" || q.Span.First != day {
				t.Errorf("%+v", q)
			}
		default:
			t.Errorf("%T", q)
		}
	}
}

func TestALossSaysWhatCameBack(t *testing.T) {
	late := of(finding.Backfill, "", since(day+3), func(f *finding.Finding) {
		f.Severity = finding.Info
		f.Past = []finding.Past{{Day: day - 1, Rows: 7}, {Day: day, Rows: 30}, {Day: day + 1, Rows: 20}}
	})
	outage := of(finding.SourceOutage, "", func(f *finding.Finding) { f.LastSeen = day + 3 })
	got := Fold(history(), []finding.Finding{outage, late})
	if len(got) != 1 || len(got[0].Evidence) != 1 || got[0].Evidence[0].Value != "50 events that happened then landed later; about 50 of the 100 are still missing" {
		t.Errorf("%+v", got)
	}
	for name, late := range map[string]finding.Finding{
		"rows of other days": of(finding.Backfill, "", func(f *finding.Finding) { f.Past = []finding.Past{{Day: day - 9, Rows: 30}} }),
		"another source":     of(finding.Backfill, "", in("ios"), func(f *finding.Finding) { f.Past = late.Past }),
		"one event of it":    of(finding.Backfill, "Cart Viewed", func(f *finding.Finding) { f.Past = late.Past }),
	} {
		if f, ok := CameBack(outage, late, landed.Span{First: day, Last: day + 3}); ok || len(f.Evidence) > 0 {
			t.Errorf("%s: %+v", name, f.Evidence)
		}
	}
	late.Past = []finding.Past{{Day: day, Rows: 300}}
	if f, _ := CameBack(outage, late, landed.Span{First: day, Last: day}); !strings.HasSuffix(f.Evidence[0].Value, "all that was missing is there") {
		t.Errorf("%+v", f.Evidence)
	}
}

func TestAnEqualFallIsHeldAgainstPages(t *testing.T) {
	drop := of(finding.VolumeDrop, "Page Scrolled", func(f *finding.Finding) {
		f.Evidence = []finding.Evidence{{Label: finding.Alike, Value: "it fell alike in every app version" + finding.Sampling + "10 % would do"}}
		f.Fixes = []finding.Fix{finding.TellOwner{}, finding.Configure{Section: "accept"}}
	})
	scopes := map[string]Scope{"web": {Source: landed.Source{Name: "web"}, Last: day + 3}}
	before, since := pagesOf(drop, scopes["web"])
	if b := before.(landed.Pages); b.Span != (landed.Span{First: day - 7, Last: day - 4}) {
		t.Errorf("the same weekdays before are %v", b.Span)
	}
	pages := func(home, cart float64) landed.Answer {
		return landed.Answer{{Key: "/", N: []float64{home}}, {Key: "/cart", N: []float64{cart}}}
	}
	answered := func(now landed.Answer) finding.Finding {
		a := landed.Answers{Values: map[landed.Question]landed.Answer{before: pages(1000, 500), since: now}}
		return Apply([]finding.Finding{drop}, a, scopes)[0]
	}
	if f := answered(pages(104, 48)); f.Evidence[0].Value != "it fell alike in every app version, and so on every page: as sampling to 10 % would do" || len(f.Fixes) != 2 {
		t.Errorf("%+v", f)
	}
	if f := answered(pages(150, 0)); f.Evidence[0].Value != "not alike: /cart has 0 % of its usual, / 15 %" || len(f.Fixes) != 1 {
		t.Errorf("%+v", f)
	}
	if f := Apply([]finding.Finding{drop}, landed.Answers{}, scopes)[0]; f.Evidence[0] != drop.Evidence[0] {
		t.Errorf("nothing was answered: %+v", f.Evidence)
	}
}
