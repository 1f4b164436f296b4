package diagnosis

import (
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// genFindings draws findings that crowd upon few subjects, so that many explain each other.
func genFindings(t *rapid.T) []finding.Finding {
	names := []string{"A", "B", "a"}
	kinds := finding.Kinds()
	var out []finding.Finding
	for n := range rapid.IntRange(0, 12).Draw(t, "findings") {
		f := of(rapid.SampledFrom(kinds).Draw(t, "kind"), rapid.SampledFrom(names).Draw(t, "event"), in(rapid.SampledFrom([]string{"web", "ios"}).Draw(t, "source")))
		switch f.Kind {
		case finding.Rename, finding.NearDuplicate:
			f.Subject.Related = rapid.SampledFrom(names).Draw(t, "related")
		case finding.SourceOutage, finding.LateData:
			f.Subject.Event = ""
			if rapid.Bool().Draw(t, "all") {
				everywhere("web", "ios")(&f)
			}
		case finding.IdentityLoss:
			property(rapid.SampledFrom([]string{"user_id", "p"}).Draw(t, "id"))(&f)
			if rapid.Bool().Draw(t, "all events") {
				f.Subject.Event = ""
			}
		case finding.UnplannedProperty, finding.MissingProperty, finding.RemovedProperty, finding.TypeDrift, finding.InvalidValue, finding.ValueDrift, finding.PII,
			finding.PropertyDuplicate:
			property(rapid.SampledFrom([]string{"p", "p_string", "p_string_int"}).Draw(t, "property"))(&f)
		default:
		}
		if v := rapid.SampledFrom([]string{"", "", "4.1", "4.2"}).Draw(t, "version"); v != "" {
			version(v)(&f)
		}
		f.Since = day + landed.Day(rapid.IntRange(-9, 1).Draw(t, "since"))
		f.Confidence = rapid.SampledFrom([]float64{.5, .9}).Draw(t, "confidence")
		f.Severity = rapid.SampledFrom([]finding.Severity{finding.Info, finding.Warning}).Draw(t, "severity")
		f.Rows = rapid.SampledFrom([]int64{0, 1, 50}).Draw(t, "rows")
		f.Planned = rapid.Bool().Draw(t, "planned")
		f.Title += " " + strconv.Itoa(n)
		out = append(out, f)
	}
	return out
}

func known(fs []finding.Finding) map[finding.Key]bool {
	out := map[finding.Key]bool{}
	for _, f := range fs {
		for _, k := range slices.Concat(f.Keys(), f.Explains) {
			out[k] = true
		}
	}
	return out
}

// Diagnosis hides nothing: what goes in comes out as itself, as a member, or as a key that another one explains, and is
// told once only: no key leads two findings, and none is a member of two.
func TestNothingVanishesInAFold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		found := genFindings(t)
		folded := Group(history(), Explain(found), genHeld(t, found))
		all := known(folded)
		for _, f := range found {
			if !all[f.Key()] {
				t.Fatalf("%s of %v is gone", f.Kind, f.Subject)
			}
		}
		told := map[finding.Key]bool{}
		for _, f := range folded {
			if len(f.Members) == 1 {
				t.Fatalf("%q is a group of one", f.Title)
			}
			if len(f.Members) > 1 && f.Members[0].Key() != f.Key() {
				t.Fatalf("%q is led by none of its members", f.Title)
			}
			for _, k := range f.Keys() {
				if told[k] {
					t.Fatalf("%q is told twice", f.Title)
				}
				told[k] = true
			}
			for _, m := range f.Members {
				if m.Severity > f.Severity || m.Rows > f.Rows || m.Since < f.Since || m.Subject.Source != f.Subject.Source {
					t.Fatalf("%q is less than its member %q", f.Title, m.Title)
				}
			}
		}
	})
}

// genHeld draws which incident of the night before holds which findings.
func genHeld(t *rapid.T, found []finding.Finding) map[finding.Key]finding.Key {
	held := map[finding.Key]finding.Key{}
	for _, f := range found {
		if by := rapid.SampledFrom([]finding.Key{"", "", "one", "two"}).Draw(t, "held by"); by != "" {
			held[f.Key()] = by
		}
	}
	return held
}

// What was told together stays together, whatever becomes of the first of them or of their version; what was told apart
// is not put together because of that.
func TestWhatAnIncidentHoldsStaysTogether(t *testing.T) {
	key := func(event string) finding.Key {
		return finding.KeyOf(finding.UnplannedEvent, finding.Subject{Source: "web", Event: event})
	}
	held := map[finding.Key]finding.Key{key("A"): "I", key("B"): "I", key("C"): "I", key("X"): "J", key("Y"): "J"}
	found := []finding.Finding{
		of(finding.UnplannedEvent, "B", since(day-6), version("8.1")), of(finding.UnplannedEvent, "C", since(day-4)), // A, since day-9, is planned now
		of(finding.UnplannedEvent, "X", rows(900)), of(finding.UnplannedEvent, "Y", since(day+2)), of(finding.UnplannedEvent, "New", since(day+3)),
	}
	want := []string{"unplanned-event B + B + C", "unplanned-event X + X + New + Y"}
	if diff := cmp.Diff(want, told(Group(history(), Explain(found), held), found)); diff != "" {
		t.Error(diff)
	}
}

func emptyIsNil() cmp.Options { return cmp.Options{cmpopts.EquateEmpty()} }

func TestExplainingTwiceIsExplainingOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		once := Explain(genFindings(t))
		if diff := cmp.Diff(ordered(once), ordered(Explain(once)), emptyIsNil()); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestTheOrderOfFindingsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		found := genFindings(t)
		held := genHeld(t, found)
		want := Group(history(), Explain(found), held)
		if diff := cmp.Diff(want, Group(history(), Explain(rapid.Permutation(found).Draw(t, "order")), held), emptyIsNil()); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestFoldChangesNoArgument(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		found := genFindings(t)
		before := slices.Clone(found)
		Fold(history(), found)
		if diff := cmp.Diff(before, found); diff != "" {
			t.Fatal(diff)
		}
	})
}

// BenchmarkFold folds what a messy workspace says on its first night: thousands of names that nobody planned, hundreds of
// twins and renames among them.
func BenchmarkFold(b *testing.B) {
	var found []finding.Finding
	for i := range 3000 {
		name := "Event " + strconv.Itoa(i)
		found = append(found, of(finding.UnplannedEvent, name, since(day-landed.Day(i%40)), rows(int64(i))))
		if i%10 == 0 {
			found = append(found, of(finding.NearDuplicate, "Planned "+strconv.Itoa(i), related(name), since(day-landed.Day(i%40))), of(finding.VolumeDrop, name))
		}
		if i%3 == 0 {
			found = append(found, of(finding.MissingProperty, name, property("p"+strconv.Itoa(i%7))))
		}
	}
	for b.Loop() {
		Fold(history(), found)
	}
}
