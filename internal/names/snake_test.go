package names

import (
	"bufio"
	"os"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestSnakeEqualsMeasuredTableNames(t *testing.T) {
	f, err := os.Open("testdata/naming_segment_vs_rudderstack.tsv")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	rows := 0
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		cells := strings.Split(lines.Text(), "\t")
		if cells[0] == "same_or_diff" {
			continue
		}
		rows++
		if got := Snake(cells[1]); got != cells[2] {
			t.Errorf("Snake(%q) = %q, want %q", cells[1], got, cells[2])
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	if rows != 52 {
		t.Errorf("read %d rows of measured names, want 52", rows)
	}
}

func TestSnake(t *testing.T) {
	for _, c := range []struct{ what, in, want string }{
		{"an acronym joins the word after it", "CStringRef", "cstring_ref"},
		{"capitals inside a word", "samPLE text", "sam_ple_text"},
		{"a digit before capitals", "2FA Enabled", "2fa_enabled"},
		{"a digit after a capital", "f_pX9", "f_p_x9"},
		{"digits and capitals after an underscore", "foo_2FA", "foo_2fa"},
		{"digits in a small run end it before a capital", "step2Viewed", "step2_viewed"},
		{"bytes beyond ASCII vanish", "•¶§ƒ˚foo˙∆˚¬", "foo"},
		{"leading underscores vanish", "_foo__bar_", "foo_bar"},
		{"nothing is left", "🎉", ""},
	} {
		if got := Snake(c.in); got != c.want {
			t.Errorf("%s: Snake(%q) = %q, want %q", c.what, c.in, got, c.want)
		}
	}
}

func TestSnakeIsATableName(t *testing.T) {
	shape := regexp.MustCompile(`^([a-z0-9]+(_[a-z0-9]+)*)?$`)
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.OneOf(rapid.String(), rapid.StringMatching(`[A-Za-z0-9_ .-]{0,30}`)).Draw(t, "name")
		got := Snake(in)
		if !shape.MatchString(got) {
			t.Errorf("Snake(%q) = %q is no table name", in, got)
		}
		if again := Snake(got); again != got {
			t.Errorf("Snake(Snake(%q)) = %q, want %q", in, again, got)
		}
	})
}
