package audit_test

import (
	"context"
	"slices"
	"testing"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
	"github.com/plumbline-audit/plumbline/internal/testkit"
)

// enumerated is the plan of calm in which the method of a sign-in is one of values.
func enumerated(values ...string) *plan.Plan {
	p := planned("enum", calmNames()...)
	p.Events[0].Properties = []plan.Property{{Name: "method", Type: "string", Enum: values}}
	return p
}

// methods is a calm source whose sign-ins hold the method sms, in three of ten rows from a day on.
func methods(since landed.Day) *testkit.Facts {
	return web(nil).Column("signed_in", "method", func(d landed.Day) map[string]float64 {
		if d >= since {
			return map[string]float64{"email": .7, "sms": .3}
		}
		return map[string]float64{"email": 1}
	})
}

func TestAPlanThatAllowsAValueResolvesItsFinding(t *testing.T) {
	d := first()
	w := open(t, enumerated("email"), methods(d-5))
	wrong := find(t, w.night(d), finding.InvalidValue, "Signed In")
	if wrong.Finding.Since != d-5 || wrong.Status != incident.Open {
		t.Fatalf("%s since %s, it began on %s", wrong.Status, wrong.Finding.Since, d-5)
	}
	if again := find(t, w.night(d+1), finding.InvalidValue, "Signed In"); again.ID != wrong.ID || again.Change == incident.Resolved {
		t.Errorf("the next night it is %s %s", again.Change, again.ID)
	}
	w.replan(enumerated("email", "sms"))
	gone := find(t, w.night(d+2), finding.InvalidValue, "Signed In")
	if gone.ID != wrong.ID || gone.Change != incident.Resolved {
		t.Errorf("once the plan allows the value it is %s %s", gone.Change, gone.ID)
	}
}

func TestAPlanThatForbidsAValueIsToldFromThatDay(t *testing.T) {
	d := first()
	w := open(t, enumerated("email", "sms"), methods(d-40))
	if f, ok := lookup(w.night(d), finding.InvalidValue, "Signed In"); ok {
		t.Fatalf("found what the plan allows: %s", f.Finding.Title)
	}
	w.night(d + 1)
	w.replan(enumerated("email"))
	wrong := find(t, w.night(d+2), finding.InvalidValue, "Signed In")
	if wrong.Finding.Since != d+1 {
		t.Errorf("since %s, the rule was first counted on %s", wrong.Finding.Since, d+1)
	}
	if !slices.ContainsFunc(wrong.Finding.Evidence, func(e finding.Evidence) bool { return e.Label == "since" || e.Label == "plan" }) {
		t.Errorf("nothing says that the plan changed: %v", wrong.Finding.Evidence)
	}
	later := find(t, w.night(d+3), finding.InvalidValue, "Signed In")
	if later.ID != wrong.ID || later.Finding.Since != d+1 || later.Finding.Rows <= wrong.Finding.Rows {
		t.Errorf("the night after it is %s since %s with %d rows, it was %s with %d", later.ID, later.Finding.Since, later.Finding.Rows, wrong.ID, wrong.Finding.Rows)
	}
	mem, err := w.store.Load(context.Background(), []landed.Source{w.job.Sources[0].Source}, 0)
	if err != nil {
		t.Fatal(err)
	}
	rules := map[landed.Day][]string{}
	history := mem.History["web"]
	for _, p := range history.Table("signed_in").Profiles {
		for _, c := range p.Columns {
			for id := range c.Violations {
				rules[p.Day] = append(rules[p.Day], id)
			}
		}
	}
	before, after := rules[d], rules[d+1]
	if len(before) != 1 || len(after) != 1 || before[0] == after[0] || !slices.Equal(rules[d-20], before) || !slices.Equal(rules[d+2], after) {
		t.Errorf("counts before the change are kept under %v, since then under %v, 20 days ago under %v", before, after, rules[d-20])
	}
}
