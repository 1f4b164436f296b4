package names

import "testing"

func TestLike(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"Signed In", "Signed In", true},
		{"Signed In", "signed in", false},
		{"*", "", true},
		{"[Amplitude] *", "[Amplitude] Page Viewed", true},
		{"[Amplitude] *", "Amplitude Page Viewed", false},
		{"*Viewed", "Page Viewed", true},
		{"*Viewed", "Viewed Page", false},
		{"a*b*c", "a-b-b-c", true},
		{"a*b*c", "a-c-b", false},
		{"ab*ba", "aba", false},
		{"**", "anything", true},
		{"a?c", "abc", false},
	} {
		if got := Like(c.pattern, c.name); got != c.want {
			t.Errorf("Like(%q, %q) = %v", c.pattern, c.name, got)
		}
	}
}
