package state

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/plumbline-audit/plumbline/internal/incident"
)

// Stated is an expectation that a person stated before anything was found.
type Stated struct {
	incident.Expectation
	ID    int64
	Who   string
	At    time.Time
	Taken time.Time // when it was taken back; zero: it stands
	Taker string
}

// Expect remembers an expectation and returns the number it can be taken back by.
func (s *Store) Expect(ctx context.Context, e incident.Expectation, who string) (int64, error) {
	body, err := json.Marshal(e)
	if err != nil {
		return 0, err
	}
	var id int64
	err = s.change(ctx, "write to", func(tx *sqlx.Tx) error {
		res, err := tx.ExecContext(ctx, `INSERT INTO expectation (workspace, at, who, body) VALUES (?, ?, ?, ?)`,
			s.workspace, stamp(s.now()), who, string(body))
		if err != nil {
			return err
		}
		id, err = res.LastInsertId()
		return err
	})
	return id, err
}

// TakeBack ends an expectation: what it covered is news again. It returns ErrUnknown for a number that none has or
// that was taken back already.
func (s *Store) TakeBack(ctx context.Context, id int64, who string) error {
	return s.change(ctx, "write to", func(tx *sqlx.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE expectation SET taken = ?, taker = ? WHERE workspace = ? AND id = ? AND taken = 0`,
			stamp(s.now()), who, s.workspace, id)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		if err == nil && n == 0 {
			err = fmt.Errorf("%w: no expectation has the number %d", ErrUnknown, id)
		}
		return err
	})
}

// Expectations returns all that people stated, the oldest first; those that were taken back are marked.
func (s *Store) Expectations(ctx context.Context) ([]Stated, error) {
	out, err := s.stated(ctx, s.db)
	return out, s.wrap("read", err)
}

func (s *Store) stated(ctx context.Context, q sqlx.QueryerContext) ([]Stated, error) {
	var rows []struct {
		ID, At, Taken    int64
		Who, Taker, Body string
	}
	if err := sqlx.SelectContext(ctx, q, &rows, `SELECT id, at, who, taken, taker, body FROM expectation
		WHERE workspace = ? ORDER BY id`, s.workspace); err != nil {
		return nil, err
	}
	out := make([]Stated, len(rows))
	for n, r := range rows {
		out[n] = Stated{ID: r.ID, Who: r.Who, At: unstamp(r.At), Taken: unstamp(r.Taken), Taker: r.Taker}
		if err := json.Unmarshal([]byte(r.Body), &out[n].Expectation); err != nil {
			return nil, fmt.Errorf("%w: read an expectation: %w", ErrDamaged, err)
		}
	}
	return out, nil
}
