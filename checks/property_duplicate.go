package checks

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/plan"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// propertyDuplicate finds two columns of one table that hold one property under two names.
type propertyDuplicate struct {
	MinRows float64 `yaml:"min_rows"` // rows that hold the second name
}

func newPropertyDuplicate(s Settings) (Check, error) {
	c := propertyDuplicate{MinRows: 5}
	if err := s.Decode(&c); err != nil {
		return nil, err
	}
	if c.MinRows < 1 {
		return nil, fmt.Errorf("min_rows is %v, but must be at least 1", c.MinRows)
	}
	return c, nil
}

// Needs implements Check.
func (c propertyDuplicate) Needs() landed.Needs {
	return landed.Needs{landed.Columns: 1, landed.Profiles: 56}
}

// Run implements Check.
func (c propertyDuplicate) Run(in Input) Verdict {
	var out Verdict
	planned := plannedFor(in)
	vocabulary := names.Learn(plannedColumns(in))
	for _, p := range layAll(in) {
		c.judge(in, p, planned[p.table.Name], vocabulary, &out)
	}
	return out
}

// plannedColumns are the columns of all planned properties.
func plannedColumns(in Input) []string {
	seen := map[string]bool{}
	if in.agreed() {
		for _, e := range in.Plan.Events {
			for _, p := range e.Properties {
				seen[plan.ColumnOf(p.Name)] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// twin is a column that holds another one's property.
type twin struct {
	column string
	days   *columnDays
	match  names.Match
	apart  float64 // share of its rows on days and in versions that do not fill the other one
	moved  bool    // the other one fell as this one rose, together as before
}

// judge looks at one table.
func (c propertyDuplicate) judge(in Input, p *profiled, events []plan.Event, vocabulary *names.Vocabulary, out *Verdict) {
	props := map[string]plannedProperty{}
	if in.agreed() {
		props = propertiesOf(events)
	}
	var columns []string
	for _, column := range slices.Sorted(maps.Keys(p.whole)) {
		if d := p.whole[column]; d.first >= 0 && !commonColumn(column) && !plan.Reserved(column) && !in.open(column) && !strings.HasPrefix(column, "_") {
			columns = append(columns, column)
		}
	}
	if len(columns) < 2 {
		return
	}
	index := names.NewIndex(columns, vocabulary)
	twins := map[string][]twin{}
	for _, column := range columns {
		if _, isPlanned := props[column]; isPlanned {
			continue // two that somebody planned are two
		}
		if into, t, ok := c.best(in, p, props, column, index); ok {
			twins[into] = append(twins[into], t)
		}
	}
	for _, into := range slices.Sorted(maps.Keys(twins)) {
		event, call := mainEvent(in, p.table.Name, events)
		var told []twin
		for _, t := range twins[into] {
			switch n := total(t.days.filled); {
			case total(t.days.filled[max(0, p.days-activeDays):]) == 0:
			case n < c.MinRows:
				out.Unjudged = append(out.Unjudged, finding.Unjudged{
					Check: finding.PropertyDuplicate, Subject: finding.Subject{Source: in.Landed.Source.Name, Event: event, Property: t.column},
					Why: fmt.Sprintf("only %s of %s, which may be %s", words.Many(int64(n), "row holds a value", "rows hold a value"), bare(t.column), bare(into)),
				})
			default:
				told = append(told, t)
			}
		}
		if len(told) > 0 {
			slices.SortStableFunc(told, func(a, b twin) int { return cmp.Compare(total(b.days.filled), total(a.days.filled)) })
			out.Findings = append(out.Findings, describeTwins(in, p, props, into, told, event, call))
		}
	}
	for _, k := range c.successions(in, p) {
		if isTwin := slices.ContainsFunc(twins[k.old], func(t twin) bool { return t.column == k.new }); !isTwin {
			event, call := mainEvent(in, p.table.Name, events)
			out.Findings = append(out.Findings, describeRenamed(in, k, props, event, call))
		}
	}
}

// best is the column that another one is a second name of: a planned one first, then the older, then the fuller.
func (c propertyDuplicate) best(in Input, p *profiled, props map[string]plannedProperty, column string, index *names.Index) (string, twin, bool) {
	var found string
	var best twin
	for _, n := range index.Near(column) {
		_, isPlanned := props[n.Name]
		if n.Name == column || in.different(n.Name, column) || !isPlanned && !olderColumn(p, n.Name, column) {
			continue
		}
		if found != "" {
			_, have := props[found]
			if have && !isPlanned || have == isPlanned && !olderColumn(p, n.Name, found) {
				continue
			}
		}
		if t, ok := twinOf(p, n.Name, column, n.Match); ok {
			found, best = n.Name, t
		}
	}
	return found, best, found != ""
}

// olderColumn says whether a is the one that b is a second name of.
func olderColumn(p *profiled, a, b string) bool {
	x, y := p.whole[a], p.whole[b]
	return cmp.Or(cmp.Compare(x.first, y.first), cmp.Compare(total(y.filled), total(x.filled)), strings.Compare(a, b)) < 0
}

// What it takes for two columns that are not spelled with the same letters: hardly a row of the one where the other is.
const mostlyApart = .8

// twinOf judges two columns. The same letters are enough. A typo, another order of the words and British spelling are
// one property only where the two take turns, a word more or a synonym only where the other one fell by what this one
// took. A plural never is: a list is another property than what it lists.
func twinOf(p *profiled, into, column string, m names.Match) (twin, bool) {
	t := twin{column: column, days: p.whole[column], match: m}
	t.apart, t.moved = takesTurns(p, into, column)
	turns := t.apart >= mostlyApart || t.moved
	if !sameType(p, into, column) && !strings.EqualFold(names.Squash(into), names.Squash(column)) {
		return t, false
	}
	switch m.Kind {
	case names.Same, names.Case, names.Separator, names.Hidden, names.Accent:
		return t, true
	case names.Typo, names.Order, names.VerbMoved:
		return t, turns
	case names.Inflection:
		return t, turns && strings.HasPrefix(m.Rule, "other spelling")
	case names.ExtraWord, names.Synonym:
		return t, t.moved
	}
	return t, false
}

func sameType(p *profiled, a, b string) bool {
	var x, y landed.Type
	for _, c := range p.table.Columns {
		switch c.Name {
		case a:
			x = c.Type
		case b:
			y = c.Type
		}
	}
	number := func(t landed.Type) bool { return t == landed.Integer || t == landed.Number }
	return x == y || number(x) && number(y)
}

// takesTurns says how far two columns are filled on different days and by different versions, and whether the first
// one fell by what the second one took since it began.
func takesTurns(p *profiled, into, column string) (apart float64, moved bool) {
	var shared float64
	for _, s := range p.slices {
		a, b := p.byCell[s][into], p.byCell[s][column]
		if a == nil || b == nil {
			continue
		}
		for i := range b.filled {
			shared += min(a.filled[i], b.filled[i])
		}
	}
	a, b := p.whole[into], p.whole[column]
	apart = 1 - shared/max(1, min(total(a.filled), total(b.filled)))
	if b.first < minBefore {
		return apart, false
	}
	share := func(y []float64, from, to int) float64 { return total(y[from:to]) / max(1, total(p.rows[from:to])) }
	before, left, took := share(a.filled, 0, b.first), share(a.filled, b.first, p.days), share(b.filled, b.first, p.days)
	together := left + took
	return apart, before >= .2 && took >= .05 && left <= before-.7*took && together >= before-.1 && together <= before+.05
}
