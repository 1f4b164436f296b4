package diagnosis

import (
	"fmt"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/names"
)

// pairsTitle says of several pairs of names what became of them; alike where one pattern explains them: thirty names
// that lost the same word are one mistake.
func pairsTitle(kind finding.Kind, fs []finding.Finding) string {
	if together, ok := jointTitle(fs); kind == finding.Rename && ok {
		return together
	}
	list := make([][2]string, 0, len(fs))
	for _, f := range fs {
		list = append(list, [2]string{f.Subject.Event, f.Subject.Related})
	}
	how := names.Change(list)
	switch {
	case kind == finding.Rename && how == "":
		return fmt.Sprintf("%d events are now sent under other names", len(fs))
	case kind == finding.Rename:
		return fmt.Sprintf("%d events are now sent %s", len(fs), how)
	case how == "":
		return fmt.Sprintf("%d new names are other spellings of known events", len(fs))
	}
	return fmt.Sprintf("%d new names are known events %s", len(fs), how)
}

// twinNames is a property and its other names, for telling whether two events have the same ones. What was so before the
// history began is kept apart from what came later: the one is known debt, the other news.
func twinNames(f finding.Finding) string {
	second := secondNames(f)
	slices.Sort(second)
	since := "later"
	if f.Older {
		since = "older"
	}
	return strings.Join(append(second, f.Subject.Property, since), "\x00")
}

// twinsTitle says of which events one property has other names.
func twinsTitle(fs []finding.Finding) string {
	second := secondNames(fs[0])
	as := fmt.Sprintf("under %d other names", len(second))
	if len(second) == 1 {
		as = "as " + shownName(second[0])
	}
	return fmt.Sprintf("%s of %d events is also sent %s", shownName(fs[0].Subject.Property), len(fs), as)
}
