package checks

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// A spelling twin of a planned name needs no baseline: it is told the same morning, from so many rows on, of the days after
// the judged one. More of those days than these are not looked at: then the data are late, and that is the news.
const (
	todayRows = 20
	todayDays = 3
)

// Questions implements Inquirer: the names that were sent on the days that are not complete yet.
func (c nearDuplicate) Questions(in Input) []landed.Question {
	var out []landed.Question
	for _, q := range runningDays(in) {
		out = append(out, q)
	}
	return out
}

// runningDays asks for the names of every day after the judged one, the morning of the audit included.
func runningDays(in Input) []landed.Sent {
	if !in.agreed() || in.AsOf == landed.NoDay {
		return nil
	}
	var out []landed.Sent
	for d := max(in.Last+1, in.AsOf-todayDays+1); d <= in.AsOf; d++ {
		out = append(out, landed.Sent{Source: in.Landed.Source.Name, Span: landed.Span{First: d, Last: d}, Least: todayRows})
	}
	return out
}

// today is a twin that was seen on a running day.
type today struct {
	name, planned string
	since, last   landed.Day
	rows          int64
}

// twinsToday finds names of the running days that are a planned name in another case or with other separators, beyond those
// that told already speaks of.
func (c nearDuplicate) twinsToday(in Input, obs []observed, told []finding.Finding) []finding.Finding {
	planned := map[string]string{}
	exact := map[string]bool{}
	if in.agreed() {
		for _, e := range in.Plan.Events {
			if e.Call != landed.Track.String() {
				continue
			}
			for _, name := range append([]string{e.Name}, e.Aliases...) {
				exact[name] = true
			}
			if key := names.Squash(e.Name); key != "" && !e.Deprecated() {
				planned[key] = cmp.Or(planned[key], e.Name)
			}
		}
	}
	found := map[string]*today{}
	for _, q := range runningDays(in) {
		for _, r := range in.Answers.Values[q] {
			p := planned[names.Squash(r.Key)]
			if p == "" || exact[r.Key] || in.different(p, r.Key) || in.Apart.Names[r.Key] != "" || len(r.N) == 0 || speaksOf(told, r.Key) {
				continue
			}
			t := found[r.Key]
			if t == nil {
				t = &today{name: r.Key, planned: p, since: q.Span.First}
				found[r.Key] = t
			}
			t.last, t.rows = q.Span.First, t.rows+int64(r.N[0])
		}
	}
	var out []finding.Finding
	for _, name := range slices.Sorted(maps.Keys(found)) {
		out = append(out, found[name].finding(in, obs))
	}
	return out
}

func speaksOf(told []finding.Finding, name string) bool {
	return slices.ContainsFunc(told, func(f finding.Finding) bool { return f.Subject.Related == name })
}

// finding describes a twin of which a part of a day is known.
func (t today) finding(in Input, obs []observed) finding.Finding {
	source := in.Landed.Source.Name
	f := finding.Finding{
		Kind: finding.NearDuplicate, Severity: finding.Warning,
		Subject: finding.Subject{Source: source, Event: t.planned, Related: t.name}, Sources: []string{source}, Call: landed.Track,
		Title: quote(t.name) + " is another spelling of " + quote(t.planned),
		Since: t.since, LastSeen: t.last, Ongoing: true, Rows: t.rows, Confidence: .95, Planned: true,
	}
	p := pair{old: observed{Event: landed.Event{Name: t.planned}, y: make([]float64, in.history().Len()), first: -1, last: -1}, oldName: t.planned}
	p.new = p.old
	p.new.Name = t.name
	usual := "has never landed"
	for _, o := range obs {
		if o.Call == landed.Track && o.Name == t.planned {
			f.Table = qualified(in, o.Table)
			usual = words.Rate(meanLast(o.y, 7)) + " a day"
		}
	}
	f.Evidence = []finding.Evidence{
		{Label: t.planned, Value: usual},
		{Label: t.name, Value: fmt.Sprintf("%s so far, since %s: a day that is not over", words.Count(t.rows), words.Day(t.since.Time()))},
		{Label: "name", Value: names.Compare(t.planned, t.name, names.Learn(plannedNames(in))).Rule},
	}
	f.Fixes = pairFixes(in, p, f)
	return f
}
