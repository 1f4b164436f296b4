package checks

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/chart"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// words writes a verdict down as want.txt has it.
func (c *goldenCase) words(v Verdict) string {
	var b strings.Builder
	for _, f := range v.Findings {
		c.write(&b, f)
	}
	for _, u := range v.Unjudged {
		of := u.Subject.Source
		if u.Subject.Event != "" {
			of = quote(u.Subject.Event) + " of " + of
		}
		fmt.Fprintf(&b, "not judged: %s of %s: %s\n", u.Check, of, u.Why)
	}
	if b.Len() == 0 {
		return "nothing\n"
	}
	return b.String()
}

func (c *goldenCase) write(b *strings.Builder, f finding.Finding) {
	fmt.Fprintf(b, "%s  %s  [%s]\n", f.Severity, f.Title, f.Kind)
	facts := []string{sinceWords(f), words.Many(f.Rows, "row", "rows"), words.Sure(f.Confidence) + " sure"}
	if f.LastSeen != c.span.Last && f.LastSeen != landed.NoDay {
		facts = append(facts, "last seen "+words.Day(f.LastSeen.Time()))
	}
	if f.Slice != nil {
		facts = append(facts, "in "+sliceWords(f.Slice))
	}
	facts = append(facts, strings.Join(f.Sources, " and "))
	fmt.Fprintf(b, "  %s\n", strings.Join(facts, " · "))
	for _, e := range f.Evidence {
		against := ""
		if e.Against {
			against = "but "
		}
		fmt.Fprintf(b, "  %s%s: %s\n", against, bare(e.Label), words.Safe(e.Value))
		if e.Chart != nil {
			fmt.Fprintf(b, "    %s\n", chart.Spark(e.Chart.Daily, 56, chart.Blocks))
		}
	}
	for _, x := range f.Fixes {
		fmt.Fprintf(b, "  fix: %s\n", fixWords(x))
	}
}

func sinceWords(f finding.Finding) string {
	switch {
	case f.Since == landed.NoDay:
		return "never"
	case f.Older:
		return "since " + words.FullDay(f.Since.Time()) + " or before"
	}
	return "since " + words.FullDay(f.Since.Time())
}

// fixWords writes an intention in a line.
func fixWords(x finding.Fix) string {
	of := func(property, event string) string {
		if property == "" {
			return quote(event)
		}
		return bare(property) + " of " + quote(event)
	}
	switch x := x.(type) {
	case finding.MergeEvents:
		return "read " + quote(x.From) + " as " + quote(x.Into)
	case finding.MergeProperties:
		return "read " + of(x.From, x.Event) + " as " + bare(x.Into)
	case finding.ScaleProperty:
		where := ""
		if x.Slice != (landed.Slice{}) {
			where = " in " + sliceWords(&x.Slice)
		}
		return "multiply " + of(x.Property, x.Event) + " by " + strconv.FormatFloat(x.Factor, 'g', 6, 64) + where + " since " + words.Day(x.Since.Time())
	case finding.MapValues:
		var pairs []string
		for _, from := range slices.Sorted(maps.Keys(x.Values)) {
			pairs = append(pairs, quote(from)+" as "+quote(x.Values[from]))
		}
		return "in " + of(x.Property, x.Event) + " read " + words.And(pairs)
	case finding.DeduplicateRows:
		return "keep one row of each message id in the table of all events and in " + words.List(x.Tables, 5)
	case finding.KeepOne:
		return keepWords(x)
	case finding.AddToPlan:
		if len(x.Values) > 0 {
			return "allow " + words.And(x.Values) + " for " + of(x.Property, x.Event) + " in the plan"
		}
		return "add " + of(x.Property, x.Event) + " to the plan"
	case finding.RenameInPlan:
		return "rename " + quote(x.From) + " to " + quote(x.To) + " in the plan"
	case finding.MoveInPlan:
		return "plan " + quote(x.Event) + " for " + x.To + " instead of " + words.And(x.From)
	case finding.SearchCode:
		var literals []string
		for _, l := range x.Literals {
			literals = append(literals, quote(l))
		}
		if x.Source == "" {
			return "search " + words.And(literals) + " in the code"
		}
		return "search " + words.And(literals) + " in the code of " + strings.TrimSpace(x.Source+" "+bare(x.Version))
	case finding.TellOwner:
		return strings.TrimSpace("tell the owner " + x.Owner)
	case finding.LeaveOut:
		if x.Names != "" {
			return "leave the names " + quote(x.Names) + " out of audits of " + x.Source
		}
		return "leave what " + sliceWords(&x.Slice) + " sends out of audits of " + x.Source
	case finding.Configure:
		return x.Section + ": " + x.Entry + ", " + x.Why
	}
	return fmt.Sprintf("%#v", x)
}

func keepWords(x finding.KeepOne) string {
	switch {
	case x.Beside != "":
		return "leave out what " + x.Beside + " has as well, by " + x.Column
	case x.Column != "":
		return "keep one row of each " + x.Column + " of " + quote(x.Event)
	}
	return "keep one of equal rows of " + quote(x.Event) + " by one person within " + strconv.Itoa(x.Seconds) + " seconds"
}
