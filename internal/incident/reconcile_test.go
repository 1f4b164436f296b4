package incident

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

var start = time.Date(2026, 6, 1, 4, 15, 0, 0, time.UTC)

const workspace = "northlight"

func one(k finding.Kind, event string) finding.Finding {
	return finding.Finding{
		Kind: k, Severity: finding.Warning, Subject: finding.Subject{Source: "web", Event: event},
		Since: landed.DayOf(start) - 3, Ongoing: true, Rows: 10,
	}
}

// group is one finding of several members, the first of which gives it its own key.
func group(members ...finding.Finding) finding.Finding {
	f := members[0]
	f.Members = members
	return f
}

// night is the audit n days after the first, of a source that was audited before, by all checks.
func night(n int, found ...finding.Finding) Night {
	now := start.AddDate(0, 0, n)
	return Night{
		Workspace: workspace, Found: found, Now: now,
		Last: map[string]landed.Day{"web": landed.DayOf(now) - 1},
		Seen: func(finding.Kind, finding.Subject) bool { return true },
	}
}

// apply is what a store does with changes.
func apply(known []Incident, changes []Change) []Incident {
	out := slices.Clone(known)
	for _, c := range changes {
		if n := slices.IndexFunc(out, func(i Incident) bool { return i.Key == c.Incident.Key }); n >= 0 {
			out[n] = c.Incident
		} else {
			out = append(out, c.Incident)
		}
	}
	return out
}

// story plays nights and writes their changes as "kind id", with letters for ids in the order they appear.
type story struct {
	known []Incident
	ids   []string
}

func (s *story) tell(n Night) string {
	changes := Reconcile(s.known, n)
	s.known = apply(s.known, changes)
	var out []string
	for _, c := range changes {
		if !slices.Contains(s.ids, c.Incident.ID) {
			s.ids = append(s.ids, c.Incident.ID)
		}
		line := c.Kind.String() + " " + s.letter(c.Incident.ID)
		if c.Incident.Into != "" {
			line += " into " + s.letter(IDOf(workspace, s.known, c.Incident.Into))
		}
		out = append(out, line)
	}
	return strings.Join(out, ", ")
}

func (s *story) letter(id string) string { return string(rune('A' + slices.Index(s.ids, id))) }

func TestStories(t *testing.T) {
	a, b, c := one(finding.Rename, "a"), one(finding.Rename, "b"), one(finding.Rename, "c")
	drop := one(finding.VolumeDrop, "a")
	cause := one(finding.Rename, "a")
	cause.Explains = []finding.Key{drop.Key()}
	unseen := func(n Night) Night { n.Seen = func(finding.Kind, finding.Subject) bool { return false }; return n }
	backDated := func(n Night, by landed.Day) Night {
		n.Last = map[string]landed.Day{"web": n.Last["web"] - by}
		return n
	}
	pair := finding.Subject{Source: "web", Event: "Sign Up", Related: "sign_up"}
	twins := finding.Finding{Kind: finding.NearDuplicate, Severity: finding.Warning, Subject: pair, Rows: 5}
	renamed := finding.Finding{
		Kind: finding.Rename, Severity: finding.Warning, Rows: 5,
		Subject: finding.Subject{Source: "web", Event: "sign_up", Related: "Sign Up"},
	}
	type act struct {
		night Night
		want  string
	}
	cases := map[string][]act{
		"opens, goes on, is resolved, stays silent": {
			{night(0, a), "new A"}, {night(1, a), "ongoing A"}, {night(2), "resolved A"}, {night(3), ""},
		},
		"found again in 90 days it keeps its id": {
			{night(0, a), "new A"}, {night(1), "resolved A"}, {night(91, a), "reopened A"},
		},
		"found again later it is news under the name its key always gets": {
			{night(0, a), "new A"}, {night(1), "resolved A"}, {night(92, a), "new A"},
		},
		"a drop that becomes a stop is the same": {
			{night(0, drop), "new A"}, {night(1, one(finding.EventStopped, "a")), "ongoing A"},
		},
		"twins of which one fades are the same": {{night(0, twins), "new A"}, {night(1, renamed), "ongoing A"}},
		"what was not looked at is unseen": {
			{night(0, a), "new A"}, {unseen(night(1)), "unseen A"}, {night(2), "resolved A"},
		},
		"an audit of the same or an earlier day resolves nothing": {
			{night(5, a), "new A"}, {night(5), "unseen A"}, {backDated(night(6), 1), "unseen A"}, {night(6), "resolved A"},
		},
		"a swallowed symptom follows its cause and comes back under its id": {
			{night(0, drop), "new A"},
			{night(1, cause), "new B, merged A into B"},
			{night(2, cause), "ongoing B, merged A into B"},
			{night(3, drop), "ongoing A, resolved B"},
		},
		"cause and symptom end together": {
			{night(0, drop), "new A"}, {night(1, cause), "new B, merged A into B"}, {night(2), "resolved A into B, resolved B"},
		},
		"a symptom stays while its cause was not looked at": {
			{night(0, drop), "new A"},
			{night(1, cause), "new B, merged A into B"},
			{func() Night {
				n := night(2)
				n.Seen = func(k finding.Kind, _ finding.Subject) bool { return k != finding.Rename }
				return n
			}(), "unseen A into B, unseen B"},
		},
		"a symptom whose cause is not for this audit to report stays": {
			{night(0, drop), "new A"},
			{func() Night { n := night(1); n.Unreported = []finding.Finding{cause}; return n }(), "unseen A"},
		},
		"a resolved symptom that is found alone is reopened": {
			{night(0, drop), "new A"},
			{night(1), "resolved A"},
			{night(2, cause), "new B"},
			{night(3, drop), "reopened A, resolved B"},
		},
		"two that join: the oldest survives, and they part again under their own ids": {
			{night(0, b), "new A"},
			{night(1, a, b), "new B, ongoing A"},
			{night(2, group(a, b)), "ongoing A, merged B into A"},
			{night(3, group(a, b)), "ongoing A, merged B into A"},
			{night(4, a, b), "ongoing B, ongoing A"},
		},
		"a group that splits: the part with the first key keeps the id": {
			{night(0, group(a, b, c)), "new A"},
			{night(1, b, a, c), "new B, ongoing A, new C"},
			{night(2, b), "ongoing B, resolved A, resolved C"},
		},
		"a group keeps its id while any member remains": {
			{night(0, group(a, b, c)), "new A"},
			{night(1, group(c, b)), "ongoing A"},
			{night(2, c), "ongoing A"},
			{night(3), "resolved A"},
			{night(4, b), "reopened A"},
		},
		"a standing incident takes up what a resolved one shares": {
			{night(0, a), "new A"}, {night(1), "resolved A"}, {night(2, b), "new B"}, {night(3, group(a, b)), "worse B"},
		},
		"a member that joins is worse": {{night(0, a), "new A"}, {night(1, group(a, b)), "worse A"}},
	}
	for name, acts := range cases {
		t.Run(name, func(t *testing.T) {
			var s story
			for n, act := range acts {
				if got := s.tell(act.night); got != act.want {
					t.Errorf("act %d: %q, want %q", n+1, got, act.want)
				}
			}
		})
	}
}

func TestCollidingIDsAreLengthened(t *testing.T) {
	f := one(finding.Rename, "a")
	short := finding.ID(workspace, f.Key(), 6)
	known := []Incident{{ID: short, Key: "other", Opened: start, LastDay: landed.DayOf(start)}}
	got := Reconcile(known, night(1, f))[0].Incident.ID
	if want := finding.ID(workspace, f.Key(), 7); got != want {
		t.Errorf("id %s, want %s", got, want)
	}
	if got := Reconcile(nil, night(1, f))[0].Incident.ID; got != short {
		t.Errorf("id %s, want %s in a fresh state", got, short)
	}
}
