package checks

import (
	"cmp"
	"encoding/csv"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"go.yaml.in/yaml/v4"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
)

// night is what a case says of the night it is judged in; input.yaml.
type night struct {
	Judged     string              `yaml:"judged"`      // the judged day; by default the last day of landed.csv
	Sources    []string            `yaml:"sources"`     // sources of which nothing has landed
	Titles     map[string]string   `yaml:"titles"`      // source → how it is shown
	Subset     bool                `yaml:"subset"`      // not every source of the workspace is in this audit
	Partial    float64             `yaml:"partial"`     // share of the judged day that has landed
	Late       map[string]string   `yaml:"late"`        // source → the first day that has not landed and should have
	Lag        int                 `yaml:"lag"`         // hours after its end that a day has landed
	Loaded     string              `yaml:"loaded"`      // when the last row was loaded
	Quiet      []quietDays         `yaml:"quiet"`       // the calendar
	Accepted   []acceptedDays      `yaml:"accepted"`    // what people said
	Different  [][2]string         `yaml:"different"`   // pairs that are two events
	Open       []string            `yaml:"open"`        // properties that may hold anything
	Unique     map[string]string   `yaml:"unique"`      // event → what differs from action to action
	ShowValues bool                `yaml:"show_values"` // values may be shown
	Inferred   bool                `yaml:"inferred"`    // the plan was made from what landed
	Changed    []changedRule       `yaml:"plan_changed"`
	Gaps       []landedGap         `yaml:"gaps"`
	Happened   map[string]int64    `yaml:"happened"`  // day → belated rows that happened on it, as the warehouse says
	Sent       map[string]int64    `yaml:"sent"`      // name → rows on the days after the judged one, as the warehouse says
	Recounted  []recountedDay      `yaml:"recounted"` // days that an earlier audit counted to another figure
	Columns    map[string][]string `yaml:"columns"`   // table → columns beyond those of profiles.csv, all of them text
}

type quietDays struct {
	First string `yaml:"first"`
	Last  string `yaml:"last"`
	Why   string `yaml:"why"`
}

type acceptedDays struct {
	Source   string `yaml:"source"`
	Event    string `yaml:"event"`
	Property string `yaml:"property"`
	First    string `yaml:"first"`
	Last     string `yaml:"last"`
	Normal   bool   `yaml:"normal"`
}

// changedRule is a rule of the plan that is younger than the history.
type changedRule struct {
	Table  string `yaml:"table"`
	Column string `yaml:"column"`
	Rule   string `yaml:"rule"` // as in profiles.csv
	From   string `yaml:"from"` // the first day it was counted
}

type recountedDay struct {
	Source string `yaml:"source"`
	Event  string `yaml:"event"`
	Day    string `yaml:"day"`
	Was    int64  `yaml:"was"`
	Now    int64  `yaml:"now"`
}

// landedGap is something that could not be read.
type landedGap struct {
	Source string `yaml:"source"`
	Table  string `yaml:"table"`
	First  string `yaml:"first"`
	Last   string `yaml:"last"`
}

// goldenCase is one case while it is read.
type goldenCase struct {
	t        *testing.T
	sections map[string]string
	night    night
	plan     *plan.Plan
	span     landed.Span
}

func newCase(t *testing.T, a *txtar.Archive) *goldenCase {
	t.Helper()
	c := &goldenCase{t: t, sections: map[string]string{}}
	known := []string{"settings.yaml", "plan.yaml", "landed.csv", "profiles.csv", "answers.csv", "people.csv", "duplicates.csv", "belated.csv", "shapes.csv", "again.csv", "input.yaml", "want.txt"}
	for _, f := range a.Files {
		if !slices.Contains(known, f.Name) {
			t.Fatalf("section %s is none of %v", f.Name, known)
		}
		c.sections[f.Name] = string(f.Data)
	}
	if err := yamlSettings(c.section("input.yaml")).Decode(&c.night); err != nil {
		t.Fatalf("input.yaml: %v", err)
	}
	if text := c.section("plan.yaml"); text != "" {
		p, err := plan.Parse("plan.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		p.Inferred = c.night.Inferred
		c.plan = p
	}
	return c
}

func (c *goldenCase) section(name string) string { return c.sections[name] }

// day reads a day; an empty text is NoDay.
func (c *goldenCase) day(s string) landed.Day {
	c.t.Helper()
	if s == "" {
		return landed.NoDay
	}
	d, err := landed.ParseDay(s)
	if err != nil {
		c.t.Fatal(err)
	}
	return d
}

// inputs lays out what is known of every source, in the order of landed.csv.
func (c *goldenCase) inputs(constrainer Constrainer) []Input {
	c.t.Helper()
	var out []Input
	for _, s := range c.layLanded() {
		in := Input{
			Plan: c.plan.In(s.Source.Name), Landed: s, Last: s.Span.Last, AsOf: s.Span.Last + 1, Partial: 1, Since: landed.NoDay,
			Different: c.night.Different, Open: c.night.Open, Unique: c.night.Unique, Whole: !c.night.Subset, ShowValues: c.night.ShowValues,
			PlanChanged: map[string]landed.Day{},
		}
		if d := c.day(c.night.Judged); d != landed.NoDay {
			in.Last, in.AsOf = d, d+1
		}
		if c.night.Partial > 0 {
			in.Partial = c.night.Partial
		}
		if d := c.day(c.night.Late[s.Source.Name]); d != landed.NoDay {
			in.Late, in.Since = true, d
		}
		for _, q := range c.night.Quiet {
			in.Quiet = append(in.Quiet, Quiet{Span: landed.Span{First: c.day(q.First), Last: c.day(q.Last)}, Why: q.Why})
		}
		for _, a := range c.night.Accepted {
			in.Accepted = append(in.Accepted, Accepted{
				Subject: finding.Subject{Source: a.Source, Event: a.Event, Property: a.Property},
				Span:    landed.Span{First: c.day(a.First), Last: c.day(a.Last)}, Normal: a.Normal,
			})
		}
		for _, r := range c.night.Recounted {
			if cmp.Or(r.Source, "web") == s.Source.Name {
				in.Recounted = append(in.Recounted, landed.Recount{Name: r.Event, Day: c.day(r.Day), Was: r.Was, Now: r.Now})
			}
		}
		c.layProfiles(&in, constrainer)
		c.layArrivals(&in)
		c.layDuplicates(&in)
		c.layBelated(&in)
		c.layShapes(&in)
		out = append(out, in)
	}
	return out
}

// layArrivals lets every day land as many hours after its end as the case says.
func (c *goldenCase) layArrivals(in *Input) {
	c.t.Helper()
	s := &in.Landed
	if c.night.Loaded != "" {
		at, err := time.Parse(time.RFC3339, c.night.Loaded)
		if err != nil {
			c.t.Fatal(err)
		}
		s.Loaded = at
	}
	if c.night.Lag == 0 {
		return
	}
	total := s.Total()
	for d := max(s.Span.First, s.Span.Last-34); d <= s.Span.Last; d++ {
		a := landed.Arrival{Day: d, Rows: total[d-s.Span.First]}
		for h := c.night.Lag; h < len(a.Hours); h++ {
			a.Hours[h] = a.Rows
		}
		s.Arrivals = append(s.Arrivals, a)
	}
}

// answer answers what a check asks of the commonest values, of sizes and of pages from answers.csv, and of days and names
// as input.yaml says; other questions stay open. What is asked of the days before the change and of those since is told
// apart by a word before the value: "before 21" is how many values lay in that fifth of a decade then, "since /cart" how
// many rows that page has. A fifth column is the rows of a page that carry the fault. What a pipeline wrote on a day has
// the day in place of a column, and a value like ["orders","total","datatype mismatch"].
func (c *goldenCase) answer(questions []landed.Question) landed.Answers {
	c.t.Helper()
	out := landed.Answers{Values: map[landed.Question]landed.Answer{}}
	for _, q := range questions {
		table, column, when := "", "", ""
		period := func(s landed.Span) string {
			if s.Last < c.span.Last {
				return "before "
			}
			return "since "
		}
		switch q := q.(type) {
		case landed.Switched:
			c.people(q, out)
			continue
		case landed.Happened:
			out.Values[q] = counted(c.night.Happened, 1)
			continue
		case landed.Sent:
			out.Values[q] = counted(c.night.Sent, q.Least)
			continue
		case landed.TopValues:
			table, column = q.Table, q.Column
		case landed.Sizes:
			table, column, when = q.Table, q.Column, period(q.Span)
		case landed.Pages:
			table, column, when = q.Table, q.Column, period(q.Span)
		case landed.Grouped:
			table = q.Table
		default:
			continue
		}
		for i, row := range c.records("answers.csv") {
			key, fits := strings.CutPrefix(row[2], when)
			if i == 0 || row[0] != table || row[1] != column && column != "" || !fits {
				continue
			}
			if column == "" {
				key = `["` + row[1] + `",` + strings.TrimPrefix(key, "[")
			}
			r := landed.Row{Key: key}
			for _, text := range row[3:] {
				n, err := strconv.ParseFloat(text, 64)
				if err != nil {
					c.t.Fatalf("answers.csv: %v", err)
				}
				r.N = append(r.N, n)
			}
			out.Values[q] = append(out.Values[q], r)
		}
	}
	return out
}

// counted is an answer of keys and rows, of so many at least.
func counted(rows map[string]int64, least int) landed.Answer {
	var out landed.Answer
	for _, k := range slices.Sorted(maps.Keys(rows)) {
		if rows[k] >= int64(least) {
			out = append(out, landed.Row{Key: k, N: []float64{float64(rows[k])}})
		}
	}
	return out
}

// records reads a section as comma-separated values; blanks before a value do not count, # begins a remark.
func (c *goldenCase) records(section string) [][]string {
	c.t.Helper()
	r := csv.NewReader(strings.NewReader(c.section(section)))
	r.TrimLeadingSpace, r.FieldsPerRecord, r.Comment = true, -1, '#'
	rows, err := r.ReadAll()
	if err != nil {
		c.t.Fatalf("%s: %v", section, err)
	}
	return rows
}

// yamlSettings is a section of a configuration, decoded strictly.
type yamlSettings string

func (s yamlSettings) Decode(into any) error {
	if strings.TrimSpace(string(s)) == "" {
		return nil
	}
	return yaml.Load([]byte(s), into, yaml.WithKnownFields())
}
