package fix

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// place is where code is looked for.
type place struct{ source, version string }

// codeSearches writes what to look for, one text for each source and version.
func codeSearches(all []intention, f finding.Finding, c Context) []Text {
	var order []place
	literals := map[place][]string{}
	for _, in := range all {
		fx, ok := in.fix.(finding.SearchCode)
		if !ok {
			continue
		}
		p := place{fx.Source, fx.Version}
		if _, known := literals[p]; !known {
			order = append(order, p)
		}
		for _, l := range fx.Literals {
			literals[p] = keep(literals[p], l)
		}
	}
	var out []Text
	for _, p := range order {
		if len(literals[p]) > 0 {
			out = append(out, codeSearch(p, literals[p], began(f, c)))
		}
	}
	return out
}

func codeSearch(p place, literals []string, since string) Text {
	where := "the code"
	if p.source != "" {
		where = "the code of " + visible(p.source)
	}
	if p.version != "" {
		where += " " + visible(p.version)
	}
	var b strings.Builder
	b.WriteString("# In " + where)
	if since != "" {
		b.WriteString("; what is looked for began " + since)
	}
	b.WriteString("\n")
	var fixed, loose []string
	for _, l := range literals {
		for _, s := range spellings(l) {
			fixed = keep(fixed, s)
		}
		loose = keep(loose, pattern(l))
	}
	b.WriteString("grep -rnF")
	for _, s := range fixed {
		b.WriteString(" \\\n  -e " + shell(s))
	}
	b.WriteString(" .\n")
	if len(loose) > 0 {
		b.WriteString("# Nothing there? Any case and any separator, and names put together from parts:\ngrep -rniE")
		for _, s := range loose {
			b.WriteString(" \\\n  -e " + shell(s))
		}
		b.WriteString(" .\n")
	}
	return Text{
		Kind: CodeSearch, Language: "sh", Text: b.String(),
		Title: fmt.Sprintf("search %s for %s", where, shown(literals[0])),
	}
}

// spellings returns a name as sent and the ways in which code commonly spells it, without repeats.
func spellings(name string) []string {
	parts := nameWords(name)
	out := keep(nil, name)
	if len(parts) < 2 {
		return out
	}
	lower, title := make([]string, len(parts)), make([]string, len(parts))
	for i, w := range parts {
		lower[i] = strings.ToLower(w)
		r := []rune(lower[i])
		title[i] = string(unicode.ToUpper(r[0])) + string(r[1:])
	}
	for _, s := range []string{
		strings.Join(title, " "), strings.Join(lower, " "), strings.Join(lower, "_"), strings.Join(lower, "-"), strings.Join(title, ""),
		lower[0] + strings.Join(title[1:], ""), strings.ToUpper(strings.Join(lower, "_")),
	} {
		out = keep(out, s)
	}
	return out
}

// pattern returns an extended regular expression for the words of a name with anything short between them, or ""
// where the name is a single word that the literal search finds.
func pattern(name string) string {
	parts := nameWords(name)
	if len(parts) < 2 {
		return ""
	}
	for i, w := range parts {
		parts[i] = regexp.QuoteMeta(w)
	}
	return strings.Join(parts, "[^[:alnum:]]{0,6}")
}

// nameWords splits a name where people see words: at what is neither letter nor digit, and at a capital after a
// small letter.
func nameWords(name string) []string {
	var out []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			out = append(out, string(word))
		}
		word = nil
	}
	for _, r := range name {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush()
			continue
		case unicode.IsUpper(r) && len(word) > 0 && unicode.IsLower(word[len(word)-1]):
			flush()
		}
		word = append(word, r)
	}
	flush()
	return out
}

// shell quotes a word for sh. A word with characters that a terminal would act on is written with printf, so that
// pasting it cannot do more than it shows.
func shell(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }) {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	var b strings.Builder
	for i := range len(s) {
		switch ch := s[i]; {
		case ch == 0: // no word of a shell can hold it
		case ch == '%':
			b.WriteString("%%")
		case ch == '\\':
			b.WriteString(`\\`)
		case ch == '\'':
			b.WriteString(`'\''`)
		case ch < ' ' || ch > '~':
			fmt.Fprintf(&b, `\%03o`, ch)
		default:
			b.WriteByte(ch)
		}
	}
	return `"$(printf '` + b.String() + `')"`
}

// visible makes a sentence safe to read on one line.
func visible(s string) string { return words.Safe(s) }

// shown is a name for a sentence: in quotes, not longer than a line has room for.
func shown(s string) string { return `"` + names.Short(names.Visible(names.Mask(s)), 60) + `"` }

// list names the first few of many.
func list(items []string) string { return words.List(items, 3) }
