package diagnosis

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/internal/finding"
)

// burst is thirty events of a source that a release sent under other names.
func burst(k finding.Kind, source, old, young string) []finding.Finding {
	var out []finding.Finding
	for i := range 30 {
		out = append(out, of(k, fmt.Sprintf(old, i), related(fmt.Sprintf(young, i)), in(source), version("4.2.0"), rows(int64(100-i))))
	}
	return out
}

func TestABurstOfRenamesIsOneFindingThatSaysItsPattern(t *testing.T) {
	for _, c := range []struct {
		what  string
		found []finding.Finding
		want  map[string]int
	}{
		{"a word lost", burst(finding.Rename, "web", "Item %d View Opened", "Item %d Opened"), map[string]int{`30 events are now sent without "view"`: 30}},
		{"another way of writing", burst(finding.Rename, "web", "Item %d Opened", "item_%d_opened"), map[string]int{"30 events are now sent in snake_case": 30}},
		{"beside the old names", burst(finding.NearDuplicate, "web", "Item %d View Opened", "Item %d Opened"), map[string]int{`30 new names are known events without "view"`: 30}},
		{"nothing in common", []finding.Finding{
			of(finding.Rename, "A", related("B")), of(finding.Rename, "C", related("c d")), of(finding.Rename, "E F", related("F E")),
		}, map[string]int{"3 events are now sent under other names": 3}},
		{
			"in two sources: each has its own code to mend",
			append(burst(finding.Rename, "web", "Item %d View Opened", "Item %d Opened"), burst(finding.Rename, "ios", "Item %d View Opened", "Item %d Opened")...),
			map[string]int{`30 events are now sent without "view" in web`: 30, `30 events are now sent without "view" in ios`: 30},
		},
	} {
		got := map[string]int{}
		for _, f := range Fold(history(), c.found) {
			title := f.Title
			if len(c.want) > 1 {
				title += " in " + f.Subject.Source
			}
			got[title] = len(f.Members)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.what, diff)
		}
	}
}

func TestAPropertyUnderTwoNamesIsOneFindingForAllTables(t *testing.T) {
	twin := func(event, column string, change ...func(*finding.Finding)) finding.Finding {
		return of(finding.PropertyDuplicate, event, append([]func(*finding.Finding){property("orderId"), second(column)}, change...)...)
	}
	older := func(f *finding.Finding) { f.Older = true }
	got := map[string]int{}
	for _, f := range Fold(history(), []finding.Finding{
		twin("Paid", "orderid"), twin("Sent", "orderid", since(day+4), version("4.2.0")), twin("Kept", "orderid", in("ios")),
		twin("Left", "orderid", older), twin("Lost", "order_no"),
	}) {
		got[fmt.Sprintf("%s: %s", f.Subject.Source, f.Title)] = len(f.Members)
	}
	want := map[string]int{
		"web: orderId of 2 events is also sent as orderid": 2,
		`ios: property-duplicate of "Kept"`:                0,
		`web: property-duplicate of "Left"`:                0,
		`web: property-duplicate of "Lost"`:                0,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
