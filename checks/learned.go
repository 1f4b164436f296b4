package checks

import (
	"sync"

	"github.com/plumbline-audit/plumbline/internal/series"
)

// Learned is what the counts of the sources taught so far. The checks of one night share it, and a replay hands it from
// night to night, so that a walk of a year costs what one look at a year does. It changes no verdict: what does not fit
// the counts any more is learned again. A nil one remembers nothing; it is safe for several goroutines.
type Learned struct {
	mu sync.Mutex
	by map[string]*series.History // by source
}

// NewLearned returns one that knows nothing yet.
func NewLearned() *Learned { return &Learned{by: map[string]*series.History{}} }

// of is series.Learn of the panel of one source.
func (l *Learned) of(source string, p series.Panel, o series.Options) *series.History {
	if l == nil {
		return series.Learn(p, o)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	h := l.by[source].Extend(p, o)
	l.by[source] = h
	return h
}
