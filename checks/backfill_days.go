package checks

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// changedDays is how long a day that was loaded long after its end is told.
const changedDays = 14

// past is a day that was counted before and is larger or smaller now.
type past struct {
	day        landed.Day
	more, less int64
	rows       int64 // of the day, as it is now
}

// changed are the days of the last weeks that changed after they were over: counted to another figure than an earlier
// audit did, or loaded long after their end.
func (c backfill) changed(in Input) []past {
	by := recounted(in, c.MinRows, c.MinShare)
	total := in.Landed.Total()
	for d, n := range grownLate(in, len(landed.Arrival{}.Hours)-1) {
		if _, told := by[d]; in.Landed.Span.Has(d) && !told && d > in.Last-changedDays && float64(n) >= c.MinRows {
			by[d] = past{day: d, more: n, rows: total[d-in.Landed.Span.First]}
		}
	}
	return slices.SortedFunc(maps.Values(by), func(a, b past) int { return cmp.Compare(a.day, b.day) })
}

// recounted are the days that an earlier audit counted to another figure, beyond the stragglers that every day has: by so
// many rows and such a share at least.
func recounted(in Input, rows, share float64) map[landed.Day]past {
	total := in.Landed.Total()
	by := map[landed.Day]past{}
	for _, r := range in.Recounted {
		if r.Day > in.Last || !in.Landed.Span.Has(r.Day) {
			continue
		}
		p := by[r.Day]
		p.day, p.rows = r.Day, total[r.Day-in.Landed.Span.First]
		p.more += max(0, r.Now-r.Was)
		p.less += max(0, r.Was-r.Now)
		by[r.Day] = p
	}
	usual := stragglers(in)
	for d, p := range by {
		if both := min(p.more, p.less); 5*both >= 4*max(p.more, p.less) {
			delete(by, d) // the same rows under other names: somebody renamed them in the warehouse
			continue
		}
		before := float64(p.rows - p.more + p.less)
		if float64(p.more) < max(rows, (share+3*usual)*before) {
			p.more = 0
		}
		if float64(p.less) < max(rows, share*before) {
			p.less = 0
		}
		by[d] = p
		if p.more == 0 && p.less == 0 {
			delete(by, d)
		}
	}
	return by
}

// stragglers is the usual share of a day's rows that land later than a day after its end.
func stragglers(in Input) float64 {
	var shares []float64
	for _, a := range in.Landed.Arrivals {
		if a.Rows > 0 && a.Day <= in.Last-2 {
			shares = append(shares, 1-float64(a.Hours[24])/float64(a.Rows))
		}
	}
	if len(shares) == 0 {
		return 0
	}
	slices.Sort(shares)
	return shares[len(shares)/2]
}

// changedFinding describes days that changed.
func changedFinding(in Input, days []past) finding.Finding {
	source := in.Landed.Source.Name
	f := finding.Finding{
		Kind: finding.Backfill, Severity: finding.Info, Subject: finding.Subject{Source: source}, Sources: []string{source},
		Since: days[0].day, LastSeen: days[len(days)-1].day, Confidence: .95, Fixes: []finding.Fix{finding.TellOwner{}},
	}
	var more, less int64
	for _, p := range days {
		more, less = more+p.more, less+p.less
		f.Past = append(f.Past, finding.Past{Day: p.day, Rows: p.more - p.less})
	}
	f.Rows = max(more, less)
	verb := "grew"
	if less > more {
		verb = "shrank"
	}
	what := words.Day(days[0].day.Time())
	if len(days) > 1 {
		what = words.Count(int64(len(days))) + " past days"
	}
	f.Title = fmt.Sprintf("%s of %s %s by %s after it was over", what, bare(source), verb, words.Many(f.Rows, "event", "events"))
	if len(days) > 1 {
		f.Title = fmt.Sprintf("%s of %s %s by %s after they were over", what, bare(source), verb, words.Many(f.Rows, "event", "events"))
	}
	f.Evidence = changedEvidence(days)
	return f
}

func changedEvidence(days []past) []finding.Evidence {
	var more, less []string
	for _, p := range days {
		share := func(n, of int64) string { return words.Percent(float64(n) / max(1, float64(of))) }
		before := p.rows - p.more + p.less
		if p.more > 0 {
			more = append(more, fmt.Sprintf("%s by %s (%s)", words.Day(p.day.Time()), words.Count(p.more), share(p.more, before)))
		}
		if p.less > 0 {
			less = append(less, fmt.Sprintf("%s by %s (%s)", words.Day(p.day.Time()), words.Count(p.less), share(p.less, before)))
		}
	}
	var out []finding.Evidence
	if len(more) > 0 {
		out = append(out, finding.Evidence{Label: "grew", Value: words.List(more, 5)})
	}
	if len(less) > 0 {
		out = append(out, finding.Evidence{Label: "shrank", Value: words.List(less, 5) + ": deleted, or left out by the configuration since"})
	}
	return out
}
