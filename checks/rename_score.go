package checks

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

// doubtful is the least that answers can leave of a pair that would be l at best.
func (k candidate) doubtful(s *scene, l float64) float64 {
	l -= usersWeight
	if len(k.asked(s)) > 0 {
		l -= 2 * valueWeight
	}
	return l
}
