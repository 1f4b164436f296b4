package names

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Convention is how a catalogue writes its names: the case of the words and what stands between them, and perhaps
// that each holds an action in the past tense. The zero Convention asks for nothing.
type Convention struct {
	style string
	past  bool
}

// The styles, in the order in which an even count is decided.
const (
	titleCase    = "Title Case"
	sentenceCase = "Sentence case"
	lowerCase    = "lower case"
	snakeCase    = "snake_case"
	screaming    = "SCREAMING_SNAKE"
	camelCase    = "camelCase"
	pascalCase   = "PascalCase"
	kebabCase    = "kebab-case"
)

// Conventions are the words for conventions that ParseConvention takes.
func Conventions() []string {
	return []string{titleCase, sentenceCase, snakeCase, lowerCase, camelCase, pascalCase, kebabCase, screaming}
}

// What a catalogue must show before a convention is taken from it.
const (
	conventionFrom  = 8   // distinct names of several words: one word alone can be many styles
	conventionShare = 0.8 // of the names that fit
	pastFrom        = 20  // names of several words, before their tense is a convention
	pastShare       = 0.9 // of them with an action in the past tense
)

// ParseConvention reads the word for a convention; case, blanks and signs in it do not matter.
func ParseConvention(word string) (Convention, error) {
	for _, style := range Conventions() {
		if same := Squash(style); same == Squash(word) || strings.TrimSuffix(same, "case") == strings.TrimSuffix(Squash(word), "case") {
			return Convention{style: style}, nil
		}
	}
	return Convention{}, fmt.Errorf("%q is no convention for names: write one of %s", Short(Visible(word), longestSurface), strings.Join(Conventions(), ", "))
}

// LearnConvention takes the convention from the names of a catalogue: the style that most of them follow, and share,
// how many do. Each name counts once. It is ok from 8 names of several words on, if four of five names fit.
func LearnConvention(list []string) (c Convention, share float64, ok bool) {
	var distinct []string
	seen := map[string]bool{}
	several, past := 0, 0
	for _, s := range list {
		if seen[s] || strings.TrimSpace(s) == "" {
			continue
		}
		seen[s] = true
		distinct = append(distinct, s)
		if len(words(s)) > 1 {
			several++
			if pastTense(s) {
				past++
			}
		}
	}
	best, most := "", 0
	for _, style := range Conventions() {
		n := 0
		for _, s := range distinct {
			if len(words(s)) > 1 && inStyle(style, s) {
				n++
			}
		}
		if n > most {
			best, most = style, n
		}
	}
	if best == "" {
		return Convention{}, 0, false
	}
	fitting := 0
	for _, s := range distinct {
		if inStyle(best, s) {
			fitting++
		}
	}
	c = Convention{style: best, past: several >= pastFrom && float64(past) >= pastShare*float64(several)}
	share = float64(fitting) / float64(len(distinct))
	return c, share, several >= conventionFrom && share >= conventionShare
}

// String names the convention for people.
func (c Convention) String() string {
	if c.past {
		return c.style + " with an action in the past tense"
	}
	return c.style
}

// Fits says whether a name follows the convention.
func (c Convention) Fits(name string) bool { return c.Misfit(name) == "" }

// Misfit says what about a name is outside the convention, in words that follow the name: "is not Title Case". It is ""
// for a name that fits.
func (c Convention) Misfit(name string) string {
	switch {
	case c.style != "" && !inStyle(c.style, name):
		return "is not " + c.style
	case c.past && len(words(name)) > 1 && !pastTense(name):
		return "has no action in the past tense"
	}
	return ""
}

// Rewrite writes a name in the convention's style, keeping its words and their order; "" where the words cannot be told
// apart for sure, or where the result would not fit either.
func (c Convention) Rewrite(name string) string {
	ws := words(name)
	if len(ws) == 0 || !isASCII(name) {
		return ""
	}
	for i, w := range ws {
		ws[i] = c.word(w, i == 0)
	}
	out := strings.Join(ws, c.between())
	if out == name || !c.Fits(out) {
		return ""
	}
	return out
}

func (c Convention) between() string {
	switch c.style {
	case snakeCase, screaming:
		return "_"
	case kebabCase:
		return "-"
	case camelCase, pascalCase:
		return ""
	}
	return " "
}

func (c Convention) word(w string, first bool) string {
	small := strings.ToLower(w)
	capital := strings.ToUpper(small[:1]) + small[1:]
	switch {
	case c.style == screaming:
		return strings.ToUpper(w)
	case (c.style == titleCase || c.style == sentenceCase) && (acronym(w) || brand(w)):
		return w
	case c.style == titleCase && !first && smallWord(small):
		return small
	case c.style == titleCase, c.style == pascalCase, !first && c.style == camelCase, first && c.style == sentenceCase:
		return capital
	}
	return small
}

// inStyle says whether a name is written in a style.
func inStyle(style, name string) bool {
	switch style {
	case titleCase:
		return spaced(name, func(w string, i int) bool { return startsCapital(w) || brand(w) || i > 0 && smallWord(w) }) && !shouted(name) && !joined(name)
	case sentenceCase:
		return spaced(name, func(w string, i int) bool {
			return brand(w) || acronym(w) || startsCapital(w) == (i == 0) || !startsLetter(w)
		}) && !shouted(name) && !joined(name)
	case lowerCase:
		return spaced(name, func(w string, _ int) bool { return strings.ToLower(w) == w })
	case snakeCase:
		return signed(name, '_', small)
	case kebabCase:
		return signed(name, '-', small)
	case screaming:
		return signed(name, '_', capital)
	case camelCase:
		return unbroken(name, small)
	case pascalCase:
		return unbroken(name, capital) && !shouted(name)
	}
	return true
}

// spaced says whether single spaces part a name into words that fit each. Signs beside and in a word do not count.
func spaced(name string, fits func(w string, i int) bool) bool {
	if strings.ContainsRune(name, '_') {
		return false
	}
	for i, w := range strings.Split(name, " ") {
		if w == "" {
			return false
		}
		w = strings.TrimFunc(w, func(r rune) bool { return classOf(r) == separator })
		if w != "" && !fits(w, i) {
			return false
		}
	}
	return !strings.ContainsFunc(name, func(r rune) bool { return unicode.IsSpace(r) && r != ' ' || invisible(r) })
}

// signed says whether a name is words of one case with one sign between them; a namespace before . : or / is a name of
// its own.
func signed(name string, sign rune, letters class) bool {
	for part := range strings.FieldsFuncSeq(name, func(r rune) bool { return r == '.' || r == ':' || r == '/' }) {
		for w := range strings.SplitSeq(part, string(sign)) {
			if w == "" || strings.ContainsFunc(w, func(r rune) bool { c := classOf(r); return c != letters && c != digit && c != mark && !caseless(r) }) {
				return false
			}
		}
	}
	return name != ""
}

// unbroken says whether a name is letters and digits alone, the first letter of a class.
func unbroken(name string, first class) bool {
	r, _ := utf8.DecodeRuneInString(name)
	if c := classOf(r); c != first && c != digit && !caseless(r) {
		return false
	}
	return !strings.ContainsFunc(name, func(r rune) bool { return classOf(r) == separator })
}

// caseless says whether a letter is of a script without capitals.
func caseless(r rune) bool { return unicode.Is(unicode.Lo, r) }

func startsLetter(w string) bool {
	r, _ := utf8.DecodeRuneInString(w)
	return unicode.IsUpper(r) || unicode.IsLower(r)
}

// startsCapital says whether a word begins with a capital, or with something that has none.
func startsCapital(w string) bool {
	r, _ := utf8.DecodeRuneInString(w)
	return !unicode.IsLower(r)
}

// acronym says whether a word is a few capitals: FAQ, URLs, 2FA.
func acronym(w string) bool {
	w = strings.TrimSuffix(w, "s")
	return utf8.RuneCountInString(w) <= 5 && strings.ToUpper(w) == w && strings.ToLower(w) != w
}

// brand says whether a word is written with a small letter or two before its first capital: iOS, eBook, macOS.
func brand(w string) bool {
	at := strings.IndexFunc(w, unicode.IsUpper)
	return at == 1 && strings.IndexFunc(w[:1], unicode.IsLower) == 0 || slices.Contains([]string{"macOS", "tvOS", "watchOS", "visionOS"}, w)
}

// shouted says whether several words have nothing but capitals, or one word has more than an acronym can.
func shouted(name string) bool {
	ws := words(name)
	if strings.ToUpper(name) != name || strings.ToLower(name) == name {
		return false
	}
	return len(ws) > 1 || len(ws) == 1 && !acronym(ws[0])
}

// joined says whether a name is several words written as one.
func joined(name string) bool {
	return !strings.Contains(name, " ") && len(words(name)) > 1 && !brand(name)
}

// smallWord says whether a title keeps a word small.
func smallWord(w string) bool {
	return slices.Contains([]string{
		"a", "an", "the", "and", "or", "nor", "but", "as", "at", "by", "for", "from", "in", "into", "of", "off", "on", "onto", "out", "over", "per", "to",
		"up", "via", "vs", "with", "without",
	}, w)
}

// pastTense says whether a name holds an action in the past tense, or a verb whose past looks like the rest of it.
func pastTense(name string) bool {
	for _, w := range words(name) {
		w = lower(w)
		if _, f := base(w); f&past != 0 || slices.Contains([]string{
			"ate", "cut", "did", "fed", "got", "hit", "led", "met", "put", "ran", "read", "reset", "saw", "set", "shut", "split", "won",
		}, w) {
			return true
		}
	}
	return false
}
