package config

import (
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Known lists the words that other parts of the program understand. An empty list leaves its words unchecked.
type Known struct {
	Kinds   []string // kinds of findings, for expect, accept and ignore
	Checks  []string // ids of checks that exist
	Layouts []string // layouts that can be read
	Later   []string // kinds of findings that are promised, and that no check reports yet

	Sections map[string]any // by id of a check: a pointer to its settings as they are without a section; nil: nothing is known of them
}

// word returns a parser of one of some words; without words it takes any that is not empty.
func word[T ~string](what string, valid []string) func(string) (T, error) {
	return func(s string) (T, error) {
		if len(valid) == 0 && s != "" || slices.Contains(valid, s) {
			return T(s), nil
		}
		return "", notOneOf(what, s, valid)
	}
}

// word checks a text that was read against the only words it takes.
func (d *decoder) word(n *yaml.Node, v reflect.Value, valid []string) {
	n = d.deref(n)
	if n == nil || n.Kind != yaml.ScalarNode || v.Kind() != reflect.String || v.String() == "" || slices.Contains(valid, v.String()) ||
		d.placed[position{n.Line, n.Column}] {
		return
	}
	if d.values[n].foreign {
		d.fail(n, unknownWord, "the value of "+d.shown(n)+" is not valid here: write "+list(valid))
		return
	}
	d.fail(n, unknownWord, d.shown(n)+" "+notOneOf("valid here", v.String(), valid).Error())
}

// notOneOf says that a word is not among those that are valid, and which was probably meant.
func notOneOf(what, s string, valid []string) error {
	if near := suggest(s, valid); near != "" {
		return &coded{unknownWord, "is not " + what + " (did you mean " + quote(near) + "?)"}
	}
	return &coded{unknownWord, "is not " + what + ": write " + list(valid)}
}

func severities() []string { return []string{"critical", "warning", "info"} }

// layout reads the name of a layout; one that is promised but not built is refused as that.
func (d *decoder) layout(s string) (Layout, error) {
	if len(d.known.Layouts) == 0 || slices.Contains(d.known.Layouts, s) {
		return Layout(s), nil
	}
	if why, ok := unbuiltLayouts()[s]; ok {
		return "", &coded{notBuilt, "is not built yet: " + why}
	}
	return "", notOneOf("a layout", s, d.known.Layouts)
}

// kind reads a kind of finding; one that is promised but that no check reports is refused as that.
func (d *decoder) kind(s string) (Kind, error) {
	if slices.Contains(d.known.Later, s) {
		return "", &coded{notBuilt, "is not built yet: no check reports it so far; leave it out"}
	}
	return word[Kind]("a kind of finding", d.known.Kinds)(s)
}

// secret reads a value that is never shown.
func (d *decoder) secret(n *yaml.Node, out *Secret) {
	if n.Kind != yaml.ScalarNode {
		d.fail(n, wrongType, "must be text, best from outside the file: ${NAME} or ${file:/path}")
		return
	}
	x := d.scalar(n)
	if x.failed {
		return
	}
	if x.text == "" && x.foreign {
		d.fail(n, emptyValue, "the value of "+d.shown(n)+" is empty: set it, or leave the setting out")
		return
	}
	*out = NewSecret(x.text)
}

// located resolves the file in a URL whose scheme names one.
func (d *decoder) located(s string) URL {
	scheme, rest, ok := strings.Cut(s, ":")
	local := ok && (scheme == "duckdb" || scheme == "sqlite")
	if !local || rest == "" || strings.HasPrefix(rest, ":memory:") {
		return URL(s)
	}
	return URL(scheme + ":" + resolve(d.dir, rest))
}
