package plandiff

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// longestShown is how many columns of a value one side of a change shows.
const longestShown = 60

// Text writes a diff for people: a line an event, a line a change below it. What breaks is marked with !.
func Text(w io.Writer, list []Event) error {
	var b strings.Builder
	counts, breaking := map[Kind]int{}, 0
	for _, e := range list {
		counts[e.Kind]++
		if e.Breaks() {
			breaking++
		}
		large, small := sorted(e.Changes)
		b.WriteString(headline(e))
		if e.Kind == Changed && len(large) == 0 {
			b.WriteString(" (only " + strings.Join(small, ", ") + ")")
		}
		b.WriteString("\n")
		for _, c := range large {
			b.WriteString(line(c) + "\n")
		}
		if len(small) > 0 && (e.Kind != Changed || len(large) > 0) {
			b.WriteString(strings.Repeat(" ", 11) + "also " + strings.Join(small, ", ") + "\n")
		}
	}
	if len(list) == 0 {
		b.WriteString("The two plans say the same.\n")
	} else {
		var parts []string
		for _, k := range []Kind{Removed, Renamed, Changed, Added} {
			if counts[k] > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", counts[k], k))
			}
		}
		fmt.Fprintf(&b, "\n%s: %s", words.Many(int64(len(list)), "event", "events"), strings.Join(parts, ", "))
		if breaking > 0 {
			fmt.Fprintf(&b, ". What is marked with ! breaks what senders of the first plan send, in %s", words.Many(int64(breaking), "event", "events"))
		}
		b.WriteString(".\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// sorted parts the changes that matter to senders and warehouses from those for people, which get a few words together.
func sorted(list []Change) (large []Change, small []string) {
	described := 0
	for _, c := range list {
		switch {
		case !c.Small:
			large = append(large, c)
		case c.Property != "":
			described++
		case c.What == "owner":
			small = append(small, "owner"+sides(c))
		default:
			small = append(small, c.What)
		}
	}
	if described > 0 {
		small = append(small, words.Many(int64(described), "property", "properties")+" described otherwise")
	}
	return large, small
}

func headline(e Event) string {
	mark := "  "
	if e.lost() {
		mark = "! "
	}
	name := shown(e.Name)
	if e.Name == "" {
		name = "the " + e.Call + " call"
	}
	if e.Kind == Renamed {
		return mark + "renamed  " + shown(e.Was) + " → " + name + " (likely: " + words.Safe(e.Why) + ")"
	}
	return fmt.Sprintf("%s%-8s %s", mark, e.Kind, name)
}

func line(c Change) string {
	mark := "  "
	if c.Breaks {
		mark = "! "
	}
	subject := c.What
	if c.Property != "" {
		subject = shown(c.Property) + " " + c.What
	}
	return mark + strings.Repeat(" ", 9) + subject + sides(c)
}

// sides writes what was and what is; texts for people are only said to differ.
func sides(c Change) string {
	from, to := side(c.From), side(c.To)
	switch {
	case c.What == "added", c.What == "removed":
		return " (" + from + to + ")"
	case c.To == "" && strings.HasSuffix(c.What, "removed"), c.From == "" && strings.HasSuffix(c.What, "added"):
		return ": " + from + to
	case c.To == "":
		return " taken away, was " + from
	case c.From == "":
		return " now " + to
	}
	return " " + from + " → " + to
}

func side(s string) string { return names.Short(words.Safe(s), longestShown) }

func shown(s string) string {
	return `"` + names.Short(words.Safe(names.Visible(s)), longestShown) + `"`
}

// JSON writes a diff for programs.
func JSON(w io.Writer, list []Event) error {
	type change struct {
		Property *string `json:"property"`
		What     string  `json:"what"`
		From     string  `json:"from"`
		To       string  `json:"to"`
		Breaks   bool    `json:"breaks"`
		Small    bool    `json:"small"`
	}
	type event struct {
		Kind    Kind     `json:"kind"`
		Event   string   `json:"event"`
		Was     *string  `json:"was"`
		Call    string   `json:"call_type"`
		Why     *string  `json:"why"`
		Breaks  bool     `json:"breaks"`
		Changes []change `json:"changes"`
	}
	optional := func(s string) *string {
		if s == "" {
			return nil
		}
		return &s
	}
	out := struct {
		SchemaVersion int     `json:"schema_version"`
		Equal         bool    `json:"equal"`
		Events        []event `json:"events"`
	}{1, len(list) == 0, []event{}}
	for _, e := range list {
		x := event{e.Kind, e.Name, optional(e.Was), e.Call, optional(e.Why), e.Breaks(), []change{}}
		for _, c := range e.Changes {
			x.Changes = append(x.Changes, change{optional(c.Property), c.What, c.From, c.To, c.Breaks, c.Small})
		}
		out.Events = append(out.Events, x)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(out); err != nil {
		return fmt.Errorf("write the comparison as JSON: %w", err)
	}
	return nil
}
