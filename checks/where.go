package checks

import (
	"fmt"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/series"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// mostPaged bounds the findings of a check and source whose pages are asked for: each costs two small statements.
const mostPaged = 5

// mostPages is how many pages are looked at.
const mostPages = 200

// pageColumn is the column that a table must have for its pages to be asked for.
const pageColumn = "context_page_path"

// asksForPages says whether a change is worth asking where on the site it comes from: one of many rows, since a known
// day, that no version, library or platform explains.
func (c change) asksForPages(p *profiled) bool {
	return c.slice == nil && !c.standing && !c.planChanged && c.start > 0 && total(c.k[c.start:]) >= 30 && hasColumn(p.table, pageColumn)
}

// pages asks for the pages of the four weeks before a change and of the days since; what says which rows count.
func (c change) pages(in Input, p *profiled, what landed.Pages) (before, since landed.Pages) {
	what.Source, what.Table, what.Limit = in.Landed.Source.Name, p.table.Name, mostPages
	before, since = what, what
	before.Span = landed.Span{First: p.day(max(0, c.start-28)), Last: p.day(c.start - 1)}
	since.Span = landed.Span{First: p.day(c.start), Last: in.Last}
	return before, since
}

// explainPage names the page that explains a change, if one does and the question was answered.
func (c *change) explainPage(in Input, p *profiled, what landed.Pages) {
	if !c.asksForPages(p) {
		return
	}
	before, since := c.pages(in, p, what)
	was, okA := in.Answers.Values[before]
	now, okB := in.Answers.Values[since]
	if !okA || !okB {
		return
	}
	by := map[string]series.Slice{}
	for _, r := range was {
		if len(r.N) > 1 {
			by[r.Key] = series.Slice{N0: r.N[0], K0: r.N[1]}
		}
	}
	var of []series.Slice
	var paths []string
	for _, r := range now {
		if len(r.N) > 1 && r.Key != "" {
			s := by[r.Key]
			s.N1, s.K1, s.Rank = r.N[0], r.N[1], series.Terms
			of, paths = append(of, s), append(paths, r.Key)
		}
	}
	from := max(0, c.start-28)
	whole := series.Slice{K0: total(c.k[from:c.start]), N0: total(c.n[from:c.start]), K1: total(c.k[c.start:]), N1: total(c.n[c.start:])}
	a, ok := series.Attribute(whole, of)
	switch {
	case ok:
		c.page, c.inside, c.outside, c.was = paths[a.Index], a.Inside, a.Outside, a.OutsideBefore
	case a.Mainly:
		c.spread = fmt.Sprintf("mainly on the page %s: %s of it; elsewhere %s", bare(paths[a.Index]), words.Percent(min(a.Share, 1)), wasWords(a.Outside, a.OutsideBefore))
	case c.spread != "":
		c.spread = "not concentrated in a version, a library, a platform or on a page"
	}
}

// whereWords says in which part a change lies, and how it is outside of it.
func (c change) whereWords(of string) []finding.Evidence {
	one := func(label, text string) []finding.Evidence { return []finding.Evidence{{Label: label, Value: text}} }
	switch {
	case c.page != "" && c.outside == 0:
		return one("page", fmt.Sprintf("only on %s, %s of its %s", bare(c.page), words.Percent(c.inside), of))
	case c.page != "":
		return one("page", fmt.Sprintf("%s of the %s of %s; elsewhere %s", words.Percent(c.inside), of, bare(c.page), wasWords(c.outside, c.was)))
	case c.slice == nil && c.spread != "":
		return one("slice", c.spread)
	case c.slice == nil:
		return nil
	case c.within, c.outside == 0 && c.inside == 1:
		return one("slice", "only in "+sliceWords(c.slice))
	case c.outside == 0:
		return one("slice", fmt.Sprintf("only in %s, %s of its %s", sliceWords(c.slice), words.Percent(c.inside), of))
	}
	return one("slice", fmt.Sprintf("%s of the %s in %s; elsewhere %s", words.Percent(c.inside), of, sliceWords(c.slice), wasWords(c.outside, c.was)))
}
