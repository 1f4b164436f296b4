package backtest

import (
	"context"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// chunk is how many days of profiles are held at once while columns are dated.
const chunk = 28

// column is one column of a source.
type column struct{ source, table, name string }

// past is a warehouse whose columns are those of the night: a catalogue only knows today's. A column is there from the
// first day that filled it; one that nothing filled on any day that is replayed was always there.
type past struct {
	audit.Warehouse
	came map[column]landed.Day
}

// past dates the columns of every source.
func (r Replay) past(ctx context.Context, span landed.Span) (*past, error) {
	p := &past{Warehouse: r.Auditor.Warehouse, came: map[column]landed.Day{}}
	span.First -= landed.Day(r.Job.Checks.Needs()[landed.Profiles])
	for _, s := range r.Job.Sources {
		if s.Problem != nil {
			continue
		}
		if err := r.date(ctx, p, s, span); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// date finds the first day of each column of one source, a few weeks at a time. A table all of whose columns are known
// is not read again.
func (r Replay) date(ctx context.Context, p *past, s audit.Source, span landed.Span) error {
	skip := map[string]landed.Span{}
	for first := span.First; first <= span.Last; first += chunk {
		days := landed.Span{First: first, Last: min(first+chunk-1, span.Last)}
		facts, err := r.gather(ctx, s, landed.Request{
			Source: s.Source, Tables: skip, Want: map[landed.Kind]landed.Span{landed.Profiles: days},
		})
		if err != nil {
			return err
		}
		for _, t := range facts.Tables {
			p.note(s.Name, t)
			if p.dated(s.Name, t) {
				skip[t.Name] = landed.NoSpan
			}
		}
	}
	return nil
}

func (p *past) note(source string, t landed.Table) {
	for _, day := range t.Profiles {
		for _, c := range day.Columns {
			at := column{source, t.Name, c.Column}
			if came, known := p.came[at]; c.Filled > 0 && (!known || day.Day < came) {
				p.came[at] = day.Day
			}
		}
	}
}

// dated says whether a table has rows, and a day for each of the columns that they could fill.
func (p *past) dated(source string, t landed.Table) bool {
	return len(t.Profiles) > 0 && !slices.ContainsFunc(t.Profiles, func(day landed.Profile) bool {
		return slices.ContainsFunc(day.Columns, func(c landed.ColumnProfile) bool {
			_, known := p.came[column{source, t.Name, c.Column}]
			return !known
		})
	})
}

// Gather implements audit.Warehouse.
func (p *past) Gather(ctx context.Context, req landed.Request) (landed.Snapshot, error) {
	out, err := p.Warehouse.Gather(ctx, req)
	if err != nil {
		return out, err
	}
	last := landed.NoDay
	for _, span := range req.Want {
		last = max(last, span.Last)
	}
	later := func(table, name string) bool {
		came, known := p.came[column{req.Source.Name, table, name}]
		return known && came > last
	}
	out.Tables = slices.Clone(out.Tables)
	for i := range out.Tables {
		t := &out.Tables[i]
		t.Columns = slices.DeleteFunc(slices.Clone(t.Columns), func(c landed.Column) bool { return later(t.Name, c.Name) })
		t.Profiles = slices.Clone(t.Profiles)
		for k, day := range t.Profiles {
			t.Profiles[k].Columns = slices.DeleteFunc(slices.Clone(day.Columns), func(c landed.ColumnProfile) bool { return later(t.Name, c.Column) })
		}
	}
	return out, nil
}
