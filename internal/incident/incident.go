// Package incident follows findings from audit to audit: opened, worsened, continued, resolved. Pure.
package incident

import (
	"time"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Incident is a finding that is remembered.
type Incident struct {
	ID       string        // PL-7K2M9Q, stored: never derived twice
	Key      finding.Key   // of the finding's first member when it opened; never changes
	Keys     []finding.Key // of all members it ever had
	Finding  finding.Finding
	Opened   time.Time
	LastSeen time.Time     // the newest audit that found it
	LastDay  landed.Day    // the last judged day that found it
	Baseline bool          // began before the first audit and is old debt
	Closed   time.Time     // when it was resolved; zero while it goes on
	Again    time.Time     // when it was last taken up again after it was resolved; zero: never
	Before   []landed.Span // when it went on before that, each time until it was resolved; the last few times
	Into     finding.Key   // the cause that swallowed it; "" while it stands alone
	Mark     Mark          // the level that "worse" is measured from
}

// Standing says whether the incident goes on; one that another has swallowed does.
func (i Incident) Standing() bool { return i.Closed.IsZero() }

// Handling is what people did; it has its own rows in the state, so that an audit's Commit never overwrites an ack.
type Handling struct {
	Key          finding.Key
	Acknowledged bool
	Dismissed    bool
	Until        time.Time  // of a snooze; zero: none
	Expected     bool       // a person said so: no news for the days up to Through
	Through      landed.Day // the last judged day of an expectation
	AcceptedFrom landed.Day // this level is the new usual from here; NoDay: not accepted
	Why, Who     string
	Owner        string
	At           time.Time
}

// Act is one thing that a person did with an incident; the trail of them is never changed.
type Act struct {
	Key       finding.Key
	At        time.Time
	Who       string
	What, Why string
}

// Status is how an incident stands between plumbline and people.
type Status string

// The statuses.
const (
	Open         Status = "open"
	Acknowledged Status = "acknowledged"
	Snoozed      Status = "snoozed"
	Expected     Status = "expected"
	Dismissed    Status = "dismissed"
	Baseline     Status = "baseline"
	ResolvedAway Status = "resolved"
)

// Kind is what happened to an incident in one audit.
type Kind uint8

// The kinds of changes.
const (
	Opened Kind = iota + 1
	Reopened
	Worsened
	Continued
	Resolved
	Merged // its finding is now explained by another: not resolved, follows in the other's thread
	Unseen // what it is about was not checked tonight, or not by this audit: stays as it is, untold
)

// String is the word of the JSON report's "change": new, reopened, worse, ongoing, resolved; merged and unseen
// incidents are not findings of an audit.
func (k Kind) String() string {
	switch k {
	case Opened:
		return "new"
	case Reopened:
		return "reopened"
	case Worsened:
		return "worse"
	case Continued:
		return "ongoing"
	case Resolved:
		return "resolved"
	case Merged:
		return "merged"
	case Unseen:
		return "unseen"
	}
	return "unknown"
}

// Change is one incident and what happened to it.
type Change struct {
	Kind     Kind
	Incident Incident
}

// Seen says what this audit could have found again: checks that ran, and subjects whose facts were there.
type Seen func(kind finding.Kind, s finding.Subject) bool
