package names

import (
	"cmp"
	"slices"
)

const (
	nearest    = 50 // candidates that one question is answered with, and names or words read from one bucket
	deletable  = 20 // longest word of which two letters are deleted for the index; of longer ones, one
	bucketNone = int32(-1)
)

// Candidate is a name near the one asked about.
type Candidate struct {
	Name  string
	Match Match
}

// Pair is two names of one catalogue that may mean the same event; A stands before B in the catalogue.
type Pair struct {
	A, B  string
	Match Match
}

// Index finds near names without comparing all pairs. It is read-only once made and can serve any number of
// goroutines. A name is kept under its squashed letters and under its base forms, with and without their order; what one
// synonym, one filler word or one misspelled word would make of a name is looked up, so no bucket of
// names that merely share most words is ever walked. Of names that are all spellings of one, the latest 50 are read.
type Index struct {
	vocabulary  *Vocabulary
	lexicon     *lexicon
	names       []*name
	squashed    chains[string]
	ordered     chains[uint64]
	bags        chains[uint64] // the first name of each order only
	runs        chains[uint64] // the same, by what the words are when written as one
	slips       slipIndex
	dispensable []*token            // words that a name can have more than another one
	remembered  map[*token][]*token // what may stand in the place of a word; nil once the index is shared
}

// chains are buckets as linked lists: the newest entry of each key, and for each entry the one before it.
type chains[K comparable] struct {
	newest map[K]int32
	older  []int32
	entry  []int32
}

func newChains[K comparable](size int) chains[K] {
	return chains[K]{newest: make(map[K]int32, size)}
}

// add puts an entry into a bucket and says whether it is the first there.
func (c *chains[K]) add(key K, entry int32) bool {
	at, found := c.newest[key]
	if !found {
		at = bucketNone
	}
	c.newest[key] = int32(len(c.entry))
	c.entry, c.older = append(c.entry, entry), append(c.older, at)
	return !found
}

// each reads at most limit entries of a bucket, the newest first.
func (c *chains[K]) each(key K, limit int, read func(int32)) {
	at, found := c.newest[key]
	for ; found && at != bucketNone && limit > 0; limit-- {
		read(c.entry[at])
		at = c.older[at]
	}
}

// NewIndex makes an index of the names; the same name twice counts once.
func NewIndex(list []string, v *Vocabulary) *Index {
	x, parsed := prepare(list, v)
	for _, n := range parsed {
		x.add(n)
	}
	return x
}

// prepare makes an index that knows the words of all names and holds none of the names yet.
func prepare(list []string, v *Vocabulary) (*Index, []*name) {
	x := &Index{
		vocabulary: v, lexicon: newLexicon(v),
		squashed: newChains[string](len(list)), ordered: newChains[uint64](len(list)),
		bags: newChains[uint64](len(list)), runs: newChains[uint64](len(list)),
	}
	spare := fillers()
	if p := v.namespace(); p != "" {
		spare = append(spare, p)
	}
	for _, w := range spare {
		x.dispensable = append(x.dispensable, x.lexicon.token(w))
	}
	seen := make(map[string]struct{}, len(list))
	parsed := make([]*name, 0, len(list))
	for _, raw := range list {
		if _, twice := seen[raw]; !twice {
			seen[raw] = struct{}{}
			parsed = append(parsed, x.lexicon.parse(raw, true))
		}
	}
	x.slips = newSlipIndex(x.lexicon.tokens)
	return x, parsed
}

func (x *Index) add(n *name) {
	id := int32(len(x.names))
	x.names = append(x.names, n)
	x.squashed.add(n.squash, id)
	if len(n.tokens) > 0 && x.ordered.add(n.seq, id) {
		x.bags.add(n.bag, id)
		x.runs.add(n.run, id)
	}
}

// Near is the names that match the given one, the surest first; the name itself is not among them. There are at most 50.
func (x *Index) Near(raw string) []Candidate {
	n := x.lexicon.parse(raw, false)
	var out []Candidate
	for _, id := range x.near(n) {
		if m, _ := compare(n, x.names[id], x.vocabulary); m.Level != None {
			out = append(out, Candidate{x.names[id].raw, m})
		}
	}
	slices.SortStableFunc(out, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.Match.Level, a.Match.Level), cmp.Compare(a.Name, b.Name))
	})
	return out[:min(len(out), nearest)]
}

// Pairs is all matching pairs of a catalogue, in the order in which their second name stands there. Each name is held
// against those before it; of more than 50 spellings of one name, each against the 50 before it.
func Pairs(list []string, v *Vocabulary) []Pair {
	var out []Pair
	eachPair(list, v, func(earlier, later *name) {
		if m, _ := compare(earlier, later, v); m.Level != None {
			out = append(out, Pair{earlier.raw, later.raw, m})
		}
	})
	return out
}

// eachPair visits the pairs of names that are worth comparing.
func eachPair(list []string, v *Vocabulary, visit func(earlier, later *name)) {
	x, parsed := prepare(list, v)
	x.remembered = map[*token][]*token{}
	for _, n := range parsed {
		for _, id := range x.near(n) {
			visit(x.names[id], n)
		}
		x.add(n)
	}
}

// near is the numbers of the names worth comparing, ascending, without the name itself.
func (x *Index) near(n *name) []int32 {
	var found []int32
	collect := func(id int32) {
		if x.names[id].raw != n.raw {
			found = append(found, id)
		}
	}
	x.squashed.each(n.squash, nearest, collect)
	if len(n.tokens) == 0 {
		return distinct(found)
	}
	x.ordered.each(n.seq, nearest, collect)
	bag := func(sum uint64) {
		x.bags.each(sum, nearest, func(first int32) {
			x.ordered.each(x.names[first].seq, nearest, collect)
		})
	}
	bag(n.bag)
	x.runs.each(n.run, nearest, func(first int32) {
		x.ordered.each(x.names[first].seq, nearest, collect)
	})
	for i, t := range n.tokens {
		if !firstUse(n.tokens[:min(i, nearest)], t) {
			continue // the same word again would ask the same questions
		}
		for _, other := range x.instead(t) {
			bag(n.bag - t.hash + other.hash)
		}
	}
	for _, more := range x.dispensable {
		bag(n.bag + more.hash)
		for _, t := range n.tokens {
			if t.base == more.base {
				bag(n.bag - t.hash)
				break
			}
		}
	}
	return distinct(found)
}

// instead is the words that may stand in the place of t: its synonyms, and the words it could be a slip for.
func (x *Index) instead(t *token) []*token {
	if x.remembered == nil {
		return x.search(t)
	}
	out, found := x.remembered[t]
	if !found {
		out = x.search(t)
		x.remembered[t] = out
	}
	return out
}

func (x *Index) search(t *token) []*token {
	var out []*token
	for _, w := range synonyms(t.base) {
		out = append(out, x.lexicon.token(w))
	}
	if w := slipOfWords(t.text); w != "" {
		out = append(out, x.lexicon.token(w))
	}
	return x.slips.near(t, out)
}

func distinct(ids []int32) []int32 {
	slices.Sort(ids)
	return slices.Compact(ids)
}
