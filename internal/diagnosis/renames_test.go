package diagnosis

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

func joint(name string) func(*finding.Finding) {
	return func(f *finding.Finding) { f.Joint = name }
}

func TestRenamesTogetherAreOneFinding(t *testing.T) {
	for _, test := range []struct {
		name  string
		found []finding.Finding
		title string
		rows  int64
	}{
		{"one became two", []finding.Finding{
			of(finding.Rename, "A", related("B"), joint("split A")), of(finding.Rename, "A", related("C"), joint("split A"), rows(60)),
		}, `"A" is now sent as "B" and "C"`, 160},
		{"two became one, whose rows count once", []finding.Finding{
			of(finding.Rename, "A", related("C"), joint("merge C")), of(finding.Rename, "B", related("C"), joint("merge C")),
		}, `"A" and "B" are now sent as "C"`, 100},
		{"each its own", []finding.Finding{
			of(finding.Rename, "A", related("B")), of(finding.Rename, "C", related("D")),
		}, "2 events are now sent under other names", 200},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := Fold(history(), test.found)
			if len(got) != 1 || len(got[0].Members) != 2 || got[0].Title != test.title || got[0].Rows != test.rows {
				t.Errorf("%v, %q, %d rows", told(got, test.found), got[0].Title, got[0].Rows)
			}
		})
	}
}

func TestTwoExplanationsOfOneNameAreRivals(t *testing.T) {
	got := Fold(history(), []finding.Finding{
		of(finding.Rename, "A", related("C"), joint("merge C")), of(finding.Rename, "B", related("C")),
	})
	if len(got) != 1 || got[0].Title == `"A" and "B" are now sent as "C"` {
		t.Errorf("%v", told(got, got))
	}
}

func TestHowARenameEnded(t *testing.T) {
	const last = 59
	series := func(before, during, after int64) []int64 {
		y := make([]int64, last+1)
		for d := range y {
			switch {
			case d < 40:
				y[d] = before
			case d < 50:
				y[d] = during
			default:
				y[d] = after
			}
		}
		return y
	}
	world := func(events map[string][]int64) landed.Snapshot {
		s := landed.Snapshot{Source: landed.Source{Name: "web"}, Span: landed.Span{First: day - 40, Last: day + 19}}
		for name, y := range events {
			s.Events = append(s.Events, landed.Event{Name: name, Cells: []landed.Cell{{Daily: y}}})
		}
		return s
	}
	pair := of(finding.Rename, "Purchase Completed", related("purchase_completed"))
	both := pair
	both.Members = []finding.Finding{pair, of(finding.Rename, "Cart Viewed", related("cart_viewed"))}
	for name, test := range map[string]struct {
		f      finding.Finding
		events map[string][]int64
		want   string
	}{
		"it was taken back": {
			pair,
			map[string][]int64{"Purchase Completed": series(200, 3, 190), "purchase_completed": series(0, 200, 0)},
			`"Purchase Completed" is sent under its name again`,
		},
		"nobody sends either": {
			pair,
			map[string][]int64{"Purchase Completed": series(200, 3, 2), "purchase_completed": series(0, 200, 0)},
			`"purchase_completed" is no longer sent, and "Purchase Completed" did not come back`,
		},
		"it still comes, and was planned": {
			pair, map[string][]int64{"Purchase Completed": series(200, 3, 2), "purchase_completed": series(0, 200, 200)}, "",
		},
		"two were taken back": {
			both,
			map[string][]int64{
				"Purchase Completed": series(200, 3, 190), "purchase_completed": series(0, 200, 0), "Cart Viewed": series(90, 0, 90), "cart_viewed": series(0, 90, 0),
			},
			`"Purchase Completed" and "Cart Viewed" are sent under their names again`,
		},
		"one of two was": {
			both,
			map[string][]int64{
				"Purchase Completed": series(200, 3, 190), "purchase_completed": series(0, 200, 0), "Cart Viewed": series(90, 0, 0), "cart_viewed": series(0, 90, 0),
			},
			`"purchase_completed" and "cart_viewed" are no longer sent, and "Purchase Completed" and "Cart Viewed" did not all come back`,
		},
		"another kind": {of(finding.VolumeDrop, "Purchase Completed"), nil, ""},
	} {
		if diff := cmp.Diff(test.want, Ended(test.f, world(test.events), day+19)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestARenameSaysWhoIsNotAffected(t *testing.T) {
	all := history()
	for i, name := range []string{"web", "ios", "server", "android"} {
		y := make([]int64, all[0].Span.Len())
		if name != "android" {
			y[len(y)-2] = 5
		} else {
			y[3] = 5 // long ago
		}
		if i >= len(all) {
			all = append(all, landed.Snapshot{Source: landed.Source{Name: name}, Span: all[0].Span})
		}
		all[i].Events = []landed.Event{{Name: "A", Cells: []landed.Cell{{Daily: y}}}}
	}
	said := func(found ...finding.Finding) string {
		for _, f := range Fold(all, found) {
			for _, e := range f.Evidence {
				if e.Label == "elsewhere" && f.Subject.Source == "web" {
					return e.Value
				}
			}
		}
		return ""
	}
	if got, want := said(of(finding.Rename, "A", related("B"))), "ios and server send it as before"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := said(of(finding.Rename, "A", related("B")), of(finding.Rename, "A", related("C"), in("ios"))), "server sends it as before"; got != want {
		t.Errorf("renamed in two sources: %q, want %q", got, want)
	}
	if got := said(of(finding.NearDuplicate, "A", related("B"))); got != "" {
		t.Errorf("two spellings side by side: %q", got)
	}
}
