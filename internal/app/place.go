package app

import (
	"os"
	"path/filepath"
	"slices"

	"github.com/plumbline-audit/plumbline/checks"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/plan"
	"github.com/plumbline-audit/plumbline/internal/report"
)

// Place is where a finding is shown in the files that people keep: at the event or the property in the plan, at the
// head of the plan where it is not planned, in the configuration where there is no plan file.
func (a *App) Place(f finding.Finding) report.Place {
	source := f.Subject.Source
	if source == "" && len(f.Sources) > 0 {
		source = f.Sources[0]
	}
	root := a.root()
	if p := a.planOf(source); p != nil {
		if at, ok := planned(p.plan, f.Subject); ok {
			if file, ok := below(root, at.File); ok {
				return report.Place{File: file, Line: at.Line, Col: at.Col}
			}
		}
		if info, err := os.Stat(p.file); err == nil && info.Mode().IsRegular() {
			if file, ok := below(root, p.file); ok {
				return report.Place{File: file}
			}
		}
	}
	if a.Config.File == "" {
		return report.Place{}
	}
	if file, ok := below(root, a.Config.File); ok {
		return report.Place{File: file}
	}
	return report.Place{File: filepath.ToSlash(a.Config.File)}
}

// planned finds what a finding is about in a plan: of a pair the name that is planned, and of an event its property.
func planned(p *plan.Plan, s finding.Subject) (plan.Pos, bool) {
	for _, name := range []string{s.Event, s.Related} {
		for _, e := range p.Events {
			if name == "" || e.Name != name || e.Pos.File == "" {
				continue
			}
			at := slices.IndexFunc(e.Properties, func(x plan.Property) bool { return x.Name == s.Property })
			if at >= 0 && e.Properties[at].Pos.File != "" {
				return e.Properties[at].Pos, true
			}
			return e.Pos, true
		}
	}
	return plan.Pos{}, false
}

// root is the folder that a code host shows: that of the clone which holds the configuration, else the
// configuration's own.
func (a *App) root() string {
	dir, err := filepath.Abs(a.Config.Dir)
	if err != nil {
		return a.Config.Dir
	}
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Stat(filepath.Join(at, ".git")); err == nil {
			return at
		}
		if at == filepath.Dir(at) {
			return dir
		}
	}
}

// below names a file from the root on, with slashes; false where it does not lie below it.
func below(root, file string) (string, bool) {
	abs, err := filepath.Abs(file)
	if err != nil {
		return "", false
	}
	rel, err := filepath.Rel(root, abs)
	if err != nil || !filepath.IsLocal(rel) {
		return "", false
	}
	return filepath.ToSlash(rel), true
}

// PageOf is the page of this project's documentation that describes a kind of finding.
func PageOf(k finding.Kind) string {
	page := "README"
	for _, e := range checks.Catalogue() {
		if e.ID == string(k) || page == "README" && slices.Contains(e.Kinds, k) {
			page = e.ID
		}
	}
	return "docs/checks/" + page + ".md"
}
