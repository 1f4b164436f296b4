package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/plumbline-audit/plumbline/internal/app"
	"github.com/plumbline-audit/plumbline/internal/finding"
)

// TestCommandPages holds docs/cli to the commands. UPDATE=1 rewrites the pages.
func TestCommandPages(t *testing.T) {
	t.Parallel()
	root := newRoot(world{out: io.Discard, err: io.Discard, env: func(string) (string, bool) { return "", false }})
	root.InitDefaultCompletionCmd()
	pages := map[string]string{}
	collect(root, pages)
	dir := filepath.Join("..", "..", "docs", "cli")
	for name, want := range pages {
		fresh(t, filepath.Join(dir, name), want)
	}
	there, err := filepath.Glob(filepath.Join(dir, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range there {
		if _, ok := pages[filepath.Base(file)]; !ok {
			t.Errorf("%s describes a command that does not exist: remove it", file)
		}
	}
}

// TestReportPage holds the formats of docs/reports.md to those that an audit takes.
func TestReportPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "reports.md"))
	if err != nil {
		t.Fatal(err)
	}
	table, _, _ := strings.Cut(string(page), "\nAll of them")
	var described []string
	for _, row := range strings.Split(table, "\n| `")[1:] {
		format, _, _ := strings.Cut(row, "`")
		if err := (auditFlags{format: format, failOn: "warning"}).check(); err != nil {
			t.Error(err)
		}
		described = append(described, format)
	}
	usage := newAudit(&global{}).Flags().Lookup("format").Usage
	taken := strings.FieldsFunc(strings.ReplaceAll(usage, " or ", ","), func(r rune) bool { return r == ',' || r == ' ' })
	slices.Sort(described)
	slices.Sort(taken)
	if diff := cmp.Diff(taken, described); diff != "" {
		t.Errorf("docs/reports.md describes other formats than --format takes (-taken +described):\n%s", diff)
	}
}

// TestEveryKindHasAPage holds the links of SARIF to pages that are there.
func TestEveryKindHasAPage(t *testing.T) {
	t.Parallel()
	for _, k := range finding.Kinds() {
		if _, err := os.Stat(filepath.Join("..", "..", filepath.FromSlash(app.PageOf(k)))); err != nil {
			t.Errorf("%s: %v", k, err)
		}
	}
}

// fresh holds a file to a text, or writes it when UPDATE is set.
func fresh(t *testing.T, file, want string) {
	t.Helper()
	if os.Getenv("UPDATE") != "" {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("%s is not what the program has now; UPDATE=1 go test ./cmd/plumbline rewrites it (-now +file):\n%s", file, diff)
	}
}

// collect writes the page of a command and of those below it. Those of completion are one for each shell, and stand on
// its page.
func collect(c *cobra.Command, pages map[string]string) {
	pages[pageOf(c)] = commandPage(c)
	if c.Name() == "completion" {
		return
	}
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			collect(sub, pages)
		}
	}
}

func pageOf(c *cobra.Command) string {
	return strings.ReplaceAll(c.CommandPath(), " ", "_") + ".md"
}

func commandPage(c *cobra.Command) string {
	var b bytes.Buffer
	b.WriteString("# " + c.CommandPath() + "\n\n<!-- Written by `UPDATE=1 go test ./cmd/plumbline`; change cmd/plumbline instead. -->\n\n" + c.Short + ".\n\n")
	if c.Long != "" && c.Name() != "completion" {
		b.WriteString(c.Long + "\n\n")
	}
	if c.Runnable() && c.Name() != "completion" {
		b.WriteString("```\n" + c.UseLine() + "\n```\n\n")
	}
	if c.Example != "" {
		b.WriteString("```\n" + strings.ReplaceAll(strings.TrimPrefix(c.Example, "  "), "\n  ", "\n") + "\n```\n\n")
	}
	var below []string
	for _, sub := range c.Commands() {
		switch {
		case !sub.IsAvailableCommand() || sub.Name() == "help":
		case c.Name() == "completion":
			below = append(below, "- `"+sub.CommandPath()+"`: "+sub.Short+"; `--help` says how to load it")
		default:
			below = append(below, "- ["+sub.CommandPath()+"]("+pageOf(sub)+"): "+sub.Short)
		}
	}
	if len(below) > 0 {
		b.WriteString("## Commands\n\n" + strings.Join(below, "\n") + "\n\n")
	}
	flags(&b, "Flags", c.NonInheritedFlags())
	if c.HasParent() {
		flags(&b, "Flags of every command", c.InheritedFlags())
		b.WriteString("Part of [" + c.Parent().CommandPath() + "](" + pageOf(c.Parent()) + ").\n")
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// flags writes a table of flags.
func flags(b *bytes.Buffer, title string, set *pflag.FlagSet) {
	var rows []string
	set.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		kind, what := pflag.UnquoteUsage(f)
		name := strings.TrimSpace("--" + f.Name + " " + kind)
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		def := ""
		if f.DefValue != "" && f.DefValue != "[]" && f.DefValue != "false" && f.DefValue != "0" {
			def = "`" + f.DefValue + "`"
		}
		rows = append(rows, "| `"+name+"` | "+def+" | "+strings.ReplaceAll(what, "|", `\|`)+" |")
	})
	if len(rows) > 0 {
		b.WriteString("## " + title + "\n\n| flag | default | what it does |\n|---|---|---|\n" + strings.Join(rows, "\n") + "\n\n")
	}
}

// TestBacktestPage holds the example of docs/backtest.md to what the script of the same name prints.
func TestBacktestPage(t *testing.T) {
	t.Parallel()
	script, err := txtar.ParseFile(filepath.Join("testdata", "script", "backtest.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	printed := ""
	for _, f := range script.Files {
		if f.Name == "want.txt" {
			printed = string(f.Data)
		}
	}
	file := filepath.Join("..", "..", "docs", "backtest.md")
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(page), "```text\n")
	_, after, ok2 := strings.Cut(rest, "```\n")
	if !ok || !ok2 || printed == "" {
		t.Fatalf("%s has no example, or the script has none", file)
	}
	fresh(t, file, before+"```text\n"+printed+"```\n"+after)
}
