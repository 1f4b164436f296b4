package diagnosis

import (
	"math"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// A fall that looks alike everywhere is looked at by page as well: the largest pages only, and those with rows enough.
const (
	mostPages = 20
	pageRows  = 20
	pageApart = .15 // how far a page's share may lie from that of all, as a share of it, beyond chance
)

// pagesOf asks on which pages an event happened that fell alike in all its parts: since then, and on the same weekdays before.
func pagesOf(f finding.Finding, sc Scope) (before, since landed.Question) {
	if f.Subject.Event == "" || !slices.ContainsFunc(f.Evidence, isAlike) {
		return nil, nil
	}
	now := landed.Span{First: f.Since, Last: sc.Last}
	back := landed.Day((now.Len() + 6) / 7 * 7)
	q := landed.Pages{Source: sc.Source.Name, Event: f.Subject.Event, Span: now, Limit: mostPages}
	b := q
	b.Span = landed.Span{First: now.First - back, Last: now.Last - back}
	return b, q
}

func isAlike(e finding.Evidence) bool { return e.Label == finding.Alike }

// byPage says whether it fell alike on every page too. Where it did not, that it looks like sampling is taken back.
func byPage(f *finding.Finding, a landed.Answers, sc Scope) {
	before, since := pagesOf(*f, sc)
	if before == nil || len(a.Values[before]) < 2 {
		return
	}
	now := map[string]float64{}
	for _, r := range a.Values[since] {
		if len(r.N) > 0 {
			now[r.Key] = r.N[0]
		}
	}
	var was, is float64
	for _, r := range a.Values[before] {
		if len(r.N) > 0 {
			was, is = was+r.N[0], is+now[r.Key]
		}
	}
	left := is / max(was, 1)
	var most, least landed.Row
	alike, low, high := true, math.Inf(1), math.Inf(-1)
	for _, r := range a.Values[before] {
		if len(r.N) == 0 || r.N[0] < pageRows {
			continue
		}
		share := now[r.Key] / r.N[0]
		// Both figures are counts: chance moves either.
		chance := 3 * math.Sqrt(max(left*r.N[0], 1)*(1+left)) / r.N[0]
		alike = alike && math.Abs(share-left) <= chance+pageApart*left
		if share < low {
			most, low = r, share
		}
		if share > high {
			least, high = r, share
		}
	}
	i := slices.IndexFunc(f.Evidence, isAlike)
	switch {
	case math.IsInf(low, 1):
	case alike:
		f.Evidence[i].Value = strings.Replace(f.Evidence[i].Value, finding.Sampling, ", and so on every page"+finding.Sampling, 1)
	default:
		f.Evidence[i] = finding.Evidence{Label: "pages", Value: "not alike: " + page(most.Key) + " has " + words.Percent(low) + " of its usual, " + page(least.Key) + " " + words.Percent(high)}
		f.Fixes = slices.DeleteFunc(slices.Clone(f.Fixes), func(x finding.Fix) bool { _, ok := x.(finding.Configure); return ok })
	}
}

// page is a path that may be shown.
func page(path string) string {
	if path == "" {
		return "no page"
	}
	return names.Short(names.Visible(names.Mask(path)), 40)
}
