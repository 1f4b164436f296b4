// Command names measures how well event names are compared, on a directory of real names and hand-labelled pairs.
//
//	go run ./tools/eval/names -dir DIR [-program bin/plumbline] [-json bin/eval/names.json] [-million] [-v]
//
// DIR holds names.csv (product, catalogue, name, …) and pairs.csv (product, name_a, name_b, label, kind, tier, …).
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

	"github.com/plumbline-audit/plumbline/internal/names"
)

// catalogue is the plan of one application: the names that stand in it together.
type catalogue struct {
	product, label string
	names          []string
	vocabulary     *names.Vocabulary
}

func (c *catalogue) has(name string) bool { return slices.Contains(c.names, name) }

// pair is two names that someone labelled.
type pair struct{ product, a, b, label, kind, tier, provenance string }

// labels of pairs, as the data writes them.
const (
	duplicate = "duplicate"
	lexical   = "lexical"
	guard     = "guard"
)

// verdicts on a flag.
const (
	right = "right"
	wrong = "wrong"
	open  = "not labelled"
)

func main() {
	var o options
	flag.StringVar(&o.dir, "dir", "", "directory with names.csv and pairs.csv")
	flag.StringVar(&o.program, "program", "bin/plumbline", "the program to measure")
	flag.StringVar(&o.work, "work", "bin/eval/names", "folder for the warehouses; what is in it is replaced")
	flag.StringVar(&o.json, "json", "", "where to save the figures")
	flag.Uint64Var(&o.seed, "seed", 7, "what the daily rows are drawn with")
	flag.BoolVar(&o.million, "million", false, "time a million names as well: a minute, two gigabytes")
	flag.BoolVar(&o.verbose, "v", false, "list every wrong answer and every flag")
	flag.Parse()
	if err := run(os.Stdout, o); err != nil {
		fmt.Fprintln(os.Stderr, "names:", err)
		os.Exit(1)
	}
}

// options are what the command line says.
type options struct {
	dir, program, work, json string
	seed                     uint64
	million, verbose         bool
}

func run(out io.Writer, o options) error {
	if o.dir == "" {
		return errors.New("-dir is missing; name the directory that holds names.csv and pairs.csv")
	}
	catalogues, err := readCatalogues(filepath.Join(o.dir, "names.csv"))
	if err != nil {
		return err
	}
	pairs, err := readPairs(filepath.Join(o.dir, "pairs.csv"))
	if err != nil {
		return err
	}
	e := evaluation{options: o, out: out, catalogues: catalogues, pairs: pairs, page: newPage()}
	e.spelling()
	e.kinds()
	e.wholeCatalogues()
	e.arriving()
	e.historic()
	if err := os.RemoveAll(o.work); err != nil {
		return fmt.Errorf("empty the folder for the warehouses: %w", err)
	}
	for _, measure := range []func(dir string) error{
		e.sideBySide, e.handedOver, e.wholeThroughTheProgram, e.arrivingThroughTheProgram,
	} {
		if err := measure(o.work); err != nil {
			return err
		}
	}
	e.speed()
	if o.json == "" {
		return nil
	}
	return e.page.Save(o.json)
}

// table reads a CSV file into one map per row.
func table(path string) ([]map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading labelled data: %w", err)
	}
	defer func() { _ = f.Close() }() // only read from
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	if len(rows) == 0 {
		return nil, errors.New("reading " + path + ": it is empty")
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, column := range rows[0] {
			m[column] = row[i]
		}
		out = append(out, m)
	}
	return out, nil
}

func readCatalogues(path string) ([]*catalogue, error) {
	rows, err := table(path)
	if err != nil {
		return nil, err
	}
	var list []*catalogue
	byLabel := map[string]*catalogue{}
	for _, r := range rows {
		c := byLabel[r["catalogue"]]
		if c == nil {
			c = &catalogue{product: r["product"], label: r["catalogue"]}
			byLabel[c.label] = c
			list = append(list, c)
		}
		c.names = append(c.names, r["name"])
	}
	for _, c := range list {
		c.vocabulary = names.Learn(c.names)
	}
	return list, nil
}

func readPairs(path string) ([]pair, error) {
	rows, err := table(path)
	if err != nil {
		return nil, err
	}
	out := make([]pair, 0, len(rows))
	for _, r := range rows {
		out = append(out, pair{r["product"], r["name_a"], r["name_b"], r["label"], r["kind"], r["tier"], r["provenance"]})
	}
	return out, nil
}
