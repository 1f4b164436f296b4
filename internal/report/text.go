package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"charm.land/lipgloss/v2"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// Text writes the report of one audit for a terminal. A night without news is one line.
func Text(w io.Writer, r audit.Result, o Options) error {
	p := newPage(o, r.Header.AsOf.Time())
	s := divide(r.Findings)
	if quiet(r, s) {
		p.put(0, 2, p.quietLine(r.Header, s))
		return written(p.writeTo(w))
	}
	p.header(r.Header)
	p.blank()
	p.counts(r, s)
	for _, f := range s.news {
		p.blank()
		p.block(f, lastOf(r.Header, f.Finding), o.Fixes[f.ID])
	}
	p.infos(s.info)
	p.stillOpen(s.still, r.Header)
	p.resolved(s.gone)
	p.notChecked(r.Header)
	p.notJudged(r.Header)
	if len(s.news) > 0 {
		p.blank()
		p.put(0, 6, "Next: "+firm("plumbline findings show "+p.say(s.news[0].ID)))
	}
	if o.Past && r.Header.First {
		p.put(0, 6, "What would you have been told, and when? "+firm("plumbline backtest"))
	}
	return written(p.writeTo(w))
}

func written(err error) error {
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

// quiet says whether there is nothing to tell: nothing opened, worsened, came back or ended, and all was seen.
func quiet(r audit.Result, s sections) bool {
	return !r.Header.First && r.Header.Complete() && len(s.news)+len(s.info)+len(s.gone) == 0
}

func (p *page) quietLine(h audit.Header, s sections) string {
	open := "nothing new"
	if n := len(s.still); n > 0 {
		open += ", " + firm(words.Count(int64(n))+" still open")
	}
	cost := strings.TrimSuffix(p.cost(h), firm(" read"))
	line := func(sources string) string {
		return p.facts(p.name(h.Workspace, 30), firm(words.Day(h.AsOf.Time())), sources, open, cost)
	}
	if full := line(p.sources(h)); lipgloss.Width(full) <= p.width {
		return full
	}
	return line(firm(words.Many(int64(len(h.Sources)), "source", "sources")))
}

// lastOf is the last judged day of a finding's source.
func lastOf(h audit.Header, f finding.Finding) landed.Day {
	for _, s := range h.Sources {
		if s.Name == f.Subject.Source && known(s.Last) {
			return s.Last
		}
	}
	return h.Last
}

func (p *page) header(h audit.Header) {
	first := ""
	if h.First {
		first = "first audit"
	}
	through := ""
	if known(h.Last) {
		through = "judged through " + firm(words.Day(h.Last.Time())) + p.zoneNote(h)
	}
	p.put(0, 2, p.facts(p.name(h.Workspace, 40), firm(words.FullDay(h.AsOf.Time())), through, first))
	took := ""
	if d := h.Finished.Sub(h.Started); !h.Started.IsZero() && d > 0 {
		took = words.Duration(d)
	}
	p.put(0, 2, p.facts(p.sources(h), planned(h), p.cost(h), firm(took)))
}

// planned says how many events are agreed on, and how many landed.
func planned(h audit.Header) string {
	if h.Planned == 0 {
		return words.Many(int64(h.Landed), "event", "events") + " landed, no plan"
	}
	return words.Many(int64(h.Planned), "event", "events") + " planned, " + firm(words.Count(int64(h.Landed))+" landed")
}

// zoneNote names the zone of the days, when all sources share one.
func (p *page) zoneNote(h audit.Header) string {
	var zones []string
	for _, s := range h.Sources {
		if !slices.Contains(zones, s.Zone) {
			zones = append(zones, s.Zone)
		}
	}
	switch {
	case len(zones) == 1 && zones[0] != "":
		return firm(" (" + p.say(zones[0]) + ")")
	case len(zones) > 1:
		return " (each source in its own time zone)"
	}
	return ""
}

// called is a source by its id, which commands take, and what it is for unless that is production.
func called(s audit.SourceHeader) string {
	if s.Environment == "" {
		return s.Name
	}
	return s.Name + " (" + s.Environment + ")"
}

func (p *page) sources(h audit.Header) string {
	list := make([]string, len(h.Sources))
	for i, s := range h.Sources {
		list[i] = p.name(called(s), 40)
	}
	return words.List(list, 6)
}

func (p *page) cost(h audit.Header) string {
	switch {
	case h.Cost.Bytes != nil && *h.Cost.Bytes > 0:
		return firm(words.Bytes(*h.Cost.Bytes) + " read")
	case h.Cost.Rows != nil:
		return firm(words.Rough(*h.Cost.Rows) + " rows read")
	}
	return ""
}

// counts says how much there is, the older differences included.
func (p *page) counts(r audit.Result, s sections) {
	count := map[finding.Severity]int64{}
	for _, f := range slices.Concat(s.news, s.info) {
		count[f.Finding.Severity]++
	}
	var parts []string
	for _, c := range []struct {
		n         int64
		one, many string
	}{
		{count[finding.Critical], "critical", "critical"},
		{count[finding.Warning], "warning", "warnings"},
		{count[finding.Info], "note", "notes"},
		{int64(len(s.still)), "still open", "still open"},
		{int64(len(s.gone)), "resolved", "resolved"},
	} {
		if c.n > 0 {
			parts = append(parts, firm(words.Many(c.n, c.one, c.many)))
		}
	}
	out := nothing(r.Header)
	if len(parts) > 0 {
		out = strings.Join(parts, ", ") + "."
	}
	if n := int64(len(baseline(r))); n > 0 {
		out += " " + words.Many(n, "older difference is", "older differences are") +
			" in the baseline and will not be posted: " + firm("plumbline findings list --baseline")
	}
	p.put(0, 0, out)
}

// nothing says that nothing was found, and how much that means: what went unseen must not read as fine.
func nothing(h audit.Header) string {
	unseen := map[string]bool{}
	for _, g := range h.Gaps {
		if what(g.Gap) == whole {
			unseen[g.Source] = true
		}
	}
	seen := slices.ContainsFunc(h.Sources, func(s audit.SourceHeader) bool { return !unseen[s.Name] && known(s.Last) })
	switch {
	case h.Complete():
		return "Nothing found."
	case seen:
		return "Nothing found in what could be checked; see what was not checked below."
	default:
		return "Nothing could be checked, so nothing is known: see below what to mend."
	}
}

const infoLines = 3 // findings of one kind that get a line of their own

// infos writes what is only good to know: a line for each, or one for many of a kind.
func (p *page) infos(list []audit.Reported) {
	if len(list) == 0 {
		return
	}
	p.blank()
	for _, kind := range finding.Kinds() {
		var same []audit.Reported
		for _, r := range list {
			if r.Finding.Kind == kind {
				same = append(same, r)
			}
		}
		if len(same) <= infoLines {
			for _, r := range same {
				p.short("INFO", severityStyle(finding.Info), r)
			}
			continue
		}
		items := make([]string, len(same))
		for i, r := range same {
			items[i] = p.member(r.Finding, 30)
		}
		p.heading("INFO", firm(words.Count(int64(len(same))))+" "+group(kind)+": "+words.List(items, 3), "", severityStyle(finding.Info))
	}
}

// short writes a finding on one line.
func (p *page) short(word string, style lipgloss.Style, r audit.Reported) {
	id := p.say(r.ID)
	p.heading(word, firm(p.cut(p.say(head(r)), p.width-12-lipgloss.Width(id))), id, style)
}

// stillOpen lists what was told before and goes on.
func (p *page) stillOpen(list []audit.Reported, h audit.Header) {
	if len(list) == 0 {
		return
	}
	p.blank()
	p.raw("STILL OPEN")
	for _, r := range list[:min(len(list), 10)] {
		p.short(r.Finding.Severity.String(), severityStyle(r.Finding.Severity), r)
		p.put(10, 10, p.facts(p.where(r.Finding), p.when(r.Finding, lastOf(h, r.Finding)), p.stands(r)))
	}
	if n := len(list) - 10; n > 0 {
		p.put(10, 10, words.Count(int64(n))+" more: "+firm("plumbline findings list"))
	}
}

// resolved lists what no longer happens.
func (p *page) resolved(list []audit.Reported) {
	if len(list) == 0 {
		return
	}
	p.blank()
	for _, r := range list {
		p.short("RESOLVED", lipgloss.NewStyle().Bold(true).Foreground(lipgloss.Color("2")), r)
		p.put(10, 10, p.missing(r))
	}
}

// notChecked says what was not seen and how to mend it: nothing that went unseen may read as fine.
func (p *page) notChecked(h audit.Header) {
	for i, g := range h.Gaps {
		if i == 0 {
			p.blank()
		}
		out := p.unseen(g) + ": " + p.say(g.Why)
		if g.HowToFix != "" {
			out = strings.TrimSuffix(out, ".") + ". Mend:"
		}
		p.heading("NOT CHECKED", out, "", lipgloss.NewStyle().Bold(true).Foreground(lipgloss.Color("3")))
		for line := range strings.Lines(g.HowToFix) {
			p.put(2, 2, p.sign(pasted(line)))
		}
	}
}

// unseen names the part of a source that was not seen.
func (p *page) unseen(g audit.SourceGap) string {
	out := p.say(g.Source)
	if g.Table != "" {
		out = strings.TrimPrefix(out+"."+p.say(g.Table), ".")
	}
	if part := what(g.Gap); !strings.HasPrefix(part, "table ") && part != whole {
		out += " (" + g.Kind.String() + ")"
	}
	return out
}

// notJudged counts what was seen and could not be judged.
func (p *page) notJudged(h audit.Header) {
	if len(h.Unjudged) == 0 {
		return
	}
	n := map[finding.Kind]int64{}
	var order []finding.Kind
	for _, u := range h.Unjudged {
		if u.Check == "" {
			continue // rows and columns that nothing can judge, not a check that saw too little
		}
		if n[u.Check] == 0 {
			order = append(order, u.Check)
		}
		n[u.Check]++
	}
	slices.SortStableFunc(order, func(a, b finding.Kind) int { return int(n[b] - n[a]) })
	parts := make([]string, len(order))
	for i, k := range order {
		parts[i] = p.say(string(k)) + " " + words.Count(n[k])
	}
	p.blank()
	for _, u := range h.Unjudged {
		if u.Check == "" {
			p.put(0, 2, "Not judged: "+p.say(strings.TrimPrefix(u.Subject.Source+": ", ": ")+u.Why)+".")
		}
	}
	if len(parts) > 0 {
		p.put(0, 0, "Too little seen to judge: "+words.List(parts, 6)+". The report as JSON names each.")
	}
}

// pasted is a line of a command that mends access: not masked, since it has to work, and without what cannot be seen.
func pasted(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}
