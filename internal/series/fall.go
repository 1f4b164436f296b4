package series

import "math"

// Fall is a fall that goes on.
type Fall struct {
	Since    int     // its first day
	Score    float64 // the highest that any night since gave it
	Expected float64 // rows that were usual from Since to the last day
	Actual   float64
	Silent   bool    // not one row since the day Quiet
	Quiet    int     // first of the silent days that end on the last day
	Usual    float64 // rows a day before Since
	Held     bool    // an earlier night gave the score, and the fall goes on
	Band     Band    // from Since on, as the days before it said
}

// Missing is the rows that should have landed since the fall began.
func (f Fall) Missing() float64 { return max(0, f.Expected-f.Actual) }

// unlikely says whether chance hardly leaves so few rows: once in ten times as many nights as the threshold stands for,
// since each night looks at several windows and several first days. A score rests on logarithms, which overstate how far
// a handful of rows lies below a dozen; this counts.
func (z *Freezer) unlikely(i int, f Fall, threshold float64) bool {
	if f.Expected <= 0 {
		return true // nothing is known to count against
	}
	days := float64(z.last - f.Since + 1)
	p := atMost(math.Round(f.Actual), f.Expected, z.h.phi[f.Since][i]/days)
	if d, ok := z.h.dispersion(z.h.windows[0], i, f.Since); ok && d.rho < 1/sureRho {
		p = normalBelow(quantile(p) / math.Sqrt(sureRho*d.rho)) // a timetable strays less than chance does
	}
	return -math.Log10(max(p, 1e-300)) >= threshold+1
}

// sureRho is what a measured variance below that of chance is multiplied with, since eight weeks measure it roughly.
const sureRho = 1.5
