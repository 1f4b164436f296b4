package simulate

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// builder puts a workspace together.
type builder struct {
	w      *Workspace
	names  *namer
	r      *rand.Rand
	topics int
}

// topics is how many things the events of a plan are about, so that each thing has a few events.
const topics = 85

func newBuilder(w *Workspace) *builder {
	return &builder{w: w, names: newNamer(stream(w.Options.Seed, "names")), r: stream(w.Options.Seed, "changes"), topics: topics}
}

// A change takes an event that has this many rows a day in each of its sources: less often is too seldom to be judged.
const seenOften = 20

// plan makes the planned events.
func (b *builder) plan() {
	r := stream(b.w.Options.Seed, "plan")
	rates := make([]float64, b.w.Options.Events)
	sum := 0.0
	for i := range rates {
		rates[i] = math.Exp(.9 * r.NormFloat64())
		sum += rates[i]
	}
	for i := range rates {
		where := places()[r.IntN(len(places()))]
		p, name := b.names.fresh(b.topics)
		e := b.event(r, p, name, spread(r, rates[i]/sum*b.w.Options.Rows, where))
		b.w.planned = append(b.w.planned, e)
	}
}

// event adds an event with users and properties of its own.
func (b *builder) event(r *rand.Rand, p phrase, name string, rate [sourceCount]float64) *event {
	e := &event{index: len(b.w.streams), phrase: p, rate: rate, oneTime: r.Float64() < oneTimeShare}
	total := 0.0
	for _, n := range rate {
		total += n
	}
	e.crowd = newCrowd(r, total)
	e.names = []*variant{{name: name, props: b.draw(r, p)}}
	b.w.streams = append(b.w.streams, e)
	return e
}

// oneTimeShare is how many events a user does only once.
const oneTimeShare = .2

// release finds a release of the source to change something in: young enough to be news, old enough to be seen.
func (b *builder) release(source int) (int, bool) {
	var fit []int
	for i, r := range b.w.Sources[source].Releases {
		if age := b.w.Options.Days - r.Day; i > 0 && age <= oldest && age >= youngest {
			fit = append(fit, i)
		}
	}
	if len(fit) == 0 {
		return 0, false
	}
	return fit[b.r.IntN(len(fit))], true
}

// A change is between these many days old on the morning of the audit.
const (
	youngest = 3
	oldest   = 34
)

// together finds a release in each of the sources, the others' as close as they come to the first's.
func (b *builder) together(sources []int) (at [sourceCount]int, ok bool) {
	first, ok := b.release(sources[0])
	if !ok {
		return at, false
	}
	day := b.w.Sources[sources[0]].Releases[first].Day
	for _, s := range sources {
		best, gap := 0, math.MaxInt
		for i, r := range b.w.Sources[s].Releases {
			age := b.w.Options.Days - r.Day
			d := max(r.Day-day, day-r.Day)
			if i > 0 && age >= youngest && age <= oldest && d < gap {
				best, gap = i, d
			}
		}
		if best == 0 {
			return at, false
		}
		at[s] = best
	}
	return at, true
}

// pick takes a planned event that no change has yet, in at least so many sources, and the sources of the change: one
// of them or all.
func (b *builder) pick(one bool) (e *event, sources []int, at [sourceCount]int) {
	for bar := float64(seenOften); ; bar *= .999 { // where there are more changes than such events, the next best
		e = b.w.planned[b.r.IntN(len(b.w.planned))]
		sources = e.in()
		if e.used || !one && len(sources) < 2 {
			continue
		}
		if one {
			sources = []int{sources[b.r.IntN(len(sources))]}
		}
		if slices.ContainsFunc(sources, func(s int) bool { return e.rate[s] < bar }) {
			continue
		}
		if at, ok := b.together(sources); ok {
			e.used = true
			return e, sources, at
		}
	}
}

// record writes a change into the truth.
func (b *builder) record(c Change, sources []int, at [sourceCount]int) Change {
	first := time.Time{}
	for _, s := range sources {
		src := b.w.Sources[s]
		c.Sources = append(c.Sources, src.Name)
		if d := b.w.Options.day(src.Releases[at[s]].Day); first.IsZero() || d.Before(first) {
			first = d
		}
	}
	c.Day = first.Format(time.DateOnly)
	c.Age = int(b.w.Options.AsOf.Sub(first).Hours() / 24)
	return c
}

// even spreads n things over kinds by their shares, as evenly as n allows, in random order.
func even(r *rand.Rand, n int, shares []float64) []int {
	out := make([]int, n)
	u := r.Float64()
	for i := range out {
		at, sum := (float64(i)+u)/float64(n), 0.0
		for k, s := range shares {
			if sum += s; at < sum || k == len(shares)-1 {
				out[i] = k
				break
			}
		}
	}
	r.Shuffle(n, func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}
