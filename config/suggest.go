package config

// suggest returns the valid word that was probably meant, or "" when none is near: at most one change in three
// letters, by the optimal string alignment distance (Damerau with adjacent swaps).
func suggest(word string, valid []string) string {
	const long = 64
	if len(word) > long {
		return ""
	}
	best, least := "", max(1, len([]rune(word))/3)+1
	for _, v := range valid {
		if d := distance([]rune(word), []rune(v)); d < least && d < len([]rune(v)) {
			best, least = v, d
		}
	}
	return best
}

func distance(a, b []rune) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
