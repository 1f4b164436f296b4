package diagnosis

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
)

func TestGrade(t *testing.T) {
	p := &plan.Plan{Events: []plan.Event{
		{Name: "Order Placed", Call: "track", Owner: "growth", Labels: map[string]string{"team": "a"}},
		{Name: "Paid", Call: "track", Labels: map[string]string{"tier": "1"}},
		{Name: "Kept", Call: "track", Tags: []string{"Tier 1"}},
	}}
	braze := Destination{Name: "Braze", Sources: []string{"web"}, Events: []string{"Order *"}, AcceptsLate: 72 * time.Hour}
	base := Rules{Plans: map[string]*plan.Plan{"web": p}, SourceOwners: map[string]string{"web": "@frontend"}, Owners: map[string]string{"growth": "S0GROWTH"}}
	isPlanned := func(f *finding.Finding) { f.Planned = true }
	scaled := func(f *finding.Finding) { f.Fixes = []finding.Fix{finding.ScaleProperty{}} }
	for name, c := range map[string]struct {
		rules    func(*Rules)
		found    finding.Finding
		severity finding.Severity
		owner    string
	}{
		"as it was": {func(*Rules) {}, of(finding.Rename, "Order Placed", related("o")), finding.Warning, "S0GROWTH"},
		"a destination matches the name": {
			func(r *Rules) { r.Destinations = []Destination{braze} }, of(finding.Rename, "Order Placed", related("o")), finding.Critical, "S0GROWTH",
		},
		"a destination of another source": {
			func(r *Rules) { r.Destinations = []Destination{{Sources: []string{"ios"}, Events: []string{"*"}}} },
			of(finding.Rename, "Order Placed", related("o"), isPlanned), finding.Warning, "S0GROWTH",
		},
		"a destination of all planned names": {
			func(r *Rules) { r.Destinations = []Destination{{Events: []string{"*"}}} }, of(finding.EventStopped, "Order Placed", isPlanned), finding.Critical, "S0GROWTH",
		},
		"and one that nobody planned": {
			func(r *Rules) { r.Destinations = []Destination{{Events: []string{"*"}}} }, of(finding.EventStopped, "Wild"), finding.Warning, "@frontend",
		},
		"a drop is no stop":               {func(r *Rules) { r.Destinations = []Destination{braze} }, of(finding.VolumeDrop, "Order Placed"), finding.Warning, "S0GROWTH"},
		"tier 1 by its label":             {func(*Rules) {}, of(finding.EventStopped, "Paid"), finding.Critical, "@frontend"},
		"tier 1 by its tag":               {func(*Rules) {}, of(finding.DoubleTracking, "Kept"), finding.Critical, "@frontend"},
		"a change of unit":                {func(*Rules) {}, of(finding.ValueDrift, "Paid", scaled), finding.Critical, "@frontend"},
		"a change of values without unit": {func(*Rules) {}, of(finding.ValueDrift, "Paid"), finding.Warning, "@frontend"},
		"the first override that matches has the last word": {
			func(r *Rules) {
				r.Events = []Override{
					{Events: []string{"Other"}, Severity: finding.Info},
					{Labels: map[string]string{"team": "b"}, Severity: finding.Info},
					{Events: []string{"Paid"}, Severity: finding.Info, Owner: "@pay"},
					{Events: []string{"*"}, Severity: finding.Warning},
				}
			}, of(finding.EventStopped, "Paid"), finding.Info, "@pay",
		},
		"an override by label": {
			func(r *Rules) {
				r.Events = []Override{{Labels: map[string]string{"team": "a"}, Severity: finding.Critical}}
			},
			of(finding.VolumeDrop, "Order Placed"), finding.Critical, "S0GROWTH",
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := base
			c.rules(&r)
			once := Grade([]finding.Finding{c.found}, r)
			if got := once[0]; got.Severity != c.severity || got.Owner != c.owner {
				t.Errorf("%s for %s, want %s for %s", got.Severity, got.Owner, c.severity, c.owner)
			}
			if diff := cmp.Diff(once, Grade(once, r)); diff != "" {
				t.Errorf("graded twice: %s", diff)
			}
		})
	}
}

// What is said of one event holds for it alone, in a group as well: it is as grave as its gravest member.
func TestAGroupIsAsGraveAsItsGravestMember(t *testing.T) {
	p := &plan.Plan{Events: []plan.Event{{Name: "Paid", Call: "track", Labels: map[string]string{"tier": "1"}}}}
	info, critical := Override{Events: []string{"Lead"}, Severity: finding.Info}, Override{Events: []string{"Other"}, Severity: finding.Critical}
	release := []finding.Finding{of(finding.Rename, "Lead", related("lead"), rows(900)), of(finding.Rename, "Other", related("other"))}
	for name, c := range map[string]struct {
		found  []finding.Finding
		events []Override
		want   finding.Severity
	}{
		"as the check said":                         {release, nil, finding.Warning},
		"one that is quieted does not quiet others": {release, []Override{info}, finding.Warning},
		"all that are quieted":                      {release, []Override{info, {Events: []string{"Other"}, Severity: finding.Info}}, finding.Info},
		"one that matters, behind a larger one":     {release, []Override{critical}, finding.Critical},
		"one of tier 1, behind a larger one":        {append(slices.Clone(release), of(finding.Rename, "Paid", related("paid"))), nil, finding.Critical},
		"a lost property of tier 1 is a warning":    {append(slices.Clone(release), of(finding.MissingProperty, "Paid", property("p"))), nil, finding.Warning},
		"new events add up": {[]finding.Finding{
			of(finding.UnplannedEvent, "X", func(f *finding.Finding) { f.Severity, f.Share = finding.Info, .006 }),
			of(finding.UnplannedEvent, "Lead", func(f *finding.Finding) { f.Severity, f.Share = finding.Info, .006 }),
		}, []Override{info}, finding.Warning},
	} {
		t.Run(name, func(t *testing.T) {
			r := Rules{Plans: map[string]*plan.Plan{"web": p}, Events: c.events}
			got := Grade(Fold(history(), c.found), r)
			if len(got) != 1 || got[0].Severity != c.want {
				t.Errorf("%d findings, the first %s, want one %s", len(got), got[0].Severity, c.want)
			}
			if diff := cmp.Diff(got, Grade(got, r)); diff != "" {
				t.Errorf("graded twice: %s", diff)
			}
		})
	}
}

// When a group began is when its first member did, whoever of them is the largest.
func TestAGroupBeganWithItsFirstMember(t *testing.T) {
	group := Fold(history(), []finding.Finding{
		of(finding.UnplannedEvent, "Large", rows(900), since(day+2)), of(finding.UnplannedEvent, "First", rows(50)),
	})
	q := landed.Moment{Source: "web", Event: "First", What: landed.Named, Span: landed.Span{First: day, Last: day}}
	if diff := cmp.Diff([]landed.Question{q}, Impact(group, scopes("UTC"))); diff != "" {
		t.Error(diff)
	}
	at := day.Time().Add(14*time.Hour + 5*time.Minute)
	answers := landed.Answers{Values: map[landed.Question]landed.Answer{q: {{Key: at.Format(time.RFC3339Nano)}}}}
	if got := Apply(group, answers, scopes("UTC"))[0]; !got.SinceTime.Equal(at) || got.Subject.Event != "Large" {
		t.Errorf("%q began %s, want %s", got.Subject.Event, got.SinceTime, at)
	}
}

func TestWhatADestinationMissed(t *testing.T) {
	r := Rules{Destinations: []Destination{{Name: "Braze", Events: []string{"A", "B"}, AcceptsLate: time.Hour}, {Name: "Mail", Events: []string{"Z"}}}}
	began := day.Time().Add(14 * time.Hour)
	f := Fold(history(), []finding.Finding{
		of(finding.Rename, "A", related("a"), rows(70)), of(finding.Rename, "B", related("b"), rows(30)), of(finding.Rename, "C", related("c"), rows(900)),
	})
	f[0].SinceTime = began
	want := []finding.Impact{{Name: "Braze", Unmatched: 100, Until: began.Add(time.Hour)}}
	if diff := cmp.Diff(want, Grade(f, r)[0].Impacts); diff != "" {
		t.Error(diff)
	}
}

func scopes(zone string) map[string]Scope {
	return map[string]Scope{"web": {Source: landed.Source{Name: "web", Schema: "web", Zone: zone}, Last: day + 3}}
}

func TestOnlyWhatIsToldIsLookedAtCloser(t *testing.T) {
	quiet := func(f *finding.Finding) { f.Severity = finding.Info }
	for name, c := range map[string]struct {
		found []finding.Finding
		want  []landed.Question
	}{
		"nothing for info":                    {[]finding.Finding{of(finding.Rename, "A", related("a"), quiet)}, nil},
		"nothing for what never began":        {[]finding.Finding{of(finding.NeverSeen, "A", since(landed.NoDay))}, nil},
		"nothing for sources that are not in": {[]finding.Finding{of(finding.Rename, "A", related("a"), in("ios"))}, nil},
		"users and the first row of a rename": {[]finding.Finding{of(finding.Rename, "A", related("a"))}, []landed.Question{
			landed.Users{Source: "web", Event: "a", Span: landed.Span{First: day, Last: day + 3}},
			landed.Moment{Source: "web", Event: "a", What: landed.Named, Span: landed.Span{First: day, Last: day}},
		}},
		"the hours of a drop": {[]finding.Finding{of(finding.VolumeDrop, "A")}, []landed.Question{
			landed.Hourly{Source: "web", Event: "A", Span: landed.Span{First: day - 7, Last: day}},
		}},
		"no moment where rows lacked it before":       {[]finding.Finding{of(finding.MissingProperty, "A", property("p"), func(f *finding.Finding) { f.Rate.Before = .1 })}, nil},
		"no moment where an id is lost in all events": {[]finding.Finding{of(finding.IdentityLoss, "", property("user_id"), func(f *finding.Finding) { f.Table = "" })}, nil},
		"the first row without an id": {[]finding.Finding{of(finding.IdentityLoss, "A", property("user_id"))}, []landed.Question{
			landed.Moment{Source: "web", Table: "t", What: landed.Absent, Column: "user_id", Span: landed.Span{First: day, Last: day}},
		}},
		"the first row without a property": {[]finding.Finding{of(finding.MissingProperty, "A", property("p"))}, []landed.Question{
			landed.Moment{Source: "web", Table: "t", What: landed.Absent, Column: "p", Span: landed.Span{First: day, Last: day}},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, Impact(c.found, scopes("UTC"))); diff != "" {
				t.Error(diff)
			}
		})
	}
	var many []finding.Finding
	for range 200 {
		many = append(many, of(finding.Rename, "A", related(string(rune('a'+len(many)))), rows(int64(len(many)))))
	}
	if n := len(Impact(many, scopes("UTC"))); n != 2*mostAsked {
		t.Errorf("%d questions for 200 findings, at most %d are looked at", n, mostAsked)
	}
}

// hourly is the answer for a day and the same weekday before: usual rows an hour, and a share of them from an hour on.
func hourly(zone *time.Location, d landed.Day, usual, share float64, from int) landed.Answer {
	by := map[int64]float64{}
	for t := (d - 7).In(zone); t.Before((d + 1).In(zone)); t = t.Add(20 * time.Minute) {
		n := usual / 3
		if !t.Before(d.In(zone).Add(time.Duration(from) * time.Hour)) {
			n *= share
		}
		by[t.UTC().Truncate(time.Hour).Unix()] += n + float64(t.Unix()/1200%3) // a little noise
	}
	var out landed.Answer
	for at, n := range by {
		out = append(out, landed.Row{Key: time.Unix(at, 0).UTC().Format(time.RFC3339), N: []float64{n}})
	}
	return out
}

func TestTheHourAFallBegan(t *testing.T) {
	spring := landed.DayOf(time.Date(2026, 3, 8, 0, 0, 0, 0, time.UTC))
	autumn := landed.DayOf(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))
	for name, c := range map[string]struct {
		zone         string
		day          landed.Day
		usual, share float64
		from         int
		want         int // hours after the day began; -1: not known
	}{
		"at two in the afternoon":       {"UTC", day, 900, .2, 14, 14},
		"a whole day":                   {"UTC", day, 900, .2, 0, 0},
		"chance is no step":             {"UTC", day, 900, 1, 14, -1},
		"too few rows to tell":          {"UTC", day, 0, 1, 0, -1},
		"in Los Angeles":                {"America/Los_Angeles", day, 900, .2, 9, 9},
		"on a day of 23 hours":          {"America/Los_Angeles", spring, 900, .1, 10, 10},
		"on a day of 25 hours":          {"America/Los_Angeles", autumn, 900, .1, 10, 10},
		"where hours begin at half":     {"Asia/Kolkata", day, 900, .2, 14, 14},
		"a whole day there":             {"Asia/Kolkata", day, 900, .1, 0, 0},
		"where hours begin at quarters": {"Asia/Kathmandu", day, 900, .1, 12, 12},
	} {
		t.Run(name, func(t *testing.T) {
			zone, err := time.LoadLocation(c.zone)
			if err != nil {
				t.Fatal(err)
			}
			f := of(finding.VolumeDrop, "A", since(c.day))
			q := Impact([]finding.Finding{f}, scopes(c.zone))[0]
			answers := landed.Answers{Values: map[landed.Question]landed.Answer{q: hourly(zone, c.day, c.usual, c.share, c.from)}}
			got := Apply([]finding.Finding{f}, answers, scopes(c.zone))[0].SinceTime
			if c.want < 0 {
				if !got.IsZero() {
					t.Errorf("began %s, nothing did", got.In(zone))
				}
				return
			}
			want := c.day.In(zone).Add(time.Duration(c.want) * time.Hour)
			if off := got.Sub(want); off < -time.Hour || off > time.Hour || off != 0 && (c.zone == "UTC" || c.zone == "America/Los_Angeles") || landed.DayOf(got.In(zone)) != c.day {
				t.Errorf("began %s, want %s", got.In(zone), want)
			}
		})
	}
}

func TestWhatIsAnsweredIsWritten(t *testing.T) {
	f := of(finding.Rename, "A", related("a"))
	stop := of(finding.EventStopped, "B")
	qs := Impact([]finding.Finding{f, stop}, scopes("UTC"))
	at := func(h, m, s int) string {
		return day.Time().Add(time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(s)*time.Second).Format(time.RFC3339Nano)
	}
	answers := landed.Answers{Values: map[landed.Question]landed.Answer{
		qs[0]: {{N: []float64{6310}}}, qs[1]: {{Key: at(14, 5, 31)}, {Key: at(23, 0, 0)}}, qs[2]: {{Key: at(0, 0, 1)}, {Key: at(2, 9, 59)}},
	}}
	got := Apply([]finding.Finding{f, stop}, answers, scopes("UTC"))
	if got[0].Users == nil || *got[0].Users != 6310 || !got[0].SinceTime.Equal(day.Time().Add(14*time.Hour+5*time.Minute)) {
		t.Errorf("rename: users %v since %s", got[0].Users, got[0].SinceTime)
	}
	if !got[1].SinceTime.Equal(day.Time().Add(3 * time.Hour)) {
		t.Errorf("stop: since %s, its last row was at 02:09", got[1].SinceTime)
	}
	if f.Users != nil || !f.SinceTime.IsZero() {
		t.Error("the argument was changed")
	}
	none := Apply([]finding.Finding{f}, landed.Answers{}, scopes("UTC"))
	if none[0].Users != nil || !none[0].SinceTime.IsZero() {
		t.Error("what was not answered is known")
	}
}
