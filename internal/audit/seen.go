package audit

import (
	"slices"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// seen says what this audit could have found again.
func (r *run) seen() incident.Seen {
	inputs := map[string]*facts{}
	whole, muted := r.whole(), map[string]bool{}
	for _, f := range r.facts {
		if f.judgeable() && f.last != landed.NoDay {
			inputs[f.source.Name] = f
		}
		if r.job.mutes(f.source.Name, f.last) {
			muted[f.source.Name], muted[""] = true, true
		}
	}
	return func(k finding.Kind, s finding.Subject) bool {
		if r.job.Short || !slices.Contains(r.job.Checks.Kinds, k) || len(r.job.Kinds) > 0 && !slices.Contains(r.job.Kinds, k) {
			return false
		}
		if r.twoEvents(finding.Finding{Kind: k, Subject: s}) {
			return false // a person said that it is no problem: it stays dismissed
		}
		if k.Volume() && muted[s.Source] {
			return false // nobody judged the day: that it shows no fall is no news
		}
		if s.Source == "" || k == finding.NeverSeen {
			return whole
		}
		f := inputs[s.Source]
		if f == nil {
			return false
		}
		for _, g := range f.fresh.Gaps {
			if g.Table == "" || tableOf(f.merged, s) == g.Table {
				return false
			}
		}
		return true
	}
}

// tableOf is the table that a subject's rows land in.
func tableOf(s landed.Snapshot, subject finding.Subject) string {
	for _, name := range []string{subject.Event, subject.Related} {
		for _, e := range s.Events {
			if e.Name == name && e.Table != "" {
				return e.Table
			}
		}
	}
	return ""
}
