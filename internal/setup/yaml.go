package setup

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/plumbline-audit/plumbline/internal/words"
)

// File is what a first configuration says.
type File struct {
	Name      string // of the file, as commands name it
	Workspace string
	Zone      Zone
	URL       string // of the warehouse; never with a password in it
	Sources   []Source
	LeftOut   []LeftOut
	Plan      string // its file; "": none
	Draft     bool   // the plan was inferred: nobody agreed on it
	State     string
}

// Source is an entry of the list of sources.
type Source struct {
	Schema, ID string // ID where the last part of the schema is taken; else ""
	Layout     string // "" for Segment's
	Columns    []Pair // of a table of daily counts, beyond the usual
}

// Pair is a key and its value.
type Pair struct{ Key, Value string }

// LeftOut is a schema that is no source, and why.
type LeftOut struct{ Schema, Why string }

// Write writes the configuration. What is in use stands as it is; each block whose first line begins with # and no blank
// is an example that becomes valid when its # are taken away.
func (f File) Write() ([]byte, error) {
	w := &writer{}
	f.head(w)
	f.sources(w)
	f.plan(w)
	w.prose("Where audits remember what they saw, so that the next one tells only what is new. Keep it: with an empty one the",
		"first audit begins anew. It holds the key that values of properties are hashed with.")
	w.line("state: " + w.value("the state", "sqlite:"+f.State))
	w.line("")
	f.examples(w)
	if w.err != nil {
		return nil, w.err
	}
	return w.out.Bytes(), nil
}

type writer struct {
	out bytes.Buffer
	err error
}

func (w *writer) line(s string) { w.out.WriteString(s + "\n") }

func (w *writer) prose(lines ...string) {
	for _, l := range lines {
		w.line(strings.TrimRight("# "+words.Safe(l), " "))
	}
}

func (w *writer) example(lines ...string) {
	for _, l := range lines {
		w.line("#" + l)
	}
	w.line("")
}

var plain = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*([./-][A-Za-z0-9_]+)*(:[A-Za-z0-9_./-]*[A-Za-z0-9_])?$`)

// value writes a scalar, whatever it holds. A $ that would begin a variable is doubled.
func (w *writer) value(what, s string) string {
	if strings.ToValidUTF8(s, "") != s {
		w.err = fmt.Errorf("%s %s is not UTF-8 and cannot stand in the configuration: rename it, or leave it out", what, words.Safe(s))
		return ""
	}
	s = strings.ReplaceAll(s, "${", "$${")
	switch strings.ToLower(s) {
	case "true", "false", "yes", "no", "on", "off", "null", "y", "n":
	default:
		if plain.MatchString(s) {
			return s
		}
	}
	return quoted(s)
}

// quoted writes a text in double quotes, with everything that cannot be seen written out.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r <= 0xffff:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			fmt.Fprintf(&b, `\U%08X`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

func (f File) head(w *writer) {
	flag := ""
	if f.Name != "plumbline.yaml" {
		flag = " -c " + f.Name
	}
	w.prose("plumbline holds the events that land in the warehouse against the tracking plan.", "",
		"  plumbline doctor"+flag+"     says whether everything it needs is there",
		"  plumbline audit"+flag+"      is one audit now", "",
		"Each morning, from cron (crontab -e) until there is a daemon:", "",
		"  15 6 * * *  cd /the/folder/of/this/file && plumbline audit"+flag, "",
		"What begins with # and no blank is an example: take the # away, from each of its lines, to use it.")
	w.line("")
	w.prose("Stands in every message, report and id.")
	w.line("workspace: " + w.value("the workspace", f.Workspace))
	w.line("")
	w.prose("Whose calendar days are judged.")
	w.prose(filled(sentence(f.Zone.Why) + ".")...)
	w.line("timezone: " + w.value("the time zone", f.Zone.Name))
	w.line("")
	w.prose("Where events land. It is only ever read. No password ever stands in this file.")
	w.line("warehouse:")
	w.line("  url: " + w.value("the warehouse", f.URL))
	w.line("")
}

func sentence(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + strings.TrimRight(s[1:], ".")
}

// filled breaks a text into lines that are easy to read.
func filled(text string) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && len(line)+1+len(word) > 116 {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimLeft(line+" "+word, " ")
	}
	return append(lines, line)
}

func (f File) sources(w *writer) {
	w.prose("The schemas that are audited, each one pipeline. Without this list it is every schema with a known layout, but for",
		"those whose name has dev, staging, test, qa or sandbox in it.")
	w.line("sources:")
	for _, s := range f.Sources {
		parts := []string{"schema: " + w.value("schema", s.Schema)}
		if s.ID != "" {
			parts = append(parts, "id: "+w.value("the id", s.ID))
		}
		if s.Layout != "" {
			parts = append(parts, "layout: "+s.Layout)
		}
		var columns []string
		for _, c := range s.Columns {
			columns = append(columns, c.Key+": "+w.value("column", c.Value))
		}
		if len(columns) > 0 {
			parts = append(parts, "columns: {"+strings.Join(columns, ", ")+"}")
		}
		w.line("  - {" + strings.Join(parts, ", ") + "}")
	}
	for _, l := range f.LeftOut {
		w.prose(filled("left out: " + l.Schema + ", " + l.Why)...)
	}
	w.prose("A source can say more: - {schema: web, name: Web shop, owner: \"@web-team\", timezone: America/New_York,",
		"exclude_tables: [debug_tick], where: \"context_app_name <> 'internal'\"}")
	w.line("")
}

func (f File) plan(w *writer) {
	switch {
	case f.Plan == "":
		w.prose("No tracking plan so far: each audit holds what lands against what landed before. Renames, twins of names, stops and",
			"drops are found; what was never agreed on cannot be missed. Any plan in a format of docs/plan.md will do:")
		w.example("plan: {file: tracking-plan.yaml}")
		return
	case f.Draft:
		w.prose("A draft of what landed (inferred: true): audits know that nobody agreed on it. Correct it, then take that line out",
			"of it: from then on what is not in it is a finding.")
	default:
		w.prose("What was agreed on. Events that are not in it, and what differs from it, are findings.")
	}
	w.line("plan: {file: " + w.value("the plan", f.Plan) + "}")
	w.line("")
}

func (f File) examples(w *writer) {
	source := "web"
	if len(f.Sources) > 0 {
		source = f.ids()[0]
	}
	source = w.value("source", source)
	w.prose("To be told in Slack by plumbline audit --notify: set the variable, and invite the bot (scope chat:write).")
	w.example("slack:", "  token: ${SLACK_BOT_TOKEN}", `  channel: "#data-quality"`)
	w.prose("When audits run. Cron starts them so far (see above); doctor says whether a day is in by then, and --as-of takes the hour",
		"of its morning from here.")
	w.example("schedule:", `  - {name: nightly, cron: "15 6 * * *"}`)
	w.prose("Who reads these events by their exact name: a rename then says who misses how many. \"*\" is every planned name.")
	w.example("destinations:", "  - {name: Braze, sources: ["+source+"], events: [\"*\"], accepts_late: 72h}")
	w.prose("Who the owners of the plan are in Slack.")
	w.example("owners:", `  checkout: "@checkout-team"`)
	w.prose("Events that matter more, or less, than the rest.")
	w.example("events:", "  - {events: [Order Completed], severity: critical, owner: \"@checkout-team\"}")
	w.prose("What is known beforehand: it is found, and told nobody.")
	w.example("expect:", "  - {events: [Coupon Applied], kinds: [event-stopped], from: 2026-07-01, until: 2026-08-01, why: the campaign ends}")
	w.prose("Days that say nothing of what is usual: no drop is told in them, and none is measured against them.")
	w.example("calendar:", "  - {from: 2026-11-27, until: 2026-11-30, why: Black Friday}")
	w.prose("A new level that is meant.")
	w.example("accept:", "  - {events: [Page Scrolled], from: 2026-06-03, why: sampled to 10 %}")
	w.prose("What never to tell, and names that look alike and are two events.")
	w.example("ignore:", `  - {events: ["Debug *"], kinds: [unplanned-event], why: developers only}`, "  - {different: [Signed In, Sign In]}")
	w.prose("A check that is stricter, or off.")
	w.example("checks:", "  volume-drop: {sensitivity: strict}", "  unplanned-property: off")
	w.prose("Values of properties are shown only where they are few, frequent and not personal. Never, to be sure:")
	w.example("privacy: {values: never}")
	if b := w.out.Bytes(); bytes.HasSuffix(b, []byte("\n\n")) {
		w.out.Truncate(len(b) - 1)
	}
}

func (f File) ids() []string {
	var out []string
	for _, s := range f.Sources {
		id := s.ID
		if id == "" {
			id = s.Schema[strings.LastIndexByte(s.Schema, '.')+1:]
		}
		if !slices.ContainsFunc(s.Columns, func(c Pair) bool { return c.Key == "source" }) {
			out = append(out, id)
		}
	}
	if len(out) == 0 {
		return []string{"web"} // each value of a column is a source: any name may be right
	}
	return out
}
