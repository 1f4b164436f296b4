package names

import (
	_ "embed" // the word list
	"strings"
)

//go:embed words.txt
var wordList string

// listed says whether w stands in the word list, by bisection over its text: nothing has to be read in first.
func listed(w string) bool {
	lo, hi := 0, len(wordList)
	for lo < hi {
		at := strings.LastIndexByte(wordList[lo:lo+(hi-lo)/2], '\n') + lo + 1
		end := strings.IndexByte(wordList[at:], '\n') + at
		line := wordList[at:end]
		switch {
		case line == w:
			return true
		case line < w || strings.HasPrefix(line, "#"):
			lo = end + 1
		default:
			hi = at
		}
	}
	return false
}

// known says whether w is English in its base form, or with a common prefix before a base form.
func known(w string) bool {
	if listed(w) {
		return true
	}
	for _, p := range []string{"un", "re", "dis", "de", "pre", "non", "mis", "over", "auto", "multi", "sub", "up"} {
		if rest, ok := strings.CutPrefix(w, p); ok && len(rest) > 3 && listed(rest) {
			return true
		}
	}
	return false
}

// form is how a word was bent before it was reduced to its base.
type form uint8

const (
	plural form = 1 << iota
	past
	ing
	noun // the noun of a verb: creation
)

// base reduces a word in lower case to its base form: plural, tense, British spelling and nouns of verbs are undone.
// Words of three letters and fewer, and words with digits or beyond ASCII, stay as they are.
func base(w string) (string, form) {
	if len(w) <= 3 || !allLetters(w) {
		return w, 0
	}
	if b := irregular(w); b != "" {
		return b, past
	}
	var f form
	if s, ok := singular(w); ok {
		w, f = s, plural
	}
	if b := irregular(w); b != "" {
		return b, f | past
	}
	w = american(w)
	if b := verbOfNoun(w); b != "" {
		return b, f | noun
	}
	if len(w) > 3 {
		if b, ok := unbent(w, "ed"); ok {
			return american(b), f | past
		}
		if b, ok := unbent(w, "ing"); ok {
			return american(b), f | ing
		}
	}
	return w, f
}

// singular undoes the plural of a noun and the third person of a verb.
func singular(w string) (string, bool) {
	if !strings.HasSuffix(w, "s") || neverPlural(w) {
		return w, false
	}
	stem := w[:len(w)-1]
	if known(stem) {
		return stem, true
	}
	switch {
	case strings.HasSuffix(w, "ies") && len(w) > 4:
		return w[:len(w)-3] + "y", true
	case strings.HasSuffix(w, "es") && hasAnySuffix(stem[:len(stem)-1], "s", "x", "z", "ch", "sh", "o"):
		return w[:len(w)-2], true
	case hasAnySuffix(stem, "s", "u", "i") || listed(w):
		return w, false
	}
	return stem, true
}

// unbent undoes -ed and -ing. Where both plan and plane could have been meant, a doubled letter decides,
// then the word list; words it does not know follow the common rules of spelling.
func unbent(w, suffix string) (string, bool) {
	stem, ok := strings.CutSuffix(w, suffix)
	if !ok || len(stem) < 2 || !strings.ContainsAny(stem, "aeiouy") || w == "embed" {
		return w, false
	}
	last := stem[len(stem)-1]
	if suffix == "ed" && last == 'e' { // agreed, but not speed
		return stem + "e", known(stem+"e") && !listed(w)
	}
	if suffix == "ed" && last == 'i' {
		return stem[:len(stem)-1] + "y", len(stem) > 2
	}
	doubled := len(stem) > 2 && last == stem[len(stem)-2]
	first, second := stem+"e", stem
	if doubled {
		first, second = stem, stem[:len(stem)-1]
	}
	switch { // "reache" could be made of "re" and "ache": a word that is listed goes before
	case listed(first), known(first) && !listed(second):
		return first, true
	case known(second):
		return second, true
	case listed(w) || len(stem) < 4:
		return w, false
	case doubled && !strings.ContainsRune("lsfz", rune(last)):
		return second, true
	case !doubled && hasAnySuffix(stem, "at", "iz", "bl", "v", "c", "g", "u"):
		return first, true
	}
	return stem, true
}

func allLetters(w string) bool {
	for i := range len(w) {
		if !isLowerByte(w[i]) {
			return false
		}
	}
	return true
}

func hasAnySuffix(s string, suffixes ...string) bool {
	for _, x := range suffixes {
		if strings.HasSuffix(s, x) {
			return true
		}
	}
	return false
}
