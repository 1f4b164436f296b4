package diagnosis

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// loudShare is the share of a source's rows from which what nobody planned is worth a warning: of one name, or of all
// new names of one release together. A check that was told another share says so in its findings.
const loudShare = 0.01

// How many days after the first of them causes of equal rank may begin. What one version brings shows as people take it
// over and as rare events come to be sent; without a version only the day tells, and a half day dates one cause twice.
const (
	rollout   = 7
	thinRows  = 20 // fewer rows do not tell which version they are bound to
	thinShare = .1
	sameStart = 0
)

// class is what causes of equal rank have in common but for when they began.
type class struct {
	what     string // the sort of change: kinds that one release shows as are one sort
	source   string
	property string // or what else they must have in common
	loud     bool   // what is no warning by itself joins none
	slice    landed.Slice
}

// anyVersion is the class without its version.
func (c class) anyVersion() class {
	c.slice = landed.Slice{}
	return c
}

// standing says whether when each of them began is not what they have in common.
func (c class) standing() bool {
	return c.what == string(finding.NamingConvention) || c.what == string(finding.PropertyDuplicate)
}

// release is the sort of change that takes names and properties away: what one release does to both is one cause.
const release = "release"

// classOf says what a finding shares with its equals, and how many days apart they may begin; false: it stands alone.
func classOf(f finding.Finding) (c class, days landed.Day, ok bool) {
	c = class{what: string(f.Kind), source: f.Subject.Source, loud: f.Severity >= finding.Warning}
	days = slack
	if f.Slice != nil {
		c.slice, days = *f.Slice, rollout
	}
	switch f.Kind {
	case finding.Rename, finding.NearDuplicate, finding.MissingProperty, finding.RemovedProperty:
		c.what = release
	case finding.UnplannedEvent:
		c.loud, days = false, rollout // their shares add up to what is loud
		return c, days, !f.Planned
	case finding.NamingConvention:
		return class{what: c.what, source: c.source}, 0, true // a habit: when each name began is not its cause
	case finding.PropertyDuplicate:
		return class{what: c.what, source: c.source, property: twinNames(f), loud: c.loud}, 0, true // one slip, whenever each event took it over
	case finding.PII, finding.ValueDrift:
		c.property = f.Subject.Property // one property of many events is one mistake
	case finding.TypeDrift, finding.InvalidValue:
		c.what = "value" // a value that breaks the plan tonight may be a change of type tomorrow
		if f.Subject.Property == "" {
			c.what = "rows" // they are missing in the event's own table
		}
	case finding.DoubleTracking, finding.MovedEvent:
		c.property = strings.Join(f.Sources, "\x00") // between the same sources, in the same direction
	case finding.UnplannedProperty, finding.IdentityLoss:
	case finding.DuplicateRows, finding.EventStopped:
		days = sameStart
	default:
		return c, 0, false
	}
	return c, days, true
}

// together is causes of equal rank that are one finding.
type together struct {
	class class
	held  finding.Key // the incident that holds them; "": none does yet
	first landed.Day  // when the first of them began
	fs    []finding.Finding
}

// Group makes one finding of causes of equal rank: what one release of a source renamed, dropped or brought. What was
// there when the history began shares no start. By a finding's key, held says which incident holds it: what was told
// together stays together, and what was told apart is not put together later, whoever of them ends first.
func Group(all []landed.Snapshot, fs []finding.Finding, held map[finding.Key]finding.Key) []finding.Finding {
	start := begins(all)
	var out, loose []finding.Finding
	for _, f := range elsewhere(fs, all) {
		c, _, ok := classOf(f)
		if !ok || !c.standing() && (f.Older || f.Since <= start[f.Subject.Source]) {
			out = append(out, f)
			continue
		}
		loose = append(loose, f)
	}
	for _, t := range join(loose, held) {
		out = append(out, t.finding())
	}
	Sort(out)
	return out
}

// join puts each finding to those that one incident holds, else to the first of its class that began not long before,
// and at last what has too few rows for a version to the one release that began then.
func join(loose []finding.Finding, held map[finding.Key]finding.Key) []*together {
	slices.SortStableFunc(loose, func(a, b finding.Finding) int {
		return cmp.Or(cmp.Compare(a.Since, b.Since), cmp.Compare(a.Key(), b.Key()))
	})
	var groups []*together
	add := func(t *together, f finding.Finding, by finding.Key) {
		if t == nil {
			c, _, _ := classOf(f)
			t = &together{class: c, held: by, first: f.Since}
			groups = append(groups, t)
		}
		t.fs, t.first = append(t.fs, f), min(t.first, f.Since)
	}
	var fresh, thin []finding.Finding
	for _, f := range loose {
		switch by, ok := heldBy(f, held); {
		case ok:
			add(holding(groups, f, by), f, by)
		case f.Slice == nil && f.Rows < thinRows:
			thin = append(thin, f)
		default:
			fresh = append(fresh, f)
		}
	}
	for _, f := range fresh {
		add(alike(groups, f), f, "")
	}
	for _, f := range thin {
		t := alike(groups, f)
		if t == nil {
			t = only(groups, f)
		}
		add(t, f, "")
	}
	return groups
}

// holding is what an incident holds of the finding's class so far. A version that is no longer the only one that sends
// it parts nobody.
func holding(groups []*together, f finding.Finding, by finding.Key) *together {
	c, _, _ := classOf(f)
	return first(groups, func(t *together) bool { return t.held == by && t.class.anyVersion() == c.anyVersion() })
}

// alike is the first of the finding's class that began not long before it, or after it.
func alike(groups []*together, f finding.Finding) *together {
	c, days, _ := classOf(f)
	return first(groups, func(t *together) bool {
		return t.class == c && (near(f.Since, t.first, days) || c.standing())
	})
}

func first(groups []*together, is func(*together) bool) *together {
	if i := slices.IndexFunc(groups, is); i >= 0 {
		return groups[i]
	}
	return nil
}

// only is the one release of the finding's source and class that it may belong to; nil where there are none or several.
func only(groups []*together, f finding.Finding) *together {
	c, _, _ := classOf(f)
	var found *together
	for _, t := range groups {
		if t.class.slice == (landed.Slice{}) || t.class.anyVersion() != c || !near(f.Since, t.first, rollout) {
			continue
		}
		if found != nil {
			return nil
		}
		found = t
	}
	return found
}

// heldBy is the incident that holds the finding, by its own key or else by the first of its members' that one holds.
func heldBy(f finding.Finding, held map[finding.Key]finding.Key) (finding.Key, bool) {
	for _, k := range f.Keys() {
		if by, ok := held[k]; ok {
			return by, true
		}
	}
	return "", false
}

// finding makes one of all; the largest speaks for them.
func (t together) finding() finding.Finding {
	fs := t.fs
	slices.SortStableFunc(fs, func(a, b finding.Finding) int {
		return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Title, b.Title))
	})
	f := fs[0]
	if len(fs) > 1 {
		f.Members = slices.Clone(fs)
		f.Title = title(fs)
		f.Evidence = slices.Clone(f.Evidence)
		f.Fixes = fixes(fs)
		f.Explains = nil
		f.Share, f.Rows, f.Users = 0, groupRows(fs), nil
		f.Rate = finding.Rate{} // each has its own
		for _, m := range fs {
			f.Share += m.Share
			f.Severity = max(f.Severity, m.Severity)
			f.Confidence = min(f.Confidence, m.Confidence)
			f.Explains = append(f.Explains, m.Explains...)
			f.Since, f.Older, f.LastSeen = earlier(f.Since, m.Since), f.Older || m.Older, max(f.LastSeen, m.LastSeen)
		}
		f.Ongoing = slices.ContainsFunc(fs, func(m finding.Finding) bool { return m.Ongoing })
		f.Slice = sliceOfAll(fs)
	}
	if f.Kind == finding.UnplannedEvent && !f.Planned && f.Share >= cmp.Or(f.Loud, loudShare) {
		f.Severity = max(f.Severity, finding.Warning)
	}
	return f
}

// groupRows counts the rows of all members: those of one event may carry all its faults at once and count once.
func groupRows(fs []finding.Finding) int64 {
	by := map[string]int64{}
	for _, f := range fs {
		event := f.Call.String() + "\x00" + f.Subject.Event
		if f.Subject.Related != "" && isPair(f) {
			event = f.Call.String() + "\x00" + f.Subject.Related
		}
		by[event] = max(by[event], f.Rows)
	}
	var n int64
	for r := range maps.Values(by) {
		n += r
	}
	return n
}

// sliceOfAll is the slice of all members. A few rows that do not tell their own are taken to be in that of the others.
func sliceOfAll(fs []finding.Finding) *landed.Slice {
	var of *landed.Slice
	var untold, rows int64
	for _, f := range fs {
		rows += f.Rows
		switch {
		case f.Slice == nil:
			untold += f.Rows
		case of != nil && *of != *f.Slice:
			return nil
		default:
			of = f.Slice
		}
	}
	if untold >= thinRows && float64(untold) > thinShare*float64(rows) {
		return nil
	}
	return of
}

// fixes are those of all members, with one search and one message for all.
func fixes(fs []finding.Finding) []finding.Fix {
	var out []finding.Fix
	search := finding.SearchCode{}
	told := false
	for _, f := range fs {
		for _, x := range f.Fixes {
			switch x := x.(type) {
			case finding.SearchCode:
				search.Source, search.Version = x.Source, cmp.Or(search.Version, x.Version)
				for _, l := range x.Literals {
					if !slices.Contains(search.Literals, l) {
						search.Literals = append(search.Literals, l)
					}
				}
			case finding.TellOwner:
				told = true
			case finding.Configure:
				// One entry a member would be a page; the first stands for how it is written.
				if !slices.ContainsFunc(out, func(o finding.Fix) bool { _, ok := o.(finding.Configure); return ok }) {
					out = append(out, x)
				}
			default:
				out = append(out, x)
			}
		}
	}
	var first []finding.Fix
	if len(search.Literals) > 0 {
		first = append(first, search)
	}
	if told {
		first = append(first, finding.TellOwner{})
	}
	return append(first, out...)
}
