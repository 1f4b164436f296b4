package checks

import (
	"fmt"
	"maps"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// unplannedProperty finds properties of planned events that the plan does not know.
type unplannedProperty struct {
	MinRows float64 `yaml:"min_rows"` // rows that fill it
}

func newUnplannedProperty(s Settings) (Check, error) {
	c := unplannedProperty{MinRows: 5}
	if err := s.Decode(&c); err != nil {
		return nil, err
	}
	if c.MinRows < 1 {
		return nil, fmt.Errorf("min_rows is %v, but must be at least 1", c.MinRows)
	}
	return c, nil
}

// Needs implements Check.
func (c unplannedProperty) Needs() landed.Needs {
	return landed.Needs{landed.Columns: 1, landed.Profiles: 56}
}

// Run implements Check.
func (c unplannedProperty) Run(in Input) Verdict {
	if !in.agreed() {
		return Verdict{Unjudged: []finding.Unjudged{{
			Check: finding.UnplannedProperty, Subject: finding.Subject{Source: in.Landed.Source.Name},
			Why: "there is no tracking plan: name one under plan: in the configuration",
		}}}
	}
	var out Verdict
	planned := plannedFor(in)
	for _, t := range in.Landed.Tables {
		events := planned[t.Name]
		p, ok := lay(in, t)
		if len(events) == 0 || !ok {
			continue
		}
		props := propertiesOf(events)
		for _, column := range slices.Sorted(maps.Keys(p.whole)) {
			d := p.whole[column]
			n := total(d.filled)
			recent := total(d.filled[max(0, p.days-activeDays):])
			_, isPlanned := props[column]
			if isPlanned || reservedTwin(props, column) || commonColumn(column) || n < c.MinRows || recent == 0 || in.open(column) {
				continue
			}
			out.Findings = append(out.Findings, c.describe(in, p, column, d))
		}
	}
	return out
}

// reservedTwin says whether a column is a planned property under the underscore that loaders put before reserved words.
func reservedTwin(props map[string]plannedProperty, column string) bool {
	if column == "" || column[0] != '_' {
		return false
	}
	_, ok := props[column[1:]]
	return ok
}

func (c unplannedProperty) describe(in Input, p *profiled, column string, d *columnDays) finding.Finding {
	name, call := mainEvent(in, p.table.Name, plannedFor(in)[p.table.Name])
	rowsSince := total(d.rows[d.first:])
	filled := total(d.filled[d.first:])
	f := finding.Finding{
		Kind: finding.UnplannedProperty, Severity: finding.Info, Call: call, Planned: true,
		Subject: finding.Subject{Source: in.Landed.Source.Name, Event: name, Property: column},
		Sources: []string{in.Landed.Source.Name}, Table: qualified(in, p.table.Name),
		Title: fmt.Sprintf("%s sends %s, which is not in the plan", called(call, name), bare(column)),
		Since: p.day(d.first), Older: standsLonger(in, d.filled, p.first, d.first), LastSeen: in.Last, Ongoing: true, Rows: int64(filled), Confidence: 1,
		Rate: finding.Rate{After: filled / max(1, rowsSince)},
		Evidence: []finding.Evidence{{
			Label: "filled", Value: fmt.Sprintf("%s of %s rows since %s", words.Count(int64(filled)), words.Count(int64(rowsSince)), words.Day(p.day(d.first).Time())),
			Chart: &finding.Chart{First: p.first, Daily: whole(d.filled), Began: p.day(d.first)},
		}},
	}
	f.Slice = p.only(column, d.first)
	f.Fixes = []finding.Fix{
		finding.AddToPlan{Event: name, Property: column},
		finding.SearchCode{Literals: literals(call, name, column), Source: in.Landed.Source.Name, Version: appVersion(f.Slice)},
		finding.TellOwner{},
	}
	return f
}

// only is the one app version that fills a column, where other versions send the event too.
func (p *profiled) only(column string, from int) *landed.Slice {
	by, sent := map[string]float64{}, map[string]float64{}
	var filled, sum float64
	for _, s := range p.slices {
		sent[s.AppVersion] += total(p.sliceRows[s][from:])
		sum += total(p.sliceRows[s][from:])
		if d := p.byCell[s][column]; d != nil {
			by[s.AppVersion] += total(d.filled[from:])
			filled += total(d.filled[from:])
		}
	}
	for v, n := range by {
		if v != "" && v != landed.Other && filled >= 20 && n >= .95*filled && sent[v] <= .85*sum {
			return &landed.Slice{AppVersion: v}
		}
	}
	return nil
}
