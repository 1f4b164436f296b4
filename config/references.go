package config

import (
	"slices"
	"strconv"
)

// reference is one place of the file that names a source.
type reference struct{ path, source string }

// references lists every mention of a source.
func references(c *Config) []reference {
	var out []reference
	add := func(list string, i int, sources []string) {
		for j, s := range sources {
			out = append(out, reference{list + "[" + strconv.Itoa(i) + "].sources[" + strconv.Itoa(j) + "]", s})
		}
	}
	for i, p := range c.Plans {
		add("plans", i, p.Sources)
	}
	for i, t := range c.Destinations {
		add("destinations", i, t.Sources)
	}
	for i, e := range c.Events {
		add("events", i, e.Sources)
	}
	for i, e := range c.Expect {
		add("expect", i, e.Sources)
	}
	for i, a := range c.Accept {
		add("accept", i, a.Sources)
	}
	for i, g := range c.Ignore {
		add("ignore", i, g.Sources)
	}
	for i, q := range c.Calendar {
		add("calendar", i, q.Sources)
	}
	for i, r := range c.Slack.Routes {
		out = append(out, reference{"slack.routes[" + strconv.Itoa(i) + "].source", r.Source})
	}
	return out
}

// UnknownSources reports every setting that names a source which there is not, for sources that only the warehouse
// knows: without sources in the file, or with those of a source column.
func (c *Config) UnknownSources(ids []string) error {
	if c.doc == nil {
		return nil
	}
	return unknownSources(c, c.doc, ids).sorted()
}

func unknownSources(c *Config, doc *document, valid []string) Errors {
	var errs Errors
	for _, r := range references(c) {
		n := doc.at[r.path]
		if n == nil || r.source == "" || slices.Contains(valid, r.source) {
			continue
		}
		msg := "no source has the id " + quote(hideIn(n.Value))
		if near := suggest(r.source, valid); near != "" {
			msg += " (did you mean " + quote(near) + "?)"
		} else if len(valid) > 0 {
			msg += ": there is " + list(valid)
		}
		errs = append(errs, doc.mistake(position{n.Line, n.Column}, unknownSource, msg))
	}
	return errs
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

// named checks that the sources of all settings exist, as far as the file can tell.
func (d *decoder) named(c *Config) {
	valid := sourceIDs(c)
	if valid == nil {
		return
	}
	for _, e := range unknownSources(c, d.doc, valid) {
		if p := (position{e.Line, e.Column}); !d.placed[p] {
			d.errs, d.placed[p] = append(d.errs, e), true
		}
	}
}

// was checks the earlier schemas of the sources: each is a schema of its own, and the history of one source.
func (d *decoder) was(c *Config) {
	taken := map[string]string{}
	for i, s := range c.Sources {
		if s.Schema != "" {
			taken[s.Schema] = "the schema of the source on line " + strconv.Itoa(d.doc.place("sources["+strconv.Itoa(i)+"]").line)
		}
	}
	for i, s := range c.Sources {
		for j, schema := range s.Was {
			p := "sources[" + strconv.Itoa(i) + "].was[" + strconv.Itoa(j) + "]"
			if by, twice := taken[schema]; twice && schema != "" {
				d.mistake(p, contradiction, "is "+by+" already: its history cannot be that of this one")
				continue
			}
			taken[schema] = "named as an earlier schema on line " + strconv.Itoa(d.doc.place(p).line)
		}
	}
}
