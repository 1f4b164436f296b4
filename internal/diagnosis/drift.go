package diagnosis

import "github.com/plumbline-audit/plumbline/internal/finding"

// drifts lets a type that changed explain that its property is empty since: a loader writes NULL for what it cannot cast.
func drifts(fs []finding.Finding) []finding.Finding {
	isDrift := func(f finding.Finding) bool { return f.Kind == finding.TypeDrift && f.Subject.Property != "" }
	return each(fs, isDrift, func(fs []finding.Finding, cause *finding.Finding) []finding.Finding {
		c := *cause
		return swallow(fs, cause, func(g finding.Finding) bool {
			lost := g.Kind == finding.MissingProperty || g.Kind == finding.RemovedProperty
			return lost && g.Subject == c.Subject && g.Call == c.Call && near(g.Since, c.Since, slack)
		})
	})
}
