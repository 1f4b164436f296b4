// Package report shows what an audit found: as text for a terminal, as JSON and CSV for scripts, as Markdown for comments,
// as HTML for readers and as SARIF for code hosts.
package report

import (
	"cmp"
	"slices"
	"time"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/fix"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Options say how a text is to look. The zero value is 80 columns of ASCII without colour, in UTC.
type Options struct {
	Width int                   // columns; 0 is 80, less than 60 is 60
	Color bool                  // with the terminal's own colours
	UTF8  bool                  // the terminal has more than ASCII
	Zone  *time.Location        // of clock times; nil is UTC
	Fixes map[string][]fix.Text // by the id of the finding
	Past  bool                  // after a first audit: say how to see what past nights would have told
}

// known says whether a day stands for one.
func known(d landed.Day) bool { return d != landed.NoDay && d != 0 }

// order sorts what is reported: critical first, then by rows; what is equal stays as it was.
func order(list []audit.Reported) []audit.Reported {
	out := slices.Clone(list)
	slices.SortStableFunc(out, func(a, b audit.Reported) int {
		return cmp.Or(cmp.Compare(b.Finding.Severity, a.Finding.Severity), cmp.Compare(b.Finding.Rows, a.Finding.Rows))
	})
	return out
}

// sections are the findings of an audit, by what a reader does with them.
type sections struct {
	news, still, info, gone []audit.Reported
}

func divide(list []audit.Reported) sections {
	var s sections
	for _, r := range order(list) {
		switch {
		case r.Status == incident.Baseline:
		case r.Change == incident.Resolved:
			s.gone = append(s.gone, r)
		case !news(r) || handled(r):
			s.still = append(s.still, r)
		case r.Finding.Severity == finding.Info:
			s.info = append(s.info, r)
		default:
			s.news = append(s.news, r)
		}
	}
	return s
}

// news says whether a finding says something that the audit before did not.
func news(r audit.Reported) bool {
	return r.Change == incident.Opened || r.Change == incident.Reopened || r.Change == incident.Worsened
}

// handled says whether somebody has already said something about a finding that asks for silence.
func handled(r audit.Reported) bool {
	return r.Status == incident.Dismissed || r.Status == incident.Expected || r.Status == incident.Snoozed
}

// owner is who a finding belongs to: whom it was assigned to, else whom the plan or the configuration names.
func owner(r audit.Reported) string { return cmp.Or(r.Handling.Owner, r.Finding.Owner) }

// members returns the causes of equal rank: a finding that is no group has one, itself.
func members(f finding.Finding) []finding.Finding {
	for _, m := range f.Members {
		if m.Key() == f.Key() {
			return f.Members
		}
	}
	return append([]finding.Finding{f}, f.Members...)
}
