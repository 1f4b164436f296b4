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
	d.schedules(c)
	d.slack(c)
	d.judgements(c)
	d.named(c)
	d.was(c)
	if c.Retain < c.History {
		d.mistake("retain", contradiction, fmt.Sprintf("the state would keep %d days but the first audit reads %d: history must not be longer than retain", c.Retain, c.History), "history")
	}
	if c.History < 1 {
		d.mistake("history", outOfRange, "must be at least 1d")
	}
	d.choice("privacy.values", c.Privacy.Values)
	d.notEmpty("fixes.schema", c.Fixes.Schema)
}

// mistake reports at the first of some settings that the file has; not a second time about one value.
func (d *decoder) mistake(path string, code Code, msg string, or ...string) {
	for _, p := range append([]string{path}, or...) {
		if n := d.doc.at[p]; n != nil {
			if n.Kind == yaml.ScalarNode && d.broken(p) {
				return
			}
			d.failAt(d.doc.place(p), code, msg)
			return
		}
	}
	d.failAt(d.doc.place(path), code, msg)
}

func (d *decoder) has(path string) bool { return d.doc.keys[path] != nil }

// required reports a setting that is absent or empty, at what it belongs to.
func (d *decoder) required(path, key, value string) {
	p := join(path, key)
	if value != "" || d.broken(p) || d.doc.at[path] == nil {
		return
	}
	d.mistake(p, missingSetting, quote(key)+" is missing")
}

// broken says whether a mistake in the setting's own value was already reported.
func (d *decoder) broken(path string) bool {
	n := d.doc.at[path]
	return n != nil && d.placed[position{n.Line, n.Column}]
}

func (d *decoder) notEmpty(path, value string) {
	if value == "" && d.has(path) && !d.broken(path) {
		d.mistake(path, emptyValue, "is empty: fill it in or leave the setting out")
	}
}

// choice checks a word against those that are valid; an absent setting is left to its default.
func (d *decoder) choice(path, value string) {
	n := d.doc.at[path]
	key := keyOf(pattern(path))
	valid := key.Words
	if n == nil || slices.Contains(valid, value) || d.broken(path) {
		return
	}
	if why, later := key.Later[value]; later {
		d.fail(n, notBuilt, d.shown(n)+" is not built yet: "+why+"; leave it out")
		return
	}
	if d.values[n].foreign {
		d.fail(n, unknownWord, "the value of "+d.shown(n)+" is not valid here: write "+list(valid))
		return
	}
	d.fail(n, unknownWord, d.shown(n)+" "+notOneOf("valid here", value, valid).Error())
}

func (d *decoder) workspace(c *Config) {
	d.notEmpty("workspace", c.Workspace)
	if len(c.Workspace) > 100 || strings.ContainsFunc(c.Workspace, func(r rune) bool { return !unicode.IsPrint(r) }) {
		d.mistake("workspace", badValue, "must be at most 100 printable characters")
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
		d.mistake("warehouse.concurrency", outOfRange, "must be from 1 to 64")
	}
	if n := c.Warehouse.Threads; d.has("warehouse.threads") && (n < 1 || n > 1024) {
		d.mistake("warehouse.threads", outOfRange, "must be from 1 to 1024")
	}
	const least = 64_000_000
	if d.has("warehouse.memory") && c.Warehouse.Memory < least {
		d.mistake("warehouse.memory", outOfRange, "must be at least 64MB: DuckDB cannot work with less")
	}
	d.notEmpty("warehouse.temp", string(c.Warehouse.Temp))
	if c.Warehouse.Timeout <= 0 {
		d.mistake("warehouse.timeout", outOfRange, "must be longer than nothing")
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
		d.mistake(path, passwordInURL, "holds a password: a URL never should")
	case known:
		d.mistake(path, notBuilt, quote(u.Scheme())+" is not built yet: "+why)
	case u.Scheme() != built:
		d.mistake(path, badValue, "does not begin with "+built+": (write "+built+":FILE)")
	case u.Rest() == "":
		d.mistake(path, emptyValue, "names no file: write "+built+":FILE")
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
		d.environment(p+".environment", s)
		if s.ID == "" {
			continue
		}
		if j, twice := first[s.ID]; twice {
			line := d.doc.place("sources[" + strconv.Itoa(j) + "]").line
			d.mistake(p+".id", sameName, fmt.Sprintf("the source on line %d has the same id: give one of the two its own with id:", line), p+".schema")
			continue
		}
		first[s.ID] = i
	}
}

// environment refuses what was surely meant to be production: it would be posted nowhere.
func (d *decoder) environment(path string, s *Source) {
	const posted = "production"
	s.Environment = or(s.Environment, posted)
	word := strings.ToLower(strings.TrimSpace(s.Environment))
	if s.Environment != posted && (word == posted || word == "prod" || suggest(word, []string{posted}) != "") {
		d.mistake(path, unknownWord, quote(hideIn(s.Environment))+" would be posted nowhere (did you mean "+quote(posted)+"?)")
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
		if key := p + ".exclude_tables"; d.has(key) {
			d.failAt(d.doc.keyPlace(key), misplaced, `"exclude_tables" does nothing in a rollup, which is one table: use where`)
		}
		for _, key := range []string{"id", "name"} {
			if s.Columns.Source != "" && d.has(p+"."+key) {
				d.failAt(d.doc.keyPlace(p+"."+key), misplaced, quote(key)+" does nothing here: each value of the source column is a source of that name")
			}
		}
		return
	}
	for _, key := range []string{"table", "columns"} {
		if d.has(p + "." + key) {
			d.failAt(d.doc.keyPlace(p+"."+key), misplaced, quote(key)+" belongs to layout: rollup, and this source has layout: "+string(s.Layout))
		}
	}
}

func or(s, usual string) string {
	if s == "" {
		return usual
	}
	return s
}

func (d *decoder) plans(c *Config) {
	if c.ShortPlan != nil {
		d.required("plan", "file", string(c.ShortPlan.File))
		if d.has("plans") {
			d.failAt(d.doc.keyPlace("plan"), misplaced, `"plan" is the short form of "plans": use one of them`)
		}
		c.Plans = append(c.Plans, Plan{File: c.ShortPlan.File})
		return
	}
	owner := map[string]int{}
	general := -1
	for i, p := range c.Plans {
		path := "plans[" + strconv.Itoa(i) + "]"
		d.required(path, "file", string(p.File))
		if len(p.Sources) == 0 {
			if general >= 0 {
				d.mistake(path, secondPlan, fmt.Sprintf("the plan on line %d holds for all sources already: say which sources each plan holds for", d.doc.place("plans["+strconv.Itoa(general)+"]").line))
			}
			general = i
		}
		for j, s := range p.Sources {
			if k, twice := owner[s]; twice {
				d.mistake(fmt.Sprintf("%s.sources[%d]", path, j), secondPlan, fmt.Sprintf("the source has a plan already, on line %d: a source has one plan", d.doc.place("plans["+strconv.Itoa(k)+"]").line))
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
		d.choice(p+".mode", t.Mode)
		d.choice(p+".match", t.Match)
		t.Mode, t.Match = or(t.Mode, "cloud"), or(t.Match, "exact")
		if len(t.Events) == 0 && !d.broken(p+".events") {
			d.mistake(p, missingSetting, `"events" is missing: name the events it matches, or "*" for every planned one`)
		}
		if j, twice := first[t.Name]; twice && t.Name != "" {
			d.mistake(p+".name", sameName, fmt.Sprintf("the destination on line %d has the same name", d.doc.place("destinations["+strconv.Itoa(j)+"]").line))
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
		d.mistake("slack", missingSetting, `"channel" is missing: say where findings are posted`)
	}
	if !c.Slack.Token.Set() && !d.broken("slack.token") && (c.Slack.Channel != "" || len(c.Slack.Routes) > 0) {
		d.mistake("slack", missingSetting, `"token" is missing: write token: ${SLACK_BOT_TOKEN}`)
	}
	if u := c.Slack.APIURL; u != "" && !strings.HasPrefix(u, "https://") && !strings.HasPrefix(u, "http://") {
		d.mistake("slack.api_url", badValue, "must begin with https:// or http://")
	}
	first := map[string]int{}
	for i, r := range c.Slack.Routes {
		p := "slack.routes[" + strconv.Itoa(i) + "]"
		d.required(p, "source", r.Source)
		d.required(p, "channel", r.Channel)
		if j, twice := first[r.Source]; twice && r.Source != "" {
			d.mistake(p+".source", sameName, fmt.Sprintf("the source has a channel already, on line %d", d.doc.place("slack.routes["+strconv.Itoa(j)+"]").line))
		}
		first[r.Source] = i
	}
}

// period checks that both days are given and in order.
func (d *decoder) period(path string, from, until Date) {
	d.required(path, "from", string(from))
	d.required(path, "until", string(until))
	if from != "" && until != "" && from > until {
		d.mistake(path+".until", contradiction, "until is before from")
	}
}

func (d *decoder) judgements(c *Config) {
	for i, e := range c.Events {
		p := "events[" + strconv.Itoa(i) + "]"
		if e.Severity == "" && e.Unique == "" && e.Owner == "" && !d.brokenInside(p) {
			d.mistake(p, noEffect, "changes nothing: set severity, unique or owner")
		}
	}
	for i, r := range c.Properties {
		if p := "properties[" + strconv.Itoa(i) + "]"; len(r.Names) == 0 && !d.brokenInside(p) {
			d.mistake(p, missingSetting, `"names" is missing`)
		} else if !r.Open && !d.brokenInside(p) {
			d.mistake(p, noEffect, "changes nothing: write open: true")
		}
	}
	for i, e := range c.Expect {
		p := "expect[" + strconv.Itoa(i) + "]"
		d.period(p, e.From, e.Until)
	}
	for i, a := range c.Accept {
		p := "accept[" + strconv.Itoa(i) + "]"
		d.required(p, "from", string(a.From))
	}
	for i, q := range c.Calendar {
		p := "calendar[" + strconv.Itoa(i) + "]"
		d.period(p, q.From, q.Until)
	}
	d.ignores(c)
}

func (d *decoder) ignores(c *Config) {
	for i, g := range c.Ignore {
		p := "ignore[" + strconv.Itoa(i) + "]"
		some := len(g.Events)+len(g.Sources)+len(g.Kinds) > 0
		switch n := len(g.Different); {
		case d.brokenInside(p):
		case n == 0 && !some:
			d.mistake(p, noEffect, "would ignore everything: name events, sources or kinds, or two names as different")
		case n > 0 && some:
			d.mistake(p+".different", misplaced, `"different" stands alone: put events and kinds into an entry of their own`)
		case n > 0 && (n != 2 || g.Different[0] == g.Different[1]):
			d.mistake(p+".different", badValue, "must be two names that differ, written as [Signed In, Sign In]")
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
