package plan

import "strings"

// kind is what a node of a plan file is, in whichever syntax it was written.
type kind uint8

const (
	missing kind = iota
	object
	array
	text
	number
	boolean
	null
)

// String is the word for a kind in messages to people.
func (k kind) String() string {
	switch k {
	case object:
		return "an object"
	case array:
		return "a list"
	case text:
		return "text"
	case number:
		return "a number"
	case boolean:
		return "true or false"
	case null:
		return "null"
	case missing:
	}
	return "nothing"
}

// node is one value of a plan file with its place: JSON and YAML become the same tree, so that every
// format is read by one reader and every mistake has a line.
type node struct {
	kind      kind
	text      string // text: decoded; number and boolean: as written
	members   []member
	items     []*node
	line, col int  // from 1, in characters
	from, to  int  // bytes; to is 0 in YAML, which does not say where a value ends
	plain     bool // YAML: written without quotes
	flow      bool // an object or list in brackets
}

// member is one key of an object and its value.
type member struct{ key, value *node }

// get returns the value of a key, nil where there is none; n may be nil.
func (n *node) get(key string) *node {
	if m := n.member(key); m != nil {
		return m.value
	}
	return nil
}

func (n *node) member(key string) *member {
	if n == nil {
		return nil
	}
	for i := range n.members {
		if n.members[i].key.text == key {
			return &n.members[i]
		}
	}
	return nil
}

// path follows keys from object to object.
func (n *node) path(keys ...string) *node {
	for _, k := range keys {
		n = n.get(k)
	}
	return n
}

// is says whether n is of the kind; a nil node is missing.
func (n *node) is(k kind) bool {
	if n == nil {
		return k == missing
	}
	return n.kind == k
}

// str returns a text value, and "" for anything else.
func (n *node) str() string {
	if n.is(text) {
		return n.text
	}
	return ""
}

// scalar returns the value as it was written: text decoded, numbers and booleans as they stand.
func (n *node) scalar() (string, bool) {
	switch {
	case n == nil:
		return "", false
	case n.kind == text || n.kind == number || n.kind == boolean:
		return n.text, true
	}
	return "", false
}

// strings returns the scalars of a list, or of a single scalar standing for a list of one.
func (n *node) strings() []string {
	if s, ok := n.scalar(); ok {
		return []string{s}
	}
	if !n.is(array) {
		return nil
	}
	var out []string
	for _, it := range n.items {
		if s, ok := it.scalar(); ok {
			out = append(out, s)
		}
	}
	return out
}

// json writes the value as compact JSON; it is how values that are no text are compared.
func (n *node) json() string {
	if n == nil {
		return "null"
	}
	switch n.kind {
	case text:
		return quote(n.text)
	case number, boolean:
		return n.text
	case array:
		parts := make([]string, len(n.items))
		for i, it := range n.items {
			parts[i] = it.json()
		}
		return "[" + strings.Join(parts, ",") + "]"
	case object:
		parts := make([]string, len(n.members))
		for i, m := range n.members {
			parts[i] = quote(m.key.text) + ":" + m.value.json()
		}
		return "{" + strings.Join(parts, ",") + "}"
	case null, missing:
	}
	return "null"
}

// maxDepth and maxNodes bound what one file may make us hold: YAML aliases can ask for more than memory has.
const (
	maxDepth = 200
	maxNodes = 2_000_000
)
