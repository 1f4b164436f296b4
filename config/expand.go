package config

import (
	"errors"
	"io/fs"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// expanded is a scalar after ${NAME} and ${file:/path} were replaced.
type expanded struct {
	text    string
	foreign bool // it holds text from outside the file, which no message may show
	failed  bool // a mistake was already reported
}

// scalar expands a scalar value once; a mistake in it is reported once, however often it is read.
func (d *decoder) scalar(n *yaml.Node) expanded {
	if x, ok := d.values[n]; ok {
		return x
	}
	x := expanded{text: n.Value}
	if strings.Contains(n.Value, "${") {
		x = d.expand(n)
	}
	d.values[n] = x
	return x
}

func (d *decoder) expand(n *yaml.Node) expanded {
	var b strings.Builder
	x := expanded{}
	for rest := n.Value; rest != ""; {
		i := strings.Index(rest, "${")
		if i < 0 {
			b.WriteString(rest)
			break
		}
		if i > 0 && rest[i-1] == '$' { // $${ is a literal ${
			b.WriteString(rest[:i-1] + "${")
			rest = rest[i+2:]
			continue
		}
		b.WriteString(rest[:i])
		name, after, closed := strings.Cut(rest[i+2:], "}")
		if !closed {
			d.fail(n, badVariable, "${ without its }: write ${NAME}, or $${ for the characters themselves")
			return expanded{failed: true}
		}
		value, err := d.lookup(name)
		if err != nil {
			d.fail(n, codeOf(err, unreadableFile), err.Error())
			x.failed = true
		}
		x.foreign = true
		b.WriteString(value)
		rest = after
	}
	x.text = b.String()
	return x
}

// lookup returns what ${name} stands for. Its errors name the variable or the file, never what is in it.
func (d *decoder) lookup(name string) (string, error) {
	if path, ok := strings.CutPrefix(name, "file:"); ok {
		return d.readSecret(path)
	}
	if !variableName.MatchString(name) {
		return "", &coded{badVariable, "${" + printableText(name) + "} is not understood: write ${NAME}, ${file:/path}, or $${ for the characters themselves"}
	}
	value, ok := d.env(name)
	if !ok {
		return "", &coded{unsetVariable, "the environment variable " + printableText(name) + " is not set: set it, or write the value in a file and ${file:/path} here"}
	}
	return value, nil
}

func (d *decoder) readSecret(path string) (string, error) {
	const most = 1 << 20
	if path == "" {
		return "", &coded{badVariable, "${file:} names no file: write ${file:/path}"}
	}
	data, err := d.readFile(resolve(d.dir, path))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", errors.New("the file " + quote(path) + " does not exist")
	case errors.Is(err, fs.ErrPermission):
		return "", errors.New("the file " + quote(path) + " may not be read: permission denied")
	case err != nil:
		return "", errors.New("the file " + quote(path) + " cannot be read")
	case len(data) > most:
		return "", errors.New("the file " + quote(path) + " is larger than 1 MB: it should hold one value")
	}
	return strings.TrimRight(string(data), "\r\n"), nil
}

// shown is a scalar as a message may repeat it: what stands in the file, with secrets hidden.
func (d *decoder) shown(n *yaml.Node) string {
	return quote(hideIn(n.Value))
}

func hideIn(s string) string {
	s = userinfo.ReplaceAllStringFunc(s, func(m string) string {
		return m[:strings.Index(m[3:], ":")+4] + mask + "@"
	})
	return longRun.ReplaceAllString(slackToken.ReplaceAllString(s, mask), mask)
}

func printableText(s string) string {
	q := quote(s)
	return q[1 : len(q)-1]
}
