package audit

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/plumbline-audit/plumbline/checks"
	"github.com/plumbline-audit/plumbline/internal/diagnosis"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Run runs one audit: load, gather, check, fold, ask, reconcile, compose, commit. It returns an error when nothing
// could be known: the warehouse or the state is out of reach. Parts that could not be seen are gaps of the result.
func (a *Auditor) Run(ctx context.Context, j Job) (Result, error) {
	release, err := a.take(ctx, j)
	if err != nil {
		return Result{}, fmt.Errorf("begin the audit of %s: %w", j.Workspace, err)
	}
	defer release()
	var sources []landed.Source
	for _, s := range j.Sources {
		sources = append(sources, s.Source)
	}
	mem, err := a.Store.Load(ctx, sources, max(j.History, j.Remember))
	if err != nil {
		return Result{}, fmt.Errorf("load what is known of %s: %w", j.Workspace, err)
	}
	if j.AsOf != landed.NoDay && mem.Newest != landed.NoDay && j.AsOf < mem.Newest {
		j.Replay = true // a look back changes nothing that later audits found
	}
	asOf := j.AsOf
	if asOf == landed.NoDay {
		asOf = landed.DayOf(a.Now().UTC()) // until a source's own calendar says which morning it is
	}
	r := run{Auditor: a, job: j, mem: mem, different: different(j, mem), header: Header{
		ID: a.NewID(), Workspace: j.Workspace, Started: a.Now(), AsOf: asOf, Last: landed.NoDay, Checks: j.Kinds, Replayed: j.Replay, First: true,
		Excluded: slices.Clone(j.Excluded),
	}}
	if r.inherited, err = a.inherit(ctx, j, mem); err != nil {
		return Result{}, err
	}
	if err := r.gather(ctx); err != nil {
		return Result{}, err
	}
	found, hidden := r.judge(ctx)
	return r.close(ctx, found, hidden)
}

// run is one audit under way.
type run struct {
	*Auditor
	job    Job
	mem    Memory
	header Header
	facts  []*facts

	inherited map[string]landed.Snapshot // by source: what is remembered of its earlier schemas
	different [][2]string                // names that people said are two events
}

// gather reads every source, one after the other: the connector itself works on several tables at once.
func (r *run) gather(ctx context.Context) error {
	needs := r.job.Checks.Needs()
	var errs []error
	for _, s := range r.job.Sources {
		history := r.mem.History[s.Name]
		if history.Span == (landed.Span{}) {
			history.Span = landed.NoSpan
		}
		f := r.Auditor.gather(ctx, r.job, s, history, r.inherited[s.Name], needs)
		_, known := r.mem.Audited[s.Name]
		f.first = !known
		r.facts = append(r.facts, f)
		if f.err != nil {
			errs = append(errs, fmt.Errorf("read source %s: %w", s.Name, f.err))
		} else if s.Problem == nil {
			errs = append(errs, nil)
		}
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("audit of %s was stopped: %w", r.job.Workspace, err)
	}
	if len(errs) > 0 && !slices.Contains(errs, nil) {
		return errors.Join(errs...)
	}
	r.silence()
	for _, f := range r.facts {
		r.note(f)
	}
	r.infer()
	return nil
}

// infer gives the sources without a plan one from what has landed there.
func (r *run) infer() {
	if r.Infer == nil {
		return
	}
	var without []landed.Snapshot
	for _, f := range r.facts {
		if f.source.Plan == nil && f.judgeable() {
			without = append(without, f.merged)
		}
	}
	if len(without) == 0 {
		return
	}
	p := r.Infer(without)
	for _, f := range r.facts {
		if f.source.Plan == nil {
			f.source.Plan = p.In(f.source.Name)
		}
	}
}

// note writes what is known of a source into the header.
func (r *run) note(f *facts) {
	h := &r.header
	for _, t := range f.source.Excluded {
		h.Excluded = append(h.Excluded, f.source.Schema+"."+t)
	}
	if f.source.Problem != nil {
		h.Gaps = append(h.Gaps, SourceGap{Source: f.source.Name, Gap: *f.source.Problem})
		return
	}
	if f.err != nil {
		h.Gaps = append(h.Gaps, SourceGap{Source: f.source.Name, Gap: landed.Gap{
			Kind: landed.Counts, Why: f.err.Error(), HowToFix: "mend the cause and run plumbline audit again",
		}})
		return
	}
	for _, g := range f.fresh.Gaps {
		h.Gaps = append(h.Gaps, SourceGap{Source: f.source.Name, Gap: g})
	}
	for _, o := range f.fresh.Oddities {
		h.Unjudged = append(h.Unjudged, finding.Unjudged{
			Subject: finding.Subject{Source: f.source.Name, Event: o.Event, Property: o.Column}, Why: oddity(o),
		})
	}
	h.Cost = h.Cost.Add(f.fresh.Cost)
	h.First = h.First && f.first
	h.Last = max(h.Last, f.last)
	h.AsOf = max(h.AsOf, r.nightOf(r.job, f.source).asOf)
	seen := 0
	for _, e := range f.merged.Events {
		if slices.ContainsFunc(e.Daily(f.merged.Span.Len()), func(n int64) bool { return n > 0 }) {
			seen++
		}
	}
	h.Landed += seen
	h.Sources = append(h.Sources, SourceHeader{
		Name: f.source.Name, Title: f.source.Title, Schema: f.source.Schema, Zone: f.source.Zone, Environment: f.source.Environment, Last: f.last, First: f.first, Events: seen,
	})
}

func oddity(o landed.Oddity) string {
	where := o.Table
	if o.Column != "" {
		where += "." + o.Column
	}
	if where != "" {
		where += ": "
	}
	if o.Rows > 0 {
		return fmt.Sprintf("%s%s (%d rows)", where, o.Why, o.Rows)
	}
	return where + o.Why
}

// inputs are what the checks are given, one for each source that can be judged.
func (r *run) inputs() []checks.Input {
	var out []checks.Input
	whole, learned := r.whole(), r.Learned
	if learned == nil {
		learned = checks.NewLearned()
	}
	for _, f := range r.facts {
		if !f.judgeable() || f.last == landed.NoDay {
			continue
		}
		out = append(out, r.job.Checks.Prepare(checks.Input{
			Plan: f.source.Plan, Landed: f.merged, Last: f.last, Partial: f.partial, Late: f.late, Since: f.missing,
			AsOf: r.nightOf(r.job, f.source).asOf, Accepted: r.job.accepted(f.merged, r.mem.Handling, r.mem.Incidents),
			Quiet: r.job.quiet(f.source.Name), Different: r.different, Open: r.job.Open, Whole: whole,
			Unique: unique(r.job.Rules, f.merged), Recounted: f.recounted,
			ShowValues: r.job.ShowValues, AnyValues: r.job.AnyValues, Constraints: f.rules, PlanChanged: planChanged(f), Learned: learned,
		}))
	}
	return out
}

// unique is what people said of a source's events: which property differs from action to action.
func unique(rules diagnosis.Rules, s landed.Snapshot) map[string]string {
	out := map[string]string{}
	for _, e := range s.Events {
		if p := rules.Unique(s.Source.Name, e); p != "" {
			out[e.Name] = p
		}
	}
	return out
}

// whole says whether the events of every source of the workspace were counted tonight: only then has what is not there
// landed nowhere.
func (r *run) whole() bool {
	return !r.job.Subset && !slices.ContainsFunc(r.facts, func(f *facts) bool {
		return !f.judgeable() || f.last == landed.NoDay ||
			slices.ContainsFunc(f.fresh.Gaps, func(g landed.Gap) bool { return g.Kind == landed.Counts })
	})
}

// planChanged finds the rules that are younger than the history: a day before their first one has values of the
// column, but was not counted under them.
func planChanged(f *facts) map[string]landed.Day {
	out := map[string]landed.Day{}
	for _, rule := range f.rules {
		t := f.merged.Table(rule.Table)
		if t == nil {
			continue
		}
		first, earlier := landed.NoDay, landed.NoDay
		for _, p := range t.Profiles {
			for _, c := range p.Columns {
				if c.Column != rule.Column || c.Filled == 0 {
					continue
				}
				if _, ok := c.Violations[rule.ID]; !ok {
					if earlier == landed.NoDay || p.Day < earlier {
						earlier = p.Day
					}
				} else if first == landed.NoDay || p.Day < first {
					first = p.Day
				}
			}
		}
		if first != landed.NoDay && earlier != landed.NoDay && earlier < first {
			out[rule.ID] = first
		}
	}
	return out
}

// judge runs the checks, folds what they say, and asks what only reported findings need. What is not for this audit
// to report comes back apart.
func (r *run) judge(ctx context.Context) (found, hidden []finding.Finding) {
	inputs := r.inputs()
	r.ask(ctx, inputs)
	if r.Watch != nil {
		r.Watch(inputs)
	}
	var verdict checks.Verdict
	for _, in := range inputs {
		for _, c := range r.job.Checks.Sources {
			v := c.Run(in)
			verdict.Findings = append(verdict.Findings, v.Findings...)
			verdict.Unjudged = append(verdict.Unjudged, v.Unjudged...)
		}
	}
	for _, c := range r.job.Checks.All {
		v := c.RunAll(inputs)
		verdict.Findings = append(verdict.Findings, v.Findings...)
		verdict.Unjudged = append(verdict.Unjudged, v.Unjudged...)
	}
	r.header.Unjudged = append(r.header.Unjudged, verdict.Unjudged...)
	r.header.Planned = planned(inputs)
	kept := slices.DeleteFunc(verdict.Findings, r.job.ignored)
	var all []landed.Snapshot
	scopes := map[string]diagnosis.Scope{}
	for _, in := range inputs {
		all = append(all, in.Landed)
		scopes[in.Landed.Source.Name] = diagnosis.Scope{Source: in.Landed.Source, Last: in.Last}
	}
	for _, f := range diagnosis.Explain(kept) {
		switch {
		case f.Ended != "": // it has only explained what it left behind
		case !slices.Contains(r.job.Checks.Kinds, f.Kind):
		case len(r.job.Kinds) > 0 && !slices.Contains(r.job.Kinds, f.Kind):
			hidden = append(hidden, f)
		default:
			found = append(found, f)
		}
	}
	// Only what this audit reports is put together: a member of a kind that it does not would be lost in a group, or
	// take the others with it.
	found = diagnosis.Grade(diagnosis.Group(all, found, r.held()), r.job.Rules)
	if qs := diagnosis.Impact(found, scopes); len(qs) > 0 {
		found = diagnosis.Grade(diagnosis.Apply(found, r.answers(ctx, qs), scopes), r.job.Rules)
	}
	return found, hidden
}

// held says which standing incident holds a finding; of several, the oldest that was not swallowed.
func (r *run) held() map[finding.Key]finding.Key {
	out := map[finding.Key]finding.Key{}
	standing := slices.DeleteFunc(slices.Clone(r.mem.Incidents), func(i incident.Incident) bool { return !i.Standing() || i.Into != "" })
	slices.SortStableFunc(standing, func(a, b incident.Incident) int { return a.Opened.Compare(b.Opened) })
	for _, i := range standing {
		for _, k := range i.Keys {
			if _, ok := out[k]; !ok {
				out[k] = i.Key
			}
		}
	}
	return out
}

// planned is how many events the plans hold, each once.
func planned(inputs []checks.Input) int {
	seen := map[string]bool{}
	for _, in := range inputs {
		if in.Plan == nil || in.Plan.Inferred {
			continue
		}
		for _, e := range in.Plan.Events {
			seen[in.Plan.Hash+"\x00"+e.Call+"\x00"+e.Name] = true
		}
	}
	return len(seen)
}
