package chart

import "math"

// Data is what a drawing of daily counts shows. A day that is not a number is a gap.
type Data struct {
	Series              [][]float64 // one, or two on one scale, such as the old and the new name; a figure a day
	Expected, Low, High []float64   // what was usual, and between what; nil where nobody can say
	Began               int         // the day it began, counted from 0; below 0: none
}

// Point is a place in a drawing; Y counts downwards.
type Point struct{ X, Y float64 }

// Run is a line through days that follow each other; one of a single point is a dot.
type Run []Point

// Tick is a figure on the upright axis.
type Tick struct{ Value, Y float64 }

// Frame is a drawing laid out, the same for every way to draw it. Every place in it is finite and inside its size,
// whatever the data hold.
type Frame struct {
	Width, Height float64
	Left, Right   float64   // the plot's: the first day and the last
	Top, Bottom   float64   // the plot's: the largest figure of the scale and zero
	Days          []float64 // where each day is
	Step          float64   // from a day to the next
	Lines         [][]Run   // by series
	Usual         []Run
	Band          []Run // each the outline of an area: the upper edge there, the lower edge back
	Ticks         []Tick
	Began         float64 // where the line is that marks the day it began
	Marked        bool    // there is one
}

// The margins of a plot: above it a line of text for the day it began, below it one for the days, and room for half a
// dot at the right.
const (
	above, below = 20, 18
	aside        = 4
)

// tooMuch is beyond every count: what is above it is no figure.
const tooMuch = 1e19

// Lay lays out a drawing of the given size, with a margin at the left for the figures of the axis: zero below, the
// largest figure near the top, the first day at the left and the last at the right.
func Lay(d Data, width, height, margin float64) Frame {
	f := Frame{Width: width, Height: height, Left: margin, Top: above, Bottom: max(height-below, above+1)}
	f.Right = max(width-aside, f.Left+1)
	days := 0
	for _, s := range d.Series {
		days = max(days, len(s))
	}
	f.Step = (f.Right - f.Left) / float64(max(days-1, 1))
	for i := range days {
		x := min(f.Left+float64(i)*f.Step, f.Right)
		if days == 1 {
			x = (f.Left + f.Right) / 2
		}
		f.Days = append(f.Days, x)
	}
	largest := 0.0
	for _, s := range append([][]float64{d.Expected, d.High}, d.Series...) {
		for _, v := range s[:min(len(s), days)] {
			if figure(v) {
				largest = max(largest, v)
			}
		}
	}
	top := f.scale(largest)
	for _, s := range d.Series {
		f.Lines = append(f.Lines, f.runs(s, top))
	}
	f.Usual = f.runs(d.Expected, top)
	f.Band = f.band(d.Low, d.High, top)
	if d.Began >= 0 && d.Began < days {
		f.Marked, f.Began = true, f.Days[d.Began]
	}
	return f
}

func figure(v float64) bool { return !math.IsNaN(v) && math.Abs(v) < tooMuch }

// scale sets the ticks, at most four steps of 1, 2 or 5 times a power of ten up from zero, and returns the figure at
// the top: the last tick, or the largest figure where that is well below it.
func (f *Frame) scale(largest float64) float64 {
	step := 1.0
	for unit := 1.0; largest/step > 4; unit *= 10 {
		for _, n := range []float64{1, 2, 5} {
			if step = n * unit; largest/step <= 4 {
				break
			}
		}
	}
	steps := math.Ceil(largest / step)
	top := max(steps*step, 1)
	if largest < top-step/2 {
		steps, top = steps-1, max(largest, 1)
	}
	for i := 0.0; i <= max(steps, 1) && i*step <= top; i++ {
		f.Ticks = append(f.Ticks, Tick{i * step, f.y(i*step, top)})
	}
	return top
}

// y is where a figure stands; what is below zero stands at zero.
func (f *Frame) y(v, top float64) float64 {
	return f.Bottom - (f.Bottom-f.Top)*min(max(v, 0)/top, 1)
}

// runs parts a series at its gaps.
func (f *Frame) runs(s []float64, top float64) []Run {
	var out []Run
	var run Run
	for i, v := range s[:min(len(s), len(f.Days))] {
		if figure(v) {
			run = append(run, Point{f.Days[i], f.y(v, top)})
			continue
		}
		if len(run) > 0 {
			out = append(out, run)
		}
		run = nil
	}
	if len(run) > 0 {
		out = append(out, run)
	}
	return out
}

// band is the area between two edges, parted where either of them has a gap.
func (f *Frame) band(low, high []float64, top float64) []Run {
	n := min(len(low), len(high), len(f.Days))
	var out []Run
	for from := 0; from < n; {
		to := from
		for to < n && figure(low[to]) && figure(high[to]) {
			to++
		}
		if to-from > 1 {
			var area Run
			for i := from; i < to; i++ {
				area = append(area, Point{f.Days[i], f.y(max(low[i], high[i]), top)})
			}
			for i := to - 1; i >= from; i-- {
				area = append(area, Point{f.Days[i], f.y(min(low[i], high[i]), top)})
			}
			out = append(out, area)
		}
		from = max(to, from+1)
	}
	return out
}
