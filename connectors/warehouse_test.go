package connectors

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// plain is a dialect that is good enough to write statements with.
type plain struct{}

func (plain) Name() string               { return "plain" }
func (plain) Quote(s string) string      { return `"` + s + `"` }
func (plain) Literal(s string) string    { return "'" + s + "'" }
func (plain) Bind(int) string            { return "?" }
func (plain) Type(string) landed.Type    { return landed.Text }
func (plain) Catalogue(string) Statement { return Statement{Name: "catalogue"} }
func (plain) Trouble(err error, _ landed.Relation) Trouble {
	return Trouble{Why: err.Error(), HowToFix: "look", Unreachable: errors.Is(err, errGone)}
}

func (plain) Words() Words {
	one := func(s string) string { return s }
	return Words{
		Clock: func(col, _ string) Clock {
			return Clock{UTC: col, Bare: col, At: func(t time.Time) string { return t.Format(time.RFC3339) }}
		},
		Shift: func(ts string, _ int) string { return ts }, Date: one, Micros: one, Hour: one,
		Text: func(col, _ string) string { return col }, Length: one, CountIf: one, Distinct: one,
		Pack: func(e []string) string { return strings.Join(e, ",") }, Null: "NULL", Batch: 2, Width: 2,
	}
}

var errGone = errors.New("the warehouse is gone")

// answers is a runner that answers by a statement's name.
type answers func(ctx context.Context, s Statement) ([][]any, error)

func (a answers) Query(ctx context.Context, s Statement) (Rows, error) {
	rows, err := a(ctx, s)
	return &rowsOf{rows: rows}, err
}
func (answers) Close() error { return nil }

type rowsOf struct {
	rows [][]any
	at   int
}

func (r *rowsOf) Next() bool   { r.at++; return r.at <= len(r.rows) }
func (r *rowsOf) Err() error   { return nil }
func (r *rowsOf) Close() error { return nil }
func (r *rowsOf) Scan(dest ...any) error {
	for i, d := range dest {
		switch d := d.(type) {
		case *string:
			*d = fmt.Sprint(r.rows[r.at-1][i])
		case interface{ Scan(any) error }:
			if err := d.Scan(r.rows[r.at-1][i]); err != nil {
				return err
			}
		}
	}
	return nil
}

func catalogueRows() [][]any {
	var out [][]any
	for _, t := range []string{"tracks", "a", "b", "c"} {
		for _, c := range []string{"event_text", "received_at", "x", "y", "z"} {
			out = append(out, []any{"web", t, c, "text"})
		}
	}
	return out
}

func request(kinds ...landed.Kind) landed.Request {
	r := landed.Request{Source: landed.Source{Name: "web"}, Want: map[landed.Kind]landed.Span{}}
	for _, k := range kinds {
		r.Want[k] = landed.Span{First: 20000, Last: 20001}
	}
	return r
}

func over(t *testing.T, run answers, o ...Option) *Warehouse {
	t.Helper()
	w := New(run, plain{}, o...)
	if err := w.Attach(landed.Source{Name: "web", Schema: "web"}, Segment(), SourceOptions{}); err != nil {
		t.Fatal(err)
	}
	return w
}

func TestSlowStatementIsAGapAndTheRestGoesOn(t *testing.T) {
	var progress []string
	w := over(t, func(ctx context.Context, s Statement) ([][]any, error) {
		switch s.Name {
		case "catalogue":
			return catalogueRows(), nil
		case "profiles of b":
			<-ctx.Done()
			return nil, ctx.Err()
		}
		return nil, nil
	}, WithTimeout(20*time.Millisecond), WithConcurrency(3), WithProgress(func(done, total int, what string) {
		progress = append(progress, fmt.Sprintf("%d/%d", done, total))
	}))
	snap, err := w.Gather(t.Context(), request(landed.Profiles))
	if err != nil {
		t.Fatal(err)
	}
	if len(snap.Gaps) != 1 || snap.Gaps[0].Table != "b" || !strings.Contains(snap.Gaps[0].Why, "longer than 20ms") {
		t.Errorf("gaps: %+v", snap.Gaps)
	}
	if want := []string{"1/6", "2/6", "3/6", "4/6", "5/6", "6/6"}; !slices.Equal(want, progress) { // three tables of two chunks
		t.Errorf("progress %v", progress)
	}
}

func TestUnreachableIsAnError(t *testing.T) {
	for _, when := range []string{"catalogue", "profiles of b"} {
		w := over(t, func(_ context.Context, s Statement) ([][]any, error) {
			if s.Name == when {
				return nil, errGone
			}
			if s.Name == "catalogue" {
				return catalogueRows(), nil
			}
			return nil, nil
		})
		if _, err := w.Gather(t.Context(), request(landed.Profiles)); !errors.Is(err, errGone) {
			t.Errorf("gone at %s: %v", when, err)
		}
	}
}

func TestCancelledBetweenStatements(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	w := over(t, func(_ context.Context, s Statement) ([][]any, error) {
		if s.Name == "catalogue" {
			return catalogueRows(), nil
		}
		cancel()
		return nil, ctx.Err()
	}, WithConcurrency(1))
	if _, err := w.Gather(ctx, request(landed.Profiles)); !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "cancelled") {
		t.Errorf("got %v", err)
	}
}

func TestTablesMayHaveDaysOfTheirOwn(t *testing.T) {
	w := over(t, func(context.Context, Statement) ([][]any, error) { return catalogueRows(), nil })
	r := request(landed.Profiles)
	r.Tables = map[string]landed.Span{"a": {First: 19000, Last: 19900}, "b": landed.NoSpan}
	plan, err := w.Plan(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]landed.Span{}
	for _, s := range plan {
		got[s.Tables[0].Table] = s.Span
	}
	want := map[string]landed.Span{"a": r.Tables["a"], "c": r.Want[landed.Profiles]}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("days (-want +got):\n%s", diff)
	}
}

func TestAttachRefuses(t *testing.T) {
	w := New(answers(nil), plain{})
	for what, err := range map[string]error{
		"an unsafe where": w.Attach(landed.Source{Name: "a"}, Segment(), SourceOptions{Where: "1; DROP TABLE x"}),
		"an unknown zone": w.Attach(landed.Source{Name: "a", Zone: "Moon"}, Segment(), SourceOptions{}),
	} {
		if err == nil {
			t.Errorf("%s was taken", what)
		}
	}
	if _, err := w.Gather(t.Context(), request()); err == nil || !strings.Contains(err.Error(), "not attached") {
		t.Errorf("a source that is not attached: %v", err)
	}
}

func TestSubstitutedNamesNeverMeet(t *testing.T) {
	with := map[landed.Relation]string{
		{Schema: "a", Table: "b_c"}: "1", {Schema: "a_b", Table: "c"}: "2", {Schema: "A", Table: "b;c"}: "3", {Schema: "", Table: strings.Repeat("x", 99)}: "4",
	}
	r := newRelations(plain{}, with)
	seen := map[string]bool{}
	for rel := range with {
		name := r.name(rel)
		if seen[name] || len(name) > 63 || strings.ContainsAny(name, "; ") {
			t.Errorf("%v is read as %s", rel, name)
		}
		seen[name] = true
	}
	if got := r.name(landed.Relation{Schema: "project.set", Table: "t"}); got != `"project"."set"."t"` {
		t.Errorf("a path is written %s", got)
	}
	if clause := r.clause(); strings.Count(clause, " AS ") != 4 || strings.Contains(clause, "project") {
		t.Errorf("the clause is %s", clause)
	}
}

func TestFingerprintChangesWithWhatIsCounted(t *testing.T) {
	s := landed.Source{Name: "web", Schema: "web", Zone: "UTC"}
	base := Fingerprint(s, Segment())
	renamed := s
	renamed.Name, renamed.Title = "other", "Other"
	if Fingerprint(renamed, Segment()) != base {
		t.Error("a name changes the fingerprint")
	}
	zone, schema := s, s
	zone.Zone, schema.Schema = "America/Los_Angeles", "web2"
	seen := map[string]bool{base: true}
	for _, f := range []string{
		Fingerprint(zone, Segment()), Fingerprint(schema, Segment()), Fingerprint(s, Rollup("", RollupColumns{})),
		Fingerprint(s, Rollup("", RollupColumns{Rows: "n"})), Fingerprint(s, Rollup("t", RollupColumns{})),
	} {
		if seen[f] {
			t.Errorf("fingerprint %s comes twice", f)
		}
		seen[f] = true
	}
}
