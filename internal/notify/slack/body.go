package slack

import (
	"github.com/plumbline-audit/plumbline/internal/chart"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/notify"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// body is how much, who is hurt, how sure, and what to do.
func (w writer) body() []string {
	f := w.m.Finding
	lines := w.amount()
	lines = append(lines, w.impacts()...)
	if len(f.Members) > 1 {
		lines = append(lines, "*All "+words.Count(int64(len(f.Members)))+"*: "+codes(f.Members))
	}
	if f.Explains > 0 && w.m.News != notify.Resolved {
		lines = append(lines, "*Explains* "+words.Many(int64(f.Explains), "other finding", "other findings")+", not posted one by one.")
	}
	if w.m.News == notify.Resolved {
		for _, e := range w.m.Finding.Evidence {
			if e.Label == finding.CameBack {
				lines = append(lines, "*Came back* "+prose(e.Value, w.quoted())+".")
			}
		}
	}
	if w.m.News == notify.New || w.m.News == notify.Reopened {
		lines = append(lines, w.evidence()...)
		if f.Sure != "" {
			lines = append(lines, "*"+plain(f.Sure)+" sure*")
		}
	}
	return append(lines, w.next())
}

// amount is how much, and for how many people.
func (w writer) amount() []string {
	f := w.m.Finding
	if f.Rows <= 0 {
		return nil
	}
	what := "*" + words.Many(f.Rows, "event", "events")
	if f.Users != nil {
		what += " by " + words.Many(*f.Users, "user", "users")
	}
	what += "*"
	how := " affected"
	if f.Missing {
		how = " missing against the usual"
	}
	if w.m.News == notify.Resolved {
		return []string{"In all " + what + " were" + how + "."}
	}
	what += how
	what += " so far"
	if was := w.m.Was; was != nil && w.m.News == notify.Worse {
		what += ", " + words.Count(was.Rows) + " when this channel was last told (" + words.Day(was.At.In(w.zone))
		if was.Severity != f.Severity {
			what += ", as a " + plain(was.Severity) + " finding"
		}
		what += ")"
	}
	return []string{what + "."}
}

// impacts names the destinations that missed events, and by when the first of them must be sent again.
func (w writer) impacts() []string {
	f := w.m.Finding
	if len(f.Impacts) == 0 {
		return nil
	}
	names := make([]string, len(f.Impacts))
	for i, d := range f.Impacts {
		names[i] = d.Name
	}
	if w.m.News == notify.Resolved {
		return []string{"*Still missing* in " + codes(names) + " unless they were sent again (from your config, not read from them)."}
	}
	lines := []string{"*Missed by* " + codes(names) + ": they match the exact name (from your config, not read from them)."}
	for _, d := range f.Impacts {
		switch {
		case d.Until.IsZero() || len(lines) > fewNames:
		case d.Until.After(w.m.Footer.Started):
			lines = append(lines, "*Hurry* "+code(d.Name)+" takes the first of them until *"+words.MomentNear(d.Until, w.m.Footer.Started, w.zone)+"*.")
		default:
			lines = append(lines, code(d.Name)+" no longer takes the first of them: its limit passed on "+words.MomentNear(d.Until, w.m.Footer.Started, w.zone)+".")
		}
	}
	return lines
}

// evidence is why, with the last four weeks where they were kept.
func (w writer) evidence() []string {
	all := w.m.Finding.Evidence
	var lines []string
	for _, e := range all[:min(len(all), evidenceMax)] {
		label := prose(e.Label, nil)
		if name, ok := w.named(e.Label); ok {
			label = style(name)
		} else if e.Against {
			label = "*Against* " + label
		}
		line := label
		if e.Value != "" {
			line += ": " + prose(e.Value, w.quoted())
		}
		if len(e.Daily) > 1 {
			line += "\n`" + chart.Spark(e.Daily, chartWidth, chart.Blocks) + "`"
		}
		lines = append(lines, line)
	}
	if more := len(all) - evidenceMax; more > 0 {
		lines = append(lines, words.Many(int64(more), "more line", "more lines")+" of evidence in the report")
	}
	return lines
}

// named returns a label that is one of the names, as sent or as it is shown, as it is shown.
func (w writer) named(label string) (string, bool) {
	for _, n := range w.quoted() {
		if n != "" && (label == n || label == shown(n)) {
			return shown(n), true
		}
	}
	return "", false
}

// next is the command that shows the rest.
func (w writer) next() string {
	what := "Everything about it"
	if n := w.m.Finding.Fixes; n > 0 && w.m.News != notify.Resolved {
		what = "Evidence and " + words.Many(int64(n), "fix", "fixes")
	}
	return what + ": " + code("plumbline findings show "+w.m.Finding.ID)
}
