// Package conformance is the suite every connector must pass: a small known event store, and every question asked of it.
package conformance

import (
	"fmt"
	"strings"
	"time"
)

// Type is a column's type, to be spelled by the connector's loader.
type Type uint8

// The types.
const (
	Text Type = iota
	Integer
	Number
	Boolean
	Timestamp   // without a zone, holding UTC
	TimestampTZ // an instant
	Date
	JSON
	Strange // some type that a plan knows nothing of
)

// Column is one column of the store.
type Column struct {
	Name string
	Type Type
}

// Table is one table of the store. Values are nil, string, int64, float64, bool or time.Time in UTC; a Strange column
// holds only nil.
type Table struct {
	Schema, Name string
	Columns      []Column
	Rows         [][]any
}

func at(s string) time.Time {
	t, err := time.Parse("2006-01-02 15:04:05.999999", s)
	if err != nil {
		panic(err)
	}
	return t
}

// message is one row of tracks with what an event table adds.
type message struct {
	id, event, slug, user, lib, version string
	received                            time.Time
	noName                              bool
}

func trackColumns() []Column {
	return []Column{
		{"id", Text},
		{"anonymous_id", Text},
		{"user_id", Text},
		{"event", Text},
		{"event_text", Text},
		{"context_library_name", Text},
		{"context_library_version", Text},
		{"context_app_version", Text},
		{"context_page_path", Text},
		{"received_at", Timestamp},
		{"uuid_ts", Timestamp},
	}
}

func (m message) row() []any {
	var name any = m.event
	if m.noName {
		name = nil
	}
	var user any
	if m.user != "" {
		user = m.user
	}
	return []any{
		m.id, "anon-" + m.id, user, m.slug, name, m.lib, m.version, nil, "/p/" + m.lib, m.received,
		m.received.Add(90 * time.Minute),
	}
}

func tracks(schema string, ms ...message) Table {
	t := Table{Schema: schema, Name: "tracks", Columns: trackColumns()}
	for _, m := range ms {
		t.Rows = append(t.Rows, m.row())
	}
	return t
}

// hostileNames are names of events as no one should have sent them. Each is sent once.
func hostileNames(nul bool) []string {
	out := []string{
		`It's "quoted"`, `back\slash \' \"`, `semi; DROP TABLE tracks; --`, `/* comment */ -- x`, "🛒🎉", "Order Completed",
		"Order Completed ", "Оrder Completed", "order completed", "tab\tnew\nline", "$1 ? :name %s {{x}}", "' OR '1'='1",
		"NULL", " ", strings.Repeat("long ", 2048), "\u202Eright to left", "`tick`", "]]>", "a''b", "e\u0301", "\u00e9",
	}
	if nul {
		out = append(out, "nul\x00byte")
	}
	return out
}

// store is the known event store.
func store(nul bool) []Table {
	var hostile []message
	for i, n := range hostileNames(nul) {
		hostile = append(hostile, message{id: fmt.Sprint("h", i), event: n, slug: "hostile", user: "u1", lib: "js", version: "1", received: at("2026-03-10 12:00:00")})
	}
	edge := func(id, when string) message {
		return message{id: id, event: "Tick", slug: "tick", user: "u", lib: "js", version: "1", received: at(when)}
	}
	nobody := message{id: "n1", noName: true, lib: "js", version: "1", received: at("2026-03-10 12:00:00")}
	blank := nobody
	blank.id, blank.noName = "n2", false
	return append([]Table{
		tracks("hostile", hostile...),
		tracks("edges",
			// The 8th of March has 23 hours in Los Angeles: from 08:00 UTC to 07:00 UTC of the 9th.
			edge("e0", "2026-03-07 07:59:59.999999"), // the 6th
			edge("e1", "2026-03-07 08:00:00"), edge("e2", "2026-03-08 07:59:59.999999"),
			edge("e3", "2026-03-08 08:00:00"), edge("e4", "2026-03-09 06:59:59.999999"),
			edge("e5", "2026-03-09 07:00:00"), edge("e6", "2026-03-10 06:59:59.999999"),
			edge("e7", "2026-03-10 07:00:00"), // the 10th
			edge("far", "2199-01-01 00:00:00"), edge("old", "1970-01-01 00:00:00"),
		),
		{Schema: "void", Name: "tracks", Columns: trackColumns()},
		{Schema: "void", Name: "nothing_happened", Columns: append(trackColumns(), Column{"size", Integer})},
		tracks("nameless", nobody, nobody, blank),
		{Schema: "textless", Name: "tracks", Columns: []Column{{"id", Text}, {"event", Text}, {"received_at", Timestamp}}},
		typed(),
		{Schema: "textless", Name: "typed", Columns: typed().Columns, Rows: typed().Rows},
		rollup(),
		tracks("looks"), looks(),
		belated(), belatedAsSent(),
	}, append(shop(), twice()...)...)
}

// typed is an event table with a column of every type.
func typed() Table {
	day := at("2026-03-10 12:00:00")
	return Table{
		Schema: "shop", Name: "typed",
		Columns: []Column{
			{"id", Text},
			{"received_at", TimestampTZ},
			{"context_library_name", Text},
			{"context_ip", Text},
			{"context_campaign_name", Text},
			{"word", Text},
			{"count", Integer},
			{"price", Number},
			{"paid", Boolean},
			{"due", Timestamp},
			{"born", Date},
			{"cart", JSON},
			{"blob", Strange},
			{`od"d; name`, Text},
		},
		Rows: [][]any{
			{"t1", day, "js", "1.1.1.1", "spring", strings.Repeat("x", 512), int64(9007199254740993), 2.5, true, day, day, `{"a":1}`, nil, "a"},
			{"t2", day, "js", "1.1.1.1", nil, "2", int64(-3), 4.0, false, nil, day, nil, nil, "b"},
			{"t3", day, "ios", "1.1.1.1", nil, nil, int64(0), nil, nil, nil, nil, nil, nil, nil},
			{"t4", day, "ios", "1.1.1.1", nil, "", nil, -1.0, true, nil, nil, nil, nil, "a"},
		},
	}
}

func rollup() Table {
	return Table{
		Schema: "metrics", Name: "daily_counts",
		Columns: []Column{{"event", Text}, {"day", Date}, {"rows", Integer}, {"source", Text}},
		Rows: [][]any{
			{"Sign Up", at("2026-03-08 00:00:00"), int64(5), "web"},
			{"Sign Up", at("2026-03-08 00:00:00"), int64(7), "web"},
			{"Sign Up", at("2026-03-10 00:00:00"), int64(3), "web"},
			{"Sign Up", at("2026-03-10 00:00:00"), int64(99), "ios"},
			{"Sign Up", at("2026-04-10 00:00:00"), int64(1), "web"},
			{nil, at("2026-03-09 00:00:00"), int64(2), "web"},
		},
	}
}

// shop is a source with something of everything: three people who switch from one name to another on the 10th.
func shop() []Table {
	var ms []message
	add := func(id, event, slug, user, lib, when string) {
		ms = append(ms, message{id: id, event: event, slug: slug, user: user, lib: lib, version: "1", received: at(when)})
	}
	for i, u := range []string{"ann", "bob", "cy"} {
		add(fmt.Sprint("b", i), "Buy", "buy", u, "js", fmt.Sprintf("2026-03-0%d 10:30:00", 7+i))
		add(fmt.Sprint("p", i), "Purchase", "purchase", u, "js", fmt.Sprintf("2026-03-1%d 11:15:00", i))
	}
	add("b9", "Buy", "buy", "dee", "ios", "2026-03-09 23:59:59.999999")
	add("b10", "Buy", "buy", "ann", "js", "2026-02-01 09:00:00") // 37 days before the switch
	add("d1", "Buy", "buy", "ann", "js", "2026-03-10 09:00:00")
	add("d1", "Buy", "buy", "ann", "js", "2026-03-10 09:00:00") // sent twice
	buy := Table{Schema: "shop", Name: "buy", Columns: append(trackColumns(), Column{"plan", Text}, Column{"amount", Number}, Column{"email", Text})}
	for i, m := range ms {
		if m.slug == "buy" {
			plan := map[string]any{"b1": "pro", "b9": nil, "b0": "free", "b2": "free", "b10": "free", "d1": "free"}[m.id]
			buy.Rows = append(buy.Rows, append(m.row(), plan, float64(i*10), fmt.Sprintf("user%d@example.com", i)))
		}
	}
	pages := Table{Schema: "shop", Name: "pages", Columns: trackColumns()}
	pages.Rows = append(pages.Rows, message{id: "v1", user: "ann", lib: "js", version: "1", received: at("2026-03-10 10:00:00")}.row())
	identifies := Table{Schema: "shop", Name: "identifies", Columns: trackColumns()}
	identifies.Rows = append(identifies.Rows, message{id: "i1", user: "ann", lib: "js", version: "1", received: at("2026-03-10 10:00:00")}.row())
	users := Table{Schema: "shop", Name: "users", Columns: []Column{{"id", Text}, {"received_at", Timestamp}, {"email", Text}}}
	return []Table{tracks("shop", ms...), buy, pages, identifies, users}
}
