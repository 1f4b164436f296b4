package conformance

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/connectors"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

func (s suite) hostile(t *testing.T, nul bool) {
	t.Helper()
	w := s.open(t, "UTC", connectors.SourceOptions{})
	snap := gather(t, w, request(t, "hostile", landed.Counts))
	noGaps(t, snap)
	if len(snap.Events) != len(hostileNames(nul)) {
		t.Errorf("%d events came back of %d", len(snap.Events), len(hostileNames(nul)))
	}
	var qs []landed.Question
	for _, name := range hostileNames(nul) {
		if n := total(snap, name); n != 1 {
			t.Errorf("%.40q was counted %d times", name, n)
		}
		qs = append(qs, landed.Users{Source: "hostile", Event: name, Span: snap.Span})
	}
	got, err := w.Ask(t.Context(), qs)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range qs {
		if a := got.Values[q]; len(a) != 1 || len(a[0].N) != 1 || a[0].N[0] != 1 {
			t.Errorf("%.40q has users %+v, %+v", q.(landed.Users).Event, a, got.Failed[q])
		}
	}
}

func (s suite) edges(t *testing.T) {
	w := s.open(t, "America/Los_Angeles", connectors.SourceOptions{})
	r := request(t, "edges")
	r.Want[landed.Counts] = span(t, "2026-03-07", "2026-03-09")
	r.Want[landed.Arrivals] = r.Want[landed.Counts]
	snap := gather(t, w, r)
	noGaps(t, snap)
	if diff := cmp.Diff([]int64{2, 2, 2}, daily(snap, "Tick")); diff != "" {
		t.Errorf("rows of the 7th, the 8th of 23 hours and the 9th (-want +got):\n%s", diff)
	}
	r.Want = map[landed.Kind]landed.Span{landed.Counts: span(t, "2026-03-06", "2026-03-10")}
	if diff := cmp.Diff([]int64{1, 2, 2, 2, 1}, daily(gather(t, w, r), "Tick")); diff != "" {
		t.Errorf("rows of the days around them (-want +got):\n%s", diff)
	}
	utc := gather(t, s.open(t, "UTC", connectors.SourceOptions{}), r)
	if diff := cmp.Diff([]int64{0, 2, 2, 2, 2}, daily(utc, "Tick")); diff != "" {
		t.Errorf("the same in UTC (-want +got):\n%s", diff)
	}
}

func (s suite) void(t *testing.T) {
	w := s.open(t, "UTC", connectors.SourceOptions{})
	snap := gather(t, w, request(t, "void", landed.Counts, landed.Columns, landed.Profiles, landed.Shapes, landed.Arrivals, landed.Duplicates))
	noGaps(t, snap)
	if len(snap.Events)+len(snap.Oddities)+len(snap.Arrivals) > 0 {
		t.Errorf("something came of nothing: %+v", snap)
	}
	got := table(t, snap, "nothing_happened")
	if len(got.Profiles)+len(got.Shapes) > 0 || got.Profiled != snap.Held[landed.Profiles] {
		t.Errorf("profiles of an empty table: %+v", got)
	}
}

func (s suite) nameless(t *testing.T) {
	snap := gather(t, s.open(t, "UTC", connectors.SourceOptions{}), request(t, "nameless", landed.Counts))
	noGaps(t, snap)
	want := []landed.Oddity{{Rows: 3, Why: "rows without a name"}}
	if diff := cmp.Diff(want, snap.Oddities); diff != "" || len(snap.Events) > 0 {
		t.Errorf("events %v, oddities (-want +got):\n%s", snap.Events, diff)
	}
}

func (s suite) textless(t *testing.T) {
	snap := gather(t, s.open(t, "UTC", connectors.SourceOptions{}), request(t, "textless", landed.Counts, landed.Columns, landed.Profiles))
	if len(snap.Gaps) != 1 || snap.Gaps[0].Kind != landed.Counts || !strings.Contains(snap.Gaps[0].Why, "event_text") || snap.Gaps[0].HowToFix == "" {
		t.Errorf("gaps: %+v", snap.Gaps)
	}
	if _, held := snap.Held[landed.Counts]; held || !snap.Span.Empty() {
		t.Errorf("days that were not read are held: %v %v", snap.Held, snap.Span)
	}
	if got := table(t, snap, "typed"); len(got.Profiles) != 2 {
		t.Errorf("the rest was not read: %+v", got)
	}
}

// profile adds a column's figures up over the slices of a table.
func profile(t *testing.T, tab landed.Table, column string) landed.ColumnProfile {
	t.Helper()
	var out landed.ColumnProfile
	for _, p := range tab.Profiles {
		i := slices.IndexFunc(p.Columns, func(c landed.ColumnProfile) bool { return c.Column == column })
		if i < 0 {
			t.Fatalf("column %s was not profiled: %+v", column, p)
		}
		c := p.Columns[i]
		out.Filled += c.Filled
		out.Positive += c.Positive
		out.Sum += c.Sum
		out.SumLog += c.SumLog
		out.True += c.True
		out.Fractional += c.Fractional
		out.At512 += c.At512
		if c.Max != "" {
			out.Max = max(out.Max, c.Max)
		}
		for id, n := range c.Violations {
			if out.Violations == nil {
				out.Violations = map[string]int64{}
			}
			out.Violations[id] += n
		}
	}
	return out
}

func (s suite) everyType(t *testing.T) {
	snap := gather(t, s.open(t, "UTC", connectors.SourceOptions{}), request(t, "shop", landed.Columns, landed.Profiles))
	noGaps(t, snap)
	tab := table(t, snap, "typed")
	types := map[string]landed.Type{}
	for _, c := range tab.Columns {
		types[c.Name] = c.Type
	}
	for name, want := range map[string]landed.Type{
		"word": landed.Text, "count": landed.Integer, "price": landed.Number, "paid": landed.Boolean, "due": landed.Timestamp,
		"cart": landed.JSON, "blob": landed.OtherType, "received_at": landed.Timestamp, `od"d; name`: landed.Text,
	} {
		if types[name] != want {
			t.Errorf("column %s is read as %s, want %s", name, types[name], want)
		}
	}
	if !slices.ContainsFunc(snap.Oddities, func(o landed.Oddity) bool { return o.Table == "typed" && o.Column == "blob" }) {
		t.Errorf("the strange column is not spoken of: %+v", snap.Oddities)
	}
	if len(tab.Profiles) != 2 || tab.Profiles[0].Slice.Library != "ios" || tab.Profiles[0].Rows != 2 {
		t.Errorf("profiles by slice: %+v", tab.Profiles)
	}
	for _, c := range tab.Profiles[0].Columns {
		if slices.Contains([]string{"id", "received_at", "context_ip", "context_library_name"}, c.Column) {
			t.Errorf("%s is no property", c.Column)
		}
	}
	count, price, word := profile(t, tab, "count"), profile(t, tab, "price"), profile(t, tab, "word")
	if count.Filled != 3 || count.Positive != 1 || count.Max != "9007199254740993" {
		t.Errorf("count: %+v", count)
	}
	if price.Filled != 3 || price.Positive != 2 || price.Sum != 5.5 || price.Fractional != 1 || price.SumLog < 2.302 || price.SumLog > 2.303 {
		t.Errorf("price: %+v", price)
	}
	if word.Filled != 3 || word.At512 != 1 {
		t.Errorf("word: %+v", word)
	}
	for name, filled := range map[string]int64{"due": 1, "born": 2, "cart": 1, "blob": 0, "context_campaign_name": 1, `od"d; name`: 3} {
		if got := profile(t, tab, name); got.Filled != filled {
			t.Errorf("%s is filled %d times, want %d", name, got.Filled, filled)
		}
	}
	if paid := profile(t, tab, "paid"); paid.Filled != 3 || paid.True != 2 {
		t.Errorf("paid: %+v", paid)
	}
}

// rule is a rule of the plan for a column of the table typed.
func rule(id, column string, r landed.Rule) landed.Constraint {
	return landed.Constraint{ID: id, Table: "typed", Column: column, Rule: r}
}

func (s suite) rules(t *testing.T) {
	among, number := rule("among", "word", landed.OneOf), rule("number", "count", landed.OneOf)
	among.Values, number.Values = []string{"2", "it's"}, []string{"0", "-3.0"}
	pattern := rule("pattern", "word", landed.Matches)
	pattern.Pattern = "^[0-9']+$"
	within := rule("within", "price", landed.Within)
	within.Min, within.Max = new(0.0), new(3.0)
	integer := rule("integer", "word", landed.Castable)
	integer.Type = landed.Integer
	flag := rule("flag", "paid", landed.OneOf)
	flag.Values = []string{"true"}
	r := request(t, "shop", landed.Profiles)
	r.Constraints = []landed.Constraint{among, number, pattern, within, integer, flag, rule("required", "price", landed.Required)}
	w := s.open(t, "UTC", connectors.SourceOptions{})
	snap := gather(t, w, r)
	noGaps(t, snap)
	got := map[string]int64{}
	for _, c := range []string{"word", "count", "price", "paid"} {
		maps.Copy(got, profile(t, table(t, snap, "typed"), c).Violations)
	}
	want := map[string]int64{"among": 2, "number": 1, "pattern": 2, "within": 2, "integer": 2, "required": 1, "flag": 1}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("violations (-want +got):\n%s", diff)
	}
	ids := answer(t, w, landed.SampleIDs{Source: "shop", Table: "typed", Constraint: "within", Span: span(t, "2026-03-01", "2026-03-20"), Limit: 5})
	if diff := cmp.Diff(landed.Answer{{Key: "t2"}, {Key: "t4"}}, ids); diff != "" {
		t.Errorf("ids (-want +got):\n%s", diff)
	}
}

func (s suite) brokenRule(t *testing.T) {
	bad := rule("bad", "word", landed.Matches)
	bad.Pattern = "("
	r := request(t, "shop", landed.Profiles)
	r.Constraints = []landed.Constraint{bad}
	snap := gather(t, s.open(t, "UTC", connectors.SourceOptions{}), r)
	if len(snap.Gaps) != 1 || snap.Gaps[0].Table != "typed" || !strings.Contains(snap.Gaps[0].Why, "rules for word") {
		t.Errorf("gaps: %+v", snap.Gaps)
	}
	if got := profile(t, table(t, snap, "typed"), "word"); got.Filled != 3 || got.Violations != nil {
		t.Errorf("word: %+v", got)
	}
}

func (s suite) shapes(t *testing.T) {
	w := s.open(t, "UTC", connectors.SourceOptions{})
	snap := gather(t, w, request(t, "shop", landed.Shapes))
	noGaps(t, snap)
	var email, plan, amount landed.Shape
	for _, sh := range table(t, snap, "buy").Shapes {
		if sh.Day != day(t, "2026-03-10") {
			continue
		}
		switch sh.Column {
		case "email":
			email = sh
		case "plan":
			plan = sh
		case "amount":
			amount = sh
		}
	}
	if email.Sampled != 2 || email.Classes[landed.LooksEmail] != 2 || len(email.Top) != 2 {
		t.Errorf("email: %+v", email)
	}
	if plan.Sampled != 2 || plan.Classes[landed.LooksOther] != 2 {
		t.Errorf("plan: %+v", plan)
	}
	if amount.Sampled != 2 || amount.LogHist[15] != 2 { // 80 and 90: the last fifth of the second decade
		t.Errorf("amount: %+v", amount)
	}
	other := gather(t, connectorsWithKey(t, s, "another key"), request(t, "shop", landed.Shapes))
	for h := range email.Top {
		for _, sh := range table(t, other, "buy").Shapes {
			if _, same := sh.Top[h]; same {
				t.Errorf("another key gives the same hash %x", h)
			}
		}
	}
}

func connectorsWithKey(t *testing.T, s suite, key string) *connectors.Warehouse {
	t.Helper()
	w := connectors.New(s.runner, s.dialect, connectors.WithKey(key))
	if err := w.Attach(landed.Source{Name: "shop", Schema: "shop"}, connectors.Segment(), connectors.SourceOptions{}); err != nil {
		t.Fatal(err)
	}
	return w
}

func (s suite) arrivals(t *testing.T) {
	snap := gather(t, s.open(t, "UTC", connectors.SourceOptions{}), request(t, "shop", landed.Arrivals))
	noGaps(t, snap)
	i := slices.IndexFunc(snap.Arrivals, func(a landed.Arrival) bool { return a.Day == day(t, "2026-03-09") })
	if i < 0 {
		t.Fatalf("no arrivals: %+v", snap.Arrivals)
	}
	// Two rows of the 9th: one loaded at noon, one received in its last microsecond and loaded at 01:29 of the 10th.
	if a := snap.Arrivals[i]; a.Rows != 2 || a.Hours[0] != 1 || a.Hours[1] != 1 || a.Hours[2] != 2 || a.Hours[48] != 2 {
		t.Errorf("arrivals: %+v", a)
	}
}

func (s suite) duplicates(t *testing.T) {
	snap := gather(t, s.open(t, "UTC", connectors.SourceOptions{}), request(t, "shop", landed.Duplicates, landed.Counts))
	noGaps(t, snap)
	for _, e := range snap.Events {
		if e.Name == "Buy" && !slices.Contains(e.Dups, landed.Duplicate{Day: day(t, "2026-03-10"), Rows: 2, IDs: 1}) {
			t.Errorf("duplicates: %+v", e.Dups)
		}
	}
	calls := map[landed.Call]string{}
	for _, e := range snap.Events {
		calls[e.Call] += e.Name + "@" + e.Table + " "
	}
	want := map[landed.Call]string{landed.Track: "Buy@buy Purchase@purchase ", landed.Page: "Page Viewed@pages ", landed.Identify: "@identifies "}
	if diff := cmp.Diff(want, calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	if got, want := snap.Loaded.UTC(), at("2026-03-12 12:45:00"); !got.Equal(want) {
		t.Errorf("newest load %s, want %s", got, want)
	}
}

func (s suite) narrowed(t *testing.T) {
	w := s.open(t, "UTC", connectors.SourceOptions{ExcludeTables: []string{"typed", "identifies"}, Where: "context_library_name = 'ios'"})
	snap := gather(t, w, request(t, "shop", landed.Counts, landed.Columns, landed.Profiles))
	noGaps(t, snap)
	if total(snap, "Buy") != 1 || total(snap, "Purchase") != 0 {
		t.Errorf("where was not heeded: %+v", snap.Events)
	}
	for _, tab := range snap.Tables {
		if tab.Name == "typed" || tab.Name == "identifies" || tab.Name == "users" {
			t.Errorf("table %s was read", tab.Name)
		}
	}
	var rows int64
	for _, p := range table(t, snap, "buy").Profiles {
		rows += p.Rows
	}
	if rows != 1 {
		t.Errorf("%d rows of buy were profiled, want 1", rows)
	}
	q := landed.TopValues{Source: "shop", Table: "typed", Column: "word", Span: snap.Span}
	if a, err := w.Ask(t.Context(), []landed.Question{q}); err != nil || a.Failed[q].Why == "" {
		t.Errorf("a question about an excluded table was answered: %+v %v", a, err)
	}
}

func (s suite) loadedBy(t *testing.T) {
	r := request(t, "shop", landed.Counts, landed.Profiles)
	r.LoadedBy = at("2026-03-10 00:00:00") // rows reach the warehouse 90 minutes after they are received
	w := s.open(t, "UTC", connectors.SourceOptions{})
	snap := gather(t, w, r)
	noGaps(t, snap)
	if n := total(snap, "Buy"); n != 3 {
		t.Errorf("%d rows had landed, want 3", n)
	}
	asked := 0.0
	for _, hour := range answer(t, w, landed.Hourly{Source: "shop", Event: "Buy", Span: snap.Span}) {
		asked += hour.N[0]
	}
	if asked != 3 {
		t.Errorf("questions that follow see %v rows, want the 3 that had landed", asked)
	}
}

func (s suite) rollup(t *testing.T) {
	w := connectors.New(s.runner, s.dialect)
	layout := connectors.Rollup("", connectors.RollupColumns{Source: "source"})
	if err := w.Attach(landed.Source{Name: "Web shop", Schema: "metrics"}, layout, connectors.SourceOptions{Value: "web"}); err != nil {
		t.Fatal(err)
	}
	r := request(t, "Web shop", landed.Counts, landed.Profiles)
	r.Want[landed.Counts] = span(t, "2026-03-07", "2026-03-10")
	snap := gather(t, w, r)
	noGaps(t, snap)
	if diff := cmp.Diff([]int64{0, 12, 0, 3}, daily(snap, "Sign Up")); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	q := landed.Hourly{Source: "Web shop", Event: "Sign Up", Span: snap.Span}
	if a, err := w.Ask(t.Context(), []landed.Question{q}); err != nil || a.Failed[q].HowToFix == "" {
		t.Errorf("a question daily counts cannot answer: %+v %v", a, err)
	}
}

func (s suite) discover(t *testing.T) {
	found, err := connectors.New(s.runner, s.dialect).Discover(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, f := range found {
		got[f.Schema+"/"+f.Source] = f.Layout.Name + " " + strings.SplitN(f.Problem, ":", 2)[0]
	}
	want := map[string]string{
		"hostile/hostile": "segment ", "edges/edges": "segment ", "void/void": "segment ", "nameless/nameless": "segment ",
		"looks/looks": "segment ", "belated/belated": "segment ", "aside/aside": "segment ", "shop/shop": "segment ", "textless/textless": "segment tracks has no column event_text",
		"metrics/web": "rollup ", "metrics/ios": "rollup ", "twice/twice": "segment ", "beside/beside": "segment ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("found (-want +got):\n%s", diff)
	}
}
