package checks

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
)

// What makes an event worth a question. Few are asked: each reads the rows of one event.
const (
	beforeDays     = 21  // days that say what was usual before something began
	mostSuspects   = 12  // of one source and night, the most conspicuous ones
	manySuspects   = 40  // where the whole source rose: then all of it may be sent twice
	suspectZ       = 3.0 // a rise, in units of what the event strays from day to day
	suspectRise    = 1.12
	suspectFall    = .1 // of the share of different values
	suspectRows    = 20 // rows since it began
	nearlyUnique   = .8 // share of different values that a property has which may differ from action to action: it is an estimate
	uniqueLookBack = 56 // days that are looked at where people said what is unique
)

// suspect is an event that may be counted twice, and why it is looked at.
type suspect struct {
	in     Input
	o      observed
	table  string // where its properties are; "" where no such table is known
	column string // what differs from action to action; "": nothing is known to
	given  bool   // people said so
	from   landed.Day
	z      float64
}

func (s suspect) question() landed.Repeats {
	return landed.Repeats{
		Source: s.in.Landed.Source.Name, Event: s.o.Name, Table: s.table, Column: s.column,
		Span: landed.Span{First: s.from, Last: s.in.Last},
	}
}

// suspectsOf lists the events of one source that are looked at, the most conspicuous first: those that people said
// something unique of, those with far more rows than before, and those whose property differs less from row to row.
func suspectsOf(in Input) []suspect {
	obs := observe(in)
	all, versions := totals(obs, in.history().Len()), versionsOf(in)
	var out []suspect
	asked, most := 0, mostSuspects
	if riseAlone(all).z >= suspectZ {
		most = manySuspects
	}
	for _, o := range obs {
		if !o.active() || o.Name == "" || o.Call == landed.Identify || o.Call == landed.Group {
			continue
		}
		s := suspect{in: in, o: o, from: in.Last + 1}
		var p *profiled
		if t := in.Landed.Table(o.Table); t != nil {
			if laid, ok := lay(in, *t); ok {
				s.table, p = t.Name, laid
			}
		}
		if column := uniqueColumn(in, o); column != "" {
			s.column, s.given = column, true
			s.from = in.Last - uniqueLookBack + 1
		}
		for _, t := range []trace{rise(o.y, all), riseAlone(o.y), versionRise(in, versions, o), s.fall(p)} {
			if t.z < suspectZ {
				continue
			}
			s.z = max(s.z, t.z)
			s.from = min(s.from, in.history().First+landed.Day(max(0, t.start-beforeDays)))
		}
		if s.z == 0 && !s.given {
			continue
		}
		if s.column == "" {
			s.column = likelyUnique(p)
		}
		s.from = max(s.from, in.history().First)
		out = append(out, s)
	}
	slices.SortStableFunc(out, func(a, b suspect) int {
		if a.given != b.given {
			return map[bool]int{true: -1, false: 1}[a.given]
		}
		return cmp.Or(cmp.Compare(b.z, a.z), compareText(a.o.Name, b.o.Name), compareText(a.o.Table, b.o.Table))
	})
	return slices.DeleteFunc(out, func(s suspect) bool {
		if s.given {
			return false
		}
		asked++
		return asked > most
	})
}

func compareText(a, b string) int { return strings.Compare(a, b) }

// uniqueColumn is the column that people said differs from action to action; "" where they said nothing, or where the
// event has no such column.
func uniqueColumn(in Input, o observed) string {
	p := in.Unique[o.Name]
	t := in.Landed.Table(o.Table)
	if p == "" || t == nil {
		return ""
	}
	for _, c := range []string{p, plan.ColumnOf(p)} {
		if hasColumn(*t, c) {
			return c
		}
	}
	return ""
}

// trace is a day from which something differs, as an index of the history, and how far beyond how it strays.
type trace struct {
	start int
	z     float64
}

// rise looks for the day from which an event has more rows for the rest of its source than before.
func rise(y, all []float64) trace {
	ratio := make([]float64, len(y))
	for i := range y {
		ratio[i] = math.NaN()
		if rest := all[i] - y[i]; rest > 0 {
			ratio[i] = y[i] / rest
		}
	}
	return stepUp(ratio, y)
}

// riseAlone is rise by the event's own days of the week: where all events rise alike the rest says nothing.
func riseAlone(y []float64) trace {
	out := make([]float64, len(y))
	for i := range y {
		out[i] = math.NaN()
		var usual, n float64
		for k := i - 7; k >= 0 && k >= i-28; k -= 7 {
			usual += y[k]
			n++
		}
		if n > 0 && usual > 0 {
			out[i] = y[i] / (usual / n)
		}
	}
	t := stepUp(out, y)
	if len(y)-t.start > activeDays {
		return trace{} // after a week its own risen days are the usual ones
	}
	return t
}

// stepUp finds the day from which a figure is higher until the end; days that are not known are NaN.
func stepUp(x, rows []float64) trace {
	best := trace{}
	n := len(x)
	for c := max(activeDays, n-doubleDays); c < n; c++ {
		if total(rows[c:]) < suspectRows {
			break
		}
		m0, v0, n0 := spreadOf(x[max(0, c-beforeDays):c])
		m1, _, n1 := spreadOf(x[c:])
		if n0 < 5 || n1 < 1 || m0 <= 0 || m1 < suspectRise*m0 {
			continue
		}
		if z := (m1 - m0) / math.Sqrt(max(v0, square(.03*m0))*(1/n0+1/n1)); z > best.z {
			best = trace{c, z}
		}
	}
	return best
}

func square(x float64) float64 { return x * x }

// spreadOf is the mean and the variance of what is known, and of how many days it is.
func spreadOf(x []float64) (mean, variance, n float64) {
	for _, v := range x {
		if !math.IsNaN(v) {
			mean += v
			n++
		}
	}
	if n == 0 {
		return 0, 0, 0
	}
	mean /= n
	for _, v := range x {
		if !math.IsNaN(v) {
			variance += square(v - mean)
		}
	}
	return mean, variance / max(1, n-1), n
}

// versionRise finds an event that one app version sends more of, for everything else it sends, than the others do on
// the same days: a version with few users hardly moves the total.
func versionRise(in Input, all versions, o observed) trace {
	best := trace{}
	for v, p := range versionParts(in, all, o) {
		if v == "" || v == landed.Other || p.mine < suspectRows || p.others < suspectRows || p.allOthers <= 0 {
			continue
		}
		usual := p.all * p.others / p.allOthers
		z := (p.mine - usual) / math.Sqrt(usual*(1+usual/p.others)*2)
		if p.mine >= suspectRise*usual && z > best.z {
			best = trace{p.start, z}
		}
	}
	return best
}

// versionPart is what an app version sends of an event and of all events, beside what the other versions send on the same
// days.
type versionPart struct {
	start                        int // the first day of the version
	mine, all, others, allOthers float64
}

func versionParts(in Input, v versions, o observed) map[string]versionPart {
	last := in.history().Len() - 1
	out := map[string]versionPart{}
	mine := map[string][]float64{}
	for _, c := range o.Cells {
		y := mine[c.Slice.AppVersion]
		if y == nil {
			y = make([]float64, last+1)
			mine[c.Slice.AppVersion] = y
		}
		for i, n := range c.Daily[:min(last+1, len(c.Daily))] {
			y[i] += float64(n)
		}
	}
	for version := range mine {
		start := max(0, last-28)
		for start < last && v.rows(version, start, start) == 0 {
			start++
		}
		p := versionPart{start: start, all: v.rows(version, start, last)}
		for other, y := range mine {
			n := total(y[start:])
			if other == version {
				p.mine += n
			} else {
				p.others += n
			}
		}
		for other := range v {
			if other != version {
				p.allOthers += v.rows(other, start, last)
			}
		}
		out[version] = p
	}
	return out
}

// fall finds a property that differed from row to row and does so less: over all slices, then inside a version.
func (s suspect) fall(p *profiled) trace {
	if p == nil {
		return trace{}
	}
	best := trace{}
	offset := int(p.first - s.in.history().First)
	for _, column := range columnsNearlyUnique(p) {
		whole := p.whole[column]
		if t := lessDifferent(whole.distinct, whole.filled, whole.distinct, whole.filled, .06); t.z > best.z {
			best = trace{t.start + offset, t.z}
		}
		for _, v := range p.versions(suspectRows) {
			distinct, filled := make([]float64, p.days), make([]float64, p.days)
			for _, sl := range p.slices {
				if d := p.byCell[sl][column]; d != nil && sl.AppVersion == v {
					for i := range d.filled {
						distinct[i] += d.distinct[i]
						filled[i] += d.filled[i]
					}
				}
			}
			if t := lessDifferent(distinct, filled, whole.distinct, whole.filled, .15); t.z > best.z {
				best = trace{t.start + offset, t.z}
			}
		}
	}
	return best
}

// lessDifferent looks for the day from which the share of different values is lower than in the weeks before, those of
// baseD and baseN. The figures are estimates that stray from day to day, by at least so much.
func lessDifferent(d, n, baseD, baseN []float64, least float64) trace {
	best := trace{}
	days := len(n)
	for c := 3; c < days; c++ {
		n1 := total(n[c:])
		if n1 < suspectRows {
			break
		}
		from := max(0, c-beforeDays)
		n0 := total(baseN[from:c])
		if n0 < suspectRows {
			continue
		}
		before, after := total(baseD[from:c])/n0, total(d[c:])/n1
		if before < nearlyUnique || before-after < suspectFall*before {
			continue
		}
		var chi, used0, used1 float64
		for i := from; i < c; i++ {
			if baseN[i] > 0 {
				chi += baseN[i] * square(baseD[i]/baseN[i]-before)
				used0++
			}
		}
		for i := c; i < days; i++ {
			if n[i] > 0 {
				used1++
			}
		}
		if used0 < 3 || used1 < 1 {
			continue
		}
		spread := max(least, math.Sqrt(chi/n0))
		if z := (before - after) / (spread * math.Sqrt(1/used0+1/used1)); z > best.z {
			best = trace{c, z}
		}
	}
	return best
}

// columnsNearlyUnique are the properties that had, on the older half of the days, about as many values as rows.
func columnsNearlyUnique(p *profiled) []string {
	var out []string
	for column, d := range p.whole {
		if uniqueness(d) >= nearlyUnique {
			out = append(out, column)
		}
	}
	slices.Sort(out)
	return out
}

// uniqueness is the largest share of different values that a property had over two weeks.
func uniqueness(d *columnDays) float64 {
	best := 0.0
	for from := 0; from < len(d.filled); from += activeDays {
		to := min(from+2*activeDays, len(d.filled))
		if n := total(d.filled[from:to]); n >= suspectRows {
			best = max(best, total(d.distinct[from:to])/n)
		}
	}
	return best
}

// likelyUnique is the property that most likely differs from action to action: filled, as good as unique, and rather a
// text or an id than an amount, which is alike by chance.
func likelyUnique(p *profiled) string {
	if p == nil {
		return ""
	}
	name, best := "", 0.0
	for _, column := range columnsNearlyUnique(p) {
		d := p.whole[column]
		score := uniqueness(d) * total(d.filled) / max(1, total(d.rows))
		if total(d.filled) < .5*total(d.rows) {
			continue
		}
		lower := strings.ToLower(column)
		if strings.HasSuffix(lower, "id") || strings.HasSuffix(lower, "key") || strings.HasSuffix(lower, "number") {
			score += .5
		}
		if i := slices.IndexFunc(p.table.Columns, func(c landed.Column) bool { return c.Name == column }); i >= 0 && p.table.Columns[i].Type == landed.Text {
			score += .1
		}
		if score > best {
			name, best = column, score
		}
	}
	return name
}
