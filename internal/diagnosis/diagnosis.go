// Package diagnosis folds symptoms into causes, says how grave each is, and asks what only a reported finding needs. Pure.
package diagnosis

import (
	"cmp"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Fold sees the findings of all sources of one audit and returns causes: what Explain leaves, put together by Group.
// Every finding that goes in comes out: as itself, as a member, or as a key that another one explains.
func Fold(all []landed.Snapshot, found []finding.Finding) []finding.Finding {
	return Group(all, Explain(found), nil)
}

// Explain folds consequences into their causes: a rename swallows the drop, the unplanned and the never-seen event behind
// it, an outage the series that fell with it. It sees all sources at once, since a holiday is seen only there.
func Explain(found []finding.Finding) []finding.Finding {
	fs := sameKey(ordered(found))
	fs = rivals(fs)
	fs = moves(fs)
	fs = pairs(fs)
	fs = twins(fs)
	fs = siblings(fs)
	fs = drifts(fs)
	fs = identities(fs)
	fs = contents(fs)
	fs = doubles(fs)
	return outages(fs)
}

// ordered puts findings by what they speak of, so that the order in which checks ran says nothing.
func ordered(found []finding.Finding) []finding.Finding {
	out := slices.Clone(found)
	slices.SortStableFunc(out, func(a, b finding.Finding) int {
		return cmp.Or(
			strings.Compare(a.Subject.Source, b.Subject.Source), strings.Compare(a.Subject.Event, b.Subject.Event),
			strings.Compare(a.Subject.Related, b.Subject.Related), strings.Compare(a.Subject.Property, b.Subject.Property),
			strings.Compare(string(a.Kind), string(b.Kind)), cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(b.Rows, a.Rows),
			strings.Compare(a.Title, b.Title))
	})
	return out
}

// Sort puts the gravest first, then those with the most rows, then by title, so that a report is always the same.
func Sort(fs []finding.Finding) {
	slices.SortStableFunc(fs, func(a, b finding.Finding) int {
		return cmp.Or(
			cmp.Compare(b.Severity, a.Severity), cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Title, b.Title),
			strings.Compare(string(a.Key()), string(b.Key())))
	})
}

// begins is the first day of each source's history: what began there began before it.
func begins(all []landed.Snapshot) map[string]landed.Day {
	out := map[string]landed.Day{}
	for _, s := range all {
		out[s.Source.Name] = s.Begins()
	}
	return out
}

// rank orders kinds of one family: the one that says more speaks for both.
func rank(k finding.Kind) int {
	switch k {
	case finding.Rename, finding.EventStopped, finding.RemovedProperty, finding.TypeDrift:
		return 3
	case finding.ValueDrift, finding.VolumeDrop:
		return 2
	default:
		return 1
	}
}

// sameKey makes one finding of those with one key: two checks that speak of one pair, one property.
func sameKey(found []finding.Finding) []finding.Finding {
	var out []finding.Finding
	at := map[finding.Key]int{}
	for _, f := range found {
		i, ok := at[f.Key()]
		if !ok {
			at[f.Key()] = len(out)
			out = append(out, f)
			continue
		}
		have := out[i]
		if rank(f.Kind) > rank(have.Kind) || rank(f.Kind) == rank(have.Kind) && f.Confidence > have.Confidence {
			have, f = f, have
		}
		have.Severity = max(have.Severity, f.Severity)
		have.Evidence = addEvidence(have.Evidence, f.Evidence)
		have.Since = earlier(have.Since, f.Since)
		have.Explains = explain(have, append(f.Keys(), f.Explains...))
		out[i] = have
	}
	return out
}

// addEvidence appends what is not yet said.
func addEvidence(to, from []finding.Evidence) []finding.Evidence {
	out := slices.Clone(to)
	for _, e := range from {
		if !slices.ContainsFunc(out, func(h finding.Evidence) bool { return h.Label == e.Label }) {
			out = append(out, e)
		}
	}
	return out
}

func earlier(a, b landed.Day) landed.Day {
	switch {
	case a == landed.NoDay:
		return b
	case b == landed.NoDay:
		return a
	}
	return min(a, b)
}

// swallow takes the findings for which eats says so out of the list and puts their keys into the cause at i.
func swallow(fs []finding.Finding, cause *finding.Finding, eats func(finding.Finding) bool) []finding.Finding {
	return slices.DeleteFunc(fs, func(g finding.Finding) bool {
		if !eats(g) || same(&g, cause) {
			return false
		}
		cause.Explains = explain(*cause, append(g.Keys(), g.Explains...))
		return true
	})
}

// explain adds keys to what a cause explains, each once; it does not explain itself.
func explain(cause finding.Finding, keys []finding.Key) []finding.Key {
	out := slices.Clip(cause.Explains)
	for _, k := range keys {
		if !slices.Contains(cause.Keys(), k) && !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out
}

// same says whether two findings have one key, without hashing: of thousands each is held against every cause.
func same(a, b *finding.Finding) bool {
	return a.Kind.Family() == b.Kind.Family() && (a.Subject == b.Subject || a.Subject.Event == b.Subject.Related && a.Key() == b.Key())
}

// each lets every finding that is a cause eat from the list. It walks over copies, because eating moves the list.
func each(fs []finding.Finding, isCause func(finding.Finding) bool, eat func(fs []finding.Finding, cause *finding.Finding) []finding.Finding) []finding.Finding {
	var causes []finding.Finding
	for _, f := range fs {
		if isCause(f) {
			causes = append(causes, f)
		}
	}
	at := 0 // eating keeps the order of what is left: the next cause stands behind the last one
	find := func(cause *finding.Finding, from int) int {
		for i := from; i < len(fs); i++ {
			if same(&fs[i], cause) {
				return i
			}
		}
		return -1
	}
	for i := range causes {
		next := find(&causes[i], at)
		if next < 0 {
			continue // eaten by an earlier cause
		}
		cause := fs[next]
		fs = eat(fs, &cause)
		at = find(&cause, 0)
		fs[at] = cause
	}
	return fs
}

func isPair(f finding.Finding) bool {
	return f.Kind == finding.Rename || f.Kind == finding.NearDuplicate
}

// rivals settles two explanations of one new name: it can only be one event under another name, unless several became
// one.
func rivals(fs []finding.Finding) []finding.Finding {
	return each(byConfidence(fs), isPair, func(fs []finding.Finding, cause *finding.Finding) []finding.Finding {
		return swallow(fs, cause, func(g finding.Finding) bool {
			return isPair(g) && g.Subject.Source == cause.Subject.Source && g.Subject.Related == cause.Subject.Related &&
				(g.Joint == "" || g.Joint != cause.Joint)
		})
	})
}

// byConfidence puts the surest pair first, a planned one before one that nobody planned.
func byConfidence(fs []finding.Finding) []finding.Finding {
	out := slices.Clone(fs)
	slices.SortStableFunc(out, func(a, b finding.Finding) int {
		if a.Planned != b.Planned {
			return map[bool]int{true: -1, false: 1}[a.Planned]
		}
		return cmp.Compare(b.Confidence, a.Confidence)
	})
	return out
}

// slack is how many days apart a cause and its symptom may seem to begin: a day that is half one and half the other
// dates them differently.
const slack = 2

// pairs lets a rename explain the fall of the old name, and any pair the unplanned name and the event that is missed.
func pairs(fs []finding.Finding) []finding.Finding {
	return each(fs, isPair, func(fs []finding.Finding, cause *finding.Finding) []finding.Finding {
		c := *cause
		return swallow(fs, cause, func(g finding.Finding) bool {
			if g.Subject.Source != c.Subject.Source && g.Subject.Source != "" {
				return false
			}
			old, young := g.Subject.Event == c.Subject.Event, g.Subject.Event == c.Subject.Related
			switch g.Kind {
			case finding.MovedEvent:
				return old && c.Kind == finding.Rename
			case finding.VolumeDrop, finding.EventStopped, finding.SlowDecline:
				return young || old && c.Kind == finding.Rename && g.Since >= c.Since-slack
			case finding.VolumeSpike, finding.UnplannedEvent, finding.NamingConvention:
				return young || old && g.Kind == finding.UnplannedEvent
			case finding.NeverSeen:
				return old
			case finding.UnplannedProperty, finding.MissingProperty, finding.RemovedProperty:
				return young && g.Since >= c.Since-slack
			default:
				return false
			}
		})
	})
}

// twins lets a property under two names explain the second one, which nobody planned, and the planned one's loss.
func twins(fs []finding.Finding) []finding.Finding {
	isTwin := func(f finding.Finding) bool { return f.Kind == finding.PropertyDuplicate }
	return each(fs, isTwin, func(fs []finding.Finding, cause *finding.Finding) []finding.Finding {
		c := *cause
		seconds := secondNames(c)
		return swallow(fs, cause, func(g finding.Finding) bool {
			if g.Subject.Source != c.Subject.Source || g.Table != c.Table {
				return false
			}
			second := slices.Contains(seconds, g.Subject.Property)
			switch g.Kind {
			case finding.UnplannedProperty:
				return second
			case finding.MissingProperty, finding.RemovedProperty:
				// A name that comes and goes is one story; a planned one that fell before the other came is another.
				return second || g.Subject.Property == c.Subject.Property && g.Since >= c.Since-slack
			default:
				return false
			}
		})
	})
}

// secondNames are the columns that hold a property under another name: what is searched for beside the property.
func secondNames(f finding.Finding) []string {
	for _, x := range f.Fixes {
		if s, ok := x.(finding.SearchCode); ok {
			return slices.DeleteFunc(slices.Clone(s.Literals), func(l string) bool { return l == f.Subject.Property })
		}
	}
	return nil
}

// siblings finds a type drift that a loader hid: a property that is no longer filled, and a new column of its name with
// a type behind it that began as it ended.
func siblings(fs []finding.Finding) []finding.Finding {
	isLoss := func(f finding.Finding) bool {
		return f.Kind == finding.MissingProperty || f.Kind == finding.RemovedProperty
	}
	for i, f := range fs {
		if !isLoss(f) {
			continue
		}
		twin := slices.IndexFunc(fs, func(g finding.Finding) bool { return twinColumn(f, g) })
		if twin < 0 {
			continue
		}
		d := f
		d.Kind = finding.TypeDrift
		d.Title = strings.Split(f.Title, " of ")[0] + " of " + quoted(f.Title) + " lands in another column since its type changed"
		d.Evidence = append(slices.Clone(f.Evidence), finding.Evidence{Label: "new column", Value: fs[twin].Subject.Property})
		d.Explains = append(slices.Clone(f.Explains), f.Key(), fs[twin].Key())
		drop := fs[twin].Key()
		fs[i] = d
		fs = slices.DeleteFunc(fs, func(g finding.Finding) bool { return g.Key() == drop })
		return siblings(sameKey(fs))
	}
	return fs
}

// twinColumn says whether g is the new column that took the values of f's property.
func twinColumn(f, g finding.Finding) bool {
	rest, ok := strings.CutPrefix(g.Subject.Property, f.Subject.Property+"_")
	if !ok || g.Kind != finding.UnplannedProperty || g.Subject.Source != f.Subject.Source || g.Subject.Event != f.Subject.Event {
		return false
	}
	types := []string{"string", "text", "varchar", "int", "integer", "bigint", "number", "float", "double", "bool", "boolean", "timestamp", "date", "json", "object", "array"}
	return slices.Contains(types, rest) && g.Since-f.Since <= 1 && f.Since-g.Since <= 1
}

// quoted is the first quoted part of a title.
func quoted(title string) string {
	_, rest, ok := strings.Cut(title, `"`)
	if !ok {
		return "its event"
	}
	name, _, _ := strings.Cut(rest, `"`)
	return `"` + name + `"`
}

// outages lets a source that fell as a whole explain its series, and a fall of all sources the falls of each. What
// fell further than everything else on a day when all sources fell is still its own finding.
func outages(fs []finding.Finding) []finding.Finding {
	isOutage := func(f finding.Finding) bool { return f.Kind == finding.SourceOutage }
	everywhere := func(f finding.Finding) bool { return isOutage(f) && f.Subject.Source == "" }
	fs = each(fs, everywhere, func(fs []finding.Finding, cause *finding.Finding) []finding.Finding {
		c := *cause
		return swallow(fs, cause, func(g finding.Finding) bool {
			return isOutage(g) && slices.Contains(c.Sources, g.Subject.Source) && near(g.Since, c.Since, slack)
		})
	})
	return each(fs, isOutage, func(fs []finding.Finding, cause *finding.Finding) []finding.Finding {
		c := *cause
		return swallow(fs, cause, func(g finding.Finding) bool {
			if back, ok := CameBack(c, g, landed.Span{First: c.Since, Last: c.LastSeen}); ok {
				cause.Evidence = back.Evidence
				return true
			}
			loss := g.Kind.Volume() && g.Kind != finding.VolumeSpike && g.Kind != finding.SourceOutage
			return c.Subject.Source != "" && g.Subject.Source == c.Subject.Source && (loss && g.Since >= c.Since-1 || g.Kind == finding.LateData)
		})
	})
}

func near(a, b, days landed.Day) bool { return a-b <= days && b-a <= days }
