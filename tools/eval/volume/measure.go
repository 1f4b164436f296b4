package main

import (
	"math"
	"slices"
	"strings"
)

// oneDay, lasting and outages are the kinds of incidents, in the order in which they are told.
func oneDay() []string  { return []string{"stop1", "drop60_1", "drop40_1", "drop20_1"} }
func lasting() []string { return []string{"stop14", "shift33_14", "gradual", "weekday40_10"} }
func outages() []string { return []string{"outage100", "outage50", "outage25"} }

// sheet is all panels side by side: one line a series, and one a source after them. It measures as the labelled data's
// own evaluate.py does, so that figures can be compared with those published beside the data.
type sheet struct {
	lines     []line
	index     map[string]int // of an id, @panel|source for a source
	series    int            // lines that are series; the others are sources
	incidents []placed
	audits    int // ordinary days of series
	holidays  int // holidays of series
}

// line is one series or source over its audited days.
type line struct {
	dates    []string
	state    []state
	score    []float64 // -Inf: not judged
	alert    []bool
	kind     []string // of the finding that told it
	title    []string
	slow     []int // days on which it was told as a slow decline
	children []int // of a source: its series
}

// placed is an incident and the line it is in.
type placed struct {
	incident
	line int
}

func newSheet(panels []*panel) *sheet {
	s := &sheet{index: map[string]int{}}
	add := func(p *panel, id string, st []state, children []int) {
		s.index[id] = len(s.lines)
		l := line{dates: p.dates[p.start:], state: st, score: make([]float64, len(st)), alert: make([]bool, len(st)), kind: make([]string, len(st)), title: make([]string, len(st)), children: children}
		for d := range l.score {
			l.score[d] = math.Inf(-1)
		}
		s.lines = append(s.lines, l)
	}
	for _, p := range panels {
		for i, id := range p.ids {
			add(p, id, p.state[i], nil)
			for _, st := range p.state[i] {
				switch st {
				case ordinary:
					s.audits++
				case holiday:
					s.holidays++
				case left, broken:
				}
			}
		}
	}
	s.series = len(s.lines)
	for _, p := range panels {
		for _, source := range slices.Compact(slices.Sorted(slices.Values(p.sources))) {
			var children []int
			for i, of := range p.sources {
				if of == source {
					children = append(children, s.index[p.ids[i]])
				}
			}
			add(p, "@"+p.name+"|"+source, s.whole(children), children)
		}
		for _, i := range p.incidents {
			id := i.id
			if slices.Contains(outages(), i.kind) {
				id = "@" + strings.Join(strings.SplitN(strings.TrimPrefix(i.id, "@"), "|", 3)[:2], "|")
				s.lines[s.index[id]].state[i.first] = broken
			}
			s.incidents = append(s.incidents, placed{i, s.index[id]})
		}
	}
	return s
}

// ids are the lines' ids, in the order of the lines.
func (s *sheet) ids() []string {
	out := make([]string, len(s.lines))
	for id, i := range s.index {
		out[i] = id
	}
	return out
}

// whole is the state of a source: a holiday where most of its series have one, left out where many dropped by themselves.
func (s *sheet) whole(children []int) []state {
	out := make([]state, len(s.lines[children[0]].state))
	for d := range out {
		var free, dropped float64
		for _, c := range children {
			if st := s.lines[c].state[d]; st == holiday {
				free++
			} else if st == left {
				dropped++
			}
		}
		n := float64(len(children))
		switch {
		case free/n > .5:
			out[d] = holiday
		case dropped/n > .3:
			out[d] = left
		}
	}
	return out
}

// told says whether a line is told on a day.
type told func(l *line, d int) bool

func native(l *line, d int) bool { return l.alert[d] }

func above(threshold float64) told {
	return func(l *line, d int) bool { return l.score[d] > threshold }
}

// episodes yields the line and the first day of each episode. What is told again within a week of the last time is
// the same one.
func (s *sheet) episodes(told told, yield func(line, day int)) {
	for i := range s.lines {
		l, last := &s.lines[i], -99
		for d := range l.state {
			if !told(l, d) {
				continue
			}
			if d-last > 7 {
				yield(i, d)
			}
			last = d
		}
	}
}

// falseAlarms counts the episodes that begin on days of a state.
func (s *sheet) falseAlarms(on state, told told) int {
	n := 0
	s.episodes(told, func(i, d int) {
		if s.lines[i].state[d] == on {
			n++
		}
	})
	return n
}

// threshold is the lowest score, of the quantiles of the scores of ordinary days, with at most budget false alarms in
// 6,000 judgements of a series: 200 series over 30 nights.
func (s *sheet) threshold(budget float64) float64 {
	var v []float64
	for i := range s.lines {
		for d, st := range s.lines[i].state {
			if x := s.lines[i].score[d]; st == ordinary && !math.IsInf(x, 0) {
				v = append(v, x)
			}
		}
	}
	if len(v) == 0 {
		return 0
	}
	slices.Sort(v)
	var grid []float64
	const steps = 400
	for k := range steps {
		q := 1 - math.Exp(math.Log(1e-6)+(math.Log(.3)-math.Log(1e-6))*float64(k)/(steps-1))
		at := q * float64(len(v)-1)
		lo := int(at)
		hi := min(lo+1, len(v)-1)
		grid = append(grid, v[lo]+(at-float64(lo))*(v[hi]-v[lo]))
	}
	slices.Sort(grid)
	grid = slices.Compact(grid)
	const hair = 1e-12
	lo, hi := 0, len(grid)
	for lo < hi {
		m := (lo + hi) / 2
		if s.per6000(s.falseAlarms(ordinary, above(grid[m]+hair))) <= budget {
			hi = m
		} else {
			lo = m + 1
		}
	}
	return grid[min(lo, len(grid)-1)] + hair
}

func (s *sheet) per6000(n int) float64 { return 6000 * float64(n) / float64(max(s.audits, 1)) }

// share is how many of some incidents were found.
type share struct{ found, of int }

func (s *share) add(found bool) {
	s.of++
	if found {
		s.found++
	}
}

func (s share) percent() float64 {
	if s.of == 0 {
		return math.NaN()
	}
	return 100 * float64(s.found) / float64(s.of)
}

// result is how well incidents are told apart from ordinary days at one threshold.
type result struct {
	threshold float64 // NaN: the program's own alerts
	false6000 float64 // false alarms in 6,000 judgements
	holidays  float64 // false alarms on 100 holidays of a series
	kinds     map[string]*share
	mean      float64 // percent, of the eight kinds of incidents of one series
	delay     map[string]float64
	messages  float64 // an outage brings on its day
	volume    [4]share
}

// volumes are rows a day, up to which an event belongs to one of four groups.
func volumes() []float64 { return []float64{10, 100, 1000, math.Inf(1)} }

func (s *sheet) measure(threshold float64, told told) result {
	r := result{
		threshold: threshold, kinds: map[string]*share{}, delay: map[string]float64{},
		false6000: s.per6000(s.falseAlarms(ordinary, told)),
		holidays:  100 * float64(s.falseAlarms(holiday, told)) / float64(max(s.holidays, 1)),
	}
	late, broken, messages := map[string][]float64{}, 0, 0
	for _, i := range s.incidents {
		if r.kinds[i.kind] == nil {
			r.kinds[i.kind] = &share{}
		}
		l := &s.lines[i.line]
		if l.children != nil {
			n, whole := 0, told(l, i.first)
			for _, c := range l.children {
				if told(&s.lines[c], i.first) {
					n++
				}
			}
			r.kinds[i.kind].add(whole || 2*n >= len(l.children))
			broken++
			messages += n
			if whole {
				messages++
			}
			continue
		}
		found := false
		for d := i.first; d <= i.last && !found; d++ {
			if found = told(l, d); found {
				late[i.kind] = append(late[i.kind], float64(d-i.first))
			}
		}
		r.kinds[i.kind].add(found)
		r.volume[slices.IndexFunc(volumes(), func(v float64) bool { return i.base < v })].add(found)
	}
	r.messages = float64(messages) / float64(max(broken, 1))
	for kind, days := range late {
		for _, d := range days {
			r.delay[kind] += d / float64(len(days))
		}
	}
	all := append(oneDay(), lasting()...)
	for _, kind := range all {
		if k := r.kinds[kind]; k != nil {
			r.mean += k.percent() / float64(len(all))
		} else {
			r.mean = math.NaN()
		}
	}
	return r
}

// declines counts the series that were told as slowly declining, and those of them in which no incident was at the time.
func (s *sheet) declines() (told, alone int) {
	for _, l := range s.lines {
		if len(l.slow) == 0 {
			continue
		}
		told++
		if !slices.ContainsFunc(l.slow, func(d int) bool { return l.state[d] == broken }) {
			alone++
		}
	}
	return told, alone
}
