package names

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestVisible(t *testing.T) {
	for _, c := range []struct{ what, in, want string }{
		{"a plain name", "Order Completed", "Order Completed"},
		{"another language", "购买完成 Покупка", "购买完成 Покупка"},
		{"an emoji", "🎉 Signup", "🎉 Signup"},
		{"spaces around", " Order Completed  ", "␠Order Completed␠␠"},
		{"a doubled space", "Order  Completed", "Order␠␠Completed"},
		{"a zero-width space", "Order\u200b", `Order\u{200B}`},
		{"text turned round", "Order\u202egnp.exe", `Order\u{202E}gnp.exe`},
		{"isolates", "a\u2066b\u2069", `a\u{2066}b\u{2069}`},
		{"control characters", "a\x1b[31mb\r\nc\x00", `a\u{1B}[31mb\u{D}\u{A}c\u{0}`},
		{"a no-break space", "a\u00a0b", `a\u{A0}b`},
		{"a line separator", "a\u2028b", `a\u{2028}b`},
		{"a blank letter", "a\u3164b\u2800", `a\u{3164}b\u{2800}`},
		{"a variation selector", "❤\ufe0f", `❤\u{FE0F}`},
		{"private and unassigned", "\ue000\U000e0041", `\u{E000}\u{E0041}`},
		{"no UTF-8", "caf\xe9\x0f", `caf\xE9\u{F}`},
		{"a replacement character that was sent", "a\ufffd", "a\ufffd"},
		{"an accent in one", "Café", "Café"},
		{"an accent apart", "Cafe\u0301", `Cafe\u{301}`},
		{"a mark without a letter", "\u0332x", `\u{332}x`},
		{"marks piled up", "a\u0332\u0333\u0334\u0335", `a\u{332}\u{333}\u{334}\u{335}`},
		{"text that looks like an escape", `a\u{200B}\x41\n`, `a\u{5C}u{200B}\u{5C}x41\n`},
		{"the sign for a space", "a␠", `a\u{2420}`},
		{"only a space", " ", "␠"},
		{"nothing", "", ""},
	} {
		if got := Visible(c.in); got != c.want {
			t.Errorf("%s: Visible(%q) = %q, want %q", c.what, c.in, got, c.want)
		}
	}
}

func TestVisibleHidesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyName().Draw(t, "a"), anyName().Draw(t, "b")
		got := Visible(a)
		if !utf8.ValidString(got) {
			t.Errorf("Visible(%q) = %q is no UTF-8", a, got)
		}
		for _, r := range got {
			if !unicode.IsPrint(r) || unicode.Is(unicode.Cf, r) || invisible(r) {
				t.Errorf("Visible(%q) = %q holds %U", a, got, r)
			}
		}
		if strings.TrimSpace(got) != got {
			t.Errorf("Visible(%q) = %q has a space at its end", a, got)
		}
		if a != b && got == Visible(b) {
			t.Errorf("%q and %q both become %q", a, b, got)
		}
	})
}

func TestShort(t *testing.T) {
	for _, c := range []struct {
		what, in string
		n        int
		want     string
	}{
		{"it fits", "Order", 5, "Order"},
		{"one column too many", "Orders", 5, "Orde…"},
		{"wide characters", "购买完成", 5, "购买…"},
		{"wide characters that fit", "购买完成", 8, "购买完成"},
		{"a wide character does not fit beside the ellipsis", "购买完成", 4, "购…"},
		{"emoji", "🎉🎉🎉", 4, "🎉…"},
		{"a mark stays with its letter", "Cafe\u0301s open", 5, "Cafe\u0301…"},
		{"a joiner is not left over", "👨\u200d👩\u200d👧", 3, "👨…"},
		{"one column", "Orders", 1, "…"},
		{"no column", "Orders", 0, ""},
		{"nothing", "", 3, ""},
	} {
		if got := Short(c.in, c.n); got != c.want {
			t.Errorf("%s: Short(%q, %d) = %q, want %q", c.what, c.in, c.n, got, c.want)
		}
	}
	if got := Short(strings.Repeat("Order ", 1700), 60); utf8.RuneCountInString(got) != 60 {
		t.Errorf("a name of 10 kB is cut to %d characters, want 60", utf8.RuneCountInString(got))
	}
	rapid.Check(t, func(t *rapid.T) {
		s, n := rapid.String().Draw(t, "s"), rapid.IntRange(0, 30).Draw(t, "n")
		columns := 0
		for _, r := range Short(s, n) {
			columns += columnsOf(r)
		}
		if columns > n {
			t.Errorf("Short(%q, %d) = %q takes %d columns", s, n, Short(s, n), columns)
		}
	})
}

func TestMask(t *testing.T) {
	for _, c := range []struct{ what, in, want string }{
		{"an address", "Invited jane.doe@example.com", "Invited j•••@•••"},
		{"an address in a snake-case name", "mail_jane@example.co.uk_sent", "m•••@•••_sent"},
		{"an encoded address", "user jane%40example.com", "user j•••@•••"},
		{"an address in another script", "почта иван@пример.рф", "почта и•••@•••"},
		{"no address", "Price @ 5 Shown", "Price @ 5 Shown"},
		{"a card number", "Paid 4111111111111111", "Paid •••"},
		{"a card number in fours", "Paid 4111-1111 1111-1111 now", "Paid ••• now"},
		{"a time in milliseconds", "Seen 1763943158000", "Seen •••"},
		{"eleven digits", "Order 12345678901", "Order 12345678901"},
		{"a date and a time", "Backup 2026-11-23 04 00", "Backup 2026-11-23 04 00"},
	} {
		if got := Mask(c.in); got != c.want {
			t.Errorf("%s: Mask(%q) = %q, want %q", c.what, c.in, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[a-z _]{0,5}[0-9]{12,22}[a-z]{0,5}( [a-z]{1,8}@[a-z]{1,8}\.com)?`).Draw(t, "s")
		got := Mask(s)
		if strings.Contains(got, ".com") || digitRun.MatchString(got) || Mask(got) != got {
			t.Errorf("Mask(%q) = %q", s, got)
		}
	})
}

func TestDisguise(t *testing.T) {
	for name, want := range map[string]string{
		"Purchase Completed": "", "Café Ordered": "", "Cafe\u0301": "", "购买完成": "", "Заказ оплачен": "", "😀 Sent": "", "": "",
		"Tri\u0430l Started": "U+0430 CYRILLIC SMALL LETTER A for a", "a\u200bb": "U+200B ZERO WIDTH SPACE",
		"a\x00b": "U+0000 <control>", "a\u00a0b": "U+00A0 NO-BREAK SPACE for a space",
	} {
		if got := Disguise(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
