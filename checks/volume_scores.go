package checks

import (
	"math"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// WholeSource stands for the name of an event in the score of a source as a whole.
const WholeSource = "@"

// VolumeScore is how an event, or a source as a whole, stood on one day.
type VolumeScore struct {
	Source, Event string // Event is WholeSource for all events together
	Day           landed.Day
	Score         float64 // of a fall, with the movement of the source taken out
	Alert         bool    // whether the night spoke of it
}

// VolumeScores returns the scores of the days from first to the judged one that volume-drop and source-outage go by, so
// that an evaluation can choose its own threshold: each day as its own night would have scored it. What could not be
// judged has no score. Whether it is told is more than a score: the night itself says that.
func VolumeScores(in Input, first landed.Day) []VolumeScore {
	p, ok := volumePanelOf(in)
	if !ok || p.muted() != "" {
		return nil
	}
	h := p.learn()
	var out []VolumeScore
	for day := max(first, p.span.First); day <= p.span.Last; day++ {
		if day < p.span.Last && p.panel.Quiet[p.index(day)] {
			continue
		}
		j := h.Judge(p.index(day))
		add := func(event string, score float64) {
			out = append(out, VolumeScore{Source: in.Landed.Source.Name, Event: event, Day: day, Score: score})
		}
		judged := len(out)
		for i, v := range j.Series {
			if v.Reason == "" && !p.unseen[i] {
				add(p.events[i].Name, v.Score)
			}
		}
		if len(out) > judged {
			add(WholeSource, j.Source.Score)
		}
	}
	return out
}

// FallScore is the score from which this set tells of a fall, as its sensitivity says; out of reach where it looks for
// none.
func (s Set) FallScore() float64 {
	for _, c := range s.Sources {
		if v, ok := c.(volume); ok {
			return v.threshold
		}
	}
	return math.Inf(1)
}
