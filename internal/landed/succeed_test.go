package landed_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// one is a snapshot of a single event with these rows from a day on.
func one(first landed.Day, daily ...int64) landed.Snapshot {
	return landed.Snapshot{
		Span:   landed.Span{First: first, Last: first + landed.Day(len(daily)) - 1},
		Events: []landed.Event{{Name: "Sign Up", Table: "sign_up", Cells: []landed.Cell{{Daily: daily}}}},
	}
}

func TestSucceed(t *testing.T) {
	for _, c := range []struct {
		name         string
		earlier, own landed.Snapshot
		first        landed.Day
		want         []int64
	}{
		{"taken over at noon: the day is what both hold", one(1, 10, 10, 4), one(3, 6, 10, 10), 3, []int64{10, 10, 10, 10, 10}},
		{"taken over at midnight", one(1, 10, 10, 0), one(3, 10, 10), 3, []int64{10, 10, 10, 10}},
		{"both for a while: nothing is counted twice", one(1, 10, 10, 10, 10, 10), one(3, 5, 10, 10), 3, []int64{10, 10, 10, 10, 10}},
		{"late rows of the earlier one do not count", one(1, 10, 10, 4, 1, 1), one(3, 6, 10, 10), 3, []int64{10, 10, 10, 10, 10}},
		{"nothing of its own yet", one(1, 10, 10), landed.Snapshot{Span: landed.NoSpan}, landed.NoDay, []int64{10, 10}},
	} {
		t.Run(c.name, func(t *testing.T) {
			both := c.first != landed.NoDay && landed.Parallel(c.earlier, c.first)
			got := landed.Succeed(c.earlier, c.own, c.first, both)
			if diff := cmp.Diff(c.want, got.Total()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestSucceedKeepsWhatWasNotSeen(t *testing.T) {
	earlier, own := one(1, 10, 10), one(3, 10)
	earlier.Gaps = []landed.Gap{{Kind: landed.Profiles, Table: "sign_up", Why: "permission denied"}}
	own.Oddities = []landed.Oddity{{Rows: 3, Why: "rows without a name"}}
	earlier.Cost, own.Cost = landed.Cost{Statements: 2}, landed.Cost{Statements: 3}
	got := landed.Succeed(earlier, own, 3, false)
	if len(got.Gaps) != 1 || len(got.Oddities) != 1 || got.Cost.Statements != 5 {
		t.Errorf("got %v, %v and %d statements", got.Gaps, got.Oddities, got.Cost.Statements)
	}
}
