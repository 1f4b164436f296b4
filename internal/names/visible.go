package names

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

const (
	visibleSpace = "␠"
	ellipsis     = "…"
	mostMarks    = 2 // combining marks that one letter may carry before the rest are written out
)

// Visible writes a name so that nothing in it can hide or act: control, bidirectional, zero-width, unassigned and
// other invisible characters become \u{200B}, bytes that are no UTF-8 become \xE9, and spaces that are easily missed
// (leading, trailing, doubled) become ␠. Different names stay different. It does not quote for any format: HTML,
// Slack, SQL and YAML still want their own escaping.
func Visible(s string) string {
	if plainlyVisible(s) {
		return s
	}
	composed := norm.NFC.IsNormalString(s)
	var b strings.Builder
	marks := mostMarks // a mark without a letter before it would sit on whatever stands to the left
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch isMark := unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r); {
		case r == utf8.RuneError && n == 1:
			b.WriteString(`\x` + strings.ToUpper(strconv.FormatUint(uint64(s[i])|0x100, 16)[1:]))
		case r == ' ':
			b.WriteString(space(s, i))
		case r == '\\' && i+1 < len(s) && (s[i+1] == 'x' || strings.HasPrefix(s[i+1:], "u{")),
			r == '␠', !unicode.IsPrint(r), invisible(r), isMark && (!composed || marks >= mostMarks):
			b.WriteString(`\u{` + strings.ToUpper(strconv.FormatInt(int64(r), 16)) + `}`)
		case isMark:
			marks++
			b.WriteRune(r)
			i += n
			continue
		default:
			b.WriteRune(r)
		}
		if unicode.IsPrint(r) && r != ' ' && !unicode.Is(unicode.Mn, r) && !unicode.Is(unicode.Me, r) {
			marks = 0
		} else {
			marks = mostMarks
		}
		i += n
	}
	return b.String()
}

// plainlyVisible says whether a name is printable ASCII with single spaces inside.
func plainlyVisible(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c > '~' || c == '\\' || c == ' ' && space(s, i) != " " {
			return false
		}
	}
	return true
}

// space writes the space at i: as itself between two other characters, else so that it is seen.
func space(s string, i int) string {
	if i == 0 || i == len(s)-1 || s[i-1] == ' ' || s[i+1] == ' ' {
		return visibleSpace
	}
	return " "
}

// Short cuts a text to a display width of n columns, the last of them … where something is missing. Wide characters
// (Chinese, emoji) take two columns, combining and invisible ones none; no character is cut in two.
func Short(s string, n int) string {
	if n <= 0 {
		return ""
	}
	columns, keep := 0, 0 // keep: bytes that leave room for the ellipsis
	for i, r := range s {
		w := columnsOf(r)
		if columns+w > n {
			return strings.TrimRight(s[:keep], "\u200d") + ellipsis
		}
		columns += w
		if columns < n {
			keep = i + runeLen(s[i:])
		}
	}
	return s
}

func runeLen(s string) int {
	_, n := utf8.DecodeRuneInString(s)
	return n
}

// columnsOf is how many columns a character takes on a screen.
func columnsOf(r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Cc) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	case width.Neutral, width.EastAsianAmbiguous, width.EastAsianNarrow, width.EastAsianHalfwidth:
	}
	return 1
}

var (
	// The first letter stays, so that people can tell whose address it may be.
	emailLike = regexp.MustCompile(`([\p{L}\p{N}])[\p{L}\p{N}._%+'-]*(?:@|%40)[\p{L}\p{N}][\p{L}\p{N}-]*(?:\.[\p{L}\p{N}-]+)+`)
	// A run of digits is the number of a card, an account or a phone, in one piece or in fours.
	digitRun = regexp.MustCompile(`\p{Nd}{12,}|\p{Nd}{4}[ -]\p{Nd}{4}[ -]\p{Nd}{4}[ -]\p{Nd}{1,7}`)
)

// Mask hides what a name may say about a person: e-mail addresses become a•••@•••, and digits of the length of
// card, account and phone numbers (12 and more in a row, or in fours) become •••.
func Mask(s string) string {
	return digitRun.ReplaceAllString(emailLike.ReplaceAllString(s, "$1•••@•••"), "•••")
}
