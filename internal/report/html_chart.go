package report

import (
	"html/template"
	"math"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/chart"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// figuresShown is how many drawings one finding has at most.
const figuresShown = 6

// One drawing as the template reads it.
type (
	htmlFigure struct {
		SVG    template.HTML
		Legend []htmlKey
	}
	htmlKey struct{ Class, Label, Value string }
)

// figures draws the evidence that is a drawing: the first two on one scale where they share their days, the others
// each alone.
func (b *htmlBuilder) figures(f finding.Finding) []htmlFigure {
	drawn := drawings(f)
	if len(drawn) == 0 {
		return nil
	}
	out := []htmlFigure{b.figure(f, drawn)}
	for _, e := range f.Evidence {
		if e.Chart == nil || len(e.Chart.Daily) == 0 || len(out) == figuresShown {
			continue
		}
		if e.Chart != drawn[0].Chart && (len(drawn) < 2 || e.Chart != drawn[1].Chart) {
			out = append(out, b.figure(f, []finding.Evidence{e}))
		}
	}
	return out
}

// figure draws one or two series on one scale. What was usual is drawn of a series that stands alone.
func (b *htmlBuilder) figure(f finding.Finding, drawn []finding.Evidence) htmlFigure {
	drawn = lately(drawn)
	c := drawn[0].Chart
	d := chart.Data{Began: -1}
	var out htmlFigure
	for i, e := range drawn {
		d.Series = append(d.Series, floats(e.Chart.Daily))
		out.Legend = append(out.Legend, htmlKey{"key-" + words.Count(int64(i+1)), b.name(e.Label, 60), b.brief(e.Value)})
	}
	if len(drawn) == 1 {
		if d.Expected = c.Expected; len(c.Expected) > 0 {
			out.Legend = append(out.Legend, htmlKey{"key-usual", "usual", ""})
		}
		if d.Low, d.High = c.Low, c.High; len(c.Low) > 0 && len(c.High) > 0 {
			out.Legend = append(out.Legend, htmlKey{"key-band", "usual range", ""})
		}
	}
	began := ""
	if known(c.Began) && c.Began >= c.First && int(c.Began-c.First) < len(c.Daily) {
		d.Began = int(c.Began - c.First)
		began = words.ShortDay(c.Began.Time())
	}
	b.drawn++
	svg, err := chart.SVG(d, chart.SVGOptions{
		ID: "chart-" + words.Count(int64(b.drawn)), Title: b.brief(f.Title) + ", day by day", Desc: b.described(drawn, d),
		Began: began, Day: func(day int) string { return words.ShortDay((c.First + landed.Day(day)).Time()) },
		Count: func(count float64) string { return words.Rough(whole64(count)) },
		Tip:   func(day int) string { return b.tip(drawn, d, day) },
	})
	if b.err == nil {
		b.err = err
	}
	out.SVG = svg
	return out
}

// The days that a drawing shows: so many, or more where it began so early that fewer would not show what was usual.
const (
	daysShown  = 63
	daysBefore = 28
)

// lately leaves out of drawings of the same days what is long past.
func lately(drawn []finding.Evidence) []finding.Evidence {
	c := drawn[0].Chart
	from := len(c.Daily) - daysShown
	if known(c.Began) {
		from = min(from, int(c.Began-c.First)-daysBefore)
	}
	if from <= 0 {
		return drawn
	}
	later := func(list []float64) []float64 { return list[min(from, len(list)):] }
	out := slices.Clone(drawn)
	for i, e := range out {
		out[i].Chart = &finding.Chart{
			First: e.Chart.First + landed.Day(from), Daily: e.Chart.Daily[from:], Began: e.Chart.Began,
			Expected: later(e.Chart.Expected), Low: later(e.Chart.Low), High: later(e.Chart.High),
		}
	}
	return out
}

// described says what a drawing shows to those who do not see it.
func (b *htmlBuilder) described(drawn []finding.Evidence, d chart.Data) string {
	c := drawn[0].Chart
	last := c.First + landed.Day(len(c.Daily)-1)
	parts := []string{"Events a day from " + words.FullDay(c.First.Time()) + " to " + words.FullDay(last.Time()) + "."}
	for _, e := range drawn {
		most := 0
		for i, n := range e.Chart.Daily {
			if n > e.Chart.Daily[most] {
				most = i
			}
		}
		parts = append(parts, b.name(e.Label, 60)+": most on "+words.Day((c.First+landed.Day(most)).Time())+" with "+
			words.Count(e.Chart.Daily[most])+", "+words.Count(e.Chart.Daily[len(e.Chart.Daily)-1])+" on the last day.")
	}
	if d.Began >= 0 {
		parts = append(parts, "A line marks "+words.FullDay(c.Began.Time())+", where it began.")
	}
	if len(d.Low) > 0 && len(d.High) > 0 {
		parts = append(parts, "A band shows what was usual.")
	}
	return strings.Join(parts, " ")
}

// tip says the figures of one day.
func (b *htmlBuilder) tip(drawn []finding.Evidence, d chart.Data, day int) string {
	parts := make([]string, len(drawn))
	for i, e := range drawn {
		parts[i] = words.Count(e.Chart.Daily[day])
		if len(drawn) > 1 {
			parts[i] = b.name(e.Label, 30) + " " + parts[i]
		}
	}
	if day < len(d.Expected) && d.Expected[day] >= 0 && d.Expected[day] < math.MaxInt64 {
		parts = append(parts, "usual "+words.Rate(d.Expected[day]))
	}
	return words.Day((drawn[0].Chart.First + landed.Day(day)).Time()) + ": " + strings.Join(parts, ", ")
}

func floats(list []int64) []float64 {
	out := make([]float64, len(list))
	for i, n := range list {
		out[i] = float64(n)
	}
	return out
}

// whole64 is a figure of an axis as a whole number, the largest there is where it is larger.
func whole64(x float64) int64 {
	if x >= math.MaxInt64 {
		return math.MaxInt64
	}
	return int64(math.Round(x))
}
