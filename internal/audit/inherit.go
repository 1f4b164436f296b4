package audit

import (
	"context"
	"fmt"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// inherit loads what is remembered of the schemas before a source's own, for days that the warehouse may no longer hold.
// A source that has a history of its own has taken it over already.
func (a *Auditor) inherit(ctx context.Context, j Job, mem Memory) (map[string]landed.Snapshot, error) {
	out := map[string]landed.Snapshot{}
	for _, s := range j.Sources {
		own := mem.History[s.Name].Span
		if !j.Full && !j.Replay && own != (landed.Span{}) && !own.Empty() {
			continue
		}
		for _, e := range s.Earlier { // the newest first: what it knows of a day counts
			m, err := a.Store.Load(ctx, []landed.Source{e}, j.History)
			if err != nil {
				return nil, fmt.Errorf("load what is known of %s before it was %s: %w", s.Name, s.Schema, err)
			}
			known := m.History[e.Name]
			if known.Span == (landed.Span{}) || known.Span.Empty() {
				continue
			}
			if younger, ok := out[s.Name]; ok {
				known = landed.Merge(known, younger)
			}
			known.Source, known.Gaps, known.Oddities, known.Cost = s.Source, nil, nil, landed.Cost{}
			out[s.Name] = known
		}
	}
	return out, nil
}

// longestBridge is how many days between two schemas may have gone unseen, such as those before somebody wrote `was`;
// with more, the memory of the earlier one says little about today.
const longestBridge = 14

// bridged is what was inherited, with the days up to last that nobody saw marked as that.
func bridged(inherited landed.Snapshot, last landed.Day) landed.Snapshot {
	if inherited.Span.Last >= last {
		return inherited
	}
	between := landed.Snapshot{Source: inherited.Source, Span: landed.Span{First: inherited.Span.Last + 1, Last: last}}
	for _, e := range inherited.Events {
		between.Events = append(between.Events, landed.Event{Name: e.Name, Table: e.Table, Call: e.Call, Unseen: []landed.Span{between.Span}})
	}
	return landed.Merge(inherited, between)
}

// succeed puts what was inherited before the first day that could be read of those that were asked for. The days before
// that, of which nobody knows anything, count as read: tomorrow they are not asked for again.
func succeed(inherited, counts landed.Snapshot, asked landed.Span) landed.Snapshot {
	first := counts.Span.First
	if counts.Span.Empty() || first <= asked.First {
		return counts
	}
	out := counts
	if known := inherited.Span; known != (landed.Span{}) && !known.Empty() && known.Last >= first-1-longestBridge {
		inherited = bridged(inherited, first-1)
		out = landed.Succeed(inherited, counts, first, landed.Parallel(inherited, first))
		out.Source = counts.Source
	}
	if out.Span.First > asked.First {
		read := out
		out = landed.Merge(landed.Snapshot{Source: counts.Source, Span: landed.Span{First: asked.First, Last: out.Span.First - 1}}, out)
		out.Gaps, out.Oddities, out.Cost = read.Gaps, read.Oddities, read.Cost
	}
	return out
}
