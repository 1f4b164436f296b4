package finding

import "github.com/plumbline-audit/plumbline/internal/landed"

// Fix is a closed set of intentions; internal/fix writes them out.
type Fix interface{ fix() }

// The intentions.
type (
	// MergeEvents puts the rows of From under the name Into.
	MergeEvents struct{ From, Into string }
	// MergeProperties reads From where Into is empty.
	MergeProperties struct{ Event, From, Into string }
	// ScaleProperty multiplies a property by Factor inside a slice since a day.
	ScaleProperty struct {
		Event, Property string
		Factor          float64
		Slice           landed.Slice
		Since           landed.Day
	}
	// MapValues replaces values of a property.
	MapValues struct {
		Event, Property string
		Values          map[string]string
	}
	// DeduplicateRows keeps the first row of each message id, in the table of all events and in Tables.
	DeduplicateRows struct{ Tables []string }
	// KeepOne keeps one row of each action that an event counts more than once: of those with one value of Column on a day
	// or, without one, of equal ones by one person within Seconds. With Beside, rows are left out where that source has them
	// as well.
	KeepOne struct {
		Event, Table, Column string
		Seconds              int
		Beside, BesideTable  string
	}
	// AddToPlan plans an event, or a property of a planned one, with the types that landed; with Values it allows
	// these values of a planned property that has an enum.
	AddToPlan struct {
		Event, Property string
		Values          []string
	}
	// RenameInPlan gives a planned event another name.
	RenameInPlan struct{ From, To string }
	// MoveInPlan plans an event for the source To instead of those in From.
	MoveInPlan struct {
		Event string
		From  []string
		To    string
	}
	// SearchCode says what to look for, in which source and version.
	SearchCode struct {
		Literals        []string
		Source, Version string
	}
	// TellOwner is a message to whoever owns it; the owner may be unknown.
	TellOwner struct{ Owner string }
	// Configure is a change of plumbline.yaml: Section is its top-level key, Entry the YAML of one entry.
	Configure struct{ Section, Entry, Why string }
	// LeaveOut keeps rows of a source out of every audit: those inside a slice, or of names that fit a pattern with *.
	LeaveOut struct {
		Source, Names string
		Slice         landed.Slice
	}
)

func (MergeEvents) fix()     {}
func (MergeProperties) fix() {}
func (ScaleProperty) fix()   {}
func (MapValues) fix()       {}
func (DeduplicateRows) fix() {}
func (KeepOne) fix()         {}
func (AddToPlan) fix()       {}
func (RenameInPlan) fix()    {}
func (MoveInPlan) fix()      {}
func (SearchCode) fix()      {}
func (TellOwner) fix()       {}
func (Configure) fix()       {}
func (LeaveOut) fix()        {}
