package notify_test

import (
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/notify"
)

// morning is the audit of these tests; the day before is judged.
func morning() time.Time { return time.Date(2026, time.May, 27, 4, 15, 0, 0, time.UTC) }

func day(t *testing.T, s string) landed.Day {
	t.Helper()
	d, err := landed.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// reported is an open critical rename of 364 rows in web, new tonight.
func reported(t *testing.T) audit.Reported {
	t.Helper()
	return audit.Reported{
		ID: "PL-7K2M9Q", Change: incident.Opened, Status: incident.Open,
		Finding: finding.Finding{
			Kind: finding.Rename, Severity: finding.Critical, Title: `"Purchase Completed" is now sent as "purchase_completed"`,
			Subject: finding.Subject{Source: "web", Event: "Purchase Completed", Related: "purchase_completed"},
			Since:   day(t, "2026-05-26"), SinceTime: time.Date(2026, time.May, 26, 14, 5, 0, 0, time.UTC),
			LastSeen: day(t, "2026-05-26"), Ongoing: true, Rows: 364, Users: new(int64(352)), Confidence: 0.99,
			Slice: &landed.Slice{Platform: "web", AppVersion: "4.2.0", Library: "analytics.js", LibraryVersion: "2.11.1"},
			Evidence: []finding.Evidence{
				{Label: "purchase_completed", Value: "364, never seen before", Chart: &finding.Chart{Daily: []int64{0, 0, 364}}},
			},
			Impacts: []finding.Impact{{Name: "Braze", Unmatched: 364}},
			Fixes:   []finding.Fix{finding.MergeEvents{From: "purchase_completed", Into: "Purchase Completed"}},
			Owner:   "@checkout-team",
		},
	}
}

// result is an audit of web and ios that found this.
func result(t *testing.T, found ...audit.Reported) audit.Result {
	t.Helper()
	last := day(t, "2026-05-26")
	return audit.Result{Findings: found, Header: audit.Header{
		ID: "a1", Workspace: "northlight", AsOf: last + 1, Last: last, Started: morning(), Finished: morning().Add(time.Minute),
		Sources: []audit.SourceHeader{{Name: "web", Zone: "UTC", Last: last}, {Name: "ios", Zone: "UTC", Last: last - 1}},
	}}
}

func told(what incident.Kind, s finding.Severity, rows int64) audit.Told {
	return audit.Told{
		Incident: "PL-7K2M9Q", Channel: "#data", Thread: "1.1", What: what, Severity: s, Rows: rows,
		At: morning().AddDate(0, 0, -1),
	}
}

// said are the news of the messages, with the thread of those that follow another.
func said(t *testing.T, out []audit.Outgoing) []string {
	t.Helper()
	var all []string
	for _, o := range out {
		m, err := notify.Decode(o.Body)
		if err != nil {
			t.Fatal(err)
		}
		if m.ID != o.ID || m.Channel != o.Route {
			t.Errorf("message %s to %s stands in the outbox as %s to %s", m.ID, m.Channel, o.ID, o.Route)
		}
		news := m.Channel + " " + string(m.News)
		if m.Thread != "" {
			news += " in " + m.Thread
		}
		all = append(all, news)
	}
	return all
}

type composeCase struct {
	change func(*audit.Reported)
	told   []audit.Told
	policy notify.Policy
	want   []string
}

func composeCases() map[string]composeCase {
	data := notify.Policy{Channel: "#data"}
	status := func(s incident.Status) func(*audit.Reported) {
		return func(r *audit.Reported) { r.Status = s }
	}
	sixDays := func(r *audit.Reported) {
		r.Finding.SinceTime = time.Date(2026, time.May, 20, 0, 0, 0, 0, time.UTC)
		r.Finding.Since = landed.DayOf(r.Finding.SinceTime)
	}
	return map[string]composeCase{
		"a finding that nobody was told of": {policy: data, want: []string{"#data new"}},
		"first seen by an audit that told nobody": {
			change: func(r *audit.Reported) { r.Change = incident.Continued }, policy: data, want: []string{"#data new"},
		},
		"told, and the same": {told: []audit.Told{told(incident.Opened, finding.Critical, 360)}, policy: data},
		"told to another channel only": {
			told:   []audit.Told{{Incident: "PL-7K2M9Q", Channel: "#web", What: incident.Opened, At: morning()}},
			policy: data, want: []string{"#data new"},
		},
		"told as a warning, now critical": {
			told: []audit.Told{told(incident.Opened, finding.Warning, 360)}, policy: data, want: []string{"#data worse in 1.1"},
		},
		"more rows in a night than in six days before it was told": {
			change: sixDays, told: []audit.Told{told(incident.Opened, finding.Critical, 36)}, policy: data, want: []string{"#data worse in 1.1"},
		},
		"the same pace for a seventh day": {change: sixDays, told: []audit.Told{told(incident.Opened, finding.Critical, 312)}, policy: data},
		"a faster pace, of too few rows to matter": {
			change: func(r *audit.Reported) { sixDays(r); r.Finding.Rows = 90 },
			told:   []audit.Told{told(incident.Opened, finding.Critical, 6)}, policy: data,
		},
		"told after an hour, so that its pace is not known": {
			change: func(r *audit.Reported) { r.Finding.SinceTime = morning().AddDate(0, 0, -1).Add(-5 * time.Hour) },
			told:   []audit.Told{told(incident.Opened, finding.Critical, 3)}, policy: data,
		},
		"told after one day that may have begun at any hour": {
			change: func(r *audit.Reported) { r.Finding.SinceTime, r.Finding.Since = time.Time{}, r.Finding.Since-1 },
			told:   []audit.Told{told(incident.Opened, finding.Critical, 3)}, policy: data,
		},
		"the audit says worse": {
			change: func(r *audit.Reported) { r.Change = incident.Worsened },
			told:   []audit.Told{told(incident.Opened, finding.Critical, 180)}, policy: data, want: []string{"#data worse in 1.1"},
		},
		"worse, and that was told since": {
			change: func(r *audit.Reported) { r.Change = incident.Worsened },
			told:   []audit.Told{told(incident.Opened, finding.Warning, 30), {Incident: "PL-7K2M9Q", Channel: "#data", What: incident.Worsened, Severity: finding.Critical, Rows: 364, At: morning().Add(time.Minute)}},
			policy: data,
		},
		"resolved": {
			change: status(incident.ResolvedAway), told: []audit.Told{told(incident.Opened, finding.Critical, 360)},
			policy: data, want: []string{"#data resolved in 1.1"},
		},
		"resolved, and nobody knew of it": {change: status(incident.ResolvedAway), policy: data},
		"resolved, and that was told": {
			change: status(incident.ResolvedAway), told: []audit.Told{told(incident.Resolved, finding.Critical, 360)}, policy: data,
		},
		"back after it was resolved": {
			change: func(r *audit.Reported) { r.Change = incident.Reopened },
			told:   []audit.Told{told(incident.Resolved, finding.Critical, 360)}, policy: data, want: []string{"#data reopened"},
		},
	}
}

// silences are the cases in which nobody hears anything, or somebody else does.
func silences() map[string]composeCase {
	data := notify.Policy{Channel: "#data"}
	status := func(s incident.Status) func(*audit.Reported) {
		return func(r *audit.Reported) { r.Status = s }
	}
	return map[string]composeCase{
		"acknowledged": {change: status(incident.Acknowledged), policy: data},
		"snoozed":      {change: status(incident.Snoozed), policy: data},
		"expected":     {change: status(incident.Expected), policy: data},
		"dismissed":    {change: status(incident.Dismissed), policy: data},
		"baseline":     {change: status(incident.Baseline), policy: data},
		"information":  {change: func(r *audit.Reported) { r.Finding.Severity = finding.Info }, policy: data},
		"no channel":   {policy: notify.Policy{}},
		"the source has a channel of its own": {
			policy: notify.Policy{Channel: "#data", Routes: []notify.Route{{Source: "ios", Channel: "#ios"}, {Source: "web", Channel: "#web"}}},
			want:   []string{"#web new"},
		},
		"a source outside production": {policy: notify.Policy{Channel: "#data", Muted: map[string]bool{"web": true}}},
		"two sources, one of them production": {
			change: func(r *audit.Reported) { r.Finding.Sources = []string{"web", "ios"} },
			policy: notify.Policy{Channel: "#data", Muted: map[string]bool{"web": true}}, want: []string{"#data new"},
		},
		"the whole workspace": {
			change: func(r *audit.Reported) { r.Finding.Subject.Source = "" },
			policy: notify.Policy{Channel: "#data", Muted: map[string]bool{"web": true}}, want: []string{"#data new"},
		},
	}
}

func TestCompose(t *testing.T) {
	t.Parallel()
	cases := composeCases()
	maps.Copy(cases, silences())
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := reported(t)
			if tc.change != nil {
				tc.change(&r)
			}
			if diff := cmp.Diff(tc.want, said(t, notify.Compose(result(t, r), tc.told, tc.policy))); diff != "" {
				t.Errorf("what the channels hear differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestBaselineIsNeverTold(t *testing.T) {
	t.Parallel()
	r := result(t)
	r.Baseline = []audit.Reported{reported(t)}
	if out := notify.Compose(r, nil, notify.Policy{Channel: "#data"}); len(out) != 0 {
		t.Errorf("composed %v of the baseline", said(t, out))
	}
}

// TestIDs: the same news has the same id until it was told; what follows has another.
func TestIDs(t *testing.T) {
	t.Parallel()
	p := notify.Policy{Channel: "#data"}
	first := notify.Compose(result(t, reported(t)), nil, p)
	grown := reported(t)
	grown.Finding.Rows, grown.Change = 900, incident.Continued
	again := notify.Compose(result(t, grown), nil, p)
	if first[0].ID != again[0].ID {
		t.Errorf("untold news changed its id from %s to %s", first[0].ID, again[0].ID)
	}
	back := notify.Compose(result(t, grown), []audit.Told{told(incident.Resolved, finding.Critical, 364)}, p)
	other := notify.Compose(result(t, grown), nil, notify.Policy{Channel: "#web"})
	if back[0].ID == first[0].ID || other[0].ID == first[0].ID {
		t.Error("other news, or another channel, has the same id")
	}
}

// TestNothingIsToldTwice: once all that was composed has been told, the same audit has nothing more to say.
func TestNothingIsToldTwice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		r := reported(t)
		r.Status = rapid.SampledFrom([]incident.Status{incident.Open, incident.ResolvedAway, incident.Snoozed}).Draw(rt, "status")
		r.Change = rapid.SampledFrom([]incident.Kind{incident.Opened, incident.Worsened, incident.Continued}).Draw(rt, "change")
		r.Finding.Severity = rapid.SampledFrom([]finding.Severity{finding.Info, finding.Warning, finding.Critical}).Draw(rt, "severity")
		r.Finding.Rows = rapid.Int64Min(0).Draw(rt, "rows")
		var before []audit.Told
		if rapid.Bool().Draw(rt, "told") {
			before = append(before, told(rapid.SampledFrom([]incident.Kind{incident.Opened, incident.Resolved}).Draw(rt, "what"),
				finding.Warning, rapid.Int64Min(0).Draw(rt, "told rows")))
		}
		p := notify.Policy{Channel: "#data"}
		box := &outbox{waiting: notify.Compose(result(t, r), before, p)}
		if len(box.waiting) > 1 {
			rt.Fatalf("one finding makes %d messages", len(box.waiting))
		}
		if _, err := deliver(t, box, notifier(func(notify.Message) (notify.Receipt, error) { return notify.Receipt{Thread: "2.2"}, nil })); err != nil {
			rt.Fatal(err)
		}
		if more := notify.Compose(result(t, r), append(before, box.told...), p); len(more) > 0 {
			rt.Fatalf("told again: %v", said(t, more))
		}
	})
}
