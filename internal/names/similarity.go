package names

import (
	"cmp"
	"slices"
)

const (
	softToken  = .88 // Jaro-Winkler from which two words count as alike
	charsFrom  = .8  // share of common letters from which spelling counts at all
	charsWorth = .9  // what equal spelling alone is worth
	mostTokens = 64  // words of a name that are weighed
	mostChars  = 512 // squashed bytes up to which letters are compared
)

// Similarity is how alike two names are, from 0 to 1, for weighing together with other evidence; it is symmetric. It is
// 1 for names of the same letters or the same words in any order; else the better of the F1 of their words, each weighed
// by how much it tells among the planned names, and of nine tenths of the share of letters in common.
func Similarity(a, b string, v *Vocabulary) float64 {
	lex := newLexicon(v)
	x, y := lex.parse(a, true), lex.parse(b, true)
	switch {
	case a == b || x.squash == y.squash:
		return 1
	case len(x.tokens) == 0 || len(y.tokens) == 0:
		return 0
	case sameBag(x, y):
		return 1
	}
	if x.squash > y.squash { // sums of fractions depend on their order
		x, y = y, x
	}
	return max(softF1(x, y, v), letterRatio(x.squash, y.squash))
}

func sameBag(a, b *name) bool {
	bag := func(n *name) []string {
		out := make([]string, len(n.tokens))
		for i, t := range n.tokens {
			out[i] = t.base
		}
		slices.Sort(out)
		return out
	}
	return len(a.tokens) == len(b.tokens) && slices.Equal(bag(a), bag(b))
}

// alike is a possible match of two words.
type alike struct {
	i, j  int
	score float64
	gain  float64 // weight of both words
}

// softF1 pairs the words of two names, the most alike first, and weighs what is paired against all there is.
func softF1(a, b *name, v *Vocabulary) float64 {
	x, y := a.tokens[:min(len(a.tokens), mostTokens)], b.tokens[:min(len(b.tokens), mostTokens)]
	var all float64
	var matches []alike
	for _, u := range y {
		all += v.weight(u.base)
	}
	for i, t := range x {
		all += v.weight(t.base)
		for j, u := range y {
			s := 1.
			if t.base != u.base {
				s = jaroWinkler(t, u)
			}
			if s >= softToken {
				matches = append(matches, alike{i, j, s, v.weight(t.base) + v.weight(u.base)})
			}
		}
	}
	slices.SortStableFunc(matches, func(m, n alike) int {
		return cmp.Or(cmp.Compare(n.score, m.score), cmp.Compare(n.gain, m.gain), pairOrder(x, y, m, n))
	})
	usedX, usedY := make([]bool, len(x)), make([]bool, len(y))
	var common float64
	for _, m := range matches {
		if !usedX[m.i] && !usedY[m.j] {
			usedX[m.i], usedY[m.j] = true, true
			common += m.score * m.gain
		}
	}
	return min(common/all, 1)
}

// pairOrder breaks ties by the words themselves, so that the order of the two names cannot matter.
func pairOrder(x, y []*token, m, n alike) int {
	a, b, c, d := x[m.i].text, y[m.j].text, x[n.i].text, y[n.j].text
	return cmp.Or(cmp.Compare(min(a, b), min(c, d)), cmp.Compare(max(a, b), max(c, d)))
}

// jaroWinkler is the Jaro-Winkler similarity of two words (prefix weight 0.1 over at most four letters); words with
// digits are alike only when they are equal.
func jaroWinkler(t, u *token) float64 {
	if t.text == u.text {
		return 1
	}
	if t.digit || u.digit || t.runes > longestTypo || u.runes > longestTypo {
		return 0
	}
	x, y := []rune(t.text), []rune(u.text)
	reach := max(max(len(x), len(y))/2-1, 0)
	var usedX, usedY [longestTypo]bool
	hits := 0
	for i, r := range x {
		for j := max(0, i-reach); j < min(len(y), i+reach+1); j++ {
			if !usedY[j] && y[j] == r {
				usedX[i], usedY[j] = true, true
				hits++
				break
			}
		}
	}
	if hits == 0 {
		return 0
	}
	swaps, j := 0, 0
	for i := range x {
		if !usedX[i] {
			continue
		}
		for !usedY[j] {
			j++
		}
		if x[i] != y[j] {
			swaps++
		}
		j++
	}
	m := float64(hits)
	jaro := (m/float64(len(x)) + m/float64(len(y)) + (m-float64(swaps)/2)/m) / 3
	prefix := 0
	for prefix < min(4, len(x), len(y)) && x[prefix] == y[prefix] {
		prefix++
	}
	return jaro + float64(prefix)*.1*(1-jaro)
}

// letterRatio is nine tenths of 2·LCS/(len a + len b) when that share is four fifths or more, else 0; LCS is the length
// of the longest common subsequence.
func letterRatio(a, b string) float64 {
	if len(a) > mostChars || len(b) > mostChars {
		return 0
	}
	above, row := make([]int, len(b)+1), make([]int, len(b)+1)
	for i := range len(a) {
		for j := range len(b) {
			if a[i] == b[j] {
				row[j+1] = above[j] + 1
			} else {
				row[j+1] = max(above[j+1], row[j])
			}
		}
		above, row = row, above
	}
	ratio := 2 * float64(above[len(b)]) / float64(len(a)+len(b))
	if ratio < charsFrom {
		return 0
	}
	return charsWorth * ratio
}
