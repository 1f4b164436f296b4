package checks

import (
	"slices"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// What makes belated rows more than stragglers: so many beyond the usual, and so large a part of the rows in time.
const (
	belatedRows       = 30
	belatedShare      = .05 // of a source
	belatedEventRows  = 20
	belatedEventShare = .25 // of one event
	belatedHabit      = .2  // usual share of belated rows from which being late is how an event is sent
	belatedTimely     = .3  // of a usual day, in time, below which the late rows may be the day's own
	usualBelatedPart  = .9  // of the days have no larger share than the usual one
)

// floods are the rows of a source that happened on earlier days than they were received on, beyond what is usual: a
// replay, an import, phones that empty their queues. They say nothing of how often anything happens now.
type floods struct {
	span   landed.Span // of every list: the history
	extra  [][]float64 // by event of the snapshot, day; nil: none
	source []float64   // by day, those of all events together
	whole  []bool      // by day: so many of the source that it is the source's
	single [][]bool    // by event, day: so many of the event
}

// floodsOf finds them. What is always late, such as the nightly export of a shop, is no flood.
func floodsOf(in Input) floods {
	f := floods{span: in.history(), extra: make([][]float64, len(in.Landed.Events)), single: make([][]bool, len(in.Landed.Events))}
	n := max(0, f.span.Len())
	f.source, f.whole = make([]float64, n), make([]bool, n)
	timely := make([]float64, n)
	for i, e := range in.Landed.Events {
		y := daily(e, n)
		late := make([]float64, n)
		for _, b := range e.Belated {
			if f.span.Has(b.Day) {
				late[b.Day-f.span.First] = float64(b.Rows)
			}
		}
		for d := range y {
			timely[d] += y[d] - late[d]
		}
		usual := usualBelated(y, late)
		if len(e.Belated) == 0 || usual > belatedHabit {
			continue
		}
		f.extra[i], f.single[i] = make([]float64, n), make([]bool, n)
		level := middleDay(y)
		for d := range y {
			f.extra[i][d] = max(0, late[d]-usual/(1-usual)*(y[d]-late[d]))
			if y[d]-late[d] < belatedTimely*level {
				// Nearly all of them: a batch that ran after midnight, or clocks that stand still. Only what is more than
				// usual comes on top.
				f.extra[i][d] = min(f.extra[i][d], max(0, y[d]-level))
			}
			f.single[i][d] = f.extra[i][d] >= max(belatedEventRows, belatedEventShare*(y[d]-late[d]))
			f.source[d] += f.extra[i][d]
		}
	}
	for d := range f.source {
		f.whole[d] = f.source[d] >= max(belatedRows, belatedShare*timely[d])
	}
	return f
}

// middleDay is the median of the days with rows.
func middleDay(y []float64) float64 {
	some := slices.DeleteFunc(slices.Clone(y), func(v float64) bool { return v == 0 })
	if len(some) == 0 {
		return 0
	}
	slices.Sort(some)
	return some[len(some)/2]
}

// usualBelated is the share of belated rows that hardly any day exceeds.
func usualBelated(y, late []float64) float64 {
	var shares []float64
	for d, n := range y {
		if n > 0 {
			shares = append(shares, late[d]/n)
		}
	}
	if len(shares) == 0 {
		return 0
	}
	slices.Sort(shares)
	if middle := shares[len(shares)/2]; middle > belatedHabit {
		return middle
	}
	return min(shares[min(len(shares)-1, int(usualBelatedPart*float64(len(shares))))], belatedHabit)
}

// of is how many rows of an event on a day do not count towards what is usual, nor as a rise.
func (f floods) of(event, day int) float64 {
	if f.extra[event] == nil || !f.whole[day] && !f.single[event][day] {
		return 0
	}
	return f.extra[event][day]
}

// grown are the days of which nobody knows how many events they had in time: loaded long after they ended, or counted to
// more than an earlier audit did.
func grown(in Input) map[landed.Day]bool {
	out := map[landed.Day]bool{}
	for d := range grownLate(in, 24) {
		out[d] = true
	}
	for _, p := range recounted(in, belatedRows, .1) {
		if p.more > 0 {
			out[p.day] = true
		}
	}
	return out
}

// grownLate are the days of a source of which far more than usual landed later than so many hours after they ended: days
// that were replayed or loaded again, and are larger than they were.
func grownLate(in Input, hours int) map[landed.Day]int64 {
	var shares []float64
	late := func(a landed.Arrival) int64 { return a.Rows - a.Hours[hours] }
	for _, a := range in.Landed.Arrivals {
		if a.Rows > 0 && a.Day <= in.Last-2 {
			shares = append(shares, float64(late(a))/float64(a.Rows))
		}
	}
	if len(shares) < 7 {
		return nil
	}
	slices.Sort(shares)
	usual := shares[len(shares)/2]
	out := map[landed.Day]int64{}
	for _, a := range in.Landed.Arrivals {
		if n := late(a); a.Day <= in.Last-2 && float64(n) >= max(belatedRows, (usual+.1)*float64(a.Rows)) {
			out[a.Day] = n
		}
	}
	return out
}
