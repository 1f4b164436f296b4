package main

import (
	"math"
	"slices"
	"strings"
	"unicode"
)

// nameModel compares names as a simple tool would: by their words, rare ones weighing more, and by their letters.
type nameModel struct {
	in map[string]float64 // planned names that have the word
	n  float64
}

func newNameModel(planned []string) *nameModel {
	m := &nameModel{in: map[string]float64{}, n: float64(len(planned))}
	for _, name := range planned {
		words := tokens(name)
		slices.Sort(words)
		for _, w := range slices.Compact(words) {
			m.in[w]++
		}
	}
	return m
}

func (m *nameModel) weight(word string) float64 { return math.Log((m.n + 1) / (m.in[word] + .5)) }

// similarity is 1 where the stems of the words are the same in any order; else how much of both names, by weight, has
// a partner in the other; or what two names have in letters, where that is much.
func (m *nameModel) similarity(a, b string) float64 {
	wa, wb := tokens(a), tokens(b)
	slices.Sort(wa)
	slices.Sort(wb)
	if slices.Equal(wa, wb) {
		return 1
	}
	covered := func(x, y []string) float64 {
		var have, all float64
		for _, w := range x {
			all += m.weight(w)
			if slices.ContainsFunc(y, func(v string) bool { return v == w || jaroWinkler(v, w) >= .88 }) {
				have += m.weight(w)
			}
		}
		return have / max(all, 1e-9)
	}
	p, r := covered(wa, wb), covered(wb, wa)
	f := 2 * p * r / max(p+r, 1e-9)
	if c := letters(strings.ToLower(a), strings.ToLower(b)); c >= .8 {
		f = max(f, .9*c)
	}
	return f
}

// tokens are the stems of the words of a name.
func tokens(name string) []string {
	var out []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			out = append(out, stem(strings.ToLower(string(word))))
		}
		word = nil
	}
	lower := false
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) || unicode.IsUpper(r) && lower {
			flush()
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			word = append(word, r)
		}
		lower = unicode.IsLower(r)
	}
	flush()
	return out
}

// stem takes one ending off a word, and a doubled letter or an e before it.
func stem(w string) string {
	for _, end := range []string{"ing", "ed", "es", "s"} {
		if s, ok := strings.CutSuffix(w, end); ok && len(s) >= 3 {
			if n := len(s); s[n-1] == s[n-2] && s[n-1] != 's' && s[n-1] != 'l' {
				s = s[:n-1]
			}
			w = s
			break
		}
	}
	return strings.TrimSuffix(w, "e")
}

// letters is how much two texts share, 1 for the same: twice the longest common subsequence over both lengths.
func letters(a, b string) float64 {
	row := make([]int, len(b)+1)
	for i := range len(a) {
		diagonal := 0
		for j := range len(b) {
			above := row[j+1]
			if a[i] == b[j] {
				row[j+1] = diagonal + 1
			} else {
				row[j+1] = max(row[j+1], row[j])
			}
			diagonal = above
		}
	}
	return 2 * float64(row[len(b)]) / float64(max(len(a)+len(b), 1))
}

// jaroWinkler is the usual likeness of two short words.
func jaroWinkler(a, b string) float64 {
	if a == b {
		return 1
	}
	reach := max(0, max(len(a), len(b))/2-1)
	usedA, usedB := make([]bool, len(a)), make([]bool, len(b))
	same := 0
	for i := range len(a) {
		for j := max(0, i-reach); j < min(len(b), i+reach+1); j++ {
			if !usedB[j] && a[i] == b[j] {
				usedA[i], usedB[j] = true, true
				same++
				break
			}
		}
	}
	if same == 0 {
		return 0
	}
	swapped, j := 0, 0
	for i := range len(a) {
		if !usedA[i] {
			continue
		}
		for !usedB[j] {
			j++
		}
		if a[i] != b[j] {
			swapped++
		}
		j++
	}
	m := float64(same)
	jaro := (m/float64(len(a)) + m/float64(len(b)) + (m-float64(swapped/2))/m) / 3
	prefix := 0
	for prefix < min(4, len(a), len(b)) && a[prefix] == b[prefix] {
		prefix++
	}
	return jaro + float64(prefix)*.1*(1-jaro)
}
