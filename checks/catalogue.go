package checks

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"strconv"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Catalogue lists every check in report order.
func Catalogue() []Entry {
	return append([]Entry{
		{ID: "near-duplicate", Kinds: []finding.Kind{finding.NearDuplicate, finding.Rename}, New: newNearDuplicate},
		{ID: "rename", Kinds: []finding.Kind{finding.Rename}, New: newRename},
		{ID: "property-duplicate", Kinds: []finding.Kind{finding.PropertyDuplicate}, New: newPropertyDuplicate},
		{ID: "dynamic-name", Kinds: []finding.Kind{finding.DynamicName}, New: newDynamicName},
		{ID: "naming-convention", Kinds: []finding.Kind{finding.NamingConvention}, New: newNamingConvention},
		{ID: "unplanned-event", Kinds: []finding.Kind{finding.UnplannedEvent}, New: newUnplannedEvent},
		{ID: "never-seen", Kinds: []finding.Kind{finding.NeverSeen}, NewAll: newNeverSeen},
		{ID: "unplanned-property", Kinds: []finding.Kind{finding.UnplannedProperty}, New: newUnplannedProperty},
		{ID: "missing-property", Kinds: []finding.Kind{finding.MissingProperty, finding.RemovedProperty}, New: newFill},
		{ID: "invalid-value", Kinds: []finding.Kind{finding.InvalidValue, finding.TypeDrift}, New: newValue},
		{ID: "value-drift", Kinds: []finding.Kind{finding.ValueDrift}, New: newUnit},
		{ID: "moved-event", Kinds: []finding.Kind{finding.MovedEvent}, NewAll: newMovedEvent},
		{ID: "identity-loss", Kinds: []finding.Kind{finding.IdentityLoss}, New: newIdentityLoss},
		{ID: "double-tracking", Kinds: []finding.Kind{finding.DoubleTracking}, NewAll: newDoubleTracking},
	}, append(volumeEntries(),
		Entry{ID: "backfill", Kinds: []finding.Kind{finding.Backfill}, New: newBackfill},
		Entry{ID: "duplicate-rows", Kinds: []finding.Kind{finding.DuplicateRows}, New: newDuplicateRows},
		Entry{ID: "pii", Kinds: []finding.Kind{finding.PII}, New: newPII},
	)...)
}

// Kinds lists the kinds that the catalogue's checks may report, in the order of finding.Kinds.
func Kinds() []finding.Kind {
	have := map[finding.Kind]bool{}
	for _, e := range Catalogue() {
		for _, k := range e.Kinds {
			have[k] = true
		}
	}
	return slices.DeleteFunc(finding.Kinds(), func(k finding.Kind) bool { return !have[k] })
}

// Set is the checks of one audit.
type Set struct {
	Sources []Check
	All     []Workspace
	Kinds   []finding.Kind // what they may report
}

// Make builds every check of the catalogue. A check's section comes from settings, nil where it has none. What off says
// is switched off is not reported: a check whose kinds are all off is left out.
func Make(settings func(id string) Settings, off func(finding.Kind) bool) (Set, error) {
	var set Set
	var errs []error
	for _, e := range Catalogue() {
		if !slices.ContainsFunc(e.Kinds, func(k finding.Kind) bool { return !off(k) }) {
			continue
		}
		s := settings(e.ID)
		if s == nil {
			s = defaults{}
		}
		if e.New != nil {
			c, err := e.New(s)
			if err != nil {
				errs = append(errs, misplaced(s, e.ID, err))
				continue
			}
			set.Sources = append(set.Sources, c)
		} else {
			c, err := e.NewAll(s)
			if err != nil {
				errs = append(errs, misplaced(s, e.ID, err))
				continue
			}
			set.All = append(set.All, c)
		}
		for _, k := range e.Kinds {
			if !off(k) && !slices.Contains(set.Kinds, k) {
				set.Kinds = append(set.Kinds, k)
			}
		}
	}
	return set, errors.Join(errs...)
}

// misplaced says where a section stands that cannot be, if it knows.
func misplaced(s Settings, id string, err error) error {
	err = fmt.Errorf("settings of check %s: %w", id, err)
	if p, ok := s.(interface{ Place(error) error }); ok {
		return p.Place(err)
	}
	return err
}

// Needs is what all checks of the set want.
func (s Set) Needs() landed.Needs {
	var n landed.Needs
	for _, c := range s.Sources {
		n = n.Union(c.Needs())
	}
	for _, c := range s.All {
		n = n.Union(c.Needs())
	}
	return n
}

// Prepare sets apart the names that are no events of their own. Every input goes through it before a check sees it.
func (s Set) Prepare(in Input) Input {
	for _, c := range s.Sources {
		if d, ok := c.(Divider); ok {
			in.Apart = d.Divide(in)
		}
	}
	return in
}

// defaults is the section of a check that has none.
type defaults struct{}

// Decode implements Settings.
func (defaults) Decode(any) error { return nil }

// yamlString writes any text as a YAML scalar that reads back as it was.
func yamlString(s string) string { return strconv.Quote(s) }

// topVersions names the app versions that send an event, the largest first.
func topVersions(e landed.Event, from, to int) []string {
	by := map[string]float64{}
	for _, c := range e.Cells {
		if c.Slice.AppVersion != "" {
			by[c.Slice.AppVersion] += rows(c.Daily, from, to)
		}
	}
	var out []string
	for v, n := range by {
		if n > 0 {
			out = append(out, v)
		}
	}
	sort.Slice(out, func(i, j int) bool {
		if by[out[i]] != by[out[j]] {
			return by[out[i]] > by[out[j]]
		}
		return out[i] < out[j]
	})
	return out
}
