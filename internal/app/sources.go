package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/config"
	"github.com/plumbline-audit/plumbline/connectors"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/plan"
)

// source is one source that an audit may look at.
type source struct {
	landed.Source
	owner       string
	muted       bool   // not production: posted nowhere
	environment string // "" for production
	excluded    []string
	problem     *landed.Gap
	earlier     []landed.Source // what the state may know its earlier schemas as
}

// attach finds the sources: those of the configuration, or every schema with a layout that does not look like one
// for development.
func (a *App) attach(ctx context.Context, w *connectors.Warehouse) error {
	found, err := w.Discover(ctx)
	if err != nil {
		return err
	}
	return a.attachTo(ctx, w, found)
}

// attachTo attaches the sources among what was found.
func (a *App) attachTo(ctx context.Context, w *connectors.Warehouse, found []connectors.Found) error {
	var err error
	if len(a.Config.Sources) == 0 {
		err = a.attachAll(w, found)
	}
	for i, s := range a.Config.Sources {
		if err := a.attachOne(ctx, w, s, found); err != nil {
			return &UsageError{a.Config.Mistake(fmt.Sprintf("sources[%d]", i), err)}
		}
	}
	if err == nil {
		err = a.unique()
	}
	if err != nil {
		return err
	}
	if slices.ContainsFunc(a.sources, func(s source) bool { return s.problem != nil }) {
		return nil // the sources of a table that cannot be read are not known
	}
	if err := a.Config.UnknownSources(a.SourceNames()); err != nil {
		return &UsageError{err}
	}
	return nil
}

func (a *App) attachAll(w *connectors.Warehouse, found []connectors.Found) error {
	for _, f := range found {
		if word, ok := development(f.Schema); ok {
			a.excluded = append(a.excluded, f.Schema+" (looks like "+word+": name it under sources to audit it)")
			continue
		}
		if err := a.add(w, f, config.Source{}); err != nil {
			return err
		}
	}
	if len(a.sources) == 0 {
		return errors.New("no schema of the warehouse has a layout that plumbline knows: it looks for <schema>.tracks with " +
			"event_text and received_at (Segment), or <schema>.daily_counts with event, day and rows; " +
			"name the schema, and the columns if they differ, under sources in the configuration")
	}
	return nil
}

// attachOne attaches the source, or with a rollup that holds several each of them, that the configuration names.
func (a *App) attachOne(ctx context.Context, w *connectors.Warehouse, s config.Source, found []connectors.Found) error {
	var mine []connectors.Found
	for _, f := range found {
		if f.Schema == s.Schema && (s.Layout == "" || f.Layout.Name == string(s.Layout)) {
			mine = append(mine, f)
		}
	}
	if s.Layout == "rollup" && (s.Table != "" || s.Columns != (config.Columns{})) {
		c := connectors.RollupColumns(s.Columns)
		more, err := w.Rollups(ctx, s.Schema, connectors.Rollup(s.Table, c))
		if err != nil {
			return err
		}
		mine = more
	}
	if len(mine) == 0 {
		what := "the layout of Segment (a table tracks with event_text and received_at)"
		if s.Layout == "rollup" {
			what = "a table of daily counts"
		}
		mine = []connectors.Found{{Schema: s.Schema, Layout: connectors.Segment(), Source: s.ID, Problem: fmt.Sprintf(
			"schema %s is not there, may not be read, or has not %s: check its name and the grants of the user", s.Schema, what)}}
	}
	for _, f := range mine {
		if len(mine) == 1 && f.Value == "" && s.ID != "" {
			f.Source = s.ID
		}
		if err := a.add(w, f, s); err != nil {
			return err
		}
	}
	return nil
}

// add attaches one source.
func (a *App) add(w *connectors.Warehouse, f connectors.Found, s config.Source) error {
	zone := string(s.Timezone)
	if zone == "" {
		zone = string(a.Config.Timezone)
	}
	src := source{
		Source: landed.Source{Name: f.Source, Title: s.Name, Schema: f.Schema, Zone: zone},
		owner:  s.Owner, excluded: s.Exclude,
		muted: s.Environment != "" && s.Environment != "production",
	}
	if src.Title == "" || src.Title == s.ID {
		src.Title = src.Name
	}
	if src.muted {
		src.environment = s.Environment
		src.Title += " (" + s.Environment + ")"
	}
	src.Fingerprint = connectors.Fingerprint(src.Source, f.Layout)
	for _, schema := range s.Was {
		for _, name := range []string{src.Name, schema[strings.LastIndexByte(schema, '.')+1:]} {
			e := landed.Source{Name: name, Schema: schema, Zone: zone}
			e.Fingerprint = connectors.Fingerprint(e, f.Layout)
			if !slices.Contains(src.earlier, e) {
				src.earlier = append(src.earlier, e)
			}
		}
	}
	if f.Problem != "" {
		why, how, _ := strings.Cut(f.Problem, ": ")
		src.problem = &landed.Gap{Kind: landed.Counts, Why: why, HowToFix: how}
	} else if err := w.Attach(src.Source, f.Layout, connectors.SourceOptions{
		ExcludeTables: s.Exclude, Where: s.Where, Value: f.Value, Was: s.Was,
	}); err != nil {
		return err
	}
	a.sources = append(a.sources, src)
	return nil
}

// unique refuses two sources of one name: the name stands in reports, flags and plans.
func (a *App) unique() error {
	seen := map[string]string{}
	for _, s := range a.sources {
		if other, ok := seen[s.Name]; ok {
			return &UsageError{fmt.Errorf("schemas %s and %s are both the source %q: give one of them another id under sources", other, s.Schema, s.Name)}
		}
		seen[s.Name] = s.Schema
	}
	return nil
}

// development says whether a schema's name has a word that stands for something else than production.
func development(schema string) (string, bool) {
	words := strings.FieldsFunc(strings.ToLower(names.Snake(schema)), func(r rune) bool { return r == '_' })
	for _, w := range []string{"dev", "development", "staging", "stage", "test", "testing", "qa", "sandbox"} {
		if slices.Contains(words, w) {
			return w, true
		}
	}
	return "", false
}

// planOf is the plan of one source: the first that names it, else the first without a scope; nil without one.
func (a *App) planOf(source string) *scopedPlan {
	for i, p := range a.plans {
		if slices.Contains(p.sources, source) {
			return &a.plans[i]
		}
	}
	for i, p := range a.plans {
		if len(p.sources) == 0 {
			return &a.plans[i]
		}
	}
	return nil
}

// plannedFor is the events planned for one source; a scope in the configuration is a scope of the plan.
func (a *App) plannedFor(source string) *plan.Plan {
	p := a.planOf(source)
	if p == nil {
		return nil
	}
	scoped := *p.plan
	if len(p.sources) > 0 && len(scoped.Sources) == 0 {
		scoped.Sources = p.sources
	}
	return scoped.In(source)
}

// SourceNames lists the sources, for flags and completion.
func (a *App) SourceNames() []string {
	var out []string
	for _, s := range a.sources {
		out = append(out, s.Name)
	}
	return out
}

// Planned lists the events of all plans, or those of one source.
func (a *App) Planned(source string) []plan.Event {
	var out []plan.Event
	for _, p := range a.plans {
		read := p.plan
		if source != "" {
			if len(p.sources) > 0 && !slices.Contains(p.sources, source) {
				continue
			}
			read = read.In(source)
		}
		out = append(out, read.Events...)
	}
	return out
}

// PlanFile is one plan of the configuration, as it was read.
type PlanFile struct {
	File    string // as people name it who stand in the configuration's folder
	Events  int
	Sources []string // the sources it holds for; none: all that no other plan names
}

// Plans lists the plans of the configuration.
func (a *App) Plans() []PlanFile {
	var out []PlanFile
	for _, p := range a.plans {
		out = append(out, PlanFile{File: a.shown(p.file), Events: len(p.plan.Events), Sources: p.sources})
	}
	return out
}
