package report

import (
	"io"
	"slices"
	"strings"
	"unicode"

	"charm.land/lipgloss/v2"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/fix"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// Show writes everything about one finding: what speaks for it and against it, what belongs to it, what people did
// about it, and every fix whole, as it can be pasted.
func Show(w io.Writer, r audit.Reported, fixes []fix.Text, o Options) error {
	f := r.Finding
	now := r.Opened
	if known(f.LastSeen) {
		now = f.LastSeen.Time()
	}
	p := newPage(o, now)
	p.title(r)
	p.put(2, 2, p.facts(p.where(f), p.when(f, f.LastSeen), firm(goes(r)), p.stands(r)))
	p.put(2, 2, p.howMuch(f))
	p.charts(f)
	p.evidence(f)
	p.destinations(f)
	p.membersOf(f)
	p.labelled("Explains", strings.Join(p.each(r.Explains), ", "))
	p.labelled("Kind", string(f.Kind))
	p.labelled("Table", p.say(f.Table))
	p.labelled("Owner", p.say(owner(r)))
	if !r.Opened.IsZero() {
		p.labelled("Opened", firm(words.MomentNear(r.Opened, now, p.zone)))
	}
	p.labelled("Handled", p.handled(r))
	p.trail(r)
	for i, t := range fixes {
		p.fixText(i+1, t)
	}
	return written(p.writeTo(w))
}

func (p *page) each(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = p.say(s)
	}
	return out
}

// evidence writes each line of why, and each of why not.
func (p *page) evidence(f finding.Finding) {
	drawn := drawings(f)
	if f.Confidence > 0 {
		p.labelled("Sure", words.Sure(f.Confidence))
	}
	for _, against := range []bool{false, true} {
		label := "For"
		if against {
			label = "Against"
		}
		for _, e := range f.Evidence {
			if e.Against == against && !slices.ContainsFunc(drawn, func(d finding.Evidence) bool { return e.Chart != nil && d.Chart == e.Chart }) {
				p.labelled(label, p.reason(e))
				label = ""
			}
		}
	}
}

// destinations writes who missed what, and until when it can be sent again.
func (p *page) destinations(f finding.Finding) {
	label := "Missed by"
	for _, d := range f.Impacts {
		s := p.say(d.Name) + ": exact name, missed " + firm(words.Many(d.Unmatched, "event", "events"))
		if d.Until.IsZero() {
			s += ", no limit known for sending them again"
		} else {
			s += ", takes the first of them until " + firm(words.MomentNear(d.Until, p.now, p.zone))
		}
		p.labelled(label, s)
		label = ""
	}
	if len(f.Impacts) > 0 {
		p.labelled("", "From your config, not read there.")
	}
}

// membersOf writes each cause of a group.
func (p *page) membersOf(f finding.Finding) {
	if len(f.Members) < 2 {
		return
	}
	label := "Members"
	for _, m := range f.Members {
		since := ""
		if known(m.Since) {
			since = "since " + firm(words.DayNear(m.Since.Time(), p.now))
		}
		rows := ""
		if m.Rows > 0 {
			rows = firm(words.Many(m.Rows, "event", "events"))
		}
		p.labelled(label, p.facts(p.member(m, 60), p.say(m.Subject.Source), since, rows))
		label = ""
	}
}

// handled says what people did about it; "" where nobody did anything.
func (p *page) handled(r audit.Reported) string {
	h := r.Handling
	var done []string
	if s := p.stands(r); s != "" && r.Status != incident.Baseline {
		done = append(done, s)
	}
	if known(h.AcceptedFrom) {
		done = append(done, "this level is the usual one from "+firm(words.DayNear(h.AcceptedFrom.Time(), p.now)))
	}
	if len(done) == 0 {
		return ""
	}
	out := words.And(done)
	if !h.At.IsZero() {
		out += ", on " + firm(words.MomentNear(h.At, p.now, p.zone))
	}
	if h.Why != "" {
		out += ": " + p.say(h.Why)
	}
	return out
}

// trail writes what people did before the last of it, which stands above.
func (p *page) trail(r audit.Reported) {
	if len(r.Trail) < 2 {
		return
	}
	label := "Trail"
	for _, a := range r.Trail {
		text := firm(words.MomentNear(a.At, p.now, p.zone)) + " " + p.name(a.Who, 30) + ": " + p.say(a.What)
		if a.Why != "" {
			text += " (" + p.say(a.Why) + ")"
		}
		p.labelled(label, text)
		label = ""
	}
}

// fixText writes one fix: its lines stand as they are, however long, so that they can be pasted.
func (p *page) fixText(n int, t fix.Text) {
	p.blank()
	state := "not verified"
	if t.Verified {
		state = "verified"
	}
	p.heading("FIX "+words.Count(int64(n)), p.say(t.Title)+" ("+p.say(t.Kind)+", "+state+")", "", lipgloss.NewStyle().Bold(true))
	if t.Proof != "" {
		p.put(2, 2, "Verified: "+p.say(t.Proof))
	}
	if t.Note != "" {
		p.put(2, 2, p.say(t.Note))
	}
	p.blank()
	for line := range strings.Lines(t.Text) {
		p.b.WriteString(plain(strings.TrimRight(line, "\r\n")) + "\n")
	}
}

// plain takes out of a line what a terminal would act on, and what cannot be seen, and keeps everything else: tabs,
// long lines, and the joiners that scripts and emoji are written with.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\t' && unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}

// List writes findings as a table, one line each, in the order given.
func List(w io.Writer, list []audit.Reported, o Options) error {
	now := landed.NoDay
	for _, r := range list {
		now = max(now, r.Finding.LastSeen)
	}
	p := newPage(o, now.Time())
	if len(list) == 0 {
		p.raw("No findings.")
		return written(p.writeTo(w))
	}
	rows := [][]string{{"ID", "SEVERITY", "STATUS", "SINCE", "EVENTS", "WHAT"}}
	for _, r := range list {
		since := ""
		if known(r.Finding.Since) {
			since = words.ShortDay(r.Finding.Since.Time())
			if r.Finding.Since.Time().Year() != now.Time().Year() {
				since = r.Finding.Since.String()
			}
		}
		events := ""
		if r.Finding.Rows > 0 {
			events = words.Rough(r.Finding.Rows)
		}
		rows = append(rows, []string{
			p.say(r.ID), r.Finding.Severity.String(), p.say(string(r.Status)), since, events, p.say(r.Finding.Title),
		})
	}
	p.table(rows, list)
	return written(p.writeTo(w))
}

// table writes rows under a head; the fifth column holds figures, the last takes what room is left.
func (p *page) table(rows [][]string, list []audit.Reported) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], lipgloss.Width(cell))
		}
	}
	used := 0
	for _, n := range widths[:len(widths)-1] {
		used += n + 2
	}
	for n, row := range rows {
		var b strings.Builder
		for i, cell := range row[:len(row)-1] {
			gap := strings.Repeat(" ", widths[i]-lipgloss.Width(cell))
			switch {
			case i == 4 && used > p.width-20:
				continue // no room for figures and a title
			case i == 4:
				b.WriteString(gap + cell)
			case i == 1 && n > 0:
				b.WriteString(p.styled(severityStyle(list[n-1].Finding.Severity), cell) + gap)
			default:
				b.WriteString(cell + gap)
			}
			b.WriteString("  ")
		}
		title := row[len(row)-1]
		if room := p.width - used; room >= 20 {
			p.raw(b.String() + p.cut(title, room))
			continue
		}
		p.raw(b.String())
		if n > 0 {
			p.put(2, 2, p.cut(title, p.width-2))
		}
	}
}
