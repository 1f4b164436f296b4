package incident

import (
	"slices"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Mark is the level an incident was last opened or worsened at.
type Mark struct {
	Severity finding.Severity
	Pace     float64 // rows a day
	Slice    *landed.Slice
	Sources  []string
}

// What a faster pace is: so many times the mark's, and at least so many rows more than the mark's would have brought.
const (
	paceTimes = 2
	paceRows  = 100
)

// markOf is the level of a finding that opens on a day.
func markOf(f finding.Finding, day landed.Day) Mark {
	days := 1.0
	if f.Since != landed.NoDay && day != landed.NoDay {
		days = max(1, float64(day-f.Since)+1)
		days -= missed(f)
	}
	return Mark{Severity: f.Severity, Pace: float64(f.Rows) / max(days, 1./24), Slice: f.Slice, Sources: sources(f)}
}

// missed is the part of its first day that had passed when the finding began: what began at noon brought half a
// day's rows, and the whole day after it is not twice as bad.
func missed(f finding.Finding) float64 {
	if f.SinceTime.IsZero() {
		return 0
	}
	// The day's midnight is known here only in UTC. A zone moves it, by less than a day in either direction.
	part := f.SinceTime.Sub(f.Since.Time()).Hours() / 24
	return min(max(part, 0), 23./24)
}

// worse says whether a standing incident that is found again got worse since its mark, and gives the new one. It did
// when its severity rose above the mark's; when rows came at twice the mark's pace or faster since the audit before
// (a finding's rows add up from night to night, so that twice the rows alone is only an older fault); when it spread
// from the mark's slice or sources to a larger part; or when a member joined that is
// worth a message by itself, and that neither it nor, by told, another standing incident had.
func (i Incident) worse(f finding.Finding, day landed.Day, told map[finding.Key]bool) (Mark, bool) {
	mark, worse := i.Mark, false
	if f.Severity > mark.Severity {
		mark.Severity, worse = f.Severity, true
	}
	if days := int(day) - int(i.LastDay); i.LastDay != landed.NoDay && days > 0 {
		came := float64(f.Rows - i.Finding.Rows)
		pace, usual := came/float64(days), mark.Pace*float64(days)
		if pace >= paceTimes*mark.Pace && came-usual >= paceRows {
			mark.Pace, worse = pace, true
		}
	}
	if wider(mark.Slice, f.Slice) {
		mark.Slice, worse = f.Slice, true
	}
	if of := sources(f); more(mark.Sources, of) {
		mark.Sources, worse = of, true
	}
	isNew := func(m finding.Finding) bool {
		k := m.Key()
		return m.Severity != finding.Info && !told[k] && !slices.Contains(i.Keys, k)
	}
	return mark, worse || slices.ContainsFunc(parts(f), isNew)
}

// wider says whether a slice holds the other and more; nil is everything.
func wider(before, now *landed.Slice) bool {
	switch {
	case before == nil:
		return false
	case now == nil:
		return true
	}
	in := func(b, n string) bool { return n == "" || n == b }
	return *now != *before && in(before.Platform, now.Platform) && in(before.Library, now.Library) &&
		in(before.LibraryVersion, now.LibraryVersion) && in(before.AppVersion, now.AppVersion)
}

// more says whether now holds something that before lacks.
func more[T comparable](before, now []T) bool {
	return slices.ContainsFunc(now, func(x T) bool { return !slices.Contains(before, x) })
}
