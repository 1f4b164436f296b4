package diagnosis

import (
	"fmt"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// What it takes to say that an old name is back: on the days since the new one was last sent it has so much of what it had
// before the new one came.
const (
	backAgain  = .5
	beforeDays = 28
)

// Ended says how a finding that is over ended, as a sentence that stands alone; "" where the facts say only that it is no
// longer found. A rename ends when the old name is sent again, which is other news than that nobody sends either of them.
func Ended(f finding.Finding, s landed.Snapshot, last landed.Day) string {
	if !isPair(f) || s.Source.Name != f.Subject.Source {
		return ""
	}
	pairs := f.Members
	if len(pairs) == 0 {
		pairs = []finding.Finding{f}
	}
	if slices.ContainsFunc(pairs, func(p finding.Finding) bool { return !isPair(p) }) {
		return "" // a release that did more than rename
	}
	var olds, news []string
	back := true
	for _, p := range pairs {
		old, new := dailyOf(s, p.Subject.Event), dailyOf(s, p.Subject.Related)
		gone := silentFrom(new, int(last-s.Span.First))
		if gone < 0 {
			return "" // it still comes, and ended otherwise: the plan knows it now, or somebody said that it is right
		}
		back = back && isBack(old, int(p.Since-s.Span.First), gone, int(last-s.Span.First))
		olds, news = addName(olds, p.Subject.Event), addName(news, p.Subject.Related)
	}
	switch {
	case !back && len(news) == 1:
		return news[0] + " is no longer sent, and " + someNames(olds) + " did not come back"
	case !back:
		return someNames(news) + " are no longer sent, and " + someNames(olds) + " did not all come back"
	case len(olds) == 1:
		return olds[0] + " is sent under its name again"
	}
	return someNames(olds) + " are sent under their names again"
}

func addName(list []string, name string) []string {
	name = `"` + shownName(name) + `"`
	if slices.Contains(list, name) {
		return list
	}
	return append(list, name)
}

// someNames names up to three events and counts more.
func someNames(list []string) string {
	if len(list) > 3 {
		return fmt.Sprintf("%d events", len(list))
	}
	return words.And(list)
}

// dailyOf sums the rows a day of a track call by name.
func dailyOf(s landed.Snapshot, name string) []int64 {
	out := make([]int64, s.Span.Len())
	for _, e := range s.Events {
		if e.Name != name || e.Call != landed.Track {
			continue
		}
		for i, n := range e.Daily(len(out)) {
			out[i] += n
		}
	}
	return out
}

// silentFrom is the first day of the silence that the last day is in; -1 where there is none.
func silentFrom(y []int64, last int) int {
	d := min(last, len(y)-1)
	for d >= 0 && y[d] == 0 {
		d--
	}
	if d == min(last, len(y)-1) {
		return -1
	}
	return d + 1
}

// isBack says whether a name has about as many rows a day since day from as in the weeks before day began.
func isBack(y []int64, began, from, last int) bool {
	mean := func(a, b int) float64 {
		a, b = max(0, a), min(b, len(y)-1)
		var sum float64
		for i := a; i <= b; i++ {
			sum += float64(y[i])
		}
		return sum / float64(max(1, b-a+1))
	}
	return mean(from, last) > 0 && mean(from, last) >= backAgain*mean(began-beforeDays, began-1)
}
