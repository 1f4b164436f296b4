package audit

import (
	"github.com/plumbline-audit/plumbline/internal/diagnosis"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// cameBack writes into losses that ended tonight how much of them landed later, as a backfill that was found tonight says:
// that it no longer happens does not mean that it is whole again.
func cameBack(changes []incident.Change, found []finding.Finding) {
	for i := range changes {
		c := &changes[i]
		if c.Kind != incident.Resolved {
			continue
		}
		for _, late := range found {
			if f, ok := diagnosis.CameBack(c.Incident.Finding, late, landed.Span{First: c.Incident.Finding.Since, Last: c.Incident.LastDay}); ok {
				c.Incident.Finding = f
			}
		}
	}
}
