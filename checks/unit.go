package checks

import (
	"fmt"
	"math"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/series"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// unit finds numbers whose size changed as a whole: cents for dollars, milliseconds for seconds.
type unit struct {
	MinRows float64 `yaml:"min_rows"` // values since the change
}

func newUnit(s Settings) (Check, error) {
	c := unit{MinRows: 50}
	if err := s.Decode(&c); err != nil {
		return nil, err
	}
	if c.MinRows < 1 {
		return nil, fmt.Errorf("min_rows is %v, but must be at least 1", c.MinRows)
	}
	return c, nil
}

// Needs implements Check.
func (c unit) Needs() landed.Needs { return landed.Needs{landed.Columns: 1, landed.Profiles: 56} }

// shift is a change of size, and the slice it lies in.
type shift struct {
	series.UnitShift
	slice   *landed.Slice
	n       []float64 // values a day that carry it
	rows    float64
	outside float64 // mean size outside the slice since then; 0: not known
}

// Run implements Check.
func (c unit) Run(in Input) Verdict {
	var out Verdict
	planned := plannedFor(in)
	for _, t := range in.Landed.Tables {
		p, ok := lay(in, t)
		if !ok {
			continue
		}
		props := propertiesOf(planned[t.Name])
		for _, column := range columnsOf(p.whole) {
			prop, isPlanned := props[column]
			if total(p.whole[column].positive) < 2*c.MinRows || commonColumn(column) || in.open(column) || isPlanned && prop.event.Deprecated() {
				continue
			}
			s, ok := c.find(p, column)
			if !ok {
				continue
			}
			name, call := mainEvent(in, t.Name, eventsOf(prop, isPlanned))
			property := column
			if isPlanned {
				property = prop.Name
			}
			out.Findings = append(out.Findings, c.describe(in, p, s, finding.Finding{
				Kind: finding.ValueDrift, Severity: finding.Warning, Call: call, Planned: isPlanned,
				Subject: finding.Subject{Source: in.Landed.Source.Name, Event: name, Property: property},
			}))
		}
	}
	return out
}

// find looks inside each app version first: a release that sends cents moves the table's mean by a factor that is
// nobody's unit. Only then is the table judged as a whole.
func (c unit) find(p *profiled, column string) (shift, bool) {
	d := p.whole[column]
	var best shift
	var found bool
	for _, v := range p.versions(namedShare * c.MinRows) {
		in := func(s landed.Slice) bool { return s.AppVersion == v }
		sum, _ := p.countSlices(column, func(d *columnDays) (k, n []float64) { return d.sumLog, d.positive }, in)
		n, _ := p.countSlices(column, func(d *columnDays) (k, n []float64) { return d.positive, d.positive }, in)
		first := firstDay(n)
		since := append([]float64(nil), n...)
		for i := range first {
			sum[i], n[i] = d.sumLog[i], d.positive[i]
		}
		u, ok := series.Unit(sum, n)
		rows := total(since[min(u.Start, len(since)):])
		if !ok || rows < c.least(u) || !founded(u, n) || u.Start < first || found && math.Abs(math.Log(u.Factor)) <= math.Abs(math.Log(best.Factor)) {
			continue
		}
		best, found = shift{UnitShift: u, slice: &landed.Slice{AppVersion: v}, n: since, rows: rows}, true
		best.outside = c.elsewhere(p, column, v, u.Start)
	}
	if found {
		if allAlike := best.outside > 0 && math.Abs(math.Log(best.outside/best.After)) < .25; !allAlike {
			return best, true
		}
	}
	u, ok := series.Unit(d.sumLog, d.positive)
	if !ok || total(d.positive[u.Start:]) < c.MinRows || !founded(u, d.positive) {
		return shift{}, false
	}
	return shift{UnitShift: u, n: d.positive, rows: total(d.positive[u.Start:])}, true
}

// namedShare is the share of the values that is enough for a factor that is a unit's: no mean strays so far by itself.
const namedShare = .4

func (c unit) least(u series.UnitShift) float64 {
	if u.Named != "" {
		return namedShare * c.MinRows
	}
	return c.MinRows
}

// founded says whether there were enough values before a change to know their usual size: a factor that is a unit's
// stands out of few, any other could be what a young event's mean, or that of a single day, does by itself.
func founded(u series.UnitShift, n []float64) bool {
	days, values := 0, 0.0
	for _, v := range n[:u.Start] {
		if v >= 10 {
			days++
		}
		values += v
	}
	if u.Named != "" {
		return values >= 50
	}
	return days >= 14 && values >= 400 && u.N >= 100 && len(n)-u.Start >= 2
}

// elsewhere is the geometric mean of a column in the other versions since a day; 0 where there are too few values.
func (c unit) elsewhere(p *profiled, column, version string, from int) float64 {
	var sum, n float64
	for _, s := range p.slices {
		if d := p.byCell[s][column]; d != nil && s.AppVersion != version {
			sum += total(d.sumLog[from:])
			n += total(d.positive[from:])
		}
	}
	if n < 20 {
		return 0
	}
	return math.Exp(sum / n)
}

func (c unit) describe(in Input, p *profiled, s shift, f finding.Finding) finding.Finding {
	f.Sources = []string{in.Landed.Source.Name}
	f.Table = qualified(in, p.table.Name)
	f.Since, f.LastSeen, f.Ongoing = p.day(s.Start), in.Last, true
	f.Rows, f.Slice, f.Confidence = int64(s.rows), s.slice, .95
	f.Score = &s.Score
	factor := s.Factor
	f.Title = fmt.Sprintf("%s of %s is %s", bare(f.Subject.Property), called(f.Call, f.Subject.Event), sizeWords(factor, s.Named))
	f.Evidence = append(f.Evidence, finding.Evidence{
		Label: "size", Value: fmt.Sprintf("typically %s, was %s", words.Figure(s.After), words.Figure(s.Before)),
		Chart: &finding.Chart{First: p.first, Daily: whole(s.n), Began: f.Since},
	})
	if s.Named != "" {
		f.Confidence = .99
		f.Evidence = append(f.Evidence, finding.Evidence{Label: "factor", Value: s.Named + ", measured " + words.Figure(max(factor, 1/factor))})
		f.Fixes = append(f.Fixes, finding.ScaleProperty{
			Event: f.Subject.Event, Property: f.Subject.Property, Factor: 1 / s.Exact, Slice: sliceOf(s.slice), Since: f.Since,
		})
	}
	if s.slice != nil {
		v := "only in " + sliceWords(s.slice)
		if s.outside > 0 {
			v += "; in other versions " + words.Figure(s.outside)
		}
		f.Evidence = append(f.Evidence, finding.Evidence{Label: "slice", Value: v})
	}
	f.Fixes = append(f.Fixes, propertyFixes(in, f, f.Subject.Property)...)
	return f
}

// sizeWords says a factor in words: "100 times too large (cents instead of the main unit?)".
func sizeWords(factor float64, named string) string {
	large := factor >= 1
	switch {
	case named == "" && large:
		return words.Rate(factor) + " times its usual size"
	case named == "":
		return words.Rate(1/factor) + " times smaller than usual"
	}
	text := named + " times too small"
	if large {
		text = named + " times too large"
	}
	if unit := unitHints()[named]; unit != [2]string{} && large {
		text += " (" + unit[0] + " instead of " + unit[1] + "?)"
	} else if unit != [2]string{} {
		text += " (" + unit[1] + " instead of " + unit[0] + "?)"
	}
	return text
}

// unitHints are the likeliest pairs of units by factor, the smaller unit first.
func unitHints() map[string][2]string {
	return map[string][2]string{
		"100": {"cents", "the main unit"}, "1,000": {"milliseconds", "seconds"}, "60": {"seconds", "minutes"}, "3,600": {"seconds", "hours"},
	}
}

func sliceOf(s *landed.Slice) landed.Slice {
	if s == nil {
		return landed.Slice{}
	}
	return *s
}
