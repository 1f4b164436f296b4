//go:build !noduckdb

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestFirstEvening types what docs/first-evening.md tells people to type, and holds what is printed to what stands there.
func TestFirstEvening(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/first-evening.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```console\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(blocks) < 5 {
		t.Fatalf("the page shows only %d sessions", len(blocks))
	}
	var script strings.Builder
	var shown []string
	for _, b := range blocks {
		for _, typed := range strings.Split("\n"+b[1], "\n$ ")[1:] {
			command, printed, _ := strings.Cut(typed, "\n")
			switch verb, rest, _ := strings.Cut(command, " "); verb {
			case "plumbline":
				code := 0
				if strings.HasPrefix(rest, "audit") {
					code = exitFindings
				}
				fmt.Fprintf(&script, "exit %d plumbline-at 2026-07-01T09:00:00Z %s\nprinted %d\n", code, rest, len(shown))
				shown = append(shown, printed)
			case "mkdir", "cd":
				script.WriteString(command + "\n")
			default:
				t.Errorf("nobody knows how to type %q", command)
			}
		}
	}
	file := filepath.Join(t.TempDir(), "evening.txtar")
	if err := os.WriteFile(file, []byte(script.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Files: []string{file}, RequireExplicitExec: true, ContinueOnError: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("LANG", "C.UTF-8")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exit": cmdExit,
			"printed": func(ts *testscript.TestScript, _ bool, args []string) {
				if at := missing(shown[atoi(ts, args[0])], ts.ReadFile("stdout")); at != "" {
					ts.Fatalf("the page shows this, and it is not printed there:\n%s", at)
				}
			},
		},
	})
}

// missing returns the first part of what a page shows that was not printed after the parts before it; … stands for
// whatever is left out.
func missing(shown, printed string) string {
	if strings.TrimSpace(shown) == "" {
		return ""
	}
	rest, gap := printed, false
	for i, part := range strings.Split(shown, "…") {
		part = strings.Trim(part, "\n")
		at := strings.Index(rest, part)
		if at < 0 || i == 0 && at != 0 && part != "" {
			return part
		}
		gap = part == ""
		rest = rest[at+len(part):]
	}
	if !gap && strings.TrimSpace(rest) != "" {
		return "(the end of it, before:)\n" + rest
	}
	return ""
}
