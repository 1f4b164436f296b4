package diagnosis

import (
	"fmt"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/plan"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// identities lets the loss of an id explain the same id missing as a property, and the loss over a whole source the one
// of its events.
func identities(fs []finding.Finding) []finding.Finding {
	isLoss := func(f finding.Finding) bool { return f.Kind == finding.IdentityLoss }
	everywhere := func(f finding.Finding) bool { return isLoss(f) && f.Subject.Event == "" }
	eat := func(fs []finding.Finding, cause *finding.Finding) []finding.Finding {
		c := *cause
		return swallow(fs, cause, func(g finding.Finding) bool {
			switch g.Kind {
			case finding.IdentityLoss, finding.MissingProperty, finding.RemovedProperty:
			default:
				return false
			}
			return g.Subject.Source == c.Subject.Source && plan.ColumnOf(g.Subject.Property) == plan.ColumnOf(c.Subject.Property) &&
				(c.Subject.Event == "" || c.Subject.Event == g.Subject.Event && c.Call == g.Call) && near(g.Since, c.Since, slack)
		})
	}
	return each(each(fs, everywhere, eat), isLoss, eat)
}

// copiesShare is the share of copies from which they explain that there are far more rows than usual.
const copiesShare = .2

// contents lets copies of rows explain that there are more of them, and what a new property holds that nobody planned it.
func contents(fs []finding.Finding) []finding.Finding {
	isCause := func(f finding.Finding) bool { return f.Kind == finding.DuplicateRows || f.Kind == finding.PII }
	return each(fs, isCause, func(fs []finding.Finding, cause *finding.Finding) []finding.Finding {
		c := *cause
		return swallow(fs, cause, func(g finding.Finding) bool {
			if g.Subject.Source != c.Subject.Source || !near(g.Since, c.Since, slack) {
				return false
			}
			event := g.Subject.Event == c.Subject.Event && g.Call == c.Call
			switch g.Kind {
			case finding.VolumeSpike:
				return c.Kind == finding.DuplicateRows && c.Rate.After >= copiesShare && (event || c.Subject.Event == "")
			case finding.Backfill:
				// A replay whose copies share a day with what they copy is told once, as the louder of the two.
				return c.Kind == finding.DuplicateRows && (event || c.Subject.Event == "")
			case finding.UnplannedProperty:
				return c.Kind == finding.PII && event && g.Subject.Property == c.Subject.Property
			default:
				return false
			}
		})
	})
}

// identityTitle says for all members which ids are lost, and of how many events.
func identityTitle(fs []finding.Finding) string {
	var ids, events []string
	for _, f := range fs {
		if !slices.Contains(ids, f.Subject.Property) {
			ids = append(ids, f.Subject.Property)
		}
		if !slices.Contains(events, f.Subject.Event) {
			events = append(events, f.Subject.Event)
		}
	}
	slices.Sort(ids)
	what := fmt.Sprintf("in %d events", len(events))
	if slices.Contains(events, "") {
		what = "in the events of " + words.Safe(fs[0].Subject.Source)
	}
	verb := " is"
	if len(ids) > 1 {
		verb = " are"
	}
	return words.And(ids) + verb + " filled less than before " + what
}
