package simulate

import (
	"math"
	"math/rand/v2"
	"strings"
)

// sourceCount is how many sources a workspace has.
const sourceCount = 4

// event is one thing that users do, under whichever name it is sent.
type event struct {
	index   int
	phrase  phrase
	rate    [sourceCount]float64 // rows a day
	oneTime bool                 // each user does it once
	crowd   *crowd

	names []*variant       // the first is the name from the beginning
	since [sourceCount]int // release from which the others are sent; 0: never
	split float64          // share of rows that take the second name, the rest the third; 0: all take the second
	begin [sourceCount]int // release with which it begins; 0: it was always there
	end   [sourceCount]int // release with which it ends; 0: it does not
	lost  float64          // share of users who come back under another id with the new name
	used  bool             // a change has it already
}

// variant is one name of an event, with the properties it is sent with.
type variant struct {
	name  string
	props []filled
	table string
	place []int // of each property among the columns of the table
}

func (e *event) name() string { return e.names[0].name }

// in lists the sources that send the event.
func (e *event) in() []int {
	var out []int
	for s, n := range e.rate {
		if n > 0 {
			out = append(out, s)
		}
	}
	return out
}

// crowd is the users of an event, by source. Those at the front do it most.
type crowd [sourceCount][]int

// people is how many users a workspace has.
const people = 6000

// user is what one number says of a user: a phone of one kind, how slow to update, whether known by an id.
type user int

func (u user) share(of uint64) float64 {
	h := (uint64(u)+1)*0x9e3779b97f4a7c15 + of*0xd1b54a32d192ed03
	h ^= h >> 29
	h *= 0xbf58476d1ce4e5b9
	h ^= h >> 32
	return float64(h>>11) / (1 << 53)
}

// uses says whether the user is on a source: everybody on the web and the server, each phone is of one kind.
func (u user) uses(source int) bool {
	switch source {
	case 1:
		return u%2 == 0
	case 2:
		return u%2 == 1
	}
	return true
}

// newCrowd draws the users of an event. Busy users are in many crowds.
func newCrowd(r *rand.Rand, rate float64) *crowd {
	want := int(min(max(rate*8, 60), people/3))
	var c crowd
	seen := map[int]bool{}
	for len(seen) < want {
		u := int(people * math.Pow(r.Float64(), 1.3))
		if seen[u] {
			continue
		}
		seen[u] = true
		for s := range c {
			if user(u).uses(s) {
				c[s] = append(c[s], u)
			}
		}
	}
	return &c
}

// places are the sets of sources that events live in, each as often as it stands here.
func places() [][]int {
	return [][]int{{0}, {0, 1, 2}, {0, 1, 2}, {0, 1, 2}, {1, 2}, {1, 2}, {0, 1}, {3}, {3}, {0, 3}}
}

// sourceShare is how the rows of an event fall on its sources.
func sourceShare() [sourceCount]float64 { return [sourceCount]float64{.45, .3, .3, .4} }

// spread divides the rows of a day among sources, unevenly.
func spread(r *rand.Rand, total float64, sources []int) (rate [sourceCount]float64) {
	sum := 0.0
	for _, s := range sources {
		rate[s] = sourceShare()[s] * math.Exp(.3*r.NormFloat64())
		sum += rate[s]
	}
	for s := range rate {
		rate[s] *= total / sum
	}
	return rate
}

// table is the name of an event's table: lower case, words joined by underscores.
func table(name string) string {
	var b strings.Builder
	gap, lower := false, false
	for _, r := range name {
		up, low, digit := r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z', r >= '0' && r <= '9'
		switch {
		case !up && !low && !digit:
			gap = b.Len() > 0
			continue
		case gap || up && lower:
			b.WriteByte('_')
		}
		gap, lower = false, low
		b.WriteString(strings.ToLower(string(r)))
	}
	return b.String()
}
