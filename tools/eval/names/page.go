package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/names/invented"
	"github.com/plumbline-audit/plumbline/tools/eval/figures"
)

const about = "Real event names of public catalogues, and pairs of them that people labelled: one event under two names, or two events. " +
	"Each catalogue is a source of a warehouse of daily counts, eight weeks long, with a tracking plan; `plumbline audit` looks at it, and what it tells " +
	"as `near-duplicate` or `rename` is held against the labels.\n\n" +
	"- **One name planned**: the planned name goes on, the other one begins three weeks before the end. Two events of which both are planned stay both planned.\n" +
	"- **Pairs that look alike and are two events** (opposites, numbers, stages, other objects) are judged with the second one not planned yet, which is harder.\n" +
	"- **The old name ends as the new begins**: as many rows a day as before. Pairs of two events end and begin on the same days too, with rows of their own.\n" +
	"- **Names arriving**: half a catalogue and the old names of what was renamed are planned, the rest arrives in eight parts."

const notes = "Only about one rename in six shows in the spelling: what names alone can find is the first half of this table. " +
	"The labels are one person's, of English names, mostly of mobile applications. Look-alike characters, other scripts and numbering are held by tests.\n\n" +
	"The flags of arriving names that are wrong are two events of the same words, one of them in the plural (a list beside its item): nothing in the names tells, " +
	"and both are flagged until the plan has drawn the difference twice. `ignore: [{different: […]}]` or planning the second one ends it.\n\n" +
	"Times are of one core, the best of three below a million, for learning a plan and finding all its pairs; rapidfuzz compares all pairs on a machine of its own."

// page collects the figures.
type page struct{ figures.Page }

func newPage() *page {
	return &page{figures.Page{Title: "Names", About: about, Command: "make eval-names", Notes: notes}}
}

func (p *page) add(list ...figures.Figure) { p.Figures = append(p.Figures, list...) }

// speed times made-up catalogues of many sizes.
func (e *evaluation) speed() {
	runtime.GOMAXPROCS(1)
	for _, c := range []struct {
		size  int
		goal  time.Duration
		peers string
	}{
		{200, 50 * time.Millisecond, "< .01 s"},
		{10_000, 500 * time.Millisecond, "1.75 s"},
		{100_000, 5 * time.Second, "about 170 s"},
		{1_000_000, time.Minute, "about 5 h"},
	} {
		list := invented.Catalogue(c.size, e.seed)
		if c.size == 1_000_000 && !e.million {
			e.page.add(figures.Figure{What: "1,000,000 names", Value: "not measured this time: `-million`", Goal: "< 60 s and < 2 GB", Peers: c.peers})
			continue
		}
		best, peak, pairs := time.Duration(1<<62), uint64(0), 0
		for run := 0; run == 0 || run < 3 && c.size < 1_000_000; run++ {
			took, most, n := e.timed(list)
			best, peak, pairs = min(best, took), max(peak, most), n
		}
		goal := fmt.Sprintf("< %v", c.goal)
		missed := best >= c.goal
		if c.size == 1_000_000 {
			goal += " and < 2 GB"
			missed = missed || peak >= 2<<30
		}
		value := fmt.Sprintf("%v, %d MB of heap at most, %d pairs", best.Round(100*time.Microsecond), peak>>20, pairs)
		fmt.Fprintf(e.out, "speed, %-29d %s\n", c.size, value)
		e.page.add(figures.Figure{What: fmt.Sprintf("a catalogue of %d names: all pairs", c.size), Value: value, Goal: goal, Missed: missed, Peers: "rapidfuzz " + c.peers})
	}
}

// timed learns a catalogue and finds its pairs, and watches how much of the heap is in use meanwhile, garbage included.
func (e *evaluation) timed(list []string) (took time.Duration, peak uint64, pairs int) {
	debug.FreeOSMemory()
	var most atomic.Uint64
	done, stopped := make(chan struct{}), make(chan struct{})
	look := func() {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		most.Store(max(most.Load(), m.HeapInuse))
	}
	go func() {
		defer close(stopped)
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				look()
			}
		}
	}()
	start := time.Now()
	pairs = len(names.Pairs(list, names.Learn(list)))
	took = time.Since(start)
	look()
	close(done)
	<-stopped
	return took, most.Load(), pairs
}
