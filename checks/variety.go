package checks

import (
	"fmt"
	"math"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// When a column's variety changed: how many different values it has a day.
const (
	varietyTimes  = 10.0 // as many, or as few
	varietyLeast  = 20.0 // different values more than that
	varietyOthers = .01  // share of the rows that must hold one of the new values
	varietyRows   = 30.0 // rows of a day that says something
	varietyDays   = 7    // such days before the change
)

// variety is a change of how many different values a column has.
type variety struct {
	start     int
	was, now  float64 // different values a day
	slice     *landed.Slice
	rows      float64 // values since
	collapsed bool
}

// varietyOf looks for the day from which a column has ten times as many different values, or a tenth of them, though
// there are not so many more or fewer rows. What has a value of its own in each row grows with the rows.
func varietyOf(d *columnDays) (variety, bool) {
	days := len(d.richest)
	for c := max(1, days-28); c < days; c++ {
		was, wasPer := usualVariety(d, d.richest, max(0, c-28), c, varietyDays)
		now, nowPer := usualVariety(d, d.richest, c, days, 1)
		if was <= 0 || now <= 0 {
			continue
		}
		// Rows that are cut into more slices, or fewer, only look as if their values were others.
		wasAll, _ := usualVariety(d, d.distinct, max(0, c-28), c, varietyDays)
		nowAll, _ := usualVariety(d, d.distinct, c, days, 1)
		n := total(d.filled[c:])
		each := n / float64(days-c)
		more := now > max(varietyTimes*was, varietyLeast, 3*wasAll) && nowPer > 3*wasPer && now-was >= varietyOthers*each
		// In a small slice there are not ten times as many rows as there were values: there nearly each row has its own now.
		own := now >= max(3*was, varietyLeast) && nowAll >= .7*each && wasAll < .4*total(d.filled[max(0, c-28):c])/float64(min(c, 28))
		fewer := was >= 2.5*varietyLeast && nowAll*varietyTimes < was && nowPer*varietyTimes/2 < wasPer
		if n < 100 || !more && !own && !fewer || !holds(d, c, was, fewer) {
			continue
		}
		if own {
			now = nowAll
		}
		return variety{start: c, was: was, now: now, rows: n, collapsed: fewer}, true
	}
	return variety{}, false
}

// usualVariety is the median of the different values a day, and of those of each row; zeros where too few days say it.
func usualVariety(d *columnDays, distinct []float64, from, to, least int) (values, each float64) {
	var a, b []float64
	for i := from; i < to; i++ {
		if d.filled[i] >= varietyRows && distinct[i] > 0 {
			a, b = append(a, distinct[i]), append(b, distinct[i]/d.filled[i])
		}
	}
	if len(a) < least {
		return 0, 0
	}
	slices.Sort(a)
	slices.Sort(b)
	return a[len(a)/2], b[len(b)/2]
}

// holds says whether every day since with rows enough is far from what was usual.
func holds(d *columnDays, from int, was float64, fewer bool) bool {
	for i := from; i < len(d.richest); i++ {
		if d.filled[i] < varietyRows {
			continue
		}
		if !fewer && d.richest[i] < 2*was || fewer && d.richest[i]*varietyTimes/2 > was {
			return false
		}
	}
	return true
}

// inPart finds the one version, library or platform that has the new variety while the others are as before.
func (v *variety) inPart(p *profiled, column string) {
	for _, part := range p.singles(varietyRows) {
		var inside, outside, rest float64
		for _, s := range p.slices {
			d := p.byCell[s][column]
			if d == nil {
				continue
			}
			richest := slices.Max(d.richest[v.start:])
			if within(s, part) {
				inside = max(inside, richest)
			} else {
				outside, rest = max(outside, richest), rest+total(d.filled[v.start:])
			}
		}
		if rest >= varietyRows && inside >= v.now/2 && outside < 3*v.was {
			v.slice = &part
			return
		}
	}
}

// varieties tells of columns that hardly differ any more, and of those that have far more different values.
func varieties(in Input) (fewer, more []finding.Finding) {
	planned := plannedFor(in)
	for _, t := range in.Landed.Tables {
		p, ok := lay(in, t)
		if !ok {
			continue
		}
		props := propertiesOf(planned[t.Name])
		for _, column := range columnsOf(p.whole) {
			prop, isPlanned := props[column]
			if commonColumn(column) || in.open(column) || isPlanned && prop.event.Deprecated() || isPlanned && len(prop.Enum) > 0 && in.agreed() {
				continue // what an enum does not allow is told as such
			}
			v, ok := varietyOf(p.whole[column])
			if !ok {
				continue
			}
			if !v.collapsed {
				v.inPart(p, column)
			}
			f := v.describe(in, p, column, valueDrift(in, t.Name, column, prop, isPlanned))
			if v.collapsed {
				fewer = append(fewer, f)
			} else {
				more = append(more, f)
			}
		}
	}
	return fewer, more
}

func (v variety) describe(in Input, p *profiled, column string, f finding.Finding) finding.Finding {
	f.Sources, f.Table = []string{in.Landed.Source.Name}, qualified(in, p.table.Name)
	f.Since, f.LastSeen, f.Ongoing, f.Confidence, f.Slice = p.day(v.start), in.Last, true, .95, v.slice
	f.Rows = int64(v.rows)
	if v.slice != nil {
		_, n := p.countSlices(column, func(d *columnDays) (k, n []float64) { return d.filled, d.filled }, func(s landed.Slice) bool { return within(s, *v.slice) })
		f.Rows = int64(total(n[v.start:]))
	}
	of, now, was := called(f.Call, f.Subject.Event), words.Count(int64(math.Round(v.now))), words.Count(int64(math.Round(v.was)))
	f.Title = fmt.Sprintf("%s of %s has about %s different values a day, was %s", bare(f.Subject.Property), of, now, was)
	if v.collapsed {
		f.Title = fmt.Sprintf("%s of %s hardly differs any more: %s a day, was about %s", bare(f.Subject.Property), of,
			words.Many(int64(math.Round(v.now)), "value", "different values"), was)
	}
	f.Evidence = append(f.Evidence, finding.Evidence{
		Label: "different values", Value: "about " + now + " a day, was " + was,
		Chart: &finding.Chart{First: p.first, Daily: whole(p.whole[column].richest), Began: f.Since},
	})
	if v.slice != nil {
		f.Evidence = append(f.Evidence, finding.Evidence{Label: "slice", Value: "only in " + sliceWords(v.slice)})
	}
	f.Fixes = propertyFixes(in, f, f.Subject.Property)
	return f
}
