package lint

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/plan"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// use is a property in one of its events.
type use struct {
	event    *plan.Event
	property *plan.Property
}

// uses are all properties of the plan, in its order, by a key of theirs; the same line of the plan counts once.
func (l *linter) uses(key func(plan.Property) string) (map[string][]use, []string) {
	out := map[string][]use{}
	var order []string
	seen := map[string]bool{}
	for i := range l.plan.Events {
		e := &l.plan.Events[i]
		for j := range e.Properties {
			p := &e.Properties[j]
			k := key(*p)
			at := k + "\x00" + p.Pos.String()
			if k == "" || p.Pos.Line > 0 && seen[at] {
				continue
			}
			seen[at] = true
			if out[k] == nil {
				order = append(order, k)
			}
			out[k] = append(out[k], use{e, p})
		}
	}
	return out, order
}

// propertySpelling finds one property spelled differently in different events.
func (l *linter) propertySpelling() {
	all, order := l.uses(func(p plan.Property) string { return names.Squash(p.Name) })
	for _, k := range order {
		common, others := majority(all[k], func(u use) string { return u.property.Name })
		for _, u := range others {
			if slices.ContainsFunc(u.event.Properties, func(p plan.Property) bool { return p.Name == common.property.Name }) {
				continue // both in one event: a column they share says more, and names with a meaning of their own say it together
			}
			l.onProperty(u.event, u.property, "property-spelling", finding.Warning,
				fmt.Sprintf("%s is spelled %s in %s and elsewhere %s", quoted(u.property.Name), quoted(common.property.Name), called(common.event), where(common.property.Pos, u.property.Pos)),
				"spell it one way everywhere: to destinations these are two properties")
		}
	}
}

// types finds one property of different types in different events.
func (l *linter) types() {
	all, order := l.uses(func(p plan.Property) string { return p.Name })
	for _, k := range order {
		typed := slices.DeleteFunc(slices.Clone(all[k]), func(u use) bool { return u.property.Type == "" })
		common, others := majority(typed, func(u use) string { return wide(u.property.Type) })
		for _, u := range others {
			l.onProperty(u.event, u.property, "type-contradiction", finding.Warning,
				fmt.Sprintf("%s is %s here and %s in %s %s", quoted(k), u.property.Type, common.property.Type, called(common.event), where(common.property.Pos, u.property.Pos)),
				"give it one type, or two names if they are two things")
		}
	}
}

// wide is a type as far as two may differ: a whole number is a number.
func wide(typ string) string {
	if typ == "integer" {
		return "number"
	}
	return typ
}

// majority returns the first use of the commonest kind, and for each other kind its first use. Of equals the first counts.
func majority(list []use, kind func(use) string) (common use, others []use) {
	count, first := map[string]int{}, map[string]int{}
	for i, u := range list {
		k := kind(u)
		if count[k]++; count[k] == 1 {
			first[k] = i
		}
	}
	if len(count) < 2 {
		return use{}, nil
	}
	kinds := slices.SortedFunc(maps.Keys(count), func(a, b string) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(first[a], first[b]))
	})
	for _, k := range kinds[1:] {
		others = append(others, list[first[k]])
	}
	slices.SortFunc(others, func(a, b use) int { return cmp.Compare(first[kind(a)], first[kind(b)]) })
	return list[first[kinds[0]]], others
}

// columns finds properties of one event that land in one column.
func (l *linter) columns(e *plan.Event) {
	first := map[string]*plan.Property{}
	for i := range e.Properties {
		p := &e.Properties[i]
		column := plan.ColumnOf(p.Name)
		if column == "" {
			continue
		}
		if other := first[column]; other != nil && other.Name != p.Name {
			l.onProperty(e, p, "shared-column", finding.Warning,
				fmt.Sprintf("%s lands in the column of %s %s, %s", quoted(p.Name), quoted(other.Name), where(other.Pos, p.Pos), quoted(column)), "keep one of the two")
			continue
		}
		first[column] = p
	}
}

// property judges one property by itself.
func (l *linter) property(e *plan.Event, p *plan.Property) {
	if what := untidy(p.Name); what != "" {
		l.onProperty(e, p, "hidden-character", finding.Warning, quoted(p.Name)+" "+what, "write the name without it, unless it is sent like that")
	}
	column := plan.ColumnOf(p.Name)
	switch {
	case column == "":
		l.onProperty(e, p, "no-column", finding.Warning, quoted(p.Name)+" has no ASCII letter or digit, so that it has no column", "send it under another name as well")
	case plan.Reserved(column):
		l.onProperty(e, p, "reserved-column", finding.Warning, quoted(p.Name)+" wants the column "+quoted(column)+", which is Segment's own",
			"it is dropped or lands as "+quoted("_"+column)+": send it under another name")
	case l.o.Warehouse == "redshift" && prefixed(column):
		l.onProperty(e, p, "reserved-column", finding.Info, "Redshift does not take "+quoted(column)+" as a column", "look for it as "+quoted("_"+column))
	}
	l.long(len(column), func(s finding.Severity, message string) {
		l.onProperty(e, p, "long-name", s, "the column of "+quoted(p.Name)+" "+message, "shorten the name")
	})
	l.rules(e, p)
	l.allowed(e, p)
}

// rules judges the patterns and bounds of a property.
func (l *linter) rules(e *plan.Event, p *plan.Property) {
	texts := p.Type == "string" || p.Type == "timestamp" || p.Type == ""
	numbers := p.Type == "number" || p.Type == "integer" || p.Type == ""
	idle := func(what string) {
		l.onProperty(e, p, "idle-rule", finding.Info, quoted(p.Name)+" is "+p.Type+" and has "+what+", which such a value never breaks", "remove it or correct the type")
	}
	switch {
	case p.Pattern != "" && !texts:
		idle("a pattern")
	case p.Pattern != "":
		if _, ok, why := plan.Portable(p.Pattern); !ok {
			l.onProperty(e, p, "unportable-pattern", finding.Info, "the pattern of "+quoted(p.Name)+" cannot be held against every row in every warehouse, since "+words.Safe(why),
				"it is checked on a sample of values only; write it without that if you can")
		}
	}
	if (p.Min != nil || p.Max != nil) && !numbers {
		idle("a smallest or largest number")
	}
}

// allowed judges the allowed values of a property against its own rules and each other.
func (l *linter) allowed(e *plan.Event, p *plan.Property) {
	match := func(string) (bool, error) { return true, nil }
	if p.Pattern != "" {
		if m, err := plan.Matcher(p.Pattern); err == nil {
			match = m
		}
	}
	folded := map[string]string{}
	for _, v := range p.Enum {
		why := ""
		x, err := strconv.ParseFloat(v, 64)
		isNumber := err == nil && (p.Type == "number" || p.Type == "integer" || p.Type == "")
		text := p.Type == "string" || p.Type == "timestamp" || p.Type == "" && err != nil
		fits, slow := match(v)
		if slow != nil { // a pattern that takes forever on one value is not tried on the next
			fits, match = true, func(string) (bool, error) { return true, nil }
		}
		switch {
		case text && !fits:
			why = "breaks its own pattern"
		case isNumber && p.Min != nil && x < *p.Min:
			why = "is below its own smallest, " + words.Figure(*p.Min)
		case isNumber && p.Max != nil && x > *p.Max:
			why = "is above its own largest, " + words.Figure(*p.Max)
		}
		if why != "" {
			l.onProperty(e, p, "impossible-value", finding.Warning, "the allowed value "+quoted(v)+" of "+quoted(p.Name)+" "+why, "no such value can ever be right: correct one of the two")
		}
		key := names.Squash(v)
		if other, ok := folded[key]; ok && key != "" && text && other != v {
			l.onProperty(e, p, "alike-values", finding.Info, quoted(p.Name)+" allows "+quoted(other)+" and "+quoted(v), "keep one, unless both are sent and mean different things")
		}
		folded[key] = v
	}
}

// doubts reports what reading has put right.
func (l *linter) doubts() {
	for _, d := range l.o.Doubts {
		p := Problem{Pos: d.Pos, Severity: finding.Warning, Code: d.What, Property: d.Property}
		switch d.What {
		case "empty-enum":
			p.Message, p.Advice = quoted(d.Property)+" allows no value at all", "list its values, or remove the empty list: it is not held to"
		case "null-enum":
			p.Message, p.Advice = quoted(d.Property)+" allows nothing but null", "list its values, or leave the property out"
		case "repeated-value":
			p.Message, p.Advice = quoted(d.Property)+" allows "+quoted(d.Value)+" twice", "was another value meant? Else remove one"
		default:
			continue
		}
		l.add(p)
	}
}
