package checks

import (
	"fmt"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// unplannedEvent finds names that land and are not in the plan. Deprecated ones that still land are told as well.
type unplannedEvent struct {
	Loud float64 `yaml:"loud_share"` // share of the source's rows from which it is a warning
}

func newUnplannedEvent(s Settings) (Check, error) {
	c := unplannedEvent{Loud: .01}
	if err := s.Decode(&c); err != nil {
		return nil, err
	}
	if c.Loud <= 0 || c.Loud > 1 {
		return nil, fmt.Errorf("loud_share is %v, but must be above 0 and at most 1", c.Loud)
	}
	return c, nil
}

// Needs implements Check.
func (c unplannedEvent) Needs() landed.Needs { return landed.Needs{landed.Counts: 180} }

// Run implements Check.
func (c unplannedEvent) Run(in Input) Verdict {
	if !in.agreed() {
		return Verdict{Unjudged: []finding.Unjudged{{
			Check: finding.UnplannedEvent, Subject: finding.Subject{Source: in.Landed.Source.Name},
			Why: "there is no tracking plan: name one under plan: in the configuration",
		}}}
	}
	obs := observe(in)
	rest := totals(observeAll(in), in.history().Len())
	sent := versionsOf(in)
	var out Verdict
	for _, o := range obs {
		if o.Call != landed.Track || !o.active() {
			continue
		}
		switch {
		case o.planned == nil:
			out.Findings = append(out.Findings, c.describe(in, o, rest, sent))
		case o.planned.Deprecated():
			out.Findings = append(out.Findings, c.deprecated(in, o))
		}
	}
	return out
}

func (c unplannedEvent) describe(in Input, o observed, rest []float64, sent versions) finding.Finding {
	span := in.history()
	from := max(o.first, len(o.y)-activeDays)
	share := o.since(from) / max(1, total(rest[from:]))
	f := finding.Finding{
		Kind: finding.UnplannedEvent, Severity: finding.Info,
		Subject: finding.Subject{Source: in.Landed.Source.Name, Event: o.Name},
		Sources: []string{in.Landed.Source.Name}, Call: o.Call, Table: qualified(in, o.Table),
		Title: quote(o.Name) + " is not in the plan",
		Since: span.First + landed.Day(o.first), Older: standsLonger(in, o.y, span.First, o.first), LastSeen: span.First + landed.Day(o.last), Ongoing: true,
		Rows: int64(o.total), Confidence: 1, Share: share, Loud: c.Loud,
		Slice: sent.bound(o.Event, o.first, len(o.y)-1),
	}
	if share >= c.Loud {
		f.Severity = finding.Warning
	}
	f.Evidence = []finding.Evidence{{
		Label: o.Name, Value: words.Rate(meanLast(o.y, min(7, len(o.y)-o.first))) + " a day, " + words.Percent(share) + " of " + bare(in.Landed.Source.Name),
		Chart: &finding.Chart{First: span.First, Daily: whole(o.y), Began: f.Since},
	}}
	if f.Slice != nil {
		f.Evidence = append(f.Evidence, finding.Evidence{Label: "version", Value: "only from " + sliceWords(f.Slice)})
	}
	f.Fixes = []finding.Fix{
		finding.AddToPlan{Event: o.Name},
		finding.SearchCode{Literals: []string{o.Name}, Source: in.Landed.Source.Name, Version: appVersion(f.Slice)},
		finding.TellOwner{},
		finding.Configure{Section: "ignore", Entry: fmt.Sprintf("{events: [%s], kinds: [unplanned-event], why: …}", yamlString(o.Name)), Why: "if it is meant to stay unplanned"},
	}
	return f
}

func (c unplannedEvent) deprecated(in Input, o observed) finding.Finding {
	span := in.history()
	f := finding.Finding{
		Kind: finding.UnplannedEvent, Severity: finding.Info,
		Subject: finding.Subject{Source: in.Landed.Source.Name, Event: o.Name},
		Sources: []string{in.Landed.Source.Name}, Call: o.Call, Table: qualified(in, o.Table),
		Title: quote(o.Name) + " is deprecated and still sent",
		Since: span.First + landed.Day(o.first), Older: standsLonger(in, o.y, span.First, o.first), LastSeen: span.First + landed.Day(o.last), Ongoing: true,
		Rows: int64(o.total), Confidence: 1, Planned: true,
	}
	f.Evidence = []finding.Evidence{{
		Label: o.Name, Value: words.Rate(meanLast(o.y, activeDays)) + " a day in the last week",
		Chart: &finding.Chart{First: span.First, Daily: whole(o.y), Began: f.Since},
	}}
	if v := topVersions(o.Event, len(o.y)-activeDays, len(o.y)-1); len(v) > 0 {
		f.Evidence = append(f.Evidence, finding.Evidence{Label: "sent by", Value: words.List(v, 5)})
	}
	f.Fixes = []finding.Fix{finding.SearchCode{Literals: []string{o.Name}, Source: in.Landed.Source.Name}, finding.TellOwner{}}
	return f
}
