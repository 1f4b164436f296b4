package state

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Lease lets one audit of the workspace run for at most d; what says which, for whoever finds it taken. It returns
// ErrBusy while another holds it. One that ended without release is taken over when its time is up.
func (s *Store) Lease(ctx context.Context, what string, d time.Duration) (func(), error) {
	now, holder := s.now(), rand.Text()
	err := s.change(ctx, "lock", func(tx *sqlx.Tx) error {
		var other struct {
			What  string
			Until int64
		}
		err := tx.GetContext(ctx, &other, `SELECT what, until FROM lease WHERE workspace = ?`, s.workspace)
		switch {
		case errors.Is(err, sql.ErrNoRows):
		case err != nil:
			return err
		case other.Until > now.UnixNano():
			return fmt.Errorf("%w: %s, at the latest until %s; wait for it, or stop it",
				ErrBusy, other.What, unstamp(other.Until).Format(time.RFC3339))
		default:
			s.log.WarnContext(ctx, "lease taken over", "what", other.What, "until", unstamp(other.Until))
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO lease (workspace, holder, what, until) VALUES (?, ?, ?, ?)
			ON CONFLICT (workspace) DO UPDATE SET holder = excluded.holder, what = excluded.what, until = excluded.until`,
			s.workspace, holder, what, now.Add(d).UnixNano())
		return err
	})
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.holder = holder
	s.mu.Unlock()
	return func() { s.release(context.WithoutCancel(ctx), holder) }, nil
}

// release gives the lease back; it outlives the context of the audit, which may have been cancelled.
func (s *Store) release(ctx context.Context, holder string) {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	_, err := s.db.ExecContext(ctx, `DELETE FROM lease WHERE workspace = ? AND holder = ?`, s.workspace, holder)
	if err != nil {
		s.log.WarnContext(ctx, "lease not given back: it ends by itself", "error", err)
	}
}

// Load returns what is remembered of the sources: facts of their last days (0: all), under the fingerprint they have
// now, standing incidents and those resolved in the last 90 days, and what people and channels know of them.
func (s *Store) Load(ctx context.Context, sources []landed.Source, days int) (audit.Memory, error) {
	m := audit.Memory{
		History: make(map[string]landed.Snapshot, len(sources)),
		Audited: make(map[string]landed.Day), Sources: make(map[string]string), Newest: landed.NoDay,
	}
	err := s.look(ctx, "read", func(tx *sqlx.Tx) error {
		for _, source := range sources {
			h, err := s.history(ctx, tx, source, days)
			if err != nil {
				return err
			}
			m.History[source.Name] = h
		}
		var err error
		if m.Incidents, err = s.incidents(ctx, tx, `closed = 0 OR closed >= ?`, stamp(s.now().Add(-incident.Remembered))); err != nil {
			return err
		}
		if m.Handling, err = s.handlings(ctx, tx); err != nil {
			return err
		}
		if m.Told, err = s.told(ctx, tx); err != nil {
			return err
		}
		stated, err := s.stated(ctx, tx)
		if err != nil {
			return err
		}
		for _, e := range stated {
			if e.Taken.IsZero() {
				m.Expect = append(m.Expect, e.Expectation)
			}
		}
		return s.audited(ctx, tx, &m)
	})
	return m, err
}

func (s *Store) audited(ctx context.Context, tx *sqlx.Tx, m *audit.Memory) error {
	var rows []struct {
		Source, Fingerprint string
		Last                landed.Day
	}
	if err := tx.SelectContext(ctx, &rows,
		`SELECT source, fingerprint, last FROM audited WHERE workspace = ?`, s.workspace); err != nil {
		return err
	}
	for _, r := range rows {
		m.Audited[r.Source], m.Sources[r.Source] = r.Last, r.Fingerprint
	}
	var newest sql.NullInt32
	err := tx.GetContext(ctx, &newest, `SELECT max(as_of) FROM audit WHERE workspace = ?`, s.workspace)
	if newest.Valid {
		m.Newest = landed.Day(newest.Int32)
	}
	return err
}

// Commit writes everything one audit leaves behind, or nothing. It returns ErrLeaseLost when this Store does not hold
// the lease, or no longer. Incidents that the audit did not look at are not touched.
func (s *Store) Commit(ctx context.Context, r audit.Record) error {
	s.mu.Lock()
	holder := s.holder
	s.mu.Unlock()
	return s.change(ctx, "write the audit to", func(tx *sqlx.Tx) error {
		var now string
		err := tx.GetContext(ctx, &now, `SELECT holder FROM lease WHERE workspace = ?`, s.workspace)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if holder == "" || now != holder {
			return fmt.Errorf("%w: nothing of this one was stored; the other's result stands", ErrLeaseLost)
		}
		for _, fresh := range r.Fresh {
			if err := s.keep(ctx, tx, fresh); err != nil {
				return fmt.Errorf("facts of %s: %w", fresh.Source.Name, err)
			}
		}
		for _, c := range r.Changes {
			if c.Kind == incident.Unseen {
				continue
			}
			if err := s.putIncident(ctx, tx, c.Incident); err != nil {
				return err
			}
		}
		for _, o := range r.Outbox {
			if err := s.putOutgoing(ctx, tx, o); err != nil {
				return fmt.Errorf("message %s: %w", o.ID, err)
			}
		}
		return s.putAudit(ctx, tx, r)
	})
}

func (s *Store) putAudit(ctx context.Context, tx *sqlx.Tx, r audit.Record) error {
	header, err := json.Marshal(r.Audit)
	if err != nil {
		return err
	}
	asOf := r.Audit.AsOf
	if r.Audit.Last == landed.NoDay {
		asOf = landed.NoDay // it judged no day: an audit of an earlier one is no look back behind it
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO audit (workspace, id, as_of, finished, header) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (workspace, id) DO UPDATE SET as_of = excluded.as_of, finished = excluded.finished, header = excluded.header`,
		s.workspace, r.Audit.ID, asOf, stamp(r.Audit.Finished), string(header)); err != nil {
		return err
	}
	fingerprints := make(map[string]string, len(r.Fresh))
	for _, f := range r.Fresh {
		fingerprints[f.Source.Name] = f.Source.Fingerprint
	}
	for _, source := range r.Audit.Sources {
		if source.Last == landed.NoDay { // nothing of it could be judged: it counts as not audited
			continue
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO audited (workspace, source, fingerprint, last) VALUES (?, ?, ?, ?)
			ON CONFLICT (workspace, source) DO UPDATE SET last = max(last, excluded.last),
			fingerprint = CASE excluded.fingerprint WHEN '' THEN fingerprint ELSE excluded.fingerprint END`,
			s.workspace, source.Name, fingerprints[source.Name], source.Last); err != nil {
			return err
		}
	}
	return nil
}

// LastAudit returns the audit that finished last, and whether there was one.
func (s *Store) LastAudit(ctx context.Context) (audit.Header, bool, error) {
	list, err := s.Audits(ctx, 1)
	if err != nil || len(list) == 0 {
		return audit.Header{}, false, err
	}
	return list[0], true, nil
}

// Audits returns the headers of the last n audits, the newest first.
func (s *Store) Audits(ctx context.Context, n int) ([]audit.Header, error) {
	var rows []string
	if err := s.db.SelectContext(ctx, &rows,
		`SELECT header FROM audit WHERE workspace = ? ORDER BY finished DESC, id DESC LIMIT ?`, s.workspace, n); err != nil {
		return nil, s.wrap("read", err)
	}
	out := make([]audit.Header, len(rows))
	for i, row := range rows {
		if err := json.Unmarshal([]byte(row), &out[i]); err != nil {
			return nil, s.wrap("read", fmt.Errorf("%w: the header of an audit: %w", ErrDamaged, err))
		}
	}
	return out, nil
}

// Key returns the 32 bytes that values are hashed with. They are made once and never leave the state.
func (s *Store) Key(ctx context.Context) ([]byte, error) {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	err := s.change(ctx, "read", func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT OR IGNORE INTO meta (name, value) VALUES ('hash-key', ?)`, key); err != nil {
			return err
		}
		return tx.GetContext(ctx, &key, `SELECT value FROM meta WHERE name = 'hash-key'`)
	})
	return key, err
}
