package chart_test

import (
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/plumbline-audit/plumbline/internal/chart"
)

func TestSpark(t *testing.T) {
	for name, c := range map[string]struct {
		daily []float64
		width int
		style chart.Style
		want  string
	}{
		"a rise":                  {[]float64{0, 1, 2, 3, 4, 5, 6, 7}, 80, chart.Blocks, "▁▂▃▄▅▆▇█"},
		"a rise in ASCII":         {[]float64{0, 1, 2, 3, 4, 5, 6, 7}, 80, chart.ASCII, "_.:-=+*#"},
		"only zeros":              {[]float64{0, 0, 0}, 80, chart.Blocks, "▁▁▁"},
		"a day that was not read": {[]float64{7, math.NaN(), 7}, 80, chart.Blocks, "█ █"},
		"below zero is zero":      {[]float64{-3, 7}, 80, chart.Blocks, "▁█"},
		"infinity is no figure":   {[]float64{math.Inf(1), 7}, 80, chart.Blocks, " █"},
		"no days":                 {nil, 80, chart.Blocks, ""},
		"no room":                 {[]float64{1}, 0, chart.Blocks, ""},
		"two days to a column":    {[]float64{0, 0, 7, 7, 0, 14}, 3, chart.Blocks, "▁██"},
		"more days than columns":  {[]float64{7, 7, 7, 0, 0}, 2, chart.Blocks, "█▃"},
		"a trace of what it was":  {[]float64{898, 4}, 80, chart.Blocks, "█▁"},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(c.want, chart.Spark(c.daily, c.width, c.style)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestSparkPairSharesOneScale(t *testing.T) {
	large, small := []int64{700, 0}, []int64{0, 100}
	a, b := chart.SparkPair(large, small, 80, chart.Blocks)
	c, d := chart.SparkPair(small, large, 80, chart.Blocks)
	if d := cmp.Diff([]string{"█▁", "▁▂", "▁▂", "█▁"}, []string{a, b, c, d}); d != "" {
		t.Error(d)
	}
}

func TestAxis(t *testing.T) {
	for name, c := range map[string]struct {
		days, width int
		marks       []chart.Mark
		want        string
	}{
		"three marks": {
			35, 40, []chart.Mark{{0, "12 May"}, {14, "26 May"}, {34, "15 June"}}, "12 May        26 May        15 June",
		},
		"the middle one too close to the end": {
			35, 40, []chart.Mark{{0, "12 May"}, {30, "11 June"}, {34, "15 June"}}, "12 May                      15 June",
		},
		"the middle one too close to the start": {
			35, 40, []chart.Mark{{0, "12 May"}, {5, "17 May"}, {34, "15 June"}}, "12 May                      15 June",
		},
		"room for one": {5, 40, []chart.Mark{{0, "1 May"}, {4, "5 May"}}, "1 May"},
		"no room":      {3, 40, []chart.Mark{{0, "12 May"}}, ""},
		"resampled":    {70, 35, []chart.Mark{{0, "12 May"}, {28, "9 June"}, {69, "20 July"}}, "12 May        9 June        20 July"},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(c.want, chart.Axis(c.days, c.width, c.marks)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestDrawingsKeepTheirPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		daily := rapid.SliceOfN(rapid.Float64Range(0, 1e9), 0, 400).Draw(t, "daily")
		width := rapid.IntRange(0, 120).Draw(t, "width")
		got := chart.Spark(daily, width, chart.Blocks)
		if n := utf8.RuneCountInString(got); n != min(len(daily), width) {
			t.Fatalf("%d columns for %d days in %d", n, len(daily), width)
		}
		if len(daily) > 0 && width >= len(daily) {
			for i, r := range []rune(got) {
				if daily[i] == 0 && r != '▁' {
					t.Fatalf("zero is drawn as %q", r)
				}
			}
		}
		day := rapid.IntRange(0, 500).Draw(t, "day")
		if c := chart.Column(day, len(daily), width); c < 0 || c > 0 && c >= min(len(daily), width) {
			t.Fatalf("day %d of %d is in column %d of %d", day, len(daily), c, width)
		}
		axis := chart.Axis(len(daily), width, []chart.Mark{{0, "12 May"}, {day, "26 May"}, {len(daily) - 1, "15 June"}})
		if n := utf8.RuneCountInString(axis); n > min(len(daily), width) {
			t.Fatalf("the axis %q is wider than the drawing", axis)
		}
	})
}

func TestColumnAgreesWithResample(t *testing.T) {
	for days := 1; days < 60; days++ {
		for width := 1; width < 40; width++ {
			for day := range days {
				one := make([]float64, days)
				one[day] = 1
				cols := chart.Resample(one, width)
				if cols[chart.Column(day, days, width)] == 0 {
					t.Fatalf("day %d of %d is not in its column of %d: %v", day, days, width, cols)
				}
			}
		}
	}
}

func TestASCIIIsASCII(t *testing.T) {
	got := chart.Spark([]int64{0, 5, 9}, 9, chart.ASCII)
	if strings.ContainsFunc(got, func(r rune) bool { return r > 126 }) {
		t.Errorf("%q holds more than ASCII", got)
	}
}
