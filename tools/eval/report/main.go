// Command report prints what the evaluations found out, and writes docs/evaluation.md.
//
//	go run ./tools/eval/report -out docs/evaluation.md bin/eval/names.json bin/eval/volume.json …
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/plumbline-audit/plumbline/tools/eval/figures"
)

const head = `# How well it detects

<!-- Written by make eval; do not edit. -->

Every figure here comes from ` + "`make eval`" + `, which runs the program as its users run it. A goal that is not reached says so.
Peers are tools and methods of the same job, measured on the same data; where they come from stands below each table.

`

func main() {
	out := flag.String("out", "", "the page to write; without it only the tables are printed")
	flag.Parse()
	if err := run(os.Stdout, *out, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
}

func run(w io.Writer, out string, files []string) error {
	var doc strings.Builder
	doc.WriteString(head)
	missed := 0
	for _, file := range files {
		p, err := figures.Load(file)
		if err != nil {
			return err
		}
		text := page(p)
		doc.WriteString(text)
		fmt.Fprint(w, text)
		for _, f := range p.Figures {
			if f.Missed {
				missed++
			}
		}
	}
	if missed > 0 {
		fmt.Fprintf(w, "%d goals are not reached.\n", missed)
	} else {
		fmt.Fprintln(w, "All goals are reached.")
	}
	if out == "" {
		return nil
	}
	if err := os.WriteFile(out, []byte(strings.TrimSpace(doc.String())+"\n"), 0o600); err != nil {
		return fmt.Errorf("write the evaluation: %w", err)
	}
	return nil
}

// page is one evaluation as Markdown. Figures without goals and peers make a narrower table.
func page(p figures.Page) string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n%s\n\n", p.Title, strings.TrimSpace(p.About))
	if p.Command != "" {
		fmt.Fprintf(&b, "Command: `%s`.\n\n", p.Command)
	}
	b.WriteString("| what | figure | goal | peers |\n|---|---|---|---|\n")
	for _, f := range p.Figures {
		value := f.Value
		if f.Missed {
			value = "**" + value + "** (missed)"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", f.What, value, f.Goal, f.Peers)
	}
	b.WriteString("\n")
	if notes := strings.TrimSpace(p.Notes); notes != "" {
		fmt.Fprintf(&b, "%s\n\n", notes)
	}
	return b.String()
}
