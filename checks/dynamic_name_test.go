package checks

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
)

// lands lets a name land some rows on each of the given days of the input's history.
func lands(in *Input, name string, s landed.Slice, rows int64, days ...int) {
	daily := make([]int64, in.Landed.Span.Len())
	for _, d := range days {
		daily[d] = rows
	}
	in.Landed.Events = append(in.Landed.Events, landed.Event{
		Name: name, Table: fmt.Sprintf("t%d", len(in.Landed.Events)), Cells: []landed.Cell{{Slice: s, Daily: daily}},
	})
}

// manyNames is a quiet source with n names of products, new ones on each of the last ten days, and m names of nonsense
// in the last three.
func manyNames(n, m int) Input {
	r := rand.New(rand.NewPCG(7, 7))
	in := quietSource(r)
	days := in.Landed.Span.Len()
	for i := range n {
		lands(&in, fmt.Sprintf("Viewed Product %d", 10000+7*i), landed.Slice{AppVersion: "2.0"}, 1+int64(i%3), days-1-i%10)
	}
	for i := range m {
		name := make([]byte, 12)
		for k := range name {
			name[k] = "aeioubcdfglmnprst "[r.IntN(18)]
		}
		lands(&in, "q"+string(name)+"z", landed.Slice{Library: "python"}, 1, days-1-i%3)
	}
	slices.SortFunc(in.Landed.Events, func(a, b landed.Event) int { return cmp.Compare(a.Name, b.Name) })
	return in
}

// TestDynamicNamesStayOneFinding judges night after night: each brings new names, and they are the finding of the night
// before, which began on the same day and has more rows.
func TestDynamicNamesStayOneFinding(t *testing.T) {
	in := manyNames(400, 300)
	c, err := newDynamicName(defaults{})
	if err != nil {
		t.Fatal(err)
	}
	type told struct {
		Key   finding.Key
		Since landed.Day
	}
	var before []told
	rows := map[finding.Key]int64{}
	for in.Last -= 5; in.Last < in.Landed.Span.Last; in.Last++ {
		var now []told
		for _, f := range c.Run(in).Findings {
			now = append(now, told{f.Key(), f.Since})
			if f.Rows <= rows[f.Key()] && f.Subject.Event != "{text}" {
				t.Errorf("%s: %d rows on %s and %d the night before", f.Title, f.Rows, in.Last, rows[f.Key()])
			}
			rows[f.Key()] = f.Rows
		}
		for _, b := range before {
			if !slices.Contains(now, b) {
				t.Errorf("%s: what was told the night before is told otherwise: %v, now %v", in.Last, before, now)
			}
		}
		before = now
	}
	if len(before) != 2 {
		t.Errorf("the last night told %d findings, want the products and the flood", len(before))
	}
}

// TestDynamicNamesAreOneCause runs every check over a source with many such names: nothing but their own two findings
// is said, and what is said of the rest of the source stays as it was.
func TestDynamicNamesAreOneCause(t *testing.T) {
	said := func(in Input) []string {
		var out []string
		for _, f := range everyCheck(t, []Input{in}).Findings {
			if f.Kind != finding.DynamicName {
				out = append(out, f.Title)
			}
		}
		return out
	}
	if diff := gocmp.Diff(said(manyNames(0, 0)), said(manyNames(400, 300))); diff != "" {
		t.Errorf("names that carry data change what is said of others (- without, + with)\n%s", diff)
	}
}

// TestSettingsOfDynamicName refuses settings that would find everything or nothing.
func TestSettingsOfDynamicName(t *testing.T) {
	for _, c := range []struct{ what, settings, want string }{
		{"too few names", "min_names: 2", "min_names is 2, but must be at least 3"},
		{"too small a flood", "flood_names: 9", "flood_names is 9, but must be at least 10"},
		{"no share", "loud_share: 0", "loud_share is 0, but must be above 0 and at most 1"},
		{"more than all", "loud_share: 2", "loud_share is 2, but must be above 0 and at most 1"},
	} {
		t.Run(c.what, func(t *testing.T) {
			if _, err := newDynamicName(yamlSettings(c.settings)); err == nil || err.Error() != c.want {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

// manyEvents is a quiet source with n events of its own, large and small, all of them planned.
func manyEvents(n int) Input {
	r := rand.New(rand.NewPCG(7, 7))
	in := quietSource(r)
	verbs := []string{"Opened", "Closed", "Viewed", "Shared", "Sorted", "Saved", "Copied", "Moved", "Rated", "Printed", "Sent", "Started"}
	syllables := []string{"ba", "ce", "di", "fo", "gu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "zu"}
	for i := range n {
		word := syllables[i%15] + syllables[i/15%15] + syllables[i/225%15] + syllables[i/3375%15]
		name := strings.ToUpper(word[:1]) + word[1:] + " " + verbs[r.IntN(len(verbs))]
		daily := make([]int64, in.Landed.Span.Len())
		mean := 3000 / float64(1+i)
		for d := range daily {
			daily[d] = int64(math.Max(0, math.Round(2+mean+math.Sqrt(2+mean)*r.NormFloat64())))
		}
		in.Landed.Events = append(in.Landed.Events, landed.Event{
			Name: name, Table: fmt.Sprintf("t%d", i), Cells: []landed.Cell{{Slice: landed.Slice{AppVersion: "1.0"}, Daily: daily}},
		})
		in.Plan.Events = append(in.Plan.Events, plan.Event{Name: name, Call: "track"})
	}
	slices.SortFunc(in.Landed.Events, func(a, b landed.Event) int { return cmp.Compare(a.Name, b.Name) })
	return in
}

func BenchmarkEveryCheckOfManyEvents(b *testing.B) {
	for _, n := range []int{750, 1500, 3000} {
		in := manyEvents(n)
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				everyCheck(b, []Input{in})
			}
		})
	}
}

func BenchmarkEveryCheckOfManyNames(b *testing.B) {
	for _, n := range []int{300, 3000, 10000} {
		for what, in := range map[string]Input{"products": manyNames(n, 0), "nonsense": manyNames(0, n)} {
			b.Run(fmt.Sprint(n, " ", what), func(b *testing.B) {
				for b.Loop() {
					everyCheck(b, []Input{in})
				}
			})
		}
	}
}
