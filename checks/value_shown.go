package checks

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// ruleID is the hash of what a rule counts: counts under another ID are another fact.
func ruleID(c landed.Constraint) string {
	bound := func(x *float64) string {
		if x == nil {
			return "-"
		}
		return strconv.FormatFloat(*x, 'g', -1, 64)
	}
	text := fmt.Sprintf("%q %q %d %d %q %q %s %s", c.Table, c.Column, c.Rule, c.Type, c.Values, c.Pattern, bound(c.Min), bound(c.Max))
	h := sha256.Sum256([]byte(text))
	return base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString(h[:10])
}

// shownValues is how many values are looked at for one that breaks an enum.
const shownValues = 50

// newestValues asks for the commonest values of a column since a fault began.
func newestValues(in Input, p *profiled, rule landed.Constraint, r change) landed.Question {
	return landed.TopValues{
		Source: in.Landed.Source.Name, Table: rule.Table, Column: rule.Column,
		Span: landed.Span{First: p.day(r.start), Last: in.Last}, Limit: shownValues, Plain: true,
	}
}

// stranger is a value that the plan does not have.
type stranger struct {
	value string
	rows  int64
}

// mayShow says whether values of a column may be shown at all.
func (in Input) mayShow(p *profiled, column string) bool {
	return in.AnyValues || in.ShowValues && fewValues(p, column)
}

// strangers are the values that break an enum and may be shown: in a column of at most 50 values, in at least 20
// rows, and not looking like something personal.
func strangers(in Input, p *profiled, rule landed.Constraint, r change) []stranger {
	if rule.Rule != landed.OneOf || !in.mayShow(p, rule.Column) {
		return nil
	}
	answer := in.Answers.Values[newestValues(in, p, rule, r)]
	if len(answer) >= shownValues && !in.AnyValues {
		return nil
	}
	var out []stranger
	for _, row := range answer {
		if len(row.N) == 0 || slices.Contains(rule.Values, row.Key) || !in.AnyValues && (row.N[0] < 20 || personal(row.Key)) {
			continue
		}
		out = append(out, stranger{value: row.Key, rows: int64(row.N[0])})
	}
	return out[:min(3, len(out))]
}

var (
	emailLike = regexp.MustCompile(`[^\s@]+@[^\s@]+\.[^\s@]+`)
	phoneLike = regexp.MustCompile(`\+?\d[\d\s().-]{7,}\d`)
)

// personal says whether a value looks like an address, a phone or card number, or like free text.
func personal(v string) bool {
	return len(v) > 60 || emailLike.MatchString(v) || phoneLike.MatchString(v)
}
