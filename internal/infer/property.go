package infer

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/plan"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// When the values of a text are planned, and which may be shown at all.
const (
	MaxValues   = 50  // distinct values of a column, beyond which none is shown
	maxEnum     = 20  // distinct values, beyond which a list is no enum
	minShown    = 20  // rows of a value, before it is shown
	minEach     = 30  // rows a value on average, before the list can be taken for whole
	formatShare = .99 // of the sampled values that have a format
	formatFrom  = 100 // sampled values, before a format is told
)

// The places of landed.Shape's classes that a plan has a word for.
const (
	uuidClass   = 1
	numberClass = 3
	dateClass   = 4
	emailClass  = 6
	phoneClass  = 7
)

// evidence is what is known of one property of an event over all sources where it landed.
type evidence struct {
	rows, filled int64
	days         landed.Span
	classes      [9]int64
	sampled      int64
	values       map[string]int64 // nil: not asked, too many, or not to be shown
	newest       string           // the value that came last
	newestDay    landed.Day
	fractions    bool
	required     bool // always filled, in each source and in each slice that is large enough to tell
}

// Questions returns what Draft wants to know of values: those of each text column of a planned event that seems to hold
// few. Only the days that were profiled are asked about.
func Questions(snapshots []landed.Snapshot) []landed.Question {
	var out []landed.Question
	asked := map[landed.Question]bool{}
	for _, s := range snapshots {
		for _, e := range s.Events {
			t := s.Table(e.Table)
			if rows, days := volume(e); rows < MinRows || days < MinDays || t == nil {
				continue
			}
			for _, c := range t.Columns {
				if q, ok := question(s, e, *t, c); ok && !asked[q] {
					asked[q] = true
					out = append(out, q)
				}
			}
		}
	}
	return out
}

// question is the one about a column's values; it is not asked of columns with many values or with personal ones.
func question(s landed.Snapshot, e landed.Event, t landed.Table, c landed.Column) (landed.Question, bool) {
	if c.Type != landed.Text || c.Gone != landed.NoDay || base(e.Call, c.Name) || openByName(c.Name) || t.Profiled.Empty() || len(t.Profiles) == 0 {
		return nil, false
	}
	filled := int64(0)
	for _, p := range t.Profiles {
		for _, x := range p.Columns {
			if x.Column != c.Name {
				continue
			}
			if x.Distinct.Estimate > MaxValues {
				return nil, false
			}
			filled += x.Filled
		}
	}
	for _, sh := range t.Shapes {
		if sh.Column == c.Name && sh.Classes[uuidClass]+sh.Classes[emailClass]+sh.Classes[phoneClass] > 0 {
			return nil, false
		}
	}
	return landed.TopValues{Source: s.Source.Name, Table: t.Name, Column: c.Name, Span: t.Profiled, Limit: MaxValues + 1, Plain: true}, filled >= minShown
}

// openByName says whether a column's name says that its values are not a fixed set.
func openByName(column string) bool {
	ws := strings.Split(column, "_")
	return slices.Contains([]string{"id", "ids", "url", "path", "name", "title", "version", "email", "phone", "text", "message", "query", "token", "date"}, ws[len(ws)-1])
}

// evidence gathers what the sources know of a property.
func (d *drafting) evidence(x *sighting, column string) evidence {
	ev := evidence{days: landed.NoSpan, newestDay: landed.NoDay}
	complete := true
	ev.required = len(x.landings) > 0
	for _, l := range x.landings {
		t := l.source.Table(l.event.Table)
		if t == nil {
			ev.required = false
			continue
		}
		ev.required = ev.required && filledThroughout(*t, column)
		if len(t.Profiles) > 0 {
			ev.days = ev.days.Union(t.Profiled)
		}
		i := slices.IndexFunc(t.Columns, func(c landed.Column) bool { return c.Name == column && c.Gone == landed.NoDay })
		for _, p := range t.Profiles {
			ev.rows += p.Rows
			for _, c := range p.Columns {
				if c.Column == column {
					ev.filled += c.Filled
					ev.fractions = ev.fractions || c.Fractional > 0
				}
			}
		}
		for _, sh := range t.Shapes {
			if sh.Column == column {
				ev.sampled += sh.Sampled
				for i, n := range sh.Classes {
					ev.classes[i] += n
				}
			}
		}
		if i >= 0 {
			complete = d.addValues(&ev, l, *t, t.Columns[i]) && complete
		}
	}
	if !complete {
		ev.values = nil
	}
	return ev
}

// sliceFrom is how many rows a slice needs to show that it does not fill a property.
const sliceFrom = 20

// filledThroughout says whether a table has enough rows to tell and holds the column in nearly all of them, in every
// slice too. Where a plan is only a draft, slices too small to tell do not stand against it.
func filledThroughout(t landed.Table, column string) bool {
	type count struct{ rows, filled int64 }
	var all count
	seen := map[landed.Slice]count{}
	for _, p := range t.Profiles {
		n := seen[p.Slice]
		n.rows += p.Rows
		all.rows += p.Rows
		for _, c := range p.Columns {
			if c.Column == column {
				n.filled += c.Filled
				all.filled += c.Filled
			}
		}
		seen[p.Slice] = n
	}
	whole := func(n count) bool { return float64(n.filled) >= MinFilled*float64(n.rows) }
	for _, n := range seen {
		if n.rows >= sliceFrom && !whole(n) {
			return false
		}
	}
	return all.rows >= MinRequiredRows && whole(all)
}

// addValues adds the values of one source, and says whether all of them are known.
func (d *drafting) addValues(ev *evidence, l placed, t landed.Table, c landed.Column) bool {
	q, ok := question(l.source, l.event, t, c)
	answer, answered := d.o.Values[q]
	if !ok || !answered {
		return false
	}
	distinct := map[string]bool{}
	for _, row := range answer {
		if len(row.N) < 2 || distinct[row.Key] {
			continue
		}
		distinct[row.Key] = true
		if ev.values == nil {
			ev.values = map[string]int64{}
		}
		if _, known := ev.values[row.Key]; !known {
			if day := landed.Day(int64(row.N[1]) / 86400); day > ev.newestDay {
				ev.newest, ev.newestDay = row.Key, day
			}
		}
		ev.values[row.Key] += int64(row.N[0])
	}
	return len(distinct) <= MaxValues
}

// property completes a planned property from the evidence and returns what to say of it.
func (d *drafting) property(p *plan.Property, ev evidence) string {
	if ev.rows == 0 {
		return ""
	}
	p.Required = ev.required
	said := "filled in " + words.Percent(float64(ev.filled)/float64(ev.rows)) + " of " + words.Many(ev.rows, "row", "rows")
	note := ""
	switch p.Type {
	case "string":
		if note = d.values(p, ev); note == "" {
			note = format(p, ev)
		}
	case "number":
		if !ev.fractions && ev.filled >= MinRequiredRows {
			note = "whole numbers so far"
		}
	case "":
		note = "of several types, or of one that no plan has"
	}
	if note != "" {
		said += "; " + note
	}
	return said
}

// values plans the values of a text that has few, settled and harmless ones.
func (d *drafting) values(p *plan.Property, ev evidence) string {
	if len(ev.values) == 0 {
		return ""
	}
	total, odd := int64(0), 0
	for v, n := range ev.values {
		total += n
		if n < minShown || !d.o.Any && personal(v) || open(v) {
			odd++
		}
	}
	count := words.Many(int64(len(ev.values)), "value", "values")
	list := slices.SortedFunc(maps.Keys(ev.values), func(a, b string) int { return cmp.Or(cmp.Compare(ev.values[b], ev.values[a]), cmp.Compare(a, b)) })
	switch {
	case len(list) > maxEnum || total < minEach*int64(len(list)) || total < MinRequiredRows:
		return count
	case odd > 0:
		return count + ", " + words.Count(int64(odd)) + " of them rare or personal: no enum"
	case len(list) > 1 && ev.newestDay > ev.days.First+(ev.days.Last-ev.days.First)/2:
		return count + ", " + quoted(ev.newest) + " since " + words.ShortDay(ev.newestDay.Time()) + ": no enum, since more may come"
	}
	p.Enum = list
	return count
}

// format plans the format of a text whose values all have one.
func format(p *plan.Property, ev evidence) string {
	if ev.sampled < formatFrom {
		return ""
	}
	all := func(class int) bool { return float64(ev.classes[class]) >= formatShare*float64(ev.sampled) }
	switch {
	case all(uuidClass):
		p.Format = "uuid"
		return ""
	case all(emailClass):
		p.Format = "email"
		return "e-mail addresses"
	case all(dateClass):
		return "dates, landed as text"
	case all(numberClass):
		return "numbers, landed as text"
	}
	return ""
}

var (
	phoneLike = regexp.MustCompile(`\+?\d[\d\s().-]{7,}\d`)
	versionOf = regexp.MustCompile(`^v?\d+\.\d+(\.\d+)*|^\d{4}-\d{2}-\d{2}|^/|://`)
)

// personal says whether a value looks like an address, a phone or card number, or like free text.
func personal(v string) bool { return len(v) > 60 || names.Mask(v) != v || phoneLike.MatchString(v) }

// open says whether a value is one of ever new ones: a version, a date, a path.
func open(v string) bool { return versionOf.MatchString(v) || blank(v) }

func blank(s string) bool { return strings.TrimSpace(s) == "" }

var data = regexp.MustCompile(`\d{5,}|://|@|\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-|\d{4}-\d{2}-\d{2}|[$€£]\s?\d`)

// carriesData says whether a name holds a long number, an address, an identifier, a date or a price.
func carriesData(name string) bool { return data.MatchString(name) }

// quoted writes a name or value of strangers for a comment.
func quoted(s string) string { return `"` + names.Short(words.Safe(s), 80) + `"` }
