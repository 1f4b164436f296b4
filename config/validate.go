package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"
)

// finish fills in the defaults that depend on other settings and checks what settings mean together.
func (d *decoder) finish(c *Config) {
	d.workspace(c)
	d.warehouse(c)
	d.sources(c)
	d.plans(c)
	d.destinations(c)
	d.slack(c)
	d.judgements(c)
	if c.Retain < c.History {
		d.mistake("retain", fmt.Sprintf("the state would keep %d days but the first audit reads %d: history must not be longer than retain", c.Retain, c.History), "history")
	}
	if c.History < 1 {
		d.mistake("history", "must be at least 1d")
	}
	d.choice("privacy.values", c.Privacy.Values, "enum-like", "never", "always")
	d.notEmpty("fixes.schema", c.Fixes.Schema)
}

// mistake reports at the first of some settings that the file has; not a second time about one value.
func (d *decoder) mistake(path, msg string, or ...string) {
	for _, p := range append([]string{path}, or...) {
		if n := d.doc.at[p]; n != nil {
			if n.Kind == yaml.ScalarNode && d.broken(p) {
				return
			}
			d.failAt(d.doc.place(p), msg)
			return
		}
	}
	d.failAt(d.doc.place(path), msg)
}

func (d *decoder) has(path string) bool { return d.doc.keys[path] != nil }

// required reports a setting that is absent or empty, at what it belongs to.
func (d *decoder) required(path, key, value string) {
	p := join(path, key)
	if value != "" || d.broken(p) || d.doc.at[path] == nil {
		return
	}
	d.mistake(p, quote(key)+" is missing")
}

// broken says whether a mistake in the setting's own value was already reported.
func (d *decoder) broken(path string) bool {
	n := d.doc.at[path]
	return n != nil && d.placed[position{n.Line, n.Column}]
}

func (d *decoder) notEmpty(path, value string) {
	if value == "" && d.has(path) && !d.broken(path) {
		d.mistake(path, "is empty: fill it in or leave the setting out")
	}
}

// choice checks a word against those that are valid; an absent setting is left to its default.
func (d *decoder) choice(path, value string, valid ...string) {
	n := d.doc.at[path]
	if n == nil || slices.Contains(valid, value) || d.broken(path) {
		return
	}
	if d.values[n].foreign {
		d.fail(n, "the value of "+d.shown(n)+" is not valid here: write "+list(valid))
		return
	}
	d.fail(n, d.shown(n)+" "+notOneOf("valid here", value, valid).Error())
}

func (d *decoder) workspace(c *Config) {
	d.notEmpty("workspace", c.Workspace)
	if len(c.Workspace) > 100 || strings.ContainsFunc(c.Workspace, func(r rune) bool { return !unicode.IsPrint(r) }) {
		d.mistake("workspace", "must be at most 100 printable characters")
	}
	for key, s := range c.Owners {
		d.notEmpty("owners."+key, s)
	}
}

func (d *decoder) warehouse(c *Config) {
	d.location("warehouse.url", c.Warehouse.URL, "duckdb", unbuiltWarehouses())
	d.location("state", c.State, "sqlite", map[string]string{
		"postgres": "a shared state comes with the Postgres connector", "postgresql": "a shared state comes with the Postgres connector",
	})
	if n := c.Warehouse.Concurrency; n < 1 || n > 64 {
		d.mistake("warehouse.concurrency", "must be from 1 to 64")
	}
	if c.Warehouse.Timeout <= 0 {
		d.mistake("warehouse.timeout", "must be longer than nothing")
	}
}

// location checks the scheme of a URL. It never shows the URL: there may be a password in it.
func (d *decoder) location(path string, u URL, built string, later map[string]string) {
	if d.doc.at[path] == nil || d.broken(path) {
		return
	}
	why, known := later[u.Scheme()]
	switch {
	case userinfo.MatchString(string(u)):
		d.mistake(path, "holds a password: a URL never should")
	case known:
		d.mistake(path, quote(u.Scheme())+" is not built yet: "+why)
	case u.Scheme() != built:
		d.mistake(path, "does not begin with "+built+": (write "+built+":FILE)")
	case u.Rest() == "":
		d.mistake(path, "names no file: write "+built+":FILE")
	}
}

func (d *decoder) sources(c *Config) {
	first := map[string]int{}
	for i := range c.Sources {
		s, p := &c.Sources[i], "sources["+strconv.Itoa(i)+"]"
		d.required(p, "schema", s.Schema)
		d.rollup(p, s)
		if s.ID == "" {
			s.ID = sourceID(s.Schema)
		}
		if s.Name == "" {
			s.Name = s.ID
		}
		if s.Timezone == "" {
			s.Timezone = c.Timezone
		}
		if s.Environment == "" {
			s.Environment = "production"
		}
		if s.ID == "" {
			continue
		}
		if j, twice := first[s.ID]; twice {
			line := d.doc.place("sources[" + strconv.Itoa(j) + "]").line
			d.mistake(p+".id", fmt.Sprintf("the source on line %d has the same id: give one of the two its own with id:", line), p+".schema")
			continue
		}
		first[s.ID] = i
	}
}

// rollup checks what only a rollup has, and fills in its usual names.
func (d *decoder) rollup(p string, s *Source) {
	if s.Layout == "" {
		s.Layout = "segment"
	}
	if s.Layout == "rollup" {
		s.Table = or(s.Table, "daily_counts")
		s.Columns.Event = or(s.Columns.Event, "event")
		s.Columns.Day = or(s.Columns.Day, "day")
		s.Columns.Rows = or(s.Columns.Rows, "rows")
		return
	}
	for _, key := range []string{"table", "columns"} {
		if d.has(p + "." + key) {
			d.failAt(d.doc.keyPlace(p+"."+key), quote(key)+" belongs to layout: rollup, and this source has layout: "+string(s.Layout))
		}
	}
}

func or(s, usual string) string {
	if s == "" {
		return usual
	}
	return s
}

// sourceIDs lists the ids that settings may name; nil where they are only known from the warehouse.
func sourceIDs(c *Config) []string {
	var ids []string
	for _, s := range c.Sources {
		if s.Columns.Source != "" {
			return nil // each value of the column is a source
		}
		if s.ID != "" && !slices.Contains(ids, s.ID) {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

// named checks that the sources of a setting exist.
func (d *decoder) named(c *Config, path string, sources []string) {
	valid := sourceIDs(c)
	if valid == nil {
		return
	}
	for i, s := range sources {
		p := path + "[" + strconv.Itoa(i) + "]"
		if s != "" && !slices.Contains(valid, s) && !d.broken(p) {
			d.unknownSource(p, s, valid)
		}
	}
}

func (d *decoder) unknownSource(path, s string, valid []string) {
	n := d.doc.at[path]
	if n == nil {
		return
	}
	msg := "no source has the id " + d.shown(n)
	if near := suggest(s, valid); near != "" {
		msg += " (did you mean " + quote(near) + "?)"
	} else {
		msg += ": there is " + list(valid)
	}
	d.fail(n, msg)
}

func (d *decoder) plans(c *Config) {
	if c.ShortPlan != nil {
		d.required("plan", "file", string(c.ShortPlan.File))
		if d.has("plans") {
			d.failAt(d.doc.keyPlace("plan"), `"plan" is the short form of "plans": use one of them`)
		}
		c.Plans = append(c.Plans, Plan{File: c.ShortPlan.File})
		return
	}
	owner := map[string]int{}
	general := -1
	for i, p := range c.Plans {
		path := "plans[" + strconv.Itoa(i) + "]"
		d.required(path, "file", string(p.File))
		d.named(c, path+".sources", p.Sources)
		if len(p.Sources) == 0 {
			if general >= 0 {
				d.mistake(path, fmt.Sprintf("the plan on line %d holds for all sources already: say which sources each plan holds for", d.doc.place("plans["+strconv.Itoa(general)+"]").line))
			}
			general = i
		}
		for j, s := range p.Sources {
			if k, twice := owner[s]; twice {
				d.mistake(fmt.Sprintf("%s.sources[%d]", path, j), fmt.Sprintf("the source has a plan already, on line %d: a source has one plan", d.doc.place("plans["+strconv.Itoa(k)+"]").line))
			}
			owner[s] = i
		}
	}
}

func (d *decoder) destinations(c *Config) {
	first := map[string]int{}
	for i := range c.Destinations {
		t, p := &c.Destinations[i], "destinations["+strconv.Itoa(i)+"]"
		d.required(p, "name", t.Name)
		d.named(c, p+".sources", t.Sources)
		d.choice(p+".mode", t.Mode, "cloud", "device", "warehouse")
		d.choice(p+".match", t.Match, "exact")
		t.Mode, t.Match = or(t.Mode, "cloud"), or(t.Match, "exact")
		if len(t.Events) == 0 && !d.broken(p+".events") {
			d.mistake(p, `"events" is missing: name the events it matches, or "*" for every planned one`)
		}
		if j, twice := first[t.Name]; twice && t.Name != "" {
			d.mistake(p+".name", fmt.Sprintf("the destination on line %d has the same name", d.doc.place("destinations["+strconv.Itoa(j)+"]").line))
		}
		first[t.Name] = i
	}
}

func (d *decoder) slack(c *Config) {
	if d.doc.at["slack"] == nil {
		return
	}
	d.notEmpty("slack.channel", c.Slack.Channel)
	if c.Slack.Token.Set() && c.Slack.Channel == "" && !d.has("slack.channel") {
		d.mistake("slack", `"channel" is missing: say where findings are posted`)
	}
	if !c.Slack.Token.Set() && !d.broken("slack.token") && c.Slack.Channel != "" {
		d.mistake("slack", `"token" is missing: write token: ${SLACK_BOT_TOKEN}`)
	}
	if u := c.Slack.APIURL; u != "" && !strings.HasPrefix(u, "https://") && !strings.HasPrefix(u, "http://") {
		d.mistake("slack.api_url", "must begin with https:// or http://")
	}
	for i, r := range c.Slack.Routes {
		p := "slack.routes[" + strconv.Itoa(i) + "]"
		d.required(p, "source", r.Source)
		d.required(p, "channel", r.Channel)
		if ids := sourceIDs(c); ids != nil && r.Source != "" && !slices.Contains(ids, r.Source) {
			d.unknownSource(p+".source", r.Source, ids)
		}
	}
}

// period checks that both days are given and in order.
func (d *decoder) period(path string, from, until Date) {
	d.required(path, "from", string(from))
	d.required(path, "until", string(until))
	if from != "" && until != "" && from > until {
		d.mistake(path+".until", "until is before from")
	}
}

func (d *decoder) judgements(c *Config) {
	for i, e := range c.Events {
		p := "events[" + strconv.Itoa(i) + "]"
		d.named(c, p+".sources", e.Sources)
		if e.Severity == "" && e.Unique == "" && e.Owner == "" && !d.brokenInside(p) {
			d.mistake(p, "changes nothing: set severity or owner")
		}
	}
	for i, r := range c.Properties {
		if p := "properties[" + strconv.Itoa(i) + "]"; len(r.Names) == 0 && !d.brokenInside(p) {
			d.mistake(p, `"names" is missing`)
		}
	}
	for i, e := range c.Expect {
		p := "expect[" + strconv.Itoa(i) + "]"
		d.named(c, p+".sources", e.Sources)
		d.period(p, e.From, e.Until)
	}
	for i, a := range c.Accept {
		p := "accept[" + strconv.Itoa(i) + "]"
		d.named(c, p+".sources", a.Sources)
		d.required(p, "from", string(a.From))
	}
	for i, q := range c.Calendar {
		p := "calendar[" + strconv.Itoa(i) + "]"
		d.named(c, p+".sources", q.Sources)
		d.period(p, q.From, q.Until)
	}
	d.ignores(c)
}

func (d *decoder) ignores(c *Config) {
	for i, g := range c.Ignore {
		p := "ignore[" + strconv.Itoa(i) + "]"
		d.named(c, p+".sources", g.Sources)
		some := len(g.Events)+len(g.Sources)+len(g.Kinds) > 0
		switch n := len(g.Different); {
		case d.brokenInside(p):
		case n == 0 && !some:
			d.mistake(p, "would ignore everything: name events, sources or kinds, or two names as different")
		case n > 0 && some:
			d.mistake(p+".different", `"different" stands alone: put events and kinds into an entry of their own`)
		case n > 0 && (n != 2 || g.Different[0] == g.Different[1]):
			d.mistake(p+".different", "must be two names that differ, written as [Signed In, Sign In]")
		}
	}
}

// brokenInside says whether a mistake was reported in the setting or anything in it, or it is not there at all.
func (d *decoder) brokenInside(path string) bool {
	n := d.doc.at[path]
	return n == nil || d.brokenNode(n)
}

func (d *decoder) brokenNode(n *yaml.Node) bool {
	return d.placed[position{n.Line, n.Column}] || slices.ContainsFunc(n.Content, d.brokenNode)
}
