package report

import (
	"cmp"
	"io"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/fix"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// Markdown writes the report of one audit for a comment or a wiki page. Names are escaped, so that none of them can
// format, link or mention; fixes stand in fences that nothing inside them can close.
func Markdown(w io.Writer, r audit.Result, o Options) error {
	h := r.Header
	o.UTF8, o.Color, o.Width = true, false, 1<<20 // a page breaks lines itself
	p := newPage(o, h.AsOf.Time())
	s := divide(r.Findings)
	p.para("## " + escape(p.say(h.Workspace)) + ": audit of " + words.FullDay(h.AsOf.Time()))
	p.headerMarkdown(h)
	p.countsMarkdown(r, s)
	if all := order(current(r)); len(all) > 0 {
		p.tableMarkdown(all)
	}
	for _, f := range s.news {
		p.findingMarkdown(f, lastOf(h, f.Finding), o.Fixes[f.ID])
	}
	p.goneMarkdown(s.gone)
	p.gapsMarkdown(h)
	p.unjudgedMarkdown(h)
	return written(p.writeTo(w))
}

// para writes a paragraph.
func (p *page) para(s string) {
	if p.b.Len() > 0 {
		p.blank()
	}
	p.raw(s)
}

func (p *page) headerMarkdown(h audit.Header) {
	through := ""
	if known(h.Last) {
		through = "judged through " + words.Day(h.Last.Time()) + p.zoneNote(h)
	}
	list := make([]string, len(h.Sources))
	for i, s := range h.Sources {
		list[i] = code(p.say(called(s)))
	}
	if facts := p.facts(words.List(list, 10), escape(through), p.cost(h)); facts != "" {
		p.para(facts)
	}
}

func (p *page) countsMarkdown(r audit.Result, s sections) {
	q := newPage(Options{Width: p.width, UTF8: true}, p.now)
	q.counts(r, s)
	p.para(escape(strings.TrimSpace(q.b.String())))
}

func (p *page) tableMarkdown(list []audit.Reported) {
	p.para("| | Finding | Since | Events | |")
	p.raw("|---|---|---|--:|---|")
	for _, r := range list {
		f := r.Finding
		since, rows := "", ""
		if known(f.Since) {
			since = words.DayNear(f.Since.Time(), p.now)
		}
		if f.Rows > 0 {
			rows = words.Count(f.Rows)
		}
		change := r.Change.String()
		if change == string(r.Status) {
			change = ""
		}
		p.raw("| " + strings.Join([]string{
			f.Severity.String(), escape(p.say(head(r))), since, rows, escape(p.facts(change, string(r.Status), r.ID)),
		}, " | ") + " |")
	}
}

func (p *page) findingMarkdown(r audit.Reported, last landed.Day, fixes []fix.Text) {
	f := r.Finding
	p.para("### " + escape(p.say(f.Title)))
	p.para(escape(p.facts(f.Severity.String(), p.where(f), p.when(f, last), goes(r), p.stands(r), p.say(owner(r)), r.ID)))
	if s := p.howMuch(f); s != "" {
		p.para(escape(s))
	}
	p.chartMarkdown(f)
	if len(f.Impacts) > 0 {
		p.para("**Missed by** " + escape(p.missed(f.Impacts)))
	}
	p.evidenceMarkdown(f)
	if len(f.Members) > 1 {
		p.blank()
		for _, m := range f.Members {
			p.raw("- " + code(p.member(m, 80)) + ", " + words.Many(m.Rows, "event", "events"))
		}
	}
	for _, t := range fixes {
		p.fixMarkdown(t)
	}
}

func (p *page) evidenceMarkdown(f finding.Finding) {
	if len(f.Evidence) == 0 {
		return
	}
	if f.Confidence > 0 {
		p.para("**" + words.Sure(f.Confidence) + " sure**")
	}
	p.blank()
	for _, e := range f.Evidence {
		mark := ""
		if e.Against {
			mark = "*against* "
		}
		p.raw("- " + mark + escape(p.reason(e)))
	}
}

// chartMarkdown draws the daily counts in a fence, where the columns stand under each other.
func (p *page) chartMarkdown(f finding.Finding) {
	q := newPage(Options{Width: 90, UTF8: true}, p.now)
	q.charts(f)
	if s := strings.Trim(q.b.String(), "\n"); s != "" {
		p.fence("text", s)
	}
}

func (p *page) fixMarkdown(t fix.Text) {
	state := "not verified"
	if t.Verified {
		state = "verified: " + cmp.Or(t.Proof, "the finding was gone")
	}
	p.para("<details><summary>" + escapeHTML(p.say(t.Title)+" ("+p.say(t.Kind+", "+state)+")") + "</summary>")
	if t.Note != "" {
		p.para(escape(p.say(t.Note)))
	}
	p.fence(t.Language, t.Text)
	p.para("</details>")
}

// fence writes a text in a fence that is longer than any run of backticks in it.
func (p *page) fence(language, s string) {
	longest, run := 0, 0
	for _, r := range s {
		if r != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	mark := strings.Repeat("`", max(3, longest+1))
	p.para(mark + language)
	for line := range strings.Lines(s) {
		p.b.WriteString(plain(strings.TrimRight(line, "\r\n")) + "\n")
	}
	p.raw(mark)
}

// goneMarkdown says of what is over what it does not bring back.
func (p *page) goneMarkdown(list []audit.Reported) {
	first := true
	for _, r := range list {
		s := p.missing(r)
		if s == "" {
			continue // its line in the table says enough
		}
		if first {
			p.para("### Resolved, and still missing")
			p.blank()
		}
		first = false
		p.raw("- " + escape(p.say(head(r))) + ": " + escape(s))
	}
}

func (p *page) unjudgedMarkdown(h audit.Header) {
	q := newPage(Options{Width: p.width, UTF8: true}, p.now)
	q.notJudged(h)
	for line := range strings.Lines(strings.TrimSpace(q.b.String())) {
		p.para(escape(strings.TrimSpace(line)))
	}
}

func (p *page) gapsMarkdown(h audit.Header) {
	for i, g := range h.Gaps {
		if i == 0 {
			p.para("### Not checked")
		}
		p.para("- " + code(strings.Trim(p.say(g.Source)+"."+p.say(g.Table), ".")) + " (" + g.Kind.String() + "): " + escape(p.say(g.Why)))
		if g.HowToFix != "" {
			p.fence("", g.HowToFix)
		}
	}
}

// escape writes a safe text so that Markdown shows it as it is: nothing formats, links, mentions or becomes HTML.
func escape(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch r {
		case '\\', '`', '*', '_', '{', '}', '[', ']', '!', '|', '~', '$':
			b.WriteByte('\\')
		case '+', '-', '=':
			if i == 0 { // a list or a heading would begin here
				b.WriteByte('\\')
			}
		}
		b.WriteString(inert(r))
	}
	return parted(b.String())
}

// escapeHTML is escape where Markdown reads HTML: only HTML's own signs, mentions and links mean something there.
func escapeHTML(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteString(inert(r))
	}
	return parted(b.String())
}

// inert writes a character so that it is neither HTML nor the start of a mention or a reference.
func inert(r rune) string {
	switch r {
	case '<':
		return "&lt;"
	case '>':
		return "&gt;"
	case '&':
		return "&amp;"
	case '@', '#':
		return string(r) + "<!-- -->"
	case '\u00a0':
		return " "
	}
	return string(r)
}

// parted breaks what would become a link by itself.
func parted(s string) string {
	return strings.NewReplacer("://", ":<!-- -->//", "www.", "www<!-- -->.", "mailto:", "mailto<!-- -->:").Replace(s)
}

// code writes a safe text as a code span, with a fence longer than any run of backticks in it.
func code(s string) string {
	mark := "`"
	for strings.Contains(s, mark) {
		mark += "`"
	}
	s = strings.ReplaceAll(s, "|", "\u2502") // a table would end its cell there
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") || s == "" {
		s = " " + s + " "
	}
	return mark + s + mark
}
