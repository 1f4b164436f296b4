// Command plumbline audits event tracking where it has landed: arguments in, exit code out.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/plumbline-audit/plumbline/internal/app"
)

// version is set by the build.
var version = "dev"

// The exit codes that scripts rely on.
const (
	exitClean    = 0
	exitFindings = 1
	exitUsage    = 2
	exitPartial  = 3
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], world{out: os.Stdout, err: os.Stderr, env: os.LookupEnv, now: time.Now})
	stop()
	os.Exit(code)
}

// world is what the program sees of the machine.
type world struct {
	out, err io.Writer
	env      func(string) (string, bool)
	now      func() time.Time
}

// exit is an error that says which code the program ends with; without an error of its own it is silent.
type exit struct {
	code int
	err  error
}

// Error implements error.
func (e *exit) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.err.Error()
}

// Unwrap returns the reason.
func (e *exit) Unwrap() error { return e.err }

// usage makes an error end the program with the code for wrong usage.
func usage(err error) error { return &exit{exitUsage, err} }

// run is main without the process: it returns the exit code.
func run(ctx context.Context, args []string, w world) int {
	cmd := newRoot(w) //nolint:contextcheck // the commands take the context that ExecuteContext gives them
	cmd.SetArgs(args)
	cmd.SetOut(w.out)
	cmd.SetErr(w.err)
	err := cmd.ExecuteContext(ctx)
	if err == nil {
		return exitClean
	}
	var e *exit
	var u *app.UsageError
	code := exitPartial
	switch {
	case errors.As(err, &e):
		code = e.code
		if e.err == nil {
			return code
		}
	case errors.As(err, &u):
		code = exitUsage
	}
	fmt.Fprintf(w.err, "plumbline: %v\n", err)
	return code
}

// global is what every command knows.
type global struct {
	world
	config    string
	logLevel  string
	logFormat string
	noColor   bool
}

func newRoot(w world) *cobra.Command {
	g := &global{world: w}
	cmd := &cobra.Command{
		Use:   "plumbline",
		Short: "Finds what is wrong with event tracking, in the warehouse where it has landed",
		Long: "plumbline holds the event tables of a warehouse against the tracking plan. It finds renamed events,\n" +
			"near-duplicate names, drift of schema and values, and drops in volume, says since when and in which\n" +
			"version, and what to do. It never writes to the warehouse.",
		SilenceUsage: true, SilenceErrors: true,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usage(fmt.Errorf("%w\nSee '%s --help'", err, c.CommandPath()))
	})
	def := "plumbline.yaml"
	if v, ok := w.env("PLUMBLINE_CONFIG"); ok && v != "" {
		def = v
	}
	f := cmd.PersistentFlags()
	f.StringVarP(&g.config, "config", "c", def, "configuration file (also PLUMBLINE_CONFIG)")
	f.StringVar(&g.logLevel, "log-level", "warn", "debug, info, warn or error")
	f.StringVar(&g.logFormat, "log-format", "text", "text or json")
	f.BoolVar(&g.noColor, "no-color", false, "no colour and no progress line (also NO_COLOR, CI)")
	cmd.AddCommand(newAudit(g), newBacktest(g), newConfig(g), newDemo(g), newDoctor(g), newExpect(g), newFindings(g), newInit(g),
		newPlan(g), newStatus(g), newVersion(g))
	refuseStrangers(cmd)
	return cmd
}

// refuseStrangers makes a wrong argument of any command a usage error.
func refuseStrangers(cmd *cobra.Command) {
	if args := cmd.Args; args != nil {
		cmd.Args = func(c *cobra.Command, a []string) error {
			if err := args(c, a); err != nil {
				return usage(fmt.Errorf("%w\nSee '%s --help'", err, c.CommandPath()))
			}
			return nil
		}
	}
	for _, c := range cmd.Commands() {
		refuseStrangers(c)
	}
}

// logger writes what an operator wants to know to standard error.
func (g *global) logger() (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(g.logLevel)); err != nil {
		return nil, usage(fmt.Errorf("--log-level %s: write debug, info, warn or error", g.logLevel))
	}
	o := &slog.HandlerOptions{Level: level}
	switch g.logFormat {
	case "text":
		return slog.New(slog.NewTextHandler(g.err, o)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(g.err, o)), nil
	default:
		return nil, usage(fmt.Errorf("--log-format %s: write text or json", g.logFormat))
	}
}

func newVersion(g *global) *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(g.out, "plumbline", version)
			return err
		},
	}
}
