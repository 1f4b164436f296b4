package names

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
	"unicode"
	"unicode/utf8"
)

// token is one word of a name, reduced to what comparing needs. Tokens are shared between names and do not change,
// but for one answer that costs much and is kept.
type token struct {
	text  string // lower case
	base  string
	form  form
	runes int    // length of text
	digit bool   // holds a digit: must match exactly
	known bool   // a word people use: in English, or in this plan
	plain bool   // a word of English
	hash  uint64 // of base

	whole atomic.Uint32 // whether it falls into words, once that was asked: 1 no, 2 yes
}

// verb says whether the word is the action of an event rather than its object.
func (t *token) verb() bool { return t.form&(past|noun) != 0 || verb(t.base) }

// name is an event name, parsed.
type name struct {
	raw     string
	tokens  []*token
	head    int    // words before the first namespace separator
	squash  string // folded letters and digits; for a name without any, its folded signs after a NUL
	numbers string // runs of digits in the order they stand: numbering is never a matter of spelling
	signs   string // emoji and the like, which can carry meaning where both names have them
	strong  bool   // ends a word with + or #, as C++ does
	bag     uint64 // hash of the base forms in any order
	seq     uint64 // the same, in order
	run     uint64 // hash of the base forms written as one word: "sign up" and "signup"
}

// lexicon makes tokens and keeps them, so that a word is looked at once.
type lexicon struct {
	vocabulary *Vocabulary
	seed       maphash.Seed
	tokens     map[string]*token
}

func newLexicon(v *Vocabulary) *lexicon {
	return &lexicon{vocabulary: v, seed: maphash.MakeSeed(), tokens: map[string]*token{}}
}

// token is the kept token of a word in lower case, or a new one.
func (l *lexicon) token(w string) *token {
	if t := l.tokens[w]; t != nil {
		return t
	}
	b, f := base(w)
	t := &token{text: w, base: b, form: f, runes: utf8.RuneCountInString(w), hash: maphash.String(l.seed, b)}
	t.digit = strings.ContainsFunc(w, unicode.IsNumber)
	t.plain = known(b) || listed(w)
	t.known = t.plain || l.vocabulary.knows(w)
	return t
}

// parse takes a name apart. With keep, its words are remembered; without, the lexicon is only read.
func (l *lexicon) parse(raw string, keep bool) *name {
	surface, head := split(raw)
	n := &name{raw: raw, head: head, tokens: make([]*token, len(surface))}
	var squash, numbers strings.Builder
	for i, w := range surface {
		t := l.token(lower(w))
		if keep {
			l.tokens[t.text] = t
		}
		n.tokens[i] = t
		n.bag += t.hash
		n.seq = n.seq*0x9E3779B97F4A7C15 + t.hash
		squash.WriteString(t.text)
		if t.digit {
			writeNumbers(&numbers, t.text)
		}
	}
	n.squash, n.numbers = squash.String(), numbers.String()
	n.run = runOf(n.tokens)
	n.readSigns()
	return n
}

// runOf hashes the base forms of words as if they were written without anything between them.
func runOf(tokens []*token) uint64 {
	h := uint64(14695981039346656037)
	for _, t := range tokens {
		for i := range len(t.base) {
			h = (h ^ uint64(t.base[i])) * 1099511628211
		}
	}
	return h
}

// writeNumbers adds the runs of digits of a word, each ended by a comma.
func writeNumbers(b *strings.Builder, w string) {
	in := false
	for _, r := range w {
		if is := unicode.IsNumber(r); is {
			b.WriteRune(r)
			in = true
		} else if in {
			b.WriteByte(',')
			in = false
		}
	}
	if in {
		b.WriteByte(',')
	}
}

// readSigns fills what the name says beside its letters and digits.
func (n *name) readSigns() {
	s := n.raw
	if !isASCII(s) {
		s = plain(s)
	}
	if len(n.tokens) == 0 {
		n.squash = "\x00" + strings.ToLower(strings.Join(strings.Fields(s), ""))
	}
	var signs strings.Builder
	for i, r := range s {
		switch {
		case r == '+' || r == '#':
			before, _ := utf8.DecodeLastRuneInString(s[:i])
			after, _ := utf8.DecodeRuneInString(s[i+1:])
			if isWordRune(before) && isWordRune(after) {
				continue // a separator: order+completed
			}
			n.strong = n.strong || isWordRune(before) || before == '+'
			signs.WriteRune(r)
		case r == '%' || r >= utf8.RuneSelf && unicode.Is(unicode.So, r):
			signs.WriteRune(r)
		}
	}
	n.signs = signs.String()
}
