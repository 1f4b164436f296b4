package lint

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/plan"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// From when the rest of a plan stands out: events without an owner where most have one, and names outside the convention
// that most follow.
const (
	mostOwned = 2.0 / 3
	mostFit   = .9
)

// tables finds events whose rows land in one table of one source.
func (l *linter) tables() {
	first := map[string][]*plan.Event{}
	for i := range l.plan.Events {
		e := &l.plan.Events[i]
		table := plan.TableOf(*e)
		if e.Call != "track" || table == "" {
			continue
		}
		for _, other := range first[table] {
			if other.Table != "" && e.Table != "" || !l.meet(*other, *e) { // who writes both down means it
				continue
			}
			l.onEvent(e, "shared-table", finding.Warning,
				fmt.Sprintf("%s lands in the table of %s %s, %s, so that both count as one event", quoted(e.Name), quoted(other.Name), where(other.Pos, e.Pos), quoted(table)),
				"keep one name and list the other under its aliases")
			break
		}
		first[table] = append(first[table], e)
	}
}

// meet says whether two events may be sent by one source.
func (l *linter) meet(a, b plan.Event) bool {
	x, y := l.plan.Scope(a), l.plan.Scope(b)
	return len(x) == 0 || len(y) == 0 || slices.ContainsFunc(x, func(s string) bool { return slices.Contains(y, s) })
}

// twins finds names that are two spellings of one.
func (l *linter) twins() {
	var list []string
	byName := map[string]*plan.Event{}
	for i := range l.plan.Events {
		if e := &l.plan.Events[i]; e.Call == "track" {
			list = append(list, e.Name)
			byName[e.Name] = e
		}
	}
	said := map[string]bool{}
	for _, p := range names.Pairs(list, names.Learn(list)) {
		a, b := byName[p.A], byName[p.B]
		sameTable := plan.TableOf(*a) == plan.TableOf(*b) && l.meet(*a, *b)
		if p.Match.Level != names.High || sameTable || said[b.Name] || slices.Contains(a.Aliases, b.Name) || slices.Contains(b.Aliases, a.Name) {
			continue
		}
		said[b.Name] = true
		l.onEvent(b, "duplicate-name", finding.Warning,
			fmt.Sprintf("%s is much like %s %s, %s", quoted(b.Name), quoted(a.Name), where(a.Pos, b.Pos), words.Safe(p.Match.Rule)),
			"keep one of them; if they are two events, give them names that nobody confuses")
	}
}

// aliases finds other names of an event that are planned events themselves.
func (l *linter) aliases() {
	for i := range l.plan.Events {
		e := &l.plan.Events[i]
		for _, alias := range e.Aliases {
			other := l.plan.Event(alias, "track")
			if other == nil || !l.meet(*e, *other) {
				continue
			}
			message := quoted(alias) + " is an alias of " + quoted(e.Name) + " and a planned event " + where(other.Pos, e.Pos)
			if other == e || alias == e.Name {
				message = quoted(alias) + " is its own alias"
			}
			l.onEvent(e, "alias-clash", finding.Warning, message, "remove the alias or the event")
		}
	}
}

// convention holds the names of events to what is asked for, or to what most of them follow.
func (l *linter) convention() {
	var list []string
	for _, e := range l.plan.Events {
		if e.Call == "track" && !e.Deprecated() {
			list = append(list, e.Name)
		}
	}
	c, share, ok := names.LearnConvention(list)
	ok = ok && share >= mostFit
	severity, why := finding.Info, ", unlike most names of the plan"
	if l.o.Convention != nil {
		c, ok, severity, why = *l.o.Convention, true, finding.Warning, ", which was asked for"
	}
	if !ok {
		return
	}
	for i := range l.plan.Events {
		e := &l.plan.Events[i]
		misfit := c.Misfit(e.Name)
		if e.Call != "track" || e.Deprecated() || misfit == "" || untidy(e.Name) != "" {
			continue
		}
		advice := "rename it, or leave it if senders cannot change"
		if better := c.Rewrite(e.Name); better != "" {
			advice = "write " + quoted(better) + ", or leave it if senders cannot change"
		}
		l.onEvent(e, "naming-convention", severity, quoted(e.Name)+" "+misfit+why, advice)
	}
}

// owners finds events without an owner where most have one.
func (l *linter) owners() {
	owned := 0
	for _, e := range l.plan.Events {
		if e.Owner != "" {
			owned++
		}
	}
	if owned < 3 || float64(owned) < mostOwned*float64(len(l.plan.Events)) {
		return
	}
	for i := range l.plan.Events {
		if e := &l.plan.Events[i]; e.Owner == "" && e.Call == "track" && !e.Deprecated() {
			l.onEvent(e, "missing-owner", finding.Info,
				fmt.Sprintf("%s has no owner, as %d of %s have", called(e), owned, words.Many(int64(len(l.plan.Events)), "event", "events")),
				"write owner: and who is to be told when it breaks")
		}
	}
}

// event judges one event by itself.
func (l *linter) event(e *plan.Event) {
	if e.Call == "track" {
		l.eventName(e)
	}
	if len(e.Properties) == 0 && strings.TrimSpace(e.Description) == "" && !e.Deprecated() {
		l.onEvent(e, "says-nothing", finding.Info, called(e)+" has no properties and no description", "say what it means, or what it carries")
	}
	required := 0
	for i := range e.Properties {
		p := &e.Properties[i]
		if p.Required {
			required++
		}
		l.property(e, p)
	}
	if e.Deprecated() && required > 0 {
		l.onEvent(e, "deprecated-required", finding.Info,
			fmt.Sprintf("%s is deprecated and still asks for %s", called(e), words.Many(int64(required), "required property", "required properties")),
			"nothing is held to them any more: make them optional, or take the event out")
	}
	l.columns(e)
}

// eventName judges what a name of an event holds and what becomes of it in the warehouse.
func (l *linter) eventName(e *plan.Event) {
	if what := untidy(e.Name); what != "" {
		l.onEvent(e, "hidden-character", finding.Warning, quoted(e.Name)+" "+what, "write the name without it, unless it is sent like that")
	}
	table := plan.TableOf(*e)
	switch {
	case table == "":
		l.onEvent(e, "no-table", finding.Warning, quoted(e.Name)+" has no ASCII letter or digit, so that no table can be foretold",
			"write the table it lands in: table in plumbline's format, x-table in Segment's")
		return
	case l.o.Warehouse == "redshift" && e.Table == "" && prefixed(table):
		l.onEvent(e, "reserved-table", finding.Info, "Redshift does not take "+quoted(table)+" as a table: it lands as "+quoted("_"+table), "write table: _"+words.Safe(table))
	}
	l.long(len(table), func(s finding.Severity, message string) {
		l.onEvent(e, "long-name", s, "the table of "+quoted(e.Name)+" "+message, "shorten the name, or write the table it really lands in")
	})
}

// long judges the bytes of a name in the warehouse.
func (l *linter) long(bytes int, say func(finding.Severity, string)) {
	const postgres, redshift = 63, 127
	message := func(most int, who string) string {
		return fmt.Sprintf("has a name of %d bytes, more than the %d that %s takes", bytes, most, who)
	}
	switch {
	case bytes > redshift && (l.o.Warehouse == "redshift" || l.o.Warehouse == ""):
		say(finding.Warning, message(redshift, "Redshift"))
	case bytes > postgres && l.o.Warehouse == "postgres":
		say(finding.Warning, message(postgres, "Postgres"))
	case bytes > postgres && l.o.Warehouse == "":
		say(finding.Info, message(postgres, "Postgres"))
	}
}

// untidy says what of a name cannot be seen, in words that follow the name.
func untidy(name string) string {
	switch {
	case strings.TrimSpace(name) != name:
		return "begins or ends with a blank"
	case names.Disguise(name) != "":
		return "holds a character that is not what it looks like, " + names.Disguise(name)
	case strings.ContainsFunc(name, func(r rune) bool { return unicode.IsSpace(r) && r != ' ' }):
		return "holds a blank that is no space"
	case strings.Contains(name, "  "):
		return "holds two blanks in a row"
	}
	return ""
}

// prefixed says whether Segment puts an underscore before a name in Redshift.
func prefixed(name string) bool {
	return '0' <= name[0] && name[0] <= '9' || slices.Contains(redshiftWords(), name)
}

// redshiftWords are words of SQL that Redshift reserves and that name an event or a property now and then.
func redshiftWords() []string {
	return []string{
		"all", "analyse", "analyze", "and", "any", "array", "as", "asc", "between", "both", "case", "cast", "check", "column", "constraint", "create",
		"credentials", "cross", "default", "delta", "desc", "distinct", "do", "else", "encode", "end", "except", "explicit", "false", "for", "foreign",
		"freeze", "from", "full", "grant", "group", "having", "identity", "ignore", "in", "initially", "inner", "intersect", "into", "is", "isnull", "join",
		"language", "leading", "left", "like", "limit", "minus", "natural", "new", "not", "notnull", "null", "off", "offline", "offset", "oid", "old", "on",
		"only", "open", "or", "order", "outer", "overlaps", "parallel", "partition", "percent", "placing", "primary", "raw", "references", "rejectlog",
		"resort", "restore", "right", "select", "similar", "snapshot", "some", "sysdate", "system", "table", "tag", "then", "timestamp", "to", "top",
		"trailing", "true", "truncatecolumns", "union", "unique", "user", "using", "verbose", "wallet", "when", "where", "with", "without",
	}
}
