package checks

import (
	"cmp"
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
)

// everyCheck runs the whole catalogue with its defaults over inputs, and answers no question.
func everyCheck(t interface{ Fatal(...any) }, all []Input) Verdict {
	set, err := Make(func(string) Settings { return nil }, func(finding.Kind) bool { return false })
	if err != nil {
		t.Fatal(err)
	}
	var out Verdict
	add := func(v Verdict) {
		out.Findings = append(out.Findings, v.Findings...)
		out.Unjudged = append(out.Unjudged, v.Unjudged...)
	}
	all = slices.Clone(all)
	for i, in := range all {
		in = set.Prepare(in)
		all[i] = in
		for _, c := range set.Sources {
			if q, ok := c.(Inquirer); ok {
				q.Questions(in)
			}
			add(c.Run(in))
		}
	}
	for _, c := range set.All {
		add(c.RunAll(all))
	}
	return out
}

// anyName draws names that land, some of them close to each other, some hostile.
func anyName() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{
			"Purchase Completed", "purchase_completed", "Purchаse Completed", "Purchase Completed ", "Product Added", "Added Product",
			"", " ", "_", "a\x00b", "Viewed 10001", "Viewed 10002", "Viewed 10003", "Viewed 10004", "Viewed 10005", "Viewed 3f2504e0", "\u202eevil", "'; drop table x; --", "\xff\xfe", "日本語", "{{name}}",
		}),
		rapid.StringN(0, 12, 40),
	)
}

// anyInput draws one source: few or many days, judged inside or outside of them, with or without events, tables,
// columns and a plan.
func anyInput(t *rapid.T, source string) Input {
	first := landed.Day(rapid.IntRange(20000, 20010).Draw(t, "first"))
	days := rapid.SampledFrom([]int{0, 1, 6, 7, 15, 40, 90}).Draw(t, "days")
	span := landed.Span{First: first, Last: first + landed.Day(days) - 1}
	in := Input{
		Landed: landed.Snapshot{Source: landed.Source{Name: source, Schema: source}, Span: span},
		Last:   span.Last + landed.Day(rapid.SampledFrom([]int{0, 0, 0, -1, -50, 3}).Draw(t, "judged")),
		Since:  landed.NoDay, Partial: rapid.SampledFrom([]float64{1, 0, .9}).Draw(t, "partial"), Whole: rapid.Bool().Draw(t, "whole"),
		ShowValues: rapid.Bool().Draw(t, "show"), PlanChanged: map[string]landed.Day{},
	}
	in.AsOf = in.Last + 1
	if rapid.Bool().Draw(t, "late") {
		in.Late, in.Since = true, in.Last+1
	}
	slicesOf := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) landed.Slice {
		return landed.Slice{
			AppVersion: rapid.SampledFrom([]string{"", "1.0", "2.0", landed.Other}).Draw(t, "version"),
			Platform:   rapid.SampledFrom([]string{"", "ios"}).Draw(t, "platform"),
		}
	}), 1, 3, func(s landed.Slice) landed.Slice { return s })
	level := rapid.SampledFrom([]int64{0, 1, 30, 400})
	for _, name := range rapid.SliceOfNDistinct(anyName(), 0, 6, rapid.ID[string]).Draw(t, "names") {
		e := landed.Event{Name: name, Call: rapid.SampledFrom([]landed.Call{landed.Track, landed.Track, landed.Page, landed.Identify}).Draw(t, "call")}
		e.Table = plan.TableOf(plan.Event{Name: name, Call: e.Call.String()})
		for _, s := range slicesOf.Draw(t, "slices") {
			at := rapid.IntRange(0, max(0, days)).Draw(t, "break")
			before, after := level.Draw(t, "before"), level.Draw(t, "after")
			daily := make([]int64, days)
			for i := range daily {
				daily[i] = before + int64(i%3)*before/10
				if i >= at {
					daily[i] = after + int64(i%4)*after/10
				}
			}
			e.Cells = append(e.Cells, landed.Cell{Slice: s, Daily: daily})
		}
		in.Landed.Events = append(in.Landed.Events, e)
	}
	slices.SortFunc(in.Landed.Events, func(a, b landed.Event) int { return cmp.Compare(a.Name, b.Name) })
	in.Plan = anyPlan(t, in)
	anyTables(t, &in)
	anyRows(t, &in)
	return in
}

// anyPlan draws a plan of some of the names that landed and of some that did not.
func anyPlan(t *rapid.T, in Input) *plan.Plan {
	if rapid.IntRange(0, 4).Draw(t, "planned") == 0 {
		return nil
	}
	p := &plan.Plan{Hash: "h", Inferred: rapid.IntRange(0, 5).Draw(t, "inferred") == 0}
	names := rapid.SliceOfN(anyName(), 0, 3).Draw(t, "planned names")
	for _, e := range in.Landed.Events {
		if rapid.Bool().Draw(t, "is planned") {
			names = append(names, e.Name)
		}
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		e := plan.Event{Name: name, Call: rapid.SampledFrom([]string{"track", "track", "page", "identify"}).Draw(t, "planned call")}
		e.Status = rapid.SampledFrom([]string{"", "", "deprecated"}).Draw(t, "status")
		if rapid.Bool().Draw(t, "created") {
			e.Created = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
		}
		for _, column := range []string{"method", "total", "gone", "a b"} {
			e.Properties = append(e.Properties, plan.Property{
				Name: column, Type: rapid.SampledFrom([]string{"", "string", "number", "boolean"}).Draw(t, "type"),
				Required: rapid.Bool().Draw(t, "required"), Enum: rapid.SampledFrom([][]string{nil, {"x", "X"}}).Draw(t, "enum"),
				Pattern: rapid.SampledFrom([]string{"", "^x$"}).Draw(t, "pattern"), Max: rapid.SampledFrom([]*float64{nil, new(3.0)}).Draw(t, "max"),
			})
		}
		p.Events = append(p.Events, e)
	}
	return p
}

// anyTables draws what the tables of the events hold: none, no columns, or figures that break on some day.
func anyTables(t *rapid.T, in *Input) {
	for _, name := range tablesOf(in.Landed.Events) {
		if rapid.IntRange(0, 3).Draw(t, "no table") == 0 {
			continue
		}
		table := landed.Table{Name: name, Profiled: rapid.SampledFrom([]landed.Span{in.Landed.Span, landed.NoSpan, {}}).Draw(t, "profiled")}
		for _, column := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"method", "total", "a_b", "_gone", "x\x00", "user_id"}), 0, 4, rapid.ID[string]).Draw(t, "columns") {
			table.Columns = append(table.Columns, landed.Column{
				Name: column, Seen: landed.NoDay, Gone: landed.NoDay,
				Type: rapid.SampledFrom([]landed.Type{landed.Text, landed.Number, landed.Boolean, landed.OtherType}).Draw(t, "column type"),
			})
		}
		in.Landed.Tables = append(in.Landed.Tables, table)
	}
	in.Constraints = constraintsOf(in.Plan, in.Landed.Tables)
	for _, r := range in.Constraints {
		if rapid.IntRange(0, 3).Draw(t, "rule is young") == 0 {
			in.PlanChanged[r.ID] = in.Last - 5
		}
	}
	for i := range in.Landed.Tables {
		anyProfiles(t, in, &in.Landed.Tables[i])
	}
}

func tablesOf(events []landed.Event) []string {
	var out []string
	for _, e := range events {
		out = append(out, e.Table)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func anyProfiles(t *rapid.T, in *Input, table *landed.Table) {
	at := landed.Day(rapid.IntRange(0, 60).Draw(t, "values break"))
	size := rapid.SampledFrom([]float64{0, 1, 100, 1e300}).Draw(t, "size")
	bad := rapid.SampledFrom([]int64{0, 3, 1}).Draw(t, "bad")
	for d := table.Profiled.First; d <= table.Profiled.Last; d++ {
		for _, e := range in.Landed.Events {
			for _, c := range e.Cells {
				i := int(d - in.Landed.Span.First)
				if e.Table != table.Name || i < 0 || i >= len(c.Daily) || c.Daily[i] == 0 {
					continue
				}
				p := landed.Profile{Day: d, Slice: c.Slice, Rows: c.Daily[i]}
				for _, column := range table.Columns {
					f := landed.ColumnProfile{Column: column.Name, Filled: p.Rows}
					if d-in.Landed.Span.First >= at && bad > 0 {
						f.Filled = p.Rows / bad
					}
					if size > 0 {
						f.Positive, f.SumLog = f.Filled, float64(f.Filled)*math.Log(size)*float64(1+(d/20)%2)
					}
					for _, r := range in.Constraints {
						if r.Table == table.Name && r.Column == column.Name {
							f.Violations = map[string]int64{r.ID: p.Rows - f.Filled/2 - p.Rows/2}
							f.Violations[r.ID] = min(f.Filled, max(0, f.Violations[r.ID]))
						}
					}
					p.Columns = append(p.Columns, f)
				}
				table.Profiles = append(table.Profiles, p)
			}
		}
	}
}

// TestEveryCheckHolds is what every check promises, whatever it is given: it does not panic, does not change its
// input, and what it says can be shown.
func TestEveryCheckHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := []Input{anyInput(t, "web")}
		if rapid.Bool().Draw(t, "two sources") {
			all = append(all, anyInput(t, "ios"))
		}
		before := written(t, all)
		verdict := everyCheck(t, all)
		if diff := gocmp.Diff(before, written(t, all)); diff != "" {
			t.Fatalf("a check changed its input:\n%s", diff)
		}
		for _, f := range verdict.Findings {
			if why := unshowable(f, all); why != "" {
				t.Fatalf("%s: %s\n%+v", f.Kind, why, f)
			}
		}
		for _, u := range verdict.Unjudged {
			if u.Why == "" || u.Check == "" {
				t.Fatalf("not judged, and nobody knows why: %+v", u)
			}
		}
	})
}

// written is an input as text: a deep copy that can be compared.
func written(t *rapid.T, all []Input) string {
	var parts []any
	for _, in := range all {
		parts = append(parts, in.Landed, in.Plan, in.Constraints, in.PlanChanged)
	}
	text, err := json.Marshal(parts)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// unshowable says what keeps a finding from being shown.
func unshowable(f finding.Finding, all []Input) string {
	first, last := all[0].Landed.Span.First, all[0].Last+1
	for _, in := range all {
		first, last = min(first, in.Landed.Span.First), max(last, in.Last+1)
		if in.Late {
			first = min(first, in.Since) // what is late is later than all that is known
		}
	}
	switch {
	case f.Title == "":
		return "it has no title"
	case f.Severity == 0 || f.Severity > finding.Critical:
		return "it has no severity"
	case f.Since != landed.NoDay && (f.Since < first || f.Since > last):
		return "it began outside the history: " + f.Since.String()
	case !(f.Confidence >= 0 && f.Confidence <= 1):
		return "its confidence is not between 0 and 1"
	case f.Rows < 0:
		return "its rows are negative"
	case len(f.Sources) == 0:
		return "it has no source"
	case f.Score != nil && (math.IsNaN(*f.Score) || math.IsInf(*f.Score, 0)):
		return "its score is no number"
	case !(f.Rate.After >= 0 && f.Rate.After <= 1 && f.Rate.Before >= 0 && f.Rate.Before <= 1):
		return "its share is not between 0 and 1"
	case !(f.Share >= 0 && f.Share <= 1):
		return "its share of the source is not between 0 and 1"
	}
	for _, e := range f.Evidence {
		if e.Value == "" {
			return "it has evidence without a word: " + e.Label
		}
	}
	return ""
}

// TestOrderDoesNotMatter runs every check over the same events in another order.
func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t, "web")
		turned := in
		turned.Landed.Events = slices.Clone(in.Landed.Events)
		turned.Landed.Tables = slices.Clone(in.Landed.Tables)
		slices.Reverse(turned.Landed.Events)
		slices.Reverse(turned.Landed.Tables)
		titles := func(v Verdict) []string {
			var out []string
			for _, f := range v.Findings {
				out = append(out, f.Severity.String()+" "+f.Title+" since "+f.Since.String())
			}
			slices.Sort(out)
			return out
		}
		if diff := gocmp.Diff(titles(everyCheck(t, []Input{in})), titles(everyCheck(t, []Input{turned}))); diff != "" {
			t.Fatalf("what is found depends on the order of events (- in order, + reversed):\n%s", diff)
		}
	})
}

// TestQuietNights judges nights of sources on which nothing happened: counts as restless as counts are, filled and
// broken shares that only chance moves. No check may say a word at warning or above.
func TestQuietNights(t *testing.T) {
	for seed := range uint64(40) {
		in := quietSource(rand.New(rand.NewPCG(seed, 3)))
		for _, f := range everyCheck(t, []Input{in}).Findings {
			if f.Severity >= finding.Warning {
				t.Errorf("seed %d: %s", seed, f.Title)
			}
		}
	}
}

func quietSource(r *rand.Rand) Input {
	const days = 120
	last := landed.DayOf(time.Date(2026, 6, 15, 0, 0, 0, 0, time.UTC))
	span := landed.Span{First: last - days + 1, Last: last}
	in := Input{
		Plan: &plan.Plan{}, Landed: landed.Snapshot{Source: landed.Source{Name: "web", Schema: "web"}, Span: span},
		Last: last, AsOf: last + 1, Partial: 1, Since: landed.NoDay, Whole: true,
	}
	chance := func(n, p float64) int64 {
		return int64(min(n, max(0, math.Round(n*p+math.Sqrt(n*p*(1-p))*r.NormFloat64()))))
	}
	for _, name := range []string{"Page Opened", "Product Viewed", "Cart Viewed", "Signed In", "Search Run", "Invoice Paid"} {
		mean := 20 + 800*r.Float64()
		p := plan.Event{Name: name, Call: "track", Properties: []plan.Property{
			{Name: "method", Type: "string", Required: true, Enum: []string{"a", "b"}}, {Name: "coupon", Type: "string"}, {Name: "total", Type: "number"},
		}}
		in.Plan.Events = append(in.Plan.Events, p)
		e := landed.Event{Name: name, Table: plan.TableOf(p)}
		for _, version := range []string{"1.0", "2.0"} {
			c := landed.Cell{Slice: landed.Slice{AppVersion: version}}
			for d := span.First; d <= span.Last; d++ {
				m := mean
				if w := d.Weekday(); w == time.Saturday || w == time.Sunday {
					m *= .6
				}
				c.Daily = append(c.Daily, int64(max(0, math.Round(m+math.Sqrt(m)*r.NormFloat64()))))
			}
			e.Cells = append(e.Cells, c)
		}
		in.Landed.Events = append(in.Landed.Events, e)
		table := landed.Table{Name: e.Table, Profiled: landed.Span{First: last - 55, Last: last}}
		for _, c := range []struct {
			name string
			typ  landed.Type
		}{{"coupon", landed.Text}, {"method", landed.Text}, {"total", landed.Number}} {
			table.Columns = append(table.Columns, landed.Column{Name: c.name, Type: c.typ, Seen: landed.NoDay, Gone: landed.NoDay})
		}
		in.Landed.Tables = append(in.Landed.Tables, table)
	}
	slices.SortFunc(in.Landed.Events, func(a, b landed.Event) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(in.Landed.Tables, func(a, b landed.Table) int { return cmp.Compare(a.Name, b.Name) })
	in.Constraints = constraintsOf(in.Plan, in.Landed.Tables)
	for i := range in.Landed.Tables {
		table := &in.Landed.Tables[i]
		for d := table.Profiled.First; d <= last; d++ {
			for _, c := range in.Landed.Events[slices.IndexFunc(in.Landed.Events, func(e landed.Event) bool { return e.Table == table.Name })].Cells {
				n := c.Daily[d-span.First]
				if n == 0 {
					continue
				}
				full := float64(n)
				p := landed.Profile{Day: d, Slice: c.Slice, Rows: n, Columns: []landed.ColumnProfile{
					{Column: "coupon", Filled: chance(full, .3)},
					{Column: "method", Filled: chance(full, .995), Violations: map[string]int64{}},
					{Column: "total", Filled: n, Positive: n, SumLog: full * (4 + .3*r.NormFloat64()/math.Sqrt(full))},
				}}
				for _, rule := range in.Constraints {
					if rule.Table == table.Name && rule.Column == "method" {
						p.Columns[1].Violations[rule.ID] = chance(full, .003)
					}
				}
				table.Profiles = append(table.Profiles, p)
			}
		}
	}
	quietRows(&in, chance)
	return in
}
