package conformance

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/plumbline-audit/plumbline/connectors"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Loader writes the store into an empty warehouse and opens it the way users do. It ends the test when it cannot.
type Loader func(t *testing.T, tables []Table) connectors.Runner

// Traits say what a warehouse can hold.
type Traits struct {
	NUL bool // a NUL byte inside a text
}

// suite is one run over one loaded store.
type suite struct {
	runner  connectors.Runner
	dialect connectors.Dialect
}

// Run loads the store once and asks every question of it.
func Run(t *testing.T, load Loader, d connectors.Dialect, traits Traits) {
	t.Helper()
	s := suite{runner: load(t, store(traits.NUL)), dialect: d}
	t.Cleanup(func() {
		if err := s.runner.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	t.Run("hostile names come back byte for byte", func(t *testing.T) { s.hostile(t, traits.NUL) })
	t.Run("days begin and end where the zone says", s.edges)
	t.Run("an empty table is nothing", s.void)
	t.Run("rows without a name are counted apart", s.nameless)
	t.Run("a table without event_text is a gap, the rest is read", s.textless)
	t.Run("a missing schema is an error", s.missing)
	t.Run("a cancelled context is an error that says so", s.cancelled)
	t.Run("a column of every type is profiled", s.everyType)
	t.Run("the plan's rules are counted", s.rules)
	t.Run("a rule that cannot be counted costs only itself", s.brokenRule)
	t.Run("shapes say what values look like", s.shapes)
	t.Run("a text is taken for what it looks like", s.looks)
	t.Run("how late rows landed", s.arrivals)
	t.Run("the same message twice is one id", s.duplicates)
	t.Run("rows that happened on an earlier day are counted", s.belated)
	t.Run("excluded tables and where narrow everything", s.narrowed)
	t.Run("an earlier morning sees only what had landed", s.loadedBy)
	t.Run("questions are answered", s.questions)
	t.Run("rows that say an action again are counted", s.repeats)
	t.Run("what people are told can be asked again", s.behind)
	t.Run("a failing question spoils no other", s.failing)
	t.Run("mended data is read through substitution", s.mended)
	t.Run("daily counts that somebody keeps", s.rollup)
	t.Run("sources are discovered", s.discover)
	t.Run("what a source holds", s.extent)
	t.Run("which tables can be read", s.readable)
	t.Run("every statement that reads events is limited", s.limited)
}

// open returns a warehouse with one source per schema.
func (s suite) open(t *testing.T, zone string, o connectors.SourceOptions) *connectors.Warehouse {
	t.Helper()
	w := connectors.New(s.runner, s.dialect, connectors.WithKey("key"))
	for _, schema := range []string{"hostile", "edges", "void", "nameless", "textless", "shop", "looks", "missing", "belated", "aside"} {
		if err := w.Attach(landed.Source{Name: schema, Schema: schema, Zone: zone}, connectors.Segment(), o); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func day(t *testing.T, s string) landed.Day {
	t.Helper()
	d, err := landed.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func span(t *testing.T, first, last string) landed.Span {
	t.Helper()
	return landed.Span{First: day(t, first), Last: day(t, last)}
}

// request asks for kinds of one source from 1 March to 20 March.
func request(t *testing.T, source string, kinds ...landed.Kind) landed.Request {
	t.Helper()
	r := landed.Request{Source: landed.Source{Name: source}, Want: map[landed.Kind]landed.Span{}, Values: true}
	for _, k := range kinds {
		r.Want[k] = span(t, "2026-03-01", "2026-03-20")
	}
	return r
}

func gather(t *testing.T, w *connectors.Warehouse, r landed.Request) landed.Snapshot {
	t.Helper()
	snap, err := w.Gather(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return snap
}

func noGaps(t *testing.T, snap landed.Snapshot) {
	t.Helper()
	for _, g := range snap.Gaps {
		t.Errorf("unexpected gap: %+v", g)
	}
}

// daily adds up an event's rows per day over its slices.
func daily(snap landed.Snapshot, name string) []int64 {
	out := make([]int64, snap.Span.Len())
	for _, e := range snap.Events {
		if e.Name != name {
			continue
		}
		for _, c := range e.Cells {
			for i, n := range c.Daily {
				out[i] += n
			}
		}
	}
	return out
}

func total(snap landed.Snapshot, name string) int64 {
	var n int64
	for _, x := range daily(snap, name) {
		n += x
	}
	return n
}

func table(t *testing.T, snap landed.Snapshot, name string) landed.Table {
	t.Helper()
	i := slices.IndexFunc(snap.Tables, func(x landed.Table) bool { return x.Name == name })
	if i < 0 {
		t.Fatalf("table %s was not read: %+v", name, snap.Tables)
	}
	return snap.Tables[i]
}

func answer(t *testing.T, w *connectors.Warehouse, q landed.Question) landed.Answer {
	t.Helper()
	a, err := w.Ask(t.Context(), []landed.Question{q})
	if err != nil {
		t.Fatal(err)
	}
	if gap, failed := a.Failed[q]; failed {
		t.Fatalf("%+v was not answered: %+v", q, gap)
	}
	return a.Values[q]
}

func (s suite) cancelled(t *testing.T) {
	w := s.open(t, "UTC", connectors.SourceOptions{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := w.Gather(ctx, request(t, "shop", landed.Counts))
	if err == nil || !strings.Contains(err.Error(), "cancelled") {
		t.Errorf("gather: %v", err)
	}
	if _, err = w.Ask(ctx, []landed.Question{landed.Hourly{Source: "shop", Event: "Buy"}}); err == nil || !strings.Contains(err.Error(), "cancelled") {
		t.Errorf("ask: %v", err)
	}
}

func (s suite) missing(t *testing.T) {
	_, err := s.open(t, "UTC", connectors.SourceOptions{}).Gather(t.Context(), request(t, "missing", landed.Counts))
	if err == nil || !strings.Contains(err.Error(), `schema "missing"`) {
		t.Errorf("got %v", err)
	}
}

func (s suite) limited(t *testing.T) {
	w := s.open(t, "America/Los_Angeles", connectors.SourceOptions{Where: "user_id <> 'internal'"})
	plan, err := w.Plan(t.Context(), request(t, "shop", landed.Counts, landed.Arrivals, landed.Profiles, landed.Shapes, landed.Duplicates))
	if err != nil {
		t.Fatal(err)
	}
	if len(plan) < 5 {
		t.Errorf("only %d statements were planned", len(plan))
	}
	for _, st := range plan {
		col := s.dialect.Quote(st.Prunes)
		reads := strings.Count(strings.ToUpper(st.Text), "\nWHERE ") + strings.Count(strings.ToUpper(st.Text), " WHERE "+strings.ToUpper(col))
		if st.Prunes == "" || len(st.Tables) == 0 || st.Span.Empty() {
			t.Errorf("%s does not say what limits it", st.Name)
		}
		if strings.Count(st.Text, col+" >= ") < 1 || strings.Count(st.Text, col+" >= ") < len(st.Tables) || reads == 0 {
			t.Errorf("%s reads %d tables without limiting each by %s:\n%s", st.Name, len(st.Tables), st.Prunes, st.Text)
		}
		if strings.Count(st.Text, "(user_id <> 'internal')") < len(st.Tables) {
			t.Errorf("%s leaves the source's where out:\n%s", st.Name, st.Text)
		}
	}
}
