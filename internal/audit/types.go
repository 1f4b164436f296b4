// Package audit runs one audit of a workspace, start to finish: load, gather, check, fold, compose, commit.
package audit

import (
	"context"
	"time"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Warehouse is what an audit needs of one.
type Warehouse interface {
	// Gather returns what could be seen; what could not is a Gap. An error means that nothing can be known.
	Gather(ctx context.Context, req landed.Request) (landed.Snapshot, error)
	// Ask answers questions; one that fails alone is in Failed.
	Ask(ctx context.Context, qs []landed.Question) (landed.Answers, error)
}

// Memory is what the store knows before an audit.
type Memory struct {
	History   map[string]landed.Snapshot // by source name; its spans say what need not be asked again
	Incidents []incident.Incident        // those that go on, and those resolved in the last 90 days
	Handling  []incident.Handling
	Expect    []incident.Expectation // what people stated beforehand, besides the configuration
	Told      []Told                 // what each channel was already told
	Audited   map[string]landed.Day  // by source: the last judged day; absent: never audited
	Newest    landed.Day             // the newest AsOf of any audit; NoDay: none
	Sources   map[string]string      // fingerprint each source had at its newest audit
}

// Told is one thing that one channel was told about one incident.
type Told struct {
	Incident string // its ID
	Channel  string
	Thread   string // the message that later ones follow
	What     incident.Kind
	Severity finding.Severity
	Rows     int64
	At       time.Time
}

// Store remembers.
type Store interface {
	// Lease makes sure that no two audits of one workspace overlap; release is safe to call twice.
	Lease(ctx context.Context, what string, d time.Duration) (release func(), err error)
	// Load returns what is remembered of the sources, facts of the last days only.
	Load(ctx context.Context, sources []landed.Source, days int) (Memory, error)
	// Commit writes everything one audit leaves behind in one transaction; it refuses when the lease is lost.
	Commit(ctx context.Context, r Record) error
}

// Record is what one audit leaves behind.
type Record struct {
	Audit   Header
	Fresh   []landed.Snapshot // this night's days only
	Changes []incident.Change
	Outbox  []Outgoing
}

// Outgoing is a message to be sent; ID is stable, so a repeat is recognised.
type Outgoing struct {
	ID, Route string
	Incidents []string // ids of the incidents it speaks of
	Due       time.Time
	Body      []byte // a notify.Message; audit does not read it
}

// Header says what one audit looked at and what it cost.
type Header struct {
	ID                string
	Workspace         string
	AsOf, Last        landed.Day
	Started, Finished time.Time
	Sources           []SourceHeader
	Checks            []finding.Kind // the kinds that were reported; nil: all
	Cost              landed.Cost
	Gaps              []SourceGap
	Unjudged          []finding.Unjudged
	Excluded          []string // schema.table that the configuration leaves out
	First             bool     // no source had been audited before
	Planned, Landed   int      // events
	Replayed          bool     // nothing was stored
}

// SourceHeader is one source in one audit.
type SourceHeader struct {
	Name, Title, Schema, Zone string
	Environment               string // "" for production
	Last                      landed.Day
	First                     bool // its first audit
	Events                    int
}

// SourceGap is a gap and the source it is in.
type SourceGap struct {
	Source string
	landed.Gap
}

// Complete says whether everything that was asked for was seen.
func (h Header) Complete() bool { return len(h.Gaps) == 0 }

// Reported is one finding as this audit tells it.
type Reported struct {
	ID       string
	Finding  finding.Finding
	Explains []string // ids of the findings it swallowed
	Change   incident.Kind
	Status   incident.Status
	Handling incident.Handling
	Trail    []incident.Act // what people did with it, the oldest first; only where one finding is shown
	Opened   time.Time
}

// Result is everything a report shows. Findings are sorted: critical first, then by rows.
type Result struct {
	Header   Header
	Findings []Reported // not the baseline ones unless asked for; resolved ones included
	Baseline []Reported
	Changes  []incident.Change
	Landed   map[string]landed.Snapshot // by source: the facts that were judged, for writing fixes out
}
