package conformance

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/connectors"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// belated is a store whose rows say when they happened: in Los Angeles, where the 8th of March has 23 hours.
func belated() Table {
	t := Table{Schema: "belated", Name: "tracks", Columns: append(trackColumns(), Column{"timestamp", TimestampTZ}, Column{"original_timestamp", Timestamp})}
	add := func(id, event, received string, happened any) {
		m := message{id: id, event: event, slug: "sync", user: "u", lib: "js", version: "1", received: at(received)}
		t.Rows = append(t.Rows, append(m.row(), happened, at("2019-01-01 00:00:00")))
	}
	add("b1", "Sync", "2026-03-09 07:30:00", at("2026-03-09 07:00:00"))        // half past midnight, and midnight
	add("b2", "Sync", "2026-03-09 07:30:00", at("2026-03-09 06:59:59.999999")) // the day before
	add("b3", "Sync", "2026-03-09 12:00:00", at("2026-03-08 08:30:00"))
	add("b4", "Sync", "2026-03-09 12:00:00", at("2019-05-05 12:00:00")) // an import
	add("b5", "Sync", "2026-03-09 12:00:00", nil)
	add("b6", "Sync", "2026-03-09 12:00:00", at("2026-03-11 12:00:00")) // a clock that is ahead
	add("b7", "Sync", "2026-03-08 12:00:00", at("2026-03-08 11:59:00"))
	add("b8", "Other", "2026-03-09 12:00:00", at("2026-03-08 12:00:00"))
	return t
}

// belatedAsSent is the same without a corrected time: what the sender's clock said counts.
func belatedAsSent() Table {
	t := Table{Schema: "aside", Name: "tracks", Columns: append(trackColumns(), Column{"original_timestamp", Timestamp})}
	m := message{id: "c1", event: "Sync", slug: "sync", user: "u", lib: "js", version: "1", received: at("2026-03-09 12:00:00")}
	t.Rows = [][]any{append(m.row(), at("2026-03-07 12:00:00")), append(m.row(), at("2026-03-09 11:00:00"))}
	return t
}

func (s suite) belated(t *testing.T) {
	w := s.open(t, "America/Los_Angeles", connectors.SourceOptions{})
	late := func(source string) []landed.Belated {
		snap := gather(t, w, request(t, source, landed.Counts))
		noGaps(t, snap)
		return snap.Find("Sync")[0].Belated
	}
	nine := day(t, "2026-03-09")
	if diff := cmp.Diff([]landed.Belated{{Day: nine, Rows: 3}}, late("belated")); diff != "" {
		t.Errorf("belated rows (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]landed.Belated{{Day: nine, Rows: 1}}, late("aside")); diff != "" {
		t.Errorf("belated rows by the sender's clock (-want +got):\n%s", diff)
	}
	if got := gather(t, w, request(t, "edges", landed.Counts)).Find("Tick")[0].Belated; got != nil {
		t.Errorf("rows that do not say when they happened are belated: %v", got)
	}
	days := span(t, "2026-03-01", "2026-03-20")
	for _, x := range []struct {
		what string
		ask  landed.Question
		want landed.Answer
	}{
		{
			"the days on which it happened",
			landed.Happened{Source: "belated", Event: "Sync", Span: days, Limit: 10},
			landed.Answer{{Key: "2019-05-05", N: []float64{1}}, {Key: "2026-03-08", N: []float64{2}}},
		},
		{
			"the same of all events, the largest",
			landed.Happened{Source: "belated", Span: days, Limit: 1},
			landed.Answer{{Key: "2026-03-08", N: []float64{3}}},
		},
		{"names by rows", landed.Sent{Source: "belated", Span: days, Least: 2}, landed.Answer{{Key: "Sync", N: []float64{7}}}},
	} {
		if diff := cmp.Diff(x.want, answer(t, w, x.ask)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", x.what, diff)
		}
	}
}
