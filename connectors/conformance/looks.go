package conformance

import (
	"fmt"
	"testing"

	"github.com/plumbline-audit/plumbline/connectors"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// look is a value, and what it must be taken for.
type look struct {
	value string
	want  landed.Looks
}

// everyLook are values that look personal, and those that only nearly do. A warehouse that cannot compute a check digit
// takes cards for numbers.
func everyLook() []look {
	return []look{
		{"", landed.LooksEmpty},
		{"6fa459ea-ee8a-3ca4-894e-db77e160355e", landed.LooksUUID},
		{`{"a":1}`, landed.LooksJSON},
		{"-12.5", landed.LooksNumber},
		{"4155552671", landed.LooksNumber},
		{"1718000000000", landed.LooksNumber},
		{"4111111111111112", landed.LooksNumber},
		{"2026-06-15T10:00:00Z", landed.LooksDate},
		{"true", landed.LooksBool},
		{"ada@example.com", landed.LooksEmail},
		{"https://shop.example/?email=ada%40example.com&x=1", landed.HoldsEmail},
		{"please write to ada@example.com.", landed.HoldsEmail},
		{"+49 30 901820", landed.LooksPhone},
		{"(415) 555-2671", landed.LooksPhone},
		{"4111 1111 1111 1111", landed.LooksCard},
		{"1Z999AA10123456784", landed.LooksOther},
		{"112-3456789-1234567", landed.LooksOther},
		{"192.168.100.100", landed.LooksOther},
		{"logo@2x.png", landed.LooksOther},
		{"react@18.2.0", landed.LooksOther},
		{"size 42", landed.LooksOther},
	}
}

// looks is an event table with a column for each value.
func looks() Table {
	t := Table{Schema: "looks", Name: "seen", Columns: []Column{{"received_at", Timestamp}}, Rows: [][]any{{at("2026-03-10 12:00:00")}}}
	for i, l := range everyLook() {
		t.Columns = append(t.Columns, Column{fmt.Sprint("v", i), Text})
		t.Rows[0] = append(t.Rows[0], l.value)
	}
	return t
}

func (s suite) looks(t *testing.T) {
	r := request(t, "looks", landed.Shapes)
	r.Values = false
	r.Want[landed.Profiles] = span(t, "2026-03-01", "2026-03-02")
	r.Sampled = map[string]landed.Span{"seen": span(t, "2026-03-10", "2026-03-10")}
	snap := gather(t, s.open(t, "UTC", connectors.SourceOptions{}), r)
	noGaps(t, snap)
	got := map[string]landed.Shape{}
	for _, sh := range table(t, snap, "seen").Shapes {
		got[sh.Column] = sh
		if sh.Top != nil || sh.LogHist != [32]int64{} {
			t.Errorf("hashes of values were not asked for: %+v", sh)
		}
	}
	for i, l := range everyLook() {
		sh := got[fmt.Sprint("v", i)]
		if l.want == landed.LooksCard && sh.Classes[landed.LooksNumber] == 1 {
			continue
		}
		if sh.Sampled != 1 || sh.Classes[l.want] != 1 {
			t.Errorf("%q is taken for %v, want place %d", l.value, sh.Classes, l.want)
		}
	}
	r.Sampled["seen"] = landed.NoSpan
	if got := table(t, gather(t, s.open(t, "UTC", connectors.SourceOptions{}), r), "seen").Shapes; len(got) > 0 {
		t.Errorf("a table was sampled that was to be passed over: %+v", got)
	}
}
