package checks

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// What an answer says of a row, as columns of a table that has one: a row that says an action again is one without it.
const (
	ofValue = "value" // another row of the day has its value
	ofQuick = "quick" // an equal row of the same person came within landed.RepeatQuick
	ofSoon  = "soon"  // the same within landed.RepeatSoon
	ofNear  = "near"  // any row of the event by the same person came within landed.RepeatQuick
)

// repeated is what the warehouse says of an event's rows that say again what others said.
type repeated struct {
	*profiled
	first map[string]map[landed.Day]time.Time // of ofValue and ofQuick: when the first such row of a day was received
}

// repeatedOf lays an answer out by day and version.
func repeatedOf(a landed.Answer, span landed.Span) repeated {
	r := repeated{profiled: blank(span), first: map[string]map[landed.Day]time.Time{ofValue: {}, ofQuick: {}}}
	for _, row := range a {
		if len(row.N) < 9 || !span.Has(landed.Day(row.N[0])) {
			continue
		}
		day := landed.Day(row.N[0])
		r.count(landed.Slice{AppVersion: row.Key}, day, map[string][2]float64{
			ofValue: {row.N[2], row.N[3]}, ofQuick: {row.N[1], row.N[4]}, ofSoon: {row.N[1], row.N[5]}, ofNear: {row.N[1], row.N[8]},
		})
		r.note(ofValue, day, row.N[6])
		r.note(ofQuick, day, row.N[7])
	}
	slices.SortFunc(r.slices, compareSlices)
	return r
}

// blank is a table of nothing yet.
func blank(span landed.Span) *profiled {
	return &profiled{
		first: span.First, days: span.Len(), rows: make([]float64, span.Len()), byCell: map[landed.Slice]map[string]*columnDays{},
		whole: map[string]*columnDays{}, sliceRows: map[landed.Slice][]float64{},
	}
}

// count adds a day's rows and, of those, the ones that say an action again.
func (r repeated) count(s landed.Slice, day landed.Day, of map[string][2]float64) {
	if r.byCell[s] == nil {
		r.byCell[s] = map[string]*columnDays{}
		r.sliceRows[s] = make([]float64, r.days)
		r.slices = append(r.slices, s)
	}
	i := int(day - r.profiled.first)
	for column, x := range of {
		f := landed.ColumnProfile{Column: column, Filled: int64(x[0] - x[1])}
		r.column(r.byCell[s], column).add(i, int64(x[0]), f)
		r.column(r.whole, column).add(i, int64(x[0]), f)
	}
	r.rows[i] += of[ofQuick][0]
	r.sliceRows[s][i] += of[ofQuick][0]
}

func (r repeated) note(of string, day landed.Day, seconds float64) {
	if seconds <= 0 {
		return
	}
	at := time.UnixMicro(int64(seconds * 1e6)).UTC()
	if have, ok := r.first[of][day]; !ok || at.Before(have) {
		r.first[of][day] = at
	}
}

// doubling is a share of rows that say an action again, since a day.
type doubling struct {
	change
	by       string  // what says so: ofValue, …
	rows     float64 // rows that could say so since it began
	surplus  float64 // those that do, beyond what is usual
	versions []string
	older    bool // it was so on every day that is known
}

// find looks for the day from which more rows say an action again: over all versions, then in each of them. Where some of
// several versions do and the rest does not, it began with the first of them, and not when enough people had it.
func (r repeated) find(by string, least float64) (doubling, bool) {
	d := r.whole[by]
	if d == nil {
		return doubling{}, false
	}
	k, n := missing(d)
	c, found := turn(k, n, least)
	out := doubling{change: c, by: by}
	if found {
		out.rows, out.surplus = total(n[c.start:]), total(k[c.start:])-c.before*total(n[c.start:])
	}
	calm := r.days
	if found {
		calm = c.start
	}
	hit, rest := r.versionsOf(by, calm, least)
	if len(hit) > 0 && rest.rows > 0 && rest.share() < .3*hit.share() {
		out = hit.join(r.days)
		out.by = by
		found = true
		if len(hit) == 1 {
			out.slice = &landed.Slice{AppVersion: hit[0].version}
			out.within, out.share, out.inside, out.versions = true, 1, out.after, nil
		}
	}
	return out, found
}

// ofVersion is what one version says, or what is left of all.
type ofVersion struct {
	version string
	change
	rows, surplus float64
}

func (v ofVersion) share() float64 { return v.surplus / max(1, v.rows) }

type hitVersions []ofVersion

func (h hitVersions) share() float64 {
	var k, n float64
	for _, v := range h {
		k += v.surplus
		n += v.rows
	}
	return k / max(1, n)
}

// versionsOf tells the versions that say actions again from the others: those that have rows since the first of them began
// to. A young version has no days of its own to compare with: those of all before the day calm stand in.
func (r repeated) versionsOf(by string, calm int, least float64) (hit hitVersions, rest ofVersion) {
	allK, allN := missing(r.whole[by])
	var others []ofVersion
	start := r.days
	for _, v := range r.versions(suspectRows) {
		k, n := r.countSlices(by, missing, func(s landed.Slice) bool { return s.AppVersion == v })
		one := ofVersion{version: v, change: change{k: slices.Clone(k), n: slices.Clone(n)}}
		first := firstDay(n)
		for i := range min(first, calm) {
			k[i], n[i] = allK[i], allN[i]
		}
		c, ok := turn(k, n, least)
		if !ok || c.start < first && first > 3 {
			others = append(others, one)
			continue
		}
		c.start = max(c.start, first)
		one.start, one.before, one.after, one.z, one.never = c.start, c.before, c.after, c.z, c.never
		one.rows = total(n[c.start:])
		one.surplus = total(k[c.start:]) - c.before*one.rows
		start = min(start, c.start)
		hit = append(hit, one)
	}
	for _, o := range others {
		if start < r.days {
			rest.rows += total(o.n[start:])
			rest.surplus += total(o.k[start:])
		}
	}
	return hit, rest
}

// join makes one of several versions: it began with the first.
func (h hitVersions) join(days int) doubling {
	out := doubling{change: change{start: days, k: make([]float64, days), n: make([]float64, days)}}
	out.never = true
	strongest := 0.0
	for _, v := range h {
		out.never = out.never && v.never
		out.start = min(out.start, v.start)
		out.rows += v.rows
		out.surplus += v.surplus
		out.versions = append(out.versions, v.version)
		if z := *v.z; z > strongest {
			strongest, out.z, out.before = z, v.z, v.before
		}
		for i := v.start; i < days; i++ {
			out.k[i] += v.k[i]
			out.n[i] += v.n[i]
		}
	}
	slices.Sort(out.versions)
	out.after = total(out.k) / max(1, total(out.n))
	return out
}

// turn finds the day on which the share k/n rose for good: the split that explains the days best. It is exact counts that
// are compared, so that a few dozen rows are enough where hardly any said an action again before.
func turn(k, n []float64, least float64) (change, bool) {
	best, gain := change{}, 0.0
	days := len(n)
	whole := likelihood(total(k), total(n))
	for c := 1; c < days; c++ {
		k0, n0, used := total(k[:c]), total(n[:c]), daysWithRows(n[:c])
		k1, n1 := total(k[c:]), total(n[c:])
		if n0 < suspectRows || used < 3 || n[c] == 0 {
			continue
		}
		if n1 < suspectRows {
			break
		}
		before, after := k0/n0, k1/n1
		if g := likelihood(k0, n0) + likelihood(k1, n1) - whole; after-before >= least && g > gain {
			z := doubleZ(k[:c], n[:c], k1, n1)
			best, gain = change{start: c, before: before, after: after, z: &z, k: k, n: n, never: k0 == 0}, g
		}
	}
	if gain == 0 || *best.z < 5 || !stillSo(best) {
		return change{}, false
	}
	return best, true
}

func daysWithRows(n []float64) int {
	used := 0
	for _, v := range n {
		if v > 0 {
			used++
		}
	}
	return used
}

// likelihood is the logarithm of how likely k of n are at their own share.
func likelihood(k, n float64) float64 {
	out := 0.0
	if k > 0 {
		out += k * math.Log(k/n)
	}
	if n > k {
		out += (n - k) * math.Log((n-k)/n)
	}
	return out
}

// doubleZ is how far k1 of n1 are beyond the share of the days before, in units of its uncertainty: with how much more
// those days scatter than chance makes them.
func doubleZ(k, n []float64, k1, n1 float64) float64 {
	k0, n0 := total(k), total(n)
	p, chi, used := (k0+.5)/(n0+1), 0.0, 0.0
	for i := range n {
		if n[i] > 0 {
			chi += square(k[i]-n[i]*p) / (n[i] * p * (1 - p))
			used++
		}
	}
	pooled := (k0 + k1 + .5) / (n0 + n1 + 1)
	return (k1/n1 - k0/n0) / math.Sqrt(pooled*(1-pooled)*(1/n0+1/n1)*max(1, chi/max(used-1, 1)))
}

// stillSo says whether the last two days with rows are still up: together, and each as far as its rows can tell.
func stillSo(c change) bool {
	rise := c.after - c.before
	var k, n float64
	for i, seen := len(c.n)-1, 0; i >= c.start && seen < 2; i-- {
		if c.n[i] <= 0 {
			continue
		}
		seen++
		k, n = k+c.k[i], n+c.n[i]
		share, noise := c.k[i]/c.n[i], math.Sqrt(c.after*(1-c.after)/c.n[i])
		if share-c.before < rise/4 && c.after-share > 2.5*noise {
			return false
		}
	}
	return n > 0 && k/n-c.before >= max(rise/4, rise/2-2*math.Sqrt(c.after*(1-c.after)/n))
}

// always is a share of rows that say an action again on all days that are known, and still do.
func (r repeated) always(by string, least, leastRows float64) (doubling, bool) {
	d := r.whole[by]
	if d == nil {
		return doubling{}, false
	}
	k, n := missing(d)
	first, from := firstDay(n), max(0, r.days-activeDays)
	share := total(k) / max(1, total(n))
	if total(k) < leastRows || share < least || total(k[from:]) < least*total(n[from:]) || total(k[from:]) < 1 {
		return doubling{}, false
	}
	return doubling{
		change: change{start: first, after: share, k: k, n: n, standing: true}, by: by, rows: total(n), surplus: total(k), older: true,
	}, true
}

// growth is how many times its former rows an event has since a day: alone, and beside the rest of its source; inside a
// version beside the other versions on the same days. The largest counts: where everything is doubled the rest says nothing.
func (s suspect) growth(d doubling, day landed.Day) float64 {
	start := int(day - s.in.history().First)
	if start <= 0 || start >= len(s.o.y) {
		return 1
	}
	from := max(0, start-beforeDays)
	from = start - (start-from)/7*7 // whole weeks
	if from == start {
		from = max(0, start-beforeDays)
	}
	all := totals(observe(s.in), len(s.o.y))
	before, after := total(s.o.y[from:start]), total(s.o.y[start:])
	restBefore, restAfter := total(all[from:start])-before, total(all[start:])-after
	out := 1.0
	if before > 0 {
		out = after / float64(len(s.o.y)-start) / (before / float64(start-from))
		if restBefore > 0 && restAfter > 0 {
			out = max(out, after/restAfter/(before/restBefore))
		}
	}
	parts := versionParts(s.in, versionsOf(s.in), s.o)
	for _, v := range append(slices.Clone(d.versions), appVersion(d.slice)) {
		if p := parts[v]; v != "" && p.others > 0 && p.all > 0 {
			out = max(out, p.mine/p.all/(p.others/cmp.Or(p.allOthers, 1)))
		}
	}
	return out
}
