package app

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Standing is how a workspace stands: what was audited last, what is open, and which messages have not arrived.
type Standing struct {
	Workspace string
	State     string // where it is kept
	None      bool   // there is no state yet: nothing was audited
	Last      *audit.Header
	Judged    map[string]landed.Day // by source: the last judged day
	Findings  []audit.Reported      // all that stand, the baseline included
	Messages  []Undelivered         // those that wait, and those that were given up
	Expected  int                   // expectations that are not over
}

// Undelivered is a message that has not arrived.
type Undelivered struct {
	Route    string
	Findings []string // ids
	Attempts int
	Retry    time.Time // not before; zero: when it is due
	Problem  string    // why the last attempt failed
	GivenUp  bool      // it will not be tried again by itself
}

// Standing reads how the workspace stands. It makes no state where there is none.
func (a *App) Standing(ctx context.Context) (Standing, error) {
	out := Standing{Workspace: a.Config.Workspace, State: string(a.Config.State)}
	if path := strings.TrimPrefix(a.Config.State.Rest(), "//"); a.Config.State.Scheme() == "sqlite" && a.store == nil {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			out.None = true
			return out, nil
		}
	}
	store, err := a.Store(ctx)
	if err != nil {
		return out, err
	}
	last, ok, err := store.LastAudit(ctx)
	if err != nil {
		return out, err
	}
	if ok {
		out.Last = &last
	}
	mem, err := store.Load(ctx, nil, 1)
	if err != nil {
		return out, err
	}
	out.Judged = mem.Audited
	all := []incident.Status{incident.Open, incident.Acknowledged, incident.Snoozed, incident.Expected, incident.Dismissed, incident.Baseline}
	var f Filter
	for _, s := range all {
		f.Statuses = append(f.Statuses, string(s))
	}
	if out.Findings, err = a.Findings(ctx, f); err != nil {
		return out, err
	}
	waiting, err := store.Waiting(ctx)
	if err != nil {
		return out, err
	}
	for _, m := range waiting {
		out.Messages = append(out.Messages, Undelivered{m.Route, m.Incidents, m.Attempts, m.Retry, m.Problem, m.GivenUp})
	}
	expected, err := a.Expectations(ctx)
	for _, e := range expected {
		if !e.Over {
			out.Expected++
		}
	}
	return out, err
}
