// Package demo writes a small warehouse in Segment's layout whose faults are known, with its plan and configuration.
package demo

import (
	"errors"
	"time"
)

// ErrNoDuckDB is returned by Write in a program that was built without DuckDB.
var ErrNoDuckDB = errors.New("write the demo's warehouse: this program was built without DuckDB; use the build that has it")

// Days is how many days of events the warehouse holds.
const Days = 60

// Options says which warehouse to write. The zero value is the one that the documentation shows.
type Options struct {
	AsOf time.Time // the morning of the audit; zero: 2026-06-16. The last day with events is the one before.
	Seed uint64    // other noise, the same story
}

// Files is what was written.
type Files struct {
	Dir       string
	Warehouse string    // DuckDB file
	Plan      string    // tracking plan
	Config    string    // configuration with which the audit runs as it is
	AsOf      time.Time // midnight UTC of the morning to audit as of
	LastDay   time.Time // midnight UTC of the last day with events
	Rows      int64     // tracked events over all sources
	Tables    int
	Truth     Truth
}

// Truth is what was put into the warehouse, to hold an audit against.
type Truth struct {
	Rename    Rename
	Unit      Unit
	Stop      Stop
	Unplanned Unplanned
	Harmless  []string // what looks like a fault and is none, in words
	Counts    []Count  // rows per source, name as sent and day
}

// Count is the rows of one name on one day.
type Count struct {
	Source, Event string
	Day           time.Time
	Rows          int64
}

// Rename is an event that a release began to send under another name.
type Rename struct {
	Source, From, To, Version string
	At                        time.Time // minute of the first row under the new name
	Rows                      int64     // rows under the new name
	Stragglers                int64     // rows under the old name since At, from the version before
}

// Unit is a property that one version sends in another unit.
type Unit struct {
	Source, Event, Property, Version string
	Factor                           float64
	At                               time.Time // minute of the first wrong row
	Rows                             int64
}

// Stop is an event that is no longer sent.
type Stop struct {
	Source, Event string
	At            time.Time // no row at or after it
}

// Unplanned are new events that the plan does not have.
type Unplanned struct {
	Source, Version string
	At              time.Time // minute of the first row
	Events          []string  // the most frequent first
	Rows            int64
}

// asOf returns the morning of the audit at midnight UTC.
func (o Options) asOf() time.Time {
	if o.AsOf.IsZero() {
		return time.Date(2026, 6, 16, 0, 0, 0, 0, time.UTC)
	}
	y, m, d := o.AsOf.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// When the parts of the story happen, in days before the audit and seconds of that day.
const (
	renameDay, renameSecond = 21, 14*3600 + 5*60
	unitDay, unitSecond     = 4, 10*3600 + 40*60
	stopDay, stopSecond     = 6, 2*3600 + 10*60
	launchDay, launchDays   = 43, 12 // a planned event that is new and grows
	holidayDay              = 46
	releaseDay              = 49 // web 4.1.9
	iosReleaseDay           = 39 // ios 8.14.0
)

const (
	purchase     = "Purchase Completed"
	purchaseSent = "purchase_completed"
	coupon       = "Coupon Applied"
	launched     = "Size Guide Opened"
	webOld       = "4.1.9"
	webNew       = "4.2.0"
	iosNew       = "8.15.0"
)

// at returns a moment some days before the audit.
func at(asOf time.Time, daysBefore, second int) time.Time {
	return asOf.AddDate(0, 0, -daysBefore).Add(time.Duration(second) * time.Second)
}

func story(asOf time.Time) Truth {
	t := Truth{
		Rename:    Rename{Source: "web", From: purchase, To: purchaseSent, Version: webNew, At: at(asOf, renameDay, renameSecond)},
		Unit:      Unit{Source: "ios", Event: purchase, Property: "total", Version: iosNew, Factor: 100, At: at(asOf, unitDay, unitSecond)},
		Stop:      Stop{Source: "server", Event: coupon, At: at(asOf, stopDay, stopSecond)},
		Unplanned: Unplanned{Source: "ios", Version: iosNew, At: at(asOf, unitDay, unitSecond)},
		Harmless: []string{
			"fewer events at weekends on web and server",
			"a holiday on " + at(asOf, holidayDay, 0).Format("Mon 2 Jan") + " in every source",
			launched + " launched on " + at(asOf, launchDay, 0).Format("Mon 2 Jan") + " as planned, and grew",
			"names that look alike and are all planned: Signed In and Signed Up, Step 1 Viewed and Step 2 Viewed",
		},
	}
	for _, u := range unplanned() {
		t.Unplanned.Events = append(t.Unplanned.Events, u.name)
	}
	return t
}
