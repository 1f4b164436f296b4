package series

import "math"

// week holds one factor per weekday; their mean is 1.
type week [7]float64

func evenWeek() week { return week{1, 1, 1, 1, 1, 1, 1} }

// shape is one series' own weekday pattern before it is shrunk to the source's.
type shape struct {
	f     week
	mean  float64 // rows a day
	weeks int
}

// weekdays returns the weekday factors of every series for a forecast made before day t: the median ratio of a day to
// its own week over the last weeks, for small series the ratio of sums, shrunk to the pattern of the whole source.
func (h *History) weekdays(t int, out []week) {
	shapes := make([]shape, len(out))
	pool, weight, pooled := week{}, 0.0, 0
	for i := range out {
		shapes[i] = h.shapeOf(i, t)
		if s := shapes[i]; s.weeks >= 2 {
			pooled++
			w := math.Sqrt(max(s.mean, .01))
			weight += w
			for d := range pool {
				pool[d] += w * s.f[d]
			}
		}
	}
	if pooled >= 3 {
		for d := range pool {
			pool[d] /= weight
		}
	} else {
		pool = evenWeek()
	}
	for i, s := range shapes {
		obs := s.mean * float64(s.weeks)
		sum := 0.0
		for d := range pool {
			f := pool[d]
			if s.weeks >= 2 {
				f = (s.f[d]*obs + pool[d]*h.o.Shrink) / (obs + h.o.Shrink)
			}
			out[i][d] = max(f, 1e-3)
			sum += out[i][d]
		}
		for d := range pool {
			out[i][d] *= 7 / sum
		}
	}
}

func (h *History) shapeOf(i, t int) shape {
	weeks := h.o.Window / 7
	var buf [7][64]float64
	var n [7]int
	var rows, base week
	total, days := 0.0, 0
	s := shape{f: evenWeek()}
	for k := 1; k <= min(weeks, 64); k++ {
		first := t - 7*k
		if first < h.seen[i] || first < 0 {
			break
		}
		sum, ok := 0.0, 0
		for d := first; d < first+7; d++ {
			if h.usable[i][d] {
				sum += h.y[i][d]
				ok++
			}
		}
		s.weeks++
		total += sum
		days += ok
		if sum <= 0 {
			continue
		}
		wm := sum / float64(ok)
		for d := first; d < first+7; d++ {
			if !h.usable[i][d] {
				continue
			}
			w := h.weekday(d)
			buf[w][n[w]] = h.y[i][d] / wm
			n[w]++
			rows[w] += h.y[i][d]
			base[w] += wm
		}
	}
	if s.weeks < 2 {
		return s
	}
	s.mean = total / float64(max(days, 1))
	lam := clamp((s.mean-5)/20, 0, 1)
	for w := range s.f {
		med := 1.0
		if n[w] > 0 {
			med = median(buf[w][:n[w]])
		}
		s.f[w] = lam*med + (1-lam)*rows[w]/max(base[w], 1e-9)
	}
	return s
}

// level is how many rows an average day of series i has before day t, from its last usable days: the mean of a median
// and a winsorised ratio, for small series the plain ratio of the last 28 days. NaN where too few days say it.
func (h *History) level(i, t, days int, f *week) float64 {
	var r, y, g [64]float64
	n, k := 0, 0
	sumY, sumF := 0.0, 0.0
	// Left-out days are replaced by older ones, so that a holiday week does not leave a level of three days.
	for d, used := t-1, 0; d >= max(h.floor[i], t-2*max(days, 28)) && used < max(days, 28); d-- {
		if !h.usable[i][d] {
			continue
		}
		fd := f[h.weekday(d)]
		if used < 28 {
			sumY += h.y[i][d]
			sumF += fd
		}
		if used < days && n < len(y) {
			y[n], g[n] = h.y[i][d], fd
			n++
			if fd > .02 {
				r[k] = h.y[i][d] / fd
				k++
			}
		}
		used++
	}
	if n == 0 {
		return math.NaN()
	}
	m := 0.0
	if k > 0 {
		m = median(r[:k])
	}
	wins, sum := 0.0, 0.0
	for j := range n {
		wins += min(max(y[j], .5*m*g[j]), (1.6*m+2)*g[j])
		sum += g[j]
	}
	long := sumY / max(sumF, 1e-6)
	a := clamp((long-2)/8, 0, 1)
	return max(a*(.5*wins/max(sum, 1e-6)+.5*m)+(1-a)*long, 1e-3)
}

// usualLevel is the geometric mean of a level that follows quickly and one that forgets slowly.
func (h *History) usualLevel(i, t int, f *week) float64 {
	return math.Sqrt(h.level(i, t, h.o.Short, f) * h.level(i, t, h.o.Long, f))
}
