// Package finding describes trouble: what is wrong, since when, how much, how sure, and what would mend it.
package finding

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"time"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Severity says how loud a finding is.
type Severity uint8

// The severities, the quietest first.
const (
	Info Severity = iota + 1
	Warning
	Critical
)

// String is the word for the severity in configuration, reports and metrics.
func (s Severity) String() string {
	switch s {
	case Info:
		return "info"
	case Warning:
		return "warning"
	case Critical:
		return "critical"
	}
	return "unknown"
}

// ParseSeverity reads critical, warning or info.
func ParseSeverity(s string) (Severity, bool) {
	for _, v := range []Severity{Info, Warning, Critical} {
		if v.String() == s {
			return v, true
		}
	}
	return 0, false
}

// Kind is what sort of trouble; the same word in configuration, docs, Slack, JSON and metrics.
type Kind string

// The kinds that plumbline reports.
const (
	NearDuplicate       Kind = "near-duplicate"
	Rename              Kind = "rename"
	PropertyDuplicate   Kind = "property-duplicate"
	DynamicName         Kind = "dynamic-name"
	NamingConvention    Kind = "naming-convention"
	UnplannedEvent      Kind = "unplanned-event"
	NeverSeen           Kind = "never-seen"
	UnplannedProperty   Kind = "unplanned-property"
	MissingProperty     Kind = "missing-property"
	RemovedProperty     Kind = "removed-property"
	TypeDrift           Kind = "type-drift"
	InvalidValue        Kind = "invalid-value"
	ValueDrift          Kind = "value-drift"
	IdentityLoss        Kind = "identity-loss"
	DoubleTracking      Kind = "double-tracking"
	MovedEvent          Kind = "moved-event"
	VolumeDrop          Kind = "volume-drop"
	EventStopped        Kind = "event-stopped"
	SlowDecline         Kind = "slow-decline"
	VolumeSpike         Kind = "volume-spike"
	SourceOutage        Kind = "source-outage"
	LateData            Kind = "late-data"
	Backfill            Kind = "backfill"
	DuplicateRows       Kind = "duplicate-rows"
	PII                 Kind = "pii"
	DestinationMismatch Kind = "destination-mismatch"
)

// Kinds lists every kind in report order.
func Kinds() []Kind {
	return []Kind{
		NearDuplicate, Rename, PropertyDuplicate, DynamicName, NamingConvention, UnplannedEvent, NeverSeen,
		UnplannedProperty, MissingProperty, RemovedProperty, TypeDrift, InvalidValue, ValueDrift, IdentityLoss,
		DoubleTracking, MovedEvent, VolumeDrop, EventStopped, SlowDecline, VolumeSpike, SourceOutage, LateData,
		Backfill, DuplicateRows, PII, DestinationMismatch,
	}
}

// Family groups the kinds that one cause may show as on different nights. Identity goes by family, so that a
// drop that becomes a stop, and a near-duplicate that becomes a rename, stay the same finding.
type Family string

// Family returns the family of a kind; a kind without kin is its own.
func (k Kind) Family() Family {
	switch k {
	case NearDuplicate, Rename:
		return "name"
	case VolumeDrop, EventStopped, SlowDecline:
		return "volume"
	case MissingProperty, RemovedProperty:
		return "fill"
	case TypeDrift, InvalidValue, ValueDrift:
		return "value"
	default:
		return Family(k)
	}
}

// Volume says whether the kind judges how many events there are: what a calendar entry mutes.
func (k Kind) Volume() bool {
	switch k {
	case VolumeDrop, EventStopped, SlowDecline, VolumeSpike, SourceOutage:
		return true
	default:
		return false
	}
}

// Subject is what a finding is about. Related is the other name of a pair; it is part of the identity.
type Subject struct{ Source, Event, Related, Property string }

// Key is the hash of family and subject; never of kind or figures, which change from night to night.
type Key string

// KeyOf returns the key of a kind's family and a subject. The two names of a pair count alike in either order.
func KeyOf(k Kind, s Subject) Key {
	a, b := s.Event, s.Related
	if k.Family() == "name" && b != "" && b < a {
		a, b = b, a
	}
	h := sha256.New()
	for _, part := range []string{string(k.Family()), s.Source, a, b, s.Property} {
		h.Write([]byte{byte(len(part) >> 8), byte(len(part))})
		h.Write([]byte(part))
	}
	return Key(base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString(h.Sum(nil)))
}

// Alike is the label of evidence that all parts of an event fell to one share; Sampling is what its value says of that.
const (
	Alike    = "alike"
	Sampling = ": as sampling to "
)

// CameBack is the label of evidence that says how much of a loss landed later.
const CameBack = "came back"

// Evidence is one line of why.
type Evidence struct {
	Label, Value string
	Chart        *Chart
	Against      bool // counter-evidence
}

// Chart carries everything a drawing needs: report, Slack and web draw it and compute nothing.
type Chart struct {
	First               landed.Day
	Daily               []int64
	Expected, Low, High []float64 // parallel to Daily, or nil
	Began               landed.Day
}

// Impact is a destination that matches events by exact name, as the configuration says.
type Impact struct {
	Name      string
	Unmatched int64     // events it did not match since the finding began
	Until     time.Time // until when the first of them can be resent; zero: no limit known
}

// Finding is one thing that is wrong.
type Finding struct {
	Kind       Kind
	Severity   Severity
	Subject    Subject
	Sources    []string // more than one for what spans sources; Subject.Source is the most affected
	Call       landed.Call
	Table      string // schema.table, or "" where it has none
	Title      string // one sentence that stands alone
	Since      landed.Day
	Older      bool      // it was so before the history began: Since is only the first day that is known
	SinceTime  time.Time // the minute or hour it began; zero: not known
	LastSeen   landed.Day
	Ongoing    bool
	Rows       int64  // rows that carry the fault since Since; for a loss, rows missing against the usual
	Users      *int64 // nil: not asked or not answered
	Slice      *landed.Slice
	Page       string
	Confidence float64  // 0..1
	Score      *float64 // the check's own figure, so that an evaluation can choose its own threshold; nil: none
	Constraint string   // landed.Constraint.ID, so that Users and SampleIDs can be asked
	Planned    bool     // the event is planned; of a pair, one of the two
	Share      float64  // of its source's rows on its days, 0..1; 0 where it says nothing
	Loud       float64  // the share from which findings of this kind are worth a warning together; 0: the usual one
	Rate       Rate     // before and after, for what is a share of rows
	Past       []Past   // backfill: on which days the rows happened, or which days changed
	Evidence   []Evidence
	Fixes      []Fix
	Impacts    []Impact
	Owner      string
	Joint      string    // the same in pairs that explain a change only together (one event that became two); else ""
	Ended      string    // how it ended, as a sentence that stands alone: it explains what it left behind and is not told any more
	Explains   []Key     // the symptoms folded in: their incidents continue in this one
	Members    []Finding // causes of equal rank (five renames of one release), the largest first; consequences stand in Explains only
}

// Past is a day that gained rows afterwards, or lost them.
type Past struct {
	Day  landed.Day
	Rows int64
}

// Rate is a share of rows before and after, 0..1.
type Rate struct{ Before, After float64 }

// Key identifies the finding by the family and subject of its first member.
func (f Finding) Key() Key { return KeyOf(f.Kind, f.Subject) }

// Keys are the keys of all members, the finding's own first, without repeats.
func (f Finding) Keys() []Key {
	keys := []Key{f.Key()}
	for _, m := range f.Members {
		k := m.Key()
		seen := false
		for _, x := range keys {
			seen = seen || x == k
		}
		if !seen {
			keys = append(keys, k)
		}
	}
	return keys
}

// MovedTo is the source that a moved event is in now: the last of those it speaks of.
func (f Finding) MovedTo() string {
	if len(f.Sources) == 0 {
		return f.Subject.Source
	}
	return f.Sources[len(f.Sources)-1]
}

// idAlphabet leaves out what is misread when an id is typed: 0 and O, 1, I and L, U.
const idAlphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

// ID is the short name of a finding in a workspace, such as PL-7K2M9Q, with n characters after the dash.
// The same workspace and key give the same id in any state.
func ID(workspace string, k Key, n int) string {
	h := sha256.Sum256([]byte(workspace + "\x00" + string(k)))
	var b strings.Builder
	b.WriteString("PL-")
	for i := range min(n, len(h)) {
		b.WriteByte(idAlphabet[int(h[i])%len(idAlphabet)])
	}
	return b.String()
}

// Unjudged is a series that was seen and could not be judged: too little history, too sparse. Not an error, not fine.
type Unjudged struct {
	Check   Kind
	Subject Subject
	Why     string
}
