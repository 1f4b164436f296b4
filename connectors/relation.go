package connectors

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// relations resolves every table name of a statement. A table that is substituted is read through a CTE of the same
// columns, so that a fix can be tried by somebody who may only read.
type relations struct {
	d    Dialect
	with map[landed.Relation]string
	ctes map[landed.Relation]string
	used []landed.Relation
}

var notWord = regexp.MustCompile(`[^A-Za-z0-9_]+`)

func newRelations(d Dialect, with map[landed.Relation]string) *relations {
	r := &relations{d: d, with: with, ctes: make(map[landed.Relation]string, len(with))}
	taken := make(map[string]bool, len(with))
	for _, rel := range slices.SortedFunc(maps.Keys(with), compareRelations) {
		base := "__pl_" + strings.ToLower(notWord.ReplaceAllString(rel.Schema+"_"+rel.Table, "_"))
		base = base[:min(len(base), 48)] // Postgres cuts identifiers at 63 bytes
		name := base
		for i := 2; taken[name]; i++ {
			name = base + "_" + strconv.Itoa(i)
		}
		taken[name] = true
		r.ctes[rel] = name
	}
	return r
}

func compareRelations(a, b landed.Relation) int {
	if c := strings.Compare(a.Schema, b.Schema); c != 0 {
		return c
	}
	return strings.Compare(a.Table, b.Table)
}

// name returns how a statement speaks of rel.
func (r *relations) name(rel landed.Relation) string {
	if !slices.Contains(r.used, rel) {
		r.used = append(r.used, rel)
	}
	if cte, ok := r.ctes[rel]; ok {
		return r.d.Quote(cte)
	}
	parts := strings.Split(rel.Schema, ".")
	for i, p := range parts {
		parts[i] = r.d.Quote(p)
	}
	return strings.Join(append(parts, r.d.Quote(rel.Table)), ".")
}

// with returns the WITH clause for the substituted relations the statement used, and "" without any.
func (r *relations) clause() string {
	var out []string
	for _, rel := range slices.SortedFunc(slices.Values(r.used), compareRelations) {
		if body, ok := r.with[rel]; ok {
			out = append(out, fmt.Sprintf("%s AS %s(\n%s\n)", r.d.Quote(r.ctes[rel]), r.d.Words().Inline, body))
		}
	}
	if len(out) == 0 {
		return ""
	}
	return "WITH " + strings.Join(out, ",\n") + "\n"
}
