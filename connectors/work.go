package connectors

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// errTimeout says that a single statement took longer than it may; the audit goes on without it.
var errTimeout = errors.New("the statement took too long")

// run runs one statement and hands its rows to read.
func (w *Warehouse) run(ctx context.Context, s Statement, read func(Rows) error) error {
	return w.metered(ctx, s, nil, read)
}

func (w *Warehouse) metered(ctx context.Context, s Statement, m *meter, read func(Rows) error) (err error) {
	inner, cancel := ctx, context.CancelFunc(func() {})
	if w.timeout > 0 {
		inner, cancel = context.WithTimeout(ctx, w.timeout)
	}
	defer cancel()
	began := w.now()
	defer func() {
		switch {
		case err == nil:
		case ctx.Err() != nil:
			err = fmt.Errorf("cancelled while reading %s: %w", s.Name, ctx.Err())
		case inner.Err() != nil:
			err = fmt.Errorf("%w (%s, limit %s)", errTimeout, s.Name, w.timeout)
		}
		w.log.DebugContext(ctx, "ran statement", "statement", s.Name, "took", w.now().Sub(began), "ok", err == nil)
	}()
	rows, err := w.runner.Query(inner, s)
	if err != nil {
		return err
	}
	defer rows.Close()
	err = read(rows)
	if err == nil {
		err = rows.Err()
	}
	m.add(rows)
	return err
}

// meter adds up what statements read.
type meter struct {
	mu         sync.Mutex
	statements int
	bytes      int64
	unmetered  bool
	rows       int64
}

func (m *meter) add(rows Rows) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.statements++
	if r, ok := rows.(Meter); ok {
		if b, _, ok := r.Read(); ok {
			m.bytes += b
			return
		}
	}
	m.unmetered = true
}

func (m *meter) count(n int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rows += n
}

func (m *meter) cost() landed.Cost {
	c := landed.Cost{Statements: m.statements, Rows: new(m.rows)}
	if !m.unmetered {
		c.Bytes = new(m.bytes)
	}
	return c
}

// task is one statement and what becomes of its rows.
type task struct {
	Statement
	read  func(Rows) (commit func(), err error) // commit is called alone, and only when all rows were read
	split func(err error) []task                // smaller tasks to try instead, nil when there are none
	lost  func(tr Trouble)                      // notes what was not seen
	about landed.Relation
}

// do runs tasks, a few at a time. What fails is split or noted; an error means that nothing more can be asked.
func (w *Warehouse) do(ctx context.Context, m *meter, tasks []task) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	pool := &pool{w: w, meter: m, stop: cancel, total: len(tasks)}
	queue := make(chan task)
	var workers sync.WaitGroup
	for range min(w.concurrency, len(tasks)) {
		workers.Go(func() {
			for t := range queue {
				pool.one(ctx, t)
			}
		})
	}
	for _, t := range tasks {
		select {
		case queue <- t:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(queue)
	workers.Wait()
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return nil
}

type pool struct {
	w     *Warehouse
	meter *meter
	stop  context.CancelCauseFunc
	mu    sync.Mutex // guards what commit and lost write, and the two below
	done  int
	total int
}

func (p *pool) one(ctx context.Context, t task) {
	if ctx.Err() != nil {
		return
	}
	var commit func()
	err := p.w.metered(ctx, t.Statement, p.meter, func(rows Rows) (err error) {
		commit, err = t.read(rows)
		return err
	})
	if err == nil {
		p.finish(t, 0, commit)
		return
	}
	if ctx.Err() != nil {
		p.stop(err)
		return
	}
	tr := p.w.trouble(err, t.about)
	if tr.Unreachable {
		p.stop(fmt.Errorf("%s: %w", t.Name, err))
		return
	}
	var smaller []task
	if t.split != nil {
		smaller = t.split(err)
	}
	if len(smaller) == 0 {
		p.finish(t, 0, func() { t.lost(tr) })
		return
	}
	p.finish(t, len(smaller), nil)
	for _, s := range smaller {
		p.one(ctx, s)
	}
}

// finish counts a task as done, after its last word.
func (p *pool) finish(t task, more int, last func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if last != nil {
		last()
	}
	p.done++
	p.total += more
	if p.w.progress != nil {
		p.w.progress(p.done, p.total, t.Name)
	}
}

func (w *Warehouse) trouble(err error, about landed.Relation) Trouble {
	if errors.Is(err, errTimeout) {
		return Trouble{
			Why:      "the statement took longer than " + w.timeout.String(),
			HowToFix: "raise warehouse.timeout, or leave the table out with exclude_tables",
		}
	}
	return w.d.Trouble(err, about)
}
