package plan

import (
	"slices"

	"github.com/plumbline-audit/plumbline/internal/names"
)

// TableOf returns the warehouse table of an event: the one its plan names, else by Segment's naming.
// It is empty for a name without an ASCII letter or digit, which Segment gives no table that could be foretold.
func TableOf(e Event) string {
	if e.Table != "" {
		return e.Table
	}
	switch e.Call {
	case "page":
		return "pages"
	case "screen":
		return "screens"
	case "identify":
		return "identifies"
	case "group":
		return "groups"
	}
	return names.Snake(e.Name)
}

// ColumnOf returns the warehouse column of a property by Segment's naming; the dots of a nested property become
// underscores. Two properties may share a column.
func ColumnOf(property string) string { return names.Snake(property) }

// Reserved says whether Segment's own columns take a column's name, so that a property of this name
// is dropped or lands under the name with an underscore before it.
func Reserved(column string) bool {
	return slices.Contains(reserved(), column)
}

func reserved() []string {
	return []string{
		"id", "anonymous_id", "user_id", "event", "event_text", "timestamp", "original_timestamp", "sent_at", "received_at",
		"uuid", "uuid_ts", "loaded_at",
	}
}
