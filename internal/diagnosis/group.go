package diagnosis

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/names"
)

// loudShare is the share of a source's rows from which what nobody planned is worth a warning: of one name, or of all
// new names of one release together. A check that was told another share says so in its findings.
const loudShare = 0.01

// together is what causes of equal rank share.
type together struct {
	kind          finding.Kind
	source, table string
	property      string
	sources       string // of what spans several
	slice         landed.Slice
	since         landed.Day
}

// group makes one finding of causes of equal rank: new events or renames of one source, version and start day, and
// properties of one table, slice and start day. What was there when the history began shares no start.
func group(fs []finding.Finding, begins map[string]landed.Day) []finding.Finding {
	var out []finding.Finding
	var order []together
	groups := map[together][]finding.Finding{}
	for _, f := range fs {
		t, ok := key(f)
		standing := f.Kind == finding.NamingConvention // a habit: when each name began is not its cause
		if !ok || !standing && (f.Older || f.Since <= begins[f.Subject.Source]) {
			out = append(out, f)
			continue
		}
		if groups[t] == nil {
			order = append(order, t)
		}
		groups[t] = append(groups[t], f)
	}
	for _, t := range order {
		out = append(out, join(t, groups[t]))
	}
	Sort(out)
	return out
}

// key says what a finding shares with its equals; false: it always stands alone.
func key(f finding.Finding) (together, bool) {
	t := together{kind: f.Kind, source: f.Subject.Source, since: f.Since}
	if f.Slice != nil {
		t.slice = *f.Slice
	}
	switch f.Kind {
	case finding.NamingConvention:
		return together{kind: f.Kind, source: f.Subject.Source}, true
	case finding.UnplannedEvent:
		return t, !f.Planned
	case finding.Rename, finding.NearDuplicate, finding.DuplicateRows, finding.IdentityLoss:
		return t, true
	case finding.DoubleTracking:
		t.sources = strings.Join(f.Sources, "\x00")
		return t, true
	case finding.PII:
		t.property = f.Subject.Property // one property of many events is one mistake
		return t, true
	case finding.UnplannedProperty, finding.MissingProperty, finding.RemovedProperty, finding.TypeDrift, finding.InvalidValue:
		t.table = f.Table
		return t, true
	default:
		return t, false
	}
}

// join makes one finding of several; the largest speaks for them.
func join(t together, fs []finding.Finding) finding.Finding {
	slices.SortStableFunc(fs, func(a, b finding.Finding) int {
		return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Title, b.Title))
	})
	f := fs[0]
	if len(fs) > 1 {
		f.Members = slices.Clone(fs)
		f.Title = title(t, fs)
		f.Evidence = slices.Clone(f.Evidence)
		f.Fixes = fixes(fs)
		f.Explains = nil
		f.Share, f.Rows = 0, 0
		for _, m := range fs {
			f.Share += m.Share
			if t.table == "" {
				f.Rows += m.Rows // other events, other rows
			} else {
				f.Rows = max(f.Rows, m.Rows) // one table: the same rows may carry all faults
			}
			f.Severity = max(f.Severity, m.Severity)
			f.Confidence = min(f.Confidence, m.Confidence)
			f.Explains = append(f.Explains, m.Explains...)
			f.Since, f.Older, f.LastSeen = earlier(f.Since, m.Since), f.Older || m.Older, max(f.LastSeen, m.LastSeen)
			if m.Slice == nil || f.Slice == nil || *m.Slice != *f.Slice {
				f.Slice = nil
			}
		}
	}
	if f.Kind == finding.UnplannedEvent && !f.Planned && f.Share >= cmp.Or(f.Loud, loudShare) {
		f.Severity = max(f.Severity, finding.Warning)
	}
	return f
}

// title says for all members what happened.
func title(t together, fs []finding.Finding) string {
	n := len(fs)
	event := `"` + names.Short(names.Visible(names.Mask(fs[0].Subject.Event)), 60) + `"`
	switch t.kind {
	case finding.UnplannedEvent:
		return fmt.Sprintf("%d new events are not in the plan", n)
	case finding.Rename:
		return fmt.Sprintf("%d events are now sent under other names", n)
	case finding.NearDuplicate:
		return fmt.Sprintf("%d new names are other spellings of known events", n)
	case finding.NamingConvention:
		return fmt.Sprintf("%d names are outside the naming convention", n)
	case finding.UnplannedProperty:
		return fmt.Sprintf("%s sends %d properties that are not in the plan", event, n)
	case finding.MissingProperty:
		return fmt.Sprintf("%d properties of %s are missing", n, event)
	case finding.RemovedProperty:
		return fmt.Sprintf("%d properties of %s are no longer sent", n, event)
	case finding.TypeDrift:
		return fmt.Sprintf("%d properties of %s changed their type", n, event)
	case finding.DuplicateRows:
		return fmt.Sprintf("%d events landed more than once", n)
	case finding.DoubleTracking:
		return fmt.Sprintf("%d events are counted twice", n)
	case finding.IdentityLoss:
		return identityTitle(fs)
	case finding.PII:
		return fmt.Sprintf("%s of %d events holds what looks personal", names.Short(names.Visible(names.Mask(t.property)), 60), n)
	case finding.InvalidValue:
		return fmt.Sprintf("%d properties of %s hold values that break the plan", n, event)
	default:
		return fs[0].Title
	}
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
				search.Source, search.Version = x.Source, x.Version
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
