package checks

import (
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// People are followed over windows of four weeks at most, of a week at least.
const (
	peopleDays  = 28
	fewestDays  = 7
	fewPeople   = 20  // who do the one thing or the other; fewer say nothing
	hardlyAgain = .05 // how much oftener than anybody those who do the older one come back to it, at the least
)

// userEvidence is whether the people who do the new thing are those who did the old one.
type userEvidence struct {
	known       bool
	came        float64 // 0..1: as many came over as usually come back
	back, again float64 // of who does the new one, who did the old one before; of who did the old one, who had done it before
}

// people asks how many of those who do the new one did the old one, and how many usually come back to it.
func (k candidate) people(in Input) landed.Question {
	day := in.history().First + landed.Day(k.new.began())
	// Twice the window lies before the new name: where the history is young, the windows are shorter.
	days := min(peopleDays, max(fewestDays, int(day-in.Landed.Begins())/2))
	return landed.Switched{Source: in.Landed.Source.Name, Before: k.oldName, After: k.new.Name, Day: day, Days: days}
}

// samePeople weighs the answer. An event that people do once in their life (Signed Up) has hardly anybody who comes back,
// under any name: that nobody came over says something only against how many usually do.
func (k candidate) samePeople(in Input) userEvidence {
	a := in.Answers.Values[k.people(in)]
	if len(a) == 0 || len(a[0].N) < 8 {
		return userEvidence{}
	}
	n := a[0].N
	did, came, does, did2, active, activeDid := n[0], n[2], n[3], n[5], n[6], n[7]
	if did < fewPeople || does < fewPeople || active == 0 {
		return userEvidence{}
	}
	u := userEvidence{back: came / does, again: did2 / did}
	chance := activeDid / active
	if u.again-chance <= hardlyAgain {
		return userEvidence{}
	}
	u.known = true
	u.came = min(1, max(0, (u.back-chance)/(u.again-chance)))
	return u
}
