package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// mostBytes is the largest configuration that is read: beyond it the wrong file was named.
const mostBytes = 1 << 20

// Option changes how a file is read.
type Option interface{ apply(d *decoder) }

func (k Known) apply(d *decoder) { d.known = k }

// Files replaces how ${file:/path} is read.
type Files func(path string) ([]byte, error)

func (f Files) apply(d *decoder) { d.readFile = f }

// Load reads a configuration file, looking environment variables up with env, as os.LookupEnv does. Mistakes are
// an Errors.
func Load(file string, env func(string) (string, bool), opts ...Option) (*Config, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	if info.IsDir() {
		return nil, fmt.Errorf("read configuration: %s is a folder: name the file in it", file)
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	defer func() { _ = f.Close() }() // only read
	data, err := io.ReadAll(io.LimitReader(f, mostBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	return Parse(file, data, env, opts...)
}

// Parse reads a configuration from memory; file says what it is called and which folder its paths are relative to.
// Every mistake is reported, not the first: the error is then an Errors.
func Parse(file string, data []byte, env func(string) (string, bool), opts ...Option) (*Config, error) {
	text, err := decodeText(file, data)
	if err != nil {
		return nil, err
	}
	dir := filepath.Dir(file)
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	d := &decoder{
		doc: newDocument(file, text), dir: dir, env: env, readFile: readSmall,
		unbuilt: unbuilt(), values: map[*yaml.Node]expanded{}, placed: map[position]bool{},
	}
	for _, o := range opts {
		o.apply(d)
	}
	return d.config(text)
}

// readSmall reads a file for ${file:/path}; a device or pipe that never ends is cut off.
func readSmall(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read
	return io.ReadAll(io.LimitReader(f, mostBytes+1))
}

func (d *decoder) config(text string) (*Config, error) {
	c := Default()
	c.File, c.Dir, c.doc = d.doc.file, d.dir, d.doc
	c.State = d.located(string(c.State))
	root, err := d.root(text)
	if err != nil {
		return nil, err
	}
	if root != nil {
		d.value("", root, reflect.ValueOf(c).Elem())
	}
	d.finish(c)
	if err := d.errs.sorted(); err != nil {
		return nil, err
	}
	return c, nil
}

// root parses the text into its one document; nil for a file without settings.
func (d *decoder) root(text string) (*yaml.Node, error) {
	loader, err := yaml.NewLoader(strings.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", d.doc.file, err)
	}
	var first, second yaml.Node
	err = loader.Load(&first)
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err != nil {
		return nil, d.syntax(err)
	}
	if err = loader.Load(&second); err == nil {
		d.fail(&second, twoDocuments, "a second document (---): one file holds one configuration")
		return nil, d.errs
	} else if !errors.Is(err, io.EOF) {
		return nil, d.syntax(err)
	}
	if len(first.Content) == 0 {
		return nil, nil
	}
	return first.Content[0], nil
}

// syntax places an error of the YAML parser and says it in words for people who do not know its grammar.
func (d *decoder) syntax(err error) error {
	p, msg := position{1, 1}, "not valid YAML"
	var one *yaml.LoadError
	var all *yaml.LoadErrors
	switch {
	case errors.As(err, &one):
	case errors.As(err, &all) && len(all.Errors) > 0:
		one = all.Errors[0]
	}
	if one != nil {
		mark := one.Mark
		if mark.Line == 0 || strings.Contains(one.Message, "end of stream") && one.ContextMark.Line > 0 { // where it opened
			mark = one.ContextMark
		}
		p, msg = d.doc.inside(position{mark.Line, mark.Column}), reworded(one.Message)
	}
	if tab, ok := d.doc.tabBefore(p); ok {
		p, msg = tab, "a tab in the indentation: YAML wants spaces"
	}
	return Errors{d.doc.mistake(p, badSyntax, msg)}
}

// tabBefore finds a tab in the indentation of the line of p or the one before it.
func (d *document) tabBefore(p position) (position, bool) {
	for line := max(1, p.line-1); line <= p.line; line++ {
		l := d.lines[line-1]
		indent := l[:len(l)-len(strings.TrimLeft(l, " \t"))]
		if i := strings.IndexByte(indent, '\t'); i >= 0 {
			return position{line, i + 1}, true
		}
	}
	return position{}, false
}

// reworded turns the commonest messages of the YAML parser into what to do. None repeats text of the file.
func reworded(msg string) string {
	for _, known := range [][2]string{
		{"mapping values are not allowed", "a colon where none can stand: put quotes around a value that holds \": \", and check the indentation"},
		{"did not find expected ',' or '}'", "a { } that does not end: a comma or } is missing"},
		{"did not find expected ',' or ']'", "a [ ] that does not end: a comma or ] is missing"},
		{"did not find expected key", "indented unlike its neighbours, or a key without its colon"},
		{"could not find expected ':'", "a key without its colon"},
		{"did not find expected '-' indicator", "indented unlike the list around it"},
		{"found character that cannot start", "a character that cannot begin a value: put quotes around it"},
		{"found unexpected end of stream", "a quote that is not closed"},
		{"unknown anchor", "an alias (*name) without its anchor (&name): put quotes around a value that begins with *"},
		{"alphabetic or numeric character", "a value that begins with * or &: put quotes around it"},
		{"found undefined tag", "a value that begins with !: put quotes around it"},
		{"unknown escape character", "an unknown escape in double quotes: use single quotes, or write \\\\"},
		{"control characters are not allowed", "a control character: remove it"},
	} {
		if strings.Contains(msg, known[0]) {
			return known[1]
		}
	}
	return "not valid YAML here: check indentation, quotes and colons"
}

// decodeText checks size and encoding, and takes a byte order mark away.
func decodeText(file string, data []byte) (string, error) {
	place := func(line, col int, code Code, msg string) error {
		return Errors{{File: file, Line: line, Column: col, Code: code, Message: msg}}
	}
	if len(data) > mostBytes {
		return "", place(1, 1, tooLarge, "larger than 1 MB: this is hardly a configuration")
	}
	data = bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF"))
	if bytes.HasPrefix(data, []byte("\xFF\xFE")) || bytes.HasPrefix(data, []byte("\xFE\xFF")) || bytes.IndexByte(data[:min(len(data), 4)], 0) >= 0 {
		return "", place(1, 1, badEncoding, "not UTF-8 but UTF-16: save the file as UTF-8")
	}
	for i, line := range bytes.Split(data, []byte("\n")) {
		if utf8.Valid(line) {
			continue
		}
		good := 0
		for rest := line; utf8.FullRune(rest); good++ {
			r, size := utf8.DecodeRune(rest)
			if r == utf8.RuneError && size == 1 {
				break
			}
			rest = rest[size:]
		}
		return "", place(i+1, good+1, badEncoding, "not UTF-8: save the file as UTF-8")
	}
	return string(data), nil
}
