package plan

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/dlclark/regexp2/v2"
)

// matchTimeout bounds one match: some patterns take exponential time on some values.
const matchTimeout = 100 * time.Millisecond

// compile compiles a pattern as ECMAScript reads it in JSON Schema: by characters, not by halves of them.
func compile(pattern string) (*regexp2.Regexp, error) {
	return regexp2.Compile(joinSurrogates(pattern), regexp2.ECMAScript)
}

// joinSurrogates writes two \uHHHH that make up one character as that character, which regexp2 takes for two.
func joinSurrogates(pattern string) string {
	const one = len(`\uHHHH`)
	var b strings.Builder
	for i := 0; i < len(pattern); {
		switch {
		case pattern[i] != '\\' || i+1 == len(pattern):
			b.WriteByte(pattern[i])
			i++
			continue
		case pattern[i+1] == 'u' && i+2*one <= len(pattern) && strings.HasPrefix(pattern[i+one:], `\u`):
			high, err := strconv.ParseUint(pattern[i+2:i+one], 16, 32)
			low, err2 := strconv.ParseUint(pattern[i+one+2:i+2*one], 16, 32)
			if r := utf16.DecodeRune(rune(high), rune(low)); err == nil && err2 == nil && r != utf8.RuneError {
				b.WriteRune(r)
				i += 2 * one
				continue
			}
		}
		b.WriteString(pattern[i : i+2])
		i += 2
	}
	return b.String()
}

// Matcher compiles a pattern as ECMAScript does, searching anywhere in the value as JSON Schema wants. A match that
// takes longer than 100 ms is an error. The function may be called by several goroutines at once.
func Matcher(pattern string) (func(string) (bool, error), error) {
	re, err := compile(pattern)
	if err != nil {
		return nil, fmt.Errorf("compile the pattern %s as ECMAScript: %w", show(pattern), err)
	}
	re.MatchTimeout = matchTimeout
	return func(s string) (bool, error) {
		ok, err := re.MatchString(s)
		if err != nil {
			return false, fmt.Errorf("match the pattern %s: %w", show(pattern), err)
		}
		return ok, nil
	}, nil
}

// Portable rewrites an ECMAScript pattern so that a search with RE2 (DuckDB, BigQuery, Go) and with Postgres gives
// what ECMAScript gives. Where that cannot be, ok is false and why says what stands in the way; such a pattern must
// be checked with Matcher. The engines differ in what \d, \w, \s and the dot match, in \b, and in what they know at all.
func Portable(pattern string) (rewritten string, ok bool, why string) {
	if _, err := compile(pattern); err != nil {
		return "", false, "it is no regular expression of ECMAScript"
	}
	p := &porter{in: []rune(pattern)}
	if why := p.run(); why != "" {
		return "", false, why
	}
	out := p.out.String()
	if _, err := regexp.Compile(out); err != nil {
		return "", false, "RE2 does not know it"
	}
	return out, true, ""
}
