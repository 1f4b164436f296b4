// Command quiet counts the messages of workspaces in which nothing is wrong.
//
//	go run ./tools/eval/quiet [-counts 'FOLDER/*/counts.csv'] [-panels DIR] [-program bin/plumbline] [-json FILE]
//
// A counts.csv is what tools/bench/segwh.py --truth-only writes (source, event_text, date, n); each file is one
// workspace, whose nights the program replays. DIR holds panels as tools/eval/volume reads them: of the simulated ones the
// variant without an incident is replayed.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/plumbline-audit/plumbline/tools/eval/figures"
	"github.com/plumbline-audit/plumbline/tools/eval/rollup"
)

// goal is the most messages a week that are no true finding.
const goal = 1

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "quiet:", err)
		os.Exit(1)
	}
}

// workspace is one in which nothing is wrong.
type workspace struct {
	name     string
	counts   []rollup.Count
	from, to string // judged days
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("quiet", flag.ContinueOnError)
	counts := flags.String("counts", "", "pattern of the counts.csv of clean workspaces")
	panels := flags.String("panels", "", "folder of panels.csv and panel_*.csv")
	program := flags.String("program", "bin/plumbline", "the program to measure")
	file := flags.String("json", "", "write the figures to this file, for the report")
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("read the command line: %w", err)
	}
	page := figures.Page{Title: "Quiet nights", About: about, Command: "make eval-quiet"}
	for _, set := range []struct {
		what string
		read func() ([]workspace, error)
	}{
		{"generated shops without a fault", func() ([]workspace, error) { return readCounts(*counts) }},
		{"simulated panel without an incident", func() ([]workspace, error) { return readPanels(*panels) }},
	} {
		list, err := set.read()
		if err != nil {
			return err
		}
		if len(list) == 0 {
			page.Notes += "\n\nNot replayed in this run: " + set.what + "."
			continue
		}
		t, err := replay(out, *program, list)
		if err != nil {
			return err
		}
		page.Figures = append(page.Figures, t.figures(set.what)...)
	}
	if len(page.Figures) == 0 {
		return errors.New("nothing was measured: name workspaces with -counts or -panels")
	}
	for _, f := range page.Figures {
		fmt.Fprintf(out, "%-80s %s %s\n", f.What, f.Value, f.Goal)
	}
	if *file == "" {
		return nil
	}
	return page.Save(*file)
}

const about = `Workspaces in which nothing is wrong: shops of some 60 events in three sources over a year, with weekends, one holiday, growth and
an event that is launched, and the simulated panel of 965 series whose holidays and growth are no faults. The program replays
their nights with default settings. Counted is what a channel would have got: a finding of *warning* and above that opens,
worsens or comes back. Since nothing is wrong, each of these messages is one too many.`

// tally is what the nights of some workspaces came to.
type tally struct {
	workspaces, nights, messages int
	worst                        float64 // messages a week of the loudest workspace
	kinds                        map[string]int
}

// replay replays each workspace and lists what it would have told.
func replay(out io.Writer, program string, list []workspace) (tally, error) {
	t := tally{workspaces: len(list), kinds: map[string]int{}}
	for _, w := range list {
		began := time.Now()
		nights, err := w.replay(program)
		if err != nil {
			return t, fmt.Errorf("workspace %s: %w", w.name, err)
		}
		told := 0
		for _, n := range nights {
			for _, f := range n.Findings {
				if posted(f) {
					told++
					t.kinds[f.Kind]++
					fmt.Fprintf(out, "  %s %s %s %s: %s\n", w.name, n.AsOf, f.Change, f.Kind, f.Title)
				}
			}
		}
		t.nights += len(nights)
		t.messages += told
		t.worst = max(t.worst, 7*float64(told)/float64(max(len(nights), 1)))
		fmt.Fprintf(out, "%s: %d messages in %d nights, replayed in %s\n", w.name, told, len(nights), time.Since(began).Round(time.Second))
	}
	return t, nil
}

func (w workspace) replay(program string) ([]rollup.Night, error) {
	dir, err := os.MkdirTemp("", "plumbline-quiet-")
	if err != nil {
		return nil, fmt.Errorf("make a workspace: %w", err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	if err := rollup.Write(dir, w.counts); err != nil {
		return nil, err
	}
	_, nights, err := rollup.Replay(program, dir, w.from, w.to)
	return nights, err
}

// posted says whether a channel gets a message of a finding.
func posted(f rollup.Finding) bool {
	return f.Status == "open" && slices.Contains([]string{"new", "worse", "reopened"}, f.Change) && f.Severity != "info"
}

func (t tally) figures(what string) []figures.Figure {
	week := 7 * float64(t.messages) / float64(max(t.nights, 1))
	out := []figures.Figure{
		{
			What:  fmt.Sprintf("%s: messages a week (%d workspaces)", what, t.workspaces),
			Value: fmt.Sprintf("%.2f (%d in %d nights)", week, t.messages, t.nights), Goal: "≤ " + strconv.Itoa(goal), Missed: week > goal,
		},
		{What: what + ": messages a week in the loudest workspace", Value: fmt.Sprintf("%.2f", t.worst)},
	}
	for _, kind := range slices.Sorted(maps.Keys(t.kinds)) {
		out = append(out, figures.Figure{What: what + ": told as " + kind, Value: strconv.Itoa(t.kinds[kind])})
	}
	return out
}

// learning is how many days of a workspace come before its first night: before that nothing is usual yet.
const learning = 28

func readCounts(pattern string) ([]workspace, error) {
	files, err := filepath.Glob(pattern)
	if err != nil {
		return nil, fmt.Errorf("find the clean workspaces: %w", err)
	}
	if pattern != "" && len(files) == 0 {
		return nil, fmt.Errorf("find the clean workspaces: no file fits %s", pattern)
	}
	var out []workspace
	for _, file := range files {
		rows, err := rollup.Cells(file)
		if err != nil {
			return nil, err
		}
		w := workspace{name: filepath.Base(filepath.Dir(file))}
		at := map[string]int{}
		for i, name := range rows[0] {
			at[name] = i
		}
		days := map[string]bool{}
		for _, row := range rows[1:] {
			n, err := strconv.ParseInt(row[at["n"]], 10, 64)
			if err != nil {
				return nil, fmt.Errorf("read %s: %w", file, err)
			}
			w.counts = append(w.counts, rollup.Count{Source: row[at["source"]], Event: row[at["event_text"]], Day: row[at["date"]], Rows: n})
			days[row[at["date"]]] = true
		}
		sorted := slices.Sorted(maps.Keys(days))
		if len(sorted) <= learning {
			return nil, fmt.Errorf("read %s: it has %d days, which is no more than the %d that say what is usual", file, len(sorted), learning)
		}
		w.from, w.to = sorted[learning], sorted[len(sorted)-1]
		out = append(out, w)
	}
	return out, nil
}

// readPanels reads the simulated panels into which nothing was put.
func readPanels(dir string) ([]workspace, error) {
	if dir == "" {
		return nil, nil
	}
	list, err := rollup.Cells(filepath.Join(dir, "panels.csv"))
	if err != nil {
		return nil, err
	}
	at := func(row []string, name string) string { return row[slices.Index(list[0], name)] }
	var out []workspace
	for _, row := range list[1:] {
		if at(row, "type") != "synthetic" || at(row, "variant") != "0" {
			continue
		}
		rows, err := rollup.Cells(filepath.Join(dir, "panel_"+at(row, "panel")+".csv"))
		if err != nil {
			return nil, err
		}
		w := workspace{name: at(row, "panel"), from: at(row, "audit_start"), to: at(row, "audit_end")}
		for _, series := range rows[1:] {
			id := strings.SplitN(series[0], "|", 3)
			for d, cell := range series[1:] {
				n, err := strconv.ParseFloat(cell, 64)
				if err != nil || len(id) < 3 {
					return nil, fmt.Errorf("read panel %s: series %s, %s: %q", w.name, series[0], rows[0][d+1], cell)
				}
				w.counts = append(w.counts, rollup.Count{Source: id[1], Event: id[2], Day: rows[0][d+1], Rows: int64(n)})
			}
		}
		out = append(out, w)
	}
	return out, nil
}
