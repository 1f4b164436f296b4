package plan

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// Error is one mistake in a plan file.
type Error struct {
	Pos        Pos
	Code       Code
	Message    string
	Suggestion string // what to do; with the message under 200 characters
	Excerpt    string // the line and a caret below the place; empty where no place is known
}

// The longest a message and its suggestion may be, together and the suggestion alone: a line to read, not a page.
const (
	longest    = 196
	longestFix = 110
)

// mistake makes an Error of words that fit on a line and that no terminal obeys: they may hold names of strangers.
func mistake(pos Pos, code Code, message, suggestion string) Error {
	suggestion = clip(visible(suggestion), longestFix)
	return Error{Pos: pos, Code: code, Message: clip(visible(message), longest-utf8.RuneCountInString(suggestion)), Suggestion: suggestion}
}

// clip cuts a text to most characters.
func clip(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + "…"
}

// Error writes the mistake as file:line:col: message (suggestion) [code].
func (e Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Pos.String())
	b.WriteString(": ")
	b.WriteString(e.Message)
	if e.Suggestion != "" {
		b.WriteString(" (" + e.Suggestion + ")")
	}
	if e.Code != "" {
		b.WriteString(" [" + string(e.Code) + "]")
	}
	return b.String()
}

// Errors are all mistakes of a plan, in the order of the files.
type Errors []Error

// shown is how many mistakes are printed: more would push the first ones off the screen.
const shown = 20

// Error writes the first 20 mistakes with their excerpts, and how many more there are.
func (e Errors) Error() string {
	var b strings.Builder
	if len(e) > 1 {
		fmt.Fprintf(&b, "%d mistakes in the plan\n", len(e))
	}
	for i, one := range e {
		if i == shown {
			fmt.Fprintf(&b, "\nand %d more", len(e)-shown)
			break
		}
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(one.Error())
		if one.Excerpt != "" {
			b.WriteString("\n" + one.Excerpt)
		}
	}
	return b.String()
}

// Unwrap returns every mistake, so that errors.As finds an Error.
func (e Errors) Unwrap() []error {
	out := make([]error, len(e))
	for i := range e {
		out[i] = e[i]
	}
	return out
}

// short is the place as a message about the same plan names it: without the folders before the file.
func (p Pos) short() string {
	p.File = clip(filepath.Base(p.File), 40)
	return p.String()
}

// String writes the place as file:line:col, leaving out what is not known.
func (p Pos) String() string {
	s := p.File
	if p.Line > 0 {
		s += ":" + strconv.Itoa(p.Line)
		if p.Col > 0 {
			s += ":" + strconv.Itoa(p.Col)
		}
	}
	return s
}

// How much of a line an excerpt shows before and after its place: a plan may be one line of 500 kB.
const (
	shownBefore = 60
	shownAfter  = 40
)

// excerpt writes the line around the byte at, with its number and a caret below the place.
func excerpt(data []byte, at int, pos Pos) string {
	at = min(max(at, 0), len(data))
	from := at
	for range shownBefore {
		if from == 0 || data[from-1] == '\n' {
			break
		}
		_, size := utf8.DecodeLastRune(data[:from])
		from -= size
	}
	clipped := from > 0 && data[from-1] != '\n'
	to := at
	for range shownAfter {
		if to == len(data) || data[to] == '\n' {
			break
		}
		_, size := utf8.DecodeRune(data[to:])
		to += size
	}
	margin := fmt.Sprintf("%5d | ", pos.Line)
	head, tail := visible(string(data[from:at])), visible(string(data[at:to]))
	if clipped {
		head = "…" + head
	}
	if to < len(data) && data[to] != '\n' {
		tail += "…"
	}
	return margin + strings.TrimRight(head+tail, " ") + "\n" + strings.Repeat(" ", len(margin)-2) + "| " + strings.Repeat(" ", columns(head)) + "^"
}

// visible replaces what a terminal would obey or hide: names of events are hostile input.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case r == utf8.RuneError || !unicode.IsPrint(r):
			return '·'
		}
		return r
	}, strings.TrimSuffix(s, "\r"))
}

// columns is how wide a terminal shows s.
func columns(s string) int {
	n := 0
	for _, r := range s {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			n += 2
		case width.Neutral, width.EastAsianAmbiguous, width.EastAsianNarrow, width.EastAsianHalfwidth:
			n++
		}
	}
	return n
}

// show quotes a name for a message, at most 60 characters of it.
func show(s string) string {
	const most = 60
	return strconv.Quote(visible(clip(s, most)))
}

// nearest returns the word of known that a writer may have meant, or "".
func nearest(word string, known []string) string {
	if len(word) > 40 {
		return ""
	}
	best, most := "", max(1, len(word)/3)
	for _, k := range known {
		if d := distance(strings.ToLower(word), k); d <= most {
			best, most = k, d-1
		}
	}
	return best
}

// distance counts the letters to add, drop, change or swap: Damerau-Levenshtein, optimal string alignment.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	rows := make([][]int, len(x)+1)
	for i := range rows {
		rows[i] = make([]int, len(y)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			change := 1
			if x[i-1] == y[j-1] {
				change = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+change)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(x)][len(y)]
}
