package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/plumbline-audit/plumbline/config"
	"github.com/plumbline-audit/plumbline/internal/app"
)

func newConfig(g *global) *cobra.Command {
	cmd := &cobra.Command{
		Use: "config", Short: "Check the configuration, or describe it for editors", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(&cobra.Command{
		Use: "check", Short: "Read the configuration and its plans, and say what they are or what is wrong with them", Args: cobra.NoArgs,
		Long: "Reads plumbline.yaml, the settings of its checks and its plans, and lists every mistake with its place and code\n" +
			"(exit code 2). Neither the warehouse nor the state is opened.",
		RunE: func(*cobra.Command, []string) error { return g.checkConfig() },
	}, &cobra.Command{
		Use: "schema", Short: "Print a JSON Schema of the configuration, for editors", Args: cobra.NoArgs,
		Long: "Prints a JSON Schema (draft 2020-12) of plumbline.yaml. An editor with the YAML language server completes and\n" +
			"checks the file when its first line names the schema:\n\n" +
			"  # yaml-language-server: $schema=plumbline.schema.json",
		RunE: func(*cobra.Command, []string) error {
			text, err := config.Schema(app.Known())
			if err != nil {
				return err
			}
			_, err = g.out.Write(text)
			return err
		},
	})
	return cmd
}

// checkConfig says what the configuration comes to.
func (g *global) checkConfig() error {
	a, err := g.open()
	if err != nil {
		return err
	}
	defer a.Close() //nolint:errcheck // nothing was opened
	c := a.Config
	w := tabwriter.NewWriter(g.out, 2, 4, 2, ' ', 0)
	fmt.Fprintf(w, "%s has no mistake.\n", safe(c.File))
	for _, l := range [][2]string{
		{"workspace", c.Workspace},
		{"warehouse", or(near(c, c.Warehouse.URL), "none: set warehouse.url")},
		{"sources", sourceLine(c)},
		{"plan", planLine(a)},
		{"state", near(c, c.State)},
		{"checks", checkLine(c)},
		{"schedule", scheduleLine(c)},
		{"Slack", or(c.Slack.Channel, "not posted to")},
	} {
		fmt.Fprintf(w, "  %s\t%s\n", l[0], safe(l[1]))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err = fmt.Fprintln(g.out, "Neither the warehouse nor the state was opened.")
	return err
}

// near is a URL as the file would have it: what lies beside the file, from there.
func near(c *config.Config, u config.URL) string {
	if rel, err := filepath.Rel(c.Dir, u.Rest()); err == nil && filepath.IsLocal(rel) {
		return u.Scheme() + ":" + rel
	}
	return string(u)
}

func or(s, none string) string {
	if s == "" {
		return none
	}
	return s
}

func sourceLine(c *config.Config) string {
	var ids []string
	for _, s := range c.Sources {
		id := s.ID
		if s.Columns.Source != "" {
			id = "each " + s.Columns.Source + " of " + s.Schema + "." + s.Table
		}
		if s.Environment != "production" {
			id += " (" + s.Environment + ")"
		}
		ids = append(ids, id)
	}
	return or(strings.Join(ids, ", "), "every schema with the layout, but for dev, staging and test")
}

func planLine(a *app.App) string {
	var out []string
	for _, p := range a.Plans() {
		line := fmt.Sprintf("%s (%d events)", p.File, p.Events)
		if len(p.Sources) > 0 {
			line += " for " + strings.Join(p.Sources, ", ")
		}
		out = append(out, line)
	}
	return or(strings.Join(out, "; "), "none: what has landed is taken for planned")
}

func checkLine(c *config.Config) string {
	var off, set []string
	for id, s := range c.Checks {
		if s.Off() {
			off = append(off, id+" off")
		} else {
			set = append(set, id+" set")
		}
	}
	slices.Sort(off)
	slices.Sort(set)
	return or(strings.Join(append(set, off...), ", "), "every check, with its own defaults")
}

func scheduleLine(c *config.Config) string {
	var out []string
	for _, s := range c.Schedule {
		out = append(out, strings.TrimSpace(s.Name+" "+string(s.Cron))+" ("+string(s.Timezone)+")")
	}
	if len(out) == 0 {
		return "none"
	}
	return strings.Join(out, ", ") + "; nothing starts it yet: start plumbline audit from cron"
}
