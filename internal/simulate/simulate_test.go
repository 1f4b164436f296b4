package simulate_test

import (
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/internal/plan"
	"github.com/plumbline-audit/plumbline/internal/simulate"
)

// small makes a workspace small enough to draw all its rows many times.
func small(o simulate.Options) simulate.Options {
	o.Events, o.Rows = 100, 2200
	return o
}

// rows draws everything that landed.
func rows(t *testing.T, w *simulate.Workspace, f func(source int, r simulate.Row)) {
	t.Helper()
	for i := range w.Sources {
		if err := w.Rows(i, func(r simulate.Row) error { f(i, r); return nil }); err != nil {
			t.Fatal(err)
		}
	}
}

// print is a workspace in one number.
func print(t *testing.T, w *simulate.Workspace) uint64 {
	t.Helper()
	h := fnv.New64a()
	p, err := w.Plan()
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(h, "%s%v", p, w.Truth)
	rows(t, w, func(source int, r simulate.Row) {
		fmt.Fprintln(h, source, r.Table.Name, r.Event, r.ID, r.User, r.Version, r.Received, r.Values)
	})
	return h.Sum64()
}

func TestSameOptionsSameWorkspace(t *testing.T) {
	t.Parallel()
	a, b := print(t, simulate.New(small(simulate.Standard(5)))), print(t, simulate.New(small(simulate.Standard(5))))
	if a != b {
		t.Error("the same options give another workspace")
	}
	if c := print(t, simulate.New(small(simulate.Standard(6)))); a == c {
		t.Error("another seed gives the same workspace")
	}
}

func TestSharesOfRenames(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		options func(uint64) simulate.Options
		revised float64
	}{
		"standard":  {simulate.Standard, .3},
		"difficult": {simulate.Difficult, .7},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const seeds = 50
			kinds, one, revised, total := map[simulate.Kind]float64{}, 0.0, 0.0, 0.0
			for seed := range uint64(seeds) {
				for _, c := range simulate.New(tc.options(seed)).Truth.Renames {
					total++
					kinds[c.Kind]++
					if len(c.Sources) == 1 {
						one++
					}
					if c.Properties {
						revised++
					}
				}
			}
			if total != 8*seeds {
				t.Errorf("%v renames in %d workspaces, want 8 in each", total, seeds)
			}
			for kind, want := range map[simulate.Kind]float64{
				simulate.Tense: .2, simulate.Prefix: .15, simulate.Typo: .1, simulate.Abbreviation: .05, simulate.Synonym: .25, simulate.Unlike: .25,
			} {
				if got := kinds[kind] / total; math.Abs(got-want) > .02 {
					t.Errorf("%s: %.3f of all renames, want %.2f", kind, got, want)
				}
			}
			if got := one / total; math.Abs(got-.6) > .02 {
				t.Errorf("in one source only: %.3f, want .60", got)
			}
			if got := revised / total; math.Abs(got-tc.revised) > .02 {
				t.Errorf("with other properties: %.3f, want %.2f", got, tc.revised)
			}
		})
	}
}

func TestWhatIsNoRename(t *testing.T) {
	t.Parallel()
	w := simulate.New(simulate.Standard(3))
	got := map[simulate.Kind]int{}
	for _, c := range w.Truth.Harmless {
		got[c.Kind]++
		if c.Age < 3 || c.Age > 34 {
			t.Errorf("%s of %q is %d days old, want 3 to 34", c.Kind, c.Old+c.New, c.Age)
		}
	}
	want := map[simulate.Kind]int{simulate.Launch: 8, simulate.Deprecation: 8, simulate.Unrelated: 5, simulate.Replacement: 4}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changes that are no rename (-want +got):\n%s", diff)
	}
	if n := len(w.Planned()); n != 200 {
		t.Errorf("%d planned events, want 200", n)
	}
}

func TestQuietWorkspaceKeepsItsNames(t *testing.T) {
	t.Parallel()
	w := simulate.New(small(simulate.Quiet(2)))
	if n := len(w.Truth.Renames) + len(w.Truth.Harmless); n > 0 {
		t.Errorf("the truth has %d changes, want none", n)
	}
	last := w.Options.AsOf.AddDate(0, 0, -10)
	recent := map[string]bool{}
	rows(t, w, func(_ int, r simulate.Row) {
		if !slices.Contains(w.Planned(), r.Event) {
			t.Fatalf("%q landed and is not planned", r.Event)
		}
		if r.Received.After(last) {
			recent[r.Event] = true
		}
	})
	if len(recent) < len(w.Planned())-2 { // the rarest may stay away for ten days
		t.Errorf("only %d of %d planned events landed in the last ten days", len(recent), len(w.Planned()))
	}
}

func TestEveryNameIsItsOwn(t *testing.T) {
	t.Parallel()
	squash := strings.NewReplacer(" ", "", "_", "", "-", "", ":", "")
	for seed := range uint64(20) {
		w := simulate.New(simulate.Divided(seed))
		seen := map[string]bool{}
		for _, n := range w.Planned() {
			if k := strings.ToLower(squash.Replace(n)); seen[k] {
				t.Errorf("seed %d: %q is planned twice", seed, n)
			} else {
				seen[k] = true
			}
		}
		young := map[string]bool{}
		for _, c := range slices.Concat(w.Truth.Renames, w.Truth.Harmless) {
			if c.New == "" || c.Kind == simulate.Merge && young[c.New] {
				continue
			}
			if k := strings.ToLower(squash.Replace(c.New)); seen[k] {
				t.Errorf("seed %d: the new name %q of a %s is there already", seed, c.New, c.Kind)
			} else {
				seen[k], young[c.New] = true, true
			}
		}
	}
}

func TestKindsOfRenamesAreWhatTheySay(t *testing.T) {
	t.Parallel()
	words := func(s string) []string { return strings.Fields(strings.ToLower(s)) }
	shares := func(a, b string) bool {
		return slices.ContainsFunc(words(a), func(w string) bool { return slices.Contains(words(b), w) })
	}
	for seed := range uint64(30) {
		for _, c := range simulate.New(simulate.Standard(seed)).Truth.Renames {
			bad := false
			switch c.Kind {
			case simulate.Unlike:
				bad = shares(c.Old, c.New)
			case simulate.Prefix:
				bad = !strings.Contains(c.New, c.Old)
			case simulate.Typo:
				d := len(c.Old) - len(c.New)
				bad = d < -1 || d > 1
			case simulate.Abbreviation:
				bad = len(c.New) >= len(c.Old) || !shares(c.Old, c.New)
			case simulate.Synonym:
				bad = len(words(c.New)) != len(words(c.Old)) || strings.EqualFold(c.Old, c.New)
			case simulate.Tense:
				bad = len(words(c.New)) != 2
			case simulate.Case, simulate.Separator, simulate.Split, simulate.Merge, simulate.Launch, simulate.Deprecation, simulate.Unrelated, simulate.Replacement:
				bad = true
			}
			if bad {
				t.Errorf("seed %d: %q is no %s of %q", seed, c.New, c.Kind, c.Old)
			}
		}
	}
}

func TestSpellingsShareATable(t *testing.T) {
	t.Parallel()
	w := simulate.New(small(simulate.Spelling(4)))
	tables := map[string]map[string]bool{}
	rows(t, w, func(_ int, r simulate.Row) {
		if tables[r.Event] == nil {
			tables[r.Event] = map[string]bool{}
		}
		tables[r.Event][r.Table.Name] = true
	})
	for _, c := range w.Truth.Renames {
		if c.Kind != simulate.Case && c.Kind != simulate.Separator {
			t.Errorf("%q is a %s", c.New, c.Kind)
		}
		if diff := cmp.Diff(tables[c.Old], tables[c.New]); diff != "" {
			t.Errorf("%q and %q land in other tables (-old +new):\n%s", c.Old, c.New, diff)
		}
	}
}

func TestTablesAreNames(t *testing.T) {
	t.Parallel()
	good := regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)
	rows(t, simulate.New(small(simulate.Divided(8))), func(_ int, r simulate.Row) {
		if !good.MatchString(r.Table.Name) {
			t.Fatalf("%q lands in table %q", r.Event, r.Table.Name)
		}
		if len(r.Values) != len(r.Table.Columns) {
			t.Fatalf("%q: %d values for %d columns", r.Event, len(r.Values), len(r.Table.Columns))
		}
	})
}

func TestPlanIsReadable(t *testing.T) {
	t.Parallel()
	w := simulate.New(simulate.Standard(1))
	text, err := w.Plan()
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.Parse("plan.json", text)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range p.Events {
		got = append(got, e.Name)
	}
	want := w.Planned()
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("planned events (-written +read):\n%s", diff)
	}
}

func TestRowsStopAtAnError(t *testing.T) {
	t.Parallel()
	full := errors.New("disk full")
	n := 0
	err := simulate.New(small(simulate.Quiet(1))).Rows(0, func(simulate.Row) error {
		n++
		if n == 10 {
			return full
		}
		return nil
	})
	if !errors.Is(err, full) || n != 10 {
		t.Errorf("after %d rows: %v, want the error of the tenth", n, err)
	}
}

// day is the day on which a row landed, from the first.
func day(w *simulate.Workspace, at time.Time) int {
	return int(at.Sub(w.Options.AsOf.AddDate(0, 0, -w.Options.Days)).Hours() / 24)
}
