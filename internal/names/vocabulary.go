package names

import (
	"math"
	"slices"
	"strings"
)

const (
	knownFrom    = 3 // planned names that must use a word before it counts as one
	contrastFrom = 2 // pairs of planned names that must differ alike before the difference counts as meant
	prefixFrom   = 5 // planned names there must be before one first word can be a namespace
)

// Vocabulary is what a plan teaches about its own names: the words it uses, how much each says, the namespace
// that most names share, and the differences it draws on purpose. It does not change once learned, and one
// vocabulary can serve any number of goroutines. The nil Vocabulary has learned nothing.
type Vocabulary struct {
	names     int
	uses      map[string]int // by lower-case word: planned names that hold it
	bases     map[string]int // the same by base form
	prefix    string         // base form of the namespace; "" when there is none
	contrasts map[string]int // by contrast: pairs of planned names that differ in nothing else
}

// Learn reads the planned names. The same name twice counts once.
func Learn(planned []string) *Vocabulary {
	v := &Vocabulary{uses: map[string]int{}, bases: map[string]int{}}
	first := map[string]int{}
	seen := make(map[string]struct{}, len(planned))
	var distinct []string
	for _, raw := range planned {
		if _, twice := seen[raw]; twice {
			continue
		}
		seen[raw] = struct{}{}
		distinct = append(distinct, raw)
	}
	v.names = len(distinct)
	lex := newLexicon(nil)
	for _, raw := range distinct {
		n := lex.parse(raw, true)
		for i, t := range n.tokens {
			if firstUse(n.tokens[:i], t) {
				v.uses[t.text]++
			}
			if firstBase(n.tokens[:i], t) {
				v.bases[t.base]++
			}
		}
		if len(n.tokens) > 1 {
			first[n.tokens[0].base]++
		}
	}
	for w, count := range first {
		if v.names >= prefixFrom && 2*count > v.names {
			v.prefix = w
		}
	}
	v.contrasts = contrasts(oneSpelling(distinct), v)
	return v
}

// oneSpelling leaves of the names that differ in case and separators only the first: a slip beside two spellings of one
// name is drawn once.
func oneSpelling(planned []string) []string {
	seen := make(map[string]struct{}, len(planned))
	return slices.DeleteFunc(slices.Clone(planned), func(raw string) bool {
		k := Squash(raw)
		_, twice := seen[k]
		seen[k] = struct{}{}
		return twice
	})
}

// contrasts counts the differences that the plan draws between its own names.
func contrasts(planned []string, v *Vocabulary) map[string]int {
	counts := map[string]int{}
	eachPair(planned, v, func(earlier, later *name) {
		_, drawn := compare(earlier, later, v)
		for _, c := range drawn {
			counts[c]++
		}
	})
	return counts
}

func firstUse(before []*token, t *token) bool {
	for _, u := range before {
		if u.text == t.text {
			return false
		}
	}
	return true
}

func firstBase(before []*token, t *token) bool {
	for _, u := range before {
		if u.base == t.base {
			return false
		}
	}
	return true
}

// knows says whether the plan uses a word often enough for it to be no slip.
func (v *Vocabulary) knows(w string) bool { return v != nil && v.uses[w] >= knownFrom }

// meant says whether the plan draws a difference on purpose.
func (v *Vocabulary) meant(contrast string) bool {
	return v != nil && v.contrasts[contrast] >= contrastFrom
}

// namespace is the base form of the first word that most planned names share; "" when there is none.
func (v *Vocabulary) namespace() string {
	if v == nil {
		return ""
	}
	return v.prefix
}

// weight is how much a base form tells: the inverse document frequency over the planned names, ln((N+1)/(df+½)).
// It is always above 0; without a plan every word weighs the same.
func (v *Vocabulary) weight(b string) float64 {
	if v == nil || v.names == 0 {
		return 1
	}
	return math.Log(float64(v.names+1) / (float64(v.bases[b]) + .5))
}

// bent, swapped and added name a difference for counting it: in form, by a synonym, by one word more.
func bent(a, b string) string    { return "form " + min(a, b) + "/" + max(a, b) }
func swapped(a, b string) string { return "swap " + min(a, b) + "/" + max(a, b) }
func added(w string) string      { return "more " + strings.ToLower(w) }
