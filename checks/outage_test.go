package checks

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

func runOutage(t *testing.T, all ...*volumeShop) Verdict {
	t.Helper()
	c, err := newOutage(volumeSection(""))
	if err != nil {
		t.Fatal(err)
	}
	var in []Input
	for _, s := range all {
		in = append(in, s.in)
	}
	return c.RunAll(in)
}

type outageTold struct {
	Source   string
	Sources  string
	Severity finding.Severity
	Ago      landed.Day
}

type outageCase struct {
	name string
	all  []*volumeShop
	want []outageTold
}

func outageCases() []outageCase {
	web := func() *volumeShop { return newVolumeShop("web", 90, 101) }
	ios := func() *volumeShop { return newVolumeShop("ios", 90, 102) }
	server := func() *volumeShop { return newVolumeShop("server", 90, 103) }
	// Three events only: too few for a common movement.
	small := func() *volumeShop {
		s := newVolumeShop("desk", 90, 104)
		s.in.Landed.Events = s.in.Landed.Events[:3]
		return s
	}
	return []outageCase{
		{"an ordinary night", []*volumeShop{web(), ios(), server(), small()}, nil},
		{"one source stopped last night", []*volumeShop{web(), ios().scale("", "", 1, 0), server()}, []outageTold{{"ios", "ios", finding.Critical, 0}}},
		{"one source lost 30 %", []*volumeShop{web().scale("", "", 1, .7), ios(), server()}, []outageTold{{"web", "web", finding.Critical, 0}}},
		{"one source stopped 20 days ago", []*volumeShop{web(), ios(), server().scale("", "", 20, 0)}, []outageTold{{"server", "server", finding.Critical, 19}}},
		{"one source has been at half for three weeks", []*volumeShop{web(), ios(), server().scale("", "", 21, .5)}, []outageTold{{"server", "server", finding.Critical, 20}}},
		{"a source of three events stopped", []*volumeShop{web(), small().scale("", "", 1, 0)}, []outageTold{{"desk", "desk", finding.Critical, 0}}},
		{"a source of three events is at a fifth", []*volumeShop{web(), small().scale("", "", 2, .2)}, []outageTold{{"desk", "desk", finding.Critical, 1}}},
		{"one large event fell, not the source", []*volumeShop{web().scale("Page Opened", "", 1, .1), ios()}, nil},
		{
			"a holiday",
			[]*volumeShop{web().scale("", "", 1, .5), ios().scale("", "", 1, .6), server().scale("", "", 1, .55)},
			[]outageTold{{"", "web ios server", finding.Info, 0}},
		},
		{
			"the night after a holiday",
			[]*volumeShop{web().scale("", "", 2, .4).scale("", "", 1, 2.5), ios().scale("", "", 2, .5).scale("", "", 1, 2), server().scale("", "", 2, .4).scale("", "", 1, 2.5)},
			nil,
		},
		{
			"everything almost stopped",
			[]*volumeShop{web().scale("", "", 1, .1), ios().scale("", "", 1, .15), server().scale("", "", 1, .1)},
			[]outageTold{{"", "web ios server", finding.Critical, 0}},
		},
		{
			"one of them stopped on a holiday",
			[]*volumeShop{web().scale("", "", 1, .5), ios().scale("", "", 1, 0), server().scale("", "", 1, .5)},
			[]outageTold{{"", "web ios server", finding.Critical, 0}},
		},
		{"two of three fell", []*volumeShop{web().scale("", "", 1, .5), ios().scale("", "", 1, .5), server()}, []outageTold{
			{"web", "web", finding.Critical, 0}, {"ios", "ios", finding.Critical, 0},
		}},
	}
}

func TestOutage(t *testing.T) {
	for _, test := range outageCases() {
		t.Run(test.name, func(t *testing.T) {
			var got []outageTold
			for _, f := range runOutage(t, test.all...).Findings {
				got = append(got, outageTold{f.Subject.Source, strings.Join(f.Sources, " "), f.Severity, test.all[0].in.Last - f.Since})
				if f.Kind != finding.SourceOutage || f.Rows <= 0 || f.Title == "" || !f.Ongoing || f.Score == nil || f.Evidence[0].Chart == nil {
					t.Errorf("%+v", f)
				}
			}
			for i := range got {
				if got[i].Source == "" {
					got[i].Sources = "web ios server" // they stand in the order of their losses
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOutageKeepsItsSeriesQuiet(t *testing.T) {
	for _, by := range []float64{0, .3, .7} {
		s := newVolumeShop("web", 90, 111).scale("", "", 2, by)
		for _, f := range runVolume(t, s.in, "").Findings {
			t.Errorf("at %v of the source: %s", by, f.Title)
		}
	}
}

func TestOutageIsMutedByTheCalendar(t *testing.T) {
	s := newVolumeShop("web", 90, 112).scale("", "", 1, .3)
	s.in.Quiet = []Quiet{{Span: landed.Span{First: s.in.Last, Last: s.in.Last}, Why: "Christmas"}}
	v := runOutage(t, s, newVolumeShop("ios", 90, 113))
	if len(v.Findings) != 0 || len(v.Unjudged) != 1 || !strings.Contains(v.Unjudged[0].Why, "Christmas") {
		t.Errorf("%+v", v)
	}
}

func TestOutageAllowsForWhatIsStillArriving(t *testing.T) {
	s := newVolumeShop("web", 90, 114).scale("", "", 1, .85)
	s.in.Partial = .85
	if v := runOutage(t, s, newVolumeShop("ios", 90, 115)); len(v.Findings) != 0 {
		t.Errorf("%s", v.Findings[0].Title)
	}
}
