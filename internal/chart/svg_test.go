package chart_test

import (
	"encoding/xml"
	"errors"
	"html/template"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/plumbline-audit/plumbline/internal/chart"
)

func words(title string) chart.SVGOptions {
	return chart.SVGOptions{
		ID: "chart-1", Title: title, Desc: "Events a day.", Began: "26 May",
		Day:   func(day int) string { return "day " + strconv.Itoa(day+1) },
		Count: func(count float64) string { return strconv.FormatFloat(count, 'f', -1, 64) },
	}
}

func TestSVG(t *testing.T) {
	nan := math.NaN()
	for name, c := range map[string]struct {
		d   chart.Data
		tip bool
	}{
		"rename.svg":   {d: chart.Data{Series: [][]float64{{890, 910, 900, 512, 4, 4}, {0, 0, 0, 364, 880, 903}}, Began: 3}},
		"drop.svg":     {d: chart.Data{Series: [][]float64{{200, 220, 210, 30}}, Expected: []float64{nan, 210, 205, 212}, Low: []float64{nan, 180, 170, 180}, High: []float64{nan, 240, 250, 245}, Began: 3}, tip: true},
		"gaps.svg":     {d: chart.Data{Series: [][]float64{{5, nan, 7, 8, nan, nan, 9}}, Low: []float64{1, nan, 2, 2}, High: []float64{2, 3, nan, 4}, Began: -1}},
		"one_day.svg":  {d: chart.Data{Series: [][]float64{{12}}, Began: 0}},
		"no_days.svg":  {d: chart.Data{Began: 3}},
		"no_event.svg": {d: chart.Data{Series: [][]float64{{0, 0, 0}}, Began: -1}},
	} {
		t.Run(name, func(t *testing.T) {
			o := words(`"Purchase Completed" <b>&`)
			if c.tip {
				o.Tip = func(day int) string { return "on day " + strconv.Itoa(day+1) }
			}
			got, err := chart.SVG(c.d, o)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name, string(got))
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if os.Getenv("UPDATE") == "1" {
		if err := os.WriteFile(path, []byte(got+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got+"\n"); d != "" {
		t.Errorf("%s (UPDATE=1 rewrites it): %s", path, d)
	}
}

// anyData draws what warehouses may hold: no days, gaps, infinities, bands upside down, series of other lengths.
func anyData(t *rapid.T) chart.Data {
	figures := rapid.SliceOfN(rapid.OneOf(
		rapid.Float64(), rapid.Float64Range(0, 1e6), rapid.SampledFrom([]float64{0, math.NaN(), math.Inf(1), math.Inf(-1), -1, math.MaxFloat64, 5e-324}),
		rapid.Map(rapid.Int64(), func(n int64) float64 { return float64(n) }),
	), 0, 40)
	return chart.Data{
		Series:   rapid.SliceOfN(figures, 0, 3).Draw(t, "series"),
		Expected: figures.Draw(t, "expected"), Low: figures.Draw(t, "low"), High: figures.Draw(t, "high"),
		Began: rapid.IntRange(-3, 45).Draw(t, "began"),
	}
}

func TestEveryPlaceIsInsideTheDrawing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyData(t)
		f := chart.Lay(d, 400, 160, rapid.Float64Range(0, 90).Draw(t, "margin"))
		inside := func(what string, x, y float64) {
			if !(x >= f.Left && x <= f.Right && y >= f.Top && y <= f.Bottom) || f.Right > f.Width || f.Bottom > f.Height {
				t.Fatalf("%s at %v, %v is outside of %v–%v, %v–%v", what, x, y, f.Left, f.Right, f.Top, f.Bottom)
			}
		}
		for _, runs := range append([][]chart.Run{f.Usual, f.Band}, f.Lines...) {
			for _, r := range runs {
				for _, p := range r {
					inside("a day", p.X, p.Y)
				}
			}
		}
		for i, tick := range f.Ticks {
			inside("a tick", f.Left, tick.Y)
			if i > 0 && (tick.Value <= f.Ticks[i-1].Value || tick.Y >= f.Ticks[i-1].Y) {
				t.Fatalf("the ticks do not rise: %v", f.Ticks)
			}
		}
		if n := len(f.Ticks); n < 1 || n > 5 || f.Ticks[0].Value != 0 || f.Ticks[0].Y != f.Bottom {
			t.Fatalf("ticks: %v", f.Ticks)
		}
		if f.Marked != (d.Began >= 0 && d.Began < len(f.Days)) {
			t.Fatalf("began on day %d of %d, marked: %v", d.Began, len(f.Days), f.Marked)
		}
	})
}

func TestTheScaleIsRight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.SliceOfN(rapid.Float64Range(0, 1e12), 1, 60).Draw(t, "days")
		f := chart.Lay(chart.Data{Series: [][]float64{days}, Began: -1}, 400, 160, 0)
		if len(f.Lines[0]) != 1 || len(f.Lines[0][0]) != len(days) {
			t.Fatalf("%d days are %v", len(days), f.Lines[0])
		}
		last := f.Ticks[len(f.Ticks)-1] // its place says how much a unit of height stands for
		perUnit := last.Value / (f.Bottom - last.Y)
		for i, p := range f.Lines[0][0] {
			if got := (f.Bottom - p.Y) * perUnit; last.Value > 0 && math.Abs(got-days[i]) > 1e-6*max(1, days[i], last.Value) {
				t.Fatalf("day %d of %v events stands at %v, which reads %v", i, days[i], p.Y, got)
			}
		}
	})
}

func TestTheLargestFigureFillsTheDrawing(t *testing.T) {
	for largest := 1.0; largest < 1e15; largest = math.Ceil(largest * 1.37) {
		f := chart.Lay(chart.Data{Series: [][]float64{{largest, 0}}, Began: -1}, 400, 160, 0)
		if used := (f.Bottom - f.Lines[0][0][0].Y) / (f.Bottom - f.Top); used < 0.66 {
			t.Errorf("%v uses %.0f %% of the height", largest, 100*used)
		}
		if n := len(f.Ticks); n < 2 {
			t.Errorf("%v has %d ticks", largest, n)
		}
	}
}

// TestNothingOnADrawingIsMarkup reads drawings as XML: every text is where it was put, every attribute is known and
// every number is one.
func TestNothingOnADrawingIsMarkup(t *testing.T) {
	known := map[string]bool{"class": true, "viewBox": true, "role": true, "aria-labelledby": true, "id": true, "d": true, "text-anchor": true}
	rapid.Check(t, func(t *rapid.T) {
		evil := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{`"><script>alert(1)</script>`, "</title><a href='x'>", "]]>", "--><!--"})).Draw(t, "evil")
		o := words(evil)
		o.Desc, o.Began = evil, evil
		o.Day, o.Tip = func(int) string { return evil }, func(int) string { return evil }
		o.Count = func(float64) string { return evil }
		svg, err := chart.SVG(anyData(t), o)
		if err != nil {
			t.Fatal(err)
		}
		plain(t, svg, known)
	})
}

func plain(t *rapid.T, svg template.HTML, known map[string]bool) {
	dec := xml.NewDecoder(strings.NewReader(string(svg)))
	dec.Strict = false // a name may hold characters that XML 1.0 cannot
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			if strings.Contains(err.Error(), "illegal character code") || strings.Contains(err.Error(), "invalid UTF-8") {
				return
			}
			t.Fatalf("%v in %s", err, svg)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if !slices.Contains(strings.Fields("svg title desc path line circle text g rect"), start.Name.Local) {
			t.Fatalf("an element %s in %s", start.Name.Local, svg)
		}
		for _, a := range start.Attr {
			_, err := strconv.ParseFloat(a.Value, 64)
			if !known[a.Name.Local] && err != nil || strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "Inf") {
				t.Fatalf("%s=%q in %s", a.Name.Local, a.Value, svg)
			}
		}
	}
}

func TestTheLookNeedsNothingFromOutside(t *testing.T) {
	css := string(chart.CSS())
	for _, bad := range []string{"url(", "@import", "http"} {
		if strings.Contains(css, bad) {
			t.Errorf("%q in the style of drawings", bad)
		}
	}
	if !strings.Contains(css, "prefers-color-scheme: dark") {
		t.Error("there is no dark look")
	}
}
