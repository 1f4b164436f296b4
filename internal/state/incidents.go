package state

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
)

func (s *Store) putIncident(ctx context.Context, tx *sqlx.Tx, i incident.Incident) error {
	body, err := encodeIncident(i)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO incident (workspace, key, id, opened, closed, body) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (workspace, key) DO UPDATE SET id = excluded.id, opened = excluded.opened, closed = excluded.closed,
		body = excluded.body`, s.workspace, string(i.Key), i.ID, stamp(i.Opened), stamp(i.Closed), string(body))
	return err
}

// incidents returns those that fit where, the oldest first.
func (s *Store) incidents(ctx context.Context, q sqlx.QueryerContext, where string, args ...any) ([]incident.Incident, error) {
	var rows []string
	if err := sqlx.SelectContext(ctx, q, &rows, `SELECT body FROM incident WHERE workspace = ? AND (`+where+`)
		ORDER BY opened, id`, append([]any{s.workspace}, args...)...); err != nil {
		return nil, err
	}
	out := make([]incident.Incident, len(rows))
	for n, row := range rows {
		var err error
		if out[n], err = decodeIncident([]byte(row)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Incidents returns every incident that is remembered, the oldest first.
func (s *Store) Incidents(ctx context.Context) ([]incident.Incident, error) {
	out, err := s.incidents(ctx, s.db, `1`)
	return out, s.wrap("read", err)
}

// Handle remembers how an incident is handled, in place of how it was before, and adds what was done to the trail: an
// act may leave who spoke last as it was, as assigning does. An audit that runs at the time neither sees nor undoes it.
func (s *Store) Handle(ctx context.Context, h incident.Handling, act incident.Act) error {
	if act.At.IsZero() {
		act.At = s.now()
	}
	if h.At.IsZero() {
		h.At = act.At
	}
	body, err := json.Marshal(h)
	if err != nil {
		return err
	}
	return s.change(ctx, "write to", func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO handling (workspace, key, at, body) VALUES (?, ?, ?, ?)
			ON CONFLICT (workspace, key) DO UPDATE SET at = excluded.at, body = excluded.body`,
			s.workspace, string(h.Key), stamp(h.At), string(body)); err != nil {
			return err
		}
		return s.putAct(ctx, tx, h.Key, act)
	})
}

func (s *Store) putAct(ctx context.Context, tx *sqlx.Tx, k finding.Key, a incident.Act) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO trail (workspace, key, at, who, what, why) VALUES (?, ?, ?, ?, ?, ?)`,
		s.workspace, string(k), stamp(a.At), a.Who, a.What, a.Why)
	return err
}

// Resolve closes an incident because a person says so; an audit that finds it again reopens it. It returns ErrUnknown
// for a key that no incident has.
func (s *Store) Resolve(ctx context.Context, k finding.Key, who, why string) error {
	now := s.now()
	return s.amend(ctx, k, incident.Act{At: now, Who: who, What: "resolve", Why: why}, func(i *incident.Incident) {
		if i.Standing() {
			i.Closed = now
			i.Finding.Ongoing = false
		}
	})
}

// Reopen takes an incident up again because a person says so, and forgets how it was handled. It returns ErrUnknown for
// a key that no incident has.
func (s *Store) Reopen(ctx context.Context, k finding.Key, who, why string) error {
	return s.amend(ctx, k, incident.Act{At: s.now(), Who: who, What: "reopen", Why: why}, func(i *incident.Incident) {
		i.Closed = time.Time{}
		i.Baseline = false
	}, `DELETE FROM handling WHERE workspace = ? AND key = ?`)
}

// amend changes one incident; also are statements about the workspace and the key.
func (s *Store) amend(ctx context.Context, k finding.Key, a incident.Act, to func(*incident.Incident), also ...string) error {
	return s.change(ctx, "write to", func(tx *sqlx.Tx) error {
		list, err := s.incidents(ctx, tx, `key = ?`, string(k))
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return fmt.Errorf("%w: no incident has the key %s", ErrUnknown, k)
		}
		to(&list[0])
		if err := s.putIncident(ctx, tx, list[0]); err != nil {
			return err
		}
		for _, text := range also {
			if _, err := tx.ExecContext(ctx, text, s.workspace, string(k)); err != nil {
				return err
			}
		}
		return s.putAct(ctx, tx, k, a)
	})
}

// Handlings returns what people did, one for each incident that anybody handled, the oldest first.
func (s *Store) Handlings(ctx context.Context) ([]incident.Handling, error) {
	out, err := s.handlings(ctx, s.db)
	return out, s.wrap("read", err)
}

func (s *Store) handlings(ctx context.Context, q sqlx.QueryerContext) ([]incident.Handling, error) {
	var rows []string
	if err := sqlx.SelectContext(ctx, q, &rows,
		`SELECT body FROM handling WHERE workspace = ? ORDER BY at, key`, s.workspace); err != nil {
		return nil, err
	}
	out := make([]incident.Handling, len(rows))
	for n, row := range rows {
		if err := json.Unmarshal([]byte(row), &out[n]); err != nil {
			return nil, fmt.Errorf("%w: read what was done with an incident: %w", ErrDamaged, err)
		}
	}
	return out, nil
}

// Trail returns all that people ever did, the oldest first; with keys only what was done with those incidents.
func (s *Store) Trail(ctx context.Context, of ...finding.Key) ([]incident.Act, error) {
	var rows []struct {
		Key            string
		At             int64
		Who, What, Why string
	}
	if err := s.db.SelectContext(ctx, &rows, `SELECT key, at, who, what, why FROM trail WHERE workspace = ? ORDER BY at, id`,
		s.workspace); err != nil {
		return nil, s.wrap("read", err)
	}
	var out []incident.Act
	for _, r := range rows {
		if k := finding.Key(r.Key); len(of) == 0 || slices.Contains(of, k) {
			out = append(out, incident.Act{Key: k, At: unstamp(r.At), Who: r.Who, What: r.What, Why: r.Why})
		}
	}
	return out, nil
}
