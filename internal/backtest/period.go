package backtest

import (
	"context"
	"fmt"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// How much is replayed where nobody says, and how much history comes before the first of those nights: what is usual
// on a weekday needs some of each.
const (
	usualNights = 90
	warmUp      = 28
)

// PeriodError says why no night can be chosen, and what to do.
type PeriodError struct{ Why string }

// Error implements error.
func (e *PeriodError) Error() string { return e.Why }

// Period chooses the judged days: those between from and to, where one is NoDay as many as have history, at most 90.
// The day today has not ended yet.
func (r Replay) Period(ctx context.Context, from, to, today landed.Day) (landed.Span, error) {
	if from != landed.NoDay && to != landed.NoDay {
		return ordered(from, to)
	}
	end := today - 1
	if to != landed.NoDay {
		end = to
	}
	look := landed.Span{First: end - landed.Day(r.Job.History+usualNights) + 1, Last: end}
	if from != landed.NoDay {
		look.First = min(look.First, from)
	}
	held, err := r.held(ctx, look)
	if err != nil {
		return landed.NoSpan, err
	}
	if held.Empty() {
		return landed.NoSpan, &PeriodError{fmt.Sprintf("nothing has landed from %s to %s: name the days to judge with --from and --to", look.First, look.Last)}
	}
	if to == landed.NoDay {
		to = held.Last
	}
	if from != landed.NoDay {
		return ordered(from, to)
	}
	from = max(to-usualNights+1, held.First+warmUp)
	if from > to {
		return landed.NoSpan, &PeriodError{fmt.Sprintf("the history begins on %s: that is less than the %d days before %s that show what is usual; judge days with less by naming the first one with --from",
			held.First, warmUp, to)}
	}
	return landed.Span{First: from, Last: to}, nil
}

func ordered(from, to landed.Day) (landed.Span, error) {
	if from > to {
		return landed.NoSpan, &PeriodError{fmt.Sprintf("--from %s is after --to %s: write the earlier day first", from, to)}
	}
	return landed.Span{First: from, Last: to}, nil
}

// held is the days from the first to the last that has rows of any source.
func (r Replay) held(ctx context.Context, look landed.Span) (landed.Span, error) {
	held := landed.NoSpan
	for _, s := range r.Job.Sources {
		if s.Problem != nil {
			continue
		}
		facts, err := r.gather(ctx, s, landed.Request{Source: s.Source, Want: map[landed.Kind]landed.Span{landed.Counts: look}})
		if err != nil {
			return held, err
		}
		for i, n := range facts.Total() {
			if d := facts.Span.First + landed.Day(i); n > 0 {
				held = held.Union(landed.Span{First: d, Last: d})
			}
		}
	}
	return held, nil
}

func (r Replay) gather(ctx context.Context, s audit.Source, req landed.Request) (landed.Snapshot, error) {
	facts, err := r.Auditor.Warehouse.Gather(ctx, req)
	if err != nil {
		return facts, fmt.Errorf("read the history of source %s: %w", s.Name, err)
	}
	return facts, nil
}
