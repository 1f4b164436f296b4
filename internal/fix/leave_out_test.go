package fix_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/connectors"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/fix"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

type quotes struct{}

func (quotes) Quote(s string) string   { return `"` + s + `"` }
func (quotes) Literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func columns(list ...string) []landed.Column {
	var out []landed.Column
	for _, c := range list {
		out = append(out, landed.Column{Name: c, Type: landed.Text})
	}
	return out
}

func TestLeaveOut(t *testing.T) {
	common := columns("event_text", "context_library_name", "context_library_version")
	tables := []landed.Table{{Name: "tracks", Columns: common}, {Name: "viewed_1", Columns: common}}
	pages := slices.Concat(tables, []landed.Table{{Name: "pages", Columns: columns("context_library_name")}})
	const config = "sources:\n  - schema: web # the shop\n    name: Shop\n  - {schema: ios}\n"
	for _, c := range []struct {
		what, config string
		fix          finding.LeaveOut
		tables       []landed.Table
		want         string // the line added; "" where nothing is offered
	}{
		{
			"a client", config,
			finding.LeaveOut{Source: "web", Slice: landed.Slice{Library: "curl"}},
			tables,
			`+    where: "context_library_name is null or context_library_name <> 'curl'"`,
		},
		{
			"a version of a client", config,
			finding.LeaveOut{Source: "web", Slice: landed.Slice{Library: "o'curl", LibraryVersion: "2"}},
			tables,
			`+    where: "context_library_name is null or context_library_name <> 'o''curl' or context_library_version is null or context_library_version <> '2'"`,
		},
		{
			"names", config,
			finding.LeaveOut{Source: "web", Names: "Viewed *"},
			tables,
			`+    where: "event_text is null or event_text not like 'Viewed %'"`,
		},
		{"names, and a table that has none", config, finding.LeaveOut{Source: "web", Names: "Viewed *"}, pages, ""},
		{
			"a client, and a table without names", config,
			finding.LeaveOut{Source: "web", Slice: landed.Slice{Library: "curl"}},
			pages,
			`+    where: "context_library_name is null or context_library_name <> 'curl'"`,
		},
		{"names with a sign that stands for any text", config, finding.LeaveOut{Source: "web", Names: "100% of *"}, tables, ""},
		{"names that act on a terminal", config, finding.LeaveOut{Source: "web", Names: "\x1b[2J*"}, tables, ""},
		{"names that a warehouse may read otherwise", config, finding.LeaveOut{Source: "web", Names: `a\' or 1=1 --*`}, tables, ""},
		{"nothing known of the tables", config, finding.LeaveOut{Source: "web", Names: "Viewed *"}, nil, ""},
		{
			"a source that is not in the list", "sources:\n  - schema: ios\n",
			finding.LeaveOut{Source: "web", Names: "Viewed *"},
			tables,
			`    where: "event_text is null or event_text not like 'Viewed %'"`,
		},
		{
			"a source that has an expression", "sources:\n  - schema: web\n    where: a = 1\n",
			finding.LeaveOut{Source: "web", Names: "Viewed *"},
			tables,
			`    where: "event_text is null or event_text not like 'Viewed %'"`,
		},
	} {
		t.Run(c.what, func(t *testing.T) {
			f := finding.Finding{Kind: finding.DynamicName, Subject: finding.Subject{Source: "web", Event: "Viewed {number}"}, Fixes: []finding.Fix{c.fix}}
			texts := fix.Write(f, fix.Context{
				Quoter: quotes{}, ConfigData: []byte(c.config),
				Landed: map[string]landed.Snapshot{"web": {Source: landed.Source{Name: "web", Schema: "web"}, Tables: c.tables}},
			})
			got := ""
			for _, x := range texts {
				for line := range strings.Lines(x.Text) {
					if _, expression, ok := strings.Cut(line, "where: "); ok && !strings.Contains(line, "a = 1") {
						got = strings.TrimSuffix(line, "\n")
						if err := connectors.SafeExpression(strings.Trim(strings.TrimSpace(expression), `"`)); err != nil {
							t.Errorf("the configuration would refuse it: %v", err)
						}
					}
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if c.want == "" && len(texts) > 0 {
				t.Errorf("it cannot be written, and is offered: %v", texts)
			}
		})
	}
}
