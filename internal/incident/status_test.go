package incident

import (
	"testing"
	"time"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

func TestStatusOf(t *testing.T) {
	now, today := start, landed.DayOf(start)
	all := Handling{Acknowledged: true, Dismissed: true, Expected: true, Through: today, Until: now.Add(time.Hour)}
	expects := []Expectation{{Events: []string{"a"}, Span: landed.Span{First: today - 1, Last: today + 1}}}
	standing := Incident{Finding: one(finding.EventStopped, "a")}
	baseline, closed := standing, standing
	baseline.Baseline, closed.Closed = true, now
	again := standing
	again.Again = now
	cases := map[string]struct {
		i       Incident
		h       Handling
		expects []Expectation
		want    Status
	}{
		"nobody spoke of it":                  {standing, Handling{}, nil, Open},
		"resolved goes before everything":     {closed, all, expects, ResolvedAway},
		"dismissed goes before expected":      {standing, all, expects, Dismissed},
		"expected by a person":                {standing, Handling{Expected: true, Through: today}, nil, Expected},
		"an expectation that is over":         {standing, Handling{Expected: true, Through: today - 1}, nil, Open},
		"expected by the configuration":       {baseline, Handling{Acknowledged: true}, expects, Expected},
		"snoozed goes before acknowledged":    {standing, Handling{Acknowledged: true, Until: now.Add(1)}, nil, Snoozed},
		"a snooze that is over":               {standing, Handling{Until: now}, nil, Open},
		"acknowledged goes before baseline":   {baseline, Handling{Acknowledged: true}, nil, Acknowledged},
		"acknowledged after a snooze is over": {standing, Handling{Acknowledged: true, Until: now}, nil, Acknowledged},
		"acknowledged before it came back":    {again, Handling{Acknowledged: true, At: now.Add(-1)}, nil, Open},
		"acknowledged since it came back":     {again, Handling{Acknowledged: true, At: now}, nil, Acknowledged},
		"dismissed before it came back":       {again, Handling{Dismissed: true, At: now.Add(-1)}, nil, Dismissed},
		"old debt":                            {baseline, Handling{}, nil, Baseline},
	}
	for name, c := range cases {
		if got := StatusOf(c.i, c.h, c.expects, now, today); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestExpectationCovers(t *testing.T) {
	span := landed.Span{First: 10, Last: 20}
	f := finding.Finding{Kind: finding.EventStopped, Subject: finding.Subject{Source: "web", Event: "Coupon Applied", Related: "coupon"}}
	cases := map[string]struct {
		e    Expectation
		day  landed.Day
		want bool
	}{
		"everything":                   {Expectation{Span: span}, 10, true},
		"the last day":                 {Expectation{Span: span}, 20, true},
		"the day after":                {Expectation{Span: span}, 21, false},
		"the day before":               {Expectation{Span: span}, 9, false},
		"the event":                    {Expectation{Span: span, Events: []string{"Coupon Applied"}}, 15, true},
		"the other name of the pair":   {Expectation{Span: span, Events: []string{"coupon"}}, 15, true},
		"another event":                {Expectation{Span: span, Events: []string{"Coupon"}}, 15, false},
		"a pattern's beginning":        {Expectation{Span: span, Events: []string{"Coupon *"}}, 15, true},
		"a pattern's end":              {Expectation{Span: span, Events: []string{"*plied"}}, 15, true},
		"a pattern's middle":           {Expectation{Span: span, Events: []string{"C*n*d"}}, 15, true},
		"a pattern longer than a name": {Expectation{Span: span, Events: []string{"Coupon Applied*d"}}, 15, false},
		"another kind":                 {Expectation{Span: span, Kinds: []finding.Kind{finding.Rename}}, 15, false},
		"the kind":                     {Expectation{Span: span, Kinds: []finding.Kind{finding.EventStopped}}, 15, true},
		"another source":               {Expectation{Span: span, Sources: []string{"ios"}}, 15, false},
		"the source among others":      {Expectation{Span: span, Sources: []string{"ios", "web"}}, 15, true},
	}
	for name, c := range cases {
		if got := c.e.Covers(f, c.day); got != c.want {
			t.Errorf("%s: covered %v, want %v", name, got, c.want)
		}
	}
	both := f
	both.Sources = []string{"web", "ios"}
	if (Expectation{Span: span, Sources: []string{"web"}}).Covers(both, 15) {
		t.Error("what also happens in another source is covered")
	}
}

// Who expects one event to stop has said nothing of the others that stopped on that day.
func TestAnExpectationCoversAGroupOnlyAsAWhole(t *testing.T) {
	a := finding.Finding{Kind: finding.Rename, Subject: finding.Subject{Source: "web", Event: "A", Related: "a"}}
	b := finding.Finding{Kind: finding.MissingProperty, Subject: finding.Subject{Source: "web", Event: "B", Property: "p"}}
	group := a
	group.Members = []finding.Finding{a, b}
	span := landed.Span{First: 10, Last: 20}
	for name, c := range map[string]struct {
		e    Expectation
		want bool
	}{
		"everything":        {Expectation{Span: span}, true},
		"the first event":   {Expectation{Span: span, Events: []string{"A"}}, false},
		"the other event":   {Expectation{Span: span, Events: []string{"B"}}, false},
		"both":              {Expectation{Span: span, Events: []string{"A", "B"}}, true},
		"the first's kind":  {Expectation{Span: span, Kinds: []finding.Kind{finding.Rename}}, false},
		"the kinds of both": {Expectation{Span: span, Kinds: []finding.Kind{finding.Rename, finding.MissingProperty}}, true},
	} {
		if got := c.e.Covers(group, 15); got != c.want {
			t.Errorf("%s: covered %v, want %v", name, got, c.want)
		}
	}
}

func TestIDOf(t *testing.T) {
	known := []Incident{{ID: "PL-1", Key: "a", Keys: []finding.Key{"a", "b"}}, {ID: "PL-2", Key: "b", Keys: []finding.Key{"b"}}}
	for key, want := range map[finding.Key]string{"a": "PL-1", "b": "PL-2", "c": finding.ID(workspace, "c", 6)} {
		if got := IDOf(workspace, known, key); got != want {
			t.Errorf("%s is %s, want %s", key, got, want)
		}
	}
}
