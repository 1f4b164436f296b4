package backtest

import (
	"cmp"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Summary is what past nights come to.
type Summary struct {
	Workspace string
	Days      landed.Span // the judged days
	Nights    int
	Sources   []string
	Troubles  []Trouble // the gravest first
	Baseline  int       // old debt at the first night, told to nobody
	Info      int       // findings that no message is sent for
	Messages  int       // that would have been posted
	Replies   int       // of those, in the thread of an earlier one
	Unjudged  []finding.Unjudged
	Gaps      []audit.SourceGap // parts that some night could not see, each once
}

// Trouble is one finding at warning or above, over all nights.
type Trouble struct {
	audit.Reported            // as the newest night has it
	Told           landed.Day // the first morning that told it
	Rows           int64      // that it had by then
	Ended          landed.Day // the morning that found it no longer; NoDay: it goes on
}

// Open says whether it still went on in the last night.
func (t Trouble) Open() bool { return t.Ended == landed.NoDay }

// Silent is how many days passed between its beginning and the first morning that told it.
func (t Trouble) Silent() int { return int(t.Told - t.Finding.Since) }

// Sum puts nights together. A finding that became part of another counts in that one.
func Sum(nights []Night) Summary {
	s := Summary{Days: landed.NoSpan, Nights: len(nights)}
	if len(nights) == 0 {
		return s
	}
	last := nights[len(nights)-1]
	s.Days = landed.Span{First: nights[0].AsOf - 1, Last: last.AsOf - 1}
	s.Workspace = last.Result.Header.Workspace
	s.Baseline = len(nights[0].Result.Baseline)
	s.Unjudged = last.Result.Header.Unjudged
	for _, x := range last.Result.Header.Sources {
		s.Sources = append(s.Sources, x.Name)
	}
	at, info := map[string]*Trouble{}, map[string]bool{}
	for _, n := range nights {
		s.night(n, at, info)
	}
	for id, t := range at {
		delete(info, id)
		s.Troubles = append(s.Troubles, *t)
	}
	s.Info = len(info)
	slices.SortFunc(s.Troubles, func(a, b Trouble) int {
		return cmp.Or(cmp.Compare(b.Finding.Severity, a.Finding.Severity), cmp.Compare(b.Finding.Rows, a.Finding.Rows), cmp.Compare(a.ID, b.ID))
	})
	return s
}

func (s *Summary) night(n Night, at map[string]*Trouble, info map[string]bool) {
	for _, f := range n.Result.Findings {
		switch t := at[f.ID]; {
		case f.Change == incident.Resolved:
			if t != nil {
				t.Ended, t.Reported = n.AsOf, f
			}
		case f.Status != incident.Open:
		case t != nil:
			t.Ended, t.Reported = landed.NoDay, f
		case f.Finding.Severity >= finding.Warning:
			at[f.ID] = &Trouble{Reported: f, Told: n.AsOf, Rows: f.Finding.Rows, Ended: landed.NoDay}
		default:
			info[f.ID] = true
		}
	}
	for _, c := range n.Result.Changes {
		if c.Kind == incident.Merged {
			delete(at, c.Incident.ID)
			delete(info, c.Incident.ID)
		}
	}
	for _, m := range n.Messages {
		s.Messages++
		if m.Reply {
			s.Replies++
		}
	}
	for _, g := range n.Result.Header.Gaps {
		same := func(o audit.SourceGap) bool { return o.Source == g.Source && o.Table == g.Table && o.Kind == g.Kind }
		if !slices.ContainsFunc(s.Gaps, same) {
			s.Gaps = append(s.Gaps, g)
		}
	}
}
