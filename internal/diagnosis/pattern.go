package diagnosis

import (
	"fmt"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/names"
)

// pairsTitle says of several pairs of names what became of them; alike where one pattern explains them: thirty names
// that lost the same word are one mistake.
func pairsTitle(kind finding.Kind, fs []finding.Finding) string {
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
