package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/chart"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/fix"
	"github.com/plumbline-audit/plumbline/internal/words"
)

//go:embed page.html.tmpl
var pageTemplate string

//go:embed page.css
var pageCSS string

// rowsShown is how many rows a table of the page has at most; it says how many more there are.
const rowsShown = 500

// wholeShown is how many findings stand open on the page, and have a line of their own in its contents; those after
// them are there too, behind a line to open.
const wholeShown = 10

// The page as its template reads it. Every string is written out for people already; the template escapes it.
type (
	htmlPage struct {
		Title, Workspace, Day string
		CSS                   template.CSS
		Counts                string
		Scope                 []string
		Facts                 []htmlFact
		Groups                []htmlGroup
		Gaps                  []htmlGap
		Sources, Baseline     htmlTable
		Unjudged              htmlTable
		Excluded              []string
	}
	htmlFact  struct{ Label, Text string }
	htmlGroup struct {
		ID, Title    string
		Findings     []htmlFinding
		Listed, More []htmlFinding // those with a line of their own in the contents, and those with one behind it
	}
	htmlGap   struct{ What, Why, Mend string }
	htmlTable struct {
		Head  []string
		Rows  [][]string
		Total string // how many rows there are, in words
		More  string // what is said of the rows that are left out; "" where none is
	}
)

// HTML writes the report of one audit as a page in one file: it opens from disk, needs no script and no network, and
// is light or dark as its reader is. Whatever comes from a warehouse is text on it and nothing else.
func HTML(w io.Writer, r audit.Result, o Options) error {
	t, err := template.New("page").Parse(pageTemplate)
	if err != nil {
		return fmt.Errorf("read the template of the report: %w", err)
	}
	o.UTF8, o.Color, o.Width = true, false, 1<<20 // a page breaks lines itself
	b := htmlBuilder{page: newPage(o, r.Header.AsOf.Time()), fixes: o.Fixes, header: r.Header, taken: map[string]bool{}}
	built := b.build(r)
	if b.err != nil {
		return written(b.err)
	}
	return written(t.Execute(w, built))
}

// htmlBuilder turns a result into what the template reads.
type htmlBuilder struct {
	*page
	fixes  map[string][]fix.Text
	header audit.Header
	taken  map[string]bool // the ids on the page
	drawn  int             // how many charts
	err    error           // the first that went wrong
}

func (b *htmlBuilder) build(r audit.Result) htmlPage {
	h, s := r.Header, divide(r.Findings)
	out := htmlPage{
		Workspace: b.name(h.Workspace, 80), Day: words.FullDay(h.AsOf.Time()),
		CSS:    template.CSS("\n" + pageCSS + string(chart.CSS())), //nolint:gosec // our own, from the files beside this one
		Counts: b.countsLine(r, s), Scope: b.scope(h), Facts: b.headerFacts(h),
		Sources: b.sourcesTable(h), Baseline: b.baselineTable(baseline(r)), Unjudged: b.unjudgedTable(h),
		Excluded: b.excluded(h),
	}
	out.Title = strings.TrimPrefix(out.Workspace+": audit of "+out.Day, ": ")
	for _, g := range []struct {
		id, title string
		listed    bool
		list      []audit.Reported
	}{
		{"new", "New or worse", true, s.news},
		{"still-open", "Still open", true, s.still},
		{"good-to-know", "Good to know", false, s.info},
		{"resolved", "Resolved", false, s.gone},
	} {
		if len(g.list) == 0 {
			continue
		}
		b.taken[g.id] = true
		group := htmlGroup{ID: g.id, Title: g.title}
		for i, f := range g.list {
			group.Findings = append(group.Findings, b.finding(f, g.id == "new" && i < wholeShown))
		}
		if g.listed {
			n := min(wholeShown, len(group.Findings))
			group.Listed, group.More = group.Findings[:n], group.Findings[n:]
		}
		out.Groups = append(out.Groups, group)
	}
	for _, g := range h.Gaps {
		out.Gaps = append(out.Gaps, htmlGap{What: b.cut(b.unseen(g), 240), Why: b.brief(g.Why), Mend: multiline(g.HowToFix, pasted)})
	}
	return out
}

// brief is a text on the page. Nobody reads a name of ten thousand characters, and a page of them has no end.
func (b *htmlBuilder) brief(s string) string { return b.cut(b.say(s), 240) }

// countsLine is the sentence of the text report that says how much there is.
func (b *htmlBuilder) countsLine(r audit.Result, s sections) string {
	q := newPage(Options{Width: b.width, UTF8: true}, b.now)
	q.counts(r, s)
	return strings.TrimSpace(q.b.String())
}

// scope says what was looked at, and up to when.
func (b *htmlBuilder) scope(h audit.Header) []string {
	var out []string
	if known(h.Last) {
		out = append(out, "Judged through "+words.FullDay(h.Last.Time())+b.zoneNote(h))
	}
	if out = append(out, b.sources(h), planned(h)); h.Checks != nil {
		list := make([]string, len(h.Checks))
		for i, k := range h.Checks {
			list[i] = b.brief(string(k))
		}
		out = append(out, "only "+words.And(list))
	}
	switch {
	case h.Replayed:
		out = append(out, "a replay: nothing was stored")
	case h.First:
		out = append(out, "first audit")
	}
	return slices.DeleteFunc(out, isEmpty)
}

// headerFacts say which audit it was and what it cost.
func (b *htmlBuilder) headerFacts(h audit.Header) []htmlFact {
	var out []htmlFact
	add := func(label, text string) {
		if text != "" {
			out = append(out, htmlFact{label, text})
		}
	}
	statements, took := "", ""
	if h.Cost.Statements > 0 {
		statements = words.Many(int64(h.Cost.Statements), "statement", "statements")
	}
	if d := h.Finished.Sub(h.Started); !h.Started.IsZero() && d > 0 {
		took = words.Duration(d)
	}
	add("Cost", b.facts(statements, b.cost(h), took))
	if !h.Finished.IsZero() {
		add("Finished", words.FullMoment(h.Finished, b.zone))
	}
	add("Audit", b.brief(h.ID))
	return out
}

// sourcesTable says of each source up to when it was judged.
func (b *htmlBuilder) sourcesTable(h audit.Header) htmlTable {
	t := htmlTable{Head: []string{"Source", "Name", "Judged through", "Time zone", "Events", ""}}
	for _, s := range h.Sources {
		title, last, first := b.brief(s.Title), "not judged", ""
		if s.Title == s.Name {
			title = "" // it has no other name
		}
		if known(s.Last) {
			last = words.FullDay(s.Last.Time())
		}
		if s.First {
			first = "first audit"
		}
		t.Rows = append(t.Rows, []string{b.name(s.Name, 80), title, last, b.brief(s.Zone), words.Count(int64(s.Events)), first})
	}
	return t.within(rowsShown, "source", "sources")
}

// baselineTable lists the differences that are older than the first audit.
func (b *htmlBuilder) baselineTable(list []audit.Reported) htmlTable {
	t := htmlTable{Head: []string{"Finding", "What", "Where", "Since", "Events"}}
	for _, r := range order(list) {
		f := r.Finding
		since, rows := "", ""
		if known(f.Since) {
			since = words.DayNear(f.Since.Time(), b.now)
		}
		if f.Rows > 0 {
			rows = words.Count(f.Rows)
		}
		t.Rows = append(t.Rows, []string{b.brief(r.ID), b.brief(head(r)), b.where(f), since, rows})
	}
	return t.within(rowsShown, "older difference", "older differences")
}

// unjudgedTable lists what was seen and could not be judged, what no check can judge first.
func (b *htmlBuilder) unjudgedTable(h audit.Header) htmlTable {
	t := htmlTable{Head: []string{"Source", "Event", "Property", "Check", "Why"}}
	list := slices.Clone(h.Unjudged)
	slices.SortStableFunc(list, func(x, y finding.Unjudged) int { return rank(x) - rank(y) })
	for _, u := range list {
		t.Rows = append(t.Rows, []string{
			b.name(u.Subject.Source, 80), b.name(u.Subject.Event, 80), b.name(u.Subject.Property, 80), b.brief(string(u.Check)), b.brief(u.Why),
		})
	}
	return t.within(rowsShown, "series", "series")
}

// excluded names what the configuration leaves out.
func (b *htmlBuilder) excluded(h audit.Header) []string {
	out := make([]string, len(h.Excluded))
	for i, s := range h.Excluded {
		out[i] = b.name(s, 120)
	}
	return out
}

func rank(u finding.Unjudged) int {
	if u.Check == "" {
		return 0
	}
	return 1
}

// within counts the rows and leaves out those beyond the first n.
func (t htmlTable) within(n int, one, many string) htmlTable {
	t.Total = words.Many(int64(len(t.Rows)), one, many)
	if more := len(t.Rows) - n; more > 0 {
		t.Rows = t.Rows[:n]
		t.More = words.Count(int64(more)) + " more: the report as JSON names each."
	}
	return t
}

// multiline cleans each line of a text that is to be pasted.
func multiline(s string, clean func(string) string) string {
	var out strings.Builder
	for line := range strings.Lines(s) {
		out.WriteString(clean(strings.TrimRight(line, "\r\n")) + "\n")
	}
	return out.String()
}

// anchor is a name for a place on the page that no other place has.
func (b *htmlBuilder) anchor(id string) string {
	clean := strings.Map(func(r rune) rune {
		if r == '-' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, id)
	if clean == "" {
		clean = "finding"
	}
	out := clean
	for n := 2; b.taken[out]; n++ {
		out = clean + "-" + words.Count(int64(n))
	}
	b.taken[out] = true
	return out
}
