package checks

import (
	"fmt"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// Values that a column cannot hold as they were sent: a loader fixes the column's type by the first value it sees.
const (
	cutRows      = 20  // texts of exactly 512 characters in the last week
	cutShare     = .01 // of all
	wholeBefore  = .8  // share of whole numbers up to which a column is one of decimals
	wholeSince   = .98 // share from which it has none any more
	decimalShare = .1  // share of decimals of a column of the same name that says what this one should hold
)

// cuts finds columns that cut what they are sent: decimals, or text after 512 characters.
func (c value) cuts(in Input) []finding.Finding {
	var out []finding.Finding
	planned := plannedFor(in)
	var laid []*profiled
	for _, t := range in.Landed.Tables {
		if p, ok := lay(in, t); ok {
			laid = append(laid, p)
		}
	}
	for _, p := range laid {
		props := propertiesOf(planned[p.table.Name])
		for _, col := range p.table.Columns {
			prop, isPlanned := props[col.Name]
			d := p.whole[col.Name]
			if d == nil || col.Gone != landed.NoDay || commonColumn(col.Name) || in.open(col.Name) || isPlanned && prop.event.Deprecated() {
				continue
			}
			f := valueDrift(in, p.table.Name, col.Name, prop, isPlanned)
			f.Kind = finding.TypeDrift
			var told bool
			switch {
			case col.Type == landed.Number:
				f, told = wholeNumbers(in, p, col.Name, f)
			case col.Type == landed.Integer && isPlanned && in.agreed() && prop.Type == "number":
				f, told = cutDecimals(in, p, laid, col, f)
			case col.Type == landed.Text:
				f, told = cutText(in, p, col.Name, f)
			}
			if told {
				out = append(out, f)
			}
		}
	}
	return out
}

// wholeNumbers finds a column of decimals that has none any more. Cents for dollars lose them too, and are told as that.
func wholeNumbers(in Input, p *profiled, column string, f finding.Finding) (finding.Finding, bool) {
	whole := func(d *columnDays) (k, n []float64) {
		k = make([]float64, len(d.filled))
		for i := range k {
			k[i] = max(0, d.filled[i]-d.fractional[i])
		}
		return k, d.filled
	}
	r, ok := scan(p, column, whole, true)
	if !ok || r.after <= r.before || r.before > wholeBefore {
		return f, false
	}
	inside := r.after
	if r.slice != nil && !r.within {
		inside = r.inside
	}
	if inside < wholeSince {
		return f, false
	}
	if s, ok := (unit{MinRows: 50}).find(p, column); ok && s.Named != "" {
		return f, false
	}
	of := called(f.Call, f.Subject.Event)
	f = r.finding(in, p, "whole numbers", "values", f)
	f.Title = fmt.Sprintf("%s of %s has no decimals any more", bare(f.Subject.Property), of)
	if w := sliceWords(f.Slice); w != "" {
		f.Title += " in " + w
	}
	f.Fixes = propertyFixes(in, f, f.Subject.Property)
	return f, true
}

// cutDecimals finds a column of whole numbers that the plan says to be one of any: what was sent with decimals lost
// them. Whether anything was cannot be seen, unless the same
// property has decimals elsewhere: a count of things is a number too.
func cutDecimals(in Input, p *profiled, laid []*profiled, col landed.Column, f finding.Finding) (finding.Finding, bool) {
	d := p.whole[col.Name]
	if total(d.filled) < 100 {
		return f, false
	}
	for _, o := range laid {
		e := o.whole[col.Name]
		if o == p || e == nil || total(e.filled) < 100 || total(e.fractional) < decimalShare*total(e.filled) {
			continue
		}
		f.Title = fmt.Sprintf("%s of %s lands in a column of whole numbers: its decimals are cut", bare(f.Subject.Property), called(f.Call, f.Subject.Event))
		f.Evidence = []finding.Evidence{
			{Label: "column", Value: bare(qualified(in, p.table.Name)+"."+col.Name) + " is " + bare(col.Native) + ", the plan says number"},
			{Label: "elsewhere", Value: fmt.Sprintf("%s of the values of %s have decimals",
				words.Percent(total(e.fractional)/total(e.filled)), bare(qualified(in, o.table.Name)+"."+col.Name))},
		}
		f.Confidence = .9
		return asOldAsItsColumn(in, p, d, f), true
	}
	return f, false
}

// asOldAsItsColumn fills in what a fault of the column itself has: it is as old as the column.
func asOldAsItsColumn(in Input, p *profiled, d *columnDays, f finding.Finding) finding.Finding {
	f.Sources, f.Table = []string{in.Landed.Source.Name}, qualified(in, p.table.Name)
	f.Since, f.LastSeen, f.Ongoing = p.day(max(0, d.first)), in.Last, true
	f.Older = standsLonger(in, d.filled, p.first, max(0, d.first))
	f.Rows, f.Rate = int64(total(d.filled)), finding.Rate{Before: 1, After: 1}
	f.Fixes = propertyFixes(in, f, f.Subject.Property)
	return f
}

// cutText finds text that ends at exactly 512 characters, where loaders cut it.
func cutText(in Input, p *profiled, column string, f finding.Finding) (finding.Finding, bool) {
	d := p.whole[column]
	from := max(0, p.days-activeDays)
	k, n := total(d.at512[from:]), total(d.filled[from:])
	if k < cutRows || k < cutShare*n {
		return f, false
	}
	cut := func(d *columnDays) (k, n []float64) { return d.at512, d.filled }
	r, ok := scan(p, column, cut, false)
	if !ok || r.after <= r.before {
		first := firstDay(d.at512)
		r = change{start: first, before: 0, after: total(d.at512[first:]) / max(1, total(d.filled[first:])), k: d.at512, n: d.filled}
		r.standing = standsLonger(in, d.at512, p.first, first)
		r.never = !r.standing
	}
	of := called(f.Call, f.Subject.Event)
	f = r.finding(in, p, "cut", "values", f)
	f.Title = fmt.Sprintf("%s of %s is cut at 512 characters: %s", bare(f.Subject.Property), of, r.now("its values"))
	f.Fixes = propertyFixes(in, f, f.Subject.Property)
	return f, true
}
