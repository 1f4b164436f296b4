package checks

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// rareShare is the share below which even a text field that anybody may fill says nothing.
const rareShare = .001

// pii finds columns whose values look personal where the plan does not say so. It knows of each value only what it
// looks like: no value leaves the warehouse.
type pii struct {
	MinShare float64 `yaml:"min_share"` // of the sampled values; rarer ones are told as info
	MinRows  float64 `yaml:"min_rows"`  // sampled values that look so
}

func newPII(s Settings) (Check, error) {
	c := pii{MinShare: .01, MinRows: 20}
	if err := s.Decode(&c); err != nil {
		return nil, err
	}
	switch {
	case c.MinShare < rareShare || c.MinShare > 1:
		return nil, fmt.Errorf("min_share is %v, but must be at least %v and at most 1", c.MinShare, rareShare)
	case c.MinRows < 1:
		return nil, fmt.Errorf("min_rows is %v, but must be at least 1", c.MinRows)
	}
	return c, nil
}

// Needs implements Check.
func (c pii) Needs() landed.Needs {
	return landed.Needs{landed.Counts: 56, landed.Columns: 1, landed.Profiles: 56, landed.Shapes: activeDays}
}

// personalLook is a class of values that a person could be found by.
type personalLook struct {
	looks landed.Looks
	what  string
	named []string // parts of a property's name or description that say so
}

func personalLooks() []personalLook {
	mail := []string{"email", "e_mail", "mail"}
	return []personalLook{
		{landed.LooksEmail, "e-mail addresses", mail},
		{landed.HoldsEmail, "e-mail addresses within its text", mail},
		{landed.LooksPhone, "phone numbers", []string{"phone", "telephone", "mobile", "tel", "fax", "msisdn", "whatsapp", "sms"}},
		{landed.LooksCard, "payment card numbers", []string{"card", "cc", "pan"}},
	}
}

// sampledColumn is what a column looked like on the days it was sampled.
type sampledColumn struct {
	column string
	days   []landed.Shape // sorted by day
	last   landed.Day     // the judged day
}

// week is what the column looked like on the last days, since first at the earliest: how many values were sampled, of
// each class, and on how many days.
func (s sampledColumn) week(first landed.Day) (sampled float64, classes [landed.LooksCount]float64, days int) {
	seen := map[landed.Day]bool{}
	for _, sh := range s.days {
		if sh.Day < max(first, s.last-activeDays+1) || sh.Day > s.last {
			continue
		}
		seen[sh.Day] = true
		sampled += float64(sh.Sampled)
		for i, n := range sh.Classes {
			classes[i] += float64(n)
		}
	}
	return sampled, classes, len(seen)
}

// since is the day from which the column has looked like it does now, a stray value long ago aside, and whether no
// sampled day was before it.
func (s sampledColumn) since(l landed.Looks, share float64) (landed.Day, bool) {
	first := s.days[0].Day
	sampled, of := map[landed.Day]int64{}, map[landed.Day]int64{}
	for _, sh := range s.days {
		sampled[sh.Day] += sh.Sampled
		of[sh.Day] += sh.Classes[l]
	}
	since := landed.NoDay
	for d := s.last; d >= first; d-- {
		if n := sampled[d]; of[d] > 0 && float64(of[d]) >= share/4*float64(n) {
			since = d
		} else if n > 0 && since != landed.NoDay && float64(n)*share >= 4 {
			break // enough values that some would have looked so
		}
	}
	if since == landed.NoDay {
		since = first
	}
	return since, since == first
}

// Run implements Check.
func (c pii) Run(in Input) Verdict {
	held := in.Landed.Held[landed.Shapes]
	if held == (landed.Span{}) || held.Empty() {
		return Verdict{}
	}
	var out Verdict
	planned := plannedFor(in)
	few := 0
	var tables []*profiled
	ids := map[string][]landed.Shape{}
	for _, t := range in.Landed.Tables {
		p, ok := lay(in, t)
		if !ok {
			continue
		}
		tables = append(tables, p)
		props := propertiesOf(planned[t.Name])
		for _, s := range sampledColumns(in, t) {
			if commonColumn(s.column) {
				ids[s.column] = append(ids[s.column], s.days...)
				continue
			}
			prop, isPlanned := props[s.column]
			if sampled, _, _ := s.week(s.last - activeDays); sampled > 0 && sampled < c.MinRows {
				few++
			}
			if f, ok := c.judge(in, p, s, prop, isPlanned); ok {
				out.Findings = append(out.Findings, f)
			}
		}
	}
	out.Findings = append(out.Findings, c.identifiers(in, tables, ids)...)
	if few > 0 {
		out.Unjudged = append(out.Unjudged, finding.Unjudged{
			Check: finding.PII, Subject: finding.Subject{Source: in.Landed.Source.Name},
			Why: fmt.Sprintf("%s with fewer than %s sampled values", words.Many(int64(few), "column", "columns"), words.Figure(c.MinRows)),
		})
	}
	return out
}

// sampledColumns sorts a table's shapes by column.
func sampledColumns(in Input, t landed.Table) []sampledColumn {
	by := map[string]*sampledColumn{}
	for _, sh := range t.Shapes {
		if !in.history().Has(sh.Day) {
			continue
		}
		if by[sh.Column] == nil {
			by[sh.Column] = &sampledColumn{column: sh.Column, last: in.Last}
		}
		by[sh.Column].days = append(by[sh.Column].days, sh)
	}
	var out []sampledColumn
	for _, name := range columnsOf(by) {
		out = append(out, *by[name])
	}
	return out
}

// look is the personal class that most of the newest values have; false where too few have one. Numbers that only
// happen to pass as a card's or a phone's stand among many that do not.
func (c pii) look(s sampledColumn) (personalLook, bool) {
	var best personalLook
	var most float64
	sampled, classes, _ := s.week(s.last - activeDays)
	for _, l := range personalLooks() {
		n := classes[l.looks]
		if (l.looks == landed.LooksCard || l.looks == landed.LooksPhone) && n < classes[landed.LooksNumber] {
			continue
		}
		if n >= c.MinRows && n >= rareShare*sampled && n > most {
			best, most = l, n
		}
	}
	return best, most > 0
}

// judge tells of one column. A column of few different values holds no people: the shop's own address, a test account.
func (c pii) judge(in Input, p *profiled, s sampledColumn, prop plannedProperty, isPlanned bool) (finding.Finding, bool) {
	l, ok := c.look(s)
	if !ok || in.open(s.column) || p.whole[s.column] == nil || !manyValues(p, s.column) {
		return finding.Finding{}, false
	}
	name, call := mainEvent(in, p.table.Name, eventsOf(prop, isPlanned))
	said := saysSo(s.column, l.named)
	switch {
	case isPlanned && (said || describesIt(prop, l)):
		return finding.Finding{}, false
	case said && (!in.agreed() || call == landed.Identify || call == landed.Group):
		return finding.Finding{}, false // its name says it, and there is nothing it contradicts; traits are meant for it
	}
	property := s.column
	if isPlanned {
		property = prop.Name
	}
	f := c.describe(in, s, l)
	f.Call, f.Planned, f.Table = call, isPlanned, qualified(in, p.table.Name)
	f.Subject.Event, f.Subject.Property = name, property
	f.Title = fmt.Sprintf("%s of %s holds %s", bare(property), called(call, name), f.Title)
	d := p.whole[s.column]
	if f.Older && !standsLonger(in, d.filled, p.first, d.first) {
		f.Since, f.Older, f.Rate.Before = p.day(d.first), false, 0 // a column as new as what it holds
		f.Slice = p.only(s.column, d.first)
	}
	from := max(0, int(f.Since-p.first))
	f.Rows = int64(math.Round(f.Rate.After * total(d.filled[min(from, len(d.filled)):])))
	f.Evidence[0].Chart = &finding.Chart{First: p.first, Daily: whole(d.filled), Began: f.Since}
	says := "does not know the property"
	switch {
	case !in.agreed():
		says = "there is none"
	case isPlanned:
		says = "does not say so: not in the property's name, format or description, nor in the event's tags"
	}
	f.Evidence = append(f.Evidence, finding.Evidence{Label: "plan", Value: says}, neverShown())
	f.Fixes = []finding.Fix{
		finding.SearchCode{Literals: literals(call, name, property), Source: in.Landed.Source.Name, Version: appVersion(f.Slice)},
		finding.TellOwner{},
		finding.Configure{Section: "properties", Entry: fmt.Sprintf("{names: [%s], open: true}", yamlString(property)), Why: "if it is meant to hold them"},
	}
	return f, true
}

// identifiers tells once for a source that its events name people by what they are known by elsewhere.
func (c pii) identifiers(in Input, tables []*profiled, ids map[string][]landed.Shape) []finding.Finding {
	var out []finding.Finding
	for _, column := range columnsOf(ids) {
		s := sampledColumn{column: column, days: ids[column], last: in.Last}
		slices.SortStableFunc(s.days, func(a, b landed.Shape) int { return int(a.Day) - int(b.Day) })
		l, ok := c.look(s)
		some := slices.ContainsFunc(tables, func(p *profiled) bool { return p.whole[column] != nil })
		if !ok || !some || in.open(column) {
			continue
		}
		f := c.describe(in, s, l)
		f.Subject.Property = column
		f.Title = fmt.Sprintf("%s of the events of %s holds %s", bare(column), bare(in.Landed.Source.Name), f.Title)
		var filled float64
		for _, p := range tables {
			if d := p.whole[column]; d != nil {
				filled += total(d.filled[min(len(d.filled), max(0, int(f.Since-p.first))):])
			}
		}
		f.Rows = int64(math.Round(f.Rate.After * filled))
		f.Evidence = append(f.Evidence, neverShown())
		f.Fixes = []finding.Fix{
			finding.SearchCode{Literals: []string{"identify"}, Source: in.Landed.Source.Name},
			finding.TellOwner{},
			finding.Configure{Section: "properties", Entry: fmt.Sprintf("{names: [%s], open: true}", yamlString(column)), Why: "if people are meant to be known by it"},
		}
		out = append(out, f)
	}
	return out
}

// describe is what every finding about a look has; its title is only what the column holds. It is older than what is
// known where the first day that was ever sampled had such values already.
func (c pii) describe(in Input, s sampledColumn, l personalLook) finding.Finding {
	f := finding.Finding{
		Kind: finding.PII, Severity: finding.Warning, Subject: finding.Subject{Source: in.Landed.Source.Name}, Sources: []string{in.Landed.Source.Name},
		LastSeen: in.Last, Ongoing: true, Confidence: .95, Title: l.what,
	}
	all, classes, _ := s.week(s.last - activeDays)
	f.Since, f.Older = s.since(l.looks, classes[l.looks]/all)
	sampled, classes, days := s.week(f.Since)
	share := classes[l.looks] / sampled
	f.Rate = finding.Rate{After: share}
	if f.Older {
		f.Rate.Before = share
	}
	if share < .95 {
		f.Title += " in " + words.Percent(share) + " of its values"
	}
	if share < c.MinShare {
		f.Severity, f.Confidence = finding.Info, .8
	}
	f.Evidence = []finding.Evidence{{
		Label: "look so", Value: fmt.Sprintf("%s of %s sampled values, %s", words.Count(int64(classes[l.looks])),
			words.Count(int64(sampled)), words.Days(days)),
	}}
	return f
}

func neverShown() finding.Evidence {
	return finding.Evidence{Label: "privacy", Value: "values stay in the warehouse: only what they look like is counted"}
}

// manyValues says whether a column has, on some day, ten different values, or half as many as it is filled.
func manyValues(p *profiled, column string) bool {
	distinct, filled := map[landed.Day]int64{}, map[landed.Day]int64{}
	for _, pr := range p.table.Profiles {
		for _, c := range pr.Columns {
			if c.Column == column {
				distinct[pr.Day] = max(distinct[pr.Day], c.Distinct.Estimate)
				filled[pr.Day] += c.Filled
			}
		}
	}
	for d, n := range distinct {
		if n >= 10 || n > 1 && 2*n >= filled[d] {
			return true
		}
	}
	return false
}

// saysSo says whether a name has one of some words in it, whatever its spelling.
func saysSo(column string, named []string) bool {
	snake := "_" + column + "_"
	return slices.ContainsFunc(named, func(w string) bool {
		return strings.Contains(snake, "_"+w+"_") || len(w) >= 5 && strings.Contains(snake, w)
	})
}

// describesIt says whether the plan speaks of what a property holds: its format, its description, or the event's tags
// and labels.
func describesIt(prop plannedProperty, l personalLook) bool {
	text := strings.ToLower(prop.Format + " " + prop.Description)
	text = strings.NewReplacer("e-mail", "email", "-", "_", " ", "_", ".", "_", ",", "_", "(", "_", ")", "_", ":", "_", "/", "_").Replace(text)
	labels := slices.Clone(prop.event.Tags)
	for k, v := range prop.event.Labels {
		labels = append(labels, k+"_"+v)
	}
	marks := strings.ToLower(text + "_" + strings.Join(labels, "_"))
	return saysSo(text, l.named) || saysSo(marks, []string{"pii", "personal", "gdpr", "sensitive"})
}
