package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/fix"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Filter chooses findings. Empty fields choose all; without Statuses those that are resolved, dismissed or baseline
// are left out.
type Filter struct {
	IDs      []string
	Statuses []string
	Kinds    []string
	Sources  []string
	Owner    string
	Older    time.Duration // opened at least so long ago
	Baseline bool          // only the baseline
}

// Empty says whether the filter chooses nothing in particular.
func (f Filter) Empty() bool {
	return len(f.IDs) == 0 && len(f.Statuses) == 0 && len(f.Kinds) == 0 && len(f.Sources) == 0 && f.Owner == "" && f.Older == 0 && !f.Baseline
}

// Findings lists what is remembered and fits the filter, the gravest first. An id that nothing has is an error.
func (a *App) Findings(ctx context.Context, f Filter) ([]audit.Reported, error) {
	store, err := a.Store(ctx)
	if err != nil {
		return nil, err
	}
	if err := a.refuseStrangers(ctx, f.Sources); err != nil {
		return nil, err
	}
	incidents, err := store.Incidents(ctx)
	if err != nil {
		return nil, err
	}
	handlings, err := store.Handlings(ctx)
	if err != nil {
		return nil, err
	}
	handled := map[finding.Key]incident.Handling{}
	for _, h := range handlings {
		handled[h.Key] = h
	}
	expects, days, err := a.standing(ctx)
	if err != nil {
		return nil, err
	}
	var out []audit.Reported
	found := map[string]bool{}
	for _, i := range incidents {
		r := audit.Reported{
			ID: i.ID, Finding: i.Finding, Opened: i.Opened, Handling: handled[i.Key], Change: incident.Continued,
			Status: incident.StatusOf(i, handled[i.Key], expects, a.o.Now(), days.of(i.Finding)),
		}
		if !i.Standing() {
			r.Change = incident.Resolved
		}
		for _, k := range i.Finding.Explains {
			r.Explains = append(r.Explains, incident.IDOf(a.Config.Workspace, incidents, k))
		}
		if f.fits(r, i, a.o.Now()) {
			out = append(out, r)
			found[i.ID] = true
		}
	}
	for _, id := range f.IDs {
		if !found[strings.ToUpper(id)] {
			return nil, &UsageError{fmt.Errorf("there is no finding %s: see plumbline findings list", id)}
		}
	}
	slices.SortStableFunc(out, func(x, y audit.Reported) int {
		if x.Finding.Severity != y.Finding.Severity {
			return int(y.Finding.Severity) - int(x.Finding.Severity)
		}
		return int(min(max(y.Finding.Rows-x.Finding.Rows, -1), 1))
	})
	return out, nil
}

// judged is the last judged day of each source: the one that expectations are held against.
type judged struct {
	last  map[string]landed.Day
	today landed.Day // where nothing was judged yet
}

// of is the day of a finding: the last of its sources.
func (j judged) of(f finding.Finding) landed.Day {
	day := landed.NoDay
	for name, last := range j.last {
		if f.Subject.Source == name || slices.Contains(f.Sources, name) || f.Subject.Source == "" && len(f.Sources) == 0 {
			day = max(day, last)
		}
	}
	if day == landed.NoDay {
		return j.today
	}
	return day
}

// standing is what people expect, in the configuration and beside it, and the days that it is held against.
func (a *App) standing(ctx context.Context) ([]incident.Expectation, judged, error) {
	mem, err := a.store.Load(ctx, nil, 1)
	if err != nil {
		return nil, judged{}, err
	}
	job := audit.Job{}
	a.people(&job)
	return slices.Concat(job.Expectations(), mem.Expect), judged{mem.Audited, landed.DayOf(a.o.Now().UTC()) - 1}, nil
}

// fits says whether one finding is chosen.
func (f Filter) fits(r audit.Reported, i incident.Incident, now time.Time) bool {
	if len(f.IDs) > 0 {
		return slices.ContainsFunc(f.IDs, func(id string) bool { return strings.EqualFold(id, r.ID) })
	}
	if i.Into != "" {
		return false // it is told as part of its cause
	}
	switch {
	case f.Baseline:
		if r.Status != incident.Baseline {
			return false
		}
	case len(f.Statuses) > 0:
		if !slices.Contains(f.Statuses, string(r.Status)) {
			return false
		}
	case r.Status == incident.ResolvedAway || r.Status == incident.Dismissed || r.Status == incident.Baseline:
		return false
	}
	owner := r.Finding.Owner
	if r.Handling.Owner != "" {
		owner = r.Handling.Owner
	}
	return (len(f.Kinds) == 0 || slices.Contains(f.Kinds, string(r.Finding.Kind))) &&
		(len(f.Sources) == 0 || slices.ContainsFunc(r.Finding.Sources, func(s string) bool { return slices.Contains(f.Sources, s) })) &&
		(f.Owner == "" || f.Owner == owner) && (f.Older == 0 || now.Sub(r.Opened) >= f.Older)
}

// Show returns one finding with its fixes, written out with what the state knows of its tables.
func (a *App) Show(ctx context.Context, id string) (audit.Reported, []fix.Text, error) {
	list, err := a.Findings(ctx, Filter{IDs: []string{id}})
	if err != nil {
		return audit.Reported{}, nil, err
	}
	r := list[0]
	if r.Trail, err = a.trailOf(ctx, r.ID); err != nil {
		return audit.Reported{}, nil, err
	}
	facts, err := a.remembered(ctx, r.Finding)
	if err != nil {
		return audit.Reported{}, nil, err
	}
	return r, a.Fixes(r.ID, r.Finding, facts), nil
}

// remembered is what the state knows of a finding's sources. The warehouse says under which fingerprint; where it
// cannot be reached the fixes that need the tables' columns are left out.
func (a *App) remembered(ctx context.Context, f finding.Finding) (map[string]landed.Snapshot, error) {
	if _, err := a.Warehouse(ctx); err != nil {
		a.o.Log.WarnContext(ctx, "warehouse not reached: fixes that need its columns are left out", "error", err)
		return nil, nil
	}
	var of []landed.Source
	for _, s := range a.sources {
		if s.Name == f.Subject.Source || slices.Contains(f.Sources, s.Name) {
			of = append(of, s.Source)
		}
	}
	mem, err := a.store.Load(ctx, of, 1)
	if err != nil {
		return nil, err
	}
	return mem.History, nil
}
