package names

import "testing"

// row is two names and how sure it is that they are one event, by which rule.
type row struct {
	what, a, b string
	level      Level
	kind       Kind
}

func holdRows(t *testing.T, v *Vocabulary, rows []row) {
	t.Helper()
	for _, r := range rows {
		for _, ends := range [2][2]string{{r.a, r.b}, {r.b, r.a}} {
			if got := Compare(ends[0], ends[1], v); got.Level != r.level || got.Kind != r.kind {
				t.Errorf("%s: Compare(%q, %q) is %v, %q (%s), want %v, %q", r.what, ends[0], ends[1], got.Level, got.Kind, got.Rule, r.level, r.kind)
			}
		}
	}
}

// TestRuleOneNormalise: names of the same letters and digits are one event, however they are written.
func TestRuleOneNormalise(t *testing.T) {
	holdRows(t, nil, []row{
		{"blanks at the ends", "  Seat Booked ", "Seat Booked", High, Separator},
		{"a tab between", "Seat\tBooked", "Seat Booked", High, Separator},
		{"an acronym before a word", "SEOReportShared", "seo_report_shared", High, Separator},
		{"a namespace", "seat:booked", "Seat Booked", High, Separator},
		{"an apostrophe", "Guest's Seat Booked", "Guests Seat Booked", High, Separator},
		{"a dash that is longer", "Seat—Booked", "Seat-Booked", High, Separator},
		{"capitals of another script", "МЕСТО ЗАНЯТО", "место занято", High, Case},
		{"the Turkish i", "İptal Edildi", "iptal edildi", High, Accent},
		{"a ligature", "Proﬁle Opened", "Profile Opened", High, Hidden},
		{"a Greek letter", "Seat Βooked", "Seat Booked", High, Hidden},
		{"a soft hyphen", "Seat Book\u00aded", "Seat Booked", High, Hidden},
		{"text turned round", "Seat \u202eBooked", "Seat Booked", High, Hidden},
		{"a variation selector", "Seat Booked\ufe0f", "Seat Booked", High, Hidden},
		{"a circled digit", "Step ① Done", "Step 1 Done", High, Hidden},
		{"digits of another script", "Step ٣ Done", "Step 3 Done", High, Hidden},
		{"a digit that looks like a letter is a digit", "Step 1 Done", "Step l Done", None, ""},
		{"words of another script stay two", "место занято", "место свободно", None, ""},
		{"a number cut otherwise", "Level 12 Done", "Level 1 2 Done", None, ""},
	})
}

// TestRuleTwoBaseForms: words are compared in their base form, but short ones and those with digits are not.
func TestRuleTwoBaseForms(t *testing.T) {
	holdRows(t, nil, []row{
		{"an irregular verb", "Parcel Sent", "Parcel Send", High, Inflection},
		{"a doubled letter", "Trip Planned", "Trip Plan", High, Inflection},
		{"British spelling", "Colour Customised", "Color Customized", High, Inflection},
		{"a noun of a verb", "Seat Reservation Cancellation", "Seat Reservation Cancelled", High, Inflection},
		{"success", "Upload Success", "Upload Succeeded", High, Inflection},
		{"three letters", "Ads Shown", "Ad Shown", None, ""},
		{"letters with digits", "Mp3s Played", "Mp3 Played", None, ""},
		{"words that only begin alike", "Station Closed", "State Closed", None, ""},
		{"a bent word beside a look-alike letter", "Pаrcel Send", "Parcel Sent", High, Inflection},
		{"words of another script are not bent", "место занято", "места заняты", None, ""},
	})
}

// TestRuleThreeSameWords: the same base forms in the same order are one event, unless one of them is under way.
func TestRuleThreeSameWords(t *testing.T) {
	holdRows(t, nil, []row{
		{"the tense", "Seat Book", "seat_booked", High, Inflection},
		{"the plural", "Seats Booked", "Seat Booked", High, Inflection},
		{"under way and over", "Seat Booking", "Seat Booked", Medium, Inflection},
		{"under way in both", "Booking Seats", "booking_seat", High, Inflection},
		{"written together", "Timeout Reached", "time_out_reach", High, Inflection},
		{"written together with a typo is too much", "Timeout Reachd", "time_out_reached", None, ""},
		{"written together in another script", "предзаказ создан", "пред заказ создан", High, Separator},
	})
}

// TestRuleFourOrder: another order is one event where one verb moved, and never where a direction stands in the name.
func TestRuleFourOrder(t *testing.T) {
	holdRows(t, nil, []row{
		{"the verb in front", "Booked Window Seat", "Window Seat Booked", High, VerbMoved},
		{"the verb into the middle", "Window Booked Seat", "Window Seat Booked", High, VerbMoved},
		{"a noun that could be a verb", "Order Review", "Review Order", Medium, Order},
		{"a direction", "Move Seat To Row", "Move Row To Seat", None, ""},
		{"without", "Paid Without Login", "Login Without Paid", None, ""},
		{"an order and what came of it", "Cancel Seat", "Seat Cancelled", Medium, Order},
		{"a number that moved", "Step 2 Opened", "Opened 2 Step", Medium, Order},
		{"numbers that changed places", "Opened 2 Of 3", "Opened 3 Of 2", None, ""},
		{"with a hidden character", "Booked\u200b Window Seat", "Window Seat Booked", High, VerbMoved},
		{"of another script", "занято место у окна", "место у окна занято", Medium, Order},
	})
}

// TestRuleFiveTypo: one word with a slip is one event, unless both words are used or one turns the other's meaning.
func TestRuleFiveTypo(t *testing.T) {
	holdRows(t, nil, []row{
		{"a letter left out", "Seat Reservd", "Seat Reserved", High, Typo},
		{"two swapped", "Seat Resevred", "Seat Reserved", High, Typo},
		{"two slips in a long word", "Notfication Dismised Later", "Notification Dismissed Later", None, ""},
		{"two slips in one long word", "Recomendaton Shown", "Recommendation Shown", High, Typo},
		{"two slips in a short word", "Saet Resrved", "Seat Reserved", None, ""},
		{"four letters, two of them swapped", "Saet Shown", "Seat Shown", High, Typo},
		{"both are words", "Ride Started", "Rider Started", None, ""},
		{"both are short words", "Seat Sold", "Seat Told", None, ""},
		{"a prefix that turns it", "Seat Reserved", "Seat Unreserved", None, ""},
		{"a number", "Seat 12a Reserved", "Seat 12b Reserved", None, ""},
		{"the slip holds a look-alike letter", "Seat Rеservd", "Seat Reserved", High, Typo},
		{"of another script", "место занятo", "место занято", High, Hidden},
	})
}

// TestRuleSixOneWordMore: a word that says little, a namespace, or a synonym is one event perhaps, and none where the
// plan draws the difference.
func TestRuleSixOneWordMore(t *testing.T) {
	holdRows(t, nil, []row{
		{"a filler", "Seat Map Screen Opened", "Seat Map Opened", Medium, ExtraWord},
		{"an article", "Opened The Map", "Opened Map", Medium, ExtraWord},
		{"two fillers", "Seat Map Screen Button Opened", "Seat Map Opened", None, ""},
		{"a word that says something", "Seat Map Opened", "Map Opened", None, ""},
		{"a synonym", "Map Shown", "Map Displayed", Medium, Synonym},
		{"a synonym in a look-alike", "Mаp Shown", "Map Displayed", Medium, Synonym},
		{"a negation", "Map Not Shown", "Map Shown", None, ""},
		{"a stage", "Map Shown Failed", "Map Shown", None, ""},
	})
	drawn := Learn([]string{
		"shop.map_opened", "shop.map_page_opened", "shop.list_opened", "shop.list_page_opened",
		"shop.seat_clicked", "shop.seat_tapped", "shop.row_clicked", "shop.row_tapped",
	})
	holdRows(t, drawn, []row{
		{"a filler that the plan means", "shop.cart_page_opened", "shop.cart_opened", None, ""},
		{"a synonym that the plan means", "shop.cart_tapped", "shop.cart_clicked", None, ""},
		{"another filler", "shop.cart_screen_opened", "shop.cart_opened", Medium, ExtraWord},
		{"the namespace of all", "cart_opened", "shop.cart_opened", Medium, ExtraWord},
	})
}
