package notify_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/notify"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// outbox keeps everything in memory.
type outbox struct {
	waiting []audit.Outgoing
	told    []audit.Told
	why     map[string]string
	again   map[string]time.Time
	broken  error
}

func (b *outbox) Claim(context.Context, time.Time, time.Duration) (audit.Outgoing, bool, error) {
	if b.broken != nil || len(b.waiting) == 0 {
		return audit.Outgoing{}, false, b.broken
	}
	o := b.waiting[0]
	b.waiting = b.waiting[1:]
	return o, true, nil
}

func (b *outbox) Delivered(_ context.Context, _ string, t audit.Told) error {
	b.told = append(b.told, t)
	return b.broken
}

func (b *outbox) Undelivered(_ context.Context, id, why string, again time.Time) error {
	if b.why == nil {
		b.why, b.again = map[string]string{}, map[string]time.Time{}
	}
	b.why[id], b.again[id] = why, again
	return b.broken
}

// notifier is a function that posts.
type notifier func(notify.Message) (notify.Receipt, error)

func (f notifier) Notify(_ context.Context, m notify.Message) (notify.Receipt, error) { return f(m) }

func deliver(t *testing.T, box notify.Outbox, n notify.Notifier) (notify.Delivery, error) {
	t.Helper()
	return notify.Deliver(t.Context(), box, n, time.Now, slog.New(slog.DiscardHandler))
}

// two are messages of two findings.
func two(t *testing.T) []audit.Outgoing {
	t.Helper()
	a, b := reported(t), reported(t)
	b.ID = "PL-M2X8RC"
	return notify.Compose(result(t, a, b), nil, notify.Policy{Channel: "#data"})
}

func TestDeliverGoesOnAfterAFailure(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		err   error
		waits time.Duration // until the message is due again; 0: not before a person acts
	}{
		"a person must act":            {&notify.RefusedError{Mend: "invite the bot", Err: errors.New("channel_not_found")}, 0},
		"the service asks for an hour": {&notify.TemporaryError{After: time.Hour, Err: errors.New("ratelimited")}, time.Hour},
		"the service is down, no hint": {&notify.TemporaryError{Err: errors.New("503")}, 10 * time.Minute},
		"something nobody thought of":  {errors.New("bad luck"), 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				out := two(t)
				box := &outbox{waiting: out}
				d, err := deliver(t, box, notifier(func(m notify.Message) (notify.Receipt, error) {
					if m.Finding.ID == "PL-7K2M9Q" {
						return notify.Receipt{}, tc.err
					}
					return notify.Receipt{Thread: "2.2"}, nil
				}))
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(notify.Delivery{Delivered: 1, Undelivered: 1}, d); diff != "" {
					t.Errorf("delivery differs (-want +got):\n%s", diff)
				}
				if len(box.told) != 1 || box.told[0].Incident != "PL-M2X8RC" || box.told[0].Thread != "2.2" || box.told[0].Channel != "#data" {
					t.Errorf("told %+v, want the second finding in its own thread", box.told)
				}
				if box.why[out[0].ID] != tc.err.Error() {
					t.Errorf("kept as the reason %q, want %q", box.why[out[0].ID], tc.err)
				}
				want := time.Time{}
				if tc.waits > 0 {
					want = time.Now().Add(tc.waits)
				}
				if !box.again[out[0].ID].Equal(want) {
					t.Errorf("due again at %s, want %s", box.again[out[0].ID], want)
				}
			})
		})
	}
}

func TestDeliverWaitsAsAsked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began, calls := time.Now(), 0
		box := &outbox{waiting: two(t)[:1]}
		d, err := deliver(t, box, notifier(func(notify.Message) (notify.Receipt, error) {
			if calls++; calls < 3 {
				return notify.Receipt{}, &notify.TemporaryError{After: 7 * time.Second, Err: errors.New("ratelimited")}
			}
			return notify.Receipt{Thread: "2.2"}, nil
		}))
		if err != nil || d.Delivered != 1 {
			t.Fatalf("delivered %d, %v", d.Delivered, err)
		}
		if waited := time.Since(began); waited != 14*time.Second {
			t.Errorf("waited %s, want twice 7 seconds", waited)
		}
	})
}

func TestDeliverStops(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		box := &outbox{waiting: two(t)}
		n := notifier(func(notify.Message) (notify.Receipt, error) {
			stop()
			return notify.Receipt{}, &notify.TemporaryError{After: time.Second, Err: errors.New("ratelimited")}
		})
		d, err := notify.Deliver(ctx, box, n, time.Now, slog.New(slog.DiscardHandler))
		if !errors.Is(err, context.Canceled) || d.Undelivered != 1 || len(box.waiting) != 1 || len(box.why) != 1 {
			t.Errorf("stopped with %v, %d undelivered, %d waiting, %d recorded; want one recorded and one left", err, d.Undelivered, len(box.waiting), len(box.why))
		}
	})
}

func TestDeliverSaysWhenTheOutboxIsBroken(t *testing.T) {
	t.Parallel()
	broken := errors.New("database is locked")
	if _, err := deliver(t, &outbox{broken: broken}, nil); !errors.Is(err, broken) || !strings.Contains(err.Error(), "outbox") {
		t.Errorf("got %v", err)
	}
}

func TestUnreadableMessageIsKept(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	box := &outbox{waiting: []audit.Outgoing{{ID: "x", Body: []byte("{")}}}
	d, err := notify.Deliver(t.Context(), box, nil, time.Now, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil || d.Undelivered != 1 || !strings.Contains(box.why["x"], "read a waiting message") {
		t.Errorf("got %+v, %v, %q", d, err, box.why)
	}
	if !strings.Contains(log.String(), "message not delivered") {
		t.Errorf("the log does not say so: %s", log.String())
	}
}
