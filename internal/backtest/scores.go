package backtest

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/plumbline-audit/plumbline/checks"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Scores are the volume scores of the nights, each event and day once.
type Scores struct {
	rows map[scored]checks.VolumeScore
	last map[string]landed.Day // by source: the newest day that has scores
}

type scored struct {
	source, event string
	day           landed.Day
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
	source, day := list[0].Source, list[0].Day
	if last, known := s.last[source]; known && day <= last {
		return
	}
	s.last[source] = day
	for _, v := range list {
		at := scored{v.Source, v.Event, v.Day}
		if old, twice := s.rows[at]; !twice || v.Score > old.Score {
			s.rows[at] = v
		}
	}
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
