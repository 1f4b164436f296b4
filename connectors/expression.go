package connectors

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// SafeExpression says whether s may stand in a WHERE clause: one boolean expression that only reads the row. It
// refuses statements, subqueries, comments, binds, backslashes (warehouses differ in what they escape) and any
// function that is not known to be harmless. A nil error means that s can be written between parentheses.
func SafeExpression(s string) error {
	if strings.TrimSpace(s) == "" {
		return errors.New("the expression is empty: leave `where` out instead")
	}
	if !utf8.ValidString(s) {
		return errors.New("the expression is not UTF-8")
	}
	g := gate{rest: s}
	for g.rest != "" {
		if err := g.step(); err != nil {
			return fmt.Errorf("read the expression %q: %w", s, err)
		}
	}
	if g.depth != 0 {
		return fmt.Errorf("read the expression %q: a parenthesis is not closed", s)
	}
	return nil
}

// gate reads an expression token by token.
type gate struct {
	rest  string
	depth int
}

func (g *gate) step() error {
	r, size := utf8.DecodeRuneInString(g.rest)
	switch {
	case unicode.IsSpace(r):
	case r == '\'' || r == '"' || r == '`':
		return g.quoted(byte(r))
	case r == '(':
		g.depth++
	case r == ')':
		if g.depth--; g.depth < 0 {
			return errors.New("a parenthesis is closed that was not opened")
		}
	case r == ',' && g.depth == 0:
		return errors.New("it must be one expression: a comma stands outside of parentheses")
	case strings.HasPrefix(g.rest, "--") || strings.HasPrefix(g.rest, "/*") || strings.HasPrefix(g.rest, "*/"):
		return errors.New("comments are not allowed")
	case unicode.IsLetter(r) || r == '_':
		return g.word()
	case unicode.IsDigit(r), strings.ContainsRune("+-*/%=<>!|~.,:", r):
	default:
		return fmt.Errorf("the character %q is not allowed", r)
	}
	g.rest = g.rest[size:]
	return nil
}

func (g *gate) quoted(q byte) error {
	for i := 1; i < len(g.rest); i++ {
		switch g.rest[i] {
		case '\\', 0:
			return errors.New("backslashes and NUL are not allowed inside quotes")
		case q:
			if i+1 < len(g.rest) && g.rest[i+1] == q {
				i++
				continue
			}
			g.rest = g.rest[i+1:]
			if q != '\'' && strings.HasPrefix(strings.TrimSpace(g.rest), "(") {
				return errors.New("a quoted name is called as a function: write known functions without quotes")
			}
			return nil
		}
	}
	return fmt.Errorf("a quote %c is not closed", q)
}

func (g *gate) word() error {
	end := strings.IndexFunc(g.rest, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' })
	if end < 0 {
		end = len(g.rest)
	}
	w := strings.ToLower(g.rest[:end])
	g.rest = g.rest[end:]
	switch {
	case forbiddenWord(w):
		return fmt.Errorf("the word %s is not allowed: only one condition on a row's own columns is", strings.ToUpper(w))
	case strings.HasPrefix(g.rest, "'") && !typedLiteral(w):
		return fmt.Errorf("the prefix %s before a quote is not allowed", w)
	case strings.HasPrefix(strings.TrimSpace(g.rest), "(") && !harmless(w):
		return fmt.Errorf("the function %s is not among those allowed", w)
	}
	return nil
}

func typedLiteral(w string) bool {
	switch w {
	case "date", "timestamp", "timestamptz", "interval", "in", "like", "ilike", "and", "or", "not", "then", "when", "else", "between", "similar", "to", "case":
		return true
	}
	return false
}

func forbiddenWord(w string) bool {
	switch w {
	case "select", "from", "with", "union", "intersect", "except", "insert", "update", "delete", "merge", "drop",
		"create", "alter", "truncate", "grant", "revoke", "copy", "attach", "detach", "install", "load", "pragma",
		"set", "reset", "call", "execute", "exec", "prepare", "do", "into", "values", "table", "exists", "lateral",
		"order", "group", "having", "limit", "offset", "window", "over", "qualify", "returning", "export", "import",
		"describe", "show", "explain", "vacuum", "begin", "commit", "rollback", "where", "join", "lambda", "columns":
		return true
	}
	return false
}

func harmless(w string) bool {
	switch w {
	case "and", "or", "not", "in", "like", "ilike", "between", "is", "case", "when", "then", "else", "any",
		"lower", "upper", "trim", "ltrim", "rtrim", "btrim", "length", "char_length", "substr", "substring", "left",
		"right", "replace", "concat", "split_part", "strpos", "starts_with", "ends_with", "contains", "startswith",
		"endswith", "coalesce", "nullif", "ifnull", "nvl", "greatest", "least", "abs", "round", "floor", "ceil",
		"ceiling", "mod", "sign", "cast", "try_cast", "safe_cast", "extract", "date_trunc", "date", "timestamp",
		"regexp_matches", "regexp_like", "regexp_contains", "json_extract", "json_extract_string", "json_value",
		"varchar", "decimal", "numeric", "char":
		return true
	}
	return false
}
