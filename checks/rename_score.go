package checks

import (
	"cmp"
	"math"
	"slices"
)

// How much each part of the evidence weighs in the log-odds: hand-rounded from a fit on simulated workspaces.
const (
	scoreBase   = -11.
	nameWeight  = 2.5
	propsWeight = 3.5
	valueWeight = 3.5 // each way
	keptWeight  = 4.
	sliceWeight = 2.
	usersWeight = 2.5
	usersEven   = .3 // the share of people who come over at which they say nothing
)

// score is the log-odds that two names are one event, with volume kept as said: values is 1 where the shared properties
// hold the same, -1 where they do not, 0 where that is not known; what is not known of people says nothing. A pair whose
// older name hardly fell is refused whatever else it has.
func (k candidate) score(cons float64) float64 {
	l := scoreBase + nameWeight*k.name + propsWeight*k.props + valueWeight*k.asOf.alike + keptWeight*cons + sliceWeight*k.slice
	if k.users.known {
		l += usersWeight * (k.users.came - usersEven)
	}
	if k.lost.Z < fellSure || k.lost.Part < leastLost {
		return min(l, -2)
	}
	return l
}

// learn takes in what was answered.
func (k *candidate) learn(s *scene) {
	k.asOf = s.sameValues(*k)
	k.users = k.samePeople(s.in)
	k.alone = k.score(k.cons)
	k.l = k.alone
}

// reach is the best and the worst that answers can make of a pair.
func (k candidate) reach(s *scene) (best, worst float64) {
	k.asOf, k.users = s.sameValues(k), userEvidence{}
	l := k.score(k.cons)
	best, worst = l, l
	if len(k.asked(s)) > 0 {
		best += valueWeight * (1 - k.asOf.alike)
		worst -= valueWeight * (1 + k.asOf.alike)
	}
	return best + usersWeight*(1-usersEven), worst - usersWeight*usersEven
}

// What it takes for several names to explain a change only together.
const (
	jointGain  = .1 // more volume kept than by the best of them
	jointLeast = .6 // and so much of it in all
	jointMost  = 4  // names
)

// together looks for one event that became several and for several that became one: what each of them keeps of the
// volume is little, and together they keep it. Each must be sure enough with that; score says how sure one is with what
// it keeps.
func (c rename) together(s *scene, all []candidate, score func(k candidate, cons float64) float64) []candidate {
	for _, by := range []func(candidate) string{
		func(k candidate) string { return "split " + k.oldName },
		func(k candidate) string { return "merge " + k.new.Name },
	} {
		groups := map[string][]int{}
		var order []string
		for i, k := range all {
			g := by(k)
			if groups[g] == nil {
				order = append(order, g)
			}
			groups[g] = append(groups[g], i)
		}
		for _, g := range order {
			if len(groups[g]) > 1 {
				c.join(s, all, groups[g], g, score)
			}
		}
	}
	return all
}

// join adds to the surest of some pairs those that make it keep more of the volume.
func (c rename) join(s *scene, all []candidate, group []int, name string, score func(k candidate, cons float64) float64) {
	slices.SortStableFunc(group, func(i, j int) int {
		return cmp.Compare(score(all[j], all[j].cons), score(all[i], all[i].cons))
	})
	chosen, both := group[:1:1], all[group[0]].handover
	for _, i := range group[1:min(len(group), 2*jointMost)] {
		if len(chosen) == jointMost || abs(all[i].new.began()-all[group[0]].new.began()) > jointDays {
			continue
		}
		if more := s.handoverOf(all, append(slices.Clip(chosen), i)); more.cons >= both.cons+jointGain {
			chosen, both = append(slices.Clip(chosen), i), more
		}
	}
	if len(chosen) < 2 || both.cons < jointLeast {
		return
	}
	for _, i := range chosen {
		if score(all[i], both.cons) < c.MinScore {
			return
		}
	}
	for _, i := range chosen {
		k := &all[i]
		if k.joint != "" && k.cons >= both.cons {
			continue
		}
		k.best += keptWeight * (both.cons - k.cons)
		k.worst += keptWeight * (both.cons - k.cons)
		k.joint, k.handover, k.l = name, both, k.score(both.cons)
	}
}

// jointDays is how many days apart the new names of one event may begin.
const jointDays = 3

func abs(n int) int { return max(n, -n) }

// handoverOf is what the older names of some pairs lost, and how much of it their new names kept.
func (s *scene) handoverOf(all []candidate, of []int) handover {
	var olds, news []observed
	began, end := math.MaxInt, 0
	has := func(list []observed, o observed) bool {
		return slices.ContainsFunc(list, func(x observed) bool { return x.Name == o.Name })
	}
	for _, i := range of {
		k := all[i]
		if !has(olds, k.old) {
			olds = append(olds, k.old)
		}
		if !has(news, k.new) {
			news = append(news, k.new)
		}
		began, end = min(began, k.new.began()), max(end, k.end)
	}
	return s.around(s.homeOf(news, began, end), began, end).measure(olds, news)
}
