package connectors

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// figures is how many numbers a row of an answer may carry.
const figuresPerRow = 8

// switchDays is the length of the windows that Switched compares, where the question does not say.
const switchDays = 28

// inquiry is one question as a SELECT of q, key and figuresPerRow numbers, and how its rows become an answer.
type inquiry struct {
	question landed.Question
	text     string
	rel      landed.Relation
	also     landed.Relation // a second table that it reads, of another source
	span     landed.Span
	what     string                            // for the statement's name
	keyed    bool                              // it refers to the key of hashes
	answer   func(landed.Answer) landed.Answer // nil: the rows as they are
}

// inquirer writes the questions about one source.
type inquirer struct {
	*writer
	cat        catalogue
	constraint func(id string) (landed.Constraint, bool)
	key        string
	other      func(source string) (*inquirer, error) // who writes of another source, in this one's days
}

// inquire writes one question. The error is said in a reader's words.
func (w *inquirer) inquire(n int, question landed.Question) (inquiry, error) {
	switch q := question.(type) {
	case landed.Users:
		return w.users(n, q)
	case landed.Moment:
		return w.moment(n, q)
	case landed.Hourly:
		return w.hourly(n, q)
	case landed.Pages:
		return w.pages(n, q)
	case landed.Sizes:
		return w.sizes(n, q)
	case landed.Grouped:
		return w.grouped(n, q)
	case landed.TopValues:
		return w.topValues(n, q)
	case landed.SampleIDs:
		return w.sampleIDs(n, q)
	case landed.Switched:
		return w.switched(n, q)
	case landed.Repeats:
		return w.repeats(n, q)
	case landed.Crossed:
		return w.crossed(n, q)
	case landed.Happened:
		return w.happenedOn(n, q)
	case landed.Sent:
		return w.sent(n, q)
	}
	return inquiry{}, fmt.Errorf("questions of kind %T are not known to this warehouse", question)
}

// selection writes the head of an answer's SELECT.
func (w *inquirer) selection(n int, key string, numbers ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "SELECT %d AS q, %s AS k", n, key)
	for i := range figuresPerRow {
		x := "NULL"
		if i < len(numbers) {
			x = numbers[i]
		}
		fmt.Fprintf(&b, ", CAST(%s AS %s) AS n%d", x, w.words.Double, i)
	}
	return b.String()
}

// table returns a table of events that a question may read.
func (w *inquirer) table(name string) (eventTable, error) {
	t, ok := w.cat.table(name)
	if !ok {
		return eventTable{}, fmt.Errorf("there is no table %s that can be read", name)
	}
	if w.a.options.excludes(t) {
		return eventTable{}, fmt.Errorf("table %s is left out by exclude_tables", t)
	}
	e, ok := w.event(t, w.cat[t])
	if !ok {
		return eventTable{}, fmt.Errorf("table %s has no column %s", t, w.a.layout.ReceivedAt)
	}
	return e, nil
}

// named returns the rows that go by an event's name: of tracks, or of the table of a call that has its own.
func (w *inquirer) named(event, table string) (eventTable, []string, error) {
	for _, c := range w.a.layout.Calls {
		if strings.EqualFold(c.Table, table) || table == "" && c.Event == event && event != "" {
			if t, err := w.table(c.Table); err == nil || table != "" {
				return t, nil, err
			}
		}
	}
	t, err := w.table(w.a.layout.Tracks)
	if err != nil {
		return t, nil, err
	}
	if _, ok := find(t.cols, w.a.layout.EventName); !ok {
		return t, nil, fmt.Errorf("%s has no column %s", t.rel.Table, w.a.layout.EventName)
	}
	return t, []string{w.text(t.cols, w.a.layout.EventName) + " = " + w.d.Literal(event)}, nil
}

// broken returns the rows that break a rule of the plan.
func (w *inquirer) broken(id, table string) (eventTable, []string, error) {
	rule, ok := w.constraint(id)
	if !ok {
		return eventTable{}, nil, fmt.Errorf("the rule %s was not among those asked for", id)
	}
	if table == "" {
		table = rule.Table
	}
	t, err := w.table(table)
	if err != nil {
		return t, nil, err
	}
	col, ok := find(t.cols, rule.Column)
	if !ok {
		return t, nil, fmt.Errorf("table %s has no column %s", t.rel.Table, rule.Column)
	}
	cond := w.violates(rule, col)
	if cond == "" {
		return t, nil, fmt.Errorf("this warehouse cannot count the rule for %s", rule.Column)
	}
	return t, []string{"(" + cond + ")"}, nil
}

// sliced narrows rows to a slice; a field that is empty asks for nothing.
func (w *inquirer) sliced(t eventTable, s landed.Slice) ([]string, error) {
	l := w.a.layout
	var out []string
	for i, f := range fields(&s) {
		column := []string{l.Platform, l.Library, l.LibraryVersion, l.AppVersion}[i]
		if *f == "" {
			continue
		}
		if *f == landed.Other {
			return nil, errors.New("the rarer values of " + column + " are not one slice")
		}
		if _, ok := find(t.cols, column); !ok {
			return nil, fmt.Errorf("table %s has no column %s", t.rel.Table, column)
		}
		out = append(out, w.text(t.cols, column)+" = "+w.d.Literal(*f))
	}
	return out, nil
}

// who is the person a row belongs to.
func (w *inquirer) who(t eventTable) (string, error) {
	l := w.a.layout
	_, user := find(t.cols, l.User)
	_, anon := find(t.cols, l.Anonymous)
	if !user && !anon {
		return "", fmt.Errorf("table %s says of nobody who did it", t.rel.Table)
	}
	return "coalesce(" + w.text(t.cols, l.User) + ", " + w.text(t.cols, l.Anonymous) + ")", nil
}

func (w *inquirer) users(n int, q landed.Users) (inquiry, error) {
	t, conds, err := w.named(q.Event, q.Table)
	if q.Constraint != "" {
		t, conds, err = w.broken(q.Constraint, q.Table)
	}
	if err != nil {
		return inquiry{}, err
	}
	slice, err := w.sliced(t, q.Slice)
	if err != nil {
		return inquiry{}, err
	}
	who, err := w.who(t)
	if err != nil {
		return inquiry{}, err
	}
	text := w.selection(n, w.words.Null, "count(DISTINCT "+who+")") + "\nFROM " + w.name(t.rel) + "\n" +
		w.where(t, q.Span, append(conds, slice...)...)
	return inquiry{question: q, what: "users", text: text, rel: t.rel, span: q.Span}, nil
}

// momentOf returns the rows a Moment looks for.
func (w *inquirer) momentOf(q landed.Moment) (eventTable, []string, error) {
	return w.sorted(q.What, q.Event, q.Table, q.Column, q.Constraint)
}

// sorted returns the rows of some sort.
func (w *inquirer) sorted(what landed.Sort, event, table, column, constraint string) (eventTable, []string, error) {
	switch what {
	case landed.Named:
		return w.named(event, table)
	case landed.Violating:
		return w.broken(constraint, table)
	case landed.Absent, landed.Present:
		t, err := w.table(table)
		if err != nil {
			return t, nil, err
		}
		c, ok := find(t.cols, column)
		if !ok {
			return t, nil, fmt.Errorf("table %s has no column %s", t.rel.Table, column)
		}
		if what == landed.Absent {
			return t, []string{w.d.Quote(c.name) + " IS NULL"}, nil
		}
		return t, []string{w.d.Quote(c.name) + " IS NOT NULL"}, nil
	}
	return eventTable{}, nil, errors.New("it is not known which rows are meant")
}

func (w *inquirer) moment(n int, q landed.Moment) (inquiry, error) {
	t, conds, err := w.momentOf(q)
	if err != nil {
		return inquiry{}, err
	}
	slice, err := w.sliced(t, q.Slice)
	if err != nil {
		return inquiry{}, err
	}
	micros := func(f string) string { return w.words.Micros(f + "(" + t.clock.UTC + ")") }
	text := w.selection(n, w.words.Null, micros("min"), micros("max")) + "\nFROM " + w.name(t.rel) + "\n" +
		w.where(t, q.Span, append(conds, slice...)...)
	return inquiry{question: q, what: "moments", text: text, rel: t.rel, span: q.Span, answer: bounds}, nil
}

func (w *inquirer) hourly(n int, q landed.Hourly) (inquiry, error) {
	t, conds, err := w.named(q.Event, "")
	if err != nil {
		return inquiry{}, err
	}
	if t.clock.On != nil {
		return inquiry{}, fmt.Errorf("%s of %s is a date and knows no hour", w.a.layout.ReceivedAt, t.rel.Table)
	}
	text := w.selection(n, w.words.Null, "hour", "count(*)") + "\nFROM (\n  SELECT " +
		w.words.Micros(w.words.Hour(t.clock.UTC)) + " AS hour\n  FROM " + w.name(t.rel) + "\n  " +
		w.where(t, q.Span, conds...) + "\n) AS hours\nGROUP BY hour"
	return inquiry{question: q, what: "hours", text: text, rel: t.rel, span: q.Span, answer: hours}, nil
}

func (w *inquirer) topValues(n int, q landed.TopValues) (inquiry, error) {
	t, err := w.table(q.Table)
	if err != nil {
		return inquiry{}, err
	}
	c, ok := find(t.cols, q.Column)
	if !ok {
		return inquiry{}, fmt.Errorf("table %s has no column %s", t.rel.Table, q.Column)
	}
	value, lim := w.words.Text(w.d.Quote(c.name), c.native), strconv.Itoa(limit(q.Limit))
	shown := "v"
	if !q.Plain {
		shown = w.words.Hash("v", w.d.Bind(1))
	}
	text := w.selection(n, shown, "n", "first") + `
FROM (
  SELECT v, n, first,
    row_number() OVER (ORDER BY n DESC, v) AS common,
    row_number() OVER (ORDER BY first DESC, v) AS recent
  FROM (
    SELECT ` + value + " AS v, count(*) AS n, " + w.words.Micros("min("+t.clock.UTC+")") + " AS first\n    FROM " + w.name(t.rel) +
		"\n    " + w.where(t, q.Span, w.d.Quote(c.name)+" IS NOT NULL") + "\n    GROUP BY 1\n  ) AS grouped\n) AS ranked\nWHERE common <= " +
		lim + " OR recent <= " + lim
	return inquiry{question: q, what: "values", text: text, rel: t.rel, span: q.Span, keyed: !q.Plain, answer: valuesSeen}, nil
}

func (w *inquirer) sampleIDs(n int, q landed.SampleIDs) (inquiry, error) {
	t, conds, err := w.broken(q.Constraint, q.Table)
	if err != nil {
		return inquiry{}, err
	}
	id, ok := find(t.cols, w.a.layout.ID)
	if !ok {
		return inquiry{}, fmt.Errorf("table %s has no column %s", t.rel.Table, w.a.layout.ID)
	}
	text := w.selection(n, "k") + "\nFROM (\n  SELECT " + w.words.Text(w.d.Quote(id.name), id.native) + " AS k\n  FROM " + w.name(t.rel) +
		"\n  " + w.where(t, q.Span, append(conds, w.d.Quote(id.name)+" IS NOT NULL")...) +
		"\n  ORDER BY " + t.clock.Bare + " DESC, 1\n  LIMIT " + strconv.Itoa(limit(q.Limit)) + "\n) AS sample"
	return inquiry{question: q, what: "samples", text: text, rel: t.rel, span: q.Span, answer: keysOnly}, nil
}

// switched looks at three windows of as many days: the one from Day on, the one before it and the one before that.
func (w *inquirer) switched(n int, q landed.Switched) (inquiry, error) {
	t, before, err := w.named(q.Before, w.a.layout.Tracks)
	if err != nil {
		return inquiry{}, err
	}
	_, after, err := w.named(q.After, w.a.layout.Tracks)
	if err != nil {
		return inquiry{}, err
	}
	who, err := w.who(t)
	if err != nil {
		return inquiry{}, err
	}
	days := landed.Day(cmp.Or(max(q.Days, 0), switchDays))
	span := landed.Span{First: q.Day - 2*days, Last: q.Day + days - 1}
	at := func(s landed.Span) string { return strings.Join(w.a.calendar.within(t.clock, s), " AND ") }
	earlier := at(landed.Span{First: q.Day - 2*days, Last: q.Day - days - 1})
	former := at(landed.Span{First: q.Day - days, Last: q.Day - 1})
	since := at(landed.Span{First: q.Day, Last: q.Day + days - 1})
	flag := func(name string, conds ...string) string {
		return "    max(CASE WHEN " + strings.Join(conds, " AND ") + " THEN 1 ELSE 0 END) AS " + name
	}
	sum := func(cond string) string { return "sum(CASE WHEN " + cond + " THEN 1 ELSE 0 END)" }
	text := w.selection(n, w.words.Null,
		sum("former = 1"), sum("former = 1 AND still = 1"), sum("former = 1 AND moved = 1"), sum("moved = 1"),
		sum("earlier = 1"), sum("earlier = 1 AND former = 1"), sum("active = 1"), sum("active = 1 AND former = 1")) +
		"\nFROM (\n  SELECT " + who + " AS who,\n" + strings.Join([]string{
		flag("earlier", earlier, before[0]), flag("former", former, before[0]), flag("still", since, before[0]),
		flag("moved", since, after[0]), flag("active", since),
	}, ",\n") + "\n  FROM " + w.name(t.rel) + "\n  " + w.where(t, span) + "\n  GROUP BY 1\n) AS people\nWHERE who IS NOT NULL"
	return inquiry{question: q, what: "switches", text: text, rel: t.rel, span: span}, nil
}

func limit(n int) int {
	if n <= 0 {
		return 10
	}
	return n
}
