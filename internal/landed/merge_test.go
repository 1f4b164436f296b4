package landed

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func genSpan(t *rapid.T, label string, from, to int) Span {
	first := rapid.IntRange(from, to).Draw(t, label+" first")
	return Span{Day(first), Day(rapid.IntRange(first, to).Draw(t, label+" last"))}
}

// genSnapshot draws a well-formed snapshot of one span, the same for every kind of fact, as one night reads it.
func genSnapshot(t *rapid.T, span Span) Snapshot {
	s := Snapshot{
		Source: Source{Name: "web", Zone: "UTC"}, Span: span,
		Held: map[Kind]Span{Profiles: span, Shapes: span, Duplicates: span, Arrivals: span, Columns: span},
	}
	count := rapid.Int64Range(0, 3)
	for _, name := range []string{"A", "B", "C"} {
		e := Event{Name: name, Table: "t", Call: Track}
		for _, platform := range []string{"", "ios"} {
			c := Cell{Slice: Slice{Platform: platform}, Daily: make([]int64, span.Len())}
			for i := range c.Daily {
				c.Daily[i] = count.Draw(t, "rows")
			}
			if slices.Max(c.Daily) > 0 {
				e.Cells = append(e.Cells, c)
			}
		}
		if rapid.IntRange(0, 3).Draw(t, "unseen") == 0 {
			e.Unseen = []Span{genSpan(t, "unseen", int(span.First), int(span.Last))}
			for _, c := range e.Cells {
				for d := e.Unseen[0].First; d <= e.Unseen[0].Last; d++ {
					c.Daily[d-span.First] = 0
				}
			}
			e.Cells = slices.DeleteFunc(e.Cells, func(c Cell) bool { return slices.Max(c.Daily) == 0 })
		}
		for i, n := range e.Daily(span.Len()) {
			if late := min(n, count.Draw(t, "belated")); late > 0 {
				e.Belated = append(e.Belated, Belated{Day: span.First + Day(i), Rows: late})
			}
		}
		for d := span.First; d <= span.Last; d++ {
			if n := count.Draw(t, "duplicates"); n > 0 {
				e.Dups = append(e.Dups, Duplicate{Day: d, Rows: n + 1, IDs: n})
			}
		}
		if !e.empty() {
			s.Events = append(s.Events, e)
		}
	}
	for _, name := range []string{"t", "u"} {
		table := Table{Name: name, Profiled: span, Columns: []Column{{Name: "id", Type: Text, Seen: NoDay, Gone: NoDay}}}
		for d := span.First; d <= span.Last; d++ {
			if n := count.Draw(t, "profile rows"); n > 0 {
				table.Profiles = append(table.Profiles, Profile{Day: d, Rows: n})
				table.Shapes = append(table.Shapes, Shape{Day: d, Column: "id", Sampled: n})
			}
		}
		s.Tables = append(s.Tables, table)
	}
	for d := span.First; d <= span.Last; d++ {
		if n := count.Draw(t, "arrived"); n > 0 {
			s.Arrivals = append(s.Arrivals, Arrival{Day: d, Rows: n})
		}
	}
	return s
}

func same() cmp.Options { return cmp.Options{cmpopts.EquateEmpty()} }

// touching draws spans of which each overlaps or follows the one before it.
func touching(t *rapid.T, n int) []Span {
	out := []Span{genSpan(t, "span", 100, 106)}
	for range n - 1 {
		last := out[len(out)-1]
		out = append(out, genSpan(t, "span", int(last.First), int(last.Last)+1))
	}
	return out
}

func TestMergeTakesEachDayFromWhoReadItLast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spans := touching(t, 2)
		history, fresh := genSnapshot(t, spans[0]), genSnapshot(t, spans[1])
		got := Merge(history, fresh)
		if got.Span != spans[0].Union(spans[1]) {
			t.Fatalf("span %v of %v and %v", got.Span, spans[0], spans[1])
		}
		for _, name := range []string{"A", "B", "C"} {
			h, f := history.Daily(name, "t", Track), fresh.Daily(name, "t", Track)
			for i, n := range got.Daily(name, "t", Track) {
				d := got.Span.First + Day(i)
				var want int64
				unread := unreadOn(fresh, name, d)
				if spans[0].Has(d) && (!spans[1].Has(d) || unread) {
					want = h[d-spans[0].First]
				} else {
					want = f[d-spans[1].First]
				}
				if n != want {
					t.Fatalf("%s on %v: %d rows, want %d", name, d, n, want)
				}
				if late := belatedOn(got, name, d); late > n {
					t.Fatalf("%s on %v: %d of %d rows are belated", name, d, late, n)
				}
				wantUnread := unread || !spans[1].Has(d)
				if spans[0].Has(d) {
					wantUnread = wantUnread && unreadOn(history, name, d)
				}
				if is := unreadOn(got, name, d); is != wantUnread {
					t.Fatalf("%s on %v: unseen is %v, want %v", name, d, is, wantUnread)
				}
			}
		}
		for i, table := range got.Tables {
			want := within(fresh.Tables[i].Profiles, Profile.day, spans[1])
			if diff := cmp.Diff(want, within(table.Profiles, Profile.day, spans[1]), same()); diff != "" {
				t.Fatalf("profiles of the days that were read again: %s", diff)
			}
		}
	})
}

func belatedOn(s Snapshot, event string, d Day) int64 {
	var out int64
	for _, e := range s.Find(event) {
		for _, b := range within(e.Belated, Belated.day, Span{d, d}) {
			out += b.Rows
		}
	}
	return out
}

func unreadOn(s Snapshot, event string, d Day) bool {
	for _, e := range s.Find(event) {
		if has(e.Unseen, d) {
			return true
		}
	}
	return false
}

func TestMergeIsAssociativeOverTouchingSpans(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spans := touching(t, 3)
		a, b, c := genSnapshot(t, spans[0]), genSnapshot(t, spans[1]), genSnapshot(t, spans[2])
		if diff := cmp.Diff(Merge(Merge(a, b), c), Merge(a, Merge(b, c)), same()); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestMergeTwiceIsMergeOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spans := touching(t, 2)
		a, b := genSnapshot(t, spans[0]), genSnapshot(t, spans[1])
		once := Merge(a, b)
		if diff := cmp.Diff(once, Merge(once, b), same()); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(a, Merge(a, a), same()); diff != "" {
			t.Fatalf("merged with itself: %s", diff)
		}
		if diff := cmp.Diff(a, Merge(Snapshot{}, a), same()); diff != "" {
			t.Fatalf("merged over nothing: %s", diff)
		}
	})
}

func TestMergeChangesNeitherArgument(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spans := touching(t, 2)
		a, b := genSnapshot(t, spans[0]), genSnapshot(t, spans[1])
		before := dump(t, a, b)
		got := Merge(a, b)
		for i := range got.Events {
			for _, c := range got.Events[i].Cells {
				clear(c.Daily)
			}
		}
		got.Cut(Span{spans[1].Last, spans[1].Last})
		if after := dump(t, a, b); after != before {
			t.Fatalf("arguments were\n%s\nand are\n%s", before, after)
		}
	})
}

func dump(t *rapid.T, s ...Snapshot) string {
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestMergeAcrossAHoleKeepsOnlyFresh(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		span := genSpan(t, "history", 100, 106)
		later := genSpan(t, "fresh", int(span.Last)+2, int(span.Last)+6)
		a, b := genSnapshot(t, span), genSnapshot(t, later)
		if diff := cmp.Diff(b, Merge(a, b), same()); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestAt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		span := genSpan(t, "span", 100, 106)
		s := genSnapshot(t, span)
		if diff := cmp.Diff(s, s.At(span.Last)); diff != "" {
			t.Fatalf("at its last day: %s", diff)
		}
		if span.Len() < 2 {
			return
		}
		cut := Day(rapid.IntRange(int(span.First), int(span.Last)-1).Draw(t, "cut"))
		got := s.At(cut)
		if got.Span != (Span{span.First, cut}) || got.newest() > cut {
			t.Fatalf("at %v: span %v, newest %v", cut, got.Span, got.newest())
		}
		if diff := cmp.Diff(s.Total()[:cut-span.First+1], got.Total()); diff != "" {
			t.Fatalf("rows until %v: %s", cut, diff)
		}
		rest := s
		rest.Cut(Span{cut + 1, span.Last})
		if diff := cmp.Diff(s, Merge(got, rest), same()); diff != "" {
			t.Fatalf("cut at %v and put together again: %s", cut, diff)
		}
	})
}

func TestMergeColumns(t *testing.T) {
	column := func(name string, seen, gone Day) Column { return Column{Name: name, Seen: seen, Gone: gone} }
	audited := func(d Day, columns ...Column) Snapshot {
		return Snapshot{Held: map[Kind]Span{Columns: {d, d}}, Tables: []Table{{Name: "t", Columns: columns}}}
	}
	cases := map[string]struct {
		history, fresh Snapshot
		want           []Column
	}{
		"the first audit knows no beginnings": {
			Snapshot{}, audited(9, column("a", NoDay, NoDay)), []Column{column("a", NoDay, NoDay)},
		},
		"a table that is new begins like a first audit": {
			Snapshot{Held: map[Kind]Span{Columns: {8, 8}}, Tables: []Table{{Name: "other"}}},
			audited(9, column("a", NoDay, NoDay)),
			[]Column{column("a", NoDay, NoDay)},
		},
		"a new column is seen since this audit": {
			audited(8, column("a", NoDay, NoDay)), audited(9, column("a", NoDay, NoDay), column("b", NoDay, NoDay)),
			[]Column{column("a", NoDay, NoDay), column("b", 9, NoDay)},
		},
		"a known column keeps its day": {
			audited(8, column("a", 5, NoDay)), audited(9, column("a", NoDay, NoDay)), []Column{column("a", 5, NoDay)},
		},
		"a column that is missing is gone since the audit before": {
			audited(8, column("a", NoDay, NoDay), column("b", 5, NoDay)), audited(9, column("a", NoDay, NoDay)),
			[]Column{column("a", NoDay, NoDay), column("b", 5, 8)},
		},
		"a column that was gone stays gone since then": {
			audited(8, column("b", 5, 6)), audited(9, column("a", NoDay, NoDay)),
			[]Column{column("a", 9, NoDay), column("b", 5, 6)},
		},
		"a column that comes back is no longer gone": {
			audited(8, column("b", 5, 6)), audited(9, column("b", NoDay, NoDay)), []Column{column("b", 5, NoDay)},
		},
		"without a catalogue tonight history stands": {
			audited(8, column("a", 5, NoDay)), Snapshot{Tables: []Table{{Name: "t"}}}, []Column{column("a", 5, NoDay)},
		},
		"a table whose catalogue could not be read has lost nothing": {
			audited(8, column("a", 5, NoDay)),
			Snapshot{
				Held: map[Kind]Span{Columns: {9, 9}},
				Gaps: []Gap{{Kind: Columns, Table: "t", Span: Span{9, 9}, Why: "permission denied"}},
			},
			[]Column{column("a", 5, NoDay)},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, Merge(c.history, c.fresh).Table("t").Columns, same()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestColumnsAt(t *testing.T) {
	s := Snapshot{
		Span: Span{1, 20}, Held: map[Kind]Span{Columns: {1, 20}},
		Tables: []Table{{Name: "t", Columns: []Column{
			{Name: "always", Seen: NoDay, Gone: NoDay},
			{Name: "later", Seen: 12, Gone: NoDay},
			{Name: "went", Seen: NoDay, Gone: 15},
			{Name: "went early", Seen: NoDay, Gone: 5},
		}}, {Name: "new", Columns: []Column{{Name: "id", Seen: 18, Gone: NoDay}}}},
		Loaded: Day(21).Time().Add(5 * time.Hour),
	}
	got := s.At(10)
	want := []Table{{Name: "t", Profiled: NoSpan, Columns: []Column{
		{Name: "always", Seen: NoDay, Gone: NoDay},
		{Name: "went", Seen: NoDay, Gone: NoDay},
		{Name: "went early", Seen: NoDay, Gone: 5},
	}}}
	if diff := cmp.Diff(want, got.Tables); diff != "" {
		t.Error(diff)
	}
	if end := Day(11).Time(); !got.Loaded.Equal(end) {
		t.Errorf("loaded %v, want %v", got.Loaded, end)
	}
}

func TestMergeHonoursGaps(t *testing.T) {
	day := func(n int64) Snapshot {
		return Snapshot{
			Span: Span{10, 10}, Held: map[Kind]Span{Duplicates: {10, 10}, Profiles: {10, 10}, Shapes: {10, 10}},
			Events: []Event{{
				Name: "Page Viewed", Table: "pages", Call: Page, Cells: []Cell{{Daily: []int64{n}}},
				Dups: []Duplicate{{Day: 10, Rows: n, IDs: n}},
			}},
			Tables: []Table{{
				Name: "pages", Profiled: Span{10, 10}, Profiles: []Profile{{Day: 10, Rows: n}},
				Shapes: []Shape{{Day: 10, Column: "path", Sampled: n}},
			}},
		}
	}
	failed := Snapshot{
		Span: Span{10, 11}, Held: map[Kind]Span{Duplicates: {10, 11}, Profiles: {10, 11}, Shapes: {10, 11}},
		Tables: []Table{{Name: "pages"}},
		Gaps: []Gap{
			{Kind: Counts, Table: "pages", Span: Span{10, 11}}, {Kind: Duplicates, Table: "pages", Span: Span{10, 11}},
		},
	}
	got := Merge(day(7), failed)
	want := day(7)
	want.Span = Span{10, 11}
	want.Held = failed.Held
	want.Events[0].Cells[0].Daily = []int64{7, 0}
	want.Events[0].Unseen = []Span{{11, 11}}
	want.Gaps = failed.Gaps
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestCalls(t *testing.T) {
	s := Snapshot{Span: Span{1, 2}, Events: []Event{
		{Name: "", Table: "groups", Call: Group, Cells: []Cell{{Daily: []int64{1, 1}}}},
		{Name: "", Table: "identifies", Call: Identify, Cells: []Cell{{Daily: []int64{5, 6}}, {Slice: Slice{Platform: "ios"}, Daily: []int64{1, 1}}}},
		{Name: "A", Table: "a", Cells: []Cell{{Daily: []int64{2, 0}}}},
		{Name: "A", Table: "a_2", Cells: []Cell{{Daily: []int64{0, 3}}}},
	}}
	for name, c := range map[string]struct{ got, want []int64 }{
		"one table":           {s.Daily("A", "a", Track), []int64{2, 0}},
		"every table":         {s.Daily("A", "", Track), []int64{2, 3}},
		"a call without name": {s.Daily("", "", Identify), []int64{6, 7}},
		"never landed":        {s.Daily("B", "", Track), []int64{0, 0}},
		"the whole source":    {s.Total(), []int64{9, 11}},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if n := len(s.Find("A")); n != 2 {
		t.Errorf("found %d events named A, want 2", n)
	}
	if s.Table("nope") != nil {
		t.Error("found a table that is not there")
	}
}
