package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/plumbline-audit/plumbline/config"
	"github.com/plumbline-audit/plumbline/connectors"
	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/diagnosis"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/fix"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/infer"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/notify"
)

// morning is the hour of an --as-of audit's morning where no schedule says otherwise.
const morning = 4*time.Hour + 15*time.Minute

// Request is what one audit is asked for on the command line.
type Request struct {
	Sources []string // ids; nil: all
	Kinds   []string // report only these; nil: all
	AsOf    string   // YYYY-MM-DD; "": now
	Days    int      // history to read; 0: as configured
	Full    bool
	Notify  bool
}

// Outcome is an audit's result with its fixes written out.
type Outcome struct {
	audit.Result
	Fixes map[string][]fix.Text
}

// Audit runs one audit.
func (a *App) Audit(ctx context.Context, r Request) (Outcome, error) {
	auditor, job, err := a.Auditor(ctx, r)
	if err != nil {
		return Outcome{}, err
	}
	result, err := auditor.Run(ctx, job)
	if err != nil {
		return Outcome{}, err
	}
	if !result.Header.Replayed {
		if err := a.store.Retain(ctx, int(a.Config.Retain)); err != nil {
			return Outcome{}, err
		}
	}
	return Outcome{Result: result, Fixes: a.fixes(result)}, nil
}

// Auditor opens everything and returns what runs the audit, and the audit to be run.
func (a *App) Auditor(ctx context.Context, r Request) (*audit.Auditor, audit.Job, error) {
	w, err := a.Warehouse(ctx)
	if err != nil {
		return nil, audit.Job{}, err
	}
	job, err := a.job(r)
	if err != nil {
		return nil, audit.Job{}, &UsageError{err}
	}
	return &audit.Auditor{
		Warehouse: w, Store: a.store, Now: a.o.Now, NewID: a.newID, Log: a.o.Log, Infer: infer.Plan,
		Compose: func(res audit.Result, told []audit.Told) []audit.Outgoing {
			return notify.Compose(res, told, a.policy())
		},
	}, job, nil
}

// job turns the request and the configuration into an audit.
func (a *App) job(r Request) (audit.Job, error) {
	c := a.Config
	j := audit.Job{
		Workspace: c.Workspace, Checks: a.set, AsOf: landed.NoDay, LoadedBy: morning, History: int(c.History), Remember: int(c.History),
		Full: r.Full, Notify: r.Notify, Rules: a.rules(), ShowValues: c.Privacy.Values != "never", AnyValues: c.Privacy.Values == "always",
		Excluded: a.excluded,
	}
	if len(c.Schedule) > 0 {
		j.Morning = func(d landed.Day) (time.Time, bool) { return c.Morning(d.Time()) }
	}
	if r.Days > 0 {
		j.History, j.Short = r.Days, r.Days < int(c.History)
	}
	if r.AsOf != "" {
		d, err := landed.ParseDay(r.AsOf)
		if err != nil {
			return j, fmt.Errorf("--as-of: %w", err)
		}
		j.AsOf = d
	}
	for _, k := range r.Kinds {
		if !slices.Contains(a.set.Kinds, finding.Kind(k)) {
			return j, fmt.Errorf("--check %s: there is no such kind, or it is switched off (there are: %s)", k, strings.Join(kindWords(a.set.Kinds), ", "))
		}
		j.Kinds = append(j.Kinds, finding.Kind(k))
	}
	for _, name := range r.Sources {
		if !slices.Contains(a.SourceNames(), name) {
			return j, fmt.Errorf("--source %s: there is no such source (there are: %s)", name, strings.Join(a.SourceNames(), ", "))
		}
	}
	for _, s := range a.sources {
		if len(r.Sources) > 0 && !slices.Contains(r.Sources, s.Name) {
			j.Subset = true
			continue
		}
		j.Sources = append(j.Sources, audit.Source{Source: s.Source, Plan: a.plannedFor(s.Name), Excluded: s.excluded, Problem: s.problem, Earlier: s.earlier, Environment: s.environment})
	}
	a.people(&j)
	return j, nil
}

func kindWords(ks []finding.Kind) []string {
	var out []string
	for _, k := range ks {
		out = append(out, string(k))
	}
	return out
}

func kinds(ks []config.Kind) []finding.Kind {
	var out []finding.Kind
	for _, k := range ks {
		out = append(out, finding.Kind(k))
	}
	return out
}

// people puts into the job what people said in the configuration.
func (a *App) people(j *audit.Job) {
	c := a.Config
	for _, i := range c.Ignore {
		if len(i.Different) == 2 {
			j.Different = append(j.Different, [2]string{i.Different[0], i.Different[1]})
			continue
		}
		j.Ignore = append(j.Ignore, audit.Ignore{Events: i.Events, Sources: i.Sources, Kinds: kinds(i.Kinds)})
	}
	for _, p := range c.Properties {
		if p.Open {
			j.Open = append(j.Open, p.Names...)
		}
	}
	for _, x := range c.Accept {
		j.Accept = append(j.Accept, audit.Accept{Events: x.Events, Sources: x.Sources, From: landed.DayOf(x.From.Time())})
	}
	for _, q := range c.Calendar {
		j.Calendar = append(j.Calendar, audit.Calendar{Sources: q.Sources, Span: span(q.From, q.Until), Why: q.Why})
	}
	for _, e := range c.Expect {
		j.Expect = append(j.Expect, incident.Expectation{
			Events: e.Events, Sources: e.Sources, Kinds: kinds(e.Kinds), Span: span(e.From, e.Until), Why: e.Why,
		})
	}
}

// span is the days from one date to another; without the first it has always begun, without the second it never ends.
func span(from, until config.Date) landed.Span {
	s := landed.Span{First: landed.NoDay, Last: 1 << 30}
	if from != "" {
		s.First = landed.DayOf(from.Time())
	}
	if until != "" {
		s.Last = landed.DayOf(until.Time())
	}
	return s
}

// rules is what the configuration says about how grave findings are and whom they concern.
func (a *App) rules() diagnosis.Rules {
	c := a.Config
	r := diagnosis.Rules{Owners: c.Owners, SourceOwners: map[string]string{}, Plans: a.plansBySource()}
	for _, d := range c.Destinations {
		r.Destinations = append(r.Destinations, diagnosis.Destination{
			Name: d.Name, Sources: d.Sources, Events: d.Events, AcceptsLate: d.AcceptsLate,
		})
	}
	for _, e := range c.Events {
		sev, _ := finding.ParseSeverity(string(e.Severity))
		r.Events = append(r.Events, diagnosis.Override{Events: e.Events, Sources: e.Sources, Labels: e.Labels, Severity: sev, Owner: e.Owner, Unique: e.Unique})
	}
	for _, s := range a.sources {
		r.SourceOwners[s.Name] = s.owner
	}
	return r
}

// policy says which channel hears of which source.
func (a *App) policy() notify.Policy {
	p := notify.Policy{Channel: a.Config.Slack.Channel, Muted: map[string]bool{}}
	for _, r := range a.Config.Slack.Routes {
		p.Routes = append(p.Routes, notify.Route{Source: r.Source, Channel: r.Channel})
	}
	for _, s := range a.sources {
		p.Muted[s.Name] = s.muted
	}
	return p
}

// Statements returns what an audit would run, without running it: only the catalogue is read.
func (a *App) Statements(ctx context.Context, r Request) ([]connectors.Statement, error) {
	auditor, job, err := a.Auditor(ctx, r)
	if err != nil {
		return nil, err
	}
	requests, err := auditor.Requests(ctx, job)
	if err != nil {
		return nil, err
	}
	var out []connectors.Statement
	for _, req := range requests {
		st, err := a.warehouse.Plan(ctx, req)
		if err != nil {
			return nil, err
		}
		out = append(out, st...)
	}
	return out, nil
}

// fixes writes out the fixes of what was reported.
func (a *App) fixes(r audit.Result) map[string][]fix.Text {
	out := map[string][]fix.Text{}
	for _, list := range [][]audit.Reported{r.Findings, r.Baseline} {
		for _, f := range list {
			out[f.ID] = a.Fixes(f.ID, f.Finding, r.Landed)
		}
	}
	return out
}

// Fixes writes out the fixes of one finding. What a fix needs and is not at hand, such as a plan file that has gone
// since, leaves that fix out.
func (a *App) Fixes(id string, f finding.Finding, facts map[string]landed.Snapshot) []fix.Text {
	c := fix.Context{ID: id, Schema: a.Config.Fixes.Schema, Landed: facts, ConfigFile: a.configFile(), Dialect: a.Config.Warehouse.URL.Scheme()}
	if a.warehouse != nil {
		c.Quoter = a.warehouse.Dialect()
	} else if d, ok := dialect(c.Dialect); ok {
		c.Quoter = d
	}
	source := f.Subject.Source
	if source == "" && len(f.Sources) > 0 {
		source = f.Sources[0]
	}
	if p := a.planOf(source); p != nil {
		c.Plan, c.PlanFile = p.plan, a.shown(p.file)
		if data, err := os.ReadFile(p.file); err == nil {
			c.PlanData = data
		}
	}
	if a.Config.File != "" {
		if data, err := os.ReadFile(a.Config.File); err == nil {
			c.ConfigData = data
		}
	}
	if s, ok := facts[source]; ok {
		if zone, err := time.LoadLocation(s.Source.Zone); err == nil {
			c.Zone = zone
		}
	}
	return fix.Write(f, c)
}

// shown is a file as people name it who stand in the configuration's folder.
func (a *App) shown(file string) string {
	if rel, err := filepath.Rel(a.Config.Dir, file); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return file
}
