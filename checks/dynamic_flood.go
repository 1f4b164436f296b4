package checks

import (
	"slices"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

const (
	floodRows  = 5   // rows a day of a name of a flood, at most
	floodDays  = 3   // days on which one lands, at most
	floodShare = .2  // new names within a week, of those that were there before
	ofClient   = .95 // share of a flood's rows that one client sends
)

// flood finds many new names in few days, each with a few rows: somebody else's write key, a fuzzer, a loop. It also
// returns how many names look like one in a history too short to say that they are new.
func (c dynamicName) flood(in Input, rest []observed, known int) (*pattern, int) {
	begin := -1
	for _, o := range observeAll(in) {
		if begin < 0 || o.first < begin {
			begin = o.first
		}
	}
	n := in.history().Len()
	fresh := make([]int, n+activeDays) // names of a few rows by the day they came
	var thin []observed
	early := 0
	for _, o := range rest {
		switch {
		case !light(o):
			known++
		case o.first < begin+activeDays:
			known++
			early++
		default:
			thin = append(thin, o)
			fresh[o.first]++
		}
	}
	if n-begin <= activeDays && early >= c.FloodNames && early*4 >= 3*known {
		return nil, early
	}
	first, ok := c.rises(fresh[:n], known)
	if !ok {
		return nil, 0
	}
	thin = slices.DeleteFunc(thin, func(o observed) bool { return o.first < first })
	template, ok := stem(thin)
	p := &pattern{template: template, flood: true, enough: c.FloodNames}
	for _, o := range thin {
		if !ok || fits(template, o.Name) {
			p.count(o)
		}
	}
	return p, 0
}

// light says whether a name has as few rows as those of a flood have.
func light(o observed) bool {
	days := 0
	for _, v := range o.y {
		if v > 0 {
			days++
		}
	}
	return days <= floodDays && o.total <= float64(floodRows*days) && o.last-o.first <= activeDays
}

// rises finds the first day of the latest stretch of weeks that each brought as many new names as a flood does.
func (c dynamicName) rises(fresh []int, known int) (int, bool) {
	least := max(c.FloodNames, int(floodShare*float64(known)))
	first, end := -1, -1
	for d := range fresh {
		week := 0
		for _, n := range fresh[max(0, d-activeDays+1) : d+1] {
			week += n
		}
		if week < least {
			continue
		}
		if end < 0 || d-end > 1 {
			first = max(0, d-activeDays+1)
		}
		end = d
	}
	if first < 0 {
		return 0, false
	}
	for first < end && fresh[first]*activeDays < least {
		first++ // a week before its middle has a few rare names of its own
	}
	return first, true
}

// client is the smallest part of the source that sends nearly all rows of a pattern, where the source has other parts
// as well, and whether it sends hardly anything else.
func (p *pattern) client(in Input) (slice *landed.Slice, alone bool) {
	var mine, all float64
	byMine, byAll := map[landed.Slice]float64{}, map[landed.Slice]float64{}
	for _, o := range p.names {
		for _, c := range o.Cells {
			r := rows(c.Daily, p.first, len(p.y)-1)
			mine += r
			byMine[c.Slice] += r
		}
	}
	for _, e := range in.Landed.Events {
		for _, c := range e.Cells {
			r := rows(c.Daily, p.first, len(p.y)-1)
			all += r
			byAll[c.Slice] += r
		}
	}
	var found landed.Slice
	inside := all
	for _, f := range sliceFields() {
		of := func(by map[landed.Slice]float64) map[string]float64 {
			out := map[string]float64{}
			for s, r := range by {
				out[*f(&s)] += r
			}
			return out
		}
		theirs := of(byAll)
		for v, r := range of(byMine) {
			if v != "" && v != landed.Other && r >= ofClient*mine && theirs[v] <= .85*all {
				*f(&found) = v
				inside = min(inside, theirs[v])
			}
		}
	}
	if found == (landed.Slice{}) {
		return nil, false
	}
	return &found, mine >= ofClient*inside
}

func sliceFields() []func(*landed.Slice) *string {
	return []func(*landed.Slice) *string{
		func(s *landed.Slice) *string { return &s.Platform },
		func(s *landed.Slice) *string { return &s.Library },
		func(s *landed.Slice) *string { return &s.LibraryVersion },
		func(s *landed.Slice) *string { return &s.AppVersion },
	}
}
