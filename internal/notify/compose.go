package notify

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// Policy says who hears what.
type Policy struct {
	Channel string          // for what no route names; "": it is posted nowhere
	Routes  []Route         // the first that fits wins
	Muted   map[string]bool // sources outside production, by name: posted nowhere
}

// Route sends the findings of one source to a channel of their own.
type Route struct{ Source, Channel string }

const (
	chartDays = 28  // of a chart in a message
	paceTimes = 3   // as many rows a day as up to the last message are news
	paceRows  = 100 // and at least so many more than that pace would have brought
)

// Compose decides what each channel has yet to be told, from what it was told and not from what is new tonight: a
// finding first seen by an audit that told nobody is told by the next one that does. It says nothing of information,
// of the baseline, and of what people have acknowledged, snoozed, expected or dismissed. It is pure; as long as a
// channel was told nothing further, the same news has the same Outgoing.ID.
func Compose(r audit.Result, told []audit.Told, p Policy) []audit.Outgoing {
	last := newest(told)
	var out []audit.Outgoing
	for _, f := range r.Findings {
		channel := p.route(f.Finding)
		if channel == "" {
			continue
		}
		before, known := last[telling{f.ID, channel}]
		news, ok := decide(f, before, known, r.Header)
		if !ok {
			continue
		}
		m := Message{
			Workspace: r.Header.Workspace, Channel: channel, News: news,
			Finding: describe(f, r.Header), Footer: footer(f.Finding, r.Header),
		}
		m.ID = id(m, before)
		if known {
			m.Was = &Was{Severity: before.Severity.String(), Rows: before.Rows, At: before.At}
		}
		if news == Worse || news == Resolved {
			m.Thread = before.Thread
		}
		out = append(out, audit.Outgoing{
			ID: m.ID, Route: channel, Incidents: []string{f.ID}, Due: r.Header.Finished, Body: m.encode(),
		})
	}
	return out
}

// telling is one incident in one channel.
type telling struct{ incident, channel string }

// newest keeps what each channel was told last of each incident. A reply has no thread of its own where the service
// does not say, so the newest thread that is known stays.
func newest(told []audit.Told) map[telling]audit.Told {
	last := make(map[telling]audit.Told, len(told))
	sorted := slices.SortedStableFunc(slices.Values(told), func(a, b audit.Told) int { return a.At.Compare(b.At) })
	for _, t := range sorted {
		k := telling{t.Incident, t.Channel}
		if t.Thread == "" {
			t.Thread = last[k].Thread
		}
		last[k] = t
	}
	return last
}

// decide says whether a channel hears of a finding tonight, and as what.
func decide(f audit.Reported, before audit.Told, known bool, h audit.Header) (News, bool) {
	told := known && before.What != incident.Resolved
	switch f.Status {
	case incident.ResolvedAway:
		return Resolved, told
	case incident.Open:
	case incident.Acknowledged, incident.Snoozed, incident.Expected, incident.Dismissed, incident.Baseline:
		return "", false
	default:
		return "", false
	}
	switch {
	case f.Finding.Severity < finding.Warning:
		return "", false
	case !known:
		return New, true
	case !told:
		return Reopened, true
	}
	return Worse, worse(f, before, h)
}

// worse compares a finding with what the channel was told of it.
func worse(f audit.Reported, before audit.Told, h audit.Header) bool {
	return f.Finding.Severity > before.Severity ||
		f.Change == incident.Worsened && before.At.Before(h.Started) ||
		faster(f.Finding, before, h.Last)
}

// faster says whether rows have come much faster since the channel was told than they did until then. Rows add up from
// night to night, so that more of them alone are only an older fault. A pace is not known from less than a quarter of
// a day, nor from a single day that may have begun at any hour.
func faster(f finding.Finding, before audit.Told, last landed.Day) bool {
	toldOn := landed.DayOf(before.At.UTC()) // the day before it was the last that was judged
	began := f.SinceTime
	if began.IsZero() {
		if f.Since == landed.NoDay || toldOn-f.Since < 2 {
			return false
		}
		began = f.Since.Time()
	}
	until, since := toldOn.Time().Sub(began).Hours()/24, float64(last+1-toldOn)
	if until < 0.25 || since < 1 {
		return false
	}
	came, usual := float64(f.Rows-before.Rows), float64(before.Rows)/until*since
	return came >= paceTimes*usual && came-usual >= paceRows
}

// route returns the channel of a finding; "" where nobody is to hear of it.
func (p Policy) route(f finding.Finding) string {
	sources := f.Sources
	if len(sources) == 0 && f.Subject.Source != "" {
		sources = []string{f.Subject.Source}
	}
	if len(sources) > 0 && !slices.ContainsFunc(sources, func(s string) bool { return !p.Muted[s] }) {
		return ""
	}
	for _, r := range p.Routes {
		if r.Source == f.Subject.Source {
			return r.Channel
		}
	}
	return p.Channel
}

// id stays the same until the channel was told something further.
func id(m Message, before audit.Told) string {
	h := sha256.New()
	at := ""
	if !before.At.IsZero() {
		at = strconv.FormatInt(before.At.UnixNano(), 10)
	}
	for _, part := range []string{m.Workspace, m.Channel, m.Finding.ID, string(m.News), at} {
		h.Write([]byte(strconv.Itoa(len(part)) + ":" + part))
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}

// describe takes from a finding what rendering needs.
func describe(r audit.Reported, h audit.Header) Finding {
	f := r.Finding
	out := Finding{
		ID: r.ID, Kind: string(f.Kind), Severity: f.Severity.String(), Title: f.Title, Ended: f.Ended,
		Source: f.Subject.Source, Sources: f.Sources, Event: f.Subject.Event, Related: f.Subject.Related,
		Property: f.Subject.Property, Since: date(f.Since), SinceTime: f.SinceTime, LastSeen: date(f.LastSeen),
		Ongoing: f.Ongoing, Rows: f.Rows, Missing: f.Kind.Volume() && f.Kind != finding.VolumeSpike || f.Kind == finding.LateData, Users: f.Users,
		Explains: len(f.Explains), Owner: f.Owner, Fixes: len(f.Fixes),
	}
	if r.Handling.Owner != "" {
		out.Owner = r.Handling.Owner
	}
	if f.Confidence > 0 {
		out.Sure = words.Sure(f.Confidence)
	}
	for _, s := range h.Sources {
		if s.Name == f.Subject.Source {
			out.Zone = s.Zone
		}
	}
	out.AppVersion, out.Slice = slice(f)
	for _, e := range f.Evidence {
		line := Evidence{Label: e.Label, Value: e.Value, Against: e.Against}
		if e.Chart != nil {
			line.Daily = e.Chart.Daily[max(0, len(e.Chart.Daily)-chartDays):]
		}
		out.Evidence = append(out.Evidence, line)
	}
	for _, i := range f.Impacts {
		out.Impacts = append(out.Impacts, Impact{Name: i.Name, Unmatched: i.Unmatched, Until: i.Until})
	}
	if len(f.Members) > 1 {
		several := slices.ContainsFunc(f.Members, func(m finding.Finding) bool { return m.Subject.Event != f.Subject.Event })
		for _, m := range f.Members {
			out.Members = append(out.Members, subject(m.Subject, several))
		}
	}
	return out
}

// subject names what a member is about: of a pair the name that was sent, of a property its name, with that of its event
// where the members are of several.
func subject(s finding.Subject, several bool) string {
	switch {
	case s.Property != "" && s.Event != "" && several:
		return s.Event + "." + s.Property
	case s.Property != "":
		return s.Property
	case s.Related != "":
		return s.Related
	case s.Event != "":
		return s.Event
	}
	return s.Source
}

// slice writes the parts of a slice, the version apart: it stands beside the source.
func slice(f finding.Finding) (version string, rest []string) {
	if f.Slice != nil {
		version = f.Slice.AppVersion
		rest = append(rest, f.Slice.Platform, strings.TrimSpace(f.Slice.Library+" "+f.Slice.LibraryVersion))
	}
	rest = append(rest, f.Page)
	return version, slices.DeleteFunc(rest, func(s string) bool { return s == "" || s == f.Subject.Source })
}

// footer says what the audit looked at.
func footer(f finding.Finding, h audit.Header) Footer {
	out := Footer{Started: h.Started, AsOf: date(h.AsOf), Through: date(h.Last), Sources: len(h.Sources)}
	for _, s := range h.Sources {
		if s.Name == f.Subject.Source {
			out.Through = date(s.Last)
		}
	}
	for _, g := range h.Gaps {
		what := g.Source
		if g.Table != "" {
			what += "." + strings.TrimPrefix(g.Table, g.Source+".")
		}
		if line := what + ": " + g.Why; !slices.Contains(out.NotChecked, line) {
			out.NotChecked = append(out.NotChecked, line)
		}
	}
	return out
}

// date writes a day; "" where none is known.
func date(d landed.Day) string {
	if d == landed.NoDay {
		return ""
	}
	return d.String()
}

// toldOf is what a channel has been told once m stands in it.
func toldOf(m Message, r Receipt, at time.Time) audit.Told {
	severity, _ := finding.ParseSeverity(m.Finding.Severity)
	thread := m.Thread
	if thread == "" {
		thread = r.Thread
	}
	return audit.Told{
		Incident: m.Finding.ID, Channel: m.Channel, Thread: thread, What: m.News.kind(), Severity: severity,
		Rows: m.Finding.Rows, At: at,
	}
}
