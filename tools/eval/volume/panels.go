package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/plumbline-audit/plumbline/tools/eval/rollup"
)

// panel is series of daily counts over the same days, some with a known incident in them.
type panel struct {
	name, kind string // kind: real or synthetic
	dates      []string
	start      int // first audited day
	ids        []string
	sources    []string // parallel to ids
	events     []string // parallel to ids
	y          [][]float64
	state      [][]state // by series, audited day
	incidents  []incident
}

// state is what is known of a series on a day.
type state uint8

const (
	ordinary state = iota
	holiday
	left // the data themselves dropped: counts neither way
	broken
)

// incident is what was put into a series, or into a source as a whole.
type incident struct {
	kind, id    string // id: of the series, or @panel|source
	first, last int    // audited days
	base        float64
}

// readPanels reads the panels of a kind, "all" for both, with their labels.
func readPanels(dir, kind string) ([]*panel, error) {
	list, err := table(filepath.Join(dir, "panels.csv"))
	if err != nil {
		return nil, err
	}
	var out []*panel
	byName := map[string]*panel{}
	for _, row := range list {
		if kind != "all" && row["type"] != kind {
			continue
		}
		p, err := readPanel(dir, row["panel"], row["type"], row["audit_start"])
		if err != nil {
			return nil, err
		}
		out = append(out, p)
		byName[p.name] = p
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("read the panels of %s: there are none of type %q", dir, kind)
	}
	labels, err := table(filepath.Join(dir, "labels.csv"))
	if err != nil {
		return nil, err
	}
	for _, row := range labels {
		if p := byName[panelOf(row["series_id"])]; p != nil {
			if err := p.label(row); err != nil {
				return nil, err
			}
		}
	}
	incidents, err := table(filepath.Join(dir, "incidents.csv"))
	if err != nil {
		return nil, err
	}
	for _, row := range incidents {
		if p := byName[panelOf(row["series_id"])]; p != nil {
			if err := p.incident(row); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// panelOf is the panel that a series, or a source with an @ before it, belongs to.
func panelOf(id string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(id, "@"), "|")
	return name
}

func readPanel(dir, name, kind, start string) (*panel, error) {
	path := filepath.Join(dir, "panel_"+name+".csv")
	rows, err := rollup.Cells(path)
	if err != nil {
		return nil, err
	}
	p := &panel{name: name, kind: kind, dates: rows[0][1:]}
	if p.start = slices.Index(p.dates, start); p.start < 0 {
		return nil, fmt.Errorf("read %s: it has no day %s, where its audits begin", path, start)
	}
	for _, row := range rows[1:] {
		part := strings.SplitN(row[0], "|", 3)
		if len(part) < 3 {
			return nil, fmt.Errorf("read %s: series %q is not panel|source|event", path, row[0])
		}
		y := make([]float64, len(p.dates))
		for i, c := range row[1:] {
			if y[i], err = strconv.ParseFloat(c, 64); err != nil {
				return nil, fmt.Errorf("read %s: series %s, %s: %w", path, row[0], p.dates[i], err)
			}
		}
		p.ids, p.sources, p.events, p.y = append(p.ids, row[0]), append(p.sources, part[1]), append(p.events, part[2]), append(p.y, y)
		p.state = append(p.state, make([]state, len(p.dates)-p.start))
	}
	return p, nil
}

// day is the audited day of a date; false where it is none.
func (p *panel) day(date string) (int, bool) {
	i := slices.Index(p.dates, date) - p.start
	return i, i >= 0
}

func (p *panel) label(row map[string]string) error {
	i, d, ok := slices.Index(p.ids, row["series_id"]), 0, false
	if d, ok = p.day(row["date"]); i < 0 || !ok {
		return fmt.Errorf("read the labels: %s on %s is in no audit of its panel", row["series_id"], row["date"])
	}
	switch {
	case row["is_incident"] == "1":
		p.state[i][d] = broken
	case row["kind"] == "holiday":
		p.state[i][d] = holiday
	default:
		p.state[i][d] = left
	}
	return nil
}

func (p *panel) incident(row map[string]string) error {
	first, ok := p.day(row["start"])
	last, also := p.day(row["end"])
	base, err := strconv.ParseFloat(row["base_daily"], 64)
	if err != nil || !ok || !also {
		return fmt.Errorf("read the incidents: %s of %s is in no audit of its panel: %w", row["kind"], row["series_id"], err)
	}
	p.incidents = append(p.incidents, incident{row["kind"], row["series_id"], first, last, base})
	return nil
}

// counts is the panel as a table of daily counts.
func (p *panel) counts() []rollup.Count {
	var out []rollup.Count
	for i, y := range p.y {
		for d, v := range y {
			out = append(out, rollup.Count{Source: p.sources[i], Event: p.events[i], Day: p.dates[d], Rows: int64(v)})
		}
	}
	return out
}

// table reads a CSV file into one map a row.
func table(path string) ([]map[string]string, error) {
	rows, err := rollup.Cells(path)
	if err != nil {
		return nil, err
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, name := range rows[0] {
			m[name] = row[i]
		}
		out = append(out, m)
	}
	return out, nil
}
