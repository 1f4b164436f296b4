package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Error is one mistake and its place in the file. Line and Column count from 1, Column in characters.
type Error struct {
	File         string
	Line, Column int
	Code         Code // the kind of mistake, as in docs/errors.md
	Message      string
	Excerpt      string // the line as it may be shown: secrets hidden, control characters replaced, long lines cut

	caret int // where in Excerpt the mistake is, in terminal columns from 0
	err   error
}

// Error is the place, the message, the line and a caret under the mistake; without a line, such as in a file that
// is not text, the place and the message.
func (e *Error) Error() string {
	if e.Excerpt == "" {
		return e.line()
	}
	number := fmt.Sprintf("%4d", e.Line)
	return fmt.Sprintf("%s\n%s | %s\n%s | %s^", e.line(),
		number, e.Excerpt, strings.Repeat(" ", len(number)), strings.Repeat(" ", e.caret))
}

func (e *Error) line() string {
	return fmt.Sprintf("%s:%d:%d: %s [%s]", e.File, e.Line, e.Column, e.Message, e.Code)
}

// Unwrap returns the cause, if there is one.
func (e *Error) Unwrap() error { return e.err }

// Errors are all mistakes of a file, in its order.
type Errors []*Error

// Error is every mistake, one after the other; of more than fifty, the first fifty and how many there are.
func (es Errors) Error() string {
	const most = 50
	parts := make([]string, 0, min(len(es), most)+1)
	for _, e := range es[:min(len(es), most)] {
		parts = append(parts, e.Error())
	}
	if len(es) > most {
		parts = append(parts, strconv.Itoa(len(es)-most)+" more mistakes are not shown")
	}
	return strings.Join(parts, "\n")
}

// Unwrap returns the mistakes one by one.
func (es Errors) Unwrap() []error {
	out := make([]error, len(es))
	for i, e := range es {
		out[i] = e
	}
	return out
}

// sorted puts mistakes in the order of the file and drops repeats; nil when there are none.
func (es Errors) sorted() error {
	if len(es) == 0 {
		return nil
	}
	slices.SortStableFunc(es, func(a, b *Error) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	return slices.CompactFunc(es, func(a, b *Error) bool {
		return a.Line == b.Line && a.Column == b.Column && a.Message == b.Message
	})
}

// excerpt renders one line around a mistake and says where the caret goes.
func excerpt(line string, hide []span, col int) (shown string, caret int) {
	const before, after = 90, 60
	var b strings.Builder
	rs := []rune(line)
	from, to := 0, len(rs)
	if len(rs) > before+after {
		from, to = max(0, col-before), min(len(rs), col+after)
	}
	columns := 0
	write := func(s string, wide int) {
		b.WriteString(s)
		columns += wide
	}
	if from > 0 {
		write("…", 1)
	}
	at := -1
	for i := from; i < to; i++ {
		if i == col {
			at = columns
		}
		if s, ok := covering(hide, i); ok {
			if i == s.from || i == from {
				write(mask, 3)
				if at < 0 && col > i && col < s.to {
					at = columns - 3
				}
			}
			continue
		}
		write(printable(rs[i]))
	}
	if at < 0 {
		at = columns
	}
	if to < len(rs) {
		write("…", 1)
	}
	return strings.TrimRight(b.String(), " "), at
}

func covering(hide []span, i int) (span, bool) {
	for _, s := range hide {
		if i >= s.from && i < s.to {
			return s, true
		}
	}
	return span{}, false
}

// printable is a character as a terminal may get it, and how many columns it takes.
func printable(r rune) (string, int) {
	switch {
	case r == '\t':
		return " ", 1
	case unicode.Is(unicode.Mn, r):
		return string(r), 0
	case !unicode.IsPrint(r):
		return "\uFFFD", 1
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return string(r), 2
	case width.Neutral, width.EastAsianAmbiguous, width.EastAsianNarrow, width.EastAsianHalfwidth:
	}
	return string(r), 1
}

// quote shows a text of the file inside a message.
func quote(s string) string {
	const long = 60
	cut := ""
	for rs := []rune(s); ; rs = rs[:len(rs)/2] {
		if len(rs) > long {
			rs, cut = rs[:long], "…"
		}
		if q := strconv.Quote(string(rs) + cut); len(q) <= 2*long { // what cannot be printed takes more room
			return q
		}
		cut = "…"
	}
}

// longest is how long a message may be, so that it stays one line with its place and its code.
const longest = 150

// short keeps a message to one line that can be read.
func short(msg string) string {
	rs := []rune(strings.Join(strings.FieldsFunc(msg, func(r rune) bool { return r != ' ' && !unicode.IsPrint(r) }), " "))
	if len(rs) > longest {
		return string(rs[:longest-1]) + "…"
	}
	return string(rs)
}
