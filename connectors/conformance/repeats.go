package conformance

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/connectors"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// twice are two sources in which some purchases are there more than once.
func twice() []Table {
	// A phone that was out of reach sends in one go what its owner did hour by hour.
	happened := func(m message) any {
		switch m.id {
		case "q1", "q2":
			return m.received.Add(-time.Duration(m.id[1]-'0') * time.Hour)
		case "a":
			return nil
		}
		return m.received
	}
	bought := func(schema string, orders map[string]any, ms ...message) []Table {
		sent, t := tracks(schema), Table{Schema: schema, Name: "bought", Columns: append(trackColumns(), Column{"order_id", Text}, Column{"sum", Number}, Column{"due", Timestamp}, Column{"timestamp", Timestamp})}
		for i, m := range ms {
			row := m.row()
			row[7] = m.version // of the app
			sent.Rows = append(sent.Rows, row)
			t.Rows = append(t.Rows, append(slices.Clone(row), orders[m.id], 7.5, at("2026-03-01 00:00:00").AddDate(0, 0, i), happened(m)))
		}
		return []Table{sent, t}
	}
	buy := func(id, user, version, when string) message {
		return message{id: id, event: "Bought", slug: "bought", user: user, lib: "js", version: version, received: at(when)}
	}
	web := bought("twice", map[string]any{"a": "1", "b": "1", "c": "2", "d": "2", "e": "3", "f": "3", "g": "4", "o": "5", "h": nil, "i": nil, "k": "9", "l": "9"},
		buy("a", "ann", "1", "2026-03-10 10:00:00"), buy("b", "ann", "1", "2026-03-10 10:00:02"), // at once
		buy("c", "bob", "2", "2026-03-10 11:00:00"), buy("d", "bob", "2", "2026-03-10 11:00:59"), // within a minute
		buy("e", "cy", "2", "2026-03-10 23:59:59"), buy("f", "cy", "2", "2026-03-11 00:00:01"), // another day, and at once
		buy("g", "dee", "2", "2026-03-11 12:00:00"), buy("g", "dee", "2", "2026-03-11 12:00:00"), // one message, landed twice
		buy("o", "dee", "2", "2026-03-11 12:00:01"), // another order, at once
		buy("q1", "gus", "3", "2026-03-11 15:00:00"), buy("q2", "gus", "3", "2026-03-11 15:00:00"),
		buy("h", "", "2", "2026-03-11 13:00:00"), buy("i", "", "2", "2026-03-11 13:00:00"), // two people whom nobody knows
		buy("k", "eve", "2", "2026-03-12 08:00:00"), buy("l", "fay", "2", "2026-03-12 18:00:00"), // one order of two people
	)
	server := bought("beside", map[string]any{"sa": "1", "sc": "2", "sx": "8", "sg": "4"},
		buy("sa", "ann", "", "2026-03-10 10:00:30"), // the same order, soon
		buy("sc", "", "", "2026-03-10 12:30:00"),    // the same order, later, of nobody
		buy("sx", "bob", "", "2026-03-10 10:59:01"), // another order, and bob buys within the minute
		buy("sg", "dee", "", "2026-03-12 12:00:00"), // the same order on another day
	)
	return append(web, server...)
}

func (s suite) repeats(t *testing.T) {
	w := s.open(t, "UTC", connectors.SourceOptions{})
	for _, schema := range []string{"twice", "beside"} {
		if err := w.Attach(landed.Source{Name: schema, Schema: schema, Zone: "UTC"}, connectors.Segment(), connectors.SourceOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	days := span(t, "2026-03-09", "2026-03-20")
	d := float64(day(t, "2026-03-10"))
	seconds := func(when string) float64 { return float64(at(when).Unix()) }
	for _, x := range []struct {
		what string
		ask  landed.Question
		want landed.Answer
	}{
		{
			"the same value, and the same person with the same properties",
			landed.Repeats{Source: "twice", Event: "Bought", Table: "bought", Column: "order_id", Span: days},
			landed.Answer{
				{Key: "1", N: []float64{d, 2, 2, 1, 1, 1, seconds("2026-03-10 10:00:02"), seconds("2026-03-10 10:00:02"), 1}},
				{Key: "2", N: []float64{d, 3, 3, 1, 0, 1, seconds("2026-03-10 11:00:59"), 0, 0}},
				{Key: "2", N: []float64{d + 1, 5, 3, 0, 1, 1, 0, seconds("2026-03-11 00:00:01"), 2}},
				{Key: "3", N: []float64{d + 1, 2, 0, 0, 0, 0, 0, 0, 0}},
				{Key: "2", N: []float64{d + 2, 2, 2, 1, 0, 0, seconds("2026-03-12 18:00:00"), 0, 0}},
			},
		},
		{
			"without a value, in the table of all events",
			landed.Repeats{Source: "twice", Event: "Bought", Span: span(t, "2026-03-10", "2026-03-10")},
			landed.Answer{
				{Key: "1", N: []float64{d, 2, 0, 0, 1, 1, 0, seconds("2026-03-10 10:00:02"), 1}},
				{Key: "2", N: []float64{d, 3, 0, 0, 0, 1, 0, 0, 0}},
			},
		},
		{"an event that is not there", landed.Repeats{Source: "twice", Event: "Sold", Table: "bought", Span: days}, landed.Answer{}},
		{
			"what another source has as well",
			landed.Crossed{Source: "beside", Other: "twice", Event: "Bought", Table: "bought", OtherTable: "bought", Column: "order_id", Span: days},
			landed.Answer{
				{N: []float64{d, 3, 5, 3, 2, 2, seconds("2026-03-10 10:00:30"), seconds("2026-03-10 10:00:30")}},
				{N: []float64{d + 1, 0, 8, 0, 0, 0, 0, 0}},
				{N: []float64{d + 2, 1, 2, 1, 0, 0, 0, 0}},
			},
		},
	} {
		if diff := cmp.Diff(x.want, answer(t, w, x.ask)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", x.what, diff)
		}
	}
	for _, bad := range []landed.Question{
		landed.Repeats{Source: "twice", Event: "Bought", Table: "bought", Column: "absent", Span: days},
		landed.Crossed{Source: "twice", Other: "nowhere", Event: "Bought", Span: days},
		landed.Crossed{Source: "twice", Other: "beside", Event: "Bought", Table: "bought", OtherTable: "absent", Span: days},
	} {
		got, err := w.Ask(t.Context(), []landed.Question{bad})
		if gap := got.Failed[bad]; err != nil || gap.Why == "" || gap.HowToFix == "" {
			t.Errorf("%+v: %+v %v", bad, gap, err)
		}
	}
}
