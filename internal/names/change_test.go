package names

import (
	"testing"

	"pgregory.net/rapid"
)

func TestChangeSaysWhatManyNamesHaveInCommon(t *testing.T) {
	for _, c := range []struct {
		what  string
		pairs [][2]string
		want  string
	}{
		{"a word lost", [][2]string{{"Cart View Opened", "Cart Opened"}, {"View Menu Closed", "Menu Closed"}, {"Map View", "Map"}}, `without "view"`},
		{"a word lost and another way of writing", [][2]string{{"Cart View Opened", "cart_opened"}, {"View Menu Closed", "menu_closed"}, {"Map View", "map"}}, `without "view"`},
		{"a namespace gained", [][2]string{{"opened", "cart.opened"}, {"closed", "cart.closed"}, {"cleared", "cart.cleared"}}, `with "cart" added`},
		{"a word for another", [][2]string{{"Cart Clicked", "Cart Tapped"}, {"Menu Clicked", "menu_tapped"}, {"Clicked Map", "Tapped Map"}}, `with "tapped" for "clicked"`},
		{"another way of writing", [][2]string{{"Cart Opened", "cart_opened"}, {"Menu Closed", "menu_closed"}, {"Map Moved", "map_moved"}}, "in snake_case"},
		{"several ways of writing", [][2]string{{"Cart Opened", "cart_opened"}, {"Menu Closed", "menuClosed"}, {"Map Moved", "MAP MOVED"}}, "in other letters"},
		{"words moved", [][2]string{{"Cart Opened", "opened_cart"}, {"Menu Closed", "closed_menu"}, {"Map Moved", "moved_map"}}, "with the words in another order"},
		{"most of them", [][2]string{{"A View 1", "A 1"}, {"B View 1", "B 1"}, {"C View 1", "C 1"}, {"D View 1", "D 1"}, {"E Shown", "E Seen"}}, `without "view" (most of them)`},
		{"nothing in common", [][2]string{{"Cart Opened", "cart_opened"}, {"Menu Closed", "Menu Shut"}, {"Map Moved", "Moved Map"}}, ""},
		{"two are no pattern", [][2]string{{"Cart View", "Cart"}, {"Menu View", "Menu"}}, ""},
		{"names that share no word", [][2]string{{"Cart", "Basket"}, {"Menu", "List"}, {"Map", "Plan"}}, ""},
		{"a hostile word", [][2]string{{"a\x1b[31m x", "a x"}, {"b\x1b[31m x", "b x"}, {"c\x1b[31m x", "c x"}}, `without "31m"`},
		{"none", nil, ""},
	} {
		if got := Change(c.pairs); got != c.want {
			t.Errorf("%s: Change = %q, want %q", c.what, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		var pairs [][2]string
		for range rapid.IntRange(0, 5).Draw(t, "pairs") {
			pairs = append(pairs, [2]string{anyName().Draw(t, "old"), anyName().Draw(t, "new")})
		}
		if got := Change(pairs); Visible(got) != got && got != "" {
			t.Errorf("Change(%q) = %q, which hides something", pairs, got)
		}
	})
}

func TestDifference(t *testing.T) {
	for _, c := range []struct{ what, from, to, want string }{
		{"a word added", "Seat Opened", "seat_map_opened", `with "map" added`},
		{"a word swapped", "Seat Opened", "Seat Shown", `with "shown" for "opened"`},
		{"the same letters", "Seat Opened", "seat_opened", ""},
		{"nothing in common", "Seat Opened", "Ticket Bought", ""},
	} {
		if got := Difference(c.from, c.to); got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}
