// Package landed holds what is known of a warehouse: facts, no judgement, no SQL.
package landed

import (
	"maps"
	"time"
)

// Kind says which sort of fact. Held and wanted days differ by kind, so each kind has its own span.
type Kind uint8

// The kinds of facts.
const (
	Counts     Kind = iota + 1 // rows per event, slice and day
	Columns                    // tables, columns, types
	Profiles                   // exact tier per property, slice and day
	Shapes                     // sampled tier: format classes, top values, log-histogram
	Duplicates                 // rows and distinct ids per event and day (exact; dear)
	Arrivals                   // how late the rows of a day landed
)

// String is the word for a kind of fact in reports and logs.
func (k Kind) String() string {
	switch k {
	case Counts:
		return "counts"
	case Columns:
		return "columns"
	case Profiles:
		return "profiles"
	case Shapes:
		return "shapes"
	case Duplicates:
		return "duplicates"
	case Arrivals:
		return "arrivals"
	}
	return "unknown"
}

// Needs says how many complete days of each kind a check wants; a missing kind is not wanted.
type Needs map[Kind]int

// Union returns the smallest Needs that satisfies both.
func (n Needs) Union(o Needs) Needs {
	out := make(Needs, len(n)+len(o))
	maps.Copy(out, n)
	for k, d := range o {
		out[k] = max(out[k], d)
	}
	return out
}

// Request asks for one source's facts. Audit has taken away what the store already holds.
type Request struct {
	Source      Source
	Want        map[Kind]Span   // per kind: the new and the unsettled days, or all of them
	Tables      map[string]Span // Profiles and Shapes of these tables cover these days instead; an empty span skips the table
	Sampled     map[string]Span // Shapes of these tables cover these days, whatever Tables says
	Values      bool            // Shapes also hold the commonest values, hashed, and how large numbers are; else only format classes
	Constraints []Constraint    // from the plan; what "violated" means in Profiles
	LoadedBy    time.Time       // only rows loaded before it; zero: all (backtest, --as-of)
}

// Source is where one pipeline lands; Fingerprint changes when stored days may not be mixed with new ones.
type Source struct {
	Name        string // the id: unique in a workspace, used in JSON, flags and plans
	Title       string // how it is shown to people; Name where none was given
	Schema      string // as the warehouse spells it
	Zone        string // IANA name; its calendar days are the days of every fact
	Fingerprint string // hash of schema, layout, zone, count column: a change asks for --full
}

// Constraint is one rule of the plan that a warehouse can count violations of.
type Constraint struct {
	ID            string // hash of the rule: stored counts of another ID are another fact
	Table, Column string // as the warehouse spells them
	Rule          Rule
	Type          Type     // Castable: the planned type
	Values        []string // OneOf: the enum
	Pattern       string   // Matches: as written in the plan (ECMAScript, unanchored)
	Min, Max      *float64 // Within
}

// Rule is a kind of Constraint.
type Rule uint8

// The rules.
const (
	Required Rule = iota + 1
	OneOf
	Matches
	Within
	Castable // a text column whose plan type is number, integer, boolean or time
)

// Snapshot is what is known of one source: stored history and new days in one value.
type Snapshot struct {
	Source   Source
	Span     Span          // of Events; Last is the last day that was read
	Held     map[Kind]Span // the days of each other kind that were read; Counts is Span
	Loaded   time.Time     // newest load time seen; zero where the layout has none
	Events   []Event       // sorted by Name, Table
	Tables   []Table       // sorted by Name
	Arrivals []Arrival     // sorted by Day
	Gaps     []Gap         // what was asked for and not seen
	Oddities []Oddity      // what was seen and cannot be judged
	Cost     Cost          // what this night's statements read
}

// Event is one name as it was sent, in the table it landed in.
type Event struct {
	Name    string // event_text, byte for byte; Page Viewed and Screen Viewed for pages and screens; "" for identifies and groups
	Table   string // the table of its properties; its rows may be absent there
	Call    Call
	Cells   []Cell
	Dups    []Duplicate
	Belated []Belated // sorted by Day; days without such rows are left out
	Unseen  []Span    // days that were not read for this event; nil as a rule. Their zeros mean nothing.
}

// Call is the kind of call: Page Viewed and Screen Viewed live in pages and screens.
type Call uint8

// The calls.
const (
	Track Call = iota
	Page
	Screen
	Identify
	Group
)

// String is the call's name in Segment's specification.
func (c Call) String() string {
	switch c {
	case Track:
		return "track"
	case Page:
		return "page"
	case Screen:
		return "screen"
	case Identify:
		return "identify"
	case Group:
		return "group"
	}
	return "unknown"
}

// Cell is one slice's rows per day: Daily[i] is Span.First+i. Silence is 0, never absent.
type Cell struct {
	Slice Slice
	Daily []int64
}

// Slice is one combination of what is always grouped by; empty fields: the layout has no such column, or it was NULL.
// At most 20 values of a field are kept per event and window, by rows; the rest is Other.
// The page path is unbounded: it is a Question.
type Slice struct{ Platform, Library, LibraryVersion, AppVersion string }

// Other stands for the values beyond the kept ones.
const Other = "(other)"

// Duplicate is one event's exact rows and distinct message ids of one day.
type Duplicate struct {
	Day       Day
	Rows, IDs int64
}

// Belated is how many of an event's rows of a day happened on an earlier one, by their own time: replayed, imported, or
// kept on a phone. They are in the cells as well.
type Belated struct {
	Day  Day
	Rows int64
}

// Arrival is how much of a day had landed n hours after it ended; Rows is the final count.
type Arrival struct {
	Day   Day
	Hours [49]int64 // cumulative, by hour 0..48 after the day's end
	Rows  int64
}

// Table is one event table.
type Table struct {
	Name     string
	Columns  []Column  // sorted by Name; what the catalogue says now
	Profiled Span      // the days Profiles cover; a day without rows has no Profile and is inside
	Profiles []Profile // sorted by Day, Slice
	Shapes   []Shape   // sorted by Day, Column
}

// Column is one column. Seen is the first audited day that had it, NoDay when it was there at the first audit;
// Gone is the last audited day that still saw it, NoDay while it is there.
type Column struct {
	Name       string
	Type       Type
	Native     string
	Seen, Gone Day
}

// Type is a column's type, reduced to what a plan can tell apart.
type Type uint8

// The types.
const (
	OtherType Type = iota
	Text
	Integer
	Number
	Boolean
	Timestamp
	JSON
)

// String is the plan's word for the type.
func (t Type) String() string {
	switch t {
	case Text:
		return "string"
	case Integer:
		return "integer"
	case Number:
		return "number"
	case Boolean:
		return "boolean"
	case Timestamp:
		return "timestamp"
	case JSON:
		return "object"
	case OtherType:
	}
	return "unknown"
}

// Profile is the exact tier of one table, slice and day. Every figure sums over slices and days.
type Profile struct {
	Day     Day
	Slice   Slice
	Rows    int64
	Columns []ColumnProfile // sorted by Column
}

// ColumnProfile holds what can be added. Means are kept as sum and count.
type ColumnProfile struct {
	Column           string
	Filled           int64            // not null
	Positive         int64            // x > 0
	SumLog, Sum      float64          // over x > 0; over all
	Min, Max         string           // as text: float64 and integers over 2^53 must round-trip
	True, Fractional int64            // booleans; numbers with a fraction
	At512            int64            // text values of exactly 512 characters
	Distinct         Sketch           // mergeable where the warehouse can; else an estimate for the day
	Violations       map[string]int64 // Constraint.ID → rows; an ID that is absent was not counted that day
}

// Sketch estimates distinct values. Registers are set only where sketches of this kind merge.
type Sketch struct {
	Estimate  int64
	Kind      string // "", "hll-duckdb", "bits1024", …: only equal kinds merge
	Registers []byte
}

// Shape is the sampled tier of one column, day and slice-less table: shares, never counts.
type Shape struct {
	Day     Day
	Column  string
	Sampled int64
	Classes [LooksCount]int64 // by Looks
	Top     map[uint64]int64  // keyed hash of the value → rows; the key stays in the state
	LogHist [32]int64         // decades and fifths of |x|
}

// Looks is what a text looks like: the index of Shape.Classes. The order is the one that is stored.
type Looks int

// The format classes.
const (
	LooksEmpty Looks = iota
	LooksUUID
	LooksJSON
	LooksNumber
	LooksDate
	LooksBool
	LooksEmail // all of it
	LooksPhone // with a country code or an area in parentheses: bare digits are numbers
	LooksOther
	LooksCard  // a payment card's first digits, length and check digit
	HoldsEmail // somewhere in a longer text, such as a URL
	LooksCount // how many there are
)

// Gap is something that was asked for and not seen: printed as not_checked.
type Gap struct {
	Kind          Kind
	Table         string // empty: the whole source
	Span          Span
	Why, HowToFix string
	Always        bool // the source has nothing of the kind: nothing is amiss tonight
}

// Oddity is something that was seen and cannot be judged: rows without a name, a column of an unknown type.
// It is counted under not_judged.
type Oddity struct {
	Table, Column string
	Event         string
	Rows          int64
	Why           string
}

// Cost is what was read. Nil: the warehouse cannot say.
type Cost struct {
	Statements  int
	Bytes, Rows *int64
}

// Add returns the sum of both costs; a figure that either cannot say is nil.
func (c Cost) Add(o Cost) Cost {
	if c.Statements == 0 {
		return o
	}
	if o.Statements == 0 {
		return c
	}
	return Cost{Statements: c.Statements + o.Statements, Bytes: sum(c.Bytes, o.Bytes), Rows: sum(c.Rows, o.Rows)}
}

func sum(a, b *int64) *int64 {
	if a == nil || b == nil {
		return nil
	}
	return new(*a + *b)
}

// Relation names a table of the warehouse.
type Relation struct{ Schema, Table string }
