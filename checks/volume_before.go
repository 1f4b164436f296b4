package checks

// What a level must have been before to be no news: on the same weekdays in two of the last eight weeks, or at the same
// time of each of the last two months.
const (
	weeksBack  = 8
	weeksKnown = 2
	sameLevel  = 1.3
)

// knownLevel says whether the days from..last of a series are at a level that it ordinarily had before: an event that is
// back after an incident has not surged, and neither has one that comes at each turn of the month.
func knownLevel(y []float64, from int, turn func(i int) []int) bool {
	actual := total(y[from:])
	weeks := 0
	for k := 1; k <= weeksBack && from-7*k >= 0; k++ {
		if before := y[from-7*k : len(y)-7*k]; len(y)-7*k <= from && sameLevel*total(before) >= actual {
			weeks++
		}
	}
	return weeks >= weeksKnown || everyMonth(y, from, turn)
}

// everyMonth says whether the days were as high in each of the last two months, a day earlier or later.
func everyMonth(y []float64, from int, turn func(i int) []int) bool {
	for _, back := range []int{0, 1} {
		for i := from; i < len(y); i++ {
			at := turn(i)[back]
			if at-1 < 0 {
				return false
			}
			if sameLevel*max(y[at-1], y[at], y[at+1]) < y[i] {
				return false
			}
		}
	}
	return true
}
