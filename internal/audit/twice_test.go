package audit_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/diagnosis"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
	"github.com/plumbline-audit/plumbline/internal/testkit"
)

// twice is a source that counts every order twice on some days, and a warehouse that says so when it is asked.
func twice(t *testing.T, span landed.Span) *world {
	t.Helper()
	p := planned("h", calmNames("Order Placed")...)
	p.Events[len(p.Events)-1].Properties = []plan.Property{{Name: "orderId"}}
	w := open(t, p, web(func(f *testkit.Facts) {
		f.Event("Order Placed", "order_placed", 200, func(d landed.Day, rows float64) float64 {
			if span.Has(d) {
				return 2 * rows
			}
			return rows
		}).Column("order_placed", "order_id", nil)
	}))
	w.wh.Answer = func(q landed.Question) landed.Answer {
		r, ok := q.(landed.Repeats)
		if !ok || r.Event != "Order Placed" {
			return nil
		}
		snap := w.wh.Facts["web"]
		var out landed.Answer
		for i, n := range snap.Daily("Order Placed", "order_placed", landed.Track) {
			d := snap.Span.First + landed.Day(i)
			again := 0.0
			if span.Has(d) {
				again = float64(n / 2)
			}
			if r.Span.Has(d) {
				out = append(out, landed.Row{N: []float64{float64(d), float64(n), float64(n), again, again, again, float64(d.Time().Unix() + 61), float64(d.Time().Unix() + 61), again}})
			}
		}
		return out
	}
	return w
}

// One event fired twice is one finding: not also a surge while it goes on, and no fall of what was counted twice when it
// ends.
func TestOneEventFiredTwiceIsOneFinding(t *testing.T) {
	d := first()
	w := twice(t, days(d-2, d+6))
	var id string
	for night := d; night <= d+14; night++ {
		r := w.night(night)
		var open []string
		for _, f := range r.Findings {
			if f.Change != incident.Resolved {
				open = append(open, string(f.Finding.Kind)+" "+f.Finding.Subject.Event+" "+f.ID)
			}
		}
		if night >= d+8 {
			if len(open) > 0 {
				t.Errorf("the night of %s, when each order counts once again: %v", night, open)
			}
			continue
		}
		f := find(t, r, finding.DoubleTracking, "Order Placed")
		if id == "" {
			id = f.ID
		}
		if diff := cmp.Diff([]string{"double-tracking Order Placed " + id}, open); diff != "" {
			t.Errorf("the night of %s: %s", night, diff)
		}
		if f.Finding.Since != d-2 || !f.Finding.SinceTime.Equal((d - 2).Time().Add(60e9)) {
			t.Errorf("it began %s at %s", f.Finding.Since, f.Finding.SinceTime)
		}
	}
}

// What people say is unique reaches the check by the first rule about the event, and no other event.
func TestUniqueReachesTheCheck(t *testing.T) {
	d := first()
	w := twice(t, landed.NoSpan)
	w.night(d)
	for name, c := range map[string]struct {
		rules []diagnosis.Override
		want  string // the column that is asked about; "" is no question
	}{
		"nobody said anything":          {nil, ""},
		"of this event":                 {[]diagnosis.Override{{Events: []string{"Order *"}, Unique: "order_id"}}, "order_id"},
		"of this event elsewhere":       {[]diagnosis.Override{{Events: []string{"Order *"}, Sources: []string{"ios"}, Unique: "order_id"}}, ""},
		"as the plan spells it":         {[]diagnosis.Override{{Unique: "orderId"}}, "order_id"},
		"the first rule that fits wins": {[]diagnosis.Override{{Events: []string{"Order Placed"}, Owner: "@shop"}, {Unique: "order_id"}}, ""},
		"of a property that it has not": {[]diagnosis.Override{{Events: []string{"Order *"}, Unique: "cart_id"}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := w.night(d, func(j *audit.Job) { j.Rules.Events = c.rules })
			got := ""
			for _, q := range w.wh.Asked {
				if q, ok := q.(landed.Repeats); ok && q.Event == "Order Placed" {
					got = q.Column
				}
			}
			if got != c.want {
				t.Errorf("asked about %q, want %q", got, c.want)
			}
			unknown := false
			for _, u := range r.Header.Unjudged {
				unknown = unknown || u.Check == finding.DoubleTracking && u.Subject.Event == "Order Placed"
			}
			if wrong := c.rules != nil && c.rules[0].Unique == "cart_id"; unknown != wrong {
				t.Errorf("said that no such property has landed: %v, want %v", unknown, wrong)
			}
		})
	}
}
