package connectors

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// errNoTables says that a schema is not there, or that nothing in it may be read.
var errNoTables = errors.New("no tables that can be read: check its name and that the user may use it and select from it")

// succession is when a source's own schema took over from the one before it.
type succession struct {
	first landed.Day // the first day with a row of its own; NoDay: there is none yet
	both  bool       // that day and after, the earlier schema still received the same: it holds the whole first day
	gone  bool       // the earlier schema cannot be read
}

// gatherLong gathers a source with the schemas before it: the days before its own first one are theirs.
func (w *Warehouse) gatherLong(ctx context.Context, a attached, req landed.Request) (landed.Snapshot, error) {
	if a.earlier == nil || w.with != nil {
		return w.gather(ctx, a, req)
	}
	s, err := w.succession(ctx, a)
	if err != nil {
		return landed.Snapshot{}, fmt.Errorf("gather %s: %w", req.Source.Name, err)
	}
	before, after := s.split(req)
	var own, earlier landed.Snapshot
	if len(after.Want) > 0 {
		if own, err = w.gather(ctx, a, after); err != nil {
			return landed.Snapshot{}, err
		}
	} else {
		own = landed.Snapshot{Span: landed.NoSpan}
	}
	own.Source = a.Source
	if own.Source.Fingerprint == "" {
		own.Source.Fingerprint = Fingerprint(a.Source, a.layout)
	}
	if len(before.Want) == 0 {
		return own, nil
	}
	if s.gone {
		own.Oddities = append(own.Oddities, landed.Oddity{Why: "its earlier schema " + a.earlier.Schema + " is not in the warehouse, or may not be read: what the state remembers counts"})
		return own, nil
	}
	if earlier, err = w.gatherLong(ctx, *a.earlier, before); err != nil {
		return landed.Snapshot{}, err
	}
	earlier.Source = own.Source
	return landed.Succeed(earlier, own, s.first, s.both), nil
}

// split shares the days of a request out: the earlier schema's, and the source's own.
func (s succession) split(req landed.Request) (before, after landed.Request) {
	if s.first == landed.NoDay {
		if !s.gone {
			return req, landed.Request{}
		}
		return landed.Request{Want: map[landed.Kind]landed.Span{landed.Counts: landed.NoSpan}}, req
	}
	from := s.first
	if s.both && !s.gone {
		from++
	}
	return within(req, func(x landed.Span) landed.Span { x.Last = min(x.Last, s.first); return x }),
		within(req, func(x landed.Span) landed.Span { x.First = max(x.First, from); return x })
}

// within narrows every span of a request; a kind of which no day is left is not wanted.
func within(req landed.Request, narrow func(landed.Span) landed.Span) landed.Request {
	out := req
	out.Want = map[landed.Kind]landed.Span{}
	for k, span := range req.Want {
		if span = narrow(span); !span.Empty() {
			out.Want[k] = span
		}
	}
	if req.Tables != nil {
		out.Tables = map[string]landed.Span{}
		for t, span := range req.Tables {
			if span = narrow(span); span.Empty() {
				span = landed.NoSpan
			}
			out.Tables[t] = span
		}
	}
	return out
}

// succession finds out, once it can be known, when a source's schema took over.
func (w *Warehouse) succession(ctx context.Context, a attached) (succession, error) {
	w.memory.mu.Lock()
	s, ok := w.memory.successions[a.Name]
	w.memory.mu.Unlock()
	if ok {
		return s, nil
	}
	first, err := w.firstDay(ctx, a)
	if err != nil {
		return s, err
	}
	s.first = first
	around := landed.Span{First: first - 1, Last: first + 1}
	if first == landed.NoDay {
		around = landed.Span{First: 0, Last: 0} // nothing is counted: only whether it is there
	}
	earlier, err := w.gatherLong(ctx, *a.earlier, landed.Request{Source: a.Source, Want: map[landed.Kind]landed.Span{landed.Counts: around}})
	switch {
	case errors.Is(err, errNoTables):
		s.gone = true
	case err != nil:
		return s, err
	case first != landed.NoDay:
		s.both = landed.Parallel(earlier, first)
	}
	if first != landed.NoDay { // else tomorrow may know more
		w.memory.mu.Lock()
		w.memory.successions[a.Name] = s
		w.memory.mu.Unlock()
	}
	return s, nil
}

// firstDay is the first day on which a source's own schema holds a row; NoDay where it holds none.
func (w *Warehouse) firstDay(ctx context.Context, a attached) (landed.Day, error) {
	cat, err := w.catalogueOf(ctx, a, true, nil)
	if err != nil {
		return landed.NoDay, err
	}
	name, _ := cat.table(a.layout.Tracks)
	at, ok := find(cat[name], a.layout.ReceivedAt)
	if !ok {
		return landed.NoDay, fmt.Errorf("schema %s has no table %s with a column %s", a.Schema, a.layout.Tracks, a.layout.ReceivedAt)
	}
	r := newRelations(w.d, nil)
	rel := landed.Relation{Schema: a.Schema, Table: name}
	what := w.d.Quote(at.name)
	if a.layout.Counts == nil {
		what = w.words.Clock(what, at.native).UTC
	}
	text := "SELECT min(" + what + ")"
	if a.layout.Counts == nil {
		text = "SELECT " + w.words.Micros("min("+what+")")
	}
	text += "\nFROM " + r.name(rel)
	if a.options.Where != "" {
		text += "\nWHERE (" + a.options.Where + ")"
	}
	first := landed.NoDay
	st := Statement{Name: "first day of " + name, Text: text, Tables: []landed.Relation{rel}}
	err = w.run(ctx, st, func(rows Rows) error {
		for rows.Next() {
			var micros intCell
			var day dayCell
			if a.layout.Counts != nil {
				if err := rows.Scan(&day); err != nil {
					return err
				}
				if !day.bad {
					first = day.day
				}
				continue
			}
			if err := rows.Scan(&micros); err != nil {
				return err
			}
			if micros.valid {
				first = landed.DayOf(instant(micros.n).In(a.calendar.zone))
			}
		}
		return rows.Err()
	})
	if err != nil {
		return landed.NoDay, fmt.Errorf("find the first day of %s: %w", a.Schema, err)
	}
	return first, nil
}

// chain attaches the earlier schemas of a source, the newest first, each behind the one that followed it.
func chain(a attached, was []string) attached {
	for _, schema := range slices.Backward(was) {
		e := a
		e.Schema, e.Name, e.Fingerprint = schema, a.Name+" (was "+schema+")", ""
		e.options.Value = a.value()
		e.earlier = a.earlier
		a.earlier = &e
	}
	return a
}
