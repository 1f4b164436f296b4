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
	var out []string
	for v, n := range sum {
		if n >= least {
			out = append(out, v)
		}
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(cmp.Compare(sum[b], sum[a]), cmp.Compare(a, b)) })
	return out[:min(8, len(out))]
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

// explain finds the smallest slice that holds the change: a version, a library or a platform.
func (c *change) explain(p *profiled, column string, count counter) {
	look := []func(landed.Slice) landed.Slice{
		func(s landed.Slice) landed.Slice { return landed.Slice{AppVersion: s.AppVersion} },
		func(s landed.Slice) landed.Slice { return landed.Slice{LibraryVersion: s.LibraryVersion} },
		func(s landed.Slice) landed.Slice { return landed.Slice{Library: s.Library} },
		func(s landed.Slice) landed.Slice { return landed.Slice{Platform: s.Platform} },
	}
	var of []series.Slice
	var at []landed.Slice
	for rank, part := range look {
		by := map[landed.Slice]*series.Slice{}
		var keys []landed.Slice
		for _, s := range p.slices {
			d, key := p.byCell[s][column], part(s)
			if d == nil || key == (landed.Slice{}) || key.AppVersion == landed.Other {
				continue
			}
			if by[key] == nil {
				by[key] = &series.Slice{Rank: rank}
				keys = append(keys, key)
			}
			k, n := count(d)
			// The baseline is the four weeks before the change: what was usual when it began.
			from := max(0, c.start-28)
			by[key].K0 += total(k[from:c.start])
			by[key].N0 += total(n[from:c.start])
			by[key].K1 += total(k[c.start:])
			by[key].N1 += total(n[c.start:])
		}
		for _, key := range keys {
			of, at = append(of, *by[key]), append(at, key)
		}
	}
	from := max(0, c.start-28)
	whole := series.Slice{K0: total(c.k[from:c.start]), N0: total(c.n[from:c.start]), K1: total(c.k[c.start:]), N1: total(c.n[c.start:])}
	if a, ok := series.Attribute(whole, of); ok {
		s := at[a.Index]
		c.slice, c.share, c.inside, c.outside, c.was = &s, a.Share, a.Inside, a.Outside, a.OutsideBefore
	}
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
	f.Slice, f.Score = c.slice, c.z
	f.Confidence, f.Older = .99, c.standing
	if c.standing {
		f.Confidence = .95
	}
	daily := whole(c.k)
	f.Evidence = append(f.Evidence, finding.Evidence{
		Label: label, Value: c.words(of), Chart: &finding.Chart{First: p.first, Daily: daily, Began: f.Since},
	})
	switch {
	case c.slice == nil:
	case c.within, c.outside == 0 && c.inside == 1:
		f.Evidence = append(f.Evidence, finding.Evidence{Label: "slice", Value: "only in " + sliceWords(c.slice)})
	case c.outside == 0:
		f.Evidence = append(f.Evidence, finding.Evidence{Label: "slice", Value: fmt.Sprintf(
			"only in %s, %s of its %s", sliceWords(c.slice), words.Percent(c.inside), of)})
	default:
		f.Evidence = append(f.Evidence, finding.Evidence{Label: "slice", Value: fmt.Sprintf(
			"%s of the %s in %s; elsewhere %s", words.Percent(c.inside), of, sliceWords(c.slice), wasWords(c.outside, c.was))})
	}
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
