package names

// reordered judges names of the same words in another order.
func reordered(a, b *name) Match {
	for _, t := range a.tokens {
		if directional(t.base) {
			return Match{}
		}
	}
	m := Match{Medium, Order, "words in another order"}
	if anyIng(a) != anyIng(b) {
		return m
	}
	// The words between the first and the last difference; one word moved if the rest of them shifted by one place.
	p, q := 0, len(a.tokens)-1
	for a.tokens[p].base == b.tokens[p].base {
		p++
	}
	for a.tokens[q].base == b.tokens[q].base {
		q--
	}
	x, y := a.tokens[p:q+1], b.tokens[p:q+1]
	if verbWandered(x, y) || verbWandered(y, x) {
		return Match{High, VerbMoved, "verb moved"}
	}
	if (a.head > 0) != (b.head > 0) && (namespaceMoved(a, b) || namespaceMoved(b, a)) {
		return Match{High, Order, "same words, the namespace moved"}
	}
	return m
}

// verbWandered says whether the first word of x is a verb that stands last in y, all others keeping their order.
// A verb in the past is the action of its event wherever it stands; a bare one may not pass another verb.
func verbWandered(x, y []*token) bool {
	last := len(x) - 1
	if x[0].base != y[last].base || !sameBases(x[1:], y[:last]) || !x[0].verb() && !y[last].verb() {
		return false
	}
	switch {
	case x[0].form&y[last].form&past != 0:
		return true
	case x[0].form == 0 && y[last].form&past != 0:
		return false // "Remove Limit" asks for what "Limit Removed" says is done
	}
	for _, t := range x[1:] {
		if t.verb() {
			return false
		}
	}
	return true
}

// namespaceMoved says whether taking the namespace of a from the front and putting it in elsewhere makes b.
func namespaceMoved(a, b *name) bool {
	space, rest := a.tokens[:a.head], a.tokens[a.head:]
	if a.head == 0 {
		return false
	}
	for _, t := range space {
		if t.verb() {
			return false
		}
	}
	for at := 1; at <= len(rest); at++ {
		if sameBases(b.tokens[:at], rest[:at]) && sameBases(b.tokens[at:at+a.head], space) &&
			sameBases(b.tokens[at+a.head:], rest[at:]) {
			return true
		}
	}
	return false
}

func sameBases(a, b []*token) bool {
	if len(a) != len(b) {
		return false
	}
	for i, t := range a {
		if t.base != b[i].base {
			return false
		}
	}
	return true
}

// anyIng says whether a word of the name is the -ing of a verb.
func anyIng(n *name) bool {
	for _, t := range n.tokens {
		if t.form&ing != 0 {
			return true
		}
	}
	return false
}
