package config

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// document is the text of one file with the places of its settings.
type document struct {
	file  string
	lines []string
	hide  [][]span              // per line, what must not be shown, in runes
	at    map[string]*yaml.Node // setting, such as sources[1].schema → its value
	keys  map[string]*yaml.Node // setting → its key
}

// span is a stretch of runes of one line, from 0.
type span struct{ from, to int }

// position counts from 1; column in runes.
type position struct{ line, col int }

func newDocument(file, text string) *document {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimSuffix(l, "\r")
	}
	return &document{
		file: file, lines: lines, hide: hidden(lines),
		at: map[string]*yaml.Node{}, keys: map[string]*yaml.Node{},
	}
}

// inside moves a position into the file.
func (d *document) inside(p position) position {
	p.line = min(max(p.line, 1), len(d.lines))
	p.col = min(max(p.col, 1), utf8.RuneCountInString(d.lines[p.line-1])+1)
	return p
}

// place finds where a setting stands, or the nearest setting around it.
func (d *document) place(path string) position {
	for path != "" {
		if n := d.at[path]; n != nil {
			return position{n.Line, n.Column}
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return position{1, 1}
}

// keyPlace is place, but at the key.
func (d *document) keyPlace(path string) position {
	if n := d.keys[path]; n != nil {
		return position{n.Line, n.Column}
	}
	return d.place(path)
}

func (d *document) mistake(p position, code Code, msg string) *Error {
	p = d.inside(p)
	e := &Error{File: d.file, Line: p.line, Column: p.col, Code: code, Message: short(msg)}
	e.Excerpt, e.caret = excerpt(d.lines[p.line-1], d.hide[p.line-1], p.col-1)
	return e
}

// wrap puts a place before an error that was seen elsewhere; or is its code where it knows none.
func (d *document) wrap(p position, or Code, err error) *Error {
	if placed, ok := errors.AsType[*Error](err); ok {
		return placed
	}
	e := d.mistake(p, codeOf(err, or), err.Error())
	e.err = err
	return e
}

var (
	secretKey = regexp.MustCompile(`token|pas?sw|secret|passphrase|privatekey|apikey|accesskey|webhookurl|heartbeat`) // letters of a key
	variable  = regexp.MustCompile(`^["']?\$\{[A-Za-z_][A-Za-z0-9_]*\}["']?(?:[ \t]*[,}#].*)?$`)
	userinfo  = regexp.MustCompile(`://[^\s/@]*:([^\s/]+)@`)
	// What a line of a private key looks like, wherever it came to stand.
	keyMaterial = regexp.MustCompile(`^\s*[A-Za-z0-9+/=]{32,}\s*$|-----BEGIN.*`)
	longRun     = regexp.MustCompile(`[A-Za-z0-9+/=]{40,}|-----BEGIN.*`) // the same inside a value
	slackToken  = regexp.MustCompile(`(?i)\bx(?:ox[a-z]|app)-[A-Za-z0-9-]+|hooks\.slack\.com/services/[^\s"']+`)
)

// hidden finds what looks like a secret written into the file itself, so that no excerpt repeats it. It reads the
// raw lines, not the parsed document: a file that does not parse must not show its secrets either.
func hidden(lines []string) [][]span {
	out := make([][]span, len(lines))
	block := -1 // indentation of the secret key whose value may go on in the next lines
	for i, l := range lines {
		indent := len(l) - len(strings.TrimLeft(l, " \t"))
		if block >= 0 && (strings.TrimSpace(l) == "" || indent > block) {
			out[i] = []span{{utf8.RuneCountInString(l[:indent]), utf8.RuneCountInString(l)}}
			continue
		}
		block = -1
		for _, at := range secretValues(l) {
			value := l[at:]
			if variable.MatchString(value) {
				continue
			}
			end := len(l)
			if n := valueEnd(value); strings.Contains(l[:at], "{") && n >= 0 {
				end = at + n
			} else {
				block = indent
			}
			out[i] = append(out[i], runes(l, at, end))
		}
		for _, m := range keyMaterial.FindAllStringIndex(l, -1) {
			out[i] = append(out[i], runes(l, m[0], m[1]))
		}
		if at := strings.IndexByte(l, ':'); at >= 0 && strings.ContainsFunc(l, func(r rune) bool { return r != '\t' && !unicode.IsPrint(r) }) {
			out[i] = append(out[i], runes(l, at+1, len(l))) // a key with something invisible in it may be that of a secret
		}
		for _, m := range userinfo.FindAllStringSubmatchIndex(l, -1) {
			out[i] = append(out[i], runes(l, m[2], m[3]))
		}
		for _, m := range slackToken.FindAllStringIndex(l, -1) {
			out[i] = append(out[i], runes(l, m[0], m[1]))
		}
		slices.SortFunc(out[i], func(a, b span) int { return a.from - b.from })
	}
	return out
}

// secretValues finds where the values begin whose keys are those of secrets, or look like them: a key that is misspelt
// is a mistake, and the line is shown with it.
func secretValues(l string) []int {
	var out []int
	begin := 0
	for i := 0; i < len(l); i++ {
		switch l[i] {
		case '{', ',':
			begin = i + 1
			continue
		case ':':
		default:
			continue
		}
		rest := strings.TrimLeft(l[i+1:], " \t")
		if rest != "" && len(rest) == len(l)-i-1 {
			continue // no blank after it: part of a word
		}
		letters := strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) {
				return unicode.ToLower(r)
			}
			return -1
		}, l[begin:i])
		if secretKey.MatchString(letters) || suggest(letters, secretWords()) != "" {
			out = append(out, len(l)-len(rest))
		}
	}
	return out
}

func secretWords() []string {
	return []string{"token", "apptoken", "password", "privatekey", "secret", "signingsecret", "webhookurl", "heartbeaturl", "passphrase"}
}

// valueEnd finds where the first value of a { } or [ ] ends, or -1 where it goes on in the next line.
func valueEnd(s string) int {
	if s != "" && (s[0] == '"' || s[0] == '\'') {
		if i := strings.IndexByte(s[1:], s[0]); i >= 0 {
			return i + 2
		}
		return -1
	}
	return strings.IndexAny(s, ",}")
}

// runes turns byte offsets of a line into a span of runes.
func runes(l string, from, to int) span {
	return span{utf8.RuneCountInString(l[:from]), utf8.RuneCountInString(l[:to])}
}
