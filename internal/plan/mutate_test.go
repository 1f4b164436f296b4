package plan

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

// goWords are what only a Go programmer would read: types, packages and the formatting of a bug.
var goWords = regexp.MustCompile(`\*?\b(?:plan|yaml|json|csv|strconv|errors|reflect|utf8)\.[A-Z]|interface \{|\bint64\b|\bfloat64\b|\[\]string|map\[|<nil>|%!|goroutine|runtime error`)

var (
	quotedText = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|'[^']*'`)
	token      = regexp.MustCompile(`"(?:[^"\\\n]|\\.)*"|[A-Za-z0-9_]+`)
)

// promise holds a mistake to what docs/errors.md says of all of them.
func promise(t *testing.T, e Error, data []byte) {
	t.Helper()
	lines := bytes.Count(data, []byte("\n")) + bytes.Count(data, []byte("\r")) + bytes.Count(data, []byte("\u0085")) + bytes.Count(data, []byte("\u2028")) + bytes.Count(data, []byte("\u2029")) + 1
	text := e.Message + " (" + e.Suggestion + ")"
	switch {
	case e.Pos.Line < 1 || e.Pos.Col < 1 || e.Pos.Line > lines || e.Pos.Col > len(data)+2:
		t.Errorf("the place %+v is outside a file of %d lines and %d bytes: %v", e.Pos, lines, len(data), e)
	case !slices.Contains(Codes(), e.Code):
		t.Errorf("the code %q is not in the list: %v", e.Code, e)
	case !strings.HasSuffix(e.Error(), " ["+string(e.Code)+"]"):
		t.Errorf("the line does not end with its code: %s", e.Error())
	case utf8.RuneCountInString(text) >= 200:
		t.Errorf("%d characters: %s", utf8.RuneCountInString(text), text)
	case e.Message == "" || e.Suggestion == "":
		t.Errorf("a mistake without a message or without what to do: %+v", e)
	case goWords.MatchString(quotedText.ReplaceAllString(text, "")):
		t.Errorf("words of Go: %s", text)
	case strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || r == '\u202e' }):
		t.Errorf("a character that a terminal obeys: %q", text)
	}
}

// mutate damages a file in one of the ways in which files are damaged, by hand, by a program or on purpose.
func mutate(r *rand.Rand, data []byte, tokens [][]int) (how string, out []byte) {
	at := func() int { return r.IntN(len(data)) }
	lines := bytes.SplitAfter(data, []byte("\n"))
	put := func(i int, s string) []byte { return slices.Concat(data[:i], []byte(s), data[i:]) }
	switch r.IntN(11) {
	case 0:
		out = bytes.Clone(data)
		for range 1 + r.IntN(8) {
			out[at()] ^= 1 << r.IntN(8)
		}
		return "bits flipped", out
	case 1:
		i := r.IntN(len(lines))
		return "a line deleted", bytes.Join(slices.Delete(slices.Clone(lines), i, min(len(lines), i+1+r.IntN(3))), nil)
	case 2:
		return "truncated", bytes.Clone(data[:at()])
	case 3:
		a, b := tokens[r.IntN(len(tokens))], tokens[r.IntN(len(tokens))]
		if a[0] > b[0] {
			a, b = b, a
		}
		if a[1] > b[0] {
			return "a token doubled", put(a[1], string(data[a[0]:a[1]]))
		}
		return "tokens swapped", slices.Concat(data[:a[0]], data[b[0]:b[1]], data[a[1]:b[0]], data[a[0]:a[1]], data[b[1]:])
	case 4:
		a := tokens[r.IntN(len(tokens))]
		n := []string{"1e999999999", strings.Repeat("9", 5000), "-0", "0x7fffffffffffffff", "1e-400", ".inf", "9223372036854775808"}[r.IntN(7)]
		return "a huge number", slices.Concat(data[:a[0]], []byte(n), data[a[1]:])
	case 5:
		depth := 1 << (4 + r.IntN(12))
		return "nested deep", put(at(), strings.Repeat([]string{"[", `{"a":`, "- ", "a.", "? ", "("}[r.IntN(6)], depth))
	case 6:
		return "a NUL", put(at(), "\x00")
	case 7:
		return "no UTF-8", put(at(), []string{"\xff", "\xc3\x28", "\xed\xa0\x80"}[r.IntN(3)])
	case 8:
		return "a sign in the wrong place", put(at(), []string{`"`, ",", ":", "\t", "'", "}", "]", "*a", "&a ", "\u202e", "\r", "\ufeff", "!!int ", "|\n", "<<: "}[r.IntN(15)])
	case 9:
		a := tokens[r.IntN(len(tokens))]
		return "a token cut", slices.Concat(data[:a[0]], data[min(a[1], a[0]+1+r.IntN(3)):])
	}
	i := r.IntN(len(lines))
	return "a line doubled", bytes.Join(slices.Insert(slices.Clone(lines), i, lines[i]), nil)
}

// Whatever happens to a plan, the reader ends soon, holds little, and either reads a plan or says where and what.
func TestDamagedPlans(t *testing.T) {
	for _, file := range []string{
		"testdata/own.yaml", "testdata/written.yaml", "testdata/shop/plan.csv", "testdata/segment/full.json", "testdata/segment/typewriter.json", "testdata/segment/config_api.json",
		"testdata/segment/pages/list_rules_page1.json", "testdata/shop/events/purchase_completed.json",
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			whole, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			tokens := token.FindAllIndex(whole, -1)
			codes := map[Code]int{}
			plans := 0
			for seed := range 500 {
				how, data := mutate(rand.New(rand.NewPCG(uint64(seed), 26)), whole, tokens)
				began := time.Now()
				p, err := parsed(data)
				if took := time.Since(began); took > 5*time.Second {
					t.Errorf("seed %d, %s: %v", seed, how, took)
				}
				if err == nil {
					plans++
					if p == nil {
						t.Fatalf("seed %d, %s: neither a plan nor an error", seed, how)
					}
					continue
				}
				all, ok := errors.AsType[Errors](err)
				if !ok || len(all) == 0 {
					t.Fatalf("seed %d, %s: %T: %v", seed, how, err, err)
				}
				for _, e := range all {
					codes[e.Code]++
					promise(t, e, data)
				}
				if t.Failed() {
					t.Fatalf("seed %d, %s", seed, how)
				}
			}
			if len(codes) < 3 {
				t.Errorf("only the codes %v were met, %d plans", codes, plans)
			}
		})
	}
}

// parsed reads data; a panic becomes an error, so that the seed is told.
func parsed(data []byte) (p *Plan, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return Parse("f", data)
}

// What a file makes the reader hold stays in proportion to the file.
func TestMemoryIsBounded(t *testing.T) {
	var bomb strings.Builder // each level of references is ten times the one before
	bomb.WriteString(`{"$schema":"https://json-schema.org/draft/2020-12/schema","$defs":{"x9":{"type":"string"}`)
	for level := range 9 {
		fmt.Fprintf(&bomb, `,"x%d":{"type":"object","properties":{`, level)
		for i := range 10 {
			fmt.Fprintf(&bomb, `%s"p%d":{"$ref":"#/$defs/x%d"}`, strings.Repeat(",", min(i, 1)), i, level+1)
		}
		bomb.WriteString("}}")
	}
	bomb.WriteString(`},"title":"E%d","$ref":"#/$defs/x0"}`)
	for name, data := range map[string]string{
		"references":       strings.ReplaceAll(strings.Repeat(bomb.String(), 100), "E%d", "E"),
		"brackets":         strings.Repeat("[", 1<<20),
		"YAML levels":      strings.Repeat("- ", 1<<18),
		"quotes":           "Event Name,Property Name\n" + strings.Repeat(`"`, 1<<20),
		"columns":          "Event Name,Property Name" + strings.Repeat(",x", 1<<18) + "\nA,b\n",
		"names with dots":  "Event Name,Property Name,Data Type\n" + strings.Repeat("A,"+strings.Repeat("a.", 2000)+"a,object\n", 200),
		"rows of one name": "Event Name,Property Name\n" + strings.Repeat("A,b\n", 1<<16),
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			began := time.Now()
			_, err := Parse("f", []byte(data))
			text := fmt.Sprint(err)
			took := time.Since(began)
			runtime.ReadMemStats(&after)
			if used := after.TotalAlloc - before.TotalAlloc; used > 1<<30 || took > 10*time.Second || len(text) > 10_000 {
				t.Errorf("%d MB for %d kB, %v, %d bytes of text", used>>20, len(data)>>10, took, len(text))
			}
		})
	}
}
