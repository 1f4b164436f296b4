package audit_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/testkit"
)

// TestNamesThatTurnOutToCarryDataAreOneFinding begins with two products a night, which are two new events, and goes on
// until they are a pattern: that takes the events' findings over, keeps its id, and no table of a product is profiled.
func TestNamesThatTurnOutToCarryDataAreOneFinding(t *testing.T) {
	d := first()
	w := open(t, planned("h", calmNames()...), web(func(f *testkit.Facts) {
		for i := range landed.Day(20) {
			for k := range landed.Day(2) {
				id := strconv.Itoa(48000 + 100*int(i) + int(k))
				f.Event("Viewed Product "+id, "viewed_product_"+id, 30, func(x landed.Day, _ float64) float64 {
					return within(days(d-1+i, d-1+i))(x, 30)
				})
			}
		}
		for i := range 40 {
			id := strconv.Itoa(48000 + 100*(i/2) + i%2)
			f.Column("viewed_product_"+id, "id", nil)
		}
	}))
	const pattern = "Viewed Product {number}"
	one := find(t, w.night(d), finding.UnplannedEvent, "Viewed Product 48000")
	if len(one.Finding.Members) != 2 {
		t.Errorf("the first night told %d new events, want both as one finding", len(one.Finding.Members))
	}
	w.night(d + 1)
	r := w.night(d + 2)
	whole := find(t, r, finding.DynamicName, pattern)
	if whole.Finding.Since != d-1 || whole.Finding.Rows != 180 {
		t.Errorf("it began on %s with %d rows, want %s and 180", whole.Finding.Since, whole.Finding.Rows, d-1)
	}
	for _, f := range r.Findings {
		if f.Finding.Kind == finding.UnplannedEvent {
			t.Errorf("it is told beside the pattern: %s", said(r))
		}
	}
	for _, i := range w.incidents() {
		if i.ID == one.ID && i.Into != whole.Finding.Key() {
			t.Errorf("the first events' finding is not part of the pattern: closed %s, into %q", i.Closed, i.Into)
		}
	}
	for night := d + 3; night < d+8; night++ {
		again := find(t, w.night(night), finding.DynamicName, pattern)
		if again.ID != whole.ID || again.Change != incident.Continued {
			t.Errorf("%s: %s %s, want %s to go on", night, again.ID, again.Change, whole.ID)
		}
		for table := range w.read().Profiles {
			if strings.HasPrefix(table, "viewed_product_") {
				t.Errorf("%s: %s is profiled, and no check looks into it", night, table)
			}
		}
	}
}
