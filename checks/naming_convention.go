package checks

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// namingConvention finds names that nobody planned and that are not written as the plan's names are. Planned names
// are the plan's own business.
type namingConvention struct {
	Convention string  `yaml:"convention"` // of event names; "" is taken from the plan
	Properties string  `yaml:"properties"` // of columns; "" looks at none
	MinRows    float64 `yaml:"min_rows"`   // rows of a name below which nothing is said

	events, columns *names.Convention
}

func newNamingConvention(s Settings) (Check, error) {
	c := namingConvention{MinRows: 5}
	if err := s.Decode(&c); err != nil {
		return nil, err
	}
	if c.MinRows < 1 {
		return nil, fmt.Errorf("min_rows is %v, but must be at least 1", c.MinRows)
	}
	for _, of := range []struct {
		key, word string
		to        **names.Convention
	}{{"convention", c.Convention, &c.events}, {"properties", c.Properties, &c.columns}} {
		if of.word == "" {
			continue
		}
		parsed, err := names.ParseConvention(of.word)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", of.key, err)
		}
		*of.to = &parsed
	}
	return c, nil
}

// EventConvention is the convention that a section of naming-convention names for events; nil where it names none.
func EventConvention(s Settings) (*names.Convention, error) {
	c := namingConvention{MinRows: 5}
	if err := s.Decode(&c); err != nil || c.Convention == "" {
		return nil, err
	}
	asked, err := names.ParseConvention(c.Convention)
	if err != nil {
		return nil, fmt.Errorf("convention: %w", err)
	}
	return &asked, nil
}

// Needs implements Check.
func (c namingConvention) Needs() landed.Needs {
	return landed.Needs{landed.Counts: 180, landed.Columns: 1, landed.Profiles: 56}
}

// Run implements Check.
func (c namingConvention) Run(in Input) Verdict {
	var out Verdict
	convention, because, ok := c.ofEvents(in)
	switch unplanned := c.unplanned(in); {
	case ok:
		c.judgeEvents(in, unplanned, convention, because, &out)
	case len(unplanned) > 0:
		out.Unjudged = append(out.Unjudged, c.unjudged(in, because))
	}
	if c.columns != nil {
		c.judgeColumns(in, *c.columns, &out)
	}
	return out
}

func (c namingConvention) unjudged(in Input, why string) finding.Unjudged {
	return finding.Unjudged{Check: finding.NamingConvention, Subject: finding.Subject{Source: in.Landed.Source.Name}, Why: why}
}

// What names must show before a convention is taken from them. With a smaller share, a word that the plan always writes
// large would make names of it look wrong.
const (
	landedFrom = 20 // names, where there is no plan
	clearShare = .9 // of them written alike
)

// ofEvents is the convention of a source's events and where it comes from; false with the reason where there is none.
func (c namingConvention) ofEvents(in Input) (names.Convention, string, bool) {
	if c.events != nil {
		return *c.events, "as the configuration says", true
	}
	list, what := c.established(in), "names that land most"
	if in.agreed() {
		list, what = nil, "planned names"
		for _, e := range in.Plan.Events {
			if e.Call == landed.Track.String() {
				list = append(list, e.Name)
			}
		}
	}
	learned, share, ok := names.LearnConvention(list)
	if !ok || share < clearShare || !in.agreed() && len(list) < landedFrom {
		return names.Convention{}, fmt.Sprintf("the %d %s show no convention: name one under checks: naming-convention: convention", len(list), what), false
	}
	if !in.agreed() {
		learned = learned.Style() // nobody asked for a tense
	}
	n := words.Count(int64(len(list)))
	if share >= 1 {
		return learned, "as all " + n + " " + what, true
	}
	return learned, "as " + words.Percent(share) + " of the " + n + " " + what, true
}

// established are the names that the source is made of: those with a thousandth of its rows, for at least two weeks.
func (c namingConvention) established(in Input) []string {
	all := observe(in)
	rest := total(totals(all, in.history().Len()))
	var out []string
	for _, o := range all {
		if o.Call == landed.Track && o.active() && o.total >= rest/1000 && o.last-o.first >= 2*activeDays-1 {
			out = append(out, o.Name)
		}
	}
	return out
}

// unplanned are the names that are held to the convention, the largest first.
func (c namingConvention) unplanned(in Input) []observed {
	out := slices.DeleteFunc(observe(in), func(o observed) bool {
		return o.Call != landed.Track || o.planned != nil || !o.active() || o.total < c.MinRows || o.Name == ""
	})
	slices.SortStableFunc(out, func(a, b observed) int { return cmp.Compare(b.total, a.total) })
	return out
}

func (c namingConvention) judgeEvents(in Input, unplanned []observed, convention names.Convention, because string, out *Verdict) {
	rest := totals(observeAll(in), in.history().Len())
	span, sent := in.history(), versionsOf(in)
	for _, o := range unplanned {
		misfit := convention.Misfit(o.Name)
		if misfit == "" {
			continue
		}
		f := c.base(in, finding.Subject{Source: in.Landed.Source.Name, Event: o.Name}, quote(o.Name), misfit, convention, because)
		f.Table, f.Call = qualified(in, o.Table), o.Call
		f.Since, f.Older, f.LastSeen = span.First+landed.Day(o.first), o.first == 0, span.First+landed.Day(o.last)
		f.Rows, f.Share = int64(o.total), min(1, o.since(o.first)/max(1, total(rest[o.first:])))
		if better := convention.Rewrite(o.Name); better != "" {
			f.Evidence = append(f.Evidence, finding.Evidence{Label: "it would be", Value: quote(better)})
		}
		f.Slice = sent.bound(o.Event, o.first, len(o.y)-1)
		f.Fixes = c.fixes(in, o.Name, o.Name, f.Slice)
		out.Findings = append(out.Findings, f)
	}
}

// judgeColumns looks at the columns of a source whose loader keeps the names as sent. Segment's folds them all.
func (c namingConvention) judgeColumns(in Input, convention names.Convention, out *Verdict) {
	folded := true
	var found []finding.Finding
	planned := plannedFor(in)
	for _, t := range in.Landed.Tables {
		p, ok := lay(in, t)
		if !ok {
			continue
		}
		props := map[string]plannedProperty{}
		if in.agreed() {
			props = propertiesOf(planned[t.Name])
		}
		event, call := mainEvent(in, t.Name, planned[t.Name])
		for _, column := range t.Columns {
			d := p.whole[column.Name]
			if d == nil || d.first < 0 || commonColumn(column.Name) {
				continue
			}
			folded = folded && names.Snake(column.Name) == column.Name
			_, isPlanned := props[column.Name]
			misfit := convention.Misfit(column.Name)
			if isPlanned || misfit == "" || total(d.filled) < c.MinRows || total(d.filled[max(0, p.days-activeDays):]) == 0 || in.open(column.Name) {
				continue
			}
			f := c.base(in, finding.Subject{Source: in.Landed.Source.Name, Event: event, Property: column.Name},
				bare(column.Name)+" of "+called(call, event), misfit, convention, "as the configuration says")
			f.Table, f.Call, f.Since, f.Older, f.LastSeen = qualified(in, t.Name), call, p.day(d.first), d.first == 0, in.Last
			f.Rows = int64(total(d.filled))
			f.Fixes = c.fixes(in, column.Name, "", nil)
			found = append(found, f)
		}
	}
	if folded && len(found) > 0 {
		out.Unjudged = append(out.Unjudged, c.unjudged(in, "columns are named by the loader, not as sent: properties cannot be held to "+convention.String()))
		return
	}
	out.Findings = append(out.Findings, found...)
}

func (c namingConvention) base(in Input, s finding.Subject, what, misfit string, convention names.Convention, because string) finding.Finding {
	return finding.Finding{
		Kind: finding.NamingConvention, Severity: finding.Info, Subject: s, Sources: []string{in.Landed.Source.Name},
		Title: what + " " + misfit, Ongoing: true, Confidence: 1,
		Evidence: []finding.Evidence{{Label: "convention", Value: convention.String() + ", " + because}},
	}
}

func (c namingConvention) fixes(in Input, name, event string, slice *landed.Slice) []finding.Fix {
	out := []finding.Fix{
		finding.SearchCode{Literals: []string{name}, Source: in.Landed.Source.Name, Version: appVersion(slice)},
		finding.TellOwner{},
	}
	if event != "" {
		out = append(out, finding.Configure{
			Section: "ignore", Entry: fmt.Sprintf("{events: [%s], kinds: [naming-convention], why: …}", yamlString(event)), Why: "if it is meant to be spelled so",
		})
	}
	return out
}
