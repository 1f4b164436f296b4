package app

import (
	"context"
	"time"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/notify"
	"github.com/plumbline-audit/plumbline/internal/state"
)

// outbox hands the messages of the state to the sender one by one.
type outbox struct {
	store   *state.Store
	waiting []state.Message
}

var _ notify.Outbox = (*outbox)(nil)

// Claim implements notify.Outbox. The state claims all that is due at once; what is not sent before the claim ends is
// due again.
func (o *outbox) Claim(ctx context.Context, now time.Time, _ time.Duration) (audit.Outgoing, bool, error) {
	if len(o.waiting) == 0 {
		claimed, err := o.store.Claim(ctx, now)
		if err != nil || len(claimed) == 0 {
			return audit.Outgoing{}, false, err
		}
		o.waiting = claimed
	}
	next := o.waiting[0].Outgoing
	o.waiting = o.waiting[1:]
	return next, true, nil
}

// Delivered implements notify.Outbox.
func (o *outbox) Delivered(ctx context.Context, id string, told audit.Told) error {
	return o.store.Delivered(ctx, id, told.Thread, []audit.Told{told})
}

// Undelivered implements notify.Outbox.
func (o *outbox) Undelivered(ctx context.Context, id, why string, again time.Time) error {
	return o.store.Undelivered(ctx, id, why, again, again.IsZero())
}
