package checks

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/plan"
)

// activeDays is how long ago a name may have landed last and still count as being sent: a week, so that an event
// that is only sent on some weekday is not taken for gone.
const activeDays = 7

// observed is one name that landed, with its rows per day up to the judged day.
type observed struct {
	landed.Event
	y           []float64 // rows per day of history
	first, last int       // the first and the last day with rows, as an index of y
	total       float64
	planned     *plan.Event // nil: not in the plan, or there is no agreed plan
}

// history is the span that checks judge: everything up to and including the judged day.
func (in Input) history() landed.Span {
	return landed.Span{First: in.Landed.Span.First, Last: min(in.Landed.Span.Last, in.Last)}
}

// agreed says whether there is a plan that somebody agreed on.
func (in Input) agreed() bool { return in.Plan != nil && !in.Plan.Inferred }

// different says whether a person has said that two names are two events.
func (in Input) different(a, b string) bool {
	for _, p := range in.Different {
		if (p[0] == a && p[1] == b) || (p[0] == b && p[1] == a) {
			return true
		}
	}
	return false
}

// open says whether a person has said that a property may hold anything.
func (in Input) open(property string) bool {
	return slices.ContainsFunc(in.Open, func(s string) bool {
		return s == property || plan.ColumnOf(s) == property || s == plan.ColumnOf(property)
	})
}

// observe returns every named event that has rows in the history, in the snapshot's order, without those set apart.
func observe(in Input) []observed {
	return slices.DeleteFunc(observeAll(in), func(o observed) bool { return in.Apart.has(o.Event) })
}

// observeAll is observe with the names set apart.
func observeAll(in Input) []observed {
	span := in.history()
	planned := map[string]*plan.Event{}
	if in.agreed() {
		for i, e := range in.Plan.Events {
			planned[e.Call+"\x00"+e.Name] = &in.Plan.Events[i]
			for _, alias := range e.Aliases {
				planned[e.Call+"\x00"+alias] = &in.Plan.Events[i]
			}
		}
	}
	var out []observed
	for _, e := range in.Landed.Events {
		o := observed{Event: e, y: daily(e, span.Len()), first: -1, last: -1, planned: planned[e.Call.String()+"\x00"+e.Name]}
		for i, v := range o.y {
			if v > 0 {
				if o.first < 0 {
					o.first = i
				}
				o.last = i
				o.total += v
			}
		}
		if o.first >= 0 {
			out = append(out, o)
		}
	}
	return out
}

// daily sums an event's slices per day, for the first n days of the history.
func daily(e landed.Event, n int) []float64 {
	y := make([]float64, n)
	for _, c := range e.Cells {
		for i, v := range c.Daily {
			if i < n {
				y[i] += float64(v)
			}
		}
	}
	return y
}

// active says whether the name still lands.
func (o observed) active() bool { return len(o.y)-1-o.last < activeDays }

// since sums the rows from day i on.
func (o observed) since(i int) float64 { return total(o.y[i:]) }

// hardlyMissed is how many rows have to be expected on the days before something was first seen for it to be sure that it
// was not there: fewer than one in a hundred days with so many expected has none, by Poisson's law.
const hardlyMissed = 4.6

// standsLonger says whether what y counts, first seen on its day first, may have been there before anything that is known:
// y begins on the day from, and the source's own history may begin later still. What comes a few times a week is not new
// because the first days have none of it.
func standsLonger(in Input, y []float64, from landed.Day, first int) bool {
	start := max(0, int(in.Landed.Begins()-from))
	if first <= start {
		return true
	}
	return total(y[first:])/float64(len(y)-first)*float64(first-start) < hardlyMissed
}

// total sums a series.
func total(y []float64) float64 {
	var s float64
	for _, v := range y {
		s += v
	}
	return s
}

// totals returns the rows per day of all named events of the source.
func totals(obs []observed, n int) []float64 {
	y := make([]float64, n)
	for _, o := range obs {
		for i, v := range o.y {
			y[i] += v
		}
	}
	return y
}

// whole turns a series into whole rows.
func whole(y []float64) []int64 {
	out := make([]int64, len(y))
	for i, v := range y {
		out[i] = int64(v)
	}
	return out
}

// meanBefore is the mean of up to n days before day i; 0 where there is none.
func meanBefore(y []float64, i, n int) float64 {
	from := max(0, i-n)
	if i <= from {
		return 0
	}
	return total(y[from:i]) / float64(i-from)
}

// meanLast is the mean of the last n days.
func meanLast(y []float64, n int) float64 { return meanBefore(y, len(y), n) }

// quote writes a name for a sentence: in quotes, safe to read anywhere, not longer than a line has room for.
func quote(name string) string { return `"` + names.Short(names.Visible(names.Mask(name)), 60) + `"` }

// called names an event in a sentence. Identify and group calls have no name of their own.
func called(call landed.Call, name string) string {
	if name == "" {
		return "the " + call.String() + " call"
	}
	return quote(name)
}

// literals is what to search code for: the event, or the call where it has no name, and what else is named.
func literals(call landed.Call, event string, more ...string) []string {
	if event == "" {
		event = call.String()
	}
	return append([]string{event}, more...)
}

// bare writes a name without quotes, safe to read anywhere.
func bare(name string) string { return names.Short(names.Visible(names.Mask(name)), 60) }

// qualified is a table as schema.table.
func qualified(in Input, table string) string {
	if table == "" {
		return ""
	}
	return in.Landed.Source.Schema + "." + table
}

// onlyVersion finds the version that a name is bound to: nearly all of its rows carry it, and hardly any row of the
// other name does, before or since. The days from..to are looked at: they begin some days before the name did.
func onlyVersion(new, old landed.Event, from, to int) *landed.Slice {
	type pair struct{ new, old float64 }
	look := []struct {
		of  func(landed.Slice) string
		set func(string) landed.Slice
	}{
		{func(s landed.Slice) string { return s.AppVersion }, func(v string) landed.Slice { return landed.Slice{AppVersion: v} }},
		{func(s landed.Slice) string { return s.LibraryVersion }, func(v string) landed.Slice { return landed.Slice{LibraryVersion: v} }},
	}
	for _, l := range look {
		by := map[string]pair{}
		var all pair
		for _, e := range []struct {
			cells []landed.Cell
			isNew bool
		}{{new.Cells, true}, {old.Cells, false}} {
			for _, c := range e.cells {
				n := rows(c.Daily, from, to)
				p := by[l.of(c.Slice)]
				if e.isNew {
					p.new += n
					all.new += n
				} else {
					p.old += n
					all.old += n
				}
				by[l.of(c.Slice)] = p
			}
		}
		for v, p := range by {
			outside := all.old - p.old
			if v == "" || v == landed.Other || p.new < .95*all.new || all.new < 20 {
				continue
			}
			if p.new >= .9*(p.new+p.old) && outside >= 30 && all.new-p.new <= .05*outside {
				s := l.set(v)
				return &s
			}
		}
	}
	return nil
}

// boundVersion is versions.bound for one event.
func boundVersion(in Input, e landed.Event, from, to int) *landed.Slice {
	return versionsOf(in).bound(e, from, to)
}

// versions is the rows of a source by app version: for each, those of all days before an index.
type versions map[string][]float64

func versionsOf(in Input) versions {
	n := in.Landed.Span.Len()
	out := versions{}
	for _, e := range in.Landed.Events {
		for _, c := range e.Cells {
			y := out[c.Slice.AppVersion]
			if y == nil {
				y = make([]float64, n+1)
				out[c.Slice.AppVersion] = y
			}
			for i, v := range c.Daily[:min(n, len(c.Daily))] {
				y[i+1] += float64(v)
			}
		}
	}
	for _, y := range out {
		for i := range n {
			y[i+1] += y[i]
		}
	}
	return out
}

// rows sums the days from..to of a version, both included.
func (v versions) rows(version string, from, to int) float64 {
	y := v[version]
	from, to = max(0, from), min(to, len(y)-2)
	if to < from {
		return 0
	}
	return y[to+1] - y[from]
}

// bound finds the one version that an event comes from, where the source's other events come from others as well: nearly
// all of its rows since day from, and too many of them for chance to have picked that version. When everybody has taken
// the version over, the days in which they did still tell.
func (v versions) bound(e landed.Event, from, to int) *landed.Slice {
	for version, r := range v.of(e, from, to) {
		n := eventRows(e, from, to)
		if version == "" || version == landed.Other || n >= 20 && r < .95*n || n < 20 && r < n {
			continue
		}
		if v.picked(e, version, from, to) || slices.ContainsFunc(takenOver(), func(days int) bool { return v.picked(e, version, from, min(to, from+days)) }) {
			return &landed.Slice{AppVersion: version}
		}
	}
	return nil
}

// takenOver is after how many days it is looked at how many people have a new version by then.
func takenOver() []int { return []int{0, 1, 3, 6, 13} }

// picked says whether an event's rows are hardly in one version by chance: too many of them for how many others it has not.
func (v versions) picked(e landed.Event, version string, from, to int) bool {
	n, r, all, sum := eventRows(e, from, to), v.of(e, from, to)[version], v.rows(version, from, to), 0.0
	for other := range v {
		sum += v.rows(other, from, to)
	}
	return r == n && math.Pow(all/sum, n) < .01 || n >= 20 && r >= .95*n && all <= .85*sum
}

// of is an event's rows of each version.
func (versions) of(e landed.Event, from, to int) map[string]float64 {
	out := map[string]float64{}
	for _, c := range e.Cells {
		out[c.Slice.AppVersion] += rows(c.Daily, from, to)
	}
	return out
}

func eventRows(e landed.Event, from, to int) float64 {
	n := 0.0
	for _, c := range e.Cells {
		n += rows(c.Daily, from, to)
	}
	return n
}

// rows sums the days from..to of a cell, both included.
func rows(daily []int64, from, to int) float64 {
	var s float64
	for i := max(0, from); i <= to && i < len(daily); i++ {
		s += float64(daily[i])
	}
	return s
}

// sliceWords names a slice in a sentence: "4.2.0", "analytics.js 2.1".
func sliceWords(s *landed.Slice) string {
	if s == nil {
		return ""
	}
	var parts []string
	for _, p := range []string{s.Platform, s.AppVersion, s.Library, s.LibraryVersion} {
		if p != "" {
			parts = append(parts, bare(p))
		}
	}
	return strings.Join(parts, " ")
}

// appVersion is the version of a slice, for telling where to search.
func appVersion(s *landed.Slice) string {
	if s == nil {
		return ""
	}
	if s.AppVersion != "" {
		return s.AppVersion
	}
	return s.LibraryVersion
}

func plannedNames(in Input) []string {
	var out []string
	if in.agreed() {
		for _, e := range in.Plan.Events {
			out = append(out, e.Name)
		}
	}
	return out
}

// largestFirst sorts names by rows, and those of one size by name.
func largestFirst(obs []observed) {
	slices.SortStableFunc(obs, func(a, b observed) int {
		return cmp.Or(cmp.Compare(b.total, a.total), cmp.Compare(a.Name, b.Name))
	})
}
