package app

import (
	"context"
	"time"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/notify"
	"github.com/plumbline-audit/plumbline/internal/state"
)

// outbox is the state's, as the sender wants it.
type outbox struct{ store *state.Store }

var _ notify.Outbox = (*outbox)(nil)

// Claim implements notify.Outbox.
func (o *outbox) Claim(ctx context.Context, now time.Time, hold time.Duration) (audit.Outgoing, bool, error) {
	claimed, err := o.store.Claim(ctx, now, hold, 1)
	if err != nil || len(claimed) == 0 {
		return audit.Outgoing{}, false, err
	}
	return claimed[0].Outgoing, true, nil
}

// Delivered implements notify.Outbox.
func (o *outbox) Delivered(ctx context.Context, id string, told audit.Told) error {
	return o.store.Delivered(ctx, id, told.Thread, []audit.Told{told})
}

// Undelivered implements notify.Outbox.
func (o *outbox) Undelivered(ctx context.Context, id, why string, again time.Time) error {
	return o.store.Undelivered(ctx, id, why, again, again.IsZero())
}
