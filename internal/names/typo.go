package names

import (
	"slices"
	"strings"
)

const (
	shortestTypo = 5  // letters that the longer word must have
	shortestSwap = 4  // the same where two neighbours are swapped: Veiw
	jargon       = 8  // letters from which a plan's own word beside the English one is a slip that the plan itself has
	longTypo     = 9  // from here on two slips are one typo
	longestTypo  = 64 // words beyond are compared for equality only
)

// slips is how many slips of the pen make a typo when the longer of two words has so many letters.
func slips(letters int) int {
	switch {
	case letters < shortestTypo, letters > longestTypo:
		return 0
	case letters < longTypo:
		return 1
	}
	return 2
}

// misspelled says whether one of two words is the other with a slip of the pen: a letter too many, too few, another
// one, or two swapped. Two words that people use are never a typo, nor are opposites, nor two made of whole words.
func misspelled(a, b *token) bool {
	limit := slips(max(a.runes, b.runes))
	if a.runes == shortestSwap && b.runes == shortestSwap {
		return !a.digit && !b.digit && (!a.known || !b.known) && swappedInside(a.text, b.text)
	}
	if a.known && b.known {
		if !ownSpelling(a, b) && !ownSpelling(b, a) {
			return false
		}
		limit = min(limit, 1)
	}
	if limit == 0 || a.digit || b.digit || max(a.runes-b.runes, b.runes-a.runes) > limit {
		return false
	}
	x, y := []rune(a.text), []rune(b.text)
	if len(x) < 2 || len(y) < 2 {
		return false
	}
	// People hardly ever miss the first letter; names that differ there (Gmail, email) are other things.
	if x[0] != y[0] && (x[0] != y[1] || x[1] != y[0]) {
		return false
	}
	if osa(x, y, limit) > limit || opposed(a.text, b.text) || opposed(a.base, b.base) || derived(a, b) {
		return false
	}
	return !compound(a) || !compound(b)
}

// ownSpelling says whether a is a long word that no one but the plan writes so, and b is English: a plan can have a slip
// that many of its names share.
func ownSpelling(a, b *token) bool {
	return !a.plain && b.plain && min(a.runes, b.runes) >= jargon
}

// slipOfWords is the word that another one is written for by a slip though both are words: form for from. It is "" for
// every other word.
func slipOfWords(w string) string {
	switch w {
	case "from":
		return "form"
	case "form":
		return "from"
	}
	return ""
}

// swappedInside says whether two words of one length differ in two neighbours that are swapped, neither the first letter.
func swappedInside(a, b string) bool {
	if a[0] != b[0] {
		return false
	}
	x, y := []rune(a), []rune(b)
	for i := 1; i+1 < len(x); i++ {
		if x[i] != y[i] {
			return x[i] == y[i+1] && x[i+1] == y[i] && slices.Equal(x[i+2:], y[i+2:])
		}
	}
	return false
}

// osa is the number of insertions, deletions, substitutions and swaps of neighbours between two words
// (optimal string alignment); any number above limit when it is above limit.
func osa(x, y []rune, limit int) int {
	var rows [3][longestTypo + 1]int
	before, above, row := &rows[0], &rows[1], &rows[2]
	for j := range len(y) + 1 {
		above[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		best := i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			d := min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				d = min(d, before[j-2]+1)
			}
			row[j] = d
			best = min(best, d)
		}
		if best > limit {
			return best
		}
		before, above, row = above, row, before
	}
	return above[len(y)]
}

// opposed says whether two words are alike but for a prefix that turns the meaning: installed, uninstalled; import, export.
func opposed(a, b string) bool {
	for _, p := range opposing() {
		x, ok := strings.CutPrefix(a, p)
		if !ok {
			if x, ok = strings.CutPrefix(b, p); !ok || x != a {
				continue
			}
			return true
		}
		if x == b {
			return true
		}
		for _, q := range opposing() {
			if q != p && q+x == b && len(x) >= 3 {
				return true
			}
		}
	}
	return false
}

// derived says whether two words are one stem with different endings: a tokenizer is not a tokenized. Of a word that
// people use and one they do not, the latter must carry the ending: order is not made from orde.
func derived(a, b *token) bool {
	n := 0
	for n < min(len(a.text), len(b.text)) && a.text[n] == b.text[n] {
		n++
	}
	if n > 4 && a.text[n-1] == 'e' { // -er and -ed share their e
		n--
	}
	x, y := a.text[n:], b.text[n:]
	bare := func(ending string) bool { return ending == "" || ending == "e" }
	if a.known != b.known && (bare(x) && !a.known || bare(y) && !b.known) {
		return false
	}
	return n >= 4 && (bare(x) || ending(x)) && (bare(y) || ending(y))
}

// ending says whether s makes another word of a stem.
func ending(s string) bool {
	switch s {
	case "er", "or", "ers", "ors", "ee", "able", "ment", "al", "ly", "ion", "ing", "ed", "ive", "eable", "ement":
		return true
	}
	return false
}

// compound says whether a word is unknown as one but falls into known words: usersignedup.
func compound(t *token) bool {
	switch t.whole.Load() {
	case 1:
		return false
	case 2:
		return true
	}
	yes := fallsApart(t)
	if yes {
		t.whole.Store(2)
	} else {
		t.whole.Store(1)
	}
	return yes
}

func fallsApart(t *token) bool {
	const shortest, longest = 6, 40
	w := t.text
	if t.known || len(w) < shortest || len(w) > longest || !allLetters(w) {
		return false
	}
	var reach [longest + 1]bool
	reach[0] = true
	for i := range len(w) {
		for j := i + 2; reach[i] && j <= len(w); j++ {
			reach[j] = reach[j] || part(w[i:j])
		}
	}
	return reach[len(w)]
}

// part says whether w can be a word inside a compound.
func part(w string) bool {
	if len(w) == 2 {
		switch w {
		case "in", "on", "up", "to", "of", "by", "my", "go", "id", "ad", "no", "is":
			return true
		}
		return false
	}
	if listed(w) {
		return true
	}
	b, f := base(w)
	return f != 0 && listed(b)
}
