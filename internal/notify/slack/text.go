package slack

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/words"
)

const (
	nameRunes  = 80  // of a name in a message: event names are sent by clients, and may be of any length
	proseRunes = 400 // of a title or a line of evidence
)

// escape replaces the three characters that Slack gives a meaning to anywhere in a text: mentions and links are
// written in angle brackets.
func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// shown writes a name so that nothing in it hides or acts, nor says who a person is.
func shown(name string) string { return names.Visible(names.Mask(name)) }

// code writes a name as sent in code style. Nothing inside can end the style, mention anybody or become a link.
func code(name string) string { return style(shown(name)) }

// style puts text that shows all it holds into code style.
func style(s string) string {
	if s == "" {
		s = "(empty)"
	}
	return "`" + escape(strings.ReplaceAll(cut(s, nameRunes), "`", "ˋ")) + "`"
}

// plain writes text in which nothing is markup: the characters that Slack reads as bold, italic, struck or code are
// replaced by their look-alikes, since there is no way to escape them.
func plain(s string) string {
	s = strings.NewReplacer("*", "∗", "~", "∼", "`", "ˋ").Replace(words.Safe(s))
	return escape(quietUnderscores(s))
}

// quietUnderscores replaces the underscores at the edge of a word: only those begin or end italics.
func quietUnderscores(s string) string {
	runes := []rune(s)
	word := func(i int) bool {
		return i >= 0 && i < len(runes) && (unicode.IsLetter(runes[i]) || unicode.IsNumber(runes[i]) || runes[i] == '_')
	}
	out := slices.Clone(runes)
	for i, r := range runes {
		if r == '_' && (!word(i-1) || !word(i+1)) {
			out[i] = 'ˍ'
		}
	}
	return string(out)
}

// prose writes a sentence of a finding, with the names it quotes in code style, whether it holds them as sent or as
// they are shown.
func prose(s string, quoted []string) string {
	s = cut(s, proseRunes)
	var b strings.Builder
	for s != "" {
		at, found, written := len(s), "", ""
		for _, name := range quoted {
			if name == "" {
				continue
			}
			for _, form := range []string{name, shown(name)} {
				if i := strings.Index(s, `"`+form+`"`); i >= 0 && (i < at || i == at && len(form) > len(found)) {
					at, found, written = i, form, shown(name)
				}
			}
		}
		b.WriteString(plain(s[:at]))
		if found == "" {
			break
		}
		b.WriteString(style(written))
		s = s[at+len(found)+2:]
	}
	return b.String()
}

// cut shortens text to a number of runes, and shows that it did.
func cut(s string, runes int) string {
	r := []rune(s)
	if len(r) <= runes {
		return string(r)
	}
	return string(r[:runes-1]) + "…"
}

// size counts characters as Slack does: in UTF-16.
func size(s string) int { return len(utf16.Encode([]rune(s))) }
