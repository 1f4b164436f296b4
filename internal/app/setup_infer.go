package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/config"
	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/plan"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// draftName is the file that a draft of a plan is written to, beside the configuration.
const draftName = "tracking-plan.yaml"

// draftPath is where the draft is written; an error where a file is there already.
func draftPath(r SetupRequest) (string, error) {
	path := filepath.Join(filepath.Dir(r.Out), draftName)
	if _, err := os.Lstat(path); err == nil && !r.Force {
		return "", &UsageError{fmt.Errorf("%s is there already: use it with --plan %s, or --force writes over it", path, path)}
	}
	return path, nil
}

// draft makes a plan of what landed, for people to correct. A name that an audit takes for another spelling of an older
// one, or for what it was renamed to, is not planned: a draft must not bless it.
func draft(ctx context.Context, cfg *config.Config, out *Setup, o Options) (_ []byte, err error) {
	o.Memory = true
	a, err := New(cfg, o)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	asOf := ""
	if out.AsOf != landed.NoDay {
		asOf = out.AsOf.String()
	}
	seen, err := a.Audit(ctx, Request{AsOf: asOf})
	if err != nil {
		return nil, err
	}
	p, notes, err := a.InferPlan(ctx, InferRequest{AsOf: asOf, File: draftName})
	if err != nil {
		return nil, err
	}
	older(p, &notes, slices.Concat(seen.Findings, seen.Baseline))
	var b bytes.Buffer
	if err := plan.WriteOwn(&b, p, notes); err != nil {
		return nil, err
	}
	out.Planned, out.Draft = len(p.Events), filepath.Join(filepath.Dir(out.Out), draftName)
	return b.Bytes(), nil
}

// older keeps of several names for one event the one that was there first.
func older(p *plan.Plan, notes *plan.Notes, found []audit.Reported) {
	first := map[string]string{}
	var later []string
	for _, r := range found {
		f := r.Finding
		if (f.Kind == finding.Rename || f.Kind == finding.NearDuplicate) && f.Subject.Related != "" {
			first[f.Subject.Related] = f.Subject.Event
			later = append(later, f.Subject.Related)
		}
	}
	planned := func(name string) int {
		return slices.IndexFunc(p.Events, func(e plan.Event) bool { return e.Call == "track" && e.Name == name })
	}
	out := 0
	for _, name := range later {
		i := planned(name)
		root := name
		for range later { // a name that was renamed twice
			if before, ok := first[root]; ok {
				root = before
			}
		}
		if i < 0 || root == name {
			continue
		}
		out++
		e := p.Events[i]
		p.Events = slices.Delete(p.Events, i, i+1)
		said := notes.Events[e.Key()]
		delete(notes.Events, e.Key())
		for _, x := range e.Properties {
			delete(notes.Properties, plan.PropertyKey{Event: e.Key(), Property: x.Name})
		}
		if planned(root) < 0 {
			e.Name, e.Table = root, ""
			p.Events = append(p.Events, e)
			notes.Events[e.Key()] = said
		}
		key := p.Events[planned(root)].Key()
		notes.Events[key] = append(notes.Events[key], "also sent as "+names.Visible(name)+": not planned, an audit takes it for the same event")
	}
	if out > 0 {
		notes.Head = append(notes.Head, "", words.Many(int64(out), "of these events is", "of these events are")+
			" not planned below: an audit takes them for other names of planned ones.")
	}
	slices.SortStableFunc(p.Events, func(a, b plan.Event) int { return strings.Compare(a.Name, b.Name) })
}
