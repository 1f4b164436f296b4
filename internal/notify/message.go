// Package notify tells people: what a channel has not been told yet, once, and in the thread where it began.
package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/plumbline-audit/plumbline/internal/incident"
)

// Notifier posts one message. Its errors are a *TemporaryError where trying again may help, a *RefusedError where a
// person has to change something first; neither holds a token.
type Notifier interface {
	Notify(ctx context.Context, m Message) (Receipt, error)
}

// Receipt says where a message stands, so that later ones follow in its thread.
type Receipt struct {
	Channel string // as the service names it; may differ from what the configuration says
	Thread  string // of the message itself; "" where the service has no threads
}

// TemporaryError is a delivery that is worth trying again.
type TemporaryError struct {
	After time.Duration // not before this has passed; 0: the service did not say
	Err   error
}

// Error says what happened and for how long to wait.
func (e *TemporaryError) Error() string {
	if e.After <= 0 {
		return e.Err.Error()
	}
	return fmt.Sprintf("%v (try again after %s)", e.Err, e.After)
}

// Unwrap returns the cause.
func (e *TemporaryError) Unwrap() error { return e.Err }

// RefusedError is a delivery that fails again until somebody acts.
type RefusedError struct {
	Mend string // what to do, as a sentence without a full stop
	Err  error
}

// Error says what happened and what to do.
func (e *RefusedError) Error() string {
	if e.Mend == "" {
		return e.Err.Error()
	}
	return e.Err.Error() + ": " + e.Mend
}

// Unwrap returns the cause.
func (e *RefusedError) Unwrap() error { return e.Err }

// News is what a message says of its finding.
type News string

// The sorts of news.
const (
	New      News = "new"
	Reopened News = "reopened"
	Worse    News = "worse"
	Resolved News = "resolved"
)

// kind is what the channel has been told once the message is delivered.
func (n News) kind() incident.Kind {
	switch n {
	case New:
		return incident.Opened
	case Reopened:
		return incident.Reopened
	case Worse:
		return incident.Worsened
	case Resolved:
		return incident.Resolved
	}
	return 0
}

// Message is everything that rendering needs, and nothing else: it waits in the outbox as JSON, and may be rendered by a
// later version of the program.
type Message struct {
	ID        string  `json:"id"` // stable: the same news for the same channel has the same one
	Workspace string  `json:"workspace"`
	Channel   string  `json:"channel"`          // as the configuration names it
	Thread    string  `json:"thread,omitempty"` // the message it follows; "": it stands alone
	News      News    `json:"news"`
	Was       *Was    `json:"was,omitempty"` // what the channel was last told; nil: nothing
	Finding   Finding `json:"finding"`
	Footer    Footer  `json:"footer"`
}

// Was is what a channel was told before.
type Was struct {
	Severity string    `json:"severity"`
	Rows     int64     `json:"rows"`
	At       time.Time `json:"at"`
}

// Finding is the finding as it stood when the message was composed. Names are as sent: whoever renders must escape them.
type Finding struct {
	ID         string     `json:"id"`
	Kind       string     `json:"kind"`
	Severity   string     `json:"severity"` // critical or warning
	Title      string     `json:"title"`
	Ended      string     `json:"ended,omitempty"`   // of what is over: how it ended, where that is known
	Source     string     `json:"source,omitempty"`  // "": the whole workspace
	Sources    []string   `json:"sources,omitempty"` // more than one for what spans sources
	Event      string     `json:"event,omitempty"`
	Related    string     `json:"related_event,omitempty"`
	Property   string     `json:"property,omitempty"`
	AppVersion string     `json:"app_version,omitempty"`
	Slice      []string   `json:"slice,omitempty"`     // the other parts of the slice: library, platform, page
	Since      string     `json:"since,omitempty"`     // a date; "": not known
	SinceTime  time.Time  `json:"since_time,omitzero"` // zero: not known
	LastSeen   string     `json:"last_seen,omitempty"` // a date; "": not known
	Zone       string     `json:"zone,omitempty"`      // IANA name of the source's time zone
	Ongoing    bool       `json:"ongoing"`             // seen on the judged day
	Rows       int64      `json:"rows"`                // that carry the fault, or are missing
	Missing    bool       `json:"missing,omitempty"`   // Rows are missing against the usual
	Users      *int64     `json:"users,omitempty"`     // nil: not known
	Sure       string     `json:"sure,omitempty"`      // "99 %"; "": a fact, not a judgement
	Evidence   []Evidence `json:"evidence,omitempty"`  // in the order of the report
	Impacts    []Impact   `json:"impacts,omitempty"`   // destinations that match by exact name
	Members    []string   `json:"members,omitempty"`   // what the causes of equal rank are about, when there are several
	Explains   int        `json:"explains,omitempty"`  // findings that this one swallowed
	Owner      string     `json:"owner,omitempty"`     // a person, a group or a label; "": not known
	Fixes      int        `json:"fixes,omitempty"`     // how many ways to mend it are known
}

// Evidence is one line of why.
type Evidence struct {
	Label   string  `json:"label"`
	Value   string  `json:"value"`
	Against bool    `json:"against,omitempty"`
	Daily   []int64 `json:"daily,omitempty"` // the last four weeks at most
}

// Impact is a destination that missed events, as the configuration says.
type Impact struct {
	Name      string    `json:"name"`
	Unmatched int64     `json:"unmatched"`
	Until     time.Time `json:"until,omitzero"` // until when the first of them can be resent; zero: no limit known
}

// Footer says what the audit looked at.
type Footer struct {
	Started    time.Time `json:"started"`               // of the audit
	AsOf       string    `json:"as_of"`                 // the morning it speaks of
	Through    string    `json:"judged_through"`        // the last judged day of the finding's source
	Sources    int       `json:"sources"`               // how many it looked at
	NotChecked []string  `json:"not_checked,omitempty"` // what it could not see, and why
}

// encode is the form that waits in the outbox. A message holds text, whole numbers and times of this age: none of
// them can fail to be written.
func (m Message) encode() []byte {
	body, err := json.Marshal(m)
	if err != nil {
		panic("write a message for the outbox: " + err.Error())
	}
	return body
}

// Decode reads a message from the outbox.
func Decode(body []byte) (Message, error) {
	var m Message
	if err := json.Unmarshal(body, &m); err != nil {
		return Message{}, fmt.Errorf("read a waiting message: %w", err)
	}
	return m, nil
}
