package app

import (
	"errors"
	"fmt"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/plan"
)

// Plan returns the plan of a source, or the only one there is where none is named.
func (a *App) Plan(source string) (*plan.Plan, error) {
	switch {
	case len(a.plans) == 0:
		return nil, &UsageError{errors.New("the configuration names no plan: set plan: {file: …}, or name the plan's file")}
	case source == "" && len(a.plans) > 1:
		return nil, &UsageError{fmt.Errorf("the configuration names %d plans: choose one with --source, or name its file", len(a.plans))}
	case source == "":
		return a.plans[0].plan, nil
	}
	p := a.planOf(source)
	if p == nil {
		return nil, &UsageError{fmt.Errorf("--source %s: no plan is for this source", source)}
	}
	scoped := *p.plan.In(source)
	if len(p.sources) > 0 && !slices.Contains(scoped.Sources, source) {
		scoped.Sources = p.sources
	}
	scoped.Hash = scoped.ContentHash()
	return &scoped, nil
}
