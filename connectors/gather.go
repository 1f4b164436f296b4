package connectors

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Gather returns what could be seen of one source; what could not is a Gap of the Snapshot. An error means that
// nothing can be known: the warehouse is not reachable, the schema is not there, or ctx ended.
func (w *Warehouse) Gather(ctx context.Context, req landed.Request) (landed.Snapshot, error) {
	a, err := w.source(req.Source.Name)
	if err != nil {
		return landed.Snapshot{}, fmt.Errorf("gather %s: %w", req.Source.Name, err)
	}
	return w.gatherLong(ctx, a, req)
}

// gather gathers one schema.
func (w *Warehouse) gather(ctx context.Context, a attached, req landed.Request) (landed.Snapshot, error) {
	s, err := w.survey(ctx, a, req)
	if err != nil {
		return landed.Snapshot{}, fmt.Errorf("gather %s: %w", req.Source.Name, err)
	}
	for _, phase := range s.phases() {
		if err := w.do(ctx, s.meter, phase()); err != nil {
			if cause := ctx.Err(); cause != nil && !errors.Is(err, cause) {
				err = errors.Join(err, cause)
			}
			if ctx.Err() != nil {
				err = fmt.Errorf("cancelled: %w", err)
			}
			return landed.Snapshot{}, fmt.Errorf("gather %s: %w", req.Source.Name, err)
		}
	}
	if s.err != nil {
		return landed.Snapshot{}, fmt.Errorf("gather %s: %w", req.Source.Name, s.err)
	}
	return s.finish(), nil
}

// Plan returns the statements that Gather would run, unpriced; it runs only the catalogue query. Days of a table so
// big that they would be sampled are not known yet: its shapes are planned as read whole.
func (w *Warehouse) Plan(ctx context.Context, req landed.Request) ([]Statement, error) {
	a, err := w.source(req.Source.Name)
	if err != nil {
		return nil, fmt.Errorf("plan %s: %w", req.Source.Name, err)
	}
	return w.planLong(ctx, a, req)
}

// planLong plans a source with the schemas before it; one small statement is run to know where they end.
func (w *Warehouse) planLong(ctx context.Context, a attached, req landed.Request) ([]Statement, error) {
	if a.earlier == nil || w.with != nil {
		return w.plan(ctx, a, req)
	}
	s, err := w.succession(ctx, a)
	if err != nil {
		return nil, fmt.Errorf("plan %s: %w", req.Source.Name, err)
	}
	before, after := s.split(req)
	var out []Statement
	if len(before.Want) > 0 && !s.gone {
		if out, err = w.planLong(ctx, *a.earlier, before); err != nil {
			return nil, err
		}
	}
	if len(after.Want) == 0 {
		return out, nil
	}
	own, err := w.plan(ctx, a, after)
	return append(out, own...), err
}

// plan plans one schema.
func (w *Warehouse) plan(ctx context.Context, a attached, req landed.Request) ([]Statement, error) {
	s, err := w.survey(ctx, a, req)
	if err != nil {
		return nil, fmt.Errorf("plan %s: %w", req.Source.Name, err)
	}
	var out []Statement
	for _, phase := range s.phases() {
		for _, t := range phase() {
			out = append(out, t.Statement)
		}
	}
	if s.err != nil {
		return nil, fmt.Errorf("plan %s: %w", req.Source.Name, s.err)
	}
	return out, nil
}

// survey is one Gather: what is asked for, what the schema holds, and what was read so far.
type survey struct {
	w      *Warehouse
	a      attached
	req    landed.Request
	cat    catalogue
	tables []string // event tables, sorted
	meter  *meter
	snap   landed.Snapshot
	err    error

	events   *eventCounter
	profiles map[string]*tableProfile
	shapes   map[string]map[shapeKey]*landed.Shape
	dayRows  map[string]map[landed.Day]int64 // rows per table and day, as tracks counts them
	arrivals map[landed.Day]*landed.Arrival
	dups     map[eventID][]landed.Duplicate
}

func (w *Warehouse) survey(ctx context.Context, a attached, req landed.Request) (*survey, error) {
	w.remember(a.Name, req.Constraints, req.LoadedBy)
	s := &survey{
		w: w, a: a, req: req, meter: &meter{},
		snap:     landed.Snapshot{Source: a.Source, Span: landed.NoSpan, Held: map[landed.Kind]landed.Span{}},
		profiles: map[string]*tableProfile{}, shapes: map[string]map[shapeKey]*landed.Shape{},
		dayRows: map[string]map[landed.Day]int64{}, arrivals: map[landed.Day]*landed.Arrival{},
		dups: map[eventID][]landed.Duplicate{},
	}
	if s.snap.Source.Fingerprint == "" {
		s.snap.Source.Fingerprint = Fingerprint(a.Source, a.layout)
	}
	var err error
	s.cat, err = w.catalogueOf(ctx, a, true, s.meter)
	if err != nil {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("cancelled: %w", err)
		}
		return nil, err
	}
	s.choose()
	return s, nil
}

// choose picks the event tables and says which tables are none.
func (s *survey) choose() {
	l := s.a.layout
	for _, t := range slices.Sorted(maps.Keys(s.cat)) {
		switch {
		case l.Counts != nil, strings.EqualFold(t, l.Tracks), l.leftOut(t), s.excluded(t):
			continue
		}
		if _, ok := find(s.cat[t], l.ReceivedAt); !ok {
			s.odd(landed.Oddity{Table: t, Why: "it has no column " + l.ReceivedAt + " and is not read as a table of events"})
			continue
		}
		if why := s.w.timeless(t, s.cat[t], l); why != "" {
			for _, k := range []landed.Kind{landed.Profiles, landed.Shapes} {
				if span, ok := s.wantOf(k, t); ok {
					s.gap(k, t, span, said(why))
				}
			}
			continue
		}
		s.tables = append(s.tables, t)
	}
}

func (s *survey) excluded(table string) bool { return s.a.options.excludes(table) }

// phases are the rounds of statements: shapes wait for the counts that say which days are too big to read whole.
func (s *survey) phases() []func() []task {
	if s.a.layout.Counts != nil {
		return []func() []task{s.rollupTasks}
	}
	return []func() []task{
		func() []task {
			return slices.Concat(s.countTasks(), s.arrivalTasks(), s.duplicateTasks(), s.profileTasks())
		},
		s.shapeTasks,
	}
}

// want returns the days asked for of a kind; false when it is not wanted.
func (s *survey) want(k landed.Kind) (landed.Span, bool) {
	span, ok := s.req.Want[k]
	return span, ok && !span.Empty()
}

// wantOf returns the days asked for of a kind of one table.
func (s *survey) wantOf(k landed.Kind, table string) (landed.Span, bool) {
	span, ok := s.want(k)
	if !ok {
		return span, false
	}
	if own, ok := s.req.Tables[table]; ok {
		span = own
	}
	return span, !span.Empty()
}

func (s *survey) odd(o landed.Oddity) { s.snap.Oddities = append(s.snap.Oddities, o) }

func (s *survey) gap(k landed.Kind, table string, span landed.Span, tr Trouble) {
	s.snap.Gaps = append(s.snap.Gaps, landed.Gap{Kind: k, Table: table, Span: span, Why: tr.Why, HowToFix: tr.HowToFix})
}

// mended says whether only the relations of a fix are read.
func (s *survey) mended() bool { return s.w.with != nil }

// tracks returns the table of all events, with a gap for each kind of fact that needs it when it cannot be read.
func (s *survey) tracks(k landed.Kind, span landed.Span) (eventTable, *writer, bool) {
	l := s.a.layout
	name, ok := s.cat.table(l.Tracks)
	if s.mended() && !ok {
		return eventTable{}, nil, false
	}
	wr := s.w.writer(s.a, s.req.LoadedBy)
	if !ok {
		s.gap(k, l.Tracks, span, Trouble{
			Why:      "schema " + s.a.Schema + " has no table " + l.Tracks + " that can be read",
			HowToFix: "grant select on it, or name the schema in which the pipeline lands",
		})
		return eventTable{}, nil, false
	}
	if why := s.w.lacking(name, s.cat[name], l); why != "" {
		s.gap(k, name, span, said(why))
		return eventTable{}, nil, false
	}
	t, _ := wr.event(name, s.cat[name])
	return t, wr, true
}

// said cuts a sentence into what is wrong and what to do.
func said(s string) Trouble {
	why, how, _ := strings.Cut(s, ": ")
	return Trouble{Why: why, HowToFix: how}
}

// finish puts together what was read.
func (s *survey) finish() landed.Snapshot {
	if span, ok := s.want(landed.Columns); ok && s.a.layout.Counts == nil {
		s.snap.Held[landed.Columns] = span
	}
	if s.a.layout.Counts == nil {
		s.finishTables()
	}
	if s.events != nil {
		s.events.finish(&s.snap, s.dups)
	}
	for _, d := range slices.Sorted(maps.Keys(s.arrivals)) {
		s.snap.Arrivals = append(s.snap.Arrivals, *s.arrivals[d])
	}
	slices.SortStableFunc(s.snap.Gaps, func(a, b landed.Gap) int {
		if a.Kind != b.Kind {
			return int(a.Kind) - int(b.Kind)
		}
		return strings.Compare(a.Table, b.Table)
	})
	s.snap.Cost = s.meter.cost()
	return s.snap
}

// finishTables fills Tables: columns when they were wanted, profiles and shapes as read.
func (s *survey) finishTables() {
	_, columns := s.want(landed.Columns)
	for _, name := range s.tables {
		t := landed.Table{Name: name, Profiled: landed.NoSpan}
		if columns {
			for _, c := range s.cat[name] {
				typ := s.w.d.Type(c.native)
				t.Columns = append(t.Columns, landed.Column{Name: c.name, Type: typ, Native: c.native, Seen: landed.NoDay, Gone: landed.NoDay})
				if typ == landed.OtherType && s.a.layout.property(c.name) {
					s.odd(landed.Oddity{Table: name, Column: c.name, Why: "its type " + c.native + " is unknown: only filled rows are counted"})
				}
			}
			slices.SortFunc(t.Columns, func(a, b landed.Column) int { return strings.Compare(a.Name, b.Name) })
		}
		if p := s.profiles[name]; p != nil {
			t.Profiled, t.Profiles = p.span, p.finish()
		}
		t.Shapes = sortedShapes(s.shapes[name])
		if columns || !t.Profiled.Empty() || len(t.Shapes) > 0 {
			s.snap.Tables = append(s.snap.Tables, t)
		}
	}
	s.noteClocks()
}

// noteClocks says which tables' times needed a reading.
func (s *survey) noteClocks() {
	for _, name := range append([]string{s.a.layout.Tracks}, s.tables...) {
		c, ok := find(s.cat[name], s.a.layout.ReceivedAt)
		if !ok {
			continue
		}
		if k := s.w.words.Clock(s.w.d.Quote(c.name), c.native); k.Note != "" {
			s.odd(landed.Oddity{Table: name, Column: c.name, Why: k.Note})
		}
	}
}

// instant turns microseconds since 1970 into a time.
func instant(micros int64) time.Time { return time.UnixMicro(micros).UTC() }
