// Package series judges daily counts: what is usual, what fell, what rose, what drifted, and since when. Pure statistics.
package series

import "time"

// Series is the daily counts of one event in one source.
type Series struct {
	Name  string
	Y     []float64 // rows a day; silence is 0
	Seen  int       // index of the first day with rows; what lies before says nothing
	Start int       // first day of an accepted new level; days before it do not say how much is usual, only its shape
	Skip  []bool    // days of this series that say nothing of what is usual; nil: none
}

// Panel is the series of one source over the same days.
type Panel struct {
	First  time.Weekday // of day 0
	Series []Series
	Quiet  []bool // days that say nothing of what is usual in the whole source; nil: none
}

// Days is the number of days of the panel.
func (p Panel) Days() int {
	n := 0
	for _, s := range p.Series {
		n = max(n, len(s.Y))
	}
	return n
}

// Total returns the panel of one series: the rows of all events together. A day is skipped when it is quiet.
func (p Panel) Total(name string) Panel {
	t := Series{Name: name, Y: make([]float64, p.Days()), Seen: p.Days()}
	for _, s := range p.Series {
		for d, v := range s.Y {
			t.Y[d] += v
		}
		t.Seen = min(t.Seen, max(s.Seen, 0))
	}
	return Panel{First: p.First, Series: []Series{t}, Quiet: p.Quiet}
}

// Options are the figures of the method. Lengths are days.
type Options struct {
	Window      int     // history of the weekday shape
	Shrink      float64 // rows that the shape of the whole source counts for
	Short, Long int     // the two levels whose geometric mean is usual
	History     int     // residuals that say how restless a series is
	Memory      int     // residuals that the guard remembers
	Warmup      int     // first days of a series, which are not judged against a level
	MinEffect   float64 // smallest fall or rise, as a share of the usual, that has a score
	Penalty     float64 // of a source's windows longer than a day, and of weeks together, in units of the score
	Inflation   float64 // of the spread, for dispersion that was estimated from few days
	Freedom     float64 // degrees of freedom of the tail
	Adjust      float64 // how unsure the common movement is, as a share of itself
	Agreement   float64 // share of the score that stands without the second forecaster
	PhiFloor    float64 // smallest dispersion: squared coefficient of variation beyond counting noise
	RhoFloor    float64 // least variance, as a share of counting noise, of scheduled events
	Siblings    int     // series with at least ten rows expected that a common movement needs
	Complete    float64 // share of the last day that has landed; 1: all
	Spread      float64 // standard deviation of the logarithm of Complete on past days
}

// Defaults returns the options that were measured; see tools/eval/volume.
func Defaults() Options {
	return Options{
		Window: 56, Shrink: 6, Short: 10, Long: 28, History: 56, Memory: 91, Warmup: 14,
		MinEffect: .15, Penalty: .3, Inflation: 4, Freedom: 6, Adjust: .5, Agreement: .85,
		PhiFloor: 2e-4, RhoFloor: .05, Siblings: 5, Complete: 1,
	}
}

// Verdict is how one series stands on one day.
type Verdict struct {
	Score    float64 // of a fall, after the movement of the whole source is taken out; 2.5 is worth telling
	Window   int     // days of the window that gave Score; 0: none
	Expected float64 // rows that were usual in that window (of the day itself without a score)
	Actual   float64 // rows that landed in it
	Spike    float64 // the same score for a rise
	Surge    int     // days of the window that gave Spike; 0: none
	Usual    float64 // rows that were usual on the day, the movement of the source included
	Reason   string  // why the series was not judged, in words; "" when it was
}

// Source is how all series of a panel stand together on one day.
type Source struct {
	Score    float64 // of a fall of the whole: by the median series, or by the total where few series carry it
	Factor   float64 // what the day's rows are of the usual, from the median series; 1: as usual, or not known
	Known    bool    // whether enough series carry Factor
	Over     bool    // only a longer window gives Score: the day has come back by half and more
	Below    int     // series below their usual by MinEffect
	Judged   int     // series with at least ten rows usual
	Expected float64 // rows that were usual on the day
	Actual   float64
}

// Judgement is how a panel stands on one day.
type Judgement struct {
	Day    int
	Series []Verdict // parallel to Panel.Series
	Source Source
}

// Band is what each day should have been: one value a day, NaN-free, from day First on.
type Band struct {
	First               int
	Expected, Low, High []float64
}

// Judge judges the last day of a panel.
func Judge(p Panel, o Options) Judgement {
	h := Learn(p, o)
	return h.Judge(h.days - 1)
}

// Walk judges the days from..last in order, each with only what was known before it.
func Walk(p Panel, from int, o Options, yield func(day int, j Judgement)) {
	h := Learn(p, o)
	for d := max(from, 0); d < h.days; d++ {
		yield(d, h.Judge(d))
	}
}
