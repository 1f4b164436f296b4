// Package chart draws daily counts: in text as ▁▂▃▄▅▆▇█, or in ASCII where a terminal has no other characters, and with
// what was usual and the day it began as SVG for pages. Lay says where everything stands, for every way to draw it.
package chart

import (
	"math"
	"strings"
	"unicode/utf8"
)

// Number is what a series may be made of.
type Number interface{ ~int64 | ~float64 }

// Style says which characters a drawing is made of.
type Style uint8

// The styles.
const (
	Blocks Style = iota // ▁▂▃▄▅▆▇█
	ASCII               // _.:-=+*#
)

const levels = 8

func (s Style) glyphs() []rune {
	if s == ASCII {
		return []rune("_.:-=+*#")
	}
	return []rune("▁▂▃▄▅▆▇█")
}

// Spark draws a series in at most width columns, one a day, or several days' mean a column where there are more days
// than columns. Zero is the lowest block and the largest value the highest; what is not a number is a gap.
func Spark[N Number](daily []N, width int, style Style) string {
	cols := Resample(daily, width)
	return draw(cols, top(cols), style)
}

// SparkPair draws two series on one scale, so that they can be compared by eye.
func SparkPair[N Number](a, b []N, width int, style Style) (first, second string) {
	x, y := Resample(a, width), Resample(b, width)
	scale := max(top(x), top(y))
	return draw(x, scale, style), draw(y, scale, style)
}

// Resample returns the mean of each of at most width equal runs of days; with no more days than columns, the days
// themselves. A column none of whose days is a number is NaN.
func Resample[N Number](daily []N, width int) []float64 {
	n := min(len(daily), max(width, 0))
	out := make([]float64, n)
	for c := range n {
		sum, days := 0.0, 0
		for _, v := range daily[c*len(daily)/n : (c+1)*len(daily)/n] {
			if x := float64(v); !math.IsNaN(x) && !math.IsInf(x, 0) {
				sum += x
				days++
			}
		}
		out[c] = math.NaN()
		if days > 0 {
			out[c] = sum / float64(days)
		}
	}
	return out
}

// Column returns the column in which Resample puts a day, counted from 0.
func Column(day, days, width int) int {
	n := min(days, max(width, 0))
	if days <= 0 || n <= 0 {
		return 0
	}
	day = min(max(day, 0), days-1)
	for c := day * n / days; c < n; c++ {
		if day < (c+1)*days/n {
			return c
		}
	}
	return n - 1
}

func top(cols []float64) float64 {
	out := 0.0
	for _, v := range cols {
		if v > out { // false for NaN
			out = v
		}
	}
	return out
}

func draw(cols []float64, scale float64, style Style) string {
	glyphs := style.glyphs()
	var b strings.Builder
	for _, v := range cols {
		switch {
		case math.IsNaN(v):
			b.WriteByte(' ')
		case v <= 0 || scale <= 0:
			b.WriteRune(glyphs[0])
		default:
			b.WriteRune(glyphs[min(int(math.Round(v/scale*(levels-1))), levels-1)])
		}
	}
	return b.String()
}

// Mark is a label under one day of a drawing; Day counts from 0.
type Mark struct {
	Day   int
	Label string
}

// Axis writes labels under a drawing of days in at most width columns, each beginning under its day, the last one
// moved left so that it ends within the drawing. A mark that would touch its neighbour is left out; the first
// and the last are kept before the others, so name them first and last. Labels are one column a rune.
func Axis(days, width int, marks []Mark) string {
	n := min(days, max(width, 0))
	line := []rune(strings.Repeat(" ", n))
	free := func(at, size int) bool {
		if at < 0 || at+size > n {
			return false
		}
		for i := max(at-1, 0); i < min(at+size+1, n); i++ {
			if line[i] != ' ' {
				return false
			}
		}
		return true
	}
	for _, m := range outerFirst(marks) {
		size := utf8.RuneCountInString(m.Label)
		at := min(Column(m.Day, days, width), n-size)
		if free(at, size) {
			copy(line[at:], []rune(m.Label))
		}
	}
	return strings.TrimRight(string(line), " ")
}

func outerFirst(marks []Mark) []Mark {
	if len(marks) < 3 {
		return marks
	}
	out := []Mark{marks[0], marks[len(marks)-1]}
	return append(out, marks[1:len(marks)-1]...)
}
