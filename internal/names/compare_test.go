package names

import (
	"iter"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func linesOf(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for line := range strings.Lines(text) {
			if line = strings.TrimSuffix(line, "\n"); !strings.HasPrefix(line, "#") && !yield(line) {
				return
			}
		}
	}
}

func TestCompareSaysWhatIsAlike(t *testing.T) {
	for _, c := range []struct {
		what, a, b string
		want       Match
	}{
		{"the same name", "Order Paid", "Order Paid", Match{High, Same, "the same name"}},
		{"capitals", "Order Paid", "order paid", Match{High, Case, "same words, other case"}},
		{"separators", "Order Paid", "order_paid", Match{High, Separator, "same words, other separator"}},
		{"camel case", "orderPaid", "Order Paid", Match{High, Separator, "same words, other separator"}},
		{"a trailing space", "Order Paid ", "Order Paid", Match{High, Separator, "same words, other separator"}},
		{"a URL-encoded space", "Order+Paid", "Order Paid", Match{High, Separator, "same words, other separator"}},
		{"words run together", "Speedup Order", "Speed-up order", Match{High, Separator, "same words, other separator"}},
		{"an emoji", "🎉 Signup", "Signup", Match{High, Separator, "same words, other separator"}},
		{"a Cyrillic letter", "Order Pаid", "Order Paid", Match{High, Hidden, "invisible or look-alike character: U+0430 CYRILLIC SMALL LETTER A for a"}},
		{"a Cyrillic letter, other case", "order_pаid", "Order Paid", Match{High, Hidden, "invisible or look-alike character: U+0430 CYRILLIC SMALL LETTER A for a"}},
		{"a zero-width space", "Order Paid\u200b", "Order Paid", Match{High, Hidden, "invisible or look-alike character: U+200B ZERO WIDTH SPACE"}},
		{"a zero-width joiner inside a word", "Or\u200dder Paid", "Order Paid", Match{High, Hidden, "invisible or look-alike character: U+200D ZERO WIDTH JOINER"}},
		{"a no-break space", "Order\u00a0Paid", "Order Paid", Match{High, Hidden, "invisible or look-alike character: U+00A0 NO-BREAK SPACE for a space"}},
		{"a full-width letter", "Ｏrder Paid", "Order Paid", Match{High, Hidden, "invisible or look-alike character: U+FF2F FULLWIDTH LATIN CAPITAL LETTER O for O"}},
		{"a control character", "Order Paid\x07", "Order Paid", Match{High, Hidden, "invisible or look-alike character: U+0007 <control>"}},
		{"an accent apart from its letter", "Cafe\u0301 Paid", "Café Paid", Match{High, Hidden, "same characters, combined otherwise"}},
		{"an accent left out", "Cafe Paid", "Café Paid", Match{High, Accent, "same words, other accents"}},
		{"the past tense", "Remove Product", "Removed Product", Match{High, Inflection, "plural or tense: Remove / Removed"}},
		{"a plural", "orders_list", "order_list", Match{High, Inflection, "plural or tense: orders / order"}},
		{"British and American", "Order Cancelled", "Order Canceled", Match{High, Inflection, "other spelling: Cancelled / Canceled"}},
		{"noun and verb", "order_create_failed", "order_creation_failed", Match{High, Inflection, "noun and verb: create / creation"}},
		{"the -ing of a verb", "Order Creating", "Order Created", Match{Medium, Inflection, "plural or tense: Creating / Created"}},
		{"the verb in front", "Product Viewed", "Viewed Product", Match{High, VerbMoved, "verb moved"}},
		{"the verb in front, bent", "create_product_variation_fail", "product_variation_creation_failed", Match{High, VerbMoved, "verb moved"}},
		{"a namespace in front", "app.first_open", "First App Open", Match{High, Order, "same words, the namespace moved"}},
		{"a noun moved", "Product Review", "Review Product", Match{Medium, Order, "words in another order"}},
		{"a letter swapped", "Product Veiwed", "Product Viewed", Match{High, Typo, "typo: Veiwed"}},
		{"a letter left out", "Purchase Completd", "Purchase Completed", Match{High, Typo, "typo: Completd"}},
		{"two letters in a long word", "Insuficent Funds", "Insufficient Funds", Match{High, Typo, "typo: Insuficent"}},
		{"the last letter left out", "Orde Completed", "Order Completed", Match{High, Typo, "typo: Orde"}},
		{"a letter left out before an ending", "Recenty Viewed", "Recently Viewed", Match{High, Typo, "typo: Recenty"}},
		{"two letters of a short word swapped", "Product Veiw", "Product View", Match{High, Typo, "typo: Veiw"}},
		{"form for from", "Removed Form Wishlist", "Removed From Wishlist", Match{High, Typo, "typo: Form"}},
		{"words written together", "Signup Completed", "sign_up_complete", Match{High, Inflection, "written together or apart: Signup"}},
		{"words written apart, in the middle", "user-check-out-failed", "User Checkout Failure", Match{High, Inflection, "written together or apart: Checkout"}},
		{"a word bent inside what is written together", "User Logged In", "User Login", Match{Medium, Inflection, "written together or apart: Login"}},
		{"an order and what came of it", "Remove Gift Card", "Gift Card Removed", Match{Medium, Order, "words in another order"}},
		{"the same verb bare at the end", "Removed Gift Card", "gift_card_remove", Match{High, VerbMoved, "verb moved"}},
		{"a typo and other separators", "puchase_completed", "Purchase Completed", Match{High, Typo, "typo: puchase"}},
		{"a filler word", "Cart Page Viewed", "Cart Viewed", Match{Medium, ExtraWord, "one word more: Page"}},
		{"a synonym", "Banner Tapped", "Banner Clicked", Match{Medium, Synonym, "synonym: Tapped / Clicked"}},
	} {
		if got := Compare(c.a, c.b, nil); got != c.want {
			t.Errorf("%s: Compare(%q, %q) = %+v, want %+v", c.what, c.a, c.b, got, c.want)
		}
	}
}

func TestCompareLeavesOtherEventsAlone(t *testing.T) {
	for _, c := range []struct{ what, a, b string }{
		{"numbered steps", "Checkout Step 1 Viewed", "Checkout Step 2 Viewed"},
		{"versions", "Signup v1", "Signup v2"},
		{"long numbers", "Timeout After 300 Seconds Reached", "Timeout After 3600 Seconds Reached"},
		{"numbers cut elsewhere", "Level 1 12 Reached", "Level 11 2 Reached"},
		{"numbers swapped", "Step 1 of 2", "Step 2 of 1"},
		{"in and up", "Signed In", "Signed Up"},
		{"in and out, run together", "usersignedin", "usersignedup"},
		{"un-", "Application Installed", "Application Uninstalled"},
		{"de-", "Account Activated", "Account Deactivated"},
		{"dis-", "Wallet Connected", "Wallet Disconnected"},
		{"re-", "Item Selected", "Item Reselected"},
		{"in- of a word nobody knows", "Flimflam Shown", "Inflimflam Shown"},
		{"im- and ex-", "Data Import", "Data Export"},
		{"with and without", "Search With Results", "Search Without Results"},
		{"no", "Search Results", "Search No Results"},
		{"enabled and disabled", "Tracking Enabled", "Tracking Disabled"},
		{"started and ended", "Trial Started", "Trial Ended"},
		{"A to B", "Chat to Email Switched", "Email to Chat Switched"},
		{"a customer is not custom", "Customer Created", "Custom Created"},
		{"known words one letter apart", "Order Shipped", "Order Skipped"},
		{"a brand beside a word", "Gmail Opened", "Email Opened"},
		{"form and from with nothing around", "Form", "From"},
		{"form and from at the end", "Date From", "Date Form"},
		{"short words one letter apart", "Veiv Shown", "View Shown"},
		{"a short word swapped at its first letter", "Evil Shown", "Veil Shown"},
		{"short words that both exist", "Trial Started", "Trail Started"},
		{"a doer and a deed", "Zonkifier Shown", "Zonkified Shown"},
		{"a made-up doer and its verb", "Zonkify Shown", "Zonkifyer Shown"},
		{"a word added", "Product Added", "Product Added Failed"},
		{"signs that differ", "Vote 👍", "Vote 👎"},
		{"signs alone", "👍", "👎"},
		{"nothing and something", "", "Order"},
		{"different scripts", "购买完成", "购买失败"},
	} {
		if got := Compare(c.a, c.b, nil); got.Level != None {
			t.Errorf("%s: Compare(%q, %q) = %+v, want none", c.what, c.a, c.b, got)
		}
	}
	if got := Compare("C++ Selected", "C Selected", nil); got.Level != Medium {
		t.Errorf("Compare of C++ and C = %+v, want medium", got)
	}
}

func TestVocabularyLearnsWhatThePlanMeans(t *testing.T) {
	plan := []string{
		"gla_review_loaded", "gla_reviews_loaded", "gla_review_failed", "gla_reviews_failed",
		"gla_banner_tapped", "gla_banner_clicked", "gla_link_tapped", "gla_link_clicked",
		"gla_search", "gla_search_page", "gla_cart", "gla_cart_page",
		"gla_poaps_shown", "gla_poaps_hidden", "gla_poaps_sent",
	}
	v := Learn(plan)
	for _, c := range []struct {
		what, a, b string
		without    Level
		with       Level
	}{
		{"a plural that is meant twice", "gla_review_saved", "gla_reviews_saved", High, Medium},
		{"a plural that is not", "gla_order_saved", "gla_orders_saved", High, High},
		{"tapped beside clicked", "gla_icon_tapped", "gla_icon_clicked", Medium, None},
		{"another pair of synonyms", "gla_icon_deleted", "gla_icon_removed", Medium, Medium},
		{"a page beside its action", "gla_menu", "gla_menu_page", Medium, None},
		{"the namespace left out", "icon_saved", "gla_icon_saved", None, Medium},
		{"a word of the plan beside another unknown one", "gla_poapz_shown", "gla_poaps_shown", High, High},
	} {
		if got := Compare(c.a, c.b, nil).Level; got != c.without {
			t.Errorf("%s: without the plan %v, want %v", c.what, got, c.without)
		}
		if got := Compare(c.a, c.b, v).Level; got != c.with {
			t.Errorf("%s: with the plan %v, want %v", c.what, got, c.with)
		}
	}
	own := []string{"performanze.boot", "performanze.load", "performanze.save", "performanze.exit", "performance.shown"}
	if got := Compare("performance.boot", "performanze.boot", Learn(own)); got != (Match{High, Typo, "typo: performanze"}) {
		t.Errorf("a slip that many names of the plan share: %+v, want a typo", got)
	}
	if got := Compare("performance.boot", "performanze.boot", Learn(append(own, "performance.load", "performance.save"))); got.Level != None {
		t.Errorf("two words between which the plan draws a difference: %+v, want none", got)
	}
	both := Learn([]string{"zork_a", "zork_b", "zork_c", "zorks1", "zorke_a", "zorke_b", "zorke_c"})
	if got := Compare("zorke_x", "zork_x", both); got.Level != None {
		t.Errorf("two words that the plan uses often: %+v, want none", got)
	}
}

func TestCompareIsSymmetric(t *testing.T) {
	v := Learn([]string{"Order Completed", "Product Viewed", "Product List Viewed", "order created"})
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyName().Draw(t, "a"), anyName().Draw(t, "b")
		ab, ba := Compare(a, b, v), Compare(b, a, v)
		if ab.Level != ba.Level || ab.Kind != ba.Kind {
			t.Errorf("Compare(%q, %q) = %+v, but the other way round %+v", a, b, ab, ba)
		}
		if (ab.Level == None) != (ab.Rule == "") {
			t.Errorf("Compare(%q, %q) = %+v: a rule stands exactly where there is a match", a, b, ab)
		}
		if got := Compare(a, a, v); got != (Match{High, Same, "the same name"}) {
			t.Errorf("Compare(%q, itself) = %+v", a, got)
		}
	})
}

func TestSimilarity(t *testing.T) {
	v := Learn([]string{"Order Completed", "Checkout Completed", "Signup Completed", "Product Viewed", "Cart Viewed"})
	for _, c := range []struct {
		what, a, b string
		low, high  float64
	}{
		{"the same words in another order", "Completed Order", "order_completed", 1, 1},
		{"another spelling", "orderCompleted", "Order Completed", 1, 1},
		{"a typo", "Order Compelted", "Order Completed", .85, .99},
		{"nothing in common", "Product Viewed", "Signup Started", 0, .3},
		{"only what all names share", "Order Completed", "Signup Completed", 0, .4},
		{"the telling word", "Order Completed", "Order Finished", .4, .9},
		{"signs only", "🎉", "Order", 0, 0},
		{"a long spelling in common", "Subscriptionrenewalz", "Subscription Renewals", .8, .95},
	} {
		if got := Similarity(c.a, c.b, v); got < c.low || got > c.high {
			t.Errorf("%s: Similarity(%q, %q) = %.3f, want %.2f to %.2f", c.what, c.a, c.b, got, c.low, c.high)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyName().Draw(t, "a"), anyName().Draw(t, "b")
		s := Similarity(a, b, v)
		if s < 0 || s > 1 || s != Similarity(b, a, v) || Similarity(a, a, v) != 1 {
			t.Errorf("Similarity(%q, %q) = %v, the other way round %v", a, b, s, Similarity(b, a, v))
		}
	})
}

// A plan with a slip beside two spellings of one name draws no difference on purpose.
func TestASlipBesideTwoSpellingsIsOneSlip(t *testing.T) {
	t.Parallel()
	v := Learn([]string{"Parcel Delivered", "parcel_delivered", "Parcel Delviered"})
	if m := Compare("Parcel Delivered", "Parcel Delviered", v); m.Kind != Typo {
		t.Errorf("%+v", m)
	}
}
