package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/plumbline-audit/plumbline/internal/infer"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
)

// How far an inferred plan looks at how properties are filled, and at what their values look like: both read far more
// than counts do.
const (
	inferDays    = 60
	profiledDays = 28
	shapedDays   = 3
)

// InferRequest is what a plan is to be inferred from.
type InferRequest struct {
	Sources []string // ids; nil: all
	Days    int      // of history; 0: 60
	AsOf    string   // YYYY-MM-DD: the days before it; "": before today
	File    string   // where the plan will stand: named in its comments
}

// InferPlan makes a plan for people to correct from what landed, with its evidence as notes. It reads the warehouse and
// writes nothing; values are looked at as privacy.values allows.
func (a *App) InferPlan(ctx context.Context, r InferRequest) (*plan.Plan, plan.Notes, error) {
	if _, err := a.Warehouse(ctx); err != nil {
		return nil, plan.Notes{}, err
	}
	last := landed.NoDay
	if r.AsOf != "" {
		day, err := landed.ParseDay(r.AsOf)
		if err != nil {
			return nil, plan.Notes{}, &UsageError{fmt.Errorf("--as-of: %w", err)}
		}
		last = day - 1
	}
	for _, name := range r.Sources {
		if !slices.Contains(a.SourceNames(), name) {
			return nil, plan.Notes{}, &UsageError{fmt.Errorf("--source %s: there is no such source (there are: %s)", name, strings.Join(a.SourceNames(), ", "))}
		}
	}
	if r.Days <= 0 {
		r.Days = inferDays
	}
	var facts []landed.Snapshot
	rows := int64(0)
	for _, s := range a.sources {
		if len(r.Sources) > 0 && !slices.Contains(r.Sources, s.Name) {
			continue
		}
		if s.problem != nil {
			return nil, plan.Notes{}, fmt.Errorf("infer a plan of %s: %s: %s", s.Name, s.problem.Why, s.problem.HowToFix)
		}
		snap, err := a.observe(ctx, s, r.Days, last)
		if err != nil {
			return nil, plan.Notes{}, fmt.Errorf("infer a plan: %w", err)
		}
		for _, n := range snap.Total() {
			rows += n
		}
		facts = append(facts, snap)
	}
	if rows == 0 {
		return nil, plan.Notes{}, &UsageError{errors.New("infer a plan: nothing landed on these days: look further back with --days, or at another day with --as-of")}
	}
	o := infer.Options{Made: a.o.Now(), File: r.File, Any: a.Config.Privacy.Values == "always"}
	if a.Config.Privacy.Values != "never" {
		answers, err := a.warehouse.Ask(ctx, infer.Questions(facts))
		if err != nil {
			return nil, plan.Notes{}, fmt.Errorf("infer a plan: %w", err)
		}
		o.Values = answers.Values
	}
	p, notes := infer.Draft(facts, o)
	return p, notes, nil
}

// observe reads what a plan can be inferred from of one source: counts of all days, and properties of the last ones.
func (a *App) observe(ctx context.Context, s source, days int, last landed.Day) (landed.Snapshot, error) {
	if last == landed.NoDay {
		zone, err := time.LoadLocation(s.Zone)
		if err != nil {
			return landed.Snapshot{}, fmt.Errorf("find the time zone of %s: %w", s.Name, err)
		}
		last = landed.DayOf(a.o.Now().In(zone)) - 1
	}
	span := landed.Span{First: last - landed.Day(days) + 1, Last: last}
	snap, err := a.warehouse.Gather(ctx, landed.Request{
		Source: s.Source, Want: map[landed.Kind]landed.Span{landed.Counts: span, landed.Columns: {First: last, Last: last}},
	})
	if err != nil {
		return landed.Snapshot{}, err
	}
	tables := map[string]landed.Span{}
	for _, t := range snap.Tables {
		tables[t.Name] = landed.NoSpan
	}
	for _, e := range snap.Events {
		if _, ok := tables[e.Table]; ok {
			tables[e.Table] = landed.Span{First: max(span.First, last-profiledDays+1), Last: last}
		}
	}
	profiles, err := a.warehouse.Gather(ctx, landed.Request{
		Source: s.Source, Tables: tables, Want: map[landed.Kind]landed.Span{landed.Profiles: span},
	})
	if err != nil {
		return landed.Snapshot{}, err
	}
	out := landed.Merge(snap, profiles)
	for name, x := range tables {
		tables[name] = x.Meet(landed.Span{First: last - shapedDays + 1, Last: last})
	}
	shapes, err := a.warehouse.Gather(ctx, landed.Request{
		Source: s.Source, Tables: tables, Want: map[landed.Kind]landed.Span{landed.Counts: span.Meet(landed.Span{First: last - shapedDays + 1, Last: last}), landed.Shapes: span},
	})
	if err != nil {
		return landed.Snapshot{}, err
	}
	for i, t := range out.Tables {
		if seen := shapes.Table(t.Name); seen != nil {
			out.Tables[i].Shapes = seen.Shapes
		}
	}
	return out, nil
}
