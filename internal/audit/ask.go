package audit

import (
	"context"
	"fmt"
	"log/slog"
	"slices"

	"github.com/plumbline-audit/plumbline/checks"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// ask puts the checks' questions, all together and once.
func (r *run) ask(ctx context.Context, inputs []checks.Input) {
	var qs []landed.Question
	add := func(more []landed.Question) {
		for _, x := range more {
			if !slices.Contains(qs, x) {
				qs = append(qs, x)
			}
		}
	}
	for _, in := range inputs {
		for _, c := range r.job.Checks.Sources {
			if q, ok := c.(checks.Inquirer); ok {
				add(q.Questions(in))
			}
		}
	}
	for _, c := range r.job.Checks.All {
		if q, ok := c.(checks.WorkspaceInquirer); ok {
			add(q.QuestionsAll(inputs))
		}
	}
	if len(qs) == 0 {
		return
	}
	answers := r.answers(ctx, qs)
	for i := range inputs {
		inputs[i].Answers = answers
	}
}

// answers asks the warehouse. What could not be answered stays unknown and is said in the log: findings are true
// without it, only poorer.
func (r *run) answers(ctx context.Context, qs []landed.Question) landed.Answers {
	answers, err := r.Warehouse.Ask(ctx, qs)
	if err != nil {
		r.Log.WarnContext(ctx, "questions not answered", "questions", len(qs), "error", err)
	}
	for q, g := range answers.Failed {
		level := slog.LevelWarn
		if g.Always {
			level = slog.LevelDebug
		}
		r.Log.Log(ctx, level, "question not answered", "question", fmt.Sprintf("%T", q), "why", g.Why)
	}
	r.header.Cost = r.header.Cost.Add(answers.Cost)
	return answers
}
