package names

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"go.mau.fi/util/confusable"
	"golang.org/x/text/unicode/norm"
)

// Fold writes a name as its words in lower case with one space between them: compatibility forms, accents on
// Latin letters, look-alike letters and invisible characters are undone, camelCase and ACRONYMWords are split.
// Folding a folded name changes nothing.
func Fold(s string) string {
	surface := words(s)
	for i, w := range surface {
		surface[i] = lower(w)
	}
	return strings.Join(surface, " ")
}

// Squash is a name reduced to its folded letters and digits: names with equal squashed forms are spelled alike
// but for case, separators, accents and invisible characters. A name of emoji or signs alone squashes to "".
func Squash(s string) string {
	if isASCII(s) {
		b := make([]byte, 0, len(s))
		for i := range len(s) {
			switch c := s[i]; {
			case isUpperByte(c):
				b = append(b, c+'a'-'A')
			case isLowerByte(c), isDigitByte(c):
				b = append(b, c)
			}
		}
		return string(b)
	}
	return strings.ReplaceAll(Fold(s), " ", "")
}

// lower puts a word in lower case. Some capitals grow a combining mark on the way (İ), so accents are undone again.
func lower(w string) string {
	if isASCII(w) {
		return strings.ToLower(w)
	}
	return plainWord(norm.NFKC.String(strings.ToLower(w)))
}

// plain undoes everything about a name that a reader cannot see, keeping its case and its separators.
func plain(s string) string {
	if isASCII(s) {
		return s
	}
	// NFKC can bring forth characters that want the same treatment, so it runs on both sides of the removal.
	s = norm.NFKC.String(strings.ToValidUTF8(s, " "))
	s = strings.Map(func(r rune) rune {
		switch {
		case invisible(r):
			return -1
		case unicode.IsSpace(r):
			return ' '
		}
		return asciiDigit(r)
	}, s)
	s = withoutAccents(norm.NFKC.String(s))
	var b strings.Builder
	for len(s) > 0 {
		n := wordEnd(s)
		if n == 0 {
			_, n = utf8.DecodeRuneInString(s)
			b.WriteString(s[:n])
		} else {
			b.WriteString(withoutLookAlikes(s[:n]))
		}
		s = s[n:]
	}
	return b.String()
}

// plainWord is plain for one word that is already free of separators.
func plainWord(w string) string { return withoutLookAlikes(withoutAccents(w)) }

// wordEnd is the length of the run of letters, marks and digits at the start of s.
func wordEnd(s string) int {
	for i, r := range s {
		if !isWordRune(r) {
			return i
		}
	}
	return len(s)
}

func isWordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return isUpperByte(byte(r)) || isLowerByte(byte(r)) || isDigitByte(byte(r))
	}
	return unicode.In(r, unicode.L, unicode.N, unicode.M)
}

// withoutAccents drops combining marks from Latin letters only: in other scripts they are vowels or letters.
func withoutAccents(s string) string {
	if isASCII(s) {
		return s
	}
	latin := false
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			if latin {
				return -1
			}
			return r
		}
		latin = unicode.Is(unicode.Latin, r)
		return r
	}, norm.NFD.String(s))
	return norm.NFC.String(s)
}

// asciiDigit is the digit 0 to 9 that a digit of another script stands for; every other character stays.
func asciiDigit(r rune) rune {
	if r < utf8.RuneSelf || !unicode.Is(unicode.Nd, r) {
		return r
	}
	for _, x := range unicode.Nd.R16 { // digits stand in runs of ten
		if lo, hi := rune(x.Lo), rune(x.Hi); lo <= r && r <= hi {
			return '0' + (r-lo)%10
		}
	}
	for _, x := range unicode.Nd.R32 {
		if lo, hi := rune(x.Lo), rune(x.Hi); lo <= r && r <= hi {
			return '0' + (r-lo)%10
		}
	}
	return r
}

// withoutLookAlikes swaps letters of other scripts for the ASCII letters they pass for. A word is touched only if
// it also holds ASCII letters or if every letter of it can be swapped, as a capital and as a small letter: words in another
// language stay themselves, whatever their case. An ASCII letter among letters that nothing passes for is the disguise.
func withoutLookAlikes(w string) string {
	if isASCII(w) {
		return w
	}
	mixed, all := false, true
	for _, r := range w {
		if r < utf8.RuneSelf {
			mixed = mixed || !isDigitByte(byte(r))
		} else if lookAlike(unicode.ToLower(r)) == "" || lookAlike(unicode.ToUpper(r)) == "" {
			all = false
		}
	}
	if !mixed && !all {
		return w
	}
	if twin, ok := cyrillic(w); ok {
		return twin
	}
	var b strings.Builder
	for _, r := range w {
		if twin := lookAlike(r); twin != "" {
			b.WriteString(twin)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// cyrillic writes a Cyrillic word with ASCII letters among its own in its own letters; false where it is none, where it
// has no letter that only Cyrillic has, or where an ASCII letter has no twin there.
func cyrillic(w string) (string, bool) {
	const ascii, twins = "aceijopsxyABCEHIJKMOPSTX", "асеіјорѕхуАВСЕНІЈКМОРЅТХ"
	own := false
	var b strings.Builder
	for _, r := range w {
		switch {
		case unicode.Is(unicode.Cyrillic, r):
			own = own || lookAlike(unicode.ToLower(r)) == "" && lookAlike(unicode.ToUpper(r)) == ""
			b.WriteRune(r)
		case r < utf8.RuneSelf && strings.ContainsRune(ascii, r):
			b.WriteRune([]rune(twins)[strings.IndexByte(ascii, byte(r))])
		case unicode.IsLetter(r):
			return "", false
		default:
			b.WriteRune(r)
		}
	}
	return b.String(), own
}

// lookAlike is the ASCII text that a character beyond ASCII passes for; "" when there is none.
func lookAlike(r rune) string {
	if r < utf8.RuneSelf || !unicode.In(r, unicode.L, unicode.N) {
		return ""
	}
	twin := confusable.GetReplacement(r)
	for i := range len(twin) {
		if !isWordRune(rune(twin[i])) || twin[i] >= utf8.RuneSelf {
			return ""
		}
	}
	return twin
}

// invisible says whether a character takes no place of its own on the screen and is no accent.
func invisible(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return r < ' ' && r != '\t' && r != '\n' && r != '\r' && r != '\v' && r != '\f' || r == 0x7f
	case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r):
		return true
	case unicode.Is(unicode.Cc, r):
		return r != 0x85
	case unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r): // grapheme joiner, Hangul fillers
		return true
	}
	return r == 0x2800 // the blank Braille pattern
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
