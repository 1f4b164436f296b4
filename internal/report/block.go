package report

import (
	"slices"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/chart"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/fix"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// block writes one finding: what, where and since when, how much, who is hurt, how sure, what to do.
func (p *page) block(r audit.Reported, last landed.Day, fixes []fix.Text) {
	f := r.Finding
	p.title(r)
	line := p.facts(p.where(f), p.when(f, last), firm(goes(r)), p.stands(r))
	if full := p.facts(line, p.say(owner(r))); lipgloss.Width(full) <= p.width-2 {
		line = full
	}
	p.put(2, 2, line)
	p.put(2, 2, p.howMuch(f))
	p.few(f)
	p.charts(f)
	if len(f.Impacts) > 0 {
		p.labelled("Missed by", p.missed(f.Impacts))
	}
	p.sure(f, 3)
	if len(fixes) > 0 {
		p.labelled("Fix", remedies(fixes)+": "+firm("plumbline findings show "+p.say(r.ID)))
	} else {
		p.labelled("More", firm("plumbline findings show "+p.say(r.ID)))
	}
}

func (p *page) title(r audit.Reported) {
	p.heading(strings.ToUpper(r.Finding.Severity.String()), p.say(head(r)), p.say(r.ID), severityStyle(r.Finding.Severity))
}

// few names the first members of a group.
func (p *page) few(f finding.Finding) {
	if len(f.Members) < 2 {
		return
	}
	list := make([]string, len(f.Members))
	for i, m := range f.Members {
		list[i] = p.member(m, 40)
	}
	p.put(2, 2, words.List(list, 2))
}

// member names one cause of a group.
func (p *page) member(m finding.Finding, n int) string {
	s := m.Subject
	out := p.name(s.Event, n)
	if s.Related != "" {
		out += p.sign(" → ") + p.name(s.Related, n)
	}
	if s.Property != "" {
		out = strings.TrimPrefix(out+"."+p.name(s.Property, n), ".")
	}
	if out == "" {
		return p.name(s.Source, n)
	}
	return out
}

// charts draws the evidence that is a drawing: on one scale, under each other, with the days below.
func (p *page) charts(f finding.Finding) {
	drawn := drawings(f)
	if len(drawn) == 0 {
		return
	}
	label, value := 0, 0
	labels, values := make([]string, len(drawn)), make([]string, len(drawn))
	for i, e := range drawn {
		labels[i], values[i] = p.name(e.Label, max(p.width/4, 12)), p.cut(p.say(e.Value), p.width/3)
		label, value = max(label, lipgloss.Width(labels[i])), max(value, lipgloss.Width(values[i]))
	}
	c := drawn[0].Chart
	first, cols := recent(c, p.width-2-label-2-2-value)
	p.blank()
	lines := p.draw(drawn, first, cols)
	for i := range drawn {
		gap := strings.Repeat(" ", value-lipgloss.Width(values[i]))
		p.raw("  " + pad(labels[i], label) + "  " + lines[i] + "  " + gap + values[i])
	}
	p.raw("  " + strings.Repeat(" ", label+2) + p.days(c, first, cols))
	p.blank()
}

// drawings are the evidence that is drawn: the first two charts, if they share their days.
func drawings(f finding.Finding) []finding.Evidence {
	var out []finding.Evidence
	for _, e := range f.Evidence {
		if e.Chart != nil && len(e.Chart.Daily) > 0 && len(out) < 2 && (len(out) == 0 || sameDays(out[0].Chart, e.Chart)) {
			out = append(out, e)
		}
	}
	return out
}

func sameDays(a, b *finding.Chart) bool { return a.First == b.First && len(a.Daily) == len(b.Daily) }

// recent picks the days that a drawing shows: a day to a column as long as that leaves two weeks before the
// beginning in sight, else all days in fewer columns.
func recent(c *finding.Chart, cols int) (first, width int) {
	cols = max(min(cols, 60), 8)
	days := len(c.Daily)
	if days <= cols {
		return 0, cols
	}
	began := days - 1
	if known(c.Began) {
		began = min(max(int(c.Began-c.First), 0), days-1)
	}
	if days-began+14 <= cols {
		return days - min(cols, max(35, days-began+14)), cols
	}
	return max(0, began-2*(days-began)), cols
}

func (p *page) draw(drawn []finding.Evidence, first, cols int) []string {
	if len(drawn) == 1 {
		return []string{chart.Spark(drawn[0].Chart.Daily[first:], cols, p.spark())}
	}
	a, b := chart.SparkPair(drawn[0].Chart.Daily[first:], drawn[1].Chart.Daily[first:], cols, p.spark())
	return []string{a, b}
}

// days labels the first day, the day it began and the last.
func (p *page) days(c *finding.Chart, first, cols int) string {
	n := len(c.Daily) - first
	mark := func(i int) chart.Mark {
		return chart.Mark{Day: i, Label: words.ShortDay((c.First + landed.Day(first+i)).Time())}
	}
	marks := []chart.Mark{mark(0)}
	if began := int(c.Began-c.First) - first; known(c.Began) && began > 0 && began < n-1 {
		marks = append(marks, mark(began))
	}
	return chart.Axis(n, cols, append(marks, mark(n-1)))
}

// sure says how sure the judgement is and why, in at most a few reasons; what speaks against it is never left out.
func (p *page) sure(f finding.Finding, few int) {
	var reasons, against []string
	for _, e := range f.Evidence {
		switch {
		case e.Against:
			against = append(against, p.reason(e))
		case e.Chart == nil:
			reasons = append(reasons, p.reason(e))
		}
	}
	reasons = reasons[:min(few, len(reasons))]
	if f.Confidence > 0 {
		p.labelled(words.Sure(f.Confidence)+" sure", strings.Join(slices.DeleteFunc(reasons, isEmpty), "; "))
	} else {
		p.labelled("Because", strings.Join(slices.DeleteFunc(reasons, isEmpty), "; "))
	}
	p.labelled("Against", strings.Join(slices.DeleteFunc(against, isEmpty), "; "))
}

func isEmpty(s string) bool { return s == "" }

// reason is one line of evidence.
func (p *page) reason(e finding.Evidence) string {
	label, value := p.cut(p.say(e.Label), 40), p.cut(p.say(e.Value), 160)
	if e.Chart != nil {
		label = p.name(e.Label, 40)
	}
	switch {
	case label == "" || value == "":
		return label + value
	case e.Chart == nil && strings.Contains(strings.ToLower(value), strings.ToLower(label)):
		return value // it says already what it is about
	}
	return label + ": " + value
}
