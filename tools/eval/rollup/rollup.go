// Package rollup gives series of daily counts to the program as its users do: as a table of daily counts in a folder,
// beside a configuration that names its columns.
package rollup

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/plumbline-audit/plumbline/tools/eval/figures"
)

// A Count is how many rows of an event landed in a source on a day. A day without rows is not written.
type Count struct {
	Source, Event string
	Day           string // 2006-01-02
	Rows          int64
}

// A Score is a line that backtest --scores wrote.
type Score struct {
	Source, Event string // "@": the source as a whole
	Day           string
	Score         float64
	Alert         bool
}

// A Night is one entry of backtest --format json.
type Night struct {
	AsOf     string    `json:"as_of"`
	Findings []Finding `json:"findings"`
}

// A Finding is what an evaluation looks at of one.
type Finding struct {
	ID, Kind, Severity, Change, Status, Title string
	Source, Event                             string
	Since                                     string
	LastSeen                                  string `json:"last_seen"`
	Explains                                  []string
}

const config = `workspace: evaluation
warehouse: {url: "duckdb:warehouse"}
sources:
  - {schema: metrics, layout: rollup, columns: {event: event, day: day, rows: rows, source: source}}
`

// Write makes a workspace of counts in dir.
func Write(dir string, counts []Count) error {
	table := filepath.Join(dir, "warehouse", "metrics", "daily_counts")
	if err := os.MkdirAll(table, 0o750); err != nil {
		return fmt.Errorf("write a workspace: %w", err)
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write([]string{"event", "day", "rows", "source"}) // Error says below what went wrong
	for _, c := range counts {
		if c.Rows > 0 {
			_ = w.Write([]string{c.Event, c.Day, strconv.FormatInt(c.Rows, 10), c.Source}) // as above
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return fmt.Errorf("write a workspace: %w", err)
	}
	if err := os.WriteFile(filepath.Join(table, "counts.csv"), b.Bytes(), 0o600); err != nil {
		return fmt.Errorf("write a workspace: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "plumbline.yaml"), []byte(config), 0o600); err != nil {
		return fmt.Errorf("write a workspace: %w", err)
	}
	return nil
}

// Replay runs plumbline backtest over a workspace and reads what it wrote.
func Replay(program, dir, from, to string) ([]Score, []Night, error) {
	const file = "scores.csv"
	out, err := figures.Run(program, dir, "backtest", "--from", from, "--to", to, "--format", "json", "--scores", file)
	if err != nil {
		return nil, nil, err
	}
	var nights []Night
	if err := json.Unmarshal(out, &nights); err != nil {
		return nil, nil, fmt.Errorf("read what backtest wrote: %w", err)
	}
	f, err := os.Open(filepath.Join(dir, file)) //nolint:gosec // it was just written there
	if err != nil {
		return nil, nil, fmt.Errorf("read the scores: %w", err)
	}
	scores, err := readScores(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, nil, fmt.Errorf("read the scores: %w", err)
	}
	return scores, nights, nil
}

func readScores(r io.Reader) ([]Score, error) {
	rows, err := csv.NewReader(r).ReadAll()
	if err != nil {
		return nil, err
	}
	var out []Score
	for i, row := range rows {
		if i == 0 {
			continue
		}
		if len(row) != 5 {
			return nil, fmt.Errorf("line %d has %d cells, not source, event, date, score, alert", i+1, len(row))
		}
		v, err := strconv.ParseFloat(row[3], 64)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		out = append(out, Score{Source: row[0], Event: row[1], Day: row[2], Score: v, Alert: row[4] == "1"})
	}
	return out, nil
}

// Cells reads a CSV file with a heading and at least one row.
func Cells(path string) ([][]string, error) {
	f, err := os.Open(path) //nolint:gosec // the data that the command was pointed to
	if err != nil {
		return nil, fmt.Errorf("read the counts: %w", err)
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
