package checks

import (
	"fmt"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// describeTwins writes the finding of a property and its other names, the fullest first.
func describeTwins(in Input, p *profiled, props map[string]plannedProperty, into string, twins []twin, event string, call landed.Call) finding.Finding {
	first, filled := twins[0].days.first, 0.0
	last := 0
	for _, t := range twins {
		first, filled = min(first, t.days.first), filled+total(t.days.filled)
		for i, n := range t.days.filled {
			if n > 0 {
				last = max(last, i)
			}
		}
	}
	property := into
	prop, isPlanned := props[into]
	if isPlanned {
		property = prop.Name
	}
	source := in.Landed.Source.Name
	f := finding.Finding{
		Kind: finding.PropertyDuplicate, Severity: finding.Info, Call: call, Planned: isPlanned,
		Subject: finding.Subject{Source: source, Event: event, Property: property}, Sources: []string{source}, Table: qualified(in, p.table.Name),
		Since: p.day(first), Older: first == 0, LastSeen: p.day(last), Ongoing: true, Rows: int64(filled), Confidence: sureTwins(twins),
		Rate: finding.Rate{After: min(1, filled/max(1, total(p.rows[first:])))},
	}
	if isPlanned {
		f.Severity = finding.Warning
	}
	f.Slice = p.only(twins[0].column, twins[0].days.first)
	f.Title = fmt.Sprintf("%s of %s is also sent as %s", bare(property), called(call, event), bare(twins[0].column))
	if n := len(twins) - 1; n > 0 {
		f.Title = fmt.Sprintf("%s of %s is also sent under %d other names", bare(property), called(call, event), n+1)
	}
	f.Evidence = twinEvidence(p, into, twins, f.Slice)
	var literals []string
	var merges []finding.Fix
	for _, t := range twins {
		literals = append(literals, t.column)
		if sameType(p, into, t.column) {
			merges = append(merges, finding.MergeProperties{Event: event, From: t.column, Into: into})
		}
	}
	f.Fixes = append([]finding.Fix{
		finding.SearchCode{Literals: append(literals, property), Source: source, Version: appVersion(f.Slice)},
		finding.TellOwner{},
	}, merges...)
	if in.agreed() && isPlanned {
		f.Fixes = append(f.Fixes, finding.AddToPlan{Event: event, Property: twins[0].column})
	}
	f.Fixes = append(f.Fixes, finding.Configure{
		Section: "ignore", Entry: fmt.Sprintf("{different: [%s, %s]}", yamlString(into), yamlString(twins[0].column)), Why: "if these are two properties",
	})
	return f
}

// sureTwins is how sure the least sure of the names is: columns that are filled side by side may be meant, and so may
// another word.
func sureTwins(twins []twin) float64 {
	sure := .98
	for _, t := range twins {
		if t.apart < mostlyApart && !t.moved || t.match.Level < names.High {
			sure = .9
		}
	}
	return sure
}

// twinEvidence says how each name is filled, why they are one, and whether they take turns.
func twinEvidence(p *profiled, into string, twins []twin, slice *landed.Slice) []finding.Evidence {
	began := twins[0].days.first
	draw := func(column string) finding.Evidence {
		d := p.whole[column]
		from := max(0, p.days-activeDays)
		share := total(d.filled[from:]) / max(1, total(p.rows[from:]))
		return finding.Evidence{
			Label: column, Value: words.Percent(share) + " of rows, last week",
			Chart: &finding.Chart{First: p.first, Daily: whole(d.filled), Began: p.day(began)},
		}
	}
	out := []finding.Evidence{draw(into)}
	for _, t := range twins {
		out = append(out, draw(t.column))
	}
	for _, t := range twins {
		out = append(out, finding.Evidence{Label: "name", Value: t.match.Rule})
		switch {
		case t.apart >= .995:
			out = append(out, finding.Evidence{Label: "rows", Value: "no version fills both on one day"})
		case t.apart >= mostlyApart:
			out = append(out, finding.Evidence{Label: "rows", Value: words.Percent(t.apart) + " of them on days and in versions without the other"})
		case t.moved:
			out = append(out, finding.Evidence{Label: "rows", Value: bare(into) + " fell by what " + bare(t.column) + " took"})
		default:
			out = append(out, finding.Evidence{Label: "rows", Value: "the same versions fill both on the same days", Against: true})
		}
	}
	if slice != nil {
		out = append(out, finding.Evidence{Label: "version", Value: "only from " + sliceWords(slice)})
	}
	return out
}
