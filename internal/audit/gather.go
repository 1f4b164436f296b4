package audit

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/plumbline-audit/plumbline/checks"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// unsettled is how many landed days are read again every night, since late rows may still have come.
const unsettled = 3

// night is the days of one source's audit.
type night struct {
	asOf     landed.Day
	zone     *time.Location
	bound    time.Time // what was loaded later is not known yet
	loadedBy time.Time // passed to the warehouse: bound where the audit looks back, else zero
}

// nightOf returns the days of an audit for a source: its own calendar decides what yesterday is.
func (a *Auditor) nightOf(j Job, s Source) night {
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		zone = time.UTC
	}
	n := night{asOf: j.AsOf, zone: zone, bound: a.Now()}
	if j.AsOf == landed.NoDay {
		n.asOf = landed.DayOf(n.bound.In(zone))
		return n
	}
	if j.Morning != nil {
		if at, ok := j.Morning(j.AsOf); ok {
			// As that morning's audit would have: a zone in which the day has not begun is a day behind.
			n.asOf = min(j.AsOf, landed.DayOf(at.In(zone)))
			n.bound, n.loadedBy = at, at
			return n
		}
	}
	// The hour counts from the day's midnight by the wall clock, as a schedule does.
	y, m, d := j.AsOf.Time().Date()
	at := time.Date(y, m, d, 0, 0, 0, int(j.LoadedBy), zone)
	n.bound, n.loadedBy = at, at
	return n
}

// gather reads what the history does not hold yet: the new days, the unsettled ones, and profiles of the tables whose
// counts moved.
func (a *Auditor) gather(ctx context.Context, j Job, s Source, history, inherited landed.Snapshot, needs landed.Needs) *facts {
	f := &facts{source: s, partial: 1, last: landed.NoDay, missing: landed.NoDay}
	if s.Problem != nil {
		return f
	}
	n := a.nightOf(j, s)
	days := max(j.History, 1)
	all := landed.Span{First: n.asOf - landed.Day(days), Last: n.asOf - 1}
	known := history
	if j.Full || j.Replay {
		history = landed.Snapshot{Source: s.Source, Span: landed.NoSpan}
	}
	want := counted(all, history, needs)
	counts, err := a.Warehouse.Gather(ctx, landed.Request{
		Source: s.Source, LoadedBy: n.loadedBy,
		// Known already, so that questions about older violations can be asked on a night that profiles nothing.
		Constraints: constraints(j.Checks, s, history.Tables),
		Want:        want,
	})
	if err != nil {
		f.err = err
		return f
	}
	if history.Span.Empty() {
		counts = succeed(inherited, counts, want[landed.Counts]) // else it was stored on an earlier night
	}
	f.fresh = counts
	if !j.Replay {
		// Rows of the newest day that was counted were still to come.
		known.Cut(landed.Span{First: known.Span.First, Last: known.Span.Last - 1})
		f.recounted = landed.Recounted(known, counts)
	}
	f.merged = landed.Merge(history, counts)
	f.merged.Cut(landed.Span{First: min(all.First, f.merged.Span.First), Last: all.Last})
	f.complete(n)
	f.rules = constraints(j.Checks, s, f.merged.Tables)
	a.profile(ctx, f, history, needs, n, j.Checks.Prepare(checks.Input{
		Plan: s.Plan, Landed: f.merged, Last: f.last, Since: landed.NoDay,
	}).Apart)
	a.sampleEarlier(ctx, j, f, history, n, needs)
	return f
}

// counted is what is asked for together with the counts, and which days: columns as they are now, and repeated rows,
// which are dear, only where a check wants them.
func counted(all landed.Span, history landed.Snapshot, needs landed.Needs) map[landed.Kind]landed.Span {
	want := unread(all, history)
	out := map[landed.Kind]landed.Span{landed.Counts: want, landed.Arrivals: want, landed.Columns: {First: want.Last, Last: want.Last}}
	if days := needs[landed.Duplicates]; days > 0 {
		out[landed.Duplicates] = grown(want, history.Held[landed.Duplicates], days)
	}
	return out
}

// grown is the days of a dear kind that are read tonight: those that may have grown and those since it was held last, but
// never more than a first audit reads.
func grown(want, held landed.Span, days int) landed.Span {
	out := landed.Span{First: want.Last - landed.Day(days) + 1, Last: want.Last}
	if held != (landed.Span{}) && !held.Empty() {
		out.First = max(out.First, min(want.First, held.Last+1))
	}
	return out
}

// unread is the days of all that the history does not hold, and those that may have grown since.
func unread(all landed.Span, history landed.Snapshot) landed.Span {
	if history.Span.Empty() || history.Span == (landed.Span{}) || history.Span.Last < all.First || history.Span.First > all.First {
		return all // also where more history is wanted than was read before
	}
	from := history.Span.Last + 1
	seen := 0
	total := history.Total()
	for i := len(total) - 1; i >= 0 && seen < unsettled; i-- {
		if total[i] > 0 {
			from = history.Span.First + landed.Day(i)
			seen++
		}
	}
	return landed.Span{First: max(all.First, min(from, all.Last)), Last: all.Last}
}

// constraints are the rules of the plan that the checks want counted, each once.
func constraints(set checks.Set, s Source, tables []landed.Table) []landed.Constraint {
	var out []landed.Constraint
	for _, c := range set.Sources {
		k, ok := c.(checks.Constrainer)
		if !ok {
			continue
		}
		for _, rule := range k.Constraints(s.Plan, tables) {
			if !slices.ContainsFunc(out, func(o landed.Constraint) bool { return o.ID == rule.ID }) {
				out = append(out, rule)
			}
		}
	}
	return out
}

// profile reads the profiles of the tables whose rows are new or moved, and samples what their newest values look
// like; both are laid over the history.
func (a *Auditor) profile(ctx context.Context, f *facts, history landed.Snapshot, needs landed.Needs, n night, apart checks.Apart) {
	days := max(needs[landed.Profiles], needs[landed.Shapes])
	if days == 0 || f.last == landed.NoDay {
		return
	}
	span := landed.Span{First: max(f.merged.Span.First, f.last-landed.Day(days)+1), Last: f.last}
	tables := stale(f.merged, history, span)
	// A name for each product is a table for each product, and no check looks into them.
	maps.DeleteFunc(tables, func(t string, _ landed.Span) bool { return apart.Tables[t] })
	if len(tables) == 0 {
		return
	}
	req := landed.Request{
		Source: f.source.Source, LoadedBy: n.loadedBy, Constraints: f.rules, Tables: tables,
		Want: map[landed.Kind]landed.Span{landed.Profiles: span},
	}
	if look := looked(f.last, f.merged.Held[landed.Shapes], needs); !look.Empty() {
		req.Want[landed.Shapes], req.Sampled = look, sampled(f.merged, tables, look)
	}
	for _, t := range f.merged.Tables {
		if _, ok := tables[t.Name]; !ok {
			tables[t.Name] = landed.NoSpan
		}
	}
	profiles, err := a.Warehouse.Gather(ctx, req)
	if err != nil {
		f.fresh.Gaps = append(f.fresh.Gaps, landed.Gap{
			Kind: landed.Profiles, Span: span, Why: err.Error(), HowToFix: "run the audit again; counts were read, properties were not",
		})
		return
	}
	f.fresh = joinNight(f.fresh, profiles)
	f.merged = joinNight(f.merged, profiles)
}

// firstLook is how many days a first audit samples: what values look like changes slowly, and history grows nightly.
const firstLook = 2

// looked is the days whose values are sampled tonight: the last complete one, and those that were missed since the last
// audit; no days where no check wants them.
func looked(last landed.Day, held landed.Span, needs landed.Needs) landed.Span {
	days := landed.Day(needs[landed.Shapes])
	if days == 0 {
		return landed.NoSpan
	}
	out := landed.Span{First: last - min(firstLook, days) + 1, Last: last}
	if held != (landed.Span{}) && !held.Empty() && held.Last >= last-days {
		out.First = min(last, held.Last+1)
	}
	return out
}

// sampled says for every table which days of look are sampled: all for a table that is profiled tonight and has rows
// then, so that Merge never takes a table that was passed over for one without values.
func sampled(merged landed.Snapshot, tables map[string]landed.Span, look landed.Span) map[string]landed.Span {
	now := tableDays(merged)
	out := map[string]landed.Span{}
	for _, t := range merged.Tables {
		out[t.Name] = landed.NoSpan
		if _, profiled := tables[t.Name]; !profiled {
			continue
		}
		for d := look.First; d <= look.Last; d++ {
			if now[t.Name][d] > 0 {
				out[t.Name] = look
			}
		}
	}
	return out
}

// joinNight lays the profiles of a night over its counts: one night's gaps, oddities and cost are those of both readings.
func joinNight(counts, profiles landed.Snapshot) landed.Snapshot {
	out := landed.Merge(counts, profiles)
	out.Gaps = append(slices.Clone(counts.Gaps), profiles.Gaps...)
	out.Oddities = append(slices.Clone(counts.Oddities), profiles.Oddities...)
	out.Cost = counts.Cost.Add(profiles.Cost)
	return out
}

// stale finds the tables to profile, and the days: those with rows that are not profiled yet, or whose count moved.
// A span goes on from what is profiled, so that no day between is lost.
func stale(merged, history landed.Snapshot, span landed.Span) map[string]landed.Span {
	now, before := tableDays(merged), tableDays(history)
	out := map[string]landed.Span{}
	for _, t := range merged.Tables {
		daily := now[t.Name]
		profiled := t.Profiled
		if len(t.Profiles) == 0 && profiled == (landed.Span{}) {
			profiled = landed.NoSpan
		}
		need := landed.NoSpan
		for d := span.First; d <= span.Last; d++ {
			if rows := daily[d]; rows > 0 && (!profiled.Has(d) || rows != before[t.Name][d]) || daily[d] == 0 && profiled.Has(d) && before[t.Name][d] > 0 {
				need = need.Union(landed.Span{First: d, Last: d})
			}
		}
		if need.Empty() {
			continue
		}
		if !profiled.Empty() && profiled.Last+1 < need.First {
			need.First = max(span.First, profiled.Last+1)
		}
		if !profiled.Empty() && need.Last+1 < profiled.First {
			need.Last = min(span.Last, profiled.First-1)
		}
		out[t.Name] = need
	}
	return out
}

// tableDays is the rows of each table per day.
func tableDays(s landed.Snapshot) map[string]map[landed.Day]int64 {
	out := map[string]map[landed.Day]int64{}
	for _, e := range s.Events {
		if out[e.Table] == nil {
			out[e.Table] = map[landed.Day]int64{}
		}
		for i, n := range e.Daily(s.Span.Len()) {
			if n > 0 {
				out[e.Table][s.Span.First+landed.Day(i)] += n
			}
		}
	}
	return out
}

// Requests returns what an audit would ask of the warehouse, a request a source: every event table is taken to have
// rows on the days that are read, since that is not known before the counts are.
func (a *Auditor) Requests(ctx context.Context, j Job) ([]landed.Request, error) {
	var sources []landed.Source
	for _, s := range j.Sources {
		sources = append(sources, s.Source)
	}
	mem, err := a.Store.Load(ctx, sources, max(j.History, j.Remember))
	if err != nil {
		return nil, err
	}
	needs := j.Checks.Needs()
	var out []landed.Request
	for _, s := range j.Sources {
		if s.Problem != nil {
			continue
		}
		n := a.nightOf(j, s)
		history := mem.History[s.Name]
		if j.Full || j.Replay || history.Span == (landed.Span{}) {
			history = landed.Snapshot{Span: landed.NoSpan}
		}
		all := landed.Span{First: n.asOf - landed.Day(max(j.History, 1)), Last: n.asOf - 1}
		want := counted(all, history, needs)
		counts := want[landed.Counts]
		if days := max(needs[landed.Profiles], needs[landed.Shapes]); days > 0 {
			want[landed.Profiles] = landed.Span{First: max(counts.First, counts.Last-landed.Day(days)+1), Last: counts.Last}
		}
		if look := looked(counts.Last, history.Held[landed.Shapes], needs); !look.Empty() {
			want[landed.Shapes] = look
		}
		// What is known to be a table for each product is not profiled tonight either.
		skipped := map[string]landed.Span{}
		for t := range j.Checks.Prepare(checks.Input{Plan: s.Plan, Landed: history, Last: history.Span.Last, Since: landed.NoDay}).Apart.Tables {
			skipped[t] = landed.NoSpan
		}
		out = append(out, landed.Request{
			Source: s.Source, LoadedBy: n.loadedBy, Constraints: constraints(j.Checks, s, history.Tables), Tables: skipped, Want: want,
		})
		if days := compared(counts.Last, history, counts, needs); !days.Empty() {
			out = append(out, landed.Request{
				Source: s.Source, LoadedBy: n.loadedBy, Tables: skipped, Want: map[landed.Kind]landed.Span{landed.Shapes: days},
			})
		}
	}
	return out, nil
}
