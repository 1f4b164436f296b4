// Command volume measures how well falls are told from ordinary days, on series of daily counts with known incidents.
//
//	go run ./tools/eval/volume -dir DIR [-program bin/plumbline] [-json FILE] [-predictions FILE]
//
// DIR holds panels.csv (panel, type, audit_start, …), panel_NAME.csv (one series a row: `panel|source|event`, then a
// column a day), labels.csv and incidents.csv. Each panel becomes a table of daily counts, which the program replays
// night by night.
package main

import (
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/plumbline-audit/plumbline/tools/eval/rollup"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "volume:", err)
		os.Exit(1)
	}
}

// options are the flags.
type options struct {
	dir, program, kind, only, page, predictions string
	verbose                                     bool
}

func run(args []string, out io.Writer) error {
	var o options
	flags := flag.NewFlagSet("volume", flag.ContinueOnError)
	flags.StringVar(&o.dir, "dir", "", "folder of panels.csv, labels.csv, incidents.csv and panel_*.csv")
	flags.StringVar(&o.program, "program", "bin/plumbline", "the program to measure")
	flags.StringVar(&o.kind, "type", "all", "real, synthetic or all")
	flags.StringVar(&o.only, "only", "", "only panels whose name begins like this")
	flags.StringVar(&o.page, "json", "", "write the figures to this file, for the report")
	flags.StringVar(&o.predictions, "predictions", "", "also write series_id,date,score,alert to this file")
	flags.BoolVar(&o.verbose, "v", false, "list every false alarm as shipped")
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("read the command line: %w", err)
	}
	if o.dir == "" {
		return errors.New("-dir is missing: name the folder that holds panels.csv")
	}
	all, err := readPanels(o.dir, o.kind)
	if err != nil {
		return err
	}
	byKind := map[string][]*panel{}
	for _, p := range all {
		if strings.HasPrefix(p.name, o.only) {
			byKind[p.kind] = append(byKind[p.kind], p)
		}
	}
	results := map[string]outcome{}
	var sheets []*sheet
	for _, kind := range []string{"real", "synthetic"} {
		panels := byKind[kind]
		if len(panels) == 0 {
			continue
		}
		began := time.Now()
		s := newSheet(panels)
		for _, p := range panels {
			if err := judge(s, p, o.program); err != nil {
				return fmt.Errorf("panel %s: %w", p.name, err)
			}
		}
		fmt.Fprintf(out, "%s: %d series in %d panels, replayed in %s\n", kind, s.series, len(panels), time.Since(began).Round(time.Second))
		results[kind] = s.outcome()
		show(out, results[kind])
		s.showFalse(out, o.verbose)
		sheets = append(sheets, s)
	}
	if o.predictions != "" {
		if err := write(o.predictions, sheets); err != nil {
			return err
		}
	}
	if o.page == "" {
		return nil
	}
	return page(results).Save(o.page)
}

// judge replays one panel and takes its scores.
func judge(s *sheet, p *panel, program string) error {
	dir, err := os.MkdirTemp("", "plumbline-volume-")
	if err != nil {
		return fmt.Errorf("make a workspace: %w", err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	if err := rollup.Write(dir, p.counts()); err != nil {
		return err
	}
	scores, nights, err := rollup.Replay(program, dir, p.dates[p.start], p.dates[len(p.dates)-1])
	if err != nil {
		return err
	}
	s.take(p, scores)
	s.name(p, nights)
	return nil
}

// name notes by which kind of finding a series was told.
func (s *sheet) name(p *panel, nights []rollup.Night) {
	for _, n := range nights {
		for _, f := range n.Findings {
			id := p.name + "|" + f.Source + "|" + f.Event
			if f.Kind == "source-outage" {
				id = "@" + p.name + "|" + f.Source
			}
			i, known := s.index[id]
			d, audited := p.day(f.LastSeen)
			if known && audited && f.Kind == "slow-decline" {
				s.lines[i].slow = append(s.lines[i].slow, d)
			}
			if known && audited && s.lines[i].alert[d] {
				s.lines[i].title[d], s.lines[i].kind[d] = f.Title, f.Kind
			}
		}
	}
}

// take notes what the program said of a panel. A day without a score was not judged.
func (s *sheet) take(p *panel, scores []rollup.Score) {
	for _, v := range scores {
		id := p.name + "|" + v.Source + "|" + v.Event
		if v.Event == "@" {
			id = "@" + p.name + "|" + v.Source
		}
		i, known := s.index[id]
		d, audited := p.day(v.Day)
		if known && audited {
			s.lines[i].score[d], s.lines[i].alert[d] = v.Score, v.Alert
		}
	}
}

// outcome is one kind of panels, as shipped and at both budgets.
type outcome struct {
	shipped, fa1, fa10 result
	declines, alone    int // series told as slowly declining, and those of them without an incident
}

func (s *sheet) outcome() outcome {
	one, ten := s.threshold(1), s.threshold(10)
	o := outcome{shipped: s.measure(math.NaN(), native), fa1: s.measure(one, above(one)), fa10: s.measure(ten, above(ten))}
	o.declines, o.alone = s.declines()
	return o
}

func show(out io.Writer, o outcome) {
	columns := []result{o.shipped, o.fa1, o.fa10}
	line := func(name string, of func(r result) float64) {
		fmt.Fprintf(out, "  %-24s", name)
		for _, r := range columns {
			fmt.Fprintf(out, "%12.2f", of(r))
		}
		fmt.Fprintln(out)
	}
	fmt.Fprintf(out, "  %-24s%12s%12s%12s\n", "", "as shipped", "1 false", "10 false")
	line("false in 6,000", func(r result) float64 { return r.false6000 })
	line("false on 100 holidays", func(r result) float64 { return r.holidays })
	for _, kind := range append(append(oneDay(), lasting()...), outages()...) {
		line(kind, func(r result) float64 {
			if r.kinds[kind] == nil {
				return math.NaN()
			}
			return r.kinds[kind].percent()
		})
	}
	for _, kind := range lasting() {
		line("days late: "+kind, func(r result) float64 { return r.delay[kind] })
	}
	line("messages an outage", func(r result) float64 { return r.messages })
	line("mean recall", func(r result) float64 { return r.mean })
	for k, name := range []string{"below 10 a day", "10 to 100", "100 to 1,000", "above 1,000"} {
		line(name, func(r result) float64 { return r.volume[k].percent() })
	}
	line("threshold", func(r result) float64 { return r.threshold })
}

// showFalse tells the false alarms as shipped by their kind, and each of them on demand.
func (s *sheet) showFalse(out io.Writer, each bool) {
	by := map[string]int{}
	ids := s.ids()
	s.episodes(native, func(i, d int) {
		l := s.lines[i]
		if l.state[d] == ordinary {
			by[l.kind[d]]++
			if each {
				fmt.Fprintf(out, "  %s %s %.2f %s: %s\n", ids[i], l.dates[d], l.score[d], l.kind[d], l.title[d])
			}
		}
	})
	for _, kind := range slices.Sorted(maps.Keys(by)) {
		fmt.Fprintf(out, "  false, told as %-16s%5d\n", kind, by[kind])
	}
}

// write lists what was said of every series and day, for another evaluation to read.
func write(file string, sheets []*sheet) error {
	f, err := os.Create(filepath.Clean(file))
	if err != nil {
		return fmt.Errorf("write the predictions: %w", err)
	}
	w := csv.NewWriter(f)
	_ = w.Write([]string{"series_id", "date", "score", "alert"}) // Error says below what went wrong
	for _, s := range sheets {
		for _, id := range s.ids() {
			l := s.lines[s.index[id]]
			for d, v := range l.score {
				if !math.IsInf(v, 0) {
					alert := "0"
					if l.alert[d] {
						alert = "1"
					}
					_ = w.Write([]string{id, l.dates[d], strconv.FormatFloat(v, 'g', -1, 64), alert}) // as above
				}
			}
		}
	}
	w.Flush()
	if err := errors.Join(w.Error(), f.Close()); err != nil {
		return fmt.Errorf("write the predictions: %w", err)
	}
	return nil
}
