package names

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestTemplate(t *testing.T) {
	x := NewTemplates()
	for _, c := range []struct {
		what, name, want string
		data             []Datum
	}{
		{"a number", "Viewed Product 12345", "Viewed Product {number}", []Datum{LongNumber}},
		{"a short number", "Step 2 Viewed", "Step {number} Viewed", []Datum{Number}},
		{"a number after a word", "viewedProduct12345", "viewedProduct{number}", []Datum{LongNumber}},
		{"a number in snake case", "product_12345_price", "product_{number}_price", []Datum{LongNumber}},
		{"a number before a word", "12345product", "{number}product", []Datum{LongNumber}},
		{"one letter before a long number", "Opened p48213", "Opened p{number}", []Datum{LongNumber}},
		{"other digits", "Viewed ４８２１３", "Viewed {number}", []Datum{LongNumber}},
		{"thousands", "Won 12,500 points", "Won {number} points", []Datum{Number}},
		{"a UUID", "Order 3f2504e0-4f89-11d3-9a0c-0305e82c3301 Paid", "Order {id} Paid", []Datum{Identifier}},
		{"a UUID in snake case", "order_3f2504e0_4f89_11d3_9a0c_0305e82c3301", "order_{id}", []Datum{Identifier}},
		{"a hash", "asset d41d8cd98f00b204e9800998ecf8427e", "asset {id}", []Datum{Identifier}},
		{"an object id", "Opened 507f1f77bcf86cd799439011", "Opened {id}", []Datum{Identifier}},
		{"a short hash", "Deploy a1b2c3d4", "Deploy {id}", []Datum{Identifier}},
		{"a key", "Link aB3xK9pQ2zT1", "Link {id}", []Datum{Identifier}},
		{"an address in a network", "Login from 10.0.12.7", "Login from {id}", []Datum{Identifier}},
		{"a date", "Report 2026-05-26 Opened", "Report {date} Opened", []Datum{Date}},
		{"a date and a time", "Sync 2026-05-26T14:05:00Z", "Sync {date}", []Datum{Date}},
		{"a date of digits", "Export 20260526", "Export {date}", []Datum{Date}},
		{"a date in words", "Digest May 26, 2026", "Digest {date}", []Datum{Date}},
		{"a time", "Reminder 14:05", "Reminder {time}", []Datum{Clock}},
		{"a price", "Bought for $12.99", "Bought for {price}", []Datum{Price}},
		{"a price with its currency behind", "Bought for 12.99 EUR", "Bought for {price}", []Datum{Price}},
		{"a version", "Updated to 4.2.1", "Updated to {version}", []Datum{VersionText}},
		{"an e-mail address", "Invited jane.doe@example.com", "Invited {e-mail}", []Datum{Email}},
		{"an address in a link", "Invited jane%40example.com", "Invited {e-mail}", []Datum{Email}},
		{"a URL", "Clicked https://example.com/a?b=1", "Clicked {url}", []Datum{URL}},
		{"a path", "Viewed /products/red-shoes", "Viewed {path}", []Datum{Path}},
		{"two", "Order 12345 shipped 2026-05-26", "Order {number} shipped {date}", []Datum{LongNumber, Date}},

		{"two factors", "2FA Enabled", "2FA Enabled", nil},
		{"a protocol, which few names share", "OAuth2 Login", "OAuth{number} Login", []Datum{Number}},
		{"a version of an interface", "api_v2_called", "api_v2_called", nil},
		{"a format", "mp3 Played", "mp3 Played", nil},
		{"letters counted", "i18n Loaded", "i18n Loaded", nil},
		{"businesses", "B2B Signup", "B2B Signup", nil},
		{"words of hexadecimal letters", "decade_facade_faced", "decade_facade_faced", nil},
		{"alternatives", "Started/Stopped", "Started/Stopped", nil},
		{"a long word", "internationalization_enabled", "internationalization_enabled", nil},
		{"a size with its unit", "Storage 5GB Full", "Storage 5GB Full", nil},
		{"a picture format", "1080p Selected", "1080p Selected", nil},
		{"nothing", "", "", nil},
	} {
		t.Run(c.what, func(t *testing.T) {
			got, parts := x.Of(c.name)
			var data []Datum
			for _, p := range parts {
				data = append(data, p.Datum)
				if p.Text == "" || !strings.Contains(c.name, p.Text) {
					t.Errorf("%q does not stand in %q", p.Text, c.name)
				}
			}
			if got != c.want {
				t.Errorf("%q is %q, want %q", c.name, got, c.want)
			}
			if diff := cmp.Diff(c.data, data); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTemplateHoldsForAnyName(t *testing.T) {
	x := NewTemplates()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.OneOf(rapid.String(), rapid.StringMatching(`[A-Za-z0-9@./:_ %$-]{0,40}`)).Draw(t, "name")
		template, data := x.Of(name)
		again, _ := x.Of(name)
		switch {
		case template != again:
			t.Fatalf("%q is %q, then %q", name, template, again)
		case data == nil && template != name:
			t.Fatalf("%q carries nothing and became %q", name, template)
		case data != nil && !Like(Pattern(template), name):
			t.Fatalf("%q does not fit its own pattern %q", name, Pattern(template))
		}
		for _, part := range Fixed(template) {
			if data != nil && !strings.Contains(name, part) {
				t.Fatalf("%q does not hold %q", name, part)
			}
		}
	})
}

func TestFixedAndPattern(t *testing.T) {
	if diff := cmp.Diff([]string{"Viewed Product", "Page"}, Fixed("Page {number}: Viewed Product {id}")); diff != "" {
		t.Error(diff)
	}
	if got := Pattern("Order {number} {date}"); got != "Order * *" {
		t.Error(got)
	}
}

func BenchmarkTemplates(b *testing.B) {
	x := NewTemplates()
	hostile := strings.Repeat("a.1-", 250) + "@" + strings.Repeat("b.", 20)
	for b.Loop() {
		x.Of("Viewed Product 12345")
		x.Of(hostile)
	}
}
