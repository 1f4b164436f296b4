package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/plumbline-audit/plumbline/internal/audit"
)

// Outbox holds the messages that an audit committed, until they are delivered.
type Outbox interface {
	// Claim returns the oldest message that is due at now and hands it to nobody else before now+hold; false: none is.
	Claim(ctx context.Context, now time.Time, hold time.Duration) (audit.Outgoing, bool, error)
	// Delivered takes the message out of the outbox and keeps what the channel was told, both or neither.
	Delivered(ctx context.Context, id string, told audit.Told) error
	// Undelivered keeps why a message is still here, and when it is due again; a zero time: not before a person acts.
	Undelivered(ctx context.Context, id, why string, again time.Time) error
}

const (
	hold     = 5 * time.Minute  // longer than one message can take, with all its tries
	post     = 30 * time.Second // of one try
	patience = 30 * time.Second // how long a service may ask to be left alone before the message goes back to the outbox
	tries    = 3                // of one message in one Deliver
	later    = 10 * time.Minute // until the next Deliver may try again, where the service did not say
)

// Delivery says what became of the messages that were due.
type Delivery struct {
	Delivered   int
	Undelivered int // waiting for another try, or for a person
}

// Deliver posts every message that is due. A message that fails is recorded with the reason and never keeps the next
// one back. A message is recorded as delivered after it was posted, so a crash between the two repeats one message and
// loses none. The error is of the outbox, without which nothing can be claimed or recorded, or of a ctx that ended.
func Deliver(ctx context.Context, box Outbox, n Notifier, now func() time.Time, log *slog.Logger) (Delivery, error) {
	var d Delivery
	for {
		if err := ctx.Err(); err != nil {
			return d, fmt.Errorf("deliver waiting messages: %w", err)
		}
		out, ok, err := box.Claim(ctx, now(), hold)
		if err != nil {
			return d, fmt.Errorf("take the next message from the outbox: %w", err)
		}
		if !ok {
			return d, nil
		}
		delivered, err := deliver(ctx, box, n, out, now, log)
		if err != nil {
			return d, err
		}
		if delivered {
			d.Delivered++
		} else {
			d.Undelivered++
		}
	}
}

// deliver posts one message and records what became of it.
func deliver(ctx context.Context, box Outbox, n Notifier, out audit.Outgoing, now func() time.Time, log *slog.Logger) (bool, error) {
	m, err := Decode(out.Body)
	var receipt Receipt
	if err == nil {
		receipt, err = try(ctx, n, m)
	}
	// What happened is recorded even when the run is being stopped.
	keep := context.WithoutCancel(ctx)
	if err != nil {
		again := due(err, now())
		log.WarnContext(ctx, "message not delivered", "message", out.ID, "channel", out.Route, "again", again, "error", err)
		if err := box.Undelivered(keep, out.ID, err.Error(), again); err != nil {
			return false, fmt.Errorf("record that message %s was not delivered: %w", out.ID, err)
		}
		return false, nil
	}
	log.InfoContext(ctx, "message delivered", "message", out.ID, "channel", out.Route, "finding", m.Finding.ID, "news", string(m.News))
	if err := box.Delivered(keep, out.ID, toldOf(m, receipt, now())); err != nil {
		return false, fmt.Errorf("record that message %s was delivered: %w", out.ID, err)
	}
	return true, nil
}

// try posts a message, and waits when the service asks for a short pause.
func try(ctx context.Context, n Notifier, m Message) (Receipt, error) {
	for attempt := 1; ; attempt++ {
		one, cancel := context.WithTimeout(ctx, post)
		receipt, err := n.Notify(one, m)
		cancel()
		var temporary *TemporaryError
		if err == nil || attempt == tries || !errors.As(err, &temporary) || temporary.After <= 0 || temporary.After > patience {
			return receipt, err
		}
		wait := time.NewTimer(temporary.After)
		select {
		case <-wait.C:
		case <-ctx.Done():
			wait.Stop()
			return Receipt{}, err
		}
	}
}

// due says when a message that failed is to be tried again; zero: when a person has acted.
func due(err error, now time.Time) time.Time {
	var temporary *TemporaryError
	switch {
	case errors.As(err, &temporary):
		return now.Add(max(temporary.After, later))
	case errors.Is(err, context.Canceled):
		return now // it was not the message's fault
	default:
		return time.Time{}
	}
}
