package chart

import (
	_ "embed"
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"unicode/utf8"
)

//go:embed chart.svg.tmpl
var svgTemplate string

//go:embed chart.css
var css string

// CSS is the look of what SVG draws and of its keys, light and dark; a page holds it once.
func CSS() template.CSS { return template.CSS(css) } //nolint:gosec // our own, from the file beside this one

// SVGOptions are the words on a drawing. All of them are text, whoever wrote them.
type SVGOptions struct {
	ID          string // unique on its page
	Title, Desc string // for those who do not see it
	Began       string // beside the line that marks the day it began
	Day         func(day int) string
	Count       func(count float64) string
	Tip         func(day int) string // shown over a day; nil: nothing
}

// The size of a drawing in its own units: half a column of a page wide, so that its text can be read on a phone.
const (
	svgWidth, svgHeight = 400, 160
	glyph               = 7 // how wide a figure of the axis is at most
)

// A drawing as its template reads it: places are written out already.
type (
	svgDrawing struct {
		SVGOptions
		Width, Height, Left, Right string
		Labels                     string // where the figures of the axis end
		Top, Bottom                string
		Band, Usual                string // paths; "" where there is none
		Lines                      []svgLine
		Ticks                      []svgTick
		First, Last                string
		Mark                       *svgMark
		Days                       []svgDay
		DayHeight                  string
		Foot                       string
	}
	svgLine struct {
		Class, Path string
		Dots        []svgDot
	}
	svgDot  struct{ X, Y string }
	svgTick struct{ Y, TextY, Text string }
	svgMark struct{ X, TextX, TextY, Anchor, Text string }
	svgDay  struct{ X, Width, Text string }
)

// SVG draws daily counts for a page that holds CSS: without script, without an address, with words for those who do
// not see it.
func SVG(d Data, o SVGOptions) (template.HTML, error) {
	margin := 0
	for _, t := range Lay(d, svgWidth, svgHeight, 0).Ticks {
		margin = max(margin, utf8.RuneCountInString(o.Count(t.Value)))
	}
	f := Lay(d, svgWidth, svgHeight, float64(min(margin, 12))*glyph+6)
	out := svgDrawing{
		SVGOptions: o, Width: num(f.Width), Height: num(f.Height), Left: num(f.Left), Right: num(f.Right), Labels: num(f.Left - 5),
		Top: num(f.Top), Bottom: num(f.Bottom), Foot: num(f.Height - 4),
		Band: closed(f.Band), Usual: open(f.Usual),
	}
	for i, runs := range f.Lines {
		line := svgLine{Class: "line-" + strconv.Itoa(min(i, 1)+1), Path: open(runs)}
		for _, r := range runs {
			if len(r) == 1 {
				line.Dots = append(line.Dots, svgDot{num(r[0].X), num(r[0].Y)})
			}
		}
		out.Lines = append(out.Lines, line)
	}
	for _, t := range f.Ticks {
		out.Ticks = append(out.Ticks, svgTick{num(t.Y), num(t.Y + 3), o.Count(t.Value)})
	}
	if n := len(f.Days); n > 0 {
		if out.First = o.Day(0); n > 1 {
			out.Last = o.Day(n - 1)
		}
	}
	if f.Marked {
		out.Mark = mark(f, o.Began)
	}
	if o.Tip != nil {
		out.DayHeight = num(f.Bottom - f.Top)
		for i, x := range f.Days {
			left, right := max(x-f.Step/2, f.Left), min(x+f.Step/2, f.Right)
			out.Days = append(out.Days, svgDay{num(left), num(right - left), o.Tip(i)})
		}
	}
	t, err := template.New("svg").Parse(svgTemplate)
	if err != nil {
		return "", fmt.Errorf("read the template of a drawing: %w", err)
	}
	var b strings.Builder
	if err := t.Execute(&b, out); err != nil {
		return "", fmt.Errorf("draw daily counts: %w", err)
	}
	return template.HTML(b.String()), nil //nolint:gosec // the template escaped every text in it
}

// mark puts the words beside the line of the day it began, on the side that has room.
func mark(f Frame, text string) *svgMark {
	m := svgMark{X: num(f.Began), TextX: num(f.Began + 4), TextY: num(f.Top - 8), Anchor: "start", Text: text}
	if f.Began > (f.Left+f.Right)/2 {
		m.TextX, m.Anchor = num(f.Began-4), "end"
	}
	return &m
}

// num writes a place: one decimal is a tenth of a pixel.
func num(x float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(x, 'f', 1, 64), ".0")
}

// open draws runs as lines; a dot is none.
func open(runs []Run) string {
	var b strings.Builder
	for _, r := range runs {
		if len(r) > 1 {
			path(&b, r)
		}
	}
	return b.String()
}

// closed draws outlines as areas.
func closed(runs []Run) string {
	var b strings.Builder
	for _, r := range runs {
		path(&b, r)
		b.WriteByte('Z')
	}
	return b.String()
}

func path(b *strings.Builder, r Run) {
	for i, p := range r {
		b.WriteByte("ML"[min(i, 1)])
		b.WriteString(num(p.X) + " " + num(p.Y))
	}
}
