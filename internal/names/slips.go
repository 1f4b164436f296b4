package names

import (
	"cmp"
	"math/bits"
	"slices"
	"unicode/utf8"
)

// manyUnknown is how many words that nobody uses a catalogue can hold as slips, brands and jargon. More of them are data,
// not language: then a slip is looked for between such a word and one that people use, not between any two of them.
const manyUnknown = 10_000

// crowd is how many words one word is compared with: among more that are so near, made-up ones, none is a slip for it.
const crowd = 200

// slipIndex finds words that are within a slip or two of each other: two words that are share what is left of them when
// as many letters are taken out as each may have slips. It is read-only once made.
type slipIndex struct {
	words   []*token            // those that people use first: of a crowded bucket they are read, for a slip is a slip for one of them
	letters []uint32            // which letters a word has, for a quick no
	left    []left              // ascending
	back    map[*token][]*token // with too many unknown words: from a known word to those that may be a slip for it
}

// left is the hash of what is left of a word. That two hashes may be equal by chance costs a comparison.
type left struct {
	hash uint32
	word int32
}

func newSlipIndex(all map[string]*token) slipIndex {
	var x slipIndex
	var unknown []*token
	for _, t := range all {
		switch {
		case !slippery(t):
		case t.known:
			x.words = append(x.words, t)
		default:
			unknown = append(unknown, t)
		}
	}
	byText := func(a, b *token) int { return cmp.Compare(a.text, b.text) }
	slices.SortFunc(x.words, byText)
	slices.SortFunc(unknown, byText)
	if len(unknown) <= manyUnknown {
		x.words = append(x.words, unknown...)
		x.fill()
		return x
	}
	x.fill()
	back := map[*token][]*token{}
	for _, t := range unknown {
		for _, u := range x.near(t, nil) {
			if len(back[u]) < crowd {
				back[u] = append(back[u], t)
			}
		}
	}
	x.back = back
	return x
}

// fill takes letters out of all words.
func (x *slipIndex) fill() {
	x.letters = make([]uint32, len(x.words))
	var hashes []uint32
	for i, t := range x.words {
		x.letters[i] = lettersOf(t.text)
		hashes = leftOf(t, hashes[:0])
		for _, h := range hashes {
			x.left = append(x.left, left{h, int32(i)})
		}
	}
	slices.SortFunc(x.left, func(a, b left) int { return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.word, b.word)) })
}

// near appends the words that t may be a slip for, or the other way round.
func (x *slipIndex) near(t *token, out []*token) []*token {
	if !slippery(t) {
		return out
	}
	out = append(out, x.back[t]...)
	var ids []int32
	for _, h := range leftOf(t, nil) {
		at, _ := slices.BinarySearchFunc(x.left, h, func(l left, h uint32) int { return cmp.Compare(l.hash, h) })
		for n := 0; at < len(x.left) && x.left[at].hash == h && n < nearest; at, n = at+1, n+1 {
			ids = append(ids, x.left[at].word)
		}
	}
	mine, compared := lettersOf(t.text), 0
	for _, id := range distinct(ids) {
		u := x.words[id]
		// A slip swaps one letter for another at most.
		if bits.OnesCount32(mine^x.letters[id]) > 2*slips(max(t.runes, u.runes, shortestTypo)) || u.base == t.base {
			continue
		}
		if compared++; compared > crowd {
			break
		}
		if misspelled(t, u) {
			out = append(out, u)
		}
	}
	return out
}

// slippery says whether a word can be a slip for another one, or another one for it.
func slippery(t *token) bool {
	return !t.digit && t.runes >= shortestTypo-1 && slips(max(t.runes, shortestTypo)) > 0
}

// leftOf appends the hashes of a word with no letter taken out, with one, and with two if it may have two slips.
func leftOf(t *token, out []uint32) []uint32 {
	const start, prime = uint32(2166136261), uint32(16777619)
	var buffer [longestTypo]rune
	w := buffer[:0]
	for _, r := range t.text {
		w = append(w, r)
	}
	two := slips(max(t.runes, shortestTypo)) == 2 && t.runes <= deletable
	hash := func(h uint32, w []rune) uint32 {
		for _, r := range w {
			h = (h ^ uint32(r)) * prime
		}
		return h
	}
	out = append(out, hash(start, w))
	before := start // hash of the letters before the one that is taken out
	for i := range w {
		out = append(out, hash(before, w[i+1:]))
		between := before
		for j := i + 1; two && j < len(w); j++ {
			out = append(out, hash(between, w[j+1:]))
			between = (between ^ uint32(w[j])) * prime
		}
		before = (before ^ uint32(w[i])) * prime
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// lettersOf is which letters a word has, one bit for each; letters beyond ASCII share bits.
func lettersOf(w string) uint32 {
	var m uint32
	for len(w) > 0 {
		r, n := utf8.DecodeRuneInString(w)
		m |= 1 << (uint32(r) % 32)
		w = w[n:]
	}
	return m
}
