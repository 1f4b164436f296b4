package checks

import (
	"cmp"
	"fmt"
	"math"
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
	rose     bool // it was sent there before
	otherTab string
}

func (p senders) question() landed.Crossed {
	return landed.Crossed{
		Source: p.in.Landed.Source.Name, Other: p.other.Landed.Source.Name, Event: p.o.Name, Table: p.table, OtherTable: p.otherTab,
		Column: p.column, Span: landed.Span{First: max(p.in.history().First, p.began-beforeDays), Last: min(p.in.Last, p.other.Last)},
	}
}

// allSenders lists the events that began or rose in one source, within what is looked back to, and had been sent in another
// one before and still are. An event that both have long sent is two ways of counting that people know.
func allSenders(all []Input) []senders {
	var out []senders
	seen := make([][]observed, len(all))
	for i, in := range all {
		seen[i] = slices.DeleteFunc(observe(in), func(o observed) bool {
			return o.Name == "" || !o.active() || o.Call == landed.Identify || o.Call == landed.Group
		})
	}
	for i, in := range all {
		sum := totals(seen[i], in.history().Len())
		for _, o := range seen[i] {
			p := senders{suspect: suspect{in: in, o: o, z: math.Inf(1)}, began: in.history().First + landed.Day(o.first)}
			if !beganLately(in, o) {
				t := rise(o.y, sum)
				if alone := riseAlone(o.y); alone.z > t.z {
					t = alone
				}
				if t.z < suspectZ {
					continue
				}
				p.rose, p.z, p.began = true, t.z, in.history().First+landed.Day(t.start)
			}
			for k, other := range all {
				if at := slices.IndexFunc(seen[k], func(x observed) bool { return x.Name == o.Name && x.Call == o.Call }); k != i && at >= 0 {
					if beside, ok := p.beside(other, seen[k][at]); ok {
						out = append(out, beside)
					}
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b senders) int { return cmp.Or(cmp.Compare(b.z, a.z), cmp.Compare(b.o.total, a.o.total)) })
	return out[:min(len(out), mostPairs)]
}

// beganLately says whether an event is young in a source that is not.
func beganLately(in Input, o observed) bool {
	return !standsLonger(in, o.y, in.history().First, o.first) && len(o.y)-o.first <= doubleDays &&
		in.history().First+landed.Day(o.first)-in.Landed.Begins() >= activeDays
}

// beside says whether another source sends the event as before; false where it does not, or less: then it moved.
func (p senders) beside(other Input, older observed) (senders, bool) {
	p.other, p.older = other, older
	there := int(p.began - other.history().First)
	if there < activeDays || there >= len(older.y) || meanBefore(older.y, there, beforeDays) <= 0 {
		return senders{}, false
	}
	if mean := total(older.y[there:]) / float64(len(older.y)-there); mean < stillThere*meanBefore(older.y, there, beforeDays) {
		return senders{}, false
	}
	a, b := p.in.Landed.Table(p.o.Table), other.Landed.Table(older.Table)
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

// crossed is what the warehouse says of a source's rows that another one has as well, by day.
type crossed struct {
	span              landed.Span
	n, filled         []float64
	values, persons   []float64
	byValue, byPerson map[landed.Day]time.Time // when the first of them was received
}

func crossedOf(a landed.Answer, span landed.Span) crossed {
	days := span.Len()
	x := crossed{
		span: span, n: make([]float64, days), filled: make([]float64, days), values: make([]float64, days), persons: make([]float64, days),
		byValue: map[landed.Day]time.Time{}, byPerson: map[landed.Day]time.Time{},
	}
	for _, row := range a {
		if len(row.N) < 8 || !span.Has(landed.Day(row.N[0])) {
			continue
		}
		d := landed.Day(row.N[0])
		i := int(d - span.First)
		x.n[i], x.filled[i], x.values[i], x.persons[i] = row.N[1], row.N[3], row.N[4], row.N[5]
		x.byValue[d], x.byPerson[d] = moment(row.N[6]), moment(row.N[7])
	}
	return x
}

// moment is a time in seconds since 1970; 0 is none.
func moment(seconds float64) time.Time {
	if seconds <= 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(seconds * 1e6)).UTC()
}

// since is the share k/n from the day an event began in a source: at least least, or, where it was sent there before, from
// the day on which more of it is shared.
func (p senders) since(x crossed, k, n []float64, least, share float64) (change, bool) {
	if p.rose {
		c, ok := turn(k, n, share)
		if !ok {
			return change{}, false
		}
		d := doubling{change: c, rows: total(n[c.start:]), surplus: total(k[c.start:]) - c.before*total(n[c.start:])}
		return c, p.growth(d, x.span.First+landed.Day(c.start)) >= 1+.5*(d.times()-1)
	}
	start := max(0, int(p.began-x.span.First))
	all, shared := total(n[start:]), total(k[start:])
	c := change{start: start, after: shared / max(1, all), k: k, n: n, never: true}
	return c, all >= suspectRows && shared >= least*all
}

// across says whether an event that began or rose in a source tells the actions that another one tells.
func (c doubleTracking) across(p senders) (finding.Finding, bool) {
	q := p.question()
	a, ok := p.in.Answers.Values[q]
	if !ok {
		return finding.Finding{}, false
	}
	x := crossedOf(a, q.Span)
	value, byValue := p.since(x, x.values, x.filled, sharedValues, c.MinShare)
	person, byPerson := p.since(x, x.persons, x.n, sharedPersons, max(soonShare, c.MinShare))
	byValue = byValue && p.column != ""
	best, first := value, x.byValue
	if !byValue {
		best, first = person, x.byPerson
	}
	rows := total(best.k[min(best.start, len(best.k)):]) - best.before*total(best.n[min(best.start, len(best.n)):])
	if !byValue && !byPerson || rows < c.MinRows {
		return finding.Finding{}, false
	}
	since := q.Span.First + landed.Day(best.start)
	f := p.tell(since, rows)
	f.Rate = finding.Rate{Before: best.before, After: best.after}
	if best.before*best.n[best.start] < .5 {
		f.SinceTime = first[since].Truncate(time.Minute)
	}
	name, other := bare(p.in.Landed.Source.Name), bare(p.other.Landed.Source.Name)
	chart := &finding.Chart{First: q.Span.First, Daily: whole(best.k), Began: since}
	shares := func(c change) (k, n int64, before string) {
		if p.rose {
			before = "; before " + words.Percent(c.before)
		}
		return int64(total(c.k[c.start:])), int64(total(c.n[c.start:])), before
	}
	if byValue {
		k, n, before := shares(value)
		f.Evidence = append(f.Evidence, finding.Evidence{Label: "in both", Chart: chart, Value: fmt.Sprintf(
			"%s of %s rows of %s have %s of one in %s on the same day%s", words.Count(k), words.Count(n), name, bare(p.column), other, before)})
		chart = nil
	}
	if byPerson {
		k, n, before := shares(person)
		f.Evidence = append(f.Evidence, finding.Evidence{Label: "same people", Chart: chart, Value: fmt.Sprintf(
			"%s of %s within a minute of the same event in %s by the same person%s", words.Count(k), words.Many(n, "row", "rows"), other, before)})
	}
	f.Confidence = .95
	if byValue && byPerson {
		f.Confidence = .99
	}
	f.Evidence = append(f.Evidence, p.goesOn(since), finding.Evidence{Label: "not moved", Value: other + " sends it as before"})
	return f, true
}

// tell is what a finding about two sources has.
func (p senders) tell(since landed.Day, rows float64) finding.Finding {
	source, other := p.in.Landed.Source.Name, p.other.Landed.Source.Name
	f := finding.Finding{
		Kind: finding.DoubleTracking, Severity: finding.Warning, Call: p.o.Call,
		Subject: finding.Subject{Source: source, Event: p.o.Name}, Sources: []string{source, other}, Table: qualified(p.in, p.o.Table),
		Title: fmt.Sprintf("%s is counted twice: %s sends it as well as %s", called(p.o.Call, p.o.Name), bare(source), bare(other)),
		Since: since, LastSeen: p.in.Last, Ongoing: true, Rows: int64(rows), Planned: p.o.planned != nil || p.older.planned != nil,
		Fixes: []finding.Fix{finding.SearchCode{Literals: literals(p.o.Call, p.o.Name), Source: source}, finding.TellOwner{}},
	}
	if p.rose {
		f.Title = fmt.Sprintf("%s is counted twice in part: %s also sends what %s sends", called(p.o.Call, p.o.Name), bare(source), bare(other))
	}
	if p.column != "" {
		f.Fixes = append(f.Fixes, finding.KeepOne{Event: p.o.Name, Table: p.table, Column: p.column, Beside: other, BesideTable: p.otherTab})
	}
	return f
}

// goesOn says how many rows a day both sources have.
func (p senders) goesOn(since landed.Day) finding.Evidence {
	here, there := int(since-p.in.history().First), int(since-p.other.history().First)
	mine, theirs := total(p.o.y[here:])/float64(len(p.o.y)-here), total(p.older.y[there:])/float64(len(p.older.y)-there)
	was := "new there"
	if p.rose {
		was = "before " + words.Count(int64(meanBefore(p.o.y, here, beforeDays)))
	}
	return finding.Evidence{Label: "a day", Value: fmt.Sprintf("%s in %s, %s; %s in %s, before %s",
		words.Count(int64(mine)), bare(p.in.Landed.Source.Name), was, words.Count(int64(theirs)), bare(p.other.Landed.Source.Name),
		words.Count(int64(meanBefore(p.older.y, there, beforeDays))))}
}
