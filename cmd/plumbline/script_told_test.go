//go:build !noduckdb

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdTold writes a line for each finding of a JSON report, so that one look says what a setting changes: told REPORT FILE.
func cmdTold(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: told REPORT FILE")
	}
	var report struct {
		Findings []struct {
			Severity, Status, Change, Kind string
			Source, Event, Property, Owner *string
		}
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &report))
	var b strings.Builder
	text := func(s *string) string {
		if s == nil {
			return "-"
		}
		return *s
	}
	for _, f := range report.Findings {
		state := f.Status
		if f.Change == "resolved" {
			state = f.Change
		}
		fmt.Fprintf(&b, "%s %s %s %s %q %s %s\n", f.Severity, state, f.Kind, text(f.Source), text(f.Event), text(f.Property), text(f.Owner))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(b.String()), 0o644))
}
