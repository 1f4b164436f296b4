package app

import (
	"fmt"

	"github.com/plumbline-audit/plumbline/checks"
	"github.com/plumbline-audit/plumbline/config"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/lint"
	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/plan"
)

// Linted is what plans were found to hold.
type Linted struct {
	Files    []string
	Events   int
	Problems []lint.Problem
}

// Lint judges the plans of the configuration. The convention is a word that names.ParseConvention
// takes; "" is the one under checks: naming-convention, and where there is none, what most names of the plan follow.
func (a *App) Lint(convention string) (Linted, error) {
	o, err := lintOptions(a.Config, convention)
	if err != nil {
		return Linted{}, err
	}
	var out Linted
	for _, p := range a.plans {
		if err := out.add(p.file, o); err != nil {
			return Linted{}, err
		}
	}
	return out, nil
}

// LintFile judges one plan, which the configuration need not name; without a configuration it may be nil.
func LintFile(c *config.Config, file, convention string) (Linted, error) {
	o, err := lintOptions(c, convention)
	if err != nil {
		return Linted{}, err
	}
	var out Linted
	err = out.add(file, o)
	return out, err
}

// add judges a plan's files, which say more than the plan that is made of them.
func (l *Linted) add(file string, o lint.Options) error {
	r, err := plan.ReadFiles(file)
	if err != nil {
		return &UsageError{err}
	}
	o.Doubts = r.Doubts
	l.Files = append(l.Files, file)
	l.Events += len(r.Plan.Events)
	l.Problems = append(l.Problems, lint.Plan(r.Plan, o)...)
	return nil
}

func lintOptions(c *config.Config, convention string) (lint.Options, error) {
	var o lint.Options
	if c != nil {
		o.Warehouse = c.Warehouse.URL.Scheme()
		asked, err := checks.EventConvention(c.Check(string(finding.NamingConvention)))
		if err != nil {
			return o, &UsageError{err}
		}
		o.Convention = asked
	}
	if convention != "" {
		asked, err := names.ParseConvention(convention)
		if err != nil {
			return o, &UsageError{fmt.Errorf("--convention: %w", err)}
		}
		o.Convention = &asked
	}
	return o, nil
}
