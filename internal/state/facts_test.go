package state

import (
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

func night(fresh landed.Snapshot) audit.Record {
	return audit.Record{
		Audit: audit.Header{ID: fresh.Span.Last.String(), Sources: []audit.SourceHeader{{Name: fresh.Source.Name, Last: fresh.Span.Last}}},
		Fresh: []landed.Snapshot{fresh},
	}
}

// genBelated draws which of the rows of each day happened earlier.
func genBelated(t *rapid.T, daily []int64, span landed.Span) []landed.Belated {
	var out []landed.Belated
	for i, n := range daily {
		if late := min(n, rapid.Int64Range(0, 2).Draw(t, "belated")); late > 0 {
			out = append(out, landed.Belated{Day: span.First + landed.Day(i), Rows: late})
		}
	}
	return out
}

// genNight draws what one night reads: some kinds, some tables, an event that was not seen on some days.
func genNight(t *rapid.T, span landed.Span, profiled [3]bool) landed.Snapshot {
	s := landed.Snapshot{Source: web(), Span: span, Held: map[landed.Kind]landed.Span{landed.Columns: {First: span.Last, Last: span.Last}}}
	for _, k := range []landed.Kind{landed.Profiles, landed.Shapes, landed.Duplicates, landed.Arrivals} {
		s.Held[k] = span
	}
	rows := rapid.Int64Range(0, 2)
	day := rapid.IntRange(int(span.First), int(span.Last))
	for n := range 3 {
		e := landed.Event{Name: "Event " + strconv.Itoa(n), Table: "t" + strconv.Itoa(n)}
		c := landed.Cell{Slice: landed.Slice{Platform: "web"}, Daily: make([]int64, span.Len())}
		var sum int64
		for i := range c.Daily {
			c.Daily[i] = rows.Draw(t, "rows")
			sum += c.Daily[i]
		}
		if sum > 0 {
			e.Cells = []landed.Cell{c}
		}
		if rapid.IntRange(0, 4).Draw(t, "unseen") == 0 {
			d := landed.Day(day.Draw(t, "unseen day"))
			e.Unseen = []landed.Span{{First: d, Last: d}}
			c.Daily[d-span.First] = 0
			if sum = 0; c.Daily != nil {
				for _, n := range c.Daily {
					sum += n
				}
			}
			if sum == 0 {
				e.Cells = nil
			}
		}
		e.Belated = genBelated(t, e.Daily(span.Len()), span)
		table := landed.Table{Name: e.Table, Profiled: landed.NoSpan}
		if profiled[n] {
			table.Profiled = span
		}
		for c := range rapid.IntRange(1, 3).Draw(t, "columns") {
			table.Columns = append(table.Columns, landed.Column{Name: "c" + strconv.Itoa(c), Seen: landed.NoDay, Gone: landed.NoDay})
		}
		for d := span.First; d <= span.Last; d++ {
			if n := rows.Draw(t, "duplicates"); n > 0 {
				e.Dups = append(e.Dups, landed.Duplicate{Day: d, Rows: n, IDs: n})
			}
			if n := rows.Draw(t, "profiles"); n > 0 && !table.Profiled.Empty() {
				table.Profiles = append(table.Profiles, landed.Profile{Day: d, Rows: n, Columns: []landed.ColumnProfile{{Column: "c0", Filled: n}}})
				table.Shapes = append(table.Shapes, landed.Shape{Day: d, Column: "c0", Sampled: n})
			}
		}
		s.Tables = append(s.Tables, table)
		if len(e.Cells)+len(e.Unseen)+len(e.Dups) > 0 {
			s.Events = append(s.Events, e)
		}
	}
	for d := span.First; d <= span.Last; d++ {
		if n := rows.Draw(t, "arrived"); n > 0 {
			s.Arrivals = append(s.Arrivals, landed.Arrival{Day: d, Rows: n})
		}
	}
	return s
}

// TestStoredNightsAreTheNightsMerged: what comes back after some nights is what landed.Merge makes of them.
func TestStoredNightsAreTheNightsMerged(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s, err := Open(t.Context(), Memory, Options{Workspace: "northlight"})
		if err != nil {
			rt.Fatal(err)
		}
		defer func() {
			if err := s.Close(); err != nil {
				rt.Error(err)
			}
		}()
		first, last := landed.Day(100), landed.Day(100)
		var want landed.Snapshot
		profiled := rapid.Make[[3]bool]().Draw(rt, "profiled")
		for range rapid.IntRange(1, 4).Draw(rt, "nights") {
			span := landed.Span{First: landed.Day(rapid.IntRange(int(first), int(last)+1).Draw(rt, "from"))}
			span.Last = landed.Day(rapid.IntRange(int(max(span.First, last)), int(last)+3).Draw(rt, "to"))
			fresh := genNight(rt, span, profiled)
			commit(t, s, night(fresh))
			want = landed.Merge(want, fresh)
			last = max(last, span.Last)
			if len(want.Events) == 0 && len(want.Tables) == 0 {
				rt.Fatal("a night without facts proves nothing")
			}
			first = want.Span.First
		}
		if diff := cmp.Diff(want, load(t, s, 0, web()).History["web"], options()); diff != "" {
			rt.Fatal(diff)
		}
	})
}

func TestLoadReturnsTheLastDaysOnly(t *testing.T) {
	s, _ := inFile(t)
	all := workspace(web(), 2, 1, 1, landed.Span{First: 1, Last: 20})
	commit(t, s, night(all))
	want := all
	want.Cut(landed.Span{First: 14, Last: 20})
	want.Held[landed.Columns] = all.Held[landed.Columns] // the catalogue is of no day
	if diff := cmp.Diff(want, load(t, s, 7, web()).History["web"], options()); diff != "" {
		t.Error(diff)
	}
}

func TestDaysBeforeAHoleAreAskedForAgain(t *testing.T) {
	s, _ := inFile(t)
	commit(t, s, night(workspace(web(), 1, 1, 1, landed.Span{First: 1, Last: 5})))
	later := workspace(web(), 1, 1, 1, landed.Span{First: 8, Last: 9})
	commit(t, s, night(later))
	if diff := cmp.Diff(later, load(t, s, 0, web()).History["web"], options()); diff != "" {
		t.Error(diff)
	}
	commit(t, s, night(workspace(web(), 1, 1, 1, landed.Span{First: 6, Last: 7})))
	if got := load(t, s, 0, web()).History["web"]; got.Span != (landed.Span{First: 1, Last: 9}) {
		t.Errorf("the hole is filled and the history is %v", got.Span)
	}
}

func TestAWholeSourceGapIsNoHeldDay(t *testing.T) {
	s, _ := inFile(t)
	commit(t, s, night(workspace(web(), 1, 1, 1, landed.Span{First: 1, Last: 5})))
	failed := landed.Snapshot{
		Source: web(), Span: landed.Span{First: 6, Last: 6}, Held: map[landed.Kind]landed.Span{landed.Arrivals: {First: 6, Last: 6}},
		Gaps: []landed.Gap{{Kind: landed.Counts, Span: landed.Span{First: 6, Last: 6}}, {Kind: landed.Arrivals}},
	}
	commit(t, s, night(failed))
	got := load(t, s, 0, web()).History["web"]
	if got.Span.Last != 5 || got.Held[landed.Arrivals].Last != 5 {
		t.Errorf("counts are held for %v, arrivals for %v", got.Span, got.Held[landed.Arrivals])
	}
}

func TestAnotherFingerprintHasAnotherHistory(t *testing.T) {
	s, _ := inFile(t)
	old := workspace(web(), 1, 1, 1, landed.Span{First: 1, Last: 5})
	commit(t, s, night(old))
	changed := web()
	changed.Fingerprint = "f2"
	if got := load(t, s, 0, changed).History["web"]; !got.Span.Empty() || len(got.Tables) > 0 {
		t.Errorf("a changed source begins with %v of the other's history", got.Span)
	}
	now := workspace(changed, 1, 2, 1, landed.Span{First: 4, Last: 6})
	commit(t, s, night(now))
	m := load(t, s, 0, changed)
	if diff := cmp.Diff(now, m.History["web"], options()); diff != "" {
		t.Error(diff)
	}
	if m.Sources["web"] != "f2" || m.Audited["web"] != 6 {
		t.Errorf("the newest audit had fingerprint %q and day %v", m.Sources["web"], m.Audited["web"])
	}
	if diff := cmp.Diff(old, load(t, s, 0, web()).History["web"], options()); diff != "" {
		t.Error("the former history: " + diff)
	}
}

func TestRetain(t *testing.T) {
	s, c := inFile(t)
	old := found()
	old.Closed = start.AddDate(0, 0, -40)
	handled := found()
	handled.Key, handled.ID, handled.Closed = "handled", "PL-HANDLED", old.Closed
	going := found()
	going.Key, going.ID = "going", "PL-GOING"
	former := web()
	former.Fingerprint = "f0"
	commit(t, s, night(workspace(former, 1, 1, 1, landed.Span{First: 1, Last: 5})))
	r := record(100)
	r.Fresh[0] = workspace(web(), 2, 1, 1, landed.Span{First: 51, Last: 100})
	r.Changes = nil
	for _, i := range []incident.Incident{old, handled, going} {
		r.Changes = append(r.Changes, incident.Change{Kind: incident.Continued, Incident: i})
	}
	commit(t, s, r)
	if err := s.Handle(t.Context(), incident.Handling{Key: "handled", Dismissed: true, Who: "ada"}, incident.Act{Who: "ada", What: "dismiss"}); err != nil {
		t.Fatal(err)
	}
	if err := s.Delivered(t.Context(), r.Outbox[0].ID, "1.2", []audit.Told{
		{Incident: old.ID, Channel: "C1", At: old.Closed}, {Incident: going.ID, Channel: "C1", At: old.Closed},
	}); err != nil {
		t.Fatal(err)
	}
	c.pass(40 * 24 * time.Hour)
	if err := s.Retain(t.Context(), 30); err != nil {
		t.Fatal(err)
	}
	m := load(t, s, 0, former)
	if got := m.History["web"].Span; !got.Empty() {
		t.Errorf("the former history still is %v", got)
	}
	if got := load(t, s, 0, web()).History["web"].Span; got != (landed.Span{First: 71, Last: 100}) {
		t.Errorf("history is %v, want the last 30 days", got)
	}
	var ids []string
	all, err := s.Incidents(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range all {
		ids = append(ids, i.ID)
	}
	if diff := cmp.Diff([]string{"PL-GOING", "PL-HANDLED"}, ids); diff != "" {
		t.Error(diff)
	}
	if len(m.Told) != 1 || m.Told[0].Incident != "PL-GOING" {
		t.Errorf("told: %v", m.Told)
	}
	if _, any, err := s.LastAudit(t.Context()); !any || err != nil {
		t.Errorf("the newest audit is gone: %v", err)
	}
}

// BenchmarkFirstNight commits and loads the first night of a large workspace.
func BenchmarkFirstNight(b *testing.B) {
	fresh := workspace(web(), 180, 3, 10, landed.Span{First: 1, Last: 56})
	for b.Loop() {
		s, c := inFile(b)
		begun := time.Now()
		commit(b, s, night(fresh))
		b.ReportMetric(time.Since(begun).Seconds(), "s/commit")
		s2 := open(b, s.path, c)
		begun = time.Now()
		load(b, s2, 56, web())
		b.ReportMetric(time.Since(begun).Seconds(), "s/load")
		var pages, size int64
		if err := s.db.Get(&pages, `PRAGMA page_count`); err != nil {
			b.Fatal(err)
		}
		if err := s.db.Get(&size, `PRAGMA page_size`); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(pages*size)/1e6, "MB")
	}
}
