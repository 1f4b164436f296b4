// Command drift measures how well drift is detected and where it is said to lie, on simulated properties and workspaces:
// the first two parts ask the functions that judge, the third runs the program.
//
//	go run ./tools/eval/drift -program bin/plumbline -seed 1 -json bin/eval/drift.json
package main

import (
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"

	"github.com/plumbline-audit/plumbline/tools/eval/figures"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "drift:", err)
		os.Exit(1)
	}
}

// evaluation is what was asked for, and the figures so far.
type evaluation struct {
	seed       uint64
	windows    int
	trials     int
	workspaces int
	program    string
	out        io.Writer
	page       figures.Page
	notes      []string
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("drift", flag.ContinueOnError)
	seed := flags.Uint64("seed", 1, "of everything that is simulated")
	windows := flags.Int("windows", 18000, "quiet property windows")
	trials := flags.Int("trials", 150, "faults whose place is looked for, per cell")
	workspaces := flags.Int("workspaces", 6, "simulated workspaces, each with a third of the faults and a quiet twin, that the program audits")
	program := flags.String("program", "bin/plumbline", "the program; without it no workspace is audited")
	file := flags.String("json", "", "where the figures go")
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("read the command line: %w", err)
	}
	e := evaluation{seed: *seed, windows: *windows, trials: *trials, workspaces: *workspaces, program: *program, out: out, page: figures.Page{
		Title:   "Drift of properties, and where it lies",
		Command: "make eval-drift",
		About: fmt.Sprintf("All of it is simulated, since nobody has labelled drift of real workspaces; the generators share no code with the checks (seed %d). "+
			"**Quiet windows**: shares of empty rows over seven weeks with a memory from day to day, other people at weekends and more scatter than chance; "+
			"the two newest days are judged, as an audit judges them. The textbook's test comes out on these windows as in the comparison that the goals come from. "+
			"**Place**: 20,000 rows before and since, six correlated dimensions (24 versions, 40 pages, 25 countries, …), all slices of one and two terms compared. "+
			"**Workspaces**: the program audits folders of tables, each with a third of the kinds of faults, and the same rows without any.", *seed),
	}}

	e.quiet()
	e.where()
	if e.program != "" && e.workspaces > 0 {
		if err := e.audits(); err != nil {
			return err
		}
	}
	e.page.Notes = strings.Join(e.notes, "\n")
	for _, f := range e.page.Figures {
		mark := ""
		if f.Missed {
			mark = "  MISSED"
		}
		fmt.Fprintf(out, "%-72s %-22s %-12s %s%s\n", f.What, f.Value, f.Goal, f.Peers, mark)
	}
	if e.page.Notes != "" {
		fmt.Fprintln(out, e.page.Notes)
	}
	if *file == "" {
		return nil
	}
	return e.page.Save(*file)
}

func (e *evaluation) add(f figures.Figure) { e.page.Figures = append(e.page.Figures, f) }

// quiet measures false alarms on quiet windows, and how often a loss of some size is seen two days after it began.
func (e *evaluation) quiet() {
	r := rand.New(rand.NewPCG(e.seed, 1))
	list := make([]property, e.windows)
	for i := range list {
		list[i] = quietProperty(r)
	}
	per := func(rule func(property) bool) float64 {
		return float64(counted(list, rule)) * 10000 / float64(e.windows)
	}
	alarms := per(scanned)
	e.add(figures.Figure{
		What: "false alarms per 10,000 quiet windows", Value: fmt.Sprintf("%.1f", alarms), Goal: "≤ 13", Missed: alarms > 13,
		Peers: fmt.Sprintf("z > 3: %.0f; z > 3, five points, 100 rows: %.0f; quasi-binomial z > 4 read word for word: %.1f", per(pooled), per(byEye), per(literal)),
	})
	goals := []float64{.09, .35, .55, .85, .99}
	for i, lost := range []float64{.02, .05, .10, .30, .90} {
		r := rand.New(rand.NewPCG(e.seed, 100+uint64(i)))
		var hit, textbook, eye, word, of int
		for _, p := range list {
			if p.judgedRows() < 300 {
				continue
			}
			of++
			b := p.broken(r, lost)
			for rule, n := range map[*int]func(property) bool{&hit: scanned, &textbook: pooled, &eye: byEye, &word: literal} {
				if n(b) {
					*rule++
				}
			}
		}
		share := func(n int) string { return fmt.Sprintf("%.2f", float64(n)/float64(of)) }
		e.add(figures.Figure{
			What: fmt.Sprintf("seen two days after %.0f %% of the filled rows were lost, 300 rows or more", 100*lost), Value: figures.Ratio(hit, of),
			Goal: fmt.Sprintf("≥ %.2f", goals[i]), Missed: float64(hit) < goals[i]*float64(of),
			Peers: fmt.Sprintf("z > 3: %s; five points: %s; word for word: %s", share(textbook), share(eye), share(word)),
		})
	}
}

// where measures how often the slice that is to blame is the first one named.
func (e *evaluation) where() {
	goals := map[string]float64{"1 0.30": .98, "2 0.30": .93}
	peers := map[string]string{
		"1 0.90": "1.0 (1.0)", "1 0.30": ".98", "1 0.08": ".70", "2 0.90": "1.0", "2 0.30": ".93", "2 0.08": ".43",
	}
	for _, terms := range []int{1, 2} {
		for _, rise := range []float64{.9, .3, .08} {
			cell := fmt.Sprintf("%d %.2f", terms, rise)
			r := rand.New(rand.NewPCG(e.seed, 1000*uint64(terms)+uint64(100*rise)))
			var ours, rate, part int
			for range e.trials {
				t := newTrial(r, terms, rise)
				for n, i := range map[*int]int{&ours: t.named(), &rate: t.steepest(), &part: t.heaviest()} {
					if t.right(i) {
						*n++
					}
				}
			}
			f := figures.Figure{
				What: fmt.Sprintf("exact slice first, %d term%s, rate + %.2f", terms, map[bool]string{true: "s"}[terms > 1], rise), Value: figures.Ratio(ours, e.trials),
				Peers: fmt.Sprintf("largest rate change %s; largest explained share %s; the table's own score %s", figures.Ratio(rate, e.trials), figures.Ratio(part, e.trials), peers[cell]),
			}
			if goal, ok := goals[cell]; ok {
				f.Goal, f.Missed = fmt.Sprintf("≥ %.2f", goal), float64(ours) < goal*float64(e.trials)
			}
			e.add(f)
		}
	}
}

// audits runs the program over simulated workspaces and over their quiet twins.
func (e *evaluation) audits() error {
	var sum audited
	quiet := 0
	for i := range e.workspaces {
		seed := e.seed*1000 + uint64(i)
		a, err := audit(e.program, seed, i, true)
		if err != nil {
			return err
		}
		sum.faults, sum.found, sum.dated = sum.faults+a.faults, sum.found+a.found, sum.dated+a.dated
		sum.sliced, sum.placed = sum.sliced+a.sliced, sum.placed+a.placed
		sum.alarms = append(sum.alarms, a.alarms...)
		for _, m := range a.missed {
			e.notes = append(e.notes, fmt.Sprintf("- workspace %d, not as it was broken: %s.", seed, m))
		}
		twin, err := audit(e.program, seed, i, false)
		if err != nil {
			return err
		}
		quiet += len(twin.alarms)
		for _, m := range append(a.alarms, twin.alarms...) {
			e.notes = append(e.notes, fmt.Sprintf("- workspace %d, a false alarm: %s", seed, m))
		}
	}
	e.add(figures.Figure{What: "faults of workspaces found by the first audit", Value: figures.Ratio(sum.found, sum.faults), Goal: "≥ .95", Missed: float64(sum.found) < .95*float64(sum.faults)})
	e.add(figures.Figure{What: "of those, dated to the day", Value: figures.Ratio(sum.dated, sum.found), Goal: "≥ .95", Missed: float64(sum.dated) < .95*float64(sum.found)})
	e.add(figures.Figure{What: "faults of one version, page, or version and system, whose place is exact", Value: figures.Ratio(sum.placed, sum.sliced), Goal: "≥ .90", Missed: float64(sum.placed) < .9*float64(sum.sliced)})
	e.add(figures.Figure{What: "false alarms beside them", Value: strconv.Itoa(len(sum.alarms)), Goal: "0", Missed: len(sum.alarms) > 0})
	e.add(figures.Figure{What: "findings in the quiet twins", Value: strconv.Itoa(quiet), Goal: "0", Missed: quiet > 0})
	return nil
}
