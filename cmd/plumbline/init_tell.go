package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/plumbline-audit/plumbline/internal/app"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// tellSetup prints what was found and decided, and what to do next, on one screen.
func (g *global) tellSetup(s *app.Setup, f initFlags, note string) {
	zone, _ := time.LoadLocation(s.Zone.Name) // it was loaded before
	g.tellSources(s, zone)
	say := func(label, text string) { wrapped(g.out, label, text) }
	for _, l := range s.LeftOut {
		say("Left out", words.Safe(l.Schema)+", which "+l.Why+": add it under sources to audit it")
	}
	for _, l := range s.Unusable {
		say("Not usable", words.Safe(l.Schema)+": "+words.Safe(l.Why))
	}
	if s.Only {
		say("Note", "there are only schemas that look like development, so they were taken")
	}
	say("Time zone", s.Zone.Name+": "+s.Zone.Why)
	switch {
	case f.Plan != "":
		say("Plan", fmt.Sprintf("%s, %s", words.Safe(f.Plan), words.Many(int64(s.Planned), "event", "events")))
	case s.Draft != "":
		say("Plan", fmt.Sprintf("%s, a draft of %s as they landed: correct it, then take out the line inferred: true", words.Safe(s.Draft),
			words.Many(int64(s.Planned), "event", "events")))
	case f.Infer:
		say("Plan", "none: too little has landed to draft one; audits hold what lands against what landed before")
	default:
		say("Plan", "none: audits hold what lands against what landed before. --plan FILE uses one, --infer writes a draft")
	}
	if note != "" {
		say("", note)
	}
	say("Wrote", words.Safe(s.Out)+", commented; and "+words.Safe(s.State)+", which remembers what audits saw")
	next := "plumbline audit"
	if s.Out != "plumbline.yaml" {
		next += " -c " + words.Safe(s.Out)
	}
	if s.AsOf != landed.NoDay {
		fmt.Fprintln(g.out)
		wrapped(g.out, "Note", "nothing has landed since "+words.DayNear(s.Last.Time(), g.now())+", so the audit has to look back to that time")
		next += " --as-of " + s.AsOf.String()
	}
	fmt.Fprintf(g.out, "\nNext: %s\n", next)
}

// tellSources prints a table of the sources.
func (g *global) tellSources(s *app.Setup, zone *time.Location) {
	w := tabwriter.NewWriter(g.out, 2, 4, 2, ' ', 0)
	fmt.Fprintln(w, "SOURCE\tLAYOUT\tTABLES\tEVENTS\tFIRST DAY\tLAST DAY")
	for _, one := range s.Sources {
		e := one.Extent
		if one.Problem != "" {
			fmt.Fprintf(w, "%s\t%s\t%s\n", safe(one.Name), one.Layout, safe(one.Problem))
			continue
		}
		if e.Rows == 0 {
			fmt.Fprintf(w, "%s\t%s\t%d\tnone\t\t\n", safe(one.Name), one.Layout, e.Tables)
			continue
		}
		in := zone
		if one.Layout == "rollup" {
			in = time.UTC
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\t%s\n", safe(one.Name), one.Layout, e.Tables, words.Count(e.Rows),
			words.DayNear(e.First.In(in), g.now()), words.DayNear(e.Last.In(in), g.now()))
	}
	_ = w.Flush() // standard output says so itself
	fmt.Fprintln(g.out)
}

// wrapped writes a label and a text beside it, in 80 columns.
func wrapped(w io.Writer, label, text string) {
	const indent = 12
	for i, l := range fill(text, 80-indent) {
		if i > 0 {
			label = ""
		}
		fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("%-*s%s", indent, label, l), " "))
	}
}
