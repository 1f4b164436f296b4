package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/plumbline-audit/plumbline/tools/eval/figures"
)

// told is what a report says of one finding.
type told struct {
	Kind, Severity, Status, Event, Property, Since, Title string
	Slice                                                 *struct {
		AppVersion string `json:"app_version"`
		Platform   string
		Library    string
		Page       string
	}
	Members []struct{ Kind, Event, Property, Since string }
}

// audited is how a simulated workspace was judged.
type audited struct {
	faults, found, dated, placed, sliced int
	missed                               []string
	alarms                               []string // of what is not broken
}

// audit writes a workspace, runs the program over it as its users do, and holds the report against what is broken.
func audit(program string, seed uint64, third int, broken bool) (audited, error) {
	var a audited
	dir, err := os.MkdirTemp("", "drift")
	if err != nil {
		return a, fmt.Errorf("make a folder for the simulated workspace: %w", err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	w := newWorkspace(rand.New(rand.NewPCG(seed, 99)), third)
	if err := w.write(dir, seed, broken); err != nil {
		return a, err
	}
	text, err := figures.Run(program, dir, "audit", "-c", filepath.Join(dir, "plumbline.yaml"), "--as-of", asOf, "--format", "json")
	if err != nil {
		return a, err
	}
	var report struct{ Findings []told }
	if err := json.Unmarshal(text, &report); err != nil {
		return a, fmt.Errorf("read the report: %w", err)
	}
	if broken {
		a.faults = len(w.faults)
		for _, f := range w.faults {
			a.hold(f, report.Findings)
		}
	}
	for _, f := range report.Findings {
		if f.Severity == "info" || f.Status == "baseline" && broken {
			continue
		}
		if !broken || !slices.ContainsFunc(w.faults, func(x fault) bool { return x.event == f.Event && f.fits(x) }) {
			a.alarms = append(a.alarms, f.Kind+": "+f.Title)
		}
	}
	return a, nil
}

// fits says whether a finding, or a member of it, tells of a fault.
func (t told) fits(f fault) bool {
	if t.Event == f.event && t.Property == f.property && slices.Contains(f.kinds, t.Kind) {
		return true
	}
	for _, m := range t.Members {
		if m.Event == f.event && m.Property == f.property && slices.Contains(f.kinds, m.Kind) {
			return true
		}
	}
	return false
}

// sinceOf is since when a fault is told: of several that are told together each has its own day.
func (t told) sinceOf(f fault) string {
	for _, m := range t.Members {
		if m.Event == f.event && m.Property == f.property {
			return m.Since
		}
	}
	return t.Since
}

func (a *audited) hold(f fault, list []told) {
	if f.version != "" || f.page != "" {
		a.sliced++
	}
	i := slices.IndexFunc(list, func(t told) bool { return t.fits(f) })
	if i < 0 {
		a.missed = append(a.missed, f.name)
		return
	}
	a.found++
	end, _ := time.Parse(time.DateOnly, asOf) // a constant of this package
	want, since := end.AddDate(0, 0, f.start-workspaceDays).Format(time.DateOnly), list[i].sinceOf(f)
	if since == want {
		a.dated++
	} else {
		a.missed = append(a.missed, fmt.Sprintf("%s: since %s, not %s", f.name, want, since))
	}
	if f.version == "" && f.page == "" {
		return
	}
	s := list[i].Slice
	// Each system has a library of its own here: either names it.
	system := s != nil && (s.Platform == f.os && s.Library == "" || f.os == "ios" && s.Platform == "" && s.Library == "analytics-swift")
	if system && s.AppVersion == f.version && s.Page == f.page {
		a.placed++
	} else {
		a.missed = append(a.missed, fmt.Sprintf("%s: in %+v", f.name, s))
	}
}
