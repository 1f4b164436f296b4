package plan

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// porter rewrites a pattern piece by piece. Each step returns why the pattern cannot be ported, or "".
type porter struct {
	in   []rune
	at   int
	out  strings.Builder
	atom bool // the last piece can be repeated
}

// maxRepeat is the largest count that Postgres knows; RE2 goes to 1,000.
const maxRepeat = 255

const (
	digits    = "0-9"
	wordChars = "A-Za-z0-9_"
)

// spaces are what \s matches in ECMAScript, written so that they may stand in brackets.
func spaces() string {
	return `\t\n\v\f\r ` + "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
}

// notLineEnd is what the dot matches in ECMAScript.
const notLineEnd = "[^\\n\\r\u2028\u2029]"

func (p *porter) run() string {
	for p.at < len(p.in) {
		if why := p.piece(); why != "" {
			return why
		}
	}
	return ""
}

// peek returns a character ahead, 0 beyond the end, which plainRune refuses.
func (p *porter) peek(ahead int) rune {
	if p.at+ahead < len(p.in) {
		return p.in[p.at+ahead]
	}
	return 0
}

func (p *porter) piece() string {
	c := p.in[p.at]
	switch c {
	case '\\':
		return p.escape()
	case '[':
		return p.class()
	case '(':
		return p.group()
	case ')', '|':
		p.write(string(c), c == ')')
	case '^', '$':
		p.write(string(c), false)
	case '.':
		p.write(notLineEnd, true)
	case '*', '+', '?':
		return p.repeat(string(c))
	case '{':
		if counts := p.counts(); counts != "" {
			return p.repeatCounted(counts)
		}
		p.write(`\{`, true)
	case '}', ']':
		p.write(`\`+string(c), true)
	default:
		return p.literal(c)
	}
	p.at++
	return ""
}

func (p *porter) write(s string, atom bool) {
	p.out.WriteString(s)
	p.atom = atom
}

// literal writes one character that stands for itself and moves past one rune of the pattern.
func (p *porter) literal(c rune) string {
	lit, why := plainRune(c)
	if why != "" {
		return why
	}
	p.write(lit, true)
	p.at++
	return ""
}

// plainRune writes a character so that no engine takes it for anything else, in brackets or out of them.
func plainRune(c rune) (string, string) {
	switch {
	case c == 0 || c == utf8.RuneError:
		return "", "it holds a character that a warehouse cannot store"
	case strings.ContainsRune(`\.+*?()|[]{}^$-`, c):
		return `\` + string(c), ""
	case c == '\n':
		return `\n`, ""
	case c == '\r':
		return `\r`, ""
	}
	return string(c), ""
}

func (p *porter) repeat(s string) string {
	if !p.atom {
		return "it repeats what cannot be repeated in every engine"
	}
	p.write(s, false)
	p.at++
	if p.peek(0) == '?' { // lazy or not makes no difference to whether something matches
		p.at++
	}
	return ""
}

// counts returns the {n}, {n,} or {n,m} that begins here, or "" where the bracket stands for itself.
func (p *porter) counts() string {
	end := slices.Index(p.in[p.at:], '}')
	if end < 2 {
		return ""
	}
	body := string(p.in[p.at+1 : p.at+end])
	lo, hi, comma := strings.Cut(body, ",")
	if !allDigits(lo) || comma && hi != "" && !allDigits(hi) {
		return ""
	}
	return body
}

func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

func (p *porter) repeatCounted(counts string) string {
	for n := range strings.SplitSeq(counts, ",") {
		if v, err := strconv.Atoi(n); n != "" && (err != nil || v > maxRepeat) {
			return "it repeats more than " + strconv.Itoa(maxRepeat) + " times, which Postgres does not know"
		}
	}
	p.at += len(counts) + 1
	return p.repeat("{" + counts + "}")
}

// group copies a group's opening; names are dropped, since nothing refers to them.
func (p *porter) group() string {
	rest := string(p.in[p.at:])
	switch {
	case !strings.HasPrefix(rest, "(?"):
		p.write("(", false)
		p.at++
	case strings.HasPrefix(rest, "(?:"):
		p.write("(?:", false)
		p.at += 3
	case strings.HasPrefix(rest, "(?="), strings.HasPrefix(rest, "(?!"), strings.HasPrefix(rest, "(?<="), strings.HasPrefix(rest, "(?<!"):
		return "it looks ahead or behind, which RE2 does not know"
	case strings.HasPrefix(rest, "(?<"):
		p.write("(?:", false)
		p.at += slices.Index(p.in[p.at:], '>') + 1
	default:
		return "it sets options inside the pattern, which not every engine knows"
	}
	return ""
}

// escape rewrites a backslash and what it stands for, outside brackets.
func (p *porter) escape() string {
	switch c := p.peek(1); c {
	case 'd', 'w', 's', 'D', 'W', 'S':
		set, negated := shorthand(c)
		open := "["
		if negated {
			open = "[^"
		}
		p.write(open+set+"]", true)
		p.at += 2
		return ""
	case 'b', 'B':
		return "it uses a word boundary, which Postgres takes for something else"
	}
	s, why := p.escaped()
	if why == "" {
		p.write(s, true)
	}
	return why
}

// shorthand is what a class escape holds, and whether it is the opposite that matches.
func shorthand(c rune) (set string, negated bool) {
	switch c {
	case 'd', 'D':
		return digits, c == 'D'
	case 'w', 'W':
		return wordChars, c == 'W'
	}
	return spaces(), c == 'S'
}

// escaped reads an escape that stands for one character.
func (p *porter) escaped() (lit, why string) {
	c := p.peek(1)
	switch {
	case strings.ContainsRune("tnvfr", c):
		p.at += 2
		return `\` + string(c), ""
	case c == 'x' || c == 'u':
		return p.hex()
	case c >= '0' && c <= '9':
		return "", "it refers back to a group or to a character by number, which RE2 does not know"
	case c == 'p' || c == 'P':
		return "", `it uses \` + string(c) + ", which the engines take for different things"
	case c < utf8.RuneSelf && (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'):
		return "", `it uses \` + string(c) + ", which the engines take for different things"
	}
	p.at += 2
	return plainRune(c)
}

// hex reads \xHH, \uHHHH, and two \uHHHH that make up one character.
func (p *porter) hex() (lit, why string) {
	digits := 4
	if p.peek(1) == 'x' {
		digits = 2
	}
	r, ok := p.hexAt(p.at+2, digits)
	if !ok {
		return "", `it uses \` + string(p.peek(1)) + " without a number, which the engines take for different things"
	}
	p.at += 2 + digits
	if utf16.IsSurrogate(r) {
		if p.peek(0) == '\\' && p.peek(1) == 'u' {
			low, ok := p.hexAt(p.at+2, 4)
			if full := utf16.DecodeRune(r, low); ok && full != utf8.RuneError {
				p.at += 6
				return plainRune(full)
			}
		}
		return "", "it holds half a character"
	}
	return plainRune(r)
}

func (p *porter) hexAt(at, n int) (rune, bool) {
	if at+n > len(p.in) {
		return 0, false
	}
	v, err := strconv.ParseUint(string(p.in[at:at+n]), 16, 32)
	return rune(v), err == nil
}

// class rewrites a bracket expression.
func (p *porter) class() string {
	p.at++
	var b strings.Builder
	b.WriteString("[")
	if p.peek(0) == '^' {
		b.WriteString("^")
		p.at++
	}
	if p.peek(0) == ']' {
		return "it uses empty brackets, which the engines take for different things"
	}
	for p.peek(0) != ']' {
		set, single, why := p.classItem()
		if why != "" {
			return why
		}
		b.WriteString(set)
		if p.peek(0) != '-' || p.peek(1) == ']' {
			continue
		}
		p.at++
		high, alsoSingle, why := p.classItem()
		switch {
		case why != "":
			return why
		case !single || !alsoSingle:
			return "it uses a range that does not run between two characters"
		}
		b.WriteString("-" + high)
	}
	b.WriteString("]")
	p.at++
	p.write(b.String(), true)
	return ""
}

// classItem reads one character or class escape inside brackets; single says that it is one character.
func (p *porter) classItem() (set string, single bool, why string) {
	c := p.peek(0)
	if c != '\\' {
		p.at++
		set, why = plainRune(c)
		return set, true, why
	}
	switch c := p.peek(1); c {
	case 'd', 'w', 's':
		p.at += 2
		set, _ = shorthand(c)
		return set, false, ""
	case 'D', 'W', 'S':
		return "", false, `it uses \` + string(c) + " inside brackets, which not every engine knows"
	case 'b', 'B':
		return "", false, `it uses \` + string(c) + " inside brackets, which the engines take for different things"
	}
	set, why = p.escaped()
	return set, true, why
}
