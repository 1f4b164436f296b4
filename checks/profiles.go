package checks

import (
	"slices"

	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
)

// columnDays is one column's figures per day of a table's profiled history, for all slices together or for one.
type columnDays struct {
	rows, filled                 []float64
	positive, sumLog, fractional []float64
	at512                        []float64            // text of exactly that length
	distinct                     []float64            // different values, at most the rows that are filled: of all slices added up; 0 where it was not counted
	richest                      []float64            // and of the slice with the most: the truth lies between
	violated                     map[string][]float64 // Constraint.ID → rows
	counted                      map[string][]float64 // Constraint.ID → rows of the days that counted it
	first                        int                  // first day with a value, -1 none
}

// profiled is one table's profiles laid out by day.
type profiled struct {
	table     landed.Table
	first     landed.Day
	days      int
	rows      []float64
	slices    []landed.Slice // every slice that has rows, sorted
	byCell    map[landed.Slice]map[string]*columnDays
	whole     map[string]*columnDays
	sliceRows map[landed.Slice][]float64
}

// lay lays a table's profiles out by day, up to the judged day. The second result is false where nothing is profiled.
func lay(in Input, t landed.Table) (*profiled, bool) {
	span := t.Profiled.Meet(landed.Span{First: t.Profiled.First, Last: in.Last})
	if span.Empty() || len(t.Profiles) == 0 || in.Apart.Tables[t.Name] {
		return nil, false
	}
	p := &profiled{
		table: t, first: span.First, days: span.Len(), rows: make([]float64, span.Len()),
		byCell: map[landed.Slice]map[string]*columnDays{}, whole: map[string]*columnDays{}, sliceRows: map[landed.Slice][]float64{},
	}
	for _, pr := range t.Profiles {
		if !span.Has(pr.Day) {
			continue
		}
		i := int(pr.Day - span.First)
		p.rows[i] += float64(pr.Rows)
		cell := p.byCell[pr.Slice]
		if cell == nil {
			cell = map[string]*columnDays{}
			p.byCell[pr.Slice] = cell
			p.slices = append(p.slices, pr.Slice)
			p.sliceRows[pr.Slice] = make([]float64, p.days)
		}
		p.sliceRows[pr.Slice][i] += float64(pr.Rows)
		for _, c := range pr.Columns {
			if in.Apart.Columns[t.Name][c.Column] {
				continue
			}
			p.column(cell, c.Column).add(i, pr.Rows, c)
			p.column(p.whole, c.Column).add(i, pr.Rows, c)
		}
	}
	slices.SortFunc(p.slices, compareSlices)
	return p, true
}

func (p *profiled) column(in map[string]*columnDays, name string) *columnDays {
	c := in[name]
	if c == nil {
		c = &columnDays{
			rows: make([]float64, p.days), filled: make([]float64, p.days), positive: make([]float64, p.days),
			sumLog: make([]float64, p.days), fractional: make([]float64, p.days),
			at512: make([]float64, p.days), distinct: make([]float64, p.days), richest: make([]float64, p.days),
			violated: map[string][]float64{}, counted: map[string][]float64{}, first: -1,
		}
		in[name] = c
	}
	return c
}

func (c *columnDays) add(i int, n int64, f landed.ColumnProfile) {
	c.rows[i] += float64(n)
	c.filled[i] += float64(f.Filled)
	c.positive[i] += float64(f.Positive)
	c.sumLog[i] += f.SumLog
	c.fractional[i] += float64(f.Fractional)
	c.at512[i] += float64(f.At512)
	c.distinct[i] += float64(min(f.Distinct.Estimate, f.Filled))
	c.richest[i] = max(c.richest[i], float64(min(f.Distinct.Estimate, f.Filled)))
	if f.Filled > 0 && (c.first < 0 || i < c.first) {
		c.first = i
	}
	for id, n := range f.Violations {
		if c.violated[id] == nil {
			c.violated[id], c.counted[id] = make([]float64, len(c.rows)), make([]float64, len(c.rows))
		}
		c.violated[id][i] += float64(n)
		c.counted[id][i] += float64(f.Filled)
	}
}

// day is the calendar day of an index.
func (p *profiled) day(i int) landed.Day { return p.first + landed.Day(i) }

// plannedFor returns the planned events that land in a table, by Segment's naming or as the plan says.
func plannedFor(in Input) map[string][]plan.Event {
	out := map[string][]plan.Event{}
	if in.Plan == nil {
		return out
	}
	for _, e := range in.Plan.Events {
		t := plan.TableOf(e)
		out[t] = append(out[t], e)
	}
	return out
}

// plannedProperty is a property as the plan has it and the event it belongs to.
type plannedProperty struct {
	plan.Property
	event    plan.Event
	required bool // required by every event of the table
}

// propertiesOf returns what is planned for a table by column: a table that several planned events share has the
// properties of all, and requires only what all require.
func propertiesOf(events []plan.Event) map[string]plannedProperty {
	out := map[string]plannedProperty{}
	count := map[string]int{}
	for _, e := range events {
		for _, p := range e.Properties {
			column := plan.ColumnOf(p.Name)
			have, ok := out[column]
			if !ok {
				have = plannedProperty{Property: p, event: e, required: true}
			}
			have.required = have.required && p.Required
			out[column] = have
			count[column]++
		}
	}
	for column, p := range out {
		p.required = p.required && count[column] == len(events)
		out[column] = p
	}
	return out
}

// compareSlices orders slices by their fields.
func compareSlices(a, b landed.Slice) int {
	return slices.Compare(
		[]string{a.Platform, a.AppVersion, a.Library, a.LibraryVersion},
		[]string{b.Platform, b.AppVersion, b.Library, b.LibraryVersion})
}

// mainEvent is the name that stands for a table: the planned one with rows, else the planned one, else the largest.
func mainEvent(in Input, table string, events []plan.Event) (name string, call landed.Call) {
	if len(events) > 0 {
		return events[0].Name, callOf(events[0])
	}
	var most float64
	for _, e := range in.Landed.Events {
		if e.Table != table {
			continue
		}
		if n := total(daily(e, in.history().Len())); n > most {
			most, name, call = n, e.Name, e.Call
		}
	}
	return name, call
}
