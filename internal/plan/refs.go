package plan

import (
	"slices"
	"strconv"
	"strings"
)

// follow returns what a reference to a place in the same schema stands for, with the keywords beside the reference, and a
// function that ends the following. A reference that leads elsewhere, nowhere or back to itself is left as it is.
func (r *reader) follow(s *node) (*node, func()) {
	before := len(r.following)
	done := func() { r.following = r.following[:before] }
	for range maxLevels {
		ref, ok := strings.CutPrefix(s.get("$ref").str(), "#")
		if !ok || r.root == nil {
			break
		}
		target := r.root.pointer(ref)
		if !target.is(object) || slices.Contains(r.following, target) {
			break
		}
		r.following = append(r.following, target)
		s = beside(s, target)
	}
	return s, done
}

// beside is the target of a reference with the keywords that stand beside the reference, which count more.
func beside(s, target *node) *node {
	out := *s
	out.members = nil
	for _, m := range s.members {
		if m.key.text != "$ref" {
			out.members = append(out.members, m)
		}
	}
	for _, m := range target.members {
		if out.get(m.key.text) == nil {
			out.members = append(out.members, m)
		}
	}
	return &out
}

// pointer finds a place by its JSON Pointer; nil where there is none.
func (n *node) pointer(path string) *node {
	if path == "" || path == "/" {
		return n
	}
	for part := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		part = strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
		if n.is(array) {
			i, err := strconv.Atoi(part)
			if err != nil || i < 0 || i >= len(n.items) {
				return nil
			}
			n = n.items[i]
			continue
		}
		n = n.get(part)
	}
	return n
}

// conditions are the keywords of an object that plan properties in ways that a list of properties cannot tell.
func conditions() []string {
	return []string{
		"$ref", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "patternProperties", "propertyNames", "dependencies", "dependentSchemas", "dependentRequired",
		"minProperties", "maxProperties", "unevaluatedProperties",
	}
}

// conditional lists them where they stand.
func (r *reader) conditional(s *node) {
	for _, m := range s.members {
		if slices.Contains(conditions(), m.key.text) {
			r.lose(m.key, m.key.text, "only the properties that stand in the schema itself are read")
		}
	}
}
