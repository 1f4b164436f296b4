package names

// Snake is the table name that Segment makes of an event name: what its warehouse connector stores as `event`
// and names the event's table. Only ASCII counts. A word is a run of capitals and digits together with the run of
// small letters and digits that follows it; every other byte separates words; words are joined with underscores.
// A name without an ASCII letter or digit becomes the empty string.
func Snake(s string) string {
	b := make([]byte, 0, len(s)+8)
	for i := 0; i < len(s); {
		if !isUpperByte(s[i]) && !isLowerByte(s[i]) && !isDigitByte(s[i]) {
			i++
			continue
		}
		if len(b) > 0 {
			b = append(b, '_')
		}
		for ; i < len(s) && (isUpperByte(s[i]) || isDigitByte(s[i])); i++ {
			c := s[i]
			if isUpperByte(c) {
				c += 'a' - 'A'
			}
			b = append(b, c)
		}
		for ; i < len(s) && (isLowerByte(s[i]) || isDigitByte(s[i])); i++ {
			b = append(b, s[i])
		}
	}
	return string(b)
}

func isUpperByte(c byte) bool { return 'A' <= c && c <= 'Z' }
func isLowerByte(c byte) bool { return 'a' <= c && c <= 'z' }
func isDigitByte(c byte) bool { return '0' <= c && c <= '9' }
