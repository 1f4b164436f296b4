package state

import (
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

var start = time.Date(2026, 6, 1, 4, 15, 0, 0, time.UTC)

// clock is a time that a test moves; safe for several goroutines.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

func open(tb testing.TB, path string, c *clock) *Store {
	tb.Helper()
	s, err := Open(tb.Context(), path, Options{Workspace: "northlight", Now: c.now})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

func inFile(tb testing.TB) (*Store, *clock) {
	tb.Helper()
	c := &clock{t: start}
	return open(tb, filepath.Join(tb.TempDir(), "plumbline.db"), c), c
}

// commit commits under a lease of its own.
func commit(tb testing.TB, s *Store, r audit.Record) {
	tb.Helper()
	release, err := s.Lease(tb.Context(), "test", time.Minute)
	if err != nil {
		tb.Fatal(err)
	}
	defer release()
	if err := s.Commit(tb.Context(), r); err != nil {
		tb.Fatal(err)
	}
}

func load(tb testing.TB, s *Store, days int, sources ...landed.Source) audit.Memory {
	tb.Helper()
	m, err := s.Load(tb.Context(), sources, days)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

func web() landed.Source {
	return landed.Source{Name: "web", Title: "Web shop", Schema: "web", Zone: "UTC", Fingerprint: "f1"}
}

// workspace makes a snapshot of the given size, as a first night reads it.
func workspace(source landed.Source, tables, slicesOf, columns int, span landed.Span) landed.Snapshot {
	s := landed.Snapshot{
		Source: source, Span: span, Loaded: start.Add(-time.Hour),
		Held: map[landed.Kind]landed.Span{
			landed.Profiles: span, landed.Shapes: span, landed.Duplicates: span, landed.Arrivals: span, landed.Columns: span,
		},
	}
	for n := range tables {
		name := "event_" + strconv.Itoa(n)
		e := landed.Event{Name: "Event " + strconv.Itoa(n), Table: name}
		t := landed.Table{Name: name, Profiled: span}
		for c := range columns {
			t.Columns = append(t.Columns, landed.Column{
				Name: "property_" + strconv.Itoa(c), Type: landed.Text, Native: "VARCHAR", Seen: landed.NoDay, Gone: landed.NoDay,
			})
		}
		for x := range slicesOf {
			e.Cells = append(e.Cells, landed.Cell{
				Slice: landed.Slice{Platform: "web", Library: "analytics.js", LibraryVersion: "4." + strconv.Itoa(x)},
				Daily: make([]int64, span.Len()),
			})
		}
		for d := span.First; d <= span.Last; d++ {
			e.Dups = append(e.Dups, landed.Duplicate{Day: d, Rows: 1000, IDs: 999})
			for x := range slicesOf {
				e.Cells[x].Daily[d-span.First] = int64(1000 + n + x + int(d)%7)
				t.Profiles = append(t.Profiles, profile(d, e.Cells[x].Slice, columns, n))
			}
			for c := range columns {
				t.Shapes = append(t.Shapes, shape(d, c))
			}
		}
		s.Events = append(s.Events, e)
		s.Tables = append(s.Tables, t)
	}
	for d := span.First; d <= span.Last; d++ {
		s.Arrivals = append(s.Arrivals, landed.Arrival{Day: d, Hours: [49]int64{10, 20, 30}, Rows: 30})
	}
	return s
}

func profile(d landed.Day, slice landed.Slice, columns, n int) landed.Profile {
	p := landed.Profile{Day: d, Slice: slice, Rows: int64(1000 + n)}
	for c := range columns {
		p.Columns = append(p.Columns, landed.ColumnProfile{
			Column: "property_" + strconv.Itoa(c), Filled: int64(990 + int(d)%9), Positive: 12, Sum: 1234.56 * float64(c),
			Min: "0.01", Max: "9999.95", Distinct: landed.Sketch{Estimate: int64(37 * c)}, Violations: map[string]int64{"c1": int64(c)},
		})
	}
	return p
}

func shape(d landed.Day, c int) landed.Shape {
	s := landed.Shape{Day: d, Column: "property_" + strconv.Itoa(c), Sampled: 1000, Classes: [landed.LooksCount]int64{1, 2, 3}, Top: map[uint64]int64{}}
	for i := range uint64(10) {
		s.Top[(i+1)*0x9e3779b97f4a7c15] = int64(100 - i)
	}
	return s
}

func found() incident.Incident {
	f := finding.Finding{
		Kind: finding.Rename, Severity: finding.Critical, Title: "“Purchase Completed” is sent as `purchase_completed`",
		Subject: finding.Subject{Source: "web", Event: "Purchase Completed", Related: "purchase_completed"},
		Since:   landed.DayOf(start) - 5, Ongoing: true, Rows: 18204, Users: new(int64(6310)),
		Fixes: []finding.Fix{finding.MergeEvents{From: "purchase_completed", Into: "Purchase Completed"}},
	}
	return incident.Incident{
		ID: finding.ID("northlight", f.Key(), 6), Key: f.Key(), Keys: f.Keys(), Finding: f,
		Opened: start, LastSeen: start, LastDay: landed.DayOf(start) - 1,
	}
}

func record(day landed.Day) audit.Record {
	i := found()
	return audit.Record{
		Audit: audit.Header{
			ID: "a-" + day.String(), Workspace: "northlight", AsOf: day + 1, Last: day,
			Started: (day + 1).Time(), Finished: (day + 1).Time().Add(time.Minute),
			Sources: []audit.SourceHeader{{Name: "web", Last: day, Events: 2}},
			Gaps:    []audit.SourceGap{{Source: "web", Gap: landed.Gap{Kind: landed.Profiles, Table: "t", Why: "permission denied"}}},
			Cost:    landed.Cost{Statements: 3, Rows: new(int64(12))},
		},
		Fresh:   []landed.Snapshot{workspace(web(), 2, 2, 2, landed.Span{First: day - 2, Last: day})},
		Changes: []incident.Change{{Kind: incident.Opened, Incident: i}},
		Outbox: []audit.Outgoing{{
			ID: "m-" + day.String(), Route: "#data-quality", Incidents: []string{i.ID}, Due: start, Body: []byte(`{"text":"hello"}`),
		}},
	}
}

func options() cmp.Options { return cmp.Options{cmpopts.EquateEmpty(), cmpopts.EquateNaNs()} }

func TestWhatAnAuditLeavesBehindIsThereInTheMorning(t *testing.T) {
	for name, path := range map[string]string{"in a file": filepath.Join(t.TempDir(), "plumbline.db"), "in memory": Memory} {
		t.Run(name, func(t *testing.T) {
			c := &clock{t: start}
			s := open(t, path, c)
			r := record(100)
			commit(t, s, r)
			if path != Memory {
				s = open(t, path, c)
			}
			m := load(t, s, 0, web())
			want := audit.Memory{
				History:   map[string]landed.Snapshot{"web": r.Fresh[0]},
				Incidents: []incident.Incident{r.Changes[0].Incident},
				Audited:   map[string]landed.Day{"web": 100}, Sources: map[string]string{"web": "f1"}, Newest: 101,
			}
			if diff := cmp.Diff(want, m, options()); diff != "" {
				t.Error(diff)
			}
			last, any, err := s.LastAudit(t.Context())
			if err != nil || !any {
				t.Fatalf("last audit: %v, %v", any, err)
			}
			if diff := cmp.Diff(r.Audit, last, options()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAnEmptyState(t *testing.T) {
	s, _ := inFile(t)
	m := load(t, s, 28, web())
	want := audit.Memory{
		History: map[string]landed.Snapshot{"web": {Source: web(), Span: landed.NoSpan}}, Newest: landed.NoDay,
	}
	if diff := cmp.Diff(want, m, options()); diff != "" {
		t.Error(diff)
	}
	if _, any, err := s.LastAudit(t.Context()); any || err != nil {
		t.Errorf("last audit of an empty state: %v, %v", any, err)
	}
}

func TestWorkspacesShareAFileAndNothingElse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "plumbline.db")
	c := &clock{t: start}
	s := open(t, path, c)
	commit(t, s, record(100))
	other, err := Open(t.Context(), path, Options{Workspace: "southlight", Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := other.Close(); err != nil {
			t.Error(err)
		}
	})
	m := load(t, other, 0, web())
	if len(m.Incidents) > 0 || len(m.Audited) > 0 || !m.History["web"].Span.Empty() {
		t.Errorf("another workspace remembers %+v", m)
	}
	if messages, err := other.Claim(t.Context(), start, claimFor, 100); err != nil || len(messages) > 0 {
		t.Errorf("another workspace would send %v, %v", messages, err)
	}
	if _, err := other.Lease(t.Context(), "test", time.Minute); err != nil {
		t.Errorf("two workspaces cannot be audited at once: %v", err)
	}
}

func TestTheHashKeyIsMadeOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "plumbline.db")
	c := &clock{t: start}
	one, err := open(t, path, c).Key(t.Context())
	if err != nil || len(one) != 32 {
		t.Fatalf("key of %d bytes, %v", len(one), err)
	}
	two, err := open(t, path, c).Key(t.Context())
	if err != nil || string(one) != string(two) {
		t.Errorf("another key the second time, %v", err)
	}
	three, err := open(t, Memory, c).Key(t.Context())
	if err != nil || string(one) == string(three) {
		t.Errorf("two states have one key, %v", err)
	}
}
