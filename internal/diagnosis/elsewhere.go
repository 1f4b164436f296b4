package diagnosis

import (
	"slices"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// recentDays is how long ago an event may have landed last and still be sent.
const recentDays = 7

// elsewhere adds to a rename which other sources go on sending the old name: whoever reads those has nothing to do.
func elsewhere(fs []finding.Finding, all []landed.Snapshot) []finding.Finding {
	renamed := map[finding.Subject]bool{}
	for _, f := range fs {
		if f.Kind == finding.Rename {
			renamed[finding.Subject{Source: f.Subject.Source, Event: f.Subject.Event}] = true
		}
	}
	for i, f := range fs {
		if f.Kind != finding.Rename {
			continue
		}
		var others []string
		for _, s := range all {
			name := s.Source.Name
			if name != f.Subject.Source && !renamed[finding.Subject{Source: name, Event: f.Subject.Event}] && stillSends(s, f.Subject.Event) {
				others = append(others, words.Safe(name))
			}
		}
		if len(others) > 0 {
			slices.Sort(others)
			verb := " sends it as before"
			if len(others) > 1 {
				verb = " send it as before"
			}
			fs[i].Evidence = append(slices.Clone(f.Evidence), finding.Evidence{Label: "elsewhere", Value: andFew(others) + verb})
		}
	}
	return fs
}

// andFew joins names as a sentence does, and counts what is too much for one.
func andFew(list []string) string {
	if len(list) > 5 {
		return words.And(append(slices.Clone(list[:4]), words.Many(int64(len(list)-4), "source", "more sources")))
	}
	return words.And(list)
}

// stillSends says whether a source has sent a tracked event lately.
func stillSends(s landed.Snapshot, event string) bool {
	for _, e := range s.Events {
		if e.Name != event || e.Call != landed.Track {
			continue
		}
		daily := e.Daily(s.Span.Len())
		if slices.ContainsFunc(daily[max(0, len(daily)-recentDays):], func(n int64) bool { return n > 0 }) {
			return true
		}
	}
	return false
}
