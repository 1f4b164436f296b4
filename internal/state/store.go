// Package state is what is remembered between audits: facts, incidents, what people did with them, and messages to
// be sent. It is one SQLite file.
package state

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/pressly/goose/v3"
	sqlite "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/plumbline-audit/plumbline/internal/audit"
)

//go:embed migrations/*.sql
var migrations embed.FS

// The problems that callers decide about.
var (
	ErrBusy      = errors.New("another audit of this workspace is running")
	ErrLeaseLost = errors.New("another audit of this workspace took over")
	ErrNewer     = errors.New("written by a newer version of plumbline")
	ErrDamaged   = errors.New("not a state of plumbline, or damaged")
	ErrUnknown   = errors.New("not in the state")
)

// Memory is the path of a state that lives only as long as its Store.
const Memory = ":memory:"

// applicationID stands in the file's header, so that the database of another program is not taken for a state.
const applicationID = 1347177538

// Options are what a Store needs beside its file.
type Options struct {
	Workspace string           // several may share one file
	Now       func() time.Time // nil: time.Now
	Log       *slog.Logger     // nil: silent
}

// Store is a state file, seen by one workspace. It is safe for use by several goroutines, and the file by several
// processes.
type Store struct {
	db        *sqlx.DB
	path      string
	workspace string
	now       func() time.Time
	log       *slog.Logger

	mu     sync.Mutex
	holder string // of the lease that this Store was last given
}

var _ audit.Store = (*Store)(nil)

// Open opens the state at path, makes it where there is none, and brings an older one up to date. The folder must
// exist. It returns ErrNewer for a state that this version cannot read and ErrDamaged for what is no state.
func Open(ctx context.Context, path string, o Options) (*Store, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if err := usable(path); err != nil {
		return nil, fmt.Errorf("open state %s: %w", path, err)
	}
	db, err := sqlx.Open("sqlite", dsn(path))
	if err != nil {
		return nil, fmt.Errorf("open state %s: %w", path, err)
	}
	db.SetMaxOpenConns(1) // one writer; and a state in memory is its connection
	s := &Store{db: db, path: path, workspace: o.Workspace, now: o.Now, log: o.Log}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(s.wrap("open", err), db.Close())
	}
	return s, nil
}

// Close closes the file.
func (s *Store) Close() error { return s.db.Close() }

// usable finds out early, in words, why a path cannot be a state. A new file is made for its owner alone: it holds
// the key that values are hashed with.
func usable(path string) error {
	if path == Memory {
		return nil
	}
	folder := filepath.Dir(path)
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return fmt.Errorf("it is a folder: name a file in it, such as %s", filepath.Join(path, "plumbline.db"))
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return fmt.Errorf("there is no folder %s: make it, or set another path under state", folder)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("it cannot be written to: give this user the right to write to the file and to its folder %s, "+
			"or set another path under state: %w", folder, err)
	}
	return f.Close()
}

func dsn(path string) string {
	q := url.Values{
		"_pragma": {"busy_timeout(10000)", "foreign_keys(1)", "journal_mode(WAL)", "synchronous(FULL)"},
		"_txlock": {"immediate"},
	}.Encode()
	if path == Memory {
		return path + "?" + q
	}
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q}).String()
}

// first opens the first connection and reads whose file it is. While two make a file at once SQLite refuses one of them the
// change of the journal without the wait that it otherwise keeps, so that it is tried again for as long.
func (s *Store) first(ctx context.Context, id *int) error {
	const tries, pause = 100, 100 * time.Millisecond
	for try := 1; ; try++ {
		err := s.db.GetContext(ctx, id, `PRAGMA application_id`)
		var problem *sqlite.Error
		if try == tries || !errors.As(err, &problem) || problem.Code()&0xff != sqlite3.SQLITE_BUSY {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
	}
}

// prepare checks whose file it is and applies the migrations that it lacks.
func (s *Store) prepare(ctx context.Context) error {
	var id, tables int
	if err := s.first(ctx, &id); err != nil {
		return err
	}
	if err := s.db.GetContext(ctx, &tables, `SELECT count(*) FROM sqlite_schema`); err != nil {
		return err
	}
	ours := id == applicationID
	if !ours && tables > 0 {
		if err := s.db.GetContext(ctx, &tables,
			`SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE 'goose%' AND name NOT LIKE 'sqlite%'`); err != nil {
			return err
		}
		if tables > 0 { // else: another process is just making it
			return fmt.Errorf("%w: it is the database of another program; set another path under state", ErrDamaged)
		}
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, s.db.DB, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	return s.migrate(ctx, p)
}

// migrate applies what is missing. Where another process does the same at this moment one of the two fails, and finds
// the work done when it looks again.
func (s *Store) migrate(ctx context.Context, p *goose.Provider) error {
	const attempts = 5
	var err error
	for n := range attempts {
		if n > 0 {
			if waited := wait(ctx, time.Duration(n)*50*time.Millisecond); waited != nil {
				return waited
			}
		}
		var has, knows int64
		if has, knows, err = p.GetVersions(ctx); err != nil {
			continue
		}
		if has > knows {
			return fmt.Errorf("%w: it is of schema %d and this version knows %d; update plumbline, or set another path under state",
				ErrNewer, has, knows)
		}
		if has == knows {
			return nil
		}
		if _, err = p.Up(ctx); err == nil {
			s.log.DebugContext(ctx, "state brought up to date", "from", has, "to", knows)
			return nil
		}
	}
	return err
}

func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// wrap says what was being done to which file and, where SQLite's answer has a known way out, which.
func (s *Store) wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	var problem *sqlite.Error
	if !errors.As(err, &problem) {
		return fmt.Errorf("%s state %s: %w", doing, s.path, err)
	}
	switch problem.Code() & 0xff {
	case sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
		err = fmt.Errorf("%w: restore it from a backup, or move it away to begin a new one: %w", ErrDamaged, err)
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		err = fmt.Errorf("another program has held it for too long; try again when it is done: %w", err)
	case sqlite3.SQLITE_FULL:
		err = fmt.Errorf("the disk is full; make room, or lower retain: %w", err)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		err = fmt.Errorf("this user must be able to write to the file and to its folder: %w", err)
	}
	return fmt.Errorf("%s state %s: %w", doing, s.path, err)
}

// change runs do in one transaction: all of it is kept, or nothing.
func (s *Store) change(ctx context.Context, doing string, do func(tx *sqlx.Tx) error) error {
	return s.wrap(doing, s.within(ctx, nil, do))
}

// look runs do on one unchanging view of the state.
func (s *Store) look(ctx context.Context, doing string, do func(tx *sqlx.Tx) error) error {
	return s.wrap(doing, s.within(ctx, &sql.TxOptions{ReadOnly: true}, do))
}

func (s *Store) within(ctx context.Context, o *sql.TxOptions, do func(tx *sqlx.Tx) error) error {
	tx, err := s.db.BeginTxx(ctx, o)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		return errors.Join(err, undone(tx.Rollback()))
	}
	return tx.Commit()
}

// undone forgives a rollback that a cancelled context did already.
func undone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

// stamp writes a time as the state keeps it, 0 for none.
func stamp(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

func unstamp(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}
