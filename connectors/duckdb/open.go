//go:build !noduckdb

package duckdb

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/jmoiron/sqlx"

	"github.com/plumbline-audit/plumbline/connectors"
)

// Options limit what DuckDB may use. The zero value leaves it to DuckDB.
type Options struct {
	Memory  string // such as 4GB
	Threads int
	Temp    string // folder for what does not fit into memory
	Once    bool   // read small text files of a folder once, when it is opened: for a program that asks often and then ends
}

// Open opens a database file read-only, or a folder of files as tables: FOLDER/<schema>/<table>/*.parquet, .csv,
// .csv.gz, .ndjson, .ndjson.gz, .json or .json.gz. Nothing is downloaded and nothing outside the target can be read.
func Open(ctx context.Context, target string, o Options) (connectors.Runner, error) {
	info, err := os.Stat(target)
	switch {
	case target == "":
		return nil, errors.New("open duckdb: no file is named: write duckdb:FILE or duckdb:FOLDER")
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("open duckdb %s: there is no such file or folder: check the path, which is relative to the configuration file: %w", target, err)
	case err != nil:
		return nil, fmt.Errorf("open duckdb %s: %w", target, err)
	case info.IsDir():
		return openFolder(ctx, target, o)
	}
	db, err := connect(ctx, target, "read_only", o, func(c sessionConn) error { return c.exec(lockdown()...) })
	if err != nil {
		return nil, fmt.Errorf("open duckdb %s: %w", target, explain(target, err))
	}
	return connectors.SQL(db), nil
}

// lockdown takes from a session what an audit does not need: files, and the right to ask for it back.
func lockdown() []string {
	return []string{"SET enable_external_access = false", "SET lock_configuration = true"}
}

// connect opens a database whose sessions show UTC.
func connect(ctx context.Context, path, mode string, o Options, settle func(sessionConn) error) (*sqlx.DB, error) {
	q := url.Values{}
	q.Set("autoinstall_known_extensions", "false")
	q.Set("autoload_known_extensions", "false")
	if mode != "" {
		q.Set("access_mode", mode)
	}
	if o.Memory != "" {
		q.Set("memory_limit", o.Memory)
	}
	if o.Threads > 0 {
		q.Set("threads", strconv.Itoa(o.Threads))
	}
	if o.Temp != "" {
		q.Set("temp_directory", o.Temp)
	}
	settled := false
	c, err := duckdb.NewConnector(path+"?"+q.Encode(), func(e driver.ExecerContext) error {
		// The driver makes one connection at a time; the context of the first Ping is as good as any.
		s := sessionConn{context.WithoutCancel(ctx), e}
		if settled { // what follows holds for all sessions of the database
			return nil
		}
		settled = true
		if err := s.exec("SET GLOBAL TimeZone = 'UTC'"); err != nil {
			return err
		}
		return settle(s)
	})
	if err != nil {
		return nil, err
	}
	db := sqlx.NewDb(openDB(c), "duckdb")
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// sessionConn runs statements that set a session up.
type sessionConn struct {
	ctx context.Context //nolint:containedctx // it lives as long as the callback it is made in
	e   driver.ExecerContext
}

func (s sessionConn) exec(texts ...string) error {
	for _, t := range texts {
		if _, err := s.e.ExecContext(s.ctx, t, nil); err != nil {
			return fmt.Errorf("set the session up: %w", err)
		}
	}
	return nil
}

// explain says what to do about a file that cannot be opened.
func explain(path string, err error) error {
	msg := err.Error()
	switch {
	case strings.Contains(msg, "not a valid DuckDB database"), strings.Contains(msg, "exists, but it is not"):
		return fmt.Errorf("it is not a DuckDB database file: name the .duckdb file, or the folder that holds <schema>/<table>/*.parquet: %w", err)
	case strings.Contains(msg, "database file with version number"), strings.Contains(msg, "newer version of DuckDB"):
		return fmt.Errorf("it was written by a version of DuckDB that this program cannot read: update plumbline, or export the file to Parquet and name the folder: %w", err)
	case strings.Contains(msg, "lock on file"), strings.Contains(msg, "Conflicting lock"):
		return fmt.Errorf("another process has it open for writing: audit when it is done, or audit a copy of the file: %w", err)
	case strings.Contains(msg, "Permission denied"), errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("it may not be read: chmod +r %s, and its folder: %w", path, err)
	case strings.Contains(msg, "different configuration"):
		return fmt.Errorf("this process has it open for writing: close it first: %w", err)
	}
	return err
}
