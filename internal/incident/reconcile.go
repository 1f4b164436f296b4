package incident

import (
	"cmp"
	"slices"
	"time"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// Remembered is how long a resolved incident is taken up again under its old id when it is found again.
const Remembered = 90 * 24 * time.Hour

// Night is what one audit found, and what it could have found.
type Night struct {
	Workspace string
	// Found is what diagnosis left. Of two findings with the same own key only the louder counts.
	Found []finding.Finding
	// Unreported was found too, but is not for this audit to report (--check): incidents of it, and those it
	// explains, are Unseen.
	Unreported []finding.Finding
	// Seen says what could have been found; nil: nothing could.
	Seen Seen
	// Last is the judged day of each audited source.
	Last map[string]landed.Day
	// First has the sources that were never audited before: their old debt is baseline.
	First map[string]bool
	Now   time.Time
}

// Reconcile says what has become of every finding and of every standing incident: each appears in exactly one change,
// findings first and in their order, then the incidents without a finding, the oldest first. Incidents that were
// resolved long ago stay out.
//
// A finding belongs to the incident it shares a member with: an incident goes to the finding that holds its own Key,
// else to the one that holds the earliest of its members. Where several incidents meet in one finding, the oldest that
// stands keeps its id and the others are Merged into it; where one splits, the part with its Key keeps the id.
//
// Without a finding, an incident is Merged when a finding explains it, Resolved only when Seen says that it would
// have been found and the judged day is later than its LastDay, and otherwise Unseen and unchanged. A resolved incident
// that is found again within Remembered is Reopened. Known is not changed.
func Reconcile(known []Incident, night Night) []Change {
	r := reconciler{
		night: night, known: slices.Clone(known),
		taken: make(map[string]finding.Key, len(known)), told: make(map[finding.Key]bool, len(known)),
	}
	slices.SortStableFunc(r.known, compareAge)
	for _, i := range r.known {
		r.taken[i.ID] = i.Key
		for _, k := range i.Keys {
			r.told[k] = r.told[k] || i.Standing()
		}
	}
	r.night.Found = loudest(night.Found)
	r.match()
	changes := r.findings()
	return append(changes, r.rest()...)
}

func compareAge(a, b Incident) int {
	return cmp.Or(a.Opened.Compare(b.Opened), cmp.Compare(a.ID, b.ID))
}

// loudest keeps one finding of each own key, in the place of the first.
func loudest(found []finding.Finding) []finding.Finding {
	at := make(map[finding.Key]int, len(found))
	var out []finding.Finding
	for _, f := range found {
		i, twice := at[f.Key()]
		switch {
		case !twice:
			at[f.Key()] = len(out)
			out = append(out, f)
		case cmp.Or(cmp.Compare(f.Severity, out[i].Severity), cmp.Compare(f.Rows, out[i].Rows)) > 0:
			out[i] = f
		}
	}
	return out
}

type reconciler struct {
	night Night
	known []Incident             // the oldest first
	taken map[string]finding.Key // ids, and whose they are
	// joined has for each finding the incidents that meet in it, as indexes into known; the survivor is the first.
	joined [][]int
	// heir is the key of the incident that each finding belongs to.
	heir []finding.Key
	// met has the incidents that have a finding.
	met map[int]bool
	// told has the members of all standing incidents.
	told map[finding.Key]bool
}

// match sends every incident to at most one finding and picks the survivor where several meet.
func (r *reconciler) match() {
	own := make(map[finding.Key]int)    // own key → finding
	member := make(map[finding.Key]int) // any key → the first finding that has it
	for n, f := range r.night.Found {
		own[f.Key()] = n
		for _, k := range f.Keys() {
			if _, held := member[k]; !held {
				member[k] = n
			}
		}
	}
	r.joined = make([][]int, len(r.night.Found))
	r.met = make(map[int]bool)
	for n, i := range r.known {
		if !i.Standing() && r.night.Now.Sub(i.Closed) > Remembered {
			continue
		}
		if f, ok := choose(i, own, member); ok {
			r.joined[f] = append(r.joined[f], n)
			r.met[n] = true
		}
	}
	r.heir = make([]finding.Key, len(r.night.Found))
	for n, f := range r.night.Found {
		slices.SortStableFunc(r.joined[n], func(a, b int) int {
			return standingFirst(r.known[a], r.known[b])
		})
		r.heir[n] = f.Key()
		if len(r.joined[n]) > 0 {
			r.heir[n] = r.known[r.joined[n][0]].Key
		}
	}
}

func standingFirst(a, b Incident) int {
	switch {
	case a.Standing() == b.Standing():
		return 0
	case a.Standing():
		return -1
	}
	return 1
}

// choose finds the finding an incident goes to: by its own key first, then by its members in the order they joined;
// a finding's own key counts before a member's.
func choose(i Incident, own, member map[finding.Key]int) (int, bool) {
	keys := slices.Concat([]finding.Key{i.Key}, i.Keys)
	for _, by := range []map[finding.Key]int{own, member} {
		if f, ok := by[i.Key]; ok {
			return f, true
		}
	}
	for _, by := range []map[finding.Key]int{own, member} {
		for _, k := range keys {
			if f, ok := by[k]; ok {
				return f, true
			}
		}
	}
	return 0, false
}

// findings makes the change of every finding, and of the incidents that were swallowed by joining one.
func (r *reconciler) findings() []Change {
	var changes, merged []Change
	for n, f := range r.night.Found {
		if len(r.joined[n]) == 0 {
			changes = append(changes, r.open(f))
			continue
		}
		changes = append(changes, r.carryOn(r.known[r.joined[n][0]], n))
		for _, other := range r.joined[n][1:] {
			if i := r.known[other]; i.Standing() {
				i.Into = r.heir[n]
				merged = append(merged, Change{Kind: Merged, Incident: i})
			}
		}
	}
	return append(changes, merged...)
}

func (r *reconciler) open(f finding.Finding) Change {
	key := f.Key()
	day := r.night.judged(f, landed.NoDay)
	return Change{Kind: Opened, Incident: Incident{
		ID: r.id(key), Key: key, Keys: f.Keys(), Finding: f,
		Opened: r.night.Now, LastSeen: r.night.Now, LastDay: day,
		Baseline: r.night.baseline(f), Mark: markOf(f, day),
	}}
}

// id is the shortest free name of at least six characters; the same key always gets the same where it is free.
func (r *reconciler) id(k finding.Key) string {
	for n := 6; ; n++ {
		id := finding.ID(r.night.Workspace, k, n)
		if holder, used := r.taken[id]; !used || holder == k || n > 32 {
			r.taken[id] = k
			return id
		}
	}
}

// carryOn lets a known incident continue in finding n.
func (r *reconciler) carryOn(i Incident, n int) Change {
	f := r.night.Found[n]
	day := r.night.judged(f, i.LastDay)
	c := Change{Kind: Continued}
	switch {
	case !i.Standing():
		c.Kind = Reopened
		i.Again = r.night.Now
		i.Before = times(i)
		i.Mark = markOf(f, day)
		i.Baseline = i.Baseline && f.Since <= landed.DayOf(i.Opened)
	default:
		if mark, worse := i.worse(f, day, r.told); worse {
			c.Kind = Worsened
			i.Mark = mark
			i.Baseline = false // old debt that grows is news
		}
	}
	i.Keys = r.members(i, n)
	i.Finding = f
	i.LastSeen = r.night.Now
	i.LastDay = day
	i.Closed = time.Time{}
	i.Into = ""
	c.Incident = i
	return c
}

// mostTimes is how many earlier times of an incident are kept.
const mostTimes = 8

// times is when an incident that comes again has gone on so far.
func times(i Incident) []landed.Span {
	out := slices.Clone(i.Before)
	if i.Finding.Since != landed.NoDay && i.LastDay >= i.Finding.Since {
		out = append(out, landed.Span{First: i.Finding.Since, Last: i.LastDay})
	}
	return out[max(0, len(out)-mostTimes):]
}

// members are the keys an incident has had, less those that now stand in another finding, and those of finding n.
func (r *reconciler) members(i Incident, n int) []finding.Key {
	elsewhere := make(map[finding.Key]bool)
	for m, f := range r.night.Found {
		if m != n {
			for _, k := range f.Keys() {
				elsewhere[k] = true
			}
		}
	}
	var out []finding.Key
	add := func(k finding.Key) {
		if !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	add(i.Key)
	for _, k := range i.Keys {
		if !elsewhere[k] {
			add(k)
		}
	}
	for _, k := range r.night.Found[n].Keys() {
		add(k)
	}
	return out
}

// rest makes the changes of the standing incidents that have no finding.
func (r *reconciler) rest() []Change {
	causes := make(map[finding.Key][]finding.Key) // symptom → the incidents that explain it
	for n, f := range r.night.Found {
		for _, k := range f.Explains {
			causes[k] = append(causes[k], r.heir[n])
		}
	}
	hidden := make(map[finding.Key]bool)
	for _, f := range r.night.Unreported {
		for _, k := range slices.Concat(f.Keys(), f.Explains) {
			hidden[k] = true
		}
	}
	w := without{r: r, causes: causes, hidden: hidden, at: make(map[finding.Key]int), done: make(map[int]Change)}
	for n, i := range r.known {
		if !r.met[n] && i.Standing() {
			w.at[i.Key] = n
		}
	}
	var changes []Change
	for n, i := range r.known {
		if !r.met[n] && i.Standing() {
			changes = append(changes, w.change(n))
		}
	}
	return changes
}

// without decides about standing incidents that no finding belongs to.
type without struct {
	r      *reconciler
	causes map[finding.Key][]finding.Key
	hidden map[finding.Key]bool
	at     map[finding.Key]int // where in known each of them stands
	done   map[int]Change
}

func (w without) change(n int) Change {
	if c, ok := w.done[n]; ok {
		return c
	}
	i := w.r.known[n]
	w.done[n] = Change{Kind: Resolved, Incident: i} // while its cause is asked: should they go in a circle, neither holds the other
	c := w.decide(i)
	w.done[n] = c
	return c
}

func (w without) decide(i Incident) Change {
	keys := slices.Concat([]finding.Key{i.Key}, i.Keys)
	for _, k := range keys {
		for _, cause := range w.causes[k] {
			if cause != i.Key {
				i.Into = cause
				return Change{Kind: Merged, Incident: i}
			}
		}
	}
	unseen := slices.ContainsFunc(keys, func(k finding.Key) bool { return w.hidden[k] }) || !w.r.night.looked(i)
	if cause, waits := w.at[i.Into]; waits && !unseen {
		// What was swallowed may be missing because its cause still holds it.
		unseen = w.change(cause).Kind == Unseen
	}
	if unseen {
		return Change{Kind: Unseen, Incident: i}
	}
	i.Closed = w.r.night.Now
	i.Finding.Ongoing = false
	return Change{Kind: Resolved, Incident: i}
}
