package diagnosis

import (
	"slices"
	"time"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
)

// mostAsked bounds the findings of one audit that are looked at closer: each costs two small statements.
const mostAsked = 25

// Scope is what questions about findings need to know of a source.
type Scope struct {
	Source landed.Source
	Last   landed.Day // the judged day: rows after it are not the finding's
}

// Impact asks what only a reported finding needs: users, and the hour it began. It is the second and last round of
// questions, and only for what is at warning or above.
func Impact(found []finding.Finding, scopes map[string]Scope) []landed.Question {
	var out []landed.Question
	asked := 0
	for _, f := range found {
		sc, ok := scopes[carrier(f)]
		if f.Severity < finding.Warning || f.Since == landed.NoDay || !ok || asked == mostAsked {
			continue
		}
		asked++
		before, since := pagesOf(f, sc)
		for _, q := range []landed.Question{usersOf(f, sc), momentOf(f, sc), hoursOf(f), before, since} {
			if q != nil && !slices.Contains(out, q) {
				out = append(out, q)
			}
		}
	}
	return out
}

// Apply writes the answers into the findings. What was not answered stays unknown.
func Apply(found []finding.Finding, a landed.Answers, scopes map[string]Scope) []finding.Finding {
	out := slices.Clone(found)
	for i := range out {
		f := &out[i]
		sc, ok := scopes[carrier(*f)]
		if !ok || f.Since == landed.NoDay {
			continue
		}
		if q := usersOf(*f, sc); q != nil {
			if rows := a.Values[q]; len(rows) > 0 && len(rows[0].N) > 0 {
				f.Users = new(int64(rows[0].N[0]))
			}
		}
		if t, ok := began(*f, a, sc); ok {
			f.SinceTime = t
		}
		byPage(f, a, sc)
	}
	return out
}

// subjectName is the name whose rows carry the fault: the other name of a pair, else the event itself.
func subjectName(f finding.Finding) string {
	if isPair(f) {
		return f.Subject.Related
	}
	return f.Subject.Event
}

// carrier is the source whose rows carry the fault: for an event that moved, the one it moved to.
func carrier(f finding.Finding) string {
	if f.Kind == finding.MovedEvent {
		return f.MovedTo()
	}
	return f.Subject.Source
}

func sliceOf(f finding.Finding) landed.Slice {
	if f.Slice == nil {
		return landed.Slice{}
	}
	return *f.Slice
}

// table is the finding's table without its schema.
func table(f finding.Finding, sc Scope) string {
	prefix := sc.Source.Schema + "."
	if len(f.Table) > len(prefix) && f.Table[:len(prefix)] == prefix {
		return f.Table[len(prefix):]
	}
	return f.Table
}

func usersOf(f finding.Finding, sc Scope) landed.Question {
	span := landed.Span{First: f.Since, Last: max(sc.Last, f.LastSeen)} // a twin may be told on a day that is not over
	if len(f.Members) > 1 {
		return nil // the members' users overlap: no sum of them is true
	}
	switch f.Kind {
	case finding.Rename, finding.NearDuplicate, finding.UnplannedEvent, finding.MovedEvent:
		return landed.Users{Source: sc.Source.Name, Event: subjectName(f), Span: span}
	case finding.TypeDrift, finding.InvalidValue:
		if f.Constraint == "" {
			return nil
		}
		return landed.Users{Source: sc.Source.Name, Table: table(f, sc), Constraint: f.Constraint, Slice: sliceOf(f), Span: span}
	case finding.ValueDrift:
		return landed.Users{Source: sc.Source.Name, Event: f.Subject.Event, Table: table(f, sc), Slice: sliceOf(f), Span: span}
	default:
		return nil
	}
}

// momentOf asks for the first row that carries the fault on the day it began, or for the last one before a silence.
func momentOf(group finding.Finding, sc Scope) landed.Question {
	f := opener(group)
	day := landed.Span{First: f.Since, Last: f.Since}
	m := landed.Moment{Source: sc.Source.Name, Event: subjectName(f), Table: table(f, sc), Slice: sliceOf(f), Span: day}
	switch f.Kind {
	case finding.Rename, finding.NearDuplicate, finding.UnplannedEvent, finding.MovedEvent:
		m.What, m.Slice, m.Table = landed.Named, landed.Slice{}, ""
	case finding.TypeDrift, finding.InvalidValue:
		if f.Constraint == "" {
			return nil
		}
		m.What, m.Constraint, m.Event = landed.Violating, f.Constraint, ""
	case finding.MissingProperty, finding.RemovedProperty, finding.IdentityLoss:
		if f.Rate.Before > .02 || f.Table == "" {
			return nil // rows without it were there before: the first one says nothing; many tables have no first one
		}
		m.What, m.Column, m.Event = landed.Absent, plan.ColumnOf(f.Subject.Property), ""
	case finding.UnplannedProperty, finding.ValueDrift:
		m.What, m.Column, m.Event = landed.Present, plan.ColumnOf(f.Subject.Property), ""
	case finding.PropertyDuplicate:
		seconds := secondNames(f)
		if len(seconds) == 0 {
			return nil
		}
		m.What, m.Column, m.Event = landed.Present, seconds[0], ""
	case finding.EventStopped:
		m.What, m.Slice, m.Table = landed.Named, landed.Slice{}, ""
	default:
		return nil
	}
	return m
}

// opener is the member of a group that began first, the largest of those: when it began is when all of it did.
func opener(f finding.Finding) finding.Finding {
	out := f
	for i, m := range f.Members {
		if i == 0 || m.Since < out.Since {
			out = m
		}
	}
	return out
}

// hoursOf asks for the hours of the day a fall began and of the same weekday a week before.
func hoursOf(f finding.Finding) landed.Question {
	switch f.Kind {
	case finding.VolumeDrop, finding.SourceOutage:
		return landed.Hourly{Source: f.Subject.Source, Event: f.Subject.Event, Span: landed.Span{First: f.Since - 7, Last: f.Since}}
	default:
		return nil
	}
}

// began reads the minute or the hour a finding began from the answers: the minute of the first row for a new name or
// value, else the full hour.
func began(f finding.Finding, a landed.Answers, sc Scope) (time.Time, bool) {
	zone, err := time.LoadLocation(sc.Source.Zone)
	if err != nil {
		zone = time.UTC
	}
	if q := hoursOf(f); q != nil {
		return stepHour(a.Values[q], f.Since, zone)
	}
	q := momentOf(f, sc)
	if q == nil {
		return time.Time{}, false
	}
	rows := a.Values[q]
	if len(rows) == 0 {
		return time.Time{}, false
	}
	f = opener(f)
	at := rows[0].Key
	if f.Kind == finding.EventStopped {
		at = rows[len(rows)-1].Key
	}
	t, err := time.Parse(time.RFC3339Nano, at)
	if err != nil {
		return time.Time{}, false
	}
	switch f.Kind {
	case finding.EventStopped:
		t = t.Truncate(time.Hour).Add(time.Hour) // the first hour without a row
	case finding.Rename, finding.NearDuplicate, finding.UnplannedEvent, finding.MovedEvent, finding.TypeDrift, finding.InvalidValue:
		t = t.Truncate(time.Minute)
	default:
		t = t.Truncate(time.Hour)
	}
	if landed.DayOf(t.In(zone)) != f.Since {
		return time.Time{}, false
	}
	return t.UTC(), true
}

// stepHour finds the hour of a day from which rows stay below those of the same hours a week before: the split into
// two levels that leaves the least squared difference; the day's first hour where no split explains much. False where the hours do not show a step.
func stepHour(rows landed.Answer, day landed.Day, zone *time.Location) (time.Time, bool) {
	by := map[int64]float64{}
	for _, r := range rows {
		if t, err := time.Parse(time.RFC3339, r.Key); err == nil && len(r.N) > 0 {
			by[t.Unix()] += r.N[0]
		}
	}
	start, end := day.In(zone), (day + 1).In(zone)
	var actual, usual []float64
	var sum float64
	// The answer counts by hours of UTC; where a zone's hours begin at half, the hour that holds its beginning stands for each.
	for t := start; t.Before(end); t = t.Add(time.Hour) {
		before := by[t.AddDate(0, 0, -7).Truncate(time.Hour).Unix()]
		actual = append(actual, by[t.Truncate(time.Hour).Unix()])
		usual = append(usual, before)
		sum += before
	}
	if sum < 100 {
		return time.Time{}, false
	}
	// A day that was low from its first hour on needs no hour; another one has to explain the hours much better than
	// that, or chance would pick one.
	whole, all := level(actual, usual)
	best, at := all, 0
	for h := 1; h < len(actual); h++ {
		before, errBefore := level(actual[:h], usual[:h])
		after, errAfter := level(actual[h:], usual[h:])
		if err := errBefore + errAfter; err < best && after < .8*before {
			best, at = err, h
		}
	}
	if at > 0 && (all-best) > stepGain*best/float64(len(actual)) {
		return start.Add(time.Duration(at) * time.Hour).Truncate(time.Hour).UTC(), true
	}
	return start.UTC(), whole < .8
}

// stepGain is how much of the squared difference a step must explain, in units of what is left an hour: far beyond
// what the best of 23 chance splits takes away.
const stepGain = 20

// level is the share of the usual that landed, and the squared difference it leaves.
func level(actual, usual []float64) (share, left float64) {
	var a, u float64
	for i := range actual {
		a += actual[i]
		u += usual[i]
	}
	if u > 0 {
		share = a / u
	}
	for i := range actual {
		d := actual[i] - share*usual[i]
		left += d * d
	}
	return share, left
}
