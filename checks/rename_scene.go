package checks

import (
	"math"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/names"
)

// where is a part of a source that sends events of its own accord: a version of an app on a platform.
type where struct{ platform, version string }

func placed(s landed.Slice) where { return where{s.Platform, s.AppVersion} }

// scene is what pairs of names are judged against, worked out once.
type scene struct {
	in         Input
	obs        []observed
	total      []float64           // rows a day of all names
	cells      map[where][]float64 // the same, by part
	columns    map[string][]string // by table, the properties that hold something
	tables     map[string]float64  // by property, how many tables have it
	vocabulary *names.Vocabulary
}

func look(in Input) *scene {
	n := in.history().Len()
	s := &scene{in: in, obs: observe(in), cells: map[where][]float64{}, columns: filledColumns(in), tables: map[string]float64{}}
	s.total = totals(s.obs, n)
	for _, o := range s.obs {
		for _, c := range o.Cells {
			y := s.cells[placed(c.Slice)]
			if y == nil {
				y = make([]float64, n)
				s.cells[placed(c.Slice)] = y
			}
			addRows(y, c.Daily)
		}
	}
	for _, columns := range s.columns {
		for _, c := range columns {
			s.tables[c]++
		}
	}
	s.vocabulary = names.Learn(plannedNames(in))
	return s
}

func addRows(y []float64, daily []int64) {
	for i, v := range daily[:min(len(y), len(daily))] {
		y[i] += float64(v)
	}
}

// rare is how much it says that another table has a property that new ones have: little for one that most tables have.
// The new ones themselves, which may be old ones under other names, do not count.
func (s *scene) rare(column string, news ...string) float64 {
	n := s.tables[column]
	for _, t := range news {
		if slices.Contains(s.columns[t], column) {
			n = max(1, n-1)
		}
	}
	return max(.05, math.Log((float64(len(s.columns))+1)/(n+.5)))
}

// home is the part of a source in which a new name lives.
type home struct {
	whole     bool // it is all of it
	parts     map[where]bool
	platforms map[string]bool
}

// A part belongs to where a name lives from this share of its rows on; and it lives everywhere from this share of the
// source's.
const (
	homeShare  = .02
	wholeShare = .9
)

// homeOf finds where names live on some days.
func (s *scene) homeOf(events []observed, from, to int) home {
	mine := map[where]float64{}
	var sum float64
	for _, e := range events {
		for _, c := range e.Cells {
			n := rows(c.Daily, from, to)
			mine[placed(c.Slice)] += n
			sum += n
		}
	}
	h := home{parts: map[where]bool{}, platforms: map[string]bool{}}
	var here, all float64
	for w, y := range s.cells {
		n := total(y[from : to+1])
		all += n
		if mine[w] > 0 && mine[w] >= homeShare*sum {
			h.parts[w], h.platforms[w.platform] = true, true
			here += n
		}
	}
	h.whole = here >= wholeShare*all
	return h
}

// meets says whether two names live in one part.
func (h home) meets(o home) bool {
	if h.whole || o.whole {
		return true
	}
	for w := range h.parts {
		if o.parts[w] {
			return true
		}
	}
	return false
}

// has says whether a name of this home lives in a part.
func (h home) has(w where) bool { return h.whole || h.parts[w] }

// versionsNamed says in a home of few versions which they are.
func (h home) versionsNamed() []string {
	var out []string
	for w := range h.parts {
		if w.version == "" {
			return nil
		}
		if !slices.Contains(out, w.version) {
			out = append(out, w.version)
		}
	}
	slices.Sort(out)
	return out
}
