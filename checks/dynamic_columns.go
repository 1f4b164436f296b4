package checks

import (
	"fmt"
	"maps"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// columnPattern is columns of one table that differ only in what their names carry.
type columnPattern struct {
	*pattern
	of *profiled
}

// columns finds the columns whose names carry data, by the same rules as events.
func (c dynamicName) columns(in Input) []columnPattern {
	in.Apart = Apart{}
	planned := plannedFor(in)
	var out []columnPattern
	for _, t := range in.Landed.Tables {
		candidates := map[string][]names.Part{}
		for _, column := range t.Columns {
			if _, data := c.templates.Of(column.Name); data != nil && !commonColumn(column.Name) && !in.open(column.Name) {
				candidates[column.Name] = data
			}
		}
		if in.agreed() {
			for column := range propertiesOf(planned[t.Name]) {
				delete(candidates, column)
			}
		}
		if len(candidates) < surelyData {
			continue
		}
		if p, ok := lay(in, t); ok {
			out = append(out, c.columnsOf(p, candidates)...)
		}
	}
	return out
}

func (c dynamicName) columnsOf(p *profiled, candidates map[string][]names.Part) []columnPattern {
	byTemplate := map[string]*pattern{}
	for _, column := range slices.Sorted(maps.Keys(candidates)) {
		d := p.whole[column]
		if d == nil || d.first < 0 {
			continue
		}
		o := observed{Event: landed.Event{Name: column, Table: p.table.Name}, y: d.filled, first: d.first, total: total(d.filled)}
		for i, n := range d.filled {
			if n > 0 {
				o.last = i
			}
		}
		template, data := c.templates.Of(column)
		if byTemplate[template] == nil {
			byTemplate[template] = &pattern{template: template}
		}
		byTemplate[template].add(o, data)
	}
	var out []columnPattern
	for _, template := range slices.Sorted(maps.Keys(byTemplate)) {
		if byTemplate[template].data(c.MinNames) {
			out = append(out, columnPattern{byTemplate[template], p})
		}
	}
	return out
}

// describeColumns writes the finding of one pattern of columns.
func (c dynamicName) describeColumns(in Input, p columnPattern) finding.Finding {
	source := in.Landed.Source.Name
	event, call := mainEvent(in, p.of.table.Name, plannedFor(in)[p.of.table.Name])
	carried := make([]float64, p.of.days) // at least so many rows hold one, and no more than there are
	for i := range carried {
		carried[i] = min(p.y[i], p.of.rows[i])
	}
	n := words.Count(int64(len(p.distinct)))
	f := finding.Finding{
		Kind: finding.DynamicName, Severity: finding.Info, Call: call, Sources: []string{source}, Table: qualified(in, p.of.table.Name),
		Subject: finding.Subject{Source: source, Event: event, Property: p.template},
		Title:   fmt.Sprintf("%s sends %s properties that differ only in %s: %s", called(call, event), n, words.And(p.carried()), bare(p.template)),
		Since:   p.of.day(p.first), Older: p.first == 0, LastSeen: p.of.day(p.last), Ongoing: true, Rows: int64(total(carried)), Confidence: p.sure(),
	}
	week := func(y []float64) float64 { return total(y[max(0, len(y)-activeDays):]) }
	f.Share = min(1, week(carried)/max(1, week(totals(observeAll(in), in.history().Len()))))
	if f.Share >= c.Loud {
		f.Severity = finding.Warning
	}
	f.Evidence = []finding.Evidence{
		{
			Label: "rows", Value: words.Rate(week(carried)/activeDays) + " a day hold one",
			Chart: &finding.Chart{First: p.of.first, Daily: whole(carried), Began: f.Since},
		},
		{Label: "names", Value: n + " columns of " + bare(p.of.table.Name) + " so far, " + words.Rate(p.perDay()) + " new a day"},
		{Label: "such as", Value: p.examples(3)},
	}
	for _, o := range p.oldest() {
		if in.agreed() {
			f.Explains = append(f.Explains, finding.KeyOf(finding.UnplannedProperty, finding.Subject{Source: source, Event: event, Property: o.Name}))
		}
	}
	literals := names.Fixed(p.template)
	if len(literals) == 0 {
		literals = []string{p.names[0].Name}
	}
	f.Fixes = []finding.Fix{finding.SearchCode{Literals: literals, Source: source}, finding.TellOwner{}}
	return f
}
