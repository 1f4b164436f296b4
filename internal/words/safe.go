package words

import (
	"strings"

	"github.com/plumbline-audit/plumbline/internal/names"
)

// Safe makes a sentence fit to be shown on one line: e-mail addresses masked, and what could hide or act written out
// as names.Visible writes it. Unlike that, it may be applied to a text whose names are written out already: it leaves
// blanks and what Visible made as they are. A name alone wants names.Visible, which keeps different names different.
func Safe(s string) string {
	s = names.Mask(s)
	var b strings.Builder
	from := 0
	for i, r := range s {
		var keep string
		switch r {
		case ' ', '\n', '\t', '\r':
			keep = " "
		case '\\', '␠', '\u00a0':
			keep = string(r)
		default:
			continue
		}
		b.WriteString(names.Visible(s[from:i]))
		b.WriteString(keep)
		from = i + len(string(r))
	}
	b.WriteString(names.Visible(s[from:]))
	return b.String()
}
