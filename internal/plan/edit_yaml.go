package plan

import (
	"bytes"
	"errors"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// yamlFile is a plan file in plumbline's own format, to be edited.
type yamlFile struct {
	data    []byte
	values  []*node
	caution int
}

// eventAt is one event and where its parts are: in a list it has a name inside, in an object its name is its key.
type eventAt struct {
	body   *node // null or text where the event is nothing but its name
	name   *node
	inFlow bool
	keyed  bool
}

// lists returns the nodes that hold events.
func (f *yamlFile) lists() []*node {
	var out []*node
	for _, v := range f.values {
		if v.is(array) {
			out = append(out, v)
		} else if n := v.get("events"); n != nil {
			out = append(out, n)
		}
	}
	return out
}

// event finds the highest version of an event, or every one of them.
func (f *yamlFile) events(name, call string) []eventAt {
	call, name = landsAs(callOr(call), name)
	var out []eventAt
	highest := math.MinInt
	add := func(at eventAt, text string) {
		c, n := landsAs(callOr(at.body.get("call").str()), text)
		if c != call || n != name {
			return
		}
		v, _ := newReader().versions(at.body, "version", "versions")
		if v > highest {
			highest = v
			out = append([]eventAt{at}, out...)
			return
		}
		out = append(out, at)
	}
	for _, list := range f.lists() {
		for _, it := range list.items {
			n := it
			if it.is(object) {
				n = it.get("name")
			}
			add(eventAt{body: it, name: n, inFlow: list.flow || it.is(object) && it.flow}, n.str())
		}
		for _, m := range list.members {
			add(eventAt{body: m.value, name: m.key, inFlow: list.flow || m.value.is(object) && m.value.flow, keyed: true}, m.key.text)
		}
	}
	return out
}

// starts lists where the nodes of the file begin, in order.
func (f *yamlFile) starts() []int {
	var out []int
	seen := map[*node]bool{}
	var walk func(n *node)
	walk = func(n *node) {
		if n == nil || seen[n] {
			return
		}
		seen[n] = true
		out = append(out, n.from)
		for _, m := range n.members {
			walk(m.key)
			walk(m.value)
		}
		for _, it := range n.items {
			walk(it)
		}
	}
	for _, v := range f.values {
		walk(v)
	}
	slices.Sort(out)
	return out
}

// last is where the last node inside n begins.
func last(n *node) int {
	at := n.from
	for _, m := range n.members {
		at = max(at, last(m.key), last(m.value))
	}
	for _, it := range n.items {
		at = max(at, last(it))
	}
	return at
}

// end returns the beginning of the line after n. YAML does not say where a value ends: it is somewhere before the next
// node, and the blank lines and comments between may belong to either. The caller tries, with growing caution, to go back
// over comments and blank lines, over blank lines only, and not at all.
func (f *yamlFile) end(n *node) int {
	from := last(n)
	to := len(f.data)
	for _, s := range f.starts() {
		if s > from {
			to = bytes.LastIndexByte(f.data[:s], '\n') + 1
			break
		}
	}
	from = f.lineEnd(from)
	to = max(to, from)
	var lines []int
	for at := from; at < to; at = f.lineEnd(at) {
		if bytes.HasPrefix(f.data[at:], []byte("---")) || bytes.HasPrefix(f.data[at:], []byte("...")) {
			to = at
			break
		}
		lines = append(lines, at)
	}
	for _, at := range slices.Backward(lines) {
		line := bytes.TrimSpace(f.data[at:f.lineEnd(at)])
		skip := len(line) == 0 && f.caution < 2 || len(line) > 0 && line[0] == '#' && f.caution < 1
		if !skip {
			break
		}
		to = at
	}
	return to
}

// lineEnd is the beginning of the next line.
func (f *yamlFile) lineEnd(at int) int {
	if i := bytes.IndexByte(f.data[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(f.data)
}

// lines returns the splice that puts whole lines at a place where a line begins.
func (f *yamlFile) lines(at int, lines []string) splice {
	nl := newline(f.data)
	text := strings.Join(lines, nl) + nl
	if at > 0 && f.data[at-1] != '\n' {
		text = nl + strings.TrimSuffix(text, nl) // the file ends without a newline
	}
	return splice{at, at, text}
}

func spacesOf(n int) string { return strings.Repeat(" ", max(n, 0)) }

// flowEnd is where the bracket closes that opens at from, or -1.
func (f *yamlFile) flowEnd(from int) int {
	depth := 0
	for i := from; i < len(f.data); i++ {
		switch c := f.data[i]; c {
		case '[', '{':
			depth++
		case ']', '}':
			if depth--; depth == 0 {
				return i
			}
		case '"', '\'':
			if bytes.IndexByte([]byte(" \t\n[{,:"), f.data[i-1]) < 0 {
				continue // inside a word
			}
			for i++; i < len(f.data) && f.data[i] != c; i++ {
				if c == '"' && f.data[i] == '\\' {
					i++
				}
			}
		case '#':
			if f.data[i-1] == ' ' || f.data[i-1] == '\n' {
				i = f.lineEnd(i) - 1
			}
		}
	}
	return -1
}

var errLayout = errors.New("the way this part is written cannot be continued; make this change by hand")

// intoFlow returns the splice that adds text before the closing bracket of an object or list.
func (f *yamlFile) intoFlow(n *node, text string) (splice, error) {
	end := f.flowEnd(n.from)
	if end < 0 {
		return splice{}, errLayout
	}
	at := n.from + len(bytes.TrimRight(f.data[n.from:end], " \t\r\n"))
	switch f.data[at-1] {
	case ',':
		text = " " + text
	case '[', '{':
	default:
		text = ", " + text
	}
	return splice{at, at, text}, nil
}

// plainText is text that YAML reads as itself without quotes.
var plainText = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*$`)

// yamlText writes text so that YAML reads it as text.
func yamlText(s string) string {
	words := []string{"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
	if plainText.MatchString(s) && !slices.Contains(words, strings.ToLower(s)) && len(s) <= 200 {
		return s
	}
	return strconv.Quote(s)
}

func yamlTexts(list []string) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = yamlText(s)
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// yamlProperty writes what follows a property's name, or the property with its name.
func yamlProperty(p Property, listed bool) string {
	var parts []string
	put := func(key, value string) { parts = append(parts, key+": "+value) }
	typ := p.Type
	if typ == "" {
		typ = "any"
	}
	if listed {
		put("name", yamlText(p.Name))
	}
	put("type", typ)
	for _, f := range []struct {
		key string
		on  bool
	}{{"required", p.Required}, {"nullable", p.Nullable}} {
		if f.on {
			put(f.key, "true")
		}
	}
	if len(p.Enum) > 0 {
		put("enum", "["+strings.Join(yamlValues(p.Type, p.Enum), ", ")+"]")
	}
	for _, f := range [][2]string{{"pattern", p.Pattern}, {"format", p.Format}} {
		if f[1] != "" {
			put(f[0], yamlText(f[1]))
		}
	}
	if p.Min != nil {
		put("min", float(*p.Min))
	}
	if p.Max != nil {
		put("max", float(*p.Max))
	}
	if p.Description != "" {
		put("description", yamlText(p.Description))
	}
	if len(parts) == 1 && !listed {
		return typ
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func yamlValues(typ string, values []string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		if n := enumValue(typ, v); n.is(text) {
			out[i] = yamlText(v)
		} else {
			out[i] = v
		}
	}
	return out
}
