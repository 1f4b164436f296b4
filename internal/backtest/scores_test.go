package backtest_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/plumbline-audit/plumbline/checks"
	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/backtest"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

func TestScores(t *testing.T) {
	day := on(t, "2026-06-10")
	var s backtest.Scores
	s.Add(nil)
	s.Add([]checks.VolumeScore{
		{Source: "web", Event: "=1+1", Day: day, Score: 0.25},
		{Source: "web", Event: "Viewed", Day: day, Score: 1},
		{Source: "web", Event: "Viewed", Day: day, Score: 3.25, Alert: true},
		{Source: "web", Event: "@", Day: day},
	})
	s.Add([]checks.VolumeScore{{Source: "web", Event: "Viewed", Day: day, Score: 9}}) // the day was deferred to a later night
	s.Add([]checks.VolumeScore{{Source: "ios", Event: "a, \"b\"", Day: day, Score: 2}})
	var b bytes.Buffer
	if err := s.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	want := "source,event,date,score,alert\n" +
		"ios,\"a, \"\"b\"\"\",2026-06-10,2.0000,0\n" +
		"web,=1+1,2026-06-10,0.2500,0\n" +
		"web,@,2026-06-10,0.0000,0\n" +
		"web,Viewed,2026-06-10,3.2500,1\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("scores (-want +got):\n%s", diff)
	}
}

// reported is a finding as a night tells it.
func reported(id string, kind finding.Kind, event string, since, last landed.Day, change incident.Kind) audit.Reported {
	score := 2.75
	return audit.Reported{ID: id, Status: incident.Open, Change: change, Finding: finding.Finding{
		Kind: kind, Severity: finding.Warning, Subject: finding.Subject{Source: "web", Event: event}, Sources: []string{"web"},
		Since: since, LastSeen: last, Ongoing: true, Score: &score,
	}}
}

// An alert is what the nights would have told of a fall, not what a score alone says.
func TestAlertsAreWhatTheNightsTold(t *testing.T) {
	day := on(t, "2026-06-10")
	renamed := reported("PL-C", finding.Rename, "Old", day, day, incident.Opened)
	renamed.Finding.Explains = []finding.Key{finding.KeyOf(finding.VolumeDrop, finding.Subject{Source: "web", Event: "Old"})}
	grouped := reported("PL-G", finding.UnplannedEvent, "New", day, day, incident.Opened)
	grouped.Finding.Members = []finding.Finding{reported("", finding.VolumeDrop, "Member", day, day, incident.Opened).Finding}
	outage := reported("PL-O", finding.SourceOutage, "", day, day, incident.Opened)
	outage.Finding.Explains = []finding.Key{finding.KeyOf(finding.VolumeDrop, finding.Subject{Source: "web", Event: "Quiet"})}
	holiday := outage
	holiday.Finding.Severity = finding.Info
	expected := reported("PL-E", finding.VolumeDrop, "Quiet", day, day, incident.Opened)
	expected.Status = incident.Expected
	for name, c := range map[string]struct {
		of   audit.Reported
		want string // the event whose row has an alert
	}{
		"a drop":                           {reported("PL-A", finding.VolumeDrop, "Fell", day, day, incident.Opened), "Fell"},
		"a stop that goes on":              {reported("PL-B", finding.EventStopped, "Fell", day-1, day, incident.Continued), "Fell"},
		"a slope with a small score":       {reported("PL-D", finding.SlowDecline, "Slow", day-2, day, incident.Continued), ""},
		"a slope with a score":             {reported("PL-D", finding.SlowDecline, "Fell", day-2, day, incident.Continued), "Fell"},
		"a rise is no fall":                {reported("PL-S", finding.VolumeSpike, "Fell", day, day, incident.Opened), ""},
		"a fall that a rename explains":    {renamed, "Old"},
		"a fall among others":              {grouped, "Member"},
		"a source, and not its events":     {outage, "@"},
		"a holiday of all sources":         {holiday, ""},
		"what was expected":                {expected, ""},
		"what is over":                     {reported("PL-R", finding.VolumeDrop, "Fell", day-1, day, incident.Resolved), ""},
		"what fell long before":            {reported("PL-L", finding.VolumeDrop, "Fell", day-20, day, incident.Opened), ""},
		"a stop of an event too sparse":    {reported("PL-N", finding.EventStopped, "Sparse", day, day, incident.Opened), "Sparse"},
		"a source of which nothing came":   {reported("PL-T", finding.LateData, "", day, day, incident.Opened), "@"},
		"something that is no fall at all": {reported("PL-U", finding.UnplannedEvent, "Fell", day, day, incident.Opened), ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := backtest.Scores{From: 2.5}
			list := []checks.VolumeScore{}
			for _, event := range []string{"Fell", "Old", "Member", "Quiet", "@"} {
				list = append(list, checks.VolumeScore{Source: "web", Event: event, Day: day, Score: 3})
			}
			list = append(list, checks.VolumeScore{Source: "web", Event: "Slow", Day: day, Score: 2.4})
			s.Add(list)
			s.Tell([]backtest.Night{{AsOf: day + 1, Result: audit.Result{Findings: []audit.Reported{c.of}}}})
			var b bytes.Buffer
			if err := s.WriteCSV(&b); err != nil {
				t.Fatal(err)
			}
			rows, err := csv.NewReader(&b).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, row := range rows[1:] {
				if row[4] == "1" {
					got = append(got, row[1])
				}
			}
			if strings.Join(got, " and ") != c.want {
				t.Errorf("the alert is of %q, want %q", got, c.want)
			}
		})
	}
}

// A day on which nothing of a source landed is no judged day of its own night. It is an empty day for the next one.
func TestAnEmptyDayHasScoresOnceALaterDayLanded(t *testing.T) {
	day := on(t, "2026-06-10")
	var s backtest.Scores
	in := checks.Input{Last: day}
	in.Landed.Source.Name = "web"
	if got := s.Next(in); got != day {
		t.Errorf("the first night scores from %s", got)
	}
	s.Add([]checks.VolumeScore{{Source: "web", Event: "Viewed", Day: day}})
	in.Last = day + 2
	if got := s.Next(in); got != day+1 {
		t.Errorf("after an empty day, scores begin on %s", got)
	}
	in.Last = day
	if got := s.Next(in); got != day {
		t.Errorf("a day that was deferred is scored from %s", got)
	}
}

// Programs read the names back as they landed. CSV itself cannot tell a return from a line feed.
func TestScoresHoldAnyName(t *testing.T) {
	day := on(t, "2026-06-10")
	rapid.Check(t, func(t *rapid.T) {
		name := strings.ReplaceAll(rapid.String().Draw(t, "name"), "\r", "")
		var s backtest.Scores
		s.Add([]checks.VolumeScore{{Source: "web", Event: name, Day: day}})
		var b bytes.Buffer
		if err := s.WriteCSV(&b); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil || len(rows) != 2 || rows[1][1] != name {
			t.Fatalf("%q came back as %q, %v", name, rows, err)
		}
	})
}
