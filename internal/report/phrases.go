package report

import (
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/fix"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// where names source, version and library: the smallest part that explains a finding.
func (p *page) where(f finding.Finding) string {
	out := p.name(f.Subject.Source, 30)
	if len(f.Sources) > 1 || out == "" {
		list := make([]string, len(f.Sources))
		for i, s := range f.Sources {
			list[i] = p.name(s, 20)
		}
		out = words.List(list, 5)
	}
	if s := f.Slice; s != nil {
		if s.Platform != "" && s.Platform != f.Subject.Source && s.Platform != landed.Other {
			out += " on " + p.name(s.Platform, 20)
		}
		if s.AppVersion != "" {
			out += " " + p.name(s.AppVersion, 20)
		}
		if s.Library != "" || s.LibraryVersion != "" {
			out += ", " + strings.TrimSpace(p.name(s.Library, 20)+" "+p.name(s.LibraryVersion, 20))
		}
	}
	if f.Page != "" {
		out += ", page " + p.name(f.Page, 30)
	}
	return strings.TrimPrefix(strings.TrimSpace(out), ", ")
}

// when says since when, and for how long up to the last day; a finding that is over has both ends.
func (p *page) when(f finding.Finding, last landed.Day) string {
	if !known(f.Since) {
		return ""
	}
	end := f.LastSeen
	if f.Ongoing && known(last) {
		end = max(last, end)
	}
	days := ""
	if known(end) && end >= f.Since {
		days = ", " + firm(words.Days(int(end-f.Since)+1))
	}
	if !f.Ongoing && known(f.LastSeen) && f.LastSeen > f.Since {
		return firm(words.DayNear(f.Since.Time(), p.now)) + " to " + firm(words.DayNear(f.LastSeen.Time(), p.now)) + days
	}
	if !f.SinceTime.IsZero() {
		return "since " + firm(words.MomentNear(f.SinceTime, p.now, p.zone)) + days
	}
	if !f.Ongoing {
		return "on " + firm(words.DayNear(f.Since.Time(), p.now))
	}
	return "since " + firm(words.DayNear(f.Since.Time(), p.now)) + days
}

// head is the sentence that stands for a finding: of what is over how it ended, where that is known.
func head(r audit.Reported) string {
	if r.Change == incident.Resolved && r.Finding.Ended != "" {
		return r.Finding.Ended
	}
	return r.Finding.Title
}

// goes says whether it goes on.
func goes(r audit.Reported) string {
	switch {
	case r.Change == incident.Resolved:
		return "no longer happens"
	case !r.Finding.Ongoing:
		return "not on the last day"
	case r.Change == incident.Worsened:
		return "getting worse"
	case r.Change == incident.Reopened:
		return "back again"
	}
	return "still happening"
}

// stands says what people have done about a finding; "" while it is open.
func (p *page) stands(r audit.Reported) string {
	h := r.Handling
	by := ""
	if h.Who != "" {
		by = " by " + p.name(h.Who, 30)
	}
	until := ""
	if !h.Until.IsZero() {
		until = " until " + firm(words.DayNear(h.Until.In(p.zone), p.now))
	}
	switch r.Status {
	case incident.Acknowledged:
		return "acknowledged" + by
	case incident.Snoozed:
		return "snoozed" + until + by
	case incident.Expected:
		if h.Expected && known(h.Through) {
			return "expected until " + firm(words.DayNear(h.Through.Time(), p.now)) + by
		}
		return "expected"
	case incident.Dismissed:
		return "dismissed" + by
	case incident.Baseline:
		return "in the baseline"
	case incident.Open, incident.ResolvedAway:
	}
	return ""
}

// howMuch is the sentence with the figures.
func (p *page) howMuch(f finding.Finding) string {
	rate := ""
	if f.Rate != (finding.Rate{}) {
		rate = "now " + firm(words.Percent(f.Rate.After)) + ", before " + firm(words.Percent(f.Rate.Before))
	}
	if f.Rows <= 0 {
		if rate == "" {
			return ""
		}
		return strings.ToUpper(rate[:1]) + rate[1:] + "."
	}
	who := firm(words.Many(f.Rows, "event", "events"))
	if f.Users != nil && *f.Users > 0 {
		who += " by " + firm(words.Many(*f.Users, "user", "users"))
	}
	out := who + " " + effect(f, f.Rows == 1 && (f.Users == nil || *f.Users == 0))
	if rate != "" {
		out += ": " + rate
	}
	return out + "."
}

// effect says what is the matter with the rows of a finding.
func effect(f finding.Finding, one bool) string {
	verb := func(plural, singular string) string {
		if one {
			return singular
		}
		return plural
	}
	if slices.ContainsFunc(f.Members, func(m finding.Finding) bool { return m.Kind != f.Kind }) {
		return verb("are", "is") + " affected"
	}
	switch f.Kind {
	case finding.Rename, finding.NearDuplicate:
		if f.Planned {
			return verb("carry", "carries") + " a name the plan does not have"
		}
		return verb("carry", "carries") + " the second of two names"
	case finding.PropertyDuplicate:
		return verb("have", "has") + " the property under its second name"
	case finding.DynamicName:
		return verb("carry", "carries") + " names made up on the way"
	case finding.NamingConvention:
		return verb("carry", "carries") + " a name outside the convention"
	case finding.UnplannedEvent:
		if f.Planned {
			return verb("were", "was") + " still sent"
		}
		return verb("are", "is") + " not in the plan"
	case finding.UnplannedProperty:
		return verb("have", "has") + " a property the plan does not know"
	case finding.MissingProperty, finding.RemovedProperty, finding.IdentityLoss:
		return "came without it"
	case finding.TypeDrift, finding.InvalidValue:
		if f.Kind == finding.TypeDrift && f.Subject.Property == "" {
			return verb("are", "is") + " missing in their own table"
		}
		return verb("hold", "holds") + " values the plan does not allow"
	case finding.ValueDrift:
		return verb("hold", "holds") + " changed values"
	case finding.DoubleTracking:
		return verb("are", "is") + " counted twice"
	case finding.MovedEvent:
		return "landed in another source"
	case finding.VolumeDrop, finding.EventStopped, finding.SlowDecline, finding.SourceOutage, finding.LateData:
		return verb("are", "is") + " missing against the usual"
	case finding.VolumeSpike:
		return "more than usual"
	case finding.Backfill:
		return "of past days " + verb("were", "was") + " added or taken away"
	case finding.DuplicateRows:
		return "landed more than once"
	case finding.PII:
		return verb("hold", "holds") + " such values"
	case finding.DestinationMismatch:
		return verb("differ", "differs") + " between warehouse and destination"
	case finding.NeverSeen:
	}
	return verb("are", "is") + " concerned"
}

// group says in words what findings of one kind have in common, for a line that counts them.
func group(k finding.Kind) string {
	common := map[finding.Kind]string{
		finding.NeverSeen:         "planned and landed nowhere",
		finding.UnplannedEvent:    "not in the plan, or deprecated",
		finding.UnplannedProperty: "with properties not in the plan",
		finding.NamingConvention:  "outside the naming convention",
		finding.DynamicName:       "with names made up on the way",
		finding.Backfill:          "whose past days changed",
		finding.VolumeSpike:       "more frequent than usual",
		finding.PropertyDuplicate: "with a property under two names",
	}
	if s, ok := common[k]; ok {
		return s
	}
	return "with " + strings.ReplaceAll(string(k), "-", " ")
}

// remedy says in a few words what a kind of fix does.
func remedy(kind string) string {
	switch kind {
	case fix.CodeSearch:
		return "find it in the code"
	case fix.OwnerMessage:
		return "tell its owner"
	case fix.WarehouseView:
		return "read it right in the warehouse"
	case fix.PlanPatch:
		return "change the plan"
	case fix.ConfigPatch:
		return "change plumbline.yaml"
	}
	return strings.ReplaceAll(kind, "-", " ")
}

// remedies sums the fixes of a finding up, and says how many of them were verified.
func remedies(list []fix.Text) string {
	var out []string
	seen := map[string]bool{}
	verified := 0
	for _, t := range list {
		if t.Verified {
			verified++
		}
		if !seen[t.Kind] {
			seen[t.Kind] = true
			out = append(out, remedy(t.Kind))
		}
	}
	s := words.List(out, 5)
	if verified > 0 {
		s += " (" + words.Count(int64(verified)) + " verified)"
	}
	return s
}

// missed names the destinations that match by the exact name.
func (p *page) missed(list []finding.Impact) string {
	out := make([]string, len(list))
	for i, d := range list {
		out[i] = p.name(d.Name, 30)
	}
	return words.List(out, 5) + ": exact name (from config, not read there)"
}
