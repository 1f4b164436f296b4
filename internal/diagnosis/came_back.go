package diagnosis

import (
	"slices"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// CameBack adds to a loss how many of its rows landed later, by the day on which they happened: late is what a backfill
// of the same source says, days are those of the loss. False where none of them are.
func CameBack(loss, late finding.Finding, days landed.Span) (finding.Finding, bool) {
	if late.Kind != finding.Backfill || loss.Subject.Source == "" || late.Subject.Source != loss.Subject.Source ||
		late.Subject.Event != "" && late.Subject.Event != loss.Subject.Event || loss.Subject.Event != "" && late.Subject.Event == "" {
		return loss, false
	}
	switch loss.Kind {
	case finding.SourceOutage, finding.VolumeDrop, finding.EventStopped:
	default:
		return loss, false
	}
	var back int64
	for _, p := range late.Past {
		if days.Has(p.Day) {
			back += max(0, p.Rows)
		}
	}
	if back == 0 {
		return loss, false
	}
	text := words.Many(back, "event", "events") + " that happened then landed later"
	if lost := loss.Rows - back; lost > 0 {
		text += "; about " + words.Count(lost) + " of the " + words.Count(loss.Rows) + " are still missing"
	} else {
		text += ": all that was missing is there"
	}
	loss.Evidence = append(slices.DeleteFunc(slices.Clone(loss.Evidence), func(e finding.Evidence) bool {
		return e.Label == finding.CameBack
	}), finding.Evidence{Label: finding.CameBack, Value: text})
	return loss, true
}
