package checks

import (
	"fmt"
	"slices"
	"time"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// What makes one event of two sources one action.
const (
	sharedValues  = .5 // of the newer source's rows whose value the other one has on that day
	sharedPersons = .5 // of them whose person did the same in the other one within a minute
	mostPairs     = 12 // pairs of sources that are asked about a night
	stillThere    = .6 // of its former rows that the older source must still have: else the event moved
)

// senders is an event that began in one source while another one goes on to send it.
type senders struct {
	suspect  // of the source in which it began
	other    Input
	older    observed
	began    landed.Day
	otherTab string
}

func (p senders) question() landed.Crossed {
	return landed.Crossed{
		Source: p.in.Landed.Source.Name, Other: p.other.Landed.Source.Name, Event: p.o.Name, Table: p.table, OtherTable: p.otherTab,
		Column: p.column, Span: landed.Span{First: max(p.in.history().First, p.began-activeDays), Last: min(p.in.Last, p.other.Last)},
	}
}

// allSenders lists the events that began in one source, within what is looked back to, and had been sent in another one
// before and still are. An event that both have long sent is two ways of counting that people know.
func allSenders(all []Input) []senders {
	var out []senders
	seen := make([]map[string]observed, len(all))
	for i, in := range all {
		seen[i] = map[string]observed{}
		for _, o := range observe(in) {
			if o.Name != "" && o.active() && (o.Call == landed.Track || o.Call == landed.Page || o.Call == landed.Screen) {
				seen[i][o.Call.String()+"\x00"+o.Name] = o
			}
		}
	}
	for i, in := range all {
		for _, o := range observe(in) {
			key := o.Call.String() + "\x00" + o.Name
			if _, ok := seen[i][key]; !ok || !beganLately(in, o) {
				continue
			}
			for k, other := range all {
				if older, ok := seen[k][key]; ok && k != i {
					if p, ok := sendersOf(in, o, other, older); ok {
						out = append(out, p)
					}
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b senders) int { return int(b.o.total - a.o.total) })
	return out[:min(len(out), mostPairs)]
}

// beganLately says whether an event is young in a source that is not.
func beganLately(in Input, o observed) bool {
	return !standsLonger(in, o.y, in.history().First, o.first) && len(o.y)-o.first <= doubleDays &&
		in.history().First+landed.Day(o.first)-in.Landed.Begins() >= activeDays
}

func sendersOf(in Input, o observed, other Input, older observed) (senders, bool) {
	p := senders{suspect: suspect{in: in, o: o}, other: other, older: older, began: in.history().First + landed.Day(o.first)}
	there := int(p.began - other.history().First)
	if there < activeDays || there >= len(older.y) || meanBefore(older.y, there, beforeDays) <= 0 {
		return senders{}, false
	}
	if mean := total(older.y[there:]) / float64(len(older.y)-there); mean < stillThere*meanBefore(older.y, there, beforeDays) {
		return senders{}, false
	}
	a, b := in.Landed.Table(o.Table), other.Landed.Table(older.Table)
	if a == nil || b == nil {
		return p, true
	}
	p.table, p.otherTab = a.Name, b.Name
	p.column = uniqueColumn(other, older)
	if laid, ok := lay(other, *b); ok && p.column == "" {
		p.column = likelyUnique(laid)
	}
	if p.column != "" && !hasColumn(*a, p.column) {
		p.column = ""
	}
	return p, true
}

// across says whether an event that began in a source tells the actions that another one tells.
func (c doubleTracking) across(p senders) (finding.Finding, bool) {
	q := p.question()
	a, ok := p.in.Answers.Values[q]
	if !ok {
		return finding.Finding{}, false
	}
	days := make([]int64, q.Span.Len())
	var n, filled, values, persons float64
	var first [2]time.Time
	for _, row := range a {
		d := landed.Day(0)
		if len(row.N) == 8 {
			d = landed.Day(row.N[0])
		}
		if !q.Span.Has(d) || d < p.began {
			continue
		}
		n, filled, values, persons = n+row.N[1], filled+row.N[3], values+row.N[4], persons+row.N[5]
		days[d-q.Span.First] = int64(max(row.N[4], row.N[5]))
		for i, s := range row.N[6:8] {
			if at := time.UnixMicro(int64(s * 1e6)).UTC(); s > 0 && d == p.began && (first[i].IsZero() || at.Before(first[i])) {
				first[i] = at
			}
		}
	}
	byValue := p.column != "" && filled >= suspectRows && values >= sharedValues*filled
	byPerson := n >= suspectRows && persons >= sharedPersons*n
	rows, at := values, first[0]
	if !byValue {
		rows, at = persons, first[1]
	}
	if !byValue && !byPerson || rows < c.MinRows {
		return finding.Finding{}, false
	}
	f := p.tell(rows)
	f.SinceTime = at.Truncate(time.Minute)
	f.Evidence = []finding.Evidence{}
	chart := &finding.Chart{First: q.Span.First, Daily: days, Began: p.began}
	name, other := bare(p.in.Landed.Source.Name), bare(p.other.Landed.Source.Name)
	if byValue {
		f.Evidence = append(f.Evidence, finding.Evidence{Label: "in both", Chart: chart, Value: fmt.Sprintf(
			"%s of %s rows of %s have %s of one in %s on the same day", words.Count(int64(values)), words.Count(int64(filled)), name, bare(p.column), other)})
		chart = nil
	}
	if byPerson {
		f.Evidence = append(f.Evidence, finding.Evidence{Label: "same people", Chart: chart, Value: fmt.Sprintf(
			"%s of %s within a minute of the same event in %s by the same person", words.Count(int64(persons)), words.Many(int64(n), "row", "rows"), other)})
	}
	f.Confidence = .95
	if byValue && byPerson {
		f.Confidence = .99
	}
	f.Evidence = append(f.Evidence, p.goesOn(), finding.Evidence{
		Label: "not moved", Value: other + " sends it as before",
	})
	return f, true
}

// tell is what a finding about two sources has.
func (p senders) tell(rows float64) finding.Finding {
	source, other := p.in.Landed.Source.Name, p.other.Landed.Source.Name
	f := finding.Finding{
		Kind: finding.DoubleTracking, Severity: finding.Warning, Call: p.o.Call,
		Subject: finding.Subject{Source: source, Event: p.o.Name}, Sources: []string{source, other}, Table: qualified(p.in, p.o.Table),
		Title: fmt.Sprintf("%s is counted twice: %s sends it as well as %s", called(p.o.Call, p.o.Name), bare(source), bare(other)),
		Since: p.began, LastSeen: p.in.Last, Ongoing: true, Rows: int64(rows), Planned: p.o.planned != nil || p.older.planned != nil,
		Fixes: []finding.Fix{finding.SearchCode{Literals: literals(p.o.Call, p.o.Name), Source: source}, finding.TellOwner{}},
	}
	if p.column != "" {
		f.Fixes = append(f.Fixes, finding.KeepOne{Event: p.o.Name, Table: p.table, Column: p.column, Beside: other, BesideTable: p.otherTab})
	}
	return f
}

// goesOn says how many rows a day both sources have.
func (p senders) goesOn() finding.Evidence {
	mine := total(p.o.y[p.o.first:]) / float64(len(p.o.y)-p.o.first)
	there := int(p.began - p.other.history().First)
	theirs, before := total(p.older.y[there:])/float64(len(p.older.y)-there), meanBefore(p.older.y, there, beforeDays)
	return finding.Evidence{Label: "a day", Value: fmt.Sprintf("%s in %s, new there; %s in %s, before %s",
		words.Count(int64(mine)), bare(p.in.Landed.Source.Name), words.Count(int64(theirs)), bare(p.other.Landed.Source.Name), words.Count(int64(before)))}
}
