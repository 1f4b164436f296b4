// Command testlines runs go test, prints the lines that go test itself prints, and fails when a test was skipped.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run hands args on to go test and returns the exit code: go test's own, or 1 when only a skipped test is wrong.
func run(args []string, stdout, stderr io.Writer) int {
	cmd := exec.Command("go", append([]string{"test", "-json"}, args...)...) //nolint:noctx // ends with the process group of the caller
	cmd.Stderr = stderr
	events, err := cmd.StdoutPipe()
	if err != nil {
		fmt.Fprintln(stderr, "testlines: read from go test:", err)
		return 1
	}
	if err := cmd.Start(); err != nil {
		fmt.Fprintln(stderr, "testlines: start go test:", err)
		return 1
	}
	skipped, err := filter(events, stdout)
	if err != nil {
		fmt.Fprintln(stderr, "testlines: read the events of go test:", err)
	}
	var exit *exec.ExitError
	switch waited := cmd.Wait(); {
	case errors.As(waited, &exit):
		return exit.ExitCode()
	case waited != nil:
		fmt.Fprintln(stderr, "testlines: wait for go test:", waited)
		return 1
	case err != nil:
		return 1
	case skipped > 0:
		fmt.Fprintf(stdout, "FAIL\t%d skipped: a test that does not run holds nothing\n", skipped)
		return 1
	}
	return 0
}

// event is a line of go test -json: go doc test2json.
type event struct{ Action, Package, ImportPath, Test, Output string }

// filter turns the events of go test -json back into the lines of go test without -v: of tests that pass, nothing;
// of tests that fail and of packages that fail, all they printed. A skipped test is named, and counted.
func filter(events io.Reader, out io.Writer) (skipped int, err error) {
	printed := map[string]*strings.Builder{} // by package and test
	in := bufio.NewReader(events)
	for {
		line, err := in.ReadString('\n')
		if errors.Is(err, io.EOF) && line == "" {
			return skipped, nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return skipped, err
		}
		var e event
		if json.Unmarshal([]byte(line), &e) != nil {
			fmt.Fprint(out, line) // not an event: go test says something about itself
			continue
		}
		if tell(e, printed, out) {
			skipped++
		}
	}
}

// tell prints what e completes, and says whether it is a test that was skipped.
func tell(e event, printed map[string]*strings.Builder, out io.Writer) bool {
	key := e.Package + "\x00" + e.Test
	switch e.Action {
	case "build-output":
		fmt.Fprint(out, e.Output)
	case "output":
		if printed[key] == nil {
			printed[key] = &strings.Builder{}
		}
		printed[key].WriteString(e.Output)
	case "pass", "fail", "skip":
		text := ""
		if printed[key] != nil {
			text = printed[key].String()
		}
		delete(printed, key)
		if e.Test == "" {
			fmt.Fprint(out, closing(text, e.Action))
			return false
		}
		if e.Action != "pass" {
			fmt.Fprint(out, withoutProgress(text))
		}
		return e.Action == "skip"
	}
	return false
}

// closing is what go test prints of a package besides its tests: all of it on failure, else its last line.
func closing(text, action string) string {
	if action == "fail" {
		return text
	}
	text = strings.TrimSuffix(text, "\n")
	return text[strings.LastIndexByte(text, '\n')+1:] + "\n"
}

// withoutProgress leaves out the lines that only -v prints.
func withoutProgress(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		switch strings.Join(strings.Fields(line)[:min(2, len(strings.Fields(line)))], " ") {
		case "=== RUN", "=== PAUSE", "=== CONT", "=== NAME":
		default:
			b.WriteString(line)
		}
	}
	return b.String()
}
