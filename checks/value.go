package checks

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// value finds columns whose type is not the planned one and values that break the plan.
type value struct {
	Standing float64 `yaml:"standing_share"` // share of rows from which a fault that was always there is told
}

func newValue(s Settings) (Check, error) {
	c := value{Standing: .01}
	if err := s.Decode(&c); err != nil {
		return nil, err
	}
	if c.Standing <= 0 || c.Standing > 1 {
		return nil, fmt.Errorf("standing_share is %v, but must be above 0 and at most 1", c.Standing)
	}
	return c, nil
}

// Needs implements Check.
func (c value) Needs() landed.Needs { return landed.Needs{landed.Columns: 1, landed.Profiles: 56} }

// Constraints implements Constrainer.
func (c value) Constraints(p *plan.Plan, tables []landed.Table) []landed.Constraint {
	return constraintsOf(p, tables)
}

// Questions implements Inquirer: what the values that break an enum look like, where values may be shown, and from which
// pages the values come that no version, library or platform explains.
func (c value) Questions(in Input) []landed.Question {
	var out []landed.Question
	for _, from := range pipelines() {
		if q, ok := from.question(in); ok {
			out = append(out, q)
		}
	}
	paged := 0
	c.each(in, func(p *profiled, rule landed.Constraint, _ plannedProperty, r change) {
		if rule.Rule == landed.OneOf && in.mayShow(p, rule.Column) {
			out = append(out, newestValues(in, p, rule, r))
		}
		if r.asksForPages(p) && paged < mostPaged {
			paged++
			before, since := r.pages(in, p, landed.Pages{What: landed.Violating, Constraint: rule.ID})
			out = append(out, before, since)
		}
	})
	return out
}

// Run implements Check.
func (c value) Run(in Input) Verdict {
	var out Verdict
	c.each(in, func(p *profiled, rule landed.Constraint, prop plannedProperty, r change) {
		r.explainPage(in, p, landed.Pages{What: landed.Violating, Constraint: rule.ID})
		out.Findings = append(out.Findings, c.describe(in, p, rule, prop, r))
	})
	out.Findings = onePerProperty(slices.Concat(out.Findings, c.contradictions(in), c.cuts(in), c.lostRows(in)))
	out.Findings = addRefused(out.Findings, c.refused(in))
	return out
}

// addRefused adds what a pipeline says to what is told of the same property, or tells it alone.
func addRefused(found, refused []finding.Finding) []finding.Finding {
	for _, f := range refused {
		i := slices.IndexFunc(found, func(have finding.Finding) bool { return have.Key() == f.Key() })
		if i < 0 {
			found = append(found, f)
			continue
		}
		found[i].Evidence = append(found[i].Evidence, f.Evidence[len(f.Evidence)-1])
	}
	return found
}

// onePerProperty keeps of each property the finding with the most rows: a wrong value often breaks several rules, and
// is one trouble. The type comes before what the values are, since nothing else can hold while it is wrong.
func onePerProperty(all []finding.Finding) []finding.Finding {
	worse := func(a, b finding.Finding) bool {
		if drift := a.Kind == finding.TypeDrift; drift != (b.Kind == finding.TypeDrift) {
			return drift
		}
		return a.Rows > b.Rows
	}
	var out []finding.Finding
	for _, f := range all {
		i := slices.IndexFunc(out, func(have finding.Finding) bool { return have.Key() == f.Key() })
		switch {
		case i < 0:
			out = append(out, f)
		case worse(f, out[i]):
			out[i] = f
		}
	}
	return out
}

// each calls tell for every rule of the plan that is broken more than before, or always was.
func (c value) each(in Input, tell func(p *profiled, rule landed.Constraint, prop plannedProperty, r change)) {
	planned := plannedFor(in)
	rules := map[string][]landed.Constraint{}
	for _, r := range in.Constraints {
		rules[r.Table] = append(rules[r.Table], r)
	}
	for _, t := range in.Landed.Tables {
		if len(rules[t.Name]) == 0 {
			continue
		}
		p, ok := lay(in, t)
		if !ok {
			continue
		}
		props := propertiesOf(planned[t.Name])
		for _, rule := range rules[t.Name] {
			prop, ok := props[rule.Column]
			if !ok || p.whole[rule.Column] == nil || p.whole[rule.Column].violated[rule.ID] == nil || in.open(prop.Name) || prop.event.Deprecated() {
				continue
			}
			if r, ok := c.judge(in, p, rule); ok {
				tell(p, rule, prop, r)
			}
		}
	}
}

// judge says whether a rule is broken: since a day, since the plan changed, or since before the history.
func (c value) judge(in Input, p *profiled, rule landed.Constraint) (change, bool) {
	broken := func(d *columnDays) (k, n []float64) {
		if d.violated[rule.ID] == nil {
			return make([]float64, p.days), make([]float64, p.days)
		}
		return d.violated[rule.ID], d.counted[rule.ID]
	}
	if from, ok := in.PlanChanged[rule.ID]; ok {
		return fromPlan(p, rule.Column, broken, int(from-p.first), c.Standing)
	}
	if r, ok := scan(p, rule.Column, broken, true); ok && r.after > r.before {
		return r, true
	}
	return standing(p, rule.Column, broken, c.Standing)
}

func (c value) describe(in Input, p *profiled, rule landed.Constraint, prop plannedProperty, r change) finding.Finding {
	kind := finding.InvalidValue
	if rule.Rule == landed.Castable {
		kind = finding.TypeDrift
	}
	name := prop.event.Name
	f := r.finding(in, p, "share", "values", finding.Finding{
		Kind: kind, Severity: finding.Warning, Call: callOf(prop.event), Planned: true, Constraint: rule.ID,
		Subject: finding.Subject{Source: in.Landed.Source.Name, Event: name, Property: prop.Name},
	})
	unknown := strangers(in, p, rule, r)
	f.Title = fmt.Sprintf("%s sends %s: %s", called(f.Call, name), broken(rule, bare(prop.Name), unknown), r.now("its values"))
	f.Evidence = append(f.Evidence, finding.Evidence{Label: "plan", Value: ruleWords(rule)})
	f.Fixes = propertyFixes(in, f, prop.Name)
	mapped, added := map[string]string{}, []string(nil)
	for _, v := range unknown {
		f.Evidence = append(f.Evidence, finding.Evidence{Label: "value", Value: quote(v.value) + " in " + words.Count(v.rows) + " rows"})
		if same, ok := sameButCase(v.value, rule.Values); ok {
			mapped[v.value] = same
		} else {
			added = append(added, v.value)
		}
	}
	if len(mapped) > 0 {
		f.Fixes = append(f.Fixes, finding.MapValues{Event: name, Property: prop.Name, Values: mapped})
	}
	if len(added) > 0 {
		f.Fixes = append(f.Fixes, finding.AddToPlan{Event: name, Property: prop.Name, Values: added})
	}
	return f
}

// broken says in words what is sent against a rule: `price as text that is no number`.
func broken(rule landed.Constraint, property string, unknown []stranger) string {
	switch rule.Rule {
	case landed.OneOf:
		if len(unknown) == 1 {
			return property + " as " + quote(unknown[0].value) + ", which is not planned"
		}
		return property + " with values that are not planned"
	case landed.Matches:
		return property + " in another form than planned"
	case landed.Within:
		return property + " out of the planned range"
	case landed.Castable:
		return property + " as text that is no " + rule.Type.String()
	case landed.Required:
	}
	return property + " without a value"
}

// ruleWords is the rule as the plan has it.
func ruleWords(rule landed.Constraint) string {
	switch rule.Rule {
	case landed.OneOf:
		shown := make([]string, len(rule.Values))
		for i, v := range rule.Values {
			shown[i] = bare(v)
		}
		return "one of " + words.List(shown, 6)
	case landed.Matches:
		return "matches " + bare(rule.Pattern)
	case landed.Within:
		switch {
		case rule.Min != nil && rule.Max != nil:
			return "between " + words.Figure(*rule.Min) + " and " + words.Figure(*rule.Max)
		case rule.Min != nil:
			return "at least " + words.Figure(*rule.Min)
		case rule.Max != nil:
			return "at most " + words.Figure(*rule.Max)
		}
	case landed.Castable:
		return rule.Type.String()
	case landed.Required:
	}
	return "required"
}

// contradictions finds columns whose type cannot hold what the plan says, whatever the values are.
func (c value) contradictions(in Input) []finding.Finding {
	if !in.agreed() {
		return nil
	}
	var out []finding.Finding
	planned := plannedFor(in)
	for _, t := range in.Landed.Tables {
		p, ok := lay(in, t)
		if !ok || len(planned[t.Name]) == 0 {
			continue
		}
		props := propertiesOf(planned[t.Name])
		for _, col := range t.Columns {
			prop, ok := props[col.Name]
			if !ok || col.Gone != landed.NoDay || !contradicts(col.Type, prop.Type) || in.open(prop.Name) || p.whole[col.Name] == nil {
				continue
			}
			d := p.whole[col.Name]
			if total(d.filled) == 0 {
				continue
			}
			f := finding.Finding{
				Kind: finding.TypeDrift, Severity: finding.Warning, Call: callOf(prop.event), Planned: true,
				Subject: finding.Subject{Source: in.Landed.Source.Name, Event: prop.event.Name, Property: prop.Name},
				Sources: []string{in.Landed.Source.Name}, Table: qualified(in, t.Name),
				Title: fmt.Sprintf("%s of %s lands as %s, the plan says %s", bare(prop.Name), called(callOf(prop.event), prop.event.Name), col.Type, prop.Type),
				Since: p.day(d.first), Older: standsLonger(in, d.filled, p.first, d.first), LastSeen: in.Last, Ongoing: true, Rows: int64(total(d.filled)), Confidence: 1,
				Rate:     finding.Rate{Before: 1, After: 1},
				Evidence: []finding.Evidence{{Label: "column", Value: bare(qualified(in, t.Name)+"."+col.Name) + " is " + bare(col.Native)}},
			}
			f.Fixes = propertyFixes(in, f, prop.Name)
			out = append(out, f)
		}
	}
	return out
}

// contradicts says whether a column type can never hold values of a planned type. A text column can hold anything:
// its values are counted one by one.
func contradicts(column landed.Type, planned string) bool {
	switch planned {
	case "number":
		return column == landed.Boolean || column == landed.Timestamp
	case "integer":
		return column == landed.Boolean || column == landed.Timestamp
	case "boolean":
		return column == landed.Number || column == landed.Timestamp
	case "timestamp":
		return column == landed.Boolean || column == landed.Number || column == landed.Integer
	}
	return false
}

// constraintsOf turns the plan's rules into what the warehouse counts: only for tables and columns that exist.
func constraintsOf(p *plan.Plan, tables []landed.Table) []landed.Constraint {
	if p == nil || p.Inferred {
		return nil
	}
	byTable := plannedFor(Input{Plan: p})
	var out []landed.Constraint
	for _, t := range tables {
		props := propertiesOf(byTable[t.Name])
		for _, col := range t.Columns {
			if prop, ok := props[col.Name]; ok && col.Gone == landed.NoDay {
				out = append(out, rulesOf(t.Name, col, prop.Property)...)
			}
		}
	}
	return out
}

func rulesOf(table string, col landed.Column, p plan.Property) []landed.Constraint {
	var out []landed.Constraint
	add := func(c landed.Constraint) {
		c.Table, c.Column = table, col.Name
		c.ID = ruleID(c)
		out = append(out, c)
	}
	if t, ok := castType(p.Type); ok && col.Type == landed.Text {
		add(landed.Constraint{Rule: landed.Castable, Type: t})
	}
	if len(p.Enum) > 0 && (col.Type == landed.Text || col.Type == landed.Integer || col.Type == landed.Number || col.Type == landed.Boolean) {
		add(landed.Constraint{Rule: landed.OneOf, Values: slices.Sorted(slices.Values(p.Enum))})
	}
	if p.Pattern != "" && col.Type == landed.Text {
		if portable, ok, _ := plan.Portable(p.Pattern); ok {
			add(landed.Constraint{Rule: landed.Matches, Pattern: portable})
		}
	}
	if (p.Min != nil || p.Max != nil) && (col.Type == landed.Integer || col.Type == landed.Number) {
		add(landed.Constraint{Rule: landed.Within, Min: p.Min, Max: p.Max})
	}
	return out
}

func castType(planned string) (landed.Type, bool) {
	for _, t := range []landed.Type{landed.Number, landed.Integer, landed.Boolean, landed.Timestamp} {
		if t.String() == planned {
			return t, true
		}
	}
	return 0, false
}

// sameButCase finds the planned value that differs only in case and outer space.
func sameButCase(v string, planned []string) (string, bool) {
	for _, p := range planned {
		if p != v && strings.EqualFold(strings.TrimSpace(p), strings.TrimSpace(v)) {
			return p, true
		}
	}
	return "", false
}

// fewValues says whether a column holds few enough values to name one: at most 50 distinct on any day.
func fewValues(p *profiled, column string) bool {
	for _, t := range p.table.Profiles {
		for _, c := range t.Columns {
			if c.Column == column && c.Distinct.Estimate > 50 {
				return false
			}
		}
	}
	return true
}

// columnsOf are the keys of a map by column name, sorted.
func columnsOf[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
