package audit

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/diagnosis"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// close reconciles what was found with what was known, composes the messages, and commits all of it at once.
func (r *run) close(ctx context.Context, found, hidden []finding.Finding) (Result, error) {
	night := incident.Night{
		Workspace: r.job.Workspace, Found: found, Unreported: hidden, Seen: r.seen(), Now: r.Now(),
		Last: map[string]landed.Day{}, First: map[string]bool{},
	}
	for _, f := range r.facts {
		if f.judgeable() && f.last != landed.NoDay {
			night.Last[f.source.Name] = f.last
			night.First[f.source.Name] = f.first
		}
	}
	changes := incident.Reconcile(r.mem.Incidents, night)
	cameBack(changes, slices.Concat(found, hidden))
	r.ended(changes)
	r.header.Finished = r.Now()
	result := Result{Header: r.header, Changes: changes, Landed: map[string]landed.Snapshot{}}
	for _, f := range r.facts {
		if f.judgeable() {
			result.Landed[f.source.Name] = f.merged
		}
	}
	r.report(&result)
	record := Record{Audit: r.header, Changes: changes}
	if r.job.Notify && r.Compose != nil {
		record.Outbox = r.Compose(r.news(result), r.mem.Told)
	}
	if r.job.Replay {
		return result, nil
	}
	for _, f := range r.facts {
		if f.err == nil && f.source.Problem == nil {
			record.Fresh = append(record.Fresh, f.fresh)
		}
	}
	if err := r.Store.Commit(ctx, record); err != nil {
		return Result{}, fmt.Errorf("store the audit of %s: %w", r.job.Workspace, err)
	}
	return result, nil
}

// ended says of what is resolved how it ended, where the facts of its source show it.
func (r *run) ended(changes []incident.Change) {
	for i, c := range changes {
		if c.Kind != incident.Resolved {
			continue
		}
		for _, f := range r.facts {
			if f.judgeable() && f.last != landed.NoDay && f.source.Name == c.Incident.Finding.Subject.Source {
				changes[i].Incident.Finding.Ended = diagnosis.Ended(c.Incident.Finding, f.merged, f.last)
			}
		}
	}
}

// news is the result with what an earlier audit resolved without telling: a channel that was told of a trouble is told
// when it ends, whichever audit saw the end.
func (r *run) news(result Result) Result {
	told := map[string]incident.Kind{}
	for _, t := range slices.SortedFunc(slices.Values(r.mem.Told), func(a, b Told) int { return a.At.Compare(b.At) }) {
		told[t.Incident] = t.What
	}
	for _, i := range r.mem.Incidents {
		if r.silenced(i.Finding) {
			continue
		}
		what, ok := told[i.ID]
		again := slices.ContainsFunc(result.Findings, func(f Reported) bool { return f.ID == i.ID })
		if ok && !i.Standing() && what != incident.Resolved && !again {
			result.Findings = append(slices.Clip(result.Findings), Reported{
				ID: i.ID, Finding: i.Finding, Change: incident.Resolved, Status: incident.ResolvedAway, Opened: i.Opened,
			})
		}
	}
	return result
}

// report puts the changes in the order people read them: what is open, then what is old debt, then what has ended.
func (r *run) report(result *Result) {
	handled := map[finding.Key]incident.Handling{}
	for _, h := range r.mem.Handling {
		handled[h.Key] = h
	}
	known := slices.Clone(r.mem.Incidents)
	for _, c := range result.Changes {
		if c.Kind == incident.Opened {
			known = append(known, c.Incident)
		}
	}
	expects := slices.Concat(r.job.Expectations(), r.mem.Expect)
	for _, c := range result.Changes {
		if c.Kind == incident.Merged || c.Kind == incident.Unseen {
			continue
		}
		rep := Reported{
			ID: c.Incident.ID, Finding: c.Incident.Finding, Change: c.Kind, Opened: c.Incident.Opened,
			Handling: handled[c.Incident.Key], Status: incident.StatusOf(c.Incident, handled[c.Incident.Key], expects, r.Now(), r.judgedDay()),
		}
		if rep.Status == incident.ResolvedAway && r.silenced(rep.Finding) {
			rep.Status = incident.Dismissed // it ended because somebody said it is no problem, not because it stopped
		}
		for _, k := range c.Incident.Finding.Explains {
			rep.Explains = append(rep.Explains, incident.IDOf(r.job.Workspace, known, k))
		}
		if rep.Status == incident.Baseline {
			result.Baseline = append(result.Baseline, rep)
		} else {
			result.Findings = append(result.Findings, rep)
		}
	}
	for _, list := range [][]Reported{result.Findings, result.Baseline} {
		slices.SortStableFunc(list, func(a, b Reported) int {
			return cmp.Or(
				cmp.Compare(ended(a), ended(b)), cmp.Compare(b.Finding.Severity, a.Finding.Severity),
				cmp.Compare(b.Finding.Rows, a.Finding.Rows), cmp.Compare(a.ID, b.ID))
		})
	}
}

func ended(r Reported) int {
	if r.Change == incident.Resolved {
		return 1
	}
	return 0
}

// Open returns the findings that count for the exit code: open, and at least as grave as asked.
func (r Result) Open(least finding.Severity) []Reported {
	var out []Reported
	for _, f := range r.Findings {
		if f.Status == incident.Open && f.Finding.Severity >= least {
			out = append(out, f)
		}
	}
	return out
}

// judgedDay is the day that expectations are held against: the last that was judged, else the day before the audit.
func (r *run) judgedDay() landed.Day {
	if r.header.Last != landed.NoDay {
		return r.header.Last
	}
	return r.header.AsOf - 1
}
