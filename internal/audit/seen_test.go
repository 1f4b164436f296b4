package audit_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/testkit"
)

// troubled is a source with one trouble of each sort since three days; from day healed on it has none.
func troubled(source string, healed landed.Day) *testkit.Facts {
	d := first()
	during := func(share float64) func(landed.Day, float64) float64 {
		return func(x landed.Day, rows float64) float64 {
			if x >= d-3 && x < healed {
				return rows * share
			}
			return rows
		}
	}
	only := within(days(d-3, healed-1))
	return calm(testkit.NewFacts(source, span())).
		Event("Order Placed", "order_placed", 500, during(.2)).
		Event("Trial Begun", "trial_begun", 300, during(0)).
		Event("page_read", "page_read", 60, only).
		Event("Mystery", "mystery", 80, only).
		Landing(2).
		Column("signed_in", "method", func(x landed.Day) map[string]float64 {
			if x >= d-3 && x < healed {
				return map[string]float64{"email": .6, "fax": .4}
			}
			return map[string]float64{"email": 1}
		})
}

// troubledWorld is two such sources after their first audit.
func troubledWorld(t tb, healed landed.Day) *world {
	t.Helper()
	p := enumerated("email")
	p.Events = append(p.Events, planned("", "Order Placed", "Trial Begun", "Ghost").Events...)
	w := newWorld(t, p, troubled("web", healed), troubled("server", healed))
	r := w.night(first())
	for _, want := range []struct {
		kind  finding.Kind
		event string
	}{
		{finding.VolumeDrop, "Order Placed"},
		{finding.EventStopped, "Trial Begun"},
		{finding.NearDuplicate, "Page Read"},
		{finding.UnplannedEvent, "Mystery"},
		{finding.InvalidValue, "Signed In"},
		{finding.NeverSeen, "Ghost"},
	} {
		find(t, r, want.kind, want.event)
	}
	return w
}

// scope is what a second audit looks at.
type scope struct {
	sources []string
	kinds   []finding.Kind
	gaps    map[string]string // by source: the table that cannot be read, or tracks for all of it
	failing string
	replay  bool
	again   bool // the same morning
}

func drawScope(t *rapid.T) scope {
	s := scope{
		sources: rapid.SampledFrom([][]string{nil, nil, {"web"}, {"server"}}).Draw(t, "--source"),
		kinds: rapid.SampledFrom([][]finding.Kind{
			nil, nil, nil, {finding.EventStopped}, {finding.NearDuplicate, finding.Rename}, {finding.NeverSeen}, {finding.InvalidValue, finding.UnplannedEvent},
		}).Draw(t, "--check"),
		gaps: map[string]string{},
	}
	for _, source := range []string{"web", "server"} {
		if table := rapid.SampledFrom([]string{"", "", "", "tracks", "order_placed", "signed_in", "trial_begun"}).Draw(t, source+" cannot read"); table != "" {
			s.gaps[source] = table
		}
	}
	s.failing = rapid.SampledFrom([]string{"", "", "", "web"}).Draw(t, "fails")
	when := rapid.IntRange(0, 5).Draw(t, "morning")
	s.replay, s.again = when == 0, when == 1
	return s
}

// covers says whether an audit of the scope could have found the incident again.
func (s scope) covers(i incident.Incident) bool {
	f := i.Finding
	if s.replay || s.again || len(s.kinds) > 0 && !slices.Contains(s.kinds, f.Kind) {
		return false
	}
	if f.Subject.Source == "" { // planned, and landed in no source: only an audit of all can say
		return len(s.sources) == 0 && s.failing == "" && len(s.gaps) == 0
	}
	if len(s.sources) > 0 && !slices.Contains(s.sources, f.Subject.Source) || f.Subject.Source == s.failing {
		return false
	}
	tables := map[string]string{"Order Placed": "order_placed", "Signed In": "signed_in", "Trial Begun": "trial_begun"}
	gap := s.gaps[f.Subject.Source]
	return gap == "" || gap != "tracks" && gap != tables[f.Subject.Event]
}

func TestAnAuditChangesOnlyWhatItLookedAt(t *testing.T) {
	resolved, kept := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		s := drawScope(t)
		if s.failing != "" && slices.Equal(s.sources, []string{s.failing}) {
			s.failing = "" // an audit of which nothing can be known is an error, and no audit
		}
		healed := first() + landed.Day(rapid.SampledFrom([]int{0, 60}).Draw(t, "healed"))
		w := troubledWorld(t, healed)
		defer func() { _ = w.store.Close() }()
		before := w.incidents()
		facts := w.dump()
		for source, table := range s.gaps {
			w.wh.Gaps[source] = []landed.Gap{{Kind: landed.Counts, Table: table, Span: days(first()-3, first()+3), Why: "permission denied"}}
			if table != "tracks" {
				w.wh.Gaps[source] = append(w.wh.Gaps[source], landed.Gap{Kind: landed.Profiles, Table: table, Why: "permission denied"})
			}
		}
		if s.failing != "" {
			w.wh.Errors[s.failing] = errors.New("connection lost")
		}
		w.night(map[bool]landed.Day{true: first(), false: first() + 1}[s.again], func(j *audit.Job) {
			j.Kinds = s.kinds
			if s.replay {
				j.AsOf = first() - landed.Day(rapid.IntRange(1, 20).Draw(t, "--as-of"))
			}
			if len(s.sources) > 0 {
				j.Subset = true
				j.Sources = slices.DeleteFunc(slices.Clone(j.Sources), func(x audit.Source) bool { return !slices.Contains(s.sources, x.Name) })
			}
		})
		after := map[finding.Key]incident.Incident{}
		for _, i := range w.incidents() {
			after[i.Key] = i
		}
		for _, i := range before {
			now := after[i.Key]
			if s.covers(i) {
				if !now.Standing() {
					resolved++
				}
				continue
			}
			kept++
			if table := s.gaps[i.Finding.Subject.Source]; (s.again || table != "" && table != "tracks") && now.Standing() && now.ID == i.ID && now.Closed.Equal(i.Closed) {
				continue // found again in what is remembered: that resolves nothing
			}
			if diff := cmp.Diff(i, now); diff != "" {
				t.Fatalf("%s %s of %q in %s was not looked at and changed: %s", i.ID, i.Finding.Kind, i.Finding.Subject.Event, i.Finding.Subject.Source, diff)
			}
		}
		if s.replay {
			if diff := cmp.Diff(facts, w.dump()); diff != "" {
				t.Fatalf("a look back changed the state: %s", diff)
			}
		}
	})
	if resolved == 0 || kept == 0 {
		t.Errorf("%d incidents were resolved and %d were not looked at: the property says nothing", resolved, kept)
	}
}

// dump is everything that a state knows and an audit may write.
func (w *world) dump() any {
	w.t.Helper()
	ctx := context.Background()
	var sources []landed.Source
	for _, s := range w.job.Sources {
		sources = append(sources, s.Source)
	}
	mem, err := w.store.Load(ctx, sources, 0)
	if err != nil {
		w.t.Fatal(err)
	}
	audits, err := w.store.Audits(ctx, 100)
	if err != nil {
		w.t.Fatal(err)
	}
	return struct {
		Memory    audit.Memory
		Audits    []audit.Header
		Incidents []incident.Incident
	}{mem, audits, w.incidents()}
}

func TestWhatIsMendedIsResolvedTheNextNight(t *testing.T) {
	w := troubledWorld(t, first())
	defer func() { _ = w.store.Close() }()
	r := w.night(first() + 1)
	for _, event := range []string{"Trial Begun", "Signed In"} {
		for _, i := range w.incidents() {
			if i.Finding.Subject.Event == event && i.Finding.Subject.Source == "web" && i.Standing() && i.Finding.Kind == finding.EventStopped {
				t.Errorf("%s of %q stands although it is as it was: %s", i.Finding.Kind, event, said(r))
			}
		}
	}
}

// A day that the calendar leaves out is not judged: that it shows no drop is no news of the drop.
func TestADayThatIsNotJudgedResolvesNothing(t *testing.T) {
	d := first()
	w := open(t, planned("h", calmNames("Order Placed")...), web(func(f *testkit.Facts) { f.Event("Order Placed", "order_placed", 500, from(d-3, .2)) }))
	drop := find(t, w.night(d), finding.VolumeDrop, "Order Placed")
	quiet := func(j *audit.Job) { j.Calendar = []audit.Calendar{{Span: days(d, d), Why: "public holiday"}} }
	for _, f := range w.night(d+1, quiet).Findings {
		if f.ID == drop.ID {
			t.Errorf("on the morning after a day that nobody judged it is %s", f.Change)
		}
	}
	if again := find(t, w.night(d+2, quiet), finding.VolumeDrop, "Order Placed"); again.ID != drop.ID || again.Change == incident.Reopened || again.Change == incident.Opened {
		t.Errorf("the night after it is %s %s", again.Change, again.ID)
	}
}
