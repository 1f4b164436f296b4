package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Verb is what a person does with findings.
type Verb string

// The verbs.
const (
	Ack     Verb = "ack"
	Snooze  Verb = "snooze"
	Expect  Verb = "expect"
	Accept  Verb = "accept"
	Dismiss Verb = "dismiss"
	Assign  Verb = "assign"
	Resolve Verb = "resolve"
	Reopen  Verb = "reopen"
)

// Act is a verb with what it needs.
type Act struct {
	Verb  Verb
	For   time.Duration // snooze
	Until landed.Day    // expect: the last day that is no news
	From  landed.Day    // accept: this level is the new usual from here; NoDay: from the day the finding began
	Owner string        // assign; "" takes an assignment back
	Why   string
	Who   string
}

// Handle does the act on each finding and remembers who did it and why. What one of them refuses stops no other.
func (a *App) Handle(ctx context.Context, on []audit.Reported, act Act) error {
	store, err := a.Store(ctx)
	if err != nil {
		return err
	}
	incidents, err := store.Incidents(ctx)
	if err != nil {
		return err
	}
	keys := map[string]finding.Key{}
	for _, i := range incidents {
		keys[i.ID] = i.Key
	}
	var errs []error
	for _, r := range on {
		switch k := keys[r.ID]; act.Verb {
		case Reopen:
			errs = append(errs, store.Reopen(ctx, k, act.Who, act.Why))
		case Resolve:
			errs = append(errs, store.Resolve(ctx, k, act.Who, act.Why))
		case Ack, Snooze, Expect, Accept, Dismiss, Assign:
			h, err := act.on(r, k, a.o.Now())
			if err == nil {
				err = store.Handle(ctx, h, incident.Act{Key: k, At: a.o.Now(), Who: act.Who, What: act.said(), Why: act.Why})
			}
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// on is how a finding is handled once the act is done. Assigning is no answer to it: who gave one stays.
func (act Act) on(r audit.Reported, k finding.Key, now time.Time) (incident.Handling, error) {
	h := r.Handling
	h.Key = k
	if act.Verb == Assign {
		h.Owner = act.Owner
		return h, nil
	}
	h.Who, h.Why, h.At = act.Who, act.Why, now
	switch act.Verb {
	case Ack:
		h.Acknowledged = true
	case Snooze:
		h.Until = now.Add(act.For)
	case Expect:
		h.Expected, h.Through = true, act.Until
	case Dismiss:
		h.Dismissed = true
	case Accept:
		if !r.Finding.Kind.Volume() && r.Finding.Kind != finding.MovedEvent { // what is left where it moved from is a level as well
			return h, &UsageError{fmt.Errorf("%s is a %s: only a level of volume can be accepted as the new usual; dismiss it, or change the plan", r.ID, r.Finding.Kind)}
		}
		h.AcceptedFrom, h.Acknowledged = act.From, true
		if act.From == landed.NoDay {
			h.AcceptedFrom = r.Finding.Since
		}
	case Assign, Resolve, Reopen:
	}
	return h, nil
}

// said is the act as the trail has it: the verb, and until when, from when or to whom.
func (act Act) said() string {
	switch act.Verb {
	case Snooze:
		return "snooze for " + act.For.String()
	case Expect:
		return "expect until " + act.Until.String()
	case Accept:
		if act.From != landed.NoDay {
			return "accept from " + act.From.String()
		}
	case Assign:
		if act.Owner == "" {
			return "assign to nobody"
		}
		return "assign to " + act.Owner
	case Ack, Dismiss, Resolve, Reopen:
	}
	return string(act.Verb)
}

// trailOf is what people did with one finding, the oldest first.
func (a *App) trailOf(ctx context.Context, id string) ([]incident.Act, error) {
	incidents, err := a.store.Incidents(ctx)
	if err != nil {
		return nil, err
	}
	for _, i := range incidents {
		if i.ID == id {
			return a.store.Trail(ctx, i.Key)
		}
	}
	return nil, nil
}

// Done is one thing that a person did, and the finding it was done with; without one it was an expectation.
type Done struct {
	incident.Act
	ID, Title string
}

// Trail is all that people did, the oldest first: with the findings that fit the filter, or with all. Without a filter
// expectations that were stated and taken back stand in it too.
func (a *App) Trail(ctx context.Context, f Filter) ([]Done, error) {
	store, err := a.Store(ctx)
	if err != nil {
		return nil, err
	}
	incidents, err := store.Incidents(ctx)
	if err != nil {
		return nil, err
	}
	chosen := map[string]bool{}
	if !f.Empty() {
		list, err := a.Findings(ctx, f)
		if err != nil {
			return nil, err
		}
		for _, r := range list {
			chosen[r.ID] = true
		}
	}
	acts, err := store.Trail(ctx)
	if err != nil {
		return nil, err
	}
	by := map[finding.Key]incident.Incident{}
	for _, i := range incidents {
		by[i.Key] = i
	}
	var out []Done
	for _, act := range acts {
		i := by[act.Key]
		if f.Empty() || chosen[i.ID] {
			out = append(out, Done{Act: act, ID: i.ID, Title: i.Finding.Title})
		}
	}
	if f.Empty() {
		out, err = a.withStated(ctx, out)
	}
	return out, err
}
