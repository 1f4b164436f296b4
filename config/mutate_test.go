package config

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// seeds are configurations that are right, and hold every setting between them.
func seeds(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{"secrets": secretSeed}
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out[file] = string(data)
	}
	var unbuilt strings.Builder
	for _, k := range Keys() {
		if k.Unbuilt != "" && !strings.ContainsAny(k.Path, ".[") {
			unbuilt.WriteString(k.Path + ": " + quotedVariables(k.Example) + "\n")
		}
	}
	out["unbuilt"] = unbuilt.String()
	return out
}

// secretSeed holds secrets in the file itself, as one should not and people do.
const secretSeed = `warehouse:
  url: duckdb:w.duckdb
  password: hunter2-is-hidden
  private_key: |
    -----BEGIN PRIVATE KEY-----
    MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQhiddenhidden
    -----END PRIVATE KEY-----
sources: [{schema: web}]
slack:
  token: xoxb-1234-hidden-5678
  channel: "#data"
  api_url: https://robin:hidden-too@slack.example/api/
webhook: {secret: "hidden-three", url: "https://example.com"}
workspace: northlight
`

// strange are values that something may stumble over.
func strange() []string {
	return []string{
		"[]", "{}", "[[[]]]", "{a: {b: {c: d}}}", "~", "''", "true", "-1", "1e999", "99999999999999999999999", "0x1F", ".nan", ".inf",
		"2026-13-45", "9999999999d", "1d1d1d1d", "*", "&a", "*a", "!!binary x", "!!int 5", "!foo bar", "${", "${}", "${A B}", "${file:}", "${file:/no/such}",
		"${NO_SUCH_VARIABLE_" + strings.Repeat("X", 300) + "}", strings.Repeat("x", 5000), "\u202egnp.exe", "\u200b", "'\\e[31m'", "\"\\x1b[31m\"", "日本語", "a: b", "- x", "# x", "|", ">", "? x", "<<: *a",
		"duckdb:", "://", "mysql://u:p@h", strings.Repeat("[", 3000), strings.Repeat("{a: ", 3000), "\"\\ud800\"", "%", "@", "`", "TZ=", "@every 1s", "CRON_TZ=", "* * * * * *", "0 0 30 2 *", "*/0 * * * *",
	}
}

// mutate changes one thing of a text.
func mutate(r *rand.Rand, text string) string {
	lines := strings.Split(text, "\n")
	i, j := r.IntN(len(lines)), r.IntN(len(lines))
	odd := strange()
	switch r.IntN(14) {
	case 0:
		return strings.Join(append(append([]string{}, lines[:i]...), lines[i+1:]...), "\n")
	case 1:
		return strings.Join(append(append(append([]string{}, lines[:i]...), lines[i]), lines[i:]...), "\n")
	case 2:
		lines[i], lines[j] = lines[j], lines[i]
	case 3:
		lines[i] = strings.Repeat(" ", r.IntN(9)) + strings.TrimLeft(lines[i], " ")
	case 4:
		lines[i] = "\t" + lines[i]
	case 5, 6, 7:
		if at := strings.Index(lines[i], ":"); at >= 0 {
			lines[i] = lines[i][:at+1] + " " + odd[r.IntN(len(odd))]
		} else {
			lines[i] = odd[r.IntN(len(odd))]
		}
	case 8:
		return text[:r.IntN(len(text))]
	case 9, 10:
		at := r.IntN(len(text))
		bad := []string{"\x00", "\x1b", "\xff", "\xc3", "\u202e", "\u0085", "\u2028", "\r", "\x07", "\ufeff", "\u00a0", "{", "}", "[", "]", ":", "\"", "'", "#", "-", ",", "&", "*", "|"}
		return text[:at] + bad[r.IntN(len(bad))] + text[at:]
	case 11:
		var bomb strings.Builder
		bomb.WriteString("x0: &x0 [" + strings.Repeat("a, ", 10) + "]\n")
		for n := range 8 {
			fmt.Fprintf(&bomb, "x%d: &x%d [%s]\n", n+1, n+1, strings.Repeat(fmt.Sprintf("*x%d, ", n), 10))
		}
		return bomb.String() + strings.Replace(text, lines[i], strings.SplitAfter(lines[i], ":")[0]+" *x8", 1)
	case 12:
		word := regexp.MustCompile(`\w+`)
		lines[i] = word.ReplaceAllStringFunc(lines[i], func(s string) string {
			if r.IntN(3) > 0 || strings.Contains(s, "hidden") {
				return s
			}
			at := r.IntN(len(s))
			return s[:at] + string(rune('a'+r.IntN(26))) + s[at:]
		})
	default:
		lines[i] = strings.Replace(lines[i], ":", ": "+odd[r.IntN(len(odd))]+" ", 1)
	}
	return strings.Join(lines, "\n")
}

// Whatever is wrong with a configuration, it is said in its place, shortly, with a code, and without a secret.
func TestMutations(t *testing.T) {
	all := seeds(t)
	names := slices.Sorted(maps.Keys(all))
	found := map[Code]int{}
	refused := 0
	for seed := range uint64(1500) {
		r := rand.New(rand.NewPCG(seed, 4)) //nolint:gosec // repeatable, not secret
		text := all[names[r.IntN(len(names))]]
		for range 1 + r.IntN(3) {
			if text != "" {
				text = mutate(r, text)
			}
		}
		began := time.Now()
		for _, e := range mistakesOf(t, seed, text) {
			found[e.Code]++
			refused++
			checkMistake(t, seed, text, e)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("seed %d took %s", seed, took)
		}
	}
	if len(found) < 18 || refused < 1000 {
		t.Errorf("the mutations reach only %d codes and %d mistakes: %v", len(found), refused, found)
	}
}

func mistakesOf(t *testing.T, seed uint64, text string) Errors {
	t.Helper()
	none := Files(func(string) ([]byte, error) { return nil, os.ErrNotExist })
	c, err := Parse("plumbline.yaml", []byte(text), environ("SLACK_BOT_TOKEN", "xoxb-hidden"), none, allWords())
	if err == nil {
		if c == nil {
			t.Fatalf("seed %d: neither a configuration nor a mistake", seed)
		}
		return nil
	}
	mistakes, ok := errors.AsType[Errors](err)
	if !ok || len(mistakes) == 0 {
		t.Fatalf("seed %d: not a list of mistakes: %v", seed, err)
	}
	return mistakes
}

var goWords = regexp.MustCompile(`\b(?:reflect|strconv|yaml\.|config\.|json:|interface|float64|int64|uint|map\[|struct|nil|panic|runtime)`)

func checkMistake(t *testing.T, seed uint64, text string, e *Error) {
	t.Helper()
	lines := strings.Split(strings.TrimPrefix(text, "\uFEFF"), "\n")
	first, _, _ := strings.Cut(e.Error(), "\n")
	switch {
	case e.Line < 1 || e.Line > len(lines) || e.Column < 1 || e.Column > utf8.RuneCountInString(lines[e.Line-1])+1:
		t.Errorf("seed %d: %d:%d is not in the file: %s", seed, e.Line, e.Column, e.Message)
	case !strings.HasPrefix(first, fmt.Sprintf("plumbline.yaml:%d:%d: ", e.Line, e.Column)):
		t.Errorf("seed %d: no place: %s", seed, first)
	case !containsCode(e.Code) || !strings.HasSuffix(first, " ["+string(e.Code)+"]"):
		t.Errorf("seed %d: no code: %s", seed, first)
	case utf8.RuneCountInString(first) >= 200:
		t.Errorf("seed %d: %d characters: %s", seed, utf8.RuneCountInString(first), first)
	case strings.Contains(e.Error(), "hidden"):
		t.Errorf("seed %d: shows a secret: %s", seed, e.Error())
	case strings.ContainsAny(e.Message, "\n\r\t\x1b\x00") || strings.ContainsAny(e.Excerpt, "\n\r\t\x1b\x00"):
		t.Errorf("seed %d: cannot be shown: %q %q", seed, e.Message, e.Excerpt)
	case goWords.MatchString(e.Message) && !goWords.MatchString(text):
		t.Errorf("seed %d: speaks of Go: %s", seed, e.Message)
	}
}

func containsCode(c Code) bool { return slices.Contains(Codes(), c) }

// The types of the configuration have no name that a message could show by accident.
func TestNoTypeNames(t *testing.T) {
	for _, typ := range []reflect.Type{reflect.TypeFor[Config](), reflect.TypeFor[Source]()} {
		for _, f := range fieldsOf(typ) {
			_, err := Parse("p.yaml", []byte(nested(f.key, "{zz: [1]}")), environ(), allWords())
			if err != nil && strings.Contains(err.Error(), f.typ.String()) && strings.Contains(f.typ.String(), ".") {
				t.Errorf("%s: %v", f.key, err)
			}
		}
	}
}
