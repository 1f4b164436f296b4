package checks

import (
	"fmt"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/series"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// unit finds values that changed though their type did not: numbers whose size changed as a whole, cents for dollars or
// milliseconds for seconds; text that looks otherwise; columns that have far more or fewer different values.
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
func (c unit) Needs() landed.Needs {
	return landed.Needs{landed.Columns: 1, landed.Profiles: 56, landed.Shapes: activeDays}
}

// shift is a change of size, and the slice it lies in.
type shift struct {
	series.UnitShift
	column  string
	mixed   *series.Mixed // a part of the values moved by a unit, the others did not
	slice   *landed.Slice
	n       []float64 // values a day that carry it
	rows    float64
	outside float64 // mean size outside the slice since then; 0: not known
}

// mostMixed bounds the changes of one source that are looked at closer: each costs two small statements.
const mostMixed = 5

// Questions implements Inquirer: where the values lie whose mean moved, since a part of them may have moved by a unit.
func (c unit) Questions(in Input) []landed.Question {
	var out []landed.Question
	c.each(in, func(p *profiled, s shift, f finding.Finding) {
		if len(out) < 2*mostMixed {
			before, since := s.sizes(in, p)
			out = append(out, before, since)
		}
	})
	return out
}

// Run implements Check.
func (c unit) Run(in Input) Verdict {
	var out Verdict
	c.each(in, func(p *profiled, s shift, f finding.Finding) {
		s.mix(in, p)
		out.Findings = append(out.Findings, c.describe(in, p, s, f))
	})
	// What is told of a property first says most of it: one word in all rows looks otherwise too, and numbers for UUIDs
	// also are more or fewer different values.
	one, many := varieties(in)
	out.Findings = firstOfEach(slices.Concat(out.Findings, one, formShifts(in), many))
	return out
}

// firstOfEach keeps the first finding of each property.
func firstOfEach(all []finding.Finding) []finding.Finding {
	var out []finding.Finding
	for _, f := range all {
		if !slices.ContainsFunc(out, func(have finding.Finding) bool { return have.Key() == f.Key() }) {
			out = append(out, f)
		}
	}
	return out
}

// each calls tell for every column whose size changed.
func (c unit) each(in Input, tell func(p *profiled, s shift, f finding.Finding)) {
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
			if s, ok := c.find(p, column); ok {
				tell(p, s, valueDrift(in, t.Name, column, prop, isPlanned))
			}
		}
	}
}

// valueDrift is a finding about one column, before it says what happened.
func valueDrift(in Input, table, column string, prop plannedProperty, isPlanned bool) finding.Finding {
	name, call := mainEvent(in, table, eventsOf(prop, isPlanned))
	property := column
	if isPlanned {
		property = prop.Name
	}
	return finding.Finding{
		Kind: finding.ValueDrift, Severity: finding.Warning, Call: call, Planned: isPlanned,
		Subject: finding.Subject{Source: in.Landed.Source.Name, Event: name, Property: property},
	}
}

func (c unit) describe(in Input, p *profiled, s shift, f finding.Finding) finding.Finding {
	f.Sources = []string{in.Landed.Source.Name}
	f.Table = qualified(in, p.table.Name)
	f.Since, f.LastSeen, f.Ongoing = p.day(s.Start), in.Last, true
	f.Rows, f.Slice, f.Confidence = int64(s.rows), s.slice, .95
	f.Score = &s.Score
	if s.mixed != nil {
		return c.describePart(in, p, s, f)
	}
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
	f.Evidence = append(f.Evidence, s.where()...)
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
