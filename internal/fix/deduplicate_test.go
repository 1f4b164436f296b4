package fix_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/fix"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

func TestViewWithoutCopies(t *testing.T) {
	w := open(t, "create schema web", "create table web.tracks ("+ownColumns+")", "create table web.bought ("+ownColumns+", total double)", "create table web.seen ("+ownColumns+")",
		"insert into web.bought select range % 6, 'bought', 'Bought', timestamp '2026-06-01' + interval 1 hour * range, '1', range from range(10)",
		"insert into web.bought values (null, 'bought', 'Bought', now(), '1', 1), (null, 'bought', 'Bought', now(), '1', 1)",
		"insert into web.seen select range, 'seen', 'Seen', now(), '1' from range(4)",
		"insert into web.tracks select id, event, event_text, received_at, context_app_version from web.bought union all by name select * from web.seen")
	f := finding.Finding{
		Kind: finding.DuplicateRows, Subject: finding.Subject{Source: "web", Event: "Bought"},
		Fixes: []finding.Fix{finding.DeduplicateRows{Tables: []string{"bought"}}, finding.TellOwner{}},
	}
	snap := landed.Snapshot{Source: landed.Source{Name: "web", Schema: "web"}, Tables: []landed.Table{segmentTable("bought"), segmentTable("seen")}}
	c := fix.Context{Landed: map[string]landed.Snapshot{"web": snap}}
	w.exec(viewOf(t, f, c))
	got := w.rows("select concat_ws(' ', coalesce(id, 'none'), count(*), min(total)) from analytics.web_bought group by id order by id nulls last")
	if d := cmp.Diff([]string{"0 1 0.0", "1 1 1.0", "2 1 2.0", "3 1 3.0", "4 1 4.0", "5 1 5.0", "none 2 1.0"}, got); d != "" {
		t.Errorf("the first row of each message, and all without an id: %s", d)
	}
	got = w.rows("select concat_ws(' ', event_text, count(*)) from analytics.web_tracks group by event_text order by 1")
	if d := cmp.Diff([]string{"Bought 8", "Seen 4"}, got); d != "" {
		t.Errorf("one message is one row of each name: two names may share an id: %s", d)
	}
	c.Dialect, c.Quoter = "duckdb", duck{}
	for name, bare := range map[string]fix.Layout{
		"a layout without ids": {Tracks: "tracks", EventName: "event_text", ReceivedAt: "received_at"},
		"ids of another name":  {Tracks: "", EventName: "event_text", ReceivedAt: "received_at", ID: "message_id"},
	} {
		c.Layout = bare
		for _, text := range fix.Write(f, c) {
			if text.Kind == fix.WarehouseView {
				t.Errorf("%s: %s", name, text.Text)
			}
		}
	}
}

// What somebody else named does not act where the statement is pasted.
func TestViewWithoutCopiesOfAHostileTable(t *testing.T) {
	f := finding.Finding{
		Subject: finding.Subject{Source: "web"}, Fixes: []finding.Fix{finding.DeduplicateRows{Tables: []string{`bo"ught; drop table x`}}},
	}
	text := viewOf(t, f, fix.Context{Landed: map[string]landed.Snapshot{"web": {Source: landed.Source{Name: "web", Schema: "web"}}}})
	if !strings.Contains(text, `"web"."bo""ught; drop table x"`) {
		t.Error(text)
	}
}
