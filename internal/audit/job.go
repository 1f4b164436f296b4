package audit

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/plumbline-audit/plumbline/checks"
	"github.com/plumbline-audit/plumbline/internal/diagnosis"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/plan"
)

// Job is one audit to be run.
type Job struct {
	Workspace  string
	Sources    []Source
	Subset     bool // not all sources of the workspace are in Sources
	Short      bool // less history is read than audits usually have: what is not found may only not be visible
	Checks     checks.Set
	Kinds      []finding.Kind // report and commit only these; nil: all that are on
	Rules      diagnosis.Rules
	Ignore     []Ignore
	Different  [][2]string
	Open       []string // properties that may hold anything
	Accept     []Accept
	Calendar   []Calendar
	Expect     []incident.Expectation
	AsOf       landed.Day                         // the morning of the audit; NoDay: today
	LoadedBy   time.Duration                      // with AsOf: only rows loaded before so long after that day's midnight
	Morning    func(landed.Day) (time.Time, bool) // with AsOf: when a schedule runs on that day, before LoadedBy; nil: there is none
	Remember   int                                // days of what is remembered that are judged, where it is more than History
	History    int                                // days that the first audit reads
	Full       bool                               // read all of it again
	ShowValues bool                               // values of columns with few values may be shown
	AnyValues  bool                               // any value may be shown
	Notify     bool
	Replay     bool     // store nothing whatever the day
	Excluded   []string // what the configuration or its defaults leave out, besides tables
}

// Source is one source of a job.
type Source struct {
	landed.Source
	Plan        *plan.Plan      // the events planned for it; nil: no plan
	Excluded    []string        // tables that the configuration leaves out
	Environment string          // what it is for; "" for production
	Earlier     []landed.Source // what the state may know its earlier schemas as, the newest first
	Problem     *landed.Gap     // why it cannot be read at all
}

// Ignore says that findings of some kinds are nobody's concern. Empty lists stand for all; * for any text.
type Ignore struct {
	Events, Sources []string
	Kinds           []finding.Kind
}

// Accept says that a level is the new usual from a day on.
type Accept struct {
	Events, Sources []string
	From            landed.Day
}

// Calendar is a stretch of days that says nothing of what is usual.
type Calendar struct {
	Sources []string
	Span    landed.Span
	Why     string
}

// Auditor runs audits. Everything it needs it is given.
type Auditor struct {
	Warehouse Warehouse
	Store     Store
	Compose   func(r Result, told []Told) []Outgoing // pure; before Commit, so that both commit together
	Now       func() time.Time
	NewID     func() string                      // of an audit: unique, sortable
	Infer     func([]landed.Snapshot) *plan.Plan // a plan for sources that have none; nil: they stay without
	Watch     func([]checks.Input)               // sees what the checks were given, one for each judged source; nil: nobody
	Learned   *checks.Learned                    // what earlier audits of the same sources worked out; nil: none were
	Log       *slog.Logger
}

// facts is what is known of one source tonight.
type facts struct {
	source Source
	merged landed.Snapshot // history and tonight
	fresh  landed.Snapshot // tonight
	rules  []landed.Constraint
	// recounted are the days that an earlier audit counted to another figure.
	recounted []landed.Recount
	last      landed.Day
	partial   float64
	late      bool
	missing   landed.Day
	newest    landed.Day // the last day with rows; none where there are no rows at all
	first     bool
	err       error // nothing can be known of it
}

// judgeable says whether the source's facts can be judged at all: where no day was read tonight, what is remembered is
// no news.
func (f *facts) judgeable() bool {
	return f.err == nil && f.source.Problem == nil && !f.merged.Span.Empty() && !f.fresh.Span.Empty()
}

// ignored says whether a finding is nobody's concern.
func (j Job) ignored(f finding.Finding) bool {
	return slices.ContainsFunc(j.Ignore, func(i Ignore) bool {
		return (len(i.Kinds) == 0 || slices.Contains(i.Kinds, f.Kind)) &&
			i.within(f) &&
			(len(i.Events) == 0 || fits(i.Events, f.Subject.Event) || f.Subject.Related != "" && fits(i.Events, f.Subject.Related))
	})
}

// within says whether all of a finding lies in the sources that are meant: one of no source in particular does where
// all that it speaks of are named.
func (i Ignore) within(f finding.Finding) bool {
	if len(i.Sources) == 0 || slices.Contains(i.Sources, f.Subject.Source) {
		return true
	}
	return f.Subject.Source == "" && len(f.Sources) > 0 &&
		!slices.ContainsFunc(f.Sources, func(s string) bool { return !slices.Contains(i.Sources, s) })
}

func fits(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return names.Like(p, name) })
}

// accepted is what people said of the levels of one source's events.
func (j Job) accepted(s landed.Snapshot, handled []incident.Handling, incidents []incident.Incident) []checks.Accepted {
	var out []checks.Accepted
	add := func(event string, from landed.Day) {
		out = append(out, checks.Accepted{
			Subject: finding.Subject{Source: s.Source.Name, Event: event},
			Span:    landed.Span{First: from, Last: from}, Normal: true,
		})
	}
	for _, a := range j.Accept {
		if len(a.Sources) > 0 && !slices.Contains(a.Sources, s.Source.Name) {
			continue
		}
		for _, e := range s.Events {
			if len(a.Events) == 0 || fits(a.Events, e.Name) {
				add(e.Name, a.From)
			}
		}
	}
	for _, i := range incidents {
		out = append(out, twice(s.Source.Name, i.Finding)...)
	}
	for _, h := range handled {
		if h.AcceptedFrom == landed.NoDay || h.AcceptedFrom == 0 {
			continue
		}
		for _, i := range incidents {
			if i.Key != h.Key {
				continue
			}
			for _, f := range append([]finding.Finding{i.Finding}, i.Finding.Members...) {
				if f.Subject.Source == s.Source.Name {
					add(f.Subject.Event, h.AcceptedFrom)
				}
			}
		}
	}
	return append(out, past(s.Source.Name, handled, incidents)...)
}

// longFall is how many days a fall that is over must have lasted to count as one without anybody having said so: of a
// single odd day nobody knows, and a series is judged better with it.
const longFall = 3

// past is the days of falls that are over: an incident is not the new normal, and the next one is held against what was
// usual before it. A level that somebody accepted is usual, and what was dismissed was no fall.
func past(source string, handled []incident.Handling, incidents []incident.Incident) []checks.Accepted {
	by := map[finding.Key]incident.Handling{}
	for _, h := range handled {
		by[h.Key] = h
	}
	var out []checks.Accepted
	for _, i := range incidents {
		f, h := i.Finding, by[i.Key]
		fell := f.Kind.Volume() && f.Kind != finding.VolumeSpike && f.Subject.Source == source
		if !fell || h.AcceptedFrom != landed.NoDay && h.AcceptedFrom != 0 || h.Dismissed {
			continue
		}
		spans := slices.Clone(i.Before)
		if !i.Standing() && f.Since != landed.NoDay {
			spans = append(spans, landed.Span{First: f.Since, Last: i.LastDay})
		}
		for _, over := range spans {
			if !h.Acknowledged && over.Len() < longFall {
				continue
			}
			for _, m := range append([]finding.Finding{f}, f.Members...) {
				out = append(out, checks.Accepted{Subject: finding.Subject{Source: source, Event: m.Subject.Event}, Span: over})
			}
		}
	}
	return out
}

// twice is the days on which events of a source were counted twice: they say nothing of what is usual, so that the end of it
// is no fall.
func twice(source string, f finding.Finding) []checks.Accepted {
	var out []checks.Accepted
	for _, m := range append(slices.Clone(f.Members), f) {
		if m.Kind == finding.DoubleTracking && m.Subject.Source == source && m.Since != landed.NoDay {
			out = append(out, checks.Accepted{
				Subject: finding.Subject{Source: source, Event: m.Subject.Event}, Span: landed.Span{First: m.Since, Last: f.LastSeen},
			})
		}
	}
	return out
}

// quiet is the days that say nothing of what is usual in one source.
func (j Job) quiet(source string) []checks.Quiet {
	var out []checks.Quiet
	for _, c := range j.Calendar {
		if len(c.Sources) == 0 || slices.Contains(c.Sources, source) {
			out = append(out, checks.Quiet{Span: c.Span, Why: c.Why})
		}
	}
	return out
}

// mutes says whether the calendar leaves a day of a source out of what is judged.
func (j Job) mutes(source string, day landed.Day) bool {
	return slices.ContainsFunc(j.quiet(source), func(q checks.Quiet) bool { return q.Span.Has(day) })
}

// Expectations are those of the configuration, and the calendar: it mutes what judges volume.
func (j Job) Expectations() []incident.Expectation {
	out := slices.Clone(j.Expect)
	var volume []finding.Kind
	for _, k := range finding.Kinds() {
		if k.Volume() {
			volume = append(volume, k)
		}
	}
	for _, c := range j.Calendar {
		out = append(out, incident.Expectation{Sources: c.Sources, Kinds: volume, Span: c.Span, Why: c.Why})
	}
	return out
}

// lease is how long one audit may hold the workspace before another takes it for dead.
const lease = 2 * time.Hour

// take leases the workspace; an audit that stores nothing needs no lease.
func (a *Auditor) take(ctx context.Context, j Job) (func(), error) {
	if j.Replay {
		return func() {}, nil
	}
	return a.Store.Lease(ctx, "audit of "+j.Workspace, lease)
}
