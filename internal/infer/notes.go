package infer

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// named is how many names one line of the head holds.
const named = 8

// eventNotes says on what evidence an event is planned, and which other names look like it.
func (d *drafting) eventNotes(x *sighting, empty []string) []string {
	var sources []string
	for _, l := range x.landings {
		sources = append(sources, words.Safe(l.source.Source.Name))
	}
	out := []string{fmt.Sprintf("%s on %d of %s, %s; last %s", words.Many(x.rows, "row", "rows"), len(x.on), words.Days(d.span.Len()),
		words.And(sources), words.ShortDay(x.last.Time()))}
	for _, v := range d.variants[x.key] {
		since := ""
		if v.first > d.span.First {
			since = " since " + words.ShortDay(v.first.Time())
		}
		why := ""
		if v.why != "" && !strings.HasPrefix(v.why, "same words") {
			why = " (" + words.Safe(v.why) + ")"
		}
		line := "also sent as " + quoted(v.key.name) + why + ", " + words.Many(v.rows, "row", "rows") + since + ": not planned"
		if v.planned {
			line = "much like " + quoted(v.key.name) + why + ", " + words.Many(v.rows, "row", "rows") + since + ": one event or two?"
		}
		out = append(out, line)
	}
	if len(empty) > 0 {
		out = append(out, "without any value, and left out: "+words.List(safe(empty), named))
	}
	return out
}

func safe(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = words.Safe(s)
	}
	return out
}

// head says what the plan was made from, what it leaves out, and what to do next.
func (d *drafting) head(p *plan.Plan) {
	properties := 0
	for _, e := range p.Events {
		properties += len(e.Properties)
	}
	made := ""
	if !d.o.Made.IsZero() {
		made = " on " + words.FullDay(d.o.Made)
	}
	say := func(format string, args ...any) { d.notes.Head = append(d.notes.Head, fmt.Sprintf(format, args...)) }
	if len(p.Sources) == 0 || d.span.Empty() {
		say("A tracking plan without events: nothing was seen to have landed.")
		return
	}
	say("Tracking plan, inferred%s from what landed in %s", made, words.And(safe(p.Sources)))
	say("on the %s to %s: %s, %s.", words.Days(d.span.Len()), words.FullDay(d.span.Last.Time()),
		words.Many(int64(len(p.Events)), "event", "events"), words.Many(int64(properties), "property", "properties"))
	say("Nothing in it was agreed on. The comments are the evidence.")
	say("")
	say("An event is planned from %d rows on %d days on. Properties are named as their columns; how they are", MinRows, MinDays)
	say("filled was seen on the last %s. Required: in %s of at least %d rows, in every platform and version.", words.Days(profileDays(d.all)),
		words.Percent(MinFilled), MinRequiredRows)
	d.leftOut(say)
	say("")
	file := d.o.File
	if file == "" {
		file = "tracking-plan.yaml"
	}
	say("Next: correct names and values that are mistakes, add owner and description where you know them,")
	say("check it with plumbline plan lint %s,", words.Safe(file))
	say("and name it in plumbline.yaml as plan: {file: %s}", words.Safe(strconv.Quote(file)))
}

// profileDays is how many days of the properties were read.
func profileDays(all []*sighting) int {
	span := landed.NoSpan
	for _, x := range all {
		for _, l := range x.landings {
			if t := l.source.Table(l.event.Table); t != nil && t.Profiled != (landed.Span{}) {
				span = span.Union(t.Profiled)
			}
		}
	}
	return span.Len()
}

// leftOut says what landed and is not planned.
func (d *drafting) leftOut(say func(string, ...any)) {
	list := func(what string, left []*sighting, word func(*sighting) string) {
		if len(left) == 0 {
			return
		}
		items := make([]string, len(left))
		for i, x := range left {
			items[i] = word(x)
		}
		say("Left out, %s: %s", what, words.List(items, named))
	}
	shown := func(x *sighting) string {
		if x.key.name == "" {
			return x.key.call.String() + " calls"
		}
		return quoted(x.key.name)
	}
	if len(d.rare)+len(d.stopped)+len(d.dynamic)+d.unwritable > 0 {
		say("")
	}
	list("too rare", d.rare, func(x *sighting) string { return shown(x) + " (" + words.Count(x.rows) + ")" })
	list("silent since", d.stopped, func(x *sighting) string { return shown(x) + " " + words.ShortDay(x.last.Time()) })
	list("names that carry data", d.dynamic, shown)
	if d.unwritable > 0 {
		say("Left out, blank or no UTF-8: %s", words.Many(int64(d.unwritable), "name", "names"))
	}
}
