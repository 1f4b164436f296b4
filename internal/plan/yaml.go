package plan

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// yamlReader turns yaml's nodes into ours, finding the byte at which each begins.
type yamlReader struct {
	data     []byte
	lines    []int // the byte at which each line begins
	known    map[*yaml.Node]*node
	size     map[*node]int // values below and including a node, aliases written out
	repeated []*node
	// The last place that was found: nodes come in the order of the file, so the next is counted on from here.
	line, col, at int
}

// readYAML reads every document of data.
func readYAML(file string, data []byte) (values, repeated []*node, err error) {
	r := &yamlReader{data: data, lines: lineStarts(data), known: map[*yaml.Node]*node{}, size: map[*node]int{}}
	loader, err := yaml.NewLoader(bytes.NewReader(data))
	if err != nil {
		return nil, nil, fmt.Errorf("read %s as YAML: %w", file, err)
	}
	for {
		var doc yaml.Node
		err := loader.Load(&doc)
		if errors.Is(err, io.EOF) {
			return values, r.repeated, nil
		}
		if err != nil {
			return nil, nil, r.syntax(file, err)
		}
		for _, c := range doc.Content {
			n, err := r.node(c, 0)
			if err != nil {
				return nil, nil, Errors{r.wrong(file, c.Line, c.Column, err)}
			}
			if !n.is(null) || !n.plain || n.text != "" {
				values = append(values, n)
			}
		}
	}
}

// lineStarts returns the byte at which each line begins.
func lineStarts(data []byte) []int {
	starts := []int{0}
	for i, c := range data {
		if c == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}

// offset finds the byte of a line and column, both from 1.
func (r *yamlReader) offset(line, col int) int {
	if line < 1 || line > len(r.lines) {
		return len(r.data)
	}
	if line != r.line || col < r.col {
		r.line, r.col, r.at = line, 1, r.lines[line-1]
		if line == 1 && bytes.HasPrefix(r.data, bom()) {
			r.at = len(bom())
		}
	}
	for r.col < col && r.at < len(r.data) && r.data[r.at] != '\n' {
		_, size := utf8.DecodeRune(r.data[r.at:])
		r.at, r.col = r.at+size, r.col+1
	}
	return r.at
}

func (r *yamlReader) node(y *yaml.Node, depth int) (*node, error) {
	if depth > maxDepth {
		return nil, limitError("values are nested more than " + strconv.Itoa(maxDepth) + " deep")
	}
	if y.Kind == yaml.AliasNode {
		n := r.known[y.Alias]
		if n == nil || r.size[n] == 0 {
			return nil, errors.New("the alias *" + show(y.Value) + " stands inside what it names")
		}
		return n, nil
	}
	n := &node{line: y.Line, col: y.Column, from: r.offset(y.Line, y.Column), flow: y.Style&yaml.FlowStyle != 0}
	n.plain = y.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
	r.known[y] = n
	size, err := r.fill(n, y, depth)
	if err != nil {
		return nil, err
	}
	if size > maxNodes {
		return nil, limitError("the file holds more than " + strconv.Itoa(maxNodes) + " values once its aliases are written out")
	}
	r.size[n] = size
	return n, nil
}

func (r *yamlReader) fill(n *node, y *yaml.Node, depth int) (int, error) {
	if y.Kind == yaml.MappingNode {
		n.kind = object
		return r.mapping(n, y, depth)
	}
	if y.Kind != yaml.SequenceNode {
		n.kind, n.text = scalarKind(y.ShortTag()), y.Value
		return 1, nil
	}
	n.kind = array
	size := 1
	for _, c := range y.Content {
		it, err := r.node(c, depth+1)
		if err != nil {
			return 0, err
		}
		n.items = append(n.items, it)
		size = min(size+r.size[it], maxNodes+1)
	}
	return size, nil
}

func scalarKind(tag string) kind {
	switch tag {
	case "!!int", "!!float":
		return number
	case "!!bool":
		return boolean
	case "!!null":
		return null
	}
	return text // !!str, and !!timestamp as it was written
}

func (r *yamlReader) mapping(n *node, y *yaml.Node, depth int) (int, error) {
	size := 1
	seen := map[string]bool{}
	var merged []*node
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, err := r.node(y.Content[i], depth+1)
		if err != nil {
			return 0, err
		}
		value, err := r.node(y.Content[i+1], depth+1)
		if err != nil {
			return 0, err
		}
		size = min(size+r.size[key]+r.size[value], maxNodes+1)
		if key.plain && key.text == "<<" {
			merged = append(merged, value)
			continue
		}
		if _, ok := key.scalar(); !ok && !key.is(null) {
			return 0, errors.New("a key must be text, here it is " + key.kind.String())
		}
		if seen[key.text] {
			r.repeated = append(r.repeated, key)
		}
		seen[key.text] = true
		n.members = append(n.members, member{key, value})
	}
	for _, m := range merged { // own keys win over merged ones, earlier merges over later ones
		from := []*node{m}
		if m.is(array) {
			from = m.items
		}
		for _, f := range from {
			for _, mm := range f.members {
				if !seen[mm.key.text] {
					seen[mm.key.text] = true
					n.members = append(n.members, mm)
				}
			}
		}
	}
	return size, nil
}

// syntax rewords an error of the YAML library and gives it our position and excerpt.
func (r *yamlReader) syntax(file string, err error) error {
	if several, ok := errors.AsType[*yaml.LoadErrors](err); ok && len(several.Errors) > 0 {
		var out Errors
		for _, e := range several.Errors {
			out = append(out, r.wrong(file, e.Mark.Line, e.Mark.Column, errors.New("read as YAML: "+e.Message)))
		}
		return out
	}
	if e, ok := errors.AsType[*yaml.LoadError](err); ok {
		message := "read as YAML: " + e.Message
		if e.ContextMsg != "" {
			message += ", " + e.ContextMsg
		}
		return Errors{r.wrong(file, e.Mark.Line, e.Mark.Column, errors.New(message))}
	}
	return Errors{r.wrong(file, 1, 1, errors.New("read as YAML: "+strings.TrimPrefix(err.Error(), "yaml: ")))}
}

func (r *yamlReader) wrong(file string, line, col int, err error) Error {
	if line > len(r.lines) { // the end of a file that ends with a newline
		line, col = len(r.lines), 1
	}
	code, todo := CodeSyntax, "check indentation, colons and quotes"
	if _, ok := errors.AsType[limitError](err); ok {
		code, todo = CodeTooLarge, "write fewer levels and aliases, or split the plan into several files"
	}
	e := mistake(Pos{File: file, Line: max(line, 1), Col: max(col, 1)}, code, err.Error(), todo)
	e.Excerpt = excerpt(r.data, r.offset(e.Pos.Line, e.Pos.Col), e.Pos)
	return e
}
