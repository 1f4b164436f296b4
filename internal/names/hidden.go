package names

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/unicode/runenames"
)

// longestSurface is the width at which a word quoted in a rule is cut.
const longestSurface = 40

// surface is a word of a name in the case it was written in.
func surface(n *name, i int) string { return Short(words(n.raw)[i], longestSurface) }

// equalFold says whether two names differ in nothing but case.
func equalFold(a, b string) bool { return strings.EqualFold(a, b) }

// hidden names the character by which two names of the same letters differ and that a reader cannot see or would take
// for another. The kind is "" when there is none: then case or separators tell the names apart.
func hidden(a, b string) (rule string, kind Kind) {
	if isASCII(a) && isASCII(b) {
		for _, pair := range [2][2]string{{a, b}, {b, a}} {
			for i := range len(pair[0]) {
				if c := pair[0][i]; invisible(rune(c)) && strings.IndexByte(pair[1], c) < 0 {
					return "invisible or look-alike character: " + title(rune(c)), Hidden
				}
			}
		}
		return "", ""
	}
	for _, pair := range [2][2]string{{a, b}, {b, a}} {
		if r, twin, ok := trick(pair[0], pair[1]); ok {
			rule = "invisible or look-alike character: " + title(r)
			if twin != "" {
				rule += " for " + twin
			}
			return rule, Hidden
		}
	}
	x, y := norm.NFC.String(a), norm.NFC.String(b)
	switch {
	case x == y:
		return "same characters, combined otherwise", Hidden
	case !equalFold(x, y) && Squash(a) == Squash(b) && accents(x) != accents(y):
		return "same words, other accents", Accent
	}
	return "", ""
}

// trick finds the first invisible or look-alike character of a that b has not got, and what it passes for.
func trick(a, b string) (r rune, twin string, ok bool) {
	rest := a
	for len(rest) > 0 {
		n := wordEnd(rest)
		if n == 0 {
			r, n = utf8.DecodeRuneInString(rest)
			if r != utf8.RuneError && !strings.ContainsRune(b, r) {
				switch {
				case invisible(r):
					return r, "", true
				case r >= utf8.RuneSelf && unicode.IsSpace(r):
					return r, "a space", true
				}
			}
			rest = rest[n:]
			continue
		}
		// A look-alike is one in its word only: д makes the а beside it a letter of its own script.
		swapped := withoutLookAlikes(rest[:n]) != rest[:n]
		if twin, ok := cyrillic(rest[:n]); ok && swapped {
			if r, as, ok := firstChange(rest[:n], twin); ok && !strings.ContainsRune(b, r) {
				return r, as, true
			}
			rest = rest[n:]
			continue
		}
		for _, r := range rest[:n] {
			if r < utf8.RuneSelf || strings.ContainsRune(b, r) {
				continue
			}
			if invisible(r) {
				return r, "", true
			}
			if twin := lookAlike(r); twin != "" && swapped && !unicode.Is(unicode.Mn, r) {
				return r, twin, true
			}
			if twin := norm.NFKC.String(string(asciiDigit(r))); twin != string(r) && isASCII(twin) {
				return r, twin, true
			}
		}
		rest = rest[n:]
	}
	return 0, "", false
}

// firstChange is the first letter at which two texts of equally many letters differ, and what stands there in the second.
func firstChange(a, b string) (r rune, as string, ok bool) {
	x, y := []rune(a), []rune(b)
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return x[i], string(y[i]), true
		}
	}
	return 0, "", false
}

// title is the code point and the Unicode name of a character.
func title(r rune) string {
	hex := strings.ToUpper(strconv.FormatInt(int64(r), 16))
	return "U+" + strings.Repeat("0", max(4-len(hex), 0)) + hex + " " + runenames.Name(r)
}

// accents is what the combining marks of a text are, in order.
func accents(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return r
		}
		return -1
	}, norm.NFD.String(s))
}

// Disguise names the first character of a name that a reader cannot see or would take for another:
// "U+200B ZERO WIDTH SPACE", "U+0430 CYRILLIC SMALL LETTER A for a". It is "" where the name is what it looks like;
// accents are not disguises.
func Disguise(s string) string {
	if isASCII(s) {
		for i := range len(s) {
			if invisible(rune(s[i])) {
				return title(rune(s[i]))
			}
		}
		return ""
	}
	r, twin, ok := trick(s, plain(s))
	switch {
	case !ok:
		return ""
	case twin != "":
		return title(r) + " for " + twin
	}
	return title(r)
}
