package state

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Retain forgets what is older than so many days, counted back from each source's newest day and for everything else
// from now: facts, histories of earlier fingerprints, audits, messages that were delivered or given up, and resolved
// incidents that nobody handled. The newest audit stays.
func (s *Store) Retain(ctx context.Context, days int) error {
	before := stamp(s.now().Add(-time.Duration(days) * 24 * time.Hour))
	statements := []string{
		`DELETE FROM audit WHERE workspace = ? AND finished < ? AND id <> (SELECT a.id FROM audit a
			WHERE a.workspace = audit.workspace ORDER BY a.finished DESC, a.id DESC LIMIT 1)`,
		`DELETE FROM outbox WHERE workspace = ? AND due < ? AND (delivered > 0 OR given_up > 0)`,
		`DELETE FROM incident WHERE workspace = ? AND closed < ? AND closed > 0
			AND key NOT IN (SELECT h.key FROM handling h WHERE h.workspace = incident.workspace)`,
		`DELETE FROM told WHERE workspace = ? AND at < ?
			AND incident NOT IN (SELECT i.id FROM incident i WHERE i.workspace = told.workspace)`,
	}
	return s.change(ctx, "clear", func(tx *sqlx.Tx) error {
		if err := s.retainFacts(ctx, tx, days); err != nil {
			return err
		}
		for _, text := range statements {
			if _, err := tx.ExecContext(ctx, text, s.workspace, before); err != nil {
				return err
			}
		}
		return nil
	})
}

// retainFacts clears the facts of each source, and the history of a fingerprint of which nothing is left.
func (s *Store) retainFacts(ctx context.Context, tx *sqlx.Tx, days int) error {
	var sources []struct {
		ID     int64
		Newest landed.Day
	}
	if err := tx.SelectContext(ctx, &sources, `SELECT me.id AS id, max(h.day) AS newest FROM source me
		JOIN source s ON s.workspace = me.workspace AND s.name = me.name JOIN held h ON h.source = s.id
		WHERE me.workspace = ? GROUP BY me.id`, s.workspace); err != nil {
		return err
	}
	for _, source := range sources {
		last := source.Newest - landed.Day(days)
		for _, st := range []struct {
			text string
			args []any
		}{
			{`DELETE FROM fact WHERE source = ? AND day <= ? AND kind <> ?`, []any{source.ID, last, landed.Columns}},
			{`DELETE FROM held WHERE source = ? AND day <= ?`, []any{source.ID, last}},
			{`DELETE FROM source WHERE id = ? AND NOT EXISTS (SELECT 1 FROM held h WHERE h.source = source.id)`, []any{source.ID}},
		} {
			if _, err := tx.ExecContext(ctx, st.text, st.args...); err != nil {
				return err
			}
		}
	}
	return nil
}
