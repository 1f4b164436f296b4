package names

import (
	"slices"
	"strings"
)

// What it takes for a change to be a pattern: so many pairs, and such a share of all of them.
const (
	patternFrom  = 3
	patternShare = .8
)

// Change says in words what became of many names alike, each pair an old and a new one: `without "View"`,
// `with "tapped" for "clicked"`, `in snake_case`, `with the words in another order`. It follows "are now sent", and is ""
// where fewer than three pairs or less than four of five changed alike. It is safe to show anywhere as text.
func Change(pairs [][2]string) string {
	if len(pairs) < patternFrom {
		return ""
	}
	counts := map[string]int{}
	for _, p := range pairs {
		counts[wordChange(p[0], p[1])]++
	}
	delete(counts, "")
	most := ""
	for c, n := range counts {
		if n > counts[most] || n == counts[most] && c < most {
			most = c
		}
	}
	n := counts[most]
	if most == restyled {
		most, n = restyle(pairs)
	}
	switch {
	case most == "" || n < patternFrom || float64(n) < patternShare*float64(len(pairs)):
		return ""
	case n < len(pairs):
		return most + " (most of them)"
	}
	return most
}

// Difference says in words how one name became another: `without "View"`, `with "tapped" for "clicked"`; "" where they have
// the same letters, or hardly a word in common. It is safe to show anywhere as text.
func Difference(from, to string) string {
	if d := wordChange(from, to); d != restyled {
		return d
	}
	return ""
}

// restyled marks names of the same letters until it is known how they are written.
const restyled = "\x00"

// wordChange says which words a name lost and gained; "" where that is more than a pattern can be.
func wordChange(a, b string) string {
	if Squash(a) == Squash(b) {
		return restyled
	}
	x, y := strings.Fields(Fold(a)), strings.Fields(Fold(b))
	lost, gained := without(x, y), without(y, x)
	say := func(list []string) string {
		return `"` + Short(Visible(Mask(strings.Join(list, " "))), longestSurface) + `"`
	}
	switch {
	case len(lost) > 2 || len(gained) > 2 || len(lost) == len(x) || len(gained) == len(y):
		return ""
	case len(lost) == 0 && len(gained) == 0:
		return "with the words in another order"
	case len(gained) == 0:
		return "without " + say(lost)
	case len(lost) == 0:
		return "with " + say(gained) + " added"
	}
	return "with " + say(gained) + " for " + say(lost)
}

// without is the words of x that y has not got, each as often as x has more of it.
func without(x, y []string) []string {
	rest := slices.Clone(y)
	var out []string
	for _, w := range x {
		if i := slices.Index(rest, w); i >= 0 {
			rest = slices.Delete(rest, i, i+1)
		} else {
			out = append(out, w)
		}
	}
	return out
}

// restyle is the convention that the new names of the same letters share, and how many of them do.
func restyle(pairs [][2]string) (string, int) {
	same, best, most := 0, "", 0
	for _, style := range Conventions() {
		n := 0
		same = 0
		for _, p := range pairs {
			if wordChange(p[0], p[1]) != restyled {
				continue
			}
			same++
			if inStyle(style, p[1]) && !inStyle(style, p[0]) {
				n++
			}
		}
		if n > most {
			best, most = "in "+style, n
		}
	}
	if float64(most) < patternShare*float64(same) {
		return "in other letters", same
	}
	return best, most
}
