package report

import (
	"io"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/backtest"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// BacktestText writes for a terminal what past nights would have told.
func BacktestText(w io.Writer, s backtest.Summary, o Options) error {
	p := newPage(o, s.Days.Last.Time())
	for _, line := range p.headline(s) {
		p.put(0, 0, line)
	}
	for _, t := range s.Troubles {
		p.blank()
		p.heading(strings.ToUpper(t.Finding.Severity.String()), p.say(t.Finding.Title), p.say(t.ID), severityStyle(t.Finding.Severity))
		p.put(2, 2, p.facts(p.where(t.Finding), p.course(s, t)))
		if how := p.howMuch(t.Finding); how != "" {
			p.put(2, 2, how)
		}
	}
	p.blank()
	for _, line := range p.noise(s) {
		p.put(0, 2, line)
	}
	for _, line := range p.blind(s) {
		p.put(0, 2, line)
	}
	return written(p.writeTo(w))
}

// BacktestMarkdown is BacktestText for a comment or a wiki page.
func BacktestMarkdown(w io.Writer, s backtest.Summary, o Options) error {
	o.UTF8, o.Color, o.Width = true, false, 1<<20
	p := newPage(o, s.Days.Last.Time())
	p.para("## " + escape(p.say(s.Workspace)) + ": what you would have been told")
	for _, line := range p.headline(s) {
		p.para(escape(line))
	}
	if len(s.Troubles) > 0 {
		p.para("| | Finding | Where, and when | Events | |")
		p.raw("|---|---|---|--:|---|")
	}
	for _, t := range s.Troubles {
		rows := ""
		if t.Finding.Rows > 0 {
			rows = words.Count(t.Finding.Rows)
		}
		p.raw("| " + strings.Join([]string{
			t.Finding.Severity.String(), escape(p.say(t.Finding.Title)), escape(p.facts(p.where(t.Finding), p.course(s, t))), rows, t.ID,
		}, " | ") + " |")
	}
	for _, line := range slices.Concat(p.noise(s), p.blind(s)) {
		p.para(escape(line))
	}
	return written(p.writeTo(w))
}

// headline is the first sentences: how much there was, and how much earlier it would have been known.
func (p *page) headline(s backtest.Summary) []string {
	if s.Nights == 0 {
		return []string{"No night was replayed."}
	}
	span := "In the " + firm(words.Days(s.Nights)) + " from " + firm(words.DayNear(s.Days.First.Time(), p.now)) + " to " + firm(words.FullDay(s.Days.Last.Time()))
	if s.Nights == 1 {
		span = "On " + firm(words.FullDay(s.Days.Last.Time()))
	}
	if len(s.Troubles) == 0 {
		return []string{span + ": nothing that you would have had to be told of."}
	}
	out := []string{span + ": " + words.And(counted(s.Troubles)) + "."}
	top := slices.IndexFunc(s.Troubles, backtest.Trouble.Open)
	if top < 0 {
		return append(out, "All of it has ended since.")
	}
	t := s.Troubles[top]
	early := int(s.Days.Last + 1 - t.Told)
	if early < 1 {
		return append(out, "The gravest is new this morning: "+p.say(t.Finding.Title)+".")
	}
	return append(out, "With plumbline you would have known "+firm(words.Days(early)+" earlier")+": "+p.say(t.Finding.Title)+
		", told on "+firm(words.DayNear(t.Told.Time(), p.now))+".")
}

// counted counts what there was, by kind, in the order of the troubles.
func counted(list []backtest.Trouble) []string {
	n := map[finding.Kind]int64{}
	var order []finding.Kind
	for _, t := range list {
		if n[t.Finding.Kind] == 0 {
			order = append(order, t.Finding.Kind)
		}
		n[t.Finding.Kind]++
	}
	out := make([]string, len(order))
	for i, k := range order {
		one, many := kindWords(k)
		out[i] = firm(words.Many(n[k], one, many))
	}
	return out
}

// kindWords is a kind as people say it, one and many.
func kindWords(k finding.Kind) (one, many string) {
	switch k {
	case finding.Rename:
		return "silent rename", "silent renames"
	case finding.NearDuplicate:
		return "event under a second name", "events under a second name"
	case finding.EventStopped:
		return "stopped event", "stopped events"
	case finding.VolumeDrop:
		return "drop", "drops"
	case finding.SlowDecline:
		return "slow decline", "slow declines"
	case finding.VolumeSpike:
		return "surge", "surges"
	case finding.SourceOutage:
		return "outage", "outages"
	case finding.LateData:
		return "late day", "late days"
	case finding.MissingProperty:
		return "missing property", "missing properties"
	case finding.RemovedProperty:
		return "removed property", "removed properties"
	case finding.UnplannedProperty:
		return "unplanned property", "unplanned properties"
	case finding.PropertyDuplicate:
		return "property under two names", "properties under two names"
	case finding.TypeDrift:
		return "change of type", "changes of type"
	case finding.InvalidValue:
		return "property with invalid values", "properties with invalid values"
	case finding.ValueDrift:
		return "property with changed values", "properties with changed values"
	case finding.IdentityLoss:
		return "loss of identity", "losses of identity"
	case finding.DestinationMismatch:
		return "destination mismatch", "destination mismatches"
	case finding.NeverSeen:
		return "event that never landed", "events that never landed"
	case finding.DoubleTracking, finding.DuplicateRows, finding.PII, finding.Backfill:
		s := strings.ReplaceAll(string(k), "-", " ")
		return "case of " + s, "cases of " + s
	}
	s := strings.ReplaceAll(string(k), "-", " ")
	return s, s + "s"
}

// course says when a trouble began, when it would have been told, and how it went on.
func (p *page) course(s backtest.Summary, t backtest.Trouble) string {
	f := t.Finding
	told := "told " + firm(words.DayNear(t.Told.Time(), p.now))
	began := ""
	if known(f.Since) {
		began = "began " + firm(words.DayNear(f.Since.Time(), p.now))
		switch n := t.Silent(); {
		case n == 1:
			told += ", the morning after"
		case n > 1 && t.Told == s.Days.First+1:
			told += ", the first night replayed"
		case n > 1:
			told += ", " + firm(words.Days(n)+" later") + " (" + firm(words.Many(t.Rows, "event", "events")) + byThen(f) + ")"
		}
	}
	state := "goes on"
	end := max(f.LastSeen, f.Since)
	if !t.Open() {
		state = "ended " + firm(words.DayNear(end.Time(), p.now))
	}
	if known(f.Since) && known(end) {
		state += ", " + firm(words.Days(int(end-f.Since)+1))
	}
	return p.facts(began, told, state)
}

// byThen says what the rows of a trouble are that was told late: there were too few of them before.
func byThen(f finding.Finding) string {
	if f.Kind.Volume() && f.Kind != finding.VolumeSpike {
		return " missing by then"
	}
	return " by then"
}

// noise says how many messages that would have been.
func (p *page) noise(s backtest.Summary) []string {
	if s.Nights == 0 {
		return nil
	}
	week := float64(s.Messages-s.Replies) / float64(s.Nights) * 7
	line := "Messages: " + words.Many(int64(s.Messages-s.Replies), "post", "posts") + " in " + firm(words.Many(int64(s.Nights), "night", "nights"))
	if s.Messages > s.Replies {
		line += ", about " + firm(words.Rate(week)+" a week")
	}
	if s.Replies > 0 {
		line += ", and " + words.Many(int64(s.Replies), "reply", "replies") + " below them"
	}
	out := []string{line + "."}
	var quiet []string
	if s.Info > 0 {
		quiet = append(quiet, words.Many(int64(s.Info), "finding", "findings")+" for information only")
	}
	if s.Baseline > 0 {
		quiet = append(quiet, words.Count(int64(s.Baseline))+" older "+plural(s.Baseline, "difference", "differences")+" from the plan, in the baseline")
	}
	if len(quiet) > 0 {
		out = append(out, "Not posted: "+words.And(quiet)+".")
	}
	return out
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// blind says what could not be judged in the last night, or seen in any.
func (p *page) blind(s backtest.Summary) []string {
	var out []string
	events := map[finding.Subject]bool{}
	for _, u := range s.Unjudged {
		if u.Subject.Event != "" && u.Check != "" {
			events[finding.Subject{Source: u.Subject.Source, Event: u.Subject.Event}] = true
		}
	}
	if n := len(events); n > 0 {
		out = append(out, "Too rare or too young to judge: "+words.Many(int64(n), "event", "events")+". They would have stayed silent whatever happened to them.")
	}
	for _, g := range s.Gaps {
		out = append(out, "Not checked: "+p.unseen(g)+": "+p.say(strings.TrimSuffix(g.Why, "."))+".")
	}
	return out
}
