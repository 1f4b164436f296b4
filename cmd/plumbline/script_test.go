//go:build !noduckdb

package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/plumbline-audit/plumbline/internal/demo"
	"github.com/plumbline-audit/plumbline/internal/testkit"
)

// slackToken is what the recorded Slack takes. No output of any script may hold it.
const slackToken = "xoxb-1234567890-abcdefghijklm"

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"plumbline": main, "plumbline-at": mainAt})
}

// mainAt is main at a moment of the script's choice: plumbline-at 2026-06-16T09:00:00Z audit ….
func mainAt() {
	now, err := time.Parse(time.RFC3339, os.Args[1])
	if err != nil {
		panic(err)
	}
	os.Exit(run(context.Background(), os.Args[2:], world{
		out: os.Stdout, err: os.Stderr, env: os.LookupEnv, now: func() time.Time { return now },
	}))
}

// TestScripts runs the program as its users do: as a process, on real files, with a Slack that records.
func TestScripts(t *testing.T) {
	t.Parallel()
	shop := sync.OnceValues(func() (demo.Files, error) {
		return demo.Write(context.WithoutCancel(t.Context()), t.TempDir(), demo.Options{})
	})
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", UpdateScripts: os.Getenv("UPDATE") != "", RequireExplicitExec: true, RequireUniqueNames: true,
		ContinueOnError: true,
		Setup: func(e *testscript.Env) error {
			s := testkit.NewSlack(t, slackToken, "#data-quality", "#web-data")
			e.Values[slackKey{}] = s
			e.Setenv("SLACK_URL", s.URL)
			e.Setenv("SLACK_BOT_TOKEN", slackToken)
			e.Setenv("LANG", "C.UTF-8")
			e.Setenv("USER", "robin")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"demo": func(ts *testscript.TestScript, neg bool, args []string) {
				files, err := shop()
				ts.Check(err)
				cmdDemo(ts, neg, args, files)
			},
			"exit": cmdExit, "warehouse": cmdWarehouse, "sql": cmdSQL, "lock": cmdLock, "export": cmdExport,
			"json": cmdJSON, "told": cmdTold, "state": cmdState, "slack": cmdSlack, "repeat": cmdRepeat, "absent": cmdAbsent,
		},
	})
}

// cmdExit runs a command and holds its exit code to the one that is expected: exit CODE COMMAND ARG…. The token of
// Slack may stand nowhere in what it prints.
func cmdExit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exit CODE COMMAND ARG…")
	}
	got := "0"
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		got = strings.TrimPrefix(err.Error(), "exit status ")
	}
	out, errs := ts.ReadFile("stdout"), ts.ReadFile("stderr")
	if strings.Contains(out+errs, slackToken) {
		ts.Fatalf("the token of Slack is in the output")
	}
	for _, sign := range []string{"panic:", "goroutine ", "%!"} {
		if strings.Contains(errs, sign) {
			ts.Fatalf("%q is in standard error", sign)
		}
	}
	if got != args[0] {
		ts.Fatalf("exit code %s, want %s", got, args[0])
	}
}

// cmdDemo puts the demo's warehouse, plan and configuration into a folder: demo DIR. The warehouse is written once.
func cmdDemo(ts *testscript.TestScript, neg bool, args []string, files demo.Files) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: demo DIR")
	}
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o755))
	ts.Check(os.Symlink(files.Warehouse, filepath.Join(dir, "warehouse.duckdb")))
	for _, f := range []string{files.Config, files.Plan} {
		data, err := os.ReadFile(f)
		ts.Check(err)
		ts.Check(os.WriteFile(filepath.Join(dir, filepath.Base(f)), data, 0o644))
	}
}

// cmdRepeat writes a text many times over, each time with another number for {}: repeat TIMES TEXT FILE.
func cmdRepeat(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: repeat TIMES TEXT FILE")
	}
	text := strings.ReplaceAll(args[1], `\n`, "\n")
	f, err := os.OpenFile(ts.MkAbs(args[2]), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	ts.Check(err)
	for i := range atoi(ts, args[0]) {
		_, err := f.WriteString(strings.ReplaceAll(text, "{}", decimal(i+1)))
		ts.Check(err)
	}
	ts.Check(f.Close())
}

// cmdAbsent says that no character of a kind stands in a file: absent control FILE.
func cmdAbsent(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 || args[0] != "control" {
		ts.Fatalf("usage: absent control FILE")
	}
	for i, r := range ts.ReadFile(args[1]) {
		if r < ' ' && r != '\n' || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			ts.Fatalf("%s holds %U at byte %d", args[1], r, i)
		}
	}
}
