package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/connectors"
	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
)

// behindDays is how many days before a finding its statements look back: what was usual.
const behindDays = 28

// Behind is a statement that gives a figure again, ready to paste.
type Behind struct {
	Name string // what it gives
	Days landed.Span
	Text string
}

// Behind returns the statements that give the figures of a finding, those of its members included. They are run by
// whoever reads them: only the catalogue is read here.
func (a *App) Behind(ctx context.Context, r audit.Reported) ([]Behind, error) {
	auditor, job, err := a.Auditor(ctx, Request{})
	if err != nil {
		return nil, err
	}
	requests, err := auditor.Requests(ctx, job)
	if err != nil {
		return nil, err
	}
	var out []Behind
	for _, f := range append([]finding.Finding{r.Finding}, r.Finding.Members...) {
		if f.Subject.Source == "" || !slices.Contains(a.SourceNames(), f.Subject.Source) {
			continue
		}
		list, err := a.warehouse.Behind(ctx, shown(f, requests))
		if err != nil {
			return nil, fmt.Errorf("statements of %s: %w", r.ID, err)
		}
		for _, st := range list {
			if one := (Behind{st.Name, st.Span, st.Text}); !slices.Contains(out, one) {
				out = append(out, one)
			}
		}
	}
	return out, nil
}

// shown is a finding as a warehouse can be asked about it.
func shown(f finding.Finding, requests []landed.Request) connectors.Shown {
	last := max(f.LastSeen, f.Since)
	since := f.Since
	if since == landed.NoDay {
		since = last
	}
	s := connectors.Shown{Source: f.Subject.Source, Call: f.Call, Since: since, Span: landed.Span{First: since - behindDays, Last: last}}
	for _, name := range []string{f.Subject.Event, f.Subject.Related} {
		if name != "" {
			s.Events = append(s.Events, name)
		}
	}
	if f.Slice != nil {
		s.Slice = *f.Slice
	}
	if f.Subject.Property != "" {
		s.Column = plan.ColumnOf(f.Subject.Property)
		s.Table = f.Table[strings.LastIndexByte(f.Table, '.')+1:]
	}
	for _, req := range requests {
		for i, c := range req.Constraints {
			if c.ID == f.Constraint && c.ID != "" {
				s.Rule = &req.Constraints[i]
			}
		}
	}
	return s
}
