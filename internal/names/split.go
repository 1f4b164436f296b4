package names

import (
	"unicode"
	"unicode/utf8"
)

// longRun is how many letters must stand beside digits for the two to be words of their own:
// "step2" is "step 2", while "v2", "2fa" and "mp3" are one word.
const longRun = 3

// class is what a character is to the splitter.
type class uint8

const (
	separator class = iota
	small           // a small letter, or a letter of a script without case
	capital
	digit
	mark // belongs to the letter before it
)

func classOf(r rune) class {
	if r < utf8.RuneSelf {
		switch c := byte(r); {
		case isLowerByte(c):
			return small
		case isUpperByte(c):
			return capital
		case isDigitByte(c):
			return digit
		}
		return separator
	}
	switch {
	case unicode.IsUpper(r), unicode.IsTitle(r):
		return capital
	case unicode.IsLetter(r):
		return small
	case unicode.IsNumber(r):
		return digit
	case unicode.IsMark(r):
		return mark
	}
	return separator
}

// words splits a name into its words, each in the case it was written in, after undoing what cannot be seen.
func words(s string) []string {
	ws, _ := split(s)
	return ws
}

// split also says how many words stand before the first namespace separator (. : or /); 0 when there is none.
func split(s string) (ws []string, head int) {
	s = plain(s)
	for i := 0; i < len(s); {
		if n := wordEnd(s[i:]); n > 0 {
			ws = appendWords(ws, s[i:i+n])
			i += n
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if head == 0 && (r == '.' || r == ':' || r == '/') {
			head = len(ws)
		}
		i += n
	}
	if head == len(ws) {
		head = 0
	}
	return ws, head
}

// appendWords cuts one run of letters and digits at its humps and where letters meet digits.
func appendWords(ws []string, run string) []string {
	start, before, two := 0, separator, separator // two: the class before the one before
	for i, r := range run {
		c := classOf(r)
		if c == mark {
			continue
		}
		switch {
		case i == start:
		case c == capital && before == small,
			c == digit && before != digit && letters(run[start:i]) >= longRun,
			c != digit && before == digit && leading(run[i:]) >= longRun:
			ws, start = append(ws, run[start:i]), i
		case c == small && before == capital && two == capital && !pluralAcronym(run[i:]):
			if at := lastRune(run[:i]); at > start {
				ws, start = append(ws, run[start:at]), at
			}
		}
		two, before = before, c
	}
	return append(ws, run[start:])
}

// pluralAcronym says whether rest is the s of IDs or URLs: nothing small follows it.
func pluralAcronym(rest string) bool {
	if rest[0] != 's' {
		return false
	}
	r, n := utf8.DecodeRuneInString(rest[1:])
	return n == 0 || classOf(r) != small && classOf(r) != mark
}

// letters counts the letters at the end of s.
func letters(s string) int {
	n := 0
	for len(s) > 0 {
		r, size := utf8.DecodeLastRuneInString(s)
		switch classOf(r) {
		case small, capital:
			n++
		case mark:
		case separator, digit:
			return n
		}
		s = s[:len(s)-size]
	}
	return n
}

// leading counts the letters of the word at the start of s, which begins with a letter.
func leading(s string) int {
	n, capitals := 0, 0
	for i, r := range s {
		c := classOf(r)
		switch {
		case c == capital && n > capitals: // the hump of the next word
			return n
		case c == capital:
			capitals++
		case c == small && capitals > 1 && n == capitals && !pluralAcronym(s[i:]):
			return n - 1 // the last capital belongs to the next word
		case c == mark:
			continue
		case c != small:
			return n
		}
		n++
	}
	return n
}

func lastRune(s string) int {
	_, n := utf8.DecodeLastRuneInString(s)
	return len(s) - n
}
