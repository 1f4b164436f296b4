package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/plumbline-audit/plumbline/checks"
	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/backtest"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/notify"
	"github.com/plumbline-audit/plumbline/internal/state"
)

// nowhere is the channel of a backtest where none is configured: what would be posted is counted all the same.
const nowhere = "#nowhere"

// Replayed is what a backtest asks for on the command line.
type Replayed struct {
	Sources  []string
	Kinds    []string
	From, To string // judged days, YYYY-MM-DD; "": as far as the history reaches
	Scores   bool
}

// Backtest replays past nights on a state of its own. The App must keep its state in memory: what people said of
// findings is no part of it, what the configuration says is.
func (a *App) Backtest(ctx context.Context, r Replayed) ([]backtest.Night, *backtest.Scores, error) {
	progress := a.o.Progress
	a.o.Progress = nil // nights are shown, not each night's statements
	auditor, job, err := a.Auditor(ctx, Request{Sources: r.Sources, Kinds: r.Kinds})
	if err != nil {
		return nil, nil, err
	}
	from, err := dayOf("--from", r.From)
	if err != nil {
		return nil, nil, err
	}
	to, err := dayOf("--to", r.To)
	if err != nil {
		return nil, nil, err
	}
	clock := &backtest.Clock{}
	store, err := state.Open(ctx, state.Memory, state.Options{Workspace: a.Config.Workspace, Now: clock.Now, Log: a.o.Log})
	if err != nil {
		return nil, nil, err
	}
	defer store.Close() //nolint:errcheck // it was in memory
	scores := &backtest.Scores{From: job.Checks.FallScore()}
	auditor.Store = store
	auditor.Compose = func(res audit.Result, told []audit.Told) []audit.Outgoing {
		p := a.policy()
		if p.Channel == "" {
			p.Channel = nowhere
		}
		return notify.Compose(res, told, p)
	}
	if r.Scores {
		auditor.Watch = func(inputs []checks.Input) {
			for _, in := range inputs {
				scores.Add(checks.VolumeScores(in, scores.Next(in)))
			}
		}
	}
	replay := backtest.Replay{Auditor: *auditor, Job: job, Clock: clock, Progress: progress}
	replay.Deliver = func(ctx context.Context) ([]backtest.Message, error) {
		var c counter
		_, err := notify.Deliver(ctx, &outbox{store}, &c, clock.Now, a.o.Log)
		return c.sent, err
	}
	span, err := replay.Period(ctx, from, to, landed.DayOf(a.o.Now().In(a.Config.Timezone.Location())))
	if err != nil {
		if _, ok := errors.AsType[*backtest.PeriodError](err); ok {
			err = &UsageError{err}
		}
		return nil, nil, err
	}
	nights, err := replay.Run(ctx, span)
	if r.Scores {
		scores.Tell(nights)
	}
	return nights, scores, err
}

func dayOf(flag, text string) (landed.Day, error) {
	if text == "" {
		return landed.NoDay, nil
	}
	d, err := landed.ParseDay(text)
	if err != nil {
		return d, &UsageError{fmt.Errorf("%s: %w", flag, err)}
	}
	return d, nil
}

// counter is a channel that only counts what it is sent.
type counter struct{ sent []backtest.Message }

// Notify implements notify.Notifier.
func (c *counter) Notify(_ context.Context, m notify.Message) (notify.Receipt, error) {
	c.sent = append(c.sent, backtest.Message{Incident: m.Finding.ID, Reply: m.Thread != ""})
	return notify.Receipt{Channel: m.Channel, Thread: m.ID}, nil
}
