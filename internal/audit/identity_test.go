package audit_test

import (
	"slices"
	"testing"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/testkit"
)

// web is a source with calm events and what a test adds.
func web(add func(f *testkit.Facts)) *testkit.Facts {
	f := calm(testkit.NewFacts("web", span()))
	if add != nil {
		add(f)
	}
	return f.Landing(2)
}

func TestADropThatBecomesAStopIsOneFinding(t *testing.T) {
	d := first()
	w := open(t, planned("h", calmNames("Order Placed")...), web(func(f *testkit.Facts) {
		f.Event("Order Placed", "order_placed", 500, func(x landed.Day, rows float64) float64 {
			switch {
			case x >= d:
				return 0
			case x >= d-2:
				return rows * .3
			}
			return rows
		})
	}))
	drop := find(t, w.night(d), finding.VolumeDrop, "Order Placed")
	if drop.Change != incident.Opened || drop.Finding.Since != d-2 {
		t.Errorf("opened as %s since %s", drop.Change, drop.Finding.Since)
	}
	r := w.night(d + 1)
	for n := landed.Day(2); n < 5; n++ {
		if _, ok := lookup(r, finding.EventStopped, "Order Placed"); ok {
			break
		}
		r = w.night(d + n)
	}
	stop := find(t, r, finding.EventStopped, "Order Placed")
	if stop.ID != drop.ID || stop.Change == incident.Opened {
		t.Errorf("the drop was %s, the stop is %s %s", drop.ID, stop.Change, stop.ID)
	}
	if _, ok := lookup(r, finding.VolumeDrop, "Order Placed"); ok {
		t.Errorf("it is told twice: %s", said(r))
	}
}

// twin is an event that a share of the clients sends under another spelling.
func twin(share func(landed.Day) float64) *testkit.Facts {
	return web(func(f *testkit.Facts) {
		f.Event("Order Placed", "order_placed", 500, func(x landed.Day, rows float64) float64 { return rows * (1 - share(x)) }).
			Event("order_placed", "order_placed", 500, func(x landed.Day, rows float64) float64 { return rows * share(x) })
	})
}

func TestATwinThatBecomesARenameIsOneFinding(t *testing.T) {
	d := first()
	w := open(t, planned("h", calmNames("Order Placed")...), twin(func(x landed.Day) float64 {
		switch {
		case x >= d:
			return .95
		case x >= d-3:
			return .04
		}
		return 0
	}))
	near := find(t, w.night(d), finding.NearDuplicate, "Order Placed")
	r := w.night(d + 1)
	for n := landed.Day(2); n < 10; n++ {
		if _, ok := lookup(r, finding.Rename, "Order Placed"); ok {
			break
		}
		r = w.night(d + n)
	}
	rename := find(t, r, finding.Rename, "Order Placed")
	if rename.ID != near.ID || rename.Change == incident.Opened || !rename.Opened.Equal(near.Opened) {
		t.Errorf("the twin was %s of %s, the rename is %s %s of %s", near.ID, near.Opened, rename.Change, rename.ID, rename.Opened)
	}
}

func TestARenameThatIsRevertedAndComesAgain(t *testing.T) {
	d := first()
	w := open(t, planned("h", calmNames("Order Placed")...), twin(func(x landed.Day) float64 {
		if days(d-4, d).Has(x) || x >= d+12 {
			return .97
		}
		return 0
	}))
	rename := find(t, w.night(d), finding.Rename, "Order Placed")
	var resolved, again landed.Day
	for n := landed.Day(1); n < 20; n++ {
		r := w.night(d + n)
		for _, f := range r.Findings {
			if f.Finding.Subject.Event != "Order Placed" || f.Finding.Kind.Family() != "name" {
				continue
			}
			if f.ID != rename.ID {
				t.Fatalf("on night %d it is %s, it was %s", n, f.ID, rename.ID)
			}
			switch f.Change {
			case incident.Resolved:
				if resolved != 0 {
					t.Errorf("resolved twice, on night %d again", n)
				}
				resolved = d + n
				if f.Status != incident.ResolvedAway || f.Finding.Ongoing {
					t.Errorf("resolved with status %s, ongoing %v", f.Status, f.Finding.Ongoing)
				}
				if want := `"Order Placed" is sent under its name again`; f.Finding.Ended != want {
					t.Errorf("it ended as %q, want %q", f.Finding.Ended, want)
				}
			case incident.Reopened:
				again = d + n
			case incident.Opened:
				t.Errorf("night %d opened it anew", n)
			case incident.Worsened, incident.Continued, incident.Merged, incident.Unseen:
			}
		}
	}
	if resolved != d+2 {
		t.Errorf("resolved on the morning of %s, taken back on %s", resolved, d+1)
	}
	if again != d+13 {
		t.Errorf("reopened on the morning of %s, it came again on %s", again, d+12)
	}
}

func TestADropBehindARenameIsMergedNotResolved(t *testing.T) {
	d := first()
	w := open(t, planned("h", calmNames("Order Placed")...), web(func(f *testkit.Facts) {
		f.Event("Order Placed", "order_placed", 500, from(d-1, .1)).
			Event("order_placed", "order_placed", 500, func(x landed.Day, rows float64) float64 {
				switch {
				case x >= d:
					return rows * .9
				case x == d-1:
					return 2 // too few to say anything on the first night
				}
				return 0
			})
	}))
	r := w.night(d)
	drop, ok := lookup(r, finding.VolumeDrop, "Order Placed")
	if !ok {
		drop = find(t, r, finding.EventStopped, "Order Placed")
	}
	r = w.night(d + 1)
	rename := find(t, r, finding.Rename, "Order Placed")
	if !slices.Contains(rename.Explains, drop.ID) {
		t.Errorf("%s explains %v, and not the drop %s", rename.ID, rename.Explains, drop.ID)
	}
	for _, c := range r.Changes {
		if c.Incident.ID == drop.ID && c.Kind != incident.Merged {
			t.Errorf("the drop is %s", c.Kind)
		}
	}
	for _, f := range r.Findings {
		if f.ID == drop.ID {
			t.Errorf("the drop is still told: %s", said(r))
		}
	}
	for _, i := range w.incidents() {
		if i.ID == drop.ID && (!i.Standing() || i.Into == "") {
			t.Errorf("in the state the drop stands %v, in %q", i.Standing(), i.Into)
		}
	}
}
