package state

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
)

// Message is something to be sent, and how it went so far.
type Message struct {
	audit.Outgoing
	Attempts int       // claims so far, this one included
	Retry    time.Time // not before; zero: when it is due
	Problem  string    // why the last attempt failed
	GivenUp  bool      // it will not be tried again
}

type messageRow struct {
	ID, Route, Incidents string
	Due                  int64
	Body                 []byte
	Attempts             int
	Retry                int64
	Problem              string
	GivenUp              bool `db:"given_up"`
}

const messageColumns = `id, route, incidents, due, body, attempts, retry, problem, given_up`

func (r messageRow) message() (Message, error) {
	m := Message{
		Outgoing: audit.Outgoing{ID: r.ID, Route: r.Route, Due: unstamp(r.Due), Body: r.Body},
		Attempts: r.Attempts, Retry: unstamp(r.Retry), Problem: r.Problem, GivenUp: r.GivenUp,
	}
	if err := json.Unmarshal([]byte(r.Incidents), &m.Incidents); err != nil {
		return m, fmt.Errorf("%w: read message %s: %w", ErrDamaged, r.ID, err)
	}
	return m, nil
}

// putOutgoing puts a message in the outbox. One that was sent stays as it is. One that waits takes the newer words, and
// one that was given up is tried again: whoever composed it anew still has it to tell.
func (s *Store) putOutgoing(ctx context.Context, tx *sqlx.Tx, o audit.Outgoing) error {
	incidents, err := json.Marshal(o.Incidents)
	if err != nil {
		return err
	}
	body := o.Body
	if body == nil {
		body = []byte{}
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO outbox (workspace, id, route, incidents, due, body) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (workspace, id) DO UPDATE SET incidents = excluded.incidents, body = excluded.body,
			retry = CASE WHEN given_up = 1 THEN 0 ELSE retry END, given_up = 0
		WHERE delivered = 0`, s.workspace, o.ID, o.Route, string(incidents), stamp(o.Due), body)
	return err
}

// Put adds messages that come from no audit, such as reminders and weekly summaries. One that was sent stays as it is.
func (s *Store) Put(ctx context.Context, messages ...audit.Outgoing) error {
	return s.change(ctx, "write to", func(tx *sqlx.Tx) error {
		for _, o := range messages {
			if err := s.putOutgoing(ctx, tx, o); err != nil {
				return err
			}
		}
		return nil
	})
}

// Claim returns at most so many of the messages that are due at now, in the order they were written, and keeps other
// senders from them for hold: time to call Delivered or Undelivered. One that ends without a word is due again after.
func (s *Store) Claim(ctx context.Context, now time.Time, hold time.Duration, most int) ([]Message, error) {
	var out []Message
	err := s.change(ctx, "write to", func(tx *sqlx.Tx) error {
		var rows []messageRow
		at := stamp(now)
		if err := tx.SelectContext(ctx, &rows, `SELECT `+messageColumns+` FROM outbox WHERE workspace = ?
			AND delivered = 0 AND given_up = 0 AND due <= ? AND retry <= ? ORDER BY position LIMIT ?`, s.workspace, at, at, most); err != nil {
			return err
		}
		for _, r := range rows {
			if _, err := tx.ExecContext(ctx, `UPDATE outbox SET attempts = attempts + 1, retry = ? WHERE workspace = ? AND id = ?`,
				stamp(now.Add(hold)), s.workspace, r.ID); err != nil {
				return err
			}
			r.Attempts++
			m, err := r.message()
			if err != nil {
				return err
			}
			out = append(out, m)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Delivered notes that a message arrived, the thread that later ones follow, and what its channel now knows. Saying so
// twice changes nothing. It returns ErrUnknown for an id that is not in the outbox.
func (s *Store) Delivered(ctx context.Context, id, thread string, told []audit.Told) error {
	return s.change(ctx, "write to", func(tx *sqlx.Tx) error {
		var at int64
		if err := tx.GetContext(ctx, &at, `SELECT coalesce(max(delivered), -1) FROM outbox WHERE workspace = ? AND id = ?`,
			s.workspace, id); err != nil {
			return err
		}
		switch {
		case at < 0:
			return fmt.Errorf("%w: message %s", ErrUnknown, id)
		case at > 0:
			return nil
		}
		if _, err := tx.ExecContext(ctx, `UPDATE outbox SET delivered = ?, thread = ?, problem = '', given_up = 0
			WHERE workspace = ? AND id = ?`, stamp(s.now()), thread, s.workspace, id); err != nil {
			return err
		}
		for _, t := range told {
			if _, err := tx.ExecContext(ctx, `INSERT INTO told (workspace, incident, channel, thread, what, severity, rows, at)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, s.workspace, t.Incident, t.Channel, t.Thread, t.What, t.Severity, t.Rows,
				stamp(t.At)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Undelivered notes why a message did not arrive, and that it is to be tried again at retry, or never. It returns
// ErrUnknown for an id that does not wait in the outbox.
func (s *Store) Undelivered(ctx context.Context, id, reason string, retry time.Time, giveUp bool) error {
	return s.change(ctx, "write to", func(tx *sqlx.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE outbox SET problem = ?, retry = ?, given_up = ?
			WHERE workspace = ? AND id = ? AND delivered = 0`, reason, stamp(retry), giveUp, s.workspace, id)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		if err == nil && n == 0 {
			err = fmt.Errorf("%w: message %s does not wait", ErrUnknown, id)
		}
		return err
	})
}

// Waiting returns the messages that were not delivered: those that wait, and those that were given up.
func (s *Store) Waiting(ctx context.Context) ([]Message, error) {
	var rows []messageRow
	if err := s.db.SelectContext(ctx, &rows, `SELECT `+messageColumns+` FROM outbox
		WHERE workspace = ? AND delivered = 0 ORDER BY position`, s.workspace); err != nil {
		return nil, s.wrap("read", err)
	}
	out := make([]Message, len(rows))
	for n, r := range rows {
		var err error
		if out[n], err = r.message(); err != nil {
			return nil, s.wrap("read", err)
		}
	}
	return out, nil
}

func (s *Store) told(ctx context.Context, q sqlx.QueryerContext) ([]audit.Told, error) {
	var rows []struct {
		Incident, Channel, Thread string
		What                      incident.Kind
		Severity                  finding.Severity
		Rows, At                  int64
	}
	if err := sqlx.SelectContext(ctx, q, &rows, `SELECT incident, channel, thread, what, severity, rows, at FROM told
		WHERE workspace = ? ORDER BY id`, s.workspace); err != nil {
		return nil, err
	}
	out := make([]audit.Told, len(rows))
	for n, r := range rows {
		out[n] = audit.Told{
			Incident: r.Incident, Channel: r.Channel, Thread: r.Thread, What: r.What, Severity: r.Severity,
			Rows: r.Rows, At: unstamp(r.At),
		}
	}
	return out, nil
}
