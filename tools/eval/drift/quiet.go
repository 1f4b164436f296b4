package main

import (
	"math"
	"math/rand/v2"

	"github.com/plumbline-audit/plumbline/internal/series"
)

// What a quiet property looks like: 21 days that say what is usual and the two that are judged, and before them as many
// days as an audit scans for a start.
const (
	usualDays   = 21
	judgedDays  = 2
	earlierDays = 26
)

// property is one simulated property: rows a day, and those of them that lack it.
type property struct{ k, n []float64 }

// quietProperty draws a property that nobody broke. Its share of empty rows wobbles from day to day and is tied to
// yesterday's, is another one at weekends, where other people come, and scatters more than chance makes it.
func quietProperty(r *rand.Rand) property {
	days := earlierDays + usualDays + judgedDays
	volume := 40 * math.Exp(r.Float64()*math.Log(2000/40.))
	share := baseShare(r)
	wobble := .02 + .25*math.Pow(r.Float64(), 2) // of the log odds
	memory := .3 + .5*r.Float64()
	weekend := .2 * r.NormFloat64()
	scatter := .02 * math.Pow(r.Float64(), 3)
	var p property
	drift := wobble * r.NormFloat64()
	first := r.IntN(7)
	for d := range days {
		drift = memory*drift + wobble*math.Sqrt(1-memory*memory)*r.NormFloat64()
		odds, rows := logit(share)+drift, volume*math.Exp(.1*r.NormFloat64())
		if w := (first + d) % 7; w >= 5 {
			odds += weekend
			rows *= .6
		}
		n := math.Round(rows)
		p.n = append(p.n, n)
		p.k = append(p.k, scattered(r, n, 1/(1+math.Exp(-odds)), scatter))
	}
	return p
}

// baseShare is how many rows usually lack a property: a required one hardly any, an optional one some or most.
func baseShare(r *rand.Rand) float64 {
	switch x := r.Float64(); {
	case x < .08:
		return 0
	case x < .35:
		return .0005 + .01*r.Float64()
	case x < .75:
		return .01 + .19*r.Float64()
	}
	return .2 + .6*r.Float64()
}

// broken is the property with a share of its filled rows lost on the judged days.
func (p property) broken(r *rand.Rand, lost float64) property {
	out := property{k: append([]float64(nil), p.k...), n: p.n}
	for d := len(p.n) - judgedDays; d < len(p.n); d++ {
		out.k[d] += drawn(r, p.n[d]-p.k[d], lost)
	}
	return out
}

// judgedRows is how many rows the judged days have.
func (p property) judgedRows() float64 { return sum(p.n[len(p.n)-judgedDays:]) }

// recent leaves the days that the rules of the table see: those that are usual and those that are judged.
func (p property) recent() (k, n []float64) { return p.k[earlierDays:], p.n[earlierDays:] }

// pooled is the textbook's test of two shares, z > 3: what most monitors do.
func pooled(p property) bool { return math.Abs(p.pooledZ()) > 3 }

func (p property) pooledZ() float64 {
	k, n := p.recent()
	k0, n0, k1, n1 := sum(k[:usualDays]), sum(n[:usualDays]), sum(k[usualDays:]), sum(n[usualDays:])
	all := (k0 + k1 + .5) / (n0 + n1 + 1)
	return (k1/n1 - k0/n0) / math.Sqrt(all*(1-all)*(1/n0+1/n1))
}

// byEye is the same with the least change and volume that people ask for when it fires too often: z > 3, five points, 100 rows.
func byEye(p property) bool {
	k, n := p.recent()
	moved := sum(k[usualDays:])/sum(n[usualDays:]) - sum(k[:usualDays])/sum(n[:usualDays])
	return pooled(p) && math.Abs(moved) >= .05 && sum(n[usualDays:]) >= 100
}

// scanned is what an audit does: it looks for a start in all of the last four weeks.
func scanned(p property) bool {
	r, ok := series.Rate(p.k, p.n)
	return ok && r.After > r.Before
}

// counted is how often a rule fires.
func counted(list []property, rule func(property) bool) int {
	n := 0
	for _, p := range list {
		if rule(p) {
			n++
		}
	}
	return n
}

func logit(p float64) float64 { return math.Log(p / (1 - p)) }

func sum(x []float64) float64 {
	s := 0.0
	for _, v := range x {
		s += v
	}
	return s
}

// scattered draws how many of n carry a trait whose share itself scatters: with a correlation of rho among a day's rows.
func scattered(r *rand.Rand, n, p, rho float64) float64 {
	if rho > 1e-6 {
		a, b := gamma(r, p*(1/rho-1)), gamma(r, (1-p)*(1/rho-1))
		p = a / max(a+b, 1e-300)
	}
	return drawn(r, n, p)
}

// drawn is a binomial draw; the normal curve stands in where it is as good.
func drawn(r *rand.Rand, n, p float64) float64 {
	if n*p*(1-p) > 60 {
		return math.Min(n, math.Max(0, math.Round(n*p+math.Sqrt(n*p*(1-p))*r.NormFloat64())))
	}
	if p > .5 {
		return n - drawn(r, n, 1-p)
	}
	if p <= 1e-12 || n < 1 {
		return 0
	}
	// By the gaps between successes: few draws where successes are rare.
	k, at := 0.0, 0.0
	for {
		at += math.Floor(math.Log(1-r.Float64())/math.Log1p(-p)) + 1
		if at > n {
			return k
		}
		k++
	}
}

// gamma is a draw of the gamma distribution of some shape, by Marsaglia and Tsang.
func gamma(r *rand.Rand, shape float64) float64 {
	if shape < 1 {
		return gamma(r, shape+1) * math.Pow(r.Float64(), 1/shape)
	}
	d := shape - 1./3
	c := 1 / math.Sqrt(9*d)
	for {
		x := r.NormFloat64()
		v := (1 + c*x) * (1 + c*x) * (1 + c*x)
		if v > 0 && math.Log(1-r.Float64()) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

// literal is the rule read word for word: the two days against the 21 before, quasi-binomial z > 4, effect and volume.
func literal(p property) bool {
	k, n := p.recent()
	k0, n0, k1, n1 := sum(k[:usualDays]), sum(n[:usualDays]), sum(k[usualDays:]), sum(n[usualDays:])
	p0, p1 := (k0+.5)/(n0+1), k1/n1
	chi := 0.0
	for d := range usualDays {
		chi += (k[d] - n[d]*p0) * (k[d] - n[d]*p0) / (n[d] * p0 * (1 - p0))
	}
	phi := max(1, chi/(usualDays-1))
	arc := func(x float64) float64 { return 2 * math.Asin(math.Sqrt(x)) }
	return p.pooledZ()/math.Sqrt(phi) > 4 && arc(p1)-arc(p0) >= .2 && p1-p0 >= .02 && n1 >= 100
}
