package diagnosis

import (
	"slices"
	"strings"
	"time"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/plan"
)

// Rules is what people configured about findings.
type Rules struct {
	Destinations []Destination
	Events       []Override
	Owners       map[string]string     // owner label of the plan → who is told
	SourceOwners map[string]string     // by source
	Plans        map[string]*plan.Plan // by source
}

// Destination reads events by exact name.
type Destination struct {
	Name        string
	Sources     []string // empty: all
	Events      []string // patterns with *; "*" is every planned name
	AcceptsLate time.Duration
}

// Override is what is said of some events; the first that matches counts.
type Override struct {
	Events, Sources []string          // empty: all
	Labels          map[string]string // all of them; empty: whatever the labels
	Severity        finding.Severity
	Owner           string
	Unique          string // the property that differs from action to action
}

// matchAny says whether a name fits one of the patterns; no patterns fit everything.
func matchAny(patterns []string, name string) bool {
	return len(patterns) == 0 || slices.ContainsFunc(patterns, func(p string) bool { return names.Like(p, name) })
}

// Grade gives each finding its owner, the destinations that miss it, and its severity: a rename, a stop, double
// tracking or a change of unit of an event that a destination matches by name, or that is labelled tier 1, is
// critical. What the configuration says of an event comes last.
func Grade(fs []finding.Finding, r Rules) []finding.Finding {
	out := slices.Clone(fs)
	for i := range out {
		f := &out[i]
		members := f.Members
		if len(members) == 0 {
			members = []finding.Finding{*f}
		}
		f.Severity = r.severity(*f, members)
		f.Impacts = r.impacts(*f, members)
		f.Owner = r.owner(*f)
		if o, ok := r.override(*f); ok && o.Owner != "" {
			f.Owner = o.Owner
		}
	}
	Sort(out)
	return out
}

// severity is that of the gravest member. What the configuration says of one event holds for it alone: it neither quiets
// nor raises the others.
func (r Rules) severity(f finding.Finding, members []finding.Finding) finding.Severity {
	var out finding.Severity
	for _, m := range members {
		o, ok := r.override(m)
		switch {
		case ok && o.Severity != 0:
			out = max(out, o.Severity)
		case r.grave(m):
			out = max(out, finding.Critical)
		case m.Kind == finding.UnplannedEvent && !m.Planned:
			out = max(out, f.Severity) // they are as loud as all of them together
		default:
			out = max(out, m.Severity)
		}
	}
	return out
}

// grave says whether a kind of trouble is critical for this event.
func (r Rules) grave(f finding.Finding) bool {
	switch f.Kind {
	case finding.Rename, finding.EventStopped, finding.DoubleTracking:
	case finding.ValueDrift:
		if !slices.ContainsFunc(f.Fixes, func(x finding.Fix) bool { _, ok := x.(finding.ScaleProperty); return ok }) {
			return false // a change of values, but not of unit
		}
	default:
		return false
	}
	if e := r.planned(f); e != nil && tierOne(*e) {
		return true
	}
	return slices.ContainsFunc(r.Destinations, func(d Destination) bool { return r.reads(d, f) })
}

// reads says whether a destination matches the finding's event by name.
func (r Rules) reads(d Destination, f finding.Finding) bool {
	if len(d.Sources) > 0 && !slices.Contains(d.Sources, f.Subject.Source) || f.Subject.Event == "" {
		return false
	}
	for _, p := range d.Events {
		if p == "*" && !f.Planned {
			continue
		}
		if names.Like(p, f.Subject.Event) {
			return true
		}
	}
	return false
}

// impacts are the destinations that did not match the rows of a pair's other name.
func (r Rules) impacts(f finding.Finding, members []finding.Finding) []finding.Impact {
	var out []finding.Impact
	for _, d := range r.Destinations {
		var missed int64
		for _, m := range members {
			if isPair(m) && r.reads(d, m) {
				missed += m.Rows
			}
		}
		if missed == 0 {
			continue
		}
		i := finding.Impact{Name: d.Name, Unmatched: missed}
		if d.AcceptsLate > 0 && !f.SinceTime.IsZero() {
			i.Until = f.SinceTime.Add(d.AcceptsLate)
		}
		out = append(out, i)
	}
	return out
}

func (r Rules) planned(f finding.Finding) *plan.Event {
	p := r.Plans[f.Subject.Source]
	if e := p.Event(f.Subject.Event, f.Call.String()); e != nil {
		return e
	}
	for _, s := range f.Sources {
		if e := r.Plans[s].Event(f.Subject.Event, f.Call.String()); e != nil {
			return e
		}
	}
	return nil
}

// tierOne says whether an event is labelled as one of the most important.
func tierOne(e plan.Event) bool {
	if strings.TrimSpace(e.Labels["tier"]) == "1" {
		return true
	}
	return slices.ContainsFunc(e.Tags, func(t string) bool {
		t = strings.ToLower(strings.NewReplacer(" ", "", "-", "", "_", "", ":", "").Replace(t))
		return t == "tier1"
	})
}

// owner is who is told: the plan's owner of the event, else the source's.
func (r Rules) owner(f finding.Finding) string {
	if e := r.planned(f); e != nil && e.Owner != "" {
		if who, ok := r.Owners[e.Owner]; ok {
			return who
		}
		return e.Owner
	}
	return r.SourceOwners[f.Subject.Source]
}

func (r Rules) override(f finding.Finding) (Override, bool) {
	for _, o := range r.Events {
		if !matchAny(o.Events, f.Subject.Event) || len(o.Sources) > 0 && !slices.Contains(o.Sources, f.Subject.Source) || !r.labelled(f, o.Labels) {
			continue
		}
		return o, true
	}
	return Override{}, false
}

// Unique is the property that differs from action to action of an event, as the first rule about it says; "" where it says
// nothing.
func (r Rules) Unique(source string, e landed.Event) string {
	o, _ := r.override(finding.Finding{Subject: finding.Subject{Source: source, Event: e.Name}, Sources: []string{source}, Call: e.Call})
	return o.Unique
}

func (r Rules) labelled(f finding.Finding, labels map[string]string) bool {
	if len(labels) == 0 {
		return true
	}
	e := r.planned(f)
	if e == nil {
		return false
	}
	for k, v := range labels {
		if e.Labels[k] != v {
			return false
		}
	}
	return true
}
