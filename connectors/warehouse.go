package connectors

import (
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/names"
)

// Warehouse fetches the facts of the sources that were attached to it. It is safe for concurrent use.
type Warehouse struct {
	runner      Runner
	d           Dialect
	words       Words
	concurrency int
	timeout     time.Duration
	log         *slog.Logger
	progress    func(done, total int, what string)
	now         func() time.Time
	key         string
	with        map[landed.Relation]string // nil: the data as they are
	memory      *memory
}

// memory is what a warehouse and its mended twins share.
type memory struct {
	mu          sync.Mutex
	sources     map[string]attached
	constraints map[string]map[string]landed.Constraint // by source and ID
	catalogues  map[string]catalogue                    // by source, as last read
	cuts        map[string]time.Time                    // by source: LoadedBy of the newest request
	successions map[string]succession                   // by source
}

// attached is a source with what its statements need.
type attached struct {
	landed.Source
	layout   Layout
	options  SourceOptions
	calendar calendar
	earlier  *attached // the schema whose history it goes on
}

// SourceOptions narrow what is read of a source.
type SourceOptions struct {
	ExcludeTables []string // tables that are not read at all, in any case; * stands for any text
	Where         string   // one boolean expression, added to every statement; it must pass SafeExpression
	Was           []string // earlier schemas of the same layout, the newest first: the days before the source's own first one are theirs
	Value         string   // which value of the layout's source column is this source; "": its name
}

// excludes says whether a table is not to be read.
func (o SourceOptions) excludes(table string) bool {
	return slices.ContainsFunc(o.ExcludeTables, func(x string) bool {
		return names.Like(strings.ToLower(x), strings.ToLower(table))
	})
}

// Option changes how a Warehouse works.
type Option func(*Warehouse)

// WithConcurrency sets how many statements run at once; below 1 it is the dialect's own figure.
func WithConcurrency(n int) Option {
	return func(w *Warehouse) {
		if n > 0 {
			w.concurrency = n
		}
	}
}

// WithTimeout limits one statement; 0 is no limit. A statement that takes longer is a gap, not an error.
func WithTimeout(d time.Duration) Option { return func(w *Warehouse) { w.timeout = d } }

// WithLog gives the logger; every statement is logged at debug with its rows and time, never with its text.
func WithLog(l *slog.Logger) Option { return func(w *Warehouse) { w.log = l } }

// WithProgress is told after each statement how many of the statements known so far are done. It is never called
// twice at the same time.
func WithProgress(f func(done, total int, what string)) Option {
	return func(w *Warehouse) { w.progress = f }
}

// WithNow sets the clock that durations in the log are taken from.
func WithNow(now func() time.Time) Option { return func(w *Warehouse) { w.now = now } }

// WithKey sets the key of the hashes that stand for values. Shapes of different keys cannot be compared.
func WithKey(key string) Option { return func(w *Warehouse) { w.key = key } }

// New returns a Warehouse that asks through r in the words of d.
func New(r Runner, d Dialect, opts ...Option) *Warehouse {
	w := &Warehouse{
		runner: r, d: d, words: d.Words(), concurrency: 4, log: slog.New(slog.DiscardHandler), now: time.Now,
		memory: &memory{
			sources:     map[string]attached{},
			constraints: map[string]map[string]landed.Constraint{},
			cuts:        map[string]time.Time{},
			catalogues:  map[string]catalogue{},
			successions: map[string]succession{},
		},
	}
	if w.words.Concurrency > 0 {
		w.concurrency = w.words.Concurrency
	}
	for _, o := range opts {
		o(w)
	}
	return w
}

// Attach makes a source known. It refuses an unknown zone and a where that could do more than read a row.
func (w *Warehouse) Attach(s landed.Source, l Layout, o SourceOptions) error {
	cal, err := newCalendar(s.Zone)
	if err != nil {
		return fmt.Errorf("attach source %s: %w", s.Name, err)
	}
	if o.Where != "" {
		if err := SafeExpression(o.Where); err != nil {
			return fmt.Errorf("attach source %s: where: %w", s.Name, err)
		}
	}
	o.ExcludeTables = slices.Clone(o.ExcludeTables)
	w.memory.mu.Lock()
	defer w.memory.mu.Unlock()
	w.memory.sources[s.Name] = chain(attached{Source: s, layout: l, options: o, calendar: cal}, o.Was)
	return nil
}

// Mended asks the same of the data as fixes would leave it: each relation in with is read through the given SELECT.
// It reads only those relations; everything else is the business of the warehouse it was made from. The bodies must
// hold the columns of the layout, and must be statements that plumbline wrote.
func (w *Warehouse) Mended(with map[landed.Relation]string) *Warehouse {
	m := *w
	m.with = maps.Clone(with)
	if m.with == nil {
		m.with = map[landed.Relation]string{}
	}
	return &m
}

// Dialect returns the words this warehouse is asked in, for quoting.
func (w *Warehouse) Dialect() Dialect { return w.d }

// Close closes the connection.
func (w *Warehouse) Close() error { return w.runner.Close() }

func (w *Warehouse) source(name string) (attached, error) {
	w.memory.mu.Lock()
	defer w.memory.mu.Unlock()
	a, ok := w.memory.sources[name]
	if !ok {
		return attached{}, fmt.Errorf("source %q is not attached to this warehouse (there are: %s)",
			name, strings.Join(slices.Sorted(maps.Keys(w.memory.sources)), ", "))
	}
	return a, nil
}

// sourceOfSchema returns the attached source that lands in a schema; false without one.
func (w *Warehouse) sourceOfSchema(schema string) (attached, bool) {
	w.memory.mu.Lock()
	defer w.memory.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(w.memory.sources)) {
		if a := w.memory.sources[name]; a.Schema == schema {
			return a, true
		}
	}
	return attached{}, false
}

// remember keeps what later questions about a source need of a request: its rules, and the morning that it looks back to.
func (w *Warehouse) remember(source string, cs []landed.Constraint, loadedBy time.Time) {
	w.memory.mu.Lock()
	defer w.memory.mu.Unlock()
	w.memory.cuts[source] = loadedBy
	known := w.memory.constraints[source]
	if known == nil {
		known = map[string]landed.Constraint{}
		w.memory.constraints[source] = known
	}
	for _, c := range cs {
		known[c.ID] = c
	}
}

// cut is the morning that the newest request about a source looks back to; zero: it sees everything.
func (w *Warehouse) cut(source string) time.Time {
	w.memory.mu.Lock()
	defer w.memory.mu.Unlock()
	return w.memory.cuts[source]
}

func (w *Warehouse) constraint(source, id string) (landed.Constraint, bool) {
	w.memory.mu.Lock()
	defer w.memory.mu.Unlock()
	c, ok := w.memory.constraints[source][id]
	return c, ok
}
