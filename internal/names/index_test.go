package names

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/plumbline-audit/plumbline/internal/names/invented"
)

func TestNear(t *testing.T) {
	x := NewIndex([]string{
		"Order Completed", "order_completed", "Order Refunded", "Completed Order", "Orders Completed",
		"Order Compelted", "Order Completed Event", "Signup", "Signup v2", "👍", "👎", "Banner Clicked", "Order Completed",
	}, nil)
	for _, c := range []struct {
		what, name string
		want       []string
	}{
		{"every way of writing it, the surest first", "Order Completed", []string{
			"Completed Order", "Order Compelted", "Orders Completed",
			"order_completed", "Order Completed Event",
		}},
		{"a typo in a name of one word", "Singup", []string{"Signup"}},
		{"a synonym", "banner_tapped", []string{"Banner Clicked"}},
		{"signs alone", "👍 ", []string{"👍"}},
		{"nothing near", "Cart Viewed", nil},
		{"nothing at all", "", nil},
	} {
		var got []string
		for _, k := range x.Near(c.name) {
			got = append(got, k.Name)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: Near(%q) (-want +got):\n%s", c.what, c.name, d)
		}
	}
}

// TestPairsFindWhatComparingAllFinds is what makes the index safe to use in place of comparing all pairs.
func TestPairsFindWhatComparingAllFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfNDistinct(anyName(), 0, 25, rapid.ID).Draw(t, "names")
		v := Learn(list)
		var want []Pair
		for i, b := range list {
			for _, a := range list[:i] {
				if m := Compare(a, b, v); m.Level != None {
					want = append(want, Pair{a, b, m})
				}
			}
		}
		if d := cmp.Diff(want, Pairs(list, v)); d != "" {
			t.Errorf("Pairs(%q) (-comparing all +index):\n%s", list, d)
		}
	})
}

func TestABigBucketIsReadNotSkipped(t *testing.T) {
	var list []string
	for i := range 300 { // spellings of one name
		list = append(list, "Order"+strings.Repeat(" ", i+1)+"Completed")
	}
	for i := range 2000 { // names that share all words but one
		list = append(list, "Product "+word(i)+" Viewed")
	}
	list = append(list, "Product "+word(7)+" Veiwed")
	linked := map[string]bool{}
	for _, p := range Pairs(list, nil) {
		linked[p.A], linked[p.B] = true, true
	}
	for _, n := range list[:300] {
		if !linked[n] {
			t.Fatalf("%q has 299 twins and is in no pair", Short(Visible(n), 60))
		}
	}
	if !linked[list[len(list)-1]] {
		t.Errorf("the typo %q is in no pair", list[len(list)-1])
	}
	if near := NewIndex(list, nil).Near("order_completed"); len(near) != nearest {
		t.Errorf("Near found %d spellings, want the %d it may answer with", len(near), nearest)
	}
}

func TestHostileNamesAreQuick(t *testing.T) {
	long := strings.Repeat("Аbcа", 2500)
	list := []string{
		long, long + "x", strings.Repeat("a ", 5000), strings.Repeat("the page ", 1100), strings.Repeat("x", 10_000),
		strings.Repeat("\u0301", 5000), strings.Repeat("👨‍👩‍👧", 500), strings.Repeat("aB", 5000),
	}
	start := time.Now()
	v := Learn(list)
	Pairs(list, v)
	for _, a := range list {
		Compare(a, list[0], v)
		Similarity(a, list[1], v)
		Short(Mask(Visible(a)), 80)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("eight names of 10 kB took %v", took)
	}
}

// word is a made-up word, another for each number, far from all others.
func word(i int) string {
	syllables := []string{"ba", "ke", "mi", "to", "zu", "fra", "gle", "pri", "sno", "tru"}
	var s strings.Builder
	for n := i + 11; n > 0; n /= 10 {
		s.WriteString(syllables[n%10])
	}
	return s.String()
}

func TestASlipIsFoundAmongThousandsOfMadeUpWords(t *testing.T) {
	made := invented.OneWord(manyUnknown + 100)
	for _, c := range []struct {
		what string
		list []string
	}{
		{"the slip came later", append([]string{"Completed"}, append(made, "Compelted")...)},
		{"the slip came first", append([]string{"Compelted"}, append(made, "Completed")...)},
	} {
		got := Pairs(c.list, nil)
		want := []Pair{{c.list[0], c.list[len(c.list)-1], Match{High, Typo, "typo: Compelted"}}}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.what, d)
		}
	}
}

// TestCataloguesAreWhatTheySay is what makes the benchmarks mean something.
func TestCataloguesAreWhatTheySay(t *testing.T) {
	list := invented.Catalogue(5_000, 7)
	if n := len(Pairs(list, Learn(list))); n < 20 {
		t.Errorf("5,000 names as products have them hold %d pairs, want the twins that were put in", n)
	}
	for what, list := range map[string][]string{
		"as products have them": list, "one word shared": invented.SharedWord(5_000),
		"one word each": invented.OneWord(5_000), "spellings of one": invented.SameLetters(5_000),
	} {
		slices.Sort(list)
		if n := len(slices.Compact(list)); n != 5_000 {
			t.Errorf("%s: %d distinct names of 5,000", what, n)
		}
	}
	for _, n := range invented.Long(4) {
		if len(n) < 9_000 {
			t.Errorf("a long name has %d bytes", len(n))
		}
	}
}
