package words_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/words"
)

func TestSafe(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"a sentence stays":             {`"Purchase Completed" is sent as "purchase_completed" · 898 → 4`, `"Purchase Completed" is sent as "purchase_completed" · 898 → 4`},
		"a control character":          {"a\x1b[31mb", `a\u{1B}[31mb`},
		"a new line is a blank":        {"a\nb", "a b"},
		"a bidirectional override":     {"a\u202eb", `a\u{202E}b`},
		"what is written out stays so": {names.Visible("a\u202eb ") + " fell", `a\u{202E}b␠ fell`},
		"an address is masked":         {"sent by jane@example.com", "sent by j•••@•••"},
		"bytes that are no UTF-8":      {"a\xffb", `a\xFFb`},
		"a firm blank stays":           {"99\u00a0%", "99\u00a0%"},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(c.want, words.Safe(c.text)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestSafeIsStableAndHidesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a \\u{}x\x00-\x1f\x{200b}-\x{202e}]{0,20}`)).Draw(t, "text")
		once := words.Safe(s)
		if twice := words.Safe(once); twice != once {
			t.Fatalf("%q becomes %q and then %q", s, once, twice)
		}
		if strings.ContainsFunc(once, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }) {
			t.Fatalf("%q still acts: %q", s, once)
		}
	})
}
