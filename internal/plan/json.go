package plan

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"
)

// quote writes s as a JSON string without escaping what only HTML would mind.
func quote(s string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return `""` // a string always encodes
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

// jsonReader builds nodes from the tokens of encoding/json. The decoder says where a token ends;
// the reader walks over blanks and commas to where it begins, and counts lines on the way.
type jsonReader struct {
	data      []byte
	base      int // bytes before the decoder's first: a byte order mark
	dec       *json.Decoder
	at        int // counted up to here
	line, col int
	nodes     int
	repeated  []*node // keys that stand twice in one object
}

// readJSON reads every JSON value of data, one after the other.
func readJSON(file string, data []byte) (values, repeated []*node, err error) {
	base := 0
	if bytes.HasPrefix(data, bom()) {
		base = len(bom())
	}
	r := &jsonReader{data: data, base: base, dec: json.NewDecoder(bytes.NewReader(data[base:])), at: base, line: 1, col: 1}
	r.dec.UseNumber()
	for {
		n, err := r.value(0)
		if errors.Is(err, io.EOF) {
			return values, r.repeated, nil
		}
		if err != nil {
			return nil, nil, r.mistake(file, err)
		}
		values = append(values, n)
	}
}

func bom() []byte { return []byte("\xef\xbb\xbf") }

// next reads one token and returns the node that begins there; a closing bracket gives its delimiter.
func (r *jsonReader) next() (*node, json.Delim, error) {
	from := r.base + int(r.dec.InputOffset())
	tok, err := r.dec.Token()
	if err != nil {
		return nil, 0, err
	}
	for from < len(r.data) && bytes.IndexByte([]byte(" \t\r\n,:"), r.data[from]) >= 0 {
		from++
	}
	r.count(from)
	if r.nodes++; r.nodes > maxNodes {
		return nil, 0, limitError("the file holds more than " + strconv.Itoa(maxNodes) + " values")
	}
	n := &node{line: r.line, col: r.col, from: from, to: r.base + int(r.dec.InputOffset()), flow: true}
	switch v := tok.(type) {
	case json.Delim:
		n.kind = object
		if v == '[' {
			n.kind = array
		}
		return n, v, nil
	case string:
		n.kind, n.text = text, v
	case json.Number:
		n.kind, n.text = number, v.String()
	case bool:
		n.kind, n.text = boolean, string(r.data[from:n.to])
	case nil:
		n.kind = null
	}
	return n, 0, nil
}

// count moves the line and column on to a byte.
func (r *jsonReader) count(to int) {
	for r.at < to {
		c, size := utf8.DecodeRune(r.data[r.at:])
		if c == '\n' {
			r.line, r.col = r.line+1, 1
		} else {
			r.col++
		}
		r.at += size
	}
}

func (r *jsonReader) value(depth int) (*node, error) {
	n, delim, err := r.next()
	if err != nil {
		return nil, err
	}
	if depth > maxDepth {
		return nil, limitError("values are nested more than " + strconv.Itoa(maxDepth) + " deep")
	}
	switch delim {
	case '{':
		return n, r.object(n, depth)
	case '[':
		return n, r.array(n, depth)
	}
	return n, nil
}

func (r *jsonReader) object(n *node, depth int) error {
	seen := map[string]bool{}
	for r.dec.More() {
		key, _, err := r.next()
		if err != nil {
			return unfinished(err)
		}
		value, err := r.value(depth + 1)
		if err != nil {
			return unfinished(err)
		}
		if seen[key.text] {
			r.repeated = append(r.repeated, key)
		}
		seen[key.text] = true
		n.members = append(n.members, member{key, value})
	}
	return r.close(n)
}

func (r *jsonReader) array(n *node, depth int) error {
	for r.dec.More() {
		value, err := r.value(depth + 1)
		if err != nil {
			return unfinished(err)
		}
		n.items = append(n.items, value)
	}
	return r.close(n)
}

func (r *jsonReader) close(n *node) error {
	end, _, err := r.next()
	if err != nil {
		return unfinished(err)
	}
	n.to = end.to
	return nil
}

// unfinished keeps an end of file inside a value apart from the end of the last value.
func unfinished(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// mistake places a syntax error.
func (r *jsonReader) mistake(file string, err error) error {
	at := r.base + int(r.dec.InputOffset())
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		at = max(at, r.base+int(syntax.Offset)-1)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("the file ends in the middle of a value")
		at = len(r.data)
	}
	r.count(min(at, len(r.data)))
	pos := Pos{File: file, Line: r.line, Col: r.col}
	code, todo := CodeSyntax, "check the file with a JSON formatter, or download it again"
	if _, ok := errors.AsType[limitError](err); ok {
		code, todo = CodeTooLarge, "split the plan into several files"
	}
	e := mistake(pos, code, "read as JSON: "+err.Error(), todo)
	e.Excerpt = excerpt(r.data, r.at, pos)
	return Errors{e}
}
