package series

// weeksBefore is how many days before something began say what was usual.
const weeksBefore = 28

// usualBefore returns what a should have been on the days began..last: its share of rest on the same weekday in the four
// weeks before began, times the day's rest, so that outages and holidays do not count. Where rest is small, the
// median of the same weekday.
func usualBefore(a, rest []float64, began int) []float64 {
	if began < 0 || began > len(a) {
		return nil
	}
	out := make([]float64, 0, len(a)-began)
	var week [7]usualDay // of the days from began on only the weekday matters
	for d := began; d < len(a); d++ {
		k := d - began
		if k < len(week) {
			week[k] = usualDayOf(a, rest, began, d)
		}
		out = append(out, week[k%len(week)].on(rest, d))
	}
	return out
}

func expectDay(a, rest []float64, began, day int) float64 {
	return usualDayOf(a, rest, began, day).on(rest, day)
}

// usualDay is what the weeks before say of a day: a share of the other rows where they carry one, else rows.
type usualDay struct {
	share, plain float64
	shared       bool
}

func (u usualDay) on(rest []float64, day int) float64 {
	if u.shared && day < len(rest) {
		return u.share * rest[day]
	}
	return u.plain
}

func usualDayOf(a, rest []float64, began, day int) usualDay {
	var share, plain, anyShare, anyPlain []float64
	for d := max(0, began-weeksBefore); d < began; d++ {
		if d == day {
			continue // a day before began does not vouch for itself
		}
		same := (d-day)%7 == 0
		anyPlain = append(anyPlain, a[d])
		if same {
			plain = append(plain, a[d])
		}
		if d < len(rest) && rest[d] >= 50 {
			anyShare = append(anyShare, a[d]/rest[d])
			if same {
				share = append(share, a[d]/rest[d])
			}
		}
	}
	if len(plain) < 2 {
		share, plain = anyShare, anyPlain
	}
	var u usualDay
	if len(share) >= 2 && 2*len(share) >= len(plain) && restCarries(rest, began) {
		u.share, u.shared = median(share), true
	}
	if len(plain) > 0 && (!u.shared || len(rest) < len(a)) {
		u.plain = median(plain)
	}
	return u
}

// restCarries says whether the other rows were many enough to carry a share.
func restCarries(rest []float64, began int) bool {
	from := max(0, began-weeksBefore)
	return began > from && median(append([]float64(nil), rest[from:min(began, len(rest))]...)) >= 50
}
