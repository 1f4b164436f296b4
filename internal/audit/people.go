package audit

import (
	"slices"

	"github.com/plumbline-audit/plumbline/internal/finding"
)

// different is the pairs of names that people said are two events: in the configuration, or by dismissing the pair.
func different(j Job, mem Memory) [][2]string {
	dismissed := map[finding.Key]bool{}
	for _, h := range mem.Handling {
		dismissed[h.Key] = h.Dismissed
	}
	out := slices.Clone(j.Different)
	for _, i := range mem.Incidents {
		if !dismissed[i.Key] {
			continue
		}
		for _, f := range append(slices.Clone(i.Finding.Members), i.Finding) {
			if s := f.Subject; f.Kind.Family() == finding.Rename.Family() && s.Related != "" {
				out = append(out, [2]string{s.Event, s.Related})
			}
		}
	}
	return out
}

// silenced says whether a person has said that a finding is no problem: that it is no longer found is no news then.
func (r *run) silenced(f finding.Finding) bool { return r.job.ignored(f) || r.twoEvents(f) }

// twoEvents says whether a finding takes two names for one event of which a person has said that they are two.
func (r *run) twoEvents(f finding.Finding) bool {
	return slices.ContainsFunc(r.different, func(p [2]string) bool { return pairOf(f, p) })
}

// pairOf says whether a finding takes the two names for one event.
func pairOf(f finding.Finding, p [2]string) bool {
	s := f.Subject
	return f.Kind.Family() == finding.Rename.Family() && (s.Event == p[0] && s.Related == p[1] || s.Event == p[1] && s.Related == p[0])
}
