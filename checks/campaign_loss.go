package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// campaignPrefix is what the columns begin with that say which campaign brought somebody.
const campaignPrefix = "context_campaign_"

// What makes lost campaigns a fault, and not a campaign that ended: as good as all rows that would have had one lost it
// from one day to the next, and they had been there every day.
const (
	campaignLost   = .9
	campaignSteady = 14  // days before that must each have had some
	campaignLeast  = .25 // of what was usual
)

// campaigns finds events that no longer say which campaign brought the person: in all of a source, or in one version or
// library. It is one finding of the source, whatever columns and tables lost it.
func campaigns(in Input, laid []*profiled) []finding.Finding {
	type lost struct {
		loss
		column string
		all    *profiled
	}
	var found []lost
	for _, column := range campaignColumns(laid) {
		have := slices.DeleteFunc(slices.Clone(laid), func(p *profiled) bool { return p.whole[column] == nil })
		all := pool(have, column)
		if all.days < 2*campaignSteady || in.open(column) {
			continue
		}
		if l, ok := (identityLoss{Lost: campaignLost}).find(all, have, column); ok && l.steady(all, column) {
			found = append(found, lost{l, column, all})
		}
	}
	slices.SortStableFunc(found, func(a, b lost) int { return int((b.k - b.usual) - (a.k - a.usual)) })
	var out []finding.Finding
	var told []landed.Day
	for i, l := range found {
		day := l.all.day(l.start)
		if slices.ContainsFunc(told, func(d landed.Day) bool { return nearDays(d, day) }) {
			continue
		}
		told = append(told, day)
		columns := []string{l.column}
		for _, o := range found[i+1:] {
			if nearDays(o.all.day(o.start), day) {
				columns = append(columns, o.column)
			}
		}
		out = append(out, lostCampaigns(in, l.loss, l.all, columns))
	}
	return out
}

// campaignColumns are the columns of campaigns that any table has, sorted.
func campaignColumns(laid []*profiled) []string {
	var out []string
	for _, p := range laid {
		for column := range p.whole {
			if strings.HasPrefix(column, campaignPrefix) && !slices.Contains(out, column) {
				out = append(out, column)
			}
		}
	}
	slices.Sort(out)
	return out
}

// steady says whether campaigns brought people on every day of the two weeks before: what comes and goes with a
// newsletter is not lost while none is sent. A younger version has no such days of its own; then all of the source's count.
func (l loss) steady(p *profiled, column string) bool {
	d := p.whole[column]
	if l.start < campaignSteady {
		return false
	}
	from := l.start - campaignSteady
	usual := total(d.filled[from:l.start]) / max(1, total(d.rows[from:l.start]))
	for i := from; i < l.start; i++ {
		if d.rows[i] > 0 && d.filled[i] < campaignLeast*usual*d.rows[i] {
			return false
		}
	}
	return true
}

func lostCampaigns(in Input, l loss, p *profiled, columns []string) finding.Finding {
	source := in.Landed.Source.Name
	f := l.finding(in, p, "without it", "events", finding.Finding{
		Kind: finding.RemovedProperty, Severity: finding.Warning, Subject: finding.Subject{Source: source, Property: columns[0]},
	})
	f.Table = ""
	f.Rows = int64(l.k - l.usual)
	f.Rate = finding.Rate{Before: l.usual / l.n, After: l.k / l.n}
	where := bare(source)
	if w := sliceWords(l.slice); w != "" {
		where += " " + w
	}
	what, verb := bare(columns[0]), "is"
	if len(columns) > 1 {
		what, verb = fmt.Sprintf("%d properties of campaigns", len(columns)), "are"
	}
	f.Title = fmt.Sprintf("%s %s no longer filled in the events of %s", what, verb, where)
	f.Evidence = append(f.Evidence, finding.Evidence{
		Label: "lost", Value: fmt.Sprintf("%s of %s rows that would have carried it", words.Count(f.Rows), words.Count(int64(l.n-l.usual))),
	})
	if len(columns) > 1 {
		var safe []string
		for _, c := range columns {
			safe = append(safe, bare(c))
		}
		f.Evidence = append(f.Evidence, finding.Evidence{Label: "properties", Value: words.List(safe, 5)})
	}
	var events []string
	for _, t := range l.hit {
		n, k := mainEvent(in, t.table.Name, plannedFor(in)[t.table.Name])
		events = append(events, called(k, n))
	}
	f.Evidence = append(f.Evidence, finding.Evidence{Label: "events", Value: words.List(events, 5)})
	f.Fixes = []finding.Fix{
		finding.SearchCode{Literals: []string{"campaign", "utm_source"}, Source: source, Version: appVersion(f.Slice)}, finding.TellOwner{},
	}
	return f
}
