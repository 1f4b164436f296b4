package report

import (
	"strings"
	"time"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/fix"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// One finding as the template reads it.
type (
	htmlFinding struct {
		Anchor, ID, Title string
		Severity, Change  string
		Class             string
		Open              bool // shown whole; else behind a line to open
		Facts             []string
		HowMuch           string
		Figures           []htmlFigure
		Missed            []htmlMissed
		Missing           string // what is still missing of a finding that is over
		Sure              string
		For, Against      []string
		Members           []htmlMember
		Details           []htmlFact
		Fixes             []htmlFix
		Commands          []htmlFact
	}
	htmlMissed struct{ Name, Events, Until string }
	htmlMember struct{ What, Source, Since, Events string }
	htmlFix    struct {
		Title, Kind, State, Proof, Note, Language, Text string
		Verified                                        bool
	}
)

func (b *htmlBuilder) finding(r audit.Reported, open bool) htmlFinding {
	f := r.Finding
	out := htmlFinding{
		Anchor: b.anchor(r.ID), ID: b.brief(r.ID), Title: b.brief(head(r)), Open: open,
		Severity: capital(f.Severity.String()), Class: f.Severity.String(), Change: r.Change.String(),
		HowMuch: b.howMuch(f), Figures: b.figures(f), Missing: b.missing(r),
		Members: b.memberRows(f), Details: b.details(r), Commands: b.commands(r),
	}
	switch r.Change {
	case incident.Resolved:
		out.Class, out.Severity = "resolved", "Resolved"
	case incident.Continued, incident.Unseen, incident.Merged: // no news: what the line below says is enough
		out.Change = ""
	case incident.Opened, incident.Reopened, incident.Worsened:
	}
	for _, fact := range []string{b.where(f), b.when(f, lastOf(b.header, f)), goes(r), b.stands(r), b.brief(owner(r))} {
		if fact != "" {
			out.Facts = append(out.Facts, fact)
		}
	}
	if f.Confidence > 0 {
		out.Sure = words.Sure(f.Confidence) + " sure"
	}
	for _, e := range f.Evidence {
		reason := b.reason(e)
		switch {
		case reason == "":
		case e.Against:
			out.Against = append(out.Against, reason)
		case e.Chart == nil:
			out.For = append(out.For, reason)
		}
	}
	for _, d := range f.Impacts {
		out.Missed = append(out.Missed, htmlMissed{b.name(d.Name, 60), words.Count(d.Unmatched), b.until(d.Until)})
	}
	for _, t := range b.fixes[r.ID] {
		out.Fixes = append(out.Fixes, b.fix(t))
	}
	return out
}

// until says until when the first of the events that a destination missed can be sent again.
func (b *htmlBuilder) until(t time.Time) string {
	if t.IsZero() {
		return "no limit known"
	}
	return "the first of them until " + words.MomentNear(t, b.now, b.zone)
}

// missing says what an end does not bring back, and what came back by itself: resolved is not recovered.
func (p *page) missing(r audit.Reported) string {
	if r.Change != incident.Resolved {
		return ""
	}
	for _, e := range r.Finding.Evidence {
		if e.Label == finding.CameBack {
			return p.say(e.Value) + "."
		}
	}
	if len(r.Finding.Impacts) == 0 {
		return ""
	}
	var list []string
	for _, d := range r.Finding.Impacts {
		list = append(list, p.name(d.Name, 30))
	}
	return words.Many(r.Finding.Rows, "event is", "events are") + " still missing in " + words.And(list) + ", unless sent again since."
}

// memberRows are the causes of equal rank; a finding that is no group has none.
func (b *htmlBuilder) memberRows(f finding.Finding) []htmlMember {
	if len(f.Members) < 2 {
		return nil
	}
	out := make([]htmlMember, 0, len(f.Members))
	for _, m := range f.Members {
		row := htmlMember{What: b.member(m, 80), Source: b.name(m.Subject.Source, 40)}
		if known(m.Since) {
			row.Since = words.DayNear(m.Since.Time(), b.now)
		}
		if m.Rows > 0 {
			row.Events = words.Count(m.Rows)
		}
		out = append(out, row)
	}
	return out
}

// details are what somebody needs who works on it.
func (b *htmlBuilder) details(r audit.Reported) []htmlFact {
	f := r.Finding
	var out []htmlFact
	add := func(label, text string) {
		if text != "" {
			out = append(out, htmlFact{label, text})
		}
	}
	add("Kind", b.brief(strings.TrimSuffix(string(f.Kind)+": "+meaning(f.Kind), ": ")))
	add("Table", b.brief(f.Table))
	add("Explains", strings.Join(b.each(r.Explains), ", "))
	if !r.Opened.IsZero() {
		add("Opened", words.MomentNear(r.Opened, b.now, b.zone))
	}
	add("Handled", b.cut(b.handled(r), 600))
	return out
}

// commands say what can be done about a finding from a terminal.
func (b *htmlBuilder) commands(r audit.Reported) []htmlFact {
	id := b.brief(r.ID)
	out := []htmlFact{{"Everything about it", "plumbline findings show " + id}}
	if r.Status == incident.Open && r.Change != incident.Resolved {
		out = append(
			out,
			htmlFact{"Somebody is on it", "plumbline findings ack " + id},
			htmlFact{"Not now", "plumbline findings snooze " + id + " --for 7d"},
			htmlFact{"Not a problem", "plumbline findings dismiss " + id + ` --why "…"`},
		)
	}
	return out
}

func (b *htmlBuilder) fix(t fix.Text) htmlFix {
	out := htmlFix{
		Title: capital(b.brief(t.Title)), Kind: b.brief(t.Kind), Verified: t.Verified, Proof: b.brief(t.Proof), Note: b.brief(t.Note),
		Language: b.brief(t.Language), Text: multiline(t.Text, plain),
	}
	switch {
	case t.Verified:
		out.State = "verified"
	case t.Kind != fix.CodeSearch && t.Kind != fix.OwnerMessage: // those change nothing that could be verified
		out.State = "not verified"
	}
	return out
}

// capital writes our own words as the start of a line.
func capital(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
