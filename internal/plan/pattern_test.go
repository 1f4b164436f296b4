package plan

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestPortable(t *testing.T) {
	for _, tt := range []struct {
		name, pattern, want string // want is empty where it cannot be ported
		why                 string
	}{
		{"nothing to change", `^[A-Z]{2}-[0-9]{4,6}$`, `^[A-Z]{2}\-[0-9]{4,6}$`, ""},
		{"digits and word characters", `^\d+\w*$`, `^[0-9]+[A-Za-z0-9_]*$`, ""},
		{"their opposites", `^\D\W$`, `^[^0-9][^A-Za-z0-9_]$`, ""},
		{"inside brackets", `[\d\w.-]`, `[0-9A-Za-z0-9_\.\-]`, ""},
		{"the dot stops at ends of lines", `a.b`, "a[^\\n\\r\u2028\u2029]b", ""},
		{"number of a character", `^\u00e9\x41$`, `^éA$`, ""},
		{"two numbers that are one character", `\ud83d\ude00`, `😀`, ""},
		{"name of a group", `^(?<y>\d{4})$`, `^(?:[0-9]{4})$`, ""},
		{"needless backslash", `^a\-b\/c\_d$`, `^a\-b/c_d$`, ""},
		{"bracket that stands for itself", `a{b}]`, `a\{b\}\]`, ""},
		{"lazy or not is all one", `^a+?b*?$`, `^a+b*$`, ""},
		{"bracket in brackets", `[[:alpha:]]`, `[\[:alpha:]\]`, ""},
		{"look ahead", `^(?=.*\d).{6,}$`, "", "ahead or behind"},
		{"look behind", `(?<=a)b`, "", "ahead or behind"},
		{"reference to a group", `^(a)\1$`, "", "refers back"},
		{"word boundary", `\bfoo\b`, "", "word boundary"},
		{"property of characters", `^\p{L}+$`, "", `\p`},
		{"option inside", `^(?i)abc$`, "", "options"},
		{"too many times", `^\d{1,256}$`, "", "255 times"},
		{"half a character", `\ud83d`, "", "half a character"},
		{"no character that Postgres can store", "a\x00", "", "cannot store"},
		{"an opposite inside brackets", `[\S\d]`, "", "inside brackets"},
		{"too large for RE2", `((a{250}){250}){250}`, "", "RE2"},
		{"no pattern at all", `(`, "", "no regular expression"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok, why := Portable(tt.pattern)
			if got != tt.want || ok != (tt.want != "") || !strings.Contains(why, tt.why) || ok != (why == "") {
				t.Errorf("Portable(%q) = %q, %v, %q; want %q, %q", tt.pattern, got, ok, why, tt.want, tt.why)
			}
		})
	}
}

// What a ported pattern matches in RE2 is what the pattern matches in ECMAScript.
func TestPortedPatternsMatchTheSame(t *testing.T) {
	pieces := []string{
		"a", "b", "0", "_", "é", "😀", " ", "-", "/", ".", `\d`, `\w`, `\s`, `\D`, `\W`, `\S`, `\.`, `\-`, `\t`, `\n`, `\u00e9`, `\x41`, `\ud83d\ude00`,
		"^", "$", "|", "(", ")", "(?:", "(?<n>", "*", "+", "?", "*?", "{2}", "{1,}", "{0,3}", "{", "}", "]", "[ab]", "[^a]", "[a-z]", `[\d_]`, `[^\s]`, "[.-]", "[a-]", "[[]", `[\]]`,
	}
	chars := []rune("abzA0159_-./ \t\n\r\u00a0\u2028é😀[]{}")
	ported, matched := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		pattern := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 8).Draw(t, "pattern"), "")
		out, ok, _ := Portable(pattern)
		if !ok {
			return
		}
		ported++
		match, err := Matcher(pattern)
		if err != nil {
			t.Fatalf("%q is portable but does not compile: %v", pattern, err)
		}
		re := regexp.MustCompile(out)
		for range 20 {
			s := string(rapid.SliceOfN(rapid.SampledFrom(chars), 0, 6).Draw(t, "value"))
			want, err := match(s)
			if err != nil {
				t.Fatal(err)
			}
			if want {
				matched++
			}
			if got := re.MatchString(s); got != want {
				t.Fatalf("%q as %q on %q: %v in RE2, %v in ECMAScript", pattern, out, s, got, want)
			}
		}
	})
	if ported < 20 || matched < 20 {
		t.Errorf("only %d patterns were ported, %d values matched: the test says little", ported, matched)
	}
}

func TestMatcher(t *testing.T) {
	match, err := Matcher(`^(?=.*\d).{6,}$`)
	if err != nil {
		t.Fatal(err)
	}
	for value, want := range map[string]bool{"abc123": true, "abcdef": false, "a1": false} {
		if got, err := match(value); err != nil || got != want {
			t.Errorf("%q: %v, %v", value, got, err)
		}
	}
	slow, err := Matcher(`^(a+)+$`)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if _, err := slow(strings.Repeat("a", 40) + "!"); err == nil || time.Since(began) > 5*time.Second {
		t.Errorf("a match of exponential time ended after %v with %v", time.Since(began), err)
	}
	if _, err := Matcher("("); err == nil {
		t.Error("( compiles")
	}
}
