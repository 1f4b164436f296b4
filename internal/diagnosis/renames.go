package diagnosis

import (
	"fmt"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// jointTitle says of several pairs that one event became several, or several became one; false where each is its own.
func jointTitle(fs []finding.Finding) (string, bool) {
	var olds, news []string
	for _, f := range fs {
		olds, news = addName(olds, f.Subject.Event), addName(news, f.Subject.Related)
	}
	switch {
	case len(olds) == 1 && len(news) <= 3:
		return olds[0] + " is now sent as " + words.And(news), true
	case len(olds) == 1:
		return fmt.Sprintf("%s is now sent under %d names", olds[0], len(news)), true
	case len(news) == 1 && len(olds) <= 3:
		return words.And(olds) + " are now sent as " + news[0], true
	case len(news) == 1:
		return fmt.Sprintf("%d events are now sent as %s", len(olds), news[0]), true
	}
	return "", false
}
