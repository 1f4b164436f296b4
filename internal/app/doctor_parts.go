package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/plan"
	"github.com/plumbline-audit/plumbline/internal/state"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// cause is what an error says on its first line; our own errors say there what to do. Paths are as the configuration
// has them.
func (e *examination) cause(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	if dir := e.a.Config.Dir; len(dir) > 1 {
		line = strings.ReplaceAll(line, dir+string(filepath.Separator), "")
	}
	return line
}

func zoneOf(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return zone
}

// lookBack is how many days say what lands and how late.
const lookBack = 35

// recent reads the counts and arrivals of a source's last weeks, once.
func (e *examination) recent(ctx context.Context, s source) (landed.Snapshot, error) {
	if snap, ok := e.landedOf[s.Name]; ok {
		return snap, nil
	}
	last := landed.DayOf(e.extents[s.Name].Last.In(zoneOf(s.Zone)))
	span := landed.Span{First: last - lookBack + 1, Last: last}
	snap, err := e.w.Gather(ctx, landed.Request{Source: s.Source, Want: map[landed.Kind]landed.Span{landed.Counts: span, landed.Arrivals: span}})
	if err == nil {
		e.landedOf[s.Name] = snap
	}
	return snap, err
}

// filled are the sources that hold events.
func (e *examination) filled() []source {
	var out []source
	for _, s := range e.a.sources {
		if e.extents[s.Name].Rows > 0 {
			out = append(out, s)
		}
	}
	return out
}

// plans reads each plan and says how much of it lands.
func (e *examination) plans(ctx context.Context) {
	if len(e.a.Config.Plans) == 0 {
		e.say("plan", Noted, "none: audits hold what lands against what landed before", "write one from what landed, plumbline plan infer --out tracking-plan.yaml, and name it: plan: {file: tracking-plan.yaml}")
		return
	}
	var read []scopedPlan
	for _, p := range e.a.Config.Plans {
		got, err := plan.Read(string(p.File))
		if err == nil {
			read = append(read, scopedPlan{file: string(p.File), sources: p.Sources, plan: got})
			continue
		}
		if errors.Is(err, fs.ErrNotExist) {
			e.say("plan", Problem, e.a.shown(string(p.File))+": there is no such file or folder", "check the path, which is relative to the configuration")
			continue
		}
		text := e.cause(err)
		if list, own := errors.AsType[plan.Errors](err); own && len(list) > 1 {
			text += fmt.Sprintf(" (and %s)", words.Many(int64(len(list)-1), "more mistake", "more mistakes"))
		}
		e.say("plan", Problem, text, "plumbline plan show lists every mistake with its line")
	}
	e.a.plans = read
	for i := range read {
		e.lands(ctx, &read[i])
	}
}

// lands says how many events of a plan have landed of late.
func (e *examination) lands(ctx context.Context, p *scopedPlan) {
	type key struct{ call, name string }
	all := map[key]bool{}
	for _, v := range p.plan.Events {
		all[key{v.Call, v.Name}] = false
	}
	text := fmt.Sprintf("%s: %s planned", e.a.shown(p.file), words.Many(int64(len(all)), "event", "events"))
	if e.w == nil {
		e.say("plan", Well, text+"; what of it lands needs the warehouse", "")
		return
	}
	for _, s := range e.filled() {
		if e.a.planOf(s.Name) != p {
			continue
		}
		snap, err := e.recent(ctx, s)
		if err != nil {
			e.say("plan", Problem, text+"; what of it lands could not be read: "+e.cause(err), "")
			return
		}
		for _, v := range snap.Events {
			k := key{v.Call.String(), v.Name}
			if _, planned := all[k]; planned {
				all[k] = true
			}
		}
	}
	n := 0
	for _, landed := range all {
		if landed {
			n++
		}
	}
	text += fmt.Sprintf(", %s of them landed in the last %d days of data", words.Count(int64(n)), lookBack)
	switch {
	case n == 0 && len(all) > 0:
		e.say("plan", Problem, text, "is it the plan of these sources? Names are compared letter by letter")
	default:
		e.say("plan", Well, text, "")
	}
	e.linted(p.file)
}

// linted counts what in a plan can hardly be meant.
func (e *examination) linted(file string) {
	l, err := LintFile(e.a.Config, file, "")
	n := 0
	for _, p := range l.Problems {
		if p.Severity >= finding.Warning {
			n++
		}
	}
	if err != nil || n == 0 { // what cannot be read was said
		return
	}
	e.say("plan", Noted, e.a.shown(file)+": "+words.Many(int64(n), "place", "places")+" in it can hardly be meant", "plumbline plan lint "+e.a.shown(file))
}

// state looks at the state without opening it for writing.
func (e *examination) state(ctx context.Context) {
	u := e.a.Config.State
	if u.Scheme() != "sqlite" {
		e.say("state", Problem, "a state in "+names.Visible(u.Scheme())+" is not built", "write state: sqlite:FILE")
		return
	}
	path := strings.TrimPrefix(u.Rest(), "//")
	c, err := state.Look(ctx, path, e.a.Config.Workspace)
	if err != nil {
		e.say("state", Problem, e.cause(err), "")
		return
	}
	if !c.There {
		e.say("state", Noted, e.a.shown(path)+" is not there: the first audit makes it", "")
		e.say("privacy", Noted, "the key that values are hashed with is made with the state", "")
		return
	}
	text := fmt.Sprintf("%s: schema %d, %s, can be written to", e.a.shown(path), c.Schema, words.Bytes(c.Size))
	if c.Schema < c.Newest {
		text += fmt.Sprintf("; the next audit brings it to schema %d", c.Newest)
	}
	if c.Audited.IsZero() {
		text += "; no audit yet"
	} else {
		text += "; last audit " + words.MomentNear(c.Audited, e.a.o.Now(), e.a.Config.Timezone.Location())
	}
	e.say("state", Well, text, "")
	values := "values of properties are shown where they are few, frequent and not personal (" + e.a.Config.Privacy.Values + ")"
	switch e.a.Config.Privacy.Values {
	case "never":
		values = "values of properties are never shown"
	case "always":
		values = "values of properties are always shown: privacy: {values: always}"
	}
	if c.Key {
		e.say("privacy", Well, values+"; the key that the rest is hashed with is in the state", "")
	} else {
		e.say("privacy", Noted, values+"; the key that the rest is hashed with is made by the first audit", "")
	}
}

// schedule compares the hour of the audit with the hour by which a day has landed.
func (e *examination) schedule(ctx context.Context) {
	if e.unseen("schedule") {
		return
	}
	said := map[Sign][]string{} // sources of which the same is to be said
	var order []Sign
	for _, s := range e.filled() {
		snap, err := e.recent(ctx, s)
		if err != nil {
			e.say("schedule", Problem, e.cause(err), "")
			continue
		}
		sign := Sign{What: "schedule", Health: Noted, Text: "how late a day lands is not known: no load time is kept, or there are too few days"}
		if hours, days := inAfter(snap.Arrivals, snap.Span.Last); days >= 7 {
			sign = e.timely(s, hours, snap.Span.Last)
		}
		if said[sign] == nil {
			order = append(order, sign)
		}
		said[sign] = append(said[sign], s.Name)
	}
	for _, sign := range order {
		e.say("schedule", sign.Health, words.List(said[sign], 5)+": "+sign.Text, sign.Mend)
	}
}

// timely says whether an audit comes before a source's day is in.
func (e *examination) timely(s source, hours int, last landed.Day) Sign {
	zone := zoneOf(s.Zone)
	midnight := last.In(zone)
	in := midnight.Add(time.Duration(hours) * time.Hour)
	at, configured := e.a.morningOf(last)
	if !configured {
		at = midnight.Add(morning)
	}
	clock := func(t time.Time) string { return t.In(zone).Format("15:04") }
	text := "a day is in by " + clock(in)
	switch {
	case hours == 0:
		text = "a day is in as soon as it ends"
	case hours >= len(landed.Arrival{}.Hours):
		text = "a day is not in even two days later"
	case hours >= 24:
		text += " of the day after"
	}
	text += " (" + s.Zone + ")"
	switch {
	case !at.Before(in) && configured:
		return Sign{"schedule", Well, text + ", the audit is at " + clock(at), ""}
	case !at.Before(in):
		return Sign{"schedule", Well, text, ""}
	case configured:
		return Sign{
			"schedule", Problem, "too early: " + text + ", and the audit is at " + clock(at),
			"audit later; until a day is in, the day before it is the last that is judged",
		}
	}
	return Sign{"schedule", Noted, text, "start audits from cron after that: until then the day before is the last that is judged"}
}

// inAfter is how many hours after its end a day has landed, on nine of ten days, and how many days say so. Days that
// are still landing are left out.
func inAfter(arrivals []landed.Arrival, last landed.Day) (hours, days int) {
	const whole = .98
	var all []int
	for _, a := range arrivals {
		if a.Rows == 0 || a.Day >= last-1 {
			continue
		}
		h := slices.IndexFunc(a.Hours[:], func(n int64) bool { return float64(n) >= whole*float64(a.Rows) })
		if h < 0 {
			h = len(a.Hours)
		}
		all = append(all, h)
	}
	if len(all) == 0 {
		return 0, 0
	}
	slices.Sort(all)
	return all[len(all)*9/10], len(all)
}

// morningOf is when the schedules audit on a day; false without one.
func (a *App) morningOf(d landed.Day) (time.Time, bool) { return a.Config.Morning(d.Time()) }
