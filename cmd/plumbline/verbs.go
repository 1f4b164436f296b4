package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/plumbline-audit/plumbline/config"
	"github.com/plumbline-audit/plumbline/internal/app"
	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/report"
)

func newFindings(g *global) *cobra.Command {
	cmd := &cobra.Command{
		Use: "findings", Short: "List what was found, and say what becomes of it", Args: cobra.NoArgs,
		Long: "Every verb takes the ids of findings, or the flags of list to choose many at once; it then shows what it\n" +
			"would act on and asks (--yes does not ask). Who did what, when and why is kept: plumbline findings trail.",
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newFindingsList(g), newFindingsShow(g), newFindingsTrail(g))
	for _, v := range verbs() {
		cmd.AddCommand(v.command(g))
	}
	return cmd
}

// verb is one thing that can be done with findings, as the command line says it.
type verb struct {
	does                  app.Verb
	short                 string
	who                   bool // the first argument is whom to assign to
	needsWhy              string
	span, from, until     string // what these flags mean; "": the verb has none
	spanFlag, why, fromTo string // what was given
}

func verbs() []*verb {
	return []*verb{
		{does: app.Ack, short: "Somebody knows and is on it"},
		{does: app.Snooze, short: "Not now: quiet for a while", span: "how long, such as 12h or 7d"},
		{
			does: app.Expect, short: "Planned to be so until a day: no news for that long",
			until: "the last day that is no news, YYYY-MM-DD", needsWhy: "somebody will ask why nobody was told",
		},
		{does: app.Accept, short: "This level is the new usual", from: "the first day of the new level, YYYY-MM-DD (default: the day the finding began)"},
		{
			does: app.Dismiss, short: "Not a problem: never again (of a pair: these are two events)",
			needsWhy: "it is never told again, and somebody will ask",
		},
		{does: app.Assign, short: "Say whose it is: a Slack user, user group or channel, or a name", who: true},
		{does: app.Resolve, short: "It is mended: an audit that finds it again takes it up again"},
		{does: app.Reopen, short: "Take back what was done: it is open again"},
	}
}

func (v *verb) command(g *global) *cobra.Command {
	var c chosen
	use := string(v.does) + " [ID…]"
	if v.who {
		use = string(v.does) + " WHO [ID…]"
	}
	cmd := &cobra.Command{
		Use: use, Short: v.short, ValidArgsFunction: g.completeIDs,
		RunE: func(cmd *cobra.Command, args []string) error {
			act, ids, err := v.act(args)
			if err != nil {
				return err
			}
			act.Who = who(g)
			return g.handle(cmd.Context(), c, ids, act)
		},
	}
	c.flags(cmd)
	f := cmd.Flags()
	f.BoolVar(&c.yes, "yes", false, "do not ask")
	f.StringVar(&v.why, "why", "", "the reason, for whoever comes later")
	if v.span != "" {
		f.StringVar(&v.spanFlag, "for", "7d", v.span)
	}
	if v.from != "" {
		f.StringVar(&v.fromTo, "from", "", v.from)
	}
	if v.until != "" {
		f.StringVar(&v.fromTo, "until", "", v.until)
	}
	return cmd
}

var findingID = regexp.MustCompile(`(?i)^PL-[0-9A-Z]{4,}$`)

// act reads the flags and arguments of a verb.
func (v *verb) act(args []string) (act app.Act, ids []string, err error) {
	act = app.Act{Verb: v.does, Why: v.why, From: landed.NoDay, Until: landed.NoDay}
	if v.who {
		if len(args) == 0 || findingID.MatchString(args[0]) {
			return act, nil, usage(errors.New(`say first whose it is: plumbline findings assign @checkout PL-… ("" takes it back)`))
		}
		act.Owner, args = args[0], args[1:]
	}
	if v.needsWhy != "" && strings.TrimSpace(v.why) == "" {
		return act, nil, usage(fmt.Errorf("%s needs --why: %s", v.does, v.needsWhy))
	}
	if v.span != "" {
		if act.For, err = config.ParseDuration(v.spanFlag); err != nil {
			return act, nil, usage(fmt.Errorf("--for %s: %w", v.spanFlag, err))
		}
	}
	if v.from != "" && v.fromTo != "" {
		if act.From, err = landed.ParseDay(v.fromTo); err != nil {
			return act, nil, usage(fmt.Errorf("--from: %w", err))
		}
	}
	if v.until != "" {
		if v.fromTo == "" {
			return act, nil, usage(fmt.Errorf("%s needs --until: the last day that is no news, such as 2026-07-31", v.does))
		}
		if act.Until, err = landed.ParseDay(v.fromTo); err != nil {
			return act, nil, usage(fmt.Errorf("--until: %w", err))
		}
	}
	return act, args, nil
}

// handle shows what a verb would act on, asks, and acts.
func (g *global) handle(ctx context.Context, c chosen, ids []string, act app.Act) error {
	f, err := c.filter(ids)
	if err != nil {
		return err
	}
	if f.Empty() {
		return usage(fmt.Errorf("name the findings: plumbline findings %s PL-…, or choose them with --kind, --source, --status, --owner or --older-than", act.Verb))
	}
	a, err := g.open()
	if err != nil {
		return err
	}
	defer a.Close() //nolint:errcheck // what was done is committed
	list, err := a.Findings(ctx, f)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		_, err := fmt.Fprintln(g.out, "nothing fits")
		return err
	}
	if err := report.List(g.out, list, g.look(a.Config)); err != nil {
		return err
	}
	if ok, err := g.confirm(c, ids, act.Verb, list); err != nil || !ok {
		return err
	}
	if err := a.Handle(ctx, list, act); err != nil {
		return err
	}
	_, err = fmt.Fprintf(g.out, "%s: %s\n", act.Verb, plural(len(list)))
	return err
}

func plural(n int) string {
	if n == 1 {
		return "1 finding"
	}
	return fmt.Sprintf("%d findings", n)
}

// confirm asks before a verb acts on what a filter chose. Findings that were named one by one were chosen already.
func (g *global) confirm(c chosen, ids []string, v app.Verb, list []audit.Reported) (bool, error) {
	if c.yes || len(ids) > 0 {
		return true, nil
	}
	if !terminal(g.out) || !terminal(g.in()) {
		return false, usage(fmt.Errorf("%s would act on the %s above: say --yes to do so", v, plural(len(list))))
	}
	fmt.Fprintf(g.out, "%s %s? [y/N] ", v, plural(len(list)))
	answer, err := bufio.NewReader(g.in()).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	return strings.EqualFold(strings.TrimSpace(answer), "y"), nil
}

// in is where answers come from.
func (g *global) in() *os.File { return os.Stdin }

// who is the person at the keyboard, for the trail.
func who(g *global) string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	if v, ok := g.env("USER"); ok {
		return v
	}
	return "somebody"
}
