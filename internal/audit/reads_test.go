package audit_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/testkit"
)

// read is what one night asked the warehouse for: the days of the counts, and of each table's profiles.
type read struct {
	Counts   landed.Span
	Profiles map[string]landed.Span
	Requests int
}

func (w *world) read() read {
	w.t.Helper()
	out := read{Counts: landed.NoSpan, Profiles: map[string]landed.Span{}, Requests: len(w.wh.Requests)}
	for _, r := range w.wh.Requests {
		if s, ok := r.Want[landed.Counts]; ok {
			out.Counts = out.Counts.Union(s)
		}
		if _, ok := r.Want[landed.Profiles]; !ok {
			continue
		}
		for table, s := range r.Tables {
			if !s.Empty() {
				out.Profiles[table] = s
			}
		}
		for _, t := range w.wh.Facts[r.Source.Name].Tables {
			if _, ok := r.Tables[t.Name]; !ok {
				w.t.Errorf("profiles of %s are asked for over the whole span: the request does not name the table", t.Name)
			}
		}
	}
	return out
}

// shop is one calm source with a table that landed until a day, and one that was silent in between.
func shop(silent landed.Span) *testkit.Facts {
	f := calm(testkit.NewFacts("web", span())).
		Event("Old Thing", "old_thing", 90, from(first()-20, 0)).
		Event("Comeback", "comeback", 120, func(d landed.Day, rows float64) float64 {
			if silent.Has(d) {
				return 0
			}
			return rows
		}).Landing(2)
	for _, table := range []string{"signed_in", "page_read", "item_added", "old_thing", "comeback"} {
		f.Column(table, "id", nil)
	}
	return f
}

func days(a, b landed.Day) landed.Span { return landed.Span{First: a, Last: b} }

func TestWhatEachNightReads(t *testing.T) {
	d := first()
	silent := days(d-10, d+1)
	w := open(t, planned("h", calmNames("Old Thing", "Comeback")...), shop(silent))
	steps := []struct {
		name    string
		morning landed.Day
		before  func()
		full    bool
		want    read
	}{
		{"the first night reads the whole history", d, nil, false, read{days(d-90, d-1), map[string]landed.Span{
			"signed_in": days(d-56, d-1), "page_read": days(d-56, d-1), "item_added": days(d-56, d-1), "old_thing": days(d-56, d-21), "comeback": days(d-56, d-11),
		}, 2}},
		{"the second the new day and the last three that landed, and profiles of the new day alone", d + 1, nil, false, read{days(d-3, d), map[string]landed.Span{
			"signed_in": days(d, d), "page_read": days(d, d), "item_added": days(d, d),
		}, 2}},
		{"a late day that grew is profiled again, in its table only", d + 2, func() {
			f := w.wh.Facts["web"]
			(&testkit.Facts{Snapshot: f}).Sent("Signed In", d-1, 900)
		}, false, read{days(d-2, d+1), map[string]landed.Span{
			"signed_in": days(d-1, d+1), "page_read": days(d+1, d+1), "item_added": days(d+1, d+1),
		}, 2}},
		{"a table that is back goes on from where its profiles end", d + 3, nil, false, read{days(d-1, d+2), map[string]landed.Span{
			"signed_in": days(d+2, d+2), "page_read": days(d+2, d+2), "item_added": days(d+2, d+2), "comeback": days(d-10, d+2),
		}, 2}},
		{"the same morning again reads the unsettled days and profiles nothing", d + 3, nil, false, read{days(d, d+2), map[string]landed.Span{}, 1}},
		{"after nights without an audit all days between are read", d + 7, nil, false, read{days(d, d+6), map[string]landed.Span{
			"signed_in": days(d+3, d+6), "page_read": days(d+3, d+6), "item_added": days(d+3, d+6), "comeback": days(d+3, d+6),
		}, 2}},
		{"full reads all again", d + 8, nil, true, read{days(d-82, d+7), map[string]landed.Span{
			"signed_in": days(d-48, d+7), "page_read": days(d-48, d+7), "item_added": days(d-48, d+7), "old_thing": days(d-48, d-21), "comeback": days(d-48, d+7),
		}, 2}},
	}
	for _, s := range steps {
		if s.before != nil {
			s.before()
		}
		r := w.night(s.morning, func(j *audit.Job) { j.Full = s.full })
		if diff := cmp.Diff(s.want, w.read()); diff != "" {
			t.Errorf("%s: %s", s.name, diff)
		}
		if r.Header.Cost.Statements != s.want.Requests {
			t.Errorf("%s: %d statements in the header, %d were asked", s.name, r.Header.Cost.Statements, s.want.Requests)
		}
		if len(r.Header.Gaps) > 0 {
			t.Errorf("%s: gaps %v", s.name, r.Header.Gaps)
		}
		for _, table := range r.Landed["web"].Tables {
			if table.Profiled.Last > s.morning-1 || len(table.Profiles) == 0 {
				t.Errorf("%s: %s is profiled on %s, %d days", s.name, table.Name, table.Profiled, len(table.Profiles))
			}
		}
	}
}

func TestSilentDaysAreReadUntilTheSourceIsBack(t *testing.T) {
	d := first()
	f := testkit.NewFacts("web", span()).Event("Signed In", "signed_in", 400, func(x landed.Day, rows float64) float64 {
		if days(d, d+4).Has(x) {
			return 0
		}
		return rows
	}).Landing(2)
	w := open(t, planned("h", "Signed In"), f)
	w.night(d)
	for n, want := range []landed.Span{days(d-3, d), days(d-3, d+1), days(d-3, d+2), days(d-3, d+3), days(d-3, d+4), days(d-3, d+5), days(d-2, d+6)} {
		w.night(d + 1 + landed.Day(n))
		if got := w.read().Counts; got != want {
			t.Errorf("night %d read %s, want %s: three days with rows may still grow", n+2, got, want)
		}
	}
}

// A night's facts, laid over the history, are what one reading of everything would have given.
func TestNightByNightKnowsWhatOneReadingKnows(t *testing.T) {
	d := first()
	silent := days(d-10, d+1)
	p := planned("h", calmNames("Old Thing", "Comeback")...)
	slow, once := open(t, p, shop(silent)), open(t, p, shop(silent))
	var last audit.Result
	for n := range landed.Day(8) {
		last = slow.night(d + n)
	}
	got, want := last.Landed["web"], once.night(d + 7).Landed["web"]
	got.Cut(want.Span)
	if diff := cmp.Diff(want.Events, got.Events); diff != "" {
		t.Errorf("counts: %s", diff)
	}
	for _, table := range want.Tables {
		have := got.Table(table.Name)
		if have == nil {
			t.Fatalf("table %s is gone", table.Name)
		}
		for _, p := range table.Profiles {
			found := false
			for _, h := range have.Profiles {
				found = found || h.Day == p.Day && h.Rows == p.Rows && len(h.Columns) == len(p.Columns)
			}
			if !found {
				t.Errorf("%s: profile of %s is lost", table.Name, p.Day)
			}
		}
	}
}
