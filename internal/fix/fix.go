// Package fix writes out what would mend a finding: text that can be pasted into a shell, a warehouse, a plan or a message.
package fix

import (
	"reflect"
	"slices"
	"time"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
)

// The kinds of fixes that are written, the same words in JSON, docs and commands.
const (
	CodeSearch    = "code-search"
	OwnerMessage  = "owner-message"
	WarehouseView = "warehouse-view"
	PlanPatch     = "plan-patch"
	ConfigPatch   = "config-patch"
)

// Text is one fix, written out.
type Text struct {
	Kind     string
	Title    string // one line: what it does
	Language string // sh, text, sql, diff, yaml
	Text     string // ends with a newline
	Verified bool   // the checks were run again over the mended data
	Proof    string // what the verification found; "" without one
	Note     string // what to know before using it; "" as a rule
}

// Quoter writes names and values as the warehouse's own SQL reads them.
type Quoter interface {
	Quote(ident string) string
	Literal(s string) string
}

// Layout names the columns that a pipeline lands events with. An empty column: this pipeline has none.
type Layout struct {
	Tracks, EventName, TableName, ReceivedAt, ID  string // TableName: the column that holds the event's table; ID: what makes a row one message
	AppVersion, Platform, Library, LibraryVersion string
	User, Anonymous                               string // who did it, when known and when not
}

// Segment is the layout of Segment's warehouses.
func Segment() Layout {
	return Layout{
		Tracks: "tracks", EventName: "event_text", TableName: "event", ReceivedAt: "received_at", ID: "id",
		AppVersion: "context_app_version", Platform: "context_os_name",
		Library: "context_library_name", LibraryVersion: "context_library_version",
		User: "user_id", Anonymous: "anonymous_id",
	}
}

// Context is what is known around a finding. A kind of fix whose part is missing is not written.
type Context struct {
	ID         string // of the finding, for the message to its owner; "" leaves it out
	Dialect    string // the warehouse's SQL: views are written for "duckdb"
	Quoter     Quoter
	Layout     Layout                     // the zero value is Segment's
	Schema     string                     // where views would live; "" is "analytics"
	Landed     map[string]landed.Snapshot // by source name
	Plan       *plan.Plan
	PlanFile   string // as the diff names it
	PlanData   []byte
	ConfigFile string // as the diff names it; "" is plumbline.yaml
	ConfigData []byte // nil: there is no configuration file
	Owner      string // when the finding names none
	Zone       *time.Location
}

// Write returns every fix that the finding's intentions, and those of its members, come to, in the order in which
// the intentions stand. Intentions of one kind become one text: five renames of one release are one view and one patch.
func Write(f finding.Finding, c Context) []Text {
	c = c.withDefaults()
	all := intentions(f)
	var out []Text
	written := map[string]bool{}
	for _, in := range all {
		kind := kindOf(in.fix)
		if written[kind] {
			continue
		}
		written[kind] = true
		switch kind {
		case CodeSearch:
			out = append(out, codeSearches(all, f, c)...)
		case OwnerMessage:
			out = append(out, ownerMessage(f, c))
		case WarehouseView:
			out = append(out, warehouseViews(f, c)...)
		case PlanPatch:
			out = append(out, planPatches(all, c)...)
		case ConfigPatch:
			out = append(out, leaveOuts(all, c)...)
			out = append(out, configPatches(all, c)...)
		}
	}
	return out
}

func (c Context) withDefaults() Context {
	if c.Layout == (Layout{}) {
		c.Layout = Segment()
	}
	if c.Schema == "" {
		c.Schema = "analytics"
	}
	if c.ConfigFile == "" {
		c.ConfigFile = "plumbline.yaml"
	}
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	return c
}

// intention is a fix and the finding or member that asks for it.
type intention struct {
	fix finding.Fix
	of  finding.Finding
}

// intentions are those of a finding and of its members, each once: a group carries what its members ask for, and what is
// asked for twice would be written twice into one view.
func intentions(f finding.Finding) []intention {
	var out []intention
	has := func(m finding.Finding, fx finding.Fix) bool {
		return slices.ContainsFunc(m.Fixes, func(x finding.Fix) bool { return reflect.DeepEqual(x, fx) })
	}
	add := func(of finding.Finding, fx finding.Fix) {
		if of.Subject.Source == "" {
			of.Subject.Source = f.Subject.Source
		}
		if !slices.ContainsFunc(out, func(in intention) bool {
			return in.of.Subject.Source == of.Subject.Source && reflect.DeepEqual(in.fix, fx)
		}) {
			out = append(out, intention{fx, of})
		}
	}
	for _, fx := range f.Fixes {
		of := f
		if i := slices.IndexFunc(f.Members, func(m finding.Finding) bool { return has(m, fx) }); i >= 0 {
			of = f.Members[i]
		}
		add(of, fx)
	}
	for _, m := range f.Members {
		for _, fx := range m.Fixes {
			add(m, fx)
		}
	}
	return out
}

func kindOf(f finding.Fix) string {
	switch f.(type) {
	case finding.SearchCode:
		return CodeSearch
	case finding.TellOwner:
		return OwnerMessage
	case finding.MergeEvents, finding.MergeProperties, finding.ScaleProperty, finding.MapValues, finding.DeduplicateRows, finding.KeepOne:
		return WarehouseView
	case finding.AddToPlan, finding.RenameInPlan, finding.MoveInPlan:
		return PlanPatch
	case finding.Configure, finding.LeaveOut:
		return ConfigPatch
	}
	return ""
}

// keep appends what is not there yet.
func keep(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
