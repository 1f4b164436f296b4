package fix_test

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/fix"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
)

// duck quotes as DuckDB reads it.
type duck struct{}

func (duck) Quote(s string) string   { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
func (duck) Literal(s string) string { return `'` + strings.ReplaceAll(s, `'`, `''`) + `'` }

type warehouse struct {
	*testing.T
	db *sql.DB
}

func open(t *testing.T, statements ...string) warehouse {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(1)
	w := warehouse{t, db}
	for _, s := range statements {
		w.exec(s)
	}
	return w
}

func (w warehouse) exec(text string, args ...any) {
	w.Helper()
	if _, err := w.db.ExecContext(context.Background(), text, args...); err != nil {
		w.Fatalf("%v\n%s", err, text)
	}
}

// rows returns the rows of a query as text, one line each.
func (w warehouse) rows(query string, args ...any) []string {
	w.Helper()
	rows, err := w.db.QueryContext(context.Background(), query, args...)
	if err != nil {
		w.Fatalf("%v\n%s", err, query)
	}
	defer func() { _ = rows.Close() }()
	var out []string
	for rows.Next() {
		var s sql.NullString
		if err := rows.Scan(&s); err != nil {
			w.Fatal(err)
		}
		out = append(out, s.String)
	}
	if err := rows.Err(); err != nil {
		w.Fatal(err)
	}
	return out
}

func (w warehouse) one(query string, args ...any) string {
	w.Helper()
	got := w.rows(query, args...)
	if len(got) != 1 {
		w.Fatalf("%d rows, not one: %s", len(got), query)
	}
	return got[0]
}

// hostile are names that break out of whatever does not quote them.
func hostile() map[string][2]string {
	return map[string][2]string{
		"a plain rename":           {"purchase_completed", "Purchase Completed"},
		"quotes of every kind":     {`it's "bought" ` + "`now`", `It's "Bought"`},
		"a statement of its own":   {`'; drop table web.tracks; --`, "Dropped"},
		"a comment":                {"/* bought */ -- so", "Bought -- So"},
		"a new line":               {"bought\n; drop table web.tracks; --", "Bought"},
		"a terminal's own words":   {"bought\x1b]0;owned\x07", "Bought"},
		"an invisible character":   {"Pur\u200bchase Completed", "Purchase Completed"},
		"a turned direction":       {"\u202ePurchase", "Purchase"},
		"a trailing blank":         {"Purchase Completed ", "Purchase Completed"},
		"a backslash and a dollar": {`\' or $1 = $$ %s ?`, "Odd"},
		"other scripts":            {"購入 完了", "購入完了"},
		"a quarter of a megabyte":  {strings.Repeat("long ", 50_000), "Long"},
	}
}

func segmentTable(name string, columns ...landed.Column) landed.Table {
	own := []landed.Column{
		{Name: "context_app_version", Type: landed.Text},
		{Name: "event", Type: landed.Text},
		{Name: "event_text", Type: landed.Text},
		{Name: "id", Type: landed.Text},
		{Name: "received_at", Type: landed.Timestamp},
	}
	return landed.Table{Name: name, Columns: append(own, columns...)}
}

const ownColumns = "id varchar, event varchar, event_text varchar, received_at timestamp, context_app_version varchar"

func viewOf(t *testing.T, f finding.Finding, c fix.Context) string {
	t.Helper()
	c.Dialect, c.Quoter = "duckdb", duck{}
	for _, text := range fix.Write(f, c) {
		if text.Kind == fix.WarehouseView {
			if strings.ContainsFunc(text.Text, func(r rune) bool { return r != '\n' && r < ' ' || r == '\u202e' || r == '\u200b' }) {
				t.Fatalf("the statement hides something: %q", text.Text)
			}
			return text.Text
		}
	}
	t.Fatal("no view was written")
	return ""
}

func TestViewOfOneTable(t *testing.T) {
	for name, pair := range hostile() {
		t.Run(name, func(t *testing.T) {
			from, into := pair[0], pair[1]
			w := open(t, "create schema web", "create table web.tracks ("+ownColumns+")", "create table web.bought ("+ownColumns+", total double)")
			for i := range 10 {
				sent := into
				if i >= 6 {
					sent = from
				}
				w.exec("insert into web.tracks values (?, 'bought', ?, timestamp '2026-05-26 14:05:00', '4.2.0')", i, sent)
				w.exec("insert into web.bought values (?, 'bought', ?, timestamp '2026-05-26 14:05:00', '4.2.0', 64.8)", i, sent)
			}
			w.exec("insert into web.tracks values ('x', 'other', 'Other', now(), null)")
			snap := landed.Snapshot{
				Source: landed.Source{Name: "web", Schema: "web"},
				Events: []landed.Event{{Name: from, Table: "bought"}, {Name: into, Table: "bought"}},
				Tables: []landed.Table{segmentTable("bought")},
			}
			f := finding.Finding{
				Kind: finding.Rename, Subject: finding.Subject{Source: "web", Event: into, Related: from},
				Fixes: []finding.Fix{finding.MergeEvents{From: from, Into: into}},
			}
			w.exec(viewOf(t, f, fix.Context{Landed: map[string]landed.Snapshot{"web": snap}}))
			for _, table := range []string{"tracks", "bought"} {
				if n := w.one("select count(*) from analytics.web_"+table+" where event_text = ?", from); n != "0" {
					t.Errorf("%s: %s rows still under the old name", table, n)
				}
				if n := w.one("select count(*) from analytics.web_"+table+" where event_text = ?", into); n != "10" {
					t.Errorf("%s: %s rows under the planned name, not 10", table, n)
				}
				before, after := "select count(*) || ' ' || count(distinct id) from web."+table, "select count(*) || ' ' || count(distinct id) from analytics.web_"+table
				if d := cmp.Diff(w.one(before), w.one(after)); d != "" {
					t.Errorf("%s lost or doubled rows: %s", table, d)
				}
			}
		})
	}
}

func TestViewOfTwoTables(t *testing.T) {
	w := open(t, "create schema web", "create table web.tracks ("+ownColumns+")",
		`create table web.order_completed (`+ownColumns+`, order_id varchar, total double)`,
		`create table web.checkout_success (`+ownColumns+`, orderid varchar, total bigint, "odd ""name" varchar)`,
		"insert into web.order_completed select range, 'order_completed', 'Order Completed', now(), '1', 'o' || range, 5.5 from range(6)",
		"insert into web.checkout_success select 100 + range, 'checkout_success', 'Checkout Success', now(), '2', 'c' || range, 7, 'x' from range(4)",
		"insert into web.checkout_success values ('200', 'checkout_success', 'checkout success', now(), '2', 'other', 7, 'y')",
		"insert into web.tracks select id, event, event_text, received_at, context_app_version from web.order_completed",
		"insert into web.tracks select id, event, event_text, received_at, context_app_version from web.checkout_success")
	snap := landed.Snapshot{
		Source: landed.Source{Name: "web", Schema: "web"},
		Events: []landed.Event{{Name: "Checkout Success", Table: "checkout_success"}, {Name: "Order Completed", Table: "order_completed"}},
		Tables: []landed.Table{
			segmentTable("checkout_success", landed.Column{Name: `odd "name`, Type: landed.Text}, landed.Column{Name: "orderid", Type: landed.Text}, landed.Column{Name: "total", Type: landed.Integer}),
			segmentTable("order_completed", landed.Column{Name: "order_id", Type: landed.Text}, landed.Column{Name: "total", Type: landed.Number}),
		},
	}
	f := finding.Finding{
		Kind: finding.Rename, Subject: finding.Subject{Source: "web", Event: "Order Completed", Related: "Checkout Success"},
		Fixes: []finding.Fix{finding.MergeEvents{From: "Checkout Success", Into: "Order Completed"}},
	}
	w.exec(viewOf(t, f, fix.Context{Landed: map[string]landed.Snapshot{"web": snap}}))
	got := w.rows(`select concat_ws(' ', event, event_text, count(*), count(distinct id), count(order_id), sum(total)) from analytics.web_order_completed group by event, event_text`)
	if d := cmp.Diff([]string{"order_completed Order Completed 10 10 10 61.0"}, got); d != "" {
		t.Error(d)
	}
	got = w.rows("select concat_ws(' ', event, event_text, count(*)) from analytics.web_tracks group by event, event_text order by 1")
	if d := cmp.Diff([]string{"checkout_success checkout success 1", "order_completed Order Completed 10"}, got); d != "" {
		t.Error(d)
	}
}

func TestViewOfARenameWhoseNewNameHasNoRowsYet(t *testing.T) {
	w := open(t, "create schema web", "create table web.tracks ("+ownColumns+")", "create table web.bought ("+ownColumns+")",
		"insert into web.tracks values ('1', 'bought', 'Bought', now(), null)", "insert into web.bought from web.tracks")
	snap := landed.Snapshot{
		Source: landed.Source{Name: "web", Schema: "web"},
		Events: []landed.Event{{Name: "Bought", Table: "bought"}}, Tables: []landed.Table{segmentTable("bought")},
	}
	f := finding.Finding{Subject: finding.Subject{Source: "web"}, Fixes: []finding.Fix{finding.MergeEvents{From: "Bought", Into: "Order Completed"}}}
	w.exec(viewOf(t, f, fix.Context{Landed: map[string]landed.Snapshot{"web": snap}}))
	if d := cmp.Diff("1", w.one("select count(*) from analytics.web_order_completed where event_text = 'Order Completed'")); d != "" {
		t.Error(d)
	}
}

func TestViewOfARelease(t *testing.T) {
	w := open(t, "create schema web", "create table web.tracks ("+ownColumns+")")
	f := finding.Finding{Subject: finding.Subject{Source: "web"}}
	for _, n := range []string{"Cart", "Product"} {
		table := strings.ToLower(n) + "_viewed"
		w.exec("create table web." + table + " (" + ownColumns + ")")
		w.exec("insert into web."+table+" values (?, ?, ?, now(), '2')", n, table, table)
		w.exec("insert into web.tracks from web." + table)
		f.Members = append(f.Members, finding.Finding{
			Subject: finding.Subject{Source: "web", Event: n + " Viewed", Related: table},
			Fixes:   []finding.Fix{finding.MergeEvents{From: table, Into: n + " Viewed"}},
		})
	}
	f.Fixes = append(slices.Clone(f.Members[0].Fixes), f.Members[1].Fixes...) // a group carries the fixes of its members
	view := viewOf(t, f, fix.Context{})
	if n := strings.Count(view, "case when"); n != 4 { // two in tracks, one in the table of each
		t.Errorf("two renames are written %d times:\n%s", n, view)
	}
	w.exec(view)
	got := w.rows("select event_text from analytics.web_tracks order by 1")
	if d := cmp.Diff([]string{"Cart Viewed", "Product Viewed"}, got); d != "" {
		t.Error(d)
	}
}

// What a group and its member both ask for is done once: a value that is divided twice is wrong twice.
func TestViewOfAUnitThatChangedInSeveralEvents(t *testing.T) {
	w := open(t, "create schema ios")
	began := time.Date(2026, 6, 12, 10, 40, 0, 0, time.UTC)
	snap := landed.Snapshot{Source: landed.Source{Name: "ios", Schema: "ios", Zone: "UTC"}}
	group := finding.Finding{Kind: finding.ValueDrift, Subject: finding.Subject{Source: "ios"}, SinceTime: began}
	for _, n := range []string{"Bought", "Paid"} {
		table := strings.ToLower(n)
		w.exec("create table ios." + table + " (" + ownColumns + ", total double)")
		w.exec("insert into ios."+table+" values (?, ?, ?, '2026-06-13 12:00:00', '8.15.0', 6480)", n, n, table)
		snap.Events = append(snap.Events, landed.Event{Name: n, Table: table})
		snap.Tables = append(snap.Tables, segmentTable(table, landed.Column{Name: "total", Type: landed.Number}))
		group.Members = append(group.Members, finding.Finding{
			Kind: finding.ValueDrift, Subject: finding.Subject{Source: "ios", Event: n, Property: "total"}, Table: "ios." + table, SinceTime: began,
			Fixes: []finding.Fix{finding.ScaleProperty{Event: n, Property: "total", Factor: .01, Slice: landed.Slice{AppVersion: "8.15.0"}}},
		})
	}
	group.Fixes = append(slices.Clone(group.Members[0].Fixes), group.Members[1].Fixes...)
	w.exec(viewOf(t, group, fix.Context{Landed: map[string]landed.Snapshot{"ios": snap}}))
	for _, table := range []string{"bought", "paid"} {
		if d := cmp.Diff("64.8", w.one("select total from analytics.ios_"+table)); d != "" {
			t.Errorf("%s (-want +got):\n%s", table, d)
		}
	}
}

func TestViewsOfProperties(t *testing.T) {
	table := segmentTable("bought", landed.Column{Name: "coupon", Type: landed.Text}, landed.Column{Name: "order_id", Type: landed.Text},
		landed.Column{Name: "orderid", Type: landed.Text}, landed.Column{Name: "total", Type: landed.Number})
	snap := landed.Snapshot{
		Source: landed.Source{Name: "ios", Schema: "ios", Zone: "America/New_York"},
		Events: []landed.Event{{Name: "Bought", Table: "bought"}}, Tables: []landed.Table{table},
	}
	began := time.Date(2026, 6, 12, 10, 40, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		fix   finding.Fix
		since time.Time
		query string
		want  []string
	}{
		"divided inside the version since the minute": {
			finding.ScaleProperty{Event: "Bought", Property: "total", Factor: 0.01, Slice: landed.Slice{AppVersion: "8.15.0"}},
			began,
			"select concat_ws(' ', id, total) from V order by id",
			[]string{"1 6480.0", "2 64.8", "3 64.8", "4 64.8"},
		},
		"divided since the day in the source's zone": {
			finding.ScaleProperty{Event: "Bought", Property: "total", Factor: 0.01, Since: day(t, "2026-06-12")},
			time.Time{},
			"select concat_ws(' ', id, total) from V order by id",
			[]string{"1 6480.0", "2 64.8", "3 64.8", "4 0.648"},
		},
		"multiplied": {
			finding.ScaleProperty{Event: "Bought", Property: "total", Factor: 2.5, Slice: landed.Slice{AppVersion: "8.15.0", Platform: "ios"}, Since: landed.NoDay},
			began,
			"select concat_ws(' ', id, total) from V where id = '2'",
			[]string{"2 16200.0"},
		},
		"the other spelling where it is empty": {
			finding.MergeProperties{Event: "Bought", From: "orderid", Into: "order_id"},
			time.Time{},
			"select coalesce(order_id, '') from V order by id",
			[]string{"a", "b", "c", ""},
		},
		"values as the plan has them": {
			finding.MapValues{Event: "Bought", Property: "coupon", Values: map[string]string{"SU'M": "summer", "WIN": "win'ter"}},
			time.Time{},
			"select coalesce(coupon, '') from V order by id",
			[]string{"summer", "win'ter", "none", ""},
		},
		"a property by its planned spelling": {
			finding.MergeProperties{Event: "Bought", From: "orderid", Into: "Order ID"},
			time.Time{},
			"select coalesce(order_id, '') from V order by id",
			[]string{"a", "b", "c", ""},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := open(t, "create schema ios",
				"create table ios.bought ("+ownColumns+", total double, order_id varchar, orderid varchar, coupon varchar)",
				`insert into ios.bought values
				('1', 'bought', 'Bought', '2026-06-12 03:00:00', '8.15.0', 6480, 'a', 'z', 'SU''M'),
				('2', 'bought', 'Bought', '2026-06-12 11:00:00', '8.15.0', 6480, null, 'b', 'WIN'),
				('3', 'bought', 'Bought', '2026-06-12 11:00:00', '8.15.0', 6480, 'c', null, 'none'),
				('4', 'bought', 'Bought', '2026-06-12 11:00:00', '8.14.0', 64.8, null, '', null)`)
			f := finding.Finding{Subject: finding.Subject{Source: "ios", Event: "Bought"}, Table: "ios.bought", SinceTime: c.since, Fixes: []finding.Fix{c.fix}}
			w.exec(viewOf(t, f, fix.Context{Landed: map[string]landed.Snapshot{"ios": snap}}))
			if d := cmp.Diff(c.want, w.rows(strings.ReplaceAll(c.query, "V", "analytics.ios_bought"))); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff("4", w.one("select count(*) from analytics.ios_bought")); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestNoViewWhereNoneWouldBeRight(t *testing.T) {
	snap := landed.Snapshot{Source: landed.Source{Name: "web", Schema: "web"}, Tables: []landed.Table{segmentTable("bought", landed.Column{Name: "n", Type: landed.Integer})}}
	ok := finding.ScaleProperty{Event: "Bought", Property: "n", Factor: 10, Since: landed.NoDay}
	other, lost, nothing := ok, ok, ok
	other.Slice.AppVersion = landed.Other
	lost.Slice.Library = "analytics.js" // no column tells it apart
	nothing.Property = "missing"
	for name, c := range map[string]struct {
		fix     finding.Fix
		dialect string
		layout  fix.Layout
	}{
		"another warehouse's SQL":            {ok, "snowflake", fix.Layout{}},
		"the versions beyond the kept ones":  {other, "duckdb", fix.Layout{}},
		"a slice without its column":         {lost, "duckdb", fix.Layout{}},
		"a property without a column":        {nothing, "duckdb", fix.Layout{}},
		"values of a column that is no text": {finding.MapValues{Event: "Bought", Property: "n", Values: map[string]string{"1": "2"}}, "duckdb", fix.Layout{}},
		"counts without rows":                {finding.MergeEvents{From: "a", Into: "b"}, "duckdb", fix.Layout{EventName: "event"}},
		"a property merged with itself":      {finding.MergeProperties{Event: "Bought", From: "n", Into: "n\x1b"}, "duckdb", fix.Layout{}},
	} {
		t.Run(name, func(t *testing.T) {
			f := finding.Finding{Subject: finding.Subject{Source: "web", Event: "Bought"}, Fixes: []finding.Fix{c.fix}}
			got := fix.Write(f, fix.Context{Dialect: c.dialect, Quoter: duck{}, Layout: c.layout, Landed: map[string]landed.Snapshot{"web": snap}, Plan: &plan.Plan{}})
			if d := cmp.Diff([]fix.Text(nil), got); d != "" {
				t.Error(d)
			}
		})
	}
}

func day(t *testing.T, s string) landed.Day {
	t.Helper()
	d, err := landed.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
