package incident

import (
	"maps"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// The days that decide about old debt at a source's first audit.
const (
	oldAfter   = 7  // what began more than so many days before the judged day is baseline
	loudWithin = 90 // but the worst kinds are not, if they began in so many days and go on
)

// sources are all that a finding speaks of; none where it speaks of the workspace.
func sources(f finding.Finding) []string {
	var out []string
	add := func(s string) {
		if s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	for _, m := range slices.Concat([]finding.Finding{f}, f.Members) {
		add(m.Subject.Source)
		for _, s := range m.Sources {
			add(s)
		}
	}
	return out
}

// of is the sources a finding speaks of; all that were audited where it names none.
func (n Night) of(f finding.Finding) []string {
	if of := sources(f); len(of) > 0 {
		return of
	}
	return slices.Sorted(maps.Keys(n.Last))
}

// earliest returns the earliest judged day of the sources a finding speaks of, and whether all of them were audited.
func (n Night) earliest(f finding.Finding) (landed.Day, bool) {
	of := n.of(f)
	day, all := landed.NoDay, len(of) > 0
	for _, s := range of {
		last, audited := n.Last[s]
		all = all && audited
		if audited && (day == landed.NoDay || last < day) {
			day = last
		}
	}
	return day, all
}

// judged is the day a finding was found on; an earlier audit's day is not taken back.
func (n Night) judged(f finding.Finding, before landed.Day) landed.Day {
	day, _ := n.earliest(f)
	return max(day, before)
}

// looked says whether the incident would have been found again, had it gone on: every member could have been seen,
// on a day after the last one that found it.
func (n Night) looked(i Incident) bool {
	if n.Seen == nil {
		return false
	}
	for _, m := range slices.Concat([]finding.Finding{i.Finding}, i.Finding.Members) {
		if !n.Seen(m.Kind, m.Subject) {
			return false
		}
	}
	day, all := n.earliest(i.Finding)
	return all && day > i.LastDay
}

// baseline says whether a finding that opens is old debt of sources that were never audited before.
func (n Night) baseline(f finding.Finding) bool {
	first := false
	for _, s := range n.of(f) {
		if _, audited := n.Last[s]; audited && !n.First[s] {
			return false
		}
		first = first || n.First[s]
	}
	last, _ := n.earliest(f)
	if !first || last == landed.NoDay {
		return false
	}
	for _, m := range parts(f) {
		if m.Since >= last-oldAfter && !m.Older {
			return false // one that is new is not hidden by older ones beside it
		}
	}
	for _, m := range slices.Concat([]finding.Finding{f}, f.Members) {
		if loud(m) && !m.Older && m.Since >= last-loudWithin && (m.Ongoing || f.Ongoing) {
			return false
		}
	}
	return true
}

// parts are the members of a group, else the finding itself.
func parts(f finding.Finding) []finding.Finding {
	if len(f.Members) > 1 {
		return f.Members
	}
	return []finding.Finding{f}
}

// loud says whether the kind is told from the first night on although it began before.
func loud(f finding.Finding) bool {
	if f.Kind == finding.NearDuplicate {
		return f.Planned
	}
	return slices.Contains([]finding.Kind{
		finding.Rename, finding.DoubleTracking, finding.MovedEvent, finding.EventStopped, finding.VolumeDrop, finding.SlowDecline,
		finding.SourceOutage, finding.TypeDrift, finding.InvalidValue, finding.MissingProperty,
	}, f.Kind)
}
