package slack

import (
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/notify"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// What Slack accepts is 3,000 characters a text and 50 blocks; all blocks together fail from about 13,000 on, which no
// page of Slack's says.
const (
	sectionSize  = 2900
	messageSize  = 7000
	fallbackSize = 700
	evidenceMax  = 8
	fewNames     = 5
	chartWidth   = 28
	dot          = " · "
)

// Render writes a message: text for notifications and screen readers, one or two full sentences, and the blocks. It is
// pure. Names are data that strangers send: none of them can mention anybody, become a link or end a style.
func Render(m notify.Message) (text string, blocks []slack.Block) {
	w := writer{m: m, zone: zone(m.Finding.Zone)}
	lines := []string{"*" + w.title() + "*", w.facts(), ""}
	lines = append(lines, w.body()...)
	for _, s := range sections(lines) {
		blocks = append(blocks, slack.NewSectionBlock(mrkdwn(s), nil, nil))
	}
	for _, s := range sections([]string{w.footer()}) {
		blocks = append(blocks, slack.NewContextBlock("", mrkdwn(s)))
	}
	return w.fallback(), blocks
}

// mrkdwn is a text in which Slack looks for no links, channels or people of its own accord.
func mrkdwn(s string) *slack.TextBlockObject {
	return &slack.TextBlockObject{Type: slack.MarkdownType, Text: s, Verbatim: true}
}

// sections packs lines into as few texts as their limit allows; what is beyond the limit of a message is left out and
// said so.
func sections(lines []string) []string {
	var out []string
	var b strings.Builder
	total := 0
	for _, line := range lines {
		n := size(line) + 1
		if total += n; total > messageSize {
			line = "_More than a message can hold: the rest is in the report._"
			n = size(line) + 1
		}
		if b.Len() > 0 && size(b.String())+n > sectionSize {
			out = append(out, b.String())
			b.Reset()
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(line)
		if total > messageSize {
			break
		}
	}
	return append(out, strings.TrimRight(b.String(), "\n"))
}

// writer writes one message.
type writer struct {
	m    notify.Message
	zone *time.Location
}

// zone is where the days of a source begin; UTC where the name is not known here.
func zone(name string) *time.Location {
	if z, err := time.LoadLocation(name); err == nil {
		return z
	}
	return time.UTC
}

// quoted are the names that sentences about the finding quote.
func (w writer) quoted() []string {
	f := w.m.Finding
	return append([]string{f.Event, f.Related, f.Property, f.Source}, f.Members...)
}

// title is the finding's own sentence, and what became of it.
func (w writer) title() string {
	title := prose(strings.TrimSuffix(w.m.Finding.Title, "."), w.quoted())
	switch w.m.News {
	case notify.New:
	case notify.Reopened:
		return "Again: " + title
	case notify.Worse:
		return "Worse: " + title
	case notify.Resolved:
		if ended := w.m.Finding.Ended; ended != "" {
			return "Resolved: " + prose(ended, w.quoted())
		}
		return "Resolved, it no longer happens: " + title
	}
	return title
}

// facts is the line below the title: how bad, where, since when, whose.
func (w writer) facts() string {
	f := w.m.Finding
	var parts []string
	if w.m.News != notify.Resolved {
		parts = append(parts, capital(f.Severity))
	}
	if where := w.where(); where != "" {
		parts = append(parts, where)
	}
	if f.Since != "" {
		parts = append(parts, "since "+w.since())
	}
	switch {
	case w.m.News == notify.Resolved:
		if span := w.span(); span != "" {
			parts = append(parts, span)
		}
	case f.Ongoing:
		parts = append(parts, "still happening")
	case f.LastSeen != "":
		parts = append(parts, "last seen "+w.day(f.LastSeen))
	}
	if f.Owner != "" && w.m.News != notify.Resolved {
		parts = append(parts, w.owner())
	}
	return strings.Join(parts, dot)
}

// where is the source with its version, then the other sources and the rest of the slice.
func (w writer) where() string {
	f := w.m.Finding
	var parts []string
	if f.Source != "" {
		parts = append(parts, strings.TrimSpace(code(f.Source)+" "+plain(cut(f.AppVersion, nameRunes))))
	}
	for _, s := range f.Sources {
		if s != f.Source {
			parts = append(parts, code(s))
		}
	}
	for _, s := range f.Slice {
		parts = append(parts, code(s))
	}
	return words.List(parts, fewNames)
}

// since is the hour where it is known, else the day.
func (w writer) since() string {
	if t := w.m.Finding.SinceTime; !t.IsZero() {
		return words.MomentNear(t, w.m.Footer.Started, w.zone)
	}
	return w.day(w.m.Finding.Since)
}

// day writes a date of the message with its weekday.
func (w writer) day(date string) string {
	d, err := landed.ParseDay(date)
	if err != nil {
		return plain(cut(date, nameRunes))
	}
	return words.DayNear(d.Time(), w.m.Footer.Started)
}

// span is how long something lasted, in days, both ends included.
func (w writer) span() string {
	first, err1 := landed.ParseDay(w.m.Finding.Since)
	last, err2 := landed.ParseDay(w.m.Finding.LastSeen)
	if err1 != nil || err2 != nil || last < first {
		return ""
	}
	return "seen until " + w.day(w.m.Finding.LastSeen) + ", lasted " + words.Days(int(last-first)+1)
}

// owner mentions whoever owns the finding where Slack can: a user or a group by its id. Any other label is text.
func (w writer) owner() string {
	o := w.m.Finding.Owner
	if !slackID(o) {
		return plain(cut(o, nameRunes))
	}
	if o[0] == 'S' {
		return "<!subteam^" + o + ">"
	}
	return "<@" + o + ">"
}

// slackID says whether a label is the id of a user or of a user group.
func slackID(s string) bool {
	if len(s) < 8 || len(s) > 20 || !strings.ContainsRune("UWS", rune(s[0])) {
		return false
	}
	digits := false
	for _, r := range s {
		digits = digits || r >= '0' && r <= '9'
		if (r < 'A' || r > 'Z') && (r < '0' || r > '9') {
			return false
		}
	}
	return digits
}

// footer says which audit this is from, and what it did not see.
func (w writer) footer() string {
	f := w.m.Footer
	parts := []string{plain(w.m.Finding.ID), plain(cut(w.m.Workspace, nameRunes)), "audit of " + words.Moment(f.Started, time.UTC)}
	if f.Through != "" {
		parts = append(parts, "judged through "+w.day(f.Through))
	}
	switch {
	case len(f.NotChecked) > 0:
		unseen := make([]string, 0, len(f.NotChecked))
		for _, what := range f.NotChecked {
			unseen = append(unseen, prose(cut(what, nameRunes*2), nil))
		}
		parts = append(parts, "not checked: "+words.List(unseen, 2))
	case f.Sources == 1:
		parts = append(parts, "its source checked in full")
	case f.Sources > 1:
		parts = append(parts, "all "+words.Count(int64(f.Sources))+" sources checked")
	}
	return strings.Join(parts, dot)
}

// fallback is the message in a sentence or two, for notifications and screen readers: no markup but the escapes.
func (w writer) fallback() string {
	f := w.m.Finding
	var b strings.Builder
	title := f.Title
	switch w.m.News {
	case notify.New:
		b.WriteString(capital(f.Severity))
	case notify.Reopened:
		b.WriteString(capital(f.Severity) + ", again")
	case notify.Worse:
		b.WriteString("Worse, now " + f.Severity)
	case notify.Resolved:
		b.WriteString("Resolved")
		if title = f.Ended; title == "" {
			b.WriteString(", it no longer happens")
			title = f.Title
		}
	}
	b.WriteString(": " + cut(words.Safe(strings.TrimSuffix(title, ".")), proseRunes))
	if f.Since != "" && title == f.Title && !strings.Contains(f.Title, " since ") && !strings.Contains(f.Title, w.day(f.Since)) { // a title may say it already
		b.WriteString(" since " + w.since())
	}
	if f.Source != "" {
		b.WriteString(" (" + strings.TrimSpace(cut(shown(f.Source), nameRunes)+" "+cut(shown(f.AppVersion), nameRunes)) + ")")
	}
	b.WriteByte('.')
	for _, line := range w.amount() {
		b.WriteString(" " + strings.ReplaceAll(line, "*", ""))
	}
	return cutEscaped(b.String(), fallbackSize) + " " + escape(f.ID)
}

// cutEscaped escapes the longest beginning of a text that stays below a size.
func cutEscaped(s string, limit int) string {
	for size(escape(s)) > limit {
		s = cut(s, len([]rune(s))*9/10)
	}
	return escape(s)
}

// codes lists names in code style, the first few of them.
func codes(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = code(n)
	}
	return words.List(out, fewNames)
}

// capital writes a word with a capital first letter.
func capital(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
