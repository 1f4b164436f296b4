package names

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Datum is what a part of a name holds that is data and not a word.
type Datum string

// The data that names are found to carry. Each stands in a template between braces.
const (
	Number      Datum = "number"
	LongNumber  Datum = "long number" // five digits and more: no one counts steps that far; stands as {number}
	Identifier  Datum = "id"          // UUIDs, hashes, object ids, keys of letters and digits
	Date        Datum = "date"
	Clock       Datum = "time"
	Price       Datum = "price"
	VersionText Datum = "version"
	Email       Datum = "e-mail"
	URL         Datum = "url"
	Path        Datum = "path"
	Words       Datum = "text" // the rest of a name that is longer than any name should be
)

// placeholder is how a datum stands in a template.
func (d Datum) placeholder() string {
	if d == LongNumber {
		d = Number
	}
	return "{" + string(d) + "}"
}

const (
	longDigits  = 5   // digits from which a number is no count of steps
	shortestKey = 8   // characters of the shortest hash
	mostRead    = 256 // bytes of a name that are looked at; the rest is {text}
)

// written is a way of writing data that takes more than one run of letters and digits.
type written struct {
	datum Datum
	needs string // what it holds in any case, so that names without it are not searched
	digit bool   // begins with a digit
	at    *regexp.Regexp
}

// forms are tried where a run of letters and digits begins, in this order.
func forms() []written {
	return []written{
		{URL, "://", false, regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9+.-]{0,20}://[^\s"'<>]+`)},
		{Email, "@", false, regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._+'-]{0,63}@[\p{L}\p{N}][\p{L}\p{N}-]{0,62}(?:\.[\p{L}\p{N}-]{1,63}){1,8}`)},
		{Email, "%40", false, regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._+'-]{0,63}%40[\p{L}\p{N}][\p{L}\p{N}-]{0,62}(?:\.[\p{L}\p{N}-]{1,63}){1,8}`)},
		{Identifier, "", false, regexp.MustCompile(`^[0-9a-fA-F]{8}[-_][0-9a-fA-F]{4}[-_][0-9a-fA-F]{4}[-_][0-9a-fA-F]{4}[-_][0-9a-fA-F]{12}`)},
		{Date, "", true, regexp.MustCompile(`^(?:19|20)\d\d([-/._])(?:1[0-2]|0?[1-9])[-/._](?:[12]\d|3[01]|0?[1-9])(?:[T _]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?`)},
		{Date, "", true, regexp.MustCompile(`^(?:[12]\d|3[01]|0?[1-9])[-/.](?:[12]\d|3[01]|0?[1-9])[-/.](?:19|20)\d\d`)},
		{Date, "", true, regexp.MustCompile(`^(?i:(?:[12]\d|3[01]|0?[1-9]) (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*,? (?:19|20)\d\d)`)},
		{Date, "", false, regexp.MustCompile(`^(?i:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* (?:[12]\d|3[01]|0?[1-9]),? (?:19|20)\d\d)`)},
		{Date, "", true, regexp.MustCompile(`^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[12]\d|3[01]|0[1-9])`)},
		{Clock, ":", true, regexp.MustCompile(`^(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?: ?(?i:am|pm))?`)},
		{Identifier, "", true, regexp.MustCompile(`^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}`)},
		{VersionText, "", false, regexp.MustCompile(`^(?:[vV]\d+(?:\.\d+)+|\d+\.\d+(?:\.\d+)+)`)},
		{Price, "", true, regexp.MustCompile(`^\d[\d,]*(?:\.\d+)? ?(?:[$€£¥₹]|(?:USD|EUR|GBP|JPY|CHF|CAD|AUD|INR))`)},
		{Number, "", true, regexp.MustCompile(`^\d+\.\d+`)},
		{Number, "", true, regexp.MustCompile(`^\d{1,3}(?:,\d{3})+(?:\.\d+)?`)},
	}
}

// Templates takes data out of names. It is safe for any number of goroutines.
type Templates struct {
	forms       []written
	price, path *regexp.Regexp
}

// NewTemplates makes a Templates.
func NewTemplates() *Templates {
	return &Templates{
		forms: forms(),
		price: regexp.MustCompile(`^[$€£¥₹] ?\d[\d.,]*`),
		path:  regexp.MustCompile(`^(?:/[\p{L}\p{N}._~%@:=&?+-]+)+/?`),
	}
}

// Part is data in a name.
type Part struct {
	Datum Datum
	Text  string
}

// Of returns a name with each part that may be data as a placeholder, such as "Viewed Product {number}", and those
// parts in their order. A name without any comes back as it is, with nil. Whether a number is data (a product) or
// a word (step 2 of 4) is not for one name to say: look at how many names share the template.
func (t *Templates) Of(name string) (template string, data []Part) {
	if !strings.ContainsFunc(name, unicode.IsDigit) && !strings.ContainsAny(name, "@/%") && len(name) <= mostRead {
		return name, nil
	}
	s, rest := name, false
	if len(s) > mostRead {
		s, rest = strings.ToValidUTF8(s[:mostRead], ""), true
	}
	var b strings.Builder
	put := func(d Datum, text string) {
		b.WriteString(d.placeholder())
		data = append(data, Part{d, text})
	}
	for i := 0; i < len(s); {
		n, d := t.at(s, i)
		if d != "" {
			put(d, s[i:i+n])
			i += n
			continue
		}
		if n = wordEnd(s[i:]); n == 0 {
			_, size := utf8.DecodeRuneInString(s[i:])
			b.WriteString(s[i : i+size])
			i += size
			continue
		}
		for _, p := range pieces(s[i : i+n]) {
			if p.datum == "" {
				b.WriteString(p.text)
			} else {
				put(p.datum, p.text)
			}
		}
		i += n
	}
	if rest {
		put(Words, name[len(s):])
	}
	if data == nil {
		return name, nil
	}
	return b.String(), data
}

// at finds data of more than one run at a place where a run begins; "" where there is none.
func (t *Templates) at(s string, i int) (int, Datum) {
	if n := len(t.price.FindString(s[i:])); n > 0 {
		return n, Price
	}
	if s[i] == '/' {
		if n := len(t.path.FindString(s[i:])); n > 1 && (i == 0 || s[i-1] == ' ' || s[i-1] == ':') {
			return n, Path
		}
		return 0, ""
	}
	if wordEnd(s[i:]) == 0 {
		return 0, ""
	}
	for _, f := range t.forms {
		if f.digit && !isDigitByte(s[i]) || !strings.Contains(s, f.needs) {
			continue
		}
		n := len(f.at.FindString(s[i:]))
		if n == 0 {
			continue
		}
		if after, _ := utf8.DecodeRuneInString(s[i+n:]); n < len(s[i:]) && isWordRune(after) {
			continue // "2.5GB": the run goes on, so it is something else
		}
		return n, f.datum
	}
	return 0, ""
}

// piece is a part of a run: a word, or data.
type piece struct {
	text  string
	datum Datum
}

// pieces takes one run of letters and digits apart: all of it data, a word with a number at its end or beginning, or
// a word that only holds digits as "2FA", "OAuth2" and "v2" do.
func pieces(run string) []piece {
	if d := wholly(run); d != "" {
		return []piece{{run, d}}
	}
	var out []piece
	word := 0 // where the word that is being read begins
	for i := 0; i < len(run); {
		n := digitsAt(run[i:])
		if n == 0 {
			_, size := utf8.DecodeRuneInString(run[i:])
			i += size
			continue
		}
		before, after := letters(run[:i]), leading(run[i+n:])
		long := utf8.RuneCountInString(run[i:i+n]) >= longDigits
		apart := func(letters int) bool { return letters == 0 || letters >= longRun || long }
		if apart(before) && apart(after) && (before > 0 || after > 0) {
			if word < i {
				out = append(out, piece{text: run[word:i]})
			}
			out = append(out, piece{run[i : i+n], number(run[i : i+n])})
			word = i + n
		}
		i += n
	}
	if word < len(run) {
		out = append(out, piece{text: run[word:]})
	}
	return out
}

func digitsAt(s string) int {
	for i, r := range s {
		if !unicode.IsDigit(r) {
			return i
		}
	}
	return len(s)
}

func number(digits string) Datum {
	if utf8.RuneCountInString(digits) >= longDigits {
		return LongNumber
	}
	return Number
}

// wholly says what a run is when all of it is data: a number, or letters and digits mixed as no word is.
func wholly(run string) Datum {
	if digitsAt(run) == len(run) {
		return number(run)
	}
	var digits, lower, upper, turns int
	hex, before := true, separator
	for _, r := range run {
		c := classOf(r)
		switch c {
		case digit:
			digits++
		case small:
			lower++
		case capital:
			upper++
		case separator, mark:
		}
		if (c == digit) != (before == digit) && before != separator {
			turns++
		}
		hex = hex && r < utf8.RuneSelf && (c == digit || strings.ContainsRune("abcdefABCDEF", r))
		before = c
	}
	n := utf8.RuneCountInString(run)
	switch {
	case digits == 0 || n < shortestKey:
		return ""
	case hex && (n >= 2*shortestKey || turns >= 2) && (lower == 0 || upper == 0):
		return Identifier
	case digits >= 2 && turns >= 4, n >= 16 && turns >= 3:
		return Identifier
	case n == shortestKey && hex && digits >= 2:
		return Identifier
	}
	return ""
}

// Fixed are the parts of a template that are the same in every name, the longest first.
func Fixed(template string) []string {
	var out []string
	for _, part := range placeholders().Split(template, -1) {
		if part = strings.TrimFunc(part, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }); part != "" {
			out = append(out, part)
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return len(b) - len(a) })
	return out
}

// Pattern is a template as a pattern with *, as Like reads it.
func Pattern(template string) string {
	out := placeholders().ReplaceAllString(template, "*")
	for strings.Contains(out, "**") {
		out = strings.ReplaceAll(out, "**", "*")
	}
	return out
}

func placeholders() *regexp.Regexp {
	return regexp.MustCompile(`\{(?:number|id|date|time|price|version|e-mail|url|path|text)\}`)
}
