// Package words writes figures, dates and durations as people read them.
package words

import (
	"math"
	"strconv"
	"strings"
)

// Count writes a whole number with thousands separated: 18,204.
func Count(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	var b strings.Builder
	b.WriteString(sign)
	for i := range len(s) {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// Figure writes a measured number with no more digits than a reader can use: whole from 100 up, two decimals from
// 1 up, two significant digits below; "unknown" where it is not a number.
func Figure(x float64) string {
	abs := math.Abs(x)
	switch {
	case math.IsNaN(x):
		return "unknown"
	case math.IsInf(x, 0) || abs >= 1<<62:
		return strconv.FormatFloat(x, 'g', 3, 64)
	case x == math.Trunc(x), abs >= 100:
		return Count(int64(math.Round(x)))
	case abs >= 1:
		return strconv.FormatFloat(x, 'f', 2, 64)
	}
	return strconv.FormatFloat(x, 'g', 2, 64)
}

// Rate writes how many there are a day: whole from 10 up, one decimal below, "under 0.1" for what is hardly there.
func Rate(x float64) string {
	switch {
	case math.IsNaN(x):
		return "unknown"
	case x >= 9.95:
		return Count(int64(math.Round(min(x, 1<<62))))
	case x <= 0:
		return "0"
	case x < 0.05:
		return "under 0.1"
	}
	return strings.TrimSuffix(strconv.FormatFloat(x, 'f', 1, 64), ".0")
}

// Percent writes a share of 0..1 as per cent, never rounding a part up to the whole or down to nothing:
// 0.999 is "99.9 %", 0.9999 "over 99.9 %", 0.0001 "under 0.1 %".
func Percent(share float64) string {
	p := share * 100
	switch {
	case math.IsNaN(p):
		return "unknown"
	case p == 0, p == 100:
	case p > 0 && p < 0.1:
		return "under 0.1 %"
	case p > 99.9 && p < 100:
		return "over 99.9 %"
	case p > 0 && p < 1, p >= 99.5 && p < 100:
		return strings.TrimSuffix(strconv.FormatFloat(math.Trunc(p*10+1e-9)/10, 'f', 1, 64), ".0") + " %"
	}
	return Count(int64(math.Round(p))) + " %"
}

// Sure writes how sure a judgement of 0..1 is, in whole per cent and never more than 99: nothing is certain.
func Sure(confidence float64) string {
	if math.IsNaN(confidence) {
		return "not known how"
	}
	p := math.Floor(confidence*100 + 1e-9)
	return strconv.Itoa(int(min(max(p, 0), 99))) + " %"
}

// Many writes a number with its unit, in the singular for one: "1 event", "18,204 events".
func Many(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Count(n) + " " + many
}

// Rough writes a large number short: 950, 14,200, 1.2 M, 3.4 G.
func Rough(n int64) string {
	switch {
	case n < 1_000_000:
		return Count(n)
	case n < 1_000_000_000:
		return tenth(float64(n)/1e6) + " M"
	}
	return tenth(float64(n)/1e9) + " G"
}

// Bytes writes a size in decimal units, as warehouses bill it: 812 B, 6.2 GB.
func Bytes(n int64) string {
	size, units := float64(n), []string{"B", "kB", "MB", "GB", "TB"}
	for i, unit := range units {
		if size < 999.95 || i == len(units)-1 {
			return tenth(size) + " " + unit
		}
		size /= 1000
	}
	return ""
}

// tenth writes one decimal below 100 and none from there up, and leaves a zero decimal out.
func tenth(x float64) string {
	if x >= 99.95 {
		return Count(int64(math.Round(x)))
	}
	return strings.TrimSuffix(strconv.FormatFloat(x, 'f', 1, 64), ".0")
}

// List names the first few items and counts the rest: "a, b, 7 more". A single item too many is named, since
// "1 more" is no shorter.
func List(items []string, few int) string {
	if len(items) <= few+1 {
		return strings.Join(items, ", ")
	}
	return strings.Join(items[:few], ", ") + ", " + Count(int64(len(items)-few)) + " more"
}

// And joins items as a sentence does: "a, b and c".
func And(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	return strings.Join(items[:len(items)-1], ", ") + " and " + items[len(items)-1]
}
