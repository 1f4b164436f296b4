package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/state"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// ExpectBefore remembers what will be found before it is. A source that the configuration does not have, and none of an
// audit either, is refused: it would never come true.
func (a *App) ExpectBefore(ctx context.Context, e incident.Expectation, who string) (int64, error) {
	store, err := a.Store(ctx)
	if err != nil {
		return 0, err
	}
	if err := a.refuseStrangers(ctx, e.Sources); err != nil {
		return 0, err
	}
	return store.Expect(ctx, e, who)
}

// refuseStrangers refuses sources that neither the configuration nor any audit knows; before the first audit of a
// configuration that names none, nothing is known and nothing refused.
func (a *App) refuseStrangers(ctx context.Context, sources []string) error {
	if len(sources) == 0 {
		return nil
	}
	mem, err := a.store.Load(ctx, nil, 1)
	if err != nil {
		return err
	}
	known := slices.Collect(maps.Keys(mem.Audited))
	for _, s := range a.Config.Sources {
		known = append(known, s.ID)
	}
	slices.Sort(known)
	known = slices.Compact(known)
	for _, s := range sources {
		if len(known) > 0 && !slices.Contains(known, s) {
			return &UsageError{fmt.Errorf("--source %s: there is no such source (there are: %s)", s, strings.Join(known, ", "))}
		}
	}
	return nil
}

// TakeBack ends an expectation that was stated beforehand.
func (a *App) TakeBack(ctx context.Context, id int64, who string) error {
	store, err := a.Store(ctx)
	if err != nil {
		return err
	}
	err = store.TakeBack(ctx, id, who)
	if errors.Is(err, state.ErrUnknown) {
		return &UsageError{fmt.Errorf("there is no expectation %d, or it was taken back already: see plumbline expect --list", id)}
	}
	return err
}

// Expected is one expectation, with its number where a person stated it and 0 where the configuration does.
type Expected struct {
	incident.Expectation
	ID      int64
	Who     string
	Over    bool // its last day is past
	Matches int  // findings that stand and that it covers now
}

// Expectations lists what is expected: of the configuration, and what people stated and did not take back.
func (a *App) Expectations(ctx context.Context) ([]Expected, error) {
	store, err := a.Store(ctx)
	if err != nil {
		return nil, err
	}
	stated, err := store.Expectations(ctx)
	if err != nil {
		return nil, err
	}
	incidents, err := store.Incidents(ctx)
	if err != nil {
		return nil, err
	}
	_, days, err := a.standing(ctx)
	if err != nil {
		return nil, err
	}
	job := audit.Job{}
	a.people(&job)
	var out []Expected
	for _, e := range job.Expect {
		out = append(out, Expected{Expectation: e, Who: a.configFile()})
	}
	for _, s := range stated {
		if s.Taken.IsZero() {
			out = append(out, Expected{Expectation: s.Expectation, ID: s.ID, Who: s.Who})
		}
	}
	for i := range out {
		out[i].Over = out[i].Span.Last < days.of(finding.Finding{})
		for _, x := range incidents {
			if x.Standing() && x.Into == "" && out[i].Covers(x.Finding, days.of(x.Finding)) {
				out[i].Matches++
			}
		}
	}
	return out, nil
}

// withStated puts into a trail what was stated beforehand and taken back.
func (a *App) withStated(ctx context.Context, out []Done) ([]Done, error) {
	stated, err := a.store.Expectations(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range stated {
		about := Done{Act: incident.Act{At: s.At, Who: s.Who, What: "expect until " + s.Span.Last.String(), Why: s.Why}, Title: Describe(s.Expectation)}
		about.ID = "expectation " + strconv.FormatInt(s.ID, 10)
		out = append(out, about)
		if !s.Taken.IsZero() {
			about.Act = incident.Act{At: s.Taken, Who: s.Taker, What: "take back"}
			out = append(out, about)
		}
	}
	slices.SortStableFunc(out, func(x, y Done) int { return x.At.Compare(y.At) })
	return out, nil
}

// Describe says in words what an expectation covers; names are safe to read anywhere.
func Describe(e incident.Expectation) string {
	list := func(all []string, every string) string {
		if len(all) == 0 {
			return every
		}
		var out []string
		for _, s := range all {
			out = append(out, words.Safe(s))
		}
		return words.List(out, 4)
	}
	var kinds []string
	for _, k := range e.Kinds {
		kinds = append(kinds, string(k))
	}
	return list(kinds, "anything") + " of " + list(e.Events, "any event") + " in " + list(e.Sources, "any source")
}
