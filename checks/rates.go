package checks

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/series"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// counter picks from a column's days the rows that carry a fault and the rows that could.
type counter func(d *columnDays) (k, n []float64)

// change is a share of rows that changed on some day and has not changed back.
type change struct {
	start         int // index of the first day of the change
	before, after float64
	z             *float64
	k, n          []float64
	slice         *landed.Slice
	share         float64 // of the fault that lies in the slice
	outside       float64 // share of faulty rows outside it
	was           float64 // the share outside the slice before
	planChanged   bool
	standing      bool    // it was so before the history began
	never         bool    // no row before had it
	within        bool    // all figures are of the slice alone
	inside        float64 // share of faulty rows inside the slice
	page          string  // the page it comes from; "" where none explains it, or none was asked for
	spread        string  // where it lies when no slice explains it; "" where all rows are of one kind
}

// scan looks for the day from which a share of rows is another one: over the whole table first, then, where deep is
// set, inside each app version, where a small release that loses everything drowns in the table's total.
func scan(p *profiled, column string, count counter, deep bool) (change, bool) {
	d := p.whole[column]
	if d == nil {
		return change{}, false
	}
	k, n := count(d)
	if r, ok := series.Rate(k, n); ok {
		z := r.Z
		c := change{start: r.Start, before: r.Before, after: r.After, z: &z, k: k, n: n, never: total(k[:r.Start]) == 0}
		c.explain(p, column, count)
		return c, true
	}
	if !deep {
		return change{}, false
	}
	return scanVersions(p, column, count, k, n)
}

// scanVersions looks inside each app version. A version that is younger than the change has no days of its own to
// compare with: the table's days before it stand in.
func scanVersions(p *profiled, column string, count counter, allK, allN []float64) (change, bool) {
	var best change
	var found bool
	for _, v := range p.versions(versionRows) {
		k, n := p.countSlices(column, count, func(s landed.Slice) bool { return s.AppVersion == v })
		first := firstDay(n)
		for i := range first {
			k[i], n[i] = allK[i], allN[i]
		}
		r, ok := series.Rate(k, n)
		if !ok || r.After <= r.Before || r.Start < first && first >= p.days-activeDays || found && r.Z <= *best.z {
			continue
		}
		z := r.Z
		best = change{
			start: max(r.Start, first), before: r.Before, after: r.After, z: &z, k: k, n: n,
			slice: &landed.Slice{AppVersion: v}, share: 1, within: true,
		}
		best.never = total(k[:best.start]) == 0
		for i := range best.start {
			best.k[i], best.n[i] = 0, 0 // what stood in is not the fault's
		}
		found = true
	}
	return best, found
}

// versionRows are rows enough of an app version for a share of them to be judged.
const versionRows = 100

// versions are the app versions of a table that have at least so many rows, the largest first, at most eight.
func (p *profiled) versions(least float64) []string {
	sum := map[string]float64{}
	for _, s := range p.slices {
		if s.AppVersion != "" && s.AppVersion != landed.Other {
			sum[s.AppVersion] += total(p.sliceRows[s])
		}
	}
	return largest(sum, least, 8)
}

// largest are the names with at least so much, the largest first, at most so many.
func largest(by map[string]float64, least float64, most int) []string {
	var out []string
	for v, n := range by {
		if n >= least {
			out = append(out, v)
		}
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(cmp.Compare(by[b], by[a]), cmp.Compare(a, b)) })
	return out[:min(most, len(out))]
}

// countSlices sums a counter over the slices that in accepts.
func (p *profiled) countSlices(column string, count counter, in func(landed.Slice) bool) (k, n []float64) {
	k, n = make([]float64, p.days), make([]float64, p.days)
	for _, s := range p.slices {
		d := p.byCell[s][column]
		if d == nil || !in(s) {
			continue
		}
		sk, sn := count(d)
		for i := range k {
			k[i] += sk[i]
			n[i] += sn[i]
		}
	}
	return k, n
}

// fromPlan judges a rule that is younger than the history: only its own days, without a usual to compare with.
func fromPlan(p *profiled, column string, count counter, from int, least float64) (change, bool) {
	from = max(0, from)
	k, n := count(p.whole[column])
	bad, all := total(k[min(from, len(k)):]), total(n[min(from, len(n)):])
	if all < 20 || bad/all < least {
		return change{}, false
	}
	c := change{start: from, before: 0, after: bad / all, k: k, n: n, planChanged: true}
	c.explain(p, column, count)
	return c, true
}

// standing finds a fault that is older than the history: it has no start, and its share of the last week says enough.
func standing(p *profiled, column string, count counter, least float64) (change, bool) {
	k, n := count(p.whole[column])
	from := max(0, p.days-activeDays)
	bad, all := total(k[from:]), total(n[from:])
	if all < 100 || bad/all < least {
		return change{}, false
	}
	// Only what was there from the first counted day on is old: anything else has a start that is still too young to
	// be sure of.
	first := firstDay(n)
	if early := min(first+2*activeDays, p.days); total(k[first:early]) < .5*least*total(n[first:early]) || p.days-first < 2*activeDays {
		return change{}, false
	}
	return change{start: first, before: bad / all, after: bad / all, k: k, n: n, standing: true}, true
}

// slicesOf turns a table's slices into cells of what a counter counts: the four weeks before a change, which were usual
// when it began, and the days since.
func (p *profiled) slicesOf(column string, count counter, start int) []series.Cell {
	from := max(0, start-28)
	var out []series.Cell
	for _, s := range p.slices {
		d := p.byCell[s][column]
		if d == nil {
			continue
		}
		k, n := count(d)
		out = append(out, series.Cell{Values: termsOf(s), Slice: series.Slice{
			K0: total(k[from:start]), N0: total(n[from:start]), K1: total(k[start:]), N1: total(n[start:]),
		}})
	}
	return out
}

// termsOf are the values of a slice in the order in which they are named: of slices with the same rows the version.
// What stands for many rare values is no value.
func termsOf(s landed.Slice) []string {
	out := []string{s.AppVersion, s.LibraryVersion, s.Library, s.Platform}
	for i, v := range out {
		if v == landed.Other {
			out[i] = ""
		}
	}
	return out
}

// sliceFrom is the slice of some terms.
func sliceFrom(terms []string) landed.Slice {
	return landed.Slice{AppVersion: terms[0], LibraryVersion: terms[1], Library: terms[2], Platform: terms[3]}
}

// explain finds the smallest slice that holds the change: a version, a library, a platform, or two of them together. Of a
// release that spreads slowly the first days hardly move the whole: the day that fits the whole best may be one on which
// the release was out already, and what has had the fault from its first row on explains no rise since. So days before
// are tried, and where something that began then explains it, that is when it began.
func (c *change) explain(p *profiled, column string, count counter) {
	for back := range max(1, min(slowest, c.start-2*minBefore)) {
		if back == 0 {
			if c.explainFrom(p, column, count, c.start, true) {
				return
			}
			continue
		}
		if c.explainFrom(p, column, count, c.start-back, false) {
			c.start -= back
			return
		}
	}
}

// slowest is how many days a release may be out before the whole shows what is wrong with it.
const slowest = 4

// explainFrom does so for a change on a day, and says whether a slice explains it. Unless the day is the change's own, only
// a slice that did not exist before counts.
func (c *change) explainFrom(p *profiled, column string, count counter, start int, own bool) bool {
	from := max(0, start-28)
	whole := series.Slice{K0: total(c.k[from:start]), N0: total(c.n[from:start]), K1: total(c.k[start:]), N1: total(c.n[start:])}
	parts := series.Slices(p.slicesOf(column, count, start))
	a, ok := series.Attribute(whole, series.Of(parts))
	if own {
		c.spread = unexplained(parts, a, ok)
	}
	if !ok || !own && parts[a.Index].N0 > 0 {
		return false
	}
	s := sliceFrom(parts[a.Index].Values)
	c.spread, c.slice, c.share, c.inside, c.outside, c.was = "", &s, a.Share, a.Inside, a.Outside, a.OutsideBefore
	return true
}

// unexplained says where a change lies that no slice explains: mainly in one, or in none more than in others. It says
// nothing where all rows are of one kind.
func unexplained(parts []series.Part, a series.Attribution, explained bool) string {
	if explained {
		return ""
	}
	if a.Mainly {
		s := sliceFrom(parts[a.Index].Values)
		return fmt.Sprintf("mainly in %s: %s of it; elsewhere %s", sliceWords(&s), words.Percent(min(a.Share, 1)), wasWords(a.Outside, a.OutsideBefore))
	}
	several := map[int]int{} // values of each dimension
	for _, p := range parts {
		if p.Rank < 2*series.Terms && p.N1 > 0 {
			several[p.Rank]++
		}
	}
	for _, n := range several {
		if n > 1 {
			return "not concentrated in a version, a library or a platform"
		}
	}
	return ""
}

// finding fills in what every finding about a share has; label names the share, and of what it is a share of.
func (c change) finding(in Input, p *profiled, label, of string, f finding.Finding) finding.Finding {
	f.Sources = []string{in.Landed.Source.Name}
	f.Table = qualified(in, p.table.Name)
	f.Since, f.LastSeen, f.Ongoing = p.day(c.start), in.Last, true
	f.Rows = int64(total(c.k[c.start:]))
	f.Rate = finding.Rate{Before: c.before, After: c.after}
	if c.never {
		f.Rate.Before = 0
	}
	f.Slice, f.Page, f.Score = c.slice, c.page, c.z
	f.Confidence, f.Older = .99, c.standing
	if c.standing {
		f.Confidence = .95
	}
	daily := whole(c.k)
	f.Evidence = append(f.Evidence, finding.Evidence{
		Label: label, Value: c.words(of), Chart: &finding.Chart{First: p.first, Daily: daily, Began: f.Since},
	})
	f.Evidence = append(f.Evidence, c.whereWords(of)...)
	return f
}

// words says how the share changed: "40 % of rows, was 2 %".
func (c change) words(of string) string {
	share := c.now(of)
	switch {
	case c.planChanged:
		return share + " since the plan changed"
	case c.standing:
		return share + ", as long as there is history"
	case c.never:
		return share + ", never before"
	}
	return share + ", was " + words.Percent(c.before)
}

// now is the share since the change: "40 % of rows", or "all rows from 4.2.0" where the figures are of that version alone.
func (c change) now(of string) string {
	share := words.Percent(c.after) + " of " + of
	if c.after == 1 {
		share = "all " + of
	}
	if c.within {
		share += " from " + sliceWords(c.slice)
	}
	return share
}

// wasWords says a share that may be the one it was.
func wasWords(now, was float64) string {
	if words.Percent(now) == words.Percent(was) {
		return words.Percent(now) + " as before"
	}
	return words.Percent(now) + ", was " + words.Percent(was)
}
