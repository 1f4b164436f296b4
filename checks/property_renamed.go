package checks

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/plan"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// How much each part of the evidence weighs that one property took the place of another in a table, from a comparison on
// simulated tables in which one release drops and adds properties: without their values it cannot be told.
const (
	fillWeight  = .30 // it is filled as much as the other one fell
	apartWeight = .15 // hardly a row has both
	heldWeight  = .35 // it holds the same values
	wordWeight  = .20 // it is called alike
	renamedFrom = .6
)

// What it takes for a column to be worth a closer look as the older name of a property.
const (
	leastFill     = .05 // of the rows had it
	stillFilled   = .5  // of that is left where the new one is filled
	renamedRows   = 50  // of the table, before and since
	askProperties = 10  // pairs whose values are compared in a night
	sizeApart     = .15 // how far apart numbers may be on a logarithmic scale, to be of one size
	shortList     = 3   // a shorter list is the same for many properties
	// Small whole numbers have so much in common whatever they count.
	chanceInCommon = .6
)

// propertyPair is a column that faded in a table as another one was filled in its place.
type propertyPair struct {
	p                *profiled
	old, new         string
	began            int
	kept, apart      float64
	name             float64
	common           float64 // share of values in common
	held             float64 // how much that says
	known            bool    // what they hold was compared
	was, left, taken float64
}

func (k propertyPair) score(held float64) float64 {
	return fillWeight*k.kept + apartWeight*k.apart + heldWeight*held + wordWeight*k.name
}

// Questions implements Inquirer: what two columns hold that may be one property, before and since.
func (c propertyDuplicate) Questions(in Input) []landed.Question {
	var all []propertyPair
	for _, p := range layAll(in) {
		all = append(all, c.renamed(in, p)...)
	}
	slices.SortStableFunc(all, func(a, b propertyPair) int { return cmp.Compare(b.score(1), a.score(1)) })
	var out []landed.Question
	for _, k := range all[:min(askProperties, len(all))] {
		if k.score(1) >= renamedFrom && (enumLike(in, k.p.table.Name, k.old) || enumLike(in, k.p.table.Name, k.new)) {
			before, since := k.questions(in)
			out = append(out, before, since)
		}
	}
	return out
}

func layAll(in Input) []*profiled {
	var out []*profiled
	for _, t := range in.Landed.Tables {
		if p, ok := lay(in, t); ok {
			out = append(out, p)
		}
	}
	return out
}

func (k propertyPair) questions(in Input) (before, since landed.TopValues) {
	day := k.p.day(k.began)
	before = landed.TopValues{
		Source: in.Landed.Source.Name, Table: k.p.table.Name, Column: k.old, Limit: valueLimit,
		Span: landed.Span{First: day - valueDays, Last: day - 1},
	}
	since = before
	since.Column, since.Span = k.new, landed.Span{First: day, Last: min(day+valueDays-1, in.Last)}
	return before, since
}

// renamed finds the pairs of a table that may be one property under two names: one that nobody planned and that began, and
// an older one that fell where it is filled.
func (c propertyDuplicate) renamed(in Input, p *profiled) []propertyPair {
	props := map[string]plannedProperty{}
	if in.agreed() {
		props = propertiesOf(plannedFor(in)[p.table.Name])
	}
	vocabulary := names.Learn(plannedColumns(in))
	free := func(column string) bool {
		return !commonColumn(column) && !plan.Reserved(column) && !in.open(column) && !strings.HasPrefix(column, "_")
	}
	var out []propertyPair
	for _, column := range slices.Sorted(maps.Keys(p.whole)) {
		young := p.whole[column]
		if _, isPlanned := props[column]; isPlanned || !free(column) || young.first < minBefore || total(young.filled) < c.MinRows ||
			total(young.filled[max(0, p.days-activeDays):]) == 0 || total(p.rows[:young.first]) < renamedRows {
			continue
		}
		for _, old := range slices.Sorted(maps.Keys(p.whole)) {
			if old == column || !free(old) || p.whole[old].first < 0 || p.whole[old].first > young.first-minBefore || !sameType(p, old, column) || in.different(old, column) {
				continue
			}
			if k, ok := p.handedOver(old, column); ok {
				k.name = names.Similarity(old, column, vocabulary)
				out = append(out, k)
			}
		}
	}
	return out
}

// handedOver measures how far a column fell where and since another one is filled, and how much of that the other took.
func (p *profiled) handedOver(old, young string) (propertyPair, bool) {
	a, b := p.whole[old], p.whole[young]
	k := propertyPair{p: p, old: old, new: young, began: b.first}
	before := total(p.rows[:b.first])
	k.was = total(a.filled[:b.first]) / before
	all := total(b.filled[b.first:])
	var n, left, taken, both float64
	for _, s := range p.slices {
		x, y := p.byCell[s][old], p.byCell[s][young]
		if y == nil || total(y.filled[b.first:]) < homeShare*all {
			continue
		}
		for d := b.first; d < p.days; d++ {
			n, taken = n+p.sliceRows[s][d], taken+y.filled[d]
			if x != nil {
				left, both = left+x.filled[d], both+min(x.filled[d], y.filled[d])
			}
		}
	}
	if n < renamedRows || k.was < leastFill {
		return k, false
	}
	k.left, k.taken = left/n, taken/n
	fell := k.was - k.left
	spread := math.Sqrt(k.was * (1 - k.was) * (1/before + 1/n))
	if k.left > stillFilled*k.was || fell < 4*spread {
		return k, false
	}
	k.kept = max(0, 1-math.Abs(fell-k.taken)/max(fell, k.taken))
	k.apart = 1 - both/max(1, min(left, taken))
	if left == 0 {
		k.apart = 1
	}
	return k, true
}

// hold compares what two columns hold: the share of commonest values in common, or the size of numbers.
func (k *propertyPair) hold(in Input) {
	before, since := k.questions(in)
	a, na := answered(in, before)
	b, nb := answered(in, since)
	if na >= youngValues && nb >= youngValues {
		k.known = true
		for v, n := range a {
			k.common += min(n/na, b[v]/nb)
		}
		switch {
		case len(a) < shortList:
			// True and false are in common whatever two properties mean.
		case numberColumn(k.p.table, k.old):
			k.held = max(0, (k.common-chanceInCommon)/(1-chanceInCommon))
		default:
			k.held = k.common
		}
		return
	}
	x, y := k.p.whole[k.old], k.p.whole[k.new]
	n, m := total(x.positive[:k.began]), total(y.positive[k.began:])
	if n < youngValues || m < youngValues {
		return
	}
	apart := (total(y.sumLog[k.began:])/m - total(x.sumLog[:k.began])/n) / sizeApart
	k.held, k.known = math.Exp(-apart*apart), true
	k.common = k.held
}

func numberColumn(t landed.Table, name string) bool {
	return slices.ContainsFunc(t.Columns, func(c landed.Column) bool {
		return c.Name == name && (c.Type == landed.Integer || c.Type == landed.Number)
	})
}

// successions are the pairs of a table that are sure enough, each column in one of them, the surest first.
func (c propertyDuplicate) successions(in Input, p *profiled) []propertyPair {
	all := c.renamed(in, p)
	for i := range all {
		all[i].hold(in)
	}
	slices.SortStableFunc(all, func(a, b propertyPair) int { return cmp.Compare(b.score(b.held), a.score(a.held)) })
	taken := map[string]bool{}
	var out []propertyPair
	for _, k := range all {
		if k.known && k.score(k.held) >= renamedFrom && !taken[k.old] && !taken[k.new] {
			taken[k.old], taken[k.new] = true, true
			out = append(out, k)
		}
	}
	return out
}

// describeRenamed writes the finding of a property that is sent under another name.
func describeRenamed(in Input, k propertyPair, props map[string]plannedProperty, event string, call landed.Call) finding.Finding {
	t := twin{column: k.new, days: k.p.whole[k.new], apart: 1, moved: true}
	f := describeTwins(in, k.p, props, k.old, []twin{t}, event, call)
	score := k.score(k.held)
	f.Score, f.Confidence = &score, min(.98, .5+score/2)
	f.Title = strings.Replace(f.Title, " is also sent as ", " is now sent as ", 1)
	f.Evidence = slices.DeleteFunc(f.Evidence, func(e finding.Evidence) bool { return e.Chart == nil })
	f.Evidence = append(f.Evidence,
		finding.Evidence{Label: "rows", Value: bare(k.old) + " fell from " + words.Percent(k.was) + " of rows to " + words.Percent(k.left) + ", " +
			bare(k.new) + " is in " + words.Percent(k.taken), Against: k.kept < .5},
	)
	same := words.Percent(k.common) + " in common"
	if k.common >= .995 {
		same = "the same"
	}
	f.Evidence = append(f.Evidence, finding.Evidence{Label: "values", Value: same, Against: k.common < .5})
	if k.name < .5 {
		f.Evidence = append(f.Evidence, finding.Evidence{Label: "names", Value: "hardly alike", Against: true})
	}
	if f.Slice != nil {
		f.Evidence = append(f.Evidence, finding.Evidence{Label: "version", Value: "only from " + sliceWords(f.Slice)})
	}
	return f
}
