package series

import "slices"

// Extend is Learn for a panel that goes on where h ended: what the days they share taught is taken over, so that a walk
// of many nights costs what one does. Where the panels have nothing in common, and for a nil h, it learns anew.
func (h *History) Extend(p Panel, o Options) *History {
	next := newHistory(p, o)
	keep := 0
	if h != nil {
		keep = h.shared(next)
		if h.days == next.days && keep == next.days && h.o == next.o {
			return h
		}
	}
	if len(p.Series) > 1 {
		var sum *History
		if keep > 0 {
			sum = h.sum
		}
		next.sum = sum.Extend(p.Total(""), o)
	}
	if keep > next.start {
		next.take(h, keep)
	}
	for t := max(next.start, keep); t < next.days; t++ {
		next.learn(t)
	}
	for i := range next.y {
		next.smooth(i, keep)
	}
	return next
}

// shared is how many leading days both panels have and learn the same from.
func (h *History) shared(next *History) int {
	then, now := h.o, next.o
	then.Complete, then.Spread, now.Complete, now.Spread = 0, 0, 0, 0
	if then != now || h.first != next.first || len(h.y) != len(next.y) || h.start != next.start ||
		!slices.Equal(h.names, next.names) || !slices.Equal(h.seen, next.seen) || !slices.Equal(h.floor, next.floor) {
		return 0
	}
	days := min(h.days, next.days)
	if days > 0 && h.complete(days-1) != next.complete(days-1) {
		days-- // the last day had not fully landed
	}
	alike := func(n int, same func(d int) bool) int {
		for d := range n {
			if !same(d) {
				return d
			}
		}
		return n
	}
	days = alike(days, func(d int) bool { return h.quiet[d] == next.quiet[d] })
	for i := range h.y {
		days = alike(days, func(d int) bool { return h.y[i][d] == next.y[i][d] && h.usable[i][d] == next.usable[i][d] })
	}
	return days
}

// take takes over what the first days taught.
func (h *History) take(from *History, days int) {
	copy(h.shape[:days], from.shape)
	copy(h.lvl[:days], from.lvl)
	copy(h.phi[:days], from.phi)
	for k, w := range h.windows {
		o := from.windows[k]
		copy(w.factor[:days], o.factor)
		copy(w.shrunk[:days], o.shrunk)
		copy(w.noise[:days], o.noise)
		copy(w.carried[:days], o.carried)
		for i := range h.y {
			copy(w.res[i][:days], o.res[i])
			copy(w.expected[i][:days], o.expected[i])
			copy(w.down[i][:days], o.down[i])
			copy(w.up[i][:days], o.up[i])
		}
	}
}
