package backtest

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/plumbline-audit/plumbline/checks"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Scores are the volume scores of the nights, each event and day once.
type Scores struct {
	From float64 // the score from which a fall is told
	rows map[scored]checks.VolumeScore
	last map[string]landed.Day // by source: the newest day that has scores
}

type scored struct {
	source, event string
	day           landed.Day
}

// Next is the first day of a source that has no scores yet: the judged one, or one before it that no night judged since
// nothing of it had landed. A later night knows that it stayed empty.
func (s *Scores) Next(in checks.Input) landed.Day {
	if last, known := s.last[in.Landed.Source.Name]; known {
		return min(last+1, in.Last)
	}
	return in.Last
}

// Add takes the scores of one source of one night. A day that an earlier night judged keeps that night's scores; of
// two events with one name, such as one in two tables, the higher score stands.
func (s *Scores) Add(list []checks.VolumeScore) {
	if len(list) == 0 {
		return
	}
	if s.rows == nil {
		s.rows, s.last = map[scored]checks.VolumeScore{}, map[string]landed.Day{}
	}
	source := list[0].Source
	last, known := s.last[source]
	for _, v := range list {
		if known && v.Day <= last {
			continue
		}
		s.last[source] = max(s.last[source], v.Day)
		at := scored{v.Source, v.Event, v.Day}
		if old, twice := s.rows[at]; !twice || v.Score > old.Score {
			s.rows[at] = v
		}
	}
}

// Tell marks the scores of what the nights spoke of: an event by its fall, told for itself or as part of a cause that
// is not the fall of its source; a source by an outage, unless that is told as a holiday of all of them. What had
// fallen long before the first night is no news of any night.
func (s *Scores) Tell(nights []Night) {
	old := map[string]bool{}
	for k, n := range nights {
		for _, r := range n.Result.Findings {
			if k == 0 && r.Finding.Since < r.Finding.LastSeen-fresh {
				old[r.ID] = true
			} else if r.Change == incident.Worsened || r.Change == incident.Reopened {
				delete(old, r.ID)
			}
			if !old[r.ID] && r.Change != incident.Resolved && r.Status != incident.Expected && r.Status != incident.Dismissed {
				s.tell(r.Finding)
			}
		}
	}
}

// fresh is how many days before the first night something may have begun and still be its news: what is older, nights
// that were not replayed would have told.
const fresh = 3

func (s *Scores) tell(f finding.Finding) {
	if f.Kind == finding.SourceOutage {
		for _, source := range f.Sources {
			s.mark(scored{source, checks.WholeSource, f.LastSeen}, f, f.Severity > finding.Info)
		}
		return
	}
	if f.Kind == finding.LateData {
		s.mark(scored{f.Subject.Source, checks.WholeSource, f.Since}, f, true)
		return
	}
	for _, m := range append([]finding.Finding{f}, f.Members...) {
		if m.Kind.Volume() && m.Kind != finding.VolumeSpike {
			s.mark(scored{m.Subject.Source, m.Subject.Event, f.LastSeen}, m, true)
		}
	}
	if len(f.Explains) == 0 {
		return
	}
	for at := range s.rows {
		if at.day == f.LastSeen && slices.Contains(f.Explains, finding.KeyOf(finding.VolumeDrop, finding.Subject{Source: at.source, Event: at.event})) {
			s.mark(at, f, true)
		}
	}
}

// mark sets an alert where the score of the day is one: a slow decline is told by its slope, and a fall goes on after the
// night that found it, whatever later scores are. What is told was judged, whether or not the day gave it a score.
func (s *Scores) mark(at scored, f finding.Finding, alert bool) {
	v, known := s.rows[at]
	if !known {
		if f.Score == nil || s.last[at.source] < at.day || at.event == checks.WholeSource {
			return
		}
		v = checks.VolumeScore{Source: at.source, Event: at.event, Day: at.day, Score: *f.Score}
	}
	v.Alert = v.Alert || alert && v.Score >= s.From
	s.rows[at] = v
}

// WriteCSV writes the scores for programs: names byte for byte, quoted only where CSV needs it.
func (s *Scores) WriteCSV(w io.Writer) error {
	list := make([]checks.VolumeScore, 0, len(s.rows))
	for _, v := range s.rows {
		list = append(list, v)
	}
	slices.SortFunc(list, func(a, b checks.VolumeScore) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Event, b.Event))
	})
	out := csv.NewWriter(w)
	_ = out.Write([]string{"source", "event", "date", "score", "alert"}) // Error says below what went wrong
	for _, v := range list {
		alert := "0"
		if v.Alert {
			alert = "1"
		}
		_ = out.Write([]string{v.Source, v.Event, v.Day.String(), strconv.FormatFloat(v.Score, 'f', 4, 64), alert}) // as above
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write the scores: %w", err)
	}
	return nil
}
