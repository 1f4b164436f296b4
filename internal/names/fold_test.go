package names

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// anyName draws names as they come: catalogue style, and hostile.
func anyName() *rapid.Generator[string] {
	word := rapid.SampledFrom([]string{
		"Order", "order", "Completed", "complete", "product", "Viewed", "view", "list", "tap", "click",
		"Page", "to", "занятo", "МЕСТО", "٣", "v2", "3", "step1", "Vieewd", "creating", "created", "IDs", "un", "🎉", "Café", "оrder", "购买", "\u200b", "",
	})
	separators := rapid.SampledFrom([]string{" ", "_", "", ".", "-", "  ", "\u00a0", "+"})
	styled := rapid.Custom(func(t *rapid.T) string {
		var s strings.Builder
		for range rapid.IntRange(0, 5).Draw(t, "words") {
			s.WriteString(word.Draw(t, "word") + separators.Draw(t, "separator"))
		}
		return s.String()
	})
	bytes := rapid.Custom(func(t *rapid.T) string { return string(rapid.SliceOfN(rapid.Byte(), 0, 12).Draw(t, "bytes")) })
	humps := rapid.StringMatching(`[ABabsés12\x{301}\x{488}а_.]{0,8}`)
	return rapid.OneOf(styled, rapid.String(), bytes, humps)
}

func TestFold(t *testing.T) {
	for _, c := range []struct{ what, in, want string }{
		{"camel case", "purchaseCompleted", "purchase completed"},
		{"an acronym before a word", "userIDUpdated", "user id updated"},
		{"the plural of an acronym", "IDsUpdated", "ids updated"},
		{"capitals with underscores", "PURCHASE_COMPLETED", "purchase completed"},
		{"digits stay with short letters", "2FA enabled v2", "2fa enabled v2"},
		{"digits part from words", "CheckoutStep2Viewed", "checkout step 2 viewed"},
		{"accents on Latin letters", "Café Ordered", "cafe ordered"},
		{"an accent apart from its letter", "Cafe\u0301 Ordered", "cafe ordered"},
		{"a Cyrillic letter in a Latin word", "Оrder Pаid", "order paid"},
		{"a word all of look-alikes", "сор", "cop"},
		{"words in Cyrillic stay themselves", "Покупка Завершена", "покупка завершена"},
		{"marks that are vowels stay", "ที่ กี่", "ที่ กี่"},
		{"full-width letters", "Ｏｒｄｅｒ", "order"},
		{"zero-width characters", "Or\u200bder\u2060 Paid\ufeff", "order paid"},
		{"a no-break space", "Order\u00a0Paid", "order paid"},
		{"bytes that are no UTF-8", "Order\xff\xfePaid", "order paid"},
		{"nothing but signs", "🎉 !!", ""},
	} {
		if got := Fold(c.in); got != c.want {
			t.Errorf("%s: Fold(%q) = %q, want %q", c.what, c.in, got, c.want)
		}
	}
}

func TestFoldingTwiceChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyName().Draw(t, "name")
		once := Fold(in)
		if twice := Fold(once); twice != once {
			t.Errorf("Fold(Fold(%q)) = %q, want %q", in, twice, once)
		}
		if Squash(once) != Squash(in) {
			t.Errorf("Squash(Fold(%q)) = %q, want %q", in, Squash(once), Squash(in))
		}
	})
}

func TestWordListIsSortedAndFound(t *testing.T) {
	for _, w := range []string{"a", "zoom", "wishlist", "order", "checkout"} {
		if !listed(w) {
			t.Errorf("listed(%q) = false, want true", w)
		}
	}
	for _, w := range []string{"", "#", "aaaa", "zzzz", "oder", "# English", "checkou"} {
		if listed(w) {
			t.Errorf("listed(%q) = true, want false", w)
		}
	}
	before, count := "", 0
	for line := range linesOf(wordList) {
		if line < before {
			t.Fatalf("word list: %q stands after %q, so bisection cannot find it", line, before)
		}
		if !listed(line) {
			t.Fatalf("listed(%q) = false for a word of the list", line)
		}
		before, count = line, count+1
	}
	if count < 10_000 {
		t.Errorf("the word list holds %d words, want more than 10,000", count)
	}
}

func TestBase(t *testing.T) {
	for _, c := range []struct {
		in, want string
		form     form
	}{
		{"completed", "complete", past},
		{"viewed", "view", past},
		{"tapped", "tap", past},
		{"taped", "tape", past},
		{"added", "add", past},
		{"cancelled", "cancel", past},
		{"canceled", "cancel", past},
		{"filled", "fill", past},
		{"filed", "file", past},
		{"retried", "retry", past},
		{"unstaked", "unstake", past},
		{"tokenized", "tokenize", past},
		{"sent", "send", past},
		{"creating", "create", ing},
		{"settings", "set", plural | ing},
		{"creation", "create", noun},
		{"successes", "succeed", plural | noun},
		{"authorisation", "authorize", noun},
		{"customised", "customize", past},
		{"categories", "category", plural},
		{"boxes", "box", plural},
		{"statuses", "status", plural},
		{"status", "status", 0},
		{"customers", "customer", plural},
		{"custom", "custom", 0},
		{"news", "news", 0},
		{"access", "access", 0},
		{"speed", "speed", 0},
		{"embed", "embed", 0},
		{"string", "string", 0},
		{"during", "during", 0},
		{"colour", "color", 0},
		{"ads", "ads", 0},
		{"ios", "ios", 0},
		{"station", "station", 0},
		{"mp3s", "mp3s", 0},
	} {
		if got, f := base(c.in); got != c.want || f != c.form {
			t.Errorf("base(%q) = %q, %b, want %q, %b", c.in, got, f, c.want, c.form)
		}
	}
}

func TestTablesAreSortedAndFound(t *testing.T) {
	for what, table := range map[string]string{"irregular forms": irregularForms, "nouns of verbs": verbNouns, "British words": britishWords} {
		before := ""
		for e := range strings.FieldsSeq(table) {
			w, want, _ := strings.Cut(e, ":")
			if w <= before {
				t.Fatalf("%s: %q stands after %q, so bisection cannot find it", what, w, before)
			}
			if got := entry(table, w); got != want {
				t.Errorf("%s: entry(%q) = %q, want %q", what, w, got, want)
			}
			if got := entry(table, w+"x") + entry(table, w[1:]+"é"); got != "" {
				t.Errorf("%s: a word beside %q is found as %q", what, w, got)
			}
			before = w
		}
	}
}
