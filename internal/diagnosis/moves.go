package diagnosis

import (
	"fmt"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// moves lets an event that moved explain its end in the sources it left and what is new of it in the other, and that
// both sent it for a while.
func moves(fs []finding.Finding) []finding.Finding {
	isMove := func(f finding.Finding) bool { return f.Kind == finding.MovedEvent }
	return each(fs, isMove, func(fs []finding.Finding, cause *finding.Finding) []finding.Finding {
		c := *cause
		return swallow(fs, cause, func(g finding.Finding) bool {
			if g.Subject.Event != c.Subject.Event || g.Call != c.Call || !slices.Contains(c.Sources, g.Subject.Source) {
				return false
			}
			left := g.Subject.Source != c.MovedTo()
			switch g.Kind {
			case finding.VolumeDrop, finding.EventStopped, finding.SlowDecline:
				return left && g.Since >= c.Since-slack
			case finding.NeverSeen:
				return left
			case finding.Rename:
				return left && g.Confidence < c.Confidence
			case finding.UnplannedEvent, finding.VolumeSpike, finding.UnplannedProperty:
				return !left && g.Since >= c.Since-slack
			case finding.DoubleTracking:
				// What one source counts twice by itself is another fault.
				between := len(g.Sources) > 1 && !slices.ContainsFunc(g.Sources, func(s string) bool { return !slices.Contains(c.Sources, s) })
				return between && g.Since >= c.Since-slack
			default:
				return false
			}
		})
	})
}

// movesTitle says for all members where they went.
func movesTitle(fs []finding.Finding) string {
	to := fs[0].MovedTo()
	var from []string
	for _, s := range fs[0].Sources {
		if s != to {
			from = append(from, words.Safe(s))
		}
	}
	return fmt.Sprintf("%d events moved from %s to %s", len(fs), words.And(from), words.Safe(to))
}
