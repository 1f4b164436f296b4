package state

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

func TestHandlingAndItsTrail(t *testing.T) {
	s, c := inFile(t)
	commit(t, s, record(100))
	key := found().Key
	ack := incident.Handling{Key: key, Acknowledged: true, Who: "ada", Why: "on it", AcceptedFrom: landed.NoDay, At: start}
	if err := s.Handle(t.Context(), ack, incident.Act{Key: key, Who: "ada", What: "ack", Why: "on it"}); err != nil {
		t.Fatal(err)
	}
	c.pass(time.Hour)
	snooze := incident.Handling{
		Key: key, Until: start.AddDate(0, 0, 7), Owner: "@checkout", Who: "bob", AcceptedFrom: 12, At: start.Add(time.Minute),
	}
	if err := s.Handle(t.Context(), snooze, incident.Act{At: snooze.At, Who: "bob", What: "snooze"}); err != nil {
		t.Fatal(err)
	}
	got, err := s.Handlings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]incident.Handling{snooze}, got); diff != "" {
		t.Error(diff)
	}
	trail, err := s.Trail(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	want := []incident.Act{
		{Key: key, At: start, Who: "ada", What: "ack", Why: "on it"}, {Key: key, At: start.Add(time.Minute), Who: "bob", What: "snooze"},
	}
	if diff := cmp.Diff(want, trail); diff != "" {
		t.Error(diff)
	}
}

func TestPeopleResolveAndReopen(t *testing.T) {
	s, c := inFile(t)
	commit(t, s, record(100))
	key := found().Key
	if err := s.Handle(t.Context(), incident.Handling{Key: key, Dismissed: true, Who: "ada"}, incident.Act{Who: "ada", What: "dismiss"}); err != nil {
		t.Fatal(err)
	}
	c.pass(time.Hour)
	if err := s.Resolve(t.Context(), key, "ada", "fixed"); err != nil {
		t.Fatal(err)
	}
	closed := load(t, s, 0).Incidents[0]
	if !closed.Closed.Equal(start.Add(time.Hour)) || closed.Finding.Ongoing {
		t.Errorf("closed %v, ongoing %v", closed.Closed, closed.Finding.Ongoing)
	}
	if err := s.Reopen(t.Context(), key, "bob", "it is not"); err != nil {
		t.Fatal(err)
	}
	m := load(t, s, 0)
	if !m.Incidents[0].Standing() || len(m.Handling) > 0 {
		t.Errorf("closed %v, handling %v", m.Incidents[0].Closed, m.Handling)
	}
	trail, err := s.Trail(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	var acts []string
	for _, a := range trail {
		acts = append(acts, a.Who+" "+a.What)
	}
	if diff := cmp.Diff([]string{"ada dismiss", "ada resolve", "bob reopen"}, acts); diff != "" {
		t.Error(diff)
	}
	wantError(t, s.Resolve(t.Context(), "nobody", "ada", ""), ErrUnknown)
	wantError(t, s.Reopen(t.Context(), "nobody", "ada", ""), ErrUnknown)
}

func TestLongResolvedIncidentsAreNotLoaded(t *testing.T) {
	s, c := inFile(t)
	i := found()
	i.Closed = start
	r := record(100)
	r.Changes = []incident.Change{{Kind: incident.Resolved, Incident: i}}
	commit(t, s, r)
	c.pass(incident.Remembered)
	if n := len(load(t, s, 0).Incidents); n != 1 {
		t.Errorf("%d incidents after 90 days, want 1", n)
	}
	c.pass(time.Second)
	if n := len(load(t, s, 0).Incidents); n != 0 {
		t.Errorf("%d incidents after more than 90 days, want none", n)
	}
	if all, err := s.Incidents(t.Context()); err != nil || len(all) != 1 {
		t.Errorf("%d incidents of all, %v", len(all), err)
	}
}

// claimFor is how long the tests hold a message.
const claimFor = 5 * time.Minute

func TestOutbox(t *testing.T) {
	s, c := inFile(t)
	commit(t, s, record(100))
	r := record(100)
	r.Outbox[0].Body = []byte("the same news with newer figures")
	r.Outbox = append(r.Outbox, audit.Outgoing{ID: "later", Route: "#ops", Due: start.Add(time.Hour)})
	commit(t, s, r)

	first, err := s.Claim(t.Context(), start, claimFor, 100)
	if err != nil || len(first) != 1 {
		t.Fatalf("claimed %v, %v", first, err)
	}
	want := Message{Outgoing: r.Outbox[0], Attempts: 1}
	if diff := cmp.Diff(want, first[0], options()); diff != "" {
		t.Error(diff)
	}
	if again, err := s.Claim(t.Context(), start.Add(claimFor-1), claimFor, 100); err != nil || len(again) != 0 {
		t.Errorf("claimed by two: %v, %v", again, err)
	}
	crashed, err := s.Claim(t.Context(), start.Add(claimFor), claimFor, 100)
	if err != nil || len(crashed) != 1 || crashed[0].Attempts != 2 {
		t.Fatalf("after a sender ended without a word: %v, %v", crashed, err)
	}
	retry := start.Add(30 * time.Minute)
	if err := s.Undelivered(t.Context(), want.ID, "slack: rate limited", retry, false); err != nil {
		t.Fatal(err)
	}
	if early, err := s.Claim(t.Context(), retry.Add(-1), claimFor, 100); err != nil || len(early) != 0 {
		t.Errorf("tried again too early: %v, %v", early, err)
	}
	waiting, err := s.Waiting(t.Context())
	if err != nil || len(waiting) != 2 || waiting[0].Problem != "slack: rate limited" || !waiting[0].Retry.Equal(retry) {
		t.Fatalf("waiting: %+v, %v", waiting, err)
	}
	told := audit.Told{
		Incident: found().ID, Channel: "C1", Thread: "1718.2", What: incident.Opened, Severity: finding.Critical, Rows: 18204, At: start,
	}
	c.pass(time.Hour)
	for range 2 { // the second time changes nothing
		if err := s.Delivered(t.Context(), want.ID, "1718.2", []audit.Told{told}); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]audit.Told{told}, load(t, s, 0).Told); diff != "" {
		t.Error(diff)
	}
	if err := s.Undelivered(t.Context(), "later", "channel_not_found", time.Time{}, true); err != nil {
		t.Fatal(err)
	}
	if never, err := s.Claim(t.Context(), start.AddDate(1, 0, 0), claimFor, 100); err != nil || len(never) != 0 {
		t.Errorf("given up or delivered, and sent again: %v, %v", never, err)
	}
	if waiting, err = s.Waiting(t.Context()); err != nil || len(waiting) != 1 || !waiting[0].GivenUp {
		t.Errorf("waiting: %+v, %v", waiting, err)
	}
	wantError(t, s.Undelivered(t.Context(), want.ID, "x", retry, false), ErrUnknown)
	wantError(t, s.Delivered(t.Context(), "nothing", "", nil), ErrUnknown)
	commit(t, s, record(100))
	if after, err := s.Claim(t.Context(), start.AddDate(1, 0, 0), claimFor, 100); err != nil || len(after) != 0 {
		t.Errorf("a message that was delivered came back with the same audit: %v, %v", after, err)
	}
}

func TestAMessageThatWasGivenUpIsTriedWhenItIsComposedAgain(t *testing.T) {
	s, _ := inFile(t)
	commit(t, s, record(100))
	id := record(100).Outbox[0].ID
	if err := s.Undelivered(t.Context(), id, "channel_not_found: invite the bot", time.Time{}, true); err != nil {
		t.Fatal(err)
	}
	commit(t, s, record(100)) // the next audit has it still to tell
	if again, err := s.Claim(t.Context(), start.AddDate(1, 0, 0), claimFor, 1); err != nil || len(again) != 1 || again[0].ID != id || again[0].GivenUp {
		t.Errorf("the news was lost with its channel: %v, %v", again, err)
	}
}

func TestClaimGivesAtMostWhatWasAskedFor(t *testing.T) {
	s, _ := inFile(t)
	for _, id := range []string{"a", "b", "c"} {
		if err := s.Put(t.Context(), audit.Outgoing{ID: id, Route: "#x", Due: start}); err != nil {
			t.Fatal(err)
		}
	}
	one, err := s.Claim(t.Context(), start, claimFor, 1)
	if err != nil || len(one) != 1 || one[0].ID != "a" {
		t.Fatalf("claimed %v, %v", one, err)
	}
	rest, err := s.Claim(t.Context(), start, claimFor, 5)
	if err != nil || len(rest) != 2 {
		t.Errorf("claimed %v, %v", rest, err)
	}
}

func TestPutWithoutAnAudit(t *testing.T) {
	s, _ := inFile(t)
	o := audit.Outgoing{ID: "weekly-23", Route: "#data-quality", Due: start, Body: []byte("x")}
	for range 2 {
		if err := s.Put(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := s.Claim(t.Context(), start, claimFor, 100); err != nil || len(got) != 1 {
		t.Errorf("claimed %v, %v", got, err)
	}
}
