package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/plumbline-audit/plumbline/internal/app"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/report"
)

// auditFlags are the flags of plumbline audit.
type auditFlags struct {
	app.Request
	format, out, failOn string
	maxScan             string // refused so far
	dryRun              bool
}

func newAudit(g *global) *cobra.Command {
	var f auditFlags
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Run one audit now",
		Long: "Reads the days that the state does not hold yet, checks them against the tracking plan, and reports.\n\n" +
			"Exit codes: 0 clean, 1 open findings at or above --fail-on, 2 wrong usage, configuration or plan,\n" +
			"3 the audit could not finish or something was not checked.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return g.audit(cmd.Context(), f) },
	}
	fl := cmd.Flags()
	fl.StringArrayVar(&f.Sources, "source", nil, "only this source (repeatable)")
	fl.StringArrayVar(&f.Kinds, "check", nil, "report only this kind of finding (repeatable)")
	fl.StringVar(&f.AsOf, "as-of", "", "audit as if run that morning, YYYY-MM-DD: judges through the day before")
	fl.IntVar(&f.Days, "days", 0, "days of history to read (default: history of the configuration)")
	fl.BoolVar(&f.Full, "full", false, "read all days again, not only the new ones")
	fl.StringVar(&f.format, "format", "text", "text, json, markdown, html or sarif")
	fl.StringVar(&f.out, "out", "", "write the report to this file")
	fl.BoolVar(&f.Notify, "notify", false, "post to Slack what its channels were not yet told")
	fl.StringVar(&f.failOn, "fail-on", "warning", "exit 1 from this severity on: critical, warning, info or never")
	fl.BoolVar(&f.dryRun, "dry-run", false, "list the statements, run none of them")
	fl.StringVar(&f.maxScan, "max-scan", "", "the most the audit may read; not built yet")
	_ = fl.MarkHidden("max-scan") // there is such a flag: it was added above
	return cmd
}

// check refuses flags that cannot be.
func (f auditFlags) check() error {
	if f.maxScan != "" {
		return usage(errors.New("--max-scan is not built yet: no warehouse that tells the price of a statement can be audited so far; leave it out"))
	}
	if f.Days < 0 {
		return usage(fmt.Errorf("--days %d: write a number of days above 0", f.Days))
	}
	switch f.format {
	case "text", "json", "markdown", "html", "sarif":
	default:
		return usage(fmt.Errorf("--format %s: write text, json, markdown, html or sarif", f.format))
	}
	if _, ok := finding.ParseSeverity(f.failOn); !ok && f.failOn != "never" {
		return usage(fmt.Errorf("--fail-on %s: write critical, warning, info or never", f.failOn))
	}
	return nil
}

func (g *global) audit(ctx context.Context, f auditFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	a, err := g.open()
	if err != nil {
		return err
	}
	defer a.Close() //nolint:errcheck // what was committed is safe
	if f.dryRun {
		return g.dryRun(ctx, a, f)
	}
	if f.Notify {
		if err := a.CanNotify(); err != nil {
			return err
		}
	}
	to, err := g.destination(f.out) // before the audit: what it finds is news only once
	if err != nil {
		return err
	}
	o, err := a.Audit(ctx, f.Request)
	if err == nil {
		err = g.report(to, a, o, f.format)
	}
	if err := to.done(err); err != nil {
		return err
	}
	if f.Notify {
		if err := g.notify(ctx, a); err != nil {
			return err
		}
	}
	return verdict(o, f.failOn)
}

// verdict is the exit code of an audit: what was not checked counts before what was found.
func verdict(o app.Outcome, failOn string) error {
	if !o.Header.Complete() {
		return &exit{code: exitPartial}
	}
	if least, ok := finding.ParseSeverity(failOn); ok && len(o.Open(least)) > 0 {
		return &exit{code: exitFindings}
	}
	return nil
}

// report writes the result in one of the formats.
func (g *global) report(w io.Writer, a *app.App, o app.Outcome, format string) error {
	look := g.look(a.Config)
	look.Fixes, look.Past = o.Fixes, true
	switch format {
	case "json":
		return report.JSON(w, o.Result, o.Fixes)
	case "markdown":
		return report.Markdown(w, o.Result, look)
	case "html":
		return report.HTML(w, o.Result, look)
	case "sarif":
		return report.SARIF(w, o.Result, report.SARIFOptions{Version: version, Zone: look.Zone, Place: a.Place, Page: app.PageOf})
	default:
		return report.Text(w, o.Result, look)
	}
}

// destination is where a report goes: standard output, or a file that is there whole or not at all.
type destination struct {
	io.Writer
	file *os.File // nil: standard output
	name string
}

func (g *global) destination(name string) (*destination, error) {
	if name == "" {
		return &destination{Writer: g.out}, nil
	}
	if at, err := os.Stat(name); err == nil && at.IsDir() {
		return nil, usage(fmt.Errorf("write the report to %s: this is a folder: name a file in it", name))
	}
	file, err := os.Create(name + ".part")
	if err != nil {
		return nil, usage(fmt.Errorf("write the report to %s: name a file in a folder that is there and may be written to: %w", name, err))
	}
	return &destination{file, file, name}, nil
}

// done ends the report; err is what went wrong before, and keeps the file from being there.
func (d *destination) done(err error) error {
	if d.file == nil {
		return err
	}
	if err != nil {
		_ = d.file.Close()
		_ = os.Remove(d.file.Name()) // what went wrong before is what matters
		return err
	}
	if err = d.file.Close(); err == nil {
		err = os.Rename(d.file.Name(), d.name)
	}
	if err != nil {
		_ = os.Remove(d.file.Name()) // half a report under another name is in the way
		return fmt.Errorf("write the report to %s: %w", d.name, err)
	}
	return nil
}

// dryRun lists what an audit would run.
func (g *global) dryRun(ctx context.Context, a *app.App, f auditFlags) error {
	statements, err := a.Statements(ctx, f.Request)
	if err != nil {
		return err
	}
	to, err := g.destination(f.out)
	if err != nil {
		return err
	}
	for i, s := range statements {
		var tables []string
		for _, t := range s.Tables {
			tables = append(tables, t.Schema+"."+t.Table)
		}
		days := ""
		if s.Span.Len() > 0 && s.Prunes != "" {
			days = fmt.Sprintf(" · %s · by %s", s.Span, s.Prunes)
		}
		fmt.Fprintf(to, "-- %d of %d · %s · %s%s\n%s;\n\n", i+1, len(statements), s.Name, strings.Join(tables, ", "), days, strings.TrimSpace(s.Text))
	}
	_, err = fmt.Fprintf(to, "-- %d statements; none of them was run. DuckDB reads local files: nothing to pay for.\n", len(statements))
	return to.done(err)
}

// patience is how long one call to Slack may take.
const patience = 30 * time.Second

// notify posts what waits in the outbox, and says what could not be delivered.
func (g *global) notify(ctx context.Context, a *app.App) error {
	d, err := a.Deliver(ctx, &http.Client{Timeout: patience})
	if err != nil {
		return err
	}
	if d.Undelivered > 0 {
		return &exit{exitPartial, fmt.Errorf("%d of %d messages were not delivered; they wait in the state and are tried again by the next audit with --notify (the log above says why)",
			d.Undelivered, d.Delivered+d.Undelivered)}
	}
	return nil
}
