package names

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
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

// bigCatalogue is names as products have them: objects, qualifiers and verbs, one in a hundred bent or misspelled.
func bigCatalogue(size int) []string {
	verbs := []string{"Viewed", "Clicked", "Opened", "Closed", "Saved", "Deleted", "Shared", "Started", "Completed", "Failed"}
	list := make([]string, 0, size)
	for i := range size {
		n := word(i/100) + " " + word(i%97) + " " + verbs[i%10]
		if i%3 == 0 {
			n = word(i%61) + "_" + n
		}
		if i%100 == 99 {
			n = strings.ReplaceAll(list[i-1], " ", "_") + "s"
		}
		list = append(list, n)
	}
	return list
}

func BenchmarkPairs(b *testing.B) {
	for _, size := range []int{200, 10_000, 100_000} {
		list := bigCatalogue(size)
		b.Run(fmt.Sprint(size, " names"), func(b *testing.B) {
			for b.Loop() {
				v := Learn(nil)
				if len(Pairs(list, v)) == 0 {
					b.Fatal("no pair found")
				}
			}
		})
		b.Run(fmt.Sprint(size, " names, learned"), func(b *testing.B) {
			for b.Loop() {
				if len(Pairs(list, Learn(list))) == 0 {
					b.Fatal("no pair found")
				}
			}
		})
	}
}

func TestBigCatalogueHasDistinctNames(t *testing.T) {
	list := bigCatalogue(10_000)
	slices.Sort(list)
	if n := len(slices.Compact(list)); n < 9_000 {
		t.Errorf("the catalogue of the benchmark has %d distinct names of 10,000", n)
	}
}
