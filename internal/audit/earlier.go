package audit

import (
	"context"
	"maps"

	"github.com/plumbline-audit/plumbline/checks"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// earlierLook is how many days ago the days lie that a first audit samples for comparison: as many as it samples now.
const earlierLook = 21

// compared is the days that a first audit samples for comparison with the newest; none where an earlier audit sampled.
func compared(last landed.Day, history landed.Snapshot, counted landed.Span, needs landed.Needs) landed.Span {
	held := history.Held[landed.Shapes]
	out := landed.Span{First: last - earlierLook - firstLook + 1, Last: last - earlierLook}
	sampled := held != (landed.Span{}) && !held.Empty() && held.Last >= last-landed.Day(needs[landed.Shapes])
	if needs[landed.Shapes] == 0 || sampled || !counted.Has(out.First) {
		return landed.NoSpan
	}
	return out
}

// sampleEarlier lets a first audit see that values look otherwise than they did: it samples a few days of some weeks
// ago, and where a check finds them changed, the days between. Later audits have sampled every night.
func (a *Auditor) sampleEarlier(ctx context.Context, j Job, f *facts, history landed.Snapshot, n night, needs landed.Needs) {
	if f.last == landed.NoDay || f.merged.Held[landed.Shapes].Empty() {
		return
	}
	days := compared(f.last, history, f.merged.Span, needs)
	if days.Empty() {
		return
	}
	tables, text := map[string]landed.Span{}, false
	for _, t := range f.merged.Tables {
		tables[t.Name] = landed.NoSpan
		if len(t.Shapes) > 0 {
			tables[t.Name], text = days, true
		}
	}
	if !text || !a.sampleDays(ctx, f, n, tables, days) {
		return
	}
	in := j.Checks.Prepare(checks.Input{
		Plan: f.source.Plan, Landed: f.merged, Last: f.last, Since: landed.NoDay, Constraints: f.rules, Open: j.Open,
	})
	closer := map[string]landed.Span{}
	for _, c := range j.Checks.Sources {
		if s, ok := c.(checks.Sampler); ok {
			maps.Copy(closer, s.Sample(in))
		}
	}
	between := landed.NoSpan
	for t := range tables {
		tables[t] = landed.NoSpan
		if span, ok := closer[t]; ok {
			tables[t] = span.Meet(landed.Span{First: f.merged.Span.First, Last: f.last - firstLook})
			between = between.Union(tables[t])
		}
	}
	if !between.Empty() {
		a.sampleDays(ctx, f, n, tables, between)
	}
}

// sampleDays samples days of tables and lays them before what is sampled already. The days between count as held: a day
// of which a table has no shape was not sampled, and is no day without values.
func (a *Auditor) sampleDays(ctx context.Context, f *facts, n night, tables map[string]landed.Span, days landed.Span) bool {
	more, err := a.Warehouse.Gather(ctx, landed.Request{
		Source: f.source.Source, LoadedBy: n.loadedBy, Tables: tables, Sampled: tables,
		Want: map[landed.Kind]landed.Span{landed.Shapes: days},
	})
	if err != nil {
		return false // what the values look like now is known, and what they looked like is not
	}
	if more.Held == nil {
		more.Held = map[landed.Kind]landed.Span{}
	}
	more.Held[landed.Shapes] = landed.Span{First: days.First, Last: f.last - firstLook}
	f.fresh = joinNight(f.fresh, more)
	f.merged = joinNight(f.merged, more)
	return true
}
