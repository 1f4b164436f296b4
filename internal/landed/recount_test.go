package landed

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestRecounted(t *testing.T) {
	event := func(name, table string, daily ...int64) Event {
		return Event{Name: name, Table: table, Cells: []Cell{{Daily: daily}}}
	}
	history := Snapshot{Span: Span{10, 13}, Events: []Event{
		event("A", "a", 5, 6, 7, 8), event("Gone", "g", 0, 3, 3, 3), event("Moved", "old", 4, 4, 4, 4),
		{Name: "Unread", Table: "u", Cells: []Cell{{Daily: []int64{9, 9, 9, 9}}}},
	}}
	fresh := Snapshot{Span: Span{12, 14}, Events: []Event{
		event("A", "a", 7, 9, 10), event("Moved", "new", 4, 4, 4), event("New", "n", 0, 2, 2),
		{Name: "Unread", Table: "u", Unseen: []Span{{12, 14}}},
	}}
	want := []Recount{
		{Name: "Gone", Day: 12, Was: 3}, {Name: "A", Day: 13, Was: 8, Now: 9}, {Name: "Gone", Day: 13, Was: 3}, {Name: "New", Day: 13, Now: 2},
	}
	if diff := cmp.Diff(want, Recounted(history, fresh)); diff != "" {
		t.Error(diff)
	}
	fresh.Gaps = []Gap{{Kind: Counts, Span: Span{13, 13}}}
	if diff := cmp.Diff(want[:1], Recounted(history, fresh)); diff != "" {
		t.Errorf("days that were not read: %s", diff)
	}
	if got := Recounted(Snapshot{Span: NoSpan}, fresh); got != nil {
		t.Errorf("nothing was known: %v", got)
	}
}

func TestNothingIsRecountedOfTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := genSnapshot(t, genSpan(t, "span", 0, 12))
		if got := Recounted(s, s); len(got) > 0 {
			t.Fatalf("%v", got)
		}
	})
}
