package checks

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// complaints is a table into which a pipeline writes what it did not like, with the columns that say of what.
type complaints struct {
	table  string
	of     string // the table or the event it is about
	column string // the column or the property
	why    string
	loader bool   // values that did not fit were left out, not only reported
	source string // the column that names the source, "" none
}

// pipelines are the tables of RudderStack's loader, and of Segment's Protocols where violations are forwarded.
func pipelines() []complaints {
	return []complaints{
		{table: "rudder_discards", of: "table_name", column: "column_name", why: "reason", loader: true},
		{table: "violation_generated", of: "event_name", column: "violation_field", why: "violation_type", source: "source_slug"},
	}
}

// question asks what a pipeline wrote in the days that are judged; false where there is no such table, or none like it.
func (c complaints) question(in Input) (landed.Grouped, bool) {
	t := in.Landed.Table(c.table)
	if t == nil || !hasColumn(*t, c.of) || !hasColumn(*t, c.column) {
		return landed.Grouped{}, false
	}
	q := landed.Grouped{Source: in.Landed.Source.Name, Table: c.table, By: [4]string{c.of, c.column}}
	for i, more := range []string{c.why, c.source} {
		if more != "" && hasColumn(*t, more) {
			q.By[2+i] = more
		}
	}
	history := in.history()
	q.Span = landed.Span{First: max(history.First, in.Last-55), Last: in.Last}
	return q, true
}

// complaintShare is the share of rows from which a complaint that was always there is told.
const complaintShare = .01

// complaint is what a pipeline says of one property.
type complaint struct {
	complaints
	table, column string
	daily         map[landed.Day]float64
	whys          []string // the commonest first
}

// read sorts an answer by what it is about. Of a workspace's common table only the rows of this source count.
func (c complaints) read(in Input, q landed.Grouped) []complaint {
	by := map[string]*complaint{}
	whys := map[string]map[string]float64{}
	for _, row := range in.Answers.Values[q] {
		var cells []*string
		if json.Unmarshal([]byte(row.Key), &cells) != nil || len(row.N) == 0 {
			continue
		}
		text := make([]string, 5) // the day, then what was asked for, in its order
		at := 0
		for i := range text {
			if i > 0 && q.By[i-1] == "" {
				continue
			}
			if at < len(cells) && cells[at] != nil {
				text[i] = *cells[at]
			}
			at++
		}
		day, err := landed.ParseDay(text[0][:min(10, len(text[0]))])
		if err != nil || text[1] == "" || text[2] == "" || text[4] != "" && text[4] != in.Landed.Source.Name {
			continue
		}
		key := text[1] + "\x00" + text[2]
		if by[key] == nil {
			by[key] = &complaint{complaints: c, table: text[1], column: text[2], daily: map[landed.Day]float64{}}
			whys[key] = map[string]float64{}
		}
		by[key].daily[day] += row.N[0]
		if text[3] != "" {
			whys[key][text[3]] += row.N[0]
		}
	}
	var out []complaint
	for _, key := range columnsOf(by) {
		by[key].whys = largest(whys[key], 1, 3)
		out = append(out, *by[key])
	}
	return out
}

// refused finds what a pipeline itself says that it could not load, or that breaks the plan.
func (c value) refused(in Input) []finding.Finding {
	var out []finding.Finding
	planned := plannedFor(in)
	for _, from := range pipelines() {
		q, ok := from.question(in)
		if !ok {
			continue
		}
		for _, said := range from.read(in, q) {
			for _, t := range in.Landed.Tables {
				if !said.about(in, t.Name) {
					continue
				}
				if p, ok := lay(in, t); ok {
					if f, ok := said.judge(in, p, propertiesOf(planned[t.Name])); ok {
						out = append(out, f)
					}
				}
			}
		}
	}
	return out
}

// about says whether a complaint is about a table: by its name, or by that of an event that lands there.
func (c complaint) about(in Input, table string) bool {
	if c.loader {
		return strings.EqualFold(c.table, table)
	}
	return slices.ContainsFunc(in.Landed.Events, func(e landed.Event) bool { return e.Name == c.table && e.Table == table })
}

// property is the column a complaint is about, without the path that leads to it.
func (c complaint) property() string {
	return strings.TrimPrefix(strings.TrimPrefix(c.column, "properties."), "/properties/")
}

func (c complaint) judge(in Input, p *profiled, props map[string]plannedProperty) (finding.Finding, bool) {
	column := c.property()
	prop, isPlanned := props[column]
	for name, candidate := range props {
		if candidate.Name == column {
			column, prop, isPlanned = name, candidate, true
		}
	}
	why := strings.ToLower(strings.Join(c.whys, " "))
	if commonColumn(column) || in.open(column) || isPlanned && prop.event.Deprecated() || !c.loader && !strings.Contains(why, "type") && !strings.Contains(why, "invalid") {
		return finding.Finding{}, false // what is missing or unplanned is seen in the table itself
	}
	said := func(*columnDays) (k, n []float64) {
		k = make([]float64, p.days)
		for d, rows := range c.daily {
			if i := int(d - p.first); i >= 0 && i < p.days {
				k[i] = min(rows, p.rows[i])
			}
		}
		return k, p.rows
	}
	q := *p
	q.whole, q.slices = map[string]*columnDays{column: {}}, nil // it says nothing of slices
	r, ok := scan(&q, column, said, false)
	if !ok || r.after <= r.before {
		if r, ok = standing(&q, column, said, complaintShare); !ok {
			return finding.Finding{}, false
		}
	}
	f := valueDrift(in, p.table.Name, column, prop, isPlanned)
	f.Kind = finding.TypeDrift
	verb, label := "was refused by the loader", "refused"
	if !c.loader {
		verb, label = "was reported as a violation", "reported"
		if !strings.Contains(why, "type") {
			f.Kind = finding.InvalidValue
		}
	}
	f = r.finding(in, p, label, "rows", f)
	f.Title = fmt.Sprintf("%s of %s %s in %s", bare(f.Subject.Property), called(f.Call, f.Subject.Event), verb, r.now("its rows"))
	whys := make([]string, len(c.whys))
	for i, w := range c.whys {
		whys[i] = bare(w)
	}
	text := words.Many(f.Rows, "row", "rows") + " in " + bare(qualified(in, c.complaints.table))
	if len(whys) > 0 {
		text += ": " + strings.Join(whys, ", ")
	}
	f.Evidence = append(f.Evidence, finding.Evidence{Label: "pipeline", Value: text})
	f.Fixes = propertyFixes(in, f, f.Subject.Property)
	return f, true
}

// lostRows finds events whose own table has fewer rows than the table of all events: a loader that cannot cast a value may
// drop the whole row, and that shows nowhere else.
func (c value) lostRows(in Input) []finding.Finding {
	var out []finding.Finding
	for _, t := range in.Landed.Tables {
		p, ok := lay(in, t)
		if !ok {
			continue
		}
		sent, ok := sentTo(in, p)
		if !ok {
			continue
		}
		lost := func(*columnDays) (k, n []float64) {
			k = make([]float64, p.days)
			for i := range k {
				k[i] = max(0, sent[i]-p.rows[i])
			}
			return k, sent
		}
		q := *p
		q.whole, q.slices = map[string]*columnDays{"": {}}, nil
		r, ok := scan(&q, "", lost, false)
		if !ok || r.after <= r.before {
			if r, ok = standing(&q, "", lost, lostShare); !ok {
				continue
			}
		}
		if r.start >= p.days-1 {
			continue // a table that is loaded a little later than that of all events looks the same for a day
		}
		name, call := mainEvent(in, t.Name, plannedFor(in)[t.Name])
		f := r.finding(in, p, "missing", "rows", finding.Finding{
			Kind: finding.TypeDrift, Severity: finding.Warning, Call: call, Planned: len(plannedFor(in)[t.Name]) > 0,
			Subject: finding.Subject{Source: in.Landed.Source.Name, Event: name},
		})
		f.Title = fmt.Sprintf("%s of %s never reached its own table, though they landed among all events", upperFirst(r.now("the rows")), called(call, name))
		f.Evidence = append(f.Evidence, finding.Evidence{
			Label: "rows", Value: fmt.Sprintf("%s among all events, %s in %s", words.Count(int64(total(sent[r.start:]))),
				words.Count(int64(total(p.rows[r.start:]))), bare(qualified(in, t.Name))),
		}, finding.Evidence{Label: "likely", Value: "a value that its column cannot hold: some loaders drop the row with it"})
		f.Fixes = []finding.Fix{
			finding.SearchCode{Literals: literals(call, name), Source: in.Landed.Source.Name}, finding.TellOwner{},
		}
		out = append(out, f)
	}
	return out
}

// lostShare is the share of rows from which a loss that is older than the history is told.
const lostShare = .05

// sentTo is the rows a day that the table of all events has for a table of its own; false where that is not known.
func sentTo(in Input, p *profiled) ([]float64, bool) {
	out := make([]float64, p.days)
	any := false
	for _, e := range in.Landed.Events {
		if e.Table != p.table.Name {
			continue
		}
		if e.Call != landed.Track || len(e.Unseen) > 0 {
			return nil, false // calls that land in one table only have nothing to compare with
		}
		any = true
		for i, n := range daily(e, in.Landed.Span.Len()) {
			if j := int(in.Landed.Span.First) + i - int(p.first); j >= 0 && j < p.days {
				out[j] += n
			}
		}
	}
	return out, any
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
