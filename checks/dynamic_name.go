package checks

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/names"
)

// dynamicName finds names that carry data, and floods of new names: one finding for each pattern.
type dynamicName struct {
	MinNames   int     `yaml:"min_names"`   // names of one pattern from which short numbers count as data
	FloodNames int     `yaml:"flood_names"` // new names of a few rows, within a week, from which they are a flood
	Loud       float64 `yaml:"loud_share"`  // share of the source's rows from which it is a warning

	templates *names.Templates
}

func newDynamicName(s Settings) (Check, error) {
	c := dynamicName{MinNames: 10, FloodNames: 50, Loud: .01}
	if err := s.Decode(&c); err != nil {
		return nil, err
	}
	switch {
	case c.MinNames < 3:
		return nil, fmt.Errorf("min_names is %d, but must be at least 3", c.MinNames)
	case c.FloodNames < 10:
		return nil, fmt.Errorf("flood_names is %d, but must be at least 10", c.FloodNames)
	case c.Loud <= 0 || c.Loud > 1:
		return nil, fmt.Errorf("loud_share is %v, but must be above 0 and at most 1", c.Loud)
	}
	c.templates = names.NewTemplates()
	return c, nil
}

// Needs implements Check.
func (c dynamicName) Needs() landed.Needs {
	return landed.Needs{landed.Counts: 180, landed.Columns: 1, landed.Profiles: 56}
}

// Divide implements Divider.
func (c dynamicName) Divide(in Input) Apart {
	found, _ := c.find(in)
	out := Apart{Names: map[string]string{}, Tables: map[string]bool{}, Columns: map[string]map[string]bool{}}
	for _, f := range found {
		for _, o := range f.names {
			out.Names[o.Name] = f.template
			out.Tables[o.Table] = true
		}
	}
	for _, e := range in.Landed.Events {
		if !out.has(e) {
			delete(out.Tables, e.Table)
		}
	}
	delete(out.Tables, "")
	for _, p := range c.columns(in) {
		table := p.of.table.Name
		if out.Columns[table] == nil {
			out.Columns[table] = map[string]bool{}
		}
		for column := range p.distinct {
			out.Columns[table][column] = true
		}
	}
	return out
}

// Run implements Check.
func (c dynamicName) Run(in Input) Verdict {
	found, young := c.find(in)
	var out Verdict
	if len(found) > 0 {
		all := observeAll(in)
		rest := totals(all, in.history().Len())
		for _, p := range found {
			if p.active() {
				out.Findings = append(out.Findings, c.describe(in, p, all, rest))
			}
		}
	}
	for _, p := range c.columns(in) {
		if p.active() && !in.Apart.Tables[p.of.table.Name] {
			out.Findings = append(out.Findings, c.describeColumns(in, p))
		}
	}
	if young > 0 {
		out.Unjudged = append(out.Unjudged, finding.Unjudged{
			Check: finding.DynamicName, Subject: finding.Subject{Source: in.Landed.Source.Name},
			Why: fmt.Sprintf("%d names of a few rows each, in a history too short to tell new names from rare ones", young),
		})
	}
	return out
}

// find returns the patterns, the largest first, and how many names could be a flood if more history were known.
func (c dynamicName) find(in Input) (found []*pattern, young int) {
	var rest []observed
	byTemplate := map[string]*pattern{}
	known := 0
	for _, o := range observeAll(in) {
		if o.Call != landed.Track || o.planned != nil {
			known++
			continue
		}
		template, data := c.templates.Of(o.Name)
		if data == nil {
			rest = append(rest, o)
			continue
		}
		p := byTemplate[template]
		if p == nil {
			p = &pattern{template: template, y: make([]float64, len(o.y)), first: o.first}
			byTemplate[template] = p
		}
		p.add(o, data)
	}
	var few []*pattern
	for _, t := range slices.Sorted(maps.Keys(byTemplate)) {
		if p := byTemplate[t]; p.data(c.MinNames) {
			found = append(found, p)
		} else {
			few = append(few, p)
		}
	}
	for _, p := range few {
		// An id that happens to have no letter reads as a number.
		if of := byTemplate[strings.ReplaceAll(p.template, "{number}", "{id}")]; of != p && slices.Contains(found, of) {
			of.join(p)
		} else {
			rest = append(rest, p.names...)
		}
	}
	flood, young := c.flood(in, rest, known)
	if flood != nil {
		found = append(found, flood)
	}
	slices.SortStableFunc(found, func(a, b *pattern) int {
		return cmp.Or(cmp.Compare(b.total, a.total), cmp.Compare(a.template, b.template))
	})
	return found, young
}

// pattern is names that differ only in what they carry, or a flood of names.
type pattern struct {
	template    string
	names       []observed
	distinct    map[string]bool
	kinds       []names.Datum // what they carry, each once
	long        int           // names with a number of five digits and more
	largest     float64       // the largest short number
	y           []float64     // rows a day of all of them
	total       float64
	first, last int
	flood       bool
	enough      int // names from which the pattern is one
}

func (p *pattern) add(o observed, data []names.Part) {
	long := false
	for _, d := range data {
		long = long || d.Datum == names.LongNumber
		if n, err := strconv.ParseFloat(strings.ReplaceAll(d.Text, ",", ""), 64); err == nil && d.Datum == names.Number {
			p.largest = max(p.largest, n)
		}
		kind := d.Datum
		if kind == names.LongNumber {
			kind = names.Number
		}
		if !slices.Contains(p.kinds, kind) {
			p.kinds = append(p.kinds, kind)
		}
	}
	if long {
		p.long++
	}
	p.count(o)
}

func (p *pattern) count(o observed) {
	if p.distinct == nil {
		p.distinct = map[string]bool{}
	}
	if len(p.y) == 0 {
		p.y, p.first = make([]float64, len(o.y)), o.first
	}
	p.distinct[o.Name] = true
	p.names = append(p.names, o)
	p.first, p.last, p.total = min(p.first, o.first), max(p.last, o.last), p.total+o.total
	for i, v := range o.y {
		p.y[i] += v
	}
}

func (p *pattern) join(q *pattern) {
	for _, o := range q.names {
		p.count(o)
	}
}

func (p *pattern) active() bool { return len(p.y)-1-p.last < activeDays }

// What it takes for names of one template to carry data. An address, an id or a date is never a word of a name, and
// one campaign may still be named for a day; long numbers may be codes of which there are a few.
const (
	surelyData = 3
	likelyData = 5
	muchData   = 3  // times the setting: so many values, and none small and next to each other, are no list of steps
	enumerated = 50 // small numbers next to each other that may still be steps
	freshNames = 5  // names that came later than the first days, for "new ones keep coming"
)

// data says whether the names of a template carry data, going by how many there are, whether a list of steps would
// look like that, and whether new ones keep coming.
func (p *pattern) data(least int) bool {
	n := len(p.distinct)
	has := func(kinds ...names.Datum) bool {
		return slices.ContainsFunc(p.kinds, func(k names.Datum) bool { return slices.Contains(kinds, k) })
	}
	switch {
	case has(names.Email, names.URL, names.Identifier, names.Date, names.Words):
		p.enough = surelyData
		return n >= p.enough
	case 2*p.long >= n, has(names.Price, names.Clock):
		p.enough = likelyData
		return n >= p.enough
	}
	p.enough = least
	switch {
	case n < least:
		return false
	case has(names.Number) && p.largest <= float64(2*n+10):
		return n > enumerated && p.grows() // 1, 2, 3, …: steps, levels, slots
	}
	return n >= muchData*least || p.grows()
}

// grows says whether new names keep coming: a list is known after a few days, products are not.
func (p *pattern) grows() bool {
	fresh, days := 0, map[int]bool{}
	for _, o := range p.names {
		if o.first >= p.first+2 {
			fresh++
			days[o.first] = true
		}
	}
	return fresh >= max(freshNames, 3*len(p.names)/10) && len(days) >= 3
}

// fleeting is how many of the names landed on one day only.
func (p *pattern) fleeting() int {
	n := 0
	for _, o := range p.names {
		if o.first == o.last {
			n++
		}
	}
	return n
}

// perDay is how many new names came a day in the last week, as far as the pattern is old.
func (p *pattern) perDay() float64 {
	days := min(activeDays, len(p.y)-p.first)
	n := 0
	for _, o := range p.names {
		if o.first >= len(p.y)-days {
			n++
		}
	}
	return float64(n) / float64(max(days, 1))
}

// oldest are the names that came before there were enough of them: findings of their own may stand.
func (p *pattern) oldest() []observed {
	out := slices.Clone(p.names)
	slices.SortStableFunc(out, func(a, b observed) int { return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.Name, b.Name)) })
	turned := out[min(p.enough, len(out))-1].first
	out = slices.DeleteFunc(out, func(o observed) bool { return o.first >= turned })
	return out[:min(len(out), mostExplained)]
}

// mostExplained bounds the names whose own findings a pattern takes over.
const mostExplained = 20

// stem is a piece of text that all names of a flood begin or end with; false where there is none.
func stem(list []observed) (template string, ok bool) {
	for words := 4; words > 0; words-- {
		for _, end := range []bool{false, true} {
			n := map[string]int{}
			for _, o := range list {
				if s, ok := part(o.Name, words, end); ok {
					n[s]++
				}
			}
			for s, k := range n {
				if k >= 8*len(list)/10 && end {
					return "{text}" + s, true
				} else if k >= 8*len(list)/10 {
					return s + "{text}", true
				}
			}
		}
	}
	return "{text}", false
}

// part is the first or the last words of a name, with what separates them from the rest; false where there is no rest.
func part(name string, words int, end bool) (string, bool) {
	separates := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }
	at, rest := 0, name
	for range words {
		i := strings.IndexFunc(rest, separates)
		if end {
			i = strings.LastIndexFunc(rest, separates)
		}
		if i <= 0 || i == len(rest)-1 {
			return "", false
		}
		if end {
			rest, at = rest[:i], i
		} else {
			at += i + 1
			rest = name[at:]
		}
	}
	if end {
		return name[at:], true
	}
	return name[:at], true
}
