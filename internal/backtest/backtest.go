// Package backtest replays past nights: what plumbline would have told, had it run then.
package backtest

import (
	"context"
	"fmt"
	"time"

	"github.com/plumbline-audit/plumbline/checks"
	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Clock is the time of the night that is being replayed. Whatever a replay uses is to read it, and nothing else.
type Clock struct{ now time.Time }

// Now is the morning of the night.
func (c *Clock) Now() time.Time { return c.now }

// Replay is past nights to be audited one after the other, with one state that knows nothing before the first.
type Replay struct {
	Auditor  audit.Auditor // its Store is to be empty, and nobody else's
	Job      audit.Job
	Clock    *Clock
	Deliver  func(ctx context.Context) ([]Message, error) // takes what the night would have posted out of the outbox
	Progress func(done, total int, what string)           // nil: nobody looks
}

// Message is one message that a night would have posted.
type Message struct {
	Incident string
	Reply    bool // it follows in the thread of an earlier one
}

// Night is one night as it would have been told.
type Night struct {
	AsOf     landed.Day // the morning; the judged day is the one before
	Result   audit.Result
	Messages []Message
}

// Run audits every night whose judged day lies in span, the oldest first. Facts are read as live audits do: the
// history once, then each night's new and unsettled days, always as they had landed by that morning.
func (r Replay) Run(ctx context.Context, span landed.Span) ([]Night, error) {
	w, err := r.past(ctx, span)
	if err != nil {
		return nil, err
	}
	a := r.Auditor
	a.Warehouse, a.Now, a.Learned = w, r.Clock.Now, checks.NewLearned()
	var nights []Night
	for d := span.First; d <= span.Last; d++ {
		r.show(int(d-span.First), span, d+1)
		r.Clock.now = (d + 1).Time().Add(r.Job.LoadedBy)
		job := r.Job
		job.AsOf, job.Notify, job.Full, job.Replay = d+1, true, false, false
		result, err := a.Run(ctx, job)
		if err != nil {
			return nil, fmt.Errorf("replay the night to %s: %w", d+1, err)
		}
		result.Landed = nil // the next night has its own; all of them would not fit
		night := Night{AsOf: d + 1, Result: result}
		if night.Messages, err = r.Deliver(ctx); err != nil {
			return nil, fmt.Errorf("replay the night to %s: %w", d+1, err)
		}
		nights = append(nights, night)
	}
	r.show(span.Len(), span, span.Last+1)
	return nights, nil
}

func (r Replay) show(done int, span landed.Span, d landed.Day) {
	if r.Progress != nil {
		r.Progress(done, span.Len(), "night to "+d.String())
	}
}
