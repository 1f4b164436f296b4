package state

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/pressly/goose/v3"
)

// Condition is how a state stands.
type Condition struct {
	There          bool
	Size           int64     // of its files
	Schema, Newest int64     // of the file, and what this version writes
	Audited        time.Time // when the workspace's newest audit finished; zero: none yet
	Key            bool      // whether it holds the key that values are hashed with
}

// Look says how the state at path stands, and changes nothing: it makes no file and brings none up to date. Its errors
// are those of Open.
func Look(ctx context.Context, path, workspace string) (c Condition, err error) {
	s := &Store{path: path, workspace: workspace}
	c.Newest, err = newest()
	if err != nil {
		return c, err
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if folder, err := os.Stat(filepath.Dir(path)); err != nil || !folder.IsDir() {
			return c, fmt.Errorf("open state %s: there is no folder %s: make it, or set another path under state", path, filepath.Dir(path))
		}
		return c, nil
	case err != nil:
		return c, fmt.Errorf("open state %s: %w", path, err)
	case info.IsDir():
		return c, fmt.Errorf("open state %s: it is a folder: name a file in it, such as %s", path, filepath.Join(path, "plumbline.db"))
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return c, fmt.Errorf("open state %s: it cannot be written to: give this user the right to write to the file and to its folder %s: %w",
			path, filepath.Dir(path), err)
	}
	if err := f.Close(); err != nil {
		return c, fmt.Errorf("open state %s: %w", path, err)
	}
	c.There, c.Size = true, info.Size()
	q := url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(2000)"}}
	if wal, err := os.Stat(path + "-wal"); err == nil {
		c.Size += wal.Size()
	} else {
		q.Set("immutable", "1") // nobody has it open, and without this SQLite would make a -shm beside it
	}
	dsn := (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}).String()
	s.db, err = sqlx.Open("sqlite", dsn)
	if err != nil {
		return c, fmt.Errorf("open state %s: %w", path, err)
	}
	err = s.wrap("read", s.condition(ctx, &c))
	return c, errors.Join(err, s.db.Close())
}

// newest is the schema that this version writes.
func newest() (int64, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return 0, err
	}
	sources, err := fs.Glob(files, "*.sql")
	if err != nil || len(sources) == 0 {
		return 0, errors.Join(err, errors.New("this program holds no schema of a state"))
	}
	return goose.NumericComponent(sources[len(sources)-1])
}

func (s *Store) condition(ctx context.Context, c *Condition) error {
	var id int
	if err := s.db.GetContext(ctx, &id, `PRAGMA application_id`); err != nil {
		return err
	}
	if id != applicationID {
		return fmt.Errorf("%w: it is the database of another program; set another path under state", ErrDamaged)
	}
	if err := s.db.GetContext(ctx, &c.Schema, `SELECT max(version_id) FROM goose_db_version WHERE is_applied`); err != nil {
		return err
	}
	if c.Schema > c.Newest {
		return fmt.Errorf("%w: it is of schema %d and this version knows %d; update plumbline, or set another path under state",
			ErrNewer, c.Schema, c.Newest)
	}
	var finished sql.NullInt64
	if err := s.db.GetContext(ctx, &finished, `SELECT max(finished) FROM audit WHERE workspace = ?`, s.workspace); err != nil {
		return err
	}
	c.Audited = unstamp(finished.Int64)
	return s.db.GetContext(ctx, &c.Key, `SELECT count(*) > 0 FROM meta WHERE name = 'hash-key'`)
}
