package plan

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// EventKey is what makes an event one in a plan: its call and its name, which only a track call has.
type EventKey struct{ Call, Name string }

// PropertyKey is one property of one event.
type PropertyKey struct {
	Event    EventKey
	Property string
}

// Key is what the event's notes are kept under.
func (e Event) Key() EventKey { return EventKey{e.Call, e.Name} }

// Notes are what a written plan says beside the plan, one entry a line of comment. They may quote names of strangers:
// nothing in them can end the comment.
type Notes struct {
	Head       []string // above everything
	Events     map[EventKey][]string
	Properties map[PropertyKey][]string
}

// WriteOwn writes a plan in plumbline's own format with the notes as comments. Parse gives the same plan back, but for
// positions. What the format cannot hold is an error: text that is no UTF-8, and names of
// nothing but blanks.
func WriteOwn(w io.Writer, p *Plan, n Notes) error {
	o := &ownWriter{notes: n}
	o.comments("", n.Head)
	if len(n.Head) > 0 {
		o.line("")
	}
	if p.Name != "" {
		o.line("name: " + o.text(p.Name))
	}
	if p.Inferred {
		o.line("# Audits know by this that nobody agreed on the plan. Take it out when somebody has.")
		o.line("inferred: true")
	}
	if len(p.Sources) > 0 {
		o.line("sources: " + o.list(p.Sources))
	}
	if len(p.Events) == 0 {
		o.line("events: []")
	} else {
		o.line("events:")
	}
	for i, e := range p.Events {
		if i > 0 && (len(p.Events[i-1].Properties) > 0 || len(n.Events[e.Key()]) > 0) {
			o.line("")
		}
		o.event(e)
	}
	if err := errors.Join(o.errs...); err != nil {
		return err
	}
	if _, err := w.Write(o.out.Bytes()); err != nil {
		return fmt.Errorf("write the plan: %w", err)
	}
	return nil
}

type ownWriter struct {
	out   bytes.Buffer
	notes Notes
	errs  []error
}

func (o *ownWriter) line(s string) { o.out.WriteString(s + "\n") }

func (o *ownWriter) comments(indent string, lines []string) {
	for _, l := range lines {
		o.line(strings.TrimRight(indent+"# "+comment(l), " "))
	}
}

func (o *ownWriter) event(e Event) {
	o.comments("  ", o.notes.Events[e.Key()])
	first := "call: " + o.word(e.Call)
	if e.Call == "track" || e.Call == "" {
		o.named("the event's name", e.Name)
		first = "name: " + o.text(e.Name)
	}
	o.line("  - " + first)
	field := func(key, value string) {
		if value != "" {
			o.line("    " + key + ": " + value)
		}
	}
	field("sources", o.list(e.Sources))
	field("table", o.optional(e.Table))
	field("aliases", o.list(e.Aliases))
	field("tags", o.list(e.Tags))
	if e.Owner != e.Labels["owner"] {
		field("owner", o.text(e.Owner))
	}
	field("status", o.optional(e.Status))
	field("description", o.optional(e.Description))
	field("created", created(e.Created))
	if len(e.Versions) == 0 && e.Version != 1 || len(e.Versions) > 0 && e.Version != slices.Max(e.Versions) {
		field("version", strconv.Itoa(e.Version))
	}
	field("versions", versionList(e.Versions))
	field("labels", o.labels(e.Labels))
	if e.Closed {
		field("closed", "true")
	}
	o.properties(e)
}

// longestKey is the longest key, in bytes as written, that YAML lets stand before a colon on its line.
const longestKey = 1000

func (o *ownWriter) properties(e Event) {
	if len(e.Properties) == 0 {
		return
	}
	listed := slices.ContainsFunc(e.Properties, func(p Property) bool { return len(o.text(p.Name)) > longestKey })
	o.line("    properties:")
	for _, p := range e.Properties {
		o.named("the name of a property of "+show(e.Name), p.Name)
		notes := o.notes.Properties[PropertyKey{e.Key(), p.Name}]
		line, tail := o.text(p.Name)+": {"+strings.Join(o.rules(p), ", ")+"}", ""
		if listed {
			line = "- {" + strings.Join(append([]string{"name: " + o.text(p.Name)}, o.rules(p)...), ", ") + "}"
		}
		if len(notes) == 1 {
			tail = " # " + comment(notes[0])
		} else {
			o.comments("      ", notes)
		}
		o.line("      " + line + tail)
	}
}

// rules are the keys of a property with their values.
func (o *ownWriter) rules(p Property) []string {
	typ := p.Type
	if typ == "" {
		typ = "any"
	}
	out := []string{"type: " + o.word(typ)}
	add := func(key, value string) {
		if value != "" {
			out = append(out, key+": "+value)
		}
	}
	if p.Required {
		add("required", "true")
	}
	if p.Nullable {
		add("nullable", "true")
	}
	if len(p.Enum) > 0 {
		values := make([]string, len(p.Enum))
		for i, v := range p.Enum {
			values[i] = o.value(p.Type, v)
		}
		add("enum", "["+strings.Join(values, ", ")+"]")
	}
	add("pattern", o.optional(p.Pattern))
	add("format", o.optional(p.Format))
	if p.Min != nil {
		add("min", float(*p.Min))
	}
	if p.Max != nil {
		add("max", float(*p.Max))
	}
	add("description", o.optional(p.Description))
	return out
}

var (
	bareWord   = regexp.MustCompile(`^[a-z]+$`)
	bareNumber = regexp.MustCompile(`^[-+]?[0-9][0-9a-zA-Z_.+-]*$`)
)

// word writes one of the format's own words.
func (o *ownWriter) word(s string) string {
	if bareWord.MatchString(s) {
		return s
	}
	return o.text(s)
}

// value writes an allowed value, which the plan keeps as JSON unless it is text.
func (o *ownWriter) value(typ, v string) string {
	switch typ {
	case "integer", "number":
		if bareNumber.MatchString(v) {
			return v
		}
	case "boolean":
		if strings.EqualFold(v, "true") || strings.EqualFold(v, "false") {
			return v
		}
	case "object", "array":
		if json.Valid([]byte(v)) {
			return printable(v)
		}
	}
	return o.text(v)
}

func (o *ownWriter) named(what, name string) {
	if strings.TrimSpace(name) == "" {
		o.errs = append(o.errs, fmt.Errorf("write the plan: %s %s is blank: leave it out", what, show(name)))
	}
}

func (o *ownWriter) optional(s string) string {
	if s == "" {
		return ""
	}
	return o.text(s)
}

// text writes a text in double quotes so that it reads back byte for byte.
func (o *ownWriter) text(s string) string {
	if !utf8.ValidString(s) {
		o.errs = append(o.errs, fmt.Errorf("write the plan: %s is no UTF-8, which a plan's file cannot hold: leave it out", show(s)))
		return `""`
	}
	return `"` + printable(strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s)) + `"`
}

// printable writes everything that YAML would fold, refuse or hide by its number.
func printable(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02X`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			fmt.Fprintf(&b, `\U%08X`, r)
		}
	}
	return b.String()
}

// comment writes a note so that it stays on its line.
func comment(s string) string { return printable(strings.ToValidUTF8(s, "\uFFFD")) }

func (o *ownWriter) list(texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	out := make([]string, len(texts))
	for i, s := range texts {
		out[i] = o.text(s)
	}
	return "[" + strings.Join(out, ", ") + "]"
}

func (o *ownWriter) labels(l map[string]string) string {
	if len(l) == 0 {
		return ""
	}
	out := make([]string, 0, len(l))
	for _, k := range slices.Sorted(maps.Keys(l)) {
		out = append(out, o.text(k)+": "+o.text(l[k]))
	}
	return "{" + strings.Join(out, ", ") + "}"
}

func created(t time.Time) string {
	switch {
	case t.IsZero():
		return ""
	case t.UTC().Equal(t.UTC().Truncate(24 * time.Hour)):
		return t.UTC().Format(time.DateOnly)
	}
	return `"` + t.UTC().Format(time.RFC3339Nano) + `"`
}

func versionList(list []int) string {
	if len(list) == 0 {
		return ""
	}
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = strconv.Itoa(v)
	}
	return "[" + strings.Join(out, ", ") + "]"
}
