package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/plumbline-audit/plumbline/tools/eval/figures"
)

// The days of every warehouse that is made here: eight weeks, and what is new begins three weeks before their end.
const (
	days    = 56
	newFrom = 35
	asOf    = "2026-06-16"
)

// app is one source of a warehouse: a plan, and what lands.
type app struct {
	id      string
	planned []string // nil: there is no plan
	lands   []landing
}

// landing is the rows a day of one name: rate of them from the day first until before the day end.
type landing struct {
	name       string
	rate       float64
	first, end int
}

// alarm is a pair of names that the program told.
type alarm struct{ source, kind, event, related, title string }

func (f alarm) is(a, b string) bool {
	return f.event == a && f.related == b || f.event == b && f.related == a
}

// rates gives names their usual rows a day: most a few dozen, some hundreds.
func rates(r *rand.Rand) float64 { return math.Exp(3 + .8*r.NormFloat64()) }

// audit writes a warehouse of daily counts with a source for each app, lets the program audit it, and returns the pairs
// of names that it told, members one by one.
func audit(program, dir string, apps []app, r *rand.Rand) ([]alarm, error) {
	if err := write(dir, apps, r); err != nil {
		return nil, fmt.Errorf("write the warehouse %s: %w", dir, err)
	}
	text, err := figures.Run(program, dir, "audit", "--as-of", asOf, "--full", "--fail-on", "never", "--format", "json")
	if err != nil {
		return nil, err
	}
	if len(text) == 0 {
		return nil, fmt.Errorf("the audit of %s reports nothing: run it there to see why", dir)
	}
	var report struct {
		Audit    struct{ Sources []string }
		Findings []struct {
			told
			Members []told `json:"members"`
		}
	}
	if err := json.Unmarshal(text, &report); err != nil {
		return nil, fmt.Errorf("read the report on %s: %w", dir, err)
	}
	if len(report.Audit.Sources) != len(apps) {
		return nil, fmt.Errorf("the audit of %s saw %d sources of %d", dir, len(report.Audit.Sources), len(apps))
	}
	var out []alarm
	for _, f := range report.Findings {
		list := f.Members
		if len(list) == 0 {
			list = []told{f.told}
		}
		for _, t := range list {
			if t.Kind == "near-duplicate" || t.Kind == "rename" {
				out = append(out, alarm{t.Source, t.Kind, t.Event, t.Related, f.Title})
			}
		}
	}
	return out, nil
}

type told struct {
	Kind, Source, Event string
	Related             string `json:"related_event"`
	Title               string
}

// write makes the folder that the program audits: daily counts as CSV, one plan for each source, and the configuration.
func write(dir string, apps []app, r *rand.Rand) error {
	folder := filepath.Join(dir, "warehouse", "metrics", "daily_counts")
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return err //nolint:wrapcheck // the caller says which warehouse
	}
	f, err := os.Create(filepath.Join(folder, "counts.csv"))
	if err != nil {
		return err //nolint:wrapcheck // as above
	}
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "event,day,rows,source")
	config := strings.Builder{}
	config.WriteString("workspace: names\nwarehouse: {url: \"duckdb:warehouse\"}\n" +
		"sources: [{schema: metrics, layout: rollup, columns: {event: event, day: day, rows: rows, source: source}}]\nstate: \"sqlite::memory:\"\nplans:\n")
	first, err := time.Parse(time.DateOnly, asOf)
	if err != nil {
		return err //nolint:wrapcheck // as above
	}
	first = first.AddDate(0, 0, -days)
	for _, a := range apps {
		for _, l := range a.lands {
			for d := l.first; d < l.end; d++ {
				day := first.AddDate(0, 0, d)
				usual := l.rate
				if wd := day.Weekday(); wd == time.Saturday || wd == time.Sunday {
					usual *= .7
				}
				if n := poisson(r, usual); n > 0 {
					fmt.Fprintf(w, "%s,%s,%d,%s\n", quoted(l.name), day.Format(time.DateOnly), n, a.id)
				}
			}
		}
		if a.planned == nil {
			continue
		}
		if err := writePlan(filepath.Join(dir, a.id+".json"), a.planned); err != nil {
			return err
		}
		fmt.Fprintf(&config, "  - {file: %s.json, sources: [%s]}\n", a.id, a.id)
	}
	if err := w.Flush(); err != nil {
		return err //nolint:wrapcheck // as above
	}
	if err := f.Close(); err != nil {
		return err //nolint:wrapcheck // as above
	}
	text := strings.TrimSuffix(config.String(), "plans:\n") // where no app has a plan
	return os.WriteFile(filepath.Join(dir, "plumbline.yaml"), []byte(text), 0o600)
}

func writePlan(file string, list []string) error {
	type event struct {
		Name string `json:"name"`
	}
	var p struct {
		Events []event `json:"events"`
	}
	for _, n := range list {
		p.Events = append(p.Events, event{n})
	}
	text, err := json.Marshal(p)
	if err != nil {
		return err //nolint:wrapcheck // the caller says which warehouse
	}
	return os.WriteFile(file, text, 0o600)
}

// quoted writes a name as a field of CSV, quoted whether or not it needs to be: blanks at its ends stay.
func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// poisson draws a count; from fifty on the normal law is as good.
func poisson(r *rand.Rand, mean float64) int {
	if mean >= 50 {
		return max(0, int(math.Round(mean+math.Sqrt(mean)*r.NormFloat64())))
	}
	n, p := 0, math.Exp(-mean)
	for u := r.Float64(); u > p; n++ {
		u *= r.Float64()
	}
	return n
}

// id is a name for a source that is safe in a file name, a configuration and CSV.
func id(parts ...any) string {
	var b strings.Builder
	for i, p := range parts {
		if i > 0 {
			b.WriteByte('-')
		}
		switch p := p.(type) {
		case int:
			b.WriteString(strconv.Itoa(p))
		case string:
			for _, c := range p {
				if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
					b.WriteRune(c)
				} else {
					b.WriteByte('-')
				}
			}
		}
	}
	return b.String()
}
