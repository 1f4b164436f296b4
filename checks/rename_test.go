package checks

import (
	"fmt"
	"testing"

	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
)

// release is a source in which on day 40 of 60 one release gave other names to so many events, each with properties of its own.
func release(renames int) Input {
	const days, began = 60, 40
	in := Input{Last: days - 1, Plan: &plan.Plan{}, Landed: landed.Snapshot{
		Source: landed.Source{Name: "web", Schema: "web"}, Span: landed.Span{First: 0, Last: days - 1},
	}}
	add := func(name, table string, from, to int) {
		y := make([]int64, days)
		t := landed.Table{Name: table, Profiled: in.Landed.Span}
		for i := range 4 {
			t.Columns = append(t.Columns, landed.Column{Name: fmt.Sprintf("%s_%d", name[4:], i), Type: landed.Text})
		}
		for d := from; d < to; d++ {
			y[d] = int64(200 + d%7*10)
			p := landed.Profile{Day: landed.Day(d), Rows: y[d]}
			for _, c := range t.Columns {
				p.Columns = append(p.Columns, landed.ColumnProfile{Column: c.Name, Filled: y[d], Distinct: landed.Sketch{Estimate: 5}})
			}
			t.Profiles = append(t.Profiles, p)
		}
		in.Landed.Events = append(in.Landed.Events, landed.Event{Name: name, Table: table, Cells: []landed.Cell{{Daily: y}}})
		in.Landed.Tables = append(in.Landed.Tables, t)
	}
	for i := range renames {
		old, young := fmt.Sprintf("old %d", i), fmt.Sprintf("new %d", i)
		add(old, fmt.Sprintf("old_%d", i), 0, began)
		add(young, fmt.Sprintf("new_%d", i), began, days)
		in.Plan.Events = append(in.Plan.Events, plan.Event{Name: old, Call: "track"})
	}
	for i := range 4 {
		name := fmt.Sprintf("all %d", i)
		add(name, fmt.Sprintf("all_%d", i), 0, days)
		in.Plan.Events = append(in.Plan.Events, plan.Event{Name: name, Call: "track"})
	}
	return in
}

func asked(qs []landed.Question) (values, people int) {
	for _, q := range qs {
		switch q.(type) {
		case landed.TopValues:
			values++
		case landed.Switched:
			people++
		}
	}
	return values, people
}

func TestRenameAsksLittle(t *testing.T) {
	c, err := newRename(defaults{})
	if err != nil {
		t.Fatal(err)
	}
	questions := func(in Input) (values, people int) { return asked(c.(Inquirer).Questions(in)) }
	if values, people := questions(release(0)); values+people > 0 {
		t.Errorf("where nothing happened %d questions are asked", values+people)
	}
	if values, people := questions(release(2)); values == 0 || people == 0 || values > 2*2*askColumns || people > 2 {
		t.Errorf("of two renames: %d questions about values, %d about people", values, people)
	}
	if values, people := questions(release(60)); values > 2*askPairs*askColumns || people > askPeople {
		t.Errorf("of a release that renames all: %d questions about values, %d about people", values, people)
	}
	strict, err := newRename(yamlSettings("min_score: 100"))
	if err != nil {
		t.Fatal(err)
	}
	if values, people := asked(strict.(Inquirer).Questions(release(2))); values+people > 0 {
		t.Errorf("%d questions are asked that decide nothing", values+people)
	}
}

// A young source asks about shorter windows, which lie within its history.
func TestPeopleAreFollowedWithinTheHistory(t *testing.T) {
	in := release(1)
	for _, q := range mustRename(t).Questions(in) {
		if s, ok := q.(landed.Switched); ok {
			if s.Day != 40 || s.Days != 20 || s.Day-2*landed.Day(s.Days) < 0 {
				t.Errorf("%+v", s)
			}
			return
		}
	}
	t.Error("nothing was asked about people")
}

func mustRename(t *testing.T) Inquirer {
	t.Helper()
	c, err := newRename(defaults{})
	if err != nil {
		t.Fatal(err)
	}
	return c.(Inquirer)
}
