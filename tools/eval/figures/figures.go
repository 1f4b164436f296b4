// Package figures is what the evaluations have in common: a measured figure beside its goal, kept in a file, and the
// program run as its users run it.
package figures

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A Page is what one evaluation found out, in the order in which it is read.
type Page struct {
	Title   string   `json:"title"`
	About   string   `json:"about"`   // Markdown: what was measured on which data, and how the program was run
	Command string   `json:"command"` // the target of the Makefile that gives these figures
	Figures []Figure `json:"figures"`
	Notes   string   `json:"notes,omitempty"` // Markdown: what falls short and why, what the data cannot show
}

// A Figure is one line of a table.
type Figure struct {
	What   string `json:"what"`
	Value  string `json:"value"`            // as it is printed: a ratio has its counts beside it
	Goal   string `json:"goal,omitempty"`   // "" where there is none, as in a baseline
	Missed bool   `json:"missed,omitempty"` // the goal is not reached
	Peers  string `json:"peers,omitempty"`  // what others reach on the same data, with their name
}

// Ratio prints a share with its counts: ".974 (37 of 38)".
func Ratio(n, of int) string {
	if of == 0 {
		return "none of 0"
	}
	s := fmt.Sprintf("%.3f", float64(n)/float64(of))
	return fmt.Sprintf("%s (%d of %d)", strings.TrimPrefix(s, "0"), n, of)
}

// Save writes a page where the report looks for it.
func (p Page) Save(file string) error {
	text, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return fmt.Errorf("write the figures of %q: %w", p.Title, err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		return fmt.Errorf("write the figures of %q: %w", p.Title, err)
	}
	if err := os.WriteFile(file, append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("write the figures of %q: %w", p.Title, err)
	}
	return nil
}

// Load reads what Save wrote.
func Load(file string) (Page, error) {
	var p Page
	text, err := os.ReadFile(file)
	if err != nil {
		return p, fmt.Errorf("read figures: %w", err)
	}
	if err := json.Unmarshal(text, &p); err != nil {
		return p, fmt.Errorf("read figures: %s: %w", file, err)
	}
	return p, nil
}

// Run runs the program in a folder and returns what it wrote to stdout. Exit code 1 only says that there are findings,
// and 3 that some parts were not checked: both are answers here; anything else is an error with the program's own words.
func Run(program, dir string, args ...string) ([]byte, error) {
	program, err := filepath.Abs(program)
	if err != nil {
		return nil, fmt.Errorf("find the program: %w", err)
	}
	cmd := exec.Command(program, args...) //nolint:gosec,noctx // the program under test; it ends by itself
	cmd.Dir = dir
	var out, words bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &words
	err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && (exit.ExitCode() == 1 || exit.ExitCode() == 3) {
		err = nil
	}
	if err != nil {
		return nil, fmt.Errorf("run %s %s: %w: %s", filepath.Base(program), strings.Join(args, " "), err, strings.TrimSpace(words.String()))
	}
	return out.Bytes(), nil
}
