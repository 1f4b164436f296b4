package simulate

import (
	"math/rand/v2"
	"strings"
)

// phrase is a name taken apart: an optional qualifier, a thing and an action, each by its group of meaning.
type phrase struct {
	qualifier     string
	noun, verb    int // groups
	nounAt, actAt int // words in their groups
}

// namer makes names and never the same twice.
type namer struct {
	r     *rand.Rand
	nouns [][]string
	verbs [][]verb
	taken map[string]bool // by letters and digits alone, lower case
	used  map[[2]int]bool // meanings of planned events: thing and action
}

func newNamer(r *rand.Rand) *namer {
	return &namer{r: r, nouns: lists(nounText), verbs: verbs(), taken: map[string]bool{}, used: map[[2]int]bool{}}
}

// squash leaves what a table's name keeps of a name, without separators.
func squash(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(name))
}

// take keeps a name if nobody has one like it.
func (n *namer) take(name string) bool {
	if k := squash(name); k != "" && !n.taken[k] {
		n.taken[k] = true
		return true
	}
	return false
}

// words are the words of a name in lower case, as plans write them: thing, then action in the past.
func (n *namer) words(p phrase) []string {
	var out []string
	if p.qualifier != "" {
		out = append(out, p.qualifier)
	}
	return append(out, n.nouns[p.noun][p.nounAt], n.verbs[p.verb][p.actAt].past)
}

// title writes words as plans do: "Garden Opened".
func title(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(out, " ")
}

// meaning draws a thing and an action that no event has yet; topics narrows the things to the first of them.
func (n *namer) meaning(topics int) phrase {
	for {
		p := phrase{noun: n.r.IntN(topics), verb: n.r.IntN(len(n.verbs))}
		if n.used[[2]int{p.noun, p.verb}] {
			continue
		}
		n.used[[2]int{p.noun, p.verb}] = true
		p.nounAt, p.actAt = 0, n.r.IntN(len(n.verbs[p.verb])) // one word for one thing, as people of one company speak
		return p
	}
}

// fresh is a name of a meaning of its own.
func (n *namer) fresh(topics int) (phrase, string) {
	for {
		p := n.meaning(topics)
		if name := title(n.words(p)); n.take(name) {
			return p, name
		}
	}
}

// lookalike is another event that shares most words with p: the same action on the same thing under a qualifier, or, now
// and then, the button that begins it ("Open Garden" beside "Garden Opened").
func (n *namer) lookalike(p phrase) (phrase, string) {
	if n.r.Float64() < buttons {
		if name := title([]string{n.verbs[p.verb][p.actAt].base, n.nouns[p.noun][p.nounAt]}); n.take(name) {
			return p, name
		}
	}
	return n.qualified(p)
}

// buttons is the share of look-alikes that are the button of an event.
const buttons = .15

// qualified is p under a qualifier that no other event has.
func (n *namer) qualified(p phrase) (phrase, string) {
	qualifiers := strings.Fields(qualifierText)
	for {
		q := p
		q.qualifier = qualifiers[n.r.IntN(len(qualifiers))]
		if name := title(n.words(q)); n.take(name) {
			return q, name
		}
	}
}

// rename makes another name for p, alike in the way that the kind says.
func (n *namer) rename(p phrase, name string, kind Kind) string {
	for {
		var to string
		switch kind {
		case Tense:
			to = n.tense(p)
		case Prefix:
			to = n.prefix(name)
		case Typo:
			to = n.typo(name)
		case Abbreviation:
			to = n.abbreviation(p)
		case Synonym:
			to = n.synonym(p)
		case Case, Separator:
			return n.spelling(name, kind)
		case Unlike, Split, Merge, Launch, Deprecation, Unrelated, Replacement: // what is no rename has nothing in common
			return n.elsewhere(p)
		}
		if n.take(to) {
			return to
		}
	}
}

// elsewhere is a name that shares neither thing nor action with p.
func (n *namer) elsewhere(p phrase) string {
	for {
		q := n.meaning(len(n.nouns))
		if name := title(n.words(q)); q.noun != p.noun && q.verb != p.verb && n.take(name) {
			return name
		}
	}
}

// tense turns the words round or changes the form of the action.
func (n *namer) tense(p phrase) string {
	w := n.words(p)
	action := n.verbs[p.verb][p.actAt]
	things := w[:len(w)-1]
	switch n.r.IntN(4) {
	case 0:
		return title(append(append([]string{}, things...), action.base))
	case 1:
		return title(append([]string{action.base}, things...))
	case 2:
		return title(append([]string{action.past}, things...))
	}
	return title(append(append([]string{}, things...), gerund(action.base)))
}

// gerund is good enough for words that are ours.
func gerund(base string) string {
	if stem, ok := strings.CutSuffix(base, "e"); ok {
		return stem + "ing"
	}
	return base + "ing"
}

func (n *namer) prefix(name string) string {
	switch n.r.IntN(5) {
	case 0:
		return name + " V2"
	case 1:
		return "New " + name
	case 2:
		return "App: " + name
	case 3:
		return name + " 2"
	}
	return "Client " + name
}

// typo swaps, drops or doubles a letter inside the longest word.
func (n *namer) typo(name string) string {
	words := strings.Fields(name)
	long := 0
	for i, w := range words {
		if len(w) > len(words[long]) {
			long = i
		}
	}
	w := words[long]
	i := 1 + n.r.IntN(len(w)-2)
	switch n.r.IntN(3) {
	case 0:
		w = w[:i] + w[i+1:i+2] + w[i:i+1] + w[i+2:]
	case 1:
		w = w[:i] + w[i+1:]
	default:
		w = w[:i] + w[i:i+1] + w[i:]
	}
	words[long] = w
	return strings.Join(words, " ")
}

// abbreviation cuts the thing short.
func (n *namer) abbreviation(p phrase) string {
	w := n.words(p)
	thing := w[len(w)-2]
	w[len(w)-2] = thing[:min(len(thing)-1, 3+n.r.IntN(2))]
	return title(w)
}

// synonym says the action or the thing, or both, in another word of the same meaning.
func (n *namer) synonym(p phrase) string {
	nouns, acts := len(n.nouns[p.noun]), len(n.verbs[p.verb])
	q := p
	if acts > 1 && (nouns == 1 || n.r.IntN(3) > 0) {
		q.actAt = (p.actAt + 1 + n.r.IntN(acts-1)) % acts
	}
	if nouns > 1 && (q.actAt == p.actAt || n.r.IntN(4) == 0) {
		q.nounAt = (p.nounAt + 1 + n.r.IntN(nouns-1)) % nouns
	}
	return title(n.words(q))
}

// hasSynonym says whether another word can be found for p.
func (n *namer) hasSynonym(p phrase) bool {
	return len(n.nouns[p.noun]) > 1 || len(n.verbs[p.verb]) > 1
}

// spelling writes the same words in another case or with another separator: the same table, another name as sent.
func (n *namer) spelling(name string, kind Kind) string {
	words := strings.Fields(name)
	if kind == Case {
		switch n.r.IntN(3) {
		case 0:
			return strings.ToLower(name)
		case 1:
			return strings.ToUpper(name)
		}
		return words[0] + " " + strings.ToLower(strings.Join(words[1:], " "))
	}
	switch n.r.IntN(4) {
	case 0:
		return strings.ToLower(strings.Join(words, "_"))
	case 1:
		return strings.Join(words, "-")
	case 2:
		return strings.ToLower(words[0]) + strings.Join(words[1:], "")
	}
	return strings.Join(words, "_")
}
