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
	for d := began; d < len(a); d++ {
		out = append(out, expectDay(a, rest, began, d))
	}
	return out
}

func expectDay(a, rest []float64, began, day int) float64 {
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
	switch {
	case day < len(rest) && len(share) >= 2 && 2*len(share) >= len(plain) && restCarries(rest, began):
		return median(share) * rest[day]
	case len(plain) > 0:
		return median(plain)
	}
	return 0
}

// restCarries says whether the other rows were many enough to carry a share.
func restCarries(rest []float64, began int) bool {
	from := max(0, began-weeksBefore)
	return began > from && median(append([]float64(nil), rest[from:min(began, len(rest))]...)) >= 50
}
