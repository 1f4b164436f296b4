package connectors

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Layout is where a pipeline lands its events, as data. An empty field: this pipeline has no such column.
type Layout struct {
	Name           string
	Tracks         string   // the table with a row per tracked event
	EventName      string   // the name as sent
	TableName      string   // the event table's name
	ID             string   // what makes a row one message
	User           string   // who did it, when known
	Anonymous      string   // who did it, when not
	ReceivedAt     string   // the filter and day column
	HappenedAt     []string // when it happened, by the sender's clock; the first that is present
	LoadedAt       []string // when a row reached the warehouse; the first that is present
	Library        string
	LibraryVersion string
	AppVersion     string
	Platform       string
	Page           string
	Calls          []CallTable    // calls that land in tables of their own
	Base           []string       // columns of every table that are no properties
	Context        string         // prefix of columns that describe the sender
	Campaign       string         // prefix among those that counts as properties after all
	LeftOut        []string       // tables that hold no events
	Counts         *RollupColumns // set: the layout is a table of daily counts and has nothing else
}

// CallTable is a table of calls other than track.
type CallTable struct {
	Table string
	Call  landed.Call
	Event string // the name its rows go by; "" when they have none
}

// RollupColumns are the columns of a table of daily counts. Event, Day and Rows must be there; the others may be empty.
type RollupColumns struct{ Event, Day, Rows, Source, Platform, AppVersion, Users string }

// Segment is the layout of Segment's warehouses: one table per event beside tracks.
func Segment() Layout {
	return Layout{
		Name: "segment", Tracks: "tracks", EventName: "event_text", TableName: "event",
		ID: "id", User: "user_id", Anonymous: "anonymous_id",
		ReceivedAt: "received_at", HappenedAt: []string{"timestamp", "original_timestamp"}, LoadedAt: []string{"uuid_ts", "loaded_at"},
		Library: "context_library_name", LibraryVersion: "context_library_version",
		AppVersion: "context_app_version", Platform: "context_os_name", Page: "context_page_path",
		Calls: []CallTable{
			{Table: "pages", Call: landed.Page, Event: "Page Viewed"},
			{Table: "screens", Call: landed.Screen, Event: "Screen Viewed"},
			{Table: "identifies", Call: landed.Identify},
			{Table: "groups", Call: landed.Group},
		},
		Base: []string{
			"id", "event", "event_text", "timestamp", "original_timestamp", "sent_at", "received_at",
			"uuid", "uuid_ts", "loaded_at",
		},
		Context: "context_", Campaign: "context_campaign_",
		LeftOut: []string{"users", "accounts", "aliases"},
	}
}

// Rollup is the layout of a table of daily counts that somebody already keeps. An empty table is daily_counts;
// without columns they are event, day and rows.
func Rollup(table string, c RollupColumns) Layout {
	if table == "" {
		table = "daily_counts"
	}
	if c.Event == "" {
		c.Event = "event"
	}
	if c.Day == "" {
		c.Day = "day"
	}
	if c.Rows == "" {
		c.Rows = "rows"
	}
	return Layout{
		Name: "rollup", Tracks: table, EventName: c.Event, ReceivedAt: c.Day, AppVersion: c.AppVersion,
		Platform: c.Platform, Counts: &c,
	}
}

// property says whether a column is judged as a property.
func (l Layout) property(column string) bool {
	c := strings.ToLower(column)
	if slices.Contains(l.Base, c) {
		return false
	}
	return l.Context == "" || !strings.HasPrefix(c, l.Context) || l.Campaign != "" && strings.HasPrefix(c, l.Campaign)
}

// leftOut says whether a table holds no events.
func (l Layout) leftOut(table string) bool { return slices.Contains(l.LeftOut, strings.ToLower(table)) }

// call returns the call whose rows land in table.
func (l Layout) call(table string) (CallTable, bool) {
	i := slices.IndexFunc(l.Calls, func(c CallTable) bool { return strings.EqualFold(c.Table, table) })
	if i < 0 {
		return CallTable{}, false
	}
	return l.Calls[i], true
}

// Fingerprint is a hash of what must not change while days are added to a history: the schema, the layout, the zone
// and the columns that are counted.
func Fingerprint(s landed.Source, l Layout) string {
	parts := []string{s.Schema, l.Name, s.Zone, l.Tracks, l.EventName, l.ReceivedAt}
	if l.Counts != nil {
		parts = append(parts, l.Counts.Rows, l.Counts.Source)
	}
	h := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(h[:8])
}
