package names

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestConventionFits(t *testing.T) {
	for _, c := range []struct {
		style     string
		fits, not []string
	}{
		{"Title Case", []string{
			"Purchase Completed", "Product Added to Cart", "iOS Widget Added", "2FA Enabled", "OAuth Login Failed", "Step 1/2 Viewed", "FAQ Opened", "Opt-in Clicked",
			"Login", "Café Ordered", "Back In Stock Requested", "PayPal Chosen", "User IDs Merged", "[Amplitude] Page Viewed", "购买完成", "Email & SMS Sent",
		}, []string{
			"purchase_completed", "Purchase completed", "purchase completed", "purchaseCompleted", "PurchaseCompleted", "PURCHASE COMPLETED", "Purchase-Completed",
			"Purchase  Completed", " Purchase Completed", "Purchase\u00a0Completed", "Purchase_Completed", "PURCHASE", "Purchase Com\u200bpleted",
		}},
		{"Sentence case", []string{"Purchase completed", "SMS sent", "iOS widget added", "Checkout with FAQ", "Login"}, []string{"Purchase Completed", "purchase completed", "Purchase_completed"}},
		{"snake_case", []string{"purchase_completed", "2fa_enabled", "login", "shop.purchase_completed", "step2_viewed"}, []string{"Purchase_completed", "purchase__completed", "_x", "a-b", "a b", "", "purchaseCompleted"}},
		{"camelCase", []string{"purchaseCompleted", "login", "userIDUpdated"}, []string{"PurchaseCompleted", "purchase_completed", "purchase Completed"}},
		{"PascalCase", []string{"PurchaseCompleted", "Login", "FAQ"}, []string{"purchaseCompleted", "Purchase Completed", "PURCHASE"}},
		{"kebab-case", []string{"purchase-completed", "login"}, []string{"purchase_completed", "Purchase-Completed", "-a"}},
		{"lower case", []string{"purchase completed", "login", "step 2 viewed"}, []string{"Purchase completed", "purchase_completed"}},
		{"SCREAMING_SNAKE", []string{"PURCHASE_COMPLETED", "LOGIN", "STEP_2"}, []string{"Purchase_Completed", "PURCHASE COMPLETED"}},
	} {
		convention, err := ParseConvention(c.style)
		if err != nil || convention.String() != c.style {
			t.Fatal(convention, err)
		}
		for _, name := range c.fits {
			if why := convention.Misfit(name); why != "" {
				t.Errorf("%q %s", name, why)
			}
		}
		for _, name := range c.not {
			if convention.Fits(name) {
				t.Errorf("%q passes for %s", name, c.style)
			}
		}
	}
}

func TestConventionIsLearned(t *testing.T) {
	titles := []string{
		"Purchase Completed", "Product Viewed", "Order Refunded", "Cart Viewed", "App Opened", "Coupon Applied", "Signed In", "Email Sent", "Help Article Viewed",
		"Review Submitted",
	}
	many := slices.Clone(titles)
	for _, n := range []string{"Link", "Menu", "Tab", "Form", "Banner", "Card", "Video", "Dialog", "List", "Button"} {
		many = append(many, n+" Clicked")
	}
	for _, c := range []struct {
		name  string
		names []string
		want  string
		ok    bool
	}{
		{"titles", titles, "Title Case", true},
		{"many titles in the past", many, "Title Case with an action in the past tense", true},
		{"a few strays", append([]string{"purchase_completed", "Open menu"}, titles...), "Title Case", true},
		{"too many strays", append([]string{"a_b", "c_d", "e_f", "g_h"}, titles...), "Title Case", false},
		{"the same name again and again", slices.Repeat([]string{"Purchase Completed"}, 30), "Title Case", false},
		{"snake", []string{"a_b", "c_d", "e_f", "g_h", "login", "i_j", "k_l", "m_n", "o_p"}, "snake_case", true},
		{"single words tell nothing", []string{"login", "logout", "search", "view", "click", "tap", "open", "close", "start"}, "", false},
		{"nothing", nil, "", false},
	} {
		got, share, ok := LearnConvention(c.names)
		if got.String() != c.want || ok != c.ok || share < 0 || share > 1 {
			t.Errorf("%s: learned %q, share %.2f, ok %v", c.name, got, share, ok)
		}
	}
}

func TestConventionRewrites(t *testing.T) {
	for _, c := range []struct{ style, name, want string }{
		{"Title Case", "purchase_completed", "Purchase Completed"},
		{"Title Case", "productAddedToCart", "Product Added to Cart"},
		{"Title Case", "Purchase Completed", ""},
		{"Title Case", "userIDUpdated", "User ID Updated"},
		{"snake", "Purchase Completed", "purchase_completed"},
		{"camel case", "Purchase Completed", "purchaseCompleted"},
		{"PascalCase", "purchase-completed", "PurchaseCompleted"},
		{"screaming snake", "Purchase Completed", "PURCHASE_COMPLETED"},
		{"Sentence case", "Purchase Completed", "Purchase completed"},
		{"kebab-case", "购买 完成", ""},
	} {
		convention, err := ParseConvention(c.style)
		if err != nil {
			t.Fatal(err)
		}
		if got := convention.Rewrite(c.name); got != c.want {
			t.Errorf("%s of %q: %q, want %q", c.style, c.name, got, c.want)
		}
	}
	if _, err := ParseConvention("Hungarian"); err == nil {
		t.Error("Hungarian is a convention")
	}
}

func TestRewritingKeepsTheWordsAndFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		style := rapid.SampledFrom(Conventions()).Draw(t, "style")
		name := rapid.OneOf(rapid.String(), rapid.StringMatching(`[A-Za-z0-9_ -]{1,20}`)).Draw(t, "name")
		c, err := ParseConvention(style)
		if err != nil {
			t.Fatal(err)
		}
		got := c.Rewrite(name)
		if got == "" {
			return
		}
		if !c.Fits(got) {
			t.Errorf("%q, rewritten to %q, is not %s", name, got, style)
		}
		if Squash(got) != Squash(name) {
			t.Errorf("%q became %q", name, got)
		}
	})
}
