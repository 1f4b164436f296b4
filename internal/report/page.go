package report

import (
	"io"
	"strings"
	"time"
	"unicode"

	"charm.land/lipgloss/v2"

	"github.com/plumbline-audit/plumbline/internal/chart"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// page lays text out in columns. Whatever comes from a warehouse goes through say before it is put on a page.
type page struct {
	b     strings.Builder
	width int
	zone  *time.Location
	now   time.Time // years other than its are named
	utf8  bool
	color bool
}

func newPage(o Options, now time.Time) *page {
	width, zone := o.Width, o.Zone
	if width == 0 {
		width = 80
	}
	if zone == nil {
		zone = time.UTC
	}
	return &page{width: max(width, 60), zone: zone, now: now, utf8: o.UTF8, color: o.Color}
}

func (p *page) writeTo(w io.Writer) error {
	_, err := io.WriteString(w, p.b.String())
	return err
}

// say makes a sentence safe to show: on one line, without what a terminal would act on, e-mail addresses masked.
func (p *page) say(s string) string { return p.sign(words.Safe(s)) }

// name is a name as it landed, written out so that it can be told from every other, in at most n columns.
func (p *page) name(s string, n int) string { return p.cut(p.sign(names.Visible(names.Mask(s))), n) }

// ascii writes our own signs in ASCII and every other character by its number.
func ascii(s string) string {
	s = strings.NewReplacer("·", "-", "→", "->", "…", "...", "–", "-", "×", "x", "•", "*", "␠", "_").Replace(s)
	var b strings.Builder
	for _, r := range s {
		if r <= '~' || r == '\u00a0' {
			b.WriteRune(r)
			continue
		}
		b.WriteString(`\u{` + hex(r) + "}")
	}
	return b.String()
}

func hex(r rune) string {
	const digits = "0123456789abcdef"
	var out []byte
	for ; r > 0; r >>= 4 {
		out = append([]byte{digits[r&15]}, out...)
	}
	return string(out)
}

// sign writes a safe text as the terminal can show it.
func (p *page) sign(s string) string {
	if p.utf8 {
		return s
	}
	return ascii(s)
}

// facts joins what stands side by side on a line, and leaves out what is not known.
func (p *page) facts(list ...string) string {
	var out []string
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, p.sign(" · "))
}

// cut shortens a safe text to n columns, with a sign that something is left out.
func (p *page) cut(s string, n int) string {
	if lipgloss.Width(s) <= n {
		return s
	}
	end := p.sign("…")
	room := n - lipgloss.Width(end)
	if room <= 0 {
		return strings.Repeat(".", max(n, 0))
	}
	r := []rune(s)
	r = r[:min(len(r), 4*room)]
	for len(r) > 0 && lipgloss.Width(string(r)) > room {
		r = r[:len(r)-1]
	}
	return strings.TrimRightFunc(string(r), unicode.IsSpace) + end
}

// wrap breaks a safe text at its blanks into lines of at most n columns; a word that is longer is broken inside.
func wrap(s string, n int) []string {
	n = max(n, 1)
	var lines []string
	line := ""
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' }) {
		switch {
		case line != "" && lipgloss.Width(line)+1+lipgloss.Width(word) <= n:
			line += " " + word
			continue
		case line != "":
			lines = append(lines, line)
		}
		for lipgloss.Width(word) > n {
			head := headOf(word, n)
			lines = append(lines, head)
			word = word[len(head):]
		}
		line = word
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// headOf is the longest start of a word that fits into n columns, at least one character.
func headOf(word string, n int) string {
	end, first := 0, true
	for i, r := range word {
		next := i + len(string(r))
		if !first && lipgloss.Width(word[:next]) > n {
			break
		}
		end, first = next, false
		if end > 8*n+16 {
			break // marks without width; cut them anyway
		}
	}
	return word[:end]
}

// firm keeps the words of a figure or a date on one line.
func firm(s string) string { return strings.ReplaceAll(s, " ", "\u00a0") }

// put writes a text at an indent, its further lines at hang.
func (p *page) put(indent, hang int, s string) {
	for i, l := range hung(s, p.width-indent, p.width-hang) {
		at := hang
		if i == 0 {
			at = indent
		}
		p.raw(strings.Repeat(" ", at) + strings.TrimSuffix(l, p.sign(" ·")))
	}
}

// hung wraps with a first line that is not as wide as the others.
func hung(s string, first, rest int) []string {
	lines := wrap(s, first)
	if len(lines) < 2 {
		return lines
	}
	return append(lines[:1], wrap(strings.Join(lines[1:], " "), rest)...)
}

// labelled writes a text behind a word in the margin.
func (p *page) labelled(label, s string) {
	const indent, column = 2, 13
	for i, l := range wrap(s, p.width-column) {
		margin := strings.Repeat(" ", column)
		if i == 0 {
			margin = pad(strings.Repeat(" ", indent)+label, column-1) + " "
		}
		p.raw(margin + l)
	}
}

// heading writes a word, a title and an id at the right edge.
func (p *page) heading(word, title, id string, style lipgloss.Style) {
	column := max(10, lipgloss.Width(word)+2)
	lines := hung(title, p.width-column-lipgloss.Width(id)-2, p.width-column)
	if len(lines) == 0 {
		lines = []string{""}
	}
	gap := p.width - column - lipgloss.Width(lines[0]) - lipgloss.Width(id)
	p.raw(p.styled(style, word) + strings.Repeat(" ", max(column-lipgloss.Width(word), 1)) + lines[0] +
		strings.Repeat(" ", max(gap, 1)) + p.styled(lipgloss.NewStyle().Faint(true), id))
	for _, l := range lines[1:] {
		p.raw(strings.Repeat(" ", column) + l)
	}
}

func (p *page) styled(style lipgloss.Style, s string) string {
	if !p.color {
		return s
	}
	return style.Render(s)
}

// raw writes a line that is laid out already.
func (p *page) raw(line string) {
	p.b.WriteString(strings.TrimRight(strings.ReplaceAll(line, "\u00a0", " "), " "))
	p.b.WriteByte('\n')
}

func (p *page) blank() { p.b.WriteByte('\n') }

// pad fills a text with blanks up to n columns.
func pad(s string, n int) string { return s + strings.Repeat(" ", max(n-lipgloss.Width(s), 0)) }

func (p *page) spark() chart.Style {
	if p.utf8 {
		return chart.Blocks
	}
	return chart.ASCII
}

// severityStyle is the colour of a severity's word, from the terminal's own sixteen.
func severityStyle(s finding.Severity) lipgloss.Style {
	style := lipgloss.NewStyle().Bold(true)
	switch s {
	case finding.Critical:
		return style.Foreground(lipgloss.Color("1"))
	case finding.Warning:
		return style.Foreground(lipgloss.Color("3"))
	case finding.Info:
		return style.Foreground(lipgloss.Color("6"))
	}
	return style
}
