package diagnosis

import (
	"slices"

	"github.com/plumbline-audit/plumbline/internal/finding"
)

// manyDoubles is how many events of a source have to be counted twice from one time on for all of it to be: then what else
// rose with them did so for the same reason.
const manyDoubles = 5

// doubles lets actions that are counted twice explain that there are more of them than usual, and that an event which
// one source began to send beside another one is not planned there.
func doubles(fs []finding.Finding) []finding.Finding {
	isDouble := func(f finding.Finding) bool { return f.Kind == finding.DoubleTracking }
	began := slices.DeleteFunc(slices.Clone(fs), func(f finding.Finding) bool { return !isDouble(f) })
	return each(fs, isDouble, func(fs []finding.Finding, cause *finding.Finding) []finding.Finding {
		c := *cause
		then := func(f finding.Finding) bool { return f.Since >= c.Since-slack && f.Since <= c.Since+slack }
		with := 0
		for _, f := range began {
			if f.Subject.Source == c.Subject.Source && then(f) {
				with++
			}
		}
		return swallow(fs, cause, func(g finding.Finding) bool {
			if !slices.Contains(c.Sources, g.Subject.Source) {
				return false
			}
			event := g.Subject.Event == c.Subject.Event && g.Call == c.Call
			switch g.Kind {
			case finding.VolumeSpike:
				return event && g.Since >= c.Since-slack || with >= manyDoubles && then(g)
			case finding.UnplannedEvent:
				return event && len(c.Sources) > 1 && then(g)
			default:
				return false
			}
		})
	})
}
