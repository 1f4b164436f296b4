package audit_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/testkit"
)

// begun is a warehouse in which a schema began on a day: what was before is not there.
type begun struct {
	*testkit.Warehouse
	began landed.Day
}

func (w begun) Gather(ctx context.Context, req landed.Request) (landed.Snapshot, error) {
	s, err := w.Warehouse.Gather(ctx, req)
	if !s.Span.Empty() && s.Span.First < w.began {
		s.Cut(landed.Span{First: w.began, Last: s.Span.Last})
	}
	return s, err
}

// A schema that is gone is remembered: its days become those of the one that followed it, once and for all.
func TestEarlierSchemaIsRemembered(t *testing.T) {
	for _, c := range []struct {
		name   string
		unseen landed.Day // days between that nobody saw
		known  bool
	}{
		{"to the day", 0, true},
		{"some days went unseen", 5, true},
		{"too many went unseen", 20, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := open(t, nil, calm(testkit.NewFacts("web", span())).Landing(2))
			old := w.job.Sources[0].Source
			w.night(first())

			began := first() + c.unseen
			w.auditor.Warehouse = begun{w.wh, began}
			w.job.Sources[0].Fingerprint = "another schema"
			w.job.Sources[0].Earlier = []landed.Source{old}
			total := w.wh.Facts["web"].Total()
			for _, morning := range []landed.Day{began + 2, began + 3} {
				got := w.night(morning).Landed["web"]
				if diff := cmp.Diff(c.known, got.Total()[first()-30-got.Span.First] > 0); diff != "" {
					t.Fatalf("audit of %s: -want +got:\n%s", morning, diff)
				}
				if !c.known {
					continue
				}
				for d := first() - 30; d < morning; d++ {
					want := total[d-span().First]
					if d >= first() && d < began {
						want = 0
					}
					if n := got.Total()[d-got.Span.First]; n != want {
						t.Errorf("audit of %s: %s has %d rows, want %d", morning, d, n, want)
					}
				}
				for _, e := range got.Events {
					if seen := len(e.Unseen) == 0; seen != (c.unseen == 0) {
						t.Errorf("audit of %s: %s is unseen on %v", morning, e.Name, e.Unseen)
					}
				}
			}
			if n := w.read().Counts.Len(); n > 4+int(c.unseen) {
				t.Errorf("the second night read %d days again", n)
			}
		})
	}
}

// A schedule says when a morning's audit runs; a source whose day has not begun by then is a day behind.
func TestMorningOfASchedule(t *testing.T) {
	ios := calm(testkit.NewFacts("ios", span())).Landing(0)
	ios.Source.Zone = "America/Los_Angeles"
	w := open(t, nil, calm(testkit.NewFacts("web", span())).Landing(0), ios)
	at := func(d landed.Day) (time.Time, bool) { return d.Time().Add(2 * time.Hour), d != first()+1 }
	for _, c := range []struct {
		name     string
		morning  landed.Day
		loaded   time.Duration
		web, ios landed.Day
	}{
		{"at the schedule's hour", first(), 2 * time.Hour, first() - 1, first() - 2},
		{"on a day without one at a quarter past four of each zone", first() + 1, 4*time.Hour + 15*time.Minute, first(), first()},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := w.night(c.morning, func(j *audit.Job) { j.AsOf, j.Morning = c.morning, at })
			last := map[string]landed.Day{}
			for _, s := range r.Header.Sources {
				last[s.Name] = s.Last
			}
			if diff := cmp.Diff(map[string]landed.Day{"web": c.web, "ios": c.ios}, last); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if got := w.wh.Requests[0].LoadedBy; !got.Equal(c.morning.Time().Add(c.loaded)) {
				t.Errorf("web is read as of %s", got)
			}
		})
	}
}
