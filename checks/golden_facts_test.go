package checks

import (
	"cmp"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
)

// sheet is a table of a case: columns of words, then one column a day. The header ends with the days, as first..last,
// or with the first one, where a row that needs no ".." says how many there are.
type sheet struct {
	rows []sheetRow
	span landed.Span
}

type sheetRow struct {
	words map[string]string
	cells []string
}

// A cell is a figure, a run of it, or the rest of the days:
//
//	120       exactly 120 on one day
//	120*28    exactly 120 on 28 days
//	120..     exactly 120 on every day that is left
//	~120*28   about 120: quieter at weekends, and as restless as counts are
//	40%*7     a share of the rows
var cellForm = regexp.MustCompile(`^(~?)([0-9.]*[0-9])(%?)(?:\*([0-9]+)|(\.\.))?$`)

// figure is one day's cell.
type figure struct {
	value float64
	about bool
	share bool
}

// sheet reads a section whose header may hold the given words.
func (c *goldenCase) sheet(section string, may ...string) sheet {
	c.t.Helper()
	var s sheet
	records := c.records(section)
	if len(records) == 0 {
		return s
	}
	head := records[0]
	days := head[len(head)-1]
	head = head[:len(head)-1]
	for _, h := range head {
		if !slices.Contains(may, h) {
			c.t.Fatalf("%s: column %q is none of %v", section, h, may)
		}
	}
	for _, r := range records[1:] {
		if len(r) < len(head) {
			c.t.Fatalf("%s: row %v is shorter than the header", section, r)
		}
		row := sheetRow{words: map[string]string{}, cells: r[len(head):]}
		for i, h := range head {
			row.words[h] = r[i]
		}
		s.rows = append(s.rows, row)
	}
	c.spanOf(&s, section, days)
	return s
}

// spanOf reads which days a section has.
func (c *goldenCase) spanOf(s *sheet, section, days string) {
	c.t.Helper()
	first, last, both := strings.Cut(days, "..")
	s.span = landed.Span{First: c.day(first), Last: c.day(first) - 1}
	if both {
		s.span.Last = c.day(last)
	} else {
		for _, r := range s.rows {
			s.span.Last = max(s.span.Last, s.span.First+landed.Day(len(c.cells(r, 0)))-1)
		}
	}
	if s.span.Empty() {
		c.t.Fatalf("%s: nothing says how many days there are: end the header with them, like 2026-04-29..2026-06-15", section)
	}
}

// figures lays a row out by day, and wants as many days as there are.
func (c *goldenCase) figures(r sheetRow, days int) []figure {
	c.t.Helper()
	out := c.cells(r, days)
	if len(out) != days {
		c.t.Fatalf("%v has %d days, but there are %d: end it with .. or count again", r.words, len(out), days)
	}
	return out
}

// cells lays a row out; what fills the rest fills it up to days.
func (c *goldenCase) cells(r sheetRow, days int) []figure {
	c.t.Helper()
	var out []figure
	for _, cell := range r.cells {
		m := cellForm.FindStringSubmatch(strings.TrimSpace(cell))
		if m == nil {
			c.t.Fatalf("cell %q of %v is not like 120, 120*28, 120.., ~120*28 or 40%%*7", cell, r.words)
		}
		f := figure{about: m[1] != "", share: m[3] != ""}
		f.value, _ = strconv.ParseFloat(m[2], 64) // the form says that it is a number, or it is 0 and shows
		if f.share {
			f.value /= 100
		}
		n := 1
		switch {
		case m[4] != "":
			n, _ = strconv.Atoi(m[4])
		case m[5] != "":
			n = max(0, days-len(out))
		}
		out = append(out, slices.Repeat([]figure{f}, n)...)
	}
	return out
}

// chance is noise that is the same on every run, and another for every key.
func chance(key ...string) *rand.Rand {
	h := fnv.New64a()
	for _, k := range key {
		h.Write([]byte(k + "\x00"))
	}
	return rand.New(rand.NewPCG(h.Sum64(), 1))
}

// layLanded reads landed.csv: a row for each event and slice, with the rows a day. Columns: event; source (web), call
// (track), table (by Segment's naming), platform, library, library_version, app_version.
func (c *goldenCase) layLanded() []landed.Snapshot {
	c.t.Helper()
	s := c.sheet("landed.csv", "event", "source", "call", "table", "platform", "library", "library_version", "app_version")
	c.span = s.span
	bySource := map[string]map[string]*landed.Event{}
	var order []string
	source := func(name string) map[string]*landed.Event {
		if bySource[name] == nil {
			bySource[name] = map[string]*landed.Event{}
			order = append(order, name)
		}
		return bySource[name]
	}
	for _, r := range s.rows {
		w := r.words
		e := landed.Event{Name: w["event"], Table: w["table"], Call: callOf(plan.Event{Call: w["call"]})}
		if e.Table == "" {
			e.Table = plan.TableOf(plan.Event{Name: e.Name, Call: e.Call.String()})
		}
		events, key := source(cmp.Or(w["source"], "web")), e.Name+"\x00"+e.Table+"\x00"+e.Call.String()
		if events[key] == nil {
			events[key] = &e
		}
		cell := landed.Cell{Slice: landed.Slice{
			Platform: w["platform"], Library: w["library"], LibraryVersion: w["library_version"], AppVersion: w["app_version"],
		}}
		noise := chance(w["source"], key, w["app_version"], w["platform"])
		for i, f := range c.figures(r, c.span.Len()) {
			cell.Daily = append(cell.Daily, int64(f.count(s.span.First+landed.Day(i), noise)))
		}
		events[key].Cells = append(events[key].Cells, cell)
	}
	for _, name := range c.night.Sources {
		source(name)
	}
	var out []landed.Snapshot
	for _, name := range order {
		out = append(out, c.snapshot(name, bySource[name]))
	}
	return out
}

func (c *goldenCase) snapshot(source string, events map[string]*landed.Event) landed.Snapshot {
	c.t.Helper()
	s := landed.Snapshot{
		Source: landed.Source{Name: source, Title: cmp.Or(c.night.Titles[source], source), Schema: source, Zone: "UTC"}, Span: c.span,
	}
	for _, e := range events {
		s.Events = append(s.Events, *e)
	}
	slices.SortFunc(s.Events, func(a, b landed.Event) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Table, b.Table), cmp.Compare(a.Call, b.Call))
	})
	for _, g := range c.night.Gaps {
		if g.Source == source {
			s.Gaps = append(s.Gaps, landed.Gap{
				Kind: landed.Counts, Table: g.Table, Span: landed.Span{First: c.day(g.First), Last: c.day(g.Last)}, Why: "permission denied",
			})
		}
	}
	return s
}

// count is a day's rows.
func (f figure) count(d landed.Day, noise *rand.Rand) float64 {
	if !f.about {
		return f.value
	}
	m := f.value
	if w := d.Weekday(); w == time.Saturday || w == time.Sunday {
		m *= .7
	}
	return max(0, math.Round(m+math.Sqrt(m)*noise.NormFloat64()))
}

// of is how many of n rows a share is.
func (f figure) of(n float64, noise *rand.Rand) float64 {
	k := f.value * n
	if f.about {
		k += math.Sqrt(n*f.value*(1-f.value)) * noise.NormFloat64()
	}
	return min(n, max(0, math.Round(k)))
}
