package app

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/plumbline-audit/plumbline/connectors"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// Health is how one thing stands.
type Health string

// How things stand: as they should, in need of mending, or worth knowing.
const (
	Well    Health = "ok"
	Problem Health = "problem"
	Noted   Health = "note"
)

// Sign is one line of an examination.
type Sign struct {
	What   string // connection, access, source, plan, state, schedule, slack, privacy
	Health Health
	Text   string
	Mend   string // what to do; "" where there is nothing to do
}

// Patience is how long each part of an examination may take.
const Patience = 20 * time.Second

// examination is one look at everything that an audit needs.
type examination struct {
	a      *App
	client *http.Client
	signs  []Sign
	late   bool // a part was not waited for

	w        *connectors.Warehouse
	found    []connectors.Found
	extents  map[string]connectors.Extent
	landedOf map[string]landed.Snapshot // counts and arrivals of the last weeks
}

// Examine looks at everything that an audit needs, and changes nothing. What fails is one of the signs; the rest is
// looked at all the same. A part that takes longer than its patience is a problem and is not waited for.
func Examine(ctx context.Context, a *App, client *http.Client, patience time.Duration) []Sign {
	e := &examination{a: a, client: client, extents: map[string]connectors.Extent{}, landedOf: map[string]landed.Snapshot{}}
	for _, part := range []struct {
		what string
		look func(*examination, context.Context)
	}{
		{"connection", (*examination).connection},
		{"source", (*examination).layout},
		{"access", (*examination).access},
		{"plan", (*examination).plans},
		{"schedule", (*examination).schedule},
		{"state", (*examination).state},
		{"slack", (*examination).slack},
	} {
		e.within(ctx, patience, part.what, part.look)
	}
	if e.w != nil && !e.late { // what is still asked ends with the program
		_ = e.w.Close() // nothing was written
	}
	order := []string{"connection", "access", "source", "left out", "plan", "state", "privacy", "schedule", "slack"}
	slices.SortStableFunc(e.signs, func(x, y Sign) int { return slices.Index(order, x.What) - slices.Index(order, y.What) })
	return e.signs
}

// within looks at one part for as long as patience lasts. The part works on a copy, so that what it does after that
// is seen by nobody.
func (e *examination) within(ctx context.Context, patience time.Duration, what string, look func(*examination, context.Context)) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	app := *e.a // sources and plans are its own
	own := &examination{
		a: &app, client: e.client, late: e.late, w: e.w, found: e.found, extents: map[string]connectors.Extent{}, landedOf: map[string]landed.Snapshot{},
	}
	maps.Copy(own.extents, e.extents)
	maps.Copy(own.landedOf, e.landedOf)
	done := make(chan struct{})
	go func() {
		defer close(done)
		look(own, ctx)
	}()
	select {
	case <-done:
		own.signs = append(slices.Clip(e.signs), own.signs...)
		*e = *own
	case <-ctx.Done():
		e.late = true
		e.say(what, Problem, "no answer within "+words.Duration(patience), "see whether what it needs is slow or blocked, and run plumbline doctor again")
	}
}

func (e *examination) say(what string, h Health, text, mend string) {
	e.signs = append(e.signs, Sign{What: what, Health: h, Text: text, Mend: mend})
}

// unseen says that a part needs the warehouse. It is said of each, so that nothing that went unseen reads as fine.
func (e *examination) unseen(what string) bool {
	if e.w == nil {
		e.say(what, Noted, "not looked at: it needs the warehouse", "")
	}
	return e.w == nil
}

// connection opens the warehouse and reads its catalogue.
func (e *examination) connection(ctx context.Context) {
	u := e.a.Config.Warehouse.URL
	if u == "" {
		e.say("connection", Problem, "no warehouse is named", "set warehouse.url, such as duckdb:warehouse.duckdb")
		return
	}
	w, err := e.a.connect(ctx, nil)
	if err == nil {
		e.found, err = w.Discover(ctx)
		if err != nil {
			_ = w.Close() // what went wrong before is what matters
		}
	}
	if err != nil {
		e.say("connection", Problem, e.cause(err), "")
		return
	}
	e.w = w
	e.say("connection", Well, u.Scheme()+":"+names.Visible(e.a.shown(u.Rest()))+", opened to read only", "")
}

// layout says of each source what it holds, and which schemas are no source.
func (e *examination) layout(ctx context.Context) {
	if e.unseen("source") {
		return
	}
	if err := e.a.attachTo(ctx, e.w, e.found); err != nil {
		e.say("source", Problem, e.cause(err), "")
		return
	}
	now := e.a.o.Now()
	for _, s := range e.a.sources {
		if s.problem != nil {
			e.say("source", Problem, s.Name+": "+s.problem.Why, s.problem.HowToFix)
			continue
		}
		x, err := e.w.Extent(ctx, s.Name, now.Add(24*time.Hour))
		if err != nil {
			e.say("source", Problem, e.cause(err), "")
			continue
		}
		e.extents[s.Name] = x
		e.holds(s, x, now)
	}
	e.silent(now)
	e.left()
}

func (e *examination) holds(s source, x connectors.Extent, now time.Time) {
	if x.Rows == 0 {
		e.say("source", Noted, s.Name+": its layout is known and no event has landed", "")
		return
	}
	zone := zoneOf(s.Zone)
	text := fmt.Sprintf("%s: %s in %s, %s to %s (%s)", s.Name, words.Many(x.Rows, "event", "events"), words.Many(int64(x.Tables), "table", "tables"),
		words.DayNear(x.First.In(zone), now), words.DayNear(x.Last.In(zone), now), s.Zone)
	e.say("source", Well, text, "")
}

// silent names the sources in which nothing has landed of late.
func (e *examination) silent(now time.Time) {
	var quiet []string
	newest := landed.NoDay
	for _, s := range e.filled() {
		last := e.extents[s.Name].Last
		if now.Sub(last) > quietAfter {
			quiet = append(quiet, s.Name)
			newest = max(newest, landed.DayOf(last.In(zoneOf(s.Zone))))
		}
	}
	if len(quiet) == 0 {
		return
	}
	e.say("source", Noted, words.List(quiet, 5)+": nothing has landed since "+words.DayNear(newest.Time(), now),
		"if the warehouse is a copy, look back to that time: plumbline audit --as-of "+(newest+1).String())
}

// left names the schemas with a layout that are no source.
func (e *examination) left() {
	for _, x := range e.a.excluded {
		e.say("left out", Noted, x, "")
	}
	if len(e.a.Config.Sources) == 0 {
		return
	}
	var said []string
	for _, f := range e.found {
		listed := slices.ContainsFunc(e.a.sources, func(s source) bool { return s.Schema == f.Schema })
		if listed || f.Problem != "" || slices.Contains(said, f.Schema) {
			continue
		}
		said = append(said, f.Schema)
		text := f.Schema + " has events and is not under sources"
		if word, dev := development(f.Schema); dev {
			text = f.Schema + " looks like " + word + " and is not under sources"
		}
		e.say("left out", Noted, text, "")
	}
}

// access reads a day of each table.
func (e *examination) access(ctx context.Context) {
	if e.unseen("access") {
		return
	}
	const few = 5
	all := 0
	var lost []Sign
	for _, s := range e.a.sources {
		x, ok := e.extents[s.Name]
		if !ok {
			continue // its own sign says why
		}
		day := landed.DayOf(e.a.o.Now().UTC()) - 1
		if !x.Last.IsZero() {
			day = landed.DayOf(x.Last.In(zoneOf(s.Zone)))
		}
		gaps, n, err := e.w.Unreadable(ctx, s.Name, day)
		if err != nil {
			lost = append(lost, Sign{"access", Problem, e.cause(err), ""})
			continue
		}
		all += n
		for _, g := range gaps {
			lost = append(lost, Sign{"access", Problem, s.Name + "." + g.Table + ": " + g.Why, g.HowToFix})
		}
	}
	e.signs = append(e.signs, lost[:min(few, len(lost))]...)
	if n := len(lost) - few; n > 0 {
		e.say("access", Problem, words.Many(int64(n), "more table", "more tables")+" cannot be read", "plumbline audit --format json names each under not_checked")
	}
	if len(lost) == 0 && all > 0 {
		e.say("access", Well, "all "+words.Many(int64(all), "table", "tables")+" of events can be read", "")
	}
}
