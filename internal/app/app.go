// Package app puts the program together: the only place where a word of the configuration becomes a Go value.
package app

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/plumbline-audit/plumbline/checks"
	"github.com/plumbline-audit/plumbline/config"
	"github.com/plumbline-audit/plumbline/connectors"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/plan"
	"github.com/plumbline-audit/plumbline/internal/state"
)

// UsageError is a mistake in the configuration, the plan or the command line: exit code 2.
type UsageError struct{ Err error }

// Error implements error.
func (e *UsageError) Error() string { return e.Err.Error() }

// Unwrap returns what was wrong.
func (e *UsageError) Unwrap() error { return e.Err }

// Options are what the program around an App gives it.
type Options struct {
	Now      func() time.Time
	Log      *slog.Logger
	Progress func(done, total int, what string) // while statements run; nil: nobody looks
	Memory   bool                               // keep the state in memory: nothing outlives the App
	NoPlans  bool                               // leave the plans unread, whatever is wrong with them
}

// App is a configured plumbline. New opens nothing; what is needed is opened by the first call that needs it.
type App struct {
	Config *config.Config
	o      Options
	set    checks.Set
	plans  []scopedPlan

	store     *state.Store
	warehouse *connectors.Warehouse
	sources   []source
	excluded  []string
}

// scopedPlan is one plan file and the sources it holds for.
type scopedPlan struct {
	file    string
	sources []string
	plan    *plan.Plan
}

// Known returns the words that a configuration may use.
func Known() config.Known {
	k := config.Known{Layouts: []string{"segment", "rollup"}, Sections: map[string]any{}}
	for _, kind := range checks.Kinds() {
		k.Kinds = append(k.Kinds, string(kind))
	}
	for _, kind := range finding.Kinds() {
		if !slices.Contains(k.Kinds, string(kind)) {
			k.Later = append(k.Later, string(kind))
		}
	}
	k.Checks = append(k.Checks, k.Kinds...)
	for _, e := range checks.Catalogue() {
		if !slices.Contains(k.Checks, e.ID) {
			k.Checks = append(k.Checks, e.ID)
		}
		k.Sections[e.ID] = e.Section()
	}
	return k
}

// New builds the checks and reads the plans. All mistakes it finds are one *UsageError.
func New(cfg *config.Config, o Options) (*App, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	a := &App{Config: cfg, o: o}
	var errs []error
	set, err := a.checks()
	if err != nil {
		errs = append(errs, err)
	}
	a.set = set
	for i, s := range cfg.Sources {
		if s.Where != "" {
			errs = append(errs, cfg.Mistake(fmt.Sprintf("sources[%d].where", i), connectors.SafeExpression(s.Where)))
		}
	}
	for i, p := range cfg.Plans {
		if o.NoPlans {
			break
		}
		read, err := plan.Read(string(p.File))
		if err != nil {
			path := fmt.Sprintf("plans[%d].file", i)
			if cfg.ShortPlan != nil {
				path = "plan.file"
			}
			if _, own := errors.AsType[plan.Errors](err); !own { // the plan's own mistakes have places in the plan
				err = cfg.Mistake(path, err)
			}
			errs = append(errs, err)
			continue
		}
		a.plans = append(a.plans, scopedPlan{file: string(p.File), sources: p.Sources, plan: read})
	}
	if err := errors.Join(errs...); err != nil {
		return nil, &UsageError{err}
	}
	return a, nil
}

// checks builds the catalogue with the sections of the configuration. A kind that is no check of its own can only be
// switched off.
func (a *App) checks() (checks.Set, error) {
	own := map[string]bool{}
	for _, e := range checks.Catalogue() {
		own[e.ID] = true
	}
	var errs []error
	off := map[string]bool{}
	for id, s := range a.Config.Checks {
		off[id] = s.Off()
		if !own[id] && !s.Off() {
			var none struct{}
			errs = append(errs, s.Decode(&none))
		}
	}
	set, err := checks.Make(func(id string) checks.Settings {
		return a.Config.Check(id)
	}, func(k finding.Kind) bool { return off[string(k)] || off[entryOf(k)] })
	return set, errors.Join(append(errs, err)...)
}

// entryOf is the check that reports a kind.
func entryOf(k finding.Kind) string {
	for _, e := range checks.Catalogue() {
		for _, x := range e.Kinds {
			if x == k && e.ID != string(k) {
				return e.ID
			}
		}
	}
	return ""
}

// Store opens the state, once.
func (a *App) Store(ctx context.Context) (*state.Store, error) {
	if a.store != nil {
		return a.store, nil
	}
	path := state.Memory
	if !a.o.Memory {
		if scheme := a.Config.State.Scheme(); scheme != "sqlite" {
			return nil, &UsageError{a.Config.Mistake("state", fmt.Errorf("a state in %q is not built: write sqlite:FILE", scheme))}
		}
		path = strings.TrimPrefix(a.Config.State.Rest(), "//")
	}
	s, err := state.Open(ctx, path, state.Options{Workspace: a.Config.Workspace, Now: a.o.Now, Log: a.o.Log})
	if err != nil {
		return nil, err
	}
	a.store = s
	return s, nil
}

// Warehouse opens the warehouse and attaches its sources, once.
func (a *App) Warehouse(ctx context.Context) (*connectors.Warehouse, error) {
	if a.warehouse != nil {
		return a.warehouse, nil
	}
	if a.Config.Warehouse.URL == "" {
		return nil, &UsageError{errors.New("no warehouse is named: set warehouse.url in plumbline.yaml, such as duckdb:warehouse.duckdb")}
	}
	w, err := a.connect(ctx, a.key)
	if err != nil {
		return nil, err
	}
	if err := a.attach(ctx, w); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	a.warehouse = w
	return w, nil
}

// key is what values are hashed with.
func (a *App) key(ctx context.Context) ([]byte, error) {
	store, err := a.Store(ctx)
	if err != nil {
		return nil, err
	}
	return store.Key(ctx)
}

// connect opens the warehouse without its sources. The key is fetched when the warehouse is open: where there is none,
// no empty state is left behind. Without a key no value can be hashed.
func (a *App) connect(ctx context.Context, key func(context.Context) ([]byte, error)) (*connectors.Warehouse, error) {
	runner, dialect, err := a.openWarehouse(ctx)
	if err != nil {
		return nil, err
	}
	options := []connectors.Option{
		connectors.WithConcurrency(a.Config.Warehouse.Concurrency), connectors.WithTimeout(a.Config.Warehouse.Timeout),
		connectors.WithLog(a.o.Log), connectors.WithProgress(a.o.Progress), connectors.WithNow(a.o.Now),
	}
	if key != nil {
		secret, err := key(ctx)
		if err != nil {
			return nil, errors.Join(err, runner.Close())
		}
		options = append(options, connectors.WithKey(hex.EncodeToString(secret)))
	}
	return connectors.New(runner, dialect, options...), nil
}

// openWarehouse is where the word before the colon of warehouse.url becomes a connection.
func (a *App) openWarehouse(ctx context.Context) (connectors.Runner, connectors.Dialect, error) {
	u := a.Config.Warehouse.URL
	switch u.Scheme() {
	case "duckdb":
		return openDuckDB(ctx, strings.TrimPrefix(u.Rest(), "//"), a.Config.Warehouse, a.o.Memory)
	default:
		return nil, nil, &UsageError{a.Config.Mistake("warehouse.url", fmt.Errorf("there is no connector for %q: write duckdb:FILE or duckdb:FOLDER", u.Scheme()))}
	}
}

// Close closes what was opened, the newest first; it is safe after a failed call.
func (a *App) Close() error {
	var errs []error
	if a.warehouse != nil {
		errs = append(errs, a.warehouse.Close())
		a.warehouse = nil
	}
	if a.store != nil {
		errs = append(errs, a.store.Close())
		a.store = nil
	}
	return errors.Join(errs...)
}

// newID names an audit: sortable by time, unique.
func (a *App) newID() string {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	return a.o.Now().UTC().Format("20060102T150405Z") + "-" + hex.EncodeToString(b[:])
}

// configFile is the file's name as people would type it.
func (a *App) configFile() string {
	if a.Config.File == "" {
		return "plumbline.yaml"
	}
	return filepath.Base(a.Config.File)
}

// plansBySource is the plan of each source.
func (a *App) plansBySource() map[string]*plan.Plan {
	out := map[string]*plan.Plan{}
	for _, s := range a.sources {
		out[s.Name] = a.plannedFor(s.Name)
	}
	return out
}
