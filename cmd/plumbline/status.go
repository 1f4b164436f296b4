package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/plumbline-audit/plumbline/config"
	"github.com/plumbline-audit/plumbline/internal/app"
	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/words"
)

func newStatus(g *global) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use: "status", Short: "Last audit, open findings, and messages that have not arrived", Args: cobra.NoArgs,
		Long: "Reads the state alone: no warehouse, no network. Exit code 3 where a message was given up or the last audit\n" +
			"did not see everything, else 0.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if format != "text" && format != "json" {
				return usage(fmt.Errorf("--format %s: write text or json", format))
			}
			a, err := g.open()
			if err != nil {
				return err
			}
			defer a.Close() //nolint:errcheck // nothing was written
			s, err := a.Standing(cmd.Context())
			if err != nil {
				return err
			}
			if format == "json" {
				err = g.statusJSON(a.Config, s)
			} else {
				err = g.statusText(a.Config, s)
			}
			if err == nil && troubled(s) {
				err = &exit{code: exitPartial}
			}
			return err
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	return cmd
}

// troubled says whether somebody has to act for audits and messages to go on.
func troubled(s app.Standing) bool {
	return s.Last != nil && !s.Last.Complete() || slices.ContainsFunc(s.Messages, func(m app.Undelivered) bool { return m.GivenUp })
}

// tally counts findings by severity where they are open, and by status where not.
func tally(list []audit.Reported) (open map[finding.Severity]int, other map[incident.Status]int) {
	open, other = map[finding.Severity]int{}, map[incident.Status]int{}
	for _, r := range list {
		if r.Status == incident.Open {
			open[r.Finding.Severity]++
		} else {
			other[r.Status]++
		}
	}
	return open, other
}

func (g *global) statusText(c *config.Config, s app.Standing) error {
	var b strings.Builder
	line := func(label, text string) { fmt.Fprintf(&b, "%-10s %s\n", label, text) }
	zone := c.Timezone.Location()
	line("Workspace", safe(s.Workspace)+", state "+safe(s.State))
	if s.None || s.Last == nil {
		line("Audited", "never: plumbline audit")
		_, err := fmt.Fprint(g.out, b.String())
		return err
	}
	h := s.Last
	seen := "complete"
	if n := len(h.Gaps); n > 0 {
		seen = words.Many(int64(n), "part", "parts") + " not checked: plumbline audit says which and how to mend it"
	}
	line("Audited", words.FullMoment(h.Finished, zone)+", "+ago(g.now().Sub(h.Finished))+" · "+seen)
	for i, name := range slices.Sorted(maps.Keys(s.Judged)) {
		label := ""
		if i == 0 {
			label = "Judged"
		}
		line(label, safe(name)+" through "+words.FullDay(s.Judged[name].Time()))
	}
	for _, sc := range c.Schedule {
		line("Schedule", scheduled(sc)+", last audit "+ago(g.now().Sub(h.Finished)))
	}
	open, other := tally(s.Findings)
	line("Open", counted([]figure{
		{open[finding.Critical], "critical", "critical"}, {open[finding.Warning], "warning", "warnings"}, {open[finding.Info], "note", "notes"},
	}, "nothing"))
	line("Besides", counted([]figure{
		{other[incident.Acknowledged], "acknowledged", "acknowledged"},
		{other[incident.Snoozed], "snoozed", "snoozed"},
		{other[incident.Expected], "expected", "expected"},
		{other[incident.Dismissed], "dismissed", "dismissed"},
		{other[incident.Baseline], "in the baseline", "in the baseline"},
	}, "nothing"))
	if s.Expected > 0 {
		line("Expected", words.Many(int64(s.Expected), "expectation", "expectations")+" in force: plumbline expect --list")
	}
	g.messages(line, s.Messages, zone)
	_, err := fmt.Fprint(g.out, b.String())
	return err
}

// messages says what has not arrived and why.
func (g *global) messages(line func(label, text string), list []app.Undelivered, zone *time.Location) {
	if len(list) == 0 {
		line("Messages", "none waits")
	}
	for i, m := range list {
		label := ""
		if i == 0 {
			label = "Messages"
		}
		if i == 10 {
			line(label, words.Many(int64(len(list)-i), "message more", "messages more"))
			return
		}
		text := "waits for " + safe(m.Route)
		switch {
		case m.GivenUp:
			text = "given up for " + safe(m.Route)
		case !m.Retry.IsZero():
			text += ", again from " + words.Moment(m.Retry, zone)
		}
		if m.Problem != "" {
			text += ": " + safe(m.Problem)
		}
		line(label, strings.Join(m.Findings, ", ")+" "+text)
	}
}

// figure is a number and what it counts.
type figure struct {
	n         int
	one, many string
}

func counted(list []figure, none string) string {
	var out []string
	for _, f := range list {
		if f.n > 0 {
			out = append(out, words.Many(int64(f.n), f.one, f.many))
		}
	}
	if len(out) == 0 {
		return none
	}
	return strings.Join(out, ", ")
}

// ago says how long something is past; a clock that was set back makes it "just now".
func ago(d time.Duration) string {
	if d < time.Minute {
		return "just now"
	}
	return words.Duration(d) + " ago"
}

// standing is the status as scripts read it. What is not known is null; a list is never null.
type (
	standing struct {
		Workspace string            `json:"workspace"`
		State     string            `json:"state"`
		Audit     *standingAudit    `json:"audit"`
		Judged    map[string]string `json:"judged"`
		Schedules []standingRun     `json:"schedules"`
		Findings  map[string]int    `json:"findings"`
		Open      map[string]int    `json:"open"`
		Expected  int               `json:"expectations"`
		Messages  []standingMessage `json:"messages"`
	}
	standingAudit struct {
		ID         string `json:"id"`
		AsOf       string `json:"as_of"`
		FinishedAt string `json:"finished_at"`
		Complete   bool   `json:"complete"`
	}
	standingRun struct {
		Name string  `json:"name"`
		Cron string  `json:"cron"`
		Last *string `json:"last_audit"`
	}
	standingMessage struct {
		Route    string   `json:"route"`
		Findings []string `json:"findings"`
		Attempts int      `json:"attempts"`
		GivenUp  bool     `json:"given_up"`
		Problem  string   `json:"problem"`
	}
)

func (g *global) statusJSON(c *config.Config, s app.Standing) error {
	out := standing{
		Workspace: s.Workspace, State: s.State, Judged: map[string]string{}, Schedules: []standingRun{},
		Findings: map[string]int{}, Open: map[string]int{}, Expected: s.Expected, Messages: []standingMessage{},
	}
	var last *string
	if h := s.Last; h != nil {
		out.Audit = &standingAudit{h.ID, h.AsOf.String(), h.Finished.UTC().Format(time.RFC3339), h.Complete()}
		last = &out.Audit.FinishedAt
	}
	for name, day := range s.Judged {
		out.Judged[name] = day.String()
	}
	for _, sc := range c.Schedule {
		out.Schedules = append(out.Schedules, standingRun{sc.Name, string(sc.Cron), last})
	}
	for _, r := range s.Findings {
		out.Findings[string(r.Status)]++
		if r.Status == incident.Open {
			out.Open[r.Finding.Severity.String()]++
		}
	}
	for _, m := range s.Messages {
		out.Messages = append(out.Messages, standingMessage{m.Route, m.Findings, m.Attempts, m.GivenUp, m.Problem})
	}
	enc := json.NewEncoder(g.out)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}

// scheduled is a schedule as it was written: its name may be left out.
func scheduled(s config.Schedule) string {
	if s.Name == "" {
		return safe(string(s.Cron))
	}
	return safe(s.Name) + ": " + safe(string(s.Cron))
}
