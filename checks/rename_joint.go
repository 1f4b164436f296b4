package checks

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// What it takes for several names to explain a change only together.
const (
	jointGain  = .1 // more volume kept than by the best of them alone
	jointBonus = .5 // more in the log-odds than the best of them has alone
	jointLeast = .6 // of the volume kept
	jointPart  = .1 // of the volume that each has at least
	jointMost  = 4  // names
	jointTried = 6  // pairs of one name, the likeliest first
	jointDays  = 3  // how far apart the new names may begin
	jointLink  = .5 // how alike in properties or name each must be to the other side, of what the best of them is
)

// together looks for one event that became several and for several that became one: what each of them keeps of the
// volume is little, and together they keep it, with the properties of all and the people of all.
func (c rename) together(s *scene, all []candidate) []candidate {
	groups := map[string][]int{}
	var order []string
	for i, k := range all {
		for _, g := range []string{"split " + k.oldName, "merge " + k.new.Name} {
			if groups[g] == nil {
				order = append(order, g)
			}
			groups[g] = append(groups[g], i)
		}
	}
	for _, g := range order {
		if len(groups[g]) > 1 {
			c.join(s, all, groups[g], g)
		}
	}
	return all
}

// join finds the names of a group that explain the change best together, and writes that into their pairs.
func (c rename) join(s *scene, all []candidate, group []int, name string) {
	slices.SortStableFunc(group, func(i, j int) int { return cmp.Compare(all[j].alone, all[i].alone) })
	group = group[:min(len(group), jointTried)]
	single := all[group[0]]
	var best []int
	var both joined
	better := func(of []int) {
		if !c.may(all, of) {
			return
		}
		if j := s.joined(all, of); j.l > both.l || best == nil {
			best, both = slices.Clone(of), j
		}
	}
	for i := range group {
		for j := range i {
			better([]int{group[j], group[i]})
		}
	}
	for grown := best != nil; grown && len(best) < jointMost; {
		before := len(best)
		have := slices.Clone(best)
		for _, i := range group {
			if !slices.Contains(have, i) {
				better(append(slices.Clone(have), i))
			}
		}
		grown = len(best) > before
	}
	if best == nil || both.cons < jointLeast || both.cons < single.cons+jointGain || both.l < c.MinScore || both.l < single.alone+jointBonus {
		return
	}
	for _, i := range best {
		k := &all[i]
		if k.joint != "" && k.l >= both.l {
			continue
		}
		k.joint, k.handover, k.l = name, both.handover, both.l
	}
}

// may says whether some pairs can be one change: their new names begin together, each has a part of the volume that
// shows, and each shares something with the other side.
func (c rename) may(all []candidate, of []int) bool {
	first := all[of[0]]
	var lost, link float64
	split := true
	for _, i := range of {
		lost += all[i].lost.Part * all[i].lost.Expected
		link = max(link, max(all[i].props, all[i].name))
		split = split && all[i].oldName == first.oldName
	}
	for _, i := range of {
		k := all[i]
		part := k.lost.Part * k.lost.Expected / lost
		if split {
			part = k.gained / max(1, k.lost.Part*k.lost.Expected)
		}
		if part < jointPart || max(k.new.began()-first.new.began(), first.new.began()-k.new.began()) > jointDays ||
			max(k.props, k.name) < jointLink*link {
			return false
		}
	}
	return true
}

// joined is what several pairs are together.
type joined struct {
	handover
	l float64
}

// joined weighs several pairs as one: what all new names kept of what all old ones lost, the properties of all, the
// people of all.
func (s *scene) joined(all []candidate, of []int) joined {
	var olds, news []observed
	began, end := math.MaxInt, 0
	has := func(list []observed, o observed) bool { return slices.ContainsFunc(list, o.same) }
	one := candidate{}
	n := float64(len(of))
	values := 0.
	for _, i := range of {
		k := all[i]
		if !has(olds, k.old) {
			olds = append(olds, k.old)
		}
		if !has(news, k.new) {
			news = append(news, k.new)
		}
		began, end = min(began, k.new.began()), max(end, k.end)
		one.name, one.slice = one.name+k.name/n, one.slice+k.slice/n
		if k.asOf.alike != 0 || len(k.asOf.columns) > 0 {
			one.asOf.alike += k.asOf.alike
			values++
		}
		if k.users.known {
			one.users.known = true
			one.users.came += k.users.came
		}
	}
	one.asOf.alike /= max(1, values)
	if one.users.came /= float64(len(news)); one.users.came > 1 {
		one.users.came = 1 // who did one of the old ones is counted for each
	}
	one.props, _ = s.sharedProperties(tableNames(olds), tableNames(news))
	one.handover = s.around(s.homeOf(news, began, end), began, end).measure(olds, news)
	return joined{one.handover, one.score(one.cons)}
}

// tableNames are the tables of some events, each once.
func tableNames(obs []observed) []string {
	var out []string
	for _, o := range obs {
		if !slices.Contains(out, o.Table) {
			out = append(out, o.Table)
		}
	}
	slices.SortFunc(out, strings.Compare)
	return out
}

// hopeful is a pair as the best answers would leave it.
func (k candidate) hopeful(s *scene) candidate {
	k.asOf, k.users = s.sameValues(k), userEvidence{known: true, came: 1}
	if len(k.asked(s)) > 0 {
		k.asOf.alike = 1
	}
	k.alone = k.score(k.cons)
	k.l = k.alone
	return k
}
