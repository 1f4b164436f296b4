package checks

import (
	"fmt"
	"maps"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// fill finds required properties that are null more than before, and filled ones that no longer are.
type fill struct {
	Removed float64 `yaml:"removed_share"` // share of null rows from which a property counts as removed
}

func newFill(s Settings) (Check, error) {
	c := fill{Removed: .98}
	if err := s.Decode(&c); err != nil {
		return nil, err
	}
	if c.Removed <= .5 || c.Removed > 1 {
		return nil, fmt.Errorf("removed_share is %v, but must be above 0.5 and at most 1", c.Removed)
	}
	return c, nil
}

// Needs implements Check.
func (c fill) Needs() landed.Needs {
	return landed.Needs{landed.Counts: 56, landed.Columns: 1, landed.Profiles: 56}
}

// Questions implements Inquirer: from which pages the loud losses come that no version, library or platform explains.
func (c fill) Questions(in Input) []landed.Question {
	var out []landed.Question
	c.each(in, func(p *profiled, column string, prop plannedProperty, isPlanned bool, r change) {
		if prop.required && r.asksForPages(p) && len(out) < 2*mostPaged {
			before, since := r.pages(in, p, landed.Pages{What: landed.Absent, Column: column})
			out = append(out, before, since)
		}
	})
	return out
}

// Run implements Check.
func (c fill) Run(in Input) Verdict {
	var out Verdict
	c.each(in, func(p *profiled, column string, prop plannedProperty, isPlanned bool, r change) {
		r.explainPage(in, p, landed.Pages{What: landed.Absent, Column: column})
		out.Findings = append(out.Findings, c.describe(in, p, column, prop, isPlanned, r))
	})
	planned := plannedFor(in)
	var laid []*profiled
	for _, t := range in.Landed.Tables {
		if p, ok := lay(in, t); ok {
			laid = append(laid, p)
			out.Findings = append(out.Findings, c.absent(in, p, planned[t.Name], propertiesOf(planned[t.Name]))...)
		}
	}
	out.Findings = append(out.Findings, campaigns(in, laid)...)
	return out
}

// each calls tell for every property that is empty more often than before.
func (c fill) each(in Input, tell func(p *profiled, column string, prop plannedProperty, isPlanned bool, r change)) {
	planned := plannedFor(in)
	for _, t := range in.Landed.Tables {
		p, ok := lay(in, t)
		if !ok {
			continue
		}
		props := propertiesOf(planned[t.Name])
		for _, column := range slices.Sorted(maps.Keys(p.whole)) {
			prop, isPlanned := props[column]
			if commonColumn(column) && !isPlanned || in.open(column) || isPlanned && prop.event.Deprecated() {
				continue
			}
			if r, ok := c.judge(p, column, prop); ok {
				tell(p, column, prop, isPlanned, r)
			}
		}
	}
}

// judge looks for the day from which a column is null more often: over the whole table, then inside each version. An
// optional property may be filled as it likes, until it is gone.
func (c fill) judge(p *profiled, column string, prop plannedProperty) (change, bool) {
	r, ok := scan(p, column, missing, prop.required)
	if !ok || r.after <= r.before {
		return change{}, false
	}
	return r, c.removed(r) || prop.required
}

// removed says whether nearly nothing fills a property any more that was filled.
func (c fill) removed(r change) bool { return r.after >= c.Removed && r.before <= 1-.05 }

func (c fill) describe(in Input, p *profiled, column string, prop plannedProperty, isPlanned bool, r change) finding.Finding {
	removed := c.removed(r) && !r.within // what one version leaves out is missing there, not gone
	kind := finding.MissingProperty
	if removed && !prop.required {
		kind = finding.RemovedProperty // what is required is missing, in some of the rows or in all of them
	}
	name, call := mainEvent(in, p.table.Name, eventsOf(prop, isPlanned))
	property := column
	if isPlanned {
		property = prop.Name
	}
	f := r.finding(in, p, "missing", "rows", finding.Finding{
		Kind: kind, Severity: finding.Warning, Call: call, Planned: isPlanned,
		Subject: finding.Subject{Source: in.Landed.Source.Name, Event: name, Property: property},
	})
	if removed {
		f.Title = fmt.Sprintf("%s of %s is no longer sent", bare(property), called(call, name))
	} else {
		f.Title = fmt.Sprintf("%s of %s is missing in %s", bare(property), called(call, name), r.now("its rows"))
	}
	if prop.required {
		f.Evidence = append(f.Evidence, finding.Evidence{Label: "plan", Value: "required"})
	}
	f.Fixes = propertyFixes(in, f, property)
	return f
}

func eventsOf(prop plannedProperty, isPlanned bool) []plan.Event {
	if !isPlanned {
		return nil
	}
	return []plan.Event{prop.event}
}

// absent finds required properties that have no column at all: nothing ever filled them.
func (c fill) absent(in Input, p *profiled, events []plan.Event, props map[string]plannedProperty) []finding.Finding {
	if !in.agreed() || len(events) == 0 {
		return nil
	}
	var out []finding.Finding
	n, first := total(p.rows), firstDay(p.rows)
	for _, column := range slices.Sorted(maps.Keys(props)) {
		prop := props[column]
		if !prop.required || prop.event.Deprecated() || n < 100 || p.whole[column] != nil || hasColumn(p.table, column) || hasColumn(p.table, "_"+column) || in.open(prop.Name) {
			continue
		}
		f := finding.Finding{
			Kind: finding.MissingProperty, Severity: finding.Warning, Call: callOf(prop.event), Planned: true,
			Subject: finding.Subject{Source: in.Landed.Source.Name, Event: prop.event.Name, Property: prop.Name},
			Sources: []string{in.Landed.Source.Name}, Table: qualified(in, p.table.Name),
			Title: fmt.Sprintf("%s of %s is required and has never been sent", bare(prop.Name), called(callOf(prop.event), prop.event.Name)),
			Since: p.day(first), Older: standsLonger(in, p.rows, p.first, first), LastSeen: in.Last, Ongoing: true, Rows: int64(n), Confidence: 1,
			Rate:     finding.Rate{Before: 1, After: 1},
			Evidence: []finding.Evidence{{Label: "column", Value: fmt.Sprintf("%s has no column %s; %s rows", bare(qualified(in, p.table.Name)), bare(column), words.Count(int64(n)))}},
		}
		f.Fixes = propertyFixes(in, f, prop.Name)
		out = append(out, f)
	}
	return out
}

func hasColumn(t landed.Table, name string) bool {
	return slices.ContainsFunc(t.Columns, func(c landed.Column) bool { return c.Name == name })
}

func firstDay(y []float64) int {
	for i, v := range y {
		if v > 0 {
			return i
		}
	}
	return 0
}

// propertyFixes is what can be done about a property that is not as planned: nobody can bring data back in SQL.
func propertyFixes(in Input, f finding.Finding, property string) []finding.Fix {
	return []finding.Fix{
		finding.SearchCode{Literals: literals(f.Call, f.Subject.Event, property), Source: in.Landed.Source.Name, Version: appVersion(f.Slice)},
		finding.TellOwner{},
	}
}
