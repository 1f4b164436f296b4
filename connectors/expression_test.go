package connectors_test

import (
	"strings"
	"testing"

	"github.com/plumbline-audit/plumbline/connectors"
)

func TestSafeExpression(t *testing.T) {
	for _, s := range []string{
		"context_app_name <> 'internal'", `"Context" = 'it''s; -- fine'`, "a IS NULL OR (b IN ('x', 'y') AND NOT c)",
		"lower(trim(email)) LIKE '%@example.com'", "amount::DOUBLE >= 1.5e3", "received_at > DATE '2026-01-01'",
		"coalesce(user_id, '') NOT LIKE 'test%'", "CASE WHEN a THEN b ELSE c END = 1", "\"select\" = 1", "x IN('a')",
	} {
		if err := connectors.SafeExpression(s); err != nil {
			t.Errorf("%s is refused: %v", s, err)
		}
	}
	for what, s := range map[string]string{
		"nothing": " ", "a second statement": "a = 1; DROP TABLE t", "a line comment": "a = 1 -- x", "a block comment": "a /* x */ = 1",
		"a subquery": "a IN (SELECT b FROM c)", "a union": "1 = 1 UNION SELECT 1", "two expressions": "a = 1, b = 2",
		"a closed parenthesis too many": "a = 1) OR (1 = 1", "an open parenthesis": "(a = 1", "an open quote": "a = 'x", "an open name": `"a = 1`,
		"a file": "a IN (read_text('/etc/passwd'))", "an unknown function": "pg_sleep(10) IS NULL", "a quoted function": `"pg_sleep" (10) IS NULL`,
		"a dollar quote": "a = $$x$$", "a bind": "a = ?", "a named bind": "a = @x", "a backslash": `a = 'x\' OR 1=1 --'`,
		"a prefix before a quote": `a = E'x'`, "DML": "delete", "an order": "a = 1 ORDER BY 1", "NUL": "a = 'x\x00'", "bytes": "a = '\xff'",
		"a bracket": "a[1] = 2", "a hash comment": "a = 1 # x", "a spaced function": "pg_sleep \n (1) IS NULL",
	} {
		if err := connectors.SafeExpression(s); err == nil {
			t.Errorf("%s was let through: %s", what, s)
		}
	}
}

func FuzzSafeExpression(f *testing.F) {
	f.Add("a = 'x'")
	f.Add(`"a" IN (1, 2) AND lower(b) = ''''`)
	f.Fuzz(func(t *testing.T, s string) {
		if connectors.SafeExpression(s) != nil {
			return
		}
		// What passes must stay inside its parentheses: outside of quotes no way out and no statement.
		depth, quote := 0, rune(0)
		for _, r := range s {
			switch {
			case quote != 0:
				if r == quote {
					quote = 0
				}
			case r == '\'' || r == '"' || r == '`':
				quote = r
			case r == '(':
				depth++
			case r == ')':
				depth--
			case strings.ContainsRune(";?$@#\\{}[]", r):
				t.Fatalf("%q passed with %q", s, r)
			}
			if depth < 0 {
				t.Fatalf("%q leaves its parentheses", s)
			}
		}
		if depth != 0 || quote != 0 {
			t.Fatalf("%q is not closed", s)
		}
	})
}
