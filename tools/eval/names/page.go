package main

import (
	"fmt"
	"runtime"
	"time"

	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/tools/eval/figures"
)

// page collects the figures.
type page struct{ figures.Page }

func newPage() *page {
	return &page{figures.Page{Title: "Names"}}
}

func (p *page) add(list ...figures.Figure) { p.Figures = append(p.Figures, list...) }

func (e *evaluation) speed() {
	_ = runtime.NumCPU
	var all []string
	for _, c := range e.catalogues {
		all = append(all, c.names...)
	}
	start := time.Now()
	v := names.Learn(all)
	learned := time.Since(start)
	start = time.Now()
	n := len(names.Pairs(all, v))
	fmt.Fprintf(e.out, "speed                                %d names: learned in %v, %d pairs in %v\n", len(all), learned.Round(time.Millisecond), n, time.Since(start).Round(time.Millisecond))
}
