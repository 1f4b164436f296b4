package fix_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/fix"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// people adds who a row is by to the columns of a segmentTable.
func people(name string, columns ...landed.Column) landed.Table {
	return segmentTable(name, append([]landed.Column{{Name: "anonymous_id", Type: landed.Text}, {Name: "user_id", Type: landed.Text}}, columns...)...)
}

// twice is a warehouse in which a purchase counts twice from the 10th on, a second later and under another message id, a
// browser in which nobody is logged in, and one purchase without a message id.
func twice(t *testing.T) (warehouse, fix.Context) {
	t.Helper()
	const columns = ownColumns + ", user_id varchar, anonymous_id varchar, order_id varchar, sum double"
	w := open(t, "create schema web", "create schema server", "create table web.tracks ("+ownColumns+", user_id varchar, anonymous_id varchar)",
		"create table web.bought ("+columns+")", "create table server.bought ("+columns+")",
		`insert into web.bought select 'a' || range, 'bought', 'Bought', timestamp '2026-06-08 10:00:00' + interval 1 hour * (12 * range), '4.2', null, 'p' || range, 'o' || range, 7 from range(8)`,
		`insert into web.bought select 'b' || id, event, event_text, received_at + interval 1 second, context_app_version, user_id, anonymous_id, order_id, sum from web.bought where received_at >= '2026-06-10'`,
		`insert into web.bought values ('old1', 'bought', 'Bought', '2026-06-08 10:00:00', '4.1', null, 'p0', 'o0', 7), (null, 'bought', 'Bought', '2026-06-10 10:00:01', '4.2', null, 'p4', 'o4', 7),
			('late', 'bought', 'Bought', '2026-06-10 10:05:00', '4.2', null, 'p4', null, 7)`,
		"insert into web.tracks select * exclude (order_id, sum) from web.bought", "insert into web.tracks values ('ba4', 'seen', 'Seen', '2026-06-10', '1', '', 'p1'), (null, '', null, '2026-06-10', '1', '', null)",
		`insert into server.bought select 's' || id, event, event_text, received_at, null, user_id, null, order_id, sum from web.bought where order_id in ('o4', 'o5')`)
	order := []landed.Column{{Name: "order_id", Type: landed.Text}, {Name: "sum", Type: landed.Number}}
	table := people("bought", order...)
	return w, fix.Context{Landed: map[string]landed.Snapshot{
		"web":    {Source: landed.Source{Name: "web", Schema: "web", Zone: "UTC"}, Tables: []landed.Table{table}},
		"server": {Source: landed.Source{Name: "server", Schema: "server", Zone: "UTC"}, Tables: []landed.Table{table}},
	}}
}

func doubled(one finding.KeepOne, change ...func(*finding.Finding)) finding.Finding {
	day := landed.DayOf(time.Date(2026, 6, 10, 0, 0, 0, 0, time.UTC))
	f := finding.Finding{
		Kind: finding.DoubleTracking, Subject: finding.Subject{Source: "web", Event: "Bought"}, Table: "web.bought", Since: day,
		SinceTime: day.Time().Add(10*time.Hour + 30*time.Minute), Fixes: []finding.Fix{one},
	}
	for _, c := range change {
		c(&f)
	}
	return f
}

func TestViewThatKeepsOneOfEachAction(t *testing.T) {
	all := []string{"a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "late", "none", "old1"}
	for name, c := range map[string]struct {
		f    finding.Finding
		want []string
	}{
		"by what is unique":         {doubled(finding.KeepOne{Event: "Bought", Table: "bought", Column: "order_id"}), all},
		"by person and moment":      {doubled(finding.KeepOne{Event: "Bought", Table: "bought", Seconds: 2}), all},
		"in the version it is from": {doubled(finding.KeepOne{Event: "Bought", Table: "bought", Column: "order_id"}, func(f *finding.Finding) { f.Slice = &landed.Slice{AppVersion: "4.2"} }), all},
		"not in another version": {
			doubled(finding.KeepOne{Event: "Bought", Table: "bought", Column: "order_id"}, func(f *finding.Finding) { f.Slice = &landed.Slice{AppVersion: "4.1"} }),
			[]string{"a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "ba4", "ba5", "ba6", "ba7", "late", "none", "old1"},
		},
		"what another source has": {
			doubled(finding.KeepOne{Event: "Bought", Table: "bought", Column: "order_id", Beside: "server", BesideTable: "bought"}),
			[]string{"a0", "a1", "a2", "a3", "a6", "a7", "ba6", "ba7", "late", "none", "old1"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, ctx := twice(t)
			w.exec(viewOf(t, c.f, ctx))
			if d := cmp.Diff(c.want, w.rows("select coalesce(id, 'none') from analytics.web_bought order by coalesce(id, 'none')")); d != "" {
				t.Errorf("the event's own table: %s", d)
			}
			if d := cmp.Diff(c.want, w.rows("select coalesce(id, 'none') from analytics.web_tracks where event_text = 'Bought' order by coalesce(id, 'none')")); d != "" {
				t.Errorf("the table of all events: %s", d)
			}
			if got := w.rows("select count(*) from analytics.web_tracks where event_text is distinct from 'Bought'"); got[0] != "2" {
				t.Errorf("rows of other events and without a name: %v, 2 there are", got)
			}
		})
	}
}

func TestNoViewWithoutWhatItNeeds(t *testing.T) {
	_, ctx := twice(t)
	ctx.Dialect, ctx.Quoter = "duckdb", duck{}
	for name, one := range map[string]finding.KeepOne{
		"no table":                          {Event: "Bought", Column: "order_id"},
		"no such column":                    {Event: "Bought", Table: "bought", Column: "cart_id"},
		"two sources and nothing in common": {Event: "Bought", Table: "bought", Beside: "server", BesideTable: "bought"},
		"another source that is not known":  {Event: "Bought", Table: "bought", Column: "order_id", Beside: "ios", BesideTable: "bought"},
	} {
		if got := fix.Write(doubled(one), ctx); len(got) > 0 {
			t.Errorf("%s: %s", name, got[0].Text)
		}
	}
}
