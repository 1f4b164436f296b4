// Command volume scores panels of daily counts, so that the detection of falls can be measured against labels.
//
// It reads panels.csv and the panel_*.csv beside it (one row a series: an id `panel|source|event`, then one column a
// day) and writes `series_id,date,score,alert` for every day of each panel's audit window; `@panel|source` is the
// score of a whole source. An evaluation that knows the labels reads that file.
package main

import (
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/plumbline-audit/plumbline/internal/series"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "volume:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("volume", flag.ContinueOnError)
	dir := flags.String("dir", ".", "folder of panels.csv and panel_*.csv")
	file := flags.String("out", "predictions.csv", "where the scores go")
	threshold := flags.Float64("threshold", 2.5, "score from which a day counts as an alert")
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("read the command line: %w", err)
	}
	list, err := table(filepath.Join(*dir, "panels.csv"))
	if err != nil {
		return err
	}
	f, err := os.Create(*file)
	if err != nil {
		return fmt.Errorf("write the scores: %w", err)
	}
	s := &scores{w: csv.NewWriter(f), threshold: *threshold}
	s.write([]string{"series_id", "date", "score", "alert"})
	began := time.Now()
	for _, row := range list[1:] {
		if err := s.panel(*dir, row[slices.Index(list[0], "panel")], row[slices.Index(list[0], "audit_start")]); err != nil {
			return err
		}
	}
	s.w.Flush()
	if err := errors.Join(s.w.Error(), f.Close()); err != nil {
		return fmt.Errorf("write the scores: %w", err)
	}
	fmt.Fprintf(out, "%d scores in %s. Now run:\n", s.n, time.Since(began).Round(time.Millisecond))
	for _, kind := range []string{"real", "synthetic"} {
		fmt.Fprintf(out, "python3 %s %s %s --type %s\n", filepath.Join(*dir, "evaluate.py"), *dir, *file, kind)
	}
	return nil
}

type scores struct {
	w         *csv.Writer
	threshold float64
	n         int
}

func (s *scores) write(row []string) {
	// csv.Writer keeps its first error; Error is asked once, at the end.
	_ = s.w.Write(row)
}

func (s *scores) add(id, date string, score float64) {
	alert := "0"
	if score >= s.threshold {
		alert = "1"
	}
	s.n++
	s.write([]string{id, date, strconv.FormatFloat(score, 'g', 6, 64), alert})
}

// panel scores every source of one panel.
func (s *scores) panel(dir, name, start string) error {
	path := filepath.Join(dir, "panel_"+name+".csv")
	rows, err := table(path)
	if err != nil {
		return err
	}
	dates := rows[0][1:]
	from := slices.Index(dates, start)
	if from < 0 {
		return fmt.Errorf("read %s: it has no day %s, where its audits begin", path, start)
	}
	first, err := time.Parse(time.DateOnly, dates[0])
	if err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	var order []string
	sources := map[string]*series.Panel{}
	for _, row := range rows[1:] {
		y, err := numbers(row[1:])
		if err != nil {
			return fmt.Errorf("read %s: series %s: %w", path, row[0], err)
		}
		part := strings.SplitN(row[0], "|", 3)
		if len(part) < 3 {
			return fmt.Errorf("read %s: series %q is not panel|source|event", path, row[0])
		}
		id := part[0] + "|" + part[1]
		if sources[id] == nil {
			sources[id] = &series.Panel{First: first.Weekday()}
			order = append(order, id)
		}
		sources[id].Series = append(sources[id].Series, series.Series{Name: row[0], Y: y})
	}
	for _, id := range order {
		p := *sources[id]
		series.Walk(p, from, series.Defaults(), func(day int, j series.Judgement) {
			for i, v := range j.Series {
				s.add(p.Series[i].Name, dates[day], v.Score)
			}
			s.add("@"+id, dates[day], j.Source.Score)
		})
	}
	return nil
}

func table(path string) ([][]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the panels: %w", err)
	}
	rows, err := csv.NewReader(f).ReadAll()
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if len(rows) < 2 {
		return nil, fmt.Errorf("read %s: it has no rows", path)
	}
	return rows, nil
}

func numbers(cells []string) ([]float64, error) {
	y := make([]float64, len(cells))
	for i, c := range cells {
		v, err := strconv.ParseFloat(c, 64)
		if err != nil {
			return nil, fmt.Errorf("day %d: %w", i, err)
		}
		y[i] = v
	}
	return y, nil
}
